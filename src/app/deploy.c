#include "app/deploy.h"

#include "app/journal.h"
#include "app/private.h"
#include "app/epoch.h"
#include "app/alarm.h"
#include "base/file.h"
#include "base/hash.h"

/* ---- the file ---- */

static bool holds(const char *path, struct ho_slice bytes)
{
	struct ho_mapping mapping;
	if (ho_mapping_open(&mapping, path, NULL))
		return false;
	bool same = mapping.bytes.len == bytes.len && (!bytes.len || !memcmp(mapping.bytes.ptr, bytes.ptr, bytes.len));
	ho_mapping_close(&mapping);
	return same;
}

/* The first 16 hex digits of the file's hash name it, so the same file is stored once. A copy that was damaged since is
 * replaced: deploying a model again heals it. */
static enum ho_status copy_file(char id[17], uint64_t *bytes, const struct ho_app *app, const char *from,
                                struct ho_arena *arena, struct ho_error *err)
{
	struct ho_mapping mapping;
	enum ho_status status = ho_mapping_open(&mapping, from, err);
	if (status)
		return status;
	*bytes = mapping.bytes.len;
	(void)snprintf(id, 17, "%016llx", (unsigned long long)ho_hash(mapping.bytes.ptr, mapping.bytes.len, 0));
	const char *path = ho_app__model_path(app, id, arena);
	if (!path)
		status = ho_fail_nomem(err);
	else if (!holds(path, mapping.bytes))
		status = ho_file_write(path, mapping.bytes, err);
	ho_mapping_close(&mapping);
	return status;
}

/* A damaged file, or one whose encoder would not be found from the workspace, is refused before anything is copied. */
static enum ho_status check_model(const struct ho_app *app, const char *path, struct ho_arena *arena,
                                  struct ho_error *err)
{
	struct ho_model *model;
	const char *standing = ho_app__model_path(app, "model", arena);
	enum ho_status status = standing ? ho_model_open_for(&model, path, standing, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		ho_model_free(model);
	return status;
}

/* ---- labels that people used ---- */

static bool has_label(const struct ho_model *model, const char *label)
{
	for (uint32_t k = 0; k < ho_model_label_count(model); k++)
		if (!strcmp(ho_model_label(model, k), label))
			return true;
	return false;
}

static enum ho_status check_used(struct ho_store *store, const char *task, const char *label, struct ho_arena *arena,
                                 struct ho_error *err)
{
	struct ho_item_filter filter = {.task = task, .label = label, .by_person = true, .limit = 1};
	struct ho_item *items;
	size_t n = 0;
	enum ho_status status = store->ops->item_list(&items, &n, store, &filter, arena, err);
	if (status == HO_OK && n)
		return ho_fail(err, HO_ECONFLICT,
		               "the model lacks the label '%s', which people have used; train it with that label, or "
		               "force it",
		               label);
	return status;
}

/* An earlier model, to look at its labels; NULL if its file is gone or damaged. Its encoder may be gone too, or be
 * known to the server only: the labels are there all the same. */
static struct ho_model *earlier_model(const struct ho_app *app, const char *id, struct ho_arena *arena)
{
	struct ho_model *model = NULL;
	const char *path = ho_app__model_path(app, id, arena);
	return path && ho_model_open_facts(&model, path, NULL) == HO_OK ? model : NULL;
}

/* Labels of earlier models that the new one lacks must not have been used by a person. */
static enum ho_status check_labels(const struct ho_app *app, struct ho_store *store, const char *task,
                                   const struct ho_model *model, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_model_record *records;
	size_t n = 0;
	enum ho_status status = store->ops->model_list(&records, &n, store, task, arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		struct ho_model *earlier = earlier_model(app, records[i].id, arena);
		if (!earlier)
			continue; /* nothing to compare with */
		for (uint32_t k = 0; k < ho_model_label_count(earlier) && status == HO_OK; k++)
			if (!has_label(model, ho_model_label(earlier, k)))
				status = check_used(store, task, ho_model_label(earlier, k), arena, err);
		ho_model_free(earlier);
	}
	return status;
}

enum { NAMED_LABELS = 5, NAMES_BYTES = 200 };

/* "a, b and 3 more": the labels of `model` that `other` lacks. Returns how many. */
static uint32_t name_lacking(char out[NAMES_BYTES], const struct ho_model *model, const struct ho_model *other)
{
	uint32_t n = 0, named = 0;
	size_t used = 0;
	out[0] = '\0';
	for (uint32_t k = 0; k < ho_model_label_count(model); k++) {
		const char *label = ho_model_label(model, k);
		if (has_label(other, label))
			continue;
		if (n++ < NAMED_LABELS && used < NAMES_BYTES / 3) {
			used += (size_t)snprintf(out + used, NAMES_BYTES - used, "%s%.30s", named ? ", " : "", label);
			named++;
		}
	}
	if (n > named)
		(void)snprintf(out + used, NAMES_BYTES - used, " and %u more", n - named);
	return n;
}

/* A model that can no longer give answers which are given now was perhaps meant for another task. */
static enum ho_status check_champion(const struct ho_app *app, const struct ho_task *task, const struct ho_model *model,
                                     struct ho_arena *arena, struct ho_error *err)
{
	char lost[NAMES_BYTES], new[NAMES_BYTES];
	enum ho_status status = HO_OK;
	struct ho_model *champion = task->champion ? earlier_model(app, task->champion, arena) : NULL;
	if (!champion)
		return HO_OK; /* nothing to compare with */
	uint32_t n_lost = name_lacking(lost, champion, model), n_new = name_lacking(new, model, champion);
	if (n_lost)
		status = ho_fail(err, HO_ECONFLICT,
		                 "the model lacks %u of the %u labels of the one that answers now (%s)%s%s%s; is it of "
		                 "another task? Force it if that is meant",
		                 n_lost, ho_model_label_count(champion), lost, n_new ? ", and brings new ones (" : "",
		                 new, n_new ? ")" : "");
	ho_model_free(champion);
	return status;
}

/* ---- records ---- */

static enum ho_status find_record(struct ho_model_record *out, struct ho_store *store, const char *task, const char *id,
                                  struct ho_arena *arena, struct ho_error *err)
{
	struct ho_model_record *records;
	size_t n = 0;
	enum ho_status status = store->ops->model_list(&records, &n, store, task, arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		if (!strcmp(records[i].id, id)) {
			*out = records[i];
			return HO_OK;
		}
	return status ? status : ho_fail(err, HO_ENOTFOUND, "the task has no such model; deploy it first");
}

struct deployment {
	struct ho_app *app;
	const char *task, *id, *actor;
	const struct ho_model *model;
	uint64_t bytes;
	bool promote, force;
	struct ho_arena *arena;
};

static enum ho_status add_record(struct deployment *d, struct ho_store *store, struct ho_error *err)
{
	char figures[96];
	struct ho_model_record record;
	enum ho_status status = find_record(&record, store, d->task, d->id, d->arena, err);
	if (status != HO_ENOTFOUND)
		return status;
	record = (struct ho_model_record){.id = d->id,
	                                  .task = d->task,
	                                  .added_by = d->actor,
	                                  .bytes = (int64_t)d->bytes,
	                                  .added_at = ho_app_now(d->app)};
	status = store->ops->model_put(store, &record, err);
	(void)snprintf(figures, sizeof figures, "{\"bytes\":%llu,\"labels\":%u,\"model\":\"%s\"}",
	               (unsigned long long)d->bytes, ho_model_label_count(d->model), d->id);
	if (status == HO_OK)
		status = ho_journal_write(d->app, store, d->actor, "deployed", d->task,
		                          "a model was put into the workspace", figures, err);
	return status;
}

static enum ho_status write_deployment(void *context, struct ho_store *store, struct ho_error *err)
{
	struct deployment *d = context;
	struct ho_task task;
	enum ho_status status = ho_app__task_or_new(&task, d->app, store, d->task, d->arena, err);
	bool answers = status == HO_OK && task.champion && strcmp(task.champion, d->id) == 0;
	if (status == HO_OK && d->promote && !d->force && !answers)
		status = check_labels(d->app, store, d->task, d->model, d->arena, err);
	if (status == HO_OK && d->promote && !d->force && !answers)
		status = check_champion(d->app, &task, d->model, d->arena, err);
	if (status == HO_OK)
		status = add_record(d, store, err);
	if (status == HO_OK && d->promote)
		status = ho_promote(d->app, store, d->task, d->id, d->actor, err);
	return status;
}

enum ho_status ho_deploy(const char **id, struct ho_app *app, const char *model_path, const char *task, bool promote,
                         bool force, const char *actor, struct ho_arena *arena, struct ho_error *err)
{
	struct deployment d = {
	    .app = app, .task = task, .actor = actor, .promote = promote, .force = force, .arena = arena};
	struct app_model *model = NULL;
	char name[17];
	*id = NULL;
	if (!app->models_dir)
		return ho_fail(err, HO_EUNAVAIL, "this workspace keeps no files");
	enum ho_status status = ho_task_name_check(task, err);
	if (status == HO_OK)
		status = check_model(app, model_path, arena, err);
	if (status == HO_OK)
		status = copy_file(name, &d.bytes, app, model_path, arena, err);
	if (status == HO_OK)
		status = ho_app__model_take(&model, app, name, err);
	if (status == HO_OK && !(d.id = ho_arena_copy(arena, ho_slice_str(name)).ptr))
		status = ho_fail_nomem(err);
	if (status == HO_OK) {
		d.model = model->model;
		status = ho_app_write(app, write_deployment, &d, err);
	}
	if (status == HO_OK && !app->lazy)
		status = ho_app_refresh(app, err);
	ho_app__model_release(model);
	if (status == HO_OK)
		*id = d.id;
	return status;
}

/* ---- who answers ---- */

enum ho_status ho_app__task_or_new(struct ho_task *task, struct ho_app *app, struct ho_store *store, const char *name,
                                   struct ho_arena *arena, struct ho_error *err)
{
	struct ho_task_settings settings;
	enum ho_status status = store->ops->task_get(task, store, name, arena, err);
	if (status != HO_ENOTFOUND)
		return status;
	status = ho_task_name_check(name, err);
	if (status)
		return status;
	ho_task_settings_init(&settings);
	*task = (struct ho_task){.name = name, .created_at = ho_app_now(app)};
	if (!(task->settings = ho_task_settings_write(&settings, true, arena)))
		return ho_fail_nomem(err);
	return ho_app__begin_epoch(app, store, task, err);
}

/* The record of the model that answered until now says since when it no longer does. */
static enum ho_status retire(struct ho_store *store, const struct ho_task *task, int64_t now, struct ho_arena *arena,
                             struct ho_error *err)
{
	struct ho_model_record record;
	if (!task->champion)
		return HO_OK;
	enum ho_status status = find_record(&record, store, task->name, task->champion, arena, err);
	if (status == HO_ENOTFOUND)
		return HO_OK;
	record.retired_at = now;
	return status ? status : store->ops->model_put(store, &record, err);
}

/* The monitor paused the task because of the model that answered; a person who pauses has other reasons, and says when
 * they are gone. */
bool ho_pause_is_alarm(const char *why)
{
	return why && !strcmp(why, HO_PAUSED_BY_ALARM);
}

/* Another model begins without the alarms of its past; the same one only if its alarm has been answered. */
static enum ho_status settle_alarm(struct ho_app *app, struct ho_store *store, const struct ho_task *task,
                                   const char *model, struct ho_error *err)
{
	bool was;
	if (task->champion && !strcmp(task->champion, model))
		return ho_app__alarm_check(app, store, task, err);
	return ho_app__alarm_clear(&was, store, task->name, model, err);
}

static enum ho_status promote(struct ho_app *app, struct ho_store *store, const char *name, const char *model,
                              const char *actor, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_task task;
	struct ho_model_record record;
	char figures[128];
	int64_t now = ho_app_now(app);
	enum ho_status status = ho_app__task(&task, store, name, arena, err);
	if (status == HO_OK)
		status = find_record(&record, store, name, model, arena, err);
	if (status == HO_OK)
		status = settle_alarm(app, store, &task, model, err);
	/* The evidence about the model that answers stays, and so does a pause. */
	if (status || (task.champion && !strcmp(task.champion, model)))
		return status;
	status = retire(store, &task, now, arena, err);
	if (status)
		return status;
	bool resumes = task.paused && ho_pause_is_alarm(task.paused_why);
	(void)snprintf(figures, sizeof figures, "{\"model\":\"%s\"%s%s%s}", model,
	               task.champion ? ",\"instead_of\":\"" : "", task.champion ? task.champion : "",
	               task.champion ? "\"" : "");
	record.promoted_at = now;
	record.retired_at = 0;
	task.champion = model;
	if (resumes) {
		task.paused = false;
		task.paused_why = NULL;
	}
	status = store->ops->model_put(store, &record, err);
	if (status == HO_OK)
		status = ho_app__begin_epoch(app, store, &task, err);
	if (status == HO_OK)
		status = ho_journal_write(
		    app, store, actor, "promoted", name,
		    task.paused ? "a model answers when the pause ends" : "a model answers from now on", figures, err);
	if (status == HO_OK && resumes)
		status = ho_journal_write(app, store, actor, "resumed", name,
		                          "another model answers: the pause after the alarm ended, and the promise is "
		                          "measured anew",
		                          NULL, err);
	return status;
}

enum ho_status ho_promote(struct ho_app *app, struct ho_store *store, const char *task, const char *model,
                          const char *actor, struct ho_error *err)
{
	struct ho_arena arena;
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = promote(app, store, task, model, actor, &arena, err);
	ho_arena_release(&arena);
	return status;
}
