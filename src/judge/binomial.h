/**
 * Exact binomial tails and what follows from them: interval for a share, labels needed for a promise.
 *
 * In: counts (k of n) and shares in [0, 1]. Out: probabilities and shares. Pure functions, no allocation, thread-safe.
 * Invariants: 1. nothing here is a normal approximation; 2. k stays an integer, so that no rounding can turn k errors
 * into k-1; 3. relative error below 1e-11 for n up to 1e7 (checked against an independent program, tests/ref).
 * Time: O(sqrt(n)) per tail. Arguments outside their range (k > n, p outside [0, 1], NaN) give the nearest meaning
 * where there is one, else NaN; nothing traps.
 */
#ifndef HO_JUDGE_BINOMIAL_H
#define HO_JUDGE_BINOMIAL_H

#include <stdint.h>

/** A range of plausible values; lo <= hi. */
struct ho_interval {
	double lo, hi;
};

/** ln P(X = k) for X ~ Binomial(n, p), by the saddle-point expansion of Loader (2000); -INFINITY if impossible. */
double ho_binomial_log_pmf(uint64_t k, uint64_t n, double p);
/** ln P(X <= k); 0 for k >= n. */
double ho_binomial_log_cdf(uint64_t k, uint64_t n, double p);
/** ln P(X > k) (k itself is not counted); -INFINITY for k >= n. */
double ho_binomial_log_sf(uint64_t k, uint64_t n, double p);
/** P(X <= k). */
double ho_binomial_cdf(uint64_t k, uint64_t n, double p);
/** P(X > k). */
double ho_binomial_sf(uint64_t k, uint64_t n, double p);

/**
 * Upper Clopper-Pearson limit U(k, n, delta): the p with P(X <= k | n, p) = delta (Clopper & Pearson 1934).
 * The true share exceeds it with probability at most delta. 1 if k >= n (so also if n = 0); for k = 0: 1 - delta^(1/n).
 * U(k, n, delta) <= alpha exactly if ho_binomial_cdf(k, n, alpha) <= delta: to test a bound use the tail, not this.
 *
 * @param delta  in (0, 1).
 */
double ho_binomial_upper(uint64_t k, uint64_t n, double delta);
/** Lower Clopper-Pearson limit: the p with P(X >= k | n, p) = delta. 0 if k = 0 or n = 0. */
double ho_binomial_lower(uint64_t k, uint64_t n, double delta);
/** Two-sided Clopper-Pearson interval, (1 - confidence_level) / 2 on each side; [0, 1] if n = 0. */
struct ho_interval ho_binomial_interval(uint64_t k, uint64_t n, double confidence_level);

/** Largest n the two functions below look for; beyond it they answer 0. */
#define HO_BINOMIAL_N_MAX ((uint64_t)10000000)

/**
 * Smallest n for which k errors certify a share of at most alpha: P(X <= k | n, alpha) <= delta.
 * Any larger n with the same k certifies too. Example: alpha 2%, delta 5%, k = 0 needs 149.
 *
 * @param alpha, delta  in (0, 1).
 * @return n >= k + 1; 0 when it is above HO_BINOMIAL_N_MAX or an argument is out of range.
 */
uint64_t ho_binomial_certifying_n(uint64_t k, double alpha, double delta);

/**
 * Smallest n of accepted labels with which the test of "share <= alpha" at delta succeeds with probability `power`
 * when the true share is `p`. The chance is a saw-tooth in n; this is the first n that reaches it.
 * Example: alpha 2%, delta 5%, p = 1%, power 0.8 needs 969.
 *
 * @param power  in (0, 1).
 * @return n; 0 when there is none (p >= alpha) or it is above HO_BINOMIAL_N_MAX.
 */
uint64_t ho_binomial_power_n(double p, double alpha, double delta, double power);

/**
 * P(K <= k) for K ~ Beta-Binomial(n, a, b): the number of errors in n new items when the error rate has a Beta(a, b)
 * posterior. Used to ask how likely a test will succeed, given what another sample showed.
 *
 * @param a, b  > 0.  Time: O(min(k, n - k)).
 */
double ho_beta_binomial_cdf(uint64_t k, uint64_t n, double a, double b);

#endif
