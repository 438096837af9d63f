/**
 * Is the difference more than luck? Intervals for a share, paired comparison of two classifiers on the same items,
 * permutation tests. Pure functions, thread-safe. The exact interval of a share is in judge/binomial.h.
 */
#ifndef HO_JUDGE_SIGNIFICANCE_H
#define HO_JUDGE_SIGNIFICANCE_H

#include "base/status.h"
#include "judge/binomial.h"

/** Upper-tail quantile helper: the z with P(Normal(0,1) <= z) = p, p in (0, 1); +-INFINITY at the ends. Error < 1e-13.
 */
double ho_normal_quantile(double p);

/** Wilson (1927) score interval of a share, two-sided; [0, 1] if n = 0. */
struct ho_interval ho_wilson_interval(uint64_t k, uint64_t n, double confidence_level);

/** Two classifiers on the same items. */
struct ho_paired {
	uint64_t both;    /**< both right */
	uint64_t only_a;  /**< a right, b wrong */
	uint64_t only_b;  /**< b right, a wrong */
	uint64_t neither; /**< both wrong */
};
/** Count the four cases from [n] 0/1 error flags. */
struct ho_paired ho_paired_count(const uint8_t *wrong_a, const uint8_t *wrong_b, size_t n);

/** Exact two-sided McNemar p: min(1, 2 P(Bin(only_a + only_b, 1/2) <= smaller)); 1 if they never differ. */
double ho_mcnemar_exact(struct ho_paired counts);

/** Difference accuracy(b) - accuracy(a). */
struct ho_difference {
	double difference;
	struct ho_interval interval;
};
/** With the interval of Newcombe (1998, method 10) for paired shares; all 0 if there are no items. */
struct ho_difference ho_paired_difference(struct ho_paired counts, double confidence_level);

/**
 * Percentile bootstrap of the mean of paired differences b[i] - a[i] of any per-item figure (loss, cost, ...).
 *
 * @param a, b   [n], n >= 1.
 * @param draws  resamples, 100..100000; 2000 is usual.
 * @param seed   same seed, same interval.
 * @return HO_OK; HO_EINVAL n = 0 or draws out of range; HO_ENOMEM.   Time: O(n * draws).
 */
HO_MUST_CHECK enum ho_status ho_paired_bootstrap(struct ho_difference *out, const double *a, const double *b, size_t n,
                                                 double confidence_level, size_t draws, uint64_t seed,
                                                 struct ho_error *err);

/** p of a permutation test: (C + 1) / (B + 1), C of B shuffled runs at least as good as the true one (Ojala & Garriga
 * 2010). */
double ho_permutation_p(uint64_t as_good, uint64_t shuffles);

#endif
