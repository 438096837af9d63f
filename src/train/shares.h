/**
 * How large each part of a training file is, and the reverse: how long a file must be for a part of some size.
 * Everything counts distinct texts (duplicate groups), because copies of a text are one observation, not several.
 */
#ifndef HO_TRAIN_SHARES_H
#define HO_TRAIN_SHARES_H

#include "judge/promise.h"
#include "train/train.h"

enum ho_part { HO_PART_FIT = 0, HO_PART_TUNE = 1, HO_PART_CERTIFY = 2, HO_PART_COUNT = 3 };

/** What decides the sizes. */
struct ho_share_plan {
	double demand;  /**< distinct texts wanted in certify */
	uint64_t least; /**< with fewer there nothing could be promised, were they all right; 0: with any number
	                   something can */
	bool cross_fit;
};

/**
 * The promises per label that the options ask for: those named, and with max_error_given all other labels.
 *
 * @param[out] goals  [K]; the first *n are filled; *n = 0: one promise for all answers together.
 * @return HO_OK; HO_EINVAL a label that the data do not have, or one named twice.
 */
HO_MUST_CHECK enum ho_status ho_goals_find(struct ho_label_goal *goals, size_t *n, uint32_t K,
                                           const struct ho_slice *labels, const struct ho_train_options *options,
                                           struct ho_error *err);

/**
 * @param goals       [n_goals] as found; each is tested at delta / n_goals, among answers predicted its label alone.
 * @param label_rows  [K] rows of each label: its share says how many texts it takes to see enough of its answers.
 */
struct ho_share_plan ho_share_plan_make(const struct ho_label_goal *goals, size_t n_goals, const uint32_t *label_rows,
                                        size_t rows, const struct ho_train_options *options);

/**
 * Shares of `units` distinct texts: certify gets the demand, but at least 8% and at most 13%; tune 5%, at least 250, at
 * most 10% (fewer than 400 texts: 15% and 15%). With the cross-fit all fit.
 */
void ho_part_shares(double share[HO_PART_COUNT], size_t units, const struct ho_share_plan *plan);

/** Are there few texts, and would certify be too small for any promise? Then all had better be learnt from. */
bool ho_shares_too_few(size_t units, const struct ho_share_plan *plan);

/** With the cross-fit: how many of `units` out-of-fold answers plan the tests; the others certify. */
size_t ho_planned_units(size_t units);

/** Distinct texts (at least `units`) of a file that has at least `certify` of them to certify with. */
uint64_t ho_units_for(uint64_t certify, uint64_t units, const struct ho_share_plan *plan);

#endif
