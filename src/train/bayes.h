/**
 * Complement naive Bayes in closed form: w_jc = ln((P_jc + a) / sum_j (P_jc + a)) - ln((Q_jc + a) / sum_j (Q_jc + a)),
 * where P counts rows of class c with feature j and Q rows of all other classes (after Rennie, Shih, Teevan & Karger
 * 2003, "Tackling the poor assumptions of naive Bayes text classifiers", without their length normalisation of
 * weights). It needs no iterations, errs differently from a margin classifier, and is worth most where labels are few.
 */
#ifndef HO_TRAIN_BAYES_H
#define HO_TRAIN_BAYES_H

#include "train/solver.h"

/**
 * @param[out] out   columns as in ho_solve(); for K = 2 column 0 speaks for class 1. Release with ho_weights_release().
 * @param smoothing  a > 0, e.g. 0.3.
 * @return HO_OK, HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_bayes(struct ho_weights *out, const struct ho_design *design, const uint32_t *rows,
                                      size_t n_rows, const uint32_t *labels, uint32_t n_classes, double smoothing,
                                      struct ho_error *err);

#endif
