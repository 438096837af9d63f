/* Texts to vectors, keeping what the way back needs. */
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/pool.h"
#include "tune/private.h"

struct tune_kept ho_tune__kept_at(const struct ho_tuner *l, unsigned depth, size_t row)
{
	const struct tune_kept *k = &l->kept[depth];
	size_t h = l->network->facts.hidden;
	if (depth == 0)
		return (struct tune_kept){.hat2 = k->hat2 + row * h, .rstd2 = k->rstd2 + row};
	return (struct tune_kept){k->in + row * h,
	                          k->qkv + row * 3 * h,
	                          k->mixed + row * h,
	                          k->hat1 + row * h,
	                          k->rstd1 + row,
	                          k->mid + row * h,
	                          k->z + row * l->network->facts.inner,
	                          k->hat2 + row * h,
	                          k->rstd2 + row};
}

void ho_tune__dropout(const struct ho_tuner *l, float *x, size_t first_row, size_t rows, unsigned site)
{
	size_t h = l->network->facts.hidden;
	if (l->pass->drop <= 0)
		return;
	for (size_t t = 0; t < rows; t++) {
		uint64_t place[] = {l->micro.first_row + first_row + t, site};
		l->network->more->dropout(x + t * h, h, ho_hash(place, sizeof place, l->pass->key), l->pass->drop);
	}
}

static void embed(const struct ho_tuner *l, float *x, const struct tune_chunk *c)
{
	const struct ho_network *n = l->network;
	size_t h = n->facts.hidden;
	for (size_t i = 0; i < c->n_texts; i++) {
		size_t begin = l->micro.begin[c->text + i], end = l->micro.begin[c->text + i + 1];
		for (size_t t = begin; t < end; t++) {
			const float *token = n->w + n->tokens + (size_t)l->micro.ids[t] * h;
			const float *position = n->w + n->positions + (t - begin) * h, *type = n->w + n->type;
			float *row = x + (t - c->row) * h;
			for (size_t j = 0; j < h; j++)
				row[j] = token[j] + position[j] + type[j];
		}
	}
}

void ho_tune__multiply(const struct ho_network *n, float *y, size_t ldy, const float *x, size_t ldx,
                       const struct tune_factor *f, const float *bias, size_t rows, struct tune_scratch *s)
{
	if (!n->bf16) {
		n->kernels->multiply(y, ldy, x, ldx, f->packed, bias, rows, f->out, f->in, HO_EPILOGUE_NONE);
		return;
	}
	n->kernels->bf16->round(s->rounded, x, ldx, rows, f->in);
	n->kernels->bf16->multiply(y, ldy, s->rounded, f->bf16, bias, rows, f->out, f->in, HO_EPILOGUE_NONE);
}

static void multiply(float *y, const struct ho_network *n, const float *x, const struct ho_network_dense *d,
                     size_t rows, struct tune_scratch *s)
{
	const struct tune_factor w = {d->forward, d->forward16, d->out, d->in};
	ho_tune__multiply(n, y, d->out, x, d->in, &w, n->w + d->b, rows, s);
}

static void attend(const struct ho_tuner *l, const struct tune_kept *k, const struct tune_chunk *c, float *scratch)
{
	const struct ho_network *n = l->network;
	size_t h = n->facts.hidden, d = h / n->facts.heads;
	for (size_t i = 0; i < c->n_texts; i++) {
		size_t begin = l->micro.begin[c->text + i] - c->row, end = l->micro.begin[c->text + i + 1] - c->row;
		for (size_t head = 0; head < n->facts.heads; head++) {
			const float *q = k->qkv + begin * 3 * h + head * d;
			n->kernels->attend(k->mixed + begin * h + head * d, h, q, q + h, q + 2 * h, 3 * h, end - begin,
			                   d, 1 / sqrtf((float)d), scratch);
		}
	}
}

/* x = norm(x + add), x the branch's output after dropout. */
static void join(const struct ho_tuner *l, float *to, float *hat, float *rstd, float *x, const float *add,
                 const struct ho_network_norm *norm, size_t rows)
{
	const struct ho_network *n = l->network;
	size_t h = n->facts.hidden;
	for (size_t i = 0; i < rows * h; i++)
		x[i] += add[i];
	n->more->norm(to, hat, rstd, x, n->w + norm->gain, n->w + norm->shift, rows, h, n->epsilon);
}

static void pass_layer(const struct ho_tuner *l, float *out, const struct tune_kept *k, unsigned depth,
                       const struct tune_chunk *c, struct tune_scratch *s)
{
	const struct ho_network *n = l->network;
	const struct ho_network_layer *layer = &n->layers[depth - 1];
	bool learns = depth >= l->pass->from;
	multiply(k->qkv, n, k->in, &layer->qkv, c->rows, s);
	attend(l, k, c, s->attention);
	multiply(s->d, n, k->mixed, &layer->attended, c->rows, s);
	if (learns)
		ho_tune__dropout(l, s->d, c->row, c->rows, 2 * depth);
	join(l, k->mid, k->hat1, k->rstd1, s->d, k->in, &layer->after_attention, c->rows);
	multiply(k->z, n, k->mid, &layer->inner, c->rows, s);
	n->more->gelu(s->wide, k->z, c->rows * n->facts.inner);
	multiply(s->d, n, s->wide, &layer->outer, c->rows, s);
	if (learns)
		ho_tune__dropout(l, s->d, c->row, c->rows, 2 * depth + 1);
	join(l, out, k->hat2, k->rstd2, s->d, k->mid, &layer->after_inner, c->rows);
}

static void pool(struct ho_tuner *l, const float *x, const struct tune_chunk *c)
{
	const struct ho_encoder_facts *f = &l->network->facts;
	size_t h = f->dimensions;
	for (size_t i = c->text; i < c->text + c->n_texts; i++) {
		size_t begin = l->micro.begin[i], end = l->micro.begin[i + 1];
		size_t tokens = f->pooling == HO_POOLING_CLS ? 1 : end - begin;
		float *vector = l->vectors + i * h, square = 0;
		memset(vector, 0, h * sizeof *vector);
		for (size_t t = begin; t < begin + tokens; t++)
			for (size_t j = 0; j < h; j++)
				vector[j] += x[(t - c->row) * h + j];
		for (size_t j = 0; j < h; j++)
			vector[j] /= (float)tokens;
		for (size_t j = 0; j < h; j++)
			square += vector[j] * vector[j];
		l->lengths[i] = f->normalise ? fmaxf(sqrtf(square), 1e-12f) : 1;
		for (size_t j = 0; j < h; j++)
			vector[j] /= l->lengths[i];
	}
}

static enum ho_status pass_chunk(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)err;
	struct ho_tuner *l = context;
	const struct ho_network *n = l->network;
	const struct tune_chunk *c = &l->micro.chunks[task];
	struct tune_scratch *s = &l->scratch[worker];
	unsigned layers = n->facts.layers, from = l->pass->from;
	struct tune_kept zero = from == 0 ? ho_tune__kept_at(l, 0, c->row) : s->frozen;
	/* What layer 1 reads: kept, or one of two scratch rows that layers pass to and fro. */
	float *x = from <= 1 ? ho_tune__kept_at(l, 1, c->row).in : s->x, *other = s->y;
	embed(l, s->d, c);
	n->more->norm(x, zero.hat2, zero.rstd2, s->d, n->w + n->embedded.gain, n->w + n->embedded.shift, c->rows,
	              n->facts.hidden, n->epsilon);
	if (from == 0)
		ho_tune__dropout(l, x, c->row, c->rows, 0);
	for (unsigned depth = 1; depth <= layers; depth++) {
		struct tune_kept kept = depth >= from ? ho_tune__kept_at(l, depth, c->row) : s->frozen;
		float *out = depth + 1 >= from && depth < layers ? ho_tune__kept_at(l, depth + 1, c->row).in : other;
		kept.in = x;
		pass_layer(l, out, &kept, depth, c, s);
		x = out;
		other = out == s->x ? s->y : s->x;
	}
	pool(l, x, c);
	return HO_OK;
}

enum ho_status ho_tune__forward(struct ho_tuner *l, struct ho_error *err)
{
	return ho_parallel(pass_chunk, l, l->micro.n_chunks, l->threads, err);
}
