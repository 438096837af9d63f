/**
 * Pairs of texts for contrastive learning from few labels, as SetFit draws them (Tunstall et al. 2022, "Efficient
 * few-shot learning without prompts"): in each round every text is paired with one of its label (cosine 1) and with one
 * of another label (cosine 0).
 */
#ifndef HO_TUNE_PAIRS_H
#define HO_TUNE_PAIRS_H

#include "tune/tuner.h"

/**
 * @param[out] out  [*n_out] owned by the caller, ho_free(); *n_out = 2 * rounds * n, or half of it with one label.
 * @param texts     [n] rows of tokens; labels [n] < K.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_tune_pairs(struct ho_example **out, size_t *n_out, const uint32_t *texts,
                                           const uint32_t *labels, size_t n, uint32_t K, unsigned rounds, uint64_t seed,
                                           struct ho_error *err);

#endif
