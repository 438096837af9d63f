#include "train/solver_private.h"

#include "base/alloc.h"

/* Weight and squared scale side by side: one cache line serves reading and update. */
struct pair {
	float v, s2;
};

struct state {
	const struct ho_problem *problem;
	struct pair *pairs;     /* [D] */
	double *alpha, *square; /* [n_rows] */
	uint32_t *order;
	double bias;
};

static float margin_sum(const struct pair *pairs, const uint32_t *ids, size_t n)
{
	float a = 0, b = 0, c = 0, d = 0;
	size_t i = 0;
	for (; i + 4 <= n; i += 4) {
		a += pairs[ids[i]].v;
		b += pairs[ids[i + 1]].v;
		c += pairs[ids[i + 2]].v;
		d += pairs[ids[i + 3]].v;
	}
	for (; i < n; i++)
		a += pairs[ids[i]].v;
	return (a + b) + (c + d);
}

/* One coordinate. Returns how far its projected gradient is from zero. */
static double visit(void *context, uint32_t at)
{
	struct state *state = context;
	const struct ho_problem *problem = state->problem;
	const struct ho_design *design = problem->design;
	uint32_t row = problem->rows[at];
	const uint32_t *ids = design->ids + design->offsets[row];
	size_t n = (size_t)(design->offsets[row + 1] - design->offsets[row]);
	double norm = (double)design->norm[row], y = problem->labels[row] == 1 ? 1 : -1;
	double diagonal = 1 / (2 * problem->C);
	double margin = norm * (double)margin_sum(state->pairs, ids, n) + state->bias;
	double gradient = y * margin - 1 + state->alpha[at] * diagonal;
	double violation = state->alpha[at] > 0 || gradient < 0 ? gradient : 0;
	if (violation == 0)
		return 0;
	double alpha = state->alpha[at] - gradient / (state->square[at] + 1 + diagonal);
	if (alpha < 0)
		alpha = 0;
	double delta = (alpha - state->alpha[at]) * y;
	state->alpha[at] = alpha;
	state->bias += delta;
	float step = (float)(delta * norm);
	for (size_t i = 0; i < n; i++) {
		struct pair *pair = &state->pairs[ids[i]];
		pair->v += step * pair->s2;
	}
	return violation < 0 ? -violation : violation;
}

static enum ho_status prepare(struct state *state, struct ho_error *err)
{
	const struct ho_problem *problem = state->problem;
	size_t D = problem->design->D;
	float *s2 = ho_alloc(D, sizeof *s2);
	state->pairs = ho_alloc(D, sizeof *state->pairs);
	state->alpha = ho_calloc(problem->n_rows, sizeof *state->alpha);
	state->square = ho_alloc(problem->n_rows, sizeof *state->square);
	state->order = ho_alloc(problem->n_rows, sizeof *state->order);
	if (!s2 || !state->pairs || !state->alpha || !state->square || !state->order) {
		ho_free(s2);
		return ho_fail_nomem(err);
	}
	problem->scale(s2, problem->scale_context, 1);
	for (size_t j = 0; j < D; j++)
		state->pairs[j] = (struct pair){0, s2[j]};
	for (size_t i = 0; i < problem->n_rows; i++) {
		state->square[i] = ho_solver__row_square(problem->design, problem->rows[i], s2);
		state->order[i] = (uint32_t)i;
	}
	ho_free(s2);
	return HO_OK;
}

enum ho_status ho_solver__binary(struct ho_weights *out, const struct ho_problem *problem, struct ho_error *err)
{
	struct state state = {.problem = problem};
	enum ho_status status = prepare(&state, err);
	if (status == HO_OK)
		status = ho_solver__epochs(problem, state.order, 0x0b1, problem->tolerance, visit, &state, err);
	if (status == HO_OK) {
		for (size_t j = 0; j < out->D; j++)
			out->v[j] = state.pairs[j].v;
		out->bias[0] = (float)state.bias;
	}
	ho_free(state.pairs);
	ho_free(state.alpha);
	ho_free(state.square);
	ho_free(state.order);
	return status;
}
