/**
 * A model from the names of labels alone, without one labelled text: a text goes to the label whose name or description
 * stands nearest to it in the encoder's space. It guesses, so that a service can begin: it promises nothing and answers
 * nothing, every text goes to a person, and the queue can be ordered by how unsure the guess is.
 */
#ifndef HO_TRAIN_NAMES_ONLY_H
#define HO_TRAIN_NAMES_ONLY_H

#include "train/label_names.h"
#include "train/train.h"

/**
 * Make such a model and write it to `path` (atomically).
 *
 * @param labels     [K] names, K >= 2, all different, without NUL bytes inside.
 * @param described  [n] at least one for each label; the name in words where there is nothing better.
 * @param options    encoder (not NULL), threads, seed, text_columns, progress; the rest is not used.
 * @return HO_OK; HO_EFORMAT two labels are described alike, so that nothing can tell them apart; what
 *         ho_encoder_open() returns; HO_ECANCELLED, HO_EIO, HO_ENOMEM. Release the result with
 *         ho_train_result_release().
 */
HO_MUST_CHECK enum ho_status ho_train_names(struct ho_train_result *out, const struct ho_slice *labels, uint32_t K,
                                            const struct ho_described *described, size_t n,
                                            const struct ho_train_options *options, const char *path,
                                            struct ho_error *err);

#endif
