/* GET /v1/items/{item}, with waiting; its history; the list of a task's items. */
#include "http/items.h"

#include <stdlib.h>

#include "app/labels.h"
#include "http/auth.h"
#include "http/out.h"
#include "http/private.h"
#include "http/route.h"

enum { LIST_MAX = 200, LIST_DEFAULT = 50, LIST_STEP = 25, LIST_BYTES = 8 << 20 };

static bool waits_for_audit(const struct ho_item *item)
{
	return item->audit == HO_AUDIT_FIRST || item->audit == HO_AUDIT_SECOND;
}

/* To a reviewer a waiting audit is as pending as any other item, and takes as long to wait for. */
static bool looks_pending(const struct ho_request *rq, const struct ho_item *item)
{
	bool blind = !ho_may(rq, HO_SCOPE_CLASSIFY);
	return item->status == HO_ITEM_PENDING || (blind && waits_for_audit(item));
}

enum ho_status ho_item_show(struct ho_buf *out, const struct ho_request *rq, const struct ho_item *item,
                            struct ho_error *err)
{
	return ho_item_json(out, item, true, !ho_may(rq, HO_SCOPE_CLASSIFY), err);
}

enum ho_status ho_item_answer(struct ho_request *rq, const struct ho_item *item, struct ho_error *err)
{
	ho_buf_reset(&rq->answer);
	ho_request_answer(rq, 200);
	rq->task = item->task;
	return ho_item_show(&rq->answer, rq, item, err);
}

static enum ho_status look(struct ho_item *item, struct ho_request *rq, struct ho_error *err)
{
	struct ho_store *reader = rq->worker->reader;
	return reader->ops->item_get(item, reader, &rq->item, &rq->arena, err);
}

static enum ho_status look_again(struct ho_request *rq, struct ho_error *err)
{
	int64_t left = rq->wait_until - ho_http__now();
	return ho_item_wait(rq, left > 0 ? left : 0, err);
}

enum ho_status ho_item_wait(struct ho_request *rq, int64_t wait_ms, struct ho_error *err)
{
	struct ho_item item;
	struct ho_id id = rq->item;
	enum ho_status status = look(&item, rq, err);
	if (status)
		return status;
	bool pending = looks_pending(rq, &item);
	if (pending && wait_ms && ho_request_wait(rq, &id, ho_http__now() + wait_ms, look_again)) {
		/* It may have been answered between the look and the waiting: then nobody will wake us but ourselves.
		 */
		status = look(&item, rq, err);
		if (status || !looks_pending(rq, &item))
			ho_request_wake(rq);
		return HO_OK;
	}
	if (pending && rq->status)
		return HO_OK;
	return ho_item_answer(rq, &item, err);
}

enum ho_status ho_get_item(struct ho_request *rq, struct ho_error *err)
{
	int64_t wait_ms;
	enum ho_status status = ho_request_number(&wait_ms, rq, "wait_ms", 0, HO_WAIT_MS_MAX, 0, err);
	return status ? status : ho_item_wait(rq, wait_ms, err);
}

static const char *review_kind(enum ho_review_kind kind)
{
	switch (kind) {
	case HO_REVIEW_ANSWER:
	case HO_REVIEW_AUDIT: /* who reviews never learns which items were audits while it matters */
		return "answer";
	case HO_REVIEW_CORRECT:
		return "correct";
	case HO_REVIEW_WITHDRAW:
		return "withdraw";
	case HO_REVIEW_SKIP:
		return "skip";
	case HO_REVIEW_FLAG:
		return "flag";
	case HO_REVIEW_DUE:
		return "due";
	}
	return "other";
}

static void show_review(struct ho_out *out, const struct ho_review *review, bool all)
{
	ho_out_open(out, NULL, '{');
	ho_out_string(out, "kind", all && review->kind == HO_REVIEW_AUDIT ? "audit" : review_kind(review->kind));
	ho_out_string(out, "reviewer", review->reviewer);
	ho_out_string(out, "label", review->label);
	ho_out_bool(out, "none", review->none);
	ho_out_string(out, "note", review->note);
	ho_out_int(out, "took_ms", review->took_ms);
	ho_out_time(out, "at", review->at);
	ho_out_close(out, '}');
}

enum ho_status ho_get_history(struct ho_request *rq, struct ho_error *err)
{
	struct ho_item item;
	struct ho_review *reviews = NULL;
	size_t n = 0;
	struct ho_store *reader = rq->worker->reader;
	bool all = ho_may(rq, 0);
	enum ho_status status = look(&item, rq, err);
	if (status == HO_OK)
		status = reader->ops->review_list(&reviews, &n, reader, &rq->item, &rq->arena, err);
	if (status)
		return status;
	if (!all && (item.status == HO_ITEM_PENDING || waits_for_audit(&item)))
		return ho_request_problem(rq, 409, NULL, "the history can be seen when the item is answered");
	rq->task = item.task;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_note(&out, ho_item_show(ho_out_at(&out, "item"), rq, &item, err));
	ho_out_open(&out, "reviews", '[');
	for (size_t i = 0; i < n; i++)
		show_review(&out, &reviews[i], all);
	ho_out_close(&out, ']');
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}

static bool is_id(const char *text)
{
	return strlen(text) == 26 && strspn(text, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == 26;
}

static enum ho_status read_status(const enum ho_item_status **out, const char *text, struct ho_error *err)
{
	static const enum ho_item_status values[] = {HO_ITEM_PENDING, HO_ITEM_ANSWERED, HO_ITEM_OVERRULED,
	                                             HO_ITEM_EXPIRED};
	static const char *const names[] = {"pending", "answered", "overruled", "expired"};
	*out = NULL;
	for (size_t i = 0; text && i < sizeof names / sizeof *names; i++)
		if (strcmp(text, names[i]) == 0)
			*out = &values[i];
	if (!text || *out)
		return HO_OK;
	ho_fail(err, HO_EINVAL, "status must be pending, answered, overruled or expired");
	return ho_error_at(err, "status");
}

static enum ho_status read_filter(struct ho_item_filter *filter, struct ho_request *rq, struct ho_error *err)
{
	const char *before = ho_request_query(rq, "before"), *by = ho_request_query(rq, "by");
	int64_t limit;
	enum ho_status status = ho_request_number(&limit, rq, "limit", 1, LIST_MAX, LIST_DEFAULT, err);
	if (status == HO_OK)
		status = read_status(&filter->status, ho_request_query(rq, "status"), err);
	if (status == HO_OK)
		status = ho_request_flag(&filter->flagged, rq, "flagged", err);
	if (status)
		return status;
	if (before && !is_id(before)) {
		ho_fail(err, HO_EINVAL, "before must be the id of an item");
		return ho_error_at(err, "before");
	}
	if (before)
		memcpy(filter->before.text, before, sizeof filter->before.text);
	filter->task = rq->task;
	filter->limit = (size_t)limit;
	filter->search = ho_request_query(rq, "search");
	filter->label = ho_request_query(rq, "label");
	filter->client_id = ho_request_query(rq, "id");
	filter->by_person = by && strcmp(by, "person") == 0;
	filter->answered_by = by && strcmp(by, "person") != 0 ? by : NULL;
	if (filter->search && !*filter->search)
		filter->search = NULL;
	/* What waits is not for looking up by those who will review it. */
	filter->by_person |= !ho_may(rq, 0);
	return HO_OK;
}

/* One step of a list: its items are shown, the filter moves on behind the last one. *more: the list may go on. */
static enum ho_status list_step(bool *more, struct ho_out *out, size_t *shown, struct ho_item_filter *filter,
                                size_t limit, struct ho_request *rq, struct ho_error *err)
{
	struct ho_item *items = NULL;
	size_t n = 0, i = 0;
	struct ho_store *reader = rq->worker->reader;
	filter->limit = limit - *shown < LIST_STEP ? limit - *shown : LIST_STEP;
	enum ho_status status = reader->ops->item_list(&items, &n, reader, filter, &rq->arena, err);
	for (; i < n && status == HO_OK && rq->answer.len < LIST_BYTES; i++, ++*shown) {
		status = ho_item_show(ho_out_at(out, NULL), rq, &items[i], err);
		filter->before = items[i].id;
	}
	*more = n == filter->limit || i < n;
	return status;
}

/* Long texts make short pages: a page ends where it is full, by number or by bytes, and says where to go on. */
enum ho_status ho_get_items(struct ho_request *rq, struct ho_error *err)
{
	struct ho_item_filter filter = {.limit = 0};
	size_t shown = 0;
	bool more = true;
	enum ho_status status = ho_desk_take(&rq->desk, rq->server->app, rq->task, err);
	if (status == HO_OK)
		status = read_filter(&filter, rq, err);
	if (status)
		return status;
	size_t limit = filter.limit;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_open(&out, "items", '[');
	while (status == HO_OK && more && shown < limit && rq->answer.len < LIST_BYTES)
		status = list_step(&more, &out, &shown, &filter, limit, rq, err);
	if (status)
		return status;
	ho_out_close(&out, ']');
	ho_out_string(&out, "before", more && shown ? filter.before.text : NULL);
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}
