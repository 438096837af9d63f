/** Shared inside the folder: the open workspace, desks with what only this folder sees, and small helpers. */
#ifndef HO_APP_PRIVATE_H
#define HO_APP_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/classify.h"
#include "app/counts.h"
#include "app/review.h"
#include "base/clock.h"
#include "base/ulid.h"

/** An opened model file, shared by desks and scorers. */
struct app_model {
	struct ho_app *app;
	struct ho_model *model;
	char id[17];
	_Atomic uint32_t desks; /**< desks that answer with it; 0: retired */
	uint32_t references;    /**< desks, scorers and readers; under shelf_lock */
};

/** What audits of a task are paced by; outlives the desks of the task. Written by every thread that scores. */
struct app_pace {
	char task[HO_TASK_NAME_MAX + 1];
	_Atomic int32_t day;        /**< the day that the two below belong to */
	int32_t read_day;           /**< the day on which `usual` was read */
	_Atomic uint64_t drawn;     /**< audits drawn on it */
	_Atomic uint64_t automatic; /**< automatic answers on it */
	_Atomic uint64_t usual;     /**< automatic answers of a usual day: mean of the last week's */
	struct app_pace *next;
};

/** A desk, and what only this folder sees of it. */
struct app_desk {
	struct ho_desk desk; /**< first: the public part */
	struct app_model *model;
	struct app_pace *pace;
	const char *record; /**< settings as stored, to tell a change */
};

struct ho_app {
	struct ho_store *store, *watch; /**< the writer; a reader of ho_app_refresh() */
	struct ho_committer *committer; /**< NULL in commands */
	char *models_dir;               /**< owned; NULL: no files */
	int lock_fd;                    /**< -1: not held */
	bool lazy;                      /**< commands: models are opened when a desk is first taken */
	int64_t (*clock)(void *context);
	void *clock_context;

	pthread_mutex_t random_lock;
	struct ho_rng rng;
	struct ho_ulid ulid;

	pthread_mutex_t desks_lock;
	struct app_desk **desks; /**< [n_desks] */
	size_t n_desks, desks_cap;
	struct app_pace *paces;

	pthread_mutex_t shelf_lock;
	struct app_model **models; /**< [n_models] those opened; not counted as references */
	size_t n_models, models_cap;

	_Atomic uint64_t generation; /**< rises when a desk was replaced: scorers look for retired models */

	pthread_mutex_t refresh_lock;
	uint64_t seen_version;
	bool has_seen;
	unsigned broken_tries;  /**< refreshes in a row that found a model which cannot be opened */
	int64_t broken_next_at; /**< when to look at it again, though nothing changed in the store */
	struct ho_error broken_error;
	int32_t seen_day;
	atomic_bool stale; /**< a use case changed a task: refresh after the group */

	void (*changed)(void *context, const struct ho_id *item);
	void *changed_context;
	struct ho_id *noted; /**< [n_noted] items whose answer changed in the group; the writer's thread only */
	size_t n_noted, noted_cap;

	struct ho_access *access; /**< callers and failed attempts */

	pthread_mutex_t people_lock;
	struct app_people *people; /**< who reviews and who skipped what: alone.c */
};

/** Let go of all desks and models; for ho_app_close(). */
void ho_app__desks_close(struct ho_app *app);
/** Free what is remembered of reviewers; for ho_app_close(). */
void ho_app__people_free(struct ho_app *app);
/** Remember for a while that this person does not want to see an item now; bounded, the oldest are forgotten. */
void ho_app__skip(struct ho_app *app, const char *reviewer, const struct ho_id *item, int64_t until);
/** Did this person skip it, and is the while not over? */
bool ho_app__skipped(struct ho_app *app, const char *reviewer, const struct ho_id *item, int64_t now);
/** Let go of a model: it is freed with the last reference. */
void ho_app__model_release(struct app_model *model);
/** One more reference to a model that somebody holds. */
void ho_app__model_share(struct app_model *model);
/** Find or open a model of models/. One reference for the caller. HO_ENOTFOUND, HO_EFORMAT, HO_EUNAVAIL, HO_EIO. */
HO_MUST_CHECK enum ho_status ho_app__model_take(struct app_model **out, struct ho_app *app, const char *id,
                                                struct ho_error *err);
/** "DIR/ID.handoff" in the arena; NULL: no memory. */
const char *ho_app__model_path(const struct ho_app *app, const char *id, struct ho_arena *arena);

/** The settings of a stored task. HO_EINVAL: they cannot be read. */
HO_MUST_CHECK enum ho_status ho_app__settings(struct ho_task_settings *out, const struct ho_task *task,
                                              struct ho_arena *arena, struct ho_error *err);
/** Get a task and say by name that there is none. HO_ENOTFOUND. */
HO_MUST_CHECK enum ho_status ho_app__task(struct ho_task *out, struct ho_store *store, const char *name,
                                          struct ho_arena *arena, struct ho_error *err);
/** As ho_app_open_on(); `lazy`: desks are made when the first is taken. */
HO_MUST_CHECK enum ho_status ho_app__open_on(struct ho_app **out, struct ho_store *store, const char *models_dir,
                                             int64_t (*now)(void *context), void *context, uint64_t seed, bool lazy,
                                             struct ho_error *err);
/** As ho_app_refresh(); *broken: all went well but for models that cannot be opened. */
HO_MUST_CHECK enum ho_status ho_app__refresh(bool *broken, struct ho_app *app, struct ho_error *err);

/** The pace of a task, made and read from the counts if there is none; NULL: no memory. Under refresh_lock. */
struct app_pace *ho_app__pace(struct ho_app *app, struct ho_store *reader, const char *task);
/** Bring a pace to today. Under refresh_lock. */
void ho_app__pace_day(struct app_pace *pace, struct ho_app *app, struct ho_store *reader);
/** Note an automatic answer of today. Any thread. */
void ho_app__pace_note(struct app_pace *pace, int32_t day, bool drawn);
/** What was noted was not written after all. Any thread. */
void ho_app__pace_take_back(struct app_pace *pace, int32_t day, bool drawn);
/** Automatic answers expected today, and audits drawn on it so far. Any thread. */
double ho_app__pace_expected(struct app_pace *pace, int32_t day, uint64_t *drawn);

/** Class of an audit probability: a quarter of an octave; 0 is 1, larger is rarer. */
unsigned ho_app__audit_class(double probability);
/** The smallest probability of a class. */
double ho_app__audit_class_least(unsigned number);
enum { HO_AUDIT_CLASSES = 96 };
/** The share of automatic answers that settings plan to audit. */
double ho_app__planned_share(const struct ho_task_settings *settings);

/** Remember inside a group that an item's answer changed: told after the group. */
void ho_app__note(struct ho_app *app, const struct ho_id *item);
/** Tell what was noted; refresh desks if a task changed. After each group. */
void ho_app__after_group(void *app);

/** Add to a count of the day of `at`. What ho_store's count_add returns. */
HO_MUST_CHECK enum ho_status ho_app__count(struct ho_store *store, const char *task, const char *model, int64_t at,
                                           const char *what, int64_t n, struct ho_error *err);
/** The same where the name has a part of its own: "label." + label. */
HO_MUST_CHECK enum ho_status ho_app__count_of(struct ho_store *store, const char *task, const char *model, int64_t at,
                                              const char *what, const char *part, int64_t n, struct ho_error *err);
/** "label." + label: the name of a count, cut between characters if it is very long. */
enum { HO_COUNT_NAME_SIZE = 512 };
void ho_app__count_name(char out[HO_COUNT_NAME_SIZE], const char *what, const char *part);
/** Add to a count of the epoch that began at `epoch_at`. */
HO_MUST_CHECK enum ho_status ho_app__count_epoch(struct ho_store *store, const char *task, int64_t epoch_at,
                                                 const char *what, int64_t n, struct ho_error *err);
/** Audits without verdict, by class of their probability: +1 drawn, -1 ended. */
HO_MUST_CHECK enum ho_status ho_app__count_open(struct ho_store *store, const struct ho_item *item, int64_t epoch_at,
                                                int64_t n, struct ho_error *err);

/** The task does something else now when due times pass: let it act on those that passed already. In a group. HO_EIO,
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_app__due_again(struct ho_store *store, const char *task, struct ho_error *err);
/** What an item's queue entry is when it begins to wait. */
void ho_app__queued(struct ho_queued *out, const struct ho_item *item);
/** The model's view of an item's text: scores, suggestion and what the model alone would decide. The desk has a model.
 * HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status ho_app__score(struct ho_item *item, struct ho_scorer *scorer, const struct ho_desk *of,
                                           struct ho_arena *arena, struct ho_error *err);

#endif
