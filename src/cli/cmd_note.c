/* note: a person's words in the journal. */
#include "app/journal.h"
#include "report/page.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff note WORDS --workspace DIR [--task NAME]",
    .about = "Writes a sentence of yours into the journal, beside what the program writes there itself: why a "
             "threshold was raised, what a customer said. `handoff log` shows it, and `handoff update` quotes the "
             "latest one.",
    .examples = "handoff note 'Raised the threshold: the new product names confuse the model' --workspace desk\n"
                "handoff note 'Two labels will be merged next week' --workspace desk --task urgent\n",
};

enum { WORDS_MAX = 2000 };

struct note {
	struct ho_app *app;
	const char *task, *words;
};

static enum ho_status write_note(void *context, struct ho_store *store, struct ho_error *err)
{
	const struct note *note = context;
	return ho_journal_write(note->app, store, CLI_ACTOR, "note", note->task, note->words, NULL, err);
}

static int run(struct cli *cli, const char *dir, const char *task_name, const char *words)
{
	struct ho_error err = {.code = HO_OK};
	struct cli_workspace workspace;
	struct ho_task task = {.name = NULL};
	enum ho_status status = cli_workspace_open(&workspace, dir, HO_APP_COMMAND, &err);
	if (status == HO_OK && task_name)
		status = cli_task_find(&task, &workspace, task_name, &err);
	struct note note = {workspace.app, task.name, words};
	if (status == HO_OK)
		status = ho_app_write(workspace.app, write_note, &note, &err);
	int exit = CLI_OK;
	if (status)
		exit = cli_fail(cli, &err);
	else if (cli->json)
		exit = cli_json_finish(
		    cli, json_pack("{so so}", "task", cli_text_json(task.name), "words", cli_text_json(words)), CLI_OK);
	else
		cli_note(cli, "written into the journal");
	cli_workspace_release(&workspace);
	return exit;
}

int cmd_note(struct cli *cli, int argc, char **argv)
{
	const char *dir = NULL, *task = NULL;
	struct cli_arguments arguments;
	struct cli_option place[3], running[6];
	const struct cli_option *const tables[] = {place, running};
	int done = CLI_OK;
	cli_workspace_options(place, &dir, &task);
	cli_run_options(running, cli);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 2, 1, 1, &help, &done))
		return done;
	size_t len = strlen(arguments.items[0]);
	if (len == 0 || len > WORDS_MAX)
		return cli_usage(cli, "a note has 1 to %d bytes", WORDS_MAX);
	return run(cli, dir, task, arguments.items[0]);
}
