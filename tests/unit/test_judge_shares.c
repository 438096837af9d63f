/* Two shares of different items: Fisher's exact test and the interval of their difference. */
#include "unit/unit.h"

#include <math.h>

#include "base/rng.h"
#include "judge/shares.h"

static double choose(unsigned n, unsigned k)
{
	double c = 1;
	for (unsigned i = 0; i < k; i++)
		c = c * (n - i) / (i + 1);
	return c;
}

/* The definition, summed. */
static double slow_fisher(unsigned k, unsigned n, unsigned k_rest, unsigned n_rest)
{
	unsigned errors = k + k_rest;
	double sum = 0;
	for (unsigned x = k; x <= n && x <= errors; x++)
		if (errors - x <= n_rest)
			sum += choose(n, x) * choose(n_rest, errors - x) / choose(n + n_rest, errors);
	return k ? sum : 1;
}

static void fisher_is_the_hypergeometric_tail(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 12; n++)
		for (unsigned m = 1; m <= 12; m++)
			for (unsigned k = 0; k <= n; k++)
				for (unsigned r = 0; r <= m; r++) {
					double slow = slow_fisher(k, n, r, m), fast = ho_fisher_upper(k, n, r, m);
					assert_true(fabs(slow - fast) < 1e-9 * (slow + 1e-9));
				}
	/* Fisher's tea: 4 of 4 right by chance, 1 in 70; 3 or more, 17 in 70. */
	assert_true(fabs(ho_fisher_upper(4, 4, 0, 4) - 1.0 / 70) < 1e-12);
	assert_true(fabs(ho_fisher_upper(3, 4, 1, 4) - 17.0 / 70) < 1e-12);
	assert_true(ho_fisher_upper(5, 4, 0, 4) == 1);
	assert_true(ho_fisher_upper(0, 0, 3, 9) == 1);
	/* Far fewer errors than in the rest are no sign of more: the first terms of that sum are too small for a
	 * double. */
	assert_true(ho_fisher_upper(10, 5000, 2500, 5000) > 0.999);
	assert_true(ho_fisher_upper(2500, 5000, 10, 5000) < 1e-300);
	assert_true(ho_fisher_upper(1, 4000, 4000, 4000) > 0.999);
	/* Large counts: against the normal approximation with continuity correction, which is good here. */
	double p = ho_fisher_upper(5200, 50000, 10000, 100000),
	       z = (5200 - 0.5 - 5066.67) / sqrt(50000.0 * 2 / 3 * 0.101333 * 0.898667);
	assert_true(fabs(p - 0.5 * erfc(z / sqrt(2))) < 0.001);
}

/* Newcombe (1998), table II, method 10. */
static void difference_is_newcombes(void **state)
{
	(void)state;
	static const struct {
		unsigned k, n, k2, n2;
		double lo, hi;
	} cases[] = {{56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090}, {10, 10, 0, 20, 0.6791, 1.0000}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_difference d = ho_share_difference(cases[i].k, cases[i].n, cases[i].k2, cases[i].n2, 0.95);
		assert_true(fabs(d.interval.lo - cases[i].lo) < 1e-4 && fabs(d.interval.hi - cases[i].hi) < 1e-4);
	}
	struct ho_difference none = ho_share_difference(0, 0, 3, 9, 0.95);
	assert_true(none.difference == 0 && none.interval.lo == 0 && none.interval.hi == 0);
}

/* Where nothing differs the test alarms at most as often as it says. */
static void alarms_at_its_level(void **state)
{
	(void)state;
	struct ho_rng rng = ho_rng_seed(1, 5);
	unsigned alarms = 0;
	for (int s = 0; s < 4000; s++) {
		uint64_t k = 0, r = 0;
		for (int i = 0; i < 60; i++)
			k += ho_rng_uniform(&rng) < 0.2;
		for (int i = 0; i < 300; i++)
			r += ho_rng_uniform(&rng) < 0.2;
		alarms += ho_fisher_upper(k, 60, r, 300) <= 0.05;
	}
	assert_in_range(alarms, 60, 240); /* exact: at most 200 expected, +3 standard errors; not idle either */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fisher_is_the_hypergeometric_tail),
	    cmocka_unit_test(difference_is_newcombes),
	    cmocka_unit_test(alarms_at_its_level),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
