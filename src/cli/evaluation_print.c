/* The evaluation in words. */
#include "evaluation.h"
#include "report/show.h"

enum { LABELS_SHOWN = 30 };

static struct ho_shown interval_of(uint64_t k, uint64_t n, struct ho_interval interval)
{
	return ho_show_interval((double)k / (double)n, interval.lo, interval.hi);
}

static void print_automated(struct ho_page *page, const struct cli_evaluation *e)
{
	size_t n = e->scores.n;
	if (e->automatic == 0) {
		ho_page_text(page, 0, 0, "Automatic answers: none; every text is handed over to a person.");
		return;
	}
	ho_page_text(page, 0, 0, "Automatic answers: %s of the texts (%s); of these answers %s are wrong.",
	             ho_show_percent((double)e->automatic / (double)n).text, ho_show_count(e->automatic).text,
	             interval_of(e->automatic_wrong, e->automatic, e->automatic_error).text);
}

static void print_kept(struct ho_page *page, enum cli_kept kept)
{
	if (kept == CLI_KEPT)
		ho_page_marked(page, HO_GREEN, "kept     ", "The promise is kept on these texts.");
	else if (kept == CLI_BROKEN)
		ho_page_marked(page, HO_RED, "BROKEN   ",
		               "The promise is broken on these texts: more of the automatic answers are wrong than "
		               "was promised, and not by chance. Are the texts still like those of the training? "
		               "Label some of them and train again.");
	else
		ho_page_marked(
		    page, HO_YELLOW, "open     ",
		    "These texts are too few to show that the promise is kept, and do not show that it is broken.");
}

static void print_label_promises(struct ho_page *page, const struct cli_evaluation *e)
{
	const struct ho_model_certificate *c = &e->certificate;
	for (uint32_t k = 0; k < c->labels; k++) {
		if (!(c->max_error[k] < 1))
			continue;
		struct ho_shown name = ho_show_short(e->scores.names.keys[k]);
		if (c->threshold[k] < 1)
			ho_page_text(
			    page, 2, 4,
			    "'%s': at most %s of the automatic answers wrong, from a confidence above %.4f on; "
			    "here %s of %s.",
			    name.text, ho_show_chosen(c->max_error[k]).text, c->threshold[k],
			    ho_show_count(e->label_automatic_wrong[k]).text, ho_show_count(e->label_automatic[k]).text);
		else
			ho_page_text(page, 2, 4, "'%s': %s was asked for and could not be promised; handed over.",
			             name.text, ho_show_chosen(c->max_error[k]).text);
	}
}

static void print_certificate(struct ho_page *page, const struct ho_model_certificate *c)
{
	const char *kind =
	    c->kind == HO_PROMISE_CROSS_FIT
	        ? "approximate, because it was made by cross-fit: texts were scored by models that had not seen "
	          "them, not by this very model"
	        : "exact (binomial test on labels that were used for nothing else)";
	ho_page_text(page, 0, 0, "Certificate: %s; %s tested.", kind, ho_show_counted(c->n_tested, "threshold").text);
	if (!c->per_label && c->chosen < c->n_tested) {
		const struct ho_tested *t = &c->tested[c->chosen];
		ho_page_text(page, 0, 0,
		             "The one in use accepts a confidence above %.4f: of %s of the certification %s were "
		             "wrong (p = %.2g).",
		             t->threshold, ho_show_counted(t->n, "accepted text").text, ho_show_count(t->k).text, t->p);
	}
}

static void print_promise(struct ho_page *page, const struct cli_evaluation *e)
{
	const struct ho_model_certificate *c = &e->certificate;
	ho_page_heading(page, "Promise");
	if (c->kind == HO_PROMISE_NONE) {
		ho_page_text(page, 0, 0, "The model makes no promise, and so answers nothing automatically.");
		return;
	}
	if (c->per_label) {
		ho_page_text(page, 0, 0, "Promised per label, with %s confidence for all together:",
		             ho_show_chosen(c->confidence_level).text);
		print_label_promises(page, e);
	} else {
		ho_page_text(page, 0, 0,
		             "Promised: of the texts answered automatically at most %s are wrong, with %s confidence.",
		             ho_show_chosen(c->kind == HO_PROMISE_REVIEW_SHARE ? c->bound : c->max_error[0]).text,
		             ho_show_chosen(c->confidence_level).text);
	}
	if (e->scores.n)
		print_kept(page, e->kept);
	print_certificate(page, c);
}

/* The labels to show, in their own order; of more than fit those with the lowest F1, the lowest first. */
static uint32_t pick_labels(uint32_t shown[LABELS_SHOWN], const struct cli_evaluation *e)
{
	uint32_t n = 0, K = e->scores.names.n;
	for (uint32_t k = 0; k < K; k++) {
		uint32_t at = n;
		while (K > LABELS_SHOWN && at > 0 && e->labels[shown[at - 1]].f1 > e->labels[k].f1)
			at--;
		if (at == LABELS_SHOWN)
			continue;
		n += n < LABELS_SHOWN;
		memmove(&shown[at + 1], &shown[at], (n - 1 - at) * sizeof *shown);
		shown[at] = k;
	}
	return n;
}

static void print_labels(struct ho_page *page, const struct cli_evaluation *e)
{
	struct ho_grid grid;
	uint32_t K = e->scores.names.n, shown[LABELS_SHOWN], n = pick_labels(shown, e);
	ho_page_heading(page, "%s", K > n ? "Labels, the worst first" : "Labels");
	ho_grid_init(&grid, "lrrrr");
	ho_grid_cell(&grid, "label");
	ho_grid_cell(&grid, "texts");
	ho_grid_cell(&grid, "precision");
	ho_grid_cell(&grid, "recall");
	ho_grid_cell(&grid, "F1");
	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = shown[i];
		const struct ho_label_metrics *l = &e->labels[k];
		ho_grid_cell(&grid, "%s%s", ho_show_short(e->scores.names.keys[k]).text,
		             k < e->scores.known ? "" : " (unknown)");
		ho_grid_cell(&grid, "%s", ho_show_count(l->n).text);
		ho_grid_cell(&grid, "%s", l->predicted ? ho_show_percent(l->precision).text : "-");
		ho_grid_cell(&grid, "%s", l->n ? ho_show_percent(l->recall).text : "-");
		ho_grid_cell(&grid, "%.3f", l->f1);
	}
	ho_page_grid(page, 2, &grid, true);
	if (K > n)
		ho_page_text(page, 2, 2, "... and %u more labels (--json has all).", K - n);
}

static void print_confused(struct ho_page *page, const struct cli_evaluation *e)
{
	if (!e->n_confused)
		return;
	ho_page_heading(page, "Most confused");
	for (size_t i = 0; i < e->n_confused; i++)
		ho_page_text(page, 2, 4, "%s of '%s' taken for '%s'", ho_show_counted(e->confused[i].n, "text").text,
		             ho_show_short(e->scores.names.keys[e->confused[i].truth]).text,
		             ho_show_short(e->scores.names.keys[e->confused[i].predicted]).text);
}

void cli_evaluation_print(struct ho_page *page, const struct cli_evaluation *e)
{
	size_t n = e->scores.n;
	if (e->seen)
		ho_page_text(page, 0, 0, "%s left out, because the training had the same texts.",
		             ho_show_counted(e->seen, "row").text);
	if (n == 0) {
		ho_page_text(
		    page, 0, 0,
		    "Nothing is left to judge the model by: it has seen all of these texts. Use texts that were kept "
		    "out of the training (`handoff split`).");
		print_promise(page, e);
		return;
	}
	ho_page_text(page, 0, 0, "Accuracy: %s of %s; macro F1 %.3f.", interval_of(n - e->errors, n, e->accuracy).text,
	             ho_show_counted(n, "text").text, e->macro_f1);
	if (e->scores.unknown_rows)
		ho_page_text(page, 0, 0,
		             "%s with a label that the model does not know: counted as wrong, whatever the answer.",
		             ho_show_counted(e->scores.unknown_rows, "row").text);
	print_automated(page, e);
	print_promise(page, e);
	ho_page_heading(page, "Confidence");
	ho_page_text(page, 0, 0,
	             "Log loss %.3f, Brier score %.3f, calibration error %.3f (%.3f would be chance), area under the "
	             "risk-coverage curve %.4f.",
	             e->log_loss, e->brier, e->ece.plug_in, e->ece.noise, e->aurc);
	ho_page_text(
	    page, 0, 0,
	    "With the best threshold in hindsight, which no promise is: %s of the texts at 1%% error, %s at 2%%, %s "
	    "at 5%%.",
	    ho_show_percent(e->coverage_at_error[0]).text, ho_show_percent(e->coverage_at_error[1]).text,
	    ho_show_percent(e->coverage_at_error[2]).text);
	if (e->asked_error > 0)
		ho_page_text(page, 0, 0, "At %s error: %s of the texts.", ho_show_percent(e->asked_error).text,
		             ho_show_percent(e->coverage_at_asked).text);
	print_labels(page, e);
	print_confused(page, e);
}
