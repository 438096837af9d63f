/** Labelled texts that are most like the text of an item. Shared inside the folder. */
#ifndef HO_APP_SIMILAR_H
#define HO_APP_SIMILAR_H

#include "app/private.h"

enum { APP_SIMILAR_MAX = 3 };

struct app_similar {
	struct ho_item item;
	double similarity; /**< cosine of the encoder's vectors; without an encoder Jaccard's index of word pieces */
};

/** The beginning, at most `max` bytes, whole characters. */
struct ho_slice ho_app__beginning(struct ho_slice text, size_t max);

/**
 * Among the texts of the task that people have answered: with an encoder the nearest by its vectors, among the newest
 * few thousand; without one those that share the words which mattered most, by how much else they share. Most similar
 * first.
 *
 * Vectors are remembered from when the texts came in. A few of those that are not are computed here, so that a serving
 * thread does not wait for all of them; the next call finds those, and computes others.
 *
 * @param[out] n  at most APP_SIMILAR_MAX.
 * HO_EIO, HO_ENOMEM, HO_ELIMIT.
 */
HO_MUST_CHECK enum ho_status ho_app__similar(struct app_similar best[APP_SIMILAR_MAX], size_t *n,
                                             const struct ho_explanation *explanation, struct ho_workspace *ws,
                                             struct ho_store *reader, const struct ho_item *item,
                                             struct ho_arena *arena, struct ho_error *err);

#endif
