/*
 * The cross-fit promise: every label is learnt from, and what is certified is said out of fold. The scores come from
 * models of the folds, the answers later from one model of all rows (with a tuned encoder: of the mean
 * of theirs and of one of all rows), so the promise is approximate and says so. What is
 * not approximate: the tests are planned on some labels and made on others, and copies of a text count once.
 */
#include "base/alloc.h"
#include "judge/calibration.h"
#include "judge/conformal.h"
#include "train/certify_private.h"
#include "train/shares.h"

static void confidence_of(struct ho_answers *answers, size_t i, double *z, uint32_t K, uint32_t truth)
{
	if (K == 2) {
		z[1] = z[0];
		z[0] = 0;
	}
	uint32_t best = ho_softmax(z, K);
	answers->confidence[i] = z[best];
	answers->predicted[i] = best;
	answers->wrong[i] = best != truth;
}

static bool is_ordinary(const struct ho_certified *out, const struct ho_ordinary *ordinary, size_t i)
{
	const struct ho_image_findings *f = &out->findings;
	struct ho_likeness of = ho_ordinary_likeness(ordinary, i);
	float score = ho_novelty_score(&f->scale, &f->distance, &of);
	return !ordinary->wordless[i] && ho_conformal_p(f->novelty, f->n_novelty, score) > f->novelty_level;
}

/* Out-of-fold answers of the rows that count. */
static enum ho_status answer_units(struct ho_certified *out, const struct ho_ordinary *ordinary,
                                   const struct ho_lesson *lesson, const uint8_t *unit, const struct ho_search *search,
                                   struct ho_error *err)
{
	uint32_t K = lesson->K, columns = K == 2 ? 1 : K;
	size_t n = 0, at = 0;
	double *z = ho_alloc(K, sizeof *z);
	for (size_t i = 0; i < search->blend_rows; i++)
		n += unit[i];
	enum ho_status status = z ? ho_answers_new(&out->answers, n, err) : ho_fail_nomem(err);
	for (size_t i = 0; i < search->blend_rows && status == HO_OK; i++) {
		if (!unit[i])
			continue;
		ho_blend_scores(z, &search->blend, search->margins, i, columns);
		confidence_of(&out->answers, at, z, K, lesson->labels[i]);
		out->answers.eligible[at++] = is_ordinary(out, ordinary, i);
	}
	ho_free(z);
	return status;
}

static enum ho_status promise_beyond_plan(struct ho_certified *out, uint32_t K, const struct ho_slice *labels,
                                          const struct ho_train_options *options, struct ho_error *err)
{
	size_t n = out->answers.n, planned = ho_planned_units(n);
	if (options->no_promise) {
		out->max_error[0] = out->findings.bound = options->max_error;
		return HO_OK;
	}
	struct ho_scored plan = ho_certify__scored(&out->answers, 0, planned);
	struct ho_scored certify = ho_certify__scored(&out->answers, planned, n - planned);
	return ho_certify__promise(out, &plan, &certify, K, labels, options, HO_PROMISE_CROSS_FIT, err);
}

enum ho_status ho_certify_cross_fit(struct ho_certified *out, const struct ho_lesson *lesson, const uint8_t *unit,
                                    const struct ho_slice *labels, const struct ho_ordinary *ordinary,
                                    const struct ho_search *search, const struct ho_train_options *options,
                                    struct ho_error *err)
{
	enum ho_status status = ho_certified_init(out, lesson->K, options, err);
	if (status == HO_OK)
		status = ho_novelty_learn(&out->findings, &out->novelty, ordinary, &(struct ho_strangeness){.n = 0},
		                          options->novelty_level, err);
	if (status == HO_OK)
		status = answer_units(out, ordinary, lesson, unit, search, err);
	if (status == HO_OK)
		status = promise_beyond_plan(out, lesson->K, labels, options, err);
	if (status)
		ho_certified_release(out);
	return status;
}
