/* Which rows `handoff split` puts where: by time, by group, without cutting duplicates. */
#include "unit.h"

#include "base/alloc.h"
#include "base/buf.h"

#include "../../src/cli/split_parts.c"

static void read_table(struct ho_table *table, const struct ho_buf *csv, const char *group, const char *time)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_table_options options = {
	    .rows = {
	        .read = {.path = "t.csv", .format = HO_FORMAT_CSV}, .want_labels = true, .group = group, .time = time}};
	assert_ok(ho_table_read_bytes(table, ho_buf_slice(csv), &options, &err), &err);
}

/* Rows 0..n-1 with words of their own; customer i % 10, day i. Row n-1 is a copy of row 0. */
static void make_csv(struct ho_buf *csv, unsigned n)
{
	struct ho_error err = {.code = HO_OK};
	ho_buf_init(csv, 1 << 20);
	assert_ok(ho_buf_printf(csv, &err, "text,label,customer,day\n"), &err);
	for (unsigned i = 0; i < n; i++) {
		unsigned words = i == n - 1 ? 0 : i;
		assert_ok(ho_buf_printf(csv, &err, "alpha%u beta%u gamma%u delta%u,%s,c%u,%u\n", words, 7 * words + 1,
		                        11 * words + 2, 13 * words + 5, i % 2 ? "x" : "y", i % 10, i),
		          &err);
	}
}

static void split(struct cli_split *out, const struct ho_table *table)
{
	struct ho_error err = {.code = HO_OK};
	struct cli cli = {.seed = 1, .threads = 1};
	assert_ok(cli_split_rows(out, table, 0.2, &cli, &err), &err);
}

static void times_compare_as_numbers_or_text(void **state)
{
	(void)state;
	assert_true(ho_time_compare(ho_slice_str("9"), ho_slice_str("10")) < 0);
	assert_true(ho_time_compare(ho_slice_str("010"), ho_slice_str("9")) > 0);
	assert_int_equal(ho_time_compare(ho_slice_str("10"), ho_slice_str("10")), 0);
	assert_true(ho_time_compare(ho_slice_str("2024-05-31"), ho_slice_str("2024-06-01")) < 0);
	assert_true(ho_time_compare(ho_slice("", 0), ho_slice_str("0")) < 0);
}

static void copies_stay_together(void **state)
{
	struct ho_buf csv;
	struct ho_table table;
	struct cli_split parts;
	(void)state;
	make_csv(&csv, 200);
	read_table(&table, &csv, NULL, NULL);
	split(&parts, &table);
	assert_int_equal(parts.part[0], parts.part[199]);
	assert_int_equal(parts.exact, 1);
	assert_int_equal(parts.rows[0] + parts.rows[1], 200);
	assert_in_range(parts.rows[CLI_TEST], 36, 44);
	assert_int_equal(parts.counts[0] + parts.counts[1] + parts.counts[2] + parts.counts[3], 200);
	cli_split_release(&parts);
	ho_table_release(&table);
	ho_buf_release(&csv);
}

static void groups_are_not_cut(void **state)
{
	struct ho_buf csv;
	struct ho_table table;
	struct cli_split parts;
	(void)state;
	make_csv(&csv, 200);
	read_table(&table, &csv, "customer", NULL);
	split(&parts, &table);
	for (size_t i = 10; i < table.n; i++)
		assert_int_equal(parts.part[i], parts.part[i % 10]);
	/* Row 199 is a copy of row 0, so customers 9 and 0 are one group. */
	assert_int_equal(parts.part[0], parts.part[9]);
	assert_int_equal(parts.groups, 9);
	cli_split_release(&parts);
	ho_table_release(&table);
	ho_buf_release(&csv);
}

static void the_newest_rows_are_the_test(void **state)
{
	struct ho_buf csv;
	struct ho_table table;
	struct cli_split parts;
	(void)state;
	make_csv(&csv, 200);
	read_table(&table, &csv, NULL, "day");
	split(&parts, &table);
	assert_int_equal(parts.rows[CLI_TEST], 40);
	assert_int_equal(parts.part[0], CLI_TEST); /* the copy of the newest row follows it */
	assert_int_equal(parts.late, 1);
	for (size_t i = 1; i < 161; i++)
		assert_int_equal(parts.part[i], CLI_TRAIN);
	for (size_t i = 161; i < 200; i++)
		assert_int_equal(parts.part[i], CLI_TEST);
	assert_true(ho_slice_is(parts.boundary, "161"));
	cli_split_release(&parts);
	ho_table_release(&table);
	ho_buf_release(&csv);
}

static void one_group_cannot_be_split(void **state)
{
	struct ho_error err = {.code = HO_OK};
	struct cli cli = {.seed = 1, .threads = 1};
	struct ho_table table;
	struct cli_split parts;
	struct ho_buf csv;
	(void)state;
	ho_buf_init(&csv, 1 << 16);
	assert_ok(ho_buf_printf(&csv, &err,
	                        "text,label\nthe same words here,a\nthe same words here,b\nThe same  words here,a\n"),
	          &err);
	read_table(&table, &csv, NULL, NULL);
	assert_int_equal(cli_split_rows(&parts, &table, 0.5, &cli, &err), HO_EFORMAT);
	cli_split_release(&parts);
	ho_table_release(&table);
	ho_buf_release(&csv);
}

static void survives_every_allocation_failure(void **state)
{
	struct cli cli = {.seed = 1, .threads = 1};
	struct ho_table table;
	struct ho_buf csv;
	(void)state;
	make_csv(&csv, 30);
	read_table(&table, &csv, "customer", "day");
	for (long nth = 1;; nth++) {
		struct cli_split parts;
		ho_alloc_fail_at(nth);
		enum ho_status status = cli_split_rows(&parts, &table, 0.2, &cli, NULL);
		int failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		cli_split_release(&parts);
		if (!failed) {
			assert_int_equal(status, HO_OK);
			break;
		}
		assert_int_equal(status, HO_ENOMEM);
	}
	ho_table_release(&table);
	ho_buf_release(&csv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(times_compare_as_numbers_or_text),
	    cmocka_unit_test(copies_stay_together),
	    cmocka_unit_test(groups_are_not_cut),
	    cmocka_unit_test(the_newest_rows_are_the_test),
	    cmocka_unit_test(one_group_cannot_be_split),
	    cmocka_unit_test(survives_every_allocation_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
