/**
 * Watching the promise while it is in use: an e-process that may be looked at after every audit without spending more
 * than delta in false alarms, and a confidence sequence for the error rate.
 *
 * H0: the chance that an automatic answer is wrong, given the past, is at most alpha. Each answer t has an audit
 * probability pi_t > 0, fixed before its label is known; X_t = audited * wrong / pi_t has mean <= alpha under H0, and
 * M_t = M_{t-1} (1 + lambda (X_t - alpha)) is a supermartingale for any lambda in [0, 1/alpha] (Waudby-Smith & Ramdas
 * 2024); averages over several lambda stay one. Ville: P(ever M >= 1/delta) <= delta.
 * Invariants: 1. every automatic answer is fed, audited or not; leaving out the right ones breaks the guarantee;
 * 2. lambda depends on nothing but the set-up: a lambda that followed pi_t would favour risky items and break it;
 * 3. wealth is kept as logarithms. Plain data: copy it, store it.
 */
#ifndef HO_JUDGE_EPROCESS_H
#define HO_JUDGE_EPROCESS_H

#include "base/status.h"
#include "judge/binomial.h"

/** Bets: alternatives of 1.25, 1.5, 2, 3, 5 and 10 times alpha. */
#define HO_EPROCESS_BETS 6

struct ho_eprocess {
	double max_error, delta;
	double audit_rate;                   /**< the share of answers that is audited, as planned; scales the bets */
	double lambda[HO_EPROCESS_BETS];     /**< in [0, 1/alpha] */
	double log_wealth[HO_EPROCESS_BETS]; /**< ln M of each bet */
	double log_max;                      /**< largest ln of the mean wealth so far, >= 0 */
	uint64_t answers, audits, wrong;     /**< fed so far */
	double weighted_wrong;               /**< sum of wrong / pi_t: divided by `answers` an unbiased error rate */
};

/**
 * Start.
 *
 * @param max_error   alpha in (0, 1).   @param delta  allowed chance of a false alarm, in (0, 1).
 * @param audit_rate  usual pi, in (0, 1]; any value is valid, a wrong one only makes it slower.
 * @return HO_OK; HO_EINVAL.
 */
HO_MUST_CHECK enum ho_status ho_eprocess_init(struct ho_eprocess *out, double max_error, double delta,
                                              double audit_rate, struct ho_error *err);
/**
 * Feed one audited answer.
 *
 * @param wrong  true: the reviewer disagreed.   @param prob  its pi, in (0, 1].
 * @return HO_OK; HO_EINVAL prob out of range (nothing is changed).
 */
HO_MUST_CHECK enum ho_status ho_eprocess_audit(struct ho_eprocess *e, bool wrong, double prob, struct ho_error *err);
/** Feed `count` answers that were not audited (their draw said no). */
void ho_eprocess_skip(struct ho_eprocess *e, uint64_t count);
/**
 * An answer that was fed as right (by ho_eprocess_skip() or as a right audit) turned out wrong: its factor is turned
 * round. Feeding every answer as right at once and turning errors round as they are confirmed keeps the wealth at or
 * below that of the true process over the same answers, so the bound on false alarms holds however late audits end.
 *
 * @param prob  its pi, in (0, 1].
 * @return HO_OK; HO_EINVAL prob out of range (nothing is changed).
 */
HO_MUST_CHECK enum ho_status ho_eprocess_overturn(struct ho_eprocess *e, double prob, struct ho_error *err);
/** ln of the mixture's present value. */
double ho_eprocess_log(const struct ho_eprocess *e);
/** Anytime p-value, 1 / largest value so far, in (0, 1]. */
double ho_eprocess_p(const struct ho_eprocess *e);
/** Has it ever reached 1/delta? Stays true. */
bool ho_eprocess_alarm(const struct ho_eprocess *e);

/**
 * Confidence sequence of a constant error rate after k errors in n audits drawn with equal probability: the rates that
 * a Beta(1/2, 1/2) mixture has not rejected (Robbins 1970), two-sided. Holds for all n together with probability 1 -
 * delta, so it may be shown after every audit. [0, 1] if n = 0.
 */
struct ho_interval ho_confidence_sequence(uint64_t k, uint64_t n, double delta);

/** Audits that were drawn with the same probability. */
struct ho_audited {
	double prob; /**< in (0, 1] */
	uint64_t count;
};

/**
 * Confidence sequence of the error rate of all automatic answers when audits are drawn with unequal probabilities: two
 * families of bets with lambdas fixed beforehand, on X_t = audited * wrong / pi_t as in the e-process, one against
 * "error <= m" and one against "error >= m"; the rates m that neither has rejected at delta/2 (betting: Waudby-Smith &
 * Ramdas 2024, with lambdas that follow nothing, so that pi_t may follow the item). Holds at all times together. Audits
 * without a verdict count as right below and as wrong above.
 *
 * @param answers  automatic answers.   @param wrong  [n_wrong] confirmed errors.   @param open  [n_open] no verdict
 * yet.
 * @param rate     usual probability; scales the bets from below; any value in (0, 1] is valid.
 * @param least    smallest probability that may occur, in (0, 1], fixed before any verdict; scales the bets from above.
 *                 Where a smaller one occurred there is no bound from above: a bet that followed it would be none.
 * @return [0, 1] if there are no answers.
 */
struct ho_interval ho_audit_sequence(uint64_t answers, const struct ho_audited *wrong, size_t n_wrong,
                                     const struct ho_audited *open, size_t n_open, double rate, double least,
                                     double delta);

#endif
