#include "judge/significance.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/rng.h"

/* Acklam's rational start is not needed: erfc is smooth and monotone, so Newton from a crude start in the lower tail
 * (Abramowitz & Stegun 26.2.23) reaches full precision in a few steps. */
double ho_normal_quantile(double p)
{
	if (!(p > 0 && p < 1))
		return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
	if (p > 0.5)
		return -ho_normal_quantile(1 - p);
	double t = sqrt(-2 * log(p));
	double z =
	    -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
	for (int i = 0; i < 8; i++) {
		double tail = 0.5 * erfc(-z / M_SQRT2), density = exp(-0.5 * z * z) / sqrt(2 * M_PI);
		/* Newton on the logarithm: the tail spans hundreds of orders of magnitude. */
		double step = log(tail / p) * tail / density;
		z -= step;
		if (fabs(step) < 1e-15 * (1 + fabs(z)))
			break;
	}
	return z;
}

struct ho_interval ho_wilson_interval(uint64_t k, uint64_t n, double confidence_level)
{
	if (n == 0)
		return (struct ho_interval){0, 1};
	double m = (double)n, p = (double)k / m, z = ho_normal_quantile(0.5 + confidence_level / 2), s = z * z / m;
	double middle = (p + s / 2) / (1 + s), half = z * sqrt(p * (1 - p) / m + s / (4 * m)) / (1 + s);
	/* The ends are exact at 0 and n, where rounding would leave 1e-17. */
	return (struct ho_interval){k == 0 ? 0 : fmax(0, middle - half), k == n ? 1 : fmin(1, middle + half)};
}

struct ho_paired ho_paired_count(const uint8_t *wrong_a, const uint8_t *wrong_b, size_t n)
{
	struct ho_paired c = {0, 0, 0, 0};
	for (size_t i = 0; i < n; i++) {
		if (wrong_a[i])
			*(wrong_b[i] ? &c.neither : &c.only_b) += 1;
		else
			*(wrong_b[i] ? &c.only_a : &c.both) += 1;
	}
	return c;
}

double ho_mcnemar_exact(struct ho_paired counts)
{
	uint64_t n = counts.only_a + counts.only_b;
	uint64_t smaller = counts.only_a < counts.only_b ? counts.only_a : counts.only_b;
	return n ? fmin(1, 2 * ho_binomial_cdf(smaller, n, 0.5)) : 1;
}

/* Correlation of the two right/wrong columns, with Newcombe's continuity correction when it is positive. */
static double phi(struct ho_paired c)
{
	double e = (double)c.both, f = (double)c.only_a, g = (double)c.only_b, h = (double)c.neither;
	double n = e + f + g + h, margins = (e + f) * (g + h) * (e + g) * (f + h), product = e * h - f * g;
	if (margins <= 0)
		return 0;
	if (product > 0)
		product = fmax(0, product - n / 2);
	return product / sqrt(margins);
}

struct ho_difference ho_paired_difference(struct ho_paired c, double confidence_level)
{
	uint64_t n = c.both + c.only_a + c.only_b + c.neither, right_a = c.both + c.only_a, right_b = c.both + c.only_b;
	if (n == 0)
		return (struct ho_difference){0, {0, 0}};
	double a = (double)right_a / (double)n, b = (double)right_b / (double)n, r = phi(c);
	struct ho_interval ia = ho_wilson_interval(right_a, n, confidence_level);
	struct ho_interval ib = ho_wilson_interval(right_b, n, confidence_level);
	double b_down = b - ib.lo, b_up = ib.hi - b, a_down = a - ia.lo, a_up = ia.hi - a, d = b - a;
	double down = sqrt(fmax(0, b_down * b_down - 2 * r * b_down * a_up + a_up * a_up));
	double up = sqrt(fmax(0, b_up * b_up - 2 * r * b_up * a_down + a_down * a_down));
	return (struct ho_difference){d, {d - down, d + up}};
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

enum ho_status ho_paired_bootstrap(struct ho_difference *out, const double *a, const double *b, size_t n,
                                   double confidence_level, size_t draws, uint64_t seed, struct ho_error *err)
{
	struct ho_rng rng = ho_rng_seed(seed, 0);
	double sum = 0, side = (1 - confidence_level) / 2;
	*out = (struct ho_difference){0, {0, 0}};
	if (n == 0 || draws < 100 || draws > 100000 || !(side > 0 && side < 0.5))
		return ho_fail(err, HO_EINVAL,
		               "a bootstrap needs items, 100 to 100000 draws and a confidence level in (0, 1)");
	double *means = ho_alloc(draws, sizeof *means);
	if (!means)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		sum += b[i] - a[i];
	for (size_t d = 0; d < draws; d++) {
		double resampled = 0;
		for (size_t i = 0; i < n; i++) {
			size_t j = (size_t)ho_rng_below(&rng, n);
			resampled += b[j] - a[j];
		}
		means[d] = resampled / (double)n;
	}
	qsort(means, draws, sizeof *means, ascending);
	size_t cut = (size_t)(side * (double)draws);
	*out = (struct ho_difference){sum / (double)n, {means[cut], means[draws - 1 - cut]}};
	ho_free(means);
	return HO_OK;
}

double ho_permutation_p(uint64_t as_good, uint64_t shuffles)
{
	return ((double)as_good + 1) / ((double)shuffles + 1);
}
