/* The isotonic map and conformal p-values: what is read off sorted scores. */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "judge/calibration.h"
#include "judge/metrics.h"

/* A run of pooled scores: ones of n items between two scores. */
struct block {
	double from, to, ones, n;
};

static double level(const struct block *b)
{
	return b->ones / b->n;
}

/* Pool adjacent violators: append a run and merge it backwards while the means do not rise. */
static size_t append(struct block *blocks, size_t count, struct block next)
{
	while (count > 0 && level(&blocks[count - 1]) >= level(&next)) {
		const struct block *before = &blocks[--count];
		next = (struct block){before->from, next.to, before->ones + next.ones, before->n + next.n};
	}
	blocks[count] = next;
	return count + 1;
}

static size_t pool(struct block *blocks, const struct ho_ranked *ranked, size_t n)
{
	size_t count = 0;
	for (size_t i = n; i > 0;) { /* ranked is descending */
		struct block run = {ranked[i - 1].score, ranked[i - 1].score, 0, 0};
		for (; i > 0 && ranked[i - 1].score == run.from; i--) {
			run.ones += ranked[i - 1].wrong;
			run.n++;
		}
		count = append(blocks, count, run);
	}
	return count;
}

enum ho_status ho_isotonic_fit(struct ho_isotonic *out, const double *score, const uint8_t *y, size_t n,
                               struct ho_error *err)
{
	enum ho_status status = HO_OK;
	*out = (struct ho_isotonic){NULL, NULL, 0};
	if (n == 0 || n > UINT32_MAX)
		return ho_fail(err, HO_EINVAL, "an isotonic map needs items, fewer than four thousand million");
	for (size_t i = 0; i < n; i++)
		if (!isfinite(score[i]))
			return ho_fail(err, HO_EINVAL, "score %zu is not a finite number", i);
	struct ho_ranked *ranked = ho_alloc(n, sizeof *ranked);
	struct block *blocks = ho_alloc(n, sizeof *blocks);
	size_t count = 0;
	if (!ranked || !blocks) {
		status = ho_fail_nomem(err);
		goto out;
	}
	ho_metrics_rank(ranked, score, y, n);
	count = pool(blocks, ranked, n);
	out->x = ho_alloc(2 * count, sizeof *out->x);
	out->y = ho_alloc(2 * count, sizeof *out->y);
	if (!out->x || !out->y) {
		ho_isotonic_release(out);
		status = ho_fail_nomem(err);
		goto out;
	}
	for (size_t b = 0; b < count; b++)
		for (int end = 0; end < 1 + (blocks[b].from < blocks[b].to); end++) {
			out->x[out->n] = end ? blocks[b].to : blocks[b].from;
			out->y[out->n++] = level(&blocks[b]);
		}
out:
	ho_free(ranked);
	ho_free(blocks);
	return status;
}

void ho_isotonic_release(struct ho_isotonic *map)
{
	ho_free(map->x);
	ho_free(map->y);
	*map = (struct ho_isotonic){NULL, NULL, 0};
}

double ho_isotonic_apply(const struct ho_isotonic *map, double score)
{
	size_t lo = 0, hi = map->n - 1;
	if (!(score > map->x[0]))
		return map->y[0];
	if (score >= map->x[hi])
		return map->y[hi];
	while (hi - lo > 1) {
		size_t middle = lo + (hi - lo) / 2;
		*(map->x[middle] <= score ? &lo : &hi) = middle;
	}
	double along = (score - map->x[lo]) / (map->x[hi] - map->x[lo]);
	return map->y[lo] + along * (map->y[hi] - map->y[lo]);
}
