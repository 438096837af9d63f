/* How long the texts are, and those that stand out. */
#include "explore/lengths.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"

enum { LABELS_SHOWN = 20, BINS = 24 };

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

static void quantiles(struct explore *e, const char *what, const uint32_t *v, size_t n)
{
	ho_findings_evidence(e->out, "%s: shortest %s, 5%% %s, median %s, 95%% %s, longest %s", what,
	                     ho_show_count(v[0]).text, ho_show_count(v[n / 20]).text, ho_show_count(v[n / 2]).text,
	                     ho_show_count(v[n - 1 - n / 20]).text, ho_show_count(v[n - 1]).text);
}

/* Bins that double: lengths are roughly log-normal. */
static void histogram(struct explore *e, const char *what, const uint32_t *sorted, size_t n)
{
	size_t at = 0;
	ho_exhibit_bars(e->out, "texts", 0, "How long the texts are, in %s", what);
	for (unsigned b = 0; b < BINS && at < n; b++) {
		uint32_t end = b == 0 ? 1 : UINT32_C(1) << b, begin = end / 2;
		size_t from = at;
		char name[64];
		while (at < n && sorted[at] < end)
			at++;
		if (from == at && from == 0)
			continue;
		(void)snprintf(name, sizeof name, begin + 1 >= end ? "%.20s" : "%.20s to %.20s",
		               ho_show_count(begin).text, ho_show_count(end - 1).text);
		ho_exhibit_bar(e->out, ho_slice_str(name), (double)(at - from), NAN, NAN);
	}
}

/* Median words of each label: a label may be told by its length. */
static void by_label(struct explore *e, uint32_t *room)
{
	const struct ho_table *t = e->table;
	if (!t->label || t->label_count < 2)
		return;
	ho_exhibit_table(e->out, "lrrr", "Words of the texts of each label");
	ho_exhibit_cell(e->out, "label");
	ho_exhibit_cell(e->out, "5%%");
	ho_exhibit_cell(e->out, "median");
	ho_exhibit_cell(e->out, "95%%");
	for (uint32_t k = 0; k < t->label_count && k < LABELS_SHOWN; k++) {
		size_t n = 0;
		for (size_t i = 0; i < t->n; i++)
			if (t->label[i] == e->by_size[k])
				room[n++] = e->texts[i].words;
		if (!n)
			continue;
		qsort(room, n, sizeof *room, upwards);
		ho_exhibit_cell(e->out, "%s", ho_explore__label(e, e->by_size[k]).text);
		ho_exhibit_cell(e->out, "%s", ho_show_count(room[n / 20]).text);
		ho_exhibit_cell(e->out, "%s", ho_show_count(room[n / 2]).text);
		ho_exhibit_cell(e->out, "%s", ho_show_count(room[n - 1 - n / 20]).text);
	}
}

/* 3.5 robust deviations (Iglewicz & Hoaglin 1993) of the logarithm stand out. */
static void limits(struct explore_limits *out, const uint32_t *points, double *scratch, size_t n)
{
	double median = points[n / 2] ? points[n / 2] : 1;
	for (size_t i = 0; i < n; i++)
		scratch[i] = fabs(log((points[i] + 1) / (median + 1)));
	qsort(scratch, n, sizeof *scratch, doubles_upwards);
	double spread = 3.5 * 1.4826 * (scratch[n / 2] > 0.1 ? scratch[n / 2] : 0.1);
	*out = (struct explore_limits){
	    .lo = (median + 1) * exp(-spread) - 1, .hi = (median + 1) * exp(spread) - 1, .median = median};
}

static void tell(struct explore *e, const uint32_t *words, const uint32_t *points, size_t n)
{
	ho_findings_add(e->out, "lengths", HO_INFO, "half of the texts have %s or fewer",
	                ho_show_counted(words[n / 2], "word").text);
	ho_findings_figure(e->out, (double)words[n / 2]); /* NOLINT(bugprone-integer-division): an index */
	quantiles(e, "words", words, n);
	quantiles(e, "characters", points, n);
	histogram(e, "words", words, n);
	histogram(e, "characters", points, n);
	uint32_t lo = words[n / 20], hi = words[n - 1 - n / 20];
	if (n == 1)
		return; /* nothing to compare it with */
	if (lo == hi)
		ho_explore__tell(e, 35, "At least nine in ten texts have exactly %s.",
		                 ho_show_counted(lo, "word").text);
	else
		ho_explore__tell(e, 35, "A text has %s at the median, nine in ten have %s to %s.",
		                 ho_show_counted(words[n / 2], "word").text, ho_show_count(lo).text,
		                 ho_show_count(hi).text);
}

enum ho_status ho_explore__lengths(struct explore *e, struct ho_error *err)
{
	size_t n = e->table->n;
	struct explore_limits limit;
	uint32_t *words = ho_alloc(n + 1, sizeof *words), *points = ho_alloc(n + 1, sizeof *points);
	double *scratch = ho_alloc(n + 1, sizeof *scratch);
	enum ho_status status = HO_OK;
	if (!words || !points || !scratch) {
		status = ho_fail_nomem(err);
		goto done;
	}
	if (!n)
		goto done;
	for (size_t i = 0; i < n; i++) {
		words[i] = e->texts[i].words;
		points[i] = e->texts[i].points;
	}
	qsort(words, n, sizeof *words, upwards);
	qsort(points, n, sizeof *points, upwards);
	tell(e, words, points, n);
	by_label(e, words);
	limits(&limit, points, scratch, n);
	ho_explore__outliers(e, &limit);
	status = ho_explore__truncated(e, err);
done:
	ho_free(words);
	ho_free(points);
	ho_free(scratch);
	return status;
}
