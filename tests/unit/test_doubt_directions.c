/* The file of directional tests: what is understood, what is refused and where, and what a change does to a text. */
#include "unit/unit.h"

#include <string.h>

#include "base/alloc.h"
#include "doubt/directions.h"

static const struct ho_slice *labels(void)
{
	static struct ho_slice list[3];
	list[0] = ho_slice_str("urgent");
	list[1] = ho_slice_str("not urgent");
	list[2] = ho_slice_str("same");
	return list;
}

static enum ho_status read_text(struct ho_directions *out, const char *text, struct ho_error *err)
{
	return ho_directions_read(out, ho_slice_str(text), "d.txt", labels(), 3, err);
}

static void every_form_is_understood(void **state)
{
	(void)state;
	struct ho_directions d;
	struct ho_error err;
	assert_ok(read_text(&d,
	                    "\xef\xbb\xbf# a comment\r\n"
	                    "\n"
	                    "text \"where is it\" -> urgent\r\n"
	                    "  text \"\" -> human  # and a comment\n"
	                    "add \"say \\\"now\\\"\\n\" -> urgent up\n"
	                    "begin \"Hello\" where \"not urgent\" -> same\n"
	                    "replace \"good\" \"\" -> \"not urgent\" down\n"
	                    "remove \"please\"->\"same\" up",
	                    &err),
	          &err);
	assert_int_equal(d.n, 6);
	assert_int_equal(d.items[0].line, 3);
	assert_int_equal(d.items[0].wish, HO_WISH_LABEL);
	assert_int_equal(d.items[0].label, 0);
	assert_int_equal(d.items[1].wish, HO_WISH_HUMAN);
	assert_int_equal(d.items[1].what.len, 0);
	assert_true(ho_slice_is(d.items[2].what, "say \"now\"\n"));
	assert_int_equal(d.items[2].wish, HO_WISH_UP);
	assert_int_equal(d.items[2].where, HO_DIRECTION_ANY);
	assert_int_equal(d.items[3].change, HO_DIRECTION_BEGIN);
	assert_int_equal(d.items[3].where, 1);
	assert_int_equal(d.items[3].wish, HO_WISH_SAME);
	assert_int_equal(d.items[4].wish, HO_WISH_DOWN);
	assert_int_equal(d.items[4].label, 1);
	assert_int_equal(d.items[5].wish, HO_WISH_UP); /* a quoted word is a label, whatever it says */
	assert_int_equal(d.items[5].label, 2);
	assert_int_equal(d.items[5].line, 8);
	ho_directions_release(&d);
	assert_ok(read_text(&d, "", &err), &err);
	assert_int_equal(d.n, 0);
	ho_directions_release(&d);
}

static void errors_name_the_line_and_what_to_do(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
	    {"move \"a\" -> urgent up", "begins with text, add, begin, replace or remove"},
	    {"\"add\" \"a\" -> urgent up", "begins with text"},
	    {"add a -> urgent up", "between quotes"},
	    {"add \"a -> urgent up", "not closed"},
	    {"add \"a\\q\" -> urgent up", "backslash"},
	    {"add \"a\\", "backslash"},
	    {"add \"\" -> urgent up", "empty"},
	    {"add \"a\" urgent up", "-> is missing"},
	    {"add \"a\" ->", "nothing stands behind"},
	    {"add \"a\" -> urgnt up", "urgent, not urgent, same"},
	    {"add \"a\" -> urgent", "up or down"},
	    {"add \"a\" -> urgent sideways", "up or down"},
	    {"add \"a\" -> urgent up now", "behind the end"},
	    {"add \"a\" -> not urgent up", "no such label"},
	    {"text \"a\" where urgent -> urgent", "'where'"},
	    {"text \"a\" -> urgent up", "behind the end"},
	    {"replace \"a\" -> same", "between quotes"},
	    {"add \"\xff\" -> same", "UTF-8"},
	    {"add \"a\" where -> same", "no such label"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[256];
		struct ho_directions d;
		struct ho_error err = {.code = HO_OK};
		(void)snprintf(text, sizeof text, "# first\ntext \"fine\" -> urgent\n%s\nnonsense", cases[i][0]);
		assert_int_equal(read_text(&d, text, &err), HO_EFORMAT);
		assert_string_equal(err.place, "d.txt, line 3");
		if (!strstr(err.message, cases[i][1]))
			fail_msg("'%s' for: %s", err.message, cases[i][0]);
		assert_int_equal(d.n, 0);
	}
}

static const char *applied(const char *test, const char *text, bool *applies)
{
	static struct ho_buf buf;
	struct ho_directions d;
	struct ho_error err;
	ho_buf_release(&buf);
	ho_buf_init(&buf, 4096);
	assert_ok(read_text(&d, test, &err), &err);
	assert_ok(ho_direction_apply(&buf, applies, &d.items[0], ho_slice_str(text), &err), &err);
	ho_directions_release(&d);
	return buf.data;
}

static void changes_do_what_they_say(void **state)
{
	(void)state;
	static const struct {
		const char *test, *text, *after; /* after NULL: does not apply */
	} cases[] = {
	    {"add \"now\" -> same", "come", "come now"},
	    {"begin \"Hello,\" -> same", "come", "Hello, come"},
	    {"replace \"good\" \"bad\" -> same", "Good, very GOOD goods", "bad, very bad goods"},
	    {"replace \"good\" \"bad\" -> same", "goods", NULL},
	    {"replace \"good\" \"bad\" -> same", "", NULL},
	    {"replace \"art\" \"x\" -> same", "party art, art", "party x, x"},
	    {"replace \"!\" \".\" -> same", "no!way!", "no.way."},
	    {"replace \"not good\" \"bad\" -> same", "it is Not Good.", "it is bad."},
	    {"remove \"please\" -> same", "please, come please", ", come "},
	    {"replace \"ÉTÉ\" \"hiver\" -> same", "l'été étés été", "l'hiver étés hiver"},
	    {"replace \"你\" \"我\" -> same", "你好", "我好"},
	    {"replace \"a\" \"aa\" -> same", "a a", "aa aa"}, /* what was put in is not looked at again */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool applies;
		const char *after = applied(cases[i].test, cases[i].text, &applies);
		assert_int_equal(applies, cases[i].after != NULL);
		assert_string_equal(after, cases[i].after ? cases[i].after : cases[i].text);
	}
}

static void memory_may_fail(void **state)
{
	(void)state;
	for (long n = 1;; n++) {
		struct ho_directions d;
		ho_alloc_fail_at(n);
		enum ho_status status = read_text(&d, "text \"a\" -> urgent\nreplace \"a\" \"b\" -> same\n", NULL);
		bool failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		assert_int_equal(status, failed ? HO_ENOMEM : HO_OK);
		ho_directions_release(&d);
		if (!failed)
			break;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_form_is_understood),
	    cmocka_unit_test(errors_name_the_line_and_what_to_do),
	    cmocka_unit_test(changes_do_what_they_say),
	    cmocka_unit_test(memory_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
