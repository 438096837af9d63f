/*
 * The way back. For each layer from above: its rows (texts in chunks, in parallel), then its weights (blocks of
 * outputs, in parallel), whose sums run over all rows of the micro-batch in order.
 */
#include <math.h>
#include <string.h>

#include "base/pool.h"
#include "tune/private.h"

/* A layer on its way. */
struct layer_back {
	struct ho_tuner *learner;
	unsigned depth;
};

/* dx of the rows of a chunk from the derivative by the vectors. */
static void unpool(struct ho_tuner *l, const struct tune_chunk *c)
{
	const struct ho_encoder_facts *f = &l->network->facts;
	size_t h = f->dimensions;
	for (size_t i = c->text; i < c->text + c->n_texts; i++) {
		size_t begin = l->micro.begin[i], end = l->micro.begin[i + 1];
		size_t tokens = f->pooling == HO_POOLING_CLS ? 1 : end - begin;
		const float *vector = l->vectors + i * h, *d = l->dvectors + i * h;
		float along = 0, scale = 1 / (l->lengths[i] * (float)tokens);
		for (size_t j = 0; j < h && f->normalise; j++)
			along += vector[j] * d[j];
		for (size_t t = begin; t < end; t++)
			for (size_t j = 0; j < h; j++)
				l->dx[t * h + j] = t < begin + tokens ? scale * (d[j] - along * vector[j]) : 0;
	}
}

/* Sums of a layer norm over the rows of a chunk: by its gain, and by its shift. */
static void norm_sums(float *gain, float *shift, const float *dy, const float *hat, size_t rows, size_t h)
{
	memset(gain, 0, h * sizeof *gain);
	memset(shift, 0, h * sizeof *shift);
	for (size_t t = 0; t < rows; t++)
		for (size_t j = 0; j < h; j++) {
			gain[j] += dy[t * h + j] * hat[t * h + j];
			shift[j] += dy[t * h + j];
		}
}

/* Hand both factors of a product to the weights' turn. */
static void hand(struct ho_tuner *l, int product, const float *dy, size_t out, const float *x, size_t in,
                 const struct tune_chunk *c)
{
	struct tune_product *p = &l->products[product];
	ho_tune_transpose(p->dy + c->row, l->ld, dy, out, c->rows, out);
	ho_tune_pack_transposed(p->x, x, in, in, l->micro.rows, c->row, c->rows);
}

static void multiply_back(float *dx, const struct ho_network *n, const float *dy, const struct ho_network_dense *d,
                          size_t rows, struct tune_scratch *s)
{
	const struct tune_factor w = {d->backward, d->backward16, d->in, d->out};
	ho_tune__multiply(n, dx, d->in, dy, d->out, &w, NULL, rows, s);
}

static void attend_back(const struct ho_tuner *l, float *dqkv, const float *dmixed, const struct tune_kept *k,
                        const struct tune_chunk *c, float *scratch)
{
	const struct ho_network *n = l->network;
	size_t h = n->facts.hidden, d = h / n->facts.heads;
	for (size_t i = 0; i < c->n_texts; i++) {
		size_t begin = l->micro.begin[c->text + i] - c->row, end = l->micro.begin[c->text + i + 1] - c->row;
		for (size_t head = 0; head < n->facts.heads; head++) {
			size_t at = begin * 3 * h + head * d;
			struct ho_attention_place place = {
			    .q = k->qkv + at,
			    .k = k->qkv + at + h,
			    .v = k->qkv + at + 2 * h,
			    .dout = dmixed + begin * h + head * d,
			    .dq = dqkv + at,
			    .dk = dqkv + at + h,
			    .dv = dqkv + at + 2 * h,
			    .ld = 3 * h,
			    .ld_out = h,
			    .tokens = end - begin,
			    .d = d,
			    .scale = 1 / sqrtf((float)d),
			};
			n->more->attend_back(&place, n->kernels, scratch);
		}
	}
}

/* From dx behind the layer's second norm to d mid, in s->e. */
static void inner_back(struct ho_tuner *l, const struct tune_kept *k, unsigned depth, const struct tune_chunk *c,
                       struct tune_scratch *s)
{
	const struct ho_network *n = l->network;
	const struct ho_network_layer *layer = &n->layers[depth - 1];
	size_t h = n->facts.hidden, inner = n->facts.inner, first = c->row * h;
	float *partial = l->partial + (size_t)(c - l->micro.chunks) * 4 * h;
	norm_sums(partial + 2 * h, partial + 3 * h, l->dx + first, k->hat2, c->rows, h);
	n->more->norm_back(s->e, l->dx + first, k->hat2, k->rstd2, n->w + layer->after_inner.gain, c->rows, h);
	memcpy(s->d, s->e, c->rows * h * sizeof *s->d);
	ho_tune__dropout(l, s->d, c->row, c->rows, 2 * depth + 1);
	n->more->gelu(s->wide, k->z, c->rows * inner);
	hand(l, TUNE_OUTER, s->d, h, s->wide, inner, c);
	multiply_back(s->wide, n, s->d, &layer->outer, c->rows, s);
	n->more->gelu_back(s->wide, k->z, c->rows * inner);
	hand(l, TUNE_INNER, s->wide, inner, k->mid, h, c);
	multiply_back(s->d, n, s->wide, &layer->inner, c->rows, s);
	for (size_t i = 0; i < c->rows * h; i++)
		s->e[i] += s->d[i];
}

/* From d mid to the layer's input, in l->dx if something below learns. */
static void attention_back(struct ho_tuner *l, const struct tune_kept *k, unsigned depth, const struct tune_chunk *c,
                           struct tune_scratch *s)
{
	const struct ho_network *n = l->network;
	const struct ho_network_layer *layer = &n->layers[depth - 1];
	size_t h = n->facts.hidden;
	float *partial = l->partial + (size_t)(c - l->micro.chunks) * 4 * h, *dx = l->dx + c->row * h;
	norm_sums(partial, partial + h, s->e, k->hat1, c->rows, h);
	n->more->norm_back(dx, s->e, k->hat1, k->rstd1, n->w + layer->after_attention.gain, c->rows, h);
	memcpy(s->d, dx, c->rows * h * sizeof *s->d);
	ho_tune__dropout(l, s->d, c->row, c->rows, 2 * depth);
	hand(l, TUNE_ATTENDED, s->d, h, k->mixed, h, c);
	multiply_back(s->e, n, s->d, &layer->attended, c->rows, s);
	attend_back(l, s->wide, s->e, k, c, s->attention);
	hand(l, TUNE_QKV, s->wide, 3 * h, k->in, h, c);
	if (depth == l->pass->from)
		return;
	multiply_back(s->d, n, s->wide, &layer->qkv, c->rows, s);
	for (size_t i = 0; i < c->rows * h; i++)
		dx[i] += s->d[i];
}

static enum ho_status rows_back(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)err;
	const struct layer_back *back = context;
	struct ho_tuner *l = back->learner;
	const struct tune_chunk *c = &l->micro.chunks[task];
	struct tune_kept kept = ho_tune__kept_at(l, back->depth, c->row);
	if (back->depth == l->network->facts.layers)
		unpool(l, c);
	inner_back(l, &kept, back->depth, c, &l->scratch[worker]);
	attention_back(l, &kept, back->depth, c, &l->scratch[worker]);
	return HO_OK;
}

static const struct ho_network_dense *dense_of(const struct ho_network_layer *layer, int product)
{
	const struct ho_network_dense *all[] = {&layer->qkv, &layer->attended, &layer->inner, &layer->outer};
	return all[product];
}

static float *gradient_at(const struct ho_tuner *l, size_t offset)
{
	return l->gradient + (offset - l->network->begin[l->lowest]);
}

/* Outputs first .. first + TUNE_BLOCK of one product. */
static void block_back(struct ho_tuner *l, int product, const struct ho_network_dense *d, size_t first,
                       struct tune_scratch *s)
{
	float *block = s->block;
	const struct tune_product *p = &l->products[product];
	size_t outs = d->out - first < TUNE_BLOCK ? d->out - first : TUNE_BLOCK, rows = l->micro.rows;
	const float *dy = p->dy + first * l->ld;
	float *w = gradient_at(l, d->w + first * d->in), *b = gradient_at(l, d->b + first);
	const struct tune_factor x = {p->x, p->x16, d->in, rows};
	ho_tune__multiply(l->network, block, d->in, dy, l->ld, &x, NULL, outs, s);
	for (size_t i = 0; i < outs * d->in; i++)
		w[i] += block[i];
	for (size_t o = 0; o < outs; o++) {
		float sum = 0;
		for (size_t t = 0; t < rows; t++)
			sum += dy[o * l->ld + t];
		b[o] += sum;
	}
}

static void norms_back(struct ho_tuner *l, const struct ho_network_layer *layer)
{
	size_t h = l->network->facts.hidden;
	const size_t to[] = {layer->after_attention.gain, layer->after_attention.shift, layer->after_inner.gain,
	                     layer->after_inner.shift};
	for (size_t c = 0; c < l->micro.n_chunks; c++)
		for (size_t i = 0; i < 4; i++)
			for (size_t j = 0; j < h; j++)
				gradient_at(l, to[i])[j] += l->partial[(4 * c + i) * h + j];
}

static size_t blocks_of(const struct ho_network_dense *d)
{
	return (d->out + TUNE_BLOCK - 1) / TUNE_BLOCK;
}

static enum ho_status weights_back(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)err;
	const struct layer_back *back = context;
	struct ho_tuner *l = back->learner;
	const struct ho_network_layer *layer = &l->network->layers[back->depth - 1];
	/* The largest first. */
	for (int p = TUNE_PRODUCTS; p-- > 0; task -= blocks_of(dense_of(layer, p))) {
		const struct ho_network_dense *d = dense_of(layer, p);
		if (task < blocks_of(d)) {
			block_back(l, p, d, task * TUNE_BLOCK, &l->scratch[worker]);
			return HO_OK;
		}
	}
	norms_back(l, layer);
	return HO_OK;
}

/* Panels of the second factors of all products, in bf16. */
static enum ho_status halve_panel(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)worker;
	(void)err;
	const struct layer_back *back = context;
	const struct ho_tuner *l = back->learner;
	const struct ho_network_layer *layer = &l->network->layers[back->depth - 1];
	size_t rows = l->micro.rows;
	for (int p = 0; p < TUNE_PRODUCTS; p++) {
		const struct tune_product *product = &l->products[p];
		size_t panels = ho_packed_size(dense_of(layer, p)->in, 1) / HO_PANEL;
		if (task < panels) {
			l->network->kernels->bf16->pack(product->x16 + task * ho_bf16_packed_size(HO_PANEL, rows),
			                                product->x + task * ho_packed_size(HO_PANEL, rows), HO_PANEL,
			                                rows);
			return HO_OK;
		}
		task -= panels;
	}
	return HO_OK;
}

/* The embeddings, row by row in order: a token may stand in several texts. */
static void embeddings_back(struct ho_tuner *l)
{
	const struct ho_network *n = l->network;
	size_t h = n->facts.hidden;
	const struct tune_micro *m = &l->micro;
	struct tune_scratch *s = &l->scratch[0];
	float *gain = gradient_at(l, n->embedded.gain), *shift = gradient_at(l, n->embedded.shift);
	for (size_t i = 0; i < m->n_texts; i++)
		for (size_t t = m->begin[i]; t < m->begin[i + 1]; t++) {
			struct tune_kept k = ho_tune__kept_at(l, 0, t);
			float *dx = l->dx + t * h, *token = gradient_at(l, n->tokens + (size_t)m->ids[t] * h);
			float *position = gradient_at(l, n->positions + (t - m->begin[i]) * h);
			float *type = gradient_at(l, n->type);
			ho_tune__dropout(l, dx, t, 1, 0);
			n->more->norm_back(s->d, dx, k.hat2, k.rstd2, n->w + n->embedded.gain, 1, h);
			for (size_t j = 0; j < h; j++) {
				gain[j] += dx[j] * k.hat2[j];
				shift[j] += dx[j];
				token[j] += s->d[j];
				position[j] += s->d[j];
				type[j] += s->d[j];
			}
		}
}

enum ho_status ho_tune__backward(struct ho_tuner *l, struct ho_error *err)
{
	unsigned from = l->pass->from ? l->pass->from : 1;
	enum ho_status status = HO_OK;
	for (unsigned depth = l->network->facts.layers; depth >= from && status == HO_OK; depth--) {
		struct layer_back back = {l, depth};
		size_t tasks = 1, panels = 0;
		for (int p = 0; p < TUNE_PRODUCTS; p++) {
			const struct ho_network_dense *d = dense_of(&l->network->layers[depth - 1], p);
			tasks += blocks_of(d);
			panels += ho_packed_size(d->in, 1) / HO_PANEL;
		}
		status = ho_parallel(rows_back, &back, l->micro.n_chunks, l->threads, err);
		if (status == HO_OK && l->network->bf16)
			status = ho_parallel(halve_panel, &back, panels, l->threads, err);
		if (status == HO_OK)
			status = ho_parallel(weights_back, &back, tasks, l->threads, err);
	}
	if (status == HO_OK && l->pass->from == 0)
		embeddings_back(l);
	return status;
}
