/**
 * Quick models refitted on parts of the training rows: what a check needs that asks "and if it had learnt from other
 * rows?". One linear head on words (train/heads.h), no search: differences between parts are what counts, not the
 * level.
 */
#ifndef HO_DOUBT_REFIT_H
#define HO_DOUBT_REFIT_H

#include "doubt/private.h"
#include "train/heads.h"

/** Texts that quick models learn from and answer: designs of their own. */
struct doubt_refit {
	struct ho_corpus corpus;
	struct ho_lesson lesson;
	uint32_t *identity; /* [n] owned */
	bool open;
};

/** One model: learns from some rows and answers others. */
struct doubt_fit {
	const uint32_t *learn; /* [n_learn] rows of the refit */
	size_t n_learn;
	const uint32_t *answer; /* [n_answer] */
	size_t n_answer;
	uint8_t *wrong; /* [n_answer] filled */
};

/** Tokenise texts with labels (indices below K); both borrowed until ho_doubt__refit_close(). HO_ELIMIT, HO_ENOMEM,
 * HO_ECANCELLED: closed. */
HO_MUST_CHECK enum ho_status ho_doubt__refit_open(struct doubt_refit *out, const struct doubt *d,
                                                  const struct ho_slice *text, const uint32_t *label, size_t n,
                                                  uint32_t K, struct ho_error *err);
void ho_doubt__refit_close(struct doubt_refit *refit);
/** Fit and answer, side by side on all cores; the result does not depend on their number. HO_ENOMEM, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_doubt__refit_run(struct doubt_refit *refit, struct doubt_fit *fits, size_t n,
                                                 struct ho_error *err);

/** Out-of-fold errors: each row is answered by a model that learnt from the other folds. `wrong`, `fold` [n] all rows
 * of the refit; folds <= HO_FOLDS_MAX. HO_ENOMEM, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_doubt__refit_folds(uint8_t *wrong, struct doubt_refit *refit, const uint8_t *fold,
                                                   unsigned folds, size_t n, struct ho_error *err);

/** Most train rows for refits: more change no verdict and cost time. */
enum { DOUBT_REFIT_ROWS = 20000 };

/** A fair draw of at most `most` train rows that count (one a group), ascending: out [*n], freed by the caller.
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_doubt__draw_units(uint32_t **out, size_t *n, const struct doubt *d, size_t most,
                                                  struct ho_error *err);

#endif
