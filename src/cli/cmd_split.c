/* split: put a test part aside, so that no text has a duplicate on the other side. */
#include <math.h>

#include "base/alloc.h"
#include "data.h"
#include "places.h"
#include "report/findings.h"
#include "report/show.h"
#include "split_parts.h"

static const struct cli_help help = {
    .usage = "handoff split DATA [--target COLUMN] [--test 0.2] [--group COLUMN] [--time COLUMN] -o PREFIX",
    .about = "Writes PREFIX.train.jsonl and PREFIX.test.jsonl. Texts that are equal or nearly equal stay on one "
             "side, and so do rows with the same value in the --group column (a customer, a thread). The labels keep "
             "their shares.\n\n"
             "With --time the newest rows go to the test part, as the future would. Times are compared as text, "
             "which is right for 2024-05-31T12:00 and the like; whole numbers are compared as numbers. Duplicates of "
             "a test row that are older follow it to the test part, so that none is in the training part.",
    .examples = "handoff split tickets.csv --test 0.2 -o t\n"
                "handoff split tickets.csv --target urgent --group customer -o t\n"
                "handoff split tickets.csv --time created_at --test 0.1 -o t\n"
                "handoff split mails --format mail --glob '*.txt' -o mail\n",
};

struct split_options {
	double test;
	const char *prefix;
};

static enum ho_status part_path(char path[4096], const char *prefix, const char *name, struct ho_error *err)
{
	if (snprintf(path, 4096, "%s.%s.jsonl", prefix, name) >= 4096)
		return ho_fail(err, HO_EINVAL, "the prefix after -o is too long");
	return HO_OK;
}

static enum ho_status check_places(const struct cli_data *data, const char *path, const char *prefix,
                                   struct ho_error *err)
{
	char train[4096], test[4096];
	const struct cli_place inputs[] = {{"DATA", path}};
	enum ho_status status = part_path(train, prefix, "train", err);
	if (status == HO_OK)
		status = part_path(test, prefix, "test", err);
	const struct cli_place outputs[] = {{"-o", train}, {"-o", test}, {"--rejects", data->rejects}};
	return status ? status : cli_check_places(outputs, 3, inputs, 1, err);
}

static enum ho_status write_part(const char *prefix, const char *name, const struct ho_table *table,
                                 const uint8_t *part, uint8_t wanted, struct ho_writer *writer, struct ho_error *err)
{
	char path[4096];
	size_t n = 0;
	enum ho_status status = part_path(path, prefix, name, err);
	if (status)
		return status;
	uint32_t *rows = ho_alloc(table->n, sizeof *rows);
	if (!rows)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < table->n; i++)
		if (part[i] == wanted)
			rows[n++] = (uint32_t)i;
	status = ho_writer_open(writer, path, err);
	if (status == HO_OK)
		status = ho_table_write_jsonl(writer, table, rows, n, err);
	ho_free(rows);
	return status;
}

/*
 * A text or label column of another name stands in the files under both names, so that `train --text NAME --target
 * NAME` finds them again. Where several texts were joined, the table kept each as a column.
 */
struct twin {
	struct ho_table table; /* a view of the original */
	struct ho_table_column *columns;
	struct ho_slice *labels;
};

static void twin_add(struct twin *twin, struct ho_slice name, struct ho_slice *values)
{
	twin->columns[twin->table.column_count++] = (struct ho_table_column){name, values};
}

static bool has_column(const struct ho_table *table, struct ho_slice name)
{
	for (size_t c = 0; c < table->column_count; c++)
		if (ho_slice_equal(table->columns[c].name, name))
			return true;
	return false;
}

static enum ho_status twin_make(struct twin *out, const struct ho_table *table, size_t texts, struct ho_error *err)
{
	*out = (struct twin){.table = *table};
	out->columns = ho_alloc(table->column_count + 2, sizeof *out->columns);
	out->labels = ho_calloc(table->n, sizeof *out->labels);
	if (!out->columns || !out->labels)
		return ho_fail_nomem(err);
	if (table->column_count)
		memcpy(out->columns, table->columns, table->column_count * sizeof *out->columns);
	out->table.columns = out->columns;
	if (texts < 2 && table->text_name.len && !ho_slice_is(table->text_name, "text"))
		twin_add(out, table->text_name, table->text);
	if (!table->label || table->target_name.len == 0 || ho_slice_is(table->target_name, "label") ||
	    has_column(&out->table, table->target_name))
		return HO_OK;
	for (size_t i = 0; i < table->n; i++)
		if (table->label[i] < table->label_count)
			out->labels[i] = table->labels[table->label[i]];
	twin_add(out, table->target_name, out->labels);
	return HO_OK;
}

static void twin_release(struct twin *twin)
{
	ho_free(twin->columns);
	ho_free(twin->labels);
}

/* Both files are written in full before either gets its name. */
static enum ho_status write_parts(const char *prefix, const struct ho_table *table, size_t texts, const uint8_t *part,
                                  struct ho_error *err)
{
	struct ho_writer train = {.fd = -1}, test = {.fd = -1};
	struct twin twin;
	enum ho_status status = twin_make(&twin, table, texts, err);
	if (status == HO_OK)
		status = write_part(prefix, "train", &twin.table, part, CLI_TRAIN, &train, err);
	if (status == HO_OK)
		status = write_part(prefix, "test", &twin.table, part, CLI_TEST, &test, err);
	if (status == HO_OK)
		status = ho_writer_commit(&train, err);
	if (status == HO_OK)
		status = ho_writer_commit(&test, err);
	ho_writer_discard(&train);
	ho_writer_discard(&test);
	twin_release(&twin);
	return status;
}

static json_t *label_counts_json(const struct ho_table *table, const struct cli_split *split, uint8_t part)
{
	json_t *object = json_object();
	for (uint32_t l = 0; object && table->label && l < table->label_count; l++) {
		json_t *count = json_integer((json_int_t)split->counts[2 * l + part]);
		char *name = strndup(table->labels[l].ptr, table->labels[l].len);
		int failed = !name || json_object_set_new(object, name, count);
		free(name);
		if (failed) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static int print_json(struct cli *cli, const struct split_options *options, const struct ho_table *table,
                      const struct cli_split *split)
{
	json_t *object = json_pack(
	    "{sI sI sI s{ss+ ss+} so so sI sI sI so so}", "rows", (json_int_t)table->n, "train",
	    (json_int_t)split->rows[CLI_TRAIN], "test", (json_int_t)split->rows[CLI_TEST], "files", "train",
	    options->prefix, ".train.jsonl", "test", options->prefix, ".test.jsonl", "train_labels",
	    label_counts_json(table, split, CLI_TRAIN), "test_labels", label_counts_json(table, split, CLI_TEST),
	    "exact_duplicates", (json_int_t)split->exact, "near_duplicates", (json_int_t)split->near, "groups",
	    (json_int_t)split->groups, "boundary", split->boundary.len ? ho_json_text(split->boundary) : json_null(),
	    "notes", cli_notes_json(&table->notes));
	return cli_json_finish(cli, object, CLI_OK);
}

/* Rows per label on either side; the fewest of many labels are summed up. */
static void print_labels(struct ho_page *page, const struct ho_table *table, const struct cli_split *split)
{
	enum { SHOWN = 20 };
	struct ho_grid grid;
	if (!table->label) {
		ho_page_text(
		    page, 0, 0,
		    "No column was named as the label, and none is plainly one, so the parts may differ in the "
		    "shares of the labels. --target COLUMN names it.");
		return;
	}
	ho_grid_init(&grid, "lrr");
	ho_grid_cell(&grid, "label");
	ho_grid_cell(&grid, "train");
	ho_grid_cell(&grid, "test");
	for (uint32_t l = 0; l < table->label_count && l < SHOWN; l++) {
		ho_grid_cell(&grid, "%s", ho_show_short(table->labels[l]).text);
		ho_grid_cell(&grid, "%s", ho_show_count(split->counts[2 * l + CLI_TRAIN]).text);
		ho_grid_cell(&grid, "%s", ho_show_count(split->counts[2 * l + CLI_TEST]).text);
	}
	ho_page_blank(page);
	ho_page_grid(page, 2, &grid, true);
	if (table->label_count > SHOWN)
		ho_page_text(page, 2, 2, "... and %u more labels.", table->label_count - SHOWN);
}

static struct ho_shown rows_repeat(uint64_t n)
{
	struct ho_shown out;
	snprintf(out.text, sizeof out.text, "%.30s rows repeat", ho_show_count(n).text);
	return out;
}

/* A quarter off what was asked for, and more than the one row that rounding may cost. */
static bool is_far(size_t test, size_t n, double asked)
{
	double off = fabs((double)test - asked * (double)n);
	return off > asked * (double)n / 4 && off > 1;
}

static const char *why_far(const struct ho_table *table, const struct cli_split *split, double asked)
{
	/* Each label's share is rounded to rows. */
	double off = fabs((double)split->rows[CLI_TEST] - asked * (double)table->n);
	if (split->groups == table->n || (!table->group && off <= table->label_count))
		return "there are too few rows to hit it";
	return table->group ? "rows of one group, and copies of a text, stay together"
	                    : "copies of a text stay together";
}

static int print_words(struct cli *cli, const struct split_options *options, const struct ho_table *table,
                       const struct cli_split *split)
{
	struct ho_page page;
	double share = (double)split->rows[CLI_TEST] / (double)table->n;
	cli_page_init(&page);
	ho_page_text(&page, 0, 0, "%s: %s to %s.train.jsonl, %s (%s) to %s.test.jsonl.",
	             ho_show_counted(table->n, "row").text, ho_show_count(split->rows[CLI_TRAIN]).text, options->prefix,
	             ho_show_count(split->rows[CLI_TEST]).text, ho_show_percent(share).text, options->prefix);
	if (split->exact + split->near)
		ho_page_text(&page, 0, 0,
		             "%s an earlier text exactly and %s nearly; all copies of a text are on one side.",
		             split->exact == 1 ? "1 row repeats" : rows_repeat(split->exact).text,
		             ho_show_count(split->near).text);
	else
		ho_page_text(&page, 0, 0, "No text is a copy or near copy of another.");
	if (table->group)
		ho_page_text(&page, 0, 0, "%s in column '%s', none of them cut.",
		             ho_show_counted(table->group_count, "group").text, ho_show_short(table->group_name).text);
	if (split->boundary.len)
		ho_page_text(&page, 0, 0, "The test part begins at %s.", ho_show_short(split->boundary).text);
	if (split->late)
		ho_page_text(&page, 0, 0,
		             "%s older than that went to the test part with a newer copy or member of the group.",
		             ho_show_counted(split->late, "row").text);
	if (is_far(split->rows[CLI_TEST], table->n, options->test))
		ho_page_text(&page, 0, 0,
		             "The test part is %s of the rows, and not the %s that was asked for, because %s.",
		             ho_show_percent(share).text, ho_show_chosen(options->test).text,
		             why_far(table, split, options->test));
	print_labels(&page, table, split);
	return cli_page_finish(cli, &page, CLI_OK);
}

static int run(struct cli *cli, struct cli_data *data, const char *path, const struct split_options *options)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_table table = {.n = 0};
	struct cli_split split = {.rows = {0}};
	int exit;
	enum ho_status status = check_places(data, path, options->prefix, &err);
	if (status == HO_OK)
		status = cli_read_table(cli, &table, data, path, CLI_LABELS_IF_GIVEN, true, &err);
	if (status == HO_OK)
		status = cli_split_rows(&split, &table, options->test, cli, &err);
	if (status == HO_OK)
		status = write_parts(options->prefix, &table, data->text.n, split.part, &err);
	if (status)
		exit = cli_fail(cli, &err);
	else
		exit = cli->json ? print_json(cli, options, &table, &split) : print_words(cli, options, &table, &split);
	cli_split_release(&split);
	ho_table_release(&table);
	return exit;
}

int cmd_split(struct cli *cli, int argc, char **argv)
{
	struct cli_data data = {.format = NULL};
	struct split_options options = {.test = 0.2};
	struct cli_arguments arguments;
	const struct cli_option own[] = {
	    {"output", 'o', CLI_STRING, &options.prefix, "PREFIX", "write PREFIX.train.jsonl and PREFIX.test.jsonl"},
	    {"test", 0, CLI_SHARE, &options.test, "SHARE", "share of the test part (default: 0.2)"},
	    {"group", 0, CLI_STRING, &data.group, "COLUMN", "rows with the same value stay together"},
	    {"time", 0, CLI_STRING, &data.time, "COLUMN", "the newest rows go to the test part"},
	    {.name = NULL},
	};
	int done = CLI_OK;
	if (!cli_begin_data(cli, &arguments, &data, argc, argv, own, 1, 1, &help, &done))
		return done;
	if (!options.prefix)
		return cli_usage(cli, "-o PREFIX is missing: where the two parts are written");
	return run(cli, &data, arguments.items[0], &options);
}
