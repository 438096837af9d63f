#include "unit/unit.h"

#include <math.h>

#include "base/rng.h"
#include "explore/association.h"
#include "explore/lengths.h"

enum { N = 2000 };
static uint32_t value[N], label[N];
static uint8_t half[N];

static void fill(struct ho_rng *rng, uint32_t values, uint32_t labels)
{
	for (size_t i = 0; i < N; i++) {
		value[i] = (uint32_t)ho_rng_below(rng, values);
		label[i] = (uint32_t)ho_rng_below(rng, labels);
		half[i] = (uint8_t)ho_rng_below(rng, 2);
	}
}

static struct explore_association associate(double delta)
{
	struct explore_association a;
	assert_int_equal(ho_explore__associate(&a, value, label, half, N, delta, NULL), HO_OK);
	return a;
}

static void a_function_of_the_label_has_lift_1(void **state)
{
	struct ho_rng rng = ho_rng_seed(1, 0);
	(void)state;
	fill(&rng, 2, 3);
	for (size_t i = 0; i < N; i++)
		value[i] = label[i] * 7 + 100;
	struct explore_association a = associate(0.001);
	assert_true(a.lift == 1 && a.lift_lower > 0.98 && a.v > 0.999 && a.z > 5);
	assert_int_equal(a.values, 3);
}

/* Pairs counted by hand: 2 x 2 with 30, 10, 10, 30: chi-square = 20 = n phi2, phi2 = 1/4. */
static void v_follows_the_formula(void **state)
{
	size_t at = 0;
	static const struct {
		uint32_t value, label, n;
	} cells[] = {{0, 0, 30}, {0, 1, 10}, {1, 0, 10}, {1, 1, 30}};
	struct explore_association a;
	(void)state;
	for (size_t c = 0; c < 4; c++)
		for (uint32_t k = 0; k < cells[c].n; k++, at++) {
			value[at] = cells[c].value;
			label[at] = cells[c].label;
			half[at] = k % 2;
		}
	assert_int_equal(ho_explore__associate(&a, value, label, half, at, 0.05, NULL), HO_OK);
	double phi2 = 0.25 - 1.0 / 79, least = 2 - 1.0 / 79 - 1;
	assert_true(fabs(a.v - sqrt(phi2 / least)) < 1e-12);
	assert_int_equal(a.right, 60);
	assert_true(fabs(a.z - (cbrt(20) - (1 - 2 / 9.0)) / sqrt(2 / 9.0)) < 1e-9);
}

/* In a world without any connection: lift is not above 0 however many values there are, and bounds and z hold. */
static void nothing_is_found_where_nothing_is(void **state)
{
	static const uint32_t values[] = {2, 20, 200, 1500, 1000000};
	(void)state;
	for (size_t k = 0; k < 5; k++) {
		int alarms = 0;
		double v = 0;
		for (uint64_t round = 0; round < 60; round++) {
			struct ho_rng rng = ho_rng_seed(round, k + 1);
			fill(&rng, values[k], 2 + k);
			struct explore_association a = associate(0.001);
			alarms += a.lift_lower > 0.05 || a.z > 5;
			v += a.v / 60;
			assert_true(a.lift < 0.12);
		}
		assert_int_equal(alarms, 0);
		assert_true(v < 0.06);
	}
}

static void missing_values_are_left_out(void **state)
{
	struct ho_rng rng = ho_rng_seed(5, 0);
	(void)state;
	fill(&rng, 3, 2);
	for (size_t i = 0; i < N; i += 2)
		value[i] = HO_VALUE_NONE;
	for (size_t i = 0; i < N; i += 4)
		label[i + 1] = HO_VALUE_NONE;
	assert_int_equal(associate(0.05).n, N / 4);
	struct explore_association a;
	assert_int_equal(ho_explore__associate(&a, value, label, half, 0, 0.05, NULL), HO_OK);
	assert_true(a.n == 0 && a.lift == 0 && a.v == 0);
}

static void bins_never_part_equal_numbers(void **state)
{
	double number[N], edge[20];
	struct ho_rng rng = ho_rng_seed(6, 0);
	(void)state;
	for (size_t i = 0; i < N; i++)
		number[i] = i % 10 == 0 ? NAN : (double)ho_rng_below(&rng, 7);
	uint32_t used = ho_explore__bins(value, edge, number, N, 20);
	assert_int_equal(used, 7);
	for (size_t i = 0; i < N; i++)
		assert_true(isnan(number[i]) ? value[i] == HO_VALUE_NONE : value[i] == (uint32_t)number[i]);
	for (size_t i = 0; i < N; i++)
		number[i] = (double)i;
	assert_int_equal(ho_explore__bins(value, edge, number, N, 20), 20);
	assert_true(value[0] == 0 && value[99] == 0 && value[100] == 1 && value[N - 1] == 19);
}

/* All 6! orders of three labels: mean 0, variance 1. */
static void order_has_its_exact_moments(void **state)
{
	uint32_t labels[6] = {0, 0, 0, 1, 1, 2}, at[6] = {0, 1, 2, 3, 4, 5}, counts[3], order[6];
	double sum = 0, squares = 0;
	int n = 0;
	(void)state;
	for (int code = 0; code < 46656; code++) { /* all of 6^6 that are permutations */
		unsigned seen = 0;
		for (int k = 0, rest = code; k < 6; k++, rest /= 6) {
			at[k] = (uint32_t)(rest % 6);
			seen |= 1U << at[k];
		}
		if (seen != 63)
			continue;
		for (int k = 0; k < 6; k++)
			order[k] = labels[at[k]];
		double z = ho_explore__neighbours(order, 6, counts, 3).z;
		sum += z;
		squares += z * z;
		n++;
	}
	assert_int_equal(n, 720);
	assert_true(fabs(sum / n) < 1e-12 && fabs(squares / n - 1) < 1e-12);
}

static void sorted_and_shuffled_orders_are_told(void **state)
{
	uint32_t counts[4];
	struct ho_rng rng = ho_rng_seed(8, 0);
	(void)state;
	for (size_t i = 0; i < N; i++)
		label[i] = (uint32_t)(i * 4 / N);
	struct explore_order o = ho_explore__neighbours(label, N, counts, 4);
	assert_true(o.agreement > 0.99 && o.z > 20);
	for (uint64_t round = 0; round < 50; round++) {
		ho_rng_shuffle(&rng, label, N);
		o = ho_explore__neighbours(label, N, counts, 4);
		assert_true(fabs(o.z) < 4.5);
	}
}

static void the_poisson_bound_is_a_bound(void **state)
{
	(void)state;
	/* P(X >= 10 | 2) = 4.65e-5 */
	double bound = exp(ho_explore__log_poisson_tail(10, 2));
	assert_true(bound >= 4.65e-5 && bound < 1e-3);
	assert_true(ho_explore__log_poisson_tail(2, 2) == 0 && ho_explore__log_poisson_tail(1, 2) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_function_of_the_label_has_lift_1),  cmocka_unit_test(v_follows_the_formula),
	    cmocka_unit_test(nothing_is_found_where_nothing_is),   cmocka_unit_test(missing_values_are_left_out),
	    cmocka_unit_test(bins_never_part_equal_numbers),       cmocka_unit_test(order_has_its_exact_moments),
	    cmocka_unit_test(sorted_and_shuffled_orders_are_told), cmocka_unit_test(the_poisson_bound_is_a_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
