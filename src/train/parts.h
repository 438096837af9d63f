/** Which rows are used, and for what: labels that occur, duplicate groups, and the three disjoint parts. */
#ifndef HO_TRAIN_PARTS_H
#define HO_TRAIN_PARTS_H

#include "near/near.h"
#include "train/shares.h"
#include "train/train.h"

/**
 * All arrays owned. Rows are those of the table that have a label and are not in the test data.
 * One row of each duplicate group, drawn without a look at its label, is the group's `unit`: copies are not
 * independent, so wherever something is judged (tune, certify, accuracy) units alone count. Rows of a group are never
 * in two parts.
 */
struct ho_parts {
	size_t n;
	struct ho_slice
	    *text;       /**< [n] in the order fit, tune, certify; fit in nested order; text borrowed from the table */
	uint32_t *label; /**< [n] < K */
	uint32_t *group; /**< [n] duplicate group */
	uint8_t *unit; /**< [n] 1: the row that counts for its group, 0: a copy; in tune and certify units come first */
	uint64_t *seen; /**< [n_seen] ascending distinct fingerprints of all rows */
	size_t n_seen;
	size_t size[HO_PART_COUNT];  /**< rows of each part, which follow one another */
	size_t units[HO_PART_COUNT]; /**< groups of each part */
	struct ho_share_plan shares; /**< what the sizes were made from */
	bool too_few;                /**< for any exact promise: all rows learn, as with the cross-fit */
	uint32_t K;
	uint32_t *label_map;     /**< [K] index in the table's labels */
	struct ho_slice *labels; /**< [K] names, borrowed from the table */
	uint32_t *label_rows;    /**< [K] */
	struct ho_near_result near;
	size_t kept_out;
};

/**
 * Parts are made of groups, by the sizes of ho_part_shares(), whatever the number of copies of each: certify must be a
 * fair sample of distinct texts. Fit has at least two labels.
 *
 * @return HO_OK; HO_EFORMAT what cannot be learnt from: fewer than two labels, fewer than two rows for all but one
 *         label, all texts equal; HO_EINVAL a promise for a label that is not there; HO_ENOMEM, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_parts_make(struct ho_parts *out, const struct ho_table *table,
                                           const struct ho_table *test, const struct ho_train_options *options,
                                           struct ho_error *err);
void ho_parts_release(struct ho_parts *parts);

#endif
