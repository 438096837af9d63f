/**
 * The heads of a model trained again on other draws of its file, and what these trainings answer: what of the model's
 * answers is owed to chance. Three draws of as many rows as the model learnt from, as another seed makes them, and two
 * bootstraps of the file. No group of copies is cut.
 */
#ifndef HO_DOUBT_TRAININGS_H
#define HO_DOUBT_TRAININGS_H

#include "doubt/texts.h"
#include "train/refit.h"

enum { DOUBT_DRAWS = 3, DOUBT_BOOTSTRAPS = 2, DOUBT_TRAININGS = DOUBT_DRAWS + DOUBT_BOOTSTRAPS };

struct doubt_trainings {
	struct doubt_texts texts; /**< that are answered */
	size_t rows, used, learn; /**< rows of the file; of them used here; about so many are learnt from in a draw */
	bool reduced; /**< the model learnt from more rows than these: they are to be compared with each other only */
	uint32_t *label[DOUBT_TRAININGS]; /**< [texts.n] answers, draws first; owned */
	uint8_t *automatic[DOUBT_TRAININGS];
};

/** Train and answer out->texts, which the caller has taken. Release with ho_doubt__trainings_release(), after a failure
 * too. HO_ENOMEM, HO_ELIMIT, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_doubt__train_again(struct doubt_trainings *out, const struct doubt *d,
                                                   const struct ho_refit_heads *heads, struct ho_error *err);
/** Frees the texts too. */
void ho_doubt__trainings_release(struct doubt_trainings *trainings);

#endif
