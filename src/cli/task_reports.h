/** Reports beside the models of a task: which there are, and away with them. */
#ifndef HO_CLI_TASK_REPORTS_H
#define HO_CLI_TASK_REPORTS_H

#include "workspace.h"

/** Print those of a model (NULL: of all models of the task), with their files. @return exit status. */
int cli_task_reports_print(struct cli *cli, struct cli_workspace *workspace, const char *dir, const char *task,
                           const char *model);
/** Remove the same and say how many. @return exit status. */
int cli_task_reports_remove(struct cli *cli, struct cli_workspace *workspace, const char *task, const char *model);
/** How many reports the models of all tasks have. HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status cli_reports_count(size_t *n, struct cli_workspace *workspace, struct ho_error *err);

#endif
