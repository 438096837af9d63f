#include "encoder/encoder.h"

#include <math.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "encoder/private.h"
#include "encoder/weight_name.h"

static void release_norm(struct encoder_norm *norm)
{
	ho_encoder__release_floats(norm->gain);
	ho_encoder__release_floats(norm->shift);
}

struct encoder_dense *ho_encoder__dense(const struct ho_encoder *encoder, size_t number)
{
	struct encoder_layer *layer = &encoder->layers[number / 4];
	struct encoder_dense *all[] = {&layer->qkv, &layer->attended, &layer->inner, &layer->outer};
	return all[number % 4];
}

void ho_encoder_free(struct ho_encoder *encoder)
{
	if (!encoder)
		return;
	for (unsigned l = 0; encoder->layers && l < encoder->facts.layers; l++) {
		struct encoder_layer *layer = &encoder->layers[l];
		release_norm(&layer->after_attention);
		release_norm(&layer->after_inner);
	}
	for (size_t i = 0; encoder->layers && i < 4 * (size_t)encoder->facts.layers; i++)
		ho_encoder__release_floats(ho_encoder__dense(encoder, i)->bias);
	ho_weight_room_release(&encoder->room);
	ho_free(encoder->layers);
	release_norm(&encoder->embedded);
	ho_encoder__release_floats(encoder->positions);
	ho_encoder__release_floats(encoder->token_weights);
	ho_free(encoder->token_rows);
	ho_wordpiece_release(&encoder->wordpiece);
	ho_safetensors_close(&encoder->file);
	ho_mapping_close(&encoder->weights);
	if (encoder->release)
		encoder->release(encoder->release_context);
	ho_free(encoder);
}

void ho_encoder_keep(struct ho_encoder *encoder, void (*release)(void *context), void *context)
{
	encoder->release = release;
	encoder->release_context = context;
}

const struct ho_encoder_facts *ho_encoder_facts(const struct ho_encoder *encoder)
{
	return &encoder->facts;
}

/* How texts are cut into tokens: in any order of the pieces in the file. */
static uint64_t words_fingerprint(const struct ho_wordpiece *wp)
{
	uint64_t settings[] = {wp->unknown,        wp->begin,         wp->end,
	                       wp->word_chars_max, wp->has_edges,     wp->clean,
	                       wp->split_cjk,      wp->strip_accents, wp->lower_case,
	                       wp->vocabulary.n,   wp->n_added,       ho_hash(wp->prefix.ptr, wp->prefix.len, 1)};
	uint64_t sum = ho_hash(settings, sizeof settings, 0);
	for (uint32_t i = 0; i < wp->vocabulary.n; i++)
		sum += ho_hash(wp->vocabulary.keys[i].ptr, wp->vocabulary.keys[i].len, wp->ids[i]);
	for (size_t i = 0; i < wp->n_added; i++)
		sum += ho_hash(wp->added[i].content.ptr, wp->added[i].content.len, UINT64_C(1) << 32 | wp->added[i].id);
	return sum;
}

static uint64_t tensor_hash(const struct ho_tensor *t, struct ho_slice name)
{
	uint64_t seed = ho_hash(name.ptr, name.len, t->dtype);
	return ho_hash(t->data, (size_t)t->bytes, ho_hash(t->shape, t->rank * sizeof *t->shape, seed));
}

/* Names and numbers of the weights, in any order; `whole`, or of a static table: of all tensors. */
static uint64_t weights_fingerprint(const struct ho_encoder *e, bool whole)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < e->file.n; i++) {
		const struct ho_tensor *t = &e->file.tensors[i];
		struct ho_slice name = whole || e->facts.kind == HO_ENCODER_STATIC ? t->name : ho_weight_name(t);
		sum += name.ptr ? tensor_hash(t, name) : 0;
	}
	return sum;
}

/* Of everything that a vector depends on. */
static uint64_t fingerprint(const struct ho_encoder *e, bool whole)
{
	const struct ho_encoder_facts *f = &e->facts;
	uint32_t epsilon;
	memcpy(&epsilon, &e->epsilon, sizeof epsilon);
	uint64_t parts[] = {f->kind,
	                    f->layers,
	                    f->heads,
	                    f->hidden,
	                    f->inner,
	                    f->vocabulary,
	                    f->max_tokens,
	                    f->pooling,
	                    f->normalise,
	                    epsilon,
	                    words_fingerprint(&e->wordpiece),
	                    weights_fingerprint(e, whole)};
	return ho_hash(parts, sizeof parts, 0);
}

/* What the tokeniser must have for this kind of encoder. */
static enum ho_status check_words(const struct ho_encoder *e, bool lower_case, struct ho_error *err)
{
	const struct ho_wordpiece *wp = &e->wordpiece;
	if (e->facts.kind == HO_ENCODER_BERT && !wp->has_edges)
		return ho_fail(err, HO_EUNAVAIL, "its tokenizer puts no [CLS] and [SEP] around a text, as BERT's must");
	if (lower_case && !wp->lower_case)
		return ho_fail(
		    err, HO_EUNAVAIL,
		    "its sentence_bert_config.json wants lower case and its tokenizer does not, which is not "
		    "supported");
	return HO_OK;
}

static uint64_t numbers_in(const struct ho_tensor *tensor)
{
	unsigned size = tensor->dtype == HO_DTYPE_F32 ? 4 : tensor->dtype == HO_DTYPE_F64 ? 8 : 2;
	return ho_dtype_is_float(tensor->dtype) ? tensor->bytes / size : 0;
}

/* Weights and vocabulary must belong together. */
static enum ho_status bind(struct ho_encoder *e, unsigned types, struct ho_error *err)
{
	enum ho_status status =
	    e->facts.kind == HO_ENCODER_BERT ? ho_encoder__bind(e, types, err) : ho_encoder__bind_static(e, err);
	if (status == HO_OK && e->wordpiece.size > e->facts.vocabulary)
		status = ho_fail(err, HO_EFORMAT, "the tokenizer has ids up to %u, the weights vectors for %u only",
		                 e->wordpiece.size - 1, e->facts.vocabulary);
	for (size_t i = 0; i < e->file.n && status == HO_OK; i++)
		e->facts.parameters += numbers_in(&e->file.tensors[i]);
	return status;
}

static enum ho_status load(struct ho_encoder *e, struct ho_encoder_files *files, unsigned max_tokens,
                           struct ho_error *err)
{
	struct ho_encoder_config config;
	struct ho_slice weights;
	enum ho_status status = ho_kernels_check(err);
	if (status == HO_OK)
		status = ho_encoder_config_read(&config, files, err);
	if (status)
		return status;
	e->facts = config.facts;
	e->epsilon = config.epsilon;
	e->kernels = ho_kernels_choose();
	e->facts.kernels = e->kernels->name;
	if (max_tokens >= 3 && e->facts.positions && max_tokens <= e->facts.positions)
		e->facts.max_tokens = max_tokens;
	status = ho_encoder_config_check_size(&e->facts, err); /* a model file may ask for more than its folder does */
	if (status)
		return status;
	status = ho_wordpiece_open(&e->wordpiece, files, err);
	if (status == HO_OK)
		status = check_words(e, config.lower_case, err);
	if (status == HO_OK)
		status = ho_encoder_files_read(&weights, files, HO_ENCODER_WEIGHTS, NULL, err);
	if (status)
		return status;
	status = ho_safetensors_read(&e->file, weights, err);
	if (status == HO_OK)
		status = bind(e, config.types, err);
	if (status) {
		ho_encoder_files_at(err, files, HO_ENCODER_WEIGHTS);
		return status;
	}
	e->facts.fingerprint = fingerprint(e, false);
	e->facts.older_fingerprint = fingerprint(e, true);
	return HO_OK;
}

enum ho_status ho_encoder_open_files(struct ho_encoder **out, struct ho_encoder_files *files, unsigned max_tokens,
                                     struct ho_error *err)
{
	*out = NULL;
	struct ho_encoder *encoder = ho_calloc(1, sizeof *encoder);
	if (!encoder)
		return ho_fail_nomem(err);
	enum ho_status status = load(encoder, files, max_tokens, err);
	if (status) {
		ho_encoder_free(encoder);
		return status;
	}
	*out = encoder;
	return HO_OK;
}

enum ho_status ho_encoder_open(struct ho_encoder **out, const char *folder, unsigned max_tokens, struct ho_error *err)
{
	struct ho_encoder_files files;
	ho_encoder_files_init(&files, folder);
	enum ho_status status = ho_encoder_open_files(out, &files, max_tokens, err);
	if (status == HO_OK) { /* token vectors are read as they are needed; the other files are done with */
		(*out)->weights = files.maps[HO_ENCODER_WEIGHTS];
		files.maps[HO_ENCODER_WEIGHTS] = (struct ho_mapping){{NULL, 0}};
	}
	ho_encoder_files_release(&files);
	return status;
}
