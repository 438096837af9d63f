/**
 * What a first model makes of the labels: made once, then used for label errors, overlapping labels and typical texts.
 * Labels here are those that occur, 0 .. f.K; ho_explore__first_label() gives their names.
 */
#ifndef HO_EXPLORE_FIRST_H
#define HO_EXPLORE_FIRST_H

#include "judge/confident.h"
#include "train/out_of_fold.h"

struct explore_first {
	bool made;                 /**< false: no model could be made; everything else is then zero */
	bool learns;               /**< it is better than always answering the most frequent label, beyond chance */
	struct ho_out_of_fold f;   /**< owned */
	struct ho_confident joint; /**< owned; only if it learns */
	struct ho_surest surest;
	double *doubt;       /**< [f.n] how much each given label is to be doubted; owned */
	uint8_t *wrong;      /**< [f.n] 1: it is surer of another label than of the texts that have that one; owned */
	uint32_t *suggested; /**< [f.n] the most likely other label; owned */
	uint32_t *look;      /**< [n_look] rows of f to look at, the most doubtful first; owned */
	size_t n_look;
};

struct explore;
void ho_explore__first_release(struct explore_first *first);
/** Name of label k of the first model, short and clean. */
struct ho_shown ho_explore__first_label(const struct explore *e, uint32_t k);
/** The most likely label of row i of the first model. */
uint32_t ho_explore__first_answer(const struct explore_first *first, size_t i);

#endif
