/* task: show and change what a task does; pause, resume, promote, go back. */
#include "app/deploy.h"
#include "report/show.h"
#include "task_change.h"
#include "task_reports.h"
#include "task_words.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff task list --workspace DIR\n"
             "handoff task show NAME --workspace DIR\n"
             "handoff task set NAME KEY=VALUE... --workspace DIR\n"
             "handoff task pause NAME --why WORDS --workspace DIR\n"
             "handoff task resume NAME [--force] --workspace DIR\n"
             "handoff task promote NAME MODEL --workspace DIR\n"
             "handoff task rollback NAME --workspace DIR\n"
             "handoff task reports NAME [MODEL] --workspace DIR\n"
             "handoff task remove-reports NAME [MODEL] --workspace DIR\n",
    .about = "Shows a task with its models and settings, and changes it; the service takes it over within a second. "
             "`pause` hands every text to a person until `resume`. After an alarm `resume` needs another model or a "
             "higher `raised_threshold`, or --force. `promote` lets another model of the task answer, `rollback` the "
             "one before; MODEL may be the beginning of its name. That ends a pause after an alarm; a pause that a "
             "person made stays. `reports` lists what `deploy --with-reports` found, `remove-reports` takes it away: "
             "reports quote texts of the data.\n"
             "\n"
             "A VALUE is read as text where the setting is one, else as JSON (numbers, true, false, lists); null takes "
             "a text away. docs/reference/task-settings.md lists the settings.",
    .examples = "handoff task show urgent --workspace desk\n"
                "handoff task set urgent due_s=3600 due_action=escalate --workspace desk\n"
                "handoff task set urgent 'callback_hosts=[\"hooks.example.org\"]' --workspace desk\n"
                "handoff task pause urgent --why 'a new product was announced' --workspace desk\n"
                "handoff task rollback urgent --workspace desk\n",
};

enum verb { LIST, SHOW, SET, PAUSE, RESUME, PROMOTE, ROLLBACK, REPORTS, REMOVE_REPORTS, VERBS };
static const struct {
	const char *name;
	size_t min, max; /* words after it */
} verbs[VERBS] = {
    [LIST] = {"list", 0, 0},         [SHOW] = {"show", 1, 1},       [SET] = {"set", 2, CLI_ARGUMENTS_MAX - 1},
    [PAUSE] = {"pause", 1, 1},       [RESUME] = {"resume", 1, 1},   [PROMOTE] = {"promote", 2, 2},
    [ROLLBACK] = {"rollback", 1, 1}, [REPORTS] = {"reports", 1, 2}, [REMOVE_REPORTS] = {"remove-reports", 1, 2}};

struct task_options {
	const char *dir, *why;
	bool force;
	enum verb verb;
	struct cli_arguments arguments;
	struct ho_app *app;
	struct ho_task task;
	const char *model;
	char *settings; /* JSON object; owned */
	json_t *before; /* of `set`: all settings as they were; owned */
};

static enum ho_status change(void *context, struct ho_store *store, struct ho_error *err)
{
	struct task_options *o = context;
	const char *task = o->task.name;
	switch (o->verb) {
	case SET:
		return ho_configure(o->app, store, task, ho_slice_str(o->settings), CLI_ACTOR, err);
	case PAUSE:
		return ho_pause(o->app, store, task, o->why, CLI_ACTOR, err);
	case RESUME:
		return (o->force ? ho_resume_anyway : ho_resume)(o->app, store, task, CLI_ACTOR, err);
	case PROMOTE:
	case ROLLBACK:
		return ho_promote(o->app, store, task, o->model, CLI_ACTOR, err);
	case LIST:
	case SHOW:
	case REPORTS:
	case REMOVE_REPORTS:
	case VERBS:
		break;
	}
	return ho_fail(err, HO_EBUG, "nothing to change");
}

/* KEY=VALUE... as one JSON object. */
static enum ho_status read_settings(struct task_options *o, struct cli_workspace *workspace, struct ho_error *err)
{
	json_t *object = json_object();
	enum ho_status status = cli_task_settings(&o->before, workspace, &o->task, true, err);
	for (size_t i = 2; status == HO_OK && i < o->arguments.n; i++)
		status = cli_task_setting_add(object, o->arguments.items[i], o->before, err);
	o->settings = status ? NULL : json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return status ? status : o->settings ? HO_OK : ho_fail_nomem(err);
}

/* The model that answered last before the present one. */
static enum ho_status find_previous(struct task_options *o, struct cli_workspace *workspace, struct ho_error *err)
{
	struct ho_model_record *models = NULL;
	size_t n = 0;
	int64_t latest = 0;
	enum ho_status status =
	    workspace->reader->ops->model_list(&models, &n, workspace->reader, o->task.name, &workspace->arena, err);
	for (size_t i = 0; status == HO_OK && i < n; i++) {
		bool champion = o->task.champion && strcmp(models[i].id, o->task.champion) == 0;
		if (!champion && models[i].promoted_at > latest) {
			latest = models[i].promoted_at;
			o->model = models[i].id;
		}
	}
	if (status == HO_OK && !o->model)
		return ho_fail(err, HO_ENOTFOUND, "no other model of this task has answered before");
	return status;
}

static enum ho_status prepare(struct task_options *o, struct cli_workspace *workspace, struct ho_error *err)
{
	enum ho_status status = cli_task_find(&o->task, workspace, o->arguments.items[1], err);
	if (status)
		return status;
	if (o->verb == SET)
		return read_settings(o, workspace, err);
	if (o->verb == ROLLBACK)
		return find_previous(o, workspace, err);
	if (o->verb == PROMOTE || o->arguments.n > 2)
		return cli_task_model_find(&o->model, workspace, o->task.name, o->arguments.items[2], err);
	return HO_OK;
}

/* What the change did; the whole task for `show` and for machines. */
static int tell(struct cli *cli, struct task_options *o, struct cli_workspace *workspace, const struct ho_task *before)
{
	struct ho_error err = {.code = HO_OK};
	json_t *after = NULL;
	if (cli->json || o->verb == SHOW)
		return cli_task_print(cli, workspace, &o->task);
	if (o->verb == PAUSE || o->verb == RESUME)
		return cli_task_pause_changed(cli, before, &o->task);
	if (o->verb != SET)
		return cli_task_model_changed(cli, before, &o->task);
	if (cli_task_settings(&after, workspace, &o->task, true, &err))
		return cli_fail(cli, &err);
	int exit = cli_task_settings_changed(cli, o->before, after);
	json_decref(after);
	return exit;
}

static int work(struct cli *cli, struct task_options *o, struct cli_workspace *workspace)
{
	struct ho_error err = {.code = HO_OK};
	if (o->verb == LIST)
		return cli_tasks_print(cli, workspace);
	enum ho_status status = prepare(o, workspace, &err);
	if (status == HO_OK && o->verb == REPORTS)
		return cli_task_reports_print(cli, workspace, o->dir, o->task.name, o->model);
	if (status == HO_OK && o->verb == REMOVE_REPORTS)
		return cli_task_reports_remove(cli, workspace, o->task.name, o->model);
	const struct ho_task before = o->task;
	if (status == HO_OK && o->verb != SHOW)
		status = ho_app_write(workspace->app, change, o, &err);
	/* As it is afterwards. */
	if (status == HO_OK)
		status = cli_task_find(&o->task, workspace, o->arguments.items[1], &err);
	return status ? cli_fail(cli, &err) : tell(cli, o, workspace, &before);
}

static int run(struct cli *cli, struct task_options *o)
{
	struct ho_error err = {.code = HO_OK};
	struct cli_workspace workspace;
	enum ho_status status = cli_workspace_open(&workspace, o->dir, HO_APP_COMMAND, &err);
	o->app = workspace.app;
	int exit = status ? cli_fail(cli, &err) : work(cli, o, &workspace);
	free(o->settings);
	json_decref(o->before);
	cli_workspace_release(&workspace);
	return exit;
}

static int check(struct cli *cli, struct task_options *o)
{
	const char *word = o->arguments.items[0];
	size_t rest = o->arguments.n - 1;
	while (o->verb < VERBS && strcmp(word, verbs[o->verb].name) != 0)
		o->verb++;
	if (o->verb == VERBS)
		return cli_usage(
		    cli,
		    "'%.40s' is none of list, show, set, pause, resume, promote, rollback, reports, remove-reports",
		    word);
	if (rest < verbs[o->verb].min || rest > verbs[o->verb].max)
		return cli_usage(cli, "%s for `task %s`; --help shows what it takes",
		                 rest < verbs[o->verb].min ? "a word is missing" : "too many words", word);
	if (o->verb == PAUSE && (!o->why || !o->why[0]))
		return cli_usage(cli, "--why WORDS is missing: the journal and the update say why a task was paused");
	return CLI_OK;
}

int cmd_task(struct cli *cli, int argc, char **argv)
{
	struct task_options o = {.dir = NULL};
	struct cli_option place[3], running[6];
	const struct cli_option own[] = {
	    {"why", 0, CLI_STRING, &o.why, "WORDS", "the reason of a pause"},
	    {"force", 0, CLI_FLAG, &o.force, NULL, "resume in spite of an alarm; the journal says so"},
	    {.name = NULL},
	};
	const struct cli_option *const tables[] = {own, place, running};
	int done = CLI_OK;
	cli_workspace_options(place, &o.dir, NULL);
	cli_run_options(running, cli);
	if (!cli_begin(cli, &o.arguments, argc, argv, tables, 3, 1, CLI_ARGUMENTS_MAX, &help, &done))
		return done;
	done = check(cli, &o);
	return done ? done : run(cli, &o);
}
