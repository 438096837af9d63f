#include "report/findings.h"

#include <math.h>
#include <stdarg.h>

#include "base/alloc.h"
#include "report/findings_private.h"

void ho_findings_init(struct ho_findings *list)
{
	*list = (struct ho_findings){.n = 0};
	ho_arena_init(&list->arena, HO_FINDINGS_MAX);
}

void ho_findings_release(struct ho_findings *list)
{
	for (size_t i = 0; i < list->n; i++) {
		ho_findings__free_exhibits(&list->items[i]);
		ho_free(list->items[i].evidence);
	}
	ho_free(list->items);
	ho_free(list->story);
	ho_free(list->about);
	ho_arena_release(&list->arena);
	*list = (struct ho_findings){.n = 0};
}

enum ho_status ho_findings_status(const struct ho_findings *list, struct ho_error *err)
{
	if (list->status && err)
		*err = list->error;
	return list->status;
}

const char *ho_findings__copy(struct ho_findings *list, const char *format, va_list args)
{
	va_list again;
	if (list->status)
		return NULL;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	char *copy = len < 0 ? NULL : ho_arena_alloc(&list->arena, (size_t)len + 1, 1);
	if (copy)
		vsnprintf(copy, (size_t)len + 1, format, again);
	else
		list->status = ho_fail_nomem(&list->error);
	va_end(again);
	return copy;
}

void ho_findings_add(struct ho_findings *list, const char *id, enum ho_severity severity, const char *title, ...)
{
	va_list args;
	va_start(args, title);
	const char *copy = ho_findings__copy(list, title, args);
	va_end(args);
	if (!copy)
		return;
	if (ho_grow(&list->items, &list->cap, list->n + 1, sizeof *list->items)) {
		list->status = ho_fail_nomem(&list->error);
		return;
	}
	list->items[list->n++] = (struct ho_finding){.id = id,
	                                             .severity = severity,
	                                             .title = copy,
	                                             .figure = NAN,
	                                             .lo = NAN,
	                                             .hi = NAN,
	                                             .section = list->section};
}

void ho_findings_section(struct ho_findings *list, const char *section)
{
	list->section = section;
}

void ho_findings_figure(struct ho_findings *list, double figure)
{
	if (list->status == HO_OK && list->n)
		list->items[list->n - 1].figure = figure;
}

void ho_findings_interval(struct ho_findings *list, double lo, double hi)
{
	if (list->status == HO_OK && list->n) {
		list->items[list->n - 1].lo = lo;
		list->items[list->n - 1].hi = hi;
	}
}

void ho_findings_measure(struct ho_findings *list, const char *measure, enum ho_unit unit)
{
	if (list->status == HO_OK && list->n) {
		list->items[list->n - 1].measure = measure;
		list->items[list->n - 1].unit = unit;
	}
}

void ho_findings_evidence(struct ho_findings *list, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const char *copy = ho_findings__copy(list, format, args);
	va_end(args);
	if (!copy || !list->n)
		return;
	struct ho_finding *last = &list->items[list->n - 1];
	if (ho_grow(&last->evidence, &last->cap, last->n_evidence + 1, sizeof *last->evidence))
		list->status = ho_fail_nomem(&list->error);
	else
		last->evidence[last->n_evidence++] = copy;
}

void ho_findings_advice(struct ho_findings *list, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const char *copy = ho_findings__copy(list, format, args);
	va_end(args);
	if (copy && list->n)
		list->items[list->n - 1].advice = copy;
}

static void tell(struct ho_findings *list, const char *id, const char *format, va_list args)
{
	const char *copy = ho_findings__copy(list, format, args);
	if (!copy)
		return;
	if (ho_grow(&list->story, &list->story_cap, list->n_story + 1, sizeof *list->story) ||
	    ho_grow(&list->about, &list->about_cap, list->n_story + 1, sizeof *list->about)) {
		list->status = ho_fail_nomem(&list->error);
		return;
	}
	list->about[list->n_story] = id;
	list->story[list->n_story++] = copy;
}

void ho_findings_tell(struct ho_findings *list, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	tell(list, NULL, format, args);
	va_end(args);
}

void ho_findings_tell_about(struct ho_findings *list, const char *id, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	tell(list, id, format, args);
	va_end(args);
}
