/** Making the reports of a deployed model: what `explore` says about its data and `doubt` about it, stored beside it.
 */
#ifndef HO_CLI_MODEL_REPORTS_H
#define HO_CLI_MODEL_REPORTS_H

#include "data.h"
#include "report.h"
#include "workspace.h"

/** What the command line asks for. */
struct cli_model_reports {
	struct cli_data data;
	const char *train; /**< the data that the model was made from; NULL: no reports are wanted */
	const char *test;  /**< labelled texts that it has not seen; NULL */
	const char *model; /**< the model's file */
	struct cli_words words;
	/* What was found. */
	size_t broken, weak, unknown, holds; /**< doubts */
	size_t warnings, notices;            /**< of the data */
};

/** Explore, doubt, and put both beside model `id` of the task. What the reading, the two and ho_reports_put() return.
 */
HO_MUST_CHECK enum ho_status cli_model_reports_make(struct cli *cli, struct cli_model_reports *reports,
                                                    struct cli_workspace *workspace, const char *task, const char *id,
                                                    struct ho_error *err);
/** The counts as JSON; null if no reports were wanted. */
json_t *cli_model_reports_json(const struct cli_model_reports *reports);
/** The same in words. */
void cli_model_reports_print(struct ho_page *page, const struct cli_model_reports *reports, const char *task);

#endif
