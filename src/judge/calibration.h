/**
 * From scores to honest probabilities: temperature (K labels) and Platt's sigmoid (two).
 *
 * Calibration makes probabilities honest; the promise does not depend on it (judge/promise.h). Fit on labels that
 * neither trained the model nor certify it. Both maps are increasing, so a ranking survives.
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

#endif
