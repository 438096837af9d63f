/** Two quick models on the same texts: is one worse by more than a margin? Used where rows are learnt in another way.
 */
#ifndef HO_DOUBT_PAIRED_H
#define HO_DOUBT_PAIRED_H

#include "base/status.h"
#include "judge/binomial.h"

struct doubt_drop {
	size_t n, clusters;
	double before, after;        /**< accuracy of the one and the other */
	double drop;                 /**< before - after */
	struct ho_interval interval; /**< 95%, clusters as the unit */
	double margin;               /**< tolerated drop */
	double p;                    /**< of "the drop is at most the margin", one-sided */
	double p_any;                /**< of "there is no drop" */
};

/**
 * Compare errors on the same texts, where texts of one cluster are not independent: sums per cluster, their signs
 * flipped at random (exact if the sums are symmetric about the margin), and the cluster-robust interval.
 *
 * @param wrong_before, wrong_after  [n] 0 or 1.   @param cluster  [n] any numbers below `clusters`.
 * @param margin_max  the drop that is tolerated at most, in shares, >= 0; where few answers are wrong before, half of
 *                    their share, though not less than half a point.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_doubt__drop(struct doubt_drop *out, const uint8_t *wrong_before,
                                            const uint8_t *wrong_after, const uint32_t *cluster, size_t clusters,
                                            size_t n, double margin_max, uint64_t seed, struct ho_error *err);

#endif
