/* Many callers, one writer: order, one job's failure is its own, a failed commit is everybody's. */
#include "unit/unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/committer.h"

enum { THREADS = 4, JOBS = 2000 };

/* The memory store, with a commit and an undo that fail on demand. */
static struct ho_store_ops ops;
static const struct ho_store_ops *real;
static atomic_int fail_commits, fail_undos, begun, committed;

static enum ho_status begin(struct ho_store *store, struct ho_error *err)
{
	begun++;
	return real->begin(store, err);
}

static enum ho_status commit(struct ho_store *store, struct ho_error *err)
{
	if (fail_commits > 0) {
		fail_commits--;
		real->rollback(store);
		return ho_fail(err, HO_EIO, "the disk is full");
	}
	committed++;
	return real->commit(store, err);
}

static enum ho_status undo(struct ho_store *store, struct ho_error *err)
{
	if (fail_undos > 0) {
		fail_undos--;
		return ho_fail(err, HO_EIO, "cannot undo");
	}
	return real->undo(store, err);
}

static struct ho_store *open_store(void)
{
	struct ho_store *store;
	struct ho_error err;
	assert_ok(ho_store_open_memory(&store, &err), &err);
	real = store->ops;
	ops = *real;
	ops.begin = begin;
	ops.commit = commit;
	ops.undo = undo;
	store->ops = &ops;
	begun = committed = 0;
	return store;
}

static void close_store(struct ho_store *store)
{
	store->ops = real;
	real->close(store);
}

struct job {
	struct ho_job job;
	int number;
	bool fails;
	atomic_int ended; /* 1: on disk, -1: failed */
	char message[64];
	unsigned place; /* order of its end */
};

static atomic_uint ends;

/* Writes a count named after the job, then perhaps fails. */
static enum ho_status run(struct ho_job *base, struct ho_store *store, struct ho_error *err)
{
	struct job *job = (struct job *)base;
	char what[32];
	(void)snprintf(what, sizeof what, "job%d", job->number);
	struct ho_count count = {.task = "t", .model = "", .what = what, .n = 1};
	enum ho_status status = store->ops->count_add(store, &count, err);
	return status ? status : job->fails ? ho_fail(err, HO_ECONFLICT, "job %d", job->number) : HO_OK;
}

static void done(struct ho_job *base, enum ho_status status, const struct ho_error *err)
{
	struct job *job = (struct job *)base;
	if (err)
		(void)snprintf(job->message, sizeof job->message, "%.60s", err->message);
	job->place = atomic_fetch_add(&ends, 1);
	job->ended = status ? -1 : 1;
}

static void hold(struct ho_job *job, enum ho_status status, const struct ho_error *err)
{
	(void)usleep(30000); /* the others gather behind this one */
	done(job, status, err);
}

static int64_t count_of(struct ho_store *store, int number)
{
	struct ho_arena arena;
	struct ho_error err;
	struct ho_count *counts;
	size_t n;
	int64_t found = 0;
	char what[32];
	(void)snprintf(what, sizeof what, "job%d", number);
	ho_arena_init(&arena, SIZE_MAX);
	assert_ok(real->count_list(&counts, &n, store, "t", 0, 0, &arena, &err), &err);
	for (size_t i = 0; i < n; i++)
		found += strcmp(counts[i].what, what) == 0 ? counts[i].n : 0;
	ho_arena_release(&arena);
	return found;
}

static void in_order_and_alone(bool repeatable)
{
	struct ho_store *store = open_store();
	struct ho_committer *committer;
	struct ho_error err;
	static struct job jobs[200];
	ends = 0;
	assert_ok(ho_committer_new(&committer, store, 1000, &err), &err);
	for (int i = 0; i < 200; i++) {
		jobs[i] = (struct job){.job = {.run = run, .done = i ? done : hold, .repeatable = repeatable},
		                       .number = i,
		                       .fails = i % 7 == 3};
		assert_ok(ho_committer_submit(committer, &jobs[i].job, &err), &err);
	}
	ho_committer_free(committer); /* finishes what is in line */
	for (int i = 0; i < 200; i++) {
		assert_int_equal(jobs[i].ended, i % 7 == 3 ? -1 : 1);
		assert_int_equal(jobs[i].place, i);
		assert_int_equal(count_of(store, i), i % 7 != 3);
		if (jobs[i].fails)
			assert_non_null(strstr(jobs[i].message, "job"));
	}
	close_store(store);
}

static void jobs_run_in_order_and_fail_alone(void **state)
{
	(void)state;
	in_order_and_alone(false);
}

static void repeatable_jobs_fail_alone_too(void **state)
{
	(void)state;
	in_order_and_alone(true);
}

static atomic_int marked;

static enum ho_status mark(struct ho_store *store, struct ho_error *err)
{
	marked++;
	return real->mark(store, err);
}

/* A mark costs, so that a group of repeatable jobs has none, and the same group with a failure in it has them all. */
static void only_care_marks(void **state)
{
	(void)state;
	for (int bad = 0; bad < 2; bad++) {
		struct ho_store *store = open_store();
		struct ho_committer *committer;
		struct ho_error err;
		struct job first = {.job = {.run = run, .done = hold}, .number = 1000}, jobs[5];
		ops.mark = mark;
		marked = 0;
		assert_ok(ho_committer_new(&committer, store, 1000, &err), &err);
		assert_ok(ho_committer_submit(committer, &first.job, &err), &err);
		while (!committed)
			(void)usleep(1000);
		for (int i = 0; i < 5; i++) {
			jobs[i] = (struct job){
			    .job = {.run = run, .done = done, .repeatable = true}, .number = i, .fails = bad && i == 3};
			assert_ok(ho_committer_submit(committer, &jobs[i].job, &err), &err);
		}
		ho_committer_free(committer);
		assert_int_equal(marked, bad ? 5 : 0);
		for (int i = 0; i < 5; i++)
			assert_int_equal(count_of(store, i), !jobs[i].fails);
		close_store(store);
	}
}

/* Nothing of it stays, and nothing is committed. */
static void a_lone_job_fails_with_its_group(void **state)
{
	(void)state;
	struct ho_store *store = open_store();
	struct ho_committer *committer;
	struct ho_error err;
	struct job one = {.job = {.run = run, .done = done}, .number = 7, .fails = true};
	assert_ok(ho_committer_new(&committer, store, 1000, &err), &err);
	assert_ok(ho_committer_submit(committer, &one.job, &err), &err);
	ho_committer_free(committer);
	assert_int_equal(one.ended, -1);
	assert_int_equal(committed, 0);
	assert_int_equal(count_of(store, 7), 0);
	close_store(store);
}

static void a_failed_commit_is_told_to_all(void **state)
{
	(void)state;
	struct ho_store *store = open_store();
	struct ho_committer *committer;
	struct ho_committer_figures figures;
	struct ho_error err;
	struct job first = {.job = {.run = run, .done = hold}, .number = 1000}, jobs[5];
	assert_ok(ho_committer_new(&committer, store, 1000, &err), &err);
	assert_ok(ho_committer_submit(committer, &first.job, &err), &err);
	while (!committed)
		(void)usleep(1000);
	fail_commits = 1;
	for (int i = 0; i < 5; i++) {
		jobs[i] = (struct job){.job = {.run = run, .done = done}, .number = i, .fails = i == 2};
		assert_ok(ho_committer_submit(committer, &jobs[i].job, &err), &err);
	}
	while (!jobs[4].ended)
		(void)usleep(1000);
	ho_committer_figures(&figures, committer);
	ho_committer_free(committer);
	assert_int_equal(first.ended, 1);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(jobs[i].ended, -1);
		assert_int_equal(count_of(store, i), 0);
		assert_string_equal(jobs[i].message, i == 2 ? "job 2" : "the disk is full");
	}
	assert_int_equal(figures.failed + (figures.waiting ? 5 : 0), 5);
	close_store(store);
}

static void what_cannot_be_undone_fails_the_group(void **state)
{
	(void)state;
	struct ho_store *store = open_store();
	struct ho_committer *committer;
	struct ho_error err;
	struct job first = {.job = {.run = run, .done = hold}, .number = 1000}, jobs[3];
	assert_ok(ho_committer_new(&committer, store, 1000, &err), &err);
	assert_ok(ho_committer_submit(committer, &first.job, &err), &err);
	while (!committed)
		(void)usleep(1000);
	fail_undos = 1;
	for (int i = 0; i < 3; i++) {
		jobs[i] = (struct job){.job = {.run = run, .done = done}, .number = i, .fails = i == 1};
		assert_ok(ho_committer_submit(committer, &jobs[i].job, &err), &err);
	}
	ho_committer_free(committer);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(jobs[i].ended, -1);
		assert_int_equal(count_of(store, i), 0);
	}
	close_store(store);
}

static enum ho_status wait_run(void *context, struct ho_store *store, struct ho_error *err)
{
	struct job *job = context;
	return run(&job->job, store, err);
}

struct sender {
	pthread_t thread;
	struct ho_committer *committer;
	struct job *jobs; /* [JOBS] */
	int first, refused;
};

static void *send(void *context)
{
	struct sender *sender = context;
	struct ho_error err;
	for (int i = 0; i < JOBS; i++) {
		struct job *job = &sender->jobs[i];
		*job =
		    (struct job){.job = {.run = run, .done = done}, .number = sender->first + i, .fails = i % 50 == 7};
		if (i % 100 == 99) {
			enum ho_status status;
			while ((status = ho_committer_wait(sender->committer, wait_run, job, &err)) == HO_EBUSY)
				(void)usleep(200);
			job->ended = status ? -1 : 1;
			continue;
		}
		while (ho_committer_submit(sender->committer, &job->job, &err) == HO_EBUSY) {
			sender->refused++;
			(void)usleep(200);
		}
	}
	return NULL;
}

static int sum(struct ho_store *store)
{
	struct ho_arena arena;
	struct ho_error err;
	struct ho_count *counts;
	size_t n;
	ho_arena_init(&arena, SIZE_MAX);
	assert_ok(real->count_list(&counts, &n, store, "t", 0, 0, &arena, &err), &err);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(counts[i].n, 1);
	ho_arena_release(&arena);
	return (int)n;
}

static void thousands_from_four_threads(void **state)
{
	(void)state;
	struct ho_store *store = open_store();
	struct ho_committer *committer;
	struct ho_committer_figures figures;
	struct ho_error err;
	struct sender senders[THREADS];
	int right = 0, wrong = 0;
	assert_ok(ho_committer_new(&committer, store, 64, &err), &err);
	for (int t = 0; t < THREADS; t++) {
		senders[t] = (struct sender){
		    .committer = committer, .jobs = calloc(JOBS, sizeof(struct job)), .first = t * JOBS};
		assert_int_equal(pthread_create(&senders[t].thread, NULL, send, &senders[t]), 0);
	}
	for (int t = 0; t < THREADS; t++)
		(void)pthread_join(senders[t].thread, NULL);
	ho_committer_figures(&figures, committer);
	ho_committer_free(committer);
	for (int t = 0; t < THREADS; t++) {
		for (int i = 0; i < JOBS; i++) {
			right += senders[t].jobs[i].ended == 1;
			wrong += senders[t].jobs[i].ended == -1;
			assert_int_equal(senders[t].jobs[i].ended, i % 50 == 7 ? -1 : 1);
		}
		free(senders[t].jobs);
	}
	assert_int_equal(right + wrong, THREADS * JOBS);
	assert_int_equal(sum(store), right);
	print_message("%d jobs in %d groups\n", right + wrong, (int)begun);
	assert_true(begun < THREADS * JOBS); /* commits are shared */
	close_store(store);
}

static atomic_int afters;

static void after(void *context)
{
	(void)context;
	afters++;
}

static void full_line_is_refused(void **state)
{
	(void)state;
	struct ho_store *store = open_store();
	struct ho_committer *committer;
	struct ho_error err;
	struct job first = {.job = {.run = run, .done = hold}, .number = 1},
	           second = {.job = {.run = run, .done = done}, .number = 2},
	           third = {.job = {.run = run, .done = done}, .number = 3};
	afters = 0;
	assert_ok(ho_committer_new(&committer, store, 2, &err), &err);
	ho_committer_after(committer, after, NULL);
	assert_ok(ho_committer_submit(committer, &first.job, &err), &err);
	while (!committed)
		(void)usleep(1000);
	assert_ok(ho_committer_submit(committer, &second.job, &err), &err);
	assert_int_equal(ho_committer_submit(committer, &third.job, &err), HO_EBUSY);
	ho_committer_free(committer);
	assert_true(second.ended == 1 && third.ended == 0);
	assert_int_equal(afters, 2);
	close_store(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(jobs_run_in_order_and_fail_alone),
	    cmocka_unit_test(repeatable_jobs_fail_alone_too),
	    cmocka_unit_test(only_care_marks),
	    cmocka_unit_test(a_lone_job_fails_with_its_group),
	    cmocka_unit_test(a_failed_commit_is_told_to_all),
	    cmocka_unit_test(what_cannot_be_undone_fails_the_group),
	    cmocka_unit_test(thousands_from_four_threads),
	    cmocka_unit_test(full_line_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
