/* How long the texts are, and those that stand out. */
#include "explore/private.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"

enum { SHOWN = 3 };

static int upwards(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static int doubles_upwards(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void outlier_line(struct explore *e, size_t i, double median)
{
	const struct explore_text *s = &e->texts[i];
	char why[128];
	double times = s->points / median;
	if (s->words == 0)
		snprintf(why, sizeof why, "has no word at all");
	else if (s->longest > 100)
		snprintf(why, sizeof why, "%.1f times the median, with a run of %u characters without blanks", times,
		         s->longest);
	else if (times >= 1)
		snprintf(why, sizeof why, "%.1f times the median", times);
	else
		snprintf(why, sizeof why, "1/%.0f of the median", 1 / times);
	ho_findings_evidence(e->out, "row %u, %s (%s): \"%s\"", e->table->row[i],
	                     ho_show_counted(s->points, "character").text, why,
	                     ho_explore__snippet(e->table->text[i]).text);
}

/* The longest and the shortest of those beyond the limits, found without sorting rows: there are few to show. */
static void show_outliers(struct explore *e, double lo, double hi, double median, bool longest)
{
	size_t last = SIZE_MAX;
	for (int k = 0; k < SHOWN; k++) {
		size_t best = SIZE_MAX;
		for (size_t i = 0; i < e->table->n; i++) {
			uint32_t p = e->texts[i].points;
			if (longest ? !(p > hi) : !(p < lo))
				continue;
			if (last != SIZE_MAX) {
				uint32_t q = e->texts[last].points;
				if ((longest ? p > q : p < q) || (p == q && i <= last))
					continue;
			}
			if (best == SIZE_MAX || (longest ? p > e->texts[best].points : p < e->texts[best].points))
				best = i;
		}
		if (best == SIZE_MAX)
			return;
		outlier_line(e, best, median);
		last = best;
	}
}

/* Lengths are roughly log-normal; 3.5 robust deviations (Iglewicz & Hoaglin 1993) of the logarithm stand out. */
static void outliers(struct explore *e, const uint32_t *points, double *scratch)
{
	size_t n = e->table->n, out = 0;
	double median = points[n / 2] ? points[n / 2] : 1;
	for (size_t i = 0; i < n; i++)
		scratch[i] = fabs(log((points[i] + 1) / (median + 1)));
	qsort(scratch, n, sizeof *scratch, doubles_upwards);
	double spread = 3.5 * 1.4826 * (scratch[n / 2] > 0.1 ? scratch[n / 2] : 0.1);
	double lo = (median + 1) * exp(-spread) - 1, hi = (median + 1) * exp(spread) - 1;
	for (size_t i = 0; i < n; i++)
		out += points[i] < lo || points[i] > hi;
	if (!out)
		return;
	ho_findings_add(e->out, "length-outliers", HO_NOTICE,
	                "%s of unusual length (below %.0f or above %.0f characters)", ho_show_counted(out, "text").text,
	                lo > 0 ? ceil(lo) : 0, floor(hi));
	ho_findings_figure(e->out, (double)out);
	show_outliers(e, lo, hi, median, true);
	show_outliers(e, lo, hi, median, false);
	ho_findings_advice(e->out,
	                   "see whether they are texts at all: a long one may be several in one, a short one cut");
	ho_explore__tell(e, 42, "%s of unusual length, below %.0f or above %.0f characters.",
	                 ho_show_counted(out, "text").text, lo > 0 ? ceil(lo) : 0, floor(hi));
}

static void quantiles(struct explore *e, const char *what, const uint32_t *v, size_t n)
{
	ho_findings_evidence(e->out, "%s: shortest %s, 5%% %s, median %s, 95%% %s, longest %s", what,
	                     ho_show_count(v[0]).text, ho_show_count(v[n / 20]).text, ho_show_count(v[n / 2]).text,
	                     ho_show_count(v[n - 1 - n / 20]).text, ho_show_count(v[n - 1]).text);
}

enum ho_status ho_explore__lengths(struct explore *e, struct ho_error *err)
{
	size_t n = e->table->n;
	uint32_t *words = ho_alloc(n + 1, sizeof *words), *points = ho_alloc(n + 1, sizeof *points);
	double *scratch = ho_alloc(n + 1, sizeof *scratch);
	enum ho_status status = words && points && scratch ? HO_OK : ho_fail_nomem(err);
	if (status || !n)
		goto done;
	for (size_t i = 0; i < n; i++) {
		words[i] = e->texts[i].words;
		points[i] = e->texts[i].points;
	}
	qsort(words, n, sizeof *words, upwards);
	qsort(points, n, sizeof *points, upwards);
	ho_findings_add(e->out, "lengths", HO_INFO, "half of the texts have %s or fewer",
	                ho_show_counted(words[n / 2], "word").text);
	ho_findings_figure(e->out, (double)words[n / 2]); /* NOLINT(bugprone-integer-division): an index */
	quantiles(e, "words", words, n);
	quantiles(e, "characters", points, n);
	ho_explore__tell(e, 35, "A text has %s at the median, nine in ten have %s to %s.",
	                 ho_show_counted(words[n / 2], "word").text, ho_show_count(words[n / 20]).text,
	                 ho_show_count(words[n - 1 - n / 20]).text);
	outliers(e, points, scratch);
done:
	ho_free(words);
	ho_free(points);
	ho_free(scratch);
	return status;
}
