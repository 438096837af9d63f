/* POST /v1/tasks/{task}/classify/batch: NDJSON in, NDJSON out in the same order. The upload is read whole (its size is
 * limited); a thread of its own scores and writes it in groups, and each group's answers are sent once it is on disk. A
 * line that cannot be used is answered as a problem and keeps its place. */
#include <inttypes.h>
#include <xxhash.h>

#include "app/labels.h"
#include "base/alloc.h"
#include "http/incoming.h"
#include "http/out.h"
#include "http/private.h"
#include "http/route.h"

enum {
	GROUP = 256,
	GROUP_BYTES = 1 << 20,
	ARENA = 64 << 20,
	TRIES = 300,
	PAUSE_NS = 20000000,
	ANSWERS_MAX = 256 << 20
};

struct line {
	uint64_t number;
	struct ho_item item;
	struct ho_slice answer; /**< in the arena */
	struct ho_idempotent first;
	bool usable, replayed, taken_back;
};

struct batch {
	struct ho_errand errand;
	struct ho_server *server;
	struct ho_request *rq; /**< only while it is suspended and waits for more */
	const struct ho_desk *desk;
	struct ho_buf body; /**< taken over from the request */
	size_t at;          /**< of the body: where the next line begins */
	uint64_t number;
	struct ho_idempotent key; /**< of the whole request; owned copy of its key */
	char *key_text;
	struct ho_arena arena;
	struct line *lines; /**< [GROUP] */
	size_t n;

	pthread_mutex_t lock; /**< guards what follows */
	struct ho_buf out;
	bool done, waits, gone;
	unsigned owners; /**< the request and the errand */
};

static void leave(struct batch *b)
{
	pthread_mutex_lock(&b->lock);
	bool last = --b->owners == 0;
	pthread_mutex_unlock(&b->lock);
	if (!last)
		return;
	ho_desk_release(b->desk);
	ho_buf_release(&b->body);
	ho_buf_release(&b->out);
	ho_arena_release(&b->arena);
	ho_free(b->lines);
	ho_free(b->key_text);
	pthread_mutex_destroy(&b->lock);
	ho_free(b);
}

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

static enum ho_status keep(struct line *line, struct batch *b, struct ho_buf *scratch, struct ho_error *err)
{
	line->answer = ho_arena_copy(&b->arena, ho_buf_slice(scratch));
	return line->answer.ptr ? HO_OK : ho_fail_nomem(err);
}

static enum ho_status refuse(struct line *line, struct batch *b, enum ho_status why, const struct ho_error *problem,
                             struct ho_error *err)
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
static enum ho_status line_key(struct line *line, struct batch *b, struct ho_slice bytes, struct ho_error *err)
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
static enum ho_status score(struct line *line, struct batch *b, struct ho_worker *worker, struct ho_slice bytes,
                            struct ho_error *err)
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
static bool next_line(struct batch *b, struct ho_slice *out)
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
static enum ho_status fill_group(struct batch *b, struct ho_worker *worker, struct ho_error *err)
{
	struct ho_slice bytes;
	size_t taken = 0;
	enum ho_status status = HO_OK;
	b->n = 0;
	ho_arena_reset(&b->arena);
	while (status == HO_OK && b->n < GROUP && taken < GROUP_BYTES && next_line(b, &bytes)) {
		struct ho_error problem = {.code = HO_OK};
		struct line *line = &b->lines[b->n++];
		*line = (struct line){.number = b->number};
		taken += bytes.len;
		enum ho_status why = score(line, b, worker, bytes, &problem);
		if (why)
			status = refuse(line, b, why, &problem, err);
	}
	return status;
}

static enum ho_status write_or_replay(struct line *line, struct batch *b, struct ho_store *store, struct ho_error *err)
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

static enum ho_status write_line(struct line *line, struct batch *b, struct ho_store *store, struct ho_error *err)
{
	enum ho_status status = write_or_replay(line, b, store, err);
	if ((status || line->replayed) && !line->taken_back) { /* a group may be tried again */
		ho_classify_unwritten(b->desk, &line->item);
		line->taken_back = true;
	}
	return status;
}

/* The key stands for the whole body: it is written with the first group, and another body is refused. */
static enum ho_status write_key(struct batch *b, struct ho_store *store, struct ho_error *err)
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

static enum ho_status write_group(void *context, struct ho_store *store, struct ho_error *err)
{
	struct batch *b = context;
	enum ho_status status = write_key(b, store, err);
	if (status)
		return status;
	for (size_t i = 0; i < b->n; i++) {
		struct line *line = &b->lines[i];
		struct ho_error problem = {.code = HO_OK};
		if (!line->usable)
			continue;
		enum ho_status why = write_line(line, b, store, &problem);
		if (why == HO_EINVAL) /* the key belongs to another line: nothing of it was written */
			why = refuse(line, b, why, &problem, &problem);
		if (why) {
			if (err)
				*err = problem;
			return why;
		}
	}
	return HO_OK;
}

/* A full line of writers is waited for: this thread has nothing else to do. */
static void commit_group(struct batch *b)
{
	struct ho_error err = {.code = HO_OK};
	enum ho_status status = HO_EBUSY;
	for (unsigned i = 0; i < TRIES && status == HO_EBUSY; i++) {
		if (i)
			nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
		status = ho_app_write(b->server->app, write_group, b, &err);
	}
	for (size_t i = 0; status && i < b->n; i++) {
		struct ho_error ignored;
		if (b->lines[i].usable &&
		    refuse(&b->lines[i], b, status == HO_EINVAL ? HO_EINVAL : HO_EIO, &err, &ignored))
			b->lines[i].answer = ho_slice(NULL, 0);
	}
}

static void count(const struct batch *b, struct ho_worker *worker)
{
	unsigned slot = ho_tasks_known_slot(&b->server->tasks, b->desk->name, 1);
	for (size_t i = 0; i < b->n; i++)
		if (b->lines[i].usable && !b->lines[i].replayed)
			ho_tally_decision(
			    &worker->tally, slot,
			    b->lines[i].item.decision == HO_ITEM_AUTO ? 0 : (unsigned)b->lines[i].item.reason);
}

/* Locked. */
static void wake(struct batch *b)
{
	if (!b->waits)
		return;
	b->waits = false;
	ho_request_resume(b->rq);
}

/* Hand the answers over; false: nobody wants more. */
static bool hand_over(struct batch *b, bool done)
{
	struct ho_error err;
	enum ho_status status = HO_OK;
	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < b->n && !b->gone && status == HO_OK; i++) {
		status = ho_buf_add(&b->out, b->lines[i].answer.ptr, b->lines[i].answer.len, &err);
		if (status == HO_OK)
			status = ho_buf_add(&b->out, "\n", 1, &err);
	}
	b->gone |= status != HO_OK;
	b->done = done;
	wake(b);
	bool go_on = !b->gone && !done;
	pthread_mutex_unlock(&b->lock);
	return go_on;
}

static void run_batch(struct ho_errand *errand)
{
	struct batch *b = (struct batch *)(void *)errand;
	struct ho_error err = {.code = HO_OK};
	struct ho_worker *worker = ho_http__worker(b->server, &err);
	bool more = worker != NULL;
	/* The time that a stop gives is over: what is left of the batches is not begun, and can be sent again. */
	while (more && !atomic_load(&b->server->closing)) {
		enum ho_status status = fill_group(b, worker, &err);
		if (status == HO_OK && b->n) {
			commit_group(b);
			count(b, worker);
		}
		if (status)
			break;
		more = hand_over(b, b->at >= b->body.len);
	}
	pthread_mutex_lock(&b->lock);
	b->gone |= !b->done; /* broken off: the client must not take what it has for all */
	b->done = true;
	wake(b);
	pthread_mutex_unlock(&b->lock);
	leave(b);
}

static enum ho_status more_answers(struct ho_request *rq, struct ho_buf *out, bool *end, bool *later,
                                   struct ho_error *err)
{
	struct batch *b = rq->stream_state;
	enum ho_status status = HO_OK;
	pthread_mutex_lock(&b->lock);
	if (b->out.len) {
		struct ho_buf ready = b->out;
		ho_buf_init(&b->out, ANSWERS_MAX);
		ho_buf_release(out);
		*out = ready;
		ho_http__wire_phase(rq->wire, HO_WIRE_ANSWER);
	} else if (b->done) {
		*end = true;
		if (b->gone)
			status = ho_fail(err, HO_EIO, "the batch broke off");
	} else {
		*later = b->waits = true;
		ho_http__wire_phase(rq->wire, HO_WIRE_WORK);
		ho_request_suspend(rq); /* under the lock: nobody may resume what is not suspended yet */
	}
	pthread_mutex_unlock(&b->lock);
	return status;
}

static void close_answers(struct ho_request *rq)
{
	struct batch *b = rq->stream_state;
	pthread_mutex_lock(&b->lock);
	b->gone = true;
	pthread_mutex_unlock(&b->lock);
	leave(b);
}

static struct batch *batch_new(struct ho_request *rq, struct ho_error *err)
{
	struct batch *b = ho_calloc(1, sizeof *b);
	if (!b) {
		ho_fail_nomem(err);
		return NULL;
	}
	pthread_mutex_init(&b->lock, NULL);
	ho_arena_init(&b->arena, ARENA);
	ho_buf_init(&b->out, ANSWERS_MAX);
	ho_buf_init(&b->body, 0);
	b->owners = 1;
	b->server = rq->server;
	b->rq = rq;
	b->errand.run = run_batch;
	b->lines = ho_calloc(GROUP, sizeof *b->lines);
	size_t key = rq->own ? strlen(((struct ho_idempotent *)rq->own)->key) + 1 : 0;
	b->key_text = key ? ho_alloc(key, 1) : NULL;
	if (!b->lines || (key && !b->key_text)) {
		leave(b);
		ho_fail_nomem(err);
		return NULL;
	}
	if (key)
		memcpy(b->key_text, ((struct ho_idempotent *)rq->own)->key, key);
	if (key)
		b->key = *(struct ho_idempotent *)rq->own;
	b->key.key = b->key_text;
	return b;
}

enum ho_status ho_post_batch(struct ho_request *rq, struct ho_error *err)
{
	static const struct ho_stream stream = {more_answers, close_answers};
	struct ho_idempotent key, first;
	bool found;
	enum ho_status status = ho_desk_take(&rq->desk, rq->server->app, rq->task, err);
	if (status == HO_OK)
		status = ho_idempotency_key(&key, rq, "batch", err);
	/* Looked up here too, while the whole request can still be refused. */
	if (status == HO_OK)
		status = ho_idempotency_find(&first, &found, &key, rq->worker->reader, &rq->arena, err);
	if (status)
		return status;
	rq->own = key.key ? &key : NULL;
	struct batch *b = batch_new(rq, err);
	rq->own = NULL;
	if (!b)
		return HO_ENOMEM;
	b->body = rq->body;
	ho_buf_init(&rq->body, 0);
	b->desk = rq->desk;
	rq->desk = NULL;
	b->owners = 2;
	status = ho_http__crew_give(&rq->server->batches, &b->errand, err);
	if (status) {
		b->owners = 1;
		leave(b);
		return status;
	}
	ho_request_answer_stream(rq, "application/x-ndjson", &stream, b);
	return HO_OK;
}
