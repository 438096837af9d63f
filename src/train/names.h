/** The normal form of features, found again in the corpus: training works on keys, people read words. */
#ifndef HO_TRAIN_NAMES_H
#define HO_TRAIN_NAMES_H

#include "base/arena.h"
#include "train/heads.h"

/**
 * Name the features of a view that are kept.
 *
 * @param[out] names  [D] provided by the caller; len 0 for features that are not kept. Bytes in `arena`. Words are
 *                    separated by one blank, text edges are "<s>" and "</s>", word edges of char n-grams are '_'.
 * @param keep        [D]
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_name_features(struct ho_slice *names, struct ho_arena *arena,
                                              const struct ho_lesson *lesson, enum ho_view_id view, const uint8_t *keep,
                                              struct ho_error *err);

#endif
