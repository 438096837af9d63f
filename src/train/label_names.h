/**
 * What the names of labels say: each goes through the encoder like a text, so that a text which means about the same
 * stands near it. That is all there is without labelled texts, and worth some labelled texts of each kind where there
 * are few.
 */
#ifndef HO_TRAIN_LABEL_NAMES_H
#define HO_TRAIN_LABEL_NAMES_H

#include "base/arena.h"
#include "encoder/encoder.h"

/** A label, in words: its name with '_', '-', '/' and '.' as blanks, or a description. */
struct ho_described {
	uint32_t label;       /**< < K; several may describe the same */
	struct ho_slice text; /**< borrowed */
};

/** Labels in words: described[i].label is the number of a name in `names`. Borrowed. */
struct ho_label_words {
	const struct ho_slice *names; /**< [n_names] */
	uint32_t n_names;
	const struct ho_described *described; /**< [n] */
	size_t n;
};

/**
 * @param[out] names  [K][dimensions] the mean vector of each label's descriptions, less the mean of all; owned by the
 *                    caller, ho_free().
 * @param described   [n] at least one for each of the K labels.
 * @return HO_OK; what ho_encode() returns; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_label_vectors(float **names, const struct ho_encoder *encoder,
                                              const struct ho_described *described, size_t n, uint32_t K,
                                              unsigned threads, struct ho_error *err);

/**
 * The same for labels [K] by their descriptions, or where there is none by their names in words.
 *
 * @param[out] out  NULL where a name that would have to do has no letter, as "0" and "1" have none.
 * @param words     NULL: no descriptions. Those of other labels count for nothing.
 * @return HO_OK; what ho_encode() returns; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_label_word_vectors(float **out, const struct ho_encoder *encoder,
                                                   const struct ho_slice *labels, uint32_t K,
                                                   const struct ho_label_words *words, unsigned threads,
                                                   struct ho_error *err);

/** The name of a label in words, in the arena. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_label_in_words(struct ho_slice *out, struct ho_arena *arena, struct ho_slice name,
                                               struct ho_error *err);

/** The label whose name is nearest to a vector [dimensions]: the largest product; the first, if several. */
uint32_t ho_label_nearest(const float *names, uint32_t K, size_t dimensions, const float *vector);

#endif
