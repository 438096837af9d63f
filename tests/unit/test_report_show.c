/* Figures as people read them, and what must never reach a terminal. */
#include "unit.h"

#include <math.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "report/show.h"

static void percents_never_round_to_certainty(void **state)
{
	(void)state;
	assert_string_equal(ho_show_percent(0.832).text, "83.2%");
	assert_string_equal(ho_show_percent(0).text, "0%");
	assert_string_equal(ho_show_percent(1).text, "100%");
	assert_string_equal(ho_show_percent(0.0001).text, "< 0.1%");
	assert_string_equal(ho_show_percent(0.99999).text, "> 99.9%");
	assert_string_equal(ho_show_percent(-0.013).text, "-1.3%");
	assert_string_equal(ho_show_percent(NAN).text, "-");
	assert_string_equal(ho_show_chosen(0.05).text, "5%");
	assert_string_equal(ho_show_chosen(0.005).text, "0.5%");
	assert_string_equal(ho_show_chosen(0.999).text, "99.9%");
	assert_string_equal(ho_show_interval(0.832, 0.81, 0.851).text, "83.2% [81.0, 85.1]");
	assert_string_equal(ho_show_points(0.012, 0.004, 0.02).text, "+1.2 points [+0.4, +2.0]");
	assert_string_equal(ho_show_points(0, -0.01, 0.01).text, "+0.0 points [-1.0, +1.0]");
	assert_string_equal(ho_show_points(-0.0004, -0.0004, 0.0004).text, "+0.0 points [+0.0, +0.0]");
}

static void counts_times_and_sizes(void **state)
{
	(void)state;
	assert_string_equal(ho_show_count(0).text, "0");
	assert_string_equal(ho_show_count(999).text, "999");
	assert_string_equal(ho_show_count(1000).text, "1,000");
	assert_string_equal(ho_show_count(UINT64_MAX).text, "18,446,744,073,709,551,615");
	assert_string_equal(ho_show_counted(1, "row").text, "1 row");
	assert_string_equal(ho_show_counted(1234, "row").text, "1,234 rows");
	assert_string_equal(ho_show_seconds(0.44).text, "0.4 s");
	assert_string_equal(ho_show_seconds(59.7).text, "1 min 0 s");
	assert_string_equal(ho_show_seconds(7500).text, "2 h 5 min");
	assert_string_equal(ho_show_seconds(-1).text, "-");
	assert_string_equal(ho_show_bytes(812).text, "812 bytes");
	assert_string_equal(ho_show_bytes(3240000).text, "3.2 MB");
	assert_string_equal(ho_show_bytes(999600).text, "1.0 MB");
	assert_int_equal(ho_show_width(ho_slice_str(ho_show_bar(0.5, 20).text)), 10);
	assert_int_equal(ho_show_width(ho_slice_str(ho_show_bar(0.0001, 20).text)), 1);
	assert_string_equal(ho_show_bar(0, 20).text, "");
}

static void assert_clean(const char *text, size_t max, const char *expected)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_buf out;
	ho_buf_init(&out, 1 << 16);
	assert_ok(ho_show_clean(&out, ho_slice_str(text), max, &err), &err);
	assert_string_equal(out.len ? out.data : "", expected);
	ho_buf_release(&out);
}

static void nothing_steers_the_terminal(void **state)
{
	(void)state;
	assert_clean("a\x1b[31mred\x1b[0m", 0, "a [31mred [0m");
	assert_clean("\x1b]0;title\x07x", 0, "]0;title x");
	assert_clean("one\r\n\ttwo  \x7f three ", 0, "one two three ");
	assert_clean("C1 \xC2\x9B"
	             "31m",
	             0, "C1 31m"); /* U+009B, a one-character escape sequence */
	assert_clean("ab\xE2\x80\xAE"
	             "cd",
	             0, "ab cd"); /* right-to-left override */
	assert_clean("bad \xFF\xC0\xAF", 0, "bad \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
	assert_clean("caf\xC3\xA9 \xF0\x9F\x98\x80", 0, "caf\xC3\xA9 \xF0\x9F\x98\x80");
	assert_clean("abcdef", 3, "abc\xE2\x80\xA6");
	assert_clean("abc", 3, "abc");
	assert_string_equal(ho_show_short(ho_slice_str("a\x1b[1mb")).text, "a [1mb");
	assert_string_equal(ho_show_short(ho_slice_str("balance_not_updated_after_bank_transf")).text,
	                    "balance_not_updated_afte\xE2\x80\xA6"
	                    "bank_transf");
	assert_string_equal(ho_show_short(ho_slice_str("balance_not_updated_after_bank_trans")).text,
	                    "balance_not_updated_after_bank_trans");
}

static void the_longest_snippet_fits(void **state)
{
	char text[4 * 50];
	(void)state;
	for (size_t i = 0; i < 50; i++)
		memcpy(text + 4 * i, "\xF0\x9F\x98\x80", 4);
	struct ho_shown shown = ho_show_short(ho_slice(text, sizeof text));
	assert_int_equal(strlen(shown.text), (15 + 7) * 4 + 3);
}

static void cleaning_survives_every_allocation_failure(void **state)
{
	(void)state;
	for (long nth = 1;; nth++) {
		struct ho_buf out;
		ho_buf_init(&out, 1 << 16);
		ho_alloc_fail_at(nth);
		enum ho_status status = ho_show_clean(&out, ho_slice_str("some words \x1b here"), 0, NULL);
		int failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		ho_buf_release(&out);
		assert_int_equal(status, failed ? HO_ENOMEM : HO_OK);
		if (!failed)
			return;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(percents_never_round_to_certainty),
	    cmocka_unit_test(counts_times_and_sizes),
	    cmocka_unit_test(nothing_steers_the_terminal),
	    cmocka_unit_test(the_longest_snippet_fits),
	    cmocka_unit_test(cleaning_survives_every_allocation_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
