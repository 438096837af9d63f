/**
 * Heads: one linear classifier on one view each. Candidates of the search are heads; the model blends some of them.
 * A set of designs over the same rows is built once and shared by all heads and folds.
 */
#ifndef HO_TRAIN_HEADS_H
#define HO_TRAIN_HEADS_H

#include "train/design.h"
#include "train/solver.h"

struct ho_vector_cache; /* encoder/cache.h */

enum ho_view_id { HO_VIEW_WORD2, HO_VIEW_WORD3, HO_VIEW_CHAR, HO_VIEW_COUNT };

/** How a head learns. HO_LEARN_DENSE: logistic regression on the encoder's vectors; HO_LEARN_TUNED: it was learnt
 * together with the encoder and is the lesson's `tuned`. Neither reads a view. */
enum ho_learner { HO_LEARN_HINGE, HO_LEARN_SOFTMAX, HO_LEARN_BAYES, HO_LEARN_DENSE, HO_LEARN_TUNED };

struct ho_head {
	const char *name; /**< for people; static */
	enum ho_view_id view;
	enum ho_learner learner;
	double idf_power, ratio_power; /**< see scale.h; not used by HO_LEARN_BAYES */
	double C;                      /**< smoothing for HO_LEARN_BAYES */
	double prior; /**< HO_LEARN_DENSE: the weights are drawn towards the labels' names times this; 0: to zero */
};

/** Most heads in a search, and folds in a cross-fit. */
enum { HO_HEADS_MAX = 24, HO_FOLDS_MAX = 10 };

/** Rows to learn from, as everything in training sees them. Row i of the designs is rows[i] of the corpus. */
struct ho_lesson {
	const struct ho_corpus *corpus;
	const uint32_t *rows;   /**< [n] borrowed */
	size_t n, n_learn;      /**< the first n_learn have labels to learn from */
	const uint32_t *labels; /**< [n] borrowed */
	uint32_t K;
	uint64_t seed;
	unsigned threads;
	const struct ho_progress *progress;
	struct ho_design designs[HO_VIEW_COUNT]; /**< built on demand; owned */
	bool built[HO_VIEW_COUNT];
	const struct ho_vector_cache *vectors; /**< NULL: no encoder; borrowed */
	const uint32_t *vector_of;             /**< [corpus->n] row of the cache of each text; borrowed */
	const float *names; /**< [K][dimensions] what the labels' names say (label_names.h), or NULL; borrowed */
	const struct ho_weights *tuned; /**< what HO_LEARN_TUNED has learnt; NULL: nothing; borrowed */
};

/** Does the head stand on the encoder's vectors? */
static inline bool ho_head_is_dense(const struct ho_head *head)
{
	return head->learner == HO_LEARN_DENSE || head->learner == HO_LEARN_TUNED;
}

/** Does the head read this view's design? */
static inline bool ho_head_reads(const struct ho_head *head, enum ho_view_id view)
{
	return !ho_head_is_dense(head) && head->view == view;
}

void ho_lesson_release(struct ho_lesson *lesson);
/** Build the design of a view unless it is there. HO_ENOMEM, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_lesson_need(struct ho_lesson *lesson, enum ho_view_id view, struct ho_error *err);
/** What the view is, for K labels (many labels get fewer features, so that weights fit into memory). */
struct ho_view_spec ho_view_describe(enum ho_view_id view, uint32_t K);

/** Train a head on the rows `learn` (indices below lesson->n_learn) with `threads` threads. The view must have been
 * built.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_head_fit(struct ho_weights *out, struct ho_lesson *lesson, const struct ho_head *head,
                                         const uint32_t *learn, size_t n, unsigned threads, struct ho_error *err);

/**
 * Out-of-fold margins: every row of 0..n_learn is scored by a head that has not seen its fold.
 *
 * @param[out] margins  [n_heads] of [n_learn][columns], columns = 1 for K = 2, else K; provided by the caller.
 * @param fold          [n_learn] fold of each row, < folds.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_heads_cross_fit(float **margins, struct ho_lesson *lesson, const struct ho_head *heads,
                                                size_t n_heads, const uint8_t *fold, unsigned folds,
                                                struct ho_error *err);

/**
 * The same for models that learn from a prefix of the rows: of the first `learn` rows, those outside of the fold. Only
 * the rows of the folds 0..held are scored (in all of 0..n_learn); the others' margins are left alone.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_heads_cross_fit_prefix(float **margins, struct ho_lesson *lesson,
                                                       const struct ho_head *heads, size_t n_heads, const uint8_t *fold,
                                                       unsigned held, size_t learn, struct ho_error *err);

#endif
