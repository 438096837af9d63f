#include "judge/binomial.h"

#include <math.h>
#include <stdbool.h>

/* A term this much smaller than the sum no longer changes it, even if 100 of its like follow. */
#define NEGLIGIBLE 1e-19

/* ln n! less Stirling's ln(sqrt(2 pi n) (n/e)^n): the part that must not be the difference of two large numbers. */
static double stirling_error(double n)
{
	if (n < 16) {
		double factorial = 1;
		for (int i = 2; i <= (int)n; i++)
			factorial *= i;
		return n < 1 ? 0 : log(factorial) - (0.5 * log(2 * M_PI * n) + n * log(n) - n);
	}
	double s = 1 / (n * n);
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - s / 1188) * s) * s) * s) / n;
}

/* Deviance x ln(x/m) + m - x, without cancellation where x is near m: series in v = (x-m)/(x+m) (Loader 2000). */
static double deviance(double x, double m)
{
	if (fabs(x - m) >= 0.1 * (x + m))
		return x * log(x / m) + m - x;
	double v = (x - m) / (x + m), sum = (x - m) * v, term = 2 * x * v;
	for (int j = 1; j < 100; j++) {
		term *= v * v;
		double next = sum + term / (2 * j + 1);
		if (next == sum)
			break;
		sum = next;
	}
	return sum;
}

double ho_binomial_log_pmf(uint64_t k, uint64_t n, double p)
{
	if (isnan(p))
		return NAN;
	if (k > n || (p <= 0 && k > 0) || (p >= 1 && k < n))
		return -INFINITY;
	if (p <= 0 || p >= 1)
		return 0;
	double x = (double)k, m = (double)n, y = (double)(n - k);
	if (k == 0)
		return m * log1p(-p);
	if (k == n)
		return m * log(p);
	return stirling_error(m) - stirling_error(x) - stirling_error(y) - deviance(x, m * p) -
	       deviance(y, m * (1 - p)) + 0.5 * log(m / (2 * M_PI * x * y));
}

/* ln P(X <= k) by adding terms from k downwards; only where they fall, so for k at most the mode. */
static double sum_down(uint64_t k, uint64_t n, double p)
{
	double odds = (1 - p) / p, term = 1, sum = 1;
	for (uint64_t i = k; i > 0; i--) {
		term *= (double)i / (double)(n - i + 1) * odds;
		sum += term;
		if (term < NEGLIGIBLE * sum)
			break;
	}
	return ho_binomial_log_pmf(k, n, p) + log(sum);
}

/* ln P(X >= k) by adding terms from k upwards, for k at least the mode. */
static double sum_up(uint64_t k, uint64_t n, double p)
{
	double odds = p / (1 - p), term = 1, sum = 1;
	for (uint64_t i = k; i < n; i++) {
		term *= (double)(n - i) / (double)(i + 1) * odds;
		sum += term;
		if (term < NEGLIGIBLE * sum)
			break;
	}
	return ho_binomial_log_pmf(k, n, p) + log(sum);
}

/* ln(1 - e^x), x <= 0 (Maechler 2012). */
static double log_complement(double x)
{
	if (x >= 0)
		return -INFINITY;
	return x > -M_LN2 ? log(-expm1(x)) : log1p(-exp(x));
}

double ho_binomial_log_cdf(uint64_t k, uint64_t n, double p)
{
	if (isnan(p))
		return NAN;
	if (k >= n || p <= 0)
		return 0;
	if (p >= 1)
		return -INFINITY;
	if ((double)k <= (double)n * p)
		return fmin(0, sum_down(k, n, p));
	return log_complement(sum_up(k + 1, n, p));
}

double ho_binomial_log_sf(uint64_t k, uint64_t n, double p)
{
	if (isnan(p))
		return NAN;
	if (k >= n || p <= 0)
		return -INFINITY;
	if (p >= 1)
		return 0;
	if ((double)k <= (double)n * p)
		return log_complement(sum_down(k, n, p));
	return fmin(0, sum_up(k + 1, n, p));
}

double ho_binomial_cdf(uint64_t k, uint64_t n, double p)
{
	return exp(ho_binomial_log_cdf(k, n, p));
}

double ho_binomial_sf(uint64_t k, uint64_t n, double p)
{
	return exp(ho_binomial_log_sf(k, n, p));
}

/* The p at which ln P(X <= k) (upper limit) or ln P(X >= k) (lower limit) is ln delta; 0 < k < n. Newton on the
 * logarithm, which is concave in p, inside a bracket that is halved whenever a step would leave it. */
static double solve_limit(uint64_t k, uint64_t n, double delta, bool upper)
{
	double share = (double)k / (double)n, target = log(delta), lo = 0, hi = 1;
	double sd = sqrt(share * (1 - share) / (double)n), p = share + (upper ? 2 : -2) * sd;
	for (int i = 0; i < 200; i++) {
		if (!(p > lo && p < hi))
			p = 0.5 * (lo + hi);
		double tail = upper ? ho_binomial_log_cdf(k, n, p) : ho_binomial_log_sf(k - 1, n, p);
		if ((tail > target) == upper)
			lo = p;
		else
			hi = p;
		double density = ho_binomial_log_pmf(upper ? k : k - 1, n - 1, p);
		double slope = (upper ? -1 : 1) * (double)n * exp(density - tail);
		double next = p - (tail - target) / slope;
		if (fabs(next - p) <= 1e-15 * p || hi - lo <= 1e-16 * hi)
			return next > lo && next < hi ? next : p;
		p = next;
	}
	return p;
}

double ho_binomial_upper(uint64_t k, uint64_t n, double delta)
{
	if (!(delta > 0 && delta < 1))
		return NAN;
	if (k >= n)
		return 1;
	if (k == 0)
		return -expm1(log(delta) / (double)n);
	return solve_limit(k, n, delta, true);
}

double ho_binomial_lower(uint64_t k, uint64_t n, double delta)
{
	if (!(delta > 0 && delta < 1))
		return NAN;
	if (k == 0 || n == 0)
		return 0;
	if (k >= n)
		return exp(log(delta) / (double)n);
	return solve_limit(k, n, delta, false);
}

struct ho_interval ho_binomial_interval(uint64_t k, uint64_t n, double confidence_level)
{
	double side = (1 - confidence_level) / 2;
	return (struct ho_interval){ho_binomial_lower(k, n, side), ho_binomial_upper(k, n, side)};
}

static bool is_share(double x)
{
	return x > 0 && x < 1;
}

uint64_t ho_binomial_certifying_n(uint64_t k, double alpha, double delta)
{
	if (!is_share(alpha) || !is_share(delta) || k >= HO_BINOMIAL_N_MAX)
		return 0;
	double target = log(delta);
	uint64_t too_few = k, enough = k + 1;
	while (ho_binomial_log_cdf(k, enough, alpha) > target) {
		if (enough >= HO_BINOMIAL_N_MAX)
			return 0;
		too_few = enough;
		enough = enough > HO_BINOMIAL_N_MAX / 2 ? HO_BINOMIAL_N_MAX : 2 * enough;
	}
	while (enough - too_few > 1) {
		uint64_t middle = too_few + (enough - too_few) / 2;
		if (ho_binomial_log_cdf(k, middle, alpha) > target)
			too_few = middle;
		else
			enough = middle;
	}
	return enough;
}

struct power_question {
	double p, alpha, delta, power;
};

/* Does the n at which k errors first certify give the wanted chance? *n = 0: no such n within the maximum. */
static bool has_power(uint64_t *n, uint64_t k, const struct power_question *q)
{
	*n = ho_binomial_certifying_n(k, q->alpha, q->delta);
	return *n > 0 && ho_binomial_cdf(k, *n, q->p) >= q->power;
}

/* Between two such n the chance only falls, so one candidate per k is enough. The chance at the candidates rises with k
 * except for small bumps at small k: walk there, gallop and halve afterwards, and step back over what a bump hid. */
uint64_t ho_binomial_power_n(double p, double alpha, double delta, double power)
{
	const struct power_question q = {p, alpha, delta, power};
	uint64_t n, last, lo = 0, hi = 0;
	if (!is_share(alpha) || !is_share(delta) || !is_share(power) || !(p >= 0 && p < alpha))
		return 0;
	while (!has_power(&n, hi, &q)) {
		if (n == 0 && hi - lo <= 1)
			return 0;
		if (n == 0) { /* the maximum is between lo and hi */
			hi = lo + (hi - lo) / 2;
			continue;
		}
		lo = hi;
		hi = hi < 64 ? hi + 1 : 2 * hi;
	}
	while (hi - lo > 1) {
		uint64_t middle = lo + (hi - lo) / 2;
		if (has_power(&n, middle, &q))
			hi = middle;
		else
			lo = middle;
	}
	for (last = ho_binomial_certifying_n(hi, alpha, delta); hi > 0 && has_power(&n, hi - 1, &q); hi--)
		last = n;
	return last;
}

double ho_beta_binomial_cdf(uint64_t k, uint64_t n, double a, double b)
{
	if (!(a > 0 && b > 0))
		return NAN;
	if (k >= n)
		return 1;
	/* Terms relative to P(K = 0), whose logarithm is kept apart: it may be far below the smallest double. */
	int sign;
	double m = (double)n, scale = lgamma_r(m + b, &sign) + lgamma_r(a + b, &sign) - lgamma_r(a + b + m, &sign) -
	                              lgamma_r(b, &sign);
	double term = 1, sum = 1;
	for (uint64_t i = 0; i < k; i++) {
		double j = (double)i;
		term *= (m - j) / (j + 1) * (a + j) / (m - j - 1 + b);
		sum += term;
		if (sum > 1e250) {
			scale += log(sum);
			term /= sum;
			sum = 1;
		}
	}
	return fmin(1, exp(scale + log(sum)));
}
