/*
 * Are the confidences honest? Reliability with intervals, proper scores and their decomposition, calibration error.
 *
 * No model is calibrated to the last digit, and with enough texts every deviation is significant: the tests ask whether
 * confidence is further above accuracy than a stated tolerance, over all texts and in any tenth of them. Too little
 * confidence costs work and breaks nothing, unless it is far too little over all texts.
 */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "doubt/private.h"
#include "judge/metrics.h"

enum { BINS = 10, RESAMPLES = 400 };
/* Tolerated excess of confidence over accuracy, over all texts and in any tenth of them; tolerated lack over all;
 * calibration error worth a hint. */
static const double tolerated = 0.03, tolerated_bin = 0.10, tolerated_lack = 0.10, hint = 0.02;

struct bin {
	uint64_t n, right;
	double confidence; /* mean */
	double brier;      /* sum of (confidence - right)^2 */
};

struct calibration {
	uint64_t n, right;
	double confidence;                /* mean */
	double log_loss, brier;           /* of all labels, mean */
	double base_log_loss, base_brier; /* of always answering the shares of the labels */
	double spiegelhalter;             /* z */
	struct ho_ece ece;
	struct ho_interval ece_interval;
	double consistency; /* p: as large a calibration error from honest confidences */
	struct bin bin[BINS];
	size_t bins, worst;
	double reliability, resolution, uncertainty;
	size_t overall, in_bin; /* tests */
};

struct judged {
	double confidence;
	uint8_t wrong;
};

static int by_confidence(const void *a, const void *b)
{
	const struct judged *x = a, *y = b;
	if (x->confidence != y->confidence)
		return x->confidence < y->confidence ? -1 : 1;
	return (x->wrong > y->wrong) - (x->wrong < y->wrong);
}

/* Chance of so few right answers if their mean chance is at most `tolerance` below `confidence`: the sum of independent
 * trials with different chances has lighter tails than the binomial with their mean (Hoeffding 1956, theorem 4), so the
 * binomial tail is an upper bound. */
static double too_sure_p(uint64_t right, uint64_t n, double confidence, double tolerance)
{
	return ho_binomial_cdf(right, n, fmax(0, confidence - tolerance));
}

static double too_unsure_p(uint64_t right, uint64_t n, double confidence, double tolerance)
{
	return right ? ho_binomial_sf(right - 1, n, fmin(1, confidence + tolerance)) : 1;
}

static void fill_bins(struct calibration *c, struct judged *items, size_t n)
{
	qsort(items, n, sizeof *items, by_confidence);
	c->bins = n / DOUBT_LEAST < BINS ? n / DOUBT_LEAST : BINS;
	for (size_t i = 0; i < n; i++) {
		struct bin *b = &c->bin[i * c->bins / n];
		double gap = items[i].confidence - !items[i].wrong;
		b->n++;
		b->right += !items[i].wrong;
		b->confidence += items[i].confidence;
		b->brier += gap * gap;
	}
	double share = (double)c->right / (double)n;
	c->uncertainty = share * (1 - share);
	for (size_t b = 0; b < c->bins; b++) {
		struct bin *bin = &c->bin[b];
		bin->confidence /= (double)bin->n;
		double accuracy = (double)bin->right / (double)bin->n, weight = (double)bin->n / (double)n;
		c->reliability += weight * pow(bin->confidence - accuracy, 2);
		c->resolution += weight * pow(accuracy - share, 2);
	}
}

/* Spiegelhalter (1986): the Brier score against what honest confidences would give. */
static double spiegelhalter(const struct judged *items, size_t n)
{
	double sum = 0, variance = 0;
	for (size_t i = 0; i < n; i++) {
		double p = items[i].confidence;
		sum += (!items[i].wrong - p) * (1 - 2 * p);
		variance += (1 - 2 * p) * (1 - 2 * p) * p * (1 - p);
	}
	return variance > 0 ? sum / sqrt(variance) : 0;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Bootstrap interval of the debiased error, and consistency resampling (Broecker & Smith 2007): labels drawn as if the
 * confidences were honest. */
static enum ho_status resample(struct calibration *c, const struct judged *items, size_t n, uint64_t seed,
                               struct ho_error *err)
{
	double *confidence = ho_alloc(n, sizeof *confidence), draws[RESAMPLES];
	uint8_t *wrong = ho_alloc(n, 1);
	struct ho_rng rng = ho_rng_seed(seed, 0xca11);
	uint64_t as_large = 0;
	enum ho_status status = confidence && wrong ? HO_OK : ho_fail_nomem(err);
	for (size_t r = 0; r < RESAMPLES && status == HO_OK; r++) {
		for (size_t i = 0; i < n; i++) {
			const struct judged *item = &items[ho_rng_below(&rng, n)];
			confidence[i] = item->confidence;
			wrong[i] = item->wrong;
		}
		draws[r] = ho_metrics_ece(confidence, wrong, n).debiased;
		for (size_t i = 0; i < n; i++) {
			confidence[i] = items[i].confidence;
			wrong[i] = ho_rng_uniform(&rng) >= items[i].confidence;
		}
		as_large += ho_metrics_ece(confidence, wrong, n).plug_in >= c->ece.plug_in;
	}
	if (status == HO_OK) {
		qsort(draws, RESAMPLES, sizeof *draws, by_value);
		c->ece_interval = (struct ho_interval){draws[RESAMPLES / 40], draws[RESAMPLES - 1 - RESAMPLES / 40]};
		c->consistency = (double)(as_large + 1) / (RESAMPLES + 1);
	}
	ho_free(confidence);
	ho_free(wrong);
	return status;
}

/* Log loss and Brier of answering the shares of the labels, whatever the text: what is to be beaten. */
static enum ho_status base_scores(struct calibration *c, const struct doubt *d, struct ho_error *err)
{
	double *share = ho_calloc(d->labels.n, sizeof *share), squares = 0;
	if (!share)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < d->n_judged; i++)
		share[d->test.truth[d->judged[i]]] += 1 / (double)d->n_judged;
	for (uint32_t k = 0; k < d->labels.n; k++) {
		squares += share[k] * share[k];
		c->base_log_loss -= share[k] > 0 ? share[k] * log(share[k]) : 0;
	}
	c->base_brier = 1 - squares;
	ho_free(share);
	return HO_OK;
}

static void fill_scores(struct calibration *c, struct judged *items, const struct doubt *d)
{
	const struct doubt_answers *a = &d->test.answers;
	double n = (double)d->n_judged;
	for (size_t i = 0; i < d->n_judged; i++) {
		uint32_t row = d->judged[i];
		items[i] = (struct judged){a->confidence[row], a->wrong[row]};
		c->right += !a->wrong[row];
		c->confidence += a->confidence[row] / n;
		c->brier += a->brier[row] / n;
		c->log_loss -= log(fmax(a->p_truth[row], HO_LOG_LOSS_CLIP)) / n;
	}
}

static void test_gaps(struct calibration *c, struct doubt *d)
{
	double least = 1;
	for (size_t b = 0; b < c->bins; b++) {
		double p = too_sure_p(c->bin[b].right, c->bin[b].n, c->bin[b].confidence, tolerated_bin);
		if (p < least) {
			least = p;
			c->worst = b;
		}
	}
	c->overall = ho_doubt__test(d, 2 * fmin(too_sure_p(c->right, c->n, c->confidence, tolerated),
	                                        too_unsure_p(c->right, c->n, c->confidence, tolerated_lack)));
	c->in_bin = ho_doubt__test(d, least * (double)c->bins);
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct calibration *c = state;
	size_t n = c->n = d->n_judged;
	if (n < DOUBT_LEAST)
		return HO_OK;
	struct judged *items = ho_alloc(n, sizeof *items);
	double *confidence = ho_alloc(n, sizeof *confidence);
	uint8_t *wrong = ho_alloc(n, 1);
	enum ho_status status = items && confidence && wrong ? base_scores(c, d, err) : ho_fail_nomem(err);
	if (status == HO_OK) {
		fill_scores(c, items, d);
		fill_bins(c, items, n);
		c->spiegelhalter = spiegelhalter(items, n);
		for (size_t i = 0; i < n; i++) {
			confidence[i] = items[i].confidence;
			wrong[i] = items[i].wrong;
		}
		c->ece = ho_metrics_ece(confidence, wrong, n);
		status = resample(c, items, n, d->options->seed, err);
		test_gaps(c, d);
	}
	ho_free(items);
	ho_free(confidence);
	ho_free(wrong);
	return status;
}

static void show(const struct calibration *c, struct doubt *d)
{
	struct ho_findings *out = d->out;
	ho_findings_evidence(out, "mean confidence %s, right %s of %s", ho_show_percent(c->confidence).text,
	                     ho_show_percent((double)c->right / (double)c->n).text, ho_show_counted(c->n, "text").text);
	ho_findings_evidence(
	    out, "log loss %.4f and Brier score %.4f; always answering the shares of the labels: %.4f and %.4f",
	    c->log_loss, c->brier, c->base_log_loss, c->base_brier);
	ho_findings_evidence(
	    out, "Brier score of \"is the answer right?\" = reliability %.4f - resolution %.4f + uncertainty %.4f",
	    c->reliability, c->resolution, c->uncertainty);
	ho_findings_evidence(
	    out, "Spiegelhalter's z = %.2f; honest confidences show as large a calibration error with p = %.3f",
	    c->spiegelhalter, c->consistency);
	ho_doubt__show_test(d, "confidence at most 3 points above accuracy, 10 below", c->overall);
	ho_doubt__show_test(d, "confidence at most 10 points above accuracy in every tenth of the texts", c->in_bin);
	ho_exhibit_lines(out, "confidence", "share right", HO_CHART_SHARE_X | HO_CHART_SHARE_Y | HO_CHART_DIAGONAL,
	                 "Reliability: tenths of the texts by confidence; honest confidences lie on the diagonal");
	ho_exhibit_series(out, "this model");
	for (size_t b = 0; b < c->bins; b++) {
		const struct bin *bin = &c->bin[b];
		struct ho_interval in = ho_binomial_interval(bin->right, bin->n, 0.95);
		ho_exhibit_point(out, bin->confidence, (double)bin->right / (double)bin->n, in.lo, in.hi);
	}
}

static void tell(struct doubt *d, const void *state)
{
	const struct calibration *c = state;
	if (ho_doubt__needs_test(d, "the confidences were not tested"))
		return;
	double gap = c->confidence - (double)c->right / (double)c->n;
	const char *kind = gap > 0 ? "too sure of itself" : "less sure of itself than it could be";
	bool alarm = ho_doubt__alarm(d, c->overall) || ho_doubt__alarm(d, c->in_bin);
	if (alarm && ho_doubt__alarm(d, c->overall)) {
		ho_doubt__find(d, DOUBT_BROKEN, "the model is %s: mean confidence %s, right %s", kind,
		               ho_show_percent(c->confidence).text,
		               ho_show_percent((double)c->right / (double)c->n).text);
	} else if (alarm) {
		const struct bin *b = &c->bin[c->worst];
		ho_doubt__find(d, DOUBT_BROKEN, "confidences of about %s are right in %s",
		               ho_show_percent(b->confidence).text,
		               ho_show_percent((double)b->right / (double)b->n).text);
	} else if (c->consistency < 0.05 && c->ece.debiased >= hint) {
		ho_doubt__find(d, DOUBT_WEAK, "the confidences are off by %s on average",
		               ho_show_percent(c->ece.debiased).text);
	} else {
		ho_doubt__find(d, DOUBT_HOLDS, "the confidences are honest to within %s on average",
		               ho_show_percent(fmax(c->ece.debiased, 0.001)).text);
	}
	ho_findings_figure(d->out, c->ece.debiased);
	ho_findings_interval(d->out, c->ece_interval.lo, c->ece_interval.hi);
	ho_findings_measure(d->out, "calibration error without its sampling noise", HO_UNIT_SHARE);
	show(c, d);
	if (!alarm)
		return;
	ho_doubt__say(
	    d, 82, "The confidences cannot be believed: on %s they are %s on average, and the answers are right in %s.",
	    ho_show_counted(c->n, "new text").text, ho_show_percent(c->confidence).text,
	    ho_show_percent((double)c->right / (double)c->n).text);
	ho_findings_advice(d->out, "train again with labels like those of the test file: confidences are fitted to the "
	                           "training file's own tune part, and do not hold where texts or labels differ");
}

const struct doubt_check ho_doubt__calibration = {
    .id = "calibration",
    .title = "are the confidences honest?",
    .section = DOUBT_ON_PROMISE,
    .state = sizeof(struct calibration),
    .measure = measure,
    .tell = tell,
};
