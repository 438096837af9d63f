/**
 * One writer for many callers. Jobs that arrive while a group is being synced form the next group, so a sync is shared
 * by all who wait for it: under load thousands of writes cost one fdatasync. A job's `done` runs only after its group
 * is on disk; that is what "an answer leaves the server only after it is on disk" rests on.
 *
 * A job that fails is undone alone; the others of its group go on. If the commit fails, every job of the group is told.
 * Jobs run in the order of submission. Being able to undo one job costs a copy of every page that it touches, so a
 * group of jobs that are all `repeatable` is run without; should one of them fail, the group begins anew with more
 * care.
 */
#ifndef HO_APP_COMMITTER_H
#define HO_APP_COMMITTER_H

#include "store/store.h"

struct ho_committer;

/** A write. Embedded in the caller's struct; the caller owns it and keeps it until `done` was called. */
struct ho_job {
	/** Do it, through the writer, inside the group; on failure nothing of it stays. Runs on the committer's thread.
	 */
	enum ho_status (*run)(struct ho_job *job, struct ho_store *store, struct ho_error *err);
	/** The group is on disk (HO_OK) or the job failed (its status; details in `err`). Runs on the committer's
	 * thread and must not wait for it; the job may be freed here. */
	void (*done)(struct ho_job *job, enum ho_status status, const struct ho_error *err);
	bool repeatable;       /**< `run` may be called again after its group was rolled back, and then does the same */
	struct ho_job *next;   /**< the committer's */
	enum ho_status status; /**< the committer's */
	struct ho_error err;   /**< the committer's */
};

/** `store`: the writer's handle; nobody else may use it until ho_committer_free(). `max_waiting`: jobs in line before
 * HO_EBUSY. */
HO_MUST_CHECK enum ho_status ho_committer_new(struct ho_committer **out, struct ho_store *store, size_t max_waiting,
                                              struct ho_error *err);
/** Finish all jobs in line, then stop. */
void ho_committer_free(struct ho_committer *committer);
/** Called on the committer's thread after each group, committed or not, behind its `done`s: for what others shall learn
 * of what the group wrote. Set before the first job. */
void ho_committer_after(struct ho_committer *committer, void (*after)(void *context), void *context);
/** Hand over a job; never blocks. HO_EBUSY: too many wait, try again later (the job was not taken). */
HO_MUST_CHECK enum ho_status ho_committer_submit(struct ho_committer *committer, struct ho_job *job,
                                                 struct ho_error *err);
/** Submit and wait until it is on disk: for callers that have a thread to spend. Not from `done` or `run`. */
HO_MUST_CHECK enum ho_status ho_committer_wait(struct ho_committer *committer,
                                               enum ho_status (*run)(void *context, struct ho_store *store,
                                                                     struct ho_error *err),
                                               void *context, struct ho_error *err);
/** Jobs in line now, groups and jobs so far, and the seconds of the last commit: for /metrics and for shedding load. */
struct ho_committer_figures {
	uint64_t waiting, groups, jobs, failed;
	double last_commit_seconds;
};
void ho_committer_figures(struct ho_committer_figures *out, struct ho_committer *committer);

#endif
