#include "train/finetune.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "train/finetune_private.h"
#include "train/tuned_folder.h"
#include "tune/save.h"

/* C of the head where the search has kept none on vectors. */
static const double usual_C = 20;
/* The tuned encoder must earn its folder and its time in answering. */
static const double worth = 1.01, worth_words = 1.002;
/* With fewer rows log losses are noise (search.c); the tuned encoder is then taken as it is. */
enum { TRUST_ROWS = 100 };

static const struct ho_head tuned_head = {"encoder, fine-tuned", HO_VIEW_COUNT, HO_LEARN_TUNED, 0, 0, 0, 0};

/* --- the choice */

struct choice {
	struct ho_head heads[HO_HEADS_MAX];
	float *margins[HO_HEADS_MAX];
	size_t n;
	struct ho_blend blend;
};

static enum ho_status fit(struct choice *c, const struct finetune_work *w, struct ho_error *err)
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
static enum ho_status blend_tuned(struct choice *c, const struct finetune_work *w, struct ho_error *err)
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
static enum ho_status blend_frozen(struct choice *c, const struct finetune_work *w, struct ho_error *err)
{
	const struct ho_search *s = w->search;
	c->n = s->blend.n_heads;
	memcpy(c->margins, s->margins, c->n * sizeof *c->margins);
	return fit(c, w, err);
}

/* The search's heads become those of the choice. */
static void adopt(struct finetune_work *w, const struct choice *c)
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

enum ho_status ho_finetune__write_folder(char **out, const struct ho_network *network,
                                         const struct ho_finetune_wanted *wanted, struct ho_error *err)
{
	size_t room = strlen(wanted->stem) + sizeof ".encoder-XXXXXX";
	char *folder = *out = ho_alloc(room, 1);
	if (!folder)
		return ho_fail_nomem(err);
	(void)snprintf(folder, room, "%s.encoder-XXXXXX", wanted->stem);
	if (!mkdtemp(folder) || chmod(folder, 0755) != 0) {
		ho_free(folder);
		*out = NULL;
		return ho_fail(err, HO_EIO, "no folder for the fine-tuned encoder can be made beside the model");
	}
	return ho_network_save(network, wanted->source, folder, err);
}

static enum ho_status save(struct finetune_work *w, struct finetune_tuning *last, struct ho_error *err)
{
	enum ho_status status = ho_finetune__write_folder(&w->out->folder, last->network, w->wanted, err);
	w->out->head = last->head;
	last->head = (struct ho_weights){.D = 0};
	return status;
}

static enum ho_status choose(struct finetune_work *w, struct finetune_tuning *last, struct ho_error *err)
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
static enum ho_status cut_tokens(struct finetune_work *w, struct ho_error *err)
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

static enum ho_status work(struct finetune_work *w, struct ho_error *err)
{
	struct finetune_tuning last = {.network = NULL};
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
	w->margins = ho_calloc(w->plan.judged * finetune__columns(w), sizeof *w->margins);
	status = w->use && w->margins ? cut_tokens(w, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_finetune__tune_all(&last, w, err);
	if (status == HO_OK)
		status = choose(w, &last, err);
	ho_finetune__release_tuning(&last);
	return status;
}

enum ho_status ho_finetune(struct ho_finetune *out, struct ho_lesson *lesson, struct ho_search *search,
                           const struct ho_finetune_wanted *wanted, struct ho_error *err)
{
	struct finetune_work w = {.out = out, .lesson = lesson, .search = search, .wanted = wanted};
	*out = (struct ho_finetune){.folder = NULL};
	enum ho_status status = work(&w, err);
	ho_token_rows_release(&w.tokens);
	ho_free(w.plan.fold);
	ho_free(w.use);
	ho_free(w.margins);
	ho_network_mean_release(&w.mean);
	return status;
}

void ho_finetune_release(struct ho_finetune *f)
{
	ho_free(f->folder);
	ho_weights_release(&f->head);
	*f = (struct ho_finetune){.folder = NULL};
}

uint64_t ho_finetune_kept(const char *stem)
{
	char path[4200];
	struct stat st;
	uint64_t bytes = 0;
	for (unsigned i = 0; i < HO_FINETUNE_FOLDS + HO_FINETUNE_RUNS; i++) {
		(void)snprintf(path, sizeof path, "%s.tuning-%u", stem, i);
		bytes += stat(path, &st) ? 0 : (uint64_t)st.st_size;
	}
	return bytes;
}

void ho_finetune_forget(const char *stem)
{
	char path[4200];
	for (unsigned i = 0; i < HO_FINETUNE_FOLDS + HO_FINETUNE_RUNS; i++) {
		(void)snprintf(path, sizeof path, "%s.tuning-%u", stem, i);
		(void)unlink(path);
	}
	ho_tuned_sweep(stem);
}
