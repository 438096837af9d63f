#include "unit/unit.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "judge/promise.h"

#define N 3000
static double score[N];
static uint8_t wrong[N], eligible[N];
static uint32_t predicted[N];
static const struct ho_promise_goal goal = {0.02, 0.05, HO_PROMISE_ANY_LABEL};

static struct ho_scored draw(size_t n, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, 0);
	for (size_t i = 0; i < n; i++) {
		score[i] = ho_rng_uniform(&rng);
		wrong[i] = ho_rng_uniform(&rng) < 0.5 * pow(1 - score[i], 3);
		eligible[i] = ho_rng_below(&rng, 10) > 0;
		predicted[i] = (uint32_t)ho_rng_below(&rng, 2);
	}
	return (struct ho_scored){score, wrong, NULL, predicted, n};
}

static struct ho_promise_plan plan_of(const double *threshold, uint32_t n)
{
	struct ho_promise_plan plan = {.goal = goal, .n_grid = n};
	memcpy(plan.threshold, threshold, n * sizeof *threshold);
	return plan;
}

static void acceptance_is_strict_and_ties_are_handed_over(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_certificate c;
	static const double threshold[] = {0.9, 0.5};
	struct ho_promise_plan plan = plan_of(threshold, 2);
	for (int i = 0; i < 500; i++) {
		score[i] = i < 148 ? 0.95 : i < 300 ? 0.9 : 0.5;
		wrong[i] = i >= 300;
	}
	struct ho_scored items = {score, wrong, NULL, NULL, 500};
	assert_ok(ho_promise_certify(&c, &plan, &items, &err), &err);
	assert_false(c.certified); /* 148 strictly above 0.9 do not do, and 0.5 is not reached */
	assert_int_equal(c.tested, 1);
	assert_int_equal(c.test[0].n, 148);
	score[148] = 0.95;
	assert_ok(ho_promise_certify(&c, &plan, &items, &err), &err);
	assert_true(c.certified && c.threshold == 0.5 && c.n == 300 && c.k == 0 && c.tested == 2);
	assert_true(c.coverage == 0.6 && c.upper <= 0.02 && c.strictest_possible == 0);
	/* Novel items are not accepted, whatever the score. */
	memset(eligible, 1, sizeof eligible);
	eligible[0] = 0;
	items.eligible = eligible;
	assert_ok(ho_promise_certify(&c, &plan, &items, &err), &err);
	assert_false(c.certified);
	assert_true(fabs(c.strictest_possible - (1 - pow(0.05, 1.0 / 148))) < 1e-12);
	assert_true(c.strictest_threshold == 0.9);
}

static void testing_stops_at_the_first_failure(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_certificate c;
	static const double threshold[] = {0.8, 0.6, 0.4};
	struct ho_promise_plan plan = plan_of(threshold, 3);
	for (int i = 0; i < 3000; i++) {
		score[i] = i < 200 ? 0.9 : i < 300 ? 0.7 : 0.5;
		wrong[i] = i >= 200 && i < 210;
	}
	const struct ho_scored items = {score, wrong, NULL, NULL, 3000};
	assert_ok(ho_promise_certify(&c, &plan, &items, &err), &err);
	assert_true(c.certified && c.threshold == 0.8 && c.tested == 2); /* 0.4 would pass, but comes after a failure */
	assert_true(c.test[1].k == 10 && c.test[1].p > 0.05 && c.test[0].p <= 0.05);
	plan.start = 2;
	assert_ok(ho_promise_certify(&c, &plan, &items, &err), &err);
	assert_true(c.certified && c.threshold == 0.4 && c.n == 3000 && c.k == 10);
}

static void nothing_to_test_is_no_promise(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_certificate c;
	struct ho_promise_plan plan;
	uint64_t needed;
	const struct ho_scored none = {NULL, NULL, NULL, NULL, 0};
	assert_ok(ho_promise_plan(&plan, goal, &none, 0, &err), &err);
	assert_int_equal(plan.n_grid, 0);
	assert_ok(ho_promise_certify(&c, &plan, &none, &err), &err);
	assert_true(!c.certified && c.tested == 0 && c.strictest_possible == 1);
	assert_ok(ho_promise_labels_needed(&needed, &plan, &none, 1, &err), &err);
	assert_int_equal(needed, 0);
	/* All accepted items at p = 1: n_j = 0. */
	struct ho_scored tune = draw(500, 1);
	assert_ok(ho_promise_plan(&plan, goal, &tune, 2000, &err), &err);
	assert_ok(ho_promise_certify(&c, &plan, &none, &err), &err);
	assert_true(!c.certified && c.tested == 1 && c.test[0].p == 1);
}

static void grid_is_round_and_descending(void **state)
{
	(void)state;
	struct ho_error err;
	double grid[HO_PROMISE_GRID_MAX];
	uint32_t n;
	struct ho_scored tune = draw(1000, 2);
	assert_ok(ho_promise_grid(grid, &n, &tune, HO_PROMISE_ANY_LABEL, &err), &err);
	assert_int_equal(n, 128);
	assert_true(grid[n - 1] == 0);
	for (uint32_t j = 1; j < n; j++)
		assert_true(grid[j] < grid[j - 1] && fabs(grid[j] * 1e6 - round(grid[j] * 1e6)) < 1e-6);
	/* The last bits of scores do not move a threshold. */
	double again[HO_PROMISE_GRID_MAX];
	for (int i = 0; i < 1000; i++)
		score[i] = nextafter(score[i], i % 2 ? 0 : 1);
	assert_ok(ho_promise_grid(again, &n, &tune, HO_PROMISE_ANY_LABEL, &err), &err);
	assert_memory_equal(grid, again, n * sizeof *grid);
	/* Ties: one threshold per distinct score, between them. */
	for (int i = 0; i < 1000; i++)
		score[i] = (i % 4) * 0.25;
	assert_ok(ho_promise_grid(grid, &n, &tune, HO_PROMISE_ANY_LABEL, &err), &err);
	assert_int_equal(n, 4);
	assert_true(grid[0] > 0.5 && grid[0] < 0.75 && grid[3] < 0);
	score[3] = INFINITY;
	assert_int_equal(ho_promise_grid(grid, &n, &tune, HO_PROMISE_ANY_LABEL, &err), HO_EINVAL);
}

static void order_of_rows_does_not_matter(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_promise_plan plan, plan2;
	struct ho_certificate c, c2;
	struct ho_scored items = draw(N, 3);
	items.eligible = eligible;
	assert_ok(ho_promise_plan(&plan, goal, &items, N, &err), &err);
	assert_ok(ho_promise_certify(&c, &plan, &items, &err), &err);
	for (int i = 0; i < N / 2; i++) {
		int j = N - 1 - i;
		double s = score[i];
		uint8_t w = wrong[i], e = eligible[i];
		score[i] = score[j], wrong[i] = wrong[j], eligible[i] = eligible[j];
		score[j] = s, wrong[j] = w, eligible[j] = e;
	}
	assert_ok(ho_promise_plan(&plan2, goal, &items, N, &err), &err);
	assert_ok(ho_promise_certify(&c2, &plan2, &items, &err), &err);
	assert_true(plan.start == plan2.start && c.certified == c2.certified && c.threshold == c2.threshold &&
	            c.n == c2.n && c.k == c2.k);
	assert_memory_equal(plan.threshold, plan2.threshold, plan.n_grid * sizeof(double));
}

static void labels_share_delta_and_count_their_own(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_promise_plan plans[2];
	static struct ho_certificate c[2];
	const struct ho_label_goal goals[] = {{0, 0.05}, {1, 0.1}}, twice[] = {{1, 0.05}, {1, 0.1}};
	struct ho_scored items = draw(N, 4);
	assert_ok(ho_promise_plan_labels(plans, goals, 2, 0.05, &items, N, &err), &err);
	assert_true(plans[0].goal.delta == 0.025 && plans[1].goal.max_error == 0.1);
	assert_ok(ho_promise_certify_labels(c, plans, 2, &items, &err), &err);
	for (uint32_t label = 0; label < 2; label++) {
		uint64_t n = 0, k = 0;
		assert_true(c[label].certified);
		for (int i = 0; i < N; i++)
			if (predicted[i] == label && score[i] > c[label].threshold)
				n++, k += wrong[i];
		assert_true(c[label].n == n && c[label].k == k && c[label].coverage == (double)n / N);
	}
	assert_int_equal(ho_promise_plan_labels(plans, twice, 2, 0.05, &items, N, &err), HO_EINVAL);
	items.predicted = NULL;
	assert_int_equal(ho_promise_plan_labels(plans, goals, 2, 0.05, &items, N, &err), HO_EINVAL);
	assert_int_equal(plans[0].n_grid, 0);
}

static void review_share_is_met(void **state)
{
	(void)state;
	struct ho_error err;
	double threshold;
	struct ho_share_promise p;
	struct ho_scored items = draw(1000, 5);
	assert_ok(ho_promise_share_threshold(&threshold, &items, 0.3, &err), &err);
	assert_ok(ho_promise_bound(&p, threshold, 0.05, &items, &err), &err);
	assert_int_equal(p.n, 700);
	assert_true(p.upper == ho_binomial_upper(p.k, 700, 0.05) && p.coverage == 0.7);
	assert_true(p.coverage_interval.lo < 0.7 && p.coverage_interval.hi > 0.7);
	assert_ok(ho_promise_share_threshold(&threshold, &items, 1, &err), &err);
	assert_ok(ho_promise_bound(&p, threshold, 0.05, &items, &err), &err);
	assert_true(p.n == 0 && p.upper == 1);
	items.eligible = eligible; /* a tenth is novel: 5% cannot be met, all others are accepted */
	assert_ok(ho_promise_share_threshold(&threshold, &items, 0.05, &err), &err);
	assert_true(threshold == 0);
	assert_int_equal(ho_promise_share_threshold(&threshold, &items, 1.5, &err), HO_EINVAL);
}

static void nonsense_is_refused(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_promise_plan plan;
	struct ho_certificate c;
	struct ho_scored items = draw(500, 6);
	static const double rising[] = {0.5, 0.6};
	struct ho_promise_goal bad = {1.0, 0.05, HO_PROMISE_ANY_LABEL};
	assert_int_equal(ho_promise_plan(&plan, bad, &items, 100, &err), HO_EINVAL);
	plan = plan_of(rising, 2);
	assert_int_equal(ho_promise_certify(&c, &plan, &items, &err), HO_EINVAL);
	plan = plan_of(rising, 1);
	plan.start = 1;
	assert_int_equal(ho_promise_certify(&c, &plan, &items, &err), HO_EINVAL);
	plan.start = 0;
	score[7] = NAN;
	assert_int_equal(ho_promise_certify(&c, &plan, &items, &err), HO_EINVAL);
	assert_int_equal(c.tested, 0);
}

static void memory_failures_are_reported(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_promise_plan plan;
	double threshold;
	struct ho_scored items = draw(500, 7);
	ho_alloc_fail_at(1);
	assert_int_equal(ho_promise_plan(&plan, goal, &items, 500, &err), HO_ENOMEM);
	assert_int_equal(plan.n_grid, 0);
	ho_alloc_fail_at(1);
	assert_int_equal(ho_promise_share_threshold(&threshold, &items, 0.5, &err), HO_ENOMEM);
	ho_alloc_fail_at(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(acceptance_is_strict_and_ties_are_handed_over),
	    cmocka_unit_test(testing_stops_at_the_first_failure),
	    cmocka_unit_test(nothing_to_test_is_no_promise),
	    cmocka_unit_test(grid_is_round_and_descending),
	    cmocka_unit_test(order_of_rows_does_not_matter),
	    cmocka_unit_test(labels_share_delta_and_count_their_own),
	    cmocka_unit_test(review_share_is_met),
	    cmocka_unit_test(nonsense_is_refused),
	    cmocka_unit_test(memory_failures_are_reported),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
