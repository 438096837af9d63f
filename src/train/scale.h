/**
 * Weights of features before learning: s_j = idf_j^a * |r_jc|^b.
 *
 *  idf_j = ln((1 + n) / (1 + df_j)) + 1
 *  r_jc  = ln((P_j + 2 q pi) / n_c) - ln((Q_j + 2 q (1 - pi)) / n_rest): how much more often class c has feature j than
 * the rest does. P, Q are texts with the feature inside and outside of the class, pi = n_c / n, q = 1: a feature that
 * was never seen gets r = 0. (Wang & Manning 2012 weight by r with add-one smoothing; smoothing towards the class share
 * and the square root did better on every set tried: docs/decisions/0007-features.md.)
 *
 * The result is scaled so that the rows' mean squared length is 1, which gives C the same meaning everywhere.
 */
#ifndef HO_TRAIN_SCALE_H
#define HO_TRAIN_SCALE_H

#include "train/design.h"

struct ho_scale {
	const struct ho_design *design;
	const uint32_t *rows; /**< [n_rows] rows whose labels may be looked at */
	size_t n_rows;
	const uint32_t *labels; /**< [design->n] */
	uint32_t n_classes;
	double idf_power, ratio_power; /**< a >= 0, b >= 0; b = 0: the same for all classes */
	/* Filled by ho_scale_init(); counts are kept only where the ratio is used. */
	uint32_t *counts;     /**< [D][n_classes], or [D] of class 1 for two classes; owned */
	uint32_t *totals;     /**< [D] rows with the feature; owned */
	uint32_t *class_rows; /**< [n_classes] owned */
};

/** Count what the ratios need. HO_ENOMEM. Release with ho_scale_release(). */
HO_MUST_CHECK enum ho_status ho_scale_init(struct ho_scale *scale, struct ho_error *err);
void ho_scale_release(struct ho_scale *scale);
/** Squared scales of all features for one class, as struct ho_problem.scale wants it. `context` is a struct ho_scale.
 */
void ho_scale_squares(float *s2, void *context, uint32_t class);

#endif
