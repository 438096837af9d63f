/**
 * The promise: of the texts answered automatically, at most alpha are wrong, with confidence 1 - delta over the draw of
 * the certification labels. Learn-then-Test with a fixed sequence of exact binomial tests (Angelopoulos, Bates, Candes,
 * Jordan & Lei 2025, AoAS 19(2); fixed sequence: their section 2.3).
 *
 * What flows: tune scores and errors -> ho_promise_plan() -> a plan (grid, order, start: everything the test needs to
 * have decided beforehand) -> certify scores and errors, read once -> ho_promise_certify() -> a certificate.
 * Invariants:
 * 1. A plan never sees a certification label; the certificate is void otherwise.
 * 2. An item is accepted if score > threshold, strictly; ties with the threshold are handed over.
 * 3. The tests stop at the first p > delta; nothing after it is looked at.
 * 4. n and k are counts; p = P(Binomial(n, alpha) <= k), 1 if n = 0.
 * 5. The promise concerns texts drawn like the certification part; nothing here notices that the world has moved.
 * Not done here: choosing the model, calibration, novelty. A promise read twice on the same labels is two promises:
 * split delta.
 */
#ifndef HO_JUDGE_PROMISE_H
#define HO_JUDGE_PROMISE_H

#include "base/status.h"
#include "judge/binomial.h"

/** Most thresholds in a grid. */
#define HO_PROMISE_GRID_MAX 160
/** "Whatever the predicted label". */
#define HO_PROMISE_ANY_LABEL UINT32_MAX

/** Scored items with known answers: parallel arrays, borrowed. */
struct ho_scored {
	const double *score;       /**< [n] larger = surer, finite; usually the confidence */
	const uint8_t *wrong;      /**< [n] 1: the predicted label is not the true one; 0: it is */
	const uint8_t *eligible;   /**< [n] 0: never accepted (novel), whatever the score; NULL: all eligible */
	const uint32_t *predicted; /**< [n] predicted label; may be NULL where no function asks for one label */
	size_t n;
};

/** What is to be promised. */
struct ho_promise_goal {
	double max_error; /**< alpha, in (0, 1) */
	double delta;     /**< 1 - confidence level, in (0, 1) */
	uint32_t label;   /**< wrong among answers predicted this label; HO_PROMISE_ANY_LABEL: among all */
};

/** Everything that is decided before the certification labels are read. */
struct ho_promise_plan {
	struct ho_promise_goal goal;
	uint32_t n_grid;                       /**< thresholds; 0: no tune item is eligible, nothing will be tested */
	uint32_t start;                        /**< the first one tested; < n_grid unless that is 0 */
	double threshold[HO_PROMISE_GRID_MAX]; /**< strictly descending: the declared order, from `start` on */
};

/** One executed test. */
struct ho_promise_test {
	double threshold;
	uint64_t n, k; /**< accepted items, errors among them */
	double p;      /**< P(Binomial(n, alpha) <= k): small = the error rate is below alpha */
};

/** The numbers that back a promise, or say that there is none. */
struct ho_certificate {
	struct ho_promise_goal goal;
	bool certified;   /**< false: `threshold`, `n`, `k`, `coverage`, `upper` are 0 */
	double threshold; /**< accept strictly above: the last test that passed */
	uint64_t n, k;    /**< accepted certification items at it, errors among them */
	double coverage;  /**< n / items of the certification part (of all labels, eligible or not) */
	double upper;     /**< U(k, n, delta) at the chosen threshold, for information; <= alpha */
	/**
	 * If nothing was certified: U(k, n, delta) at the FIRST tested threshold, in (alpha, 1]; else 0. It is a true
	 * bound at that threshold with the same delta, without a further correction: if the risk there is above alpha,
	 * certifying and this bound can only be wrong together (both are one Clopper-Pearson limit); if it is at most
	 * alpha, this is reported only when it lies above alpha, where it is right. Coverage there: strictest_coverage.
	 * A promise of that size made after seeing it is no better than this one threshold.
	 */
	double strictest_possible;
	double strictest_threshold, strictest_coverage;   /**< where it holds; 0 if certified */
	uint64_t labels;                                  /**< items of the certification part */
	uint32_t tested;                                  /**< tests executed, >= 0 */
	struct ho_promise_test test[HO_PROMISE_GRID_MAX]; /**< [tested] in the order of execution */
};

/**
 * Candidate thresholds from tune scores: about 128 equally spaced ranks of the eligible items (of the label), each
 * threshold the shortest decimal number between two neighbouring different scores, so that it does not depend on a last
 * bit; ties removed. The last one accepts every eligible tune item.
 *
 * @param[out] threshold  [HO_PROMISE_GRID_MAX] strictly descending.
 * @param[out] n          number of thresholds; 0 if no item is eligible.
 * @param label           only items predicted so; HO_PROMISE_ANY_LABEL: all.
 * @return HO_OK; HO_EINVAL a score is not finite; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_promise_grid(double threshold[HO_PROMISE_GRID_MAX], uint32_t *n,
                                             const struct ho_scored *tune, uint32_t label, struct ho_error *err);

/**
 * Grid and start from the tune part. The start is the threshold whose first test is most likely to pass, judged from
 * the tune part alone: errors among the n expected certification items follow the Beta-Binomial predictive distribution
 * of a Beta posterior, made of the accepted tune items and of a smooth curve (error share ~ coverage^c, one parameter
 * fitted to all tune errors) that stands in for the few errors seen above a strict threshold. The strictest threshold
 * is never a good start (too few labels: 149 without error at alpha 2%, delta 5%), the loosest one fails; in between
 * the chance has one hump. A bad start costs coverage, never validity.
 *
 * @param[out] out    no pointers inside, may be copied and stored.
 * @param tune        scores and errors of a part that is disjoint from the certification part; n may be 0.
 * @param n_certify   items the certification part has (all labels, eligible or not).
 * @return HO_OK also when no start is promising; HO_EINVAL goal out of range, score not finite, label asked for but
 *         `predicted` NULL; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_promise_plan(struct ho_promise_plan *out, struct ho_promise_goal goal,
                                             const struct ho_scored *tune, size_t n_certify, struct ho_error *err);

/**
 * Run the declared tests on the certification part. Read the part once: calling this again with another plan on the
 * same labels is a second promise.
 *
 * @param certify  the order of its items does not matter.
 * @return HO_OK, also when nothing is certified; HO_EINVAL a damaged plan (not descending, out of range), a score that
 * is NaN, a label without `predicted`. Memory: none.  Time: O(n log grid).
 */
HO_MUST_CHECK enum ho_status ho_promise_certify(struct ho_certificate *out, const struct ho_promise_plan *plan,
                                                const struct ho_scored *certify, struct ho_error *err);

/** Most labels ho_promise_labels_needed() asks for. */
#define HO_PROMISE_LABELS_MAX ((uint64_t)1 << 20)

/**
 * How many certification labels (of all kinds, not only accepted ones) would probably suffice: the fewest with which
 * the first test of goal.max_error, at the best start, passes with probability 0.8 by the same belief that
 * ho_promise_plan() uses. An estimate, to about 1% in itself and much less certain in truth; blind to what a better
 * model would do.
 *
 * @param[out] out  total labels; 0: none would do, for the error rate is probably above alpha however strict the
 * threshold (label noise is a usual cause), or more than HO_PROMISE_LABELS_MAX.
 * @param plan      its grid from the strictest threshold on is used, not only what follows the start.
 * @param parts     [n_parts] tune and, once it was read, certify.
 * @return HO_OK, HO_EINVAL as ho_promise_certify().
 */
HO_MUST_CHECK enum ho_status ho_promise_labels_needed(uint64_t *out, const struct ho_promise_plan *plan,
                                                      const struct ho_scored *parts, size_t n_parts,
                                                      struct ho_error *err);

/** A goal for each label that has one; others (max_error 0) are always handed over. */
struct ho_label_goal {
	uint32_t label;
	double max_error; /**< alpha of this label, in (0, 1) */
};

/**
 * One plan per label; delta is split evenly over the labels (Bonferroni), so that all promises hold together.
 *
 * @param[out] plans  [n_goals], owned by the caller.
 * @param goals       [n_goals] different labels.
 * @param tune        with `predicted`.
 * @return HO_OK; HO_EINVAL as ho_promise_plan(), or a label twice; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_promise_plan_labels(struct ho_promise_plan *plans, const struct ho_label_goal *goals,
                                                    size_t n_goals, double delta, const struct ho_scored *tune,
                                                    size_t n_certify, struct ho_error *err);

/** ho_promise_certify() for each of [n] plans. `coverage` of each is its share of ALL items, so that they add up.
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_promise_certify_labels(struct ho_certificate *out, const struct ho_promise_plan *plans,
                                                       size_t n, const struct ho_scored *certify, struct ho_error *err);

/** Review-share mode: a threshold fixed beforehand, and what can be said of the error above it. */
struct ho_share_promise {
	double threshold;                     /**< accept strictly above */
	uint64_t n, k;                        /**< accepted certification items, errors among them */
	double upper;                         /**< U(k, n, delta): the certified bound of the error rate; 1 if n = 0 */
	double coverage;                      /**< n / certification items; 0 if there are none */
	struct ho_interval coverage_interval; /**< Clopper-Pearson, two-sided, 1 - delta */
};

/**
 * Threshold that hands over about `share` of the texts: the strictest candidate that accepts at least (1 - share) of
 * the tune items; if novel items alone exceed the share, everything eligible is accepted.
 *
 * @param share  in [0, 1] of all tune items, ineligible ones counted as handed over.
 * @return HO_OK; HO_EINVAL share out of range, no items, score not finite; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_promise_share_threshold(double *threshold, const struct ho_scored *tune, double share,
                                                        struct ho_error *err);

/**
 * The error bound at one pre-declared threshold: a single exact limit, nothing to correct for.
 *
 * @return HO_OK; HO_EINVAL delta out of range, NaN score.
 */
HO_MUST_CHECK enum ho_status ho_promise_bound(struct ho_share_promise *out, double threshold, double delta,
                                              const struct ho_scored *certify, struct ho_error *err);

#endif
