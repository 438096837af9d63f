/* GET and POST /v1/journal: the notebook. */
#include "app/journal.h"

#include "http/change.h"
#include "http/in.h"
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

enum ho_status ho_get_journal(struct ho_request *rq, struct ho_error *err)
{
	struct ho_journal_entry *entries = NULL;
	size_t n = 0;
	int64_t limit, hours, after;
	struct ho_store *reader = rq->worker->reader;
	enum ho_status status = ho_request_number(&limit, rq, "limit", 1, LIST_MAX, LIST_DEFAULT, err);
	if (status == HO_OK)
		status = ho_request_number(&hours, rq, "hours", 1, HOURS_MAX, HOURS_MAX, err);
	if (status == HO_OK)
		status = ho_request_number(&after, rq, "after", 0, INT64_MAX, 0, err);
	if (status)
		return status;
	int64_t since = hours == HOURS_MAX ? 0 : ho_app_now(rq->server->app) - hours * HOUR_MS;
	status = reader->ops->journal_list(&entries, &n, reader, ho_request_query(rq, "task"), since, after, (size_t)limit,
	                                   &rq->arena, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_open(&out, "entries", '[');
	for (size_t i = 0; i < n; i++)
		show_entry(&out, &entries[i]);
	ho_out_close(&out, ']');
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}

static enum ho_status write_note(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	const char *const *note = rq->own;
	ho_request_answer_empty(rq);
	return ho_journal_write(rq->server->app, store, rq->caller.name, "note", note[1], note[0], NULL, err);
}

enum ho_status ho_post_note(struct ho_request *rq, struct ho_error *err)
{
	static const char *const known[] = {"words", "task", NULL};
	const char **note = ho_arena_alloc(&rq->arena, 2, sizeof *note);
	if (!note)
		return ho_fail_nomem(err);
	enum ho_status status = ho_in_object(&rq->json, ho_buf_slice(&rq->body), err);
	if (status == HO_OK)
		status = ho_in_only(rq->json, known, err);
	if (status == HO_OK)
		status = ho_in_required(&note[0], rq->json, "words", 1, WORDS_MAX, &rq->arena, err);
	if (status == HO_OK)
		status = ho_in_string(&note[1], rq->json, "task", 1, HO_TASK_NAME_MAX, &rq->arena, err);
	if (status == HO_OK && note[1])
		status = ho_desk_take(&rq->desk, rq->server->app, note[1], err);
	if (status)
		return status;
	rq->own = note;
	return ho_request_commit(rq, write_note, err);
}
