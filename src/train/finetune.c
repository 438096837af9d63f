#include "train/finetune.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "encoder/cache.h"
#include "train/dense.h"
#include "train/tuned_folder.h"
#include "tune/pairs.h"
#include "tune/save.h"

/* C of the head where the search has kept none on vectors. */
static const double usual_C = 20;
/* The tuned encoder must earn its folder and its time in answering. */
static const double worth = 1.01, worth_words = 1.002;
/* With fewer rows log losses are noise (search.c); the tuned encoder is then taken as it is. */
enum { TRUST_ROWS = 100 };

static const struct ho_head tuned_head = {"encoder, fine-tuned", HO_VIEW_COUNT, HO_LEARN_TUNED, 0, 0, 0, 0};

/* One run of ho_finetune(). */
struct work {
	struct ho_finetune *out;
	struct ho_lesson *lesson;
	struct ho_search *search;
	const struct ho_finetune_wanted *wanted;
	struct ho_finetune_plan plan;
	struct ho_token_rows tokens; /* of all learning rows */
	uint8_t *use;                /* [n_learn] */
	float *margins;              /* [judged][columns] */
	double C;
};

/* One tuning. */
struct tuning {
	struct ho_network *network;
	struct ho_example *examples, *held;
	size_t n, n_held;
	uint32_t *rows; /* [n_learning] that learn */
	size_t n_learning;
	struct ho_weights head;
};

static void release_tuning(struct tuning *t)
{
	ho_network_free(t->network);
	ho_free(t->examples);
	ho_free(t->held);
	ho_free(t->rows);
	ho_weights_release(&t->head);
	*t = (struct tuning){.network = NULL};
}

static uint32_t columns_of(const struct work *w)
{
	return w->lesson->K == 2 ? 1 : w->lesson->K;
}

/* --- what is learnt from */

static enum ho_status list_labels(struct tuning *t, const struct work *w, struct ho_error *err)
{
	t->examples = ho_alloc(t->n_learning, sizeof *t->examples);
	if (!t->examples)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < t->n_learning; i++)
		t->examples[t->n++] = (struct ho_example){t->rows[i], HO_NO_TEXT, w->lesson->labels[t->rows[i]], 0};
	return HO_OK;
}

static enum ho_status list_pairs(struct tuning *t, const struct work *w, struct ho_error *err)
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

static enum ho_status list_rows(struct tuning *t, const struct work *w, struct ho_error *err)
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
static enum ho_status start_head(struct tuning *t, const struct work *w, struct ho_error *err)
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

static enum ho_status take_head(struct tuning *t, const struct work *w, struct ho_error *err)
{
	const struct ho_network *n = t->network;
	size_t D = n->facts.dimensions;
	uint32_t columns = columns_of(w);
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

static enum ho_status encode_rows(struct tuned_lesson *l, const struct tuning *t, const struct work *w,
                                  struct ho_error *err)
{
	struct ho_tuner *learner = NULL;
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
	if (status == HO_OK)
		status = ho_tuner_new(&learner, t->network, t->network->facts.layers + 1, w->lesson->threads, err);
	if (status == HO_OK)
		status =
		    ho_tuner_vectors(l->cache.vectors, learner, &w->tokens, l->which, l->n, w->lesson->progress, err);
	ho_tuner_free(learner);
	l->lesson.vectors = &l->cache;
	l->lesson.vector_of = l->vector_of;
	return status;
}

/* The head of the tuned network, and margins of the rows that judge it. */
static enum ho_status judge(struct tuning *t, struct work *w, struct ho_error *err)
{
	struct tuned_lesson tuned;
	enum ho_status status = encode_rows(&tuned, t, w, err);
	if (status == HO_OK)
		status = w->plan.pairs ? ho_dense_fit(&t->head, &tuned.lesson, t->rows, t->n_learning,
		                                      &(struct ho_head){.C = w->C}, err)
		                       : take_head(t, w, err);
	for (size_t i = 0; i < w->plan.judged && status == HO_OK; i++)
		if (w->use[i] == HO_TUNE_JUDGES)
			ho_dense_margins(w->margins + i * columns_of(w), &t->head, &tuned.lesson, i);
	release_lesson(&tuned);
	return status;
}

/* --- tunings */

static enum ho_status tune(struct tuning *t, struct work *w, unsigned held, struct ho_error *err)
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
	recipe.seed = lesson->seed;
	(void)snprintf(checkpoint, sizeof checkpoint, "%s.tuning-%u", w->wanted->stem, held);
	enum ho_status status = ho_finetune_uses(w->use, &w->plan, lesson, w->wanted->parts->group, held, err);
	if (status == HO_OK)
		status = list_rows(t, w, err);
	if (status == HO_OK)
		status = ho_network_open(&t->network, w->wanted->source, w->plan.pairs ? 0 : lesson->K, err);
	if (status == HO_OK && !w->plan.pairs)
		status = start_head(t, w, err);
	const struct ho_tune_task task = {&w->tokens,      t->examples,     t->n, t->held, t->n_held, checkpoint,
	                                  lesson->threads, lesson->progress};
	if (status == HO_OK)
		status = ho_tune_run(&w->out->facts.result, t->network, &task, &recipe, err);
	w->out->facts.resumed |= w->out->facts.result.resumed;
	w->out->facts.learnt = t->n_learning;
	w->out->facts.stopped = t->n_held;
	return status ? status : judge(t, w, err);
}

/* The encoder that answers is the last one. */
static enum ho_status tune_all(struct tuning *last, struct work *w, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (unsigned held = 0; held < w->plan.folds && status == HO_OK; held++) {
		struct tuning fold = {.network = NULL};
		ho_progress_note(w->lesson->progress, "fine-tuning for out-of-fold scores, %u of %u", held + 1,
		                 w->plan.folds);
		status = tune(&fold, w, held, err);
		release_tuning(&fold);
	}
	return status ? status : tune(last, w, w->plan.folds, err);
}

/* --- the choice */

struct choice {
	struct ho_head heads[HO_HEADS_MAX];
	float *margins[HO_HEADS_MAX];
	size_t n;
	struct ho_blend blend;
};

static enum ho_status fit(struct choice *c, const struct work *w, struct ho_error *err)
{
	return ho_blend_fit(&c->blend, c->margins, c->n, w->lesson->labels, w->plan.judged, w->lesson->K, err);
}

static void drop(struct choice *c, size_t h)
{
	c->n--;
	for (size_t i = h; i < c->n; i++) {
		c->heads[i] = c->heads[i + 1];
		c->margins[i] = c->margins[i + 1];
	}
}

/* The tuned encoder with those heads of words that are worth it. */
static enum ho_status blend_tuned(struct choice *c, const struct work *w, struct ho_error *err)
{
	const struct ho_search *s = w->search;
	c->heads[c->n] = tuned_head;
	c->margins[c->n++] = w->margins;
	if (w->plan.judged < TRUST_ROWS)
		return ho_blend_trust(&c->blend, w->margins, w->lesson->labels, w->plan.judged, w->lesson->K, err);
	for (size_t h = 0; h < s->blend.n_heads && c->n < HO_HEADS_MAX; h++)
		if (!ho_head_is_dense(&s->heads[h])) {
			c->heads[c->n] = s->heads[h];
			c->margins[c->n++] = s->margins[h];
		}
	enum ho_status status = fit(c, w, err);
	for (size_t h = c->n; h-- > 1 && status == HO_OK;) {
		struct choice without = *c;
		drop(&without, h);
		status = fit(&without, w, err);
		if (status == HO_OK && without.blend.log_loss <= c->blend.log_loss * worth_words)
			*c = without;
	}
	return status;
}

/* The search's choice, weighed anew on the rows that judge. */
static enum ho_status blend_frozen(struct choice *c, const struct work *w, struct ho_error *err)
{
	const struct ho_search *s = w->search;
	c->n = s->blend.n_heads;
	memcpy(c->margins, s->margins, c->n * sizeof *c->margins);
	return fit(c, w, err);
}

/* The search's heads become those of the choice. */
static void adopt(struct work *w, const struct choice *c)
{
	struct ho_search *s = w->search;
	for (size_t h = 0; h < HO_HEADS_MAX; h++) {
		bool stays = false;
		for (size_t i = 0; i < c->n; i++)
			stays |= c->margins[i] == s->margins[h];
		if (!stays)
			ho_free(s->margins[h]);
		s->margins[h] = NULL;
	}
	for (size_t i = 0; i < c->n; i++) {
		s->heads[i] = c->heads[i];
		s->margins[i] = c->margins[i];
	}
	w->margins = NULL;
	s->blend = c->blend;
	s->blend_rows = w->plan.judged;
}

static enum ho_status save(struct work *w, struct tuning *last, struct ho_error *err)
{
	size_t room = strlen(w->wanted->stem) + sizeof ".encoder-XXXXXX";
	char *folder = ho_alloc(room, 1);
	if (!folder)
		return ho_fail_nomem(err);
	(void)snprintf(folder, room, "%s.encoder-XXXXXX", w->wanted->stem);
	if (!mkdtemp(folder) || chmod(folder, 0755) != 0) {
		ho_free(folder);
		return ho_fail(err, HO_EIO, "no folder for the fine-tuned encoder can be made beside the model");
	}
	w->out->folder = folder;
	enum ho_status status = ho_network_save(last->network, w->wanted->source, folder, err);
	w->out->head = last->head;
	last->head = (struct ho_weights){.D = 0};
	return status;
}

static enum ho_status choose(struct work *w, struct tuning *last, struct ho_error *err)
{
	struct choice frozen = {.n = 0}, tuned = {.n = 0};
	struct ho_finetune_facts *facts = &w->out->facts;
	enum ho_status status = blend_frozen(&frozen, w, err);
	if (status == HO_OK)
		status = blend_tuned(&tuned, w, err);
	if (status)
		return status;
	facts->judged = w->plan.judged;
	facts->log_loss_before = frozen.blend.log_loss;
	facts->log_loss_after = tuned.blend.log_loss;
	facts->used = w->plan.judged < TRUST_ROWS || tuned.blend.log_loss * worth < frozen.blend.log_loss;
	ho_progress_note(
	    w->lesson->progress, "fine-tuning: accuracy %.1f%% instead of %.1f%% on %zu rows it had not seen%s",
	    100 * tuned.blend.accuracy, 100 * frozen.blend.accuracy, w->plan.judged, facts->used ? "" : "; not used");
	if (!facts->used)
		return HO_OK;
	adopt(w, &tuned);
	return save(w, last, err);
}

static double search_C(const struct ho_search *search)
{
	for (size_t h = 0; h < search->blend.n_heads; h++)
		if (search->heads[h].learner == HO_LEARN_DENSE)
			return search->heads[h].C;
	return usual_C;
}

/* Tokens of the learning rows, by the network's own words. */
static enum ho_status cut_tokens(struct work *w, struct ho_error *err)
{
	struct ho_network *network;
	enum ho_status status = ho_network_open(&network, w->wanted->source, 0, err);
	if (status)
		return status;
	if (w->wanted->max_tokens)
		network->facts.max_tokens = w->wanted->max_tokens;
	status = ho_token_rows_make(&w->tokens, network, w->wanted->parts->text, w->lesson->n_learn,
	                            w->lesson->progress, err);
	ho_network_free(network);
	return status;
}

static enum ho_status work(struct work *w, struct ho_error *err)
{
	struct tuning last = {.network = NULL};
	size_t n = w->lesson->n_learn;
	enum ho_status status = ho_finetune_plan(&w->plan, w->lesson, w->search->blend_rows, w->wanted, err);
	w->out->facts.folds = w->plan.folds;
	w->out->facts.pairs = w->plan.pairs;
	w->out->facts.epochs = w->plan.epochs;
	if (status == HO_OK && w->plan.judged == 0) {
		w->out->facts.left_out = "it would not have fitted into the time limit";
		ho_progress_note(w->lesson->progress, "the encoder is not fine-tuned: --time-limit does not allow it");
	}
	if (status || w->plan.judged == 0)
		return status;
	w->out->facts.tried = true;
	w->C = search_C(w->search);
	w->use = ho_alloc(n, 1);
	w->margins = ho_calloc(w->plan.judged * columns_of(w), sizeof *w->margins);
	status = w->use && w->margins ? cut_tokens(w, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		status = tune_all(&last, w, err);
	if (status == HO_OK)
		status = choose(w, &last, err);
	release_tuning(&last);
	return status;
}

enum ho_status ho_finetune(struct ho_finetune *out, struct ho_lesson *lesson, struct ho_search *search,
                           const struct ho_finetune_wanted *wanted, struct ho_error *err)
{
	struct work w = {.out = out, .lesson = lesson, .search = search, .wanted = wanted};
	*out = (struct ho_finetune){.folder = NULL};
	enum ho_status status = work(&w, err);
	ho_token_rows_release(&w.tokens);
	ho_free(w.plan.fold);
	ho_free(w.use);
	ho_free(w.margins);
	return status;
}

void ho_finetune_release(struct ho_finetune *f)
{
	ho_free(f->folder);
	ho_weights_release(&f->head);
	*f = (struct ho_finetune){.folder = NULL};
}

void ho_finetune_forget(const char *stem)
{
	char path[4200];
	for (unsigned i = 0; i <= HO_FINETUNE_FOLDS; i++) {
		(void)snprintf(path, sizeof path, "%s.tuning-%u", stem, i);
		(void)unlink(path);
	}
	ho_tuned_sweep(stem);
}
