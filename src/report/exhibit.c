#include "report/exhibit.h"

#include <math.h>

#include "base/alloc.h"
#include "report/findings_private.h"
#include "report/show.h"

void ho_findings__free_exhibits(struct ho_finding *finding)
{
	for (size_t i = 0; i < finding->n_exhibits; i++) {
		struct ho_exhibit *e = &finding->exhibits[i];
		for (size_t s = 0; s < e->n_series; s++)
			ho_free(e->series[s].points);
		ho_free(e->series);
		ho_free(e->cells);
		ho_free(e->texts);
	}
	ho_free(finding->exhibits);
}

/* The exhibit being filled, if it is of this kind. */
static struct ho_exhibit *last(struct ho_findings *list, enum ho_exhibit_kind kind)
{
	struct ho_finding *f = list->status == HO_OK && list->n ? &list->items[list->n - 1] : NULL;
	struct ho_exhibit *e = f && f->n_exhibits ? &f->exhibits[f->n_exhibits - 1] : NULL;
	return e && e->kind == kind ? e : NULL;
}

/* Room for one more; the error is sticky. */
#define ROOM(list, items, cap, n)                                                                                      \
	(ho_grow(&(items), &(cap), (n) + 1, sizeof *(items)) ? ((list)->status = ho_fail_nomem(&(list)->error), false) \
	                                                     : true)

static struct ho_exhibit *start(struct ho_findings *list, enum ho_exhibit_kind kind, const char *caption, va_list args)
{
	const char *copy = ho_findings__copy(list, caption, args);
	if (!copy || !list->n)
		return NULL;
	struct ho_finding *f = &list->items[list->n - 1];
	if (!ROOM(list, f->exhibits, f->exhibits_cap, f->n_exhibits))
		return NULL;
	struct ho_exhibit *e = &f->exhibits[f->n_exhibits++];
	*e = (struct ho_exhibit){.kind = kind, .caption = copy};
	return e;
}

/* Somebody's text, cleaned and cut, in the list's arena. */
static const char *clean_copy(struct ho_findings *list, struct ho_slice text, size_t max_points)
{
	struct ho_buf clean;
	char *copy = NULL;
	if (list->status)
		return NULL;
	/* Four bytes a point and as much again for runs of blanks: what comes later cannot be shown. */
	if (text.len > max_points * 8)
		text.len = max_points * 8;
	ho_buf_init(&clean, max_points * 8 + 64);
	list->status = ho_show_clean(&clean, text, max_points, &list->error);
	if (list->status == HO_OK)
		copy = ho_arena_alloc(&list->arena, clean.len + 1, 1);
	if (copy) {
		memcpy(copy, clean.len ? clean.data : "", clean.len);
		copy[clean.len] = '\0';
	} else if (list->status == HO_OK) {
		list->status = ho_fail_nomem(&list->error);
	}
	ho_buf_release(&clean);
	return copy;
}

void ho_exhibit_table(struct ho_findings *list, const char *align, const char *caption, ...)
{
	va_list args;
	va_start(args, caption);
	struct ho_exhibit *e = start(list, HO_EXHIBIT_TABLE, caption, args);
	va_end(args);
	if (e)
		e->align = clean_copy(list, ho_slice_str(align), 15);
}

void ho_exhibit_cell(struct ho_findings *list, const char *format, ...)
{
	struct ho_exhibit *e = last(list, HO_EXHIBIT_TABLE);
	va_list args;
	va_start(args, format);
	const char *copy = ho_findings__copy(list, format, args);
	va_end(args);
	if (e && copy && ROOM(list, e->cells, e->cells_cap, e->n_cells))
		e->cells[e->n_cells++] = copy;
}

static void begin_series(struct ho_findings *list, struct ho_exhibit *e, const char *name)
{
	if (e && ROOM(list, e->series, e->series_cap, e->n_series))
		e->series[e->n_series++] = (struct ho_exhibit_series){.name = name};
}

static void add_point(struct ho_findings *list, struct ho_exhibit *e, struct ho_exhibit_point point)
{
	struct ho_exhibit_series *s = e && e->n_series ? &e->series[e->n_series - 1] : NULL;
	if (s && ROOM(list, s->points, s->cap, s->n))
		s->points[s->n++] = point;
}

void ho_exhibit_bars(struct ho_findings *list, const char *y_name, unsigned flags, const char *caption, ...)
{
	va_list args;
	va_start(args, caption);
	struct ho_exhibit *e = start(list, HO_EXHIBIT_BARS, caption, args);
	va_end(args);
	if (!e)
		return;
	e->y_name = y_name;
	e->flags = flags;
	begin_series(list, e, y_name);
}

void ho_exhibit_bar(struct ho_findings *list, struct ho_slice name, double y, double lo, double hi)
{
	const char *copy = clean_copy(list, name, 60);
	if (copy)
		add_point(list, last(list, HO_EXHIBIT_BARS),
		          (struct ho_exhibit_point){.name = copy, .y = y, .lo = lo, .hi = hi});
}

void ho_exhibit_lines(struct ho_findings *list, const char *x_name, const char *y_name, unsigned flags,
                      const char *caption, ...)
{
	va_list args;
	va_start(args, caption);
	struct ho_exhibit *e = start(list, HO_EXHIBIT_LINES, caption, args);
	va_end(args);
	if (!e)
		return;
	e->x_name = x_name;
	e->y_name = y_name;
	e->flags = flags;
}

void ho_exhibit_series(struct ho_findings *list, const char *name, ...)
{
	va_list args;
	va_start(args, name);
	const char *copy = ho_findings__copy(list, name, args);
	va_end(args);
	if (copy)
		begin_series(list, last(list, HO_EXHIBIT_LINES), copy);
}

void ho_exhibit_point(struct ho_findings *list, double x, double y, double lo, double hi)
{
	add_point(list, last(list, HO_EXHIBIT_LINES), (struct ho_exhibit_point){.x = x, .y = y, .lo = lo, .hi = hi});
}

void ho_exhibit_texts(struct ho_findings *list, const char *caption, ...)
{
	va_list args;
	va_start(args, caption);
	start(list, HO_EXHIBIT_TEXTS, caption, args);
	va_end(args);
}

void ho_exhibit_text(struct ho_findings *list, struct ho_slice id, struct ho_slice label, struct ho_slice text,
                     const char *note, ...)
{
	struct ho_exhibit *e = last(list, HO_EXHIBIT_TEXTS);
	const char *noted = NULL;
	if (note) {
		va_list args;
		va_start(args, note);
		noted = ho_findings__copy(list, note, args);
		va_end(args);
	}
	if (!e || !ROOM(list, e->texts, e->texts_cap, e->n_texts))
		return;
	e->texts[e->n_texts++] = (struct ho_exhibit_text){.id = clean_copy(list, id, 60),
	                                                  .label = label.len ? clean_copy(list, label, 60) : NULL,
	                                                  .note = noted,
	                                                  .text = clean_copy(list, text, HO_EXHIBIT_TEXT_MAX)};
}
