/**
 * Confident learning: from given labels and out-of-sample probabilities to an estimate of how many labels are wrong,
 * which labels they were taken for, and which rows to look at (Northcutt, Jiang & Chuang 2021, JAIR 70, section 3).
 *
 * Shapes: n rows, K labels, p [n][K] row by row, each row summing to 1, from models that have not seen the row.
 * Invariants: 1. nothing is random; 2. equal margins are treated alike; 3. a label that no row has is never guessed.
 *
 * What it cannot know: a model's own mistakes look like wrong labels. The joint is therefore an upper figure where the
 * model is weak; ho_confident_surest() gives one that is not, under an assumption of its own.
 */
#ifndef HO_JUDGE_CONFIDENT_H
#define HO_JUDGE_CONFIDENT_H

#include "base/status.h"
#include "judge/binomial.h"

struct ho_confident {
	uint32_t K;
	double *threshold; /**< [K] mean probability of a label among the rows that were given it; owned */
	uint64_t *count;   /**< [K] rows of each given label; owned */
	/** [K][K] joint[s * K + j]: rows given s whose label is j by the estimate; row s sums to count[s]; owned */
	uint64_t *joint;
	uint64_t wrong; /**< sum beside the diagonal */
};

/**
 * The calibrated joint. Thresholds t_j = mean of p[i][j] over rows given j; row i counts for the j with p[i][j] >=
 * t_j - 1e-6, for the most likely label where there are several, for none where there is none; counts of each given
 * label are scaled to its rows and rounded so that the sums stay (largest remainders; half to even before). The
 * diagonal is at least 1 before scaling.
 *
 * @param given  [n], each < K.
 * @return HO_OK; HO_EINVAL n = 0, K < 2 or a label >= K; HO_ENOMEM. Release with ho_confident_release().
 */
HO_MUST_CHECK enum ho_status ho_confident_joint(struct ho_confident *out, const float *p, const uint32_t *given,
                                                size_t n, uint32_t K, struct ho_error *err);
void ho_confident_release(struct ho_confident *confident);

/**
 * Rows to look at, by "prune by noise rate": for each pair s != j the joint[s][j] rows given s with the largest p_j -
 * p_s (more where margins are equal); then those whose most likely label is the given one are left out. A label with
 * one row keeps it.
 *
 * @param[out] flag  [n] 1 flagged.
 * @param[out] flagged  how many.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_confident_prune(uint8_t *flag, size_t *flagged, const struct ho_confident *confident,
                                                const float *p, const uint32_t *given, size_t n, struct ho_error *err);

/**
 * How much each row's label is to be doubted, 0..1: 1 - q(s) with q(j) proportional to p[i][j] M[j][s], where M[j][s]
 * is the chance that a text of label j is given s: to HO_CONFIDENT_PAIRS by the joint (a label is mostly mistaken for
 * few others), otherwise equal for all others. Equal mistakes alone find random errors best, the joint alone those
 * between two labels; a tenth of it loses little of either (docs/explanation/label-errors.md has the figures).
 * It ranks; it is no probability that the label is wrong.
 *
 * @param[out] doubt      [n]
 * @param[out] suggested  [n] the most likely other label by q.
 * HO_ENOMEM.
 */
#define HO_CONFIDENT_PAIRS 0.1
HO_MUST_CHECK enum ho_status ho_confident_doubt(double *doubt, uint32_t *suggested,
                                                const struct ho_confident *confident, const float *p,
                                                const uint32_t *given, size_t n, struct ho_error *err);

/** What the texts that a model is surest of say of the labels. */
struct ho_surest {
	uint64_t n, k;               /**< surest texts; those whose given label is another one */
	double share;                /**< k / n */
	struct ho_interval interval; /**< exact, 95% */
	uint64_t half_n, half_k;     /**< the same of the surer half of them */
	/** The surer half has fewer that differ than chance leaves it (one-sided binomial, 5%): the model is not yet
	 * right where it is surest, so that `share` is a bound from above. Wrong labels alone differ alike in both
	 * halves. */
	bool falling;
};
/**
 * The share of wrong labels, told by the surest tenth of each label's predictions (at least 10 of them where that is no
 * more than a third, and none that are less than even): there the model is taken to be right about the text, so that a
 * label that differs is wrong. Where no model can be sure, its own mistakes are counted too. If labels are mistaken
 * regardless of how hard a text is, this share holds for all texts (the anchor points of Liu & Tao 2016); where people
 * err on hard texts more, all texts have more errors than this. Confidence does not look at the row's own label, so
 * choosing the surest is no bias.
 *
 * @param use  [n] 1: the row counts (copies should not); NULL: all.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_confident_surest(struct ho_surest *out, const float *p, const uint32_t *given,
                                                 const uint8_t *use, size_t n, uint32_t K, struct ho_error *err);

#endif
