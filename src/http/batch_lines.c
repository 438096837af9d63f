/* The lines of a batch: read, scored, written in groups. A line that cannot be used is answered as a problem and keeps
 * its place. */
#include <inttypes.h>
#include <xxhash.h>

#include "app/labels.h"
#include "http/batch_private.h"
#include "http/out.h"

enum { GROUP_BYTES = 1 << 20 };

/* The answer of a line that cannot be used: as much of a problem as fits into a line. */
static enum ho_status say_problem(struct ho_buf *out, uint64_t number, unsigned status, const struct ho_error *problem,
                                  struct ho_error *err)
{
	struct ho_out o = ho_out_begin(out, '{', err);
	ho_out_int(&o, "line", (int64_t)number);
	ho_out_int(&o, "status", status);
	ho_out_string(&o, "detail", problem->message);
	if (problem->place[0] && status != 503)
		ho_out_string(&o, "field", problem->place);
	return ho_out_end(&o, '}');
}

static enum ho_status keep(struct ho_batch_line *line, struct ho_batch *b, struct ho_buf *scratch, struct ho_error *err)
{
	line->answer = ho_arena_copy(&b->arena, ho_buf_slice(scratch));
	return line->answer.ptr ? HO_OK : ho_fail_nomem(err);
}

enum ho_status ho_http__batch_refuse(struct ho_batch_line *line, struct ho_batch *b, enum ho_status why,
                                     const struct ho_error *problem, struct ho_error *err)
{
	struct ho_buf scratch;
	unsigned status = why == HO_EINVAL ? 422 : why == HO_ELIMIT ? 413 : why == HO_EFORMAT ? 400 : 503;
	ho_buf_init(&scratch, 8192);
	enum ho_status done = say_problem(&scratch, line->number, status, problem, err);
	if (done == HO_OK)
		done = keep(line, b, &scratch, err);
	ho_buf_release(&scratch);
	line->usable = false;
	return done;
}

/* Each line has a key of its own, so that a retried batch finds the lines that were written before it broke off. */
static enum ho_status line_key(struct ho_batch_line *line, struct ho_batch *b, struct ho_slice bytes,
                               struct ho_error *err)
{
	XXH128_canonical_t hash;
	if (!b->key.key)
		return HO_OK;
	size_t room = strlen(b->key.key) + 24;
	char *key = ho_arena_alloc(&b->arena, room, 1);
	if (!key)
		return ho_fail_nomem(err);
	snprintf(key, room, "/%" PRIu64 "/%s", line->number, b->key.key); /* no caller has an empty name */
	line->first.key = key;
	XXH128_canonicalFromHash(&hash, XXH3_128bits(bytes.ptr, bytes.len));
	memcpy(line->first.body, hash.digest, sizeof line->first.body);
	return HO_OK;
}

/* Parse and score. A failure here is the line's own. */
static enum ho_status score(struct ho_batch_line *line, struct ho_batch *b, struct ho_worker *worker,
                            struct ho_slice bytes, struct ho_error *err)
{
	struct ho_incoming incoming;
	struct ho_buf scratch;
	json_t *json = NULL;
	enum ho_status status = ho_in_object(&json, bytes, err);
	if (status)
		return status;
	status = ho_incoming_read(&incoming, json, false, &b->arena, err);
	if (status == HO_OK) {
		incoming.text = ho_arena_copy(&b->arena, incoming.text); /* the item outlives the parsed line */
		if (!incoming.text.ptr)
			status = ho_fail_nomem(err);
	}
	json_decref(json);
	if (status == HO_OK)
		status = ho_classify_item(&line->item, worker->scorer, b->desk, &incoming, &b->arena, err);
	ho_buf_init(&scratch, 1 << 20);
	if (status == HO_OK)
		status = ho_classified_json(&scratch, &line->item, b->desk, err);
	if (status == HO_OK)
		status = keep(line, b, &scratch, err);
	ho_buf_release(&scratch);
	if (status == HO_OK)
		status = line_key(line, b, bytes, err);
	line->usable = status == HO_OK;
	return status;
}

/* The next line that is not blank; false at the end. */
static bool next_line(struct ho_batch *b, struct ho_slice *out)
{
	while (b->at < b->body.len) {
		const char *begin = b->body.data + b->at;
		const char *end = memchr(begin, '\n', b->body.len - b->at);
		size_t len = end ? (size_t)(end - begin) : b->body.len - b->at;
		b->at += len + (end != NULL);
		b->number++;
		*out = ho_slice_trim(ho_slice(begin, len));
		if (out->len)
			return true;
	}
	return false;
}

/* Up to GROUP lines or GROUP_BYTES of them, scored. */
enum ho_status ho_http__batch_fill(struct ho_batch *b, struct ho_worker *worker, struct ho_error *err)
{
	struct ho_slice bytes;
	size_t taken = 0;
	enum ho_status status = HO_OK;
	b->n = 0;
	ho_arena_reset(&b->arena);
	while (status == HO_OK && b->n < HO_BATCH_GROUP && taken < GROUP_BYTES && next_line(b, &bytes)) {
		struct ho_error problem = {.code = HO_OK};
		struct ho_batch_line *line = &b->lines[b->n++];
		*line = (struct ho_batch_line){.number = b->number};
		taken += bytes.len;
		enum ho_status why = score(line, b, worker, bytes, &problem);
		if (why)
			status = ho_http__batch_refuse(line, b, why, &problem, err);
	}
	return status;
}

static enum ho_status write_or_replay(struct ho_batch_line *line, struct ho_batch *b, struct ho_store *store,
                                      struct ho_error *err)
{
	struct ho_idempotent first;
	enum ho_status status = ho_idempotency_find(&first, &line->replayed, &line->first, store, &b->arena, err);
	if (status == HO_OK && line->replayed)
		line->answer = first.answer;
	if (status || line->replayed)
		return status;
	status = ho_classify_write(b->server->app, store, b->desk, &line->item, err);
	if (status || !line->first.key)
		return status;
	line->first.status = line->item.decision == HO_ITEM_AUTO ? 200 : 202;
	line->first.answer = line->answer;
	line->first.item = line->item.id;
	line->first.at = line->item.created_at;
	return store->ops->idempotent_put(store, &line->first, err);
}

static enum ho_status write_line(struct ho_batch_line *line, struct ho_batch *b, struct ho_store *store,
                                 struct ho_error *err)
{
	enum ho_status status = write_or_replay(line, b, store, err);
	if ((status || line->replayed) && !line->taken_back) { /* a group may be tried again */
		ho_classify_unwritten(b->desk, &line->item);
		line->taken_back = true;
	}
	return status;
}

/* The key stands for the whole body: it is written with the first group, and another body is refused. */
static enum ho_status write_key(struct ho_batch *b, struct ho_store *store, struct ho_error *err)
{
	struct ho_idempotent first;
	bool found;
	enum ho_status status = ho_idempotency_find(&first, &found, &b->key, store, &b->arena, err);
	if (status || found || !b->key.key)
		return status;
	first = b->key;
	first.status = 200;
	first.at = ho_app_now(b->server->app);
	return store->ops->idempotent_put(store, &first, err);
}

enum ho_status ho_http__batch_write(void *context, struct ho_store *store, struct ho_error *err)
{
	struct ho_batch *b = context;
	enum ho_status status = write_key(b, store, err);
	if (status)
		return status;
	for (size_t i = 0; i < b->n; i++) {
		struct ho_batch_line *line = &b->lines[i];
		struct ho_error problem = {.code = HO_OK};
		if (!line->usable)
			continue;
		enum ho_status why = write_line(line, b, store, &problem);
		if (why == HO_EINVAL) /* the key belongs to another line: nothing of it was written */
			why = ho_http__batch_refuse(line, b, why, &problem, &problem);
		if (why) {
			if (err)
				*err = problem;
			return why;
		}
	}
	return HO_OK;
}
