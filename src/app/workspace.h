/**
 * An open workspace: DIR/handoff.db, DIR/models/ID.handoff, DIR/lock. The use cases of this folder work on it.
 *
 * Two ways in. `serve` holds the lock and has a committer; a second server is refused by name of the first one's
 * process. Commands (deploy, note, user add ...) open without the lock and write through SQLite's own locking, also
 * while a server runs; the server sees that something changed (`version`) and takes over tasks and models within a
 * second.
 *
 * Use cases that write are functions with a `struct ho_store *` between app and request: they run inside a group, on
 * the committer's thread in the server, between begin and commit in a command (ho_workspace_write()).
 */
#ifndef HO_APP_WORKSPACE_H
#define HO_APP_WORKSPACE_H

#include "app/committer.h"
#include "app/task.h"
#include "base/rng.h"
#include "model/model.h"
#include "store/store.h"

/** A task as it answers now: immutable once published, shared by reference count. */
struct ho_desk {
	const char *name;
	struct ho_task_settings settings;
	struct ho_model *model; /**< NULL: no model; everything is handed over with reason no_promise */
	const char *model_id;   /**< NULL if there is none */
	double max_error,
	    confidence_level;      /**< of the certificate, the largest of per-label promises; 0: nothing is promised */
	const double *label_error; /**< [labels of the model] promise for each label, 1: none was asked
	                              for or could be made; NULL: one for all. In the arena */
	bool broken; /**< there is a model, and its file is damaged or gone: texts go to people until it is deployed
	                again */
	bool paused;
	const char *paused_why;
	int64_t epoch_at;
	struct ho_arena arena; /**< holds the strings */
	_Atomic uint32_t references;
};

struct ho_app;

enum ho_app_mode {
	HO_APP_COMMAND, /**< an existing workspace, beside a server if there is one */
	HO_APP_CREATE,  /**< the same, made if it is not there */
	HO_APP_SERVE    /**< made if it is not there; holds the lock */
};

/** HO_ENOTFOUND no such workspace (says how to make one); HO_EBUSY another server (says which process); what the store
 * returns. */
HO_MUST_CHECK enum ho_status ho_app_open(struct ho_app **out, const char *dir, enum ho_app_mode mode,
                                         struct ho_error *err);
/** The same on a given store and clock, without files but `models_dir` (may be NULL): tests. Takes the store. */
HO_MUST_CHECK enum ho_status ho_app_open_on(struct ho_app **out, struct ho_store *store, const char *models_dir,
                                            int64_t (*now)(void *context), void *context, uint64_t seed,
                                            struct ho_error *err);
/** Start the committer on a workspace opened by ho_app_open_on(): what ho_app_open() does for HO_APP_SERVE. HO_ENOMEM,
 * HO_EUNAVAIL. */
HO_MUST_CHECK enum ho_status ho_app_serve(struct ho_app *app, struct ho_error *err);
/** Write what waits, then close. Desks, scorers and readers must be gone. */
void ho_app_close(struct ho_app *app);

/** Milliseconds since 1970 UTC by the workspace's clock. */
int64_t ho_app_now(struct ho_app *app);
/** A new id: rising within the process, also within one millisecond. Any thread. */
struct ho_id ho_app_new_id(struct ho_app *app);
/** Uniform in [0, 1) from a generator seeded by the system (or the test). Any thread. */
double ho_app_draw(struct ho_app *app);
/** A handle for reading; the caller closes it with its `close`. One per thread. HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_app_reader(struct ho_store **out, struct ho_app *app, struct ho_error *err);
/** NULL in commands. */
struct ho_committer *ho_app_committer(struct ho_app *app);
/** What the process remembers of callers and of failed attempts (access.h); made and freed with the app. Never NULL. */
struct ho_access;
struct ho_access *ho_app_access(struct ho_app *app);
/** Make erased texts unrecoverable (store.h, scrub), between two groups. Blocks. */
HO_MUST_CHECK enum ho_status ho_app_scrub(struct ho_app *app, struct ho_error *err);
/** Run a write to the end: through the committer if there is one, else in a group of its own. Blocks. */
HO_MUST_CHECK enum ho_status
ho_app_write(struct ho_app *app, enum ho_status (*run)(void *context, struct ho_store *store, struct ho_error *err),
             void *context, struct ho_error *err);

/** Tasks whose model's file is damaged or gone. */
size_t ho_app_broken(struct ho_app *app);
/** The desk of a task; release it. HO_ENOTFOUND: no such task (the message names those there are). Any thread. */
HO_MUST_CHECK enum ho_status ho_desk_take(const struct ho_desk **out, struct ho_app *app, const char *task,
                                          struct ho_error *err);
void ho_desk_release(const struct ho_desk *desk);
/** Take over what other processes or use cases changed in tasks and models. Cheap if nothing did. Called by the service
 * every second and after a use case that changes a task; answers in flight keep the desk they took. */
HO_MUST_CHECK enum ho_status ho_app_refresh(struct ho_app *app, struct ho_error *err);
/** The same for whoever has changed something: a model that cannot be opened, of whatever task, is no failure of that.
 * The service's own refresh tells of it. */
HO_MUST_CHECK enum ho_status ho_app_catch_up(struct ho_app *app, struct ho_error *err);

/** Tell `changed(context, item)` after a group that changed an item's answer is on disk: for those who wait. One
 * listener; set before serving. The use cases of this folder tell by themselves; called on any thread, also when
 * nothing changed after all. */
void ho_app_listen(struct ho_app *app, void (*changed)(void *context, const struct ho_id *item), void *context);
void ho_app_tell(struct ho_app *app, const struct ho_id *item);

#endif
