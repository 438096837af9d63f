#include "encoder/encoder.h"

#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "encoder/private.h"

static void release_dense(struct encoder_dense *dense)
{
	ho_encoder__release_floats(dense->packed);
	ho_encoder__release_floats(dense->bias);
}

static void release_norm(struct encoder_norm *norm)
{
	ho_encoder__release_floats(norm->gain);
	ho_encoder__release_floats(norm->shift);
}

void ho_encoder_free(struct ho_encoder *encoder)
{
	if (!encoder)
		return;
	for (unsigned l = 0; encoder->layers && l < encoder->facts.layers; l++) {
		struct encoder_layer *layer = &encoder->layers[l];
		release_dense(&layer->qkv);
		release_dense(&layer->attended);
		release_dense(&layer->inner);
		release_dense(&layer->outer);
		release_norm(&layer->after_attention);
		release_norm(&layer->after_inner);
	}
	ho_free(encoder->layers);
	release_norm(&encoder->embedded);
	ho_encoder__release_floats(encoder->positions);
	ho_encoder__release_floats(encoder->token_weights);
	ho_wordpiece_release(&encoder->wordpiece);
	ho_safetensors_close(&encoder->file);
	ho_free(encoder);
}

const struct ho_encoder_facts *ho_encoder_facts(const struct ho_encoder *encoder)
{
	return &encoder->facts;
}

/* Token vectors of a static encoder, with a factor for each token where the file has one. */
static enum ho_status bind_static(struct ho_encoder *e, struct ho_error *err)
{
	const struct ho_tensor *table = ho_safetensors_find(&e->file, "embeddings");
	const struct ho_tensor *weights = ho_safetensors_find(&e->file, "weights");
	if (!table)
		table = ho_safetensors_find(&e->file, "embedding.weight");
	if (!table || table->rank != 2 || table->shape[0] < 1 || table->shape[1] < 1 || table->shape[1] > 65536 ||
	    table->shape[0] > HO_VOCABULARY_MAX)
		return ho_fail(err, HO_EFORMAT, "the weights lack a tensor embeddings of two dimensions");
	if (ho_safetensors_find(&e->file, "mapping"))
		return ho_fail(err, HO_EUNAVAIL, "its vocabulary is mapped to fewer vectors, which is not supported");
	if (weights && (weights->rank != 1 || weights->shape[0] != table->shape[0]))
		return ho_fail(err, HO_EFORMAT, "the tensor weights does not have one number for each token");
	e->tokens = table;
	e->facts.vocabulary = (unsigned)table->shape[0];
	e->facts.dimensions = e->facts.hidden = (unsigned)table->shape[1];
	if (!weights)
		return HO_OK;
	e->token_weights = ho_encoder__floats(e->facts.vocabulary);
	return e->token_weights ? ho_tensor_floats(e->token_weights, weights, 0, e->facts.vocabulary, err)
	                        : ho_fail_nomem(err);
}

/* Every pass uses these: the words, what the files say and all weights. */
static uint64_t fingerprint(const struct ho_encoder *e)
{
	const struct ho_encoder_facts *f = &e->facts;
	uint64_t parts[] = {f->kind,       f->layers,  f->heads,     f->hidden, f->inner, f->vocabulary,
	                    f->max_tokens, f->pooling, f->normalise, 0,         0};
	size_t n = sizeof parts / sizeof *parts;
	for (uint32_t i = 0; i < e->wordpiece.vocabulary.n; i++)
		parts[n - 2] += ho_hash(e->wordpiece.vocabulary.keys[i].ptr, e->wordpiece.vocabulary.keys[i].len,
		                        e->wordpiece.ids[i]);
	for (size_t i = 0; i < e->file.n; i++)
		parts[n - 1] += ho_hash(e->file.tensors[i].data, (size_t)e->file.tensors[i].bytes, i);
	return ho_hash(parts, sizeof parts, 0);
}

static enum ho_status load(struct ho_encoder *e, const char *folder, unsigned max_tokens, struct ho_error *err)
{
	struct ho_encoder_config config;
	char path[4096];
	enum ho_status status = ho_encoder_config_read(&config, folder, err);
	if (status)
		return status;
	e->facts = config.facts;
	e->epsilon = config.epsilon;
	e->kernels = ho_kernels_choose();
	e->facts.kernels = e->kernels->name;
	if (max_tokens >= 3 && e->facts.positions && max_tokens < e->facts.positions)
		e->facts.max_tokens = max_tokens;
	status = ho_wordpiece_open(&e->wordpiece, folder, err);
	snprintf(path, sizeof path, "%s/model.safetensors", folder);
	if (status == HO_OK)
		status = ho_safetensors_open(&e->file, path, err);
	if (status)
		return status;
	status = e->facts.kind == HO_ENCODER_BERT ? ho_encoder__bind(e, config.types, err) : bind_static(e, err);
	if (status == HO_OK && e->wordpiece.size > e->facts.vocabulary)
		status = ho_fail(err, HO_EFORMAT, "the tokenizer has ids up to %u, the weights vectors for %u only",
		                 e->wordpiece.size - 1, e->facts.vocabulary);
	if (status) {
		ho_error_at(err, "%s", path);
		return status;
	}
	for (size_t i = 0; i < e->file.n; i++)
		e->facts.parameters += e->file.tensors[i].dtype == HO_DTYPE_F32     ? e->file.tensors[i].bytes / 4
		                       : e->file.tensors[i].dtype != HO_DTYPE_OTHER ? e->file.tensors[i].bytes / 2
		                                                                    : 0;
	e->facts.fingerprint = fingerprint(e);
	return HO_OK;
}

enum ho_status ho_encoder_open(struct ho_encoder **out, const char *folder, unsigned max_tokens, struct ho_error *err)
{
	*out = NULL;
	struct ho_encoder *encoder = ho_calloc(1, sizeof *encoder);
	if (!encoder)
		return ho_fail_nomem(err);
	enum ho_status status = load(encoder, folder, max_tokens, err);
	if (status) {
		ho_encoder_free(encoder);
		return status;
	}
	*out = encoder;
	return HO_OK;
}
