#include "judge/promise_counts.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"

static bool is_share(double x)
{
	return x > 0 && x < 1;
}

enum ho_status ho_promise__check(const struct ho_promise_goal *goal, const struct ho_scored *items,
                                 struct ho_error *err)
{
	if (!is_share(goal->max_error) || !is_share(goal->delta))
		return ho_fail(err, HO_EINVAL, "max_error and delta of a promise must be above 0 and below 1");
	if (goal->label != HO_PROMISE_ANY_LABEL && !items->predicted && items->n)
		return ho_fail(err, HO_EINVAL, "a promise for one label needs the predicted labels");
	for (size_t i = 0; i < items->n; i++)
		if (isnan(items->score[i]))
			return ho_fail(err, HO_EINVAL, "score %zu is not a number", i);
	return HO_OK;
}

/* Index of the first (strictest) threshold below the score, n_grid if none: binary search in a descending row. */
static uint32_t first_below(const double *threshold, uint32_t n_grid, double score)
{
	uint32_t lo = 0, hi = n_grid;
	while (lo < hi) {
		uint32_t middle = lo + (hi - lo) / 2;
		if (score > threshold[middle])
			hi = middle;
		else
			lo = middle + 1;
	}
	return lo;
}

void ho_promise__count(struct ho_promise_count *counts, const double *threshold, uint32_t n_grid,
                       const struct ho_scored *items, uint32_t label)
{
	struct ho_promise_count here[HO_PROMISE_GRID_MAX] = {{0, 0}}, sum = {0, 0};
	for (size_t i = 0; i < items->n; i++) {
		if (!ho_promise__belongs(items, i, label))
			continue;
		uint32_t j = first_below(threshold, n_grid, items->score[i]);
		if (j == n_grid)
			continue;
		here[j].n++;
		here[j].k += items->wrong[i] != 0;
	}
	for (uint32_t j = 0; j < n_grid; j++) {
		sum.n += here[j].n;
		sum.k += here[j].k;
		counts[j].n += sum.n;
		counts[j].k += sum.k;
	}
}

static int descending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x < y) - (x > y);
}

enum ho_status ho_promise__sorted(double **out, size_t *n, const struct ho_scored *items, uint32_t label,
                                  struct ho_error *err)
{
	size_t used = 0;
	*out = NULL;
	*n = 0;
	double *scores = ho_alloc(items->n, sizeof *scores);
	if (!scores)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < items->n; i++) {
		if (!ho_promise__belongs(items, i, label))
			continue;
		if (!isfinite(items->score[i])) {
			ho_free(scores);
			return ho_fail(err, HO_EINVAL, "score %zu is not a finite number", i);
		}
		scores[used++] = items->score[i];
	}
	qsort(scores, used, sizeof *scores, descending);
	*out = scores;
	*n = used;
	return HO_OK;
}

/* The decimal number with the fewest digits strictly between lo and hi; lo itself if there is no double between. A
 * threshold between two scores does not flip when a score's last bit does, as one on a score would. */
static double shortest_between(double lo, double hi)
{
	double middle = lo + 0.5 * (hi - lo), scale = 1;
	for (int digits = 0; digits <= 17; digits++, scale *= 10) {
		double rounded = floor(middle * scale + 0.5) / scale;
		if (rounded > lo && rounded < hi)
			return rounded;
	}
	return middle > lo && middle < hi ? middle : lo;
}

double ho_promise__threshold(const double *sorted, size_t n, size_t rank)
{
	double hi = sorted[rank - 1];
	while (rank < n && sorted[rank] == hi)
		rank++;
	if (rank < n)
		return shortest_between(sorted[rank], hi);
	return hi > 0 ? 0 : floor(hi) - 1; /* everything: 0 for confidences */
}
