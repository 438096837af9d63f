/* How likely a test is to pass, judged from labels already seen: where to start, and how many labels to ask for. */
#include "judge/promise.h"

#include <math.h>

#include "judge/promise_counts.h"

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

/* How the errors of the tune part lie over the coverage: the share of all errors that is among the surest share c of
 * the items, modelled as c^concentration (1: the score says nothing; 4: nearly all errors are among the least sure).
 * Maximum likelihood: the number of errors over the sum of their -ln c, with one more error at c = 1/e, so that it is
 * finite. */
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
 * of the handful of errors above a strict threshold; many, and an error floor (wrong labels) goes unseen. Of 25, 100
 * and 400, tried on tune parts of 500 and 1,000 items with and without a floor, 400 certified most often (graded world
 * of tests/sim/test_judge_sim_promise.c: 99.6%, against 91% for 25) and lost nothing to speak of where there was a
 * floor.
 */
#define CURVE_WEIGHT 400.0

static struct belief belief_at(const struct ho_promise_count *here, const struct ho_promise_count *all,
                               double concentration)
{
	double share = ((double)here->n + 0.5) / ((double)all->n + 1),
	       base = ((double)all->k + 0.5) / ((double)all->n + 1);
	double risk = fmin(base * pow(share, concentration - 1), 0.999);
	return (struct belief){(double)here->k + 0.5 + CURVE_WEIGHT * risk,
	                       (double)(here->n - here->k) + 0.5 + CURVE_WEIGHT * (1 - risk)};
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

double ho_promise__best_chance(uint32_t *best, const struct ho_promise_goal *goal,
                               const struct ho_promise_count *counts, uint32_t n_grid, size_t n_seen, size_t n_certify)
{
	double best_chance = 0, concentration = error_concentration(counts, n_grid);
	*best = n_grid ? n_grid - 1 : 0;
	for (uint32_t j = 0; j < n_grid; j++) {
		struct belief risk = belief_at(&counts[j], &counts[n_grid - 1], concentration);
		double chance = chance_of_passing(counts[j], risk, n_seen, n_certify, goal);
		if (chance > best_chance) {
			best_chance = chance;
			*best = j;
		}
	}
	return best_chance;
}

#define NEEDED_POWER 0.8

/* Smallest number of labels with the wanted chance, to about 1%: doubling, then halving the gap. 0 if none. */
static uint64_t labels_for_power(const struct ho_promise_goal *goal, const struct ho_promise_count *counts,
                                 uint32_t n_grid, size_t n_seen)
{
	uint64_t too_few = 0, enough = 64;
	uint32_t best;
	while (ho_promise__best_chance(&best, goal, counts, n_grid, n_seen, enough) < NEEDED_POWER) {
		too_few = enough;
		enough *= 2;
		if (enough > HO_PROMISE_LABELS_MAX)
			return 0;
	}
	while (enough - too_few > 1 + enough / 100) {
		uint64_t middle = too_few + (enough - too_few) / 2;
		if (ho_promise__best_chance(&best, goal, counts, n_grid, n_seen, middle) < NEEDED_POWER)
			too_few = middle;
		else
			enough = middle;
	}
	return enough;
}

enum ho_status ho_promise_labels_needed(uint64_t *out, const struct ho_promise_plan *plan,
                                        const struct ho_scored *parts, size_t n_parts, struct ho_error *err)
{
	struct ho_promise_count counts[HO_PROMISE_GRID_MAX] = {{0, 0}};
	size_t labels = 0;
	*out = 0;
	enum ho_status status = ho_promise__check_plan(plan, err);
	for (size_t i = 0; i < n_parts && !status; i++) {
		status = ho_promise__check(&plan->goal, &parts[i], err);
		labels += parts[i].n;
		if (!status)
			ho_promise__count(counts, plan->threshold, plan->n_grid, &parts[i], plan->goal.label);
	}
	if (!status)
		*out = labels_for_power(&plan->goal, counts, plan->n_grid, labels);
	return status;
}
