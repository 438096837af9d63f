#include "tune/network.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "encoder/config.h"
#include "encoder/files.h"
#include "encoder/safetensors.h"

/* ho_alloc() for the failure tests, then up to the next multiple of 64. The pointer to free stands before it. */
float *ho_tune_floats(size_t n)
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

void ho_tune_release_floats(float *floats)
{
	char *raw;
	if (!floats)
		return;
	memcpy(&raw, (char *)floats - sizeof raw, sizeof raw);
	ho_free(raw);
}

/* --- the layout */

/* The next tensor; its offset. A failure shows at the end: the array then has no room. */
static enum ho_status add(size_t *offset, struct ho_network *n, const char *name, size_t rows, size_t columns,
                          unsigned depth, struct ho_error *err)
{
	if (ho_grow(&n->tensors, &n->tensors_cap, n->n_tensors + 1, sizeof *n->tensors))
		return ho_fail_nomem(err);
	struct ho_network_tensor *t = &n->tensors[n->n_tensors++];
	*t = (struct ho_network_tensor){.offset = n->n, .rows = rows, .columns = columns, .depth = depth};
	t->decays = rows > 0;
	(void)snprintf(t->name, sizeof t->name, "%s", name);
	*offset = n->n;
	n->n += (rows ? rows : 1) * columns;
	return HO_OK;
}

static enum ho_status add_norm(struct ho_network_norm *out, struct ho_network *n, const char *stem, unsigned depth,
                               struct ho_error *err)
{
	char name[HO_NETWORK_NAME_MAX];
	(void)snprintf(name, sizeof name, "%.80s.weight", stem);
	enum ho_status status = add(&out->gain, n, name, 0, n->facts.hidden, depth, err);
	(void)snprintf(name, sizeof name, "%.80s.bias", stem);
	return status ? status : add(&out->shift, n, name, 0, n->facts.hidden, depth, err);
}

/* Layers with the same input stand one after the other, so that they are one matrix. */
static enum ho_status add_dense(struct ho_network_dense *out, struct ho_network *n, const char *const *parts,
                                size_t n_parts, size_t each, size_t in, unsigned depth, struct ho_error *err)
{
	char name[HO_NETWORK_NAME_MAX];
	size_t offset = 0;
	enum ho_status status = HO_OK;
	*out = (struct ho_network_dense){.out = n_parts * each, .in = in};
	for (size_t i = 0; i < 2 * n_parts && status == HO_OK; i++) {
		bool bias = i >= n_parts;
		(void)snprintf(name, sizeof name, "encoder.layer.%u.%s.%s", depth - 1, parts[i % n_parts],
		               bias ? "bias" : "weight");
		status = add(&offset, n, name, bias ? 0 : each, bias ? each : in, depth, err);
		if (i == 0)
			out->w = offset;
		else if (i == n_parts)
			out->b = offset;
	}
	return status;
}

static enum ho_status lay_layer(struct ho_network *n, unsigned depth, struct ho_error *err)
{
	static const char *const qkv[] = {"attention.self.query", "attention.self.key", "attention.self.value"};
	static const char *const attended[] = {"attention.output.dense"}, *const inner[] = {"intermediate.dense"},
	                         *const outer[] = {"output.dense"};
	struct ho_network_layer *layer = &n->layers[depth - 1];
	size_t hidden = n->facts.hidden, wide = n->facts.inner;
	char stem[HO_NETWORK_NAME_MAX];
	n->begin[depth] = n->n;
	enum ho_status status = add_dense(&layer->qkv, n, qkv, 3, hidden, hidden, depth, err);
	if (status == HO_OK)
		status = add_dense(&layer->attended, n, attended, 1, hidden, hidden, depth, err);
	if (status == HO_OK)
		status = add_dense(&layer->inner, n, inner, 1, wide, hidden, depth, err);
	if (status == HO_OK)
		status = add_dense(&layer->outer, n, outer, 1, hidden, wide, depth, err);
	(void)snprintf(stem, sizeof stem, "encoder.layer.%u.attention.output.LayerNorm", depth - 1);
	if (status == HO_OK)
		status = add_norm(&layer->after_attention, n, stem, depth, err);
	(void)snprintf(stem, sizeof stem, "encoder.layer.%u.output.LayerNorm", depth - 1);
	return status ? status : add_norm(&layer->after_inner, n, stem, depth, err);
}

static enum ho_status lay_out(struct ho_network *n, unsigned types, struct ho_error *err)
{
	const struct ho_encoder_facts *f = &n->facts;
	unsigned top = f->layers + 1;
	n->begin = ho_calloc(f->layers + 3, sizeof *n->begin);
	n->layers = ho_calloc(f->layers, sizeof *n->layers);
	if (!n->begin || !n->layers)
		return ho_fail_nomem(err);
	enum ho_status status =
	    add(&n->tokens, n, "embeddings.word_embeddings.weight", f->vocabulary, f->hidden, 0, err);
	if (status == HO_OK)
		status =
		    add(&n->positions, n, "embeddings.position_embeddings.weight", f->positions, f->hidden, 0, err);
	if (status == HO_OK)
		status = add(&n->type, n, "embeddings.token_type_embeddings.weight", types, f->hidden, 0, err);
	if (status == HO_OK)
		status = add_norm(&n->embedded, n, "embeddings.LayerNorm", 0, err);
	for (unsigned l = 1; l < top && status == HO_OK; l++)
		status = lay_layer(n, l, err);
	n->begin[top] = n->n;
	if (status == HO_OK && n->K)
		status = add(&n->head_w, n, "head.weight", n->K, f->dimensions, top, err);
	if (status == HO_OK && n->K)
		status = add(&n->head_b, n, "head.bias", 0, n->K, top, err);
	n->begin[top + 1] = n->n;
	return status;
}

/* --- reading */

static const struct ho_tensor *find(const struct ho_safetensors *file, const char *name)
{
	char longer[HO_NETWORK_NAME_MAX + 8];
	const struct ho_tensor *tensor = ho_safetensors_find(file, name);
	(void)snprintf(longer, sizeof longer, "bert.%s", name);
	return tensor ? tensor : ho_safetensors_find(file, longer);
}

/* Before any memory is taken: settings may ask for more than the file holds. */
static enum ho_status check_shapes(const struct ho_network *n, const struct ho_safetensors *file, struct ho_error *err)
{
	for (size_t i = 0; i < n->n_tensors; i++) {
		const struct ho_network_tensor *t = &n->tensors[i];
		if (t->depth > n->facts.layers)
			continue;
		const struct ho_tensor *there = find(file, t->name);
		if (!there)
			return ho_fail(err, HO_EFORMAT, "the weights lack the tensor %s", t->name);
		bool fits = there->rank == (t->rows ? 2 : 1) && there->shape[0] == (t->rows ? t->rows : t->columns) &&
		            (!t->rows || there->shape[1] == t->columns);
		if (!fits || there->dtype == HO_DTYPE_OTHER)
			return ho_fail(err, HO_EFORMAT,
			               "the tensor %s has another shape or type than config.json asks for", t->name);
	}
	return HO_OK;
}

static enum ho_status read_weights(struct ho_network *n, struct ho_encoder_files *files, struct ho_error *err)
{
	struct ho_slice bytes;
	struct ho_safetensors file;
	enum ho_status status = ho_encoder_files_read(&bytes, files, HO_ENCODER_WEIGHTS, NULL, err);
	if (status)
		return status;
	status = ho_safetensors_read(&file, bytes, err);
	if (status) {
		ho_encoder_files_at(err, files, HO_ENCODER_WEIGHTS);
		return status;
	}
	status = check_shapes(n, &file, err);
	if (status == HO_OK && !(n->w = ho_tune_floats(n->n)))
		status = ho_fail_nomem(err);
	for (size_t i = 0; i < n->n_tensors && status == HO_OK; i++) {
		const struct ho_network_tensor *t = &n->tensors[i];
		size_t size = (t->rows ? t->rows : 1) * t->columns;
		if (t->depth > n->facts.layers)
			memset(n->w + t->offset, 0, size * sizeof *n->w);
		else
			status = ho_tensor_floats(n->w + t->offset, find(&file, t->name), 0, size, err);
	}
	ho_safetensors_close(&file);
	if (status)
		ho_encoder_files_at(err, files, HO_ENCODER_WEIGHTS);
	return status;
}

static struct ho_network_dense *dense_of(struct ho_network *n, size_t number)
{
	struct ho_network_layer *layer = &n->layers[number / 4];
	struct ho_network_dense *all[] = {&layer->qkv, &layer->attended, &layer->inner, &layer->outer};
	return all[number % 4];
}

static enum ho_status make_room(struct ho_network *n, struct ho_error *err)
{
	for (size_t i = 0; i < 4 * (size_t)n->facts.layers; i++) {
		struct ho_network_dense *d = dense_of(n, i);
		d->forward = ho_tune_floats(ho_packed_size(d->out, d->in));
		d->backward = ho_tune_floats(ho_packed_size(d->in, d->out));
		if (!d->forward || !d->backward)
			return ho_fail_nomem(err);
	}
	return HO_OK;
}

struct packing {
	struct ho_network *network;
	size_t first;
};

static enum ho_status pack_one(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)worker;
	(void)err;
	struct packing *packing = context;
	struct ho_network_dense *d = dense_of(packing->network, packing->first + task);
	const float *w = packing->network->w + d->w;
	ho_tune_pack(d->forward, w, d->in, d->out, d->in);
	ho_tune_pack_transposed(d->backward, w, d->in, d->in, d->out, 0, d->out);
	if (packing->network->bf16) {
		const struct ho_bf16_kernels *low = packing->network->kernels->bf16;
		low->pack(d->forward16, d->forward, d->out, d->in);
		low->pack(d->backward16, d->backward, d->in, d->out);
	}
	return HO_OK;
}

enum ho_status ho_network_pack(struct ho_network *n, unsigned depth, unsigned threads, struct ho_error *err)
{
	struct packing packing = {n, 4 * (size_t)(depth - 1)};
	size_t all = 4 * (size_t)n->facts.layers;
	return packing.first < all ? ho_parallel(pack_one, &packing, all - packing.first, threads, err) : HO_OK;
}

/* Words of a matrix in bf16. */
static uint32_t *words(size_t out, size_t in)
{
	return (uint32_t *)(void *)ho_tune_floats(ho_bf16_packed_size(out, in));
}

enum ho_status ho_network_halve(struct ho_network *n, unsigned threads, struct ho_error *err)
{
	if (n->bf16)
		return HO_OK;
	for (size_t i = 0; i < 4 * (size_t)n->facts.layers; i++) {
		struct ho_network_dense *d = dense_of(n, i);
		d->forward16 = words(d->out, d->in);
		d->backward16 = words(d->in, d->out);
		if (!d->forward16 || !d->backward16)
			return ho_fail_nomem(err);
	}
	n->bf16 = true;
	return ho_network_pack(n, 1, threads, err);
}

static enum ho_status load(struct ho_network *n, struct ho_encoder_files *files, struct ho_error *err)
{
	struct ho_encoder_config config;
	enum ho_status status = ho_encoder_config_read(&config, files, err);
	if (status)
		return status;
	if (config.facts.kind != HO_ENCODER_BERT)
		return ho_fail(err, HO_EUNAVAIL, "a table of token vectors has no layers that could be fine-tuned");
	n->facts = config.facts;
	n->epsilon = config.epsilon;
	n->kernels = ho_kernels_choose();
	n->more = ho_tune_kernels_for(n->kernels);
	n->facts.kernels = n->kernels->name;
	status = ho_wordpiece_open(&n->wordpiece, files, err);
	if (status == HO_OK && (!n->wordpiece.has_edges || n->wordpiece.size > n->facts.vocabulary))
		status = ho_fail(err, HO_EFORMAT, "its tokenizer does not fit the weights; see handoff encoder check");
	if (status == HO_OK)
		status = lay_out(n, config.types, err);
	if (status == HO_OK)
		status = read_weights(n, files, err);
	if (status == HO_OK)
		status = make_room(n, err);
	return status ? status : ho_network_pack(n, 1, 1, err);
}

enum ho_status ho_network_open(struct ho_network **out, const char *folder, uint32_t K, struct ho_error *err)
{
	*out = NULL;
	struct ho_network *n = ho_calloc(1, sizeof *n);
	if (!n)
		return ho_fail_nomem(err);
	n->K = K;
	struct ho_encoder_files files;
	ho_encoder_files_init(&files, folder);
	enum ho_status status = load(n, &files, err);
	ho_encoder_files_release(&files);
	if (status) {
		ho_network_free(n);
		return status;
	}
	*out = n;
	return HO_OK;
}

void ho_network_free(struct ho_network *n)
{
	if (!n)
		return;
	for (size_t i = 0; n->layers && i < 4 * (size_t)n->facts.layers; i++) {
		ho_tune_release_floats(dense_of(n, i)->forward);
		ho_tune_release_floats(dense_of(n, i)->backward);
		ho_tune_release_floats((float *)(void *)dense_of(n, i)->forward16);
		ho_tune_release_floats((float *)(void *)dense_of(n, i)->backward16);
	}
	ho_free(n->layers);
	ho_free(n->begin);
	ho_free(n->tensors);
	ho_tune_release_floats(n->w);
	ho_wordpiece_release(&n->wordpiece);
	ho_free(n);
}
