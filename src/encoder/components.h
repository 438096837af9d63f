/**
 * Principal components (Pearson 1901; Hotelling 1933): the directions in which rows differ most, and the rows in them.
 *
 * The eigenvectors of the covariance C come from one-sided Jacobi rotations (Hestenes 1958; Golub & Van Loan, Matrix
 * Computations, 8.6.3) of its rows: C is symmetric and positive semidefinite, so that rows which have been made
 * orthogonal to each other are its eigenvectors, each times its eigenvalue.
 */
#ifndef HO_ENCODER_COMPONENTS_H
#define HO_ENCODER_COMPONENTS_H

#include <stddef.h>

#include "base/status.h"

/**
 * The first k components of [n] rows, largest variance first.
 *
 * @param[out] scores  [n][k] the rows, less their mean, in the new directions. The sign of a direction is such that the
 *                     score of largest magnitude in it (the first, if several) is positive. Directions without
 *                     variance give zeros.
 * @param x            [n][d] not changed, n >= 1, finite.
 * @param k            1..d
 * @return HO_OK; HO_ENOMEM. Memory: 8 d^2 bytes twice. Time: n d^2 and some 40 d^3 operations.
 */
HO_MUST_CHECK enum ho_status ho_components(float *scores, const float *x, size_t n, size_t d, size_t k,
                                           struct ho_error *err);

#endif
