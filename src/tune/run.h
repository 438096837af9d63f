/** Shared inside the module: a run of the recipe and its checkpoint. */
#ifndef HO_TUNE_RUN_H
#define HO_TUNE_RUN_H

#include "tune/optimiser.h"
#include "tune/recipe.h"

/** Everything that a run goes on from, besides its weights and the optimiser's means. */
struct tune_state {
	uint64_t step;
	double loss; /**< sum over the examples since the last look */
	uint64_t since;
	double best_loss;
	uint64_t without;  /**< looks since the best */
	uint64_t finished; /**< 1: the run is at its end */
	struct ho_tune_result result;
};

struct tune_run {
	struct ho_network *network;
	const struct ho_tune_task *task;
	const struct ho_tune_recipe *recipe;
	struct ho_tuner *learner;
	struct ho_optimiser optimiser;
	float *best; /**< [network->n - begin[lowest]] weights of the best look */
	struct tune_state state;
	uint64_t steps, per_epoch;
	uint64_t fingerprint; /**< of all that the result depends on */
	double written;       /**< when, by ho_clock_seconds() */
};

/** Fingerprint of weights, examples, tokens and recipe, before the first step. */
uint64_t ho_tune__fingerprint(const struct tune_run *run);
/** Write, replacing the file as a whole. HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_tune__checkpoint_write(const struct tune_run *run, struct ho_error *err);
/** Go on from the file if it is of this very run; a missing, damaged or other one changes nothing. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_tune__checkpoint_read(struct tune_run *run, struct ho_error *err);

#endif
