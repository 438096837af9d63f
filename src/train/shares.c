#include "train/shares.h"

#include <math.h>

/* Certify holds this many times the labels that certify without an error: enough where a quarter can be answered. */
#define CERTIFY_FACTOR 16.0
enum { TUNE_MIN = 250, SMALL = 400 };

enum ho_status ho_goals_find(struct ho_label_goal *goals, size_t *n, uint32_t K, const struct ho_slice *labels,
                             const struct ho_train_options *options, struct ho_error *err)
{
	*n = 0;
	for (size_t e = 0; e < options->n_label_errors; e++) {
		uint32_t k = 0;
		while (k < K && !ho_slice_is(labels[k], options->label_errors[e].label))
			k++;
		if (k == K)
			return ho_fail(
			    err, HO_EINVAL,
			    "a promise is asked for a label that the data do not have (--max-error number %zu)", e + 1);
		for (size_t g = 0; g < *n; g++)
			if (goals[g].label == k)
				return ho_fail(err, HO_EINVAL,
				               "two promises are asked for one label; give each label once");
		goals[(*n)++] = (struct ho_label_goal){k, options->label_errors[e].max_error};
	}
	for (uint32_t k = 0; k < K && options->n_label_errors && options->max_error_given; k++) {
		bool given = false;
		for (size_t g = 0; g < *n; g++)
			given |= goals[g].label == k;
		if (!given)
			goals[(*n)++] = (struct ho_label_goal){k, options->max_error};
	}
	return HO_OK;
}

struct ho_share_plan ho_share_plan_make(const struct ho_label_goal *goals, size_t n_goals, const uint32_t *label_rows,
                                        size_t rows, const struct ho_train_options *options)
{
	double delta = 1 - options->confidence_level;
	struct ho_share_plan plan = {.cross_fit = options->cross_fit};
	if (n_goals == 0) {
		uint64_t least = ho_binomial_certifying_n(0, options->max_error, delta);
		plan.demand = CERTIFY_FACTOR * (double)least;
		plan.least = options->review_share >= 0 ? 0 : least;
	}
	for (size_t g = 0; g < n_goals; g++) {
		double share = ((double)label_rows[goals[g].label] + 1) / ((double)rows + 1);
		uint64_t least = ho_binomial_certifying_n(0, goals[g].max_error, delta / (double)n_goals);
		plan.demand = fmax(plan.demand, CERTIFY_FACTOR * (double)least / share);
		plan.least = g == 0 || least < plan.least ? least : plan.least;
	}
	return plan;
}

void ho_part_shares(double share[HO_PART_COUNT], size_t units, const struct ho_share_plan *plan)
{
	double n = (double)units, certify = fmin(fmax(plan->demand, 0.08 * n), 0.13 * n);
	double tune = fmin(fmax(0.05 * n, TUNE_MIN), 0.1 * n);
	if (units < SMALL)
		certify = tune = 0.15 * n;
	share[HO_PART_TUNE] = plan->cross_fit ? 0 : tune / n;
	share[HO_PART_CERTIFY] = plan->cross_fit ? 0 : certify / n;
	share[HO_PART_FIT] = 1 - share[HO_PART_TUNE] - share[HO_PART_CERTIFY];
}

/*
 * Of the plans tried in the worlds of tests/sim/test_cross_fit_plan.c (a tenth, a fifth, a quarter, a third, a half; a
 * start at two or three times the least count, without any label) this one loses least to the invalid plan on the very
 * labels it certifies. A start without labels is as good where errors vanish among the surest texts, but certifies half
 * as often where some labels are wrong.
 */
size_t ho_planned_units(size_t units)
{
	return units / 10;
}

static uint64_t certifying(uint64_t units, const struct ho_share_plan *plan)
{
	double share[HO_PART_COUNT];
	if (plan->cross_fit)
		return units - ho_planned_units(units);
	ho_part_shares(share, units, plan);
	return (uint64_t)(share[HO_PART_CERTIFY] * (double)units);
}

bool ho_shares_too_few(size_t units, const struct ho_share_plan *plan)
{
	return units < SMALL && !plan->cross_fit && certifying(units, plan) < plan->least;
}

uint64_t ho_units_for(uint64_t certify, uint64_t units, const struct ho_share_plan *plan)
{
	/* Steps of 1%: the size of certify is flat between two bounds of its share, and smaller past SMALL than before.
	 */
	while (certifying(units, plan) < certify)
		units += 1 + units / 100;
	return units;
}
