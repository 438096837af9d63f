/**
 * Fine-tuning the encoder within a training run, after the search.
 *
 * A row that an encoder was tuned on looks surer than a new one ever will. So nothing that has to be honest is taken
 * from such a row: the blend's weights, out-of-fold margins and log losses come from rows that neither taught nor
 * stopped the encoder that scores them, nor have a copy that did. There are two ways to have them:
 *   held out   a first part of the fit rows is kept from the tuning;
 *   crosswise  for each fold of the fit rows an encoder is tuned on the others, and a last one on all. This is what
 *              cross-fit promises need, and what few rows can afford.
 * Tune and certify are not among the fit rows at all.
 *
 * The encoder that answers is the mean of those tunings (tune/mean.h); where one is quick there are several held-out
 * ones too. With few rows a label the encoder learns from pairs (tune/pairs.h) and a logistic regression follows;
 * otherwise it learns labels by ULMFiT's recipe (tune/recipe.h), from a head that was fitted before.
 */
#ifndef HO_TRAIN_FINETUNE_H
#define HO_TRAIN_FINETUNE_H

#include "train/parts.h"
#include "train/search.h"
#include "tune/recipe.h"

/** Crosswise tunings, beside the one that answers. */
enum { HO_FINETUNE_FOLDS = 3 };
/** Most tunings on the same rows. */
enum { HO_FINETUNE_RUNS = 3 };

/** What was done, for the report. */
struct ho_finetune_facts {
	bool tried, used, pairs, resumed;
	unsigned folds;                 /**< 0: held out */
	unsigned tunings;               /**< whose mean answers; 1: the last one by itself */
	size_t learnt, stopped, judged; /**< rows of the last tuning; rows that log losses are of */
	double epochs;
	double log_loss_before,
	    log_loss_after;           /**< of the best blend without and with the tuned encoder, on `judged` */
	struct ho_tune_result result; /**< of the last tuning */
	const char *left_out;         /**< why it was not tried; static; NULL */
};

struct ho_finetune {
	struct ho_finetune_facts facts;
	char *folder;           /**< where the tuned encoder stands, if used; owned; the caller moves or removes it */
	struct ho_weights head; /**< of the tuned encoder, if used; owned */
};

/** Borrowed during the call. */
struct ho_finetune_wanted {
	const char *source; /**< folder of the encoder */
	const char *stem;   /**< files are named STEM.tuning-N (checkpoints) and STEM.encoder-XXXXXX (the folder) */
	const struct ho_parts *parts;
	size_t rows_max; /**< most rows to tune on; 0: all */
	bool cross_fit;
	double seconds_left;                 /**< 0: no limit */
	const struct ho_tune_recipe *recipe; /**< NULL: the usual one; epochs and seed are replaced by the plan's */
	double seconds_a_row;                /**< what encoding took, in this precision */
	enum ho_precision precision;         /**< in which the tuned encoder answers, and is judged */
	unsigned max_tokens;                 /**< at which texts are cut; 0: as the encoder's files say */
};

/**
 * Tune, and where it helps change what the search has chosen: heads, margins, blend and blend_rows.
 *
 * @param[out] out  release with ho_finetune_release(). On failure checkpoints stay, and the same call goes on from
 *                  them; the caller removes them with ho_finetune_forget() when the model is written.
 * @return HO_OK, also if it did not help; HO_EUNAVAIL the encoder has no layers; what ho_tune_run() returns.
 */
HO_MUST_CHECK enum ho_status ho_finetune(struct ho_finetune *out, struct ho_lesson *lesson, struct ho_search *search,
                                         const struct ho_finetune_wanted *wanted, struct ho_error *err);
void ho_finetune_release(struct ho_finetune *finetune);
/** Remove the checkpoints. */
void ho_finetune_forget(const char *stem);
/** Bytes of the checkpoints that an interrupted run has left; 0: none. */
uint64_t ho_finetune_kept(const char *stem);

/** Rows of one tuning. */
enum ho_finetune_use { HO_TUNE_JUDGES, HO_TUNE_LEARNS, HO_TUNE_STOPS, HO_TUNE_IDLE };

/** Who does what. */
struct ho_finetune_plan {
	unsigned folds; /**< 0: held out */
	unsigned runs;  /**< tunings on the same rows, beside those of folds */
	size_t judged;  /**< the first rows of the lesson have honest margins */
	bool pairs;
	double epochs;
	size_t most;   /**< rows that learn in one tuning */
	uint8_t *fold; /**< [n_learn] crosswise: fold of each row; held out: 0 judges, 1 may learn, 2 idle; owned */
};

/**
 * Plan for the lesson's learning rows.
 *
 * @param blend_rows  the first rows for which the search has margins.
 * @return HO_OK; HO_ENOMEM. out->judged = 0: there is not time enough.
 */
HO_MUST_CHECK enum ho_status ho_finetune_plan(struct ho_finetune_plan *out, const struct ho_lesson *lesson,
                                              size_t blend_rows, const struct ho_finetune_wanted *wanted,
                                              struct ho_error *err);
/** How often each of n rows is paired, once with a row of its label and once with another, in an epoch of pairs. */
unsigned ho_finetune_rounds(size_t n);
/**
 * Uses of all rows in the tuning that leaves out `held` (crosswise; `folds` leaves out none).
 * No duplicate group has rows of two uses, HO_TUNE_IDLE excepted.
 */
HO_MUST_CHECK enum ho_status ho_finetune_uses(uint8_t *use, const struct ho_finetune_plan *plan,
                                              const struct ho_lesson *lesson, const uint32_t *group, unsigned held,
                                              struct ho_error *err);

#endif
