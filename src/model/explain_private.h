/** Shared by the files that explain: from scored pieces to sentences and JSON. */
#ifndef HO_MODEL_EXPLAIN_PRIVATE_H
#define HO_MODEL_EXPLAIN_PRIVATE_H

#include "base/buf.h"
#include "model/private.h"

/**
 * Weight of a feature for `label` in units of the score: for two labels its weight, sign towards the label; for more
 * its weight for the label minus the mean of its weights for the other labels. Without the norm of a text.
 */
double ho_model__weight(const struct ho_model *model, const struct ho_view *view, const struct ho_slot *slot,
                        uint32_t label);

/** The same for an array of one number per column (bias, scores). */
double ho_model__margin(const struct ho_model *model, const double *columns, uint32_t label);

/**
 * Add what the encoder's reading of each word, or of each passage of a long text, adds to the score for `label`; what
 * belongs to no word goes to the bias. The additions sum to the encoder's part of the score.
 *
 * @param cap  of the pieces.
 * @param ws   has the text's tokens.
 * @return HO_OK; HO_ENOMEM; HO_ELIMIT.
 */
HO_MUST_CHECK enum ho_status ho_explain__encoder(struct ho_explanation *out, size_t *cap, struct ho_workspace *ws,
                                                 struct ho_slice text, uint32_t label, struct ho_error *err);

/**
 * Write the sentences of explanation->text from everything else in it.
 *
 * @param explanation  pieces, answer, threshold and word counts are filled; only `text` is set, owned by it.
 * @param any_known    something of the text is a feature of the model.
 * @return HO_OK; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_explain__words(struct ho_explanation *explanation, const struct ho_model *model,
                                               struct ho_slice text, bool any_known, struct ho_error *err);

/** Append `bytes` with every byte that is no UTF-8 as U+FFFD. HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status ho_explain__repair(struct ho_buf *out, struct ho_slice bytes, struct ho_error *err);

#endif
