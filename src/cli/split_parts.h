/** Which rows go to which part of `handoff split`. */
#ifndef HO_CLI_SPLIT_PARTS_H
#define HO_CLI_SPLIT_PARTS_H

#include "cli.h"
#include "table/table.h"

enum { CLI_TRAIN = 0, CLI_TEST = 1 };

struct cli_split {
	uint8_t *part;    /**< [n] CLI_TRAIN or CLI_TEST; owned */
	uint64_t *counts; /**< [2 * label_count] rows of label l in part p at 2 * l + p; owned, NULL without labels */
	uint64_t rows[2];
	uint64_t exact, near; /**< rows that repeat an earlier one */
	uint64_t groups;      /**< groups after uniting duplicates and --group */
	uint64_t late;        /**< with --time: rows older than the boundary that are in the test part */
	struct ho_slice
	    boundary; /**< with --time: the oldest time that decided for the test part; borrowed from the table */
};

/**
 * Divide the rows: by the newest member of each group if the table has times (rows without a time count as oldest),
 * else at random by groups, stratified by label.
 *
 * @param share  of the test part, in (0, 1).
 * @return HO_OK; HO_EFORMAT everything is one group; HO_ENOMEM, HO_ECANCELLED. Release with cli_split_release().
 */
HO_MUST_CHECK enum ho_status cli_split_rows(struct cli_split *out, const struct ho_table *table, double share,
                                            const struct cli *cli, struct ho_error *err);
void cli_split_release(struct cli_split *split);

#endif
