/* Labels per month: which labels' shares change, tested for each label and corrected for having asked of all. */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "explore/columns.h"
#include "explore/dates.h"
#include "judge/binomial.h"

enum { PERIODS_MAX = 120, LEAST_ROWS = 40, LEAST_EXPECTED = 5, LINES = 6, CHART = 6, CHART_ROWS = 10, TABLE = 30 };

struct month_label {
	uint32_t label;
	double chi2, p; /* of the same share in all periods, all labels allowed for; p <= 1 */
	unsigned freedom;
};

struct months {
	const struct explore_column *c;
	int32_t first;   /* 12 * year + month - 1 of period 0 */
	unsigned step;   /* months in a period: 1, or 12 or more where there are very many */
	unsigned n;      /* periods */
	uint32_t *count; /* [n][labels] */
	uint32_t *rows;  /* [n] */
	double lo, hi;   /* days: dates outside lie far from the others */
	size_t dated, far;
};

static int32_t month_of(double days)
{
	char text[HO_DATE_ROOM];
	int year = 1970, month = 1;
	ho_explore__date_text(text, days);
	(void)sscanf(text, "%d-%d", &year, &month);
	return 12 * year + month - 1;
}

/* Has row i a date and a label? 2: and the date lies among the others. */
static int is_dated(const struct months *m, const struct explore *e, size_t i)
{
	double day = m->c->number[i];
	return isnan(day) || e->table->label[i] == HO_LABEL_NONE ? 0 : day < m->lo || day > m->hi ? 1 : 2;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* From half a percent to all but half a percent of the dates, and as far again on both sides. What lies beyond (31
 * December 9999, 1 January 1900) stands for "no date" and would make years of nothing. */
static enum ho_status find_range(struct months *m, const struct explore *e, struct ho_error *err)
{
	double *day = ho_alloc(m->c->n, sizeof *day);
	size_t n = 0;
	if (!day)
		return ho_fail_nomem(err);
	m->lo = -INFINITY;
	m->hi = INFINITY;
	for (size_t i = 0; i < m->c->n; i++)
		if (is_dated(m, e, i))
			day[n++] = m->c->number[i];
	if (n) {
		qsort(day, n, sizeof *day, ascending);
		double from = day[n / 200], to = day[n - 1 - n / 200], width = fmax(to - from, 31);
		m->lo = from - width;
		m->hi = to + width;
	}
	ho_free(day);
	return HO_OK;
}

/* Months, or years, or as many years as make few enough periods. */
static void choose_step(struct months *m, double lo, double hi)
{
	int32_t span = month_of(hi) - month_of(lo);
	m->first = month_of(lo);
	m->step = span < PERIODS_MAX ? 1 : 12 * (1 + (unsigned)span / (12 * PERIODS_MAX));
	m->first -= m->step > 1 ? m->first % 12 : 0;
	m->n = (unsigned)(month_of(hi) - m->first) / m->step + 1;
}

static enum ho_status count(struct months *m, const struct explore *e, struct ho_error *err)
{
	const struct explore_column *c = m->c;
	double lo = INFINITY, hi = -INFINITY;
	enum ho_status status = find_range(m, e, err);
	for (size_t i = 0; i < c->n && status == HO_OK; i++) {
		int dated = is_dated(m, e, i);
		m->far += dated == 1;
		m->dated += dated == 2;
		lo = dated == 2 ? fmin(lo, c->number[i]) : lo;
		hi = dated == 2 ? fmax(hi, c->number[i]) : hi;
	}
	if (status || m->dated < LEAST_ROWS)
		return status;
	choose_step(m, lo, hi);
	m->rows = ho_calloc(m->n, sizeof *m->rows);
	m->count = ho_calloc((size_t)m->n * e->table->label_count, sizeof *m->count);
	if (!m->rows || !m->count)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < c->n; i++)
		if (is_dated(m, e, i) == 2) {
			unsigned at = (unsigned)(month_of(c->number[i]) - m->first) / m->step;
			m->rows[at]++;
			m->count[(size_t)at * e->table->label_count + e->table->label[i]]++;
		}
	return HO_OK;
}

/* P(chi-square with `freedom` degrees > x), by Wilson and Hilferty (1931): within a few percent of the tail. */
static double chi2_tail(double x, unsigned freedom)
{
	double f = freedom, z = (cbrt(x / f) - (1 - 2 / (9 * f))) / sqrt(2 / (9 * f));
	return erfc(z / M_SQRT2) / 2;
}

/* Label against rest over the periods; neighbours are joined until both are expected five times. */
static struct month_label test(const struct months *m, const struct explore *e, uint32_t label)
{
	struct month_label out = {.label = label, .p = 1};
	uint32_t K = e->table->label_count;
	double of = 0, rows = 0, n = 0, all = (double)m->dated, seen = 0, left = all;
	for (unsigned t = 0; t < m->n; t++)
		of += m->count[(size_t)t * K + label];
	double share = of / all, least = fmin(share, 1 - share);
	unsigned cells = 0;
	for (unsigned t = 0; t < m->n && least > 0; t++) {
		rows += m->rows[t];
		n += m->count[(size_t)t * K + label];
		seen += m->rows[t];
		left = all - seen;
		/* The last ones go with those before them if they would be too few alone. */
		if (rows * least < LEAST_EXPECTED || (left > 0 && left * least < LEAST_EXPECTED))
			continue;
		out.chi2 += (n - rows * share) * (n - rows * share) / (rows * share * (1 - share));
		rows = n = 0;
		cells++;
	}
	if (cells < 2)
		return out;
	out.freedom = cells - 1;
	out.p = fmin(1, chi2_tail(out.chi2, out.freedom) * K);
	return out;
}

static int least_p_first(const void *a, const void *b)
{
	const struct month_label *x = a, *y = b;
	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	double p = x->freedom ? x->chi2 / x->freedom : 0, q = y->freedom ? y->chi2 / y->freedom : 0;
	if (p != q)
		return p > q ? -1 : 1;
	return (x->label > y->label) - (x->label < y->label);
}

static struct ho_shown period(const struct months *m, unsigned t)
{
	struct ho_shown out;
	int32_t at = m->first + (int32_t)(t * m->step);
	if (m->step > 1)
		(void)snprintf(out.text, sizeof out.text, "%d", at / 12);
	else
		(void)snprintf(out.text, sizeof out.text, "%d-%02d", at / 12, at % 12 + 1);
	return out;
}

static const char *unit_of(const struct months *m)
{
	return m->step == 1 ? "month" : m->step == 12 ? "year" : "period";
}

static void chart(struct explore *e, const struct months *m, const struct month_label *labels, size_t n)
{
	uint32_t K = e->table->label_count;
	ho_exhibit_lines(e->out, unit_of(m), "share of the rows", HO_CHART_SHARE_Y | HO_CHART_MONTH_X,
	                 "labels along '%s', those that change most first", ho_show_short(m->c->name).text);
	for (size_t l = 0; l < n && l < CHART; l++) {
		ho_exhibit_series(e->out, "%s", ho_explore__label(e, labels[l].label).text);
		for (unsigned t = 0; t < m->n; t++) {
			uint32_t k = m->count[(size_t)t * K + labels[l].label];
			struct ho_interval in = ho_binomial_interval(k, m->rows[t], 0.95);
			if (m->rows[t] >= CHART_ROWS) /* of fewer the interval is everything */
				ho_exhibit_point(e->out, m->first + (double)(t * m->step), (double)k / m->rows[t],
				                 in.lo, in.hi);
		}
	}
}

static void table(struct explore *e, const struct months *m, const struct month_label *labels)
{
	uint32_t K = e->table->label_count, shown = K < CHART ? K : CHART;
	char align[CHART + 3] = "lr";
	memset(align + 2, 'r', shown);
	align[2 + shown] = 0;
	ho_exhibit_table(e->out, align, "rows of each %s", unit_of(m));
	ho_exhibit_cell(e->out, "%s", unit_of(m));
	ho_exhibit_cell(e->out, "rows");
	for (uint32_t l = 0; l < shown; l++)
		ho_exhibit_cell(e->out, "%s", ho_explore__label(e, labels[l].label).text);
	for (unsigned t = m->n > TABLE ? m->n - TABLE : 0; t < m->n; t++) {
		ho_exhibit_cell(e->out, "%s", period(m, t).text);
		ho_exhibit_cell(e->out, "%s", ho_show_count(m->rows[t]).text);
		for (uint32_t l = 0; l < shown; l++)
			ho_exhibit_cell(e->out, "%s", ho_show_count(m->count[(size_t)t * K + labels[l].label]).text);
	}
}

static void tell(struct explore *e, const struct months *m, const struct month_label *labels)
{
	uint32_t K = e->table->label_count, changed = 0;
	const char *unit = unit_of(m);
	while (changed < K && labels[changed].p < 0.05)
		changed++;
	if (changed)
		ho_findings_add(e->out, "labels-per-month", HO_INFO,
		                "the share of %u of %u labels changes from %s to %s", changed, K, unit, unit);
	else
		ho_findings_add(e->out, "labels-per-month", HO_INFO,
		                "no label's share changes from %s to %s beyond chance", unit, unit);
	ho_findings_figure(e->out, changed);
	ho_findings_measure(e->out, "labels whose share changes", HO_UNIT_NUMBER);
	/* Of two labels the one moves as the other does. */
	for (uint32_t l = 0; l < changed && l < (K > 2 ? LINES : 1); l++)
		ho_findings_evidence(
		    e->out, "%s: chi-square %.0f with %u degrees of freedom, p %s after correction for all labels",
		    ho_explore__label(e, labels[l].label).text, labels[l].chi2, labels[l].freedom,
		    labels[l].p < 1e-6    ? "below 0.000001"
		    : labels[l].p < 0.001 ? "below 0.001"
		                          : "below 0.05");
	ho_findings_evidence(e->out, "by '%s', from %s to %s, %s rows with a date", ho_show_short(m->c->name).text,
	                     period(m, 0).text, period(m, m->n - 1).text, ho_show_count(m->dated).text);
	if (m->far)
		ho_findings_evidence(e->out,
		                     "%s far from these, as those that stand for \"unknown\" do; not counted here",
		                     ho_explore__count(m->far, m->far + m->dated, "date", "are").text);
	if (changed)
		ho_findings_advice(
		    e->out, "find out what happened then; judge a model on the latest rows: `handoff split --time %s`",
		    ho_show_argument(m->c->name, "COLUMN").text);
	chart(e, m, labels, K);
	table(e, m, labels);
}

static enum ho_status look(struct explore *e, const struct explore_column *c, struct ho_error *err)
{
	struct months m = {.c = c};
	uint32_t K = e->table->label_count;
	struct month_label *labels = ho_calloc(K, sizeof *labels);
	enum ho_status status = labels ? count(&m, e, err) : ho_fail_nomem(err);
	if (status == HO_OK && m.n >= 2) {
		for (uint32_t l = 0; l < K; l++)
			labels[l] = test(&m, e, e->by_size[l]);
		qsort(labels, K, sizeof *labels, least_p_first);
		tell(e, &m, labels);
	}
	ho_free(labels);
	ho_free(m.count);
	ho_free(m.rows);
	return status;
}

/* The column of times that was named, or else the first that holds dates. */
enum ho_status ho_explore__months(struct explore *e, struct ho_error *err)
{
	size_t columns = ho_explore__column_count(e->table);
	bool named = e->table->time != NULL, done = false;
	enum ho_status status = HO_OK;
	if (!e->table->label || e->table->label_count < 2)
		return HO_OK;
	for (size_t k = 0; k < columns && !done && status == HO_OK; k++) {
		struct explore_column column;
		status = ho_explore__column_open(&column, e->table, k, err);
		if (status)
			break;
		bool fits =
		    named ? column.role == HO_ROLE_TIME : column.role == HO_ROLE_OTHER && column.kind == HO_KIND_DATE;
		if (fits && column.number && column.dates) {
			done = true;
			status = look(e, &column, err);
		}
		ho_explore__column_close(&column);
	}
	return status;
}
