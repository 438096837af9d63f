/*
 * The cross-fit promise: every label is learnt from, and what is certified is said out of fold. The scores come from
 * models of the folds, the answers later from one model of all rows, so the promise is approximate and says so. What is
 * not approximate: the tests are planned on some labels and made on others, and copies of a text count once.
 */
#include <math.h>

#include "base/alloc.h"
#include "judge/calibration.h"
#include "train/certify_private.h"
#include "train/shares.h"

static void confidence_of(struct ho_answers *answers, size_t i, double *z, uint32_t K, uint32_t truth)
{
	uint32_t best = 0;
	double total = 0;
	if (K == 2) {
		double score = z[0];
		z[0] = 0;
		z[1] = score;
	}
	for (uint32_t k = 1; k < K; k++)
		best = z[k] > z[best] ? k : best;
	for (uint32_t k = 0; k < K; k++)
		total += exp(z[k] - z[best]);
	answers->confidence[i] = 1 / total;
	answers->predicted[i] = best;
	answers->wrong[i] = best != truth;
}

/* Share of distinct words that would be unknown had the row not been there: words in fewer than three rows, itself
 * counted. */
static enum ho_status unknown_shares(double *unknown, const struct ho_lesson *lesson, struct ho_error *err)
{
	enum { KNOWN_FROM = 3 };
	const struct ho_corpus *corpus = lesson->corpus;
	uint32_t *df = ho_calloc(corpus->types.n, sizeof *df), *last = ho_calloc(corpus->types.n, sizeof *last);
	if (!df || !last) {
		ho_free(df);
		ho_free(last);
		return ho_fail_nomem(err);
	}
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < lesson->n_learn; i++) {
			uint32_t mark = (uint32_t)(pass * lesson->n_learn + i + 1), words = 0, missing = 0;
			uint32_t row = lesson->rows[i];
			for (uint64_t a = corpus->offsets[row]; a < corpus->offsets[row + 1]; a++) {
				uint32_t type = corpus->ids[a];
				if (last[type] == mark || corpus->kinds[type] == HO_TOKEN_MARK)
					continue;
				last[type] = mark;
				df[type] += pass == 0;
				words++;
				missing += df[type] < KNOWN_FROM;
			}
			if (pass == 1)
				unknown[i] = words ? (double)missing / words : 1;
		}
	ho_free(df);
	ho_free(last);
	return HO_OK;
}

/* Out-of-fold answers of the rows that count; `unknown` is made to go with them. */
static enum ho_status answer_units(struct ho_certified *out, double *unknown, double *evidence,
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
		if (evidence)
			evidence[at] = ho_model_evidence(z, columns);
		confidence_of(&out->answers, at, z, K, lesson->labels[i]);
		unknown[at++] = unknown[i];
	}
	ho_free(z);
	return status;
}

static void mark_eligible(struct ho_certified *out, const double *unknown, const double *evidence, double level)
{
	const struct ho_image_findings *f = &out->findings;
	for (size_t i = 0; i < out->answers.n; i++) {
		double score = (unknown[i] - f->unknown_mean) / f->unknown_sd;
		if (evidence)
			score += (f->evidence_mean - evidence[i]) / f->evidence_sd;
		size_t low = 0, high = f->n_novelty;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (f->novelty[middle] < (float)score)
				low = middle + 1;
			else
				high = middle;
		}
		out->answers.eligible[i] = (double)(1 + f->n_novelty - low) / (double)(f->n_novelty + 1) > level;
	}
}

static enum ho_status promise_beyond_plan(struct ho_certified *out, uint32_t K, const struct ho_slice *labels,
                                          const struct ho_train_options *options, struct ho_error *err)
{
	size_t n = out->answers.n, planned = ho_planned_units(n);
	struct ho_scored plan = ho_certify__scored(&out->answers, 0, planned);
	struct ho_scored certify = ho_certify__scored(&out->answers, planned, n - planned);
	return ho_certify__promise(out, &plan, &certify, K, labels, options, HO_PROMISE_CROSS_FIT, err);
}

enum ho_status ho_certify_cross_fit(struct ho_certified *out, const struct ho_lesson *lesson, const uint8_t *unit,
                                    const struct ho_slice *labels, const struct ho_search *search,
                                    const struct ho_train_options *options, struct ho_error *err)
{
	double *unknown = ho_alloc(lesson->n_learn, sizeof *unknown);
	double *evidence = lesson->K > 2 ? ho_alloc(lesson->n_learn, sizeof *evidence) : NULL;
	enum ho_status status = ho_certified_init(out, lesson->K, options, err);
	if (status == HO_OK && (!unknown || (lesson->K > 2 && !evidence)))
		status = ho_fail_nomem(err);
	if (status == HO_OK)
		status = unknown_shares(unknown, lesson, err);
	if (status == HO_OK)
		status = answer_units(out, unknown, evidence, lesson, unit, search, err);
	if (status == HO_OK)
		status = ho_certify__novelty(out, unknown, evidence, out->answers.n, err);
	if (status == HO_OK) {
		mark_eligible(out, unknown, evidence, options->novelty_level);
		status = promise_beyond_plan(out, lesson->K, labels, options, err);
	}
	ho_free(unknown);
	ho_free(evidence);
	if (status)
		ho_certified_release(out);
	return status;
}
