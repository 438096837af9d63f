/* Vocabulary: how it grows (Heaps), how unequal its words are (Zipf), and how many words of a new text will be unknown
 * (Good & Turing: the share of uses that are a word's only use). A word counts once a text here, so that uses are
 * (text, word) pairs. */
#include "explore/private.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"

enum { POINTS = 12, RANKS = 30, LEAST = 50 };

struct growth {
	double uses[POINTS], words[POINTS];
	size_t n;
};

/* Words after 1/2^11, ... 1/2, all of the uses. Words are numbered by their first use, so the highest so far tells. */
static void grow(const struct explore *e, struct growth *g)
{
	const struct explore_words *w = &e->words;
	uint32_t seen = 0;
	size_t next = 0;
	for (size_t i = 0; i < w->len; i++) {
		if (w->of[i] >= seen)
			seen = w->of[i] + 1;
		while (next < POINTS && i + 1 == w->len >> (POINTS - 1 - next)) {
			if (i + 1 >= LEAST) {
				g->uses[g->n] = (double)(i + 1);
				g->words[g->n++] = seen;
			}
			next++;
		}
	}
}

/* Slope of log y over log x by least squares. */
static double slope(const double *x, const double *y, size_t n)
{
	double sx = 0, sy = 0, sxx = 0, sxy = 0, m = (double)n;
	for (size_t i = 0; i < n; i++) {
		double a = log(x[i]), b = log(y[i]);
		sx += a;
		sy += b;
		sxx += a * a;
		sxy += a * b;
	}
	double d = m * sxx - sx * sx;
	return d > 0 ? (m * sxy - sx * sy) / d : NAN;
}

static int downwards(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x < y) - (x > y);
}

/* Frequencies at ranks 1, 2, 4, ...; returns Zipf's exponent. */
static double zipf(struct explore *e, const uint32_t *sorted, size_t n)
{
	double rank[RANKS], uses[RANKS];
	size_t k = 0;
	ho_exhibit_lines(e->out, "rank", "texts with the word", HO_CHART_LOG_X | HO_CHART_LOG_Y,
	                 "Words by how many texts have them");
	ho_exhibit_series(e->out, "words");
	for (size_t r = 1; r <= n && k < RANKS; r *= 2) {
		rank[k] = (double)r;
		uses[k++] = sorted[r - 1];
		ho_exhibit_point(e->out, (double)r, sorted[r - 1], NAN, NAN);
	}
	return -slope(rank, uses, k);
}

static void growth_chart(struct explore *e, const struct growth *g)
{
	ho_exhibit_lines(e->out, "uses of words", "different words", HO_CHART_LOG_X | HO_CHART_LOG_Y,
	                 "How the vocabulary grows");
	ho_exhibit_series(e->out, "different words");
	for (size_t i = 0; i < g->n; i++)
		ho_exhibit_point(e->out, g->uses[i], g->words[i], NAN, NAN);
}

static enum ho_status count(struct explore *e, uint32_t *uses, struct ho_error *err)
{
	const struct explore_words *w = &e->words;
	struct growth g = {.n = 0};
	size_t once = 0;
	(void)err;
	for (size_t i = 0; i < w->len; i++)
		uses[w->of[i]]++;
	for (uint32_t i = 0; i < w->map.n; i++)
		once += uses[i] == 1;
	double unknown = w->len ? (double)once / (double)w->len : 0;
	grow(e, &g);
	ho_findings_add(e->out, "vocabulary", HO_INFO,
	                "%s different words; of the words of a new text about %s will be unknown",
	                ho_show_count(w->map.n).text, ho_show_percent(unknown).text);
	ho_findings_figure(e->out, unknown);
	ho_findings_measure(e->out, "share of a new text's words that will be unknown", HO_UNIT_SHARE);
	ho_findings_evidence(e->out, "%s of the different words stand in one text only",
	                     ho_show_percent((double)once / (double)w->map.n).text);
	qsort(uses, w->map.n, sizeof *uses, downwards);
	double heaps = g.n >= 3 ? slope(g.uses + g.n / 2, g.words + g.n / 2, g.n - g.n / 2) : NAN;
	growth_chart(e, &g);
	double exponent = zipf(e, uses, w->map.n);
	if (isfinite(heaps) && isfinite(exponent)) {
		ho_findings_evidence(e->out, "twice as many texts would bring %s more words (Heaps' exponent %.2f)",
		                     ho_show_percent(pow(2, heaps) - 1).text, heaps);
		ho_findings_evidence(
		    e->out, "frequency falls with rank to the power of %.2f (Zipf; running text is near 1)", exponent);
	}
	ho_explore__tell(e, unknown > 0.1 ? 36 : 12,
	                 "The texts use %s different words; of a new text's words about %s will be unknown.",
	                 ho_show_count(w->map.n).text, ho_show_percent(unknown).text);
	return HO_OK;
}

enum ho_status ho_explore__vocabulary(struct explore *e, struct ho_error *err)
{
	if (!e->words.map.n)
		return HO_OK;
	uint32_t *uses = ho_calloc(e->words.map.n, sizeof *uses);
	if (!uses)
		return ho_fail_nomem(err);
	enum ho_status status = count(e, uses, err);
	ho_free(uses);
	return status;
}
