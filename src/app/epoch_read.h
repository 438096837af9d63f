/** What the store says about the epoch of a task: counts, confirmed errors, days, promises. Shared inside the folder.
 */
#ifndef HO_APP_EPOCH_READ_H
#define HO_APP_EPOCH_READ_H

#include "app/audit.h"
#include "app/frozen.h"
#include "app/private.h"

/** Confirmed errors of one day with one probability, of one promise. */
struct app_day_errors {
	int32_t day;
	uint32_t promise;
	struct ho_audited audited;
};

/** One promise: for all automatic answers, or for those with one label. */
struct app_promise {
	struct ho_evidence evidence;
	uint32_t label;   /**< the model's number of the label */
	int64_t *answers; /**< [n_days] of each day since the epoch began; NULL: no error, days do not matter. In the
	                     arena */
};

/** What is read of an epoch. */
struct app_epoch {
	struct ho_task task;
	struct ho_task_settings settings;
	int64_t automatic, all, drawn, right, wrong, missing, weight, alarm;
	int64_t second; /**< of the task's audits, of whatever epoch */
	struct app_frozen frozen;
	struct ho_audited open[HO_AUDIT_CLASSES];
	size_t n_open;
	struct app_day_errors *errors; /**< [n_errors] owned; by falling day */
	size_t n_errors, errors_cap;
	struct ho_audited *flat;      /**< [n_errors] the same without days; in the arena */
	struct app_promise *promises; /**< [n_promises] in the arena */
	uint32_t n_promises;
	bool per_label;
	int32_t first_day, n_days;
	double max_error;
};

/** Read it. Free e->errors afterwards, also after a failure; the rest is in the arena. HO_ENOTFOUND, what the store
 * returns. */
HO_MUST_CHECK enum ho_status ho_app__epoch_read(struct app_epoch *e, struct ho_app *app, struct ho_store *store,
                                                const char *task, struct ho_arena *arena, struct ho_error *err);

#endif
