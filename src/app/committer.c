#include "app/committer.h"

#include <pthread.h>

#include "base/alloc.h"
#include "base/clock.h"

/* Jobs of one group at most: bounds the time that the first of them waits for the last. */
enum { GROUP_MAX = 4096 };

struct ho_committer {
	struct ho_store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct ho_job *first, **last; /* in line */
	size_t max_waiting, waiting;  /* of jobs that were taken and have not ended */
	bool stop;
	struct ho_committer_figures figures;
	void (*after)(void *context);
	void *context;
};

/* Cut the next group off the line; NULL when all is done and it is time to stop. */
static struct ho_job *next_group(struct ho_committer *c)
{
	(void)pthread_mutex_lock(&c->lock);
	while (!c->first && !c->stop)
		(void)pthread_cond_wait(&c->work, &c->lock);
	struct ho_job *group = c->first, *end = group;
	for (int n = 1; end && end->next && n < GROUP_MAX; n++)
		end = end->next;
	c->first = end ? end->next : NULL;
	if (!c->first)
		c->last = &c->first;
	if (end)
		end->next = NULL;
	(void)pthread_mutex_unlock(&c->lock);
	return group;
}

/* One job inside the group. A failure is its own unless it cannot be taken back. */
static enum ho_status run_job(struct ho_store *store, struct ho_job *job, struct ho_error *err)
{
	enum ho_status status = store->ops->mark(store, err);
	if (status)
		return status;
	job->status = job->run(job, store, &job->err);
	return job->status ? store->ops->undo(store, err) : HO_OK;
}

static enum ho_status run_with_care(struct ho_store *store, struct ho_job *group, struct ho_error *err)
{
	enum ho_status status = store->ops->begin(store, err);
	for (struct ho_job *job = group; job && status == HO_OK; job = job->next)
		status = run_job(store, job, err);
	return status;
}

/* Without marks, for none is expected to fail; *again: one did, and what the group wrote has to go. */
static enum ho_status run_swiftly(bool *again, struct ho_store *store, struct ho_job *group, struct ho_error *err)
{
	enum ho_status status = store->ops->begin(store, err);
	*again = false;
	for (struct ho_job *job = group; job && status == HO_OK && !*again; job = job->next)
		*again = job->run(job, store, &job->err) != HO_OK;
	return status;
}

static bool all_repeatable(const struct ho_job *group)
{
	while (group && group->repeatable)
		group = group->next;
	return !group;
}

/* Nothing but this job is in its group, which goes with it if it fails. */
static enum ho_status run_alone(struct ho_store *store, struct ho_job *job, struct ho_error *err)
{
	enum ho_status status = store->ops->begin(store, err);
	if (status)
		return status;
	job->status = job->run(job, store, &job->err);
	if (job->status)
		store->ops->rollback(store);
	return HO_OK;
}

static enum ho_status run_jobs(struct ho_store *store, struct ho_job *group, struct ho_error *err)
{
	bool again = true;
	enum ho_status status = HO_OK;
	if (!group->next)
		return run_alone(store, group, err);
	if (all_repeatable(group)) {
		status = run_swiftly(&again, store, group, err);
		if (again)
			store->ops->rollback(store);
	}
	return again && status == HO_OK ? run_with_care(store, group, err) : status;
}

static enum ho_status run_group(struct ho_committer *c, struct ho_job *group, double *seconds, struct ho_error *err)
{
	struct ho_store *store = c->store;
	enum ho_status status = run_jobs(store, group, err);
	if (status) {
		store->ops->rollback(store);
		return status;
	}
	if (!group->next && group->status)
		return HO_OK; /* it was taken back whole: there is nothing to commit */
	double start = ho_clock_seconds();
	status = store->ops->commit(store, err);
	*seconds = ho_clock_seconds() - start;
	return status;
}

static void finish_group(struct ho_committer *c, struct ho_job *group, enum ho_status status,
                         const struct ho_error *err, double seconds)
{
	size_t jobs = 0, failed = 0;
	while (group) {
		struct ho_job *job = group;
		group = job->next;
		if (status && job->status == HO_OK) {
			job->status = status;
			job->err = *err;
		}
		jobs++;
		failed += job->status != HO_OK;
		job->done(job, job->status, job->status ? &job->err : NULL);
	}
	if (c->after)
		c->after(c->context);
	(void)pthread_mutex_lock(&c->lock);
	c->waiting -= jobs;
	c->figures.groups++;
	c->figures.jobs += jobs;
	c->figures.failed += failed;
	c->figures.last_commit_seconds = seconds;
	(void)pthread_mutex_unlock(&c->lock);
}

static void *work(void *context)
{
	struct ho_committer *c = context;
	for (;;) {
		struct ho_job *group = next_group(c);
		if (!group)
			return NULL;
		struct ho_error err = {.code = HO_OK};
		double seconds = 0;
		enum ho_status status = run_group(c, group, &seconds, &err);
		finish_group(c, group, status, &err, seconds);
	}
}

enum ho_status ho_committer_new(struct ho_committer **out, struct ho_store *store, size_t max_waiting,
                                struct ho_error *err)
{
	*out = NULL;
	struct ho_committer *c = ho_calloc(1, sizeof *c);
	if (!c)
		return ho_fail_nomem(err);
	c->store = store;
	c->max_waiting = max_waiting;
	c->last = &c->first;
	(void)pthread_mutex_init(&c->lock, NULL);
	(void)pthread_cond_init(&c->work, NULL);
	if (pthread_create(&c->thread, NULL, work, c)) {
		(void)pthread_cond_destroy(&c->work);
		(void)pthread_mutex_destroy(&c->lock);
		ho_free(c);
		return ho_fail(err, HO_EUNAVAIL, "cannot start the thread that writes; are there too many threads?");
	}
	*out = c;
	return HO_OK;
}

void ho_committer_free(struct ho_committer *c)
{
	if (!c)
		return;
	(void)pthread_mutex_lock(&c->lock);
	c->stop = true;
	(void)pthread_cond_signal(&c->work);
	(void)pthread_mutex_unlock(&c->lock);
	(void)pthread_join(c->thread, NULL);
	(void)pthread_cond_destroy(&c->work);
	(void)pthread_mutex_destroy(&c->lock);
	ho_free(c);
}

void ho_committer_after(struct ho_committer *c, void (*after)(void *context), void *context)
{
	(void)pthread_mutex_lock(&c->lock);
	c->after = after;
	c->context = context;
	(void)pthread_mutex_unlock(&c->lock);
}

enum ho_status ho_committer_submit(struct ho_committer *c, struct ho_job *job, struct ho_error *err)
{
	job->next = NULL;
	job->status = HO_OK;
	job->err.code = HO_OK;
	(void)pthread_mutex_lock(&c->lock);
	bool taken = !c->stop && c->waiting < c->max_waiting;
	if (taken) {
		bool idle = !c->first;
		*c->last = job;
		c->last = &job->next;
		c->waiting++;
		if (idle)
			(void)pthread_cond_signal(&c->work);
	}
	(void)pthread_mutex_unlock(&c->lock);
	return taken ? HO_OK : ho_fail(err, HO_EBUSY, "too many writes are waiting; try again in a moment");
}

/* A caller that waits. */
struct waiter {
	struct ho_job job;
	enum ho_status (*run)(void *context, struct ho_store *store, struct ho_error *err);
	void *context;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool has_ended;
};

static enum ho_status run_waiter(struct ho_job *job, struct ho_store *store, struct ho_error *err)
{
	struct waiter *waiter = (struct waiter *)job;
	return waiter->run(waiter->context, store, err);
}

static void end_waiter(struct ho_job *job, enum ho_status status, const struct ho_error *err)
{
	struct waiter *waiter = (struct waiter *)job;
	(void)status;
	(void)err;
	(void)pthread_mutex_lock(&waiter->lock);
	waiter->has_ended = true;
	(void)pthread_cond_signal(&waiter->ended);
	(void)pthread_mutex_unlock(&waiter->lock);
}

enum ho_status ho_committer_wait(struct ho_committer *c,
                                 enum ho_status (*run)(void *context, struct ho_store *store, struct ho_error *err),
                                 void *context, struct ho_error *err)
{
	struct waiter waiter = {.job = {.run = run_waiter, .done = end_waiter}, .run = run, .context = context};
	(void)pthread_mutex_init(&waiter.lock, NULL);
	(void)pthread_cond_init(&waiter.ended, NULL);
	enum ho_status status = ho_committer_submit(c, &waiter.job, err);
	if (status == HO_OK) {
		(void)pthread_mutex_lock(&waiter.lock);
		while (!waiter.has_ended)
			(void)pthread_cond_wait(&waiter.ended, &waiter.lock);
		(void)pthread_mutex_unlock(&waiter.lock);
		status = waiter.job.status;
		if (status && err)
			*err = waiter.job.err;
	}
	(void)pthread_cond_destroy(&waiter.ended);
	(void)pthread_mutex_destroy(&waiter.lock);
	return status;
}

void ho_committer_figures(struct ho_committer_figures *out, struct ho_committer *c)
{
	(void)pthread_mutex_lock(&c->lock);
	*out = c->figures;
	out->waiting = c->waiting;
	(void)pthread_mutex_unlock(&c->lock);
}
