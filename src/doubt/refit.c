#include "doubt/refit.h"

#include "base/alloc.h"
#include "base/pool.h"
#include "base/rng.h"

static const struct ho_head head = {"word 1-2 idf, C 1", HO_VIEW_WORD2, HO_LEARN_HINGE, 1, 0, 1, 0};

enum ho_status ho_doubt__refit_open(struct doubt_refit *out, const struct doubt *d, const struct ho_slice *text,
                                    const uint32_t *label, size_t n, uint32_t K, struct ho_error *err)
{
	*out = (struct doubt_refit){.open = false};
	unsigned threads = d->options->threads;
	enum ho_status status = ho_corpus_build(&out->corpus, text, n, threads, d->progress, err);
	if (status)
		return status;
	out->open = true;
	out->identity = ho_alloc(n, sizeof *out->identity);
	for (size_t i = 0; out->identity && i < n; i++)
		out->identity[i] = (uint32_t)i;
	out->lesson = (struct ho_lesson){.corpus = &out->corpus,
	                                 .rows = out->identity,
	                                 .n = n,
	                                 .n_learn = n,
	                                 .labels = label,
	                                 .K = K,
	                                 .seed = d->options->seed,
	                                 .threads = threads,
	                                 .progress = d->progress};
	status = out->identity ? ho_lesson_need(&out->lesson, head.view, err) : ho_fail_nomem(err);
	if (status)
		ho_doubt__refit_close(out);
	return status;
}

void ho_doubt__refit_close(struct doubt_refit *refit)
{
	if (!refit->open)
		return;
	ho_lesson_release(&refit->lesson);
	ho_corpus_release(&refit->corpus);
	ho_free(refit->identity);
	*refit = (struct doubt_refit){.open = false};
}

struct job {
	struct doubt_refit *refit;
	struct doubt_fit *fits;
};

static enum ho_status run_one(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)worker;
	struct job *job = context;
	struct doubt_fit *fit = &job->fits[task];
	struct ho_lesson *lesson = &job->refit->lesson;
	struct ho_weights weights;
	enum ho_status status = ho_head_fit(&weights, lesson, &head, fit->learn, fit->n_learn, 1, err);
	if (status)
		return status;
	float *margin = ho_alloc(weights.columns, sizeof *margin);
	for (size_t i = 0; i < fit->n_answer && margin; i++) {
		uint32_t row = fit->answer[i], best = 0;
		ho_weights_margins(margin, &weights, &lesson->designs[head.view], row);
		for (uint32_t k = 1; k < weights.columns; k++)
			best = margin[k] > margin[best] ? k : best;
		best = weights.columns == 1 ? margin[0] > 0 : best;
		fit->wrong[i] = best != lesson->labels[row];
	}
	status = margin ? HO_OK : ho_fail_nomem(err);
	ho_free(margin);
	ho_weights_release(&weights);
	return status;
}

enum ho_status ho_doubt__refit_run(struct doubt_refit *refit, struct doubt_fit *fits, size_t n, struct ho_error *err)
{
	struct job job = {refit, fits};
	return ho_parallel(run_one, &job, n, refit->lesson.threads, err);
}

enum ho_status ho_doubt__refit_folds(uint8_t *wrong, struct doubt_refit *refit, const uint8_t *fold, unsigned folds,
                                     size_t n, struct ho_error *err)
{
	struct doubt_fit fits[HO_FOLDS_MAX];
	uint32_t *order = ho_alloc((folds + 1) * n, sizeof *order);
	uint8_t *own = ho_alloc(n, 1);
	size_t at = 0;
	if (!order || !own) {
		ho_free(order);
		ho_free(own);
		return ho_fail_nomem(err);
	}
	uint32_t *learn = order + n;
	for (unsigned f = 0; f < folds; f++) {
		fits[f] = (struct doubt_fit){learn, 0, order + at, 0, own + at};
		for (size_t i = 0; i < n; i++)
			if (fold[i] == f)
				order[at + fits[f].n_answer++] = (uint32_t)i;
			else
				learn[fits[f].n_learn++] = (uint32_t)i;
		at += fits[f].n_answer;
		learn += fits[f].n_learn;
	}
	enum ho_status status = ho_doubt__refit_run(refit, fits, folds, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		wrong[order[i]] = own[i];
	ho_free(order);
	ho_free(own);
	return status;
}

enum ho_status ho_doubt__draw_units(uint32_t **out, size_t *n, const struct doubt *d, size_t most, struct ho_error *err)
{
	const struct doubt_rows *rows = &d->train;
	struct ho_rng rng = ho_rng_seed(d->options->seed, 0xd0b9);
	size_t units = 0, left = most;
	*n = 0;
	*out = ho_alloc(rows->n, sizeof **out);
	if (!*out)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < rows->n; i++)
		units += rows->unit[i];
	left = units < most ? units : most;
	for (size_t i = 0; i < rows->n; i++) {
		if (!rows->unit[i])
			continue;
		if (ho_rng_below(&rng, units--) < left) { /* selection sampling: everything where there is room */
			(*out)[(*n)++] = (uint32_t)i;
			left--;
		}
	}
	return HO_OK;
}
