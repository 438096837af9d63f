#include "judge/shares.h"

#include <math.h>

static double log_choose(uint64_t n, uint64_t k)
{
	/* lgamma() writes the global signgam; its reentrant form does not. */
	int sign;
	return lgamma_r((double)n + 1, &sign) - lgamma_r((double)k + 1, &sign) - lgamma_r((double)(n - k) + 1, &sign);
}

double ho_fisher_upper(uint64_t k, uint64_t n, uint64_t k_rest, uint64_t n_rest)
{
	if (k == 0 || k > n || k_rest > n_rest)
		return 1;
	uint64_t errors = k + k_rest, all = n + n_rest, most = errors < n ? errors : n;
	double term = exp(log_choose(n, k) + log_choose(n_rest, k_rest) - log_choose(all, errors)), sum = 0;
	/* Ratio of neighbouring terms: P(x + 1) / P(x). */
	for (uint64_t x = k; x <= most; x++) {
		sum += term;
		double rest = (double)(errors - x); /* errors outside at x */
		term *= (double)(n - x) / (double)(x + 1) * rest / ((double)n_rest - rest + 1);
		if (term < sum * 1e-17 && x > k &&
		    (double)(n - x) * rest < (double)(x + 1) * ((double)n_rest - rest + 1))
			break;
	}
	return fmin(1, sum);
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
