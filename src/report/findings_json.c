/* Findings for machines. jansson's json_pack() takes over what it is given, also when it fails. */
#include <math.h>

#include "report/exhibit.h"
#include "report/findings_private.h"
#include "report/show.h"

json_t *ho_json_text(struct ho_slice text)
{
	json_t *string = json_stringn(text.len ? text.ptr : "", text.len);
	if (string)
		return string;
	struct ho_buf clean;
	ho_buf_init(&clean, HO_PAGE_MAX);
	if (ho_show_clean(&clean, text, 0, NULL) == HO_OK)
		string = json_stringn(clean.len ? clean.data : "", clean.len);
	ho_buf_release(&clean);
	return string;
}

json_t *ho_json_number(double number)
{
	return isfinite(number) ? json_real(number) : json_null();
}

static json_t *text_or_null(const char *text)
{
	return text ? ho_json_text(ho_slice_str(text)) : json_null();
}

static json_t *interval_json(double lo, double hi)
{
	return isfinite(lo) && isfinite(hi) ? json_pack("[ff]", lo, hi) : json_null();
}

/* Append; the array is gone if that fails. */
static json_t *append(json_t *array, json_t *value)
{
	if (!array || !json_array_append_new(array, value))
		return array;
	json_decref(array);
	return NULL;
}

static json_t *lines_json(const char *const *lines, size_t n)
{
	json_t *array = json_array();
	for (size_t i = 0; array && i < n; i++)
		array = append(array, text_or_null(lines[i]));
	return array;
}

static json_t *table_json(const struct ho_exhibit *e)
{
	size_t columns = e->align ? strlen(e->align) : 0, named = e->n_cells < columns ? e->n_cells : columns;
	json_t *rows = json_array();
	for (size_t at = columns; columns && rows && at < e->n_cells; at += columns) {
		size_t left = e->n_cells - at;
		rows = append(rows, lines_json(e->cells + at, left < columns ? left : columns));
	}
	return json_pack("{ss so so so}", "kind", "table", "caption", text_or_null(e->caption), "columns",
	                 lines_json(e->cells, named), "rows", rows);
}

static json_t *bars_json(const struct ho_exhibit *e)
{
	json_t *bars = json_array();
	for (size_t i = 0; bars && e->n_series && i < e->series[0].n; i++) {
		const struct ho_exhibit_point *p = &e->series[0].points[i];
		bars = append(bars, json_pack("{so so so}", "name", text_or_null(p->name), "y", ho_json_number(p->y),
		                              "interval", interval_json(p->lo, p->hi)));
	}
	return json_pack("{ss so so ss so}", "kind", "bars", "caption", text_or_null(e->caption), "y_name",
	                 text_or_null(e->y_name), "y_unit", e->flags & HO_CHART_SHARE_Y ? "share" : "number", "bars",
	                 bars);
}

static json_t *series_json(const struct ho_exhibit_series *s)
{
	json_t *points = json_array();
	for (size_t i = 0; points && i < s->n; i++)
		points = append(points, json_pack("{so so so}", "x", ho_json_number(s->points[i].x), "y",
		                                  ho_json_number(s->points[i].y), "interval",
		                                  interval_json(s->points[i].lo, s->points[i].hi)));
	return json_pack("{so so}", "name", text_or_null(s->name), "points", points);
}

static json_t *chart_json(const struct ho_exhibit *e)
{
	json_t *series = json_array();
	for (size_t s = 0; series && s < e->n_series; s++)
		series = append(series, series_json(&e->series[s]));
	const char *x_unit = e->flags & HO_CHART_SHARE_X                      ? "share"
	                     : e->flags & (HO_CHART_MONTH_X | HO_CHART_DAY_X) ? "month"
	                                                                      : "number";
	return json_pack("{ss so so so ss ss sb sb so}", "kind", "lines", "caption", text_or_null(e->caption), "x_name",
	                 text_or_null(e->x_name), "y_name", text_or_null(e->y_name), "x_unit", x_unit, "y_unit",
	                 e->flags & HO_CHART_SHARE_Y ? "share" : "number", "x_log", !!(e->flags & HO_CHART_LOG_X),
	                 "y_log", !!(e->flags & HO_CHART_LOG_Y), "series", series);
}

static json_t *texts_json(const struct ho_exhibit *e)
{
	json_t *texts = json_array();
	for (size_t i = 0; texts && i < e->n_texts; i++) {
		const struct ho_exhibit_text *t = &e->texts[i];
		texts =
		    append(texts, json_pack("{so so so so}", "id", text_or_null(t->id), "label", text_or_null(t->label),
		                            "note", text_or_null(t->note), "text", text_or_null(t->text)));
	}
	return json_pack("{ss so so}", "kind", "texts", "caption", text_or_null(e->caption), "texts", texts);
}

static json_t *exhibits_json(const struct ho_finding *f)
{
	static json_t *(*const of[])(const struct ho_exhibit *) = {
	    [HO_EXHIBIT_TABLE] = table_json,
	    [HO_EXHIBIT_BARS] = bars_json,
	    [HO_EXHIBIT_LINES] = chart_json,
	    [HO_EXHIBIT_TEXTS] = texts_json,
	};
	json_t *array = json_array();
	for (size_t i = 0; array && i < f->n_exhibits; i++)
		array = append(array, of[f->exhibits[i].kind](&f->exhibits[i]));
	return array;
}

static json_t *finding_json(const struct ho_finding *f)
{
	static const char *const units[] = {"number", "share", "points", "seconds"};
	return json_pack("{ss ss so so so so so so so ss so}", "id", f->id, f->verdict ? "verdict" : "severity",
	                 ho_findings__word(f), "title", text_or_null(f->title), "figure", ho_json_number(f->figure),
	                 "interval", interval_json(f->lo, f->hi), "evidence",
	                 lines_json((const char *const *)f->evidence, f->n_evidence), "advice", text_or_null(f->advice),
	                 "section", text_or_null(f->section), "measure", text_or_null(f->measure), "unit",
	                 units[f->unit], "exhibits", exhibits_json(f));
}

json_t *ho_findings_json(const struct ho_findings *list)
{
	json_t *findings = json_array();
	for (size_t i = 0; findings && i < list->n; i++)
		findings = append(findings, finding_json(&list->items[i]));
	return json_pack("{so so so}", "story", lines_json(list->story, list->n_story), "story_about",
	                 lines_json(list->about, list->n_story), "findings", findings);
}
