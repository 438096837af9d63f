/**
 * Texts -> sequences of word types: every text is tokenised once, and everything that learns works on these numbers.
 *
 * Invariants:
 *  1. Types are numbered in order of first appearance in row order, whatever the number of threads.
 *  2. `ids` of row i are ids[offsets[i]] .. ids[offsets[i+1]-1], in the order of the text.
 */
#ifndef HO_TRAIN_CORPUS_H
#define HO_TRAIN_CORPUS_H

#include "base/map.h"
#include "base/progress.h"
#include "base/slice.h"
#include "text/tokenize.h"

struct ho_corpus {
	size_t n;            /**< texts */
	uint64_t *offsets;   /**< [n + 1] owned */
	uint32_t *ids;       /**< [offsets[n]] type of each token; owned */
	struct ho_map types; /**< normal form of each type; types.n of them */
	uint64_t *hashes;    /**< [types.n] token hash of each type; owned */
	uint8_t *kinds;      /**< [types.n] enum ho_token_kind; owned */
	size_t hashes_cap, kinds_cap, ids_cap;
};

/**
 * Tokenise [n] texts.
 *
 * @param[out] out  release with ho_corpus_release(); empty on failure.
 * @param threads   0 = all cores; the result does not depend on it.
 * @return HO_OK, HO_ENOMEM, HO_ELIMIT (a text over HO_TEXT_MAX, or more than 2^32 - 2 word types), HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_corpus_build(struct ho_corpus *out, const struct ho_slice *texts, size_t n,
                                             unsigned threads, const struct ho_progress *progress,
                                             struct ho_error *err);
void ho_corpus_release(struct ho_corpus *corpus);

#endif
