/* A person at work: the queue, leases, answers, skips, flags, context. */
#include "app/review.h"
#include "http/auth.h"
#include "http/in.h"
#include "http/incoming.h"
#include "http/items.h"
#include "http/out.h"
#include "http/private.h"
#include "http/route.h"

enum { QUEUE_MAX = 100, QUEUE_DEFAULT = 10, LABEL_MAX = 1000, NOTE_MAX = 4000, DAY_MS = 86400000 };

static bool read_id(struct ho_id *out, const char *text)
{
	memset(out, 0, sizeof *out);
	if (text && strlen(text) == sizeof out->text - 1)
		memcpy(out->text, text, sizeof out->text);
	return out->text[0] != '\0';
}

enum ho_status ho_get_queue(struct ho_request *rq, struct ho_error *err)
{
	struct ho_waiting *waiting = NULL;
	struct ho_id previous;
	size_t n = 0;
	int64_t limit;
	enum ho_status status = ho_request_number(&limit, rq, "limit", 1, QUEUE_MAX, QUEUE_DEFAULT, err);
	if (status == HO_OK)
		status = ho_desk_take(&rq->desk, rq->server->app, rq->task, err);
	if (status)
		return status;
	read_id(&previous, ho_request_query(rq, "previous"));
	status = ho_queue_next(&waiting, &n, rq->server->app, rq->worker->reader, rq->task, rq->caller.reviewer,
	                       &previous, (size_t)limit, &rq->arena, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '[', err);
	for (size_t i = 0; i < n; i++) {
		ho_out_open(&out, NULL, '{');
		ho_out_string(&out, "item", waiting[i].item.text);
		ho_out_slice(&out, "text", waiting[i].text);
		ho_out_raw(&out, "meta", waiting[i].meta);
		ho_out_int(&out, "age_s", waiting[i].age_ms / 1000);
		ho_out_time(&out, "due_at", waiting[i].due_at);
		ho_out_close(&out, '}');
	}
	ho_request_answer(rq, 200);
	return ho_out_end(&out, ']');
}

static enum ho_status write_lease(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	struct ho_lease lease;
	ho_buf_reset(&rq->answer);
	enum ho_status status =
	    ho_lease_take(&lease, rq->server->app, store, &rq->item, rq->caller.reviewer, &rq->arena, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_bool(&out, "acquired", lease.acquired);
	ho_out_string(&out, "item", rq->item.text);
	ho_out_string(&out, "leased_by", lease.leased_by);
	ho_out_time(&out, "expires_at", lease.expires_at);
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}

enum ho_status ho_put_lease(struct ho_request *rq, struct ho_error *err)
{
	return ho_request_commit(rq, write_lease, err);
}

static enum ho_status write_return(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	ho_request_answer_empty(rq);
	return ho_lease_return(rq->server->app, store, &rq->item, rq->caller.reviewer, err);
}

enum ho_status ho_delete_lease(struct ho_request *rq, struct ho_error *err)
{
	return ho_request_commit(rq, write_return, err);
}

/* "Leased by another" is a conflict for the caller, not an overload. */
static enum ho_status as_conflict(enum ho_status status, struct ho_error *err)
{
	if (status == HO_EBUSY && err)
		err->code = HO_ECONFLICT;
	return status == HO_EBUSY ? HO_ECONFLICT : status;
}

static enum ho_status write_answer(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	struct ho_item item;
	enum ho_status status = ho_answer_item(&item, rq->server->app, store, rq->own, &rq->arena, err);
	return status ? as_conflict(status, err) : ho_item_answer(rq, &item, err);
}

static enum ho_status read_reply(struct ho_reply *reply, struct ho_request *rq, struct ho_error *err)
{
	static const char *const known[] = {"label", "note", "took_ms", "correct", NULL};
	enum ho_status status = ho_in_object(&rq->json, ho_buf_slice(&rq->body), err);
	if (status == HO_OK)
		status = ho_in_only(rq->json, known, err);
	if (status == HO_OK && !json_object_get(rq->json, "label"))
		status = ho_fail(err, HO_EFORMAT, "label is missing; null means none of these");
	if (status == HO_OK)
		status = ho_in_string(&reply->label, rq->json, "label", 1, LABEL_MAX, &rq->arena, err);
	if (status == HO_OK)
		status = ho_in_string(&reply->note, rq->json, "note", 1, NOTE_MAX, &rq->arena, err);
	if (status == HO_OK)
		status = ho_in_integer(&reply->took_ms, rq->json, "took_ms", 0, DAY_MS, 0, err);
	if (status == HO_OK)
		status = ho_in_bool(&reply->correct, rq->json, "correct", false, err);
	return status;
}

enum ho_status ho_post_answer(struct ho_request *rq, struct ho_error *err)
{
	struct ho_reply *reply = ho_arena_alloc(&rq->arena, 1, sizeof *reply);
	if (!reply)
		return ho_fail_nomem(err);
	*reply = (struct ho_reply){.item = rq->item, .reviewer = rq->caller.reviewer, .admin = ho_may(rq, 0)};
	enum ho_status status = read_reply(reply, rq, err);
	if (status)
		return status;
	rq->own = reply;
	return ho_request_commit(rq, write_answer, err);
}

/* A request that is sent again because its answer was lost must not take back one answer more. */
static enum ho_status write_withdrawal(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	struct ho_item item;
	struct ho_idempotent first, *key = rq->own;
	bool replayed;
	enum ho_status status = ho_idempotency_find(&first, &replayed, key, store, &rq->arena, err);
	if (status == HO_OK && replayed) {
		ho_request_add_header(rq, "Idempotent-Replayed", "true");
		status = store->ops->item_get(&item, store, &rq->item, &rq->arena, err);
		return status ? status : ho_item_answer(rq, &item, err);
	}
	if (status)
		return as_conflict(status, err);
	status = ho_withdraw_answer(&item, rq->server->app, store, &rq->item, rq->caller.reviewer,
	                            ho_may(rq, 0), &rq->arena, err);
	if (status == HO_OK && key->key) {
		key->item = rq->item;
		key->status = 200;
		key->at = ho_app_now(rq->server->app);
		status = store->ops->idempotent_put(store, key, err);
	}
	return status ? as_conflict(status, err) : ho_item_answer(rq, &item, err);
}

enum ho_status ho_delete_answer(struct ho_request *rq, struct ho_error *err)
{
	struct ho_idempotent *key = ho_arena_alloc(&rq->arena, 1, sizeof *key);
	if (!key)
		return ho_fail_nomem(err);
	rq->task = rq->item.text; /* keys of two items never meet */
	enum ho_status status = ho_idempotency_key(key, rq, "withdraw", err);
	rq->task = NULL;
	if (status)
		return status;
	rq->own = key;
	return ho_request_commit(rq, write_withdrawal, err);
}

static enum ho_status write_skip(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	ho_request_answer_empty(rq);
	return as_conflict(ho_skip_item(rq->server->app, store, &rq->item, rq->caller.reviewer, err), err);
}

enum ho_status ho_post_skip(struct ho_request *rq, struct ho_error *err)
{
	return ho_request_commit(rq, write_skip, err);
}

static enum ho_status write_flag(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	ho_request_answer_empty(rq);
	return as_conflict(ho_flag_item(rq->server->app, store, &rq->item, rq->caller.reviewer, rq->own, err), err);
}

enum ho_status ho_post_flag(struct ho_request *rq, struct ho_error *err)
{
	static const char *const known[] = {"note", NULL};
	const char *note = NULL;
	enum ho_status status = HO_OK;
	if (rq->body.len)
		status = ho_in_object(&rq->json, ho_buf_slice(&rq->body), err);
	if (status == HO_OK && rq->json)
		status = ho_in_only(rq->json, known, err);
	if (status == HO_OK && rq->json)
		status = ho_in_string(&note, rq->json, "note", 1, NOTE_MAX, &rq->arena, err);
	if (status)
		return status;
	rq->own = (void *)(uintptr_t)note;
	return ho_request_commit(rq, write_flag, err);
}

enum ho_status ho_get_context(struct ho_request *rq, struct ho_error *err)
{
	const char *json = NULL;
	enum ho_status status = ho_item_context(&json, rq->server->app, rq->worker->reader, &rq->item,
	                                        rq->caller.reviewer, &rq->arena, err);
	if (status)
		return status;
	ho_request_answer(rq, 200);
	return ho_buf_add(&rq->answer, json, strlen(json), err);
}
