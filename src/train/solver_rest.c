#include "train/solver_private.h"

#include "base/alloc.h"
#include "base/pool.h"

/*
 * One against rest for many classes: HO_LANES classes at a time share each visit to a row. A group of lanes is a
 * task of its own with its own weights [D][HO_LANES], so groups run on all cores and memory grows with the cores only.
 */
struct group {
	const struct ho_problem *problem;
	uint32_t first, lanes; /* classes first .. first + lanes - 1 */
	float *v;              /* [D][HO_LANES] */
	float *s2;             /* [D][HO_LANES] or [D] */
	float *alpha;          /* [n_rows][HO_LANES] */
	float *square;         /* [n_rows][HO_LANES] or [n_rows] */
	float bias[HO_LANES];
	uint32_t *order;
};

struct job {
	const struct ho_problem *problem;
	struct ho_weights *out;
};

HO_VECTOR_CLONES
static void sum_lanes(float *restrict sum, const float *restrict v, const uint32_t *ids, size_t n)
{
	float a[HO_LANES] = {0};
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < HO_LANES; k++)
			a[k] += v[(size_t)ids[i] * HO_LANES + k];
	for (int k = 0; k < HO_LANES; k++)
		sum[k] = a[k];
}

HO_VECTOR_CLONES
static void update_shared(float *restrict v, const float *restrict s2, const float *restrict step, const uint32_t *ids,
                          size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < HO_LANES; k++)
			v[(size_t)ids[i] * HO_LANES + k] += step[k] * s2[ids[i]];
}

HO_VECTOR_CLONES
static void update_own(float *restrict v, const float *restrict s2, const float *restrict step, const uint32_t *ids,
                       size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < HO_LANES; k++)
			v[(size_t)ids[i] * HO_LANES + k] += step[k] * s2[(size_t)ids[i] * HO_LANES + k];
}

/* The coordinates of one row for all lanes; returns the largest violation and the steps. */
HO_VECTOR_CLONES
static float step_lanes(float *restrict step, float *restrict alpha, float *restrict bias, const float *restrict sum,
                        const float *restrict square, const float *restrict y, float norm, float diagonal)
{
	float worst[HO_LANES], top = 0;
	for (int k = 0; k < HO_LANES; k++) {
		float gradient = y[k] * (norm * sum[k] + bias[k]) - 1 + alpha[k] * diagonal;
		float wanted = alpha[k] - gradient / (square[k] + 1 + diagonal);
		wanted = wanted < 0 ? 0 : wanted;
		float delta = (wanted - alpha[k]) * y[k];
		float size = gradient < 0 ? -gradient : gradient;
		worst[k] = delta != 0 ? size : 0;
		alpha[k] = wanted;
		bias[k] += delta;
		step[k] = delta * norm;
	}
	for (int k = 0; k < HO_LANES; k++)
		top = worst[k] > top ? worst[k] : top;
	return top;
}

static double visit(void *context, uint32_t at)
{
	struct group *group = context;
	const struct ho_problem *problem = group->problem;
	const struct ho_design *design = problem->design;
	uint32_t row = problem->rows[at], label = problem->labels[row];
	const uint32_t *ids = design->ids + design->offsets[row];
	size_t n = (size_t)(design->offsets[row + 1] - design->offsets[row]);
	float sum[HO_LANES], step[HO_LANES], y[HO_LANES], square[HO_LANES];
	for (uint32_t k = 0; k < HO_LANES; k++) {
		y[k] = group->first + k == label ? 1 : -1;
		square[k] = problem->scale_per_class ? group->square[(size_t)at * HO_LANES + k] : group->square[at];
	}
	sum_lanes(sum, group->v, ids, n);
	float worst = step_lanes(step, group->alpha + (size_t)at * HO_LANES, group->bias, sum, square, y,
	                         design->norm[row], (float)(1 / (2 * problem->C)));
	if (worst == 0)
		return 0;
	if (problem->scale_per_class)
		update_own(group->v, group->s2, step, ids, n);
	else
		update_shared(group->v, group->s2, step, ids, n);
	return (double)worst;
}

static void fill_scales(struct group *group, float *column)
{
	const struct ho_problem *problem = group->problem;
	size_t D = problem->design->D;
	uint32_t columns = problem->scale_per_class ? group->lanes : 1;
	for (uint32_t k = 0; k < columns; k++) {
		problem->scale(column, problem->scale_context, group->first + k);
		for (size_t i = 0; i < problem->n_rows; i++) {
			float square = (float)ho_solver__row_square(problem->design, problem->rows[i], column);
			group->square[problem->scale_per_class ? i * HO_LANES + k : i] = square;
		}
		for (size_t j = 0; j < D; j++)
			group->s2[problem->scale_per_class ? j * HO_LANES + k : j] = column[j];
	}
}

static enum ho_status prepare(struct group *group, struct ho_error *err)
{
	const struct ho_problem *problem = group->problem;
	size_t D = problem->design->D, n = problem->n_rows, lanes = problem->scale_per_class ? HO_LANES : 1;
	float *column = ho_alloc(D, sizeof *column);
	group->v = ho_calloc(D * HO_LANES, sizeof *group->v);
	group->s2 = ho_calloc(D * lanes, sizeof *group->s2);
	group->alpha = ho_calloc(n * HO_LANES, sizeof *group->alpha);
	group->square = ho_calloc(n * lanes, sizeof *group->square);
	group->order = ho_alloc(n, sizeof *group->order);
	if (!column || !group->v || !group->s2 || !group->alpha || !group->square || !group->order) {
		ho_free(column);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < n; i++)
		group->order[i] = (uint32_t)i;
	fill_scales(group, column);
	ho_free(column);
	return HO_OK;
}

static enum ho_status train_group(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)worker;
	struct job *job = context;
	struct ho_weights *out = job->out;
	uint32_t first = (uint32_t)task * HO_LANES, left = out->columns - first;
	struct group group = {.problem = job->problem, .first = first, .lanes = left < HO_LANES ? left : HO_LANES};
	enum ho_status status = prepare(&group, err);
	if (status == HO_OK)
		status = ho_solver__epochs(group.problem, group.order, 0x0a4 + first, group.problem->tolerance, visit,
		                           &group, err);
	if (status == HO_OK)
		for (uint32_t k = 0; k < group.lanes; k++) {
			out->bias[first + k] = group.bias[k];
			for (size_t j = 0; j < out->D; j++)
				out->v[j * out->columns + first + k] = group.v[j * HO_LANES + k];
		}
	ho_free(group.v);
	ho_free(group.s2);
	ho_free(group.alpha);
	ho_free(group.square);
	ho_free(group.order);
	return status;
}

enum ho_status ho_solver__one_against_rest(struct ho_weights *out, const struct ho_problem *problem,
                                           struct ho_error *err)
{
	struct job job = {problem, out};
	size_t groups = (out->columns + HO_LANES - 1) / HO_LANES;
	return ho_parallel(train_group, &job, groups, problem->threads, err);
}
