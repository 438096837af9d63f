/**
 * The words and phrases (two words) of the texts, as sparse rows: for what tells labels apart, what is typical, what
 * groups there are. One row a group of copies; a fair sample where there are very many.
 */
#ifndef HO_EXPLORE_VIEW_H
#define HO_EXPLORE_VIEW_H

#include "explore/private.h"
#include "train/heads.h"

struct explore_view {
	size_t n;         /**< rows */
	size_t of;        /**< different texts in the table */
	uint32_t *row;    /**< [n] row of the table; owned */
	uint32_t *label;  /**< [n] label of the table, or label_count for none; owned */
	uint32_t *start;  /**< [label_count + 2] rows of label l: listed[start[l] .. start[l + 1]); owned */
	uint32_t *listed; /**< [n] owned */
	size_t labelled;  /**< rows with a label: they are listed first */
	uint32_t *total;  /**< [D] labelled rows that have the feature; owned */
	double uses;      /**< uses of words in labelled rows, each counted once a row */
	const struct ho_design *design; /**< [n] rows; D features; ids ascending within a row, no repeats */
	struct ho_slice *name;          /**< [D] "refund", "not working"; len 0: has a mark or an edge in it; owned */
	uint8_t *words;                 /**< [D] 1 a word, 2 a phrase, 0 neither; owned */
	float *
	    weight; /**< [D] for comparing texts: idf of words in at least 2 texts and at most a third; else 0; owned */
	float *length; /**< [n] of each row's vector of weights; 0: no word of weight; owned */
	struct ho_corpus corpus;
	struct ho_lesson lesson;
	struct ho_arena arena;
};

/** Make e->view unless it is there. HO_ENOMEM, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_explore__view(struct explore *e, struct ho_error *err);
void ho_explore__view_free(struct explore_view *view);
/** A feature for people: '#' for the digits of long numbers, short and clean. */
struct ho_shown ho_explore__feature(const struct explore_view *view, uint32_t id);

/** Add 1 to count[D] for each feature of the rows; returns the uses of words (one a row). */
double ho_explore__count_features(uint32_t *count, const struct explore_view *view, const uint32_t *rows, size_t n);

/** A feature that is more frequent on one side. */
struct explore_telling {
	uint32_t id;
	uint32_t here, texts; /**< texts of this side that have it; texts of this side */
	double z;             /**< ho_explore__fightin_words() */
	double times, lo,
	    hi; /**< how many times the odds of the other side; the interval holds for all features at once */
};

/**
 * The features that tell `rows` from the rows `others` (view rows, disjoint), by Fightin' Words (private.h); only those
 * whose interval, Bonferroni over the vocabulary, is above 1, in at least 3 texts. Phrases that say no more than one of
 * their words, and words that are nearly always part of a better phrase, are left out.
 *
 * @param[out] out  [max] the largest z first.   @param[out] n  how many.
 * @param others    NULL: all other rows of the view that have a label.
 * @param n_others  not used then.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_explore__tell_apart(struct explore_telling *out, size_t *n, size_t max,
                                                    const struct explore_view *view, const uint32_t *rows,
                                                    size_t n_rows, const uint32_t *others, size_t n_others,
                                                    struct ho_error *err);

#endif
