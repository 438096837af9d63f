/*
 * Is the promise kept on fresh labels? The exact test on distinct texts that training had no copy of, as the
 * certificate counts them. What was promised is tested; how the errors lie over labels, lengths and columns is shown
 * beside it.
 */
#include <math.h>

#include "base/alloc.h"
#include "doubt/private.h"

enum { SHOWN = 12 };

/* Automatic answers of one kind. */
struct part {
	uint64_t n, wrong;
	double max_error; /* promised; 1: nothing */
	size_t test;
	bool tested;
};

struct promise {
	struct ho_model_certificate certificate;
	struct part all;
	struct part *label; /* [K] by predicted label; owned */
	uint64_t judged;
};

/* Chance of so many wrong answers or more if the error rate is what was promised. */
static double broken_p(const struct part *part)
{
	return part->wrong ? ho_binomial_sf(part->wrong - 1, part->n, part->max_error) : 1;
}

static void count(struct promise *p, const struct doubt *d)
{
	const struct doubt_answers *a = &d->test.answers;
	for (size_t i = 0; i < d->n_judged; i++) {
		uint32_t row = d->judged[i];
		if (!a->automatic[row])
			continue;
		struct part *label = &p->label[a->predicted[row]];
		label->n++;
		label->wrong += a->wrong[row];
		p->all.n++;
		p->all.wrong += a->wrong[row];
	}
	p->judged = d->n_judged;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct promise *p = state;
	const struct ho_model_certificate *c = &p->certificate;
	ho_model_certificate(&p->certificate, d->model);
	p->label = ho_calloc(d->K, sizeof *p->label);
	if (!p->label)
		return ho_fail_nomem(err);
	if (c->kind == HO_PROMISE_NONE || d->n_judged < DOUBT_LEAST)
		return HO_OK;
	count(p, d);
	p->all.max_error = c->per_label ? 1 : c->kind == HO_PROMISE_REVIEW_SHARE ? c->bound : c->max_error[0];
	if (!c->per_label && p->all.n) {
		p->all.test = ho_doubt__test(d, broken_p(&p->all));
		p->all.tested = true;
	}
	for (uint32_t k = 0; k < d->K && c->per_label; k++) {
		struct part *part = &p->label[k];
		part->max_error = c->threshold[k] < 1 ? c->max_error[k] : 1;
		if (part->max_error >= 1 || !part->n)
			continue;
		part->test = ho_doubt__test(d, broken_p(part));
		part->tested = true;
	}
	return HO_OK;
}

static struct ho_shown show_error(const struct part *part)
{
	struct ho_interval in = ho_binomial_interval(part->wrong, part->n, 0.95);
	return ho_show_interval((double)part->wrong / (double)part->n, in.lo, in.hi);
}

/* The label whose automatic answers are most often wrong beyond `max_error`, allowing for having looked at all. */
static uint32_t worst_label(const struct promise *p, const struct doubt *d, double max_error)
{
	uint32_t worst = d->K, looked = 0;
	double least = 1;
	for (uint32_t k = 0; k < d->K; k++) {
		struct part part = p->label[k];
		part.max_error = max_error;
		looked += part.n > 0;
		if (part.n && broken_p(&part) < least) {
			least = broken_p(&part);
			worst = k;
		}
	}
	return least * looked <= HO_DOUBT_LEVEL ? worst : d->K;
}

static void show_labels(const struct promise *p, struct doubt *d)
{
	bool *shown = ho_calloc(d->K, sizeof *shown);
	ho_exhibit_table(d->out, "lrrl", "Automatic answers by the label they gave, most errors first");
	ho_exhibit_cell(d->out, "answered");
	ho_exhibit_cell(d->out, "texts");
	ho_exhibit_cell(d->out, "wrong");
	ho_exhibit_cell(d->out, "error [95%% interval]");
	for (int row = 0; row < SHOWN && shown; row++) {
		uint32_t most = d->K;
		for (uint32_t k = 0; k < d->K; k++)
			if (!shown[k] && p->label[k].n && (most == d->K || p->label[k].wrong > p->label[most].wrong))
				most = k;
		if (most == d->K)
			break;
		shown[most] = true;
		ho_exhibit_cell(d->out, "%s", ho_doubt__label(d, most).text);
		ho_exhibit_cell(d->out, "%s", ho_show_count(p->label[most].n).text);
		ho_exhibit_cell(d->out, "%s", ho_show_count(p->label[most].wrong).text);
		ho_exhibit_cell(d->out, "%s", show_error(&p->label[most]).text);
	}
	ho_free(shown);
}

static void show_wrong(const struct promise *p, struct doubt *d)
{
	const struct doubt_answers *a = &d->test.answers;
	size_t shown = 0;
	if (!p->all.wrong)
		return;
	ho_exhibit_texts(d->out, "Automatic answers that were wrong");
	for (size_t i = 0; i < d->n_judged && shown < SHOWN; i++) {
		uint32_t row = d->judged[i];
		if (!a->automatic[row] || !a->wrong[row])
			continue;
		shown++;
		ho_doubt__show_row(d, &d->test, row, "answered %s with %s", ho_doubt__label(d, a->predicted[row]).text,
		                   ho_show_percent(a->confidence[row]).text);
	}
}

static void tell_broken(const struct promise *p, const struct part *part, const char *of, struct doubt *d)
{
	ho_doubt__find(d, DOUBT_BROKEN,
	               "the promise is broken: of %s automatic answers%s %s are wrong, at most %s was promised",
	               ho_show_count(part->n).text, of, ho_show_percent((double)part->wrong / (double)part->n).text,
	               ho_show_chosen(part->max_error).text);
	ho_doubt__say(
	    d, 95,
	    "The promise is broken on new texts: %s of the automatic answers%s are wrong, at most %s was promised.",
	    show_error(part).text, of, ho_show_chosen(part->max_error).text);
	ho_findings_advice(d->out, "do not deploy it for texts like these: train on texts and labels like those of the "
	                           "test file, or find out what differs (`handoff explore` on both)");
	(void)p;
}

/* One promise for all answers. */
static void tell_single(const struct promise *p, struct doubt *d)
{
	const struct part *all = &p->all;
	double error = (double)all->wrong / (double)all->n, alpha = all->max_error;
	struct ho_interval in = ho_binomial_interval(all->wrong, all->n, 0.95);
	if (ho_doubt__alarm(d, all->test))
		tell_broken(p, all, "", d);
	else if (error > alpha)
		ho_doubt__find(d, DOUBT_WEAK,
		               "of %s automatic answers %s are wrong where at most %s was promised, which may be luck",
		               ho_show_count(all->n).text, ho_show_percent(error).text, ho_show_chosen(alpha).text);
	else
		ho_doubt__find(d, DOUBT_HOLDS, "of %s automatic answers %s are wrong, at most %s was promised",
		               ho_show_count(all->n).text, ho_show_percent(error).text, ho_show_chosen(alpha).text);
	if (!ho_doubt__alarm(d, all->test))
		ho_doubt__say(
		    d, error > alpha ? 55 : 30, "Of %s answered automatically %s are wrong; at most %s was promised.",
		    ho_show_counted(all->n, "new text").text, show_error(all).text, ho_show_chosen(alpha).text);
	if (error <= alpha && in.hi > alpha)
		ho_findings_evidence(d->out,
		                     "the 95%% interval reaches beyond the promise: these texts do not prove it again");
	ho_findings_figure(d->out, error);
	ho_findings_interval(d->out, in.lo, in.hi);
	ho_findings_measure(d->out, "wrong among automatic answers", HO_UNIT_SHARE);
	ho_doubt__show_test(d, "error rate within the promise", all->test);
	uint32_t worst = worst_label(p, d, alpha);
	if (worst < d->K)
		ho_findings_evidence(d->out, "the promise is about all labels together; answers '%s' are wrong in %s",
		                     ho_doubt__label(d, worst).text, show_error(&p->label[worst]).text);
}

/* Promises for single labels: the most clearly broken one is told. */
static void tell_labels(const struct promise *p, struct doubt *d)
{
	uint32_t worst = d->K, kept = 0, tested = 0;
	for (uint32_t k = 0; k < d->K; k++) {
		if (!p->label[k].tested)
			continue;
		tested++;
		kept += (double)p->label[k].wrong <= p->label[k].max_error * (double)p->label[k].n;
		if (worst == d->K ||
		    ho_doubt__adjusted(d, p->label[k].test) < ho_doubt__adjusted(d, p->label[worst].test))
			worst = k;
	}
	const struct part *part = &p->label[worst];
	char of[128];
	(void)snprintf(of, sizeof of, " '%s'", ho_doubt__label(d, worst).text);
	if (ho_doubt__alarm(d, part->test))
		tell_broken(p, part, of, d);
	else
		ho_doubt__find(
		    d, kept == tested ? DOUBT_HOLDS : DOUBT_WEAK,
		    "%u of %u promises for single labels are kept on these texts, none is shown to be broken", kept,
		    tested);
	ho_findings_figure(d->out, (double)part->wrong / (double)part->n);
	struct ho_interval in = ho_binomial_interval(part->wrong, part->n, 0.95);
	ho_findings_interval(d->out, in.lo, in.hi);
	ho_findings_measure(d->out, "wrong among automatic answers of the worst label", HO_UNIT_SHARE);
	for (uint32_t k = 0; k < d->K; k++)
		if (p->label[k].tested)
			ho_findings_evidence(d->out, "'%s': %s of %s wrong, at most %s promised",
			                     ho_doubt__label(d, k).text, show_error(&p->label[k]).text,
			                     ho_show_count(p->label[k].n).text,
			                     ho_show_chosen(p->label[k].max_error).text);
}

static void tell(struct doubt *d, const void *state)
{
	const struct promise *p = state;
	bool any = p->all.tested;
	if (p->certificate.kind == HO_PROMISE_NONE) {
		ho_doubt__find(d, DOUBT_UNKNOWN, "the model promises nothing and hands every text to a person");
		ho_findings_advice(d->out, "see the check `enough` for how many labels a promise would take");
		ho_doubt__say(d, 60, "The model makes no promise: every text goes to a person.");
		return;
	}
	if (ho_doubt__needs_test(d, "the promise was not tested again")) {
		ho_findings_evidence(d->out,
		                     "the check `enough` draws such a promise again from what there is, and counts how "
		                     "often it is false");
		return;
	}
	for (uint32_t k = 0; k < d->K; k++)
		any |= p->label[k].tested;
	if (!any) {
		ho_doubt__find(d, DOUBT_UNKNOWN,
		               "none of %s was answered automatically, so there is nothing to judge the promise by",
		               ho_show_counted(p->judged, "new text").text);
		ho_findings_advice(d->out, "give more labelled texts of the kind that the model was trained on");
		return;
	}
	(p->certificate.per_label ? tell_labels : tell_single)(p, d);
	ho_findings_evidence(d->out, "%s of %s were answered automatically; copies of training texts judge nothing",
	                     ho_show_percent((double)p->all.n / (double)p->judged).text,
	                     ho_show_counted(p->judged, "new text").text);
	show_labels(p, d);
	show_wrong(p, d);
}

static void release(void *state)
{
	struct promise *p = state;
	ho_free(p->label);
}

const struct doubt_check ho_doubt__promise = {
    .id = "promise",
    .title = "is the promise kept on new texts?",
    .section = DOUBT_ON_PROMISE,
    .state = sizeof(struct promise),
    .measure = measure,
    .tell = tell,
    .release = release,
};
