#include "task_change.h"

/* ---- settings ---- */

static const char *member_name(const void *context, size_t i)
{
	json_t *object = (json_t *)(uintptr_t)context;
	void *at = json_object_iter(object);
	while (at && i--)
		at = json_object_iter_next(object, at);
	return at ? json_object_iter_key(at) : NULL;
}

static enum ho_status fail_unknown(const char *key, const json_t *defaults, struct ho_error *err)
{
	const char *near = cli_nearest(key, member_name, defaults);
	if (near)
		return ho_fail(err, HO_EINVAL, "there is no setting '%.60s'; did you mean %s?", key, near);
	return ho_fail(err, HO_EINVAL, "there is no setting '%.60s'; `handoff task show NAME` lists those there are",
	               key);
}

/* title=2026 is a text, although it is a number too; title=null takes the title away. */
static json_t *value_of(const char *text, const json_t *now)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
	bool is_text = json_is_string(now) || json_is_null(now);
	if (value && (!is_text || json_is_string(value) || json_is_null(value)))
		return value;
	json_decref(value);
	return cli_text_json(text);
}

enum ho_status cli_task_setting_add(json_t *object, const char *word, json_t *defaults, struct ho_error *err)
{
	char key[64];
	const char *equals = strchr(word, '=');
	if (!equals || equals == word || equals - word > 60)
		return ho_fail(err, HO_EINVAL, "'%.60s' is not KEY=VALUE", word);
	snprintf(key, sizeof key, "%.*s", (int)(equals - word), word);
	const json_t *now = json_object_get(defaults, key);
	if (!now)
		return fail_unknown(key, defaults, err);
	return json_object_set_new(object, key, value_of(equals + 1, now)) ? ho_fail_nomem(err) : HO_OK;
}

/* A text as it is, everything else as JSON. Owned; NULL: no memory. */
static char *shown(const json_t *value)
{
	return json_is_string(value) ? strdup(json_string_value(value))
	                             : json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
}

static enum ho_status add_change(struct ho_buf *buf, const char *key, const json_t *was, const json_t *is,
                                 struct ho_error *err)
{
	const char *lead = buf->len ? "; " : "";
	if (strcmp(key, "callback_secret") == 0)
		return ho_buf_printf(buf, err, "%scallback_secret is %s", lead,
		                     json_is_null(is) ? "taken away"
		                                      : "a new one (admins see it on the settings page)");
	char *old = shown(was), *new = shown(is);
	enum ho_status status = HO_OK;
	if (!old || !new)
		status = ho_fail_nomem(err);
	else
		status = ho_buf_printf(buf, err, "%s%s is %.100s (was %.100s)", lead, key, new, old);
	free(old);
	free(new);
	return status;
}

int cli_task_settings_changed(struct cli *cli, json_t *before, json_t *after)
{
	struct ho_page page;
	struct ho_buf buf;
	struct ho_error err = {.code = HO_OK};
	enum ho_status status = HO_OK;
	const char *key;
	json_t *value;
	ho_buf_init(&buf, 64 << 10);
	json_object_foreach(after, key, value)
	{
		json_t *was = json_object_get(before, key);
		if (status == HO_OK && !json_equal(was, value))
			status = add_change(&buf, key, was, value, &err);
	}
	if (status) {
		ho_buf_release(&buf);
		return cli_fail(cli, &err);
	}
	cli_page_init(&page);
	if (buf.len)
		ho_page_text(&page, 0, 0, "Changed: %.*s.", (int)buf.len, buf.data);
	else
		ho_page_text(&page, 0, 0, "Nothing changed: the settings are so already.");
	ho_buf_release(&buf);
	return cli_page_finish(cli, &page, CLI_OK);
}

/* ---- models ---- */

static enum ho_status fail_model(const struct ho_model_record *models, size_t n, struct ho_error *err)
{
	char names[200] = "";
	size_t used = 0;
	for (size_t i = 0; i < n && i < 8; i++)
		used += (size_t)snprintf(names + used, sizeof names - used, "%s%.16s", i ? ", " : "", models[i].id);
	if (n == 0)
		return ho_fail(err, HO_ENOTFOUND, "the task has no model; `handoff deploy MODEL` puts one in");
	return ho_fail(err, HO_ENOTFOUND, "the task has no such model; it has %s%s", names, n > 8 ? ", ..." : "");
}

enum ho_status cli_task_model_find(const char **out, struct cli_workspace *workspace, const char *task,
                                   const char *prefix, struct ho_error *err)
{
	struct ho_model_record *models = NULL;
	size_t n = 0, len = strlen(prefix), found = 0;
	*out = NULL;
	enum ho_status status =
	    workspace->reader->ops->model_list(&models, &n, workspace->reader, task, &workspace->arena, err);
	if (status)
		return status;
	for (size_t i = 0; len && i < n; i++) {
		if (strncmp(models[i].id, prefix, len) != 0)
			continue;
		*out = models[i].id;
		found++;
	}
	if (found > 1) {
		*out = NULL;
		return ho_fail(err, HO_EINVAL, "%zu models of the task begin so; write more of the name", found);
	}
	return found ? HO_OK : fail_model(models, n, err);
}

static void add_pause(struct ho_page *page, const struct ho_task *task)
{
	if (task->paused)
		ho_page_text(page, 0, 0,
		             "The task is paused, so every text goes to a person; `handoff task resume %s` ends that.",
		             task->name);
}

int cli_task_model_changed(struct cli *cli, const struct ho_task *before, const struct ho_task *after)
{
	struct ho_page page;
	const char *was = before->champion, *is = after->champion ? after->champion : "";
	cli_page_init(&page);
	if (was && strcmp(was, is) == 0)
		ho_page_text(&page, 0, 0, "Model %s answers task '%s' already; nothing changed.", is, after->name);
	else
		ho_page_text(&page, 0, 0, "Model %s %s task '%s' now%s%s. Its promise is measured from here on.%s", is,
		             after->paused ? "stands in" : "answers", after->name, was ? ", instead of " : "",
		             was ? was : "",
		             before->paused && !after->paused ? " The pause after the alarm has ended." : "");
	add_pause(&page, after);
	return cli_page_finish(cli, &page, CLI_OK);
}

/* ---- pause ---- */

int cli_task_pause_changed(struct cli *cli, const struct ho_task *before, const struct ho_task *after)
{
	struct ho_page page;
	const char *why = before->paused_why ? before->paused_why : "no reason was given";
	cli_page_init(&page);
	if (before->paused && after->paused)
		ho_page_text(&page, 0, 0, "Task '%s' is paused already (%.300s); nothing changed.", after->name, why);
	else if (after->paused)
		ho_page_text(&page, 0, 0,
		             "Task '%s' is paused: every text goes to a person until `handoff task resume %s`.",
		             after->name, after->name);
	else if (before->paused)
		ho_page_text(&page, 0, 0, "Task '%s' is no longer paused%s. The promise is measured from here on.",
		             after->name, after->champion ? ": the model answers again" : "");
	else
		ho_page_text(&page, 0, 0, "Task '%s' is not paused; nothing changed.", after->name);
	return cli_page_finish(cli, &page, CLI_OK);
}
