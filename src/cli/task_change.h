/** What a change of a task did, in words: what is new, what it was, or that nothing changed. */
#ifndef HO_CLI_TASK_CHANGE_H
#define HO_CLI_TASK_CHANGE_H

#include "workspace.h"

/**
 * One KEY=VALUE as a member of a settings object: text for the settings that are texts, else JSON.
 *
 * @param defaults  all settings as JSON: tells which there are, and which are texts (a text or null).
 * @return HO_OK; HO_EINVAL: no KEY=VALUE, or no such setting (names the nearest); HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status cli_task_setting_add(json_t *object, const char *word, json_t *defaults,
                                                  struct ho_error *err);
/** The model of the task whose id begins with `prefix`, in the workspace's arena. HO_ENOTFOUND names those there are;
 * HO_EINVAL: several begin so. */
HO_MUST_CHECK enum ho_status cli_task_model_find(const char **out, struct cli_workspace *workspace, const char *task,
                                                 const char *prefix, struct ho_error *err);

/** Say what `set` did; the objects hold all settings with the secret, which is not printed. @return exit status. */
int cli_task_settings_changed(struct cli *cli, json_t *before, json_t *after);
/** Say what pause or resume did. @return exit status. */
int cli_task_pause_changed(struct cli *cli, const struct ho_task *before, const struct ho_task *after);
/** Say what a promotion did. @return exit status. */
int cli_task_model_changed(struct cli *cli, const struct ho_task *before, const struct ho_task *after);

#endif
