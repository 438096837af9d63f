#include "classify_flow.h"

#include <errno.h>
#include <pthread.h>

#include "base/alloc.h"
#include "base/pool.h"

struct slot {
	struct cli_block block;
	bool ready; /* scored, and not written yet */
};

struct flow {
	struct cli_source *source;
	const struct ho_model *model;
	const struct ho_progress *progress;
	struct cli_lines lines;
	struct slot *slots; /* [n] block number b uses slots[b % n] */
	size_t n;
	/* Held while reading: guards source, filled, at_end, read_status. Always taken before `lock`. */
	pthread_mutex_t reading;
	uint64_t filled; /* number of the next block to read */
	bool at_end;
	enum ho_status read_status;
	struct ho_error read_error;
	/* Guards what follows and slots[].ready. */
	pthread_mutex_t lock;
	pthread_cond_t freed;
	uint64_t written; /* number of the next block to write */
	bool writing, stop;
	struct cli_flow_result result;
};

static void stop(struct flow *flow)
{
	pthread_mutex_lock(&flow->lock);
	flow->stop = true;
	pthread_cond_broadcast(&flow->freed);
	pthread_mutex_unlock(&flow->lock);
}

/* Wait until the slot of the block to be read next is free; false if all is to stop. */
static bool wait_for_slot(struct flow *flow)
{
	pthread_mutex_lock(&flow->lock);
	while (!flow->stop && flow->filled - flow->written >= flow->n)
		pthread_cond_wait(&flow->freed, &flow->lock);
	bool go_on = !flow->stop;
	pthread_mutex_unlock(&flow->lock);
	return go_on;
}

/* Read the next block. NULL: there is none. Trouble with the input ends it, and is told when all before it is written.
 */
static struct slot *take(struct flow *flow)
{
	struct slot *slot = NULL;
	pthread_mutex_lock(&flow->reading);
	if (!flow->at_end && wait_for_slot(flow)) {
		slot = &flow->slots[flow->filled % flow->n];
		flow->read_status = ho_progress_check(flow->progress, &flow->read_error);
		slot->block.n = 0;
		if (flow->read_status == HO_OK)
			flow->read_status = cli_block_fill(&slot->block, flow->source, &flow->lines, &flow->read_error);
		flow->at_end = flow->read_status || slot->block.n == 0;
		flow->filled += slot->block.n > 0;
		ho_progress_step(flow->progress, "classifying", ho_reader_fraction(ho_rows_reader(flow->source->rows)));
		if (slot->block.n == 0)
			slot = NULL;
	}
	pthread_mutex_unlock(&flow->reading);
	return slot;
}

static void add_tally(struct cli_tally *sum, const struct cli_tally *more)
{
	sum->texts += more->texts;
	sum->unreadable += more->unreadable;
	for (size_t i = 0; i < CLI_REASONS; i++)
		sum->reasons[i] += more->reasons[i];
}

/* Write the block whose turn it is. Called with the lock, which is let go while writing. */
static enum ho_status write_one(struct flow *flow, struct slot *slot, struct ho_error *err)
{
	pthread_mutex_unlock(&flow->lock);
	errno = 0;
	enum ho_status status = cli_write(slot->block.lines.data, slot->block.lines.len, err);
	bool closed = status && errno == EPIPE;
	pthread_mutex_lock(&flow->lock);
	flow->result.closed |= closed;
	flow->stop |= status != HO_OK;
	if (status == HO_OK)
		add_tally(&flow->result.tally, &slot->block.tally);
	slot->ready = false;
	flow->written++;
	pthread_cond_broadcast(&flow->freed);
	return closed ? HO_OK : status;
}

static enum ho_status put_down(struct flow *flow, struct slot *slot, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	pthread_mutex_lock(&flow->lock);
	slot->ready = true;
	if (!flow->writing) {
		flow->writing = true;
		while (!flow->stop && status == HO_OK && flow->slots[flow->written % flow->n].ready)
			status = write_one(flow, &flow->slots[flow->written % flow->n], err);
		flow->writing = false;
	}
	pthread_mutex_unlock(&flow->lock);
	return status;
}

static enum ho_status work(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct flow *flow = context;
	struct ho_workspace *ws = NULL;
	struct slot *slot;
	(void)task;
	(void)worker;
	enum ho_status status = ho_workspace_new(&ws, flow->model, err);
	while (status == HO_OK && (slot = take(flow)) != NULL) {
		status = cli_block_score(&slot->block, ws, &flow->lines, err);
		if (status == HO_OK)
			status = put_down(flow, slot, err);
	}
	if (status)
		stop(flow);
	ho_workspace_free(ws);
	return status;
}

static enum ho_status init(struct flow *flow, unsigned threads, struct ho_error *err)
{
	size_t blocks = threads > 1 ? 2 * (size_t)threads + 2 : 1;
	enum ho_status status = cli_lines_init(&flow->lines, flow->model, err);
	if (status)
		return status;
	flow->slots = ho_calloc(blocks, sizeof *flow->slots);
	if (!flow->slots)
		return ho_fail_nomem(err);
	for (flow->n = 0; flow->n < blocks; flow->n++)
		cli_block_init(&flow->slots[flow->n].block);
	return HO_OK;
}

static void release(struct flow *flow)
{
	for (size_t i = 0; i < flow->n; i++)
		cli_block_release(&flow->slots[i].block);
	ho_free(flow->slots);
	cli_lines_release(&flow->lines);
	pthread_cond_destroy(&flow->freed);
	pthread_mutex_destroy(&flow->lock);
	pthread_mutex_destroy(&flow->reading);
}

enum ho_status cli_flow_run(struct cli_flow_result *out, struct cli_source *source, const struct ho_model *model,
                            const struct ho_progress *progress, unsigned threads, struct ho_error *err)
{
	struct flow flow = {.source = source, .model = model, .progress = progress, .read_error = {.code = HO_OK}};
	threads = threads ? threads : ho_cores();
	pthread_mutex_init(&flow.reading, NULL);
	pthread_mutex_init(&flow.lock, NULL);
	pthread_cond_init(&flow.freed, NULL);
	enum ho_status status = init(&flow, threads, err);
	if (status == HO_OK)
		status = ho_parallel(work, &flow, threads, threads, err);
	if (status == HO_OK && flow.read_status && !flow.result.closed) {
		status = flow.read_status;
		if (err)
			*err = flow.read_error;
	}
	*out = flow.result;
	release(&flow);
	return status;
}
