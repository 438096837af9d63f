/** Shared by the files that make a first model: the rows it sees, and its parts while it is made. */
#ifndef HO_TRAIN_FIRST_PRIVATE_H
#define HO_TRAIN_FIRST_PRIVATE_H

#include "train/heads.h"
#include "train/out_of_fold.h"

/* Rows in nested order: every prefix is a fair sample. */
struct first {
	struct ho_out_of_fold *out;
	const struct ho_table *table;
	struct ho_out_of_fold_options options;
	size_t n;
	uint32_t *row, *label, *group; /* [n] */
	uint32_t *place;               /* [n] position of each in out */
	uint32_t *identity;            /* [n] 0, 1, 2 ... */
	uint8_t *unit, *fold;          /* [n] */
	struct ho_slice *text;         /* [n] */
	struct ho_corpus corpus;
	struct ho_lesson lesson;
	const struct ho_head *heads;
	size_t n_heads;
	unsigned folds;
	float *margins[HO_FIRST_HEADS_MAX]; /* [n][columns] */
	uint32_t *tested;                   /* [n] labels of the rows tested */
	double *z;                          /* [K] */
};

/** Choose, order and group the rows, tokenise them, choose heads and folds.
 * HO_EFORMAT, HO_ENOMEM, HO_ECANCELLED: as ho_out_of_fold(). */
HO_MUST_CHECK enum ho_status ho_first__prepare(struct first *f, struct ho_error *err);

#endif
