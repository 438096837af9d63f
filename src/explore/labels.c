/* Labels: how many rows each has, and whether that is enough. */
#include "explore/private.h"

#include "judge/binomial.h"

enum { SHOWN = 20, FEW = 20, TOO_FEW = 8, VERY_FEW = 200 };

static void unlabelled(struct explore *e)
{
	uint64_t n = e->table->n;
	ho_findings_add(e->out, "rows", HO_INFO, "%s without labels", ho_show_counted(n, "row").text);
	ho_findings_figure(e->out, (double)n);
	ho_findings_advice(e->out, "--target COLUMN names the labels, if there are any");
	ho_explore__tell(e, 100, "%s, without labels: no column was named as the target, and none is plainly one.",
	                 ho_show_counted(n, "row").text);
}

static void imbalance(struct explore *e)
{
	uint32_t count = e->table->label_count, most = e->by_size[0], least = e->by_size[count - 1];
	double ratio = (double)e->rows_of[most] / (double)(e->rows_of[least] ? e->rows_of[least] : 1);
	if (ratio < 3)
		return;
	ho_findings_add(e->out, "imbalance", ratio >= 10 ? HO_NOTICE : HO_INFO,
	                "'%s' has %.1f times as many rows as '%s'", ho_explore__label(e, most).text, ratio,
	                ho_explore__label(e, least).text);
	ho_findings_figure(e->out, ratio);
	ho_findings_advice(e->out, "judge a model per label, not by its accuracy alone");
	ho_explore__tell(e, 50, "The labels are unequal: '%s' has %s, '%s' %s.", ho_explore__label(e, most).text,
	                 ho_show_counted(e->rows_of[most], "row").text, ho_explore__label(e, least).text,
	                 ho_show_count(e->rows_of[least]).text);
}

static void few(struct explore *e)
{
	uint32_t count = e->table->label_count, n = 0;
	for (uint32_t l = 0; l < count; l++)
		n += e->rows_of[l] < FEW;
	if (!n)
		return;
	bool too_few = e->rows_of[e->by_size[count - 1]] < TOO_FEW;
	ho_findings_add(e->out, "few-rows-per-label", too_few ? HO_WARNING : HO_NOTICE, "%s fewer than %d rows",
	                ho_explore__count(n, count, "label", "have").text, FEW);
	ho_findings_figure(e->out, n);
	for (uint32_t i = 0; i < n && i < SHOWN; i++) {
		uint32_t l = e->by_size[count - 1 - i];
		ho_findings_evidence(e->out, "%s: %s", ho_explore__label(e, l).text,
		                     ho_show_counted(e->rows_of[l], "row").text);
	}
	if (n > SHOWN)
		ho_findings_evidence(e->out, "... and %u more", n - SHOWN);
	ho_findings_advice(e->out,
	                   "collect more, or leave the label out with --map LABEL= or merge it with --map LABEL=OTHER");
	ho_explore__tell(e, too_few ? 75 : 49, "%s fewer than %d rows: few to learn from and to judge by.",
	                 ho_explore__count(n, count, "label", "have").text, FEW);
}

static void few_in_all(struct explore *e)
{
	uint64_t need = ho_binomial_certifying_n(0, 0.05, 0.05);
	if (e->table->n >= VERY_FEW)
		return;
	ho_findings_add(e->out, "few-rows", HO_WARNING, "%s are few to train on",
	                ho_show_counted(e->table->n, "row").text);
	ho_findings_figure(e->out, (double)e->table->n);
	ho_findings_advice(
	    e->out,
	    "a promise of at most 5%% errors alone takes %u labelled texts, answered without an error, that "
	    "training has not seen",
	    (unsigned)need);
	ho_explore__tell(
	    e, 78,
	    "That is little: a promise of at most 5%% errors alone takes %u labelled texts beside those trained on.",
	    (unsigned)need);
}

enum ho_status ho_explore__labels(struct explore *e, struct ho_error *err)
{
	(void)err;
	const struct ho_table *t = e->table;
	if (!t->label || !t->label_count) {
		unlabelled(e);
		return HO_OK;
	}
	uint32_t most = e->by_size[0];
	double share = (double)e->rows_of[most] / (double)t->n;
	struct ho_interval in = ho_binomial_interval(e->rows_of[most], t->n, 0.95);
	ho_findings_add(e->out, "labels", t->label_count < 2 ? HO_WARNING : HO_INFO,
	                "%s with %s; the most frequent is '%s' with %s", ho_show_counted(t->n, "row").text,
	                ho_show_counted(t->label_count, "label").text, ho_explore__label(e, most).text,
	                ho_show_percent(share).text);
	ho_findings_figure(e->out, share);
	ho_findings_interval(e->out, in.lo, in.hi);
	ho_findings_measure(e->out, "share of the rows with the most frequent label", HO_UNIT_SHARE);
	for (uint32_t i = 0; i < t->label_count && i < SHOWN; i++) {
		uint32_t l = e->by_size[i];
		ho_findings_evidence(e->out, "%s: %s (%s)", ho_explore__label(e, l).text,
		                     ho_show_counted(e->rows_of[l], "row").text,
		                     ho_show_percent((double)e->rows_of[l] / (double)t->n).text);
	}
	if (t->label_count > SHOWN)
		ho_findings_evidence(e->out, "... and %u more labels", t->label_count - SHOWN);
	if (t->label_count < 2)
		ho_findings_advice(e->out, "a classifier needs at least two labels");
	ho_explore__tell(e, 100, "%s with %s; always answering '%s' would be right in %s.",
	                 ho_show_counted(t->n, "row").text, ho_show_counted(t->label_count, "label").text,
	                 ho_explore__label(e, most).text, ho_show_percent(share).text);
	imbalance(e);
	few(e);
	few_in_all(e);
	return HO_OK;
}
