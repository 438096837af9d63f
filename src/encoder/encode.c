/* From texts to vectors: tasks of a few texts each, batches without padding inside a task. */
#include <math.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "encoder/private.h"

enum {
	TASK_TEXTS = 32,    /* most of a task */
	TASKS_A_WORKER = 8, /* at least, where there are texts enough: their lengths differ */
	BATCH_TOKENS = 192  /* rows of activations that stay in the second-level cache while the weights pass by */
};

struct encoding {
	float *vectors;
	const struct ho_encoder *encoder;
	const struct ho_slice *texts;
	size_t n, task_texts;
	struct encoder_scratch *scratch; /* [workers] */
	const struct ho_progress *progress;
	size_t done;
};

/* Token ids of a few texts, one after the other. */
struct batch {
	uint32_t *ids;
	size_t n_ids, cap;
	struct encoder_text texts[TASK_TEXTS];
	size_t n;
	float *vectors; /* of the first text of the batch */
};

static void normalise(float *vector, size_t n)
{
	double square = 0;
	for (size_t i = 0; i < n; i++)
		square += (double)vector[i] * (double)vector[i];
	if (square <= 0)
		return;
	float scale = (float)(1 / fmax(sqrt(square), 1e-12));
	for (size_t i = 0; i < n; i++)
		vector[i] *= scale;
}

void ho_encoder__pool(float *vector, const struct ho_encoder *e, const float *x, const struct encoder_text *text)
{
	size_t n = e->facts.dimensions, tokens = e->facts.pooling == HO_POOLING_CLS ? 1 : text->n;
	memset(vector, 0, n * sizeof *vector);
	for (size_t t = 0; t < tokens; t++)
		for (size_t i = 0; i < n; i++)
			vector[i] += x[(text->begin + t) * n + i];
	for (size_t i = 0; i < n; i++)
		vector[i] /= (float)tokens;
	if (e->facts.normalise)
		normalise(vector, n);
}

/* Finite weights may still be so large that sums overflow. */
static enum ho_status check_finite(const float *vectors, size_t n, struct ho_error *err)
{
	float worst = 0; /* x * 0 is NaN for what is not finite */
	for (size_t i = 0; i < n; i++)
		worst += vectors[i] * 0;
	return worst == 0
	           ? HO_OK
	           : ho_fail(err, HO_EFORMAT, "the encoder gives numbers that are not finite; its weights are damaged");
}

static enum ho_status run_batch(struct batch *batch, struct encoder_scratch *scratch, const struct ho_encoder *e,
                                struct ho_error *err)
{
	enum ho_status status = ho_encoder__forward(scratch, e, batch->ids, batch->texts, batch->n, err);
	for (size_t i = 0; i < batch->n && status == HO_OK; i++)
		ho_encoder__pool(batch->vectors + i * e->facts.dimensions, e, scratch->x, &batch->texts[i]);
	if (status == HO_OK)
		status = check_finite(batch->vectors, batch->n * e->facts.dimensions, err);
	batch->n = batch->n_ids = 0;
	return status;
}

static enum ho_status encode_bert(float *vectors, const struct ho_encoder *e, const struct ho_slice *texts, size_t n,
                                  struct encoder_scratch *scratch, struct ho_error *err)
{
	struct batch batch = {.n = 0};
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		struct ho_piece_tokens *pieces = &scratch->pieces;
		status = ho_wordpiece_tokenize(pieces, &e->wordpiece, texts[i], e->facts.max_tokens, true, err);
		bool full = batch.n == TASK_TEXTS || batch.n_ids + pieces->n > BATCH_TOKENS;
		if (status == HO_OK && batch.n && full)
			status = run_batch(&batch, scratch, e, err);
		if (status == HO_OK && ho_grow(&batch.ids, &batch.cap, batch.n_ids + pieces->n, sizeof *batch.ids))
			status = ho_fail_nomem(err);
		if (status)
			break;
		if (!batch.n)
			batch.vectors = vectors + i * e->facts.dimensions;
		batch.texts[batch.n++] = (struct encoder_text){batch.n_ids, pieces->n};
		for (size_t t = 0; t < pieces->n; t++)
			batch.ids[batch.n_ids++] = pieces->items[t].id;
	}
	if (status == HO_OK && batch.n)
		status = run_batch(&batch, scratch, e, err);
	ho_free(batch.ids);
	return status;
}

/* The mean of the vectors of the known tokens; zeros if there are none. */
static enum ho_status encode_static(float *vector, const struct ho_encoder *e, struct ho_slice text,
                                    struct encoder_scratch *scratch, struct ho_error *err)
{
	struct encoder_text tokens = {.begin = 0};
	enum ho_status status = ho_encoder__static_rows(&tokens.n, e, text, scratch, err);
	if (status == HO_OK && tokens.n)
		ho_encoder__pool(vector, e, scratch->x, &tokens);
	else
		memset(vector, 0, e->facts.dimensions * sizeof *vector);
	return status;
}

enum ho_status ho_encoder__encode(float *vectors, const struct ho_encoder *e, const struct ho_slice *texts, size_t n,
                                  struct encoder_scratch *scratch, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	size_t dimensions = e->facts.dimensions;
	if (e->facts.kind == HO_ENCODER_BERT)
		return encode_bert(vectors, e, texts, n, scratch, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		status = encode_static(vectors + i * dimensions, e, texts[i], scratch, err);
	return status ? status : check_finite(vectors, n * dimensions, err);
}

static enum ho_status encode_task(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct encoding *run = context;
	size_t first = task * run->task_texts, n = run->n - first < run->task_texts ? run->n - first : run->task_texts;
	enum ho_status status = ho_progress_check(run->progress, err);
	if (status == HO_OK)
		status = ho_encoder__encode(run->vectors + first * run->encoder->facts.dimensions, run->encoder,
		                            run->texts + first, n, &run->scratch[worker], err);
	size_t done = __atomic_add_fetch(&run->done, n, __ATOMIC_RELAXED);
	if (status == HO_OK && worker == 0)
		ho_progress_step(run->progress, "encoding", (double)done / (double)run->n);
	return status;
}

enum ho_status ho_encode(float *vectors, const struct ho_encoder *encoder, const struct ho_slice *texts, size_t n,
                         unsigned threads, const struct ho_progress *progress, struct ho_error *err)
{
	unsigned workers = threads ? threads : ho_cores();
	size_t share = n / ((size_t)workers * TASKS_A_WORKER);
	size_t task_texts = workers == 1 || share > TASK_TEXTS ? TASK_TEXTS : share ? share : 1;
	size_t tasks = (n + task_texts - 1) / task_texts;
	struct encoding run = {vectors, encoder, texts, n, task_texts, NULL, progress, 0};
	run.scratch = ho_calloc(workers, sizeof *run.scratch);
	if (!run.scratch)
		return ho_fail_nomem(err);
	enum ho_status status = ho_parallel(encode_task, &run, tasks, workers, err);
	for (unsigned w = 0; w < workers; w++)
		ho_encoder__scratch_release(&run.scratch[w]);
	ho_free(run.scratch);
	return status;
}
