/* Pairs of labels that a first model cannot keep apart. */
#include <stdlib.h>

#include "base/alloc.h"
#include "explore/private.h"
#include "judge/binomial.h"

enum { LINES = 5, PAIRS = 20, EXAMPLES = 3, EXAMPLE_PAIRS = 5 };
static const double least_share = 0.05;

/* Two labels, and how many texts of one look like the other: confidently (joint), and in all (taken). */
struct pair {
	uint32_t a, b;
	uint64_t n, joint, taken;
	double lo; /* lower limit of the share taken for the other */
};

static int most_first(const void *x, const void *y)
{
	const struct pair *p = x, *q = y;
	if (p->lo != q->lo)
		return p->lo > q->lo ? -1 : 1;
	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	return (p->b > q->b) - (p->b < q->b);
}

/* Confusion of different texts; its diagonal and pairs count the texts of both labels. */
static size_t list(struct pair *pairs, const uint64_t *confusion, const struct explore_first *first)
{
	uint32_t K = first->f.K;
	size_t n = 0;
	for (uint32_t a = 0; a < K; a++)
		for (uint32_t b = a + 1; b < K; b++) {
			struct pair p = {.a = a, .b = b};
			p.taken = confusion[(size_t)a * K + b] + confusion[(size_t)b * K + a];
			p.joint = first->joint.joint[(size_t)a * K + b] + first->joint.joint[(size_t)b * K + a];
			for (uint32_t k = 0; k < K && p.taken >= 3; k++)
				p.n += confusion[(size_t)a * K + k] + confusion[(size_t)b * K + k];
			if (p.taken < 3 || (double)p.taken < least_share * (double)p.n)
				continue;
			/* Every pair was looked at. */
			p.lo = ho_binomial_lower(p.taken, p.n, 0.025 / ((double)K * (K - 1) / 2));
			pairs[n++] = p;
		}
	qsort(pairs, n, sizeof *pairs, most_first);
	return n;
}

static void show(struct explore *e, const struct pair *pairs, size_t n)
{
	const char *const head[] = {"labels", "texts", "taken for the other", "look like the other for sure"};
	ho_exhibit_table(e->out, "lrrr", "pairs of labels that overlap");
	for (int i = 0; i < 4; i++)
		ho_exhibit_cell(e->out, "%s", head[i]);
	for (size_t i = 0; i < n && i < PAIRS; i++) {
		ho_exhibit_cell(e->out, "%s / %s", ho_explore__first_label(e, pairs[i].a).text,
		                ho_explore__first_label(e, pairs[i].b).text);
		ho_exhibit_cell(e->out, "%s", ho_show_count(pairs[i].n).text);
		ho_exhibit_cell(e->out, "%s (%s)", ho_show_count(pairs[i].taken).text,
		                ho_show_percent((double)pairs[i].taken / (double)pairs[i].n).text);
		ho_exhibit_cell(e->out, "%s", ho_show_count(pairs[i].joint).text);
	}
}

/* Texts that both labels share most evenly: the smaller probability of the two is largest. */
static void examples(struct explore *e, const struct pair *pair)
{
	const struct ho_out_of_fold *f = &e->first.f;
	size_t at[EXAMPLES], n = 0;
	float best[EXAMPLES];
	for (size_t i = 0; i < f->n; i++) {
		const float *p = f->probability + i * f->K;
		float least = p[pair->a] < p[pair->b] ? p[pair->a] : p[pair->b];
		if (!f->unit[i] || (f->label[i] != pair->a && f->label[i] != pair->b) ||
		    (n == EXAMPLES && least <= best[n - 1]))
			continue;
		size_t j = n < EXAMPLES ? n++ : EXAMPLES - 1;
		for (; j > 0 && best[j - 1] < least; j--) {
			best[j] = best[j - 1];
			at[j] = at[j - 1];
		}
		best[j] = least;
		at[j] = i;
	}
	for (size_t j = 0; j < n; j++) {
		char note[512];
		const float *p = f->probability + at[j] * f->K;
		(void)snprintf(note, sizeof note, "%s %s, %s %s", ho_explore__first_label(e, pair->a).text,
		               ho_show_percent((double)p[pair->a]).text, ho_explore__first_label(e, pair->b).text,
		               ho_show_percent((double)p[pair->b]).text);
		ho_explore__show_row(e, f->row[at[j]], note);
	}
}

static struct ho_slice first_name(const struct explore *e, uint32_t k)
{
	return e->table->labels[e->first.f.label_map[k]];
}

static void tell(struct explore *e, const struct pair *pairs, size_t n)
{
	const struct pair *p = pairs;
	double share = (double)p->taken / (double)p->n;
	struct ho_interval in = ho_binomial_interval(p->taken, p->n, 0.95);
	ho_findings_add(e->out, "labels-overlap", p->lo >= 0.1 ? HO_NOTICE : HO_INFO,
	                "%s of labels overlap%s; most of all '%s' and '%s'", ho_show_counted(n, "pair").text,
	                n == 1 ? "s" : "", ho_explore__first_label(e, p->a).text,
	                ho_explore__first_label(e, p->b).text);
	ho_findings_figure(e->out, share);
	ho_findings_interval(e->out, in.lo, in.hi);
	ho_findings_measure(e->out, "share of the texts of both that are taken for the other", HO_UNIT_SHARE);
	for (size_t i = 0; i < n && i < LINES; i++)
		ho_findings_evidence(
		    e->out, "%s / %s: %s of %s texts are taken for the other label",
		    ho_explore__first_label(e, pairs[i].a).text, ho_explore__first_label(e, pairs[i].b).text,
		    ho_show_percent((double)pairs[i].taken / (double)pairs[i].n).text, ho_show_count(pairs[i].n).text);
	if (n > LINES)
		ho_findings_evidence(e->out, "... and %zu more pairs", n - LINES);
	ho_findings_advice(e->out,
	                   "read texts of both: if people cannot tell them apart either, write down the difference or "
	                   "merge them, `--map %s`",
	                   ho_show_assignment(first_name(e, p->b), first_name(e, p->a), "OLD=NEW").text);
	show(e, pairs, n);
	ho_exhibit_texts(e->out, "texts that could be either");
	for (size_t i = 0; i < n && i < EXAMPLE_PAIRS; i++)
		examples(e, &pairs[i]);
	ho_explore__tell(e, 45, "'%s' and '%s' overlap most: a first model takes %s of their texts for the other one.",
	                 ho_explore__first_label(e, p->a).text, ho_explore__first_label(e, p->b).text,
	                 ho_show_percent(share).text);
}

enum ho_status ho_explore__overlap(struct explore *e, struct ho_error *err)
{
	const struct explore_first *first = &e->first;
	size_t K = first->f.K;
	if (!first->learns || K < 3) /* of two labels the accuracy says it */
		return HO_OK;
	uint64_t *confusion = ho_calloc(K * K, sizeof *confusion);
	struct pair *pairs = ho_alloc(K * (K - 1) / 2, sizeof *pairs);
	bool ok = confusion && pairs;
	size_t n = 0;
	if (ok) {
		for (size_t i = 0; i < first->f.n; i++)
			if (first->f.unit[i])
				confusion[first->f.label[i] * K + ho_explore__first_answer(first, i)]++;
		n = list(pairs, confusion, first);
	}
	if (n)
		tell(e, pairs, n);
	ho_free(confusion);
	ho_free(pairs);
	return ok ? HO_OK : ho_fail_nomem(err);
}
