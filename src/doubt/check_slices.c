/*
 * Is the model much worse on some kind of texts? Slices (slices.h) that look bad on one half of the new texts are
 * tested on the other. Two questions: are there more errors than in the rest (some always have more: a weakness, if the
 * difference matters), and are automatic answers wrong far more often than was promised for all (broken)?
 */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "doubt/slices.h"
#include "judge/shares.h"

enum { TEXTS = 20000, CANDIDATES = 15, SHOWN = 15, EXAMPLES = 8 };
/* A difference that matters: so many points, and so many times the errors of the rest. */
static const double points = 0.05, times = 1.5;
/* Broken: automatic answers wrong more than so many times what was promised for all of them. */
static const double promise_times = 3;

struct candidate {
	size_t slice;
	double p_found, p, adjusted;     /* on the halves: found, tested, and Holm's over the candidates */
	struct ho_difference difference; /* error of the slice less the rest, on the half that tests */
	bool tested;
	size_t test;
};

struct slices {
	struct doubt_texts texts;
	struct doubt_slices found;
	struct candidate candidate[CANDIDATES]; /* by falling evidence on the half that tests */
	size_t n;
	double limit; /* of wrong automatic answers in a slice */
	bool answers;
};

static double rate(uint64_t k, uint64_t n)
{
	return n ? (double)k / (double)n : 0;
}

static double rest_rate(const struct slices *s, const struct doubt_slice *slice, int half)
{
	const struct doubt_tally *all = &s->found.all[half], *part = &slice->half[half];
	return rate(all->wrong - part->wrong, all->n - part->n);
}

/* Worse than the rest on the half that slices are found on, or too often wrong where answered automatically. */
static bool is_suspect(const struct slices *s, const struct doubt_slice *slice)
{
	const struct doubt_tally *part = &slice->half[DOUBT_FOUND];
	double error = rate(part->wrong, part->n), rest = rest_rate(s, slice, DOUBT_FOUND);
	return (error - rest > points / 2 && error > rest) ||
	       (s->answers && rate(part->automatic_wrong, part->automatic) > s->limit / 2);
}

static double suspicion(const struct slices *s, const struct doubt_slice *slice)
{
	const struct doubt_tally *part = &slice->half[DOUBT_FOUND];
	double p = ho_doubt__slice_p(&s->found, slice, DOUBT_FOUND);
	return s->answers ? fmin(p, ho_doubt__tail(part->automatic_wrong, part->automatic, s->limit)) : p;
}

static void choose(struct slices *s)
{
	for (size_t i = 0; i < s->found.n; i++) {
		const struct doubt_slice *slice = &s->found.items[i];
		double p = suspicion(s, slice);
		size_t at = s->n;
		if (!is_suspect(s, slice))
			continue;
		while (at > 0 && s->candidate[at - 1].p_found > p)
			at--;
		if (at == CANDIDATES)
			continue;
		s->n += s->n < CANDIDATES;
		for (size_t c = s->n - 1; c > at; c--)
			s->candidate[c] = s->candidate[c - 1];
		s->candidate[at] = (struct candidate){.slice = i, .p_found = p};
	}
}

static int by_p(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return (x->slice > y->slice) - (x->slice < y->slice);
}

/* Of the candidates' intervals, so that all of them hold at once with 95% (Bonferroni): the worst is told. */
static double level(const struct slices *s)
{
	return 1 - 0.05 / (double)(s->n ? s->n : 1);
}

/* Holm (1979) over the candidates, for what is called a weakness; what is called broken goes through the correction
 * over all checks. */
static void test(struct slices *s, struct doubt *d)
{
	double worst = 0;
	for (size_t c = 0; c < s->n; c++) {
		struct candidate *one = &s->candidate[c];
		const struct doubt_slice *slice = &s->found.items[one->slice];
		const struct doubt_tally *part = &slice->half[DOUBT_TESTED], *all = &s->found.all[DOUBT_TESTED];
		one->p = ho_doubt__slice_p(&s->found, slice, DOUBT_TESTED);
		one->difference =
		    ho_share_difference(part->wrong, part->n, all->wrong - part->wrong, all->n - part->n, level(s));
		one->tested = s->answers && part->automatic >= DOUBT_LEAST && slice->kind != DOUBT_SLICE_LABEL;
		if (one->tested)
			one->test = ho_doubt__test(d, ho_doubt__tail(part->automatic_wrong, part->automatic, s->limit));
	}
	qsort(s->candidate, s->n, sizeof *s->candidate, by_p);
	for (size_t c = 0; c < s->n; c++) {
		worst = fmax(worst, fmin(1, s->candidate[c].p * (double)(s->n - c)));
		s->candidate[c].adjusted = worst;
	}
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct slices *s = state;
	if (d->n_judged < DOUBT_LEAST)
		return HO_OK;
	s->answers = ho_doubt__answers_any(d);
	s->limit = fmin(0.5, promise_times * ho_doubt__max_error(d));
	enum ho_status status = ho_doubt__take_texts(&s->texts, d, TEXTS, err);
	if (status == HO_OK)
		status = ho_doubt__slices_find(&s->found, d, &s->texts, err);
	if (status)
		return status;
	choose(s);
	test(s, d);
	return HO_OK;
}

static bool is_weak(const struct slices *s, const struct candidate *c)
{
	const struct doubt_slice *slice = &s->found.items[c->slice];
	double error = rate(slice->half[DOUBT_TESTED].wrong, slice->half[DOUBT_TESTED].n);
	return c->adjusted <= HO_DOUBT_LEVEL && c->difference.difference >= points &&
	       error >= times * rest_rate(s, slice, DOUBT_TESTED);
}

static enum doubt_verdict verdict_of(const struct slices *s, const struct doubt *d, const struct candidate *c)
{
	if (c->tested && ho_doubt__alarm(d, c->test))
		return DOUBT_BROKEN;
	return is_weak(s, c) ? DOUBT_WEAK : DOUBT_HOLDS;
}

/* The gravest; of equals the one with the largest difference, or, where nothing was shown, the one nearest to being
 * shown: candidates stand in that order. */
static const struct candidate *worst_of(const struct slices *s, const struct doubt *d, enum doubt_verdict *verdict)
{
	const struct candidate *worst = NULL;
	*verdict = DOUBT_HOLDS;
	for (size_t i = 0; i < s->n; i++) {
		const struct candidate *c = &s->candidate[i];
		enum doubt_verdict own = verdict_of(s, d, c);
		if (!worst || own > *verdict ||
		    (own == *verdict && own != DOUBT_HOLDS &&
		     c->difference.difference > worst->difference.difference)) {
			worst = c;
			*verdict = own;
		}
	}
	return worst;
}

static struct ho_shown show_share(uint64_t k, uint64_t n, double level)
{
	struct ho_interval in = ho_binomial_interval(k, n, level);
	return ho_show_interval(rate(k, n), in.lo, in.hi);
}

static void show_row(struct doubt *d, const char *name, const struct doubt_tally *t, double level,
                     const char *difference, const char *verdict)
{
	ho_exhibit_cell(d->out, "%s", name);
	ho_exhibit_cell(d->out, "%s", ho_show_count(t->n).text);
	ho_exhibit_cell(d->out, "%s", show_share(t->wrong, t->n, level).text);
	ho_exhibit_cell(d->out, "%s", difference);
	ho_exhibit_cell(d->out, "%s", t->automatic ? show_share(t->automatic_wrong, t->automatic, level).text : "-");
	ho_exhibit_cell(d->out, "%s", verdict);
}

static void show(const struct slices *s, struct doubt *d)
{
	static const char *const names[] = {"", "weak", "broken"};
	static const char *const head[] = {"texts", "number", "errors", "against the rest", "wrong automatic answers",
	                                   ""};
	ho_exhibit_table(d->out, "lrrrrl",
	                 "Kinds of texts that looked worst on one half of the new texts, counted on the other; all "
	                 "intervals of a column hold at once with 95%%");
	for (size_t c = 0; c < sizeof head / sizeof *head; c++)
		ho_exhibit_cell(d->out, "%s", head[c]);
	show_row(d, "all", &s->found.all[DOUBT_TESTED], 0.95, "", "");
	for (size_t i = 0; i < s->n && i < SHOWN; i++) {
		const struct candidate *c = &s->candidate[i];
		const struct doubt_slice *slice = &s->found.items[c->slice];
		struct ho_difference diff = c->difference;
		show_row(d, slice->name, &slice->half[DOUBT_TESTED], level(s),
		         ho_show_points(diff.difference, diff.interval.lo, diff.interval.hi).text,
		         names[verdict_of(s, d, c)]);
	}
}

static void tell_worst(struct doubt *d, const struct slices *s, const struct candidate *c, enum doubt_verdict verdict)
{
	const struct doubt_slice *slice = &s->found.items[c->slice];
	const struct doubt_tally *part = &slice->half[DOUBT_TESTED];
	struct ho_shown error = ho_show_percent(rate(part->wrong, part->n)),
	                rest = ho_show_percent(rest_rate(s, slice, DOUBT_TESTED)),
	                automatic = ho_show_percent(rate(part->automatic_wrong, part->automatic));
	if (verdict == DOUBT_BROKEN) {
		ho_doubt__find(d, verdict,
		               "of the automatic answers to texts %s %s are wrong, where at most %s of all may be",
		               slice->name, automatic.text, ho_show_chosen(ho_doubt__max_error(d)).text);
		ho_doubt__say(d, 84, "Texts %s are answered wrongly far too often: %s of their automatic answers.",
		              slice->name, automatic.text);
	} else if (verdict == DOUBT_WEAK) {
		ho_doubt__find(d, verdict, "texts %s are harder: %s get a wrong label, of the other texts %s",
		               slice->name, error.text, rest.text);
		ho_doubt__say(d, 46, "Texts %s are harder: %s get a wrong label, of the other texts %s.", slice->name,
		              error.text, rest.text);
	} else {
		ho_doubt__find(d, verdict, "no kind of texts was found on which the model is clearly and much worse");
		ho_doubt__say(d, 19, "No kind of texts was found on which the model is much worse.");
	}
}

/* What texts with this label are most often taken for, if they are taken for anything else. */
static uint32_t taken_for(const struct slices *s, const struct doubt *d, uint32_t label)
{
	uint32_t *count = ho_calloc(d->K, sizeof *count), most = d->K;
	for (size_t i = 0; count && i < s->texts.n; i++) {
		uint32_t row = s->texts.row[i], predicted = s->texts.answers->predicted[row];
		if (s->texts.rows->truth[row] != label || predicted == label)
			continue;
		count[predicted]++;
		if (most == d->K || count[predicted] > count[most])
			most = predicted;
	}
	ho_free(count);
	return most;
}

/* A promise for answers with this label that would help: half of what they are wrong now. */
static double stricter(const struct slices *s, uint32_t label, double max_error)
{
	uint64_t n = 0, wrong = 0;
	for (size_t i = 0; i < s->texts.n; i++) {
		uint32_t row = s->texts.row[i];
		bool counts = s->texts.answers->automatic[row] && s->texts.answers->predicted[row] == label;
		n += counts;
		wrong += counts && s->texts.answers->wrong[row];
	}
	return fmin(max_error, fmax(0.001, rate(wrong, n) / 2));
}

/* "'lost card=0.01'" */
static struct ho_argument own_promise(const struct doubt *d, uint32_t label, double max_error)
{
	char share[32];
	(void)snprintf(share, sizeof share, "%.2g", max_error);
	if (strcmp(ho_doubt__argument(d, d->labels.keys[label], "LABEL").text, "LABEL") == 0)
		return ho_show_assignment(ho_slice_str("LABEL"), ho_slice_str(share), "LABEL=SHARE");
	return ho_show_assignment(d->labels.keys[label], ho_slice_str(share), "LABEL=SHARE");
}

static void advise(struct doubt *d, const struct slices *s, const struct candidate *c, enum doubt_verdict verdict)
{
	const struct doubt_slice *slice = &s->found.items[c->slice];
	uint32_t label = slice->kind == DOUBT_SLICE_LABEL ? taken_for(s, d, slice->value) : slice->value;
	if (verdict == DOUBT_HOLDS)
		return;
	if ((slice->kind == DOUBT_SLICE_LABEL || slice->kind == DOUBT_SLICE_PREDICTED) && label < d->K)
		ho_findings_advice(
		    d->out,
		    "label more such texts%s%s%s; a promise of its own for '%s' hands over what is not sure enough: "
		    "`handoff train %s --max-error %s`",
		    slice->kind == DOUBT_SLICE_LABEL ? ", which are mostly taken for '" : "",
		    slice->kind == DOUBT_SLICE_LABEL ? ho_doubt__label(d, label).text : "",
		    slice->kind == DOUBT_SLICE_LABEL ? "'" : "", ho_doubt__label(d, label).text,
		    ho_doubt__train(d).text, own_promise(d, label, stricter(s, label, ho_doubt__max_error(d))).text);
	else
		ho_findings_advice(
		    d->out, "label more such texts and train again; a promise holds for all texts together, not for "
		            "each kind of them");
}

static void show_examples(const struct slices *s, struct doubt *d)
{
	size_t shown = 0;
	for (size_t i = 0; i < s->texts.n && shown < EXAMPLES; i++) {
		uint32_t row = s->texts.row[i];
		if (!s->texts.answers->wrong[row] || !s->texts.answers->automatic[row])
			continue;
		if (shown++ == 0)
			ho_exhibit_texts(d->out, "Wrong automatic answers, of all kinds of texts");
		ho_doubt__show_row(d, s->texts.rows, row, "answered %s with %s",
		                   ho_doubt__label(d, s->texts.answers->predicted[row]).text,
		                   ho_show_percent(s->texts.answers->confidence[row]).text);
	}
}

static void tell(struct doubt *d, const void *state)
{
	const struct slices *s = state;
	enum doubt_verdict verdict;
	if (ho_doubt__needs_test(d, "kinds of texts were not looked at one by one"))
		return;
	if (!s->found.n) {
		ho_doubt__find(d, DOUBT_UNKNOWN, "%s are too few to look at kinds of them",
		               ho_show_counted(s->texts.n, "new text").text);
		ho_findings_advice(d->out, "give more labelled texts: a kind needs %d on each of two halves",
		                   2 * DOUBT_LEAST);
		return;
	}
	const struct candidate *worst = worst_of(s, d, &verdict);
	if (!worst) {
		ho_doubt__find(d, DOUBT_HOLDS,
		               "no kind of texts was found on which the model is clearly and much worse");
		ho_findings_evidence(d->out,
		                     "looked at %s; none is worse than the rest on the half that they were found on",
		                     ho_show_counted(s->found.n, "kind").text);
		return;
	}
	tell_worst(d, s, worst, verdict);
	ho_findings_figure(d->out, worst->difference.difference);
	ho_findings_interval(d->out, worst->difference.interval.lo, worst->difference.interval.hi);
	ho_findings_measure(d->out,
	                    verdict == DOUBT_HOLDS
	                        ? "errors of the kind of texts nearest to being worse, less those of the rest"
	                        : "errors of the worst kind of texts less those of the rest",
	                    HO_UNIT_POINTS);
	ho_findings_evidence(d->out,
	                     "%s of texts (by label, length, language, column, topic, word) looked at on one half of "
	                     "%s; the %zu that looked worst were tested on the other half",
	                     ho_show_counted(s->found.n, "kind").text, ho_show_counted(s->texts.n, "new text").text,
	                     s->n);
	if (worst->tested)
		ho_doubt__show_test(d, "wrong automatic answers within three times the promise", worst->test);
	struct ho_difference most = worst->difference;
	ho_findings_evidence(d->out, "%s: texts %s, %s; p = %.2g after correction over these kinds, as is the interval",
	                     verdict == DOUBT_HOLDS ? "nearest to being worse" : "the difference",
	                     s->found.items[worst->slice].name,
	                     ho_show_points(most.difference, most.interval.lo, most.interval.hi).text, worst->adjusted);
	advise(d, s, worst, verdict);
	show(s, d);
	show_examples(s, d);
}

static void release(void *state)
{
	struct slices *s = state;
	ho_doubt__texts_release(&s->texts);
	ho_doubt__slices_release(&s->found);
}

const struct doubt_check ho_doubt__slices = {
    .id = "slices",
    .title = "is it much worse on some kind of texts?",
    .section = "Kinds of texts",
    .state = sizeof(struct slices),
    .measure = measure,
    .tell = tell,
    .release = release,
};
