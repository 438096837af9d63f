/** Counts of requests and decisions: per thread, without locks; summed when /metrics is read. */
#ifndef HO_HTTP_TALLY_H
#define HO_HTTP_TALLY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

/** Labels are bounded: tasks beyond this many are counted together as "other"; slot 0 is "no task". */
enum { HO_TALLY_TASKS = 64, HO_TALLY_CODES = 24, HO_TALLY_BUCKETS = 15, HO_TALLY_DECISIONS = 5 };

/** The counts of one task. */
struct ho_tally_task {
	_Atomic uint64_t codes[HO_TALLY_CODES];
	_Atomic uint64_t buckets[HO_TALLY_BUCKETS]; /**< not cumulative; the last is +Inf */
	_Atomic uint64_t nanoseconds;
	_Atomic uint64_t decisions[HO_TALLY_DECISIONS]; /**< auto, then human by reason */
};
/** The counts of one process, added to without locks. */
struct ho_tally {
	struct ho_tally_task tasks[HO_TALLY_TASKS];
};

/** Names of tasks by slot; grows only. */
struct ho_tasks_known {
	pthread_mutex_t lock;
	_Atomic unsigned n;
	char names[HO_TALLY_TASKS][72];
};

extern const int ho_tally_codes[HO_TALLY_CODES];
extern const double ho_tally_bounds[HO_TALLY_BUCKETS - 1]; /**< seconds */

void ho_tasks_known_init(struct ho_tasks_known *known);
/** Slot of a task that exists; NULL: 0. `exists`: an unknown name may be added. */
unsigned ho_tasks_known_slot(struct ho_tasks_known *known, const char *task, int exists);
/** Count one answer. */
void ho_tally_answer(struct ho_tally *tally, unsigned slot, unsigned status, double seconds);
/** Count one decision: 0 automatic, else enum ho_item_reason. */
void ho_tally_decision(struct ho_tally *tally, unsigned slot, unsigned decision);

#endif
