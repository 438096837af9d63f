/*
 * The cross-fit promise: every label is used for everything, out of fold. The scores that are certified come from
 * models of the folds, the answers later from one model of all rows, so the promise is approximate and says so.
 */
#include "base/alloc.h"
#include "judge/calibration.h"
#include "judge/conformal.h"
#include "train/certify_private.h"

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

static void mark_eligible(struct ho_certified *out, const struct ho_ordinary *ordinary)
{
	const struct ho_image_findings *f = &out->findings;
	for (size_t i = 0; i < out->answers.n; i++) {
		double evidence = ordinary->evidence ? ordinary->evidence[i] : 0;
		float score = ho_novelty_score(&f->scale, ordinary->unknown[i], evidence);
		double p = ho_conformal_p(f->novelty, f->n_novelty, score);
		out->answers.eligible[i] = !ordinary->wordless[i] && p > f->novelty_level;
	}
}

enum ho_status ho_certify_cross_fit(struct ho_certified *out, const struct ho_lesson *lesson,
                                    const struct ho_slice *labels, const struct ho_ordinary *ordinary,
                                    const struct ho_search *search, const struct ho_train_options *options,
                                    struct ho_error *err)
{
	uint32_t K = lesson->K, columns = K == 2 ? 1 : K;
	size_t n = search->blend_rows;
	double *z = ho_alloc(K, sizeof *z);
	enum ho_status status = ho_certified_init(out, K, options, err);
	if (status == HO_OK && !z)
		status = ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_answers_new(&out->answers, n, err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		ho_blend_scores(z, &search->blend, search->margins, i, columns);
		confidence_of(&out->answers, i, z, K, lesson->labels[i]);
	}
	if (status == HO_OK)
		status = ho_novelty_learn(&out->findings, &out->novelty, ordinary, &(struct ho_strangeness){.n = 0},
		                          options->novelty_level, err);
	if (status == HO_OK) {
		mark_eligible(out, ordinary);
		status = ho_certify__promise(out, &out->answers, K, labels, options, HO_PROMISE_CROSS_FIT, err);
	}
	ho_free(z);
	if (status)
		ho_certified_release(out);
	return status;
}
