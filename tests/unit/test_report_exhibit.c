/* Exhibits on a terminal, shortened and in order, and in JSON, complete. */
#include "unit.h"

#include "report_fixture.h"

static struct ho_page printed(void (*make)(struct ho_findings *))
{
	struct ho_findings list;
	struct ho_page page;
	struct ho_error err = {.code = HO_OK};
	ho_findings_init(&list);
	make(&list);
	assert_ok(ho_findings_status(&list, &err), &err);
	ho_page_init(&page, 100, false);
	ho_findings_print(&page, &list, HO_IN_FULL);
	assert_ok(ho_page_status(&page, &err), &err);
	ho_findings_release(&list);
	return page;
}

static const char *at(const struct ho_page *page, const char *piece)
{
	const char *found = strstr(page->buf.data, piece);
	if (!found)
		fail_msg("not printed: %s", piece);
	return found;
}

static void checks_go_by_verdict(void **state)
{
	struct ho_page page = printed(made_checks);
	(void)state;
	assert_ptr_equal(at(&page, "Of 5 checks 1 is broken, 1 is weak, 1 is unknown, 2 hold.\n"), page.buf.data);
	assert_true(at(&page, "\nbroken   41 test") < at(&page, "\nweak     the answers"));
	assert_true(at(&page, "\nweak     ") < at(&page, "\nunknown  no dates"));
	assert_true(at(&page, "\nunknown  ") < at(&page, "\nholds    the model"));
	assert_null(strstr(page.buf.data, "The data")); /* no headings then */
	ho_page_release(&page);
}

static void only_the_beginning_is_printed(void **state)
{
	struct ho_page page = printed(made_checks);
	(void)state;
	/* Of the broken check a table of 40 rows and 7 texts; of what holds nothing, although it has four charts. */
	at(&page, "... and 32 more");
	at(&page, "... and 4 more");
	at(&page, "row <b>7</b>, card_payment: \"</p><script>");
	at(&page, "refund                                10.5%  [8.0, 13.5]   \xE2\x96\x87");
	assert_null(strstr(page.buf.data, "vocabulary"));
	at(&page, "--html FILE");
	ho_page_release(&page);
}

static void nothing_steers_the_terminal(void **state)
{
	struct ho_page page = printed(made_findings);
	(void)state;
	assert_null(strchr(page.buf.data, 0x1b));
	assert_null(strstr(page.buf.data, "\xE2\x80\xAE"));
	at(&page, "one  3  4"); /* a chart of one point is a table of one row */
	ho_page_release(&page);
}

static void made_sections(struct ho_findings *list)
{
	ho_findings_section(list, "Texts");
	ho_findings_add(list, "lengths", HO_INFO, "texts are short");
	ho_findings_section(list, "Labels");
	ho_findings_add(list, "balance", HO_INFO, "labels are balanced");
	ho_findings_add(list, "names", HO_WARNING, "are two labels one?");
	ho_findings_section(list, "Texts");
	ho_findings_add(list, "damage", HO_NOTICE, "3 texts are damaged");
}

static void findings_stand_under_their_headings(void **state)
{
	struct ho_page page = printed(made_sections);
	(void)state;
	assert_string_equal(page.buf.data, "Texts\n\nnotice   3 texts are damaged.\n\ninfo     texts are short.\n\n"
	                                   "Labels\n\nwarning  are two labels one?\n\ninfo     labels are balanced.\n");
	ho_page_release(&page);
}

static void made_long(struct ho_findings *list)
{
	made_evidence(list, "info", HO_INFO, 5);
	made_evidence(list, "notice", HO_NOTICE, 8);
	made_evidence(list, "warning", HO_WARNING, 30);
}

static void long_evidence_is_cut(void **state)
{
	struct ho_page page = printed(made_long);
	(void)state;
	at(&page, "info 4"); /* one more line than there is room for: no line is won by cutting */
	at(&page, "notice 5\n         ... and 2 more");
	at(&page, "warning 9\n         ... and 20 more");
	at(&page, "--html FILE");
	assert_null(strstr(page.buf.data, "notice 6"));
	ho_page_release(&page);
}

static void made_quotes(struct ho_findings *list)
{
	for (int i = 0; i < 2; i++) {
		ho_findings_add(list, "copies", HO_WARNING, "copies");
		ho_findings_evidence(list, "rows 7 and 9: \"%s\"",
		                     i ? "something else" : "please refund my order, it came");
		ho_exhibit_texts(list, "copies %d", i);
		ho_exhibit_text(list, ho_slice_str("7"), ho_slice_str(""),
		                ho_slice_str("please refund my order, it came broken"), NULL);
	}
}

static void a_text_is_not_told_twice(void **state)
{
	struct ho_page page = printed(made_quotes);
	(void)state;
	assert_null(strstr(page.buf.data, "copies 0:"));
	at(&page, "copies 1:\n           row 7: \"please refund");
	ho_page_release(&page);
}

static json_t *findings_of(json_t **object, void (*make)(struct ho_findings *))
{
	struct ho_findings list;
	ho_findings_init(&list);
	make(&list);
	*object = ho_findings_json(&list);
	ho_findings_release(&list);
	assert_non_null(*object);
	return json_object_get(*object, "findings");
}

static json_t *exhibit(json_t *findings, size_t finding, size_t number)
{
	json_t *e = json_array_get(json_object_get(json_array_get(findings, finding), "exhibits"), number);
	assert_non_null(e);
	return e;
}

static const char *string(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void json_has_all_of_it(void **state)
{
	json_t *object, *findings = findings_of(&object, made_checks);
	(void)state;
	json_t *table = exhibit(findings, 1, 0), *texts = exhibit(findings, 1, 1), *bars = exhibit(findings, 2, 0);
	assert_string_equal(string(table, "kind"), "table");
	assert_int_equal(json_array_size(json_object_get(table, "columns")), 4);
	assert_int_equal(json_array_size(json_object_get(table, "rows")), 40);
	assert_int_equal(json_array_size(json_array_get(json_object_get(table, "rows"), 39)), 4);
	assert_int_equal(json_array_size(json_object_get(texts, "texts")), 7);
	json_t *second = json_array_get(json_object_get(texts, "texts"), 1);
	assert_string_equal(string(second, "id"), "<b>7</b>");
	assert_string_equal(string(second, "text"), HOSTILE);
	assert_true(json_is_null(json_object_get(json_array_get(json_object_get(texts, "texts"), 2), "label")));
	assert_string_equal(string(bars, "y_unit"), "share");
	json_t *last = json_array_get(json_object_get(bars, "bars"), 4);
	assert_true(json_is_null(json_object_get(last, "interval")));
	assert_string_equal(json_string_value(json_array_get(json_object_get(object, "story_about"), 0)), "leaks");
	assert_true(json_is_null(json_array_get(json_object_get(object, "story_about"), 1)));
	json_decref(object);
}

static void json_of_charts(void **state)
{
	json_t *object, *findings = findings_of(&object, made_checks);
	(void)state;
	json_t *curve = exhibit(findings, 4, 0), *reliability = exhibit(findings, 4, 1),
	       *months = exhibit(findings, 4, 2);
	assert_true(json_is_true(json_object_get(curve, "x_log")));
	assert_true(json_is_false(json_object_get(curve, "y_log")));
	assert_int_equal(json_array_size(json_object_get(curve, "series")), 2);
	json_t *points = json_object_get(json_array_get(json_object_get(reliability, "series"), 0), "points");
	assert_int_equal(json_array_size(points), 10);
	assert_true(json_is_null(json_object_get(json_array_get(points, 4), "y")));
	assert_string_equal(string(months, "x_unit"), "month");
	json_t *finding = json_array_get(findings, 0);
	assert_string_equal(string(finding, "section"), "The answers");
	assert_string_equal(string(finding, "measure"), "gain in accuracy");
	assert_string_equal(string(finding, "unit"), "points");
	assert_string_equal(string(finding, "verdict"), "holds");
	assert_null(json_object_get(finding, "severity"));
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(checks_go_by_verdict),        cmocka_unit_test(only_the_beginning_is_printed),
	    cmocka_unit_test(nothing_steers_the_terminal), cmocka_unit_test(findings_stand_under_their_headings),
	    cmocka_unit_test(long_evidence_is_cut),        cmocka_unit_test(a_text_is_not_told_twice),
	    cmocka_unit_test(json_has_all_of_it),          cmocka_unit_test(json_of_charts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
