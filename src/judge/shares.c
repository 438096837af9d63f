#include "judge/shares.h"

#include <math.h>

static double log_choose(uint64_t n, uint64_t k)
{
	/* lgamma() writes the global signgam; its reentrant form does not. */
	int sign;
	return lgamma_r((double)n + 1, &sign) - lgamma_r((double)k + 1, &sign) - lgamma_r((double)(n - k) + 1, &sign);
}

/* The sum of P(x) over x = k .. most errors among n, where they fall from k on. Ratio of neighbouring terms:
 * P(x + 1) / P(x). */
static double falling_tail(uint64_t k, uint64_t n, uint64_t n_rest, uint64_t errors)
{
	uint64_t most = errors < n ? errors : n;
	double term = exp(log_choose(n, k) + log_choose(n_rest, errors - k) - log_choose(n + n_rest, errors)), sum = 0;
	for (uint64_t x = k; x <= most && term > sum * 1e-17; x++) {
		double rest = (double)(errors - x); /* errors outside at x */
		sum += term;
		term *= (double)(n - x) / (double)(x + 1) * rest / ((double)n_rest - rest + 1);
	}
	return sum;
}

/* Both tails are summed from the middle outwards: the first term of a sum that rises may be too small for a double, and
 * would make nothing of all that follow. */
double ho_fisher_upper(uint64_t k, uint64_t n, uint64_t k_rest, uint64_t n_rest)
{
	if (k == 0 || k > n || k_rest > n_rest)
		return 1;
	uint64_t errors = k + k_rest, all = n + n_rest;
	if ((double)k * (double)all > (double)errors * (double)n)
		return fmin(1, falling_tail(k, n, n_rest, errors));
	/* Fewer than k among n are more than k_rest among the others. */
	double below = k_rest < n_rest ? falling_tail(k_rest + 1, n_rest, n, errors) : 0;
	return fmax(0, 1 - below);
}

struct ho_difference ho_share_difference(uint64_t k, uint64_t n, uint64_t k_rest, uint64_t n_rest,
                                         double confidence_level)
{
	if (!n || !n_rest)
		return (struct ho_difference){.difference = 0};
	struct ho_interval a = ho_wilson_interval(k, n, confidence_level);
	struct ho_interval b = ho_wilson_interval(k_rest, n_rest, confidence_level);
	double p = (double)k / (double)n, q = (double)k_rest / (double)n_rest, d = p - q;
	return (struct ho_difference){d,
	                              {d - sqrt((p - a.lo) * (p - a.lo) + (b.hi - q) * (b.hi - q)),
	                               d + sqrt((a.hi - p) * (a.hi - p) + (q - b.lo) * (q - b.lo))}};
}
