#include "workspace.h"

#include <time.h>

#include "app/journal.h"
#include "app/labels.h"
#include "base/alloc.h"
#include "report/show.h"

enum { ARENA_MAX = 256 << 20 };
#define DAY_MS ((int64_t)24 * 3600 * 1000)

void cli_workspace_options(struct cli_option table[3], const char **dir, const char **task)
{
	size_t n = 0;
	table[n++] = (struct cli_option){"workspace", 'w', CLI_STRING, (void *)dir, "DIR", "the workspace's folder"};
	if (task)
		table[n++] = (struct cli_option){"task", 't', CLI_STRING, (void *)task, "NAME", "the task"};
	table[n] = (struct cli_option){.name = NULL};
}

enum ho_status cli_workspace_open(struct cli_workspace *out, const char *dir, enum ho_app_mode mode,
                                  struct ho_error *err)
{
	*out = (struct cli_workspace){.app = NULL};
	ho_arena_init(&out->arena, ARENA_MAX);
	if (!dir || !dir[0])
		return ho_fail(err, HO_EINVAL, "--workspace DIR is missing: the folder that the service works in");
	enum ho_status status = ho_app_open(&out->app, dir, mode, err);
	return status ? status : ho_app_reader(&out->reader, out->app, err);
}

void cli_workspace_release(struct cli_workspace *workspace)
{
	if (workspace->reader)
		workspace->reader->ops->close(workspace->reader);
	if (workspace->app)
		ho_app_close(workspace->app);
	ho_arena_release(&workspace->arena);
	*workspace = (struct cli_workspace){.app = NULL};
}

int cli_workspace_run(struct cli *cli, const char *dir, struct ho_app **app,
                      enum ho_status (*change)(void *context, struct ho_store *store, struct ho_error *err),
                      int (*show)(struct cli *cli, struct cli_workspace *workspace, void *context), void *context)
{
	struct ho_error err = {.code = HO_OK};
	struct cli_workspace workspace;
	enum ho_status status = cli_workspace_open(&workspace, dir, HO_APP_COMMAND, &err);
	*app = workspace.app;
	if (status == HO_OK && change)
		status = ho_app_write(workspace.app, change, context, &err);
	int exit = status ? cli_fail(cli, &err) : show(cli, &workspace, context);
	cli_workspace_release(&workspace);
	return exit;
}

/* "urgent, topic": the first few names. */
static void name_tasks(char out[200], const struct ho_task *tasks, size_t n)
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; i < n && i < 8 && used < 140; i++)
		used += (size_t)snprintf(out + used, 200 - used, "%s%.48s", i ? ", " : "", tasks[i].name);
	if (n > 8)
		snprintf(out + used, 200 - used, ", ...");
}

enum ho_status cli_task_find(struct ho_task *out, struct cli_workspace *workspace, const char *name,
                             struct ho_error *err)
{
	struct ho_task *tasks = NULL;
	size_t n = 0;
	char names[200];
	*out = (struct ho_task){.name = NULL};
	enum ho_status status =
	    workspace->reader->ops->task_list(&tasks, &n, workspace->reader, &workspace->arena, err);
	if (status)
		return status;
	if (n == 0)
		return ho_fail(err, name ? HO_ENOTFOUND : HO_EINVAL,
		               "there is no task yet; `handoff deploy MODEL --task NAME` makes one");
	name_tasks(names, tasks, n);
	if (!name && n > 1)
		return ho_fail(err, HO_EINVAL, "--task NAME is missing; there are %s", names);
	for (size_t i = 0; i < n; i++) {
		if (name && strcmp(tasks[i].name, name) != 0)
			continue;
		*out = tasks[i];
		return HO_OK;
	}
	return ho_fail(err, HO_ENOTFOUND, "there is no task '%.64s'; there are %s", name, names);
}

/* "90m", "24h", "7d" */
static bool ago_read(int64_t *out, const char *text, int64_t now)
{
	char *end = NULL;
	if (text[0] < '0' || text[0] > '9' || strlen(text) > 7)
		return false;
	int64_t n = strtol(text, &end, 10);
	if (end[0] == '\0' || end[1] != '\0')
		return false;
	int64_t unit = *end == 'm' ? 60000 : *end == 'h' ? 3600000 : *end == 'd' ? DAY_MS : 0;
	*out = now - n * unit;
	return unit > 0;
}

static bool date_read(int64_t *out, const char *text)
{
	static const char *const forms[] = {"%Y-%m-%d", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M"};
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct tm tm = {.tm_mday = 1};
		const char *end = strptime(text, forms[i], &tm);
		if (!end || *end != '\0')
			continue;
		*out = (int64_t)timegm(&tm) * 1000;
		return *out > 0;
	}
	return false;
}

enum ho_status cli_time_read(int64_t *out, const char *text, int64_t now, struct ho_error *err)
{
	int64_t today = now - now % DAY_MS;
	*out = 0;
	if (strcmp(text, "today") == 0)
		*out = today;
	else if (strcmp(text, "yesterday") == 0)
		*out = today - DAY_MS;
	else if (!ago_read(out, text, now) && !date_read(out, text))
		return ho_fail(err, HO_EINVAL,
		               "'%.40s' is not a time; write 2026-05-14, 2026-05-14T08:30Z, today, yesterday, or how "
		               "long ago: 90m, 24h, 7d",
		               text);
	return HO_OK;
}

struct ho_shown cli_time_show(int64_t ms)
{
	struct ho_shown shown = {"-"};
	struct tm tm;
	time_t seconds = (time_t)(ms / 1000);
	if (ms > 0 && gmtime_r(&seconds, &tm))
		strftime(shown.text, sizeof shown.text, "%Y-%m-%d %H:%M:%S", &tm);
	return shown;
}

json_t *cli_time_json(int64_t ms)
{
	char text[64], day[32];
	struct tm tm;
	time_t seconds = (time_t)(ms / 1000);
	if (ms <= 0 || !gmtime_r(&seconds, &tm))
		return json_null();
	strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof text, "%s.%03dZ", day, (int)(ms % 1000));
	return json_string(text);
}

json_t *cli_text_json(const char *text)
{
	if (!text)
		return json_null();
	json_t *string = json_string(text);
	if (string)
		return string;
	struct ho_buf buf;
	ho_buf_init(&buf, (size_t)64 << 20);
	if (ho_json_string(&buf, ho_slice_str(text), NULL) == HO_OK)
		string = json_loadb(buf.data, buf.len, JSON_DECODE_ANY, NULL);
	ho_buf_release(&buf);
	return string;
}

json_t *cli_parsed_json(const char *text)
{
	json_t *value = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
	return value ? value : json_null();
}

struct entry {
	struct ho_app *app;
	const char *kind, *words, *figures;
};

static enum ho_status write_entry(void *context, struct ho_store *store, struct ho_error *err)
{
	const struct entry *e = context;
	return ho_journal_write(e->app, store, CLI_ACTOR, e->kind, NULL, e->words, e->figures, err);
}

enum ho_status cli_journal(const char *dir, const char *kind, const char *words, json_t *figures, struct ho_error *err)
{
	struct cli_workspace workspace = {.app = NULL};
	enum ho_status status = HO_OK;
	if (dir) {
		char *text = figures ? json_dumps(figures, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;
		status = cli_workspace_open(&workspace, dir, HO_APP_CREATE, err);
		struct entry entry = {workspace.app, kind, words, text};
		if (status == HO_OK)
			status = ho_app_write(workspace.app, write_entry, &entry, err);
		cli_workspace_release(&workspace);
		free(text);
	}
	json_decref(figures);
	return status;
}
