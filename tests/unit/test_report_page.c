/* Pages, tables and findings: wrapped, aligned, clean, and safe when memory runs out. */
#include "unit.h"

#include <math.h>

#include "base/alloc.h"
#include "report/findings.h"
#include "report/show.h"

static void assert_page(struct ho_page *page, const char *expected)
{
	struct ho_error err = {.code = HO_OK};
	assert_ok(ho_page_status(page, &err), &err);
	assert_string_equal(page->buf.data ? page->buf.data : "", expected);
	ho_page_release(page);
}

static void paragraphs_wrap_and_hang(void **state)
{
	struct ho_page page;
	(void)state;
	ho_page_init(&page, 40, false);
	ho_page_text(&page, 2, 4, "one two three four five six seven eight nine ten");
	assert_page(&page, "  one two three four five six seven\n    eight nine ten\n");
}

static void a_word_that_is_too_long_stands_alone(void **state)
{
	struct ho_page page;
	(void)state;
	ho_page_init(&page, 40, false);
	ho_page_text(&page, 0, 0, "x %s y", "01234567890123456789012345678901234567890123456789");
	assert_page(&page, "x\n01234567890123456789012345678901234567890123456789\ny\n");
}

static void callers_cannot_smuggle_escapes(void **state)
{
	struct ho_page page;
	struct ho_grid grid;
	(void)state;
	ho_page_init(&page, 80, false);
	ho_page_text(&page, 0, 0, "%s", "a\x1b[2Jb");
	ho_grid_init(&grid, "l");
	ho_grid_cell(&grid, "%s", "c\x1b[2Jd\n");
	ho_page_grid(&page, 0, &grid, false);
	assert_null(strchr(page.buf.data, 0x1b));
	assert_page(&page, "a [2Jb\nc [2Jd\n");
}

static void colours_only_where_allowed(void **state)
{
	struct ho_page page;
	(void)state;
	ho_page_init(&page, 80, true);
	ho_page_marked(&page, HO_RED, "warning", "careful");
	assert_page(&page, "\x1b[31mwarning\x1b[0m  careful\n");
}

static void tables_align_by_columns_on_the_screen(void **state)
{
	struct ho_page page;
	struct ho_grid grid;
	const char *cells[] = {"label", "n", "caf\xC3\xA9", "1,000", "\xE6\x97\xA5\xE6\x9C\xAC", "7"};
	(void)state;
	ho_page_init(&page, 80, false);
	ho_grid_init(&grid, "lr");
	for (size_t i = 0; i < 6; i++)
		ho_grid_cell(&grid, "%s", cells[i]);
	ho_page_grid(&page, 2, &grid, true);
	assert_page(&page, "  label      n\n  caf\xC3\xA9   1,000\n  \xE6\x97\xA5\xE6\x9C\xAC       7\n");
}

static void blank_lines_never_pile_up(void **state)
{
	struct ho_page page;
	(void)state;
	ho_page_init(&page, 80, false);
	ho_page_blank(&page);
	ho_page_text(&page, 0, 0, "a");
	ho_page_blank(&page);
	ho_page_blank(&page);
	ho_page_heading(&page, "B");
	assert_page(&page, "a\n\nB\n");
}

static void fill(struct ho_findings *list)
{
	ho_findings_tell(list, "%d rows.", 3);
	ho_findings_add(list, "rows", HO_INFO, "there are %d rows", 3);
	ho_findings_figure(list, 3);
	ho_findings_add(list, "leak", HO_WARNING, "a word gives the answer away");
	ho_findings_interval(list, 0.5, 0.75);
	ho_findings_evidence(list, "'%s' is in every spam", "x\xFFy");
	ho_findings_advice(list, "look at it");
}

static void findings_print_warnings_first(void **state)
{
	struct ho_findings list;
	struct ho_page page;
	struct ho_error err = {.code = HO_OK};
	(void)state;
	ho_findings_init(&list);
	fill(&list);
	assert_ok(ho_findings_status(&list, &err), &err);
	ho_page_init(&page, 80, false);
	ho_findings_print(&page, &list, HO_IN_FULL);
	const char *warning = strstr(page.buf.data, "warning"), *info = strstr(page.buf.data, "info");
	assert_true(warning && info && warning < info);
	assert_int_equal(strncmp(page.buf.data, "3 rows.\n\n", 9), 0);
	ho_page_release(&page);
	ho_findings_release(&list);
}

static size_t lines_with(const struct ho_page *page, const char *piece)
{
	size_t n = 0;
	for (const char *at = page->buf.data; (at = strstr(at, piece)); at++)
		n++;
	return n;
}

/* In short the graver has more lines, what is in order has its title alone, and the last line says where the rest is.
 */
static void in_short_what_matters_is_printed(void **state)
{
	static const struct {
		enum ho_severity severity;
		size_t lines;
		bool advice;
	} cases[] = {{HO_WARNING, 2, true}, {HO_NOTICE, 1, true}, {HO_INFO, 0, false}};
	struct ho_error err = {.code = HO_OK};
	(void)state;
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct ho_findings list;
		struct ho_page page;
		ho_findings_init(&list);
		ho_findings_add(&list, "one", cases[c].severity, "a title");
		ho_findings_figure(&list, 3);
		for (int i = 0; i < 5; i++)
			ho_findings_evidence(&list, "evidence %d", i);
		ho_findings_advice(&list, "advice");
		assert_ok(ho_findings_status(&list, &err), &err);
		ho_page_init(&page, 80, false);
		ho_findings_print(&page, &list, HO_IN_SHORT);
		assert_int_equal(lines_with(&page, "evidence "), cases[c].lines);
		assert_int_equal(lines_with(&page, "advice"), cases[c].advice);
		assert_int_equal(lines_with(&page, "--all prints it"), 1);
		ho_page_release(&page);
		ho_findings_release(&list);
	}
}

static void findings_as_json_have_all_keys(void **state)
{
	static const char *const keys[] = {"id", "severity", "title", "figure", "interval", "evidence", "advice"};
	struct ho_findings list;
	(void)state;
	ho_findings_init(&list);
	fill(&list);
	json_t *object = ho_findings_json(&list), *leak = json_array_get(json_object_get(object, "findings"), 1);
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		assert_non_null(json_object_get(leak, keys[i]));
	assert_true(json_is_null(json_object_get(leak, "figure")));
	assert_int_equal(json_array_size(json_object_get(leak, "interval")), 2);
	assert_string_equal(json_string_value(json_array_get(json_object_get(leak, "evidence"), 0)),
	                    "'x\xEF\xBF\xBDy' is in every spam");
	json_decref(object);
	ho_findings_release(&list);
}

/* Everything that is built from memory, with each allocation failing once: the error is kept, nothing leaks. */
static void building_survives_every_allocation_failure(void **state)
{
	(void)state;
	for (long nth = 1;; nth++) {
		struct ho_findings list;
		struct ho_page page;
		struct ho_grid grid;
		ho_alloc_fail_at(nth);
		ho_findings_init(&list);
		fill(&list);
		ho_page_init(&page, 80, true);
		ho_findings_print(&page, &list, HO_IN_FULL);
		ho_page_heading(&page, "table");
		ho_grid_init(&grid, "lr");
		for (int i = 0; i < 40; i++)
			ho_grid_cell(&grid, "cell %d", i);
		ho_page_grid(&page, 2, &grid, true);
		enum ho_status first = ho_findings_status(&list, NULL), second = ho_page_status(&page, NULL);
		int failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		ho_page_release(&page);
		ho_findings_release(&list);
		if (!failed)
			return;
		assert_true(first == HO_ENOMEM || second == HO_ENOMEM);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(paragraphs_wrap_and_hang),
	    cmocka_unit_test(a_word_that_is_too_long_stands_alone),
	    cmocka_unit_test(callers_cannot_smuggle_escapes),
	    cmocka_unit_test(colours_only_where_allowed),
	    cmocka_unit_test(tables_align_by_columns_on_the_screen),
	    cmocka_unit_test(blank_lines_never_pile_up),
	    cmocka_unit_test(findings_print_warnings_first),
	    cmocka_unit_test(in_short_what_matters_is_printed),
	    cmocka_unit_test(findings_as_json_have_all_keys),
	    cmocka_unit_test(building_survives_every_allocation_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
