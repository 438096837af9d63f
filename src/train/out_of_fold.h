/**
 * What a first model makes of a table: calibrated probabilities for every row from a model that has not seen the row
 * nor any copy of it, and how accuracy grows with the rows learnt. In: a table with labels. Out: probabilities.
 * Nothing is searched: two or three fixed heads (heads.h), cross-fitted and blended (blend.h), so that it takes
 * seconds.
 *
 * Invariants:
 *  1. A row's probabilities depend on its label through the blend's weights alone, which are few numbers (one a head,
 *     for two labels a bias too) fitted to all rows.
 *  2. Rows of one duplicate group are never on both sides of a fold.
 *  3. The result depends on table, group, effort, folds, repeats, rows_max and seed, not on the number of threads.
 */
#ifndef HO_TRAIN_OUT_OF_FOLD_H
#define HO_TRAIN_OUT_OF_FOLD_H

#include "base/progress.h"
#include "judge/learning_curve.h"
#include "table/table.h"

/** Most sizes of the learning curve, and heads of a first model. */
enum { HO_FIRST_STEPS_MAX = 12, HO_FIRST_HEADS_MAX = 3 };

/** How much work a first model is worth. */
enum ho_first_effort {
	HO_FIRST_QUICK,  /**< words: a linear head and naive Bayes, one cross-fit */
	HO_FIRST_CAREFUL /**< characters too where texts are short, which costs about four times as much */
};

/** A model that learnt from fewer rows: a point of the learning curve. */
struct ho_first_step {
	size_t learnt;           /**< rows it learnt from, in the mean over folds */
	uint64_t tested, errors; /**< distinct texts (a group of copies counts once) */
	double accuracy, log_loss;
};

struct ho_out_of_fold {
	size_t n;            /**< rows: those with a label, or a fair sample of them */
	size_t labelled;     /**< rows with a label in the table */
	uint32_t K;          /**< labels that the n rows have, >= 2 */
	uint32_t *row;       /**< [n] row of the table, ascending; owned */
	uint32_t *label;     /**< [n] given label, < K; owned */
	uint32_t *group;     /**< [n] duplicate group, as given or found; owned */
	uint8_t *unit;       /**< [n] 1: the row that counts for its group; owned */
	uint32_t *label_map; /**< [K] index of each label in the table's labels, ascending; owned */
	float *probability;  /**< [n][K] each row sums to 1; owned */
	/** Over units. */
	uint64_t tested, errors;
	double accuracy, log_loss;
	uint64_t majority; /**< units with the most frequent label: right if it were always answered */
	/** The learning curve, fewest rows first; the last point is the model itself. */
	struct ho_first_step step[HO_FIRST_STEPS_MAX];
	size_t n_steps;
	const char *heads[HO_FIRST_HEADS_MAX]; /**< [n_heads] names, static */
	size_t n_heads;
	unsigned folds;
};

struct ho_out_of_fold_options {
	const uint32_t *group; /**< [table->n] duplicate group of each row; NULL: found here (ho_near_find()) */
	enum ho_first_effort effort;
	unsigned folds;   /**< 2..10; 0: 10 for few rows, 5, 3 for many */
	unsigned repeats; /**< cross-fits with other folds, whose probabilities are averaged; 0: 1 */
	uint64_t seed;
	unsigned threads;   /**< 0: all cores */
	size_t rows_max;    /**< take a stratified sample of so many rows; 0: all. Never more than 60 million / K */
	bool without_curve; /**< n_steps = 1 then */
	const struct ho_progress *progress; /**< may be NULL; stage "trying a first model" */
};

/**
 * @param[out] out  zeroed on failure; release with ho_out_of_fold_release().
 * @param table     borrowed; rows without a label are left out.
 * @param options   NULL: all defaults (seed 0).
 * @return HO_OK; HO_EFORMAT no model can be made of it: no target column, fewer than two labels, fewer than
 *         HO_FIRST_ROWS_MIN labelled rows or fewer than two different texts; HO_EINVAL folds; HO_ENOMEM; HO_ECANCELLED.
 * Memory: 4 (1 + heads) n K bytes beside the views. Time: two cores, 25,000 reviews of 230 words: 5 s.
 */
HO_MUST_CHECK enum ho_status ho_out_of_fold(struct ho_out_of_fold *out, const struct ho_table *table,
                                            const struct ho_out_of_fold_options *options, struct ho_error *err);
void ho_out_of_fold_release(struct ho_out_of_fold *out);

/** Fewest labelled rows that are tried. */
enum { HO_FIRST_ROWS_MIN = 10 };

/** The curve's steps as judge/learning_curve.h takes them; `points` [HO_FIRST_STEPS_MAX]; returns how many. */
size_t ho_out_of_fold_points(struct ho_learning_point *points, const struct ho_out_of_fold *first);

#endif
