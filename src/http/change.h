/** Changes of tasks, models, people and keys: rare, and may take long, so they run on the chores' threads. */
#ifndef HO_HTTP_CHANGE_H
#define HO_HTTP_CHANGE_H

#include "http/out.h"
#include "http/request.h"

/** Run `write` in a group and wait for the disk; then take over what changed in tasks. On a crew's thread only.
 * What `write` returns; HO_EBUSY: too many wait; HO_EIO. */
HO_MUST_CHECK enum ho_status ho_change(struct ho_request *rq, ho_request_write write, struct ho_error *err);
/** Append a task as GET /v1/tasks/{task} shows it. `full`: with settings and figures of the queue.
 * HO_ENOTFOUND, HO_EIO, HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status ho_task_show(struct ho_buf *buf, struct ho_request *rq, struct ho_store *reader,
                                          const char *name, bool full, struct ho_error *err);

/** The member "queue" of tasks and monitors. now: ms since 1970. */
void ho_queue_figures_show(struct ho_out *out, const struct ho_queue_figures *queue, int64_t now);

#endif
