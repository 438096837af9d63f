/* Labels along time: does their mix change, and is there a label that stands in one period only? */
#include "explore/columns.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "explore/dates.h"
#include "judge/binomial.h"

enum { BINS = 20, LEAST = 10, SHOWN = 6 };
static const double changes = 0.1, gives_away = 0.8, period = 0.5;

/* A label and the part of the rows, in order of time, that holds 95% of its rows. */
struct window {
	uint32_t label;
	double share; /* of all rows with a time */
	double from, to;
};

struct timeline {
	const struct explore_column *c;
	uint32_t *bin;       /* [n] */
	double middle[BINS]; /* median day of each bin */
	uint32_t bins;
	uint32_t *order; /* [dated] rows by time */
	size_t dated;
	struct window windows[SHOWN];
	size_t n_windows;
};

static int by_time(const void *a, const void *b, void *context)
{
	const double *number = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	if (number[x] != number[y])
		return number[x] < number[y] ? -1 : 1;
	return (x > y) - (x < y);
}

static void sort(struct timeline *t)
{
	for (size_t i = 0; i < t->c->n; i++)
		if (!isnan(t->c->number[i]))
			t->order[t->dated++] = (uint32_t)i;
	qsort_r(t->order, t->dated, sizeof *t->order, by_time, t->c->number);
}

/* Rows are in order of time, so a bin's rows stand together. */
static void find_middles(struct timeline *t)
{
	for (size_t r = 0, end; r < t->dated; r = end) {
		uint32_t b = t->bin[t->order[r]];
		for (end = r; end < t->dated && t->bin[t->order[end]] == b;)
			end++;
		t->middle[b] = t->c->number[t->order[r + (end - r) / 2]];
	}
}

/* The shortest run of rows, in order of time, that holds 95% of the label's: could chance put them so close? By the
 * binomial tail, for as many windows as there are rows and all labels. */
static void look_for_window(const struct explore *e, struct timeline *t, uint32_t label, size_t *at)
{
	size_t n = 0, best = SIZE_MAX, best_from = 0;
	for (size_t r = 0; r < t->dated; r++)
		if (e->table->label[t->order[r]] == label)
			at[n++] = r;
	if (n < LEAST || n == t->dated)
		return;
	size_t inside = (n * 19 + 19) / 20;
	for (size_t i = 0; i + inside <= n; i++)
		if (at[i + inside - 1] - at[i] + 1 < best) {
			best = at[i + inside - 1] - at[i] + 1;
			best_from = at[i];
		}
	double share = (double)best / (double)t->dated;
	double log_p = ho_binomial_log_sf(inside - 1, n, share) + log((double)t->dated) + log(e->table->label_count);
	if (share > period || log_p > log(1e-4) || t->n_windows == SHOWN)
		return;
	t->windows[t->n_windows++] = (struct window){label, share, t->c->number[t->order[best_from]],
	                                             t->c->number[t->order[best_from + best - 1]]};
}

static void chart(struct explore *e, const struct timeline *t)
{
	const struct ho_table *table = e->table;
	ho_exhibit_lines(e->out, "date", "share of the rows", HO_CHART_SHARE_Y | HO_CHART_DAY_X,
	                 "Labels along time ('%s'), each period at its middle row", ho_show_short(t->c->name).text);
	for (uint32_t k = 0; k < table->label_count && k < 5; k++) {
		ho_exhibit_series(e->out, "%s", ho_explore__label(e, e->by_size[k]).text);
		for (uint32_t b = 0; b < t->bins; b++) {
			size_t n = 0, of = 0;
			for (size_t i = 0; i < table->n; i++)
				if (t->bin[i] == b) {
					of++;
					n += table->label[i] == e->by_size[k];
				}
			struct ho_interval in = ho_binomial_interval(n, of, 0.95);
			if (of)
				ho_exhibit_point(e->out, ho_explore__month_of(t->middle[b]), (double)n / (double)of,
				                 in.lo, in.hi);
		}
	}
}

static void windows(struct explore *e, const struct timeline *t)
{
	const struct window *w = &t->windows[0];
	char from[HO_DATE_ROOM], to[HO_DATE_ROOM];
	ho_explore__date_text(from, w->from);
	ho_explore__date_text(to, w->to);
	ho_findings_add(e->out, "label-in-one-period", HO_WARNING,
	                "label '%s' stands in one period only: 95%% of its rows between %s and %s",
	                ho_explore__label(e, w->label).text, from, to);
	ho_findings_figure(e->out, w->share);
	ho_findings_measure(e->out, "share of all rows that are from that period", HO_UNIT_SHARE);
	for (size_t i = 0; i < t->n_windows; i++) {
		ho_explore__date_text(from, t->windows[i].from);
		ho_explore__date_text(to, t->windows[i].to);
		ho_findings_evidence(e->out, "'%s': %s to %s, in which %s of all rows lie",
		                     ho_explore__label(e, t->windows[i].label).text, from, to,
		                     ho_show_percent(t->windows[i].share).text);
	}
	chart(e, t);
	ho_findings_advice(
	    e->out,
	    "a model may learn the period in place of the label: see whether the label began, ended or was "
	    "collected apart, and judge by time: `handoff split --time %s`",
	    ho_show_argument(t->c->name, "COLUMN").text);
	ho_explore__tell(e, 86, "Label '%s' stands in one period only: 95%% of its rows lie between %s and %s.",
	                 ho_explore__label(e, w->label).text, from, to);
}

static void drift(struct explore *e, const struct timeline *t, const struct explore_association *a)
{
	bool away = a->lift_lower >= gives_away;
	ho_findings_add(e->out, "label-by-time", away ? HO_WARNING : HO_NOTICE,
	                away ? "the time ('%s') gives the label away" : "the mix of labels changes with time ('%s')",
	                ho_show_short(t->c->name).text);
	ho_findings_figure(e->out, away ? a->lift : a->v);
	ho_findings_measure(e->out,
	                    away ? "lift over always the most frequent label" : "Cram\xc3\xa9r's V of label and period",
	                    away ? HO_UNIT_SHARE : HO_UNIT_NUMBER);
	ho_findings_evidence(
	    e->out,
	    "in %u periods of equally many rows; by the period alone %s would be right, by the most frequent "
	    "label %s",
	    t->bins, ho_show_percent((double)a->right / (double)a->n).text,
	    ho_show_percent((double)a->base / (double)a->n).text);
	chart(e, t);
	ho_findings_advice(e->out, "test on the latest rows, as life will: `handoff split --time %s`",
	                   ho_show_argument(t->c->name, "COLUMN").text);
	ho_explore__tell(e, away ? 87 : 53,
	                 away ? "The time ('%s') gives the label away." : "The mix of labels changes with time ('%s').",
	                 ho_show_short(t->c->name).text);
}

static enum ho_status look(struct explore *e, struct timeline *t, struct ho_error *err)
{
	struct explore_association a;
	size_t *at = ho_alloc(t->c->n + 1, sizeof *at);
	if (!at)
		return ho_fail_nomem(err);
	sort(t);
	t->bins = ho_explore__bins(t->bin, NULL, t->c->number, t->c->n, BINS);
	find_middles(t);
	enum ho_status status = ho_explore__associate(&a, t->bin, e->table->label, e->half, t->c->n, 0.01, err);
	for (uint32_t l = 0; l < e->table->label_count && status == HO_OK; l++)
		look_for_window(e, t, l, at);
	ho_free(at);
	if (status)
		return status;
	e->time_tells = t->bins > 1 && a.z > 5 && a.v >= changes;
	if (t->n_windows)
		windows(e, t);
	if (e->time_tells)
		drift(e, t, &a);
	return HO_OK;
}

enum ho_status ho_explore__timeline(struct explore *e, const struct explore_column *column, struct ho_error *err)
{
	struct timeline t = {.c = column};
	if (!e->table->label || e->table->label_count < 2)
		return HO_OK;
	t.bin = ho_alloc(column->n + 1, sizeof *t.bin);
	t.order = ho_alloc(column->n + 1, sizeof *t.order);
	enum ho_status status = t.bin && t.order ? look(e, &t, err) : ho_fail_nomem(err);
	ho_free(t.bin);
	ho_free(t.order);
	return status;
}
