#include "app/reports.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/journal.h"
#include "app/private.h"
#include "base/file.h"
#include "report/show.h"

const char *const ho_report_kinds[HO_REPORT_KINDS] = {"explore", "doubt"};

enum { PATH_BYTES = 4096, ARENA = 16 << 20 };
static const char *const forms[] = {"json", "html"};
/* A report's JSON begins with this, so that its age can be read without parsing it. */
#define MADE_AT "{\"made_at\":"

/* ---- files ---- */

static enum ho_status path_of(char path[PATH_BYTES], const struct ho_app *app, const char *model, const char *kind,
                              bool html, struct ho_error *err)
{
	int n = snprintf(path, PATH_BYTES, "%s/%s.%s.%s", app->models_dir, model, kind, forms[html]);
	return n < 0 || n >= PATH_BYTES ? ho_fail(err, HO_EINVAL, "the workspace's path is too long") : HO_OK;
}

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), tail = strlen(end);
	return len > tail && !strcmp(name + len - tail, end);
}

bool ho_app__is_report(const char *name)
{
	char end[32];
	for (int i = 0; i < HO_REPORT_KINDS * 2; i++) {
		(void)snprintf(end, sizeof end, ".%s.%s", ho_report_kinds[i / 2], forms[i % 2]);
		if (name[0] != '.' && ends_with(name, end))
			return true;
	}
	return false;
}

static enum ho_status check_kind(const char *kind, struct ho_error *err)
{
	for (int i = 0; i < HO_REPORT_KINDS; i++)
		if (!strcmp(kind, ho_report_kinds[i]))
			return HO_OK;
	return ho_fail(err, HO_EINVAL, "'%.40s' is no kind of report; there are explore and doubt", kind);
}

/* When a report was made; 0: there is none. The file's own time will not do: a backup that was put back has another. */
static int64_t made_at(const char *path)
{
	char head[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, head, sizeof head - 1);
	if (fd >= 0)
		(void)close(fd);
	if (n <= 0 || strncmp(head, MADE_AT, sizeof MADE_AT - 1) != 0)
		return 0;
	return strtoll(head + sizeof MADE_AT - 1, NULL, 10);
}

/* The task's record of a model: only then are its files the task's to show. Its id is safe in a path, being ours. */
static enum ho_status check_model(const struct ho_app *app, struct ho_store *store, const char *task, const char *model,
                                  struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_task record;
	struct ho_model_record *models;
	size_t n = 0;
	bool found = false;
	if (!app->models_dir)
		return ho_fail(err, HO_EUNAVAIL, "this workspace keeps no files");
	ho_arena_init(&arena, ARENA);
	enum ho_status status = ho_app__task(&record, store, task, &arena, err);
	if (status == HO_OK)
		status = store->ops->model_list(&models, &n, store, task, &arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		found |= !strcmp(models[i].id, model);
	ho_arena_release(&arena);
	return status || found ? status : ho_fail(err, HO_ENOTFOUND, "the task has no such model");
}

/* ---- putting ---- */

/* Both files, the page first: a report without its JSON does not exist. */
static enum ho_status write_files(const struct ho_app *app, const struct ho_report_put *r, int64_t now,
                                  struct ho_error *err)
{
	char html[PATH_BYTES], json[PATH_BYTES];
	struct ho_buf whole;
	ho_buf_init(&whole, r->json.len + 128);
	enum ho_status status = path_of(html, app, r->model, r->kind, true, err);
	if (status == HO_OK)
		status = path_of(json, app, r->model, r->kind, false, err);
	if (status == HO_OK && (r->json.len < 2 || r->json.ptr[0] != '{'))
		status = ho_fail(err, HO_EINVAL, "a report must be a JSON object");
	if (status == HO_OK)
		status = ho_buf_printf(&whole, err, MADE_AT "%lld%s", (long long)now, r->json.ptr[1] == '}' ? "" : ",");
	if (status == HO_OK)
		status = ho_buf_add(&whole, r->json.ptr + 1, r->json.len - 1, err);
	if (status == HO_OK)
		status = ho_file_write(html, r->html, err);
	if (status == HO_OK)
		status = ho_file_write(json, ho_buf_slice(&whole), err);
	ho_buf_release(&whole);
	return status;
}

struct putting {
	struct ho_app *app;
	const struct ho_report_put *report;
};

static enum ho_status journal_put(void *context, struct ho_store *store, struct ho_error *err)
{
	struct putting *p = context;
	const struct ho_report_put *r = p->report;
	char figures[128];
	(void)snprintf(figures, sizeof figures, "{\"model\":\"%s\",\"report\":\"%s\"}", r->model, r->kind);
	return ho_journal_write(p->app, store, r->actor, "reported", r->task, "a report was stored beside a model",
	                        figures, err);
}

/* The files are written outside of the group: a server beside this command must not wait for them. */
enum ho_status ho_reports_put(struct ho_app *app, const struct ho_report_put *report, struct ho_error *err)
{
	struct putting p = {app, report};
	struct ho_store *reader = NULL;
	enum ho_status status = check_kind(report->kind, err);
	if (status == HO_OK)
		status = ho_app_reader(&reader, app, err);
	if (status == HO_OK)
		status = check_model(app, reader, report->task, report->model, err);
	if (reader)
		reader->ops->close(reader);
	if (status == HO_OK)
		status = write_files(app, report, ho_app_now(app), err);
	return status ? status : ho_app_write(app, journal_put, &p, err);
}

/* ---- reading ---- */

enum ho_status ho_reports_list(struct ho_report_info out[HO_REPORT_KINDS], size_t *n, struct ho_app *app,
                               struct ho_store *reader, const char *task, const char *model, struct ho_error *err)
{
	*n = 0;
	enum ho_status status = check_model(app, reader, task, model, err);
	for (int i = 0; i < HO_REPORT_KINDS && status == HO_OK; i++) {
		char html[PATH_BYTES], json[PATH_BYTES];
		struct stat info;
		status = path_of(html, app, model, ho_report_kinds[i], true, err);
		if (status == HO_OK)
			status = path_of(json, app, model, ho_report_kinds[i], false, err);
		int64_t made = status ? 0 : made_at(json);
		if (made && stat(html, &info) == 0)
			out[(*n)++] = (struct ho_report_info){ho_report_kinds[i], made, (size_t)info.st_size};
	}
	return status;
}

enum ho_status ho_reports_read(struct ho_buf *out, struct ho_app *app, struct ho_store *reader, const char *task,
                               const char *model, const char *kind, bool html, struct ho_error *err)
{
	char path[PATH_BYTES];
	struct ho_mapping mapping;
	enum ho_status status = check_kind(kind, err);
	if (status == HO_OK)
		status = check_model(app, reader, task, model, err);
	if (status == HO_OK)
		status = path_of(path, app, model, kind, html, err);
	if (status)
		return status;
	status = ho_mapping_open(&mapping, path, err);
	if (status == HO_ENOTFOUND)
		return ho_fail(err, HO_ENOTFOUND,
		               "the model has no such report; `handoff deploy` makes it --with-reports");
	if (status)
		return status;
	status = ho_buf_add(out, mapping.bytes.ptr, mapping.bytes.len, err);
	ho_mapping_close(&mapping);
	return status;
}

/* ---- removing ---- */

static enum ho_status remove_file(const char *path, struct ho_error *err)
{
	if (unlink(path) == 0 || errno == ENOENT)
		return HO_OK;
	return ho_fail_errno(err, HO_EIO, "cannot remove a report");
}

/* Those of one model made before `before`. The JSON goes last: while it is there, the rest is found again. */
static enum ho_status remove_old(size_t *removed, const struct ho_app *app, const char *model, int64_t before,
                                 struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (int i = 0; i < HO_REPORT_KINDS && status == HO_OK; i++) {
		char html[PATH_BYTES], json[PATH_BYTES];
		status = path_of(html, app, model, ho_report_kinds[i], true, err);
		if (status == HO_OK)
			status = path_of(json, app, model, ho_report_kinds[i], false, err);
		int64_t made = status ? 0 : made_at(json);
		/* Half a report, which a crash left, is removed with all of them. */
		if (status || (made >= before && before != INT64_MAX) || (!made && before != INT64_MAX))
			continue;
		status = remove_file(html, err);
		if (status == HO_OK)
			status = remove_file(json, err);
		*removed += status == HO_OK && made;
	}
	return status;
}

/* What was removed stays removed, also if the power goes. */
static enum ho_status sync_folder(const struct ho_app *app, struct ho_error *err)
{
	int fd = open(app->models_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = fd < 0 || fsync(fd);
	if (fd >= 0)
		(void)close(fd);
	return failed ? ho_fail_errno(err, HO_EIO, "cannot sync the folder of the models") : HO_OK;
}

static enum ho_status remove_all(size_t *removed, struct ho_app *app, struct ho_store *store, const char *task,
                                 const char *model, int64_t before, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_model_record *models = NULL;
	size_t n = 0;
	ho_arena_init(&arena, ARENA);
	enum ho_status status = store->ops->model_list(&models, &n, store, task, &arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		if (!model || !strcmp(models[i].id, model))
			status = remove_old(removed, app, models[i].id, before, err);
	if (status == HO_OK && *removed)
		status = sync_folder(app, err);
	ho_arena_release(&arena);
	return status;
}

struct removal {
	struct ho_app *app;
	const char *task, *model, *actor;
	size_t removed;
};

static enum ho_status journal_removed(struct removal *r, struct ho_store *store, const char *words,
                                      struct ho_error *err)
{
	char figures[64];
	(void)snprintf(figures, sizeof figures, "{\"reports\":%zu}", r->removed);
	return ho_journal_write(r->app, store, r->actor, "reports_removed", r->task, words, figures, err);
}

static enum ho_status remove_reports(void *context, struct ho_store *store, struct ho_error *err)
{
	struct removal *r = context;
	struct ho_arena arena;
	struct ho_task task;
	ho_arena_init(&arena, ARENA);
	r->removed = 0;
	enum ho_status status = r->model ? check_model(r->app, store, r->task, r->model, err)
	                                 : ho_app__task(&task, store, r->task, &arena, err);
	ho_arena_release(&arena);
	if (status == HO_OK && !r->app->models_dir)
		return HO_OK;
	if (status == HO_OK)
		status = remove_all(&r->removed, r->app, store, r->task, r->model, INT64_MAX, err);
	return status || !r->removed ? status : journal_removed(r, store, "reports of models were removed", err);
}

enum ho_status ho_reports_remove(size_t *removed, struct ho_app *app, const char *task, const char *model,
                                 const char *actor, struct ho_error *err)
{
	struct removal r = {.app = app, .task = task, .model = model, .actor = actor};
	enum ho_status status = ho_app_write(app, remove_reports, &r, err);
	*removed = status ? 0 : r.removed;
	return status;
}

enum ho_status ho_app__reports_expire(struct ho_app *app, struct ho_store *store, const char *task, int64_t before,
                                      struct ho_error *err)
{
	struct removal r = {.app = app, .task = task, .actor = "service"};
	if (!app->models_dir)
		return HO_OK;
	enum ho_status status = remove_all(&r.removed, app, store, task, NULL, before, err);
	return status || !r.removed ? status
	                            : journal_removed(&r, store, "reports of models were as old as texts may be", err);
}
