/* Identifiers that rise, and times as text. */
#include "unit/unit.h"

#include <string.h>

#include "base/clock.h"
#include "base/ulid.h"

static void they_rise(void **state)
{
	(void)state;
	struct ho_rng rng = ho_rng_seed(1, 1);
	struct ho_ulid last = {0};
	char before[HO_ULID_SIZE], id[HO_ULID_SIZE];
	ho_ulid_next(before, &last, 1469918176385, &rng);
	assert_memory_equal(before, "01ARYZ6S41", 10); /* the published example's time */
	assert_true(ho_ulid_check(before));
	for (int i = 0; i < 100000; i++) {
		/* the same millisecond, the next, and a clock that goes back */
		ho_ulid_next(id, &last, 1469918176385 + (i % 1000 == 0) * i - i % 3, &rng);
		assert_true(strcmp(before, id) < 0);
		memcpy(before, id, sizeof id);
	}
	last = (struct ho_ulid){5, 0xffff, UINT64_MAX};
	ho_ulid_next(id, &last, 5, &rng);
	assert_string_equal(id, "00000000060000000000000000");
	assert_false(ho_ulid_check("0000000006000000000000000"));
	assert_false(ho_ulid_check("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
	assert_false(ho_ulid_check("0000000006000000000000000U"));
}

static void times_as_text(void **state)
{
	(void)state;
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
	    {0, "1970-01-01T00:00:00.000Z"},
	    {1709164799999, "2024-02-28T23:59:59.999Z"},
	    {1709164800000, "2024-02-29T00:00:00.000Z"},
	    {951782400123, "2000-02-29T00:00:00.123Z"},
	    {4107542400000, "2100-03-01T00:00:00.000Z"},
	    {-1, "1969-12-31T23:59:59.999Z"},
	    {INT64_MAX, "9999-12-31T23:59:59.999Z"},
	    {INT64_MIN, "0000-01-01T00:00:00.000Z"},
	};
	char text[HO_TIME_SIZE];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ho_time_write(text, cases[i].ms);
		assert_string_equal(text, cases[i].text);
	}
	assert_int_equal(ho_time_day(-1), -1);
	assert_int_equal(ho_time_day(86400000), 1);
	assert_true(ho_clock_ms() > 1700000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(they_rise), cmocka_unit_test(times_as_text)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
