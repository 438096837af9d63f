#include "encoder/distill.h"

#include <math.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "encoder/components.h"
#include "encoder/distill_private.h"

enum { TASK_TOKENS = 64 };
/* a of the weights, as model2vec has it. */
static const double rarity = 1e-4;

struct run {
	const struct ho_encoder *encoder;
	const struct distilled_words *words;
	float *vectors;                  /* [words->n][hidden] */
	struct encoder_scratch *scratch; /* [workers] */
	const struct ho_progress *progress;
	size_t done;
};

/* Whatever the encoder pools: the mean over the token and its edges. */
static enum ho_status take_means(float *vectors, const struct encoder_scratch *scratch,
                                 const struct encoder_text *texts, size_t n, size_t width, struct ho_error *err)
{
	float worst = 0; /* x * 0 is NaN for what is not finite */
	for (size_t i = 0; i < n; i++) {
		float *vector = vectors + i * width;
		memset(vector, 0, width * sizeof *vector);
		for (size_t t = 0; t < texts[i].n; t++)
			for (size_t j = 0; j < width; j++)
				vector[j] += scratch->x[(texts[i].begin + t) * width + j];
		for (size_t j = 0; j < width; j++) {
			vector[j] /= (float)texts[i].n;
			worst += vector[j] * 0;
		}
	}
	return worst == 0
	           ? HO_OK
	           : ho_fail(err, HO_EFORMAT, "the encoder gives numbers that are not finite; its weights are damaged");
}

static enum ho_status encode_tokens(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct run *run = context;
	const struct ho_encoder *e = run->encoder;
	size_t first = task * TASK_TOKENS, n = run->words->n - first, count = 0;
	struct encoder_text texts[TASK_TOKENS];
	uint32_t *ids = NULL;
	size_t cap = 0;
	n = n < TASK_TOKENS ? n : TASK_TOKENS;
	enum ho_status status = ho_progress_check(run->progress, err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		const struct distilled_token *token = &run->words->items[first + i];
		uint32_t inside = token->n < e->facts.positions - 2 ? token->n : e->facts.positions - 2;
		if (ho_grow(&ids, &cap, count + inside + 2, sizeof *ids)) {
			status = ho_fail_nomem(err);
			break;
		}
		texts[i] = (struct encoder_text){count, (size_t)inside + 2};
		ids[count++] = e->wordpiece.begin;
		for (uint32_t t = 0; t < inside; t++)
			ids[count++] = token->ids[t];
		ids[count++] = e->wordpiece.end;
	}
	if (status == HO_OK)
		status = ho_encoder__forward(&run->scratch[worker], e, ids, texts, n, err);
	if (status == HO_OK)
		status = take_means(run->vectors + first * e->facts.hidden, &run->scratch[worker], texts, n,
		                    e->facts.hidden, err);
	ho_free(ids);
	size_t done = __atomic_add_fetch(&run->done, n, __ATOMIC_RELAXED);
	if (status == HO_OK && worker == 0)
		ho_progress_step(run->progress, "encoding the vocabulary", (double)done / (double)run->words->n);
	return status;
}

static enum ho_status encode_all(float *vectors, const struct ho_encoder *encoder, const struct distilled_words *words,
                                 const struct ho_distill_options *options, struct ho_error *err)
{
	struct run run = {encoder, words, vectors, NULL, options->progress, 0};
	unsigned workers = options->threads ? options->threads : ho_cores();
	run.scratch = ho_calloc(workers, sizeof *run.scratch);
	if (!run.scratch)
		return ho_fail_nomem(err);
	enum ho_status status =
	    ho_parallel(encode_tokens, &run, (words->n + TASK_TOKENS - 1) / TASK_TOKENS, workers, err);
	for (unsigned w = 0; w < workers; w++)
		ho_encoder__scratch_release(&run.scratch[w]);
	ho_free(run.scratch);
	return status;
}

/* Rows times a / (a + p), p by Zipf's law from the row's number. */
static void weigh(float *vectors, size_t n, size_t dimensions)
{
	double total = 0;
	for (size_t i = 0; i < n; i++)
		total += 1 / ((double)i + 2);
	for (size_t i = 0; i < n; i++) {
		double weight = rarity / (rarity + 1 / ((double)i + 2) / total);
		for (size_t d = 0; d < dimensions; d++)
			vectors[i * dimensions + d] = (float)(weight * (double)vectors[i * dimensions + d]);
	}
}

static enum ho_status make(float **vectors, const struct ho_encoder *encoder, const struct distilled_words *words,
                           unsigned dimensions, const struct ho_distill_options *options, struct ho_error *err)
{
	size_t n = words->n, hidden = encoder->facts.hidden;
	float *raw = ho_alloc(n * hidden, sizeof *raw), *reduced = ho_alloc(n * dimensions, sizeof *reduced);
	enum ho_status status = raw && reduced ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = encode_all(raw, encoder, words, options, err);
	if (status == HO_OK) {
		ho_progress_step(options->progress, "finding the main directions", -1);
		status = ho_components(reduced, raw, n, hidden, dimensions, err);
	}
	if (status == HO_OK)
		weigh(reduced, n, dimensions);
	ho_free(raw);
	if (status)
		ho_free(reduced);
	*vectors = status ? NULL : reduced;
	return status;
}

enum ho_status ho_encoder_distill(struct ho_distilled *out, const char *folder, const struct ho_encoder *encoder,
                                  const struct ho_distill_options *options, struct ho_error *err)
{
	struct distilled_words words;
	float *vectors = NULL;
	unsigned hidden = encoder->facts.hidden, dimensions = options->dimensions;
	*out = (struct ho_distilled){.tokens = 0};
	if (encoder->facts.kind != HO_ENCODER_BERT)
		return ho_fail(err, HO_EINVAL, "it is a table of static vectors already");
	if (!dimensions)
		dimensions = hidden < HO_DISTILL_DIMENSIONS ? hidden : HO_DISTILL_DIMENSIONS;
	if (dimensions > hidden)
		return ho_fail(err, HO_EINVAL, "the encoder has %u dimensions; a static one made of it cannot have %u",
		               hidden, dimensions);
	enum ho_status status = ho_distill__check_folder(folder, err); /* before the work, not after it */
	if (status == HO_OK)
		status = ho_distill__words(&words, encoder, options, err);
	if (status)
		return status;
	if (dimensions >= words.n)
		status = ho_fail(err, HO_EINVAL, "%u dimensions are not fewer than the %zu tokens of the vocabulary",
		                 dimensions, words.n);
	if (status == HO_OK)
		status = make(&vectors, encoder, &words, dimensions, options, err);
	if (status == HO_OK)
		status = ho_distill__write(folder, &words, vectors, dimensions, encoder, options->name, err);
	if (status == HO_OK)
		*out = (struct ho_distilled){words.n, words.added, dimensions};
	ho_free(vectors);
	ho_distill__words_release(&words);
	return status;
}
