#include "base/progress.h"

#include <stdarg.h>
#include <stdio.h>

void ho_progress_note(const struct ho_progress *progress, const char *format, ...)
{
	if (!progress || !progress->note)
		return;
	char line[512];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(line, sizeof line, format, args);
	va_end(args);
	progress->note(progress->context, line);
}

enum ho_status ho_progress_check(const struct ho_progress *progress, struct ho_error *err)
{
	return ho_cancelled(progress) ? ho_fail(err, HO_ECANCELLED, "stopped on request; nothing was written") : HO_OK;
}

static void step_within(void *context, const char *stage, double fraction)
{
	const struct ho_progress_part *p = context;
	ho_progress_step(p->whole, stage, fraction < 0 ? fraction : p->begin + fraction * p->share);
}

static void note_within(void *context, const char *line)
{
	const struct ho_progress_part *p = context;
	if (p->whole && p->whole->note)
		p->whole->note(p->whole->context, line);
}

static bool stop_within(void *context)
{
	const struct ho_progress_part *p = context;
	return ho_cancelled(p->whole);
}

struct ho_progress ho_progress_within(struct ho_progress_part *part)
{
	return (struct ho_progress){.step = step_within,
	                            .note = note_within,
	                            .context = part,
	                            .cancel = part->whole ? part->whole->cancel : NULL,
	                            .wake = part->whole ? part->whole->wake : 0,
	                            .stop = stop_within};
}
