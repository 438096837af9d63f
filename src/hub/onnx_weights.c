/* The weights of an encoder out of an ONNX file, as PyTorch's exporter writes it, into model.safetensors.
 *
 * The exporter keeps the names of all weights but those of the matrices that something is multiplied by: it transposes
 * them and calls them onnx::MatMul_123. What they were is told by the name of the node that multiplies,
 * "/encoder/layer.0/output/dense/MatMul". Weights of equal value it writes once, and Identity nodes give them their
 * other names. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "encoder/safetensors.h"
#include "hub/onnx.h"
#include "hub/private.h"

enum { TYPE_FLOAT = 1, NAME_BYTES = 128, WEIGHTS_MAX = 10000 };
#define HEADER_MAX ((size_t)8 << 20)

/* A weight of the encoder. */
struct weight {
	const struct onnx_tensor *tensor;
	bool transposed;
};

struct weights {
	struct ho_map names;  /* [n] of the items */
	struct weight *items; /* [names.n] owned */
	size_t cap;
	size_t matrices;
};

static struct ho_slice without(struct ho_slice text, const char *with)
{
	size_t n = strlen(with);
	return ho_slice_begins(text, with) ? ho_slice(text.ptr + n, text.len - n) : text;
}

/* Does it consist of letters, digits, points and underlines, so that it goes into JSON as it is? */
static bool is_plain(struct ho_slice name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool plain =
		    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
		if (!plain)
			return false;
	}
	return name.len > 0 && name.len < NAME_BYTES;
}

static enum ho_status check(const struct onnx_tensor *t, struct ho_slice name, struct ho_error *err)
{
	uint64_t size = sizeof(float);
	bool fits = t->rank > 0 && t->rank <= ONNX_RANK_MAX;
	if (t->type != TYPE_FLOAT)
		return ho_fail(err, HO_EUNAVAIL, "the weight %.*s is not in fp32", (int)name.len, name.ptr);
	if (t->outside || !t->raw.len)
		return ho_fail(err, HO_EUNAVAIL, "the weight %.*s is not within the file as raw bytes", (int)name.len,
		               name.ptr);
	for (unsigned d = 0; d < t->rank && fits; d++)
		fits = t->shape[d] && !__builtin_mul_overflow(size, t->shape[d], &size);
	if (!fits || size != t->raw.len)
		return ho_fail(err, HO_EFORMAT, "the weight %.*s has another shape than numbers", (int)name.len,
		               name.ptr);
	return HO_OK;
}

/* *is_new: there was none of that name. */
static enum ho_status add(struct weights *all, bool *is_new, struct ho_slice name, const struct onnx_tensor *tensor,
                          bool transposed, struct ho_error *err)
{
	uint32_t n = all->names.n, index;
	enum ho_status status = check(tensor, name, err);
	if (status == HO_OK && transposed && tensor->rank != 2)
		status = ho_fail(err, HO_EFORMAT, "the weight %.*s is no matrix", (int)name.len, name.ptr);
	if (status == HO_OK && n == WEIGHTS_MAX)
		status = ho_fail(err, HO_ELIMIT, "it has more than %d weights", WEIGHTS_MAX);
	if (status == HO_OK && ho_grow(&all->items, &all->cap, n + 1, sizeof *all->items))
		status = ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_map_add(&index, &all->names, name, err);
	if (status)
		return status;
	*is_new = index == n;
	if (*is_new)
		all->items[n] = (struct weight){tensor, transposed};
	all->matrices += *is_new && transposed;
	return HO_OK;
}

/* "/encoder/layer.0/output/dense/MatMul" is that of encoder.layer.0.output.dense.weight; false: of no weight. */
static bool name_of_product(char out[NAME_BYTES], struct ho_slice node)
{
	static const char ending[] = "/MatMul", weight[] = ".weight";
	size_t tail = sizeof ending - 1;
	node = without(without(node, "/"), "bert/");
	if (!ho_slice_begins(node, "encoder/") || node.len <= tail ||
	    memcmp(node.ptr + node.len - tail, ending, tail) != 0 || node.len - tail + sizeof weight > NAME_BYTES)
		return false;
	node.len -= tail;
	memcpy(out, node.ptr, node.len);
	memcpy(out + node.len, weight, sizeof weight);
	for (size_t i = 0; i < node.len; i++)
		out[i] = out[i] == '/' ? '.' : out[i];
	return is_plain(ho_slice_str(out));
}

/* What products multiply by, under the names of their nodes. *factors: [n_tensors] is it multiplied by? */
static enum ho_status add_factors(struct weights *all, bool *factors, const struct onnx_file *file,
                                  struct ho_error *err)
{
	char name[NAME_BYTES];
	bool is_new;
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < file->n_products && status == HO_OK; i++) {
		uint32_t tensor = ho_onnx_find(file, file->products[i].factor);
		if (tensor == ONNX_NONE)
			continue;
		factors[tensor] = true;
		if (!name_of_product(name, file->products[i].name))
			continue;
		status = add(all, &is_new, ho_slice_str(name), &file->tensors[tensor], true, err);
		if (status == HO_OK && !is_new)
			status = ho_fail(err, HO_EFORMAT, "two matrices are those of %s", name);
	}
	return status;
}

/* What kept its name. A matrix of a layer that something is multiplied by directly is transposed, whatever its name. */
static enum ho_status add_named(struct weights *all, const bool *factors, const struct onnx_file *file,
                                struct ho_error *err)
{
	bool is_new;
	enum ho_status status = HO_OK;
	for (uint32_t i = 0; i < file->names.n && status == HO_OK; i++) {
		struct ho_slice name = without(file->names.keys[i], "bert.");
		uint32_t tensor = file->tensor_of[i];
		bool is_layer = ho_slice_begins(name, "encoder.");
		if ((is_layer || ho_slice_begins(name, "embeddings.")) && is_plain(name) &&
		    !ho_slice_is(name, "embeddings.position_ids"))
			status = add(all, &is_new, name, &file->tensors[tensor], is_layer && factors[tensor], err);
	}
	return status;
}

static enum ho_status collect(struct weights *all, const struct onnx_file *file, struct ho_error *err)
{
	bool *factors = ho_calloc(file->n_tensors, sizeof *factors);
	enum ho_status status = factors ? add_factors(all, factors, file, err) : ho_fail_nomem(err);
	if (status == HO_OK && !all->matrices && file->is_rounded)
		status = ho_fail(err, HO_EUNAVAIL, "its weights are rounded to whole numbers; take the export in fp32");
	if (status == HO_OK)
		status = add_named(all, factors, file, err);
	if (status == HO_OK && !all->names.n)
		status =
		    ho_fail(err, HO_EFORMAT,
		            "it holds no weights of the BERT family under the names that PyTorch's exporter gives");
	ho_free(factors);
	return status;
}

static enum ho_status add_header(struct ho_buf *out, const struct weights *all, struct ho_error *err)
{
	uint64_t at = 0;
	enum ho_status status = HO_OK;
	for (uint32_t i = 0; i < all->names.n && status == HO_OK; i++) {
		const struct onnx_tensor *t = all->items[i].tensor;
		struct ho_slice name = all->names.keys[i];
		bool transposed = all->items[i].transposed;
		status = ho_buf_printf(out, err, "%s\"%.*s\":{\"dtype\":\"F32\",\"shape\":[", i ? "," : "{",
		                       (int)name.len, name.ptr);
		if (status == HO_OK && t->rank == 1)
			status = ho_buf_printf(out, err, "%" PRIu64, t->shape[0]);
		if (status == HO_OK && t->rank == 2)
			status = ho_buf_printf(out, err, "%" PRIu64 ",%" PRIu64, t->shape[transposed],
			                       t->shape[!transposed]);
		if (status == HO_OK)
			status = ho_buf_printf(out, err, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", at,
			                       at + t->raw.len);
		at += t->raw.len;
	}
	return status ? status : ho_buf_add(out, "}", 1, err);
}

/* [rows][columns] of four bytes each, as [columns][rows]. */
static enum ho_status add_transposed(struct ho_writer *writer, const struct onnx_tensor *t,
                                     const struct ho_progress *progress, struct ho_error *err)
{
	size_t rows = (size_t)t->shape[0], columns = (size_t)t->shape[1];
	char *column = ho_alloc(rows, sizeof(float));
	enum ho_status status = column ? HO_OK : ho_fail_nomem(err);
	for (size_t c = 0; c < columns && status == HO_OK; c++) {
		for (size_t r = 0; r < rows; r++)
			memcpy(column + r * sizeof(float), t->raw.ptr + (r * columns + c) * sizeof(float),
			       sizeof(float));
		status = ho_progress_check(progress, err);
		if (status == HO_OK)
			status = ho_writer_add(writer, column, rows * sizeof(float), err);
	}
	ho_free(column);
	return status;
}

static enum ho_status write_weights(const char *to, const struct weights *all, const struct ho_progress *progress,
                                    struct ho_error *err)
{
	struct ho_buf header;
	struct ho_writer writer = {.path = NULL};
	char size[8];
	ho_buf_init(&header, HEADER_MAX);
	enum ho_status status = add_header(&header, all, err);
	if (status == HO_OK)
		status = ho_writer_open(&writer, to, err);
	struct ho_slice text = ho_buf_slice(&header);
	for (unsigned i = 0; i < sizeof size; i++)
		size[i] = (char)((uint64_t)text.len >> (8 * i) & 255);
	if (status == HO_OK)
		status = ho_writer_add(&writer, size, sizeof size, err);
	if (status == HO_OK)
		status = ho_writer_add(&writer, text.ptr, text.len, err);
	for (uint32_t i = 0; i < all->names.n && status == HO_OK; i++) {
		const struct onnx_tensor *t = all->items[i].tensor;
		status = all->items[i].transposed ? add_transposed(&writer, t, progress, err)
		                                  : ho_writer_add(&writer, t->raw.ptr, t->raw.len, err);
	}
	if (status == HO_OK)
		status = ho_writer_commit(&writer, err);
	ho_writer_discard(&writer);
	ho_buf_release(&header);
	return status;
}

enum ho_status ho_hub__from_onnx(const char *to, struct ho_slice onnx, const struct ho_progress *progress,
                                 struct ho_error *err)
{
	struct onnx_file file;
	struct weights all = {.items = NULL};
	ho_map_init(&all.names);
	enum ho_status status = ho_onnx_read(&file, onnx, err);
	if (status == HO_OK)
		status = collect(&all, &file, err);
	if (status == HO_OK)
		status = write_weights(to, &all, progress, err);
	ho_map_release(&all.names);
	ho_free(all.items);
	ho_onnx_release(&file);
	return status;
}
