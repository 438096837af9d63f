/* The order of the rows: are they sorted by label, or do the labels drift from front to back? */
#include "explore/columns.h"

#include <math.h>

#include "base/alloc.h"

enum { BINS = 20 };
static const double sorted = 0.5, noticeable = 0.05;

/* Shares of the most frequent labels along the file. */
static void chart(struct explore *e, const uint32_t *bin, uint32_t bins)
{
	const struct ho_table *t = e->table;
	ho_exhibit_lines(e->out, "place in the file", "share of the rows", HO_CHART_SHARE_X | HO_CHART_SHARE_Y,
	                 "Labels along the file, first row to last");
	for (uint32_t k = 0; k < t->label_count && k < 5; k++) {
		ho_exhibit_series(e->out, "%s", ho_explore__label(e, e->by_size[k]).text);
		for (uint32_t b = 0; b < bins; b++) {
			size_t n = 0, of = 0;
			for (size_t i = 0; i < t->n; i++)
				if (bin[i] == b) {
					of++;
					n += t->label[i] == e->by_size[k];
				}
			if (of)
				ho_exhibit_point(e->out, (b + 0.5) / bins, (double)n / (double)of, NAN, NAN);
		}
	}
}

static void report(struct explore *e, const struct explore_order *o, const struct explore_association *a,
                   const uint32_t *bin)
{
	bool whole = o->agreement >= sorted;
	ho_findings_add(e->out, "row-order", HO_NOTICE,
	                whole ? "the rows are sorted by their label"
	                      : "the labels change from the beginning of the file to its end");
	ho_findings_figure(e->out, whole ? o->agreement : a->v);
	ho_findings_measure(e->out,
	                    whole ? "how far neighbours agree beyond chance" : "Cram\xc3\xa9r's V of label and place",
	                    HO_UNIT_NUMBER);
	ho_findings_evidence(
	    e->out, "neighbours agree in their label: %s of the way from a shuffled file to a sorted one (z = %.0f)",
	    ho_show_percent(o->agreement).text, o->z);
	chart(e, bin, BINS);
	ho_findings_advice(
	    e->out,
	    "`handoff split` and `train` shuffle, so nothing is lost here; other tools that take the first rows "
	    "for training would see only some of the labels. If the order is that of time, name it: --time");
	ho_explore__tell(
	    e, whole ? 44 : 46,
	    whole ? "The rows are sorted by their label: a test set cut off the end would have only some labels."
	          : "The labels change from the beginning of the file to its end.");
}

enum ho_status ho_explore__order(struct explore *e, struct ho_error *err)
{
	const struct ho_table *t = e->table;
	struct explore_association a = {.n = 0};
	if (!t->label || t->label_count < 2 || t->n < 20)
		return HO_OK;
	uint32_t *bin = ho_alloc(t->n, sizeof *bin), *counts = ho_alloc(t->label_count, sizeof *counts);
	enum ho_status status = HO_OK;
	if (!bin || !counts) {
		status = ho_fail_nomem(err);
		goto done;
	}
	for (size_t i = 0; i < t->n; i++)
		bin[i] = (uint32_t)(i * BINS / t->n);
	struct explore_order o = ho_explore__neighbours(t->label, t->n, counts, t->label_count);
	status = ho_explore__associate(&a, bin, t->label, e->half, t->n, 0.01, err);
	/* Both must be far beyond chance and large enough to matter: z grows with the number of rows. */
	if (status == HO_OK && ((o.z > 5 && o.agreement >= noticeable) || (a.z > 5 && a.v >= 2 * noticeable)))
		report(e, &o, &a, bin);
done:
	ho_free(bin);
	ho_free(counts);
	return status;
}
