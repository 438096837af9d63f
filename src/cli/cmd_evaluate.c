/* evaluate: how good a model is on labelled texts that it has not seen, and whether its promise holds there. */
#include "data.h"
#include "evaluation.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff evaluate MODEL DATA [--text COLUMN]... [--target COLUMN]",
    .about = "Answers every labelled text of DATA with the model and compares. Texts that the training had are left "
             "out and counted. Columns are those the model was trained on, if DATA has them. Labels that the model "
             "does not know count as wrong answers.\n\n"
             "A promise is shown to be kept or broken only if the exact 95% interval of the error of the automatic "
             "answers lies on one side of what was promised.",
    .examples = "handoff evaluate urgent.handoff t.test.jsonl\n"
                "handoff evaluate urgent.handoff may.csv --text subject --text body --target urgent\n"
                "handoff evaluate urgent.handoff t.test.jsonl --json > figures.json\n",
    .exits = "1 the promise is broken on these texts",
};

static int print(struct cli *cli, const struct cli_evaluation *evaluation, const struct ho_table *table)
{
	int exit = evaluation->kept == CLI_BROKEN ? CLI_NO : CLI_OK;
	if (cli->json) {
		json_t *object = cli_evaluation_json(evaluation);
		if (object && json_object_set_new(object, "notes", cli_notes_json(&table->notes))) {
			json_decref(object);
			object = NULL;
		}
		return cli_json_finish(cli, object, exit);
	}
	struct ho_page page;
	cli_page_init(&page);
	cli_evaluation_print(&page, evaluation);
	return cli_page_finish(cli, &page, exit);
}

static enum ho_status note_evaluation(const struct cli_evaluation *evaluation, const char *workspace,
                                      struct ho_error *err)
{
	static const char *const names[] = {"n", "accuracy", "accuracy_interval", "automated", "promise"};
	if (!workspace)
		return HO_OK;
	json_t *all = cli_evaluation_json(evaluation), *figures = json_object();
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		json_object_set(figures, names[i], json_object_get(all, names[i]));
	json_decref(all);
	return cli_journal(workspace, "evaluated",
	                   evaluation->kept == CLI_BROKEN
	                       ? "a model was evaluated; its promise is broken on these texts"
	                       : "a model was evaluated",
	                   figures, err);
}

static int run(struct cli *cli, struct cli_data *data, const char *model_path, const char *path, double at_error,
               const char *vectors, const char *workspace)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_model *model;
	struct ho_table table = {.n = 0};
	struct cli_evaluation evaluation = {.model = NULL};
	int exit;
	enum ho_status status = ho_model_open(&model, model_path, &err);
	if (status == HO_OK)
		cli_data_from_model(data, model);
	if (status == HO_OK)
		status = cli_read_table(cli, &table, data, path, CLI_LABELS_NEEDED, false, &err);
	if (status == HO_OK && vectors)
		status = cli_know_vectors(cli, model, vectors, &table, &err);
	if (status == HO_OK)
		status = cli_evaluate(&evaluation, cli, model, &table, at_error, &err);
	if (status == HO_OK)
		status = note_evaluation(&evaluation, workspace, &err);
	exit = status ? cli_fail(cli, &err) : print(cli, &evaluation, &table);
	cli_evaluation_release(&evaluation);
	ho_table_release(&table);
	ho_model_free(model);
	return exit;
}

int cmd_evaluate(struct cli *cli, int argc, char **argv)
{
	struct cli_data data = {.format = NULL};
	struct cli_arguments arguments;
	const char *workspace = NULL, *vectors = NULL;
	double at_error = 0;
	const struct cli_option own[] = {
	    {"at-error", 0, CLI_SHARE, &at_error, "SHARE",
	     "tell also how many texts the model could answer with this share of errors, in hindsight"},
	    {"vectors", 0, CLI_STRING, &vectors, "FILE",
	     "keep the encoder's vectors of the texts in FILE, and take those that are there from it"},
	    {"workspace", 0, CLI_STRING, &workspace, "DIR", "note it in the journal of this workspace"},
	    {.name = NULL},
	};
	int done = CLI_OK;
	if (!cli_begin_data(cli, &arguments, &data, argc, argv, own, 2, 2, &help, &done))
		return done;
	data.models[0] = arguments.items[0];
	return run(cli, &data, arguments.items[0], arguments.items[1], at_error, vectors, workspace);
}
