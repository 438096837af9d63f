/**
 * Threads: run task 0..n-1 of a function on all cores. Tasks must write to places of their own, so that the result
 * does not depend on the number of threads or on who was first.
 */
#ifndef HO_BASE_POOL_H
#define HO_BASE_POOL_H

#include "base/status.h"

/** One task. `worker` is 0 .. threads-1, for scratch memory of its own. A failure stops the handing out of further
 * tasks. */
typedef enum ho_status (*ho_task_fn)(void *context, size_t task, unsigned worker, struct ho_error *err);

/** Number of usable cores (affinity respected), >= 1. */
unsigned ho_cores(void);

/**
 * Run `n` tasks on at most `threads` threads (0 = all cores), the calling thread being one of them.
 *
 * @return HO_OK, or the status of the failed task with the lowest number among those that ran, its error in `err`.
 */
HO_MUST_CHECK enum ho_status ho_parallel(ho_task_fn fn, void *context, size_t n, unsigned threads,
                                         struct ho_error *err);

#endif
