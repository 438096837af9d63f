/* Desks: tasks as they answer now, and how they take over what changed in the store. */
#include "app/audit.h"
#include "app/private.h"
#include "base/alloc.h"

enum { SETTINGS_ARENA = 1 << 20 };

/* ---- one desk ---- */

static void free_desk(struct app_desk *desk)
{
	if (!desk)
		return;
	if (desk->model)
		(void)atomic_fetch_sub(&desk->model->desks, 1);
	ho_app__model_release(desk->model);
	ho_arena_release(&desk->desk.arena);
	ho_free(desk);
}

void ho_desk_release(const struct ho_desk *desk)
{
	struct app_desk *own = (struct app_desk *)(uintptr_t)desk;
	if (own && atomic_fetch_sub_explicit(&own->desk.references, 1, memory_order_acq_rel) == 1)
		free_desk(own);
}

static const char *copy(struct app_desk *desk, const char *text, bool *failed)
{
	const char *kept = text ? ho_arena_copy(&desk->desk.arena, ho_slice_str(text)).ptr : NULL;
	*failed |= text && !kept;
	return kept;
}

/* Labels that were not asked for, or whose promise could not be made, hold 1: they are never answered automatically. */
static const double *label_promises(struct ho_desk *desk, const struct ho_model_certificate *certificate)
{
	double *promised = ho_arena_alloc(&desk->arena, certificate->labels, sizeof *promised);
	for (uint32_t k = 0; promised && k < certificate->labels; k++)
		promised[k] = certificate->threshold[k] < 1 ? certificate->max_error[k] : 1;
	return promised;
}

/* What the model's certificate promises of all automatic answers together; per label that is the largest of them. */
static enum ho_status read_promise(struct ho_desk *desk, struct ho_error *err)
{
	struct ho_model_certificate certificate;
	ho_model_certificate(&certificate, desk->model);
	if (certificate.kind == HO_PROMISE_NONE)
		return HO_OK;
	const double *promised = certificate.per_label ? label_promises(desk, &certificate) : NULL;
	if (certificate.per_label && !promised)
		return ho_fail_nomem(err);
	double most = promised ? 0 : certificate.bound;
	for (uint32_t k = 0; promised && k < certificate.labels; k++)
		if (promised[k] < 1 && promised[k] > most)
			most = promised[k];
	if (most > 0 && most < 1) {
		desk->max_error = most;
		desk->confidence_level = certificate.confidence_level;
		desk->label_error = promised;
	}
	return HO_OK;
}

enum ho_status ho_app__settings(struct ho_task_settings *out, const struct ho_task *task, struct ho_arena *arena,
                                struct ho_error *err)
{
	ho_task_settings_init(out);
	if (!task->settings || !*task->settings)
		return HO_OK;
	return ho_task_settings_read(out, ho_slice_str(task->settings), arena, err);
}

/* A model that cannot be opened makes a desk without one: texts then go to people, and the next refresh tries again. */
static enum ho_status take_model(struct app_desk *desk, struct ho_app *app, const struct ho_task *task,
                                 struct ho_error *err)
{
	if (!task->champion)
		return HO_OK;
	enum ho_status status = ho_app__model_take(&desk->model, app, task->champion, err);
	if (status) {
		desk->desk.broken = true;
		return status;
	}
	(void)atomic_fetch_add(&desk->model->desks, 1);
	desk->desk.model = desk->model->model;
	desk->desk.model_id = desk->model->id;
	status = read_promise(&desk->desk, err);
	if (status) { /* nothing is answered under a promise that is not known */
		desk->desk.model = NULL;
		desk->desk.model_id = NULL;
		desk->desk.broken = true;
	}
	return status;
}

/* On HO_OK or a broken model *out is a desk; else NULL. */
static enum ho_status make_desk(struct app_desk **out, struct ho_app *app, const struct ho_task *task,
                                struct ho_error *err)
{
	bool failed = false;
	*out = NULL;
	struct app_desk *desk = ho_calloc(1, sizeof *desk);
	if (!desk)
		return ho_fail_nomem(err);
	ho_arena_init(&desk->desk.arena, SETTINGS_ARENA);
	atomic_init(&desk->desk.references, 1);
	desk->desk.name = copy(desk, task->name, &failed);
	desk->desk.paused_why = copy(desk, task->paused_why, &failed);
	desk->record = copy(desk, task->settings, &failed);
	desk->desk.paused = task->paused;
	desk->desk.epoch_at = task->epoch_at;
	desk->pace = ho_app__pace(app, app->watch, task->name);
	enum ho_status status = failed || !desk->pace ? ho_fail_nomem(err) : HO_OK;
	if (status == HO_OK)
		status = ho_app__settings(&desk->desk.settings, task, &desk->desk.arena, err);
	if (status) {
		free_desk(desk);
		return status;
	}
	*out = desk;
	return take_model(desk, app, task, err);
}

/* ---- the list of desks ---- */

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool is_current(const struct app_desk *desk, const struct ho_task *task)
{
	return !desk->desk.broken && same_text(desk->record, task->settings) &&
	       same_text(desk->desk.model_id, task->champion) && desk->desk.paused == task->paused &&
	       same_text(desk->desk.paused_why, task->paused_why) && desk->desk.epoch_at == task->epoch_at;
}

static struct app_desk **find_desk(struct ho_app *app, const char *task)
{
	for (size_t i = 0; i < app->n_desks; i++)
		if (!strcmp(app->desks[i]->desk.name, task))
			return &app->desks[i];
	return NULL;
}

/* Put a desk in the place of the one with its name; those who hold the old one keep it until they let go. */
static enum ho_status put_desk(struct ho_app *app, struct app_desk *desk, struct ho_error *err)
{
	struct app_desk *old = NULL;
	enum ho_status status = HO_OK;
	(void)pthread_mutex_lock(&app->desks_lock);
	struct app_desk **place = find_desk(app, desk->desk.name);
	if (place) {
		old = *place;
		*place = desk;
	} else if (ho_grow(&app->desks, &app->desks_cap, app->n_desks + 1, sizeof *app->desks)) {
		status = ho_fail_nomem(err);
		old = desk;
	} else {
		app->desks[app->n_desks++] = desk;
	}
	(void)pthread_mutex_unlock(&app->desks_lock);
	(void)atomic_fetch_add(&app->generation, 1);
	if (old)
		ho_desk_release(&old->desk);
	return status;
}

static enum ho_status refresh_task(struct ho_app *app, const struct ho_task *task, bool *broken, struct ho_error *err)
{
	struct app_desk *desk, **now = find_desk(app, task->name); /* only refreshes change the list */
	if (now)
		ho_app__pace_day((*now)->pace, app, app->watch);
	if (now && is_current(*now, task))
		return HO_OK;
	enum ho_status status = make_desk(&desk, app, task, err);
	if (!desk)
		return status;
	*broken |= desk->desk.broken;
	enum ho_status put = put_desk(app, desk, err);
	return status ? status : put;
}

/* All tasks; the first failure is reported, and the others are served all the same. */
static enum ho_status refresh_all(struct ho_app *app, bool *broken, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_task *tasks;
	size_t n = 0;
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = app->watch->ops->task_list(&tasks, &n, app->watch, &arena, err);
	for (size_t i = 0; i < n; i++) {
		enum ho_status one = refresh_task(app, &tasks[i], broken, status ? NULL : err);
		status = status ? status : one;
	}
	ho_arena_release(&arena);
	return status;
}

/* Opening a model again costs up to half a second, if it is its encoder that is wrong: at the next refresh, and then
 * less and less often. A change in the store, a deployment say, is looked at at once. */
static void plan_retry(struct ho_app *app, const struct ho_error *failure, int64_t now)
{
	enum { DOUBLINGS_MAX = 5 };
	unsigned doublings = app->broken_tries < DOUBLINGS_MAX ? app->broken_tries : DOUBLINGS_MAX;
	app->broken_next_at = now + (app->broken_tries++ ? (int64_t)1000 << doublings : 0);
	app->broken_error = *failure;
}

/* All tasks, if anything changed or it is time to look at broken models again; else what was found of those. */
static enum ho_status refresh_if_due(struct ho_app *app, uint64_t version, bool *broken, struct ho_error *err)
{
	struct ho_error failure = {.code = HO_OK};
	int32_t day = ho_time_day(ho_app_now(app));
	bool changed = !app->has_seen || version != app->seen_version || day != app->seen_day;
	if (!changed && !app->broken_tries)
		return HO_OK;
	if (!changed && ho_app_now(app) < app->broken_next_at) {
		*broken = true;
		failure = app->broken_error;
	} else {
		failure.code = refresh_all(app, broken, &failure);
		app->has_seen = failure.code == HO_OK || *broken;
		app->seen_version = version;
		app->seen_day = day;
		if (*broken)
			plan_retry(app, &failure, ho_app_now(app));
		else
			app->broken_tries = 0;
	}
	if (failure.code != HO_OK && err)
		*err = failure;
	return failure.code;
}

enum ho_status ho_app__refresh(bool *is_broken, struct ho_app *app, struct ho_error *err)
{
	uint64_t version = 0;
	bool broken = false;
	(void)pthread_mutex_lock(&app->refresh_lock);
	enum ho_status status = app->watch->ops->version(&version, app->watch, err);
	if (status == HO_OK)
		status = refresh_if_due(app, version, &broken, err);
	(void)pthread_mutex_unlock(&app->refresh_lock);
	*is_broken = broken;
	return status;
}

enum ho_status ho_app_refresh(struct ho_app *app, struct ho_error *err)
{
	bool broken;
	return ho_app__refresh(&broken, app, err);
}

static enum ho_status fail_no_task(struct ho_app *app, struct ho_error *err)
{
	char names[256] = "";
	size_t len = 0;
	for (size_t i = 0; i < app->n_desks && len < sizeof names; i++) {
		int n = snprintf(names + len, sizeof names - len, "%s%s", len ? ", " : "", app->desks[i]->desk.name);
		len += n > 0 ? (size_t)n : 0;
	}
	if (!app->n_desks)
		return ho_fail(err, HO_ENOTFOUND, "no such task; the workspace has none yet: deploy a model first");
	return ho_fail(err, HO_ENOTFOUND, "no such task; there are: %s", names);
}

size_t ho_app_broken(struct ho_app *app)
{
	size_t n = 0;
	(void)pthread_mutex_lock(&app->desks_lock);
	for (size_t i = 0; i < app->n_desks; i++)
		n += app->desks[i]->desk.broken;
	(void)pthread_mutex_unlock(&app->desks_lock);
	return n;
}

enum ho_status ho_desk_take(const struct ho_desk **out, struct ho_app *app, const char *task, struct ho_error *err)
{
	bool broken = false;
	*out = NULL;
	enum ho_status status = app->lazy ? ho_app__refresh(&broken, app, err) : HO_OK;
	if (status && !broken)
		return status;
	status = HO_OK;
	(void)pthread_mutex_lock(&app->desks_lock);
	struct app_desk **place = find_desk(app, task);
	if (place) {
		(void)atomic_fetch_add_explicit(&(*place)->desk.references, 1, memory_order_relaxed);
		*out = &(*place)->desk;
	} else {
		status = fail_no_task(app, err);
	}
	(void)pthread_mutex_unlock(&app->desks_lock);
	return status;
}

void ho_app__desks_close(struct ho_app *app)
{
	for (size_t i = 0; i < app->n_desks; i++)
		ho_desk_release(&app->desks[i]->desk);
	ho_free(app->desks);
	ho_free(app->models);
	for (struct app_pace *pace = app->paces, *next; pace; pace = next) {
		next = pace->next;
		ho_free(pace);
	}
}

enum ho_status ho_app__task(struct ho_task *out, struct ho_store *store, const char *name, struct ho_arena *arena,
                            struct ho_error *err)
{
	enum ho_status status = store->ops->task_get(out, store, name, arena, err);
	if (status == HO_ENOTFOUND)
		return ho_fail(err, HO_ENOTFOUND, "no such task");
	return status;
}
