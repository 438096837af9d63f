/**
 * Values that are one and the same but for their spelling: equal without case, blanks and marks ("N.Y.", "ny"), or one
 * slip apart (a letter more, less, another, two exchanged) where one is at most a tenth as frequent as the other.
 */
#ifndef HO_EXPLORE_DIRTY_H
#define HO_EXPLORE_DIRTY_H

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"
#include "report/show.h"

enum { HO_DIRT_SHOWN = 8 };

struct explore_dirt_pair {
	struct ho_shown often, rare; /**< as they may be shown */
	uint32_t rows_often, rows_rare;
};

struct explore_dirt {
	size_t same_form, slips; /**< pairs of each kind */
	struct explore_dirt_pair pairs[HO_DIRT_SHOWN];
	size_t n_pairs; /**< pairs kept */
};

/**
 * @param values, count  [n] distinct values and how often each stands; nothing is looked for among more than 2,000.
 * @param beyond_case    pass over pairs that differ by case and blanks only.
 * @return HO_OK; HO_ENOMEM.   Time: O(n^2) comparisons of short strings.
 */
HO_MUST_CHECK enum ho_status ho_explore__dirty(struct explore_dirt *out, const struct ho_slice *values,
                                               const uint32_t *count, uint32_t n, bool beyond_case,
                                               struct ho_error *err);

#endif
