/** How `handoff task` shows tasks. */
#ifndef HO_CLI_TASK_WORDS_H
#define HO_CLI_TASK_WORDS_H

#include "workspace.h"

/** All tasks, one a line or {"tasks": [...]}. @return exit status. */
int cli_tasks_print(struct cli *cli, struct cli_workspace *workspace);
/** One task with settings and models. @return exit status. */
int cli_task_print(struct cli *cli, struct cli_workspace *workspace, const struct ho_task *task);

#endif
