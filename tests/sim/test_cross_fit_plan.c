/*
 * How the cross-fit should plan its tests when tune and certify are the same rows. Compared over worlds whose true
 * error rates are known: planning on the certified labels themselves (invalid), on a share of them that is then left
 * out, and a start at a fixed count that sees no label. What training does (ho_planned_units()) must hold everywhere.
 */
#include "unit/unit.h"

#include <math.h>

#include "base/rng.h"
#include "judge/promise.h"
#include "train/shares.h"
#include "sim/draws.h"

#define DRAWS sim_draws(500, 2000)
enum { M_MAX = 5000, PLANS = 5 };

/* P(wrong | score) = floor + height (1 - score)^3, score uniform. */
struct world {
	const char *name;
	double floor, height, alpha;
	bool nothing_to_promise, floored;
};

static const struct world worlds[] = {
    {"graded, 2%", 0, 0.5, 0.02, false, false},
    {"graded on a floor of 0.8%, 2%", 0.008, 0.5, 0.02, false, true},
    {"flat 2.2%, 2%", 0.022, 0, 0.02, true, false},
    {"flat 5.5%, 5%", 0.055, 0, 0.05, true, false},
    {"impossible: 10% and more, 5%", 0.10, 0.3, 0.05, true, false},
};

enum plan { PLAN_SAME, PLAN_HALF, PLAN_LABEL_FREE, PLAN_LABEL_FREE_3, PLAN_OURS };
static const char *const plan_names[PLANS] = {"same labels", "half", "from 2 n0", "from 3 n0", "as in training"};

static double score[M_MAX];
static uint8_t wrong[M_MAX];

static struct ho_scored items(size_t first, size_t n)
{
	return (struct ho_scored){score + first, wrong + first, NULL, NULL, n};
}

static double risk_above(const struct world *w, double threshold)
{
	return w->floor + w->height * pow(1 - fmax(0, threshold), 3) / 4;
}

/* The first threshold above which at least `wanted` scores lie; labels are not looked at. */
static void start_at(struct ho_promise_plan *plan, const struct ho_scored *all, double wanted)
{
	struct ho_error err;
	assert_ok(ho_promise_grid(plan->threshold, &plan->n_grid, all, HO_PROMISE_ANY_LABEL, &err), &err);
	for (plan->start = 0; plan->start + 1 < plan->n_grid; plan->start++) {
		size_t above = 0;
		for (size_t i = 0; i < all->n; i++)
			above += all->score[i] > plan->threshold[plan->start];
		if ((double)above >= wanted)
			return;
	}
}

static void certify(struct ho_certificate *c, enum plan how, struct ho_promise_goal goal, size_t m)
{
	struct ho_error err;
	struct ho_promise_plan plan = {.goal = goal};
	struct ho_scored all = items(0, m);
	if (how == PLAN_LABEL_FREE || how == PLAN_LABEL_FREE_3) {
		double least = (double)ho_binomial_certifying_n(0, goal.max_error, goal.delta);
		start_at(&plan, &all, least * (how == PLAN_LABEL_FREE ? 2 : 3));
		assert_ok(ho_promise_certify(c, &plan, &all, &err), &err);
		return;
	}
	size_t planned = how == PLAN_OURS ? ho_planned_units(m) : how == PLAN_HALF ? m / 2 : 0;
	struct ho_scored tune = planned ? items(0, planned) : all, rest = items(planned, m - planned);
	assert_ok(ho_promise_plan(&plan, goal, &tune, rest.n, &err), &err);
	assert_ok(ho_promise_certify(c, &plan, &rest, &err), &err);
}

struct outcome {
	double violated, certified, coverage;
};

static void simulate(struct outcome out[PLANS], const struct world *w, size_t m)
{
	static struct ho_certificate c;
	const struct ho_promise_goal goal = {w->alpha, 0.05, HO_PROMISE_ANY_LABEL};
	for (uint64_t i = 0; i < (uint64_t)DRAWS; i++) {
		struct ho_rng rng = ho_rng_seed(i, m);
		for (size_t j = 0; j < m; j++) {
			score[j] = ho_rng_uniform(&rng);
			wrong[j] = ho_rng_uniform(&rng) < w->floor + w->height * pow(1 - score[j], 3);
		}
		for (int p = 0; p < PLANS; p++) {
			certify(&c, (enum plan)p, goal, m);
			if (!c.certified)
				continue;
			out[p].certified += 1.0 / DRAWS;
			out[p].coverage += (1 - fmax(0, c.threshold)) / DRAWS;
			out[p].violated += (risk_above(w, c.threshold) > w->alpha) / (double)DRAWS;
		}
	}
}

static void planned_on_other_labels(void **state)
{
	(void)state;
	const double noise = 4 * sqrt(0.05 * 0.95 / DRAWS);
	double same_worst = 0;
	for (size_t i = 0; i < sizeof worlds / sizeof *worlds; i++)
		for (size_t m = 1000; m <= (worlds[i].floored ? M_MAX : 2000); m = m == 1000 ? 2000 : m + 3000) {
			struct outcome o[PLANS] = {{0, 0, 0}};
			simulate(o, &worlds[i], m);
			printf("%s, m = %zu\n", worlds[i].name, m);
			for (int p = 0; p < PLANS; p++)
				printf("  %-15s violated %.4f, certified %.4f, coverage %.4f\n", plan_names[p],
				       o[p].violated, o[p].certified, o[p].coverage);
			same_worst = fmax(same_worst, o[PLAN_SAME].violated);
			assert_true(o[PLAN_OURS].violated <= 0.05 + noise);
			assert_true(!worlds[i].nothing_to_promise || o[PLAN_OURS].certified <= 0.05 + noise);
			if (i == 0 && m == 2000)
				assert_true(o[PLAN_OURS].certified >= 0.95 && o[PLAN_OURS].coverage >= 0.40);
			if (m == M_MAX) /* where a start without labels is weak */
				assert_true(o[PLAN_OURS].certified > o[PLAN_LABEL_FREE].certified);
		}
	/* The simulation must be able to find the fault. */
	assert_true(same_worst > 0.05 + noise);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(planned_on_other_labels)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
