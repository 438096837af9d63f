/** The message of a task in three steps: figures from the store, points from figures, a form from points. */
#ifndef HO_APP_UPDATE_PRIVATE_H
#define HO_APP_UPDATE_PRIVATE_H

#include "app/audit.h"
#include "app/journal.h"
#include "base/buf.h"
#include "report/show.h"

/** Everything that a message may say. Counts are of the days from .. to. */
struct ho_update_figures {
	const char *task, *title; /**< title: the name if there is none */
	bool per_label;           /**< each label has its own promise */
	const char *label;        /**< promises per label: the one that most speaks against; NULL */
	int64_t now, created_at;
	int32_t from, to; /**< days since 1970 UTC, both included */
	bool has_model, paused;
	const char *model, *paused_why, *paused_by;
	int64_t paused_at, alarm_at; /**< latest; 0: not in these days */
	const char *promoted_by;     /**< NULL: no model was promoted in these days */
	int64_t promoted_at;
	unsigned promotions;                  /**< in these days, those that put an earlier model back included */
	double max_error, confidence_level;   /**< promised, the largest if per label; max_error 0: nothing */
	double least_error;                   /**< promises per label: the strictest; else max_error */
	uint64_t labels_needed, labels_there; /**< to prove the promise on; 0: unknown or no number would do */
	uint64_t automatic, human, unsure, novel, no_promise, by_pause;
	uint64_t automatic_before, human_before;         /**< as many days before */
	uint64_t answered, none, agreed, took_ms, timed; /**< took_ms, timed: of answers and checks */
	uint64_t checked, found_right, found_wrong;      /**< looks at automatic answers, and verdicts */
	uint64_t second;                                 /**< checks that wait for a second person now */
	uint64_t corrected, expired, suggested, escalated, sent, failed;
	uint64_t retrying;          /**< callbacks that failed and are tried again */
	const char *callback_error; /**< of the latest of them; NULL */
	const char *note, *note_by; /**< the latest note of these days; NULL */
	struct ho_monitor monitor;
};

/** Read them. HO_ENOTFOUND: no such task. Strings live in the arena. */
HO_MUST_CHECK enum ho_status ho_update__figures(struct ho_update_figures *out, struct ho_app *app,
                                                struct ho_store *reader, const char *task, int64_t since,
                                                struct ho_arena *arena, struct ho_error *err);

enum { HO_POINTS_MAX = 16, HO_POINT_BYTES = 900 };

struct ho_point {
	int weight; /**< larger matters more */
	const char *text;
};

/** Sentences, in the order in which they are read. */
struct ho_points {
	struct ho_arena *arena;
	struct ho_point items[HO_POINTS_MAX];
	size_t n;
	bool failed; /**< out of memory */
};

/** Add a sentence of at most 900 bytes. */
void ho_points_add(struct ho_points *points, int weight, const char *format, ...) HO_PRINTF(3, 4);
/** Keep the `max` that matter most, in their order. */
void ho_points_keep(struct ho_points *points, size_t max);

/** "14 May" */
struct ho_shown ho_update__day(int64_t seconds);
/** "1 text", "3 texts" */
struct ho_shown ho_update__n(uint64_t n, const char *one, const char *many);
/** Somebody else's words as one clean line of at most so many characters; release `buf` afterwards. */
struct ho_slice ho_update__clean(struct ho_buf *buf, const char *words, size_t points);

/** What matters most about the promise: that it is broken, that answers are paused, that a model is new. */
void ho_update__standing(struct ho_points *out, const struct ho_update_figures *figures);
/** What the checks say of a promise that is not broken. */
void ho_update__measured(struct ho_points *out, const struct ho_update_figures *figures);
/** What happened: at most four points. */
void ho_update__happened(struct ho_points *out, const struct ho_update_figures *figures);
/** What follows: at most three points. */
void ho_update__next(struct ho_points *out, const struct ho_update_figures *figures);
/** "14 May 2026", "12 May to 14 May 2026". */
struct ho_shown ho_update__days(int32_t from, int32_t to);
/** "08:30 UTC on 14 May". */
struct ho_shown ho_update__when(int64_t ms);

#endif
