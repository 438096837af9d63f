#include "unit/unit.h"

#include <math.h>
#include <string.h>

#include "explore/dates.h"
#include "explore/dirty.h"
#include "explore/traits.h"

static uint32_t traits(const char *text)
{
	return ho_explore__traits(ho_slice_str(text));
}

static const struct {
	uint32_t trait;
	const char *has[4], *has_not[4];
} cases[] = {
    {HO_TRAIT_TAGS,
     {"one<br />two", "<p class=\"x\">text</p>", "</div>"},
     {"a < b and b > c", "<3 you", "<name@example.com>"}},
    {HO_TRAIT_ENTITIES, {"you &amp; me", "it&#39;s", "&#x27;"}, {"R&D; more", "AT&T", "a & b;"}},
    {HO_TRAIT_URL, {"see https://example.com/x", "www.example.com"}, {"note: // comment", "awww.", "http"}},
    {HO_TRAIT_ESCAPES, {"one\\n", "caf\\u00e9", "one\\n Two"}, {"C:\\new folder", "a\\b", "\\"}},
    {HO_TRAIT_MOJIBAKE,
     {"caf\xc3\x83\xc2\xa9", "it\xc3\xa2\xe2\x82\xac\xe2\x84\xa2s", "\xc3\x83\xc2\xa4"},
     {"caf\xc3\xa9", "S\xc3\x83O PAULO",
      "\xe2\x80\x9cquoted\xe2\x80\x9d \xc2\xa3"
      "5"}},
    {HO_TRAIT_REPLACED, {"a\xef\xbf\xbd"}, {"a?"}},
    {HO_TRAIT_CONTROL, {"don\xc2\x92t"}, {"don\xe2\x80\x99t"}},
    {HO_TRAIT_QUOTED, {"> as you said", "hi\n-----Original Message-----"}, {"a > b", "x->y"}},
    {HO_TRAIT_PLACEHOLDER, {"n/a", " NULL ", "-", "..."}, {"not available", "no", "1"}},
    {HO_TRAIT_DIGITS, {"645", "12 / 7"}, {"a1", "!"}},
    {HO_TRAIT_MARKS, {":-)", "?!"}, {":-D", "5"}},
    {HO_TRAIT_STOPPED, {"The end.", "Really?\"", "\xe7\xb5\x82\xe3\x80\x82"}, {"and then", "cut in the mid", ""}},
    {HO_TRAIT_REPEATED,
     {"buy now! buy now! buy now! buy now! buy now! buy now! "},
     {"buy now! then go home and think about it for a while"}},
    {HO_TRAIT_DATE, {"on 2024-05-01", "01.05.24", "5/1/2024"}, {"3.14.15a", "192.168.1.1", "1/2"}},
    {HO_TRAIT_BASE64,
     {"x SGVsbG8gd29ybGQhIFRoaXMgaXMgYSBsb25nIGVub3VnaCBzdHJpbmcgdG8gYmUgZm91bmQu y"},
     {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}},
};

static void each_trait_has_its_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t k = 0; k < 4; k++) {
			if (cases[i].has[k] && !(traits(cases[i].has[k]) & cases[i].trait))
				fail_msg("trait %zu is not seen in text %zu", i, k);
			if (cases[i].has_not[k] && traits(cases[i].has_not[k]) & cases[i].trait)
				fail_msg("trait %zu is seen in text %zu, where it is not", i, k);
		}
}

/* Every cut of every text and any bytes: no read beyond the end (the sanitizers look). */
static void cut_texts_are_no_trap(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t k = 0; k < 4 && cases[i].has[k]; k++)
			for (size_t len = strlen(cases[i].has[k]); len > 0; len--) {
				char *copy = malloc(len);
				memcpy(copy, cases[i].has[k], len);
				(void)ho_explore__traits(ho_slice(copy, len));
				free(copy);
			}
}

static void dates_are_read(void **state)
{
	static const struct {
		const char *text, *day;
	} dates[] = {
	    {"2024-05-01", "2024-05-01"}, {"2024-02-29T23:59:00Z", "2024-02-29"},
	    {"20240501", "2024-05-01"},   {"1.5.2024", "2024-05-01"},
	    {"31/12/1999", "1999-12-31"}, {"12/31/1999", "1999-12-31"},
	    {"1 May 2024", "2024-05-01"}, {"May 1, 2024", "2024-05-01"},
	    {"1970-01-01", "1970-01-01"}, {"Mon, 14 May 2001 16:39:00 -0700 (PDT)", "2001-05-14"},
	};
	static const char *const none[] = {"",   "2024",     "2023-02-30", "13/13/2024", "version 1.2.2024",
	                                   "17", "99999999", "1/2",        "hello",      "2024-5"};
	(void)state;
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		double days = NAN;
		char text[HO_DATE_ROOM];
		assert_true(ho_explore__date(ho_slice_str(dates[i].text), &days));
		ho_explore__date_text(text, days);
		assert_string_equal(text, dates[i].day);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		double days = -1;
		assert_false(ho_explore__date(ho_slice_str(none[i]), &days));
		assert_true(days == -1);
	}
	double noon = 0;
	assert_true(ho_explore__date(ho_slice_str("1970-01-02 12:00"), &noon) && noon == 1.5);
}

static struct explore_dirt dirt(const char *const *names, const uint32_t *count, uint32_t n, bool beyond_case)
{
	struct ho_slice values[16];
	struct explore_dirt out;
	for (uint32_t i = 0; i < n; i++)
		values[i] = ho_slice_str(names[i]);
	assert_int_equal(ho_explore__dirty(&out, values, count, n, beyond_case, NULL), HO_OK);
	return out;
}

static void spellings_are_told_from_values(void **state)
{
	static const char *const same[] = {"N.Y.", "ny", "Boston"},
	                         *const slip[] = {"refund", "refnud", "refuns", "reund"},
	                         *const different[] = {"level 1", "level 2", "C", "C++", "C#", "-1", "1", "cat", "car"};
	static const uint32_t even[] = {50, 50, 50, 50, 50, 50, 50, 50, 50}, rare[] = {500, 2, 2, 2};
	(void)state;
	assert_int_equal(dirt(same, even, 3, false).same_form, 1);
	struct explore_dirt out = dirt(slip, rare, 4, false);
	assert_int_equal(out.slips, 3);
	assert_string_equal(out.pairs[0].often.text, "refund");
	assert_int_equal(dirt(slip, even, 4, false).slips, 0); /* as frequent as each other: they are meant */
	assert_int_equal(dirt(different, even, 9, false).n_pairs, 0);
	static const char *const by_case[] = {"Spam", "spam ", "spam."};
	assert_int_equal(dirt(by_case, even, 3, false).same_form, 2);
	assert_int_equal(dirt(by_case, even, 3, true).same_form, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_trait_has_its_texts),
	    cmocka_unit_test(cut_texts_are_no_trap),
	    cmocka_unit_test(dates_are_read),
	    cmocka_unit_test(spellings_are_told_from_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
