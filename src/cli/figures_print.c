#include <math.h>

#include "base/alloc.h"
#include "figures.h"
#include "report/show.h"

/* Rows of the tables per label and of mixed-up pairs. */
enum { LABELS_SHOWN = 20, PAIRS_SHOWN = 8 };

static void print_data(struct ho_page *page, const struct cli_figures *f)
{
	ho_page_text(page, 0, 0, "Accuracy %s on %s that training did not have%s.",
	             ho_show_interval(f->accuracy, f->accuracy_interval.lo, f->accuracy_interval.hi).text,
	             ho_show_counted(f->n, "text").text, f->n < 100 ? " (few: the interval is wide)" : "");
	if (f->seen)
		ho_page_text(page, 0, 0, "%s %s in the training data, and left out.",
		             ho_show_counted(f->seen, "more text").text, f->seen == 1 ? "was" : "were");
	if (f->unknown)
		ho_page_text(page, 0, 0,
		             "%s %s a label that the model does not know; whatever it answers there counts as wrong.",
		             ho_show_counted(f->unknown, "text").text, f->unknown == 1 ? "has" : "have");
}

static void print_decisions(struct ho_page *page, const struct cli_figures *f)
{
	double n = (double)f->n;
	struct ho_grid grid;
	static const char *const names[] = {"", "handed over: unsure", "handed over: novel", "handed over: no promise",
	                                    "handed over: paused"};
	ho_page_heading(page, "Who answers");
	ho_grid_init(&grid, "lrrl");
	ho_grid_cell(&grid, "answered automatically");
	ho_grid_cell(&grid, "%s", ho_show_count(f->automated).text);
	ho_grid_cell(&grid, "%s", ho_show_percent((double)f->automated / n).text);
	if (f->automated)
		ho_grid_cell(
		    &grid, "%s wrong: %s", ho_show_count(f->automated_wrong).text,
		    ho_show_interval(f->automatic.error, f->automatic.interval.lo, f->automatic.interval.hi).text);
	else
		ho_grid_cell(&grid, "%s", "");
	for (int r = 1; r < 5; r++) {
		if (!f->by_reason[r])
			continue;
		ho_grid_cell(&grid, "%s", names[r]);
		ho_grid_cell(&grid, "%s", ho_show_count(f->by_reason[r]).text);
		ho_grid_cell(&grid, "%s", ho_show_percent((double)f->by_reason[r] / n).text);
		ho_grid_cell(&grid, "%s", "");
	}
	ho_page_grid(page, 2, &grid, false);
}

static void print_verdict(struct ho_page *page, const struct cli_kept *p, const char *label)
{
	char scope[160] = "the texts answered automatically";
	if (label)
		snprintf(scope, sizeof scope, "the automatic answers '%.100s'", label);
	if (!(p->max_error < 1))
		return;
	if (p->n == 0)
		ho_page_text(
		    page, 2, 2,
		    "Promised: of %s at most %s are wrong. There is none among these texts, so nothing is shown.",
		    scope, ho_show_chosen(p->max_error).text);
	else if (p->kept == 1)
		ho_page_marked(page, HO_GREEN, "  kept", "Of %s at most %s may be wrong; here it was %s.", scope,
		               ho_show_chosen(p->max_error).text,
		               ho_show_interval(p->error, p->interval.lo, p->interval.hi).text);
	else if (p->kept == 0)
		ho_page_marked(page, HO_RED, "  broken",
		               "Of %s at most %s may be wrong; here it was %s. These texts are not like the ones "
		               "the promise was made on, or the labels mean something else.",
		               scope, ho_show_chosen(p->max_error).text,
		               ho_show_interval(p->error, p->interval.lo, p->interval.hi).text);
	else
		ho_page_marked(page, HO_YELLOW, "  open",
		               "Of %s at most %s may be wrong; here it was %s. The interval holds %s, so these "
		               "%s show it neither kept nor broken.",
		               scope, ho_show_chosen(p->max_error).text,
		               ho_show_interval(p->error, p->interval.lo, p->interval.hi).text,
		               ho_show_chosen(p->max_error).text, ho_show_counted(p->n, "answer").text);
}

/* The executed tests: what the promise rests on. Long lists show their start and their end. */
static void print_certificate(struct ho_page *page, const struct ho_model_certificate *c)
{
	struct ho_grid grid;
	enum { EDGE = 4 };
	if (c->n_tested == 0 || c->per_label)
		return;
	ho_page_blank(page);
	ho_page_text(page, 2, 2, "Certificate: %s tested in the order fixed beforehand, confidence level %s.",
	             ho_show_counted(c->n_tested, "threshold").text, ho_show_chosen(c->confidence_level).text);
	ho_grid_init(&grid, "rrrrl");
	ho_grid_cell(&grid, "threshold");
	ho_grid_cell(&grid, "n");
	ho_grid_cell(&grid, "wrong");
	ho_grid_cell(&grid, "p");
	ho_grid_cell(&grid, "%s", "");
	for (uint32_t i = 0; i < c->n_tested; i++) {
		const struct ho_tested *t = &c->tested[i];
		if (i == EDGE && c->n_tested > 2 * EDGE) {
			i = c->n_tested - EDGE - 1;
			for (int cell = 0; cell < 5; cell++)
				ho_grid_cell(&grid, "%s", cell == 0 ? "..." : "");
			continue;
		}
		ho_grid_cell(&grid, "%.4f", t->threshold);
		ho_grid_cell(&grid, "%s", ho_show_count(t->n).text);
		ho_grid_cell(&grid, "%s", ho_show_count(t->k).text);
		ho_grid_cell(&grid, "%.2g", t->p);
		ho_grid_cell(&grid, "%s", i == c->chosen ? "<- in use" : "");
	}
	ho_page_grid(page, 4, &grid, true);
}

static void print_promise(struct ho_page *page, const struct cli_figures *f)
{
	const struct ho_model_certificate *c = &f->certificate;
	ho_page_heading(page, "The promise");
	if (c->kind == HO_PROMISE_NONE) {
		ho_page_text(page, 2, 2, "This model promises nothing, and hands every text over.");
		return;
	}
	for (uint32_t i = 0; i < f->n_promises; i++)
		print_verdict(page, &f->promises[i], c->per_label ? f->names[i] : NULL);
	if (c->kind == HO_PROMISE_CROSS_FIT)
		ho_page_text(
		    page, 2, 2,
		    "The promise is cross-fitted: approximate, because the rows that back it also taught the model.");
	if (c->kind == HO_PROMISE_REVIEW_SHARE)
		ho_page_text(
		    page, 2, 2,
		    "The threshold was set by the share to review; the bound is what could be certified there.");
	print_certificate(page, c);
}

static void print_labels(struct ho_page *page, const struct cli_figures *f)
{
	static const char *const heads[] = {"label", "texts", "precision", "recall", "F1"};
	struct ho_grid grid;
	ho_page_heading(page, "By label");
	ho_grid_init(&grid, "lrrrr");
	for (int i = 0; i < 5; i++)
		ho_grid_cell(&grid, "%s", heads[i]);
	for (uint32_t l = 0, shown = 0; l < f->labels && shown < LABELS_SHOWN; l++, shown++) {
		const struct ho_label_metrics *m = &f->per_label[l];
		ho_grid_cell(&grid, "%s%s", ho_show_short(ho_slice_str(f->names[l])).text,
		             l >= f->K ? " (unknown)" : "");
		ho_grid_cell(&grid, "%s", ho_show_count(m->n).text);
		ho_grid_cell(&grid, "%s", m->predicted ? ho_show_percent(m->precision).text : "-");
		ho_grid_cell(&grid, "%s", m->n ? ho_show_percent(m->recall).text : "-");
		ho_grid_cell(&grid, "%s", m->n + m->predicted ? ho_show_percent(m->f1).text : "-");
	}
	ho_page_grid(page, 2, &grid, true);
	if (f->labels > LABELS_SHOWN)
		ho_page_text(page, 2, 2, "... and %u more labels; --json has them all.", f->labels - LABELS_SHOWN);
}

struct mixed {
	uint64_t n;
	uint32_t truth, predicted;
};

static int most_first(const void *a, const void *b)
{
	const struct mixed *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	if (x->truth != y->truth)
		return x->truth < y->truth ? -1 : 1;
	return x->predicted < y->predicted ? -1 : x->predicted > y->predicted;
}

static void print_mixed(struct ho_page *page, const struct cli_figures *f)
{
	struct mixed best[PAIRS_SHOWN + 1];
	size_t n = 0, K = f->K;
	struct ho_grid grid;
	for (uint32_t t = 0; t <= K; t++) {
		for (uint32_t p = 0; p < K; p++) {
			uint64_t count = f->confusion[t * (K + 1) + p];
			if (t == p || count == 0)
				continue;
			best[n++] = (struct mixed){count, t, p};
			qsort(best, n, sizeof best[0], most_first);
			n = n > PAIRS_SHOWN ? PAIRS_SHOWN : n;
		}
	}
	if (n == 0)
		return;
	ho_page_heading(page, "Most often mixed up");
	ho_grid_init(&grid, "rlll");
	for (size_t i = 0; i < n; i++) {
		ho_grid_cell(&grid, "%s", ho_show_count(best[i].n).text);
		ho_grid_cell(&grid, "%s",
		             best[i].truth == K ? "(unknown label)"
		                                : ho_show_short(ho_slice_str(f->names[best[i].truth])).text);
		ho_grid_cell(&grid, "taken for");
		ho_grid_cell(&grid, "%s", ho_show_short(ho_slice_str(f->names[best[i].predicted])).text);
	}
	ho_page_grid(page, 2, &grid, false);
}

static void print_other(struct ho_page *page, const struct cli_figures *f)
{
	ho_page_heading(page, "Other figures");
	ho_page_text(
	    page, 2, 2,
	    "macro F1 %s; log loss %.3f; Brier score %.3f; calibration error %s (%s beyond what chance would give); "
	    "area under the risk-coverage curve %.4f.",
	    ho_show_percent(f->macro_f1).text, f->log_loss, f->brier, ho_show_percent(f->ece.plug_in).text,
	    ho_show_percent(f->ece.debiased).text, f->aurc.aurc);
	ho_page_text(
	    page, 2, 2,
	    "With the best threshold in hindsight (no promise): %s of the texts at 1%% error, %s at 2%%, %s at 5%%.",
	    ho_show_percent(f->coverage_at[0]).text, ho_show_percent(f->coverage_at[1]).text,
	    ho_show_percent(f->coverage_at[2]).text);
}

void cli_figures_print(struct ho_page *page, const struct cli_figures *f)
{
	print_data(page, f);
	print_decisions(page, f);
	print_promise(page, f);
	print_labels(page, f);
	print_mixed(page, f);
	print_other(page, f);
}
