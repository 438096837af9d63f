#include "unit/unit.h"

#include <string.h>

#include "base/alloc.h"
#include "explore/explore.h"

static void read_table(struct ho_table *table, const char *csv, bool labels)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_table_options options = {.rows = {.want_labels = labels}};
	options.rows.read.path = "t.csv";
	assert_ok(ho_table_read_bytes(table, ho_slice_str(csv), &options, &err), &err);
}

static const struct ho_finding *find(const struct ho_findings *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->items[i].id, id) == 0)
			return &list->items[i];
	return NULL;
}

static const char csv[] = "text,label\nthe same text,a\nThe  same text,b\nanother one here,A\nlast words,b\n";

static void contradictions_are_found(void **state)
{
	(void)state;
	struct ho_error err = {.code = HO_OK};
	struct ho_table table;
	struct ho_findings f;
	read_table(&table, csv, true);
	assert_ok(ho_explore(&f, &table, NULL, NULL, &err), &err);
	assert_non_null(find(&f, "conflicting-duplicates"));
	assert_true(find(&f, "conflicting-duplicates")->figure == 0.25);
	assert_non_null(find(&f, "label-spelling"));
	assert_true(f.n_story >= 5 && f.n_story <= 10);
	ho_findings_release(&f);
	ho_table_release(&table);
}

static void a_giveaway_is_found_and_a_table_without_labels_will_do(void **state)
{
	(void)state;
	struct ho_error err = {.code = HO_OK};
	struct ho_table table;
	struct ho_findings f;
	char text[16384];
	size_t len = (size_t)snprintf(text, sizeof text, "text,label\n");
	for (int i = 0; i < 120; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "w%c%c q%c%c%s,%s\n", 'a' + i % 26, 'a' + i / 26,
		                        'a' + i / 26, 'a' + i % 25, i % 2 ? " zork" : "", i % 2 ? "yes" : "no");
	read_table(&table, text, true);
	assert_ok(ho_explore(&f, &table, NULL, NULL, &err), &err);
	const struct ho_finding *g = find(&f, "giveaway-words");
	assert_non_null(g);
	assert_true(g->figure == 1 && g->lo > 0.9 && g->hi == 1);
	assert_non_null(strstr(g->title, "zork"));
	ho_findings_release(&f);
	ho_table_release(&table);
	read_table(&table, "text\none two\nthree four\n", false);
	assert_ok(ho_explore(&f, &table, NULL, NULL, &err), &err);
	assert_null(find(&f, "giveaway-words"));
	assert_true(f.n_story >= 5);
	ho_findings_release(&f);
	ho_table_release(&table);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	const struct ho_explore_options options = {.threads = 1};
	struct ho_table table;
	struct ho_findings f;
	read_table(&table, csv, true);
	for (long nth = 1; nth < 50000; nth++) {
		ho_alloc_fail_at(nth);
		enum ho_status status = ho_explore(&f, &table, &options, NULL, NULL);
		int failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		if (status)
			assert_int_equal(f.n, 0);
		ho_findings_release(&f);
		if (!failed) {
			assert_int_equal(status, HO_OK);
			break;
		}
	}
	ho_table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(contradictions_are_found),
	    cmocka_unit_test(a_giveaway_is_found_and_a_table_without_labels_will_do),
	    cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
