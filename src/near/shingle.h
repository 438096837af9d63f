/** Texts as sets of hashed word 1- and 2-grams, and the similarity of two such sets. */
#ifndef HO_NEAR_SHINGLE_H
#define HO_NEAR_SHINGLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

/** Shingles held of one text at most; of more than half as many distinct ones a sample is kept. */
enum { NEAR_SHINGLES_MAX = 1 << 18 };

/**
 * The shingles of one text, each an even hash >= 2, in order of appearance, possibly repeated.
 * Of very long texts those below `below` only: the same rule for every text, so that samples can be compared.
 */
struct near_shingles {
	uint64_t *hashes; /**< [n] owned */
	size_t n, cap;
	uint64_t below;
};

/** Scratch memory of one thread: at most 16 MiB. Zeroed is empty; ho_near__scratch_release() frees. */
struct near_scratch {
	struct near_shingles a, b;
	uint32_t a_is;   /**< number + 1 of the text in `a`, 0 = none; kept by the caller */
	uint64_t *slots; /**< [n_slots] hash table of the distinct shingles; owned */
	size_t n_slots;
};

void ho_near__scratch_release(struct near_scratch *scratch);

/** Fill `set` (which is scratch->a or scratch->b) with the shingles of `text`. HO_ENOMEM: the set is empty. */
HO_MUST_CHECK enum ho_status ho_near__shingles(struct near_shingles *set, struct near_scratch *scratch,
                                               struct ho_slice text, struct ho_error *err);

/** Jaccard similarity of scratch->a and scratch->b, exact but for samples; 0 if one is empty. HO_ENOMEM: *out is 0. */
HO_MUST_CHECK enum ho_status ho_near__similarity(double *out, struct near_scratch *scratch, struct ho_error *err);

#endif
