#include "http/tally.h"

#include <string.h>

const int ho_tally_codes[HO_TALLY_CODES] = {200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 408, 409,
                                            410, 413, 415, 421, 422, 429, 431, 500, 501, 503, 507, 0};
/* The buckets that OpenTelemetry recommends for http.server.request.duration. */
const double ho_tally_bounds[HO_TALLY_BUCKETS - 1] = {.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10};

void ho_tasks_known_init(struct ho_tasks_known *known)
{
	memset(known, 0, sizeof *known);
	pthread_mutex_init(&known->lock, NULL);
	atomic_store(&known->n, 1);
}

static unsigned find(const struct ho_tasks_known *known, const char *task, unsigned n)
{
	for (unsigned i = 1; i < n; i++)
		if (strcmp(known->names[i], task) == 0)
			return i;
	return 0;
}

unsigned ho_tasks_known_slot(struct ho_tasks_known *known, const char *task, int exists)
{
	if (!task)
		return 0;
	unsigned n = atomic_load_explicit(&known->n, memory_order_acquire), slot = find(known, task, n);
	if (slot || !exists || strlen(task) >= sizeof known->names[0])
		return slot;
	pthread_mutex_lock(&known->lock);
	n = atomic_load(&known->n);
	slot = find(known, task, n);
	if (!slot && n == HO_TALLY_TASKS)
		slot = n - 1; /* the last slot serves all further ones; its name says so */
	if (!slot) {
		slot = n;
		const char *name = n == HO_TALLY_TASKS - 1 ? "other" : task;
		memcpy(known->names[n], name, strlen(name) + 1);
		atomic_store_explicit(&known->n, n + 1, memory_order_release);
	}
	pthread_mutex_unlock(&known->lock);
	return slot;
}

static unsigned code_index(unsigned status)
{
	for (unsigned i = 0; i < HO_TALLY_CODES - 1; i++)
		if ((unsigned)ho_tally_codes[i] == status)
			return i;
	return HO_TALLY_CODES - 1;
}

static void add(_Atomic uint64_t *counter, uint64_t n)
{
	/* One thread writes it; readers only must not see half a number. */
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

void ho_tally_answer(struct ho_tally *tally, unsigned slot, unsigned status, double seconds)
{
	struct ho_tally_task *task = &tally->tasks[slot];
	unsigned bucket = 0;
	while (bucket < HO_TALLY_BUCKETS - 1 && seconds > ho_tally_bounds[bucket])
		bucket++;
	add(&task->codes[code_index(status)], 1);
	add(&task->buckets[bucket], 1);
	add(&task->nanoseconds, (uint64_t)(seconds * 1e9));
}

void ho_tally_decision(struct ho_tally *tally, unsigned slot, unsigned decision)
{
	add(&tally->tasks[slot].decisions[decision < HO_TALLY_DECISIONS ? decision : 0], 1);
}
