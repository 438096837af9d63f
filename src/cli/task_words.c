#include "task_words.h"

#include "report/show.h"

enum ho_status cli_task_settings(json_t **out, struct cli_workspace *workspace, const struct ho_task *task,
                                 bool with_secret, struct ho_error *err)
{
	struct ho_task_settings settings;
	enum ho_status status = HO_OK;
	ho_task_settings_init(&settings);
	if (task->settings)
		status = ho_task_settings_read(&settings, ho_slice_str(task->settings), &workspace->arena, err);
	const char *text = status ? NULL : ho_task_settings_write(&settings, with_secret, &workspace->arena);
	*out = text ? json_loads(text, 0, NULL) : NULL;
	return status ? status : *out ? HO_OK : ho_fail_nomem(err);
}

static json_t *models_json(const struct ho_model_record *models, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; list && i < n; i++)
		json_array_append_new(list,
		                      json_pack("{ss so sI so so so}", "model", models[i].id, "added_by",
		                                cli_text_json(models[i].added_by), "bytes", (json_int_t)models[i].bytes,
		                                "added_at", cli_time_json(models[i].added_at), "promoted_at",
		                                cli_time_json(models[i].promoted_at), "retired_at",
		                                cli_time_json(models[i].retired_at)));
	return list;
}

static json_t *task_json(const struct ho_task *task)
{
	return json_pack("{ss so sb so so so}", "task", task->name, "model", cli_text_json(task->champion), "paused",
	                 (int)task->paused, "paused_why", cli_text_json(task->paused_why), "created_at",
	                 cli_time_json(task->created_at), "since", cli_time_json(task->epoch_at));
}

static void print_models(struct ho_page *page, const struct ho_task *task, const struct ho_model_record *models,
                         size_t n)
{
	struct ho_grid grid;
	ho_grid_init(&grid, "llrll");
	for (const char *const *head = (const char *const[]){"model", "state", "size", "added", "promoted", NULL};
	     *head; head++)
		ho_grid_cell(&grid, "%s", *head);
	for (size_t i = 0; i < n; i++) {
		bool champion = task->champion && strcmp(task->champion, models[i].id) == 0;
		ho_grid_cell(&grid, "%s", models[i].id);
		ho_grid_cell(&grid, "%s", champion ? "answers" : models[i].promoted_at ? "answered" : "waits");
		ho_grid_cell(&grid, "%s", ho_show_bytes((double)models[i].bytes).text);
		ho_grid_cell(&grid, "%s", cli_time_show(models[i].added_at).text);
		ho_grid_cell(&grid, "%s", cli_time_show(models[i].promoted_at).text);
	}
	ho_page_grid(page, 2, &grid, true);
}

static void print_settings(struct ho_page *page, const json_t *settings)
{
	struct ho_grid grid;
	const char *key;
	json_t *value;
	ho_grid_init(&grid, "ll");
	json_object_foreach((json_t *)settings, key, value)
	{
		char *text = json_is_string(value) ? strdup(json_string_value(value))
		                                   : json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
		ho_grid_cell(&grid, "%s", key);
		ho_grid_cell(&grid, "%s", text ? text : "");
		free(text);
	}
	ho_page_grid(page, 2, &grid, false);
}

static int print_words(struct cli *cli, const struct ho_task *task, const json_t *settings,
                       const struct ho_model_record *models, size_t n)
{
	struct ho_page page;
	cli_page_init(&page);
	if (task->paused)
		ho_page_text(&page, 0, 0, "Task '%s' is paused: every text goes to a person%s%s.", task->name,
		             task->paused_why ? ", because " : "", task->paused_why ? task->paused_why : "");
	else if (task->champion)
		ho_page_text(&page, 0, 0, "Task '%s' is answered by model %s, measured since %s.", task->name,
		             task->champion, cli_time_show(task->epoch_at).text);
	else
		ho_page_text(&page, 0, 0, "Task '%s' has no model: every text goes to a person.", task->name);
	ho_page_heading(&page, "Models");
	if (n)
		print_models(&page, task, models, n);
	else
		ho_page_text(&page, 2, 2, "none");
	ho_page_heading(&page, "Settings");
	print_settings(&page, settings);
	return cli_page_finish(cli, &page, CLI_OK);
}

int cli_task_print(struct cli *cli, struct cli_workspace *workspace, const struct ho_task *task)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_model_record *models = NULL;
	json_t *settings = NULL;
	size_t n = 0;
	int exit;
	enum ho_status status = cli_task_settings(&settings, workspace, task, false, &err);
	if (status == HO_OK)
		status = workspace->reader->ops->model_list(&models, &n, workspace->reader, task->name,
		                                            &workspace->arena, &err);
	if (status) {
		exit = cli_fail(cli, &err);
	} else if (cli->json) {
		json_t *object = task_json(task);
		json_object_set(object, "settings", settings);
		json_object_set_new(object, "models", models_json(models, n));
		exit = cli_json_finish(cli, object, CLI_OK);
	} else {
		exit = print_words(cli, task, settings, models, n);
	}
	json_decref(settings);
	return exit;
}

int cli_tasks_print(struct cli *cli, struct cli_workspace *workspace)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_task *tasks = NULL;
	struct ho_page page;
	struct ho_grid grid;
	size_t n = 0;
	if (workspace->reader->ops->task_list(&tasks, &n, workspace->reader, &workspace->arena, &err))
		return cli_fail(cli, &err);
	if (cli->json) {
		json_t *list = json_array();
		for (size_t i = 0; i < n; i++)
			json_array_append_new(list, task_json(&tasks[i]));
		return cli_json_finish(cli, json_pack("{so}", "tasks", list), CLI_OK);
	}
	cli_page_init(&page);
	ho_grid_init(&grid, "llll");
	for (const char *const *head = (const char *const[]){"task", "model", "state", "since", NULL}; *head; head++)
		ho_grid_cell(&grid, "%s", *head);
	for (size_t i = 0; i < n; i++) {
		ho_grid_cell(&grid, "%s", tasks[i].name);
		ho_grid_cell(&grid, "%s", tasks[i].champion ? tasks[i].champion : "-");
		ho_grid_cell(&grid, "%s", tasks[i].paused ? "paused" : tasks[i].champion ? "answers" : "no model");
		ho_grid_cell(&grid, "%s", cli_time_show(tasks[i].epoch_at).text);
	}
	ho_page_grid(&page, 0, &grid, true);
	return cli_page_finish(cli, &page, CLI_OK);
}
