/* backup: a copy of the workspace, while it is in use. */
#include "app/forget.h"
#include "report/show.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff backup FOLDER --workspace DIR",
    .about =
        "Copies the workspace into a new folder: handoff.db, a consistent state of everything stored, and models/. "
        "The service may go on answering meanwhile. A folder without handoff.db is a copy that was not finished.\n"
        "\n"
        "To go back, stop the service and use the copy as the workspace.",
    .examples = "handoff backup /backups/desk-$(date +%F) --workspace desk\n"
                "handoff serve --workspace /backups/desk-2026-05-14      # look at a copy\n",
};

static int run(struct cli *cli, const char *dir, const char *target)
{
	struct ho_error err = {.code = HO_OK};
	struct cli_workspace workspace;
	size_t models = 0;
	enum ho_status status = cli_workspace_open(&workspace, dir, HO_APP_COMMAND, &err);
	if (status == HO_OK)
		status = ho_backup(&models, workspace.reader, dir, target, &err);
	cli_workspace_release(&workspace);
	if (status)
		return cli_fail(cli, &err);
	char words[512];
	snprintf(words, sizeof words, "the workspace was copied, with %s", ho_show_counted(models, "model").text);
	if (cli_journal(dir, "backup", words, NULL, &err))
		return cli_fail(cli, &err);
	if (cli->json)
		return cli_json_finish(
		    cli, json_pack("{so sI}", "folder", cli_text_json(target), "models", (json_int_t)models), CLI_OK);
	cli_note(cli, "%s", words);
	return CLI_OK;
}

int cmd_backup(struct cli *cli, int argc, char **argv)
{
	const char *dir = NULL;
	struct cli_arguments arguments;
	struct cli_option place[3], running[6];
	const struct cli_option *const tables[] = {place, running};
	int done = CLI_OK;
	cli_workspace_options(place, &dir, NULL);
	cli_run_options(running, cli);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 2, 1, 1, &help, &done))
		return done;
	return run(cli, dir, arguments.items[0]);
}
