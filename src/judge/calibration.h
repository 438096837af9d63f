/**
 * From scores to honest probabilities: temperature (K labels), and for one yes/no question ("is the predicted label
 * right?") Platt, beta and isotonic maps; the choice between them by cross-validated log loss.
 *
 * Calibration makes probabilities honest; the promise does not depend on it (judge/promise.h). Fit on labels that
 * neither trained the model nor certify it. Maps are non-decreasing in the score, so a ranking survives (isotonic adds
 * ties).
 */
#ifndef HO_JUDGE_CALIBRATION_H
#define HO_JUDGE_CALIBRATION_H

#include "base/status.h"

/** Range of a fitted temperature. */
#define HO_TEMPERATURE_MIN 0.01
#define HO_TEMPERATURE_MAX 100.0

/**
 * Temperature T that minimises the mean of -ln softmax(logits / T)[truth] (Guo et al. 2017, eq. 9). The loss is convex
 * in 1/T: safeguarded Newton.
 *
 * @param[out] out  T in [HO_TEMPERATURE_MIN, HO_TEMPERATURE_MAX]; an end of it when all or no predictions are right.
 * @param logits    [n * K], finite, row by row.   @param truth  [n], each < K.
 * @return HO_OK; HO_EINVAL n = 0, K < 2, a label >= K, a logit not finite.   Memory: none.
 */
HO_MUST_CHECK enum ho_status ho_temperature_fit(double *out, const double *logits, const uint32_t *truth, size_t n,
                                                size_t K, struct ho_error *err);
/** Replace K >= 1 scores by their softmax; returns the index of the largest, the first of equals. */
uint32_t ho_softmax(double *scores, uint32_t K);
/** Mean log loss at temperature T. */
double ho_temperature_log_loss(const double *logits, const uint32_t *truth, size_t n, size_t K, double temperature);

/** Platt's sigmoid: p = 1 / (1 + exp(a s + b)). */
struct ho_platt {
	double a, b; /**< a <= 0 for a sensible score */
};
/**
 * Fit with targets (N+ + 1)/(N+ + 2) and 1/(N- + 2) (Platt 1999; Newton with line search: Lin, Lin & Weng 2007, alg.
 * 1).
 *
 * @param score  [n] finite.   @param y  [n] 0 or 1.
 * @return HO_OK; HO_EINVAL n = 0 or a score not finite. One kind absent is allowed: the targets keep it finite.
 */
HO_MUST_CHECK enum ho_status ho_platt_fit(struct ho_platt *out, const double *score, const uint8_t *y, size_t n,
                                          struct ho_error *err);
double ho_platt_apply(struct ho_platt map, double score); /**< in [0, 1] */

/** Beta calibration: p = 1 / (1 + exp(-(a ln s - b ln(1 - s) + c))), a, b >= 0 (Kull, Silva Filho & Flach 2017). */
struct ho_beta_map {
	double a, b, c;
};
/**
 * Maximum likelihood; a (or b) that would be negative is fixed at 0 and the rest refitted. s is kept in [1e-12,
 * 1-1e-12].
 *
 * @param p  [n] probabilities.   @param y  [n] 0 or 1.
 * @return HO_OK; HO_EINVAL n = 0, p outside [0, 1], or only one kind present.
 */
HO_MUST_CHECK enum ho_status ho_beta_fit(struct ho_beta_map *out, const double *p, const uint8_t *y, size_t n,
                                         struct ho_error *err);
double ho_beta_apply(struct ho_beta_map map, double p); /**< in [0, 1] */

/** Isotonic map: straight lines between knots, constant outside. */
struct ho_isotonic {
	double *x, *y; /**< [n] knots, x strictly ascending, y ascending in [0, 1]; owned */
	size_t n;
};
/**
 * Least squares under monotonicity by pooling adjacent violators (Ayer et al. 1955); equal scores are pooled first.
 * Wants about 1,000 items.
 *
 * @return HO_OK; HO_EINVAL n = 0 or a score not finite; HO_ENOMEM. Release with ho_isotonic_release().
 */
HO_MUST_CHECK enum ho_status ho_isotonic_fit(struct ho_isotonic *out, const double *score, const uint8_t *y, size_t n,
                                             struct ho_error *err);
double ho_isotonic_apply(const struct ho_isotonic *map, double score); /**< in [0, 1] */
void ho_isotonic_release(struct ho_isotonic *map);

/** A map for one yes/no question. Platt is fitted to the log-odds of p here, so that p itself is one of its members. */
enum ho_calibrator { HO_CALIBRATE_NONE = 0, HO_CALIBRATE_PLATT, HO_CALIBRATE_BETA, HO_CALIBRATE_ISOTONIC };
#define HO_CALIBRATORS 4

struct ho_calibration {
	enum ho_calibrator kind;
	struct ho_platt platt;
	struct ho_beta_map beta;
	struct ho_isotonic isotonic; /**< owned */
};
/** Fit one kind of map on probabilities p [n] and outcomes y [n]; errors as the kind's own. Release afterwards.
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_calibrate_fit(struct ho_calibration *out, enum ho_calibrator kind, const double *p,
                                              const uint8_t *y, size_t n, struct ho_error *err);
double ho_calibrate_apply(const struct ho_calibration *map, double p); /**< in [0, 1] */
void ho_calibrate_release(struct ho_calibration *map);

/**
 * Cross-validated mean log loss of a kind of map (probabilities clipped to [1e-6, 1-1e-6], because a held-out isotonic
 * 0 would decide everything). Folds are drawn with the seed; a fold whose training part has one kind only uses its
 * share.
 *
 * @param folds  2..n.
 * @return HO_OK; HO_EINVAL; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_calibrate_cv(double *log_loss, enum ho_calibrator kind, const double *p,
                                             const uint8_t *y, size_t n, size_t folds, uint64_t seed,
                                             struct ho_error *err);
/**
 * Best kind by ho_calibrate_cv(), the simpler one unless a later one is better by more than 0.001.
 *
 * @param[out] log_loss  [HO_CALIBRATORS] figure of each kind; may be NULL.
 */
HO_MUST_CHECK enum ho_status ho_calibrate_choose(enum ho_calibrator *out, double *log_loss, const double *p,
                                                 const uint8_t *y, size_t n, size_t folds, uint64_t seed,
                                                 struct ho_error *err);

#endif
