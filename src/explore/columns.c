/* The columns: what each one is, why text and target are taken for that, and which give the answer away. */
#include "explore/columns.h"

#include <math.h>

#include "base/alloc.h"
#include "explore/association.h"
#include "explore/dates.h"

enum { FEATURES = 6, VALUES_SHOWN = 3 };
static const double gives_away = 0.8, tells = 0.1, follows = 0.9;

static void about(struct explore_column_note *note, const struct explore_column *c)
{
	size_t len = 0;
	if (!c->map.n)
		return;
	if (c->kind == HO_KIND_NUMBER || c->kind == HO_KIND_DATE) {
		double lo = INFINITY, hi = -INFINITY;
		char from[HO_DATE_ROOM], to[HO_DATE_ROOM];
		for (size_t i = 0; i < c->n; i++) {
			lo = fmin(lo, c->number[i]);
			hi = fmax(hi, c->number[i]);
		}
		if (c->kind == HO_KIND_DATE) {
			ho_explore__date_text(from, lo);
			ho_explore__date_text(to, hi);
			(void)snprintf(note->about, sizeof note->about, "%s to %s", from, to);
		} else {
			(void)snprintf(note->about, sizeof note->about, "%g to %g", lo, hi);
		}
		return;
	}
	uint32_t done[VALUES_SHOWN];
	bool counts = c->kind != HO_KIND_TEXT && c->kind != HO_KIND_IDENTIFIER;
	for (size_t k = 0; k < VALUES_SHOWN && k < c->map.n && len < 100; k++) {
		uint32_t best = HO_VALUE_NONE;
		for (uint32_t v = 0; v < c->map.n; v++) {
			bool shown = false;
			for (size_t d = 0; d < k; d++)
				shown |= done[d] == v;
			if (!shown && (best == HO_VALUE_NONE || c->count[v] > c->count[best]))
				best = v;
			if (!counts && best != HO_VALUE_NONE)
				break;
		}
		done[k] = best;
		len += (size_t)snprintf(note->about + len, sizeof note->about - len, "%s%.40s", k ? ", " : "",
		                        ho_explore__column_value(c, best).text);
		if (counts && len < sizeof note->about - 16)
			len += (size_t)snprintf(note->about + len, sizeof note->about - len, " %.12s",
			                        ho_show_count(c->count[best]).text);
	}
}

/* One column: noted, compared with the label, and looked through for dirt. */
static enum ho_status one_column(struct explore *e, struct explore_column_note *note, size_t k, double delta,
                                 struct ho_error *err)
{
	struct explore_column c;
	enum ho_status status = ho_explore__column_open(&c, e->table, k, err);
	if (status)
		return status;
	*note = (struct explore_column_note){
	    .role = c.role, .kind = c.kind, .missing = c.n - c.present, .distinct = c.map.n};
	(void)snprintf(note->name, sizeof note->name, "%s", ho_show_short(c.name).text);
	about(note, &c);
	status = ho_explore__column_associate(note, e, &c, delta, err);
	if (status == HO_OK && (c.kind == HO_KIND_CATEGORY || c.kind == HO_KIND_LANGUAGE))
		status = ho_explore__dirty(&note->dirt, c.map.keys, c.count, c.map.n, c.role == HO_ROLE_TARGET, err);
	if (status == HO_OK && c.kind == HO_KIND_DATE && !e->has_times) {
		e->has_times = true;
		status = ho_explore__timeline(e, &c, err);
	}
	ho_explore__column_close(&c);
	return status;
}

static const char *role_name(enum explore_role role)
{
	static const char *const names[] = {"", "text", "target", "id", "group", "time"};
	return names[role];
}

static void table(struct explore *e, const struct explore_column_note *notes, size_t n)
{
	size_t rows = e->table->n;
	ho_findings_add(e->out, "columns", HO_INFO, "%s: the text is '%s'%s%s%s", ho_show_counted(n, "column").text,
	                notes[0].name, e->table->label ? ", the target '" : ", and no column is plainly the target",
	                e->table->label ? notes[1].name : "", e->table->label ? "'" : "");
	ho_findings_figure(e->out, (double)n);
	ho_findings_evidence(e->out,
	                     "the text is '%s': %s different values, nine in ten rows have %s characters or more",
	                     notes[0].name, ho_show_count(notes[0].distinct).text, ho_show_count(e->short_text).text);
	if (e->table->label)
		ho_findings_evidence(e->out, "the target is '%s': %s in %s, so that each has %s at the mean",
		                     notes[1].name, ho_show_counted(notes[1].distinct, "value").text,
		                     ho_show_counted(rows, "row").text,
		                     ho_show_counted(notes[1].distinct ? rows / notes[1].distinct : 0, "row").text);
	ho_exhibit_table(e->out, "lllrrrl",
	                 "Columns; lift: how much better than always the most frequent label the column "
	                 "alone answers, on rows it did not learn from");
	for (size_t k = 0; k < 7; k++) {
		static const char *const heads[] = {"column",   "used as", "kind",  "missing",
		                                    "distinct", "lift",    "values"};
		ho_exhibit_cell(e->out, "%s", heads[k]);
	}
	for (size_t i = 0; i < n; i++) {
		ho_exhibit_cell(e->out, "%s", notes[i].name);
		ho_exhibit_cell(e->out, "%s", role_name(notes[i].role));
		ho_exhibit_cell(e->out, "%s", ho_explore__kind_name(notes[i].kind));
		ho_exhibit_cell(e->out, "%s",
		                notes[i].missing ? ho_show_percent((double)notes[i].missing / (double)rows).text : "0");
		ho_exhibit_cell(e->out, "%s", ho_show_count(notes[i].distinct).text);
		ho_exhibit_cell(e->out, "%s",
		                notes[i].best.n ? ho_show_percent(fmax(0, notes[i].best.lift)).text : "-");
		ho_exhibit_cell(e->out, "%s", notes[i].about);
	}
}

static void useless(struct explore *e, const struct explore_column_note *notes, size_t n)
{
	size_t constant = 0, missing = 0;
	const char *first[2] = {"", ""};
	for (size_t i = 0; i < n; i++) {
		bool is_constant = notes[i].kind == HO_KIND_CONSTANT && notes[i].role == HO_ROLE_OTHER;
		bool is_missing = notes[i].role == HO_ROLE_OTHER &&
		                  (notes[i].kind == HO_KIND_EMPTY || notes[i].missing * 2 > e->table->n);
		if (is_constant && !constant++)
			first[0] = notes[i].name;
		if (is_missing && !missing++)
			first[1] = notes[i].name;
	}
	if (constant) {
		ho_findings_add(e->out, "constant-columns", HO_NOTICE, "%s the same value in every row: '%s'%s",
		                constant == 1 ? "one column has" : "some columns have", first[0],
		                constant > 1 ? " and others" : "");
		ho_findings_figure(e->out, (double)constant);
		for (size_t i = 0; i < n; i++)
			if (notes[i].kind == HO_KIND_CONSTANT && notes[i].role == HO_ROLE_OTHER)
				ho_findings_evidence(e->out, "'%s': always %s", notes[i].name, notes[i].about);
		ho_findings_advice(e->out, "it tells nothing; see whether the export filled it in");
		ho_explore__tell(e, 23, "Column '%s' has the same value in every row.", first[0]);
	}
	if (missing) {
		ho_findings_add(e->out, "missing-values", HO_NOTICE, "%s empty in most rows: '%s'%s",
		                missing == 1 ? "one column is" : "some columns are", first[1],
		                missing > 1 ? " and others" : "");
		ho_findings_figure(e->out, (double)missing);
		for (size_t i = 0; i < n; i++)
			if (notes[i].role == HO_ROLE_OTHER &&
			    (notes[i].kind == HO_KIND_EMPTY || notes[i].missing * 2 > e->table->n))
				ho_findings_evidence(
				    e->out, "'%s': no value in %s of the rows", notes[i].name,
				    ho_show_percent((double)notes[i].missing / (double)e->table->n).text);
	}
}

/* Spelling, of the target and of the categories. */
static void dirt(struct explore *e, const struct explore_column_note *notes, size_t n, bool target)
{
	size_t pairs = 0;
	const struct explore_column_note *first = NULL;
	for (size_t i = 0; i < n; i++)
		if ((notes[i].role == HO_ROLE_TARGET) == target && notes[i].dirt.n_pairs) {
			pairs += notes[i].dirt.same_form + notes[i].dirt.slips;
			first = first ? first : &notes[i];
		}
	if (!first)
		return;
	const struct explore_dirt_pair *p = &first->dirt.pairs[0];
	ho_findings_add(e->out, target ? "label-near-spelling" : "dirty-categories", target ? HO_WARNING : HO_NOTICE,
	                "%s spelled nearly like another: '%s' and '%s' in '%s'",
	                pairs == 1 ? target ? "one label is" : "one value is"
	                : target   ? "some labels are"
	                           : "some values are",
	                p->rare.text, p->often.text, first->name);
	ho_findings_figure(e->out, (double)pairs);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; (notes[i].role == HO_ROLE_TARGET) == target && k < notes[i].dirt.n_pairs; k++) {
			const struct explore_dirt_pair *d = &notes[i].dirt.pairs[k];
			ho_findings_evidence(e->out, "'%s': '%s' (%s) and '%s' (%s)", notes[i].name, d->often.text,
			                     ho_show_counted(d->rows_often, "row").text, d->rare.text,
			                     ho_show_counted(d->rows_rare, "row").text);
		}
	if (target)
		ho_findings_advice(e->out, "if they mean the same: --map '%s=%s'", p->rare.text, p->often.text);
	else
		ho_findings_advice(e->out,
		                   "merge them where the data are made, before anything is counted by this column");
	ho_explore__tell(e, target ? 84 : 21, "In '%s', '%s' and '%s' look like one and the same.", first->name,
	                 p->often.text, p->rare.text);
}

/* What a column says of the label, the strongest column first. */
static void one_leak(struct explore *e, const struct explore_column_note *note, bool first)
{
	const struct explore_association *a = &note->best;
	double accuracy = (double)a->right / (double)a->n, base = (double)a->base / (double)a->n;
	if (first) {
		bool away = a->lift_lower >= gives_away;
		bool id = note->kind == HO_KIND_IDENTIFIER;
		ho_findings_add(e->out, away ? id ? "leaking-identifier" : "leaking-column" : "telling-column",
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

/* By lift, or by V where the labels are too many for one column to name: it follows from the label then. */
static bool is_leak(const struct explore_column_note *note, bool away)
{
	const struct explore_association *a = &note->best;
	bool strong = a->lift_lower >= gives_away;
	if (away)
		return strong;
	return !strong && note->role != HO_ROLE_TIME && note->kind != HO_KIND_DATE && a->z > 5 &&
	       (a->lift_lower >= tells || (a->v >= follows && a->lift_lower > 0));
}

static void leaks(struct explore *e, const struct explore_column_note *notes, size_t n, bool away)
{
	double last = INFINITY;
	for (size_t k = 0; k < n; k++) {
		size_t best = n;
		for (size_t i = 0; i < n; i++)
			if (is_leak(&notes[i], away) && notes[i].best.lift < last &&
			    (best == n || notes[i].best.lift > notes[best].best.lift))
				best = i;
		if (best == n)
			return;
		/* Columns of equal lift are shown together. */
		for (size_t i = best; i < n; i++)
			if (is_leak(&notes[i], away) && notes[i].best.lift >= notes[best].best.lift)
				one_leak(e, &notes[i], isinf(last) && i == best);
		last = notes[best].best.lift;
	}
}

enum ho_status ho_explore__columns(struct explore *e, struct ho_error *err)
{
	size_t n = ho_explore__column_count(e->table);
	struct explore_column_note *notes = ho_calloc(n, sizeof *notes);
	enum ho_status status = notes ? HO_OK : ho_fail_nomem(err);
	for (size_t k = 0; k < n && status == HO_OK; k++)
		status = one_column(e, &notes[k], k, 0.05 / (double)(n * FEATURES), err);
	if (status == HO_OK) {
		table(e, notes, n);
		useless(e, notes, n);
		dirt(e, notes, n, true);
		dirt(e, notes, n, false);
		leaks(e, notes, n, true);
		leaks(e, notes, n, false);
	}
	ho_free(notes);
	return status;
}
