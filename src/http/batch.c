/* POST /v1/tasks/{task}/classify/batch: NDJSON in, NDJSON out in the same order. The upload is read whole (its size is
 * limited); a thread of its own scores and writes it in groups, and each group's answers are sent once it is on disk. A
 * line that cannot be used is answered as a problem and keeps its place. */
#include "base/alloc.h"
#include "http/batch_private.h"
#include "http/route.h"

enum { ARENA = 64 << 20, TRIES = 300, PAUSE_NS = 20000000, ANSWERS_MAX = 256 << 20 };

static void leave(struct ho_batch *b)
{
	pthread_mutex_lock(&b->lock);
	bool last = --b->owners == 0;
	pthread_mutex_unlock(&b->lock);
	if (!last)
		return;
	atomic_fetch_sub(&b->server->answer_bytes, b->held);
	ho_desk_release(b->desk);
	ho_buf_release(&b->body);
	ho_buf_release(&b->out);
	ho_arena_release(&b->arena);
	ho_free(b->lines);
	ho_free(b->key_text);
	pthread_mutex_destroy(&b->lock);
	ho_free(b);
}

/* A full line of writers is waited for: this thread has nothing else to do. */
static void commit_group(struct ho_batch *b)
{
	struct ho_error err = {.code = HO_OK};
	enum ho_status status = HO_EBUSY;
	for (unsigned i = 0; i < TRIES && status == HO_EBUSY; i++) {
		if (i)
			nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
		status = ho_app_write(b->server->app, ho_http__batch_write, b, &err);
	}
	for (size_t i = 0; status && i < b->n; i++) {
		struct ho_error ignored;
		if (b->lines[i].usable &&
		    ho_http__batch_refuse(&b->lines[i], b, status == HO_EINVAL ? HO_EINVAL : HO_EIO, &err, &ignored))
			b->lines[i].answer = ho_slice(NULL, 0);
	}
}

static void count(const struct ho_batch *b, struct ho_worker *worker)
{
	unsigned slot = ho_tasks_known_slot(&b->server->tasks, b->desk->name, 1);
	for (size_t i = 0; i < b->n; i++)
		if (b->lines[i].usable && !b->lines[i].replayed)
			ho_tally_decision(
			    &worker->tally, slot,
			    b->lines[i].item.decision == HO_ITEM_AUTO ? 0 : (unsigned)b->lines[i].item.reason);
}

/* Locked. */
static void wake(struct ho_batch *b)
{
	if (!b->waits)
		return;
	b->waits = false;
	ho_request_resume(b->rq);
}

/* Locked. Clients that fetch nothing must not fill the memory: what they may hold together has a limit. */
static bool hold(struct ho_batch *b, size_t bytes)
{
	b->held += bytes;
	return atomic_fetch_add(&b->server->answer_bytes, bytes) + bytes <= b->server->options.answers_max;
}

/* Locked. Of a batch that broke off nothing more is sent. */
static void drop(struct ho_batch *b)
{
	atomic_fetch_sub(&b->server->answer_bytes, b->out.len);
	b->held -= b->out.len;
	ho_buf_release(&b->out);
	ho_buf_init(&b->out, ANSWERS_MAX);
}

/* Locked. What went out before is sent: `now` bytes follow. */
static void fetch(struct ho_batch *b, size_t now)
{
	atomic_fetch_sub(&b->server->answer_bytes, b->fetched);
	b->held -= b->fetched;
	b->fetched = now;
}

/* Hand the answers over; false: nobody wants more. */
static bool hand_over(struct ho_batch *b, bool done)
{
	struct ho_error err;
	enum ho_status status = HO_OK;
	pthread_mutex_lock(&b->lock);
	size_t before = b->out.len;
	for (size_t i = 0; i < b->n && !b->gone && status == HO_OK; i++) {
		status = ho_buf_add(&b->out, b->lines[i].answer.ptr, b->lines[i].answer.len, &err);
		if (status == HO_OK)
			status = ho_buf_add(&b->out, "\n", 1, &err);
	}
	b->gone |= !hold(b, b->out.len - before) || status != HO_OK;
	if (b->gone)
		drop(b);
	b->done = done;
	wake(b);
	bool go_on = !b->gone && !done;
	pthread_mutex_unlock(&b->lock);
	return go_on;
}

static void run_batch(struct ho_errand *errand)
{
	struct ho_batch *b = (struct ho_batch *)(void *)errand;
	struct ho_error err = {.code = HO_OK};
	struct ho_worker *worker = ho_http__worker(b->server, &err);
	bool more = worker != NULL;
	/* The time that a stop gives is over: what is left of the batches is not begun, and can be sent again. */
	while (more && !atomic_load(&b->server->closing)) {
		enum ho_status status = ho_http__batch_fill(b, worker, &err);
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
	struct ho_batch *b = rq->stream_state;
	enum ho_status status = HO_OK;
	pthread_mutex_lock(&b->lock);
	fetch(b, b->out.len);
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
	struct ho_batch *b = rq->stream_state;
	pthread_mutex_lock(&b->lock);
	b->gone = true;
	pthread_mutex_unlock(&b->lock);
	leave(b);
}

static struct ho_batch *batch_new(struct ho_request *rq, struct ho_error *err)
{
	struct ho_batch *b = ho_calloc(1, sizeof *b);
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
	b->lines = ho_calloc(HO_BATCH_GROUP, sizeof *b->lines);
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
	struct ho_batch *b = batch_new(rq, err);
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
