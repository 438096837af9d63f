/* Reading the certification part: the fixed sequence of exact tests, and the single bound of review-share mode. */
#include "judge/promise.h"

#include <math.h>

#include "judge/promise_counts.h"

enum ho_status ho_promise__check_plan(const struct ho_promise_plan *plan, struct ho_error *err)
{
	bool sound = plan->n_grid <= HO_PROMISE_GRID_MAX && (plan->n_grid == 0 || plan->start < plan->n_grid);
	for (uint32_t j = 0; sound && j < plan->n_grid; j++)
		sound = isfinite(plan->threshold[j]) && (j == 0 || plan->threshold[j] < plan->threshold[j - 1]);
	return sound ? HO_OK : ho_fail(err, HO_EINVAL, "the plan's thresholds must be finite and descending");
}

/* Execute the declared tests; returns the number of them that passed. */
static uint32_t run_sequence(struct ho_certificate *c, const struct ho_promise_plan *plan,
                             const struct ho_promise_count *counts)
{
	for (uint32_t j = plan->start; j < plan->n_grid; j++) {
		struct ho_promise_test *test = &c->test[c->tested++];
		test->threshold = plan->threshold[j];
		test->n = counts[j].n;
		test->k = counts[j].k;
		test->p = test->n ? ho_binomial_cdf(test->k, test->n, plan->goal.max_error) : 1;
		if (test->p > plan->goal.delta)
			return c->tested - 1;
	}
	return c->tested;
}

static double share_of(uint64_t n, uint64_t all)
{
	return all ? (double)n / (double)all : 0;
}

enum ho_status ho_promise_certify(struct ho_certificate *out, const struct ho_promise_plan *plan,
                                  const struct ho_scored *certify, struct ho_error *err)
{
	struct ho_promise_count counts[HO_PROMISE_GRID_MAX] = {{0, 0}};
	*out = (struct ho_certificate){.certified = false};
	enum ho_status status = ho_promise__check_plan(plan, err);
	if (!status)
		status = ho_promise__check(&plan->goal, certify, err);
	if (status)
		return status;
	out->goal = plan->goal;
	out->labels = certify->n;
	ho_promise__count(counts, plan->threshold, plan->n_grid, certify, plan->goal.label);
	uint32_t passed = run_sequence(out, plan, counts);
	if (passed) {
		const struct ho_promise_test *last = &out->test[passed - 1];
		out->certified = true;
		out->threshold = last->threshold;
		out->n = last->n;
		out->k = last->k;
		out->coverage = share_of(last->n, certify->n);
		out->upper = ho_binomial_upper(last->k, last->n, plan->goal.delta);
	} else {
		const struct ho_promise_test *first =
		    &out->test[0]; /* zeros if there was no test: the bound is then 1 */
		out->strictest_possible = ho_binomial_upper(first->k, first->n, plan->goal.delta);
		out->strictest_threshold = first->threshold;
		out->strictest_coverage = share_of(first->n, certify->n);
	}
	return HO_OK;
}

enum ho_status ho_promise_certify_labels(struct ho_certificate *out, const struct ho_promise_plan *plans, size_t n,
                                         const struct ho_scored *certify, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < n; i++)
		out[i] = (struct ho_certificate){.certified = false};
	for (size_t i = 0; i < n && !status; i++)
		status = ho_promise_certify(&out[i], &plans[i], certify, err);
	for (size_t i = 0; i < n && status; i++)
		out[i] = (struct ho_certificate){.certified = false};
	return status;
}

enum ho_status ho_promise_bound(struct ho_share_promise *out, double threshold, double delta,
                                const struct ho_scored *certify, struct ho_error *err)
{
	const struct ho_promise_goal goal = {0.5, delta,
	                                     HO_PROMISE_ANY_LABEL}; /* no alpha here: any in range will do */
	struct ho_promise_count count = {0, 0};
	*out = (struct ho_share_promise){.threshold = 0};
	enum ho_status status = ho_promise__check(&goal, certify, err);
	if (!status && isnan(threshold))
		status = ho_fail(err, HO_EINVAL, "the threshold is not a number");
	if (status)
		return status;
	ho_promise__count(&count, &threshold, 1, certify, goal.label);
	out->threshold = threshold;
	out->n = count.n;
	out->k = count.k;
	out->upper = ho_binomial_upper(count.k, count.n, delta);
	out->coverage = share_of(count.n, certify->n);
	out->coverage_interval = ho_binomial_interval(count.n, certify->n, 1 - delta);
	return HO_OK;
}
