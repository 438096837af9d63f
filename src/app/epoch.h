/** Epochs of a task's promise, and making a task. Shared inside the folder. */
#ifndef HO_APP_EPOCH_H
#define HO_APP_EPOCH_H

#include "app/workspace.h"

/** The reason of the pause that the monitor's alarm makes; told from a person's by these words. */
#define HO_PAUSED_BY_ALARM "the monitor raised the alarm: the promise is not kept"

/** A new epoch of the monitor from now on; writes the task with all that the caller changed in it. In a group. What the
 * store returns; HO_EINVAL settings. */
HO_MUST_CHECK enum ho_status ho_app__begin_epoch(struct ho_app *app, struct ho_store *store, struct ho_task *task,
                                                 struct ho_error *err);
/** Get a task, or make it with default settings. In a group. HO_EINVAL: not a name. */
HO_MUST_CHECK enum ho_status ho_app__task_or_new(struct ho_task *task, struct ho_app *app, struct ho_store *store,
                                                 const char *name, struct ho_arena *arena, struct ho_error *err);

#endif
