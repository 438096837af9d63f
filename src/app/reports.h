/**
 * Reports beside the models: what `explore` said about the data that a model was made from, and what `doubt` said about
 * the model. Each is two files in models/: ID.KIND.html for people, ID.KIND.json for the pages; they belong to the
 * model, whichever tasks it stands in.
 *
 * Reports quote texts of training and test data. So they are for admins only, a backup has them, they go when they are
 * as old as a task's `retention_days` allows texts to be, and ho_reports_remove() takes them away at any time;
 * forgetting an item does not look into them (cmd_forget says so).
 */
#ifndef HO_APP_REPORTS_H
#define HO_APP_REPORTS_H

#include "app/workspace.h"
#include "base/buf.h"

/** The kinds there are: "explore", "doubt". */
enum { HO_REPORT_KINDS = 2 };
extern const char *const ho_report_kinds[HO_REPORT_KINDS];

/** A report as it is put into the workspace. */
struct ho_report_put {
	const char *task, *model; /**< the task has this model */
	const char *kind;
	struct ho_slice html;
	struct ho_slice json; /**< an object without `made_at`, as ho_findings_json() begins it */
	const char *actor;
};

/** A report that is there; strings are static. */
struct ho_report_info {
	const char *kind;
	int64_t made_at; /**< milliseconds since 1970 UTC */
	size_t bytes;    /**< of the page */
};

/** Store a report, instead of an earlier one of its kind. HO_ENOTFOUND: the task has no such model; HO_EINVAL: no such
 * kind; HO_EUNAVAIL: a workspace without files; HO_EIO. Blocks. Writes the journal. */
HO_MUST_CHECK enum ho_status ho_reports_put(struct ho_app *app, const struct ho_report_put *report,
                                            struct ho_error *err);
/** Those that a model has, in the order of ho_report_kinds. HO_ENOTFOUND: the task has no such model; HO_EIO. */
HO_MUST_CHECK enum ho_status ho_reports_list(struct ho_report_info out[HO_REPORT_KINDS], size_t *n, struct ho_app *app,
                                             struct ho_store *reader, const char *task, const char *model,
                                             struct ho_error *err);
/** Append one, as HTML or as JSON with `made_at` as its first member (milliseconds). HO_ENOTFOUND: the task has no such
 * model, or the model no such report; HO_EIO, HO_ELIMIT, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_reports_read(struct ho_buf *out, struct ho_app *app, struct ho_store *reader,
                                             const char *task, const char *model, const char *kind, bool html,
                                             struct ho_error *err);
/** Remove those of a model, or with model NULL of all models of a task. *removed: how many. HO_ENOTFOUND; HO_EIO.
 * Blocks. Writes the journal if there were any. */
HO_MUST_CHECK enum ho_status ho_reports_remove(size_t *removed, struct ho_app *app, const char *task, const char *model,
                                               const char *actor, struct ho_error *err);
/** Remove those of a task's models that were made before `before`. Called by ho_time_passes(). HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_app__reports_expire(struct ho_app *app, struct ho_store *store, const char *task,
                                                    int64_t before, struct ho_error *err);
/** Is this the name of a report's file in models/? */
bool ho_app__is_report(const char *name);

#endif
