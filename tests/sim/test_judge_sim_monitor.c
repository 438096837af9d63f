/* The monitor raises at most delta false alarms however often it is looked at, with any scheme of audits, and finds a
 * broken promise in the time it should. */
#include "unit/unit.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "judge/eprocess.h"
#include "sim/draws.h"

#define DRAWS sim_draws(500, 2000)

/* How audits are drawn. */
enum scheme { EVERY, TENTH, RISKY };

/* Number of answers until the alarm, horizon + 1 if none. Half of the answers are risky: four fifths of the errors. */
static uint32_t answers_to_alarm(enum scheme scheme, double risk, uint32_t horizon, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, scheme);
	struct ho_eprocess e;
	struct ho_error err;
	assert_ok(ho_eprocess_init(&e, 0.02, 0.05, scheme == EVERY ? 1 : 0.1, &err), &err);
	for (uint32_t t = 1; t <= horizon; t++) {
		bool risky = ho_rng_below(&rng, 2);
		bool wrong = ho_rng_uniform(&rng) < risk * (risky ? 1.6 : 0.4);
		double pi = scheme == EVERY ? 1 : scheme == TENTH ? 0.1 : risky ? 0.16 : 0.04;
		if (ho_rng_uniform(&rng) < pi)
			assert_ok(ho_eprocess_audit(&e, wrong, pi, &err), &err);
		else
			ho_eprocess_skip(&e, 1);
		if (ho_eprocess_alarm(&e))
			return t;
	}
	return horizon + 1;
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static void false_alarms_stay_below_delta(void **state)
{
	(void)state;
	static const char *const names[] = {"every answer", "a tenth", "risky more often"};
	for (int scheme = EVERY; scheme <= RISKY; scheme++) {
		int alarms = 0;
		for (uint64_t i = 0; i < (uint64_t)DRAWS; i++)
			alarms += answers_to_alarm((enum scheme)scheme, 0.02, 5000, i) <= 5000;
		printf("audits: %-18s false alarms in 5,000 answers %.4f\n", names[scheme], (double)alarms / DRAWS);
		assert_true(alarms <= (0.05 + 4 * sqrt(0.05 * 0.95 / DRAWS)) * DRAWS);
	}
}

static void broken_promises_are_found(void **state)
{
	(void)state;
	static uint32_t delay[1001];
	static const struct {
		double risk;
		uint32_t low, high; /* the median of another program, +-15%: 1,469, 394 and 120 */
	} cases[] = {{0.03, 1250, 1690}, {0.04, 335, 455}, {0.06, 102, 138}};
	for (int c = 0; c < 3; c++) {
		for (uint64_t i = 0; i < 1001; i++)
			delay[i] = answers_to_alarm(EVERY, cases[c].risk, 20000, 7000 + i);
		qsort(delay, 1001, sizeof *delay, ascending);
		printf("error rate %.2f: median %u audits to the alarm\n", cases[c].risk, delay[500]);
		assert_in_range(delay[500], cases[c].low, cases[c].high);
	}
	for (int scheme = TENTH; scheme <= RISKY; scheme++) {
		for (uint64_t i = 0; i < 301; i++)
			delay[i] = answers_to_alarm((enum scheme)scheme, 0.06, 20000, 7000 + i);
		qsort(delay, 301, sizeof *delay, ascending);
		printf("error rate 0.06, scheme %d: median %u answers to the alarm\n", scheme, delay[150]);
		assert_true(delay[150] < 2500);
	}
}

static void confidence_sequence_covers_for_all_time(void **state)
{
	(void)state;
	int missed = 0;
	for (uint64_t i = 0; i < (uint64_t)DRAWS; i++) {
		struct ho_rng rng = ho_rng_seed(i, 77);
		uint64_t k = 0;
		bool miss = false;
		for (uint64_t n = 1; n <= 2000 && !miss; n++) {
			k += ho_rng_uniform(&rng) < 0.03;
			if (n % 10 == 0 || n < 50) { /* a subset of the looks that are allowed */
				struct ho_interval c = ho_confidence_sequence(k, n, 0.05);
				miss = c.lo > 0.03 || c.hi < 0.03;
			}
		}
		missed += miss;
	}
	printf("confidence sequence: missed %.4f\n", (double)missed / DRAWS);
	assert_true(missed <= (0.05 + 4 * sqrt(0.05 * 0.95 / DRAWS)) * DRAWS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(false_alarms_stay_below_delta),
	    cmocka_unit_test(broken_promises_are_found),
	    cmocka_unit_test(confidence_sequence_covers_for_all_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
