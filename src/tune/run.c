/* The recipe, step by step. */
#include "tune/run.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/rng.h"

/* Seconds between two checkpoints. */
enum { CHECKPOINT_SECONDS = 120 };
enum { DEPTHS_MAX = 160 };

static size_t floats_of(const struct tune_run *run)
{
	return run->network->n - run->network->begin[run->recipe->lowest];
}

static unsigned top_of(const struct tune_run *run)
{
	return run->network->facts.layers + 1;
}

/* The first step at which a depth learns: the head and the top layer at once, then one layer after the other. */
static uint64_t begins(const struct tune_run *run, unsigned depth)
{
	unsigned layers = run->network->facts.layers;
	if (depth >= layers)
		return 0;
	return (uint64_t)(run->recipe->unfreeze * (double)(layers - depth) * (double)run->per_epoch);
}

static unsigned lowest_now(const struct tune_run *run)
{
	unsigned depth = run->network->facts.layers;
	while (depth > run->recipe->lowest && begins(run, depth - 1) <= run->state.step)
		depth--;
	return depth;
}

/* The order of the examples in an epoch; from seed and epoch, so that a run can go on anywhere. */
static void shuffle(uint32_t *order, const struct tune_run *run, uint64_t epoch)
{
	struct ho_rng rng = ho_rng_seed(run->recipe->seed, 0x7e4e + epoch);
	for (size_t i = 0; i < run->task->n; i++)
		order[i] = (uint32_t)i;
	ho_rng_shuffle(&rng, order, run->task->n);
}

static enum ho_status learn_batch(struct tune_run *run, const struct ho_example *batch, size_t n, struct ho_error *err)
{
	const struct ho_tune_recipe *r = run->recipe;
	double rate[DEPTHS_MAX], loss;
	uint64_t steps[DEPTHS_MAX], place[] = {r->seed, run->state.step};
	unsigned top = top_of(run), from = lowest_now(run);
	double share = ho_tune_triangle(run->state.step, run->steps, r->cut, r->ratio);
	for (unsigned d = from; d <= top; d++) {
		rate[d] = share * (d == top ? r->head_rate : r->rate / pow(r->factor, top - 1 - d));
		steps[d] = run->state.step - begins(run, d) + 1;
	}
	const struct ho_pass pass = {
	    .from = from, .drop = (float)r->drop, .key = ho_hash(place, sizeof place, 0xd409), .weight = 1 / (float)n};
	const struct ho_optimiser_step step = {from, rate, steps, r->decay, r->clip};
	ho_tuner_clear(run->learner);
	enum ho_status status = ho_tuner_add(&loss, run->learner, run->task->rows, batch, n, &pass, err);
	if (status)
		return status;
	run->state.loss += loss * (double)n;
	run->state.since += n;
	run->state.step++;
	return ho_optimiser_take(&run->optimiser, ho_tuner_gradient(run->learner), &step, err);
}

/* Scores [n_held][K] of the held-out texts. */
static enum ho_status score_held(float *scores, struct tune_run *run, struct ho_error *err)
{
	const struct ho_tune_task *task = run->task;
	size_t d = run->network->facts.dimensions;
	uint32_t *which = ho_alloc(task->n_held, sizeof *which);
	float *vectors = ho_alloc(task->n_held * d, sizeof *vectors);
	enum ho_status status = which && vectors ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < task->n_held && status == HO_OK; i++)
		which[i] = task->held[i].text;
	if (status == HO_OK)
		status = ho_tuner_vectors(vectors, run->learner, task->rows, which, task->n_held, task->progress, err);
	for (size_t i = 0; i < task->n_held && status == HO_OK; i++)
		ho_network_scores(scores + i * run->network->K, run->network, vectors + i * d);
	ho_free(which);
	ho_free(vectors);
	return status;
}

static void tell(const struct tune_run *run, const struct ho_tune_look *look)
{
	if (run->task->n_held)
		ho_progress_note(run->task->progress, "fine-tuning, epoch %.2f: accuracy %.1f%% on %zu held-out texts",
		                 look->epoch, 100 * look->held_accuracy, run->task->n_held);
}

/* Look at the held-out texts, and keep the weights if they are the best so far. */
static enum ho_status look(struct tune_run *run, struct ho_error *err)
{
	struct tune_state *s = &run->state;
	struct ho_tune_look now = {.epoch = (double)s->step / (double)run->per_epoch,
	                           .loss = s->loss / fmax((double)s->since, 1)};
	enum ho_status status = HO_OK;
	if (run->task->n_held) {
		float *scores = ho_alloc(run->task->n_held * run->network->K, sizeof *scores);
		status = scores ? score_held(scores, run, err) : ho_fail_nomem(err);
		if (status == HO_OK)
			now.held_loss = ho_tune_held_loss(&now.held_accuracy, scores, run->task->held,
			                                  run->task->n_held, run->network->K);
		ho_free(scores);
	}
	if (status)
		return status;
	s->loss = 0;
	s->since = 0;
	s->without++;
	if (s->result.n_looks < HO_TUNE_LOOKS_MAX)
		s->result.looks[s->result.n_looks++] = now;
	if (run->task->n_held && now.held_loss < s->best_loss) {
		s->best_loss = now.held_loss;
		s->without = 0;
		s->result.best = s->result.n_looks - 1;
		memcpy(run->best, run->network->w + run->network->begin[run->recipe->lowest],
		       floats_of(run) * sizeof *run->best);
	}
	tell(run, &now);
	return HO_OK;
}

static bool at_look(const struct tune_run *run)
{
	uint64_t step = run->state.step, looks = run->recipe->looks;
	return step == run->steps || step * looks / run->per_epoch > (step - 1) * looks / run->per_epoch;
}

static bool is_over(const struct tune_run *run)
{
	return run->state.step >= run->steps ||
	       (run->recipe->patience && run->task->n_held && run->state.without >= run->recipe->patience);
}

/* A checkpoint now and then, and when the run is stopped. */
static enum ho_status keep(struct tune_run *run, struct ho_error *err)
{
	enum ho_status stopped = ho_progress_check(run->task->progress, err), status = HO_OK;
	if (run->task->checkpoint && (stopped || ho_clock_seconds() - run->written > CHECKPOINT_SECONDS)) {
		status = ho_tune__checkpoint_write(run, stopped ? NULL : err);
		run->written = ho_clock_seconds();
	}
	return stopped ? stopped : status;
}

static enum ho_status learn(struct tune_run *run, uint32_t *order, struct ho_example *batch, struct ho_error *err)
{
	const struct ho_tune_task *task = run->task;
	uint64_t epoch = UINT64_MAX;
	enum ho_status status = HO_OK;
	while (!is_over(run) && status == HO_OK) {
		uint64_t now = run->state.step / run->per_epoch;
		size_t at = (size_t)(run->state.step % run->per_epoch) * run->recipe->batch, n = 0;
		if (now != epoch)
			shuffle(order, run, epoch = now);
		for (; n < run->recipe->batch && at + n < task->n; n++)
			batch[n] = task->examples[order[at + n]];
		status = learn_batch(run, batch, n, err);
		if (status == HO_OK && at_look(run))
			status = look(run, err);
		if (status == HO_OK)
			status = keep(run, err);
		ho_progress_step(task->progress, "fine-tuning", (double)run->state.step / (double)run->steps);
	}
	return status;
}

/* The weights of the best look. */
static enum ho_status settle(struct tune_run *run, struct ho_error *err)
{
	if (!run->task->n_held)
		return HO_OK;
	memcpy(run->network->w + run->network->begin[run->recipe->lowest], run->best,
	       floats_of(run) * sizeof *run->best);
	return ho_network_pack(run->network, run->recipe->lowest ? run->recipe->lowest : 1, run->task->threads, err);
}

static enum ho_status prepare(struct tune_run *run, struct ho_error *err)
{
	const struct ho_tune_recipe *r = run->recipe;
	if (run->task->n == 0 || r->batch == 0 || !(r->epochs > 0) || r->looks == 0 ||
	    r->lowest > run->network->facts.layers || run->network->facts.layers + 2 > DEPTHS_MAX)
		return ho_fail(err, HO_EINVAL, "there is nothing to fine-tune on");
	run->per_epoch = (run->task->n + r->batch - 1) / r->batch;
	run->steps = (uint64_t)fmax(1, ceil(r->epochs * (double)run->per_epoch));
	run->state = (struct tune_state){.best_loss = INFINITY, .result.all_steps = run->steps};
	run->written = ho_clock_seconds();
	run->fingerprint = ho_tune__fingerprint(run);
	run->best = ho_calloc(floats_of(run), sizeof *run->best);
	if (!run->best)
		return ho_fail_nomem(err);
	memcpy(run->best, run->network->w + run->network->begin[r->lowest], floats_of(run) * sizeof *run->best);
	enum ho_status status = ho_optimiser_init(&run->optimiser, run->network, r->lowest, run->task->threads, err);
	if (status == HO_OK)
		status = ho_tuner_new(&run->learner, run->network, r->lowest, run->task->threads, err);
	return status ? status : ho_tune__checkpoint_read(run, err);
}

enum ho_status ho_tune_run(struct ho_tune_result *out, struct ho_network *network, const struct ho_tune_task *task,
                           const struct ho_tune_recipe *recipe, struct ho_error *err)
{
	struct tune_run run = {.network = network, .task = task, .recipe = recipe};
	*out = (struct ho_tune_result){.n_looks = 0};
	enum ho_status status = prepare(&run, err);
	uint32_t *order = ho_alloc(task->n, sizeof *order);
	struct ho_example *batch = ho_alloc(recipe->batch, sizeof *batch);
	if (status == HO_OK && (!order || !batch))
		status = ho_fail_nomem(err);
	if (status == HO_OK)
		status = learn(&run, order, batch, err);
	/* The end is a checkpoint too: whoever asks again gets it at once. */
	if (status == HO_OK && task->checkpoint && !run.state.finished) {
		run.state.finished = 1;
		status = ho_tune__checkpoint_write(&run, err);
	}
	if (status == HO_OK)
		status = settle(&run, err);
	if (status == HO_OK) {
		*out = run.state.result;
		out->steps = run.state.step;
	}
	ho_free(order);
	ho_free(batch);
	ho_free(run.best);
	ho_optimiser_release(&run.optimiser);
	ho_tuner_free(run.learner);
	return status;
}
