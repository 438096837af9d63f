/* Axes: ticks are round, inside, few; places and labels are right; odd ranges do no harm. */
#include "unit.h"

#include <math.h>

#include "report/chart_scale.h"

static void assert_ticks(const struct ho_scale *s, size_t n, const char *const *labels)
{
	assert_int_equal(s->n, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(ho_scale__tick(s, s->ticks[i]).text, labels[i]);
}

static void round_ticks(void **state)
{
	(void)state;
	struct ho_scale s = ho_scale__fit(0.713, 0.942, HO_SCALE_SHARE, false, true);
	assert_ticks(&s, 6, (const char *const[]){"70%", "75%", "80%", "85%", "90%", "95%"});
	assert_float_equal(ho_scale__at(&s, 0.7), 0, 1e-9);
	assert_float_equal(ho_scale__at(&s, 0.95), 1, 1e-9);
	s = ho_scale__fit(0.001, 0.0042, HO_SCALE_SHARE, false, true);
	assert_ticks(&s, 8,
	             (const char *const[]){"0.10%", "0.15%", "0.20%", "0.25%", "0.30%", "0.35%", "0.40%", "0.45%"});
	s = ho_scale__fit(-30, 120000, HO_SCALE_NUMBER, false, true);
	assert_ticks(&s, 8, (const char *const[]){"-20k", "0", "20k", "40k", "60k", "80k", "100k", "120k"});
}

/* Without rounding the ends stay, and ticks lie between them. */
static void ends_that_stay(void **state)
{
	(void)state;
	struct ho_scale s = ho_scale__fit(3, 97, HO_SCALE_NUMBER, false, false);
	assert_float_equal(s.lo, 3, 0);
	assert_ticks(&s, 4, (const char *const[]){"20", "40", "60", "80"});
}

static void powers_of_ten(void **state)
{
	(void)state;
	struct ho_scale s = ho_scale__fit(250, 64000, HO_SCALE_NUMBER, true, false);
	assert_ticks(&s, 7, (const char *const[]){"500", "1,000", "2,000", "5,000", "10,000", "20,000", "50,000"});
	assert_float_equal(ho_scale__at(&s, 4000), 0.5, 1e-9); /* the geometric middle */
	s = ho_scale__fit(1e-250, 1e250, HO_SCALE_NUMBER, true, true);
	assert_in_range(s.n, 3, HO_SCALE_TICKS);
}

static void months(void **state)
{
	(void)state;
	struct ho_scale s = ho_scale__fit(12 * 2023 + 4, 12 * 2024 + 11, HO_SCALE_MONTH, false, false);
	assert_ticks(&s, 3, (const char *const[]){"2023-07", "2024-01", "2024-07"});
}

static void days(void **state)
{
	(void)state;
	/* Long: beginnings of months, as before. Short: days of their own. */
	struct ho_scale s = ho_scale__fit(12 * 2023 + 4.3, 12 * 2024 + 11.9, HO_SCALE_DAY, false, false);
	assert_ticks(&s, 3, (const char *const[]){"2023-07", "2024-01", "2024-07"});
	s = ho_scale__fit(12 * 2024 + 1.55, 12 * 2024 + 2.5, HO_SCALE_DAY, false, false);
	assert_ticks(&s, 4, (const char *const[]){"2024-02-22", "2024-03-01", "2024-03-08", "2024-03-15"});
	s = ho_scale__fit(12 * 2024 + 1.97, 12 * 2024 + 2.07, HO_SCALE_DAY, false, false);
	assert_ticks(&s, 3, (const char *const[]){"2024-03-01", "2024-03-02", "2024-03-03"});
	/* Every day of February comes back as itself, in a leap year and in another. */
	for (int day = 0; day < 29; day++) {
		char want[32];
		snprintf(want, sizeof want, "2024-02-%02d", day + 1);
		assert_string_equal(ho_scale__value(HO_SCALE_DAY, 12 * 2024 + 1 + day / 29.0).text, want);
		snprintf(want, sizeof want, day < 28 ? "2023-02-%02d" : "2023-03-01", day + 1);
		assert_string_equal(ho_scale__value(HO_SCALE_DAY, 12 * 2023 + 1 + day / 28.0).text, want);
	}
}

static void odd_ranges(void **state)
{
	static const double ranges[][2] = {{0, 0},      {5, 5},           {-5, -5},  {-1e300, 1e300},
	                                   {0, 1e-300}, {1e15, 1e15 + 1}, {0.1, 0.1}};
	(void)state;
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		for (int kind = 0; kind < 4; kind++)
			for (int round = 0; round < 2; round++) {
				struct ho_scale s =
				    ho_scale__fit(ranges[i][0], ranges[i][1], (enum ho_scale_kind)kind, false, round);
				double at = ho_scale__at(&s, ranges[i][0]);
				assert_true(s.lo < s.hi && s.n <= HO_SCALE_TICKS);
				assert_true(at >= -1e-9 && at <= 1 + 1e-9);
				for (size_t t = 0; t < s.n; t++)
					assert_true(strlen(ho_scale__tick(&s, s.ticks[t]).text) < 24);
			}
	assert_false(ho_scale__shows(NAN, false));
	assert_false(ho_scale__shows(INFINITY, false));
	assert_false(ho_scale__shows(0, true));
}

static void values_as_they_are_read(void **state)
{
	(void)state;
	assert_string_equal(ho_scale__value(HO_SCALE_NUMBER, 1204).text, "1,204");
	assert_string_equal(ho_scale__value(HO_SCALE_NUMBER, 93191.4).text, "93,191");
	assert_string_equal(ho_scale__value(HO_SCALE_NUMBER, -1204.6).text, "-1,205");
	assert_string_equal(ho_scale__value(HO_SCALE_NUMBER, 0.03124).text, "0.03124");
	assert_string_equal(ho_scale__value(HO_SCALE_NUMBER, -0.25).text, "-0.25");
	assert_string_equal(ho_scale__value(HO_SCALE_NUMBER, 1.5e18).text, "1.5e+18");
	assert_string_equal(ho_scale__value(HO_SCALE_NUMBER, NAN).text, "-");
	assert_string_equal(ho_scale__value(HO_SCALE_NUMBER, -INFINITY).text, "-infinite");
	assert_string_equal(ho_scale__value(HO_SCALE_SHARE, 0.0312).text, "3.1%");
	assert_string_equal(ho_scale__value(HO_SCALE_MONTH, 12 * 2024 + 0).text, "2024-01");
	assert_string_equal(ho_scale__value(HO_SCALE_DAY, 12 * 2024 + 4 + 16.4 / 31).text, "2024-05-17");
	assert_string_equal(ho_scale__value(HO_SCALE_DAY, -1e300).text, "0000-01-01");
	assert_string_equal(ho_scale__value(HO_SCALE_DAY, 1e300).text, "9999-12-31");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_ticks),
	    cmocka_unit_test(ends_that_stay),
	    cmocka_unit_test(powers_of_ten),
	    cmocka_unit_test(months),
	    cmocka_unit_test(days),
	    cmocka_unit_test(odd_ranges),
	    cmocka_unit_test(values_as_they_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
