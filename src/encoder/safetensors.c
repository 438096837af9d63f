#include "encoder/safetensors.h"

#include <float.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"

/* The format allows 100 million; an encoder's header has some ten thousand bytes, and parsed it takes ten times its
 * size.
 */
#define HEADER_MAX UINT64_C(16000000)

static uint64_t little_endian(const unsigned char *bytes)
{
	uint64_t value = 0;
	for (int i = 7; i >= 0; i--)
		value = value << 8 | bytes[i];
	return value;
}

static const struct {
	const char *name;
	enum ho_dtype dtype;
	unsigned bits;
} dtypes[] = {
    {"F32", HO_DTYPE_F32, 32},   {"F16", HO_DTYPE_F16, 16},      {"BF16", HO_DTYPE_BF16, 16},
    {"F64", HO_DTYPE_F64, 64},   {"I64", HO_DTYPE_I64, 64},      {"U64", HO_DTYPE_OTHER, 64},
    {"I32", HO_DTYPE_I32, 32},   {"U32", HO_DTYPE_OTHER, 32},    {"I16", HO_DTYPE_OTHER, 16},
    {"U16", HO_DTYPE_OTHER, 16}, {"I8", HO_DTYPE_OTHER, 8},      {"U8", HO_DTYPE_OTHER, 8},
    {"BOOL", HO_DTYPE_OTHER, 8}, {"F8_E4M3", HO_DTYPE_OTHER, 8}, {"F8_E5M2", HO_DTYPE_OTHER, 8},
};

/* Shape and type of one tensor; how many bytes they make. */
static bool read_shape(struct ho_tensor *t, uint64_t *bytes, const json_t *entry)
{
	const char *dtype = json_string_value(json_object_get(entry, "dtype"));
	const json_t *shape = json_object_get(entry, "shape");
	size_t which = 0, count = sizeof dtypes / sizeof *dtypes;
	while (dtype && which < count && strcmp(dtypes[which].name, dtype) != 0)
		which++;
	if (!dtype || which == count || !json_is_array(shape) || json_array_size(shape) > HO_TENSOR_RANK_MAX)
		return false;
	t->dtype = dtypes[which].dtype;
	t->rank = (unsigned)json_array_size(shape);
	uint64_t elements = 1;
	for (unsigned d = 0; d < t->rank; d++) {
		const json_t *size = json_array_get(shape, d);
		if (!json_is_integer(size) || json_integer_value(size) < 0)
			return false;
		t->shape[d] = (uint64_t)json_integer_value(size);
		if (__builtin_mul_overflow(elements, t->shape[d], &elements))
			return false;
	}
	return !__builtin_mul_overflow(elements, dtypes[which].bits / 8, bytes);
}

static enum ho_status read_entry(struct ho_safetensors *file, const char *name, const json_t *entry,
                                 struct ho_slice data, struct ho_error *err)
{
	struct ho_tensor t = {.rank = 0};
	uint64_t bytes = 0;
	const json_t *offsets = json_object_get(entry, "data_offsets");
	const json_t *first = json_array_get(offsets, 0), *last = json_array_get(offsets, 1);
	if (!read_shape(&t, &bytes, entry))
		return ho_fail(err, HO_EFORMAT,
		               "tensor %zu has a type or shape that is not known; is this a safetensors file?",
		               file->n + 1);
	if (json_array_size(offsets) != 2 || !json_is_integer(first) || !json_is_integer(last) ||
	    json_integer_value(first) < 0 || json_integer_value(last) < json_integer_value(first) ||
	    (uint64_t)json_integer_value(last) > data.len ||
	    (uint64_t)(json_integer_value(last) - json_integer_value(first)) != bytes)
		return ho_fail(err, HO_EFORMAT,
		               "tensor %zu lies outside the file or has another size than its shape; the file "
		               "is damaged, fetch it again",
		               file->n + 1);
	t.data = (const unsigned char *)data.ptr + json_integer_value(first);
	t.bytes = bytes;
	t.name = ho_arena_copy(&file->arena, ho_slice_str(name));
	if (!t.name.ptr)
		return ho_fail_nomem(err);
	file->tensors[file->n++] = t;
	return HO_OK;
}

static int by_place(const void *a, const void *b)
{
	const struct ho_tensor *x = a, *y = b;
	if (x->data != y->data)
		return x->data < y->data ? -1 : 1;
	return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

/* In order of place every tensor begins where the one before ends, and the last ends with the file. */
static enum ho_status check_cover(const struct ho_safetensors *file, struct ho_slice data, struct ho_error *err)
{
	const unsigned char *at = (const unsigned char *)data.ptr;
	for (size_t i = 0; i < file->n; at += file->tensors[i++].bytes)
		if (file->tensors[i].data != at)
			return ho_fail(err, HO_EFORMAT,
			               "its tensors overlap or leave holes; the file is damaged, fetch it again");
	if (at != (const unsigned char *)data.ptr + data.len)
		return ho_fail(err, HO_EFORMAT,
		               "it is longer or shorter than its header says; the file is damaged, fetch it "
		               "again");
	return HO_OK;
}

static enum ho_status read_header(struct ho_safetensors *file, const json_t *header, struct ho_slice data,
                                  struct ho_error *err)
{
	enum ho_status status = HO_OK;
	const char *name;
	json_t *entry;
	size_t count = json_object_size(header);
	if (count > HO_TENSORS_MAX)
		return ho_fail(err, HO_EFORMAT, "it names more than %d tensors", HO_TENSORS_MAX);
	file->tensors = ho_calloc(count, sizeof *file->tensors);
	if (!file->tensors)
		return ho_fail_nomem(err);
	json_object_foreach((json_t *)header, name, entry)
	{
		if (strcmp(name, "__metadata__") == 0)
			continue;
		status = read_entry(file, name, entry, data, err);
		if (status)
			return status;
	}
	qsort(file->tensors, file->n, sizeof *file->tensors, by_place);
	return check_cover(file, data, err);
}

/* `out` holds nothing but, perhaps, the mapping. */
static enum ho_status parse(struct ho_safetensors *out, struct ho_slice bytes, struct ho_error *err)
{
	ho_arena_init(&out->arena, SIZE_MAX);
	const unsigned char *raw = (const unsigned char *)bytes.ptr;
	uint64_t size = bytes.len >= 8 ? little_endian(raw) : 0;
	enum ho_status status;
	if (bytes.len < 10 || size > HEADER_MAX || size < 2 || size > bytes.len - 8 || raw[8] != '{') {
		status = ho_fail(err, HO_EFORMAT, "it is no safetensors file");
	} else {
		json_t *header = json_loadb(bytes.ptr + 8, size, JSON_REJECT_DUPLICATES, NULL);
		struct ho_slice data = ho_slice(bytes.ptr + 8 + size, bytes.len - 8 - size);
		status = json_is_object(header)
		             ? read_header(out, header, data, err)
		             : ho_fail(err, HO_EFORMAT, "its header is no JSON object without duplicates");
		json_decref(header);
	}
	if (status)
		ho_safetensors_close(out);
	return status;
}

enum ho_status ho_safetensors_read(struct ho_safetensors *out, struct ho_slice bytes, struct ho_error *err)
{
	*out = (struct ho_safetensors){.n = 0};
	return parse(out, bytes, err);
}

enum ho_status ho_safetensors_open(struct ho_safetensors *out, const char *path, struct ho_error *err)
{
	*out = (struct ho_safetensors){.n = 0};
	enum ho_status status = ho_mapping_open(&out->mapping, path, err);
	if (status)
		return status;
	status = parse(out, out->mapping.bytes, err);
	if (status)
		ho_error_at(err, "%s", path);
	return status;
}

void ho_safetensors_close(struct ho_safetensors *file)
{
	ho_free(file->tensors);
	ho_arena_release(&file->arena);
	ho_mapping_close(&file->mapping);
	*file = (struct ho_safetensors){.n = 0};
}

const struct ho_tensor *ho_safetensors_find(const struct ho_safetensors *file, const char *name)
{
	for (size_t i = 0; i < file->n; i++)
		if (ho_slice_is(file->tensors[i].name, name))
			return &file->tensors[i];
	return NULL;
}

/* IEEE 754 binary16. */
static float half_to_float(uint16_t half)
{
	int exponent = half >> 10 & 31;
	float fraction = (float)(half & 1023), value;
	if (exponent == 0)
		value = ldexpf(fraction, -24);
	else if (exponent < 31)
		value = ldexpf(fraction + 1024, exponent - 25);
	else
		value = fraction > 0 ? NAN : INFINITY;
	return half & 0x8000 ? -value : value;
}

/* Of a type of two bytes. */
static float element(const struct ho_tensor *t, uint64_t i)
{
	uint32_t word = 0;
	uint16_t half;
	float value;
	memcpy(&half, t->data + 2 * i, sizeof half);
	if (t->dtype == HO_DTYPE_F16)
		return half_to_float(half);
	word = (uint32_t)half << 16;
	memcpy(&value, &word, sizeof value);
	return value;
}

static float wide_element(const struct ho_tensor *t, uint64_t i)
{
	double value;
	memcpy(&value, t->data + 8 * i, sizeof value);
	return fabs(value) <= (double)FLT_MAX ? (float)value : INFINITY;
}

enum ho_status ho_tensor_floats(float *out, const struct ho_tensor *tensor, uint64_t begin, size_t n,
                                struct ho_error *err)
{
	if (!ho_dtype_is_float(tensor->dtype))
		return ho_fail(err, HO_EFORMAT, "a weight is stored in another type than F32, F16, BF16 or F64");
	if (tensor->dtype == HO_DTYPE_F32)
		memcpy(out, tensor->data + 4 * begin, 4 * n);
	else
		for (size_t i = 0; i < n; i++)
			out[i] = tensor->dtype == HO_DTYPE_F64 ? wide_element(tensor, begin + i)
			                                       : element(tensor, begin + i);
	float worst = 0; /* x * 0 is NaN for what is not finite */
	for (size_t i = 0; i < n; i++)
		worst += out[i] * 0;
	if (!isfinite(worst))
		return ho_fail(err, HO_EFORMAT, "a weight is not a finite number; the file is damaged, fetch it again");
	return HO_OK;
}

enum ho_status ho_tensor_indices(uint32_t *out, const struct ho_tensor *tensor, size_t n, uint64_t limit,
                                 struct ho_error *err)
{
	if (tensor->dtype != HO_DTYPE_I32 && tensor->dtype != HO_DTYPE_I64)
		return ho_fail(err, HO_EFORMAT, "the tensor mapping is stored in another type than I32 or I64");
	for (size_t i = 0; i < n; i++) {
		int32_t narrow;
		int64_t value;
		if (tensor->dtype == HO_DTYPE_I32) {
			memcpy(&narrow, tensor->data + 4 * i, sizeof narrow);
			value = narrow;
		} else {
			memcpy(&value, tensor->data + 8 * i, sizeof value);
		}
		if (value < 0 || (uint64_t)value >= limit)
			return ho_fail(err, HO_EFORMAT, "the tensor mapping names a vector that is not there");
		out[i] = (uint32_t)value;
	}
	return HO_OK;
}
