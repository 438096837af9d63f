/** The notebook: what was done and why, in order; and what a customer hears of it: Update and Next. */
#ifndef HO_APP_JOURNAL_H
#define HO_APP_JOURNAL_H

#include "app/workspace.h"

/** Write a line. `figures`: a JSON object or NULL. In a group. HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_journal_write(struct ho_app *app, struct ho_store *store, const char *actor,
                                              const char *kind, const char *task, const char *words,
                                              const char *figures, struct ho_error *err);

/** How a message is written: for a terminal, as Markdown, or as the JSON that Slack takes. HO_UPDATE_BLIND with one of
 * them: for those who answer audits, so without how many of the waiting texts are audits. */
enum ho_update_form { HO_UPDATE_PLAIN, HO_UPDATE_MARKDOWN, HO_UPDATE_SLACK, HO_UPDATE_BLIND = 4 };

/**
 * The message about one task (NULL: all tasks, one after the other) since a time: "Update:" three or four points with
 * the figures that matter and why, "Next:" what follows. Every figure comes from the store. HO_UPDATE_SLACK gives the
 * JSON body of an incoming webhook, within Slack's limits and escaped.
 * HO_ENOTFOUND: no such task; HO_EIO, HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_update_write(const char **out, struct ho_app *app, struct ho_store *reader,
                                             const char *task, int64_t since, enum ho_update_form form,
                                             struct ho_arena *arena, struct ho_error *err);

#endif
