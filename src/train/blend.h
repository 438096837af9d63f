/**
 * Blending heads: score_k = sum_h weight_h * margin_hk (+ bias for two labels), probabilities by softmax; for two
 * labels p(1) = 1 / (1 + exp(-score)). Weights >= 0 minimise the log loss of out-of-fold margins (stacking, Wolpert
 * 1992; the convex few-parameter form after Breiman 1996), by projected Newton steps.
 */
#ifndef HO_TRAIN_BLEND_H
#define HO_TRAIN_BLEND_H

#include "train/heads.h"

struct ho_blend {
	size_t n_heads;
	double weight[HO_HEADS_MAX]; /**< >= 0, per unit of margin */
	double bias;                 /**< two labels only */
	double log_loss;             /**< mean, nats, on the rows it was fitted on */
	double accuracy;             /**< on the same rows */
};

/**
 * @param margins  [n_heads] of [n][columns].
 * @param labels   [n]
 * @return HO_OK, HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_blend_fit(struct ho_blend *out, float *const *margins, size_t n_heads,
                                          const uint32_t *labels, size_t n, uint32_t K, struct ho_error *err);

/** One head alone, with the probabilities that it gives itself: weight 1, for rows that are too few to fit one on.
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_blend_trust(struct ho_blend *out, float *margins, const uint32_t *labels, size_t n,
                                            uint32_t K, struct ho_error *err);

/** Scores of row i: out[columns]. */
void ho_blend_scores(double *out, const struct ho_blend *blend, float *const *margins, size_t i, uint32_t columns);

#endif
