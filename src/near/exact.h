/** Exact duplicates: rows whose normalised texts are equal. */
#ifndef HO_NEAR_EXACT_H
#define HO_NEAR_EXACT_H

#include <stdint.h>

#include "base/progress.h"
#include "base/slice.h"
#include "base/status.h"

/** Distinct texts, in order of first appearance, numbered 0 .. n-1; a zeroed one is empty. */
struct near_distinct {
	uint32_t *rows; /**< [n] first row with that text; owned */
	uint32_t *of;   /**< [rows given] number of the row's text; owned */
	size_t n;
};

/**
 * Number the distinct texts. Equal fingerprints are checked byte by byte, so that no collision joins two texts.
 *
 * @param[out] out  zeroed on failure; free with ho_near__distinct_release().
 * @return HO_OK; HO_ENOMEM; HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_near__distinct(struct near_distinct *out, const struct ho_slice *texts, size_t n,
                                               unsigned threads, const struct ho_progress *progress,
                                               struct ho_error *err);
void ho_near__distinct_release(struct near_distinct *distinct);

/** Are the normalised texts equal? */
bool ho_near__same(struct ho_slice a, struct ho_slice b);

#endif
