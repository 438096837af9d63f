/**
 * Two shares of different items: are the errors of one part of the texts more than those of the rest? Pure functions,
 * thread-safe. Paired shares (the same items twice) are in judge/significance.h.
 */
#ifndef HO_JUDGE_SHARES_H
#define HO_JUDGE_SHARES_H

#include <stdint.h>

#include "judge/binomial.h"
#include "judge/significance.h"

/**
 * Fisher's exact test (1935), one-sided: the chance of k or more errors among n items of a part when the k + k_rest
 * errors are spread over the n + n_rest items at random (hypergeometric upper tail). 1 if k = 0 or counts do not fit.
 * Time: O(min(n, errors)). Relative error below 1e-9 for up to 1e7 items.
 */
double ho_fisher_upper(uint64_t k, uint64_t n, uint64_t k_rest, uint64_t n_rest);

/** Share k/n less share k_rest/n_rest, with the interval of Newcombe (1998, "Interval estimation for the difference
 * between independent proportions", method 10): of Wilson limits. All 0 if a part has no items. */
struct ho_difference ho_share_difference(uint64_t k, uint64_t n, uint64_t k_rest, uint64_t n_rest,
                                         double confidence_level);

#endif
