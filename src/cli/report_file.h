/** Findings as an HTML file. */
#ifndef HO_CLI_REPORT_FILE_H
#define HO_CLI_REPORT_FILE_H

#include "report/html.h"

/** Write the report to `path`, replacing it as a whole. HO_EIO, HO_EINVAL as ho_writer_open(); HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status cli_write_report(const struct ho_findings *findings, const struct ho_report_head *head,
                                              const char *path, struct ho_error *err);

#endif
