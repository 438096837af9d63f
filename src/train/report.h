/** The report of a training run as JSON: what `train --json` prints and what the model keeps of it. */
#ifndef HO_TRAIN_REPORT_H
#define HO_TRAIN_REPORT_H

#include "judge/learning_curve.h"
#include "near/near.h"
#include "train/baselines.h"
#include "train/certify.h"
#include "train/finetune.h"
#include "train/shuffle_check.h"

/** Everything the report tells; borrowed during the call. */
struct ho_train_facts {
	const struct ho_train_options *options;
	const struct ho_table *table;
	const uint32_t *label_map; /**< [K] index of each label in the table */
	uint32_t K;
	const uint32_t *label_rows; /**< [K] */
	size_t rows, fit, tune, certify;
	const size_t *groups; /**< [HO_PART_COUNT] distinct texts of each part */
	const struct ho_near_result *near;
	size_t kept_out; /**< rows left out because the test data have them */
	const struct ho_search *search;
	const struct ho_certified *certified;
	const struct ho_baselines *baselines;
	const uint8_t *chosen_wrong; /**< [baselines->n] errors of the chosen model on the texts of the baselines */
	const struct ho_shuffle_check *shuffled;
	const struct ho_train_vectors *vectors;
	const struct ho_finetune_facts *tuned; /**< NULL: not asked for */
	double accuracy;
	uint64_t tested, errors;
};

/**
 * Two versions: `lasting` holds what depends on data, options and seed only and goes into the model; `full` adds what
 * depends on the machine (seconds, memory, size of the file), and is what a person sees.
 *
 * @param[out] lasting, full  NUL-terminated JSON objects, freed by the caller with ho_free().
 * @param model_bytes         0 while it is unknown.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_train_report(char **lasting, char **full, const struct ho_train_facts *facts,
                                             double seconds, size_t model_bytes, struct ho_error *err);

/** The object "encoder" of the report: which one was asked for, and what became of it. */
struct json_t *ho_train__report_encoder(const struct ho_train_facts *facts);

#endif
