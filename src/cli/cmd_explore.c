/* explore: what the data say, before anything is trained. */
#include "data.h"
#include "explore/explore.h"
#include "label_errors.h"
#include "places.h"
#include "report.h"
#include "report/show.h"

static const struct cli_help help = {
    .usage = "handoff explore DATA [--text COLUMN]... [--target COLUMN] [--test DATA] [--html FILE] "
             "[--errors FILE] [--workspace DIR --task NAME]",
    .about =
        "Tells what the data say: columns and what they give away, rows and labels, lengths and languages, damage, "
        "personal data, copies and near copies, labels that contradict each other or are likely wrong, the words that "
        "tell the labels apart, what a first model makes of it. First a story, the most important sentence first, then "
        "findings with their evidence. Labels are "
        "not needed.",
    .examples = "handoff explore tickets.csv\n"
                "handoff explore tickets.csv --target urgent --json\n"
                "handoff explore t.train.jsonl --test t.test.jsonl\n"
                "handoff explore mails --format mail --redact\n"
                "handoff explore tickets.csv --errors doubted.jsonl\n"
                "handoff explore tickets.csv --workspace desk --task urgent\n",
};

/* What the command line asks for. */
struct request {
	struct cli_data data;
	const char *path, *test, *html;
	bool all;
	struct cli_label_errors errors;
	struct cli_words words; /* of the command, for the report's head */
};

/* What was read and found. */
struct outcome {
	struct ho_table table, test;
	struct ho_findings findings;
	struct ho_label_errors errors; /* if the request wants them */
};

static int print_json(struct cli *cli, const struct outcome *o)
{
	json_t *object = ho_findings_json(&o->findings), *notes = cli_notes_json(&o->table.notes);
	if (object && (json_object_set_new(object, "rows", json_integer((json_int_t)o->table.n)) ||
	               json_object_set_new(object, "labels",
	                                   json_integer(o->table.label ? (json_int_t)o->table.label_count : 0)) ||
	               json_object_set(object, "notes", notes))) {
		json_decref(object);
		object = NULL;
	}
	json_decref(notes);
	return cli_json_finish(cli, object, CLI_OK);
}

static int print(struct cli *cli, const struct request *r, const struct outcome *o)
{
	struct ho_page page;
	if (cli->json)
		return print_json(cli, o);
	cli_page_init(&page);
	ho_findings_print(&page, &o->findings, r->all ? HO_IN_FULL : HO_IN_SHORT);
	return cli_page_finish(cli, &page, CLI_OK);
}

/* The test set is read as the data were: by the same columns. */
static enum ho_status read_test(struct cli *cli, struct request *r, struct outcome *o, struct ho_error *err)
{
	struct cli_data data = r->data;
	const struct ho_table *t = &o->table;
	bool one_text = t->text_name.len && !memchr(t->text_name.ptr, '+', t->text_name.len);
	if (!data.text.n && one_text) {
		data.wish_text[0] = t->text_name.ptr;
		data.wish_texts = 1;
	}
	data.wish_target = t->target_name.len ? t->target_name.ptr : NULL;
	data.rejects = NULL;
	enum ho_status status = cli_read_table(cli, &o->test, &data, r->test, CLI_LABELS_IF_GIVEN, true, err);
	if (status == HO_ENOTFOUND && (data.group || data.time)) { /* it may lack the columns of groups and times */
		data.group = data.time = NULL;
		status = cli_read_table(cli, &o->test, &data, r->test, CLI_LABELS_IF_GIVEN, true, err);
	}
	return status;
}

static enum ho_status read(struct cli *cli, struct request *r, struct outcome *o, struct ho_error *err)
{
	enum ho_status status = cli_read_table(cli, &o->table, &r->data, r->path, CLI_LABELS_IF_GIVEN, true, err);
	return status || !r->test ? status : read_test(cli, r, o, err);
}

static enum ho_status explore(struct cli *cli, const struct request *r, struct outcome *o, struct ho_error *err)
{
	const struct ho_explore_options options = {.threads = cli->threads,
	                                           .seed = cli->seed,
	                                           .test = r->test ? &o->test : NULL,
	                                           .redact = r->data.redact,
	                                           .errors = cli_label_errors_wanted(&r->errors) ? &o->errors : NULL};
	enum ho_status status = ho_explore(&o->findings, &o->table, &options, &cli->progress, err);
	cli_progress_clear(cli);
	return status;
}

/* The page beside what is printed. */
static enum ho_status write_html(struct cli *cli, const struct request *r, const struct outcome *o,
                                 struct ho_error *err)
{
	struct ho_shown rows = ho_show_counted(o->table.n, "row"),
	                labels = ho_show_counted(o->table.label_count, "label");
	struct ho_shown test = ho_show_counted(o->test.n, "row");
	const struct ho_report_fact all[] = {{"data", r->path},
	                                     {"rows", rows.text},
	                                     {"labels", o->table.label ? labels.text : NULL},
	                                     {"test", r->test},
	                                     {"rows of the test", r->test ? test.text : NULL},
	                                     {"personal data", r->data.redact ? "masked" : NULL}};
	struct ho_report_fact facts[sizeof all / sizeof *all];
	size_t n = 0;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].value)
			facts[n++] = all[i];
	const struct ho_report_head head = {.title = "What the data say",
	                                    .subtitle =
	                                        "Columns, texts, labels and copies, before anything is trained.",
	                                    .facts = facts,
	                                    .n_facts = n};
	return cli_report_write(cli, r->html, &o->findings, head, r->words, err);
}

static enum ho_status check_places(const struct request *r, struct ho_error *err)
{
	const struct cli_place outputs[] = {
	    {"--html", r->html}, {"--rejects", r->data.rejects}, {"--errors", r->errors.path}};
	const struct cli_place inputs[] = {{"DATA", r->path}, {"--test", r->test}};
	return cli_check_places(outputs, 3, inputs, 2, err);
}

static int run(struct cli *cli, struct request *r)
{
	struct ho_error err = {.code = HO_OK};
	struct outcome o = {.table = {.n = 0}, .test = {.n = 0}};
	ho_findings_init(&o.findings);
	enum ho_status status = check_places(r, &err);
	if (status == HO_OK)
		status = cli_label_errors_check(&r->errors, &err);
	if (status == HO_OK)
		status = read(cli, r, &o, &err);
	if (status == HO_OK && cli_label_errors_wanted(&r->errors) && !o.table.label)
		status = ho_fail(&err, HO_EFORMAT, "%s: no labels to doubt; name the label column with --target COLUMN",
		                 r->path);
	if (status == HO_OK)
		status = explore(cli, r, &o, &err);
	if (status == HO_OK && r->html)
		status = write_html(cli, r, &o, &err);
	if (status == HO_OK)
		status = cli_label_errors_hand_out(cli, &r->errors, &o.table, &o.errors, &err);
	int exit = status ? cli_fail(cli, &err) : print(cli, r, &o);
	ho_findings_release(&o.findings);
	ho_label_errors_release(&o.errors);
	ho_table_release(&o.table);
	ho_table_release(&o.test);
	return exit;
}

static bool parse(struct cli *cli, struct request *r, int argc, char **argv, int *done)
{
	struct cli_arguments arguments;
	const struct cli_option own[] = {
	    {"test", 0, CLI_STRING, &r->test, "DATA", "a test set, to look for leaks between the two"},
	    {"group", 0, CLI_STRING, &r->data.group, "COLUMN", "rows with the same value belong together"},
	    {"time", 0, CLI_STRING, &r->data.time, "COLUMN", "column of times (default: found by its values)"},
	    {"redact", 0, CLI_FLAG, &r->data.redact, NULL, "mask personal data wherever texts are shown"},
	    {"all", 0, CLI_FLAG, &r->all, NULL, "print the evidence of every finding, not only its beginning"},
	    {"html", 0, CLI_STRING, &r->html, "FILE", "write the report as a page that stands alone"},
	    {"errors", 0, CLI_STRING, &r->errors.path, "FILE", "write the rows whose labels are doubted, as JSONL"},
	    {"workspace", 'w', CLI_STRING, &r->errors.workspace, "DIR",
	     "put them into the review queue of this workspace"},
	    {"task", 0, CLI_STRING, &r->errors.task, "NAME", "the task whose queue it is"},
	    {.name = NULL},
	};
	if (!cli_begin_data(cli, &arguments, &r->data, argc, argv, own, 1, 1, &help, done))
		return false;
	r->path = arguments.items[0];
	r->words = (struct cli_words){argc, argv};
	return true;
}

int cmd_explore(struct cli *cli, int argc, char **argv)
{
	struct request r = {.path = NULL};
	int done = CLI_OK;
	if (!parse(cli, &r, argc, argv, &done))
		return done;
	return run(cli, &r);
}
