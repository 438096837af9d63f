/**
 * What would more labels bring? Fits error(n) = a + b n^-c, a, b >= 0, 0.05 <= c <= 2, to the errors of models trained
 * on growing parts of the data (inverse power law: Cortes et al. 1993), and looks ahead with an interval.
 *
 * Weighted by binomial noise; a grid over c, and for each c the best a, b in closed form, so that it cannot diverge.
 * The interval covers sampling noise of the given points under the model, not the chance that the model is wrong:
 * looking ahead more than about four times the largest n is a guess, and the header of a report should say so.
 */
#ifndef HO_JUDGE_LEARNING_CURVE_H
#define HO_JUDGE_LEARNING_CURVE_H

#include "base/status.h"
#include "judge/binomial.h"

/** Most points of a curve. */
#define HO_LEARNING_POINTS_MAX 64

/** A model trained on `rows` rows made `errors` errors on `tested` test items. */
struct ho_learning_point {
	double rows;             /**< >= 1 */
	uint64_t errors, tested; /**< errors <= tested, tested >= 1 */
};

struct ho_learning_curve {
	bool known;     /**< false: fewer than 3 different sizes; a, b, c are then 0 */
	double a, b, c; /**< error(n) = a + b n^-c */
};

/** Error at `rows` by the curve, clipped to [0, 1]; NaN if the curve is unknown. */
double ho_learning_curve_at(const struct ho_learning_curve *curve, double rows);

/**
 * Fit the curve.
 *
 * @param points  [n], any order, n <= HO_LEARNING_POINTS_MAX.
 * @return HO_OK, also when the curve is unknown; HO_EINVAL a point out of range; HO_ELIMIT too many points.
 */
HO_MUST_CHECK enum ho_status ho_learning_curve_fit(struct ho_learning_curve *out,
                                                   const struct ho_learning_point *points, size_t n,
                                                   struct ho_error *err);

/** The error to expect. */
struct ho_learning_forecast {
	bool known; /**< false: fewer than 3 different sizes; the rest is then 0 */
	double error;
	struct ho_interval interval; /**< of the curve at that size, 0..1 */
};

/**
 * Fit and look ahead; interval by parametric bootstrap (200 draws of binomial errors around the fitted curve).
 *
 * @param rows  size to forecast for, >= 1.
 * @param seed  same seed, same interval.
 * @return as ho_learning_curve_fit().   Time: a few milliseconds.
 */
HO_MUST_CHECK enum ho_status ho_learning_curve_forecast(struct ho_learning_forecast *out,
                                                        const struct ho_learning_point *points, size_t n, double rows,
                                                        double confidence_level, uint64_t seed, struct ho_error *err);

#endif
