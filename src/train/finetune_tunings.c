/* What is learnt from, the heads, and one tuning after the other. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "encoder/cache.h"
#include "train/dense.h"
#include "train/finetune_private.h"
#include "train/tuned_folder.h"
#include "tune/pairs.h"

void ho_finetune__release_tuning(struct finetune_tuning *t)
{
	ho_network_free(t->network);
	ho_free(t->examples);
	ho_free(t->held);
	ho_free(t->rows);
	ho_weights_release(&t->head);
	*t = (struct finetune_tuning){.network = NULL};
}

/* --- what is learnt from */

static enum ho_status list_labels(struct finetune_tuning *t, const struct finetune_work *w, struct ho_error *err)
{
	t->examples = ho_alloc(t->n_learning, sizeof *t->examples);
	if (!t->examples)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < t->n_learning; i++)
		t->examples[t->n++] = (struct ho_example){t->rows[i], HO_NO_TEXT, w->lesson->labels[t->rows[i]], 0};
	return HO_OK;
}

static enum ho_status list_pairs(struct finetune_tuning *t, const struct finetune_work *w, struct ho_error *err)
{
	uint32_t *labels = ho_alloc(t->n_learning, sizeof *labels);
	if (!labels)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < t->n_learning; i++)
		labels[i] = w->lesson->labels[t->rows[i]];
	enum ho_status status = ho_tune_pairs(&t->examples, &t->n, t->rows, labels, t->n_learning, w->lesson->K,
	                                      ho_finetune_rounds(t->n_learning), w->lesson->seed, err);
	ho_free(labels);
	return status;
}

static enum ho_status list_rows(struct finetune_tuning *t, const struct finetune_work *w, struct ho_error *err)
{
	size_t n = w->lesson->n_learn;
	t->rows = ho_alloc(n, sizeof *t->rows);
	t->held = ho_alloc(n, sizeof *t->held);
	if (!t->rows || !t->held)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		if (w->use[i] == HO_TUNE_LEARNS)
			t->rows[t->n_learning++] = (uint32_t)i;
		else if (w->use[i] == HO_TUNE_STOPS)
			t->held[t->n_held++] = (struct ho_example){(uint32_t)i, HO_NO_TEXT, w->lesson->labels[i], 0};
	if (t->n_learning == 0)
		return ho_fail(err, HO_EINVAL, "no row is left to fine-tune on");
	return (w->plan.pairs ? list_pairs : list_labels)(t, w, err);
}

/* --- heads */

/* The network's head from one that was fitted on frozen vectors of the rows that learn. */
static enum ho_status start_head(struct finetune_tuning *t, const struct finetune_work *w, struct ho_error *err)
{
	struct ho_weights fitted;
	struct ho_network *n = t->network;
	uint32_t K = w->lesson->K;
	enum ho_status status =
	    ho_dense_fit(&fitted, w->lesson, t->rows, t->n_learning, &(struct ho_head){.C = w->C}, err);
	if (status)
		return status;
	for (uint32_t k = 0; k < K; k++) {
		/* Two labels: half of the only column on each side. */
		float factor = K > 2 ? 1 : k ? 0.5f : -0.5f;
		uint32_t column = K > 2 ? k : 0;
		for (size_t d = 0; d < fitted.D; d++)
			n->w[n->head_w + k * fitted.D + d] = factor * fitted.v[d * fitted.columns + column];
		n->w[n->head_b + k] = factor * fitted.bias[column];
	}
	ho_weights_release(&fitted);
	return HO_OK;
}

static enum ho_status take_head(struct finetune_tuning *t, const struct finetune_work *w, struct ho_error *err)
{
	const struct ho_network *n = t->network;
	size_t D = n->facts.dimensions;
	uint32_t columns = finetune__columns(w);
	t->head = (struct ho_weights){.D = D, .columns = columns};
	t->head.v = ho_calloc(D * columns, sizeof *t->head.v);
	t->head.bias = ho_calloc(columns, sizeof *t->head.bias);
	if (!t->head.v || !t->head.bias)
		return ho_fail_nomem(err);
	const float *v = n->w + n->head_w, *b = n->w + n->head_b;
	for (uint32_t k = 0; k < columns; k++) {
		for (size_t d = 0; d < D; d++)
			t->head.v[d * columns + k] = columns > 1 ? v[k * D + d] : v[D + d] - v[d];
		t->head.bias[k] = columns > 1 ? b[k] : b[1] - b[0];
	}
	return HO_OK;
}

/* A lesson whose vectors are those of the tuned network, of the rows that are wanted. */
struct tuned_lesson {
	struct ho_lesson lesson;
	struct ho_vector_cache cache;
	uint32_t *which, *vector_of;
	size_t n;
};

static void release_lesson(struct tuned_lesson *l)
{
	ho_free(l->cache.vectors);
	ho_free(l->which);
	ho_free(l->vector_of);
}

/* In the precision of the answers: by the encoder that would be read from the model. */
static enum ho_status encode_lowered(float *vectors, const struct tuned_lesson *l, const struct finetune_tuning *t,
                                     const struct finetune_work *w, struct ho_error *err)
{
	char *folder;
	struct ho_encoder *encoder = NULL;
	struct ho_slice *texts = ho_alloc(l->n, sizeof *texts);
	enum ho_status status = ho_finetune__write_folder(&folder, t->network, w->wanted, err);
	if (status == HO_OK && !texts)
		status = ho_fail_nomem(err);
	for (size_t i = 0; i < l->n && status == HO_OK; i++)
		texts[i] = w->wanted->parts->text[l->which[i]];
	if (status == HO_OK)
		status = ho_encoder_open(&encoder, folder, w->wanted->max_tokens, err);
	if (status == HO_OK)
		status = ho_encoder_lower(encoder, w->wanted->precision, err);
	if (status == HO_OK)
		status = ho_encode(vectors, encoder, texts, l->n, w->lesson->threads, w->lesson->progress, err);
	ho_encoder_free(encoder);
	if (folder)
		ho_tuned_remove(folder);
	ho_free(folder);
	ho_free(texts);
	return status;
}

static enum ho_status encode_by(float *vectors, struct ho_network *network, const struct finetune_work *w,
                                const uint32_t *which, size_t n, struct ho_error *err)
{
	struct ho_tuner *tuner = NULL;
	enum ho_status status = ho_tuner_new(&tuner, network, network->facts.layers + 1, w->lesson->threads, err);
	if (status == HO_OK)
		status = ho_tuner_vectors(vectors, tuner, &w->tokens, which, n, w->lesson->progress, err);
	ho_tuner_free(tuner);
	return status;
}

static enum ho_status encode_rows(struct tuned_lesson *l, const struct finetune_tuning *t,
                                  const struct finetune_work *w, struct ho_error *err)
{
	size_t n = w->lesson->n_learn;
	*l = (struct tuned_lesson){.lesson = *w->lesson, .cache = {.encoder = w->lesson->vectors->encoder}};
	l->which = ho_alloc(n, sizeof *l->which);
	l->vector_of = ho_calloc(w->lesson->corpus->n, sizeof *l->vector_of);
	enum ho_status status = l->which && l->vector_of ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		bool judged = i < w->plan.judged && w->use[i] == HO_TUNE_JUDGES;
		if (!judged && !(w->plan.pairs && w->use[i] == HO_TUNE_LEARNS))
			continue;
		l->vector_of[w->lesson->rows[i]] = (uint32_t)l->n;
		l->which[l->n++] = (uint32_t)i;
	}
	if (status == HO_OK && !(l->cache.vectors = ho_alloc(l->n * t->network->facts.dimensions, sizeof(float))))
		status = ho_fail_nomem(err);
	if (status == HO_OK && l->n) /* the last of folds judges nobody */
		status = w->wanted->precision == HO_PRECISION_FP32
		             ? encode_by(l->cache.vectors, t->network, w, l->which, l->n, err)
		             : encode_lowered(l->cache.vectors, l, t, w, err);
	l->lesson.vectors = &l->cache;
	l->lesson.vector_of = l->vector_of;
	return status;
}

/* The head of the tuned network, and margins of the rows that judge it. */
static enum ho_status judge(struct finetune_tuning *t, struct finetune_work *w, struct ho_error *err)
{
	struct tuned_lesson tuned;
	enum ho_status status = encode_rows(&tuned, t, w, err);
	if (status == HO_OK)
		status = w->plan.pairs ? ho_dense_fit(&t->head, &tuned.lesson, t->rows, t->n_learning,
		                                      &(struct ho_head){.C = w->C}, err)
		                       : take_head(t, w, err);
	for (size_t i = 0; i < w->plan.judged && status == HO_OK; i++)
		if (w->use[i] == HO_TUNE_JUDGES)
			ho_dense_margins(w->margins + i * finetune__columns(w), &t->head, &tuned.lesson, i);
	release_lesson(&tuned);
	return status;
}

/* --- tunings */

/* Tuning `number`: of folds, the one that is held out. */
static enum ho_status tune(struct finetune_tuning *t, struct finetune_work *w, unsigned number, struct ho_error *err)
{
	char checkpoint[4200];
	struct ho_tune_recipe recipe;
	struct ho_lesson *lesson = w->lesson;
	if (w->plan.pairs)
		ho_tune_recipe_init_pairs(&recipe);
	else
		ho_tune_recipe_init(&recipe);
	if (w->wanted->recipe)
		recipe = *w->wanted->recipe;
	recipe.epochs = w->plan.epochs;
	recipe.seed = w->plan.folds || number == 0 ? lesson->seed : ho_hash(&number, sizeof number, lesson->seed);
	(void)snprintf(checkpoint, sizeof checkpoint, "%s.tuning-%u", w->wanted->stem, number);
	enum ho_status status = ho_finetune_uses(w->use, &w->plan, lesson, w->wanted->parts->group, number, err);
	if (status == HO_OK)
		status = list_rows(t, w, err);
	if (status == HO_OK)
		status = ho_network_open(&t->network, w->wanted->source, w->plan.pairs ? 0 : lesson->K, err);
	if (status == HO_OK && w->wanted->precision != HO_PRECISION_FP32 &&
	    ho_kernels_multiply_bf16(t->network->kernels))
		status = ho_network_halve(t->network, lesson->threads, err);
	if (status == HO_OK && !w->plan.pairs)
		status = start_head(t, w, err);
	const struct ho_tune_task task = {&w->tokens,      t->examples,     t->n, t->held, t->n_held, checkpoint,
	                                  lesson->threads, lesson->progress};
	if (status == HO_OK)
		status = ho_tune_run(&w->out->facts.result, t->network, &task, &recipe, err);
	w->out->facts.resumed |= w->out->facts.result.resumed;
	w->out->facts.learnt = t->n_learning;
	w->out->facts.stopped = t->n_held;
	/* Without rows that stopped it, nothing could tell whether a mean with it is any good. */
	return status || t->n_held == 0 ? status : ho_network_mean_add(&w->mean, t->network, err);
}

/* For each fold an encoder that has not seen it. */
static enum ho_status tune_crosswise(struct finetune_work *w, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (unsigned held = 0; held < w->plan.folds && status == HO_OK; held++) {
		struct finetune_tuning fold = {.network = NULL};
		ho_progress_note(w->lesson->progress, "fine-tuning for out-of-fold scores, %u of %u", held + 1,
		                 w->plan.folds);
		status = tune(&fold, w, held, err);
		if (status == HO_OK)
			status = judge(&fold, w, err);
		ho_finetune__release_tuning(&fold);
	}
	return status;
}

/* Log loss of the rows that stopped a tuning. */
static enum ho_status stop_loss(double *loss, const struct finetune_tuning *t, const struct finetune_work *w,
                                struct ho_error *err)
{
	size_t D = t->network->facts.dimensions;
	uint32_t K = t->network->K, *which = ho_alloc(t->n_held, sizeof *which);
	float *vectors = ho_alloc(t->n_held * D, sizeof *vectors), *scores = ho_alloc(t->n_held * K, sizeof *scores);
	double accuracy;
	enum ho_status status = which && vectors && scores ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < t->n_held && status == HO_OK; i++)
		which[i] = t->held[i].text;
	if (status == HO_OK)
		status = encode_by(vectors, t->network, w, which, t->n_held, err);
	for (size_t i = 0; i < t->n_held && status == HO_OK; i++)
		ho_network_scores(scores + i * K, t->network, vectors + i * D);
	if (status == HO_OK)
		*loss = ho_tune_held_loss(&accuracy, scores, t->held, t->n_held, K);
	ho_free(which);
	ho_free(vectors);
	ho_free(scores);
	return status;
}

/*
 * The mean of all tunings, if it does no worse than the last one on the rows that stop them: a tenth of all rows, the
 * same in every tuning, which have taught none.
 */
static enum ho_status take_mean(struct finetune_tuning *last, struct finetune_work *w, struct ho_error *err)
{
	struct ho_network *network = last->network;
	struct ho_network_mean alone = {.w = NULL};
	double loss_alone, loss_of_mean;
	w->out->facts.tunings = 1;
	if (w->mean.networks < 2 || last->n_held == 0)
		return HO_OK;
	enum ho_status status = stop_loss(&loss_alone, last, w, err);
	if (status == HO_OK)
		status = ho_network_mean_add(&alone, network, err);
	if (status == HO_OK)
		status = ho_network_mean_take(network, &w->mean, w->lesson->threads, err);
	if (status == HO_OK)
		status = stop_loss(&loss_of_mean, last, w, err);
	if (status == HO_OK && loss_of_mean <= loss_alone)
		w->out->facts.tunings = w->mean.networks;
	else if (status == HO_OK)
		status = ho_network_mean_take(network, &alone, w->lesson->threads, err);
	ho_network_mean_release(&alone);
	return status;
}

/*
 * The encoder that answers. Learnt from labels, its weights are the mean of all tunings': of those of the folds and the
 * one on all rows, or of several on the same rows, whose order and dropout differ.
 */
enum ho_status ho_finetune__tune_all(struct finetune_tuning *last, struct finetune_work *w, struct ho_error *err)
{
	enum ho_status status = tune_crosswise(w, err);
	for (unsigned i = 0; i < w->plan.runs && status == HO_OK; i++) {
		ho_finetune__release_tuning(last);
		if (w->plan.runs > 1)
			ho_progress_note(w->lesson->progress, "fine-tuning, %u of %u", i + 1, w->plan.runs);
		status = tune(last, w, w->plan.folds + i, err);
	}
	if (status == HO_OK)
		status = take_mean(last, w, err);
	ho_network_mean_release(&w->mean);
	return status ? status : judge(last, w, err);
}
