/** Writing findings as an HTML report, the same for all commands that have --html. */
#ifndef HO_CLI_REPORT_H
#define HO_CLI_REPORT_H

#include "cli.h"
#include "report/html.h"

/** The words of a command as they were given to it. */
struct cli_words {
	int argc;
	char **argv;
};

/**
 * Write the report to `path` and say so on stderr. Kind, command and time of `head` are filled in here.
 *
 * @return HO_OK, or what ho_report_write() returns.
 */
HO_MUST_CHECK enum ho_status cli_report_write(struct cli *cli, const char *path, const struct ho_findings *findings,
                                              struct ho_report_head head, struct cli_words words, struct ho_error *err);

/** Append a command as a shell would take it again: "handoff explore 'my data.csv' --json". HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status cli_report_command(struct ho_buf *out, const char *command, struct cli_words words,
                                                struct ho_error *err);

#endif
