/** Models come, answer, and go: the file in models/, the record, the promotion. */
#ifndef HO_APP_DEPLOY_H
#define HO_APP_DEPLOY_H

#include "app/workspace.h"

/**
 * Put a model file into the workspace: checked, copied under its hash, synced, recorded. A file that is there already
 * is not copied again. Makes the task if it does not exist. With `promote` it answers from now on, as by ho_promote().
 *
 * @param[out] id  of the model, in the arena.
 * @return HO_OK; what ho_model_open() returns; HO_ECONFLICT: it lacks a label that people have used, or one of the
 *         model that answers (promote only; `force` overrides); HO_EIO.
 * Blocks (ho_app_write()). Writes the journal.
 */
HO_MUST_CHECK enum ho_status ho_deploy(const char **id, struct ho_app *app, const char *model_path, const char *task,
                                       bool promote, bool force, const char *actor, struct ho_arena *arena,
                                       struct ho_error *err);
/** Let a model of the task's list answer; also back to an earlier one. The epoch of the monitor begins anew, and a
 * pause that the alarm made ends; one that a person made stays. Nothing happens if it is the one that answers.
 * HO_ENOTFOUND; HO_ECONFLICT: it answers already and raised an alarm (as ho_resume()). In a group. Writes the journal.
 */
HO_MUST_CHECK enum ho_status ho_promote(struct ho_app *app, struct ho_store *store, const char *task, const char *model,
                                        const char *actor, struct ho_error *err);
/** Is this the reason that the monitor gives for a pause, and no person's? NULL: no. */
bool ho_pause_is_alarm(const char *why);
/** Stop automatic answers, or begin them again (epoch anew). In a group; refresh afterwards. */
HO_MUST_CHECK enum ho_status ho_pause(struct ho_app *app, struct ho_store *store, const char *task, const char *why,
                                      const char *actor, struct ho_error *err);
/** HO_ECONFLICT: its model raised an alarm, and neither the model nor the confidence that it must exceed has changed
 * since: evidence against a promise is not thrown away by a click. */
HO_MUST_CHECK enum ho_status ho_resume(struct ho_app *app, struct ho_store *store, const char *task, const char *actor,
                                       struct ho_error *err);
/** The same in spite of an alarm; the journal says so. */
HO_MUST_CHECK enum ho_status ho_resume_anyway(struct ho_app *app, struct ho_store *store, const char *task,
                                              const char *actor, struct ho_error *err);
/** Change settings: a JSON object of the members to change. HO_EINVAL. In a group; another raised_threshold begins the
 * epoch anew, and so does another share of audits once there are verdicts, if it differs by more than a factor of two
 * (the monitor's bets are fixed to the share before the first verdict). Writes the journal with the names of the
 * members. */
HO_MUST_CHECK enum ho_status ho_configure(struct ho_app *app, struct ho_store *store, const char *task,
                                          struct ho_slice settings, const char *actor, struct ho_error *err);

#endif
