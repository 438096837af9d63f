/**
 * Fine-tuning as ULMFiT does it (Howard & Ruder 2018), carried over to an encoder: slanted triangular rates, a lower
 * rate for each lower layer, layers unfrozen one after the other from the top, and the weights of the best held-out
 * score. The optimiser is AdamW. An interrupted run goes on from its last checkpoint with the same result.
 */
#ifndef HO_TUNE_RECIPE_H
#define HO_TUNE_RECIPE_H

#include "tune/tuner.h"

struct ho_tune_recipe {
	double epochs;      /**< times that every example is seen, > 0; may be a fraction */
	unsigned batch;     /**< examples of a step */
	double rate;        /**< highest learning rate of the top layer */
	double head_rate;   /**< of the head */
	double factor;      /**< the rate of a layer is that of the layer above divided by this, >= 1 (ULMFiT: 2.6) */
	double unfreeze;    /**< epochs until one more layer learns; 0: all from the start */
	double cut;         /**< share of the steps in which rates rise (ULMFiT: 0.1) */
	double ratio;       /**< highest rate by lowest (ULMFiT: 32) */
	double decay, clip; /**< of weights; longest gradient */
	double drop;        /**< dropout */
	unsigned lowest;    /**< lowest depth that ever learns: 1 leaves the embeddings as they are */
	unsigned looks;     /**< times an epoch that the held-out texts are looked at, >= 1 */
	unsigned patience;  /**< looks without progress until it ends; 0: never before its time */
	uint64_t seed;
};

/** For classification, and for pairs of few texts. */
void ho_tune_recipe_init(struct ho_tune_recipe *recipe);
void ho_tune_recipe_init_pairs(struct ho_tune_recipe *recipe);

/** What is learnt from. Borrowed. */
struct ho_tune_task {
	const struct ho_token_rows *rows;
	const struct ho_example *examples; /**< [n] */
	size_t n;
	const struct ho_example *held; /**< [n_held] texts with labels that only stop the run; n_held 0: nothing does */
	size_t n_held;
	const char *checkpoint; /**< file; the caller removes it when the result is safe; NULL: none */
	unsigned threads;
	const struct ho_progress *progress; /**< stage "fine-tuning"; may be NULL */
};

/** One look at the held-out texts. */
struct ho_tune_look {
	double epoch, loss, held_loss, held_accuracy; /**< loss: mean of the examples since the look before */
};
enum { HO_TUNE_LOOKS_MAX = 256 };

struct ho_tune_result {
	struct ho_tune_look looks[HO_TUNE_LOOKS_MAX];
	size_t n_looks, best; /**< best: index of the look whose weights are kept, if there is any */
	uint64_t steps, all_steps;
	bool resumed;
};

/**
 * Learn: the network's weights change. Without held-out texts the last weights stay.
 *
 * @return HO_OK; HO_EINVAL no examples; HO_ECANCELLED (a checkpoint was written if there is to be one); HO_EIO;
 *         HO_EFORMAT numbers that are not finite; HO_ENOMEM. On failure the weights are worth nothing.
 */
HO_MUST_CHECK enum ho_status ho_tune_run(struct ho_tune_result *out, struct ho_network *network,
                                         const struct ho_tune_task *task, const struct ho_tune_recipe *recipe,
                                         struct ho_error *err);

/** Rate of step t (from 0) of `steps`, as a share of the highest: ULMFiT's slanted triangle. */
double ho_tune_triangle(uint64_t t, uint64_t steps, double cut, double ratio);
/** Mean log loss at the best single temperature (so that being too sure of oneself does not count), and accuracy. */
double ho_tune_held_loss(double *accuracy, const float *scores, const struct ho_example *held, size_t n, uint32_t K);

#endif
