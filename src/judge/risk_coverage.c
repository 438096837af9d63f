/* What the ranking by confidence is worth: figures of metrics.h that need the items in order. */
#include <math.h>
#include <stdlib.h>

#include "judge/metrics.h"

static int by_score(const void *a, const void *b)
{
	const struct ho_ranked *x = a, *y = b;
	if (isnan(x->score) || isnan(y->score)) {
		if (isnan(x->score) != isnan(y->score))
			return isnan(x->score) ? 1 : -1;
	} else if (x->score != y->score) {
		return x->score < y->score ? 1 : -1;
	}
	return (x->item > y->item) - (x->item < y->item);
}

void ho_metrics_rank(struct ho_ranked *out, const double *score, const uint8_t *wrong, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (struct ho_ranked){score[i], (uint32_t)i, wrong ? wrong[i] != 0 : 0};
	qsort(out, n, sizeof *out, by_score);
}

/* End of the run of equal scores that starts at `from`; counts its errors. NaNs are equal to each other. */
static size_t tie_end(const struct ho_ranked *ranked, size_t n, size_t from, uint64_t *errors)
{
	double score = ranked[from].score;
	size_t end = from;
	*errors = 0;
	while (end < n && (ranked[end].score == score || (isnan(score) && isnan(ranked[end].score))))
		*errors += ranked[end++].wrong;
	return end;
}

struct ho_aurc ho_metrics_aurc(const struct ho_ranked *ranked, size_t n)
{
	double sum = 0, best = 0;
	uint64_t before = 0, errors;
	for (size_t from = 0, end; from < n; from = end) {
		end = tie_end(ranked, n, from, &errors);
		double rate = (double)errors / (double)(end - from);
		for (size_t i = from; i < end; i++)
			sum += ((double)before + rate * (double)(i + 1 - from)) / (double)(i + 1);
		before += errors;
	}
	for (size_t i = n - before; i < n; i++)
		best += (double)(i + 1 - (n - before)) / (double)(i + 1);
	if (n == 0)
		return (struct ho_aurc){0, 0};
	return (struct ho_aurc){sum / (double)n, fmax(0, (sum - best) / (double)n)};
}

size_t ho_metrics_risk_coverage(struct ho_risk_point *out, const struct ho_ranked *ranked, size_t n)
{
	size_t points = 0;
	uint64_t k = 0, errors;
	for (size_t from = 0, end; from < n; from = end) {
		end = tie_end(ranked, n, from, &errors);
		k += errors;
		out[points++] = (struct ho_risk_point){ranked[from].score, (double)end / (double)n,
		                                       (double)k / (double)end, end, k};
	}
	return points;
}

double ho_metrics_coverage_at_error(double *threshold, const struct ho_ranked *ranked, size_t n, double alpha)
{
	double coverage = 0;
	uint64_t k = 0, errors;
	for (size_t from = 0, end; from < n; from = end) {
		end = tie_end(ranked, n, from, &errors);
		k += errors;
		if ((double)k > alpha * (double)end)
			continue;
		coverage = (double)end / (double)n;
		if (threshold)
			*threshold = ranked[from].score;
	}
	return coverage;
}

double ho_metrics_auroc(const struct ho_ranked *ranked, size_t n)
{
	double wins = 0;
	uint64_t positives = 0, errors;
	for (size_t from = 0, end; from < n; from = end) {
		end = tie_end(ranked, n, from, &errors);
		/* Each negative of this run is beaten by the positives above it and ties with those beside it. */
		wins += (double)(end - from - errors) * ((double)positives + 0.5 * (double)errors);
		positives += errors;
	}
	double pairs = (double)positives * (double)(n - positives);
	return pairs > 0 ? wins / pairs : 0.5;
}
