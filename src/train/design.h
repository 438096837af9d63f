/**
 * Views: sparse rows of n-gram features over a corpus. Two exist:
 *
 *  word  distinct n-grams of 1..N tokens of a text; the edges of the text count as tokens inside n-grams of two and
 * more. char  n-grams of characters inside words, summed over the distinct words of a text, so that what a word
 *        contributes depends on the word alone and can be remembered (a repeated id stands for a count).
 *
 * A row's length does not depend on the vocabulary: `norm` is 1 / sqrt(number of n-grams of the text, known or not).
 * Feature j has key[j] (text/ngram.h); ids are sorted by falling document frequency, ties by key, so they are
 * the same on any number of threads.
 */
#ifndef HO_TRAIN_DESIGN_H
#define HO_TRAIN_DESIGN_H

#include "train/corpus.h"

struct ho_view_spec {
	bool is_char;
	unsigned n_min, n_max; /**< word: 1..4 tokens; char: 1..HO_CHAR_NGRAM_MAX characters */
	unsigned min_df;       /**< features in fewer texts are left out; >= 1 */
	size_t max_features;   /**< the most frequent are kept */
};

struct ho_design {
	size_t n, n_learn, D;
	uint64_t *offsets; /**< [n + 1] owned */
	uint32_t *ids;     /**< [offsets[n]] ascending within a row; owned */
	float *norm;       /**< [n] owned; 0 for a row without n-grams */
	uint64_t *keys;    /**< [D] owned */
	uint32_t *df;      /**< [D] of the first n_learn rows, those that have the feature; owned */
};

/**
 * Build the view of the rows of a corpus listed in `rows`.
 *
 * @param rows  [n] indices into the corpus; row i of the design is rows[i].
 * @param n_learn  the vocabulary and its frequencies come from the first n_learn rows; the others are only expressed in
 * it.
 * @return HO_OK, HO_ENOMEM, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_design_build(struct ho_design *out, const struct ho_corpus *corpus,
                                             const uint32_t *rows, size_t n, size_t n_learn,
                                             const struct ho_view_spec *spec, unsigned threads,
                                             const struct ho_progress *progress, struct ho_error *err);
void ho_design_release(struct ho_design *design);

#endif
