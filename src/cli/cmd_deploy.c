/* deploy: put a model into a workspace, and let it answer. */
#include "app/deploy.h"
#include "model_reports.h"
#include "report/show.h"

static const struct cli_help help = {
    .usage = "handoff deploy MODEL --workspace DIR --task NAME [--no-promote] [--force]\n"
             "                       [--with-reports TRAIN [--test DATA] [--redact]]",
    .about = "Copies a model file into the workspace and lets it answer the task's texts from now on. Workspace and "
             "task are made if they are not there. It works while the service runs: the service takes the new model "
             "over within a second and drops no request.\n"
             "\n"
             "The promise of a new model is measured from its beginning. A pause after an alarm ends with another "
             "model; a pause that a person made stays until `handoff task resume`. A model that lacks labels of the "
             "one that answers, or labels that people have used, is refused, unless --force.\n"
             "\n"
             "--with-reports also explores the data that the model was made from and doubts the model, and stores both "
             "reports beside it, where admins see them; it takes as long as `explore` and `doubt` do, and works for a "
             "model that is deployed already. Reports quote texts of the data: they go when the task's "
             "`retention_days` are over, or by `handoff task remove-reports`.",
    .examples = "handoff deploy urgent.handoff --workspace desk --task urgent\n"
                "handoff deploy urgent.handoff --workspace desk --task urgent --with-reports t.train.jsonl --test "
                "t.test.jsonl\n"
                "handoff deploy better.handoff --workspace desk --task urgent --no-promote\n"
                "handoff task promote urgent 9f86d081884c7d65 --workspace desk\n",
};

struct deploy_options {
	const char *dir, *task;
	bool no_promote, force;
	char before[17]; /* the model that answered until now, or "" */
	struct cli_model_reports reports;
};

static json_t *promise_json(const struct ho_desk *desk)
{
	if (!(desk->max_error > 0))
		return json_null();
	return json_pack("{sf sf}", "max_error", desk->max_error, "confidence_level", desk->confidence_level);
}

static int print_json(struct cli *cli, const struct deploy_options *o, const char *id, const struct ho_desk *desk)
{
	bool answers = desk->model_id && strcmp(desk->model_id, id) == 0;
	return cli_json_finish(cli,
	                       json_pack("{ss ss sb sb so so}", "task", o->task, "model", id, "answers", (int)answers,
	                                 "changed", (int)(strcmp(o->before, id) != 0), "promise",
	                                 answers ? promise_json(desk) : json_null(), "reports",
	                                 cli_model_reports_json(&o->reports)),
	                       CLI_OK);
}

static int print_words(struct cli *cli, const struct deploy_options *o, const char *id, const struct ho_desk *desk)
{
	struct ho_page page;
	cli_page_init(&page);
	if (!desk->model_id || strcmp(desk->model_id, id) != 0)
		ho_page_text(
		    &page, 0, 0,
		    "Model %s is in the workspace and does not answer yet; `handoff task promote %s %s` lets it.", id,
		    o->task, id);
	else if (strcmp(o->before, id) == 0)
		ho_page_text(&page, 0, 0, "Model %s answers task '%s' already; nothing changed.", id, o->task);
	else if (desk->max_error > 0 && desk->paused)
		ho_page_text(
		    &page, 0, 0,
		    "Model %s stands in task '%s' now. It promises that at most %s of its automatic answers are "
		    "wrong, with %s confidence.",
		    id, o->task, ho_show_chosen(desk->max_error).text, ho_show_chosen(desk->confidence_level).text);
	else if (desk->max_error > 0)
		ho_page_text(&page, 0, 0,
		             "Model %s answers task '%s' now. It promises that at most %s of its automatic answers are "
		             "wrong, with %s confidence.",
		             id, o->task, ho_show_chosen(desk->max_error).text,
		             ho_show_chosen(desk->confidence_level).text);
	else
		ho_page_text(
		    &page, 0, 0,
		    "Model %s stands in task '%s' now. It can promise nothing, so every text goes to a person.", id,
		    o->task);
	if (desk->paused)
		ho_page_text(&page, 0, 0,
		             "The task is paused, so every text goes to a person; `handoff task resume %s` ends that.",
		             o->task);
	cli_model_reports_print(&page, &o->reports, o->task);
	return cli_page_finish(cli, &page, CLI_OK);
}

/* Who answers before the deployment; a task that is not there yet has nobody. */
static enum ho_status read_before(struct deploy_options *o, struct cli_workspace *workspace, struct ho_error *err)
{
	struct ho_task task;
	enum ho_status status =
	    workspace->reader->ops->task_get(&task, workspace->reader, o->task, &workspace->arena, err);
	if (status == HO_OK && task.champion)
		snprintf(o->before, sizeof o->before, "%s", task.champion);
	return status == HO_ENOTFOUND ? HO_OK : status;
}

static int run(struct cli *cli, const char *path, struct deploy_options *o)
{
	struct ho_error err = {.code = HO_OK};
	struct cli_workspace workspace;
	const struct ho_desk *desk = NULL;
	const char *id = NULL;
	enum ho_status status = cli_workspace_open(&workspace, o->dir, HO_APP_CREATE, &err);
	if (status == HO_OK)
		status = read_before(o, &workspace, &err);
	if (status == HO_OK)
		status = ho_deploy(&id, workspace.app, path, o->task, !o->no_promote, o->force, CLI_ACTOR,
		                   &workspace.arena, &err);
	if (status == HO_OK)
		status = ho_app_refresh(workspace.app, &err);
	if (status == HO_OK)
		status = ho_desk_take(&desk, workspace.app, o->task, &err);
	if (status == HO_OK && o->reports.train) {
		status = cli_model_reports_make(cli, &o->reports, &workspace, o->task, id, &err);
		if (status)
			cli_warn(cli, "model %s is deployed, but its reports could not be made", id);
	}
	int exit = CLI_OK;
	if (status || !desk)
		exit = cli_fail(cli, &err);
	else
		exit = cli->json ? print_json(cli, o, id, desk) : print_words(cli, o, id, desk);
	if (desk)
		ho_desk_release(desk);
	cli_workspace_release(&workspace);
	return exit;
}

int cmd_deploy(struct cli *cli, int argc, char **argv)
{
	static struct deploy_options o; /* lists of a thousand words each: too much for the stack */
	struct cli_arguments arguments;
	const struct cli_option own[] = {
	    {"workspace", 'w', CLI_STRING, (void *)&o.dir, "DIR", "the workspace's folder"},
	    {"task", 't', CLI_STRING, (void *)&o.task, "NAME", "the task"},
	    {"no-promote", 0, CLI_FLAG, &o.no_promote, NULL, "only put it there; the present model goes on answering"},
	    {"force", 0, CLI_FLAG, &o.force, NULL, "also if it lacks labels that were in use"},
	    {"with-reports", 0, CLI_STRING, &o.reports.train, "TRAIN",
	     "explore the model's data and doubt the model, and keep both reports beside it"},
	    {"test", 0, CLI_STRING, &o.reports.test, "DATA",
	     "labelled texts that the model has not seen, for the reports"},
	    {"redact", 0, CLI_FLAG, &o.reports.data.redact, NULL, "mask personal data in the reports"},
	    {.name = NULL},
	};
	int done = CLI_OK;
	if (!cli_begin_data(cli, &arguments, &o.reports.data, argc, argv, own, 1, 1, &help, &done))
		return done;
	if (!o.task)
		return cli_usage(cli, "--task NAME is missing: what the model answers");
	if (o.reports.test && !o.reports.train)
		return cli_usage(cli, "--test is for the reports: --with-reports TRAIN is missing");
	if (o.reports.data.redact && !o.reports.train)
		return cli_usage(cli, "--redact is for the reports: --with-reports TRAIN is missing");
	o.reports.model = o.reports.data.models[0] = arguments.items[0];
	o.reports.words = (struct cli_words){argc, argv};
	return run(cli, arguments.items[0], &o);
}
