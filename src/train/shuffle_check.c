#include "train/shuffle_check.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "judge/calibration.h"
#include "judge/promise.h"
#include "train/search.h"
#include "train/split.h"

enum { ROWS_MAX = 1500, HEADS = 2 };

static const struct ho_head heads[HEADS] = {
    {"word 1-2 idf, C 1", HO_VIEW_WORD2, HO_LEARN_HINGE, 1, 0, 1, 0},
    {"naive Bayes, word 1-2", HO_VIEW_WORD2, HO_LEARN_BAYES, 0, 0, 0.3, 0},
};

/* Confidence and error of every row from the blend; returns how many are right. */
static size_t answer(double *confidence, uint8_t *wrong, const struct ho_blend *blend, float *const *margins,
                     const struct ho_lesson *lesson, double *z)
{
	uint32_t K = lesson->K, columns = K == 2 ? 1 : K;
	size_t right = 0;
	for (size_t i = 0; i < lesson->n_learn; i++) {
		ho_blend_scores(z, blend, margins, i, columns);
		if (K == 2) {
			z[1] = z[0];
			z[0] = 0;
		}
		uint32_t best = ho_softmax(z, K);
		confidence[i] = z[best];
		wrong[i] = best != lesson->labels[i];
		right += !wrong[i];
	}
	return right;
}

/* Plan on one half, certify on the other: can a promise be had from nothing? */
static enum ho_status try_promise(bool *promised, const double *confidence, const uint8_t *wrong, size_t n,
                                  double max_error, double delta, struct ho_error *err)
{
	size_t half = n / 2;
	struct ho_scored tune = {confidence, wrong, NULL, NULL, half};
	struct ho_scored certify = {confidence + half, wrong + half, NULL, NULL, n - half};
	struct ho_promise_goal goal = {max_error, delta, HO_PROMISE_ANY_LABEL};
	struct ho_promise_plan *plan = ho_calloc(1, sizeof *plan);
	struct ho_certificate *certificate = ho_calloc(1, sizeof *certificate);
	enum ho_status status = plan && certificate ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_promise_plan(plan, goal, &tune, certify.n, err);
	if (status == HO_OK)
		status = ho_promise_certify(certificate, plan, &certify, err);
	*promised = status == HO_OK && certificate->certified;
	ho_free(plan);
	ho_free(certificate);
	return status;
}

static enum ho_status run(struct ho_shuffle_check *out, struct ho_lesson *lesson, const uint32_t *group,
                          float *const *margins, double max_error, double delta, struct ho_error *err)
{
	unsigned folds = ho_folds_for(lesson->n_learn);
	double *confidence = ho_alloc(lesson->n_learn, sizeof *confidence);
	double *z = ho_alloc(lesson->K, sizeof *z);
	uint8_t *fold = ho_alloc(lesson->n_learn, 1), *wrong = ho_alloc(lesson->n_learn, 1);
	struct ho_blend blend;
	float *copy[HEADS] = {margins[0], margins[1]};
	enum ho_status status = confidence && z && fold && wrong ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_search_folds(fold, group, lesson->labels, lesson->n_learn, lesson->seed, err);
	if (status == HO_OK)
		status = ho_heads_cross_fit(copy, lesson, heads, HEADS, fold, folds, err);
	if (status == HO_OK)
		status = ho_blend_fit(&blend, copy, HEADS, lesson->labels, lesson->n_learn, lesson->K, err);
	if (status == HO_OK) {
		size_t right = answer(confidence, wrong, &blend, copy, lesson, z);
		out->accuracy = (double)right / (double)lesson->n_learn;
		out->p = right ? ho_binomial_sf(right - 1, lesson->n_learn, out->chance) : 1;
		if (1 - out->chance > max_error)
			status = try_promise(&out->promise, confidence, wrong, lesson->n_learn, max_error, delta, err);
	}
	ho_free(confidence);
	ho_free(z);
	ho_free(fold);
	ho_free(wrong);
	return status;
}

enum ho_status ho_shuffle_check(struct ho_shuffle_check *out, const struct ho_lesson *lesson, const uint32_t *group,
                                double max_error, double delta, struct ho_error *err)
{
	struct ho_lesson part = *lesson;
	memset(part.designs, 0, sizeof part.designs);
	memset(part.built, 0, sizeof part.built);
	part.n = part.n_learn = lesson->n_learn < ROWS_MAX ? lesson->n_learn : ROWS_MAX;
	*out = (struct ho_shuffle_check){.rows = part.n};
	size_t columns = part.K == 2 ? 1 : part.K;
	uint32_t *labels = ho_alloc(part.n, sizeof *labels), *count = ho_calloc(part.K, sizeof *count), most = 0;
	float *margins[HEADS] = {ho_calloc(part.n * columns, sizeof(float)),
	                         ho_calloc(part.n * columns, sizeof(float))};
	enum ho_status status = HO_OK;
	if (!labels || !count || !margins[0] || !margins[1])
		status = ho_fail_nomem(err);
	if (status == HO_OK) {
		struct ho_rng rng = ho_rng_seed(lesson->seed, 0x5f1e);
		memcpy(labels, lesson->labels, part.n * sizeof *labels);
		ho_rng_shuffle(&rng, labels, part.n);
		for (size_t i = 0; i < part.n; i++)
			most = ++count[labels[i]] > most ? count[labels[i]] : most;
		out->chance = (double)most / (double)part.n;
		part.labels = labels;
		status = run(out, &part, group, margins, max_error, delta, err);
	}
	ho_free(labels);
	ho_free(count);
	ho_free(margins[0]);
	ho_free(margins[1]);
	ho_lesson_release(&part);
	return status;
}
