/* Texts that read like no language: their pairs of letters are rare ones. A model of letter pairs is made from the
 * texts themselves (a sample of them); a text is gibberish if its surprise, in bits a character, is far above what the
 * others have, it is in no language that is known, and long enough to tell. */
#include "explore/private.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "base/utf8.h"

enum { SYMBOLS = 64, SAMPLE = 4000, READ = 1000, SHORTEST = 24, SHOWN = 8, CHUNK = 512 };
static const double far = 6; /* robust deviations */

struct model {
	struct explore *e;
	float bits[SYMBOLS][SYMBOLS]; /* surprise of the second after the first */
	float *surprise;              /* [n] bits a character; NaN: too short */
};

/* a-z, blank, digit, mark, and the letters beyond ASCII in few bins. */
static unsigned symbol(uint32_t p)
{
	if ((p | 32) >= 'a' && (p | 32) <= 'z')
		return (p | 32) - 'a';
	if (p == ' ' || p == '\n' || p == '\t' || p == '\r')
		return 26;
	if (p >= '0' && p <= '9')
		return 27;
	if (p < 0x80)
		return 28;
	return 29 + p % (SYMBOLS - 29);
}

static void learn(struct model *m)
{
	static const double prior = 0.2;
	const struct ho_table *t = m->e->table;
	double(*counts)[SYMBOLS] = (double(*)[SYMBOLS])ho_calloc((size_t)SYMBOLS * SYMBOLS, sizeof(double));
	size_t step = t->n / SAMPLE + 1, len;
	if (!counts)
		return;
	for (size_t i = 0; i < t->n; i += step) {
		unsigned last = 26;
		size_t end = t->text[i].len < READ ? t->text[i].len : READ;
		for (size_t at = 0; at < end; at += len) {
			uint32_t p;
			len = ho_utf8_decode(&p, t->text[i].ptr + at, t->text[i].len - at);
			unsigned s = symbol(p);
			counts[last][s]++;
			last = s;
		}
	}
	for (unsigned a = 0; a < SYMBOLS; a++) {
		double sum = prior * SYMBOLS;
		for (unsigned b = 0; b < SYMBOLS; b++)
			sum += counts[a][b];
		for (unsigned b = 0; b < SYMBOLS; b++)
			m->bits[a][b] = (float)-log2((counts[a][b] + prior) / sum);
	}
	ho_free(counts);
}

static float surprise(const struct model *m, struct ho_slice text)
{
	double sum = 0;
	size_t n = 0, len;
	unsigned last = 26;
	if (text.len > READ)
		text.len = READ;
	for (size_t at = 0; at < text.len; at += len) {
		uint32_t p;
		len = ho_utf8_decode(&p, text.ptr + at, text.len - at);
		unsigned s = symbol(p);
		/* Digits, marks and runs of blanks are no letters that could be odd. */
		if (s != 27 && s != 28 && !(s == 26 && last == 26)) {
			sum += m->bits[last][s];
			n++;
		}
		last = s;
	}
	return n >= SHORTEST ? (float)(sum / (double)n) : NAN;
}

static enum ho_status chunk(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct model *m = context;
	size_t n = m->e->table->n, end = (task + 1) * CHUNK < n ? (task + 1) * CHUNK : n;
	(void)worker;
	for (size_t i = task * CHUNK; i < end; i++)
		m->surprise[i] = surprise(m, m->e->table->text[i]);
	return ho_progress_check(m->e->progress, err);
}

static int upwards(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

static bool is_gibberish(const struct model *m, size_t i, double limit)
{
	const struct explore_text *t = &m->e->texts[i];
	return m->surprise[i] > limit && t->language == HO_LANGUAGE_UNKNOWN && t->script == HO_SCRIPT_LATIN;
}

/* Six robust deviations above the median, and a bit at least. */
static double limit_of(const struct model *m, float *room, size_t *known)
{
	size_t n = 0;
	for (size_t i = 0; i < m->e->table->n; i++)
		if (!isnan(m->surprise[i]))
			room[n++] = m->surprise[i];
	*known = n;
	if (n < 20)
		return INFINITY;
	qsort(room, n, sizeof *room, upwards);
	float median = room[n / 2];
	for (size_t i = 0; i < n; i++)
		room[i] = fabsf(room[i] - median);
	qsort(room, n, sizeof *room, upwards);
	return median + fmax(far * 1.4826 * room[n / 2], 1);
}

static void report(struct explore *e, const struct model *m, double limit)
{
	size_t n = 0, shown = 0;
	for (size_t i = 0; i < e->table->n; i++)
		n += is_gibberish(m, i, limit);
	if (!n)
		return;
	ho_findings_add(e->out, "gibberish", n >= 3 ? HO_NOTICE : HO_INFO, "%s like no language the others are in",
	                ho_explore__count(n, e->table->n, "text", "read").text);
	ho_findings_figure(e->out, (double)n / (double)e->table->n);
	ho_findings_measure(e->out, "share of the texts", HO_UNIT_SHARE);
	for (size_t i = 0; i < e->table->n && shown < 3; i++)
		if (is_gibberish(m, i, limit)) {
			ho_findings_evidence(e->out, "row %u: \"%s\"", e->table->row[i],
			                     ho_explore__snippet(e->table->text[i]).text);
			shown++;
		}
	shown = 0;
	ho_exhibit_texts(e->out, "Texts that read like no language the others are in");
	for (size_t i = 0; i < e->table->n && shown < SHOWN; i++)
		if (is_gibberish(m, i, limit)) {
			char note[48];
			(void)snprintf(note, sizeof note, "%.1f bits a letter", m->surprise[i]);
			ho_explore__show_row(e, i, note);
			shown++;
		}
	ho_findings_advice(e->out,
	                   "see where they come from: codes, names and encoded data teach nothing but themselves");
	if (n >= 3)
		ho_explore__tell(e, 28, "%s like no language the others are in.",
		                 ho_explore__count(n, e->table->n, "text", "read").text);
}

static enum ho_status measure(struct model *m, float *room, struct ho_error *err)
{
	size_t known, n = m->e->table->n;
	learn(m);
	enum ho_status status = ho_parallel(chunk, m, (n + CHUNK - 1) / CHUNK, m->e->options.threads, err);
	if (status == HO_OK)
		report(m->e, m, limit_of(m, room, &known));
	return status;
}

enum ho_status ho_explore__gibberish(struct explore *e, struct ho_error *err)
{
	struct model *m = ho_calloc(1, sizeof *m);
	float *room = ho_alloc(e->table->n + 1, sizeof *room), *surprise = ho_alloc(e->table->n + 1, sizeof *surprise);
	enum ho_status status = HO_OK;
	if (m && room && surprise) {
		m->e = e;
		m->surprise = surprise;
		status = measure(m, room, err);
	} else {
		status = ho_fail_nomem(err);
	}
	ho_free(surprise);
	ho_free(m);
	ho_free(room);
	return status;
}
