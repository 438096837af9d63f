/* POST /v1/tasks/{task}/classify: the hot path. Parsed and scored on the serving thread, written in a group with
 * others, answered when it is on disk. */
#include <xxhash.h>

#include "app/labels.h"
#include "http/incoming.h"
#include "http/items.h"
#include "http/private.h"
#include "http/route.h"

struct classify {
	struct ho_item item;
	struct ho_idempotent first; /**< key NULL: none was sent */
	int64_t wait_ms;
	bool replayed;
	bool taken_back; /**< the draw of an item that was not written */
	unsigned status;
};

/* Keys of two callers, two tasks or two kinds of request never meet: of these parts none has a slash, and what the
 * caller chose comes last. */
enum ho_status ho_idempotency_key(struct ho_idempotent *out, struct ho_request *rq, const char *kind,
                                  struct ho_error *err)
{
	const char *sent = ho_request_header(rq, "Idempotency-Key");
	memset(out, 0, sizeof *out);
	if (!sent)
		return HO_OK;
	size_t len = strlen(sent);
	if (len < 1 || len > HO_IDEMPOTENCY_KEY_MAX)
		return ho_fail(err, HO_EFORMAT, "Idempotency-Key must have 1 to %d characters", HO_IDEMPOTENCY_KEY_MAX);
	const char *task = rq->task ? rq->task : "";
	size_t room = len + strlen(rq->caller.name) + strlen(task) + strlen(kind) + 4;
	char *key = ho_arena_alloc(&rq->arena, room, 1);
	if (!key)
		return ho_fail_nomem(err);
	snprintf(key, room, "%s/%s/%s/%s", rq->caller.name, task, kind, sent);
	out->key = key;
	XXH128_canonical_t hash;
	XXH128_canonicalFromHash(&hash, XXH3_128bits(rq->body.data ? rq->body.data : "", rq->body.len));
	memcpy(out->body, hash.digest, sizeof out->body);
	return HO_OK;
}

enum ho_status ho_idempotency_find(struct ho_idempotent *out, bool *found, const struct ho_idempotent *sent,
                                   struct ho_store *store, struct ho_arena *arena, struct ho_error *err)
{
	*found = false;
	if (!sent->key)
		return HO_OK;
	enum ho_status status = store->ops->idempotent_get(out, store, sent->key, arena, err);
	if (status == HO_ENOTFOUND)
		return HO_OK;
	if (status)
		return status;
	if (memcmp(out->body, sent->body, sizeof sent->body) != 0) {
		ho_fail(err, HO_EINVAL, "this Idempotency-Key was used with another body");
		return ho_error_at(err, "Idempotency-Key");
	}
	*found = true;
	return HO_OK;
}

static enum ho_status write_or_replay(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	struct classify *c = rq->own;
	struct ho_idempotent first;
	enum ho_status status = ho_idempotency_find(&first, &c->replayed, &c->first, store, &rq->arena, err);
	if (status)
		return status;
	if (c->replayed) {
		c->status = first.status;
		c->item.id = first.item;
		ho_buf_reset(&rq->answer);
		return ho_buf_add(&rq->answer, first.answer.ptr, first.answer.len, err);
	}
	status = ho_classify_write(rq->server->app, store, rq->desk, &c->item, err);
	if (status || !c->first.key)
		return status;
	c->first.status = c->status;
	c->first.answer = ho_buf_slice(&rq->answer);
	c->first.item = c->item.id;
	c->first.at = c->item.created_at;
	return store->ops->idempotent_put(store, &c->first, err);
}

static enum ho_status write_item(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	struct classify *c = rq->own;
	enum ho_status status = write_or_replay(rq, store, err);
	if ((status || c->replayed) && !c->taken_back) { /* a group may be tried again */
		ho_classify_unwritten(rq->desk, &c->item);
		c->taken_back = true;
	}
	return status;
}

static void count(struct ho_request *rq, const struct ho_item *item)
{
	unsigned slot = ho_tasks_known_slot(&rq->server->tasks, rq->task, 1);
	ho_tally_decision(&rq->worker->tally, slot, item->decision == HO_ITEM_AUTO ? 0 : (unsigned)item->reason);
}

static enum ho_status written(struct ho_request *rq, struct ho_error *err)
{
	struct classify *c = rq->own;
	if (c->replayed)
		ho_request_add_header(rq, "Idempotent-Replayed", "true");
	else
		count(rq, &c->item);
	ho_request_answer(rq, c->status);
	if (c->status != 202 || !c->wait_ms)
		return HO_OK;
	rq->item = c->item.id;
	return ho_item_wait(rq, c->wait_ms, err);
}

static enum ho_status read_request(struct classify *c, struct ho_incoming *incoming, struct ho_request *rq,
                                   struct ho_error *err)
{
	enum ho_status status = ho_in_object(&rq->json, ho_buf_slice(&rq->body), err);
	if (status == HO_OK)
		status = ho_incoming_read(incoming, rq->json, true, &rq->arena, err);
	if (status == HO_OK)
		status = ho_in_integer(&c->wait_ms, rq->json, "wait_ms", 0, HO_WAIT_MS_MAX, 0, err);
	if (status == HO_OK)
		status = ho_idempotency_key(&c->first, rq, "classify", err);
	return status;
}

enum ho_status ho_post_classify(struct ho_request *rq, struct ho_error *err)
{
	struct ho_incoming incoming;
	struct classify *c = ho_arena_alloc(&rq->arena, 1, sizeof *c);
	if (!c)
		return ho_fail_nomem(err);
	memset(c, 0, sizeof *c);
	rq->own = c;
	enum ho_status status = ho_desk_take(&rq->desk, rq->server->app, rq->task, err);
	if (status == HO_OK)
		status = read_request(c, &incoming, rq, err);
	if (status == HO_OK)
		status = ho_classify_item(&c->item, rq->worker->scorer, rq->desk, &incoming, &rq->arena, err);
	if (status == HO_OK)
		status = ho_classified_json(&rq->answer, &c->item, rq->desk, err);
	if (status)
		return status;
	c->status = c->item.decision == HO_ITEM_AUTO ? 200 : 202;
	rq->then = written;
	rq->job.repeatable = true;
	return ho_request_commit(rq, write_item, err);
}
