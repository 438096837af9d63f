#include "stream.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/alloc.h"

enum { BLOCK_ROWS = 256, BLOCK_BYTES = 1 << 20, THREADS_MAX = 256, IDLE_MS = 15 };
/* Texts of a block: one of the longest may follow a nearly full block. */
#define BLOCK_MAX (2 * HO_TEXT_MAX + ((size_t)1 << 24))
#define OUTPUT_MAX ((size_t)1 << 34)

struct item {
	size_t text, text_len, id, id_len; /* in block->bytes */
	const char *problem;
};

struct block {
	struct ho_buf bytes, out;
	struct item items[BLOCK_ROWS];
	size_t n;
	bool done;
};

struct cli_stream {
	const struct cli_lines *lines;
	cli_sink_fn sink;
	unsigned threads, started;
	bool inline_;
	pthread_t ids[THREADS_MAX];
	struct ho_workspace *inline_workspace;
	pthread_mutex_t lock;            /* guards everything below */
	pthread_cond_t submitted, freed; /* a block for the workers; a block for the reader, or a failure */
	struct block **blocks, **ring, **idle; /* [n_blocks] all; the submitted ones in order; the free ones */
	size_t n_blocks, n_idle;
	size_t written, taken, tail; /* positions in the order, ever growing; ring index is position % n_blocks */
	struct block *filling;       /* being filled by the reader; NULL: none */
	bool writing, ended, joined;
	enum ho_status status;
	struct ho_error error;
};

static void fail(struct cli_stream *s, enum ho_status status, const struct ho_error *error)
{
	if (s->status == HO_OK) {
		s->status = status;
		s->error = *error;
	}
	pthread_cond_broadcast(&s->submitted);
	pthread_cond_broadcast(&s->freed);
}

static enum ho_status answer_item(struct block *b, const struct item *item, const struct cli_lines *lines, struct ho_workspace *ws,
				  struct ho_error *err)
{
	struct ho_slice id = ho_slice(b->bytes.data + item->id, item->id_len);
	struct ho_answer answer;
	if (item->problem)
		return cli_line_error(&b->out, id, item->problem, err);
	enum ho_status status = ho_classify(&answer, ws, b->bytes.data + item->text, item->text_len, err);
	if (status == HO_ELIMIT)
		return cli_line_error(&b->out, id, "the text is too long to be answered", err);
	return status ? status : cli_line_answer(&b->out, lines, id, &answer, err);
}

static enum ho_status answer_block(struct block *b, const struct cli_lines *lines, struct ho_workspace *ws, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	ho_buf_reset(&b->out);
	for (size_t i = 0; i < b->n && status == HO_OK; i++)
		status = answer_item(b, &b->items[i], lines, ws, err);
	return status;
}

/* One huge text must not keep its room for ever. */
static void block_reset(struct block *b)
{
	b->n = 0;
	b->done = false;
	ho_buf_reset(&b->bytes);
	if (b->bytes.cap > 4 * (size_t)BLOCK_BYTES) {
		ho_buf_release(&b->bytes);
		ho_buf_init(&b->bytes, BLOCK_MAX);
	}
}

/* With the lock held: write the finished blocks that are next in order, unless somebody else is at it. */
static void write_ready(struct cli_stream *s)
{
	while (!s->writing && s->status == HO_OK && s->written < s->taken && s->ring[s->written % s->n_blocks]->done) {
		struct block *b = s->ring[s->written % s->n_blocks];
		struct ho_error error = {.code = HO_OK};
		s->writing = true;
		pthread_mutex_unlock(&s->lock);
		enum ho_status status = s->sink(b->out.data, b->out.len, &error);
		pthread_mutex_lock(&s->lock);
		s->writing = false;
		s->written++;
		block_reset(b);
		s->idle[s->n_idle++] = b;
		pthread_cond_signal(&s->freed);
		if (status)
			fail(s, status, &error);
	}
}

/* With the lock held: the reader's block joins the order. */
static void submit(struct cli_stream *s)
{
	s->ring[s->tail++ % s->n_blocks] = s->filling;
	s->filling = NULL;
	pthread_cond_signal(&s->submitted);
}

/* With the lock held: wait for a block; NULL when there will be none. */
static struct block *take(struct cli_stream *s)
{
	while (s->status == HO_OK) {
		if (s->taken < s->tail)
			return s->ring[s->taken++ % s->n_blocks];
		if (s->ended)
			return NULL;
		struct timespec until;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += IDLE_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		int waited = pthread_cond_timedwait(&s->submitted, &s->lock, &until);
		if (waited == ETIMEDOUT && s->taken == s->tail && s->filling && s->filling->n)
			submit(s);
	}
	return NULL;
}

static void *work(void *argument)
{
	struct cli_stream *s = argument;
	struct ho_error error = {.code = HO_OK};
	struct ho_workspace *ws;
	struct block *b;
	enum ho_status status = ho_workspace_new(&ws, s->lines->model, &error);
	pthread_mutex_lock(&s->lock);
	if (status)
		fail(s, status, &error);
	while ((b = take(s)) != NULL) {
		pthread_mutex_unlock(&s->lock);
		status = answer_block(b, s->lines, ws, &error);
		pthread_mutex_lock(&s->lock);
		if (status) {
			fail(s, status, &error);
			break;
		}
		b->done = true;
		write_ready(s);
	}
	pthread_mutex_unlock(&s->lock);
	ho_workspace_free(ws);
	return NULL;
}

static enum ho_status make_blocks(struct cli_stream *s, struct ho_error *err)
{
	s->n_blocks = s->inline_ ? 1 : 2 * (size_t)s->threads + 2;
	s->blocks = ho_calloc(s->n_blocks, sizeof *s->blocks);
	s->ring = ho_calloc(s->n_blocks, sizeof *s->ring);
	s->idle = ho_calloc(s->n_blocks, sizeof *s->idle);
	if (!s->blocks || !s->ring || !s->idle)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < s->n_blocks; i++) {
		s->blocks[i] = ho_calloc(1, sizeof **s->blocks);
		if (!s->blocks[i])
			return ho_fail_nomem(err);
		ho_buf_init(&s->blocks[i]->bytes, BLOCK_MAX);
		ho_buf_init(&s->blocks[i]->out, OUTPUT_MAX);
		s->idle[s->n_idle++] = s->blocks[i];
	}
	return HO_OK;
}

static void init_locks(struct cli_stream *s)
{
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->submitted, &monotonic);
	pthread_cond_init(&s->freed, NULL);
	pthread_condattr_destroy(&monotonic);
}

enum ho_status cli_stream_open(struct cli_stream **out, const struct cli_lines *lines, cli_sink_fn sink, unsigned threads,
			       bool inline_, struct ho_error *err)
{
	struct cli_stream *s = ho_calloc(1, sizeof *s);
	*out = NULL;
	if (!s)
		return ho_fail_nomem(err);
	s->lines = lines;
	s->sink = sink;
	s->threads = threads > THREADS_MAX ? THREADS_MAX : threads;
	s->inline_ = inline_ && threads == 1;
	init_locks(s);
	enum ho_status status = make_blocks(s, err);
	if (status == HO_OK && s->inline_)
		status = ho_workspace_new(&s->inline_workspace, lines->model, err);
	while (status == HO_OK && !s->inline_ && s->started < s->threads &&
	       pthread_create(&s->ids[s->started], NULL, work, s) == 0)
		s->started++;
	if (status == HO_OK && !s->inline_ && s->started == 0)
		status = ho_fail(err, HO_EIO, "no thread can be started");
	if (status) {
		cli_stream_close(s);
		return status;
	}
	*out = s;
	return HO_OK;
}

static enum ho_status append(struct block *b, struct ho_slice text, struct ho_slice id, const char *problem, struct ho_error *err)
{
	struct item item = {b->bytes.len, text.len, b->bytes.len + text.len, id.len, problem};
	enum ho_status status = ho_buf_reserve(&b->bytes, text.len + id.len, err);
	if (status == HO_OK)
		status = ho_buf_add(&b->bytes, text.ptr ? text.ptr : "", text.len, err);
	if (status == HO_OK)
		status = ho_buf_add(&b->bytes, id.ptr ? id.ptr : "", id.len, err);
	if (status == HO_OK)
		b->items[b->n++] = item;
	return status;
}

static bool is_full(const struct block *b)
{
	return b->n == BLOCK_ROWS || b->bytes.len >= BLOCK_BYTES;
}

/* Without threads: answer and write the one block. */
static enum ho_status flush_inline(struct cli_stream *s, struct ho_error *err)
{
	struct block *b = s->blocks[0];
	enum ho_status status = answer_block(b, s->lines, s->inline_workspace, err);
	if (status == HO_OK && b->out.len)
		status = s->sink(b->out.data, b->out.len, err);
	block_reset(b);
	return status;
}

enum ho_status cli_stream_add(struct cli_stream *s, struct ho_slice text, struct ho_slice id, const char *problem,
			      struct ho_error *err)
{
	enum ho_status status;
	if (s->inline_) {
		status = append(s->blocks[0], text, id, problem, err);
		return status == HO_OK && is_full(s->blocks[0]) ? flush_inline(s, err) : status;
	}
	pthread_mutex_lock(&s->lock);
	while (!s->filling && s->n_idle == 0 && s->status == HO_OK)
		pthread_cond_wait(&s->freed, &s->lock);
	status = s->status;
	if (status == HO_OK) {
		if (!s->filling)
			s->filling = s->idle[--s->n_idle];
		status = append(s->filling, text, id, problem, err);
		if (status == HO_OK && is_full(s->filling))
			submit(s);
	} else if (err) {
		*err = s->error;
	}
	pthread_mutex_unlock(&s->lock);
	return status;
}

static void join(struct cli_stream *s)
{
	if (s->joined)
		return;
	pthread_mutex_lock(&s->lock);
	if (s->filling && s->filling->n)
		submit(s);
	s->ended = true;
	pthread_cond_broadcast(&s->submitted);
	pthread_mutex_unlock(&s->lock);
	for (unsigned t = 0; t < s->started; t++)
		pthread_join(s->ids[t], NULL);
	s->joined = true;
}

enum ho_status cli_stream_finish(struct cli_stream *s, struct ho_error *err)
{
	if (s->inline_)
		return flush_inline(s, err);
	join(s);
	if (s->status && err)
		*err = s->error;
	return s->status;
}

void cli_stream_close(struct cli_stream *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	if (!s->joined && s->status == HO_OK)
		s->status = HO_ECANCELLED;
	pthread_mutex_unlock(&s->lock);
	join(s);
	ho_workspace_free(s->inline_workspace);
	for (size_t i = 0; s->blocks && i < s->n_blocks && s->blocks[i]; i++) {
		ho_buf_release(&s->blocks[i]->bytes);
		ho_buf_release(&s->blocks[i]->out);
		ho_free(s->blocks[i]);
	}
	ho_free(s->blocks);
	ho_free(s->ring);
	ho_free(s->idle);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->submitted);
	pthread_cond_destroy(&s->freed);
	ho_free(s);
}
