/** What `explore` does with labels that are likely wrong: a file of them, and the review queue of a task. */
#ifndef HO_CLI_LABEL_ERRORS_H
#define HO_CLI_LABEL_ERRORS_H

#include "cli.h"
#include "explore/label_errors.h"
#include "table/table.h"

struct cli_label_errors {
	const char *path;             /**< --errors: JSONL; NULL: none */
	const char *workspace, *task; /**< the queue; NULL: none */
};

/** Texts that go into the queue at once: an afternoon's work. The same command again puts in the next ones. */
enum { CLI_RECHECK_MOST = 200 };

bool cli_label_errors_wanted(const struct cli_label_errors *to);
/** Are workspace and task there? Asked before the work begins. What cli_workspace_open() and cli_task_find() return. */
HO_MUST_CHECK enum ho_status cli_label_errors_check(const struct cli_label_errors *to, struct ho_error *err);
/**
 * Write the file and fill the queue, as asked for; says on stderr what was done.
 * What ho_writer_open(), cli_workspace_open(), cli_task_find() and ho_recheck_add() return.
 */
HO_MUST_CHECK enum ho_status cli_label_errors_hand_out(struct cli *cli, const struct cli_label_errors *to,
                                                       const struct ho_table *table,
                                                       const struct ho_label_errors *errors, struct ho_error *err);

#endif
