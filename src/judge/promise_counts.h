/** Shared by the files of the promise: who belongs, how many are accepted at each threshold, where thresholds stand. */
#ifndef HO_JUDGE_PROMISE_COUNTS_H
#define HO_JUDGE_PROMISE_COUNTS_H

#include "judge/promise.h"

/** Accepted items and errors among them. */
struct ho_promise_count {
	uint64_t n, k;
};

/** May item i be accepted at all under a promise for `label`? */
static inline bool ho_promise__belongs(const struct ho_scored *items, size_t i, uint32_t label)
{
	return (!items->eligible || items->eligible[i]) &&
	       (label == HO_PROMISE_ANY_LABEL || items->predicted[i] == label);
}

/** HO_EINVAL unless alpha and delta are in (0, 1), `predicted` is there if a label is asked for, and no score is NaN.
 */
HO_MUST_CHECK enum ho_status ho_promise__check(const struct ho_promise_goal *goal, const struct ho_scored *items,
                                               struct ho_error *err);

/** HO_EINVAL unless the thresholds are finite and strictly descending and the start is one of them. */
HO_MUST_CHECK enum ho_status ho_promise__check_plan(const struct ho_promise_plan *plan, struct ho_error *err);

/**
 * Count what is accepted (score > threshold, strictly) at each threshold, adding to `counts`.
 *
 * @param counts     [n_grid] of this call are ADDED to what stands there.
 * @param threshold  [n_grid] strictly descending.
 */
void ho_promise__count(struct ho_promise_count *counts, const double *threshold, uint32_t n_grid,
                       const struct ho_scored *items, uint32_t label);

/**
 * Scores of the items that belong, descending, in memory of their own.
 *
 * @param[out] out  [*n]; free with ho_free().
 * @return HO_OK; HO_EINVAL a score is not finite; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_promise__sorted(double **out, size_t *n, const struct ho_scored *items, uint32_t label,
                                                struct ho_error *err);

/** Threshold that accepts the `rank` (1..n) highest of `sorted` and what is tied with the last of them, no more. */
double ho_promise__threshold(const double *sorted, size_t n, size_t rank);

/**
 * The threshold at which a single test on `n_certify` new items is likeliest to pass, and that chance; what is believed
 * of the error rates comes from `counts`, the accepted of `n_seen` labelled items.
 *
 * @param[out] best  index of the threshold; the last one if no chance is above 0.
 * @param counts     [n_grid], strictest threshold first.
 * @return chance, 0..1.
 */
double ho_promise__best_chance(uint32_t *best, const struct ho_promise_goal *goal,
                               const struct ho_promise_count *counts, uint32_t n_grid, size_t n_seen, size_t n_certify);

#endif
