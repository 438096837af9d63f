#include "tune/optimiser.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/pool.h"

enum { PIECE = 1 << 16 };
static const double beta_first = 0.9, beta_second = 0.999, epsilon = 1e-8;

/* A stretch of one tensor: what a thread takes at once. */
struct optimiser_piece {
	size_t offset, n;
	const struct ho_network_tensor *tensor;
};

static size_t size_of(const struct ho_network_tensor *t)
{
	return (t->rows ? t->rows : 1) * t->columns;
}

static size_t cut(struct optimiser_piece *pieces, const struct ho_network *network, unsigned lowest)
{
	size_t n = 0;
	for (size_t i = 0; i < network->n_tensors; i++) {
		const struct ho_network_tensor *t = &network->tensors[i];
		for (size_t at = 0; at < size_of(t) && t->depth >= lowest; at += PIECE, n++)
			if (pieces)
				pieces[n] = (struct optimiser_piece){
				    t->offset + at, size_of(t) - at < PIECE ? size_of(t) - at : PIECE, t};
	}
	return n;
}

enum ho_status ho_optimiser_init(struct ho_optimiser *o, struct ho_network *network, unsigned lowest, unsigned threads,
                                 struct ho_error *err)
{
	size_t n = network->n - network->begin[lowest];
	*o = (struct ho_optimiser){.network = network, .lowest = lowest, .threads = threads};
	o->n_pieces = cut(NULL, network, lowest);
	o->m = ho_calloc(n, sizeof *o->m);
	o->v = ho_calloc(n, sizeof *o->v);
	o->pieces = ho_calloc(o->n_pieces, sizeof *o->pieces);
	o->squares = ho_calloc(o->n_pieces, sizeof *o->squares);
	if (!o->m || !o->v || !o->pieces || !o->squares) {
		ho_optimiser_release(o);
		return ho_fail_nomem(err);
	}
	(void)cut(o->pieces, network, lowest);
	return HO_OK;
}

void ho_optimiser_release(struct ho_optimiser *o)
{
	ho_free(o->m);
	ho_free(o->v);
	ho_free(o->pieces);
	ho_free(o->squares);
	*o = (struct ho_optimiser){.m = NULL};
}

struct taking {
	struct ho_optimiser *optimiser;
	const float *gradient;
	const struct ho_optimiser_step *step;
	float clip;
};

static enum ho_status square_piece(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)worker;
	(void)err;
	const struct taking *t = context;
	const struct optimiser_piece *p = &t->optimiser->pieces[task];
	const float *g = t->gradient + (p->offset - t->optimiser->network->begin[t->optimiser->lowest]);
	double sum = 0;
	for (size_t i = 0; i < p->n && p->tensor->depth >= t->step->from; i++)
		sum += (double)g[i] * (double)g[i];
	t->optimiser->squares[task] = sum;
	return HO_OK;
}

static enum ho_status move_piece(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)worker;
	(void)err;
	const struct taking *t = context;
	struct ho_optimiser *o = t->optimiser;
	const struct optimiser_piece *p = &o->pieces[task];
	unsigned depth = p->tensor->depth;
	size_t at = p->offset - o->network->begin[o->lowest];
	if (depth < t->step->from)
		return HO_OK;
	double steps = (double)t->step->steps[depth];
	struct ho_adam_step step = {
	    .rate = (float)t->step->rate[depth],
	    .decay = p->tensor->decays ? (float)t->step->decay : 0,
	    .clip = t->clip,
	    .first = (float)beta_first,
	    .second = (float)beta_second,
	    .first_correction = (float)(1 - pow(beta_first, steps)),
	    .second_correction = (float)(1 - pow(beta_second, steps)),
	    .epsilon = (float)epsilon,
	};
	o->network->more->adam(o->network->w + p->offset, o->m + at, o->v + at, t->gradient + at, p->n, &step);
	return HO_OK;
}

enum ho_status ho_optimiser_take(struct ho_optimiser *o, const float *gradient, const struct ho_optimiser_step *step,
                                 struct ho_error *err)
{
	struct taking taking = {o, gradient, step, 1};
	double square = 0;
	enum ho_status status = ho_parallel(square_piece, &taking, o->n_pieces, o->threads, err);
	if (status)
		return status;
	for (size_t i = 0; i < o->n_pieces; i++)
		square += o->squares[i];
	if (!isfinite(square))
		return ho_fail(err, HO_EFORMAT, "fine-tuning gives numbers that are not finite; its rate is too high");
	if (step->clip > 0 && sqrt(square) > step->clip)
		taking.clip = (float)(step->clip / sqrt(square));
	status = ho_parallel(move_piece, &taking, o->n_pieces, o->threads, err);
	return status ? status : ho_network_pack(o->network, step->from ? step->from : 1, o->threads, err);
}
