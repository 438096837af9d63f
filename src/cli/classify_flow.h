/**
 * Blocks of rows through all cores and out again in order.
 *
 * Every thread does the same: it reads a block (one thread at a time), scores it (side by side), and puts it down to be
 * written; whoever puts down the block whose turn it is writes it and those after it that are ready. At most
 * `blocks` blocks are under way; who would read further waits. With one thread nobody ever waits.
 */
#ifndef HO_CLI_CLASSIFY_FLOW_H
#define HO_CLI_CLASSIFY_FLOW_H

#include "classify_block.h"
#include "cli.h"

/** What went through. */
struct cli_flow_result {
	struct cli_tally tally; /**< of the rows whose lines were written */
	bool closed;            /**< the reader of our output went away; not an error */
};

/**
 * Classify all rows of `source` onto standard output.
 *
 * @param threads  0 = all cores.
 * @return HO_OK, also if the output was closed; HO_ECANCELLED; HO_EIO; HO_ENOMEM; as ho_rows_next(). The lines of all
 *         rows before the failure have been written, unless writing failed.
 */
HO_MUST_CHECK enum ho_status cli_flow_run(struct cli_flow_result *out, struct cli_source *source,
                                          const struct ho_model *model, const struct ho_progress *progress,
                                          unsigned threads, struct ho_error *err);

#endif
