/* Texts that were cut at one length: far more of them have just that length than its neighbours have, and they end in
 * the middle of a sentence. Copies count once. */
#include "explore/lengths.h"

#include <math.h>

#include "base/alloc.h"

enum { LONGEST = 1 << 16, SHORTEST = 10, AROUND = 8, FEW = 10, SHOWN = 6 };

struct measure {
	const char *unit;
	uint32_t (*of)(const struct explore *e, size_t i);
};

static uint32_t characters(const struct explore *e, size_t i)
{
	return e->texts[i].points;
}

static uint32_t bytes(const struct explore *e, size_t i)
{
	size_t len = e->table->text[i].len;
	return len < UINT32_MAX ? (uint32_t)len : UINT32_MAX;
}

/* As a program cuts them: between blanks. */
static uint32_t words(const struct explore *e, size_t i)
{
	struct ho_slice text = e->table->text[i];
	uint32_t n = 0;
	bool inside = false;
	for (size_t at = 0; at < text.len; at++) {
		bool blank = text.ptr[at] == ' ' || text.ptr[at] == '\n' || text.ptr[at] == '\t';
		n += !blank && !inside;
		inside = !blank;
	}
	return n;
}

static const struct measure measures[] = {{"character", characters}, {"byte", bytes}, {"word", words}};

double ho_explore__log_poisson_tail(double count, double expected)
{
	return count > expected ? -(expected - count + count * log(count / expected)) : 0;
}

struct peak {
	uint32_t length;
	uint32_t count;
	const struct measure *measure;
};

/* Was it set before? It is now; a count would wrap. */
static bool already(uint8_t *flag)
{
	bool was = *flag;
	*flag = 1;
	return was;
}

/* The first text of each group of copies, unfinished ones only. */
static void count(const struct explore *e, const struct measure *m, uint32_t *at, uint8_t *done)
{
	memset(at, 0, LONGEST * sizeof *at);
	memset(done, 0, e->near.n_groups);
	for (size_t i = 0; i < e->table->n; i++) {
		uint32_t length = m->of(e, i);
		if (already(&done[e->near.group[i]]) || length >= LONGEST || e->texts[i].traits & HO_TRAIT_STOPPED)
			continue;
		at[length]++;
	}
}

/* The length with the most texts beyond what its neighbours make likely, at 1e-6 for all lengths together. */
static void look_for_peak(struct peak *peak, const struct measure *m, const uint32_t *at, size_t n)
{
	for (uint32_t l = SHORTEST; l < LONGEST; l++) {
		double below = 0, expected = 0.5, c = at[l];
		/* Where nearly all have so many words, that is what they are like. */
		if (c < FEW || c < 0.005 * (double)n || (m->of == words && c > 0.8 * (double)n) || c <= peak->count)
			continue;
		for (uint32_t d = 1; d <= AROUND; d++) {
			double under = at[l - d], over = l + d < LONGEST ? at[l + d] : 0;
			below += under;
			/* A narrow peak has high shoulders, a cut has none. */
			if (d <= 2)
				expected = fmax(expected, fmax(under, over));
		}
		expected = fmax(expected, below / AROUND);
		if (c > 4 * expected && ho_explore__log_poisson_tail(c, expected) < log(1e-6 / LONGEST))
			*peak = (struct peak){l, at[l], m};
	}
}

static void report(struct explore *e, const struct peak *p)
{
	size_t shown = 0, n = 0, longer = 0;
	for (size_t i = 0; i < e->table->n; i++) {
		n += p->measure->of(e, i) == p->length && !(e->texts[i].traits & HO_TRAIT_STOPPED);
		longer += p->measure->of(e, i) > p->length;
	}
	bool limit = longer * 100 < e->table->n;
	ho_findings_add(e->out, "truncated-texts", n >= FEW && limit ? HO_WARNING : HO_NOTICE,
	                "%s exactly %s and no end of a sentence: they seem to be cut there",
	                ho_explore__count(n, e->table->n, "text", "have").text,
	                ho_show_counted(p->length, p->measure->unit).text);
	ho_findings_figure(e->out, (double)n / (double)e->table->n);
	ho_findings_measure(e->out, "share of the texts that seem to be cut", HO_UNIT_SHARE);
	ho_findings_evidence(e->out, "%s longer", ho_explore__count(longer, e->table->n, "text", "are").text);
	ho_exhibit_texts(e->out, "Texts that seem to be cut");
	for (size_t i = 0; i < e->table->n && shown < SHOWN; i++)
		if (p->measure->of(e, i) == p->length && !(e->texts[i].traits & HO_TRAIT_STOPPED)) {
			ho_explore__show_row(e, i, NULL);
			if (shown < 2) {
				struct ho_slice text = e->table->text[i];
				size_t from = text.len > 60 ? text.len - 60 : 0;
				while (from < text.len && ((unsigned char)text.ptr[from] & 0xC0) == 0x80)
					from++;
				ho_findings_evidence(
				    e->out, "row %u ends: \"%s\"", e->table->row[i],
				    ho_explore__snippet(ho_slice(text.ptr + from, text.len - from)).text);
			}
			shown++;
		}
	ho_findings_advice(
	    e->out,
	    "see where the texts are cut: a field of the data base or an export with a limit. What comes after it "
	    "is lost to the model, unless new texts are cut there too");
	ho_explore__tell(e, limit ? 76 : 50, "%s exactly %s and no end of a sentence: they seem to be cut.",
	                 ho_explore__count(n, e->table->n, "text", "have").text,
	                 ho_show_counted(p->length, p->measure->unit).text);
}

enum ho_status ho_explore__truncated(struct explore *e, struct ho_error *err)
{
	struct peak peak = {.count = 0};
	uint32_t *at = ho_alloc(LONGEST, sizeof *at);
	uint8_t *done = ho_alloc(e->near.n_groups + 1, 1);
	enum ho_status status = HO_OK;
	if (!at || !done)
		status = ho_fail_nomem(err);
	for (size_t k = 0; k < sizeof measures / sizeof *measures && at && done; k++) {
		count(e, &measures[k], at, done);
		look_for_peak(&peak, &measures[k], at, e->table->n);
	}
	if (peak.count)
		report(e, &peak);
	ho_free(at);
	ho_free(done);
	return status;
}
