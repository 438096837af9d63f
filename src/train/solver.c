#include "train/solver_private.h"

#include "base/alloc.h"

double ho_solver__row_square(const struct ho_design *design, size_t row, const float *s2)
{
	double sum = 0;
	uint64_t a = design->offsets[row], end = design->offsets[row + 1];
	while (a < end) {
		uint32_t id = design->ids[a];
		double count = 0;
		while (a < end && design->ids[a] == id) {
			count++;
			a++;
		}
		sum += count * count * (double)s2[id];
	}
	return sum * (double)design->norm[row] * (double)design->norm[row];
}

enum ho_status ho_solver__epochs(const struct ho_problem *problem, uint32_t *order, uint64_t stream, double tolerance,
                                 ho_solver__visit visit, void *context, struct ho_error *err)
{
	struct ho_rng rng = ho_rng_seed(problem->seed, stream);
	for (unsigned epoch = 0; epoch < problem->max_epochs; epoch++) {
		double worst = 0;
		enum ho_status status = ho_progress_check(problem->progress, err);
		if (status)
			return status;
		ho_rng_shuffle(&rng, order, problem->n_rows);
		for (size_t i = 0; i < problem->n_rows; i++) {
			double violation = visit(context, order[i]);
			worst = violation > worst ? violation : worst;
		}
		if (worst < tolerance)
			break;
	}
	return HO_OK;
}

enum ho_status ho_solve(struct ho_weights *out, const struct ho_problem *problem, struct ho_error *err)
{
	*out =
	    (struct ho_weights){.D = problem->design->D, .columns = problem->n_classes == 2 ? 1 : problem->n_classes};
	out->v = ho_calloc(out->D * out->columns, sizeof *out->v);
	out->bias = ho_calloc(out->columns, sizeof *out->bias);
	enum ho_status status = HO_OK;
	if (!out->v || !out->bias)
		status = ho_fail_nomem(err);
	else if (problem->n_classes == 2 && problem->loss == HO_LOSS_SQUARED_HINGE)
		status = ho_solver__binary(out, problem, err);
	else if (problem->loss == HO_LOSS_SQUARED_HINGE)
		status = ho_solver__one_against_rest(out, problem, err);
	else
		status = ho_solver__softmax(out, problem, err);
	if (status)
		ho_weights_release(out);
	return status;
}

void ho_weights_release(struct ho_weights *weights)
{
	ho_free(weights->v);
	ho_free(weights->bias);
	*weights = (struct ho_weights){.D = 0};
}

HO_VECTOR_CLONES
static void add_row(float *restrict sum, const float *restrict v, const uint32_t *ids, size_t n, size_t columns)
{
	for (size_t a = 0; a < n; a++) {
		const float *row = v + ids[a] * columns;
		for (size_t k = 0; k < columns; k++)
			sum[k] += row[k];
	}
}

void ho_weights_margins(float *out, const struct ho_weights *weights, const struct ho_design *design, size_t row)
{
	uint64_t first = design->offsets[row];
	size_t n = (size_t)(design->offsets[row + 1] - first);
	for (uint32_t k = 0; k < weights->columns; k++)
		out[k] = 0;
	add_row(out, weights->v, design->ids + first, n, weights->columns);
	for (uint32_t k = 0; k < weights->columns; k++)
		out[k] = out[k] * design->norm[row] + weights->bias[k];
}
