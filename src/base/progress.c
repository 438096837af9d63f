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
