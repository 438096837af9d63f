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

static uint32_t choose_start(const struct ho_promise_plan *plan, const struct ho_scored *tune, size_t n_certify)
{
	struct ho_promise_count counts[HO_PROMISE_GRID_MAX] = {{0, 0}};
	uint32_t best;
	ho_promise__count(counts, plan->threshold, plan->n_grid, tune, plan->goal.label);
	(void)ho_promise__best_chance(&best, &plan->goal, counts, plan->n_grid, tune->n, n_certify);
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
