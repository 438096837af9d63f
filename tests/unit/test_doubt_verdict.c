/* From p-values to verdicts: the weighted Holm correction, paired drops, orders. Statistics tested as statistics. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "doubt/giveaway.h"
#include "doubt/paired.h"
#include "doubt/private.h"

static struct doubt *with_tests(const size_t *check, const double *p, size_t n)
{
	struct ho_error err = {.code = HO_OK};
	struct doubt *d = ho_calloc(1, sizeof *d);
	assert_non_null(d);
	for (size_t i = 0; i < n; i++) {
		d->current = check[i];
		assert_int_equal(ho_doubt__test(d, p[i]), i);
	}
	assert_ok(ho_doubt__correct(d, &err), &err);
	return d;
}

/* One test a check is Holm's own procedure; figures by hand. */
static void test_holm(void **state)
{
	(void)state;
	const size_t check[] = {0, 1, 2, 3};
	const double p[] = {0.02, 0.01, 0.04, 0.03};
	struct doubt *d = with_tests(check, p, 4);
	assert_float_equal(ho_doubt__adjusted(d, 1), 0.04, 1e-12);
	assert_float_equal(ho_doubt__adjusted(d, 0), 0.06, 1e-12);
	assert_float_equal(ho_doubt__adjusted(d, 3), 0.06, 1e-12);
	assert_float_equal(ho_doubt__adjusted(d, 2), 0.06, 1e-12); /* never below a smaller p's */
	assert_true(ho_doubt__alarm(d, 1));
	assert_false(ho_doubt__alarm(d, 0));
	ho_free(d->tests);
	ho_free(d);
}

/* A check with many tests pays for them itself. */
static void test_weights(void **state)
{
	(void)state;
	size_t check[101] = {0};
	double p[101];
	for (size_t i = 1; i < 101; i++) {
		check[i] = 1;
		p[i] = 0.5;
	}
	p[0] = 0.02;
	p[1] = 0.0003;
	struct doubt *d = with_tests(check, p, 101);
	assert_float_equal(ho_doubt__adjusted(d, 0), 0.04, 1e-9); /* 0.02 x (1 + 1) checks, not x 101 tests */
	assert_true(ho_doubt__adjusted(d, 1) > 0.03 && ho_doubt__adjusted(d, 1) <= 0.06);
	ho_free(d->tests);
	ho_free(d);
}

static void test_odd_p(void **state)
{
	(void)state;
	const size_t check[] = {0, 1};
	const double p[] = {NAN, -1};
	struct doubt *d = with_tests(check, p, 2);
	assert_float_equal(ho_doubt__adjusted(d, 0), 1, 0);
	assert_float_equal(ho_doubt__adjusted(d, 1), 0, 0);
	ho_free(d->tests);
	ho_free(d);
}

/* In a world where all is well, with p-values that depend on one another, any alarm comes in at most 5% of runs. */
static void test_false_alarms(void **state)
{
	(void)state;
	enum { RUNS = 4000, TESTS = 40 };
	struct ho_rng rng = ho_rng_seed(5, 1);
	unsigned alarms = 0;
	for (int r = 0; r < RUNS; r++) {
		size_t check[TESTS];
		double p[TESTS], common = ho_rng_uniform(&rng);
		bool any = false;
		for (size_t i = 0; i < TESTS; i++) {
			check[i] = i < 10 ? i : 10; /* ten checks of one test, one of thirty */
			p[i] = i % 3 ? ho_rng_uniform(&rng) : common;
		}
		struct doubt *d = with_tests(check, p, TESTS);
		for (size_t i = 0; i < TESTS; i++)
			any = any || ho_doubt__alarm(d, i);
		alarms += any;
		ho_free(d->tests);
		ho_free(d);
	}
	assert_true(alarms <= 0.05 * RUNS + 3 * sqrt(0.05 * 0.95 * RUNS));
	assert_true(alarms >= 0.02 * RUNS); /* and the level is used */
}

enum { ROWS = 1200, CLUSTERS = 60 };

/* Errors before and after that agree mostly, with a shift per cluster. */
static void make_pair(uint8_t *before, uint8_t *after, uint32_t *cluster, double worse, double spread,
                      struct ho_rng *rng)
{
	double shift[CLUSTERS];
	for (size_t g = 0; g < CLUSTERS; g++)
		shift[g] = worse + spread * (ho_rng_uniform(rng) - 0.5);
	for (size_t i = 0; i < ROWS; i++) {
		double u = ho_rng_uniform(rng);
		cluster[i] = (uint32_t)(i % CLUSTERS);
		before[i] = u < 0.2;
		after[i] = ho_rng_uniform(rng) < 0.9 ? u < 0.2 + shift[cluster[i]]
		                                     : ho_rng_uniform(rng) < 0.2 + shift[cluster[i]];
	}
}

static void test_drop(void **state)
{
	(void)state;
	enum { RUNS = 400 };
	struct ho_error err = {.code = HO_OK};
	struct ho_rng rng = ho_rng_seed(6, 1);
	uint8_t before[ROWS], after[ROWS];
	uint32_t cluster[ROWS];
	unsigned false_alarms = 0, found = 0, covered = 0;
	for (int r = 0; r < RUNS; r++) {
		struct doubt_drop drop;
		make_pair(before, after, cluster, 0, 0.2, &rng); /* clusters differ, but not on average */
		assert_ok(ho_doubt__drop(&drop, before, after, cluster, CLUSTERS, ROWS, 0.02, (uint64_t)r, &err), &err);
		false_alarms += drop.p_any < 0.05;
		covered += drop.interval.lo <= 0 && drop.interval.hi >= 0;
		assert_true(drop.p >= drop.p_any); /* against a margin it is harder */
		assert_true(fabs(drop.drop - (drop.before - drop.after)) < 1e-12);
		make_pair(before, after, cluster, 0.1, 0.1, &rng);
		assert_ok(ho_doubt__drop(&drop, before, after, cluster, CLUSTERS, ROWS, 0.02, (uint64_t)r, &err), &err);
		found += drop.p < 0.004;
	}
	assert_true(false_alarms <= 0.05 * RUNS + 3 * sqrt(0.05 * 0.95 * RUNS));
	assert_true(covered >= 0.95 * RUNS - 3 * sqrt(0.05 * 0.95 * RUNS));
	assert_true(found >= 0.9 * RUNS);
}

/* Where few answers are wrong, half of them is much; half a point is the least that counts. */
static void test_margin(void **state)
{
	(void)state;
	struct ho_error err = {.code = HO_OK};
	uint8_t before[1000] = {0}, after[1000] = {0};
	uint32_t own[1000];
	struct doubt_drop drop;
	for (uint32_t i = 0; i < 1000; i++) {
		own[i] = i;
		before[i] = i < 20;
	}
	assert_ok(ho_doubt__drop(&drop, before, after, own, 1000, 1000, 0.02, 1, &err), &err);
	assert_float_equal(drop.margin, 0.01, 1e-9);
	assert_float_equal(drop.drop, -0.02, 1e-9);
	memset(before, 0, sizeof before);
	assert_ok(ho_doubt__drop(&drop, before, after, own, 1000, 1000, 0.02, 1, &err), &err);
	assert_float_equal(drop.margin, 0.005, 1e-9);
	assert_ok(ho_doubt__drop(&drop, before, after, own, 1000, 1000, 0, 1, &err), &err);
	assert_float_equal(drop.margin, 0, 0);
}

static void judge(struct doubt_order *out, const unsigned *number, const uint32_t *label, size_t n, uint32_t K)
{
	static char text[4000][12];
	static struct doubt_value values[4000];
	struct ho_error err = {.code = HO_OK};
	for (size_t i = 0; i < n; i++) {
		int len = snprintf(text[i], sizeof text[i], "%u", number[i]);
		values[i] = (struct doubt_value){ho_slice(text[i], (size_t)len), (uint32_t)i};
	}
	struct doubt_sample sample = {.label = label, .n = n, .K = K};
	assert_ok(ho_doubt__judge_order(out, values, n, &sample, 0.5, &err), &err);
}

static void test_order(void **state)
{
	(void)state;
	enum { N = 2000 };
	static unsigned number[N];
	static uint32_t label[N];
	struct doubt_order order;
	struct ho_rng rng = ho_rng_seed(7, 1);
	unsigned alarms = 0;
	for (int r = 0; r < 200; r++) { /* numbers that say nothing */
		for (size_t i = 0; i < N; i++) {
			number[i] = (unsigned)ho_rng_below(&rng, r % 2 ? 100 : 1000000);
			label[i] = (uint32_t)ho_rng_below(&rng, 3);
		}
		judge(&order, number, label, N, 3);
		alarms += order.p < 0.05;
	}
	assert_int_equal(alarms, 0); /* they are far from half of the way */
	for (size_t i = 0; i < N; i++)
		number[i] = 5000 * label[i] + (unsigned)ho_rng_below(&rng, 5000);
	judge(&order, number, label, N, 3); /* ranges */
	assert_true(order.agreement > 0.99 && order.p < 1e-6);
	assert_float_equal(order.expected, 1.0 / 3, 0.02);
	for (size_t i = 0; i < N; i++)
		number[i] =
		    label[i] + 3 * (unsigned)ho_rng_below(&rng, 20); /* each value has one label, neighbours differ */
	judge(&order, number, label, N, 3);
	assert_true(order.lookup > 0.99 && order.p < 1e-6);
	judge(&order, number, label, 20, 3); /* too few to say anything */
	assert_float_equal(order.p, 1, 0);
}

/* Looking up leaves the row itself out: a value of its own tells nothing. */
static void test_lookup_is_fair(void **state)
{
	(void)state;
	enum { N = 100 };
	unsigned number[N];
	uint32_t label[N];
	struct doubt_order order;
	for (size_t i = 0; i < N; i++) {
		number[i] = (unsigned)(i / 2); /* pairs with different labels */
		label[i] = i % 2;
	}
	judge(&order, number, label, N, 2);
	assert_float_equal(order.lookup, 0, 0);
	for (size_t i = 0; i < N; i++)
		number[i] = (unsigned)i;
	judge(&order, number, label, N, 2);
	assert_float_equal(order.lookup, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_holm),         cmocka_unit_test(test_weights),        cmocka_unit_test(test_odd_p),
	    cmocka_unit_test(test_false_alarms), cmocka_unit_test(test_drop),           cmocka_unit_test(test_margin),
	    cmocka_unit_test(test_order),        cmocka_unit_test(test_lookup_is_fair),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
