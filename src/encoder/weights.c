/* From named tensors to packed layers. Names as Hugging Face's BertModel writes them, with or without "bert." before.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "encoder/private.h"

/* ho_alloc() for the failure tests, and then up to the next multiple of 64. The pointer to free stands before it. */
float *ho_encoder__floats(size_t n)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, sizeof(float), &bytes) || __builtin_add_overflow(bytes, 128, &bytes))
		return NULL;
	char *raw = ho_alloc(bytes, 1);
	if (!raw)
		return NULL;
	char *aligned = raw + 64 + (64 - ((uintptr_t)raw & 63)) % 64;
	memcpy(aligned - sizeof raw, &raw, sizeof raw);
	return (float *)(void *)aligned;
}

void ho_encoder__release_floats(float *floats)
{
	char *raw;
	if (!floats)
		return;
	memcpy(&raw, (char *)floats - sizeof raw, sizeof raw);
	ho_free(raw);
}

static const struct ho_tensor *find(const struct ho_encoder *encoder, const char *name)
{
	char longer[160];
	const struct ho_tensor *tensor = ho_safetensors_find(&encoder->file, name);
	snprintf(longer, sizeof longer, "bert.%s", name);
	return tensor ? tensor : ho_safetensors_find(&encoder->file, longer);
}

/* A tensor of [rows][columns], or [columns] for rows = 0. */
static enum ho_status need(const struct ho_tensor **out, const struct ho_encoder *encoder, const char *name,
                           uint64_t rows, uint64_t columns, struct ho_error *err)
{
	const struct ho_tensor *t = *out = find(encoder, name);
	if (!t)
		return ho_fail(err, HO_EFORMAT, "the weights lack the tensor %s", name);
	bool fits = rows ? t->rank == 2 && t->shape[0] == rows && t->shape[1] == columns
	                 : t->rank == 1 && t->shape[0] == columns;
	if (!fits || !ho_dtype_is_float(t->dtype))
		return ho_fail(err, HO_EFORMAT, "the tensor %s has another shape or type than config.json asks for",
		               name);
	return HO_OK;
}

static enum ho_status read_all(float **out, const struct ho_encoder *encoder, const char *name, uint64_t rows,
                               uint64_t columns, struct ho_error *err)
{
	const struct ho_tensor *tensor;
	size_t n = (size_t)((rows ? rows : 1) * columns);
	enum ho_status status = need(&tensor, encoder, name, rows, columns, err);
	if (status)
		return status;
	*out = ho_encoder__floats(n);
	return *out ? ho_tensor_floats(*out, tensor, 0, n, err) : ho_fail_nomem(err);
}

static enum ho_status read_norm(struct encoder_norm *out, const struct ho_encoder *encoder, const char *stem,
                                struct ho_error *err)
{
	char name[140];
	snprintf(name, sizeof name, "%s.weight", stem);
	enum ho_status status = read_all(&out->gain, encoder, name, 0, encoder->facts.hidden, err);
	snprintf(name, sizeof name, "%s.bias", stem);
	return status ? status : read_all(&out->shift, encoder, name, 0, encoder->facts.hidden, err);
}

/* `n` dense layers with the same input, stacked into one: their shapes. */
static enum ho_status check_dense(struct encoder_dense *out, const struct ho_encoder *encoder, const char *const *stems,
                                  size_t n, size_t each, size_t in, struct ho_error *err)
{
	char name[140];
	const struct ho_tensor *found;
	enum ho_status status = HO_OK;
	out->out = n * each;
	out->in = in;
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		snprintf(name, sizeof name, "%s.weight", stems[i]);
		status = need(&found, encoder, name, each, in, err);
		snprintf(name, sizeof name, "%s.bias", stems[i]);
		if (status == HO_OK)
			status = need(&found, encoder, name, 0, each, err);
	}
	return status;
}

/* The same ones' weights. */
static enum ho_status read_dense(struct encoder_dense *out, struct ho_encoder *encoder, const char *const *stems,
                                 size_t n, struct ho_error *err)
{
	char name[140];
	size_t in = out->in, each = out->out / n;
	out->packed = ho_weight_room_take(&encoder->room, ho_packed_size(out->out, in) * sizeof *out->packed);
	out->bias = ho_encoder__floats(out->out);
	float *plain = ho_encoder__floats(out->out * in);
	enum ho_status status = out->packed && out->bias && plain ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		snprintf(name, sizeof name, "%s.weight", stems[i]);
		status = ho_tensor_floats(plain + i * each * in, find(encoder, name), 0, each * in, err);
		snprintf(name, sizeof name, "%s.bias", stems[i]);
		if (status == HO_OK)
			status = ho_tensor_floats(out->bias + i * each, find(encoder, name), 0, each, err);
	}
	if (status == HO_OK)
		ho_pack(out->packed, plain, out->out, in);
	ho_encoder__release_floats(plain);
	return status;
}

/* What the tensors of a layer are called. */
struct stems {
	char text[8][100];
	const char *of[8];
};

static void name_layer(struct stems *stems, unsigned number)
{
	static const char *const names[] = {"attention.self.query",       "attention.self.key", "attention.self.value",
	                                    "attention.output.dense",     "intermediate.dense", "output.dense",
	                                    "attention.output.LayerNorm", "output.LayerNorm"};
	for (size_t i = 0; i < 8; i++) {
		snprintf(stems->text[i], sizeof stems->text[i], "encoder.layer.%u.%s", number, names[i]);
		stems->of[i] = stems->text[i];
	}
}

static enum ho_status check_layer(struct encoder_layer *layer, const struct ho_encoder *encoder, unsigned number,
                                  struct ho_error *err)
{
	struct stems stems;
	size_t hidden = encoder->facts.hidden, inner = encoder->facts.inner;
	name_layer(&stems, number);
	enum ho_status status = check_dense(&layer->qkv, encoder, stems.of, 3, hidden, hidden, err);
	if (status == HO_OK)
		status = check_dense(&layer->attended, encoder, stems.of + 3, 1, hidden, hidden, err);
	if (status == HO_OK)
		status = check_dense(&layer->inner, encoder, stems.of + 4, 1, inner, hidden, err);
	return status ? status : check_dense(&layer->outer, encoder, stems.of + 5, 1, hidden, inner, err);
}

static enum ho_status read_layer(struct encoder_layer *layer, struct ho_encoder *encoder, unsigned number,
                                 struct ho_error *err)
{
	struct stems stems;
	name_layer(&stems, number);
	enum ho_status status = read_dense(&layer->qkv, encoder, stems.of, 3, err);
	if (status == HO_OK)
		status = read_dense(&layer->attended, encoder, stems.of + 3, 1, err);
	if (status == HO_OK)
		status = read_dense(&layer->inner, encoder, stems.of + 4, 1, err);
	if (status == HO_OK)
		status = read_dense(&layer->outer, encoder, stems.of + 5, 1, err);
	if (status == HO_OK)
		status = read_norm(&layer->after_attention, encoder, stems.of[6], err);
	return status ? status : read_norm(&layer->after_inner, encoder, stems.of[7], err);
}

static enum ho_status read_embeddings(struct ho_encoder *encoder, unsigned types, struct ho_error *err)
{
	const struct ho_encoder_facts *f = &encoder->facts;
	float *type = NULL;
	enum ho_status status =
	    need(&encoder->tokens, encoder, "embeddings.word_embeddings.weight", f->vocabulary, f->hidden, err);
	if (status == HO_OK)
		status = read_all(&encoder->positions, encoder, "embeddings.position_embeddings.weight", f->positions,
		                  f->hidden, err);
	if (status == HO_OK)
		status = read_all(&type, encoder, "embeddings.token_type_embeddings.weight", types, f->hidden, err);
	for (size_t i = 0; status == HO_OK && i < (size_t)f->positions * f->hidden; i++)
		encoder->positions[i] += type[i % f->hidden];
	ho_encoder__release_floats(type);
	return status ? status : read_norm(&encoder->embedded, encoder, "embeddings.LayerNorm", err);
}

/* Shapes before memory: settings may ask for more than the file holds. */
static enum ho_status read_layers(struct ho_encoder *encoder, struct ho_error *err)
{
	unsigned layers = encoder->facts.layers;
	size_t bytes = 0;
	enum ho_status status = HO_OK;
	for (unsigned l = 0; l < layers && status == HO_OK; l++)
		status = check_layer(&encoder->layers[l], encoder, l, err);
	for (size_t i = 0; i < 4 * (size_t)layers && status == HO_OK; i++) {
		const struct encoder_dense *d = ho_encoder__dense(encoder, i);
		bytes += ho_weight_room_share(ho_packed_size(d->out, d->in) * sizeof *d->packed);
	}
	if (status == HO_OK && !ho_weight_room_init(&encoder->room, bytes))
		return ho_fail_nomem(err);
	for (unsigned l = 0; l < layers && status == HO_OK; l++)
		status = read_layer(&encoder->layers[l], encoder, l, err);
	return status;
}

enum ho_status ho_encoder__bind(struct ho_encoder *encoder, unsigned types, struct ho_error *err)
{
	enum ho_status status = read_embeddings(encoder, types, err);
	encoder->layers = ho_calloc(encoder->facts.layers, sizeof *encoder->layers);
	if (!encoder->layers && status == HO_OK)
		status = ho_fail_nomem(err);
	return status ? status : read_layers(encoder, err);
}
