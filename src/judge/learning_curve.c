#include "judge/learning_curve.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"

/* Exponents tried: 0.05 to 2 in equal ratios. Measured curves of text classifiers lie between 0.2 and 1. */
#define EXPONENTS 48
#define EXPONENT_MIN 0.05
#define EXPONENT_MAX 2.0
/* Two rounds of weights are enough: they depend on the fitted error only through p(1-p). */
#define ROUNDS 3
#define DRAWS 200

/* What the fit sees of a point. */
struct sample {
	double rows, rate, tested;
};

static double exponent(int i)
{
	return EXPONENT_MIN * pow(EXPONENT_MAX / EXPONENT_MIN, (double)i / (EXPONENTS - 1));
}

double ho_learning_curve_at(const struct ho_learning_curve *curve, double rows)
{
	if (!curve->known)
		return NAN;
	return fmin(1, fmax(0, curve->a + curve->b * pow(rows, -curve->c)));
}

/* Weighted least squares of rate = a + b x with a, b >= 0, x = (rows / scale)^-c; returns the squared error. */
static double fit_line(double *a, double *b, const struct sample *s, const double *x, const double *w, size_t n)
{
	double sw = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, error = 0;
	for (size_t i = 0; i < n; i++) {
		sw += w[i];
		sx += w[i] * x[i];
		sy += w[i] * s[i].rate;
		sxx += w[i] * x[i] * x[i];
		sxy += w[i] * x[i] * s[i].rate;
	}
	double determinant = sw * sxx - sx * sx;
	*b = determinant > 1e-12 * sw * sxx ? (sw * sxy - sx * sy) / determinant : 0;
	*a = (sy - *b * sx) / sw;
	if (*b < 0) { /* more data made it worse: the best allowed curve is flat */
		*b = 0;
		*a = sy / sw;
	} else if (*a < 0) {
		*a = 0;
		*b = sxy / sxx;
	}
	for (size_t i = 0; i < n; i++) {
		double residual = s[i].rate - *a - *b * x[i];
		error += w[i] * residual * residual;
	}
	return error;
}

/* Precision of a point: tested / (p (1-p)), p kept off 0 and 1 by half an error so that no point is certain. */
static double precision(double p, double tested)
{
	p = fmin(1, fmax(0, p));
	p = (p * tested + 0.5) / (tested + 1);
	return tested / (p * (1 - p));
}

/* powers [EXPONENTS][n] of rows / scale; sizes are scaled by the smallest so that b is of the order of an error rate.
 */
static struct ho_learning_curve fit(const struct sample *s, size_t n, double scale,
                                    double powers[EXPONENTS][HO_LEARNING_POINTS_MAX])
{
	struct ho_learning_curve best = {.known = true};
	double w[HO_LEARNING_POINTS_MAX], a, b;
	for (size_t i = 0; i < n; i++)
		w[i] = precision(s[i].rate, s[i].tested);
	for (int round = 0; round < ROUNDS; round++) {
		double smallest = INFINITY;
		for (int e = 0; e < EXPONENTS; e++) {
			double error = fit_line(&a, &b, s, powers[e], w, n);
			if (error < smallest * (1 - 1e-12)) {
				smallest = error;
				best.a = a;
				best.b = b * pow(scale, exponent(e));
				best.c = exponent(e);
			}
		}
		for (size_t i = 0; i < n; i++)
			w[i] = precision(ho_learning_curve_at(&best, s[i].rows), s[i].tested);
	}
	return best;
}

static enum ho_status read_points(struct sample *s, size_t *sizes, const struct ho_learning_point *points, size_t n,
                                  struct ho_error *err)
{
	*sizes = 0;
	if (n > HO_LEARNING_POINTS_MAX)
		return ho_fail(err, HO_ELIMIT, "a learning curve has at most %d points", HO_LEARNING_POINTS_MAX);
	for (size_t i = 0; i < n; i++) {
		const struct ho_learning_point *p = &points[i];
		if (!(p->rows >= 1 && isfinite(p->rows)) || p->tested == 0 || p->errors > p->tested)
			return ho_fail(err, HO_EINVAL, "point %zu of the learning curve is not possible", i);
		s[i] = (struct sample){p->rows, (double)p->errors / (double)p->tested, (double)p->tested};
		size_t j = 0;
		while (j < i && s[j].rows != s[i].rows)
			j++;
		*sizes += j == i;
	}
	return HO_OK;
}

static double raise(double powers[EXPONENTS][HO_LEARNING_POINTS_MAX], const struct sample *s, size_t n)
{
	double scale = s[0].rows;
	for (size_t i = 1; i < n; i++)
		scale = fmin(scale, s[i].rows);
	for (int e = 0; e < EXPONENTS; e++)
		for (size_t i = 0; i < n; i++)
			powers[e][i] = pow(s[i].rows / scale, -exponent(e));
	return scale;
}

enum ho_status ho_learning_curve_fit(struct ho_learning_curve *out, const struct ho_learning_point *points, size_t n,
                                     struct ho_error *err)
{
	struct sample s[HO_LEARNING_POINTS_MAX];
	double powers[EXPONENTS][HO_LEARNING_POINTS_MAX];
	size_t sizes;
	*out = (struct ho_learning_curve){.known = false};
	enum ho_status status = read_points(s, &sizes, points, n, err);
	if (!status && sizes >= 3) {
		double scale = raise(powers, s, n);
		*out = fit(s, n, scale, powers);
	}
	return status;
}

/* Standard normal, near enough: the sum of 12 uniforms, free of libm. */
static double draw_normal(struct ho_rng *rng)
{
	double z = -6;
	for (int i = 0; i < 12; i++)
		z += ho_rng_uniform(rng);
	return z;
}

/* Share of errors of a model with error rate p on `tested` items: binomial by inversion while counts are small, else
 * normal with the binomial's variance. */
static double draw_rate(struct ho_rng *rng, double p, double tested)
{
	if (p > 0.5)
		return 1 - draw_rate(rng, 1 - p, tested);
	if (tested * p * (1 - p) > 100)
		return fmax(0, p + draw_normal(rng) * sqrt(p * (1 - p) / tested));
	double u = ho_rng_uniform(rng), term = exp(tested * log1p(-p)), k = 0;
	while (u >= term && k < tested) {
		u -= term;
		k++;
		term *= (tested - k + 1) / k * p / (1 - p);
	}
	return k / tested;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

enum ho_status ho_learning_curve_forecast(struct ho_learning_forecast *out, const struct ho_learning_point *points,
                                          size_t n, double rows, double confidence_level, uint64_t seed,
                                          struct ho_error *err)
{
	struct sample s[HO_LEARNING_POINTS_MAX], drawn[HO_LEARNING_POINTS_MAX];
	double powers[EXPONENTS][HO_LEARNING_POINTS_MAX], ahead[DRAWS], side = (1 - confidence_level) / 2;
	struct ho_rng rng = ho_rng_seed(seed, 0);
	size_t sizes;
	*out = (struct ho_learning_forecast){.known = false};
	if (!(rows >= 1 && isfinite(rows)) || !(side > 0 && side < 0.5))
		return ho_fail(err, HO_EINVAL, "a forecast needs at least 1 row and a confidence level in (0, 1)");
	enum ho_status status = read_points(s, &sizes, points, n, err);
	if (status || sizes < 3)
		return status;
	double scale = raise(powers, s, n);
	struct ho_learning_curve curve = fit(s, n, scale, powers);
	for (int d = 0; d < DRAWS; d++) {
		for (size_t i = 0; i < n; i++) {
			drawn[i] = s[i];
			drawn[i].rate = draw_rate(&rng, ho_learning_curve_at(&curve, s[i].rows), s[i].tested);
		}
		struct ho_learning_curve again = fit(drawn, n, scale, powers);
		ahead[d] = ho_learning_curve_at(&again, rows);
	}
	qsort(ahead, DRAWS, sizeof *ahead, ascending);
	size_t cut = (size_t)(side * DRAWS);
	double error = ho_learning_curve_at(&curve, rows);
	/* The curve itself belongs to its interval, also where the constraints a, b >= 0 push the draws to one side. */
	*out =
	    (struct ho_learning_forecast){true, error, {fmin(error, ahead[cut]), fmax(error, ahead[DRAWS - 1 - cut])}};
	return HO_OK;
}
