/**
 * The search: starts small, grows, and keeps what pays. Candidates (heads) are cross-fitted on a nested, stratified
 * series of subsets; after each the worse half of every kind is dropped (successive halving, Jamieson & Talwalkar
 * 2016). What is left at the end - a word head, naive Bayes on the same view, a char head - is blended; a head whose
 * absence costs nothing is dropped. docs/explanation/search.md tells the reasons.
 */
#ifndef HO_TRAIN_SEARCH_H
#define HO_TRAIN_SEARCH_H

#include "train/blend.h"

enum { HO_RUNGS_MAX = 12, HO_TRAIL_MAX = HO_HEADS_MAX * HO_RUNGS_MAX };

/** One candidate on one subset. */
struct ho_trail_entry {
	const char *candidate; /**< static */
	size_t rows;
	double log_loss, accuracy, seconds; /**< out of fold; seconds of the whole subset up to this entry's rung */
};

/** The blend of the best of each kind on one subset: a point of the learning curve. */
struct ho_rung {
	size_t rows, learnt; /**< rows of the subset; rows each fold learnt from */
	double accuracy, log_loss, seconds;
};

struct ho_search {
	struct ho_head heads[HO_HEADS_MAX]; /**< chosen */
	struct ho_blend blend;              /**< of these, on `blend_rows` rows */
	size_t blend_rows;
	float *margins[HO_HEADS_MAX]; /**< out-of-fold margins of the chosen heads on the rows 0..blend_rows; owned */
	struct ho_rung rungs[HO_RUNGS_MAX];
	size_t n_rungs;
	struct ho_trail_entry trail[HO_TRAIL_MAX];
	size_t n_trail;
	bool cut_short; /**< the time limit ended it: the result then depends on the machine */
};

/** Does a chosen head stand on the encoder's vectors, frozen or tuned? */
static inline bool ho_search_uses_encoder(const struct ho_search *search)
{
	for (size_t h = 0; h < search->blend.n_heads; h++)
		if (ho_head_is_dense(&search->heads[h]))
			return true;
	return false;
}

struct ho_search_options {
	const uint32_t *group; /**< [lesson->n_learn] duplicate groups, never cut by a fold */
	double time_limit;     /**< seconds, 0 = none */
	double started;        /**< ho_clock_seconds() when the command began, for the progress lines */
};

/**
 * Search over the learning rows of a lesson, whose order must be nested and stratified (ho_nested_order()): every
 * prefix is a fair sample. Designs of the full lesson for the chosen heads are built when this returns.
 *
 * @return HO_OK, HO_ENOMEM, HO_ECANCELLED. Release with ho_search_release().
 */
HO_MUST_CHECK enum ho_status ho_search(struct ho_search *out, struct ho_lesson *lesson,
                                       const struct ho_search_options *options, struct ho_error *err);
void ho_search_release(struct ho_search *search);

/** Order rows so that every prefix has the labels in their proportions, otherwise at random. `order` [n] is a
 * permutation. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_nested_order(uint32_t *order, const uint32_t *labels, size_t n, uint32_t K,
                                             uint64_t seed, struct ho_error *err);

/** Candidates for K labels, with those on vectors if there is an encoder, and those on labels' names if they say
 * something: fills [HO_HEADS_MAX], returns how many. */
size_t ho_candidates(struct ho_head *out, uint32_t K, bool encoder, bool names);

/** Folds for cross-fitting n rows. */
unsigned ho_folds_for(size_t n);

/** The folds (ho_folds_for(n) of them) that the search uses for its first n rows; no group is cut. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_search_folds(uint8_t *fold, const uint32_t *group, const uint32_t *labels, size_t n,
                                             uint64_t seed, struct ho_error *err);

#endif
