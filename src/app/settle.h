/** Writing what a review changed: item, queue, counts, callback, monitor. Shared inside the folder. */
#ifndef HO_APP_SETTLE_H
#define HO_APP_SETTLE_H

#include "app/standing.h"

/** A change of an item, under way inside a group. */
struct app_change {
	struct ho_app *app;
	struct ho_store *store;
	struct ho_item *item; /**< as stored; afterwards as it is */
	struct ho_task task;  /**< as stored */
	struct ho_task_settings settings;
	struct app_history history;
	struct app_standing before; /**< what stands now */
	struct ho_arena *arena;
	int64_t now;
};

/** Read item, task, settings and history. HO_ENOTFOUND; HO_ECONFLICT: the text was erased. */
HO_MUST_CHECK enum ho_status ho_app__change_begin(struct app_change *out, struct ho_item *item, struct ho_app *app,
                                                  struct ho_store *store, const struct ho_id *id,
                                                  struct ho_arena *arena, struct ho_error *err);
/** Count a review that comes (sign 1) or goes (-1), `before` being what stood without it. What the store returns. */
HO_MUST_CHECK enum ho_status ho_app__count_review(struct app_change *change, const struct app_standing *before,
                                                  const struct ho_review *review, int sign, struct ho_error *err);
/**
 * Make the item what `after` says: the item, its place in the queue, the verdict of an audit, the callback. `lease`
 * holds the queue entry for this reviewer if the item waits again; NULL leaves it free. What the store returns.
 */
HO_MUST_CHECK enum ho_status ho_app__settle(struct app_change *change, const struct app_standing *after, int64_t at,
                                            const char *lease, struct ho_error *err);
/** Does an answer, and so its audit's verdict, belong to the epoch that is measured now? */
bool ho_app__in_epoch(const struct ho_item *item, const struct ho_task *task);
/** Is there nobody else who reviews this task? Judged by the answers of the last two weeks, remembered for a minute. */
bool ho_app__is_alone(struct ho_app *app, struct ho_store *store, const char *task, const char *reviewer);

/** How long one person must wait to look again at an audit that nobody else can look at. */
enum { HO_SECOND_LOOK_MS = 4 * 3600 * 1000 };

#endif
