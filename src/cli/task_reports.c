#include "task_reports.h"

#include "app/reports.h"
#include "report/show.h"

/* A report of some model of a task. */
struct found {
	const char *model;
	struct ho_report_info info;
};

/* Call `each` for every report of a model, or of all models of a task. */
static enum ho_status visit(struct cli_workspace *w, const char *task, const char *model,
                            enum ho_status (*each)(void *context, const struct found *found, struct ho_error *err),
                            void *context, struct ho_error *err)
{
	struct ho_model_record *models = NULL;
	size_t n = 0;
	enum ho_status status = w->reader->ops->model_list(&models, &n, w->reader, task, &w->arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		struct ho_report_info reports[HO_REPORT_KINDS];
		size_t k = 0;
		if (model && strcmp(models[i].id, model) != 0)
			continue;
		status = ho_reports_list(reports, &k, w->app, w->reader, task, models[i].id, err);
		for (size_t r = 0; r < k && status == HO_OK; r++) {
			const struct found found = {models[i].id, reports[r]};
			status = each(context, &found, err);
		}
	}
	return status;
}

struct listing {
	const char *dir;
	json_t *array;
	struct ho_page page;
	size_t n;
};

static enum ho_status add(void *context, const struct found *found, struct ho_error *err)
{
	struct listing *l = context;
	char file[4096];
	(void)snprintf(file, sizeof file, "%.3900s/models/%s.%s.html", l->dir, found->model, found->info.kind);
	l->n++;
	ho_page_text(&l->page, 0, 2, "%s of model %s, made %s: %s", found->info.kind, found->model,
	             cli_time_show(found->info.made_at).text, file);
	if (json_array_append_new(l->array,
	                          json_pack("{ss ss so so}", "model", found->model, "kind", found->info.kind, "made_at",
	                                    cli_time_json(found->info.made_at), "file", cli_text_json(file))))
		return ho_fail_nomem(err);
	return HO_OK;
}

int cli_task_reports_print(struct cli *cli, struct cli_workspace *workspace, const char *dir, const char *task,
                           const char *model)
{
	struct ho_error err = {.code = HO_OK};
	struct listing l = {.dir = dir, .array = json_array()};
	cli_page_init(&l.page);
	enum ho_status status = visit(workspace, task, model, add, &l, &err);
	if (status || cli->json) {
		ho_page_release(&l.page);
		json_t *object = status ? NULL : json_pack("{ss sO}", "task", task, "reports", l.array);
		json_decref(l.array);
		return status ? cli_fail(cli, &err) : cli_json_finish(cli, object, CLI_OK);
	}
	json_decref(l.array);
	if (!l.n)
		ho_page_text(&l.page, 0, 0,
		             "There are no reports; `handoff deploy MODEL --task %s --with-reports TRAIN` makes them.",
		             task);
	return cli_page_finish(cli, &l.page, CLI_OK);
}

int cli_task_reports_remove(struct cli *cli, struct cli_workspace *workspace, const char *task, const char *model)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_page page;
	size_t removed;
	if (ho_reports_remove(&removed, workspace->app, task, model, CLI_ACTOR, &err))
		return cli_fail(cli, &err);
	if (cli->json)
		return cli_json_finish(cli, json_pack("{ss sI}", "task", task, "removed", (json_int_t)removed), CLI_OK);
	cli_page_init(&page);
	if (removed)
		ho_page_text(&page, 0, 0, "%s removed. Backups that were made before still hold them.",
		             ho_show_counted(removed, "report").text);
	else
		ho_page_text(&page, 0, 0, "There were no reports.");
	return cli_page_finish(cli, &page, CLI_OK);
}

static enum ho_status count(void *context, const struct found *found, struct ho_error *err)
{
	(void)found, (void)err;
	++*(size_t *)context;
	return HO_OK;
}

enum ho_status cli_reports_count(size_t *n, struct cli_workspace *workspace, struct ho_error *err)
{
	struct ho_task *tasks;
	size_t tasks_n = 0;
	*n = 0;
	enum ho_status status =
	    workspace->reader->ops->task_list(&tasks, &tasks_n, workspace->reader, &workspace->arena, err);
	for (size_t i = 0; i < tasks_n && status == HO_OK; i++)
		status = visit(workspace, tasks[i].name, NULL, count, n, err);
	return status;
}
