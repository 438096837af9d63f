#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {"ok",       "invalid", "out of memory", "i/o",         "format",    "not found",
                                    "conflict", "busy",    "limit",         "unavailable", "cancelled", "bug"};

const char *ho_status_name(enum ho_status status)
{
	size_t i = (size_t)(-(int)status);
	return i < sizeof names / sizeof *names ? names[i] : "unknown";
}

const char *ho_version(void)
{
	return HO_VERSION;
}

enum ho_status ho_fail(struct ho_error *err, enum ho_status code, const char *format, ...)
{
	if (err) {
		va_list args;
		va_start(args, format);
		err->code = code;
		err->place[0] = '\0';
		(void)vsnprintf(err->message, sizeof err->message, format, args);
		va_end(args);
	}
	return code;
}

enum ho_status ho_fail_errno(struct ho_error *err, enum ho_status code, const char *format, ...)
{
	int saved = errno;
	if (err) {
		va_list args;
		va_start(args, format);
		err->code = code;
		err->place[0] = '\0';
		int n = vsnprintf(err->message, sizeof err->message, format, args);
		va_end(args);
		if (n >= 0 && (size_t)n < sizeof err->message)
			(void)snprintf(err->message + n, sizeof err->message - (size_t)n, ": %s", strerror(saved));
	}
	return code;
}

enum ho_status ho_error_at(struct ho_error *err, const char *format, ...)
{
	if (!err)
		return HO_EBUG;
	va_list args;
	va_start(args, format);
	(void)vsnprintf(err->place, sizeof err->place, format, args);
	va_end(args);
	return err->code;
}

enum ho_status ho_fail_nomem(struct ho_error *err)
{
	return ho_fail(err, HO_ENOMEM, "out of memory; give the program more, or fewer rows");
}
