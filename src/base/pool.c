#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { THREADS_MAX = 256 };

struct run {
	ho_task_fn fn;
	void *context;
	size_t n;
	atomic_size_t next;
	atomic_bool stop;
	pthread_mutex_t lock; /* guards the three below */
	enum ho_status status;
	size_t failed_task;
	struct ho_error error;
};

struct worker {
	struct run *run;
	unsigned number;
};

unsigned ho_cores(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set))
		return 1;
	int n = CPU_COUNT(&set);
	return n > 0 ? (unsigned)n : 1;
}

static void note_failure(struct run *run, size_t task, enum ho_status status, const struct ho_error *error)
{
	pthread_mutex_lock(&run->lock);
	if (run->status == HO_OK || task < run->failed_task) {
		run->status = status;
		run->failed_task = task;
		run->error = *error;
	}
	pthread_mutex_unlock(&run->lock);
	atomic_store(&run->stop, true);
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct run *run = worker->run;
	while (!atomic_load(&run->stop)) {
		size_t task = atomic_fetch_add(&run->next, 1);
		if (task >= run->n)
			break;
		struct ho_error error = {.code = HO_OK};
		enum ho_status status = run->fn(run->context, task, worker->number, &error);
		if (status)
			note_failure(run, task, status, &error);
	}
	return NULL;
}

enum ho_status ho_parallel(ho_task_fn fn, void *context, size_t n, unsigned threads, struct ho_error *err)
{
	struct run run = {.fn = fn, .context = context, .n = n, .lock = PTHREAD_MUTEX_INITIALIZER};
	struct worker workers[THREADS_MAX];
	pthread_t ids[THREADS_MAX];
	unsigned started = 1;
	if (threads == 0)
		threads = ho_cores();
	if (threads > THREADS_MAX)
		threads = THREADS_MAX;
	if (threads > n)
		threads = n ? (unsigned)n : 1;
	for (unsigned i = 0; i < threads; i++)
		workers[i] = (struct worker){&run, i};
	/* A thread that cannot be had only makes it slower. */
	while (started < threads && pthread_create(&ids[started], NULL, work, &workers[started]) == 0)
		started++;
	work(&workers[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(ids[i], NULL);
	pthread_mutex_destroy(&run.lock);
	if (run.status && err)
		*err = run.error;
	return run.status;
}
