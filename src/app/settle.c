#include "app/settle.h"

#include "app/audit.h"
#include "app/outbox.h"

enum ho_status ho_app__change_begin(struct app_change *out, struct ho_item *item, struct ho_app *app,
                                    struct ho_store *store, const struct ho_id *id, struct ho_arena *arena,
                                    struct ho_error *err)
{
	*out = (struct app_change){.app = app, .store = store, .item = item, .arena = arena, .now = ho_app_now(app)};
	enum ho_status status = store->ops->item_get(item, store, id, arena, err);
	if (status == HO_ENOTFOUND)
		return ho_fail(err, HO_ENOTFOUND, "no such item");
	if (status == HO_OK && item->forgotten)
		return ho_fail(err, HO_ECONFLICT, "the text of this item was erased");
	if (status == HO_OK)
		status = ho_app__task(&out->task, store, item->task, arena, err);
	if (status == HO_OK)
		status = ho_app__settings(&out->settings, &out->task, arena, err);
	if (status == HO_OK)
		status = ho_app__history_read(&out->history, store, id, arena, err);
	if (status == HO_OK)
		out->before = ho_app__standing(item, &out->history, out->history.n);
	return status;
}

bool ho_app__in_epoch(const struct ho_item *item, const struct ho_task *task)
{
	return item->epoch_at == task->epoch_at;
}

/* ---- counts ---- */

static enum ho_status count(struct app_change *c, const struct ho_review *review, const char *what, int64_t n,
                            struct ho_error *err)
{
	return ho_app__count(c->store, c->item->task, NULL, review->at, what, n, err);
}

/* A person's answer to what waited for one. */
static enum ho_status count_answered(struct app_change *c, const struct ho_review *review, int sign,
                                     struct ho_error *err)
{
	bool agreed = review->label && ho_app__same_label(review->label, c->item->suggestion);
	enum ho_status status = count(c, review, HO_COUNT_ANSWERED, sign, err);
	if (status == HO_OK && review->none)
		status = count(c, review, HO_COUNT_NONE, sign, err);
	if (status == HO_OK && agreed)
		status = count(c, review, HO_COUNT_AGREED, sign, err);
	if (status == HO_OK)
		status = count(c, review, HO_COUNT_WAITED_MS, sign * (review->at - c->item->created_at), err);
	return status;
}

enum ho_status ho_app__count_review(struct app_change *c, const struct app_standing *before,
                                    const struct ho_review *review, int sign, struct ho_error *err)
{
	bool first =
	    c->item->decision == HO_ITEM_HUMAN && (!before->answered_by || !strcmp(before->answered_by, "model"));
	enum ho_status status =
	    ho_app__count_of(c->store, c->item->task, NULL, review->at, HO_COUNT_REVIEWED, review->reviewer, sign, err);
	if (status == HO_OK && first)
		status = count_answered(c, review, sign, err);
	if (status == HO_OK && review->kind == HO_REVIEW_AUDIT)
		status = count(c, review, HO_COUNT_CHECKED, sign, err);
	if (status == HO_OK && review->took_ms > 0)
		status = count(c, review, HO_COUNT_TOOK_MS, sign * review->took_ms, err);
	if (status == HO_OK && review->took_ms > 0)
		status = count(c, review, HO_COUNT_TIMED, sign, err);
	return status;
}

/* An audit's verdict comes or goes. */
static enum ho_status count_verdict(struct app_change *c, const struct app_standing *standing, int64_t at, int sign,
                                    struct ho_error *err)
{
	enum ho_audit_state audit = standing->audit;
	if (audit != HO_AUDIT_RIGHT && audit != HO_AUDIT_WRONG)
		return HO_OK;
	bool right = audit == HO_AUDIT_RIGHT;
	const char *task = c->item->task;
	double weight = 1000 / c->item->audit_probability;
	enum ho_status status =
	    ho_app__count(c->store, task, NULL, at, right ? HO_COUNT_AUDIT_RIGHT : HO_COUNT_AUDIT_WRONG, sign, err);
	if (status == HO_OK && standing->by_one)
		status = ho_app__count(c->store, task, NULL, at, HO_COUNT_AUDIT_BY_ONE, sign, err);
	if (status || !ho_app__in_epoch(c->item, &c->task))
		return status;
	int64_t epoch = c->task.epoch_at;
	status =
	    ho_app__count_epoch(c->store, task, epoch, right ? HO_COUNT_EPOCH_RIGHT : HO_COUNT_EPOCH_WRONG, sign, err);
	if (status == HO_OK)
		status = ho_app__count_open(c->store, c->item, epoch, -sign, err);
	if (status == HO_OK && weight < 1e15)
		status = ho_app__count_epoch(c->store, task, epoch, HO_COUNT_EPOCH_WEIGHT,
		                             sign * (int64_t)(weight + 0.5), err);
	return status;
}

/* ---- item, queue, callback ---- */

static void set_item(struct ho_item *item, const struct app_standing *after)
{
	item->status = after->status;
	item->audit = after->audit;
	item->answered_none = after->none;
	item->label = after->label;
	item->answered_by = after->answered_by;
	item->answered_at = after->answered_at;
	item->took_ms = after->took_ms;
	item->note = after->note;
}

static enum ho_status set_queue(struct app_change *c, const struct app_standing *after, const char *lease,
                                struct ho_error *err)
{
	struct ho_queued queued;
	bool waited = ho_app__waits(c->before.status, c->before.audit);
	if (!ho_app__waits(after->status, after->audit))
		return c->store->ops->queue_remove(c->store, &c->item->id, err);
	if (waited && c->before.audit == after->audit) /* a correction does not end an audit, nor a lease on it */
		return HO_OK;
	ho_app__queued(&queued, c->item);
	queued.leased_by = lease;
	queued.lease_expires = lease ? c->now + (int64_t)c->settings.lease_s * 1000 : 0;
	if (after->audit == HO_AUDIT_SECOND) {
		queued.not_reviewer = after->first_auditor;
		if (!lease && ho_app__is_alone(c->app, c->store, c->item->task, after->first_auditor))
			queued.not_before = c->now + HO_SECOND_LOOK_MS;
	}
	return c->store->ops->queue_put(c->store, &queued, err);
}

/* What the caller sees of an item. */
static bool looks_the_same(const struct app_standing *a, const struct app_standing *b)
{
	return a->status == b->status && a->none == b->none && ho_app__same_label(a->label, b->label);
}

static enum ho_status tell_caller(struct app_change *c, const struct app_standing *after, struct ho_error *err)
{
	bool went_out = c->item->sent > 0 || (c->item->decision == HO_ITEM_AUTO && c->before.label);
	enum ho_status status = HO_OK;
	if (looks_the_same(&c->before, after))
		return HO_OK;
	ho_app__note(c->app, &c->item->id);
	if (went_out)
		status = ho_app__count(c->store, c->item->task, NULL, c->now, HO_COUNT_CORRECTED, 1, err);
	/* What waits again was never answered for a caller who has not heard of an answer. */
	if (status == HO_OK && (after->status != HO_ITEM_PENDING || c->item->sent > 0))
		status = ho_outbox_answer(c->app, c->store, c->item, err);
	return status;
}

enum ho_status ho_app__settle(struct app_change *c, const struct app_standing *after, int64_t at, const char *lease,
                              struct ho_error *err)
{
	bool alarmed;
	enum ho_audit_state audit = c->before.audit;
	enum ho_status status = HO_OK;
	set_item(c->item, after);
	if (audit != after->audit) {
		status = ho_app__count_epoch(c->store, c->item->task, 0, HO_COUNT_SECOND,
		                             (after->audit == HO_AUDIT_SECOND) - (audit == HO_AUDIT_SECOND), err);
		if (status == HO_OK)
			status = count_verdict(c, &c->before, at, -1, err);
		if (status == HO_OK)
			status = count_verdict(c, after, at, 1, err);
	}
	if (status == HO_OK)
		status = tell_caller(c, after, err);
	if (status == HO_OK)
		status = c->store->ops->item_put(c->store, c->item, err);
	if (status == HO_OK)
		status = set_queue(c, after, lease, err);
	if (status == HO_OK && audit != HO_AUDIT_WRONG && after->audit == HO_AUDIT_WRONG)
		status = ho_monitor_check(&alarmed, c->app, c->store, c->item->task, err);
	return status;
}
