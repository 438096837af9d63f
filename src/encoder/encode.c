/* From texts to vectors: tasks of a few texts each, batches without padding inside a task. */
#include <math.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "encoder/private.h"

enum {
	TASK_TEXTS = 32,
	BATCH_TOKENS = 192,     /* rows of activations that stay in the second-level cache while the weights pass by */
	STATIC_TOKENS_MAX = 512 /* as model2vec cuts */
};

struct encoding {
	float *vectors;
	const struct ho_encoder *encoder;
	const struct ho_slice *texts;
	size_t n;
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

static enum ho_status run_batch(struct batch *batch, struct encoder_scratch *scratch, const struct ho_encoder *e,
                                struct ho_error *err)
{
	enum ho_status status = ho_encoder__forward(scratch, e, batch->ids, batch->texts, batch->n, err);
	for (size_t i = 0; i < batch->n && status == HO_OK; i++)
		ho_encoder__pool(batch->vectors + i * e->facts.dimensions, e, scratch->x, &batch->texts[i]);
	batch->n = batch->n_ids = 0;
	return status;
}

static enum ho_status encode_bert(struct encoding *run, size_t first, size_t end, struct encoder_scratch *scratch,
                                  struct ho_error *err)
{
	const struct ho_encoder *e = run->encoder;
	struct batch batch = {.n = 0};
	enum ho_status status = HO_OK;
	for (size_t i = first; i < end && status == HO_OK; i++) {
		struct ho_piece_tokens *pieces = &scratch->pieces;
		status = ho_wordpiece_tokenize(pieces, &e->wordpiece, run->texts[i], e->facts.max_tokens, true, err);
		if (status == HO_OK && batch.n && batch.n_ids + pieces->n > BATCH_TOKENS)
			status = run_batch(&batch, scratch, e, err);
		if (status == HO_OK && ho_grow(&batch.ids, &batch.cap, batch.n_ids + pieces->n, sizeof *batch.ids))
			status = ho_fail_nomem(err);
		if (status)
			break;
		if (!batch.n)
			batch.vectors = run->vectors + i * e->facts.dimensions;
		batch.texts[batch.n++] = (struct encoder_text){batch.n_ids, pieces->n};
		for (size_t t = 0; t < pieces->n; t++)
			batch.ids[batch.n_ids++] = pieces->items[t].id;
	}
	if (status == HO_OK && batch.n)
		status = run_batch(&batch, scratch, e, err);
	ho_free(batch.ids);
	return status;
}

/* The mean of the vectors of the known tokens. */
enum ho_status ho_encoder__static(float *vector, const struct ho_encoder *e, struct ho_slice text,
                                  struct encoder_scratch *scratch, struct ho_error *err)
{
	size_t n = e->facts.dimensions, used = 0;
	float *row;
	enum ho_status status = ho_wordpiece_tokenize(&scratch->pieces, &e->wordpiece, text, 0, false, err);
	if (status == HO_OK && scratch->attention_size < n) {
		ho_encoder__release_floats(scratch->attention);
		scratch->attention = ho_encoder__floats(n);
		scratch->attention_size = scratch->attention ? n : 0;
		status = scratch->attention ? HO_OK : ho_fail_nomem(err);
	}
	row = scratch->attention;
	memset(vector, 0, n * sizeof *vector);
	for (size_t t = 0; t < scratch->pieces.n && used < STATIC_TOKENS_MAX && status == HO_OK; t++) {
		uint32_t id = scratch->pieces.items[t].id;
		if (id == e->wordpiece.unknown)
			continue;
		float weight = e->token_weights ? e->token_weights[id] : 1;
		status = ho_tensor_floats(row, e->tokens, (uint64_t)id * n, n, err);
		for (size_t d = 0; d < n && status == HO_OK; d++)
			vector[d] += weight * row[d];
		used++;
	}
	for (size_t d = 0; d < n && used; d++)
		vector[d] /= (float)used;
	if (e->facts.normalise)
		normalise(vector, n);
	return status;
}

static enum ho_status encode_task(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct encoding *run = context;
	size_t first = task * TASK_TEXTS, end = first + TASK_TEXTS < run->n ? first + TASK_TEXTS : run->n;
	enum ho_status status = ho_progress_check(run->progress, err);
	if (status == HO_OK && run->encoder->facts.kind == HO_ENCODER_BERT)
		status = encode_bert(run, first, end, &run->scratch[worker], err);
	for (size_t i = first; i < end && status == HO_OK && run->encoder->facts.kind == HO_ENCODER_STATIC; i++)
		status = ho_encoder__static(run->vectors + i * run->encoder->facts.dimensions, run->encoder,
		                            run->texts[i], &run->scratch[worker], err);
	size_t done = __atomic_add_fetch(&run->done, end - first, __ATOMIC_RELAXED);
	if (status == HO_OK && worker == 0)
		ho_progress_step(run->progress, "encoding", (double)done / (double)run->n);
	return status;
}

enum ho_status ho_encode(float *vectors, const struct ho_encoder *encoder, const struct ho_slice *texts, size_t n,
                         unsigned threads, const struct ho_progress *progress, struct ho_error *err)
{
	struct encoding run = {vectors, encoder, texts, n, NULL, progress, 0};
	size_t tasks = (n + TASK_TEXTS - 1) / TASK_TEXTS;
	unsigned workers = threads ? threads : ho_cores();
	run.scratch = ho_calloc(workers, sizeof *run.scratch);
	if (!run.scratch)
		return ho_fail_nomem(err);
	enum ho_status status = ho_parallel(encode_task, &run, tasks, workers, err);
	for (unsigned w = 0; w < workers; w++)
		ho_encoder__scratch_release(&run.scratch[w]);
	ho_free(run.scratch);
	return status;
}
