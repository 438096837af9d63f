/* Telling of the columns: what each is, which say nothing, which are spelled in several ways. */
#include "explore/columns.h"

#include <math.h>

static const char *role_name(enum explore_role role)
{
	static const char *const names[] = {"", "text", "target", "id", "group", "time"};
	return names[role];
}

/* Columns that could be the target: few values, each with enough rows. */
static void candidates(struct explore *e, const struct explore_column_note *notes, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (notes[i].kind == HO_KIND_CATEGORY && notes[i].distinct >= 2 && notes[i].distinct <= 50 &&
		    notes[i].distinct * 10 <= e->table->n)
			ho_findings_evidence(e->out, "'%s' could be the target: it has %s (%s)", notes[i].name,
			                     ho_show_counted(notes[i].distinct, "value").text, notes[i].about);
}

/* Why text and target are taken for that. */
static void why(struct explore *e, const struct explore_column_note *notes, size_t n)
{
	size_t rows = e->table->n;
	ho_findings_evidence(e->out, "the text is '%s': %s different values of %s at the mean", notes[0].name,
	                     ho_show_count(notes[0].distinct).text, ho_show_counted(notes[0].mean_bytes, "byte").text);
	if (!e->table->label) {
		candidates(e, notes, n);
		ho_findings_advice(e->out, "--target COLUMN names the labels, if there are any");
		return;
	}
	size_t each = notes[1].distinct ? rows / notes[1].distinct : 0;
	ho_findings_evidence(e->out, "the target is '%s': %s for %s, %s each at the mean, as labels have",
	                     notes[1].name, ho_show_counted(notes[1].distinct, "value").text,
	                     ho_show_counted(rows, "row").text, ho_show_counted(each, "row").text);
}

void ho_explore__columns_table(struct explore *e, const struct explore_column_note *notes, size_t n)
{
	size_t rows = e->table->n;
	ho_findings_add(e->out, "columns", HO_INFO, "%s: the text is '%s'%s%s%s", ho_show_counted(n, "column").text,
	                notes[0].name, e->table->label ? ", the target '" : ", and no column is plainly the target",
	                e->table->label ? notes[1].name : "", e->table->label ? "'" : "");
	ho_findings_figure(e->out, (double)n);
	why(e, notes, n);
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

void ho_explore__columns_useless(struct explore *e, const struct explore_column_note *notes, size_t n)
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
		ho_findings_advice(
		    e->out, "if they mean the same: `--map %s`",
		    ho_show_assignment(ho_slice_str(p->rare.text), ho_slice_str(p->often.text), "OLD=NEW").text);
	else
		ho_findings_advice(e->out,
		                   "merge them where the data are made, before anything is counted by this column");
	ho_explore__tell(e, target ? 84 : 21, "In '%s', '%s' and '%s' look like one and the same.", first->name,
	                 p->often.text, p->rare.text);
}

void ho_explore__columns_dirty(struct explore *e, const struct explore_column_note *notes, size_t n)
{
	dirt(e, notes, n, true);
	dirt(e, notes, n, false);
}
