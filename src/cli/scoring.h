/** A labelled table scored with a model, on all cores: what evaluate, compare and `train --test` look at. */
#ifndef HO_CLI_SCORING_H
#define HO_CLI_SCORING_H

#include "base/map.h"
#include "cli.h"
#include "model/model.h"
#include "table/table.h"

/** Scored rows: parallel arrays [n], owned. Labels are those of the model, then those of the table it does not know. */
struct cli_scores {
	size_t n;
	uint32_t *truth, *predicted; /**< index into names */
	double *confidence;          /**< of the predicted label, 0..1 */
	double *log_loss, *brier;    /**< of each row; a label unknown to the model has probability 0 */
	uint8_t *wrong, *automatic;  /**< 0 or 1 */
	struct ho_map names;         /**< names.keys[K]; the first `known` are the model's */
	uint32_t known;
	size_t unknown_rows; /**< rows whose label the model does not know: always wrong */
};

/**
 * Rows of a labelled table that none of the models had in training.
 *
 * @param[out] rows  [*n] row numbers, ascending; freed by the caller with ho_free(), also when *n is 0.
 * @param models     [n_models].
 */
HO_MUST_CHECK enum ho_status cli_unseen_rows(uint32_t **rows, size_t *n, const struct ho_table *table,
                                             const struct ho_model *const *models, size_t n_models,
                                             struct ho_error *err);

/**
 * Score rows[0..n) of a table with labels. The result does not depend on the number of threads.
 *
 * @param[out] out  zeroed on failure; release with cli_scores_release().
 * @return HO_OK; HO_ELIMIT a text is too long; HO_ENOMEM; HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status cli_score(struct cli_scores *out, struct cli *cli, const struct ho_model *model,
                                       const struct ho_table *table, const uint32_t *rows, size_t n,
                                       struct ho_error *err);
void cli_scores_release(struct cli_scores *scores);

/** Errors among the rows. */
uint64_t cli_count(const uint8_t *flags, size_t n);

#endif
