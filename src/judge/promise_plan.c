/* What is decided before the certification labels are read: grid, order, start, share. */
#include "judge/promise.h"

#include <math.h>

#include "base/alloc.h"
#include "judge/promise_counts.h"

/* Thresholds aimed for; fewer where scores are tied. More would not cost validity (a fixed sequence pays nothing for
 * its length), but neighbours that differ by a few items only add chances to stop by accident. */
#define GRID_RANKS 128

enum ho_status ho_promise_grid(double threshold[HO_PROMISE_GRID_MAX], uint32_t *n, const struct ho_scored *tune,
                               uint32_t label, struct ho_error *err)
{
	double *sorted;
	size_t m;
	*n = 0;
	enum ho_status status = ho_promise__sorted(&sorted, &m, tune, label, err);
	if (status)
		return status;
	for (size_t i = 1; m && i <= GRID_RANKS; i++) {
		size_t rank = (i * m + GRID_RANKS - 1) / GRID_RANKS;
		double next = ho_promise__threshold(sorted, m, rank);
		if (*n == 0 || next < threshold[*n - 1])
			threshold[(*n)++] = next;
	}
	ho_free(sorted);
	return HO_OK;
}

/* Most errors among n with which the test passes, -1 if even none is too many for so few items. */
static int64_t most_errors(uint64_t n, const struct ho_promise_goal *goal)
{
	double target = log(goal->delta);
	uint64_t passes = 0, fails = n; /* P(X <= n) = 1 never passes */
	if (n == 0 || ho_binomial_log_cdf(0, n, goal->max_error) > target)
		return -1;
	while (fails - passes > 1) {
		uint64_t middle = passes + (fails - passes) / 2;
		if (ho_binomial_log_cdf(middle, n, goal->max_error) <= target)
			passes = middle;
		else
			fails = middle;
	}
	return (int64_t)passes;
}

/* The belief about the error rate at one threshold: Beta(a, b). */
struct belief {
	double a, b;
};

/* How the errors of the tune part lie over the coverage: the share of all errors that is among the surest share c of the
 * items, modelled as c^concentration (1: the score says nothing; 4: nearly all errors are among the least sure). Maximum
 * likelihood: the number of errors over the sum of their -ln c, with one more error at c = 1/e, so that it is finite. */
static double error_concentration(const struct ho_promise_count *counts, uint32_t n_grid)
{
	double errors = 1, logs = 1, all = n_grid ? (double)counts[n_grid - 1].n : 0;
	uint64_t before_n = 0, before_k = 0;
	for (uint32_t j = 0; j < n_grid; j++) {
		double middle = 0.5 * (double)(before_n + counts[j].n) / all;
		errors += (double)(counts[j].k - before_k);
		logs -= (double)(counts[j].k - before_k) * log(middle);
		before_n = counts[j].n;
		before_k = counts[j].k;
	}
	return errors / logs;
}

/* Tune items that the smooth curve counts for in the belief at each threshold. Few, and the start follows the accidents
 * of the handful of errors above a strict threshold; many, and an error floor (wrong labels) goes unseen. See
 * tests/sim/test_judge_promise.c for what was tried. */
#ifndef CURVE_WEIGHT
#define CURVE_WEIGHT 100.0
#endif
#ifndef EXTRA
#define EXTRA 0.0
#endif

static struct belief belief_at(const struct ho_promise_count *here, const struct ho_promise_count *all,
			       double concentration)
{
	double share = ((double)here->n + 0.5) / ((double)all->n + 1), base = ((double)all->k + 0.5) / ((double)all->n + 1);
	double risk = fmin(base * pow(share, concentration - 1), 0.999);
	return (struct belief){(double)here->k + CURVE_WEIGHT * risk + EXTRA,
			       (double)(here->n - here->k) + CURVE_WEIGHT * (1 - risk)};
}

/* Chance that a test on n accepted items passes. */
static double chance_with(uint64_t n, struct belief risk, const struct ho_promise_goal *goal)
{
	int64_t k = most_errors(n, goal);
	return k < 0 ? 0 : ho_beta_binomial_cdf((uint64_t)k, n, risk.a, risk.b);
}

/* The same when the number of accepted items is not known but estimated: the mean of one standard deviation either way
 * (two-point Gauss-Hermite). The deviation has the noise of both parts. */
static double chance_of_passing(struct ho_promise_count tune, struct belief risk, size_t n_tune, size_t n_certify,
				const struct ho_promise_goal *goal)
{
	double share = ((double)tune.n + 0.5) / ((double)n_tune + 1), m = (double)n_certify;
	double sd = sqrt(share * (1 - share) * m * (1 + m / ((double)n_tune + 1)));
	double low = fmax(0, share * m - sd), high = fmin(m, share * m + sd);
	return 0.5 * (chance_with((uint64_t)low, risk, goal) + chance_with((uint64_t)high, risk, goal));
}

static uint32_t choose_start(const struct ho_promise_plan *plan, const struct ho_scored *tune, size_t n_certify)
{
	struct ho_promise_count counts[HO_PROMISE_GRID_MAX] = {{0, 0}};
	uint32_t n = plan->n_grid, best = n ? n - 1 : 0;
	double best_chance = 0;
	ho_promise__count(counts, plan->threshold, n, tune, plan->goal.label);
	double concentration = error_concentration(counts, n);
	for (uint32_t j = 0; j < n; j++) {
		struct belief risk = belief_at(&counts[j], &counts[n - 1], concentration);
		double chance = chance_of_passing(counts[j], risk, tune->n, n_certify, &plan->goal);
		if (chance > best_chance) {
			best_chance = chance;
			best = j;
		}
	}
	return best;
}

enum ho_status ho_promise_plan(struct ho_promise_plan *out, struct ho_promise_goal goal, const struct ho_scored *tune,
                               size_t n_certify, struct ho_error *err)
{
	struct ho_promise_plan plan = {.goal = goal};
	*out = (struct ho_promise_plan){.n_grid = 0};
	enum ho_status status = ho_promise__check(&goal, tune, err);
	if (!status)
		status = ho_promise_grid(plan.threshold, &plan.n_grid, tune, goal.label, err);
	if (status)
		return status;
	plan.start = choose_start(&plan, tune, n_certify);
	*out = plan;
	return HO_OK;
}

enum ho_status ho_promise_plan_labels(struct ho_promise_plan *plans, const struct ho_label_goal *goals, size_t n_goals,
                                      double delta, const struct ho_scored *tune, size_t n_certify,
                                      struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < n_goals; i++)
		plans[i] = (struct ho_promise_plan){.n_grid = 0};
	for (size_t i = 0; i < n_goals; i++)
		for (size_t j = 0; j < i; j++)
			if (goals[i].label == goals[j].label)
				return ho_fail(err, HO_EINVAL, "label %u has two promises; give it one",
				               goals[i].label);
	for (size_t i = 0; i < n_goals && !status; i++) {
		struct ho_promise_goal goal = {goals[i].max_error, delta / (double)n_goals, goals[i].label};
		if (goal.label == HO_PROMISE_ANY_LABEL)
			status = ho_fail(err, HO_EINVAL, "a promise per label must name a label");
		else
			status = ho_promise_plan(&plans[i], goal, tune, n_certify, err);
	}
	for (size_t i = 0; i < n_goals && status; i++)
		plans[i] = (struct ho_promise_plan){.n_grid = 0};
	return status;
}

enum ho_status ho_promise_share_threshold(double *threshold, const struct ho_scored *tune, double share,
                                          struct ho_error *err)
{
	double *sorted;
	size_t m;
	*threshold = 0;
	if (!(share >= 0 && share <= 1))
		return ho_fail(err, HO_EINVAL, "the review share must be between 0 and 1");
	enum ho_status status = ho_promise__sorted(&sorted, &m, tune, HO_PROMISE_ANY_LABEL, err);
	if (status)
		return status;
	/* The tolerance keeps 1 - 0.9 of 1,000 items at 100, not 101. */
	size_t accept = (size_t)ceil((1 - share) * (double)tune->n - 1e-9 * (double)tune->n);
	if (m == 0)
		status =
		    ho_fail(err, HO_EINVAL, "no item to choose a threshold from: all are novel, or there are none");
	else if (accept == 0)
		*threshold = sorted[0];
	else
		*threshold = ho_promise__threshold(sorted, m, accept < m ? accept : m);
	ho_free(sorted);
	return status;
}
