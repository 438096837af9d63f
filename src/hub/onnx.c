#include "hub/onnx.h"

#include "base/alloc.h"

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };
enum { MODEL_GRAPH = 7 };
enum { GRAPH_NODE = 1, GRAPH_INITIALIZER = 5 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OPERATOR = 4 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_RAW = 9, TENSOR_PLACE = 14 };
enum { PLACE_EXTERNAL = 1 };

/* A message being read: what is left of it. */
struct message {
	const unsigned char *at, *end;
};

struct field {
	uint64_t number, value; /* value: of a varint; 0 for the rest */
	unsigned wire;
	struct ho_slice bytes; /* of the rest */
};

static struct message open_message(struct ho_slice bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.ptr;
	return (struct message){at, at + bytes.len};
}

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

static enum ho_status damaged(struct ho_error *err)
{
	return ho_fail(err, HO_EFORMAT, "it is damaged, or no ONNX file");
}

static void add_dim(struct onnx_tensor *t, uint64_t value)
{
	if (t->rank < ONNX_RANK_MAX)
		t->shape[t->rank] = value;
	t->rank += t->rank <= ONNX_RANK_MAX;
}

/* Dimensions come one a field or packed. */
static bool add_dims(struct onnx_tensor *t, const struct field *field)
{
	struct message packed = open_message(field->bytes);
	uint64_t value;
	if (field->wire == WIRE_VARINT)
		add_dim(t, field->value);
	while (packed.at < packed.end) {
		if (!read_varint(&value, &packed))
			return false;
		add_dim(t, value);
	}
	return true;
}

static enum ho_status read_tensor(struct onnx_tensor *out, struct ho_slice bytes, struct ho_error *err)
{
	struct message m = open_message(bytes);
	struct field field;
	int got;
	*out = (struct onnx_tensor){.rank = 0};
	while ((got = next_field(&field, &m)) > 0) {
		if (field.number == TENSOR_DIMS && !add_dims(out, &field))
			return damaged(err);
		if (field.number == TENSOR_TYPE)
			out->type = field.value;
		if (field.number == TENSOR_PLACE)
			out->outside = field.value == PLACE_EXTERNAL;
		if (field.number == TENSOR_NAME)
			out->name = field.bytes;
		if (field.number == TENSOR_RAW)
			out->raw = field.bytes;
	}
	return got < 0 ? damaged(err) : HO_OK;
}

/* Does a node multiply by whole numbers, or make floats of them? */
static bool rounds(struct ho_slice kind)
{
	static const char *const kinds[] = {"MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul",
	                                    "QLinearMatMul", "MatMulNBits",          "DequantizeLinear"};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (ho_slice_is(kind, kinds[i]))
			return true;
	return false;
}

/* Room for one more; `items` is the address of the array. */
static enum ho_status grow(void *items, size_t *cap, size_t n, size_t size, struct ho_error *err)
{
	if (n == ONNX_ITEMS_MAX)
		return ho_fail(err, HO_ELIMIT, "it has more than %d tensors or nodes of a kind", ONNX_ITEMS_MAX);
	return ho_grow(items, cap, n + 1, size) ? ho_fail_nomem(err) : HO_OK;
}

static enum ho_status add_tensor(struct onnx_file *file, struct ho_slice bytes, struct ho_error *err)
{
	uint32_t index;
	enum ho_status status = grow(&file->tensors, &file->tensors_cap, file->n_tensors, sizeof *file->tensors, err);
	if (status)
		return status;
	struct onnx_tensor *tensor = &file->tensors[file->n_tensors];
	status = read_tensor(tensor, bytes, err);
	if (status == HO_OK && !tensor->name.len)
		status = damaged(err);
	if (status == HO_OK)
		status = ho_map_add(&index, &file->names, tensor->name, err);
	if (status)
		return status;
	if (index < file->n_tensors)
		return ho_fail(err, HO_EFORMAT, "it has two tensors of one name");
	file->n_tensors++;
	return HO_OK;
}

static enum ho_status add_node(struct onnx_file *file, struct ho_slice bytes, struct ho_error *err)
{
	struct message m = open_message(bytes);
	struct field field;
	struct ho_slice inputs[2] = {{NULL, 0}, {NULL, 0}}, output = {NULL, 0}, name = {NULL, 0}, kind = {NULL, 0};
	size_t n = 0;
	int got;
	enum ho_status status = HO_OK;
	while ((got = next_field(&field, &m)) > 0) {
		if (field.number == NODE_INPUT && n < 2)
			inputs[n++] = field.bytes;
		if (field.number == NODE_OUTPUT)
			output = field.bytes;
		if (field.number == NODE_NAME)
			name = field.bytes;
		if (field.number == NODE_OPERATOR)
			kind = field.bytes;
	}
	if (got < 0)
		return damaged(err);
	file->is_rounded = file->is_rounded || rounds(kind);
	if (ho_slice_is(kind, "MatMul") && n == 2) {
		status = grow(&file->products, &file->products_cap, file->n_products, sizeof *file->products, err);
		if (status == HO_OK)
			file->products[file->n_products++] = (struct onnx_product){name, inputs[1]};
	}
	if (ho_slice_is(kind, "Identity") && n == 1) {
		status = grow(&file->aliases, &file->aliases_cap, file->n_aliases, sizeof *file->aliases, err);
		if (status == HO_OK)
			file->aliases[file->n_aliases++] = (struct onnx_alias){inputs[0], output};
	}
	return status;
}

/* Nodes stand in the order in which they are computed, so that what an alias is made of comes before it. */
static enum ho_status name_aliases(struct onnx_file *file, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	file->tensor_of = ho_alloc(file->n_tensors + file->n_aliases, sizeof *file->tensor_of);
	if (!file->tensor_of)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < file->n_tensors; i++)
		file->tensor_of[i] = (uint32_t)i;
	for (size_t i = 0; i < file->n_aliases && status == HO_OK; i++) {
		uint32_t tensor = ho_onnx_find(file, file->aliases[i].input), n = file->names.n, index;
		if (tensor == ONNX_NONE || !file->aliases[i].output.len)
			continue;
		status = ho_map_add(&index, &file->names, file->aliases[i].output, err);
		if (status == HO_OK && index == n)
			file->tensor_of[index] = tensor;
	}
	return status;
}

static enum ho_status read_graph(struct onnx_file *file, struct ho_slice graph, struct ho_error *err)
{
	struct message m = open_message(graph);
	struct field field;
	enum ho_status status = HO_OK;
	int got = 0;
	while (status == HO_OK && (got = next_field(&field, &m)) > 0) {
		if (field.number == GRAPH_NODE && field.wire == WIRE_BYTES)
			status = add_node(file, field.bytes, err);
		if (field.number == GRAPH_INITIALIZER && field.wire == WIRE_BYTES)
			status = add_tensor(file, field.bytes, err);
	}
	return status == HO_OK && got < 0 ? damaged(err) : status;
}

enum ho_status ho_onnx_read(struct onnx_file *out, struct ho_slice bytes, struct ho_error *err)
{
	struct message m = open_message(bytes);
	struct field field;
	size_t graphs = 0;
	enum ho_status status = HO_OK;
	int got = 0;
	*out = (struct onnx_file){.n_tensors = 0};
	ho_map_init(&out->names);
	while (status == HO_OK && (got = next_field(&field, &m)) > 0)
		if (field.number == MODEL_GRAPH && field.wire == WIRE_BYTES) {
			/* Protobuf would merge several; no writer of ONNX makes them. */
			status = ++graphs > 1 ? damaged(err) : read_graph(out, field.bytes, err);
		}
	if (status == HO_OK && (got < 0 || !graphs))
		status = damaged(err);
	return status ? status : name_aliases(out, err);
}

void ho_onnx_release(struct onnx_file *file)
{
	ho_free(file->tensors);
	ho_free(file->products);
	ho_free(file->aliases);
	ho_free(file->tensor_of);
	ho_map_release(&file->names);
	*file = (struct onnx_file){.n_tensors = 0};
}

uint32_t ho_onnx_find(const struct onnx_file *file, struct ho_slice name)
{
	uint32_t index = ho_map_find(&file->names, name);
	return index == HO_MAP_NONE ? ONNX_NONE : file->tensor_of[index];
}
