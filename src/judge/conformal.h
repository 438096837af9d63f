/**
 * Conformal p-values: is this like those? In: scores, larger = stranger. Out: a p-value. Pure, thread-safe.
 */
#ifndef HO_JUDGE_CONFORMAL_H
#define HO_JUDGE_CONFORMAL_H

#include <stddef.h>

/** Sort calibration scores ascending, in place, for ho_conformal_p(). No NaN. */
void ho_conformal_sort(float *scores, size_t n);

/**
 * (1 + #{calibration scores >= score}) / (n + 1) (Vovk, Gammerman & Shafer 2005, eq. 2.20). If the score and the
 * calibration scores are exchangeable, P(p <= epsilon) <= epsilon for every epsilon.
 *
 * @param sorted  [n] ascending; n may be 0 (then 1).
 * @return in (0, 1]; a NaN score is the strangest: 1 / (n + 1).
 */
double ho_conformal_p(const float *sorted, size_t n, float score);

#endif
