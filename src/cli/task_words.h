/** How `handoff task` shows tasks. */
#ifndef HO_CLI_TASK_WORDS_H
#define HO_CLI_TASK_WORDS_H

#include "workspace.h"

/** All settings of a task with their defaults; decref. HO_EINVAL, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status cli_task_settings(json_t **out, struct cli_workspace *workspace,
                                               const struct ho_task *task, bool with_secret, struct ho_error *err);
/** All tasks, one a line or {"tasks": [...]}. @return exit status. */
int cli_tasks_print(struct cli *cli, struct cli_workspace *workspace);
/** One task with settings and models. @return exit status. */
int cli_task_print(struct cli *cli, struct cli_workspace *workspace, const struct ho_task *task);

#endif
