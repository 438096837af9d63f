/* The HTML report: whatever stands in the findings, the document stays well-formed, stands alone, and says it all. */
#include "unit.h"

#include "base/alloc.h"
#include "report/html.h"
#include "report_fixture.h"

static const struct ho_report_fact facts[] = {{"model", "urgent.handoff"}, {HOSTILE, HOSTILE}};
static const struct ho_report_head head = {.kind = "doubt",
                                           .title = "Does it hold? " HOSTILE,
                                           .subtitle = HOSTILE,
                                           .command = "handoff doubt '" HOSTILE "'",
                                           .made_at = 1700000000000,
                                           .facts = facts,
                                           .n_facts = 2};

/* The document of a made list; to be freed. */
static char *document(void (*make)(struct ho_findings *))
{
	struct ho_findings list;
	struct ho_buf out;
	struct ho_error err = {.code = HO_OK};
	ho_findings_init(&list);
	make(&list);
	ho_buf_init(&out, HO_REPORT_MAX);
	assert_ok(ho_report_html(&out, &list, &head, &err), &err);
	ho_findings_release(&list);
	return ho_buf_take(&out);
}

static bool among(const char *name, size_t len, const char *const *names)
{
	for (; *names; names++)
		if (strlen(*names) == len && !memcmp(*names, name, len))
			return true;
	return false;
}

/* Read as a parser does: only tags and attributes that are ours, closed in the order in which they were opened. */
static void assert_well_formed(const char *html)
{
	static const char *const tags[] = {
	    "html",   "head",       "meta",       "title",   "style",  "body",    "a",      "header",  "p",
	    "h1",     "h2",         "h3",         "dl",      "dt",     "dd",      "div",    "bdi",     "code",
	    "nav",    "ol",         "ul",         "li",      "span",   "main",    "b",      "section", "table",
	    "thead",  "tbody",      "tr",         "th",      "td",     "article", "svg",    "rect",    "line",
	    "g",      "text",       "polyline",   "polygon", "circle", "desc",    "figure", "details", "summary",
	    "footer", "figcaption", "blockquote", NULL};
	static const char *const empty[] = {"meta", NULL};
	const char *open[64];
	size_t lens[64], depth = 0;
	for (const char *at = strchr(strchr(html, '>'), '<'); at; at = strchr(at, '<')) {
		bool closing = at[1] == '/';
		const char *name = at + 1 + closing;
		size_t len = strcspn(name, " >/");
		const char *end = name + len;
		if (!among(name, len, tags))
			fail_msg("not a tag of ours: %.20s", at);
		while (*end != '>') { /* attributes: blanks, or name="value" */
			end += strspn(end, " /");
			if (*end == '>')
				break;
			end += strspn(end, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789");
			if (end[0] != '=' || end[1] != '"')
				fail_msg("not an attribute of ours: %.40s", at);
			end = strchr(end + 2, '"') + 1;
		}
		if (closing) {
			assert_true(depth > 0);
			depth--;
			if (len != lens[depth] || memcmp(name, open[depth], len) != 0)
				fail_msg("closed out of order: %.20s", at);
		} else if (end[-1] != '/' && !among(name, len, empty)) {
			assert_true(depth < 64);
			open[depth] = name;
			lens[depth++] = len;
		}
		at = end;
		if (len == 5 && !closing && !memcmp(name, "style", 5))
			at = strstr(at, "</style>");
	}
	assert_int_equal(depth, 0);
}

static void nothing_of_a_text_becomes_markup(void **state)
{
	static void (*const makes[])(struct ho_findings *) = {made_checks, made_findings};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *html = document(makes[i]);
		assert_well_formed(html);
		assert_null(strstr(html, "<script"));
		assert_null(strstr(html, "<img"));
		assert_non_null(strstr(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
		assert_null(strstr(html, "\xE2\x80\xAE")); /* right-to-left override */
		assert_null(strchr(html, 0x1b));
		ho_free(html);
	}
}

static void the_file_stands_alone(void **state)
{
	static const char *const forbidden[] = {"http:",   "https:",      " src=",   "url(",
	                                        "@import", "javascript:", " style=", "unsafe"};
	char *html = document(made_checks);
	(void)state;
	/* The hostile strings are of the fixture; they are looked for above. */
	for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
		for (const char *at = strstr(html, forbidden[i]); at; at = strstr(at + 1, forbidden[i]))
			assert_memory_equal(at - 7, "&lt;img src=", 12);
	const char *policy = strstr(html, ho_report_policy());
	assert_non_null(policy);
	assert_true(policy < strstr(html, "<style>"));
	assert_non_null(strstr(ho_report_policy(), "default-src 'none'"));
	ho_free(html);
}

/* Every link within the page leads somewhere, and no name is given twice. */
static void links_lead_somewhere(void **state)
{
	char *html = document(made_checks);
	unsigned links = 0;
	(void)state;
	for (const char *at = strstr(html, "href=\"#"); at; at = strstr(at + 1, "href=\"#"), links++) {
		char id[128];
		size_t len = strcspn(at + 7, "\"");
		snprintf(id, sizeof id, " id=\"%.*s\"", (int)len, at + 7);
		const char *target = strstr(html, id);
		assert_non_null(target);
		assert_null(strstr(target + 1, id));
	}
	assert_true(links >= 12); /* story, all checks, contents, skip link */
	ho_free(html);
}

static void what_is_broken_comes_first(void **state)
{
	char *html = document(made_checks);
	(void)state;
	const char *broken = strstr(html, "<td><a href=\"#f-leaks\""),
	           *weak = strstr(html, "<td><a href=\"#f-slices\""),
	           *unknown = strstr(html, "<td><a href=\"#f-time\""),
	           *holds = strstr(html, "<td><a href=\"#f-baselines\"");
	assert_true(broken && broken < weak && weak < unknown && unknown < holds);
	assert_non_null(strstr(html, "<b>1</b> broken"));
	assert_non_null(strstr(html, "<b>2</b> hold<"));
	assert_non_null(strstr(html, "aria-label=\"Show: 41 of 2,000"));
	assert_non_null(strstr(html, "<b>+3.1 points</b> <span class=\"interval\">[+2.0, +5.0]</span>"));
	assert_non_null(strstr(html, "2023-11-14 22:13 UTC"));
	/* Our sentence begins with a capital, somebody's word does not; a command is set as one. */
	assert_non_null(strstr(html, "<h3>The model is better"));
	assert_non_null(strstr(html, "<h3>&#39;ham&#39; is a word.</h3>"));
	assert_non_null(strstr(html, "file: <code>handoff split &lt;b&gt; --test 0.2</code> or leave it, `or handoff"));
	ho_free(html);
}

static size_t times(const char *text, const char *piece)
{
	size_t n = 0;
	for (const char *at = strstr(text, piece); at; at = strstr(at + 1, piece))
		n++;
	return n;
}

static void odd_figures_are_not_drawn(void **state)
{
	char *html = document(made_findings);
	(void)state;
	assert_int_equal(times(html, "Nothing to draw."), 4);
	assert_null(strstr(html, "nan%"));
	assert_null(strstr(html, "inf%"));
	assert_null(strstr(html, "nan,"));
	assert_non_null(strstr(html, "No rows."));
	assert_non_null(strstr(html, "No texts."));
	/* An interval with none beside it is a line from end to end, not lost. */
	assert_int_equal(times(html, "class=\"line reach s1\""), 1);
	/* One point is drawn as one dot and no line. */
	const char *one = strstr(html, "<figcaption>One point");
	const char *next = strstr(one, "</figure>");
	assert_true(strstr(one, "<circle") < next);
	assert_true(strstr(one, "<polyline") > next || !strstr(one, "<polyline"));
	ho_free(html);
}

/* Lines that only repeat texts shown below; others that look a little like them. */
static void made_quotes(struct ho_findings *list)
{
	static const char text[] = "please send me the second half of my order, it never came";
	ho_findings_add(list, "quotes", HO_NOTICE, "some texts");
	ho_findings_evidence(list, "row 3: \"please send me the second half\xE2\x80\xA6\"");
	ho_findings_evidence(list, "row 9, 'late': more like 'order' by the word half");
	ho_findings_evidence(list, "... and 12 more");
	ho_findings_evidence(list, "opening \"please send me\": 40 texts");
	ho_findings_evidence(list, "row 8: \"second\"");
	ho_findings_evidence(list, "row 7: \"another text, not shown below\"");
	ho_findings_evidence(list, "... and 13 more");
	ho_exhibit_texts(list, "texts");
	ho_exhibit_text(list, ho_slice_str("3"), ho_slice_str("late"), ho_slice_str(text), "%s",
	                "more like 'order' by the word half");
	ho_findings_add(list, "alone", HO_INFO, "nothing but a text");
	ho_findings_evidence(list, "row 3: \"%s\"", text);
	ho_exhibit_texts(list, "texts");
	ho_exhibit_text(list, ho_slice_str("3"), ho_slice_str(""), ho_slice_str(text), NULL);
	ho_findings_add(list, "bare", HO_INFO, "no texts below");
	ho_findings_evidence(list, "row 3: \"%s\"", text);
}

static void texts_are_not_told_twice(void **state)
{
	char *html = document(made_quotes);
	(void)state;
	assert_well_formed(html);
	assert_int_equal(times(html, "please send me the second half"), 3);
	assert_int_equal(times(html, "more like &#39;order&#39;"), 1);
	assert_int_equal(times(html, "<li dir=\"auto\">... and 12 more"), 0);
	assert_int_equal(times(html, "<li dir=\"auto\">opening "), 1);
	assert_int_equal(times(html, "<li dir=\"auto\">row 7: "), 1);
	assert_int_equal(times(html, "<li dir=\"auto\">row 8: "), 1);
	assert_int_equal(times(html, "<li dir=\"auto\">... and 13 more"), 1);
	assert_int_equal(times(html, "<li dir=\"auto\">row 3: "), 1);
	assert_int_equal(times(html, "<ul class=\"evidence\">"), 2);
	ho_free(html);
}

static void a_gap_in_a_line_stays_a_gap(void **state)
{
	char *html = document(made_checks);
	(void)state;
	/* The reliability chart lacks its fifth point: two pieces of line and of band, nine dots. */
	const char *chart = strstr(html, "<figcaption>How often the model is right"), *end = strstr(chart, "</figure>");
	char *copy = strndup(chart, (size_t)(end - chart));
	char *svg = strstr(copy, "<svg class=\"plot");
	assert_non_null(svg);
	*strstr(svg, "<ul class=\"legend\"") = '\0';
	assert_int_equal(times(svg, "class=\"line s1\""), 2);
	assert_int_equal(times(svg, "class=\"band s1\""), 2);
	assert_int_equal(times(svg, "<circle"), 9);
	free(copy);
	ho_free(html);
}

static void the_same_findings_give_the_same_bytes(void **state)
{
	char *first = document(made_checks), *second = document(made_checks);
	(void)state;
	assert_string_equal(first, second);
	ho_free(first);
	ho_free(second);
}

/* A doubt without test data has no such line, rather than an empty one. */
static void a_fact_without_a_value_is_not_shown(void **state)
{
	(void)state;
	static const struct ho_report_fact some[] = {{"test data", NULL}, {"model", "urgent.handoff"}};
	const struct ho_report_head plain = {.title = "Does it hold?", .facts = some, .n_facts = 2};
	struct ho_findings list;
	struct ho_buf out;
	struct ho_error err = {.code = HO_OK};
	ho_findings_init(&list);
	ho_buf_init(&out, HO_REPORT_MAX);
	assert_ok(ho_report_html(&out, &list, &plain, &err), &err);
	assert_non_null(strstr(out.data, "<dt>model</dt>"));
	assert_null(strstr(out.data, "test data"));
	assert_well_formed(out.data);
	ho_buf_release(&out);
	ho_findings_release(&list);
}

static void empty_list_is_a_page(void **state)
{
	struct ho_findings list;
	struct ho_buf out;
	struct ho_error err = {.code = HO_OK};
	const struct ho_report_head bare = {.title = "empty"};
	(void)state;
	ho_findings_init(&list);
	ho_buf_init(&out, HO_REPORT_MAX);
	assert_ok(ho_report_html(&out, &list, &bare, &err), &err);
	assert_well_formed(out.data);
	ho_buf_release(&out);
	ho_findings_release(&list);
}

static void failures_leave_nothing(void **state)
{
	(void)state;
	for (long nth = 1;; nth++) {
		struct ho_findings list;
		struct ho_buf out;
		struct ho_error err = {.code = HO_OK};
		ho_alloc_fail_at(nth);
		ho_findings_init(&list);
		made_checks(&list);
		made_findings(&list);
		ho_buf_init(&out, HO_REPORT_MAX);
		enum ho_status status = ho_report_html(&out, &list, &head, &err);
		bool failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		assert_int_equal(status, failed ? HO_ENOMEM : HO_OK);
		assert_int_equal(err.code, status);
		assert_true(failed ? out.len == 0 : out.len > 10000);
		ho_buf_release(&out);
		ho_findings_release(&list);
		if (!failed)
			break;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_of_a_text_becomes_markup),
	    cmocka_unit_test(the_file_stands_alone),
	    cmocka_unit_test(links_lead_somewhere),
	    cmocka_unit_test(what_is_broken_comes_first),
	    cmocka_unit_test(odd_figures_are_not_drawn),
	    cmocka_unit_test(a_gap_in_a_line_stays_a_gap),
	    cmocka_unit_test(texts_are_not_told_twice),
	    cmocka_unit_test(the_same_findings_give_the_same_bytes),
	    cmocka_unit_test(a_fact_without_a_value_is_not_shown),
	    cmocka_unit_test(empty_list_is_a_page),
	    cmocka_unit_test(failures_leave_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
