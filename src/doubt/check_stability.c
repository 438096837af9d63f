/*
 * Would the answers be the same had training gone a little differently? The heads of the model are trained again: three
 * times on another draw of as many rows as it learnt from (what another --seed does), twice on a bootstrap of the file
 * (as if the file had been collected again). What changes on texts that nobody learnt from is owed to chance. Some of
 * it must be: an answer with a confidence of 60% is a coin that fell one way. More than the confidences admit is a
 * weakness; automatic answers that become other automatic answers more often than may be wrong break the result.
 */
#include <math.h>

#include "base/alloc.h"
#include "doubt/trainings.h"
#include "judge/significance.h"

enum { TEXTS = 2000, RESAMPLES = 1000, EXAMPLES = 8, BINS = 5 };

/* Compared with the model's own answers. */
struct other {
	uint64_t label, decision, swapped, automatic; /* texts; automatic: by the model, and what became of them */
	const char *how;                              /* static */
};

struct bin {
	double from; /* confidence */
	uint64_t n, changed;
};

struct stability {
	struct doubt_trainings again;
	const char *trouble; /* why nothing could be trained again; static */
	const char *advice;  /* what to do then; static */
	struct other other[DOUBT_TRAININGS];
	struct bin bin[BINS];
	double churn, lo, hi; /* label, mean of the draws against the model */
	double decisions, swaps, expected;
	uint32_t example[EXAMPLES];
	size_t n_examples;
	size_t test;
	bool tested;
};

/* What refit r is compared with on text i: the model, or another draw where refits learnt from fewer rows than it. */
static void reference(uint32_t *label, bool *automatic, const struct stability *s, size_t r, size_t i)
{
	const struct doubt_answers *own = s->again.texts.answers;
	uint32_t row = s->again.texts.row[i];
	size_t other = r == 0 ? 1 : 0;
	*label = s->again.reduced ? s->again.label[other][i] : own->predicted[row];
	*automatic = s->again.reduced ? s->again.automatic[other][i] : own->automatic[row];
}

static void compare(struct stability *s)
{
	for (size_t r = 0; r < DOUBT_TRAININGS; r++) {
		struct other *o = &s->other[r];
		o->how = r < DOUBT_DRAWS ? "another draw of the rows" : "a bootstrap of the file";
		for (size_t i = 0; i < s->again.texts.n; i++) {
			uint32_t label;
			bool automatic;
			reference(&label, &automatic, s, r, i);
			bool flips = s->again.label[r][i] != label;
			o->label += flips;
			o->decision += s->again.automatic[r][i] != automatic;
			o->automatic += automatic;
			o->swapped += automatic && s->again.automatic[r][i] && flips;
		}
	}
}

/* Texts that change their label: of the draws, against the model; or, where refits learnt from fewer rows, between the
 * draws. Share of the pairs compared. */
static double changes_of(const struct stability *s, size_t i)
{
	unsigned changed = 0, pairs = 0;
	for (size_t a = 0; a < DOUBT_DRAWS; a++) {
		if (!s->again.reduced) {
			changed += s->again.label[a][i] != s->again.texts.answers->predicted[s->again.texts.row[i]];
			pairs++;
		}
		for (size_t b = a + 1; b < DOUBT_DRAWS; b++) {
			changed += s->again.label[a][i] != s->again.label[b][i];
			pairs++;
		}
	}
	return (double)changed / pairs;
}

static void bin_text(struct stability *s, double confidence, bool changed)
{
	size_t b = BINS - 1;
	while (b > 0 && confidence < s->bin[b].from)
		b--;
	s->bin[b].n++;
	s->bin[b].changed += changed;
}

static enum ho_status summarise(struct stability *s, const struct doubt *d, struct ho_error *err)
{
	static const double from[BINS] = {0, 0.5, 0.7, 0.9, 0.99};
	const struct doubt_answers *own = s->again.texts.answers;
	size_t n = s->again.texts.n;
	double *none = ho_calloc(n, sizeof *none), *changes = ho_alloc(n, sizeof *changes);
	struct ho_difference mean = {.difference = 0};
	enum ho_status status = none && changes ? HO_OK : ho_fail_nomem(err);
	for (size_t b = 0; b < BINS; b++)
		s->bin[b] = (struct bin){.from = from[b]};
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		double confidence = own->confidence[s->again.texts.row[i]];
		changes[i] = changes_of(s, i);
		s->expected += (1 - confidence) / (double)n;
		bin_text(s, confidence, changes[i] > 0);
		if (changes[i] > 0 && own->automatic[s->again.texts.row[i]] && s->n_examples < EXAMPLES)
			s->example[s->n_examples++] = (uint32_t)i;
	}
	if (status == HO_OK)
		status = ho_paired_bootstrap(&mean, none, changes, n, 0.95, RESAMPLES, d->options->seed, err);
	s->churn = mean.difference;
	s->lo = mean.interval.lo;
	s->hi = mean.interval.hi;
	for (size_t r = 0; r < DOUBT_DRAWS; r++) {
		s->decisions += (double)s->other[r].decision / (double)(n * DOUBT_DRAWS);
		s->swaps += s->other[r].automatic
		                ? (double)s->other[r].swapped / (double)s->other[r].automatic / DOUBT_DRAWS
		                : 0;
	}
	ho_free(none);
	ho_free(changes);
	return status;
}

static void test_swaps(struct stability *s, struct doubt *d)
{
	double least = 1, max_error = ho_doubt__max_error(d);
	if (!ho_doubt__answers_any(d) || !s->other[0].automatic)
		return;
	for (size_t r = 0; r < DOUBT_DRAWS; r++)
		least = fmin(least, ho_doubt__tail(s->other[r].swapped, s->other[r].automatic, max_error));
	s->test = ho_doubt__test(d, least * DOUBT_DRAWS);
	s->tested = true;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct stability *s = state;
	if (d->n_judged < DOUBT_LEAST)
		return HO_OK;
	struct ho_refit_heads heads;
	enum ho_status status = ho_refit_heads_read(&heads, ho_model_report_json(d->model), d->K, err);
	if (status == HO_EFORMAT) {
		s->trouble = "the model has a part that this version does not know";
		s->advice = "train the model with this version of the program";
		return HO_OK;
	}
	if (status == HO_EUNAVAIL) {
		s->trouble = "the model uses a pretrained encoder, and such models are not trained again yet";
		s->advice = "train it once more with another --seed and let `handoff compare` say how the two differ";
		return HO_OK;
	}
	if (status == HO_OK && d->train.groups < 2 * DOUBT_LEAST) {
		s->trouble = "the training file has too few different texts";
		s->advice = "label more texts";
		return HO_OK;
	}
	if (status == HO_OK)
		status = ho_doubt__take_texts(&s->again.texts, d, TEXTS, err);
	if (status == HO_OK)
		status = ho_doubt__train_again(&s->again, d, &heads, err);
	if (status)
		return status;
	compare(s);
	status = summarise(s, d, err);
	test_swaps(s, d);
	return status;
}

static void show(const struct stability *s, struct doubt *d)
{
	double n = (double)s->again.texts.n;
	ho_exhibit_table(d->out, "lrrr",
	                 s->again.reduced ? "Trained again: answers that differ between two trainings"
	                                  : "Trained again: answers that differ from the model's");
	ho_exhibit_cell(d->out, "trained again on");
	ho_exhibit_cell(d->out, "other label [95%%]");
	ho_exhibit_cell(d->out, "other decision");
	ho_exhibit_cell(d->out, "automatic answers that become another one");
	for (size_t r = 0; r < DOUBT_TRAININGS; r++) {
		const struct other *o = &s->other[r];
		ho_exhibit_cell(d->out, "%s", o->how);
		ho_exhibit_cell(d->out, "%s", ho_doubt__share(o->label, s->again.texts.n).text);
		ho_exhibit_cell(d->out, "%s", ho_show_percent((double)o->decision / n).text);
		ho_exhibit_cell(d->out, "%s", o->automatic ? ho_doubt__share(o->swapped, o->automatic).text : "-");
	}
	ho_exhibit_bars(d->out, "share of texts whose label changes", HO_CHART_SHARE_Y,
	                "Labels that change, by the model's confidence");
	for (size_t b = 0; b < BINS; b++) {
		char name[32];
		struct ho_interval in = ho_binomial_interval(s->bin[b].changed, s->bin[b].n, 0.95);
		double to = b + 1 < BINS ? s->bin[b + 1].from : 1;
		(void)snprintf(name, sizeof name, "%.0f%% to %.0f%%", 100 * s->bin[b].from, 100 * to);
		if (s->bin[b].n)
			ho_exhibit_bar(d->out, ho_slice_str(name), (double)s->bin[b].changed / (double)s->bin[b].n,
			               in.lo, in.hi);
	}
	if (s->n_examples)
		ho_exhibit_texts(d->out, "Texts answered automatically whose label changed when trained again");
	for (size_t e = 0; e < s->n_examples; e++) {
		uint32_t i = s->example[e], row = s->again.texts.row[i];
		unsigned same = 0;
		for (size_t r = 0; r < DOUBT_TRAININGS; r++)
			same += s->again.label[r][i] == s->again.texts.answers->predicted[row];
		ho_doubt__show_row(d, s->again.texts.rows, row, "answered %s with %s; %u of %d trainings say the same",
		                   ho_doubt__label(d, s->again.texts.answers->predicted[row]).text,
		                   ho_show_percent(s->again.texts.answers->confidence[row]).text, same,
		                   (int)DOUBT_TRAININGS);
	}
}

static void tell_verdict(const struct stability *s, struct doubt *d)
{
	bool broken = s->tested && ho_doubt__alarm(d, s->test), weak = !s->again.reduced && s->lo > s->expected;
	struct ho_shown churn = ho_show_percent(s->churn), expected = ho_show_percent(s->expected);
	if (broken) {
		ho_doubt__find(
		    d, DOUBT_BROKEN,
		    "trained again, the model turns %s of its automatic answers into other automatic answers",
		    ho_show_percent(s->swaps).text);
		ho_doubt__say(d, 83,
		              "Trained again on another draw of the same file, %s of the automatic answers become "
		              "other automatic answers.",
		              ho_show_percent(s->swaps).text);
		ho_findings_advice(d->out,
		                   "more labelled texts make answers steadier; until then ask for a stricter promise: "
		                   "`handoff train %s --max-error %s`",
		                   ho_doubt__train(d).text, ho_show_chosen(ho_doubt__max_error(d) / 2).text);
	} else if (weak) {
		ho_doubt__find(d, DOUBT_WEAK,
		               "trained again, the model gives %s of new texts another label, more than its "
		               "confidences admit (%s)",
		               churn.text, expected.text);
		ho_doubt__say(d, 43, "Trained again, %s of new texts get another label; the confidences admit %s.",
		              churn.text, expected.text);
		ho_findings_advice(d->out, "more labelled texts make answers steadier; texts that change are worth "
		                           "labelling: see the examples");
	} else {
		ho_doubt__find(
		    d, DOUBT_HOLDS,
		    "trained again, the model gives %s of new texts another label, as its confidences admit (%s)",
		    churn.text, expected.text);
		ho_doubt__say(d, 22,
		              "Trained again, %s of new texts get another label and %s of the automatic answers become "
		              "another one.",
		              churn.text, ho_show_percent(s->swaps).text);
	}
}

static void tell(struct doubt *d, const void *state)
{
	const struct stability *s = state;
	if (ho_doubt__needs_test(d, "whether another training would answer alike was not tried"))
		return;
	if (s->trouble) {
		ho_doubt__find(d, DOUBT_UNKNOWN, "nothing could be trained again: %s", s->trouble);
		ho_findings_advice(d->out, "%s", s->advice);
		return;
	}
	tell_verdict(s, d);
	ho_findings_figure(d->out, s->churn);
	ho_findings_interval(d->out, s->lo, s->hi);
	ho_findings_measure(d->out, "new texts whose label differs between two trainings", HO_UNIT_SHARE);
	ho_findings_evidence(
	    d->out, "trained %d times on another draw of %s rows and %d times on a bootstrap of the file, judged on %s",
	    (int)DOUBT_DRAWS, ho_show_count(s->again.learn).text, (int)DOUBT_BOOTSTRAPS,
	    ho_show_counted(s->again.texts.n, "new text").text);
	if (s->again.reduced)
		ho_findings_evidence(
		    d->out,
		    "to save time from a part of the %s rows: these trainings are compared with each other, and "
		    "the model itself is steadier",
		    ho_show_count(s->again.rows).text);
	ho_findings_evidence(
	    d->out, "decisions differ for %s of the texts; of automatic answers %s become another automatic one",
	    ho_show_percent(s->decisions).text, ho_show_percent(s->swaps).text);
	if (s->tested)
		ho_doubt__show_test(d, "no more automatic answers change than may be wrong", s->test);
	show(s, d);
}

static void release(void *state)
{
	struct stability *s = state;
	ho_doubt__trainings_release(&s->again);
}

const struct doubt_check ho_doubt__stability = {
    .id = "stability",
    .title = "would another training answer alike?",
    .section = "Strange and changed texts",
    .state = sizeof(struct stability),
    .measure = measure,
    .tell = tell,
    .release = release,
};
