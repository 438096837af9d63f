/* The weights of an encoder out of an ONNX file, as PyTorch's exporter writes it, into model.safetensors. Nothing of
 * the graph is run: a BERT is known by the names of its weights. The exporter keeps them all but those of the matrices,
 * which it transposes and calls onnx::MatMul_123; their names are those of the nodes that multiply by them. The format:
 * https://onnx.ai/onnx/repo-docs/IR.html, onnx.proto (field numbers below), and protobuf's wire format,
 * https://protobuf.dev/programming-guides/encoding. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "encoder/safetensors.h"
#include "hub/private.h"

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };
enum { MODEL_GRAPH = 7 };
enum { GRAPH_NODE = 1, GRAPH_INITIALIZER = 5 };
enum { NODE_INPUT = 1, NODE_NAME = 3, NODE_OPERATOR = 4 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_RAW = 9, TENSOR_PLACE = 14 };
enum { TYPE_FLOAT = 1, PLACE_EXTERNAL = 1 };
enum { RANK_MAX = 2, NAME_MAX_BYTES = 128, NODES_MAX = 1000000 };
#define HEADER_MAX ((size_t)64 << 20)

/* A message being read: what is left of it. */
struct message {
	const unsigned char *at, *end;
};

struct field {
	uint64_t number, value; /* the value of a varint; 0 for the rest */
	unsigned wire;
	struct ho_slice bytes;
};

static bool read_varint(uint64_t *out, struct message *m)
{
	*out = 0;
	for (unsigned shift = 0; shift < 64 && m->at < m->end; shift += 7) {
		unsigned char byte = *m->at++;
		*out |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return true;
	}
	return false;
}

/* The next field: 1, 0 at the end of the message, -1 where it is damaged. */
static int next_field(struct field *out, struct message *m)
{
	uint64_t key, len;
	if (m->at == m->end)
		return 0;
	if (!read_varint(&key, m))
		return -1;
	*out = (struct field){.number = key >> 3, .wire = key & 7};
	switch (out->wire) {
	case WIRE_VARINT:
		return read_varint(&out->value, m) ? 1 : -1;
	case WIRE_64:
	case WIRE_32:
		len = out->wire == WIRE_64 ? 8 : 4;
		break;
	case WIRE_BYTES:
		if (!read_varint(&len, m))
			return -1;
		break;
	default: /* groups, which ONNX never had */
		return -1;
	}
	if (len > (size_t)(m->end - m->at))
		return -1;
	out->bytes = ho_slice((const char *)m->at, (size_t)len);
	m->at += len;
	return 1;
}

static struct message open_message(struct ho_slice bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.ptr;
	return (struct message){at, at + bytes.len};
}

/* A weight of the file; `name` becomes that of the encoder's. */
struct weight {
	struct ho_slice exported, raw;
	char name[NAME_MAX_BYTES];
	uint64_t dims[RANK_MAX];
	unsigned rank;
	bool transposed;
};

struct weights {
	struct weight *items; /* [n] */
	size_t n, cap;
};

static enum ho_status damaged(struct ho_error *err)
{
	return ho_fail(err, HO_EFORMAT, "it is damaged, or no ONNX file");
}

/* Dimensions come one a field or packed. */
static bool add_dims(struct weight *w, const struct field *field, bool *fits)
{
	struct message packed = open_message(field->bytes);
	uint64_t value = field->value;
	do {
		if (field->wire == WIRE_BYTES && (packed.at == packed.end || !read_varint(&value, &packed)))
			return packed.at == packed.end;
		*fits = *fits && w->rank < RANK_MAX;
		if (*fits)
			w->dims[w->rank++] = value;
	} while (field->wire == WIRE_BYTES && packed.at < packed.end);
	return true;
}

/* *is_weight: fp32 of one or two dimensions, within the file. Integers (positions, shapes) stand among the
 * initializers too and are none. */
static enum ho_status read_tensor(struct weight *out, bool *is_weight, struct ho_slice bytes, struct ho_error *err)
{
	struct message m = open_message(bytes);
	struct field field;
	uint64_t type = 0, place = 0, size = sizeof(float);
	bool fits = true, has_raw = false;
	int got;
	*out = (struct weight){.rank = 0};
	while ((got = next_field(&field, &m)) > 0) {
		if (field.number == TENSOR_DIMS && !add_dims(out, &field, &fits))
			return damaged(err);
		if (field.number == TENSOR_TYPE)
			type = field.value;
		if (field.number == TENSOR_PLACE)
			place = field.value;
		if (field.number == TENSOR_NAME)
			out->exported = field.bytes;
		if (field.number == TENSOR_RAW) {
			out->raw = field.bytes;
			has_raw = true;
		}
	}
	if (got < 0)
		return damaged(err);
	*is_weight = type == TYPE_FLOAT && fits && out->rank > 0;
	if (!*is_weight)
		return HO_OK;
	if (place == PLACE_EXTERNAL || !has_raw)
		return ho_fail(err, HO_EUNAVAIL, "its weights are not within the file, or not as raw bytes");
	for (unsigned d = 0; d < out->rank; d++)
		if (__builtin_mul_overflow(size, out->dims[d], &size))
			return damaged(err);
	return size == out->raw.len ? HO_OK : damaged(err);
}

static enum ho_status add_tensor(struct weights *all, struct ho_slice bytes, struct ho_error *err)
{
	bool is_weight = false;
	if (all->n == HO_TENSORS_MAX)
		return ho_fail(err, HO_ELIMIT, "it has more than %d weights", HO_TENSORS_MAX);
	if (ho_grow(&all->items, &all->cap, all->n + 1, sizeof *all->items))
		return ho_fail_nomem(err);
	enum ho_status status = read_tensor(&all->items[all->n], &is_weight, bytes, err);
	all->n += status == HO_OK && is_weight;
	return status;
}

static int by_exported(const void *a, const void *b)
{
	return ho_slice_compare(((const struct weight *)a)->exported, ((const struct weight *)b)->exported);
}

static bool begins(struct ho_slice text, const char *with)
{
	return text.len > strlen(with) && memcmp(text.ptr, with, strlen(with)) == 0;
}

/* Names that could be written into the header as they are. */
static bool copy_name(char out[NAME_MAX_BYTES], struct ho_slice name, char from, const char *end)
{
	if (name.len + strlen(end) >= NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i] == from ? '.' : name.ptr[i];
		bool plain =
		    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
		if (!plain)
			return false;
		out[i] = c;
	}
	memcpy(out + name.len, end, strlen(end) + 1);
	return true;
}

/* Does a node multiply by whole numbers? */
static bool is_rounded(struct ho_slice kind)
{
	static const char *const kinds[] = {"MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul",
	                                    "QLinearMatMul", "MatMulNBits"};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (ho_slice_is(kind, kinds[i]))
			return true;
	return false;
}

/* A node "/encoder/layer.0/output/dense/MatMul" multiplies by encoder.layer.0.output.dense.weight, transposed. */
static enum ho_status name_matrix(struct weights *all, struct ho_slice node, struct ho_error *err)
{
	static const char ending[] = "/MatMul";
	struct message m = open_message(node);
	struct field field;
	struct ho_slice name = {NULL, 0}, kind = {NULL, 0};
	struct weight wanted = {.rank = 0};
	size_t inputs = 0, tail = sizeof ending - 1;
	int got;
	while ((got = next_field(&field, &m)) > 0) {
		if (field.number == NODE_INPUT && ++inputs == 2)
			wanted.exported = field.bytes;
		if (field.number == NODE_NAME)
			name = field.bytes;
		if (field.number == NODE_OPERATOR)
			kind = field.bytes;
	}
	if (got < 0)
		return damaged(err);
	if (is_rounded(kind))
		return ho_fail(err, HO_EUNAVAIL, "its weights are rounded to whole numbers; take the export in fp32");
	if (!ho_slice_is(kind, "MatMul") || inputs < 2)
		return HO_OK;
	struct weight *found = bsearch(&wanted, all->items, all->n, sizeof *all->items, by_exported);
	if (!found || found->rank != 2 || !begins(name, "/encoder/") || name.len <= tail ||
	    memcmp(name.ptr + name.len - tail, ending, tail) != 0)
		return HO_OK; /* no matrix of a layer; if one is missing in the end, opening the encoder tells which */
	found->transposed = copy_name(found->name, ho_slice(name.ptr + 1, name.len - 1 - tail), '/', ".weight");
	return HO_OK;
}

/* Of the graph's fields of one kind, each. */
static enum ho_status for_each(struct weights *all, struct ho_slice graph, uint64_t number,
                               enum ho_status (*visit)(struct weights *, struct ho_slice, struct ho_error *),
                               struct ho_error *err)
{
	struct message m = open_message(graph);
	struct field field;
	enum ho_status status = HO_OK;
	size_t seen = 0;
	int got;
	while (status == HO_OK && (got = next_field(&field, &m)) != 0) {
		if (got < 0)
			return damaged(err);
		if (field.number != number || field.wire != WIRE_BYTES)
			continue;
		status = ++seen > NODES_MAX ? ho_fail(err, HO_ELIMIT, "it has more than %d nodes", NODES_MAX)
		                            : visit(all, field.bytes, err);
	}
	return status;
}

static enum ho_status find_graph(struct ho_slice *out, struct ho_slice file, struct ho_error *err)
{
	struct message m = open_message(file);
	struct field field;
	int got;
	*out = (struct ho_slice){NULL, 0};
	while ((got = next_field(&field, &m)) > 0)
		if (field.number == MODEL_GRAPH && field.wire == WIRE_BYTES)
			*out = field.bytes;
	return got < 0 || !out->ptr ? damaged(err) : HO_OK;
}

static enum ho_status collect(struct weights *all, struct ho_slice file, struct ho_error *err)
{
	struct ho_slice graph;
	enum ho_status status = find_graph(&graph, file, err);
	if (status == HO_OK)
		status = for_each(all, graph, GRAPH_INITIALIZER, add_tensor, err);
	if (status == HO_OK && !all->n)
		status = ho_fail(err, HO_EFORMAT, "it holds no weights in fp32");
	if (status)
		return status;
	qsort(all->items, all->n, sizeof *all->items, by_exported);
	for (size_t i = 0; i < all->n; i++) {
		struct weight *w = &all->items[i];
		if (begins(w->exported, "embeddings.") || begins(w->exported, "encoder."))
			(void)copy_name(w->name, w->exported, '.', "");
	}
	return for_each(all, graph, GRAPH_NODE, name_matrix, err);
}

static enum ho_status add_header(struct ho_buf *out, const struct weights *all, struct ho_error *err)
{
	uint64_t at = 0;
	const char *comma = "";
	enum ho_status status = ho_buf_add(out, "{", 1, err);
	for (size_t i = 0; i < all->n && status == HO_OK; i++) {
		const struct weight *w = &all->items[i];
		if (!w->name[0])
			continue;
		status = ho_buf_printf(out, err, "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[", comma, w->name);
		if (status == HO_OK && w->rank == 1)
			status = ho_buf_printf(out, err, "%" PRIu64, w->dims[0]);
		if (status == HO_OK && w->rank == 2)
			status = ho_buf_printf(out, err, "%" PRIu64 ",%" PRIu64, w->dims[w->transposed],
			                       w->dims[!w->transposed]);
		if (status == HO_OK)
			status = ho_buf_printf(out, err, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", at,
			                       at + w->raw.len);
		at += w->raw.len;
		comma = ",";
	}
	return status ? status : ho_buf_add(out, "}", 1, err);
}

/* [rows][columns] of four bytes each, as [columns][rows]. */
static enum ho_status add_transposed(struct ho_writer *writer, const struct weight *w, struct ho_error *err)
{
	size_t rows = (size_t)w->dims[0], columns = (size_t)w->dims[1];
	char *column = ho_alloc(rows, sizeof(float));
	enum ho_status status = column ? HO_OK : ho_fail_nomem(err);
	for (size_t c = 0; c < columns && status == HO_OK; c++) {
		for (size_t r = 0; r < rows; r++)
			memcpy(column + r * sizeof(float), w->raw.ptr + (r * columns + c) * sizeof(float),
			       sizeof(float));
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
	for (unsigned i = 0; i < sizeof size; i++)
		size[i] = (char)((uint64_t)ho_buf_slice(&header).len >> (8 * i) & 255);
	if (status == HO_OK)
		status = ho_writer_add(&writer, size, sizeof size, err);
	if (status == HO_OK)
		status = ho_writer_add(&writer, ho_buf_slice(&header).ptr, ho_buf_slice(&header).len, err);
	for (size_t i = 0; i < all->n && status == HO_OK; i++) {
		const struct weight *w = &all->items[i];
		status = ho_progress_check(progress, err);
		if (status == HO_OK && w->name[0])
			status = w->transposed ? add_transposed(&writer, w, err)
			                       : ho_writer_add(&writer, w->raw.ptr, w->raw.len, err);
	}
	if (status == HO_OK)
		status = ho_writer_commit(&writer, err);
	ho_writer_discard(&writer);
	ho_buf_release(&header);
	return status;
}

enum ho_status ho_hub__from_onnx(const char *to, const char *from, const struct ho_progress *progress,
                                 struct ho_error *err)
{
	struct ho_mapping map;
	struct weights all = {NULL, 0, 0};
	enum ho_status status = ho_mapping_open(&map, from, err);
	if (status)
		return status;
	status = collect(&all, map.bytes, err);
	if (status == HO_OK)
		status = write_weights(to, &all, progress, err);
	ho_free(all.items);
	ho_mapping_close(&map);
	return status;
}
