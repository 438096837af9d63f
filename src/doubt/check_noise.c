/*
 * How good could anyone be on these labels? Three looks at the share of wrong ones: texts that stand there more than
 * once with different labels (a fact, but only of repeated texts), the texts that a first model is surest of (too low
 * where people err on hard texts), and confident learning (too high where the model is weak: judge/confident.h).
 */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "doubt/private.h"
#include "doubt/texts.h"
#include "judge/confident.h"

enum { SHOWN = 8, CONFLICTS_MIN = 5 };
/* Repeated texts may contradict themselves in this share before the labels are called broken, and for a hint; so may
 * the surest texts have other labels. */
static const double conflicts_max = 0.1, noise_max = 0.1, conflicts_hint = 0.02, noise_hint = 0.03;

struct noise {
	size_t repeated, conflicts; /* exact texts that stand more than once; those with different labels */
	double pair_noise;          /* share of wrong labels that would make repeated texts disagree so often */
	uint32_t (*shown)[2];       /* [n_shown] train rows of equal texts with different labels; owned */
	size_t n_shown;
	bool known;
	double most; /* confident learning: off the diagonal of the joint */
	struct ho_surest surest;
	size_t test, test_surest;
};

struct copy {
	uint64_t fingerprint;
	uint32_t row;
};

static int by_fingerprint(const void *a, const void *b)
{
	const struct copy *x = a, *y = b;
	if (x->fingerprint != y->fingerprint)
		return x->fingerprint < y->fingerprint ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Share of wrong labels e at which two labels of one text differ in `differ`: 1 - (1-e)^2 - e^2/(K-1), wrong labels
 * being spread evenly over the others. */
static double noise_of_pairs(double differ, uint32_t K)
{
	double low = 0, high = 1 - 1.0 / K;
	for (int i = 0; i < 60; i++) {
		double e = (low + high) / 2;
		if (1 - (1 - e) * (1 - e) - e * e / (K - 1) < differ)
			low = e;
		else
			high = e;
	}
	return (low + high) / 2;
}

/* One text that stands at copies[begin .. end): do two drawn rows of it disagree? Returns the chance. */
static double look_at_copies(struct noise *n, const struct doubt *d, const struct copy *copies, size_t begin,
                             size_t end)
{
	size_t differ = 0, pairs = 0, other = begin;
	size_t last = end - begin > 50 ? begin + 50 : end; /* a template's thousandth row says no more */
	for (size_t i = begin; i < last; i++)
		for (size_t j = i + 1; j < last; j++) {
			bool same = d->train.truth[copies[i].row] == d->train.truth[copies[j].row];
			pairs++;
			differ += !same;
			other = !same && other == begin ? j : other;
		}
	n->repeated++;
	if (!differ)
		return 0;
	n->conflicts++;
	for (size_t i = begin; i < other && n->n_shown < SHOWN; i++)
		if (d->train.truth[copies[i].row] != d->train.truth[copies[other].row]) {
			n->shown[n->n_shown][0] = copies[i].row;
			n->shown[n->n_shown++][1] = copies[other].row;
			break;
		}
	return (double)differ / (double)pairs;
}

static enum ho_status find_conflicts(struct noise *n, const struct doubt *d, struct ho_error *err)
{
	struct copy *copies = ho_alloc(d->train.n, sizeof *copies);
	double differ = 0;
	n->shown = ho_alloc(SHOWN, sizeof *n->shown);
	if (!copies || !n->shown) {
		ho_free(copies);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < d->train.n; i++)
		copies[i] = (struct copy){ho_near_fingerprint(d->train.text[i]), (uint32_t)i};
	if (d->train.n)
		qsort(copies, d->train.n, sizeof *copies, by_fingerprint);
	for (size_t i = 0, end; i < d->train.n; i = end) {
		for (end = i + 1; end < d->train.n && copies[end].fingerprint == copies[i].fingerprint;)
			end++;
		if (end - i > 1)
			differ += look_at_copies(n, d, copies, i, end);
	}
	n->pair_noise = n->repeated ? noise_of_pairs(differ / (double)n->repeated, d->labels.n) : NAN;
	ho_free(copies);
	return HO_OK;
}

/* Copies count once: the joint is made of units. */
static enum ho_status learn_confidently(struct noise *n, const struct ho_out_of_fold *fold, struct ho_error *err)
{
	uint32_t K = fold->K, *given = ho_alloc(fold->tested, sizeof *given);
	float *p = ho_alloc(fold->tested * K, sizeof *p);
	struct ho_confident joint;
	size_t units = 0;
	enum ho_status status = given && p ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < fold->n && status == HO_OK; i++)
		if (fold->unit[i]) {
			given[units] = fold->label[i];
			memcpy(p + units++ * K, fold->probability + i * K, K * sizeof *p);
		}
	if (status == HO_OK)
		status = ho_confident_surest(&n->surest, p, given, NULL, units, K, err);
	if (status == HO_OK)
		status = ho_confident_joint(&joint, p, given, units, K, err);
	if (status == HO_OK) {
		n->most = (double)joint.wrong / (double)units;
		n->known = n->surest.n > 0; /* a model that is sure of nothing tells nothing */
		ho_confident_release(&joint);
	}
	ho_free(given);
	ho_free(p);
	return status;
}

static double more_p(uint64_t k, uint64_t n, double share)
{
	return k ? ho_binomial_sf(k - 1, n, share) : 1;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct noise *n = state;
	enum ho_status status = find_conflicts(n, d, err);
	if (status == HO_OK)
		status = ho_doubt__out_of_fold(d, err);
	if (status == HO_OK && d->has_fold)
		status = learn_confidently(n, &d->fold, err);
	if (status == HO_OK) {
		n->test = ho_doubt__test(d, more_p(n->conflicts, n->repeated, conflicts_max));
		/* Where texts are hard the model errs on its surest ones too, but less on the surer half of them: both
		 * must show it. */
		n->test_surest = ho_doubt__test(d, fmax(more_p(n->surest.k, n->surest.n, noise_max),
		                                        more_p(n->surest.half_k, n->surest.half_n, noise_max)));
	}
	return status;
}

static void show_conflicts(const struct noise *n, struct doubt *d)
{
	if (!n->n_shown)
		return;
	ho_exhibit_texts(d->out, "The same text with different labels");
	for (size_t i = 0; i < n->n_shown; i++) {
		ho_doubt__show_row(d, &d->train, n->shown[i][0], "labelled %s here",
		                   ho_doubt__label(d, d->train.truth[n->shown[i][0]]).text);
		ho_doubt__show_row(d, &d->train, n->shown[i][1], "and %s here",
		                   ho_doubt__label(d, d->train.truth[n->shown[i][1]]).text);
	}
}

static void show(const struct noise *n, struct doubt *d)
{
	size_t judged = d->n_judged, wrong = 0;
	if (n->repeated)
		ho_findings_evidence(d->out,
		                     "%s stand there more than once, %zu of them with different labels: as if %s of "
		                     "all labels were wrong",
		                     ho_show_counted(n->repeated, "text").text, n->conflicts,
		                     ho_show_percent(n->pair_noise).text);
	else
		ho_findings_evidence(d->out,
		                     "no text stands there twice, so labels cannot be compared with themselves");
	if (n->known) {
		ho_findings_evidence(
		    d->out, "of the %s that a first model is surest of, %s have another label",
		    ho_show_counted(n->surest.n, "text").text,
		    ho_show_interval(n->surest.share, n->surest.interval.lo, n->surest.interval.hi).text);
		if (n->surest.falling)
			ho_findings_evidence(
			    d->out,
			    "of the surer half of these %s have: fewer, so that some of it is the model's own "
			    "mistakes on hard texts",
			    ho_doubt__share(n->surest.half_k, n->surest.half_n).text);
		ho_findings_evidence(
		    d->out, "confident learning, which takes a model's own mistakes for wrong labels: %s at most",
		    ho_show_percent(n->most).text);
		ho_findings_figure(d->out, 1 - n->surest.share);
		ho_findings_interval(d->out, 1 - n->surest.interval.hi, 1 - n->surest.interval.lo);
		ho_findings_measure(d->out, "accuracy that the labels of the surest texts allow", HO_UNIT_SHARE);
	}
	for (size_t i = 0; i < judged; i++)
		wrong += d->test.answers.wrong[d->judged[i]];
	if (judged)
		ho_findings_evidence(d->out, "the model is right in %s of the new texts",
		                     ho_show_percent(1 - (double)wrong / (double)judged).text);
	ho_doubt__show_test(d, "at most 10% of the repeated texts contradict themselves", n->test);
	ho_doubt__show_test(d, "at most 10% of the surest texts have another label", n->test_surest);
	show_conflicts(n, d);
}

/* Only what the surest texts say is a limit: the joint's share has the first model's own mistakes in it, which somebody
 * else need not make. */
static void tell_ceiling(const struct noise *n, struct doubt *d, enum doubt_verdict verdict)
{
	double most = 1 - n->surest.share;
	if (!n->known || (verdict == DOUBT_HOLDS && most > 0.99)) {
		ho_doubt__find(d, verdict, "the labels set no limit worth naming");
		return;
	}
	if (n->surest.falling) {
		ho_doubt__find(
		    d, DOUBT_HOLDS,
		    "at most %s of the labels are wrong; the texts are hard, and no limit can be told from that",
		    ho_show_percent(n->surest.share).text);
		return;
	}
	ho_doubt__find(d, verdict, "with these labels nobody could be right in much more than %s",
	               ho_show_percent(most).text);
	ho_doubt__say(d, verdict == DOUBT_WEAK ? 48 : 15,
	              "With these labels nobody could be right in much more than %s of the texts, if a first model is "
	              "right where it is surest.",
	              ho_show_percent(most).text);
}

static void tell(struct doubt *d, const void *state)
{
	const struct noise *n = state;
	bool conflicts =
	    n->conflicts >= CONFLICTS_MIN && ho_binomial_sf(n->conflicts - 1, n->repeated, conflicts_hint) < 0.05;
	if (!n->known && n->repeated < DOUBT_LEAST) {
		ho_doubt__find(d, DOUBT_UNKNOWN,
		               "how good the labels are was not estimated: there are too few texts, or a "
		               "first model is sure of none");
		ho_findings_advice(d->out, "label more texts");
		return;
	}
	if (ho_doubt__alarm(d, n->test)) {
		ho_doubt__find(d, DOUBT_BROKEN,
		               "the labels contradict themselves: %s of the texts that stand there more than once have "
		               "different ones",
		               ho_show_percent((double)n->conflicts / (double)n->repeated).text);
		ho_doubt__say(d, 89,
		              "Of the texts that stand there more than once %s have different labels: the labels "
		              "cannot be trusted.",
		              ho_show_percent((double)n->conflicts / (double)n->repeated).text);
	} else if (ho_doubt__alarm(d, n->test_surest)) {
		ho_doubt__find(
		    d, DOUBT_BROKEN,
		    "about %s of the labels are wrong, or the texts do not tell them: judged by those that a first "
		    "model is surest of",
		    ho_show_interval(n->surest.share, n->surest.interval.lo, n->surest.interval.hi).text);
		ho_doubt__say(d, 88,
		              "About %s of the training labels are wrong, or the texts do not tell them: judged by "
		              "those that a first "
		              "model is surest of.",
		              ho_show_percent(n->surest.share).text);
	} else if (conflicts && (!n->known || n->surest.interval.lo < noise_hint))
		ho_doubt__find(d, DOUBT_WEAK,
		               "some labels contradict themselves: %zu of %s that stand there more than once",
		               n->conflicts, ho_show_counted(n->repeated, "text").text);
	else
		tell_ceiling(n, d, n->known && n->surest.interval.lo >= noise_hint ? DOUBT_WEAK : DOUBT_HOLDS);
	if (n->known && (n->most >= 0.01 || n->conflicts))
		ho_findings_advice(d->out, "look at the likely label errors: `handoff explore %s` lists them",
		                   ho_doubt__train(d).text);
	show(n, d);
}

static void release(void *state)
{
	struct noise *n = state;
	ho_free(n->shown);
}

const struct doubt_check ho_doubt__noise = {
    .id = "noise",
    .title = "how good could anyone be on these labels?",
    .section = DOUBT_ON_ACCURACY,
    .state = sizeof(struct noise),
    .measure = measure,
    .tell = tell,
    .release = release,
};
