#include "train/solver_private.h"

#include <math.h>

#include "base/alloc.h"

/*
 * Softmax by dual ascent. The dual variables of row i are a distribution b_i over classes (start: b_i = 0 step taken);
 * W = C sum_i (onehot(y_i) - b_i) x_i. A visit moves b_i towards softmax(W x_i) by
 * step s = 1 / (1 + C |x_i|^2), which never lowers the dual because log-sum-exp is 1-smooth in the maximum norm.
 * K = 2 has two columns inside, and one (class 1 minus class 0) in what is returned.
 */
struct state {
	const struct ho_problem *problem;
	uint32_t K;
	float *v;    /* [D][K] */
	float *s2;   /* [D] */
	float *beta; /* [n_rows][K] dual distribution */
	float *square;
	float *sum, *step; /* [K] */
	float *bias;       /* [K] */
	uint32_t *order;
};

HO_VECTOR_CLONES
static void add_rows(float *restrict sum, const float *restrict v, const uint32_t *ids, size_t n, size_t K)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < K; k++)
			sum[k] += v[(size_t)ids[i] * K + k];
}

HO_VECTOR_CLONES
static void update_rows(float *restrict v, const float *restrict s2, const float *restrict step, const uint32_t *ids,
                        size_t n, size_t K)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < K; k++)
			v[(size_t)ids[i] * K + k] += step[k] * s2[ids[i]];
}

static void softmax(float *z, uint32_t K)
{
	float top = z[0], total = 0;
	for (uint32_t k = 1; k < K; k++)
		top = z[k] > top ? z[k] : top;
	for (uint32_t k = 0; k < K; k++)
		total += z[k] = expf(z[k] - top);
	for (uint32_t k = 0; k < K; k++)
		z[k] /= total;
}

static double visit(void *context, uint32_t at)
{
	struct state *state = context;
	const struct ho_problem *problem = state->problem;
	const struct ho_design *design = problem->design;
	uint32_t row = problem->rows[at], K = state->K;
	const uint32_t *ids = design->ids + design->offsets[row];
	size_t n = (size_t)(design->offsets[row + 1] - design->offsets[row]);
	float norm = design->norm[row], *beta = state->beta + (size_t)at * K;
	float rate = (float)(1 / (1 + problem->C * ((double)state->square[at] + 1))), worst = 0;
	memset(state->sum, 0, K * sizeof *state->sum);
	add_rows(state->sum, state->v, ids, n, K);
	for (uint32_t k = 0; k < K; k++)
		state->sum[k] = state->sum[k] * norm + state->bias[k];
	softmax(state->sum, K);
	for (uint32_t k = 0; k < K; k++) {
		float move = rate * (state->sum[k] - beta[k]), size = fabsf(state->sum[k] - beta[k]);
		worst = size > worst ? size : worst;
		beta[k] += move;
		float delta = (float)-problem->C * move;
		state->bias[k] += delta;
		state->step[k] = delta * norm;
	}
	update_rows(state->v, state->s2, state->step, ids, n, K);
	return (double)worst;
}

static enum ho_status prepare(struct state *state, struct ho_error *err)
{
	const struct ho_problem *problem = state->problem;
	size_t D = problem->design->D, n = problem->n_rows, K = state->K;
	state->v = ho_calloc(D * K, sizeof *state->v);
	state->s2 = ho_alloc(D, sizeof *state->s2);
	state->beta = ho_calloc(n * K, sizeof *state->beta);
	state->square = ho_alloc(n, sizeof *state->square);
	state->sum = ho_calloc(3 * K, sizeof *state->sum);
	state->order = ho_alloc(n, sizeof *state->order);
	if (!state->v || !state->s2 || !state->beta || !state->square || !state->sum || !state->order)
		return ho_fail_nomem(err);
	state->step = state->sum + K;
	state->bias = state->step + K;
	problem->scale(state->s2, problem->scale_context, 1);
	/* Start at b_i = onehot(y_i), where W = 0. */
	for (size_t i = 0; i < n; i++) {
		state->order[i] = (uint32_t)i;
		state->square[i] = (float)ho_solver__row_square(problem->design, problem->rows[i], state->s2);
		state->beta[i * K + problem->labels[problem->rows[i]]] = 1;
	}
	return HO_OK;
}

enum ho_status ho_solver__softmax(struct ho_weights *out, const struct ho_problem *problem, struct ho_error *err)
{
	struct state state = {.problem = problem, .K = problem->n_classes};
	enum ho_status status = prepare(&state, err);
	if (status == HO_OK)
		status = ho_solver__epochs(problem, state.order, 0x50f, problem->tolerance / 4, visit, &state, err);
	if (status == HO_OK && out->columns == 1) {
		for (size_t j = 0; j < out->D; j++)
			out->v[j] = state.v[2 * j + 1] - state.v[2 * j];
		out->bias[0] = state.bias[1] - state.bias[0];
	} else if (status == HO_OK) {
		memcpy(out->v, state.v, out->D * out->columns * sizeof *out->v);
		memcpy(out->bias, state.bias, out->columns * sizeof *out->bias);
	}
	ho_free(state.v);
	ho_free(state.s2);
	ho_free(state.beta);
	ho_free(state.square);
	ho_free(state.sum);
	ho_free(state.order);
	return status;
}
