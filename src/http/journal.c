/* GET and POST /v1/journal: the notebook. */
#include "app/journal.h"

#include "http/change.h"
#include "http/in.h"
#include "http/incoming.h"
#include "http/out.h"
#include "http/private.h"
#include "http/route.h"

enum { LIST_MAX = 1000, LIST_DEFAULT = 200, HOURS_MAX = 24 * 4000, HOUR_MS = 3600000, WORDS_MAX = 4000 };

static void show_entry(struct ho_out *out, const struct ho_journal_entry *entry)
{
	ho_out_open(out, NULL, '{');
	ho_out_int(out, "sequence", entry->sequence);
	ho_out_time(out, "at", entry->at);
	ho_out_string(out, "actor", entry->actor);
	ho_out_string(out, "kind", entry->kind);
	ho_out_string(out, "task", entry->task);
	ho_out_string(out, "words", entry->words);
	ho_out_raw(out, "figures", entry->figures ? ho_slice_str(entry->figures) : ho_slice(NULL, 0));
	ho_out_close(out, '}');
}

struct pick {
	const char *task;
	int64_t after, before, since; /**< after: < 0 where it was not given */
	size_t limit;
};

/* Of all entries since a time those before `before`: the last `limit` of them, newest first. The store reads forward,
 * so that pages go by in a ring. */
static enum ho_status last_since(struct ho_journal_entry *ring, size_t *n, const struct pick *pick, int64_t since,
                                 struct ho_request *rq, struct ho_error *err)
{
	struct ho_store *reader = rq->worker->reader;
	int64_t after = 0;
	size_t got = LIST_MAX;
	*n = 0;
	while (got == LIST_MAX) {
		struct ho_journal_entry *page = NULL;
		enum ho_status status =
		    reader->ops->journal_list(&page, &got, reader, pick->task, since, after, LIST_MAX, &rq->arena, err);
		if (status)
			return status;
		for (size_t i = 0; i < got; i++) {
			after = page[i].sequence;
			if (after < pick->before)
				ring[(*n)++ % pick->limit] = page[i];
		}
	}
	return HO_OK;
}

/* Most looks are at the last days: only if these hold too little is more read. */
static enum ho_status newest(struct ho_journal_entry *ring, size_t *n, const struct pick *pick, struct ho_request *rq,
                             struct ho_error *err)
{
	static const int64_t days[] = {2, 30, 0};
	int64_t now = ho_app_now(rq->server->app);
	enum ho_status status = HO_OK;
	*n = 0;
	for (size_t i = 0; i < sizeof days / sizeof *days && status == HO_OK && *n < pick->limit; i++) {
		int64_t since = days[i] ? now - days[i] * 24 * HOUR_MS : 0;
		since = since < pick->since ? pick->since : since;
		status = last_since(ring, n, pick, since, rq, err);
		if (since == pick->since)
			break;
	}
	return status;
}

static enum ho_status read_pick(struct pick *pick, struct ho_request *rq, struct ho_error *err)
{
	int64_t limit, hours;
	enum ho_status status = ho_request_number(&limit, rq, "limit", 1, LIST_MAX, LIST_DEFAULT, err);
	if (status == HO_OK)
		status = ho_request_number(&hours, rq, "hours", 1, HOURS_MAX, 0, err);
	if (status == HO_OK)
		status = ho_request_number(&pick->after, rq, "after", 0, INT64_MAX, -1, err);
	if (status == HO_OK)
		status = ho_request_number(&pick->before, rq, "before", 1, INT64_MAX, INT64_MAX, err);
	if (status)
		return status;
	pick->limit = (size_t)limit;
	pick->since = hours ? ho_app_now(rq->server->app) - hours * HOUR_MS : 0;
	pick->task = ho_request_query(rq, "task");
	return HO_OK;
}

enum ho_status ho_get_journal(struct ho_request *rq, struct ho_error *err)
{
	struct pick pick = {.limit = 0};
	struct ho_journal_entry *entries = NULL;
	size_t n = 0;
	struct ho_store *reader = rq->worker->reader;
	enum ho_status status = read_pick(&pick, rq, err);
	if (status)
		return status;
	bool forward = pick.after >= 0;
	if (!forward && !(entries = ho_arena_alloc(&rq->arena, pick.limit, sizeof *entries)))
		return ho_fail_nomem(err);
	if (forward)
		status = reader->ops->journal_list(&entries, &n, reader, pick.task, pick.since, pick.after, pick.limit,
		                                   &rq->arena, err);
	else
		status = newest(entries, &n, &pick, rq, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_open(&out, "entries", '[');
	for (size_t i = 0; i < n && i < pick.limit; i++)
		show_entry(&out, forward ? &entries[i] : &entries[(n - 1 - i) % pick.limit]);
	ho_out_close(&out, ']');
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}

struct note {
	const char *words, *task;
	struct ho_idempotent key;
};

static enum ho_status write_note(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	struct note *note = rq->own;
	struct ho_idempotent first;
	bool found;
	ho_request_answer_empty(rq);
	enum ho_status status = ho_idempotency_find(&first, &found, &note->key, store, &rq->arena, err);
	if (status)
		return status;
	if (found) {
		ho_request_add_header(rq, "Idempotent-Replayed", "true");
		return HO_OK;
	}
	note->key.status = rq->status;
	note->key.at = ho_app_now(rq->server->app);
	status = ho_journal_write(rq->server->app, store, rq->caller.name, "note", note->task, note->words, NULL, err);
	return status || !note->key.key ? status : store->ops->idempotent_put(store, &note->key, err);
}

enum ho_status ho_post_note(struct ho_request *rq, struct ho_error *err)
{
	static const char *const known[] = {"words", "task", NULL};
	struct note *note = ho_arena_alloc(&rq->arena, 1, sizeof *note);
	if (!note)
		return ho_fail_nomem(err);
	memset(note, 0, sizeof *note);
	enum ho_status status = ho_in_object(&rq->json, ho_buf_slice(&rq->body), err);
	if (status == HO_OK)
		status = ho_in_only(rq->json, known, err);
	if (status == HO_OK)
		status = ho_in_required(&note->words, rq->json, "words", 1, WORDS_MAX, &rq->arena, err);
	if (status == HO_OK)
		status = ho_in_string(&note->task, rq->json, "task", 1, HO_TASK_NAME_MAX, &rq->arena, err);
	if (status == HO_OK && note->task)
		status = ho_desk_take(&rq->desk, rq->server->app, note->task, err);
	if (status == HO_OK)
		status = ho_idempotency_key(&note->key, rq, "note", err);
	if (status)
		return status;
	rq->own = note;
	return ho_request_commit(rq, write_note, err);
}
