/** Which rows are used, and for what: labels that occur, duplicate groups, and the three disjoint parts. */
#ifndef HO_TRAIN_PARTS_H
#define HO_TRAIN_PARTS_H

#include "near/near.h"
#include "train/train.h"

enum ho_part { HO_PART_FIT = 0, HO_PART_TUNE = 1, HO_PART_CERTIFY = 2, HO_PART_COUNT = 3 };

/** All arrays owned. Rows are those of the table that have a label and are not in the test data. */
struct ho_parts {
	size_t n;
	struct ho_slice
	    *text;       /**< [n] in the order fit, tune, certify; fit in nested order; text borrowed from the table */
	uint32_t *label; /**< [n] < K */
	uint32_t *group; /**< [n] duplicate group */
	uint64_t *seen;  /**< [n_seen] ascending distinct fingerprints of all rows */
	size_t n_seen;
	size_t size[HO_PART_COUNT]; /**< rows of each part, which follow one another */
	uint32_t K;
	uint32_t *label_map;     /**< [K] index in the table's labels */
	struct ho_slice *labels; /**< [K] names, borrowed from the table */
	uint32_t *label_rows;    /**< [K] */
	struct ho_near_result near;
	size_t kept_out;
};

/**
 * Sizes: certify gets sixteen times the labels that the strictest promise needs at least without an error (which is
 * enough where a quarter of the texts can be answered), but at least 8% and at most 13% of the rows; tune 5%, at least
 * 250 rows, at most 10% (small data: 15% and 15%). With the cross-fit all rows fit.
 *
 * @return HO_OK; HO_EFORMAT what cannot be learnt from: fewer than two labels, fewer than two rows for all but one
 *         label, all texts equal; HO_ENOMEM, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_parts_make(struct ho_parts *out, const struct ho_table *table,
                                           const struct ho_table *test, const struct ho_train_options *options,
                                           struct ho_error *err);
void ho_parts_release(struct ho_parts *parts);

#endif
