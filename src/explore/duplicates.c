/* Copies and near copies, and those of them whose labels contradict each other. */
#include "explore/private.h"

enum { SHOWN = 5 };

static void side_by_side(struct explore *e, const struct ho_near_pair *p)
{
	const struct ho_table *t = e->table;
	ho_findings_evidence(e->out, "row %u '%s': \"%s\"", t->row[p->first],
	                     ho_explore__label(e, t->label[p->first]).text,
	                     ho_explore__snippet(t->text[p->first]).text);
	ho_findings_evidence(e->out, "row %u '%s': \"%s\"%s%s", t->row[p->second],
	                     ho_explore__label(e, t->label[p->second]).text,
	                     ho_explore__snippet(t->text[p->second]).text, p->exact ? "" : ", similarity ",
	                     p->exact ? "" : ho_show_percent(p->jaccard).text);
}

static bool contradict(const struct explore *e, const struct ho_near_pair *p)
{
	const uint32_t *label = e->table->label;
	return label[p->first] != label[p->second] && label[p->first] != HO_LABEL_NONE &&
	       label[p->second] != HO_LABEL_NONE;
}

static void conflicts(struct explore *e, bool exact)
{
	size_t n = 0, shown = 0;
	for (size_t i = 0; i < e->near.n_pairs; i++)
		n += e->near.pairs[i].exact == exact && contradict(e, &e->near.pairs[i]);
	if (!n)
		return;
	ho_findings_add(e->out, exact ? "conflicting-duplicates" : "conflicting-near-duplicates",
	                exact ? HO_WARNING : HO_NOTICE, "%s with a label other than that of %s text",
	                ho_show_counted(n, "row").text, exact ? "the same" : "a nearly equal");
	ho_findings_figure(e->out, (double)n);
	for (size_t i = 0; i < e->near.n_pairs && shown < SHOWN; i++)
		if (e->near.pairs[i].exact == exact && contradict(e, &e->near.pairs[i])) {
			side_by_side(e, &e->near.pairs[i]);
			shown++;
		}
	if (n > shown)
		ho_findings_evidence(e->out, "... and %s more", ho_show_count(n - shown).text);
	ho_findings_advice(e->out, exact ? "decide which label is right: no model can learn both"
	                                 : "see whether the difference is meant, or a mistake in labelling");
	ho_explore__tell(e, exact ? 90 : 55,
	                 exact ? "%s with the same text as an earlier one, but another label."
	                       : "%s with nearly the text of another, but another label.",
	                 ho_show_counted(n, "row").text);
}

enum ho_status ho_explore__duplicates(struct explore *e, struct ho_error *err)
{
	(void)err;
	const struct ho_near_result *r = &e->near;
	size_t n = r->n_exact + r->n_near, shown = 0;
	double share = r->n ? (double)n / (double)r->n : 0;
	if (!n) {
		ho_findings_add(e->out, "duplicates", HO_INFO, "no text is a copy or near copy of another");
		ho_findings_figure(e->out, 0);
		ho_explore__tell(e, 20, "None of the %s texts is a copy or near copy of another.",
		                 ho_show_count(r->n).text);
		return HO_OK;
	}
	ho_findings_add(e->out, "duplicates", share >= 0.01 ? HO_NOTICE : HO_INFO,
	                "%s (%s) repeating an earlier text: %s exactly, %s nearly", ho_show_counted(n, "row").text,
	                ho_show_percent(share).text, ho_show_count(r->n_exact).text, ho_show_count(r->n_near).text);
	ho_findings_figure(e->out, (double)n);
	for (size_t i = 0; i < r->n_pairs && shown < SHOWN; i++) {
		const struct ho_near_pair *p = &r->pairs[i];
		if (p->exact && r->n_near && shown == 3)
			continue; /* leave room for near ones */
		ho_findings_evidence(e->out, "rows %u and %u%s%s: \"%s\"", e->table->row[p->first],
		                     e->table->row[p->second], p->exact ? "" : ", similarity ",
		                     p->exact ? "" : ho_show_percent(p->jaccard).text,
		                     ho_explore__snippet(e->table->text[p->first]).text);
		shown++;
	}
	ho_findings_advice(e->out,
	                   "`handoff split` keeps copies on one side, so that a test is not answered from memory");
	ho_explore__tell(e, share >= 0.01 ? 65 : 30, "%s (%s) repeating an earlier text: %s exactly, %s nearly.",
	                 ho_show_counted(n, "row").text, ho_show_percent(share).text, ho_show_count(r->n_exact).text,
	                 ho_show_count(r->n_near).text);
	if (e->table->label) {
		conflicts(e, true);
		conflicts(e, false);
	}
	return HO_OK;
}
