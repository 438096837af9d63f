/* evaluate: how good a model is on labelled texts that it has not seen, and whether its promise holds there. */
#include "data.h"
#include "figures.h"

static const struct cli_help help = {
    .usage = "handoff evaluate MODEL DATA [--text COLUMN]... [--target COLUMN]",
    .about = "Answers labelled texts and counts. Texts that training had (the model remembers them, whatever their "
             "case and blanks) are "
             "reported and left out.\n"
             "\n"
             "The promise is called kept or broken only where the exact 95% interval of the error lies on one side of "
             "what was "
             "promised. A text whose label the model does not know cannot be answered rightly: it stays in, and counts "
             "as wrong.",
    .examples = "handoff evaluate urgent.handoff t.test.jsonl\n"
                "handoff evaluate urgent.handoff may.csv --target urgent --json\n",
    .exits = "1 the promise is shown to be broken",
};

static int run(struct cli *cli, struct cli_data *data, const char *model_path, const char *path)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_model *model = NULL;
	struct ho_table table = {.n = 0};
	struct cli_figures figures = {.n = 0};
	int exit;
	enum ho_status status = cli_open_model(&model, model_path, &err);
	if (status == HO_OK)
		status = cli_data_from_model(data, model, path, true, &err);
	if (status == HO_OK)
		status = cli_read_table(cli, &table, data, path, CLI_LABELS_NEEDED, false, &err);
	if (status == HO_OK && (status = cli_evaluate(&figures, model, &table, cli, &err)) != HO_OK && !err.place[0])
		(void)ho_error_at(&err, "%s", path);
	if (status) {
		exit = cli_fail(cli, &err);
	} else if (cli->json) {
		json_t *object = cli_figures_json(&figures);
		if (object && json_object_set_new(object, "notes", cli_notes_json(&table.notes))) {
			json_decref(object);
			object = NULL;
		}
		exit = cli_json_finish(cli, object, figures.kept == 0 ? CLI_NO : CLI_OK);
	} else {
		struct ho_page page;
		cli_page_init(&page);
		cli_figures_print(&page, &figures);
		exit = cli_page_finish(cli, &page, figures.kept == 0 ? CLI_NO : CLI_OK);
	}
	cli_figures_release(&figures);
	ho_table_release(&table);
	ho_model_free(model);
	return exit;
}

int cmd_evaluate(struct cli *cli, int argc, char **argv)
{
	struct cli_data data = {.format = NULL};
	struct cli_arguments arguments;
	struct cli_option reading[9], running[6];
	const struct cli_option *const tables[] = {reading, running};
	int done = CLI_OK;
	cli_data_options(reading, &data, true);
	cli_run_options(running, cli, true, false);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 2, 2, 2, &help, &done))
		return done;
	return run(cli, &data, arguments.items[0], arguments.items[1]);
}
