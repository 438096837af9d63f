/**
 * How long work tells its caller where it stands, and how the caller stops it. The library never prints;
 * src/cli turns these calls into a line on the terminal.
 */
#ifndef HO_BASE_PROGRESS_H
#define HO_BASE_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct ho_progress {
	/** Called from the thread that started the work. `fraction` 0..1 of this stage, or negative when unknown. May
	 * be NULL. */
	void (*step)(void *context, const char *stage, double fraction);
	/** A finished fact worth a line ("first score after 0.4 s: 0.81 ..."). May be NULL. */
	void (*note)(void *context, const char *line);
	void *context;
	const atomic_bool *cancel; /**< set by a signal handler or another thread; may be NULL */
	int wake; /**< descriptor that is readable once *cancel is set, for whoever waits in poll(); 0 none */
	/** Asked from any thread, often; true cancels. May be NULL. */
	bool (*stop)(void *context);
};

static inline void ho_progress_step(const struct ho_progress *progress, const char *stage, double fraction)
{
	if (progress && progress->step)
		progress->step(progress->context, stage, fraction);
}

/** Format and pass on one line of at most 511 bytes. */
void ho_progress_note(const struct ho_progress *progress, const char *format, ...) HO_PRINTF(2, 3);

static inline bool ho_cancelled(const struct ho_progress *progress)
{
	if (!progress)
		return false;
	return (progress->cancel && atomic_load_explicit(progress->cancel, memory_order_relaxed)) ||
	       (progress->stop && progress->stop(progress->context));
}

/** A part of some work: it runs from `begin` to `begin + share` of the whole. */
struct ho_progress_part {
	const struct ho_progress *whole; /**< may be NULL */
	double begin, share;
};

/** What the part is given: its steps are told as those of the whole. `part` must outlive it. */
struct ho_progress ho_progress_within(struct ho_progress_part *part);

/** HO_ECANCELLED if the caller wants to stop, else HO_OK. */
HO_MUST_CHECK enum ho_status ho_progress_check(const struct ho_progress *progress, struct ho_error *err);

#endif
