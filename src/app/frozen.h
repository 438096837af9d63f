/** What the monitor of an epoch is set up with, once there are verdicts for all of the epoch: a test whose level or
 * bets followed what was seen would not keep its promise. Shared inside the folder. */
#ifndef HO_APP_FROZEN_H
#define HO_APP_FROZEN_H

#include "app/workspace.h"

struct app_frozen {
	double rate;           /**< planned share of audits, (0, 1]: scales the bets */
	double least;          /**< no audit of the epoch has a smaller probability, (0, 1] */
	double delta;          /**< chance of a false alarm, (0, .5] */
	double reviewer_error; /**< [0, .1] */
};

/** Take one count of the epoch into `out`, which begins as ho_app__frozen_init(). */
void ho_app__frozen_take(struct app_frozen *out, const struct ho_count *count);
/** What holds where the counts of an epoch say nothing: epochs of an earlier program. */
void ho_app__frozen_init(struct app_frozen *out, const struct ho_task_settings *settings);
/** The smallest probability that settings can lead to, after the day's budget, rounded as classes are. */
double ho_app__frozen_least(const struct ho_task_settings *settings);
/** Set up the task's epoch by these settings; again as long as there is no verdict (once one was drawn `least` only
 * falls). In a group. HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_app__frozen_write(struct ho_store *store, const struct ho_task *task,
                                                  const struct ho_task_settings *settings, struct ho_error *err);

#endif
