/* update: what happened and what follows, for the team's channel. */
#include "app/journal.h"
#include "http/callback.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff update --workspace DIR [--task NAME] [--since TIME] [--slack|--markdown]",
    .about = "Writes a short message. \"Update:\" has three or four points of what happened, with the figures that "
             "matter; \"Next:\" has what follows from them. Every figure comes from the store. Counts are kept by day "
             "(UTC), so the message covers whole days.\n"
             "\n"
             "With --slack and an address (--slack-url, or HANDOFF_SLACK_URL in the environment) the message is posted "
             "to a Slack incoming webhook; without an address its JSON is printed.\n"
             "\n"
             "TIME is a date (2026-05-14), today, yesterday, or how long ago: 24h, 7d.",
    .examples = "handoff update --workspace desk\n"
                "handoff update --workspace desk --since 7d --markdown\n"
                "HANDOFF_SLACK_URL=https://hooks.slack.com/services/... handoff update --workspace desk --slack\n",
};

struct update_options {
	const char *dir, *task, *since, *slack_url;
	bool slack, markdown;
};

struct posted {
	struct ho_app *app;
	const char *task;
};

static enum ho_status note_posted(void *context, struct ho_store *store, struct ho_error *err)
{
	const struct posted *p = context;
	return ho_journal_write(p->app, store, CLI_ACTOR, "update", p->task, "the update was posted to Slack", NULL,
	                        err);
}

static int post(struct cli *cli, struct ho_app *app, const char *task, const char *url, const char *message)
{
	struct ho_error err = {.code = HO_OK};
	struct posted posted = {app, task};
	enum ho_status status = ho_post_json(url, message, &err);
	if (status == HO_OK)
		status = ho_app_write(app, note_posted, &posted, &err);
	if (status)
		return cli_fail(cli, &err);
	if (cli->json)
		return cli_json_finish(cli, json_pack("{sb}", "posted", 1), CLI_OK);
	cli_note(cli, "posted to Slack");
	return CLI_OK;
}

static int print(struct cli *cli, const char *message, bool slack)
{
	struct ho_error err = {.code = HO_OK};
	if (cli->json && !slack)
		return cli_json_finish(cli, json_pack("{so}", "text", cli_text_json(message)), CLI_OK);
	size_t len = strlen(message);
	enum ho_status status = cli_write(message, len, &err);
	if (status == HO_OK && len && message[len - 1] != '\n')
		status = cli_write("\n", 1, &err);
	return status ? cli_fail(cli, &err) : CLI_OK;
}

static int run(struct cli *cli, const struct update_options *o)
{
	struct ho_error err = {.code = HO_OK};
	struct cli_workspace workspace;
	struct ho_task task = {.name = NULL};
	const char *message = NULL;
	int64_t since = 0;
	enum ho_update_form form = o->slack ? HO_UPDATE_SLACK : o->markdown ? HO_UPDATE_MARKDOWN : HO_UPDATE_PLAIN;
	enum ho_status status = cli_workspace_open(&workspace, o->dir, HO_APP_COMMAND, &err);
	if (status == HO_OK)
		status = cli_time_read(&since, o->since, ho_app_now(workspace.app), &err);
	if (status == HO_OK && o->task)
		status = cli_task_find(&task, &workspace, o->task, &err);
	if (status == HO_OK)
		status = ho_update_write(&message, workspace.app, workspace.reader, task.name, since, form,
		                         &workspace.arena, &err);
	int exit;
	if (status)
		exit = cli_fail(cli, &err);
	else if (o->slack && o->slack_url && o->slack_url[0])
		exit = post(cli, workspace.app, task.name, o->slack_url, message);
	else
		exit = print(cli, message, o->slack);
	cli_workspace_release(&workspace);
	return exit;
}

int cmd_update(struct cli *cli, int argc, char **argv)
{
	struct update_options o = {.since = "today", .slack_url = getenv("HANDOFF_SLACK_URL")};
	struct cli_arguments arguments;
	struct cli_option place[3], running[6];
	const struct cli_option own[] = {
	    {"since", 0, CLI_STRING, &o.since, "TIME", "from this day on (default: today)"},
	    {"slack", 0, CLI_FLAG, &o.slack, NULL, "for Slack: post it, or print the JSON without an address"},
	    {"slack-url", 0, CLI_STRING, &o.slack_url, "URL", "an incoming webhook (default: HANDOFF_SLACK_URL)"},
	    {"markdown", 0, CLI_FLAG, &o.markdown, NULL, "as Markdown"},
	    {.name = NULL},
	};
	const struct cli_option *const tables[] = {place, own, running};
	int done = CLI_OK;
	cli_workspace_options(place, &o.dir, &o.task);
	cli_run_options(running, cli);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 3, 0, 0, &help, &done))
		return done;
	if (o.slack && o.markdown)
		return cli_usage(cli, "--slack and --markdown exclude each other");
	return run(cli, &o);
}
