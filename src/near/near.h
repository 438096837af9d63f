/**
 * Duplicates among texts: which rows say the same thing, and must therefore never stand on both sides of a split.
 *
 * In: texts as slices. Out: a group number per row, so that a split by group cuts no duplicates apart.
 *
 * Two definitions, the same for every length of text:
 * 1. Exact: equal after normalisation (case folded, white space collapsed to one blank, trimmed; see
 *    ho_near_fingerprint()). All empty texts are exact duplicates of one another.
 * 2. Near: the Jaccard similarity |A n B| / |A u B| of the two texts' sets of word 1-grams and word 2-grams is at least
 *    `jaccard`. Words are runs of letters and digits, case folded; punctuation separates. Each Han or kana character is
 * a word of its own, so that Chinese and Japanese are compared by characters and pairs of characters. The bigrams keep
 *    short texts apart ("what is my balance" and "what is my savings balance" have 0.6, with single words 0.8), the
 * single words let long texts survive edits; at 0.8 one replaced word joins two texts of 14 words or more. Numbers are
 * ordinary words: a long template with another number in it is a near duplicate, a short one is not.
 *
 * How: candidates from MinHash (fast similarity sketching: Dahlgaard, Knudsen & Thorup 2017, 8 bits kept of each
 * minimum: Li & Koenig 2010) in bands (Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, 3.4); every candidate
 * is verified with its exact similarity. So no pair below the threshold is joined directly, and a pair at the threshold
 * is found with probability >= 0.98, one above it with more.
 *
 * Invariants:
 * 1. Exact duplicates are always in one group.
 * 2. Groups are the connected components of the pairs found, with one exception against chaining (a ~ b ~ c ~ ... until
 *    the ends have nothing in common): a join that would make a group of more than HO_NEAR_FREE distinct texts must
 * also hold between the representatives of the two parts, whose similarity must be at least 2 * jaccard - 1 (what the
 *    triangle inequality of the Jaccard distance leaves of two steps). What this refuses is counted in n_cut.
 * 3. The result depends on texts, options.jaccard and options.seed only, not on the number of threads.
 *
 * What it does not do: understand paraphrases; compose accents (NFC is the reader's work); split words in scripts
 * written without blanks other than Han and kana (Thai, Lao, Khmer: only whole runs are compared).
 */
#ifndef HO_NEAR_NEAR_H
#define HO_NEAR_NEAR_H

#include <stdint.h>

#include "base/progress.h"
#include "base/slice.h"
#include "base/status.h"

/** No such row. */
#define HO_NEAR_NONE UINT32_MAX
/** Distinct texts that a group may have before a join must also hold between representatives. */
#define HO_NEAR_FREE 50
/** Default of options.pairs_max. */
#define HO_NEAR_PAIRS 1000

struct ho_near_options {
	double jaccard;   /**< similarity from which two texts are near duplicates, 0.3 .. 1; 0 means 0.8 */
	unsigned threads; /**< 0 means all cores */
	uint64_t seed;    /**< of the sketches; any value */
	size_t pairs_max; /**< pairs kept for reports, of each kind (exact, near); 0 means HO_NEAR_PAIRS */
};

/** Two rows that are duplicates, first < second. */
struct ho_near_pair {
	uint32_t first, second; /**< rows; for an exact pair `first` is the earliest row with that text */
	double jaccard;         /**< 1 for exact pairs */
	bool exact;
};

struct ho_near_result {
	uint32_t *group; /**< [n] 0 .. n_groups-1, numbered in order of first appearance; owned */
	size_t n;        /**< rows */
	size_t n_groups; /**< n = n_groups + n_exact + n_near */
	size_t n_exact;  /**< rows that exactly repeat an earlier row */
	size_t n_near;   /**< further rows that are in a group only because of near duplication */
	size_t n_cut;    /**< distinct texts with a near duplicate in another group (invariant 2); usually 0 */
	struct ho_near_pair
	    *pairs;     /**< [n_pairs] exact ones by `second`, then near ones by (`first`, `second`); owned */
	size_t n_pairs; /**< a selection: at most pairs_max of each kind, and never all pairs of a group */
};

/** What ho_near_between() says of one text of B. */
struct ho_near_match {
	uint32_t
	    row; /**< row of A it duplicates: the earliest exact one, else the most similar one; HO_NEAR_NONE if none */
	bool exact;     /**< equal after normalisation */
	double jaccard; /**< similarity to that row, 0 if there is none */
};

/**
 * Find the duplicates among texts and put them into groups.
 *
 * @param[out] out  zeroed on failure; release with ho_near_release().
 * @param texts     [n] bytes in UTF-8; encoding errors are allowed (a stray byte counts as a letter); borrowed.
 * @param n         rows, at most 2^32 - 2; 0 gives an empty result.
 * @param options   NULL means all defaults.
 * @param progress  may be NULL.
 * @return HO_OK; HO_EINVAL jaccard outside 0.3 .. 1; HO_ELIMIT too many rows; HO_ENOMEM; HO_ECANCELLED.
 * Memory: about 150 bytes per row at the default threshold, and at most 16 MiB per thread; texts are not copied.
 * Time: linear in bytes, near linear in rows: within a bucket of more than 32 rows each is compared with at most 4
 * others (of a template with many groups within it, up to 1 row in 100 is then left out of its group).
 */
HO_MUST_CHECK enum ho_status ho_near_find(struct ho_near_result *out, const struct ho_slice *texts, size_t n,
                                          const struct ho_near_options *options, const struct ho_progress *progress,
                                          struct ho_error *err);
/** Free what a result owns and zero it; a zeroed result is allowed. */
void ho_near_release(struct ho_near_result *result);

/**
 * For each text of B the text of A that it duplicates: what a test set has in common with a training set.
 * A match is always direct (exact, or similarity >= jaccard to the row named), never through a third text.
 *
 * @param[out] out  [nb] one answer per text of B; every row HO_NEAR_NONE on failure. Provided by the caller.
 * @param a, b      [na], [nb] as in ho_near_find(); na + nb at most 2^32 - 2. pairs_max of the options is ignored.
 * @return as ho_near_find().
 */
HO_MUST_CHECK enum ho_status ho_near_between(struct ho_near_match *out, const struct ho_slice *a, size_t na,
                                             const struct ho_slice *b, size_t nb, const struct ho_near_options *options,
                                             const struct ho_progress *progress, struct ho_error *err);

/**
 * Hash of the normalised text: equal for exact duplicates, different (but for chance, 2^-64) otherwise.
 * Part of the model file format ("texts the model has seen"), so its exact form must not change; test vectors in
 * tests/unit/test_near_text.c. Normalised: upper case letters of ASCII, Latin-1, Latin Extended-A, Greek, Cyrillic and
 * the full-width forms become lower case (a fixed table of our own, as Unicode's grows with every version); each run of
 * Unicode white space becomes one blank, none at the ends. Hashed: XXH3 with 64 bits and seed 0 of the first 4,096
 * normalised bytes; each further 4,096 bytes are hashed with the value so far as seed, the last part being whatever is
 * left over (no part is empty, except that of an empty text). Memory: no allocation. Threads: safe.
 */
uint64_t ho_near_fingerprint(struct ho_slice text);

/**
 * Exact similarity of two texts by definition 2 above: 0 .. 1; two texts without any word have 1 if they are exact
 * duplicates, else 0. Texts of more than 131,072 distinct word 1- and 2-grams are compared on a consistent sample of
 * them (all those whose hash is small enough; about 65,536 or more of the larger text).
 *
 * @param[out] out  0 on failure.
 * @return HO_OK; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_near_jaccard(double *out, struct ho_slice a, struct ho_slice b, struct ho_error *err);

#endif
