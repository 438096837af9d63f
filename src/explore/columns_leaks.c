/* Columns and identifiers that give the label away, or tell much about it. */
#include "explore/columns.h"

#include <math.h>

static const double gives_away = 0.8, tells = 0.1, follows = 0.9;

/* What a column says of the label, the strongest column first. */
static void one_leak(struct explore *e, const struct explore_column_note *note, bool first)
{
	const struct explore_association *a = &note->best;
	double accuracy = (double)a->right / (double)a->n, base = (double)a->base / (double)a->n;
	if (first) {
		bool away = a->lift_lower >= gives_away;
		bool id = note->kind == HO_KIND_IDENTIFIER;
		ho_findings_add(e->out,
		                away ? id ? "leaking-identifier" : "leaking-column"
		                : id ? "telling-identifier"
		                     : "telling-column",
		                away ? HO_WARNING : HO_NOTICE,
		                away ? "column '%s' gives the label away: %s%s alone %s right in %s of the rows"
		                     : "column '%s' tells much about the label: %s%s alone %s right in %s of the rows",
		                note->name, note->feature ? note->feature : "its value", "", "is",
		                ho_show_percent(accuracy).text);
		ho_findings_figure(e->out, a->lift);
		ho_findings_measure(e->out, "lift over always the most frequent label", HO_UNIT_SHARE);
		ho_findings_advice(
		    e->out, away ? "keep it out of --text, and see whether the file was sorted or built by label: what "
		                   "knows the label here will not be there for new texts"
		                 : "fine if it is known before the label is; keep it out of --text if it is filled in "
		                   "afterwards");
		ho_explore__tell(e, away ? 92 : 52,
		                 "Column '%s' %s: %s alone is right in %s, where always answering the most "
		                 "frequent label is right in %s.",
		                 note->name, away ? "gives the label away" : "tells much about the label",
		                 note->feature ? note->feature : "its value", ho_show_percent(accuracy).text,
		                 ho_show_percent(base).text);
	}
	ho_findings_evidence(e->out,
	                     "'%s', %s: right in %s, always the most frequent label in %s; Cram\xc3\xa9r's V %.2f",
	                     note->name, note->feature ? note->feature : "its value", ho_show_percent(accuracy).text,
	                     ho_show_percent(base).text, a->v);
}

/* Identifiers are told apart: what is wrong with them is another thing. */
static bool is_kind(const struct explore_column_note *note, bool ids)
{
	return (note->kind == HO_KIND_IDENTIFIER) == ids;
}

/* By lift, or by V where the labels are too many for one column to name: it follows from the label then. */
static bool is_leak(const struct explore_column_note *note, bool away)
{
	const struct explore_association *a = &note->best;
	bool strong = a->lift_lower >= gives_away;
	if (note->timeline) /* told of with the times */
		return false;
	if (away)
		return strong;
	return !strong && note->role != HO_ROLE_TIME && note->kind != HO_KIND_DATE && a->z > 5 &&
	       (a->lift_lower >= tells || (a->v >= follows && a->lift_lower > 0));
}

static void leaks(struct explore *e, const struct explore_column_note *notes, size_t n, bool away, bool ids)
{
	double last = INFINITY;
	for (size_t k = 0; k < n; k++) {
		size_t best = n;
		for (size_t i = 0; i < n; i++)
			if (is_kind(&notes[i], ids) && is_leak(&notes[i], away) && notes[i].best.lift < last &&
			    (best == n || notes[i].best.lift > notes[best].best.lift))
				best = i;
		if (best == n)
			return;
		/* Columns of equal lift are shown together. */
		for (size_t i = best; i < n; i++)
			if (is_kind(&notes[i], ids) && is_leak(&notes[i], away) &&
			    notes[i].best.lift >= notes[best].best.lift)
				one_leak(e, &notes[i], isinf(last) && i == best);
		last = notes[best].best.lift;
	}
}

void ho_explore__columns_leaks(struct explore *e, const struct explore_column_note *notes, size_t n)
{
	for (int ids = 0; ids < 2; ids++) {
		leaks(e, notes, n, true, ids);
		leaks(e, notes, n, false, ids);
	}
}
