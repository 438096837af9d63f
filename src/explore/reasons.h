/** Why a label is doubted, in words: the model's probabilities, the words that speak for the other label, its copies.
 */
#ifndef HO_EXPLORE_REASONS_H
#define HO_EXPLORE_REASONS_H

#include "explore/private.h"

/**
 * The first `max` rows of e->first.look, with reasons.
 *
 * A word speaks for the suggested label against the given one by the difference of its log shares among the texts of
 * both (smoothed by half a text; this text itself left out), if at least three texts of the suggested label have it and
 * it is twice as frequent there, beyond two and a half standard errors; the three largest are named.
 *
 * @param[out] out  empty on failure; the caller releases it.
 * @return HO_OK; HO_ENOMEM; HO_ELIMIT.
 */
HO_MUST_CHECK enum ho_status ho_explore__reasons(struct ho_label_errors *out, const struct explore *e, size_t max,
                                                 struct ho_error *err);

#endif
