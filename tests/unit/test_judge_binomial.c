#include "unit/unit.h"

#include <math.h>

#include "judge/binomial.h"

/* Figures that were computed by hand or by another program come from tests/ref/binomial.txt. */
static void assert_close(double got, double want, double relative)
{
	if (!(fabs(got - want) <= relative * fabs(want) + 1e-300))
		fail_msg("got %.17g, want %.17g", got, want);
}

static void tails_agree_with_an_independent_program(void **state)
{
	(void)state;
	char line[512];
	unsigned rows = 0;
	FILE *in = fopen("ref/binomial.txt", "r");
	assert_non_null(in);
	while (fgets(line, sizeof line, in)) {
		unsigned long long k, n;
		double p, cdf, sf, log_cdf, delta, upper, lower;
		if (line[0] == '#')
			continue;
		assert_int_equal(sscanf(line, "%llu %llu %lf %lf %lf %lf %lf %lf %lf", &k, &n, &p, &cdf, &sf, &log_cdf,
		                        &delta, &upper, &lower),
		                 9);
		assert_close(ho_binomial_cdf(k, n, p), cdf, 1e-11);
		assert_close(ho_binomial_sf(k, n, p), sf, 1e-11);
		assert_close(ho_binomial_log_cdf(k, n, p), log_cdf, 1e-11);
		assert_close(ho_binomial_upper(k, n, delta), upper, 1e-11);
		assert_close(ho_binomial_lower(k, n, delta), lower, 1e-11);
		rows++;
	}
	(void)fclose(in);
	assert_true(rows >= 40);
}

static void labels_that_certify_follow_the_table(void **state)
{
	(void)state;
	static const uint64_t k[] = {0, 1, 2, 3, 5, 10, 20};
	static const struct {
		double alpha, delta;
		uint64_t n[7];
	} rows[] = {
	    {0.02, 0.05, {149, 236, 313, 386, 523, 845, 1449}},
	    {0.02, 0.01, {228, 330, 418, 499, 652, 1003, 1649}},
	    {0.02, 0.05 / 20, {297, 407, 503, 590, 753, 1124, 1800}},
	    {0.01, 0.05, {299, 473, 628, 773, 1049, 1693, 2902}},
	    {0.05, 0.05, {59, 93, 124, 153, 208, 336, 577}},
	    {0.10, 0.05, {29, 46, 61, 76, 103, 167, 286}},
	};
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
		for (size_t i = 0; i < 7; i++) {
			uint64_t n = ho_binomial_certifying_n(k[i], rows[r].alpha, rows[r].delta);
			assert_int_equal(n, rows[r].n[i]);
			/* The two forms of the same statement. */
			assert_true(ho_binomial_upper(k[i], n, rows[r].delta) <= rows[r].alpha);
			assert_true(ho_binomial_upper(k[i], n - 1, rows[r].delta) > rows[r].alpha);
		}
	assert_int_equal(ho_binomial_certifying_n(0, 1e-9, 0.05), 0);
	assert_int_equal(ho_binomial_certifying_n(0, 0, 0.05), 0);
}

static uint64_t first_n_by_walking(double p, double alpha, double delta, double power)
{
	for (uint64_t n = 1;; n++) {
		double chance = 0; /* of passing: the passing k are 0..some k */
		for (uint64_t k = 0; k <= n && ho_binomial_cdf(k, n, alpha) <= delta; k++)
			chance = ho_binomial_cdf(k, n, p);
		if (chance >= power)
			return n;
	}
}

static void labels_for_power_follow_the_table(void **state)
{
	(void)state;
	assert_int_equal(ho_binomial_power_n(0.002, 0.02, 0.05, 0.8), 236);
	assert_int_equal(ho_binomial_power_n(0.002, 0.02, 0.05, 0.9), 236);
	assert_int_equal(ho_binomial_power_n(0.005, 0.02, 0.05, 0.8), 386);
	assert_int_equal(ho_binomial_power_n(0.01, 0.02, 0.05, 0.8), 969);
	assert_int_equal(ho_binomial_power_n(0.01, 0.02, 0.05, 0.9), 1271);
	assert_int_equal(ho_binomial_power_n(0.012, 0.02, 0.05, 0.8), 1567);
	assert_int_equal(ho_binomial_power_n(0.015, 0.02, 0.05, 0.9), 5895);
	assert_int_equal(ho_binomial_power_n(0.015, 0.02, 0.05 / 20, 0.9), 11639);
	assert_int_equal(ho_binomial_power_n(0, 0.02, 0.05, 0.8), 149);
	assert_int_equal(ho_binomial_power_n(0.02, 0.02, 0.05, 0.8), 0);
	assert_int_equal(ho_binomial_power_n(0.019999, 0.02, 0.05, 0.8), 0); /* beyond the maximum */
	for (double p = 0.0; p < 0.06; p += 0.0117)
		assert_int_equal(ho_binomial_power_n(p, 0.1, 0.1, 0.7), first_n_by_walking(p, 0.1, 0.1, 0.7));
}

static void limits_have_closed_forms_at_the_ends(void **state)
{
	(void)state;
	assert_close(ho_binomial_upper(0, 149, 0.05), 1 - pow(0.05, 1.0 / 149), 1e-13);
	assert_close(ho_binomial_lower(149, 149, 0.05), pow(0.05, 1.0 / 149), 1e-13);
	assert_true(ho_binomial_upper(7, 7, 0.05) == 1);
	assert_true(ho_binomial_upper(0, 0, 0.05) == 1);
	assert_true(ho_binomial_lower(0, 9, 0.05) == 0);
	assert_true(isnan(ho_binomial_upper(1, 9, 0)));
	struct ho_interval i = ho_binomial_interval(0, 0, 0.95);
	assert_true(i.lo == 0 && i.hi == 1);
	i = ho_binomial_interval(3, 11, 0.95);
	assert_close(i.lo, 1 - ho_binomial_interval(8, 11, 0.95).hi, 1e-12);
}

static void tails_are_complete_and_monotone(void **state)
{
	(void)state;
	for (double p = 0.003; p < 1; p += 0.0713)
		for (uint64_t n = 1; n < 3000; n = n * 3 + 1) {
			double before = 0;
			for (uint64_t k = 0; k <= n; k += 1 + n / 50) {
				double cdf = ho_binomial_cdf(k, n, p);
				assert_true(cdf >= before);
				assert_true(fabs(cdf + ho_binomial_sf(k, n, p) - 1) < 1e-13);
				before = cdf;
			}
		}
	assert_true(ho_binomial_cdf(3, 9, 0) == 1 && ho_binomial_cdf(3, 9, 1) == 0);
	assert_true(ho_binomial_sf(3, 9, 0) == 0 && ho_binomial_sf(3, 9, 1) == 1);
	assert_true(isnan(ho_binomial_cdf(3, 9, NAN)));
}

static void beta_binomial_agrees_with_closed_forms(void **state)
{
	(void)state;
	/* Beta(1, 1): every count from 0 to n is equally likely. */
	for (uint64_t k = 0; k < 1000; k += 111)
		assert_close(ho_beta_binomial_cdf(k, 1000, 1, 1), (double)(k + 1) / 1001, 1e-10);
	/* A very narrow posterior is the binomial itself. */
	assert_close(ho_beta_binomial_cdf(12, 1000, 1e9 * 0.01, 1e9 * 0.99), ho_binomial_cdf(12, 1000, 0.01), 1e-5);
	assert_close(ho_beta_binomial_cdf(9000, 20000, 5000.5, 5000.5), 1.4751513500634186e-16, 1e-9); /* mpmath */
	assert_true(ho_beta_binomial_cdf(10, 10, 2, 3) == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tails_agree_with_an_independent_program),
	    cmocka_unit_test(labels_that_certify_follow_the_table),
	    cmocka_unit_test(labels_for_power_follow_the_table),
	    cmocka_unit_test(limits_have_closed_forms_at_the_ends),
	    cmocka_unit_test(tails_are_complete_and_monotone),
	    cmocka_unit_test(beta_binomial_agrees_with_closed_forms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
