/* explore: what the data say, before anything is trained. */
#include "data.h"
#include "explore/explore.h"

static const struct cli_help help = {
    .usage = "handoff explore DATA [--text COLUMN]... [--target COLUMN]",
    .about = "Tells what the data say: rows and labels, lengths, copies and near copies, labels that contradict each "
             "other, scripts, the words that tell the labels apart, and words that give the answer away. First a "
             "story, the most important sentence first, then findings with their evidence. Labels are not needed.",
    .examples = "handoff explore tickets.csv\n"
                "handoff explore tickets.csv --target urgent --json\n"
                "handoff explore mails --format mail\n",
};

static int print_json(struct cli *cli, const struct ho_findings *findings, const struct ho_table *table)
{
	json_t *object = ho_findings_json(findings), *notes = cli_notes_json(&table->notes);
	if (object &&
	    (json_object_set_new(object, "rows", json_integer((json_int_t)table->n)) ||
	     json_object_set_new(object, "labels", json_integer(table->label ? (json_int_t)table->label_count : 0)) ||
	     json_object_set(object, "notes", notes))) {
		json_decref(object);
		object = NULL;
	}
	json_decref(notes);
	return cli_json_finish(cli, object, CLI_OK);
}

static int run(struct cli *cli, struct cli_data *data, const char *path)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_table table;
	struct ho_findings findings;
	struct ho_page page;
	const struct ho_explore_options options = {.threads = cli->threads, .seed = cli->seed};
	int exit;
	ho_findings_init(&findings);
	enum ho_status status = cli_read_table(cli, &table, data, path, CLI_LABELS_IF_GIVEN, false, &err);
	if (status == HO_OK)
		status = ho_explore(&findings, &table, &options, &cli->progress, &err);
	cli_progress_clear(cli);
	if (status) {
		exit = cli_fail(cli, &err);
	} else if (cli->json) {
		exit = print_json(cli, &findings, &table);
	} else {
		cli_page_init(&page);
		ho_findings_print(&page, &findings);
		exit = cli_page_finish(cli, &page, CLI_OK);
	}
	ho_findings_release(&findings);
	ho_table_release(&table);
	return exit;
}

int cmd_explore(struct cli *cli, int argc, char **argv)
{
	struct cli_data data = {.format = NULL};
	const char *html = NULL;
	struct cli_arguments arguments;
	const struct cli_option own[] = {
	    {"html", 0, CLI_STRING, &html, "FILE", "comes with a later version"},
	    {.name = NULL},
	};
	int done = CLI_OK;
	if (!cli_begin_data(cli, &arguments, &data, argc, argv, own, 1, 1, &help, &done))
		return done;
	if (html)
		return cli_usage(cli, "--html comes with a later version; use --json for machines, or print the words");
	return run(cli, &data, arguments.items[0]);
}
