/* Exhibits on a terminal: the beginning of a table, bars of blocks, a few texts; a chart only where it is a small
 * table. */
#include <math.h>

#include "report/chart_scale.h"
#include "report/exhibit.h"
#include "report/findings_private.h"

enum { INDENT = 9, TEXT_POINTS = 160, BAR_WIDTH = 20, SMALL_CHART = 8 };

static bool is_small_chart(const struct ho_exhibit *e)
{
	size_t n = 0;
	for (size_t s = 0; s < e->n_series; s++)
		n += e->series[s].n;
	return n > 0 && n <= SMALL_CHART;
}

bool ho_findings__is_printable(const struct ho_exhibit *e)
{
	switch (e->kind) {
	case HO_EXHIBIT_TABLE:
		return e->align && e->n_cells > strlen(e->align);
	case HO_EXHIBIT_BARS:
		return e->n_series && e->series[0].n > 0;
	case HO_EXHIBIT_LINES:
		return is_small_chart(e);
	case HO_EXHIBIT_TEXTS:
		return e->n_texts > 0;
	}
	return false;
}

static void say_more(struct ho_page *page, size_t all, size_t shown)
{
	if (all > shown)
		ho_page_text(page, INDENT + 2, INDENT + 2, "... and %s more", ho_show_count(all - shown).text);
}

static void print_table(struct ho_page *page, const struct ho_exhibit *e, size_t rows_max)
{
	struct ho_grid grid;
	size_t columns = strlen(e->align), rows = (e->n_cells - 1) / columns, shown = rows < rows_max ? rows : rows_max;
	ho_grid_init(&grid, e->align);
	for (size_t i = 0; i < (shown + 1) * columns; i++)
		ho_grid_cell(&grid, "%s", i < e->n_cells ? ho_show_short(ho_slice_str(e->cells[i])).text : "");
	ho_page_grid(page, INDENT + 2, &grid, true);
	say_more(page, rows, shown);
}

static enum ho_scale_kind y_kind(const struct ho_exhibit *e)
{
	return e->flags & HO_CHART_SHARE_Y ? HO_SCALE_SHARE : HO_SCALE_NUMBER;
}

static void interval_cell(struct ho_grid *grid, const struct ho_exhibit_point *p, enum ho_scale_kind kind)
{
	if (isnan(p->lo) || isnan(p->hi))
		ho_grid_cell(grid, "%s", "");
	else
		ho_grid_cell(grid, "[%s, %s]", ho_scale__bound(kind, p->lo).text, ho_scale__bound(kind, p->hi).text);
}

static void print_bars(struct ho_page *page, const struct ho_exhibit *e, size_t rows_max)
{
	const struct ho_exhibit_series *s = &e->series[0];
	struct ho_grid grid;
	size_t shown = s->n < rows_max ? s->n : rows_max;
	double longest = 0;
	for (size_t i = 0; i < s->n; i++)
		if (ho_scale__shows(s->points[i].y, false))
			longest = fmax(longest, fabs(s->points[i].y));
	ho_grid_init(&grid, "lrll");
	for (size_t i = 0; i < shown; i++) {
		const struct ho_exhibit_point *p = &s->points[i];
		bool drawn = longest > 0 && ho_scale__shows(p->y, false);
		ho_grid_cell(&grid, "%s", ho_show_short(ho_slice_str(p->name)).text);
		ho_grid_cell(&grid, "%s", ho_scale__value(y_kind(e), p->y).text);
		interval_cell(&grid, p, y_kind(e));
		ho_grid_cell(&grid, "%s", drawn ? ho_show_bar(fabs(p->y) / longest, BAR_WIDTH).text : "");
	}
	ho_page_grid(page, INDENT + 2, &grid, false);
	say_more(page, s->n, shown);
}

static void print_points(struct ho_page *page, const struct ho_exhibit *e)
{
	enum ho_scale_kind x_kind = e->flags & HO_CHART_SHARE_X   ? HO_SCALE_SHARE
	                            : e->flags & HO_CHART_MONTH_X ? HO_SCALE_MONTH
	                            : e->flags & HO_CHART_DAY_X   ? HO_SCALE_DAY
	                                                          : HO_SCALE_NUMBER;
	struct ho_grid grid;
	ho_grid_init(&grid, "lrrl");
	ho_grid_cell(&grid, "%s", "");
	ho_grid_cell(&grid, "%s", e->x_name);
	ho_grid_cell(&grid, "%s", e->y_name);
	ho_grid_cell(&grid, "%s", "");
	for (size_t s = 0; s < e->n_series; s++)
		for (size_t i = 0; i < e->series[s].n; i++) {
			const struct ho_exhibit_point *p = &e->series[s].points[i];
			ho_grid_cell(&grid, "%s", i ? "" : ho_show_short(ho_slice_str(e->series[s].name)).text);
			ho_grid_cell(&grid, "%s", ho_scale__value(x_kind, p->x).text);
			ho_grid_cell(&grid, "%s", ho_scale__value(y_kind(e), p->y).text);
			interval_cell(&grid, p, y_kind(e));
		}
	ho_page_grid(page, INDENT + 2, &grid, true);
}

static void print_texts(struct ho_page *page, const struct ho_exhibit *e, size_t texts_max)
{
	size_t shown = e->n_texts < texts_max ? e->n_texts : texts_max;
	for (size_t i = 0; i < shown; i++) {
		const struct ho_exhibit_text *t = &e->texts[i];
		struct ho_buf cut;
		ho_buf_init(&cut, HO_PAGE_MAX);
		if (page->status == HO_OK)
			page->status = ho_show_clean(&cut, ho_slice_str(t->text), TEXT_POINTS, &page->error);
		ho_page_text(page, INDENT + 2, INDENT + 4, "row %s%s%s: \"%s\"%s%s%s", t->id, t->label ? ", " : "",
		             t->label ? t->label : "", cut.len ? cut.data : "", t->note ? " (" : "",
		             t->note ? t->note : "", t->note ? ")" : "");
		ho_buf_release(&cut);
	}
	say_more(page, e->n_texts, shown);
}

void ho_findings__print_exhibit(struct ho_page *page, const struct ho_exhibit *e, size_t rows_max)
{
	ho_page_text(page, INDENT, INDENT, "%s:", e->caption);
	switch (e->kind) {
	case HO_EXHIBIT_TABLE:
		print_table(page, e, rows_max);
		break;
	case HO_EXHIBIT_BARS:
		print_bars(page, e, rows_max);
		break;
	case HO_EXHIBIT_LINES:
		print_points(page, e);
		break;
	case HO_EXHIBIT_TEXTS:
		print_texts(page, e, rows_max < 3 ? rows_max : 3);
		break;
	}
}
