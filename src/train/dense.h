/**
 * Logistic regression on the vectors of an encoder:
 *
 *     min  1/2 |W - s N|^2 - C sum_i log p(y_i | W x_i + b),    p the softmax, or for two labels the sigmoid of one
 *                                                               column; N the vectors of the labels' names, s the
 * prior,
 *
 * by L-BFGS (Liu & Nocedal 1989; two-loop recursion, Nocedal & Wright 2006, algorithm 7.4) with backtracking. The bias
 * is not regularised. The problem is strictly convex in W, so that the result does not depend on where it starts.
 */
#ifndef HO_TRAIN_DENSE_H
#define HO_TRAIN_DENSE_H

#include "train/heads.h"

/**
 * Fit on the rows `learn` [n] of a lesson that has vectors, on the calling thread.
 *
 * @param head      its C, and its prior, which needs lesson->names unless it is 0. With C = 0 the result is the prior.
 * @param[out] out  D = dimensions, v [D][columns] as ho_weights has it; release with ho_weights_release().
 * @return HO_OK, HO_ENOMEM, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_dense_fit(struct ho_weights *out, const struct ho_lesson *lesson, const uint32_t *learn,
                                          size_t n, const struct ho_head *head, struct ho_error *err);

/** Margins of row i of the lesson: out[columns] = W x + b. */
void ho_dense_margins(float *out, const struct ho_weights *weights, const struct ho_lesson *lesson, size_t i);

#endif
