/** What an alarm leaves behind: a model that raised one does not answer again unchanged. Shared inside the folder. */
#ifndef HO_APP_ALARM_H
#define HO_APP_ALARM_H

#include "app/workspace.h"

/** The task's champion raised an alarm under these settings. In a group. HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_app__alarm_note(struct ho_store *store, const struct ho_task *task,
                                                const struct ho_task_settings *settings, struct ho_error *err);
/** May it answer (again)? HO_ECONFLICT: it raised an alarm, and the confidence that it must exceed has not risen since;
 * the message says what to do. In a group. */
HO_MUST_CHECK enum ho_status ho_app__alarm_check(struct ho_app *app, struct ho_store *store, const struct ho_task *task,
                                                 struct ho_error *err);
/** Forget the alarm of a model that begins to answer. *was: there was one. In a group. */
HO_MUST_CHECK enum ho_status ho_app__alarm_clear(bool *was, struct ho_store *store, const char *task, const char *model,
                                                 struct ho_error *err);

#endif
