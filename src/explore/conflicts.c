/* Copies whose labels contradict each other, side by side. */
#include "explore/private.h"

#include "judge/binomial.h"

enum { SHOWN = 5, FEW = 5 };
/* Where at least this share of the rows contradicts another, labelling has a fault; single cases are everywhere. */
static const double faulty = 0.005;

static bool contradict(const struct explore *e, const struct ho_near_pair *p)
{
	const uint32_t *label = e->table->label;
	return label[p->first] != label[p->second] && label[p->first] != HO_LABEL_NONE &&
	       label[p->second] != HO_LABEL_NONE;
}

static void side_by_side(struct explore *e, const struct ho_near_pair *p)
{
	const struct ho_table *t = e->table;
	if (p->exact) {
		ho_findings_evidence(e->out, "row %u '%s', row %u '%s': \"%s\"", t->row[p->first],
		                     ho_explore__label(e, t->label[p->first]).text, t->row[p->second],
		                     ho_explore__label(e, t->label[p->second]).text,
		                     ho_explore__snippet(t->text[p->first]).text);
		return;
	}
	ho_findings_evidence(e->out, "row %u '%s': \"%s\"", t->row[p->first],
	                     ho_explore__label(e, t->label[p->first]).text,
	                     ho_explore__snippet(t->text[p->first]).text);
	ho_findings_evidence(e->out, "row %u '%s', similarity %s: \"%s\"", t->row[p->second],
	                     ho_explore__label(e, t->label[p->second]).text, ho_show_percent(p->jaccard).text,
	                     ho_explore__snippet(t->text[p->second]).text);
}

static void show(struct explore *e, bool exact, size_t n)
{
	size_t shown = 0;
	for (size_t i = 0; i < e->near.n_pairs && shown < SHOWN; i++)
		if (e->near.pairs[i].exact == exact && contradict(e, &e->near.pairs[i])) {
			side_by_side(e, &e->near.pairs[i]);
			shown++;
		}
	if (n > shown)
		ho_findings_evidence(e->out, "... and %s more", ho_show_count(n - shown).text);
	ho_exhibit_texts(e->out, "%s with labels that contradict each other", exact ? "Copies" : "Near copies");
	shown = 0;
	for (size_t i = 0; i < e->near.n_pairs && shown < 2 * SHOWN; i++)
		if (e->near.pairs[i].exact == exact && contradict(e, &e->near.pairs[i])) {
			ho_explore__show_row(e, e->near.pairs[i].first, "and the next, which is labelled otherwise");
			ho_explore__show_row(e, e->near.pairs[i].second, NULL);
			shown++;
		}
}

static void conflicts(struct explore *e, bool exact)
{
	size_t n = 0;
	for (size_t i = 0; i < e->near.n_pairs; i++)
		n += e->near.pairs[i].exact == exact && contradict(e, &e->near.pairs[i]);
	if (!n)
		return;
	struct ho_interval in = ho_binomial_interval(n, e->table->n, 0.95);
	bool fault = exact && n >= FEW && in.lo > faulty;
	ho_findings_add(e->out, exact ? "conflicting-duplicates" : "conflicting-near-duplicates",
	                fault ? HO_WARNING : HO_NOTICE, "%s a label other than that of %s text",
	                ho_explore__count(n, e->table->n, "row", "have").text, exact ? "the same" : "a nearly equal");
	ho_findings_figure(e->out, (double)n / (double)e->table->n);
	ho_findings_interval(e->out, in.lo, in.hi);
	ho_findings_measure(e->out, "share of the rows that contradict another", HO_UNIT_SHARE);
	show(e, exact, n);
	ho_findings_advice(e->out, exact ? "decide which label is right: no model can learn both"
	                                 : "see whether the difference is meant, or a mistake in labelling");
	ho_explore__tell(e,
	                 !exact  ? 55
	                 : fault ? 90
	                         : 60,
	                 exact ? "%s the same text as an earlier one, but another label."
	                       : "%s nearly the text of another, but another label.",
	                 ho_explore__count(n, e->table->n, "row", "have").text);
}

enum ho_status ho_explore__conflicts(struct explore *e, struct ho_error *err)
{
	(void)err;
	if (e->table->label) {
		conflicts(e, true);
		conflicts(e, false);
	}
	return HO_OK;
}
