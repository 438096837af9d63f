/** Scoring the rows of a table with a model on all cores, for evaluate and compare. */
#ifndef HO_CLI_RUN_MODEL_H
#define HO_CLI_RUN_MODEL_H

#include "cli.h"
#include "model/model.h"
#include "table/table.h"

/** One answered row. */
struct cli_scored {
	double confidence;
	double log_loss, brier; /**< of the row; with an unknown true label the probability of the truth is 0 */
	uint32_t predicted;     /**< index into the model's labels */
	uint8_t decision, reason;
	uint8_t seen; /**< training had this text: nothing else is filled in */
};

/** Truth of a row whose label the model does not know. */
#define CLI_LABEL_UNKNOWN (UINT32_MAX - 1)

/**
 * The table's labels in the model's numbers: out[l] is an index below K or CLI_LABEL_UNKNOWN.
 *
 * @param[out] out  [table->label_count], ho_free(). HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status cli_match_labels(uint32_t **out, const struct ho_model *model,
                                              const struct ho_table *table, struct ho_error *err);

/**
 * Answer every row that training had not. The result does not depend on the number of threads.
 *
 * @param[out] out  [table->n], ho_free(); NULL on failure.
 * @param truth     [label_count] of cli_match_labels(); NULL leaves the losses 0.
 * @return HO_OK; HO_ELIMIT, HO_ENOMEM, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status cli_score(struct cli_scored **out, const struct ho_model *model,
                                       const struct ho_table *table, const uint32_t *truth, const struct cli *cli,
                                       struct ho_error *err);

#endif
