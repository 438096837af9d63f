/* What is done when time passes. */
#include "app/outbox.h"
#include "app/reports.h"
#include "app/settle.h"

enum {
	SESSION_KEPT_MS = 24 * 3600 * 1000,
	IDEMPOTENT_KEPT_MS = 24 * 3600 * 1000,
	HOUR_MS = 3600 * 1000,
	AGAIN_MAX = 100000,
	LEASED_MAX = 200 /* so many that somebody reads may stand before those that can end */
};

static const int64_t DAY_MS = 86400000, OUTGOING_KEPT_MS = INT64_C(30) * 86400000;

/* ---- due times ---- */

static enum ho_status mark_done(struct app_change *c, const struct ho_queued *queued, struct ho_error *err)
{
	struct ho_queued done = *queued;
	done.due_done = true;
	return c->store->ops->queue_put(c->store, &done, err);
}

/* What a person must look at for the sake of the promise, an audit or a certify item, never runs out: where its
 * neighbours do, it gets another round. */
static bool is_always_reviewed(const struct ho_item *item)
{
	return item->decision == HO_ITEM_AUTO || item->role == HO_ROLE_CERTIFY;
}

static enum ho_status renew(struct app_change *c, const struct ho_queued *queued, struct ho_error *err)
{
	struct ho_queued again = *queued;
	if (!c->settings.due_s)
		return mark_done(c, queued, err);
	again.due_at = c->now + (int64_t)c->settings.due_s * 1000;
	c->item->due_at = again.due_at;
	enum ho_status status = c->store->ops->item_put(c->store, c->item, err);
	return status ? status : c->store->ops->queue_put(c->store, &again, err);
}

static enum ho_status escalate(struct app_change *c, const struct ho_queued *queued, struct ho_error *err)
{
	char data[160];
	enum ho_status status = mark_done(c, queued, err);
	if (status || c->item->decision == HO_ITEM_AUTO)
		return status;
	(void)snprintf(data, sizeof data, "{\"item\":\"%s\",\"task\":\"%s\",\"waits_ms\":%lld}", c->item->id.text,
	               c->item->task, (long long)(c->now - c->item->created_at));
	status = ho_app__count(c->store, c->item->task, NULL, c->now, HO_COUNT_ESCALATED, 1, err);
	if (status == HO_OK)
		status = ho_outbox_event(c->app, c->store, c->item->task, "item.overdue", data, err);
	return status;
}

/* The answer is the suggestion, marked as such, or that there is none. */
static enum ho_status end_waiting(struct app_change *c, bool suggest, struct ho_error *err)
{
	int64_t sequence;
	struct app_standing after = c->before;
	struct ho_review review = {
	    .item = c->item->id, .kind = HO_REVIEW_DUE, .label = suggest ? c->item->suggestion : NULL, .at = c->now};
	ho_app__standing_add(&after, c->item, &review);
	enum ho_status status = c->store->ops->review_add(&sequence, c->store, &review, err);
	if (status == HO_OK)
		status = ho_app__count(c->store, c->item->task, NULL, c->now,
		                       suggest ? HO_COUNT_SUGGESTED : HO_COUNT_EXPIRED, 1, err);
	if (status == HO_OK)
		status = ho_app__settle(c, &after, c->now, NULL, err);
	return status;
}

static enum ho_status pass_due(struct ho_app *app, struct ho_store *store, const struct ho_queued *queued,
                               struct ho_arena *arena, struct ho_error *err)
{
	struct app_change c;
	struct ho_item item;
	enum ho_status status = ho_app__change_begin(&c, &item, app, store, &queued->item, arena, err);
	if (status == HO_ENOTFOUND || status == HO_ECONFLICT)
		return store->ops->queue_remove(store, &queued->item, err);
	if (status)
		return status;
	enum ho_due_action action = c.settings.due_action;
	if (action == HO_DUE_ESCALATE)
		return escalate(&c, queued, err);
	if (action == HO_DUE_NOTHING)
		return mark_done(&c, queued, err);
	if (is_always_reviewed(&item))
		return renew(&c, queued, err);
	if (action == HO_DUE_SUGGEST && !item.suggestion)
		return escalate(&c, queued, err);
	return end_waiting(&c, action == HO_DUE_SUGGEST, err);
}

static enum ho_status pass_all_due(bool *more, struct ho_app *app, struct ho_store *store, size_t limit,
                                   struct ho_arena *arena, struct ho_error *err)
{
	struct ho_queued *due;
	size_t n = 0, done = 0;
	int64_t now = ho_app_now(app);
	enum ho_status status = store->ops->queue_overdue(&due, &n, store, now, limit, arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		/* Not under the hands of somebody who reads it: their lease ends or is answered. */
		if (due[i].leased_by && due[i].lease_expires > now)
			continue;
		status = pass_due(app, store, &due[i], arena, err);
		done++;
	}
	*more |= n == limit && done;
	return status;
}

enum ho_status ho_app__due_again(struct ho_store *store, const char *task, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_queue_filter filter = {.task = task, .order = HO_QUEUE_DUE, .now = INT64_MAX, .limit = AGAIN_MAX};
	struct ho_queued *queued;
	size_t n = 0;
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = store->ops->queue_list(&queued, &n, store, &filter, &arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		if (queued[i].due_done) {
			queued[i].due_done = false;
			status = store->ops->queue_put(store, &queued[i], err);
		}
	ho_arena_release(&arena);
	return status;
}

/* ---- retention ---- */

/* An audit that nobody answered within the time that texts are kept has no verdict any more. */
static enum ho_status miss_audit(struct app_change *c, struct ho_error *err)
{
	struct ho_item *item = c->item;
	struct ho_store *store = c->store;
	item->audit = HO_AUDIT_MISSING;
	enum ho_status status = store->ops->item_put(store, item, err);
	if (status == HO_OK)
		status = store->ops->queue_remove(store, &item->id, err);
	if (status == HO_OK)
		status = ho_app__count(store, item->task, NULL, c->now, HO_COUNT_AUDIT_MISSING, 1, err);
	if (status == HO_OK && c->before.audit == HO_AUDIT_SECOND)
		status = ho_app__count_epoch(store, item->task, 0, HO_COUNT_SECOND, -1, err);
	if (status == HO_OK && ho_app__in_epoch(item, &c->task))
		status = ho_app__count_epoch(store, item->task, c->task.epoch_at, HO_COUNT_EPOCH_MISSING, 1, err);
	return status;
}

/* Nobody can answer what is gone: the waiting ends, and the caller hears of it. */
static enum ho_status miss(struct ho_app *app, struct ho_store *store, const struct ho_id *id, struct ho_arena *arena,
                           struct ho_error *err)
{
	struct app_change c;
	struct ho_item item;
	enum ho_status status = ho_app__change_begin(&c, &item, app, store, id, arena, err);
	if (status == HO_ENOTFOUND || status == HO_ECONFLICT)
		return store->ops->queue_remove(store, id, err);
	if (status)
		return status;
	if (item.decision == HO_ITEM_AUTO)
		return miss_audit(&c, err);
	if (item.role == HO_ROLE_CERTIFY)
		status = ho_app__count(store, item.task, NULL, c.now, HO_COUNT_CERTIFY_MISSING, 1, err);
	return status ? status : end_waiting(&c, false, err);
}

/* What waits since before `before`, oldest first; but not under the hands of somebody who reads it. */
static enum ho_status miss_old(bool *more, struct ho_app *app, struct ho_store *store, const char *task, int64_t before,
                               size_t limit, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_queue_filter filter = {
	    .task = task, .order = HO_QUEUE_OLDEST, .now = INT64_MAX, .limit = limit + LEASED_MAX};
	struct ho_queued *queued;
	int64_t now = ho_app_now(app);
	size_t n = 0, ended = 0;
	enum ho_status status = store->ops->queue_list(&queued, &n, store, &filter, arena, err);
	for (size_t i = 0; i < n && ended < limit && status == HO_OK && queued[i].since < before; i++)
		if (!queued[i].leased_by || queued[i].lease_expires <= now) {
			status = miss(app, store, &queued[i].item, arena, err);
			ended++;
		}
	*more |= ended == limit;
	return status;
}

static enum ho_status forget_old(bool *more, struct ho_app *app, struct ho_store *store, const struct ho_task *task,
                                 size_t limit, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_task_settings settings;
	size_t forgotten = 0;
	enum ho_status status = ho_app__settings(&settings, task, arena, err);
	if (status || !settings.retention_days)
		return status;
	int64_t before = ho_app_now(app) - settings.retention_days * DAY_MS;
	/* A little earlier, so that callers hear of the end: what is to be sent goes with the text. */
	status = miss_old(more, app, store, task->name, before + HOUR_MS, limit, arena, err);
	if (status == HO_OK)
		status = store->ops->item_forget_before(&forgotten, store, task->name, before, limit, err);
	*more |= forgotten == limit;
	return status ? status : ho_app__reports_expire(app, store, task->name, before, err);
}

static enum ho_status forget_all_old(bool *more, struct ho_app *app, struct ho_store *store, size_t limit,
                                     struct ho_arena *arena, struct ho_error *err)
{
	struct ho_task *tasks;
	size_t n = 0;
	enum ho_status status = store->ops->task_list(&tasks, &n, store, arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		status = forget_old(more, app, store, &tasks[i], limit, arena, err);
	return status;
}

static enum ho_status prune(struct ho_app *app, struct ho_store *store, struct ho_error *err)
{
	int64_t now = ho_app_now(app);
	enum ho_status status = store->ops->token_prune(store, now - SESSION_KEPT_MS, err);
	if (status == HO_OK)
		status = store->ops->idempotent_prune(store, now - IDEMPOTENT_KEPT_MS, err);
	if (status == HO_OK)
		status = store->ops->outgoing_prune(store, now - OUTGOING_KEPT_MS, err);
	return status;
}

enum ho_status ho_time_passes(bool *more, struct ho_app *app, struct ho_store *store, size_t limit,
                              struct ho_error *err)
{
	struct ho_arena arena;
	*more = false;
	limit = limit ? limit : 1;
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = pass_all_due(more, app, store, limit, &arena, err);
	if (status == HO_OK)
		status = forget_all_old(more, app, store, limit, &arena, err);
	if (status == HO_OK)
		status = prune(app, store, err);
	ho_arena_release(&arena);
	return status;
}
