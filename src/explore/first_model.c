/* What a first model makes of the data: how right it is, what more labels would bring, where it is lost. */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "explore/first.h"
#include "explore/private.h"
#include "judge/binomial.h"

/* A first model takes seconds: characters only where that stays true, and a sample where there are very many words. */
#define CELLS_CAREFUL ((size_t)2500000)
#define CELLS_TWICE ((size_t)1000000)
#define TOKENS_MAX 40000000.0
enum { ROWS_MAX = 400000, HARD_SHOWN = 8, LABELS_SHOWN = 40 };
static const double level = 0.001; /* of "better than the most frequent label" */

void ho_explore__first_release(struct explore_first *first)
{
	ho_out_of_fold_release(&first->f);
	ho_confident_release(&first->joint);
	ho_free(first->doubt);
	ho_free(first->wrong);
	ho_free(first->suggested);
	ho_free(first->look);
	*first = (struct explore_first){.made = false};
}

struct ho_shown ho_explore__first_label(const struct explore *e, uint32_t k)
{
	return ho_explore__label(e, e->first.f.label_map[k]);
}

uint32_t ho_explore__first_answer(const struct explore_first *first, size_t i)
{
	uint32_t K = first->f.K, best = 0;
	const float *p = first->f.probability + i * K;
	for (uint32_t k = 1; k < K; k++)
		best = p[k] > p[best] ? k : best;
	return best;
}

static size_t rows_max(const struct explore *e)
{
	double words = 0;
	for (size_t i = 0; i < e->table->n; i++)
		words += e->texts[i].words;
	double mean = words / (double)(e->table->n ? e->table->n : 1), most = TOKENS_MAX / (mean > 1 ? mean : 1);
	return most < ROWS_MAX ? (size_t)most + 1 : ROWS_MAX;
}

static enum ho_status make(struct explore *e, struct ho_error *err)
{
	struct explore_first *first = &e->first;
	struct ho_out_of_fold_options options = {.group = e->near.group,
	                                         .seed = e->options.seed,
	                                         .threads = e->options.threads,
	                                         .rows_max = rows_max(e),
	                                         .progress = e->progress};
	size_t n = options.rows_max < e->table->n ? options.rows_max : e->table->n;
	size_t cells = n * (e->table->label_count > 2 ? e->table->label_count : 8);
	options.effort = cells <= CELLS_CAREFUL ? HO_FIRST_CAREFUL : HO_FIRST_QUICK;
	options.repeats = cells <= CELLS_TWICE ? 2 : 1;
	enum ho_status status = ho_out_of_fold(&first->f, e->table, &options, err);
	first->made = status == HO_OK;
	return status == HO_EFORMAT ? HO_OK : status; /* nothing to learn from: other parts say so */
}

static void tell_sample(struct explore *e)
{
	const struct ho_out_of_fold *f = &e->first.f;
	if (f->n < f->labelled)
		ho_findings_evidence(e->out,
		                     "made of a fair sample of %s of the %s labelled rows, so that it takes seconds",
		                     ho_show_count(f->n).text, ho_show_count(f->labelled).text);
}

/* Error at `factor` times the rows that all folds but one have. */
static struct ho_learning_forecast forecast(const struct explore *e, double rows)
{
	struct ho_learning_point points[HO_FIRST_STEPS_MAX];
	struct ho_learning_forecast out = {.known = false};
	size_t n = ho_out_of_fold_points(points, &e->first.f);
	/* The points come from ho_out_of_fold(), whose counts are in range: it cannot fail. */
	if (ho_learning_curve_forecast(&out, points, n, rows, 0.95, e->options.seed, NULL))
		out.known = false;
	return out;
}

static void draw_curve(struct explore *e, const struct ho_learning_forecast ahead[2])
{
	const struct ho_out_of_fold *f = &e->first.f;
	ho_exhibit_lines(e->out, "rows learnt", "accuracy", HO_CHART_SHARE_Y | HO_CHART_LOG_X,
	                 "the more rows, the better? each point with its 95%% interval");
	ho_exhibit_series(e->out, "measured");
	for (size_t s = 0; s < f->n_steps; s++) {
		const struct ho_first_step *step = &f->step[s];
		struct ho_interval in = ho_binomial_interval(step->tested - step->errors, step->tested, 0.95);
		ho_exhibit_point(e->out, (double)step->learnt, step->accuracy, in.lo, in.hi);
	}
	if (!ahead[0].known)
		return;
	ho_exhibit_series(e->out, "by the curve");
	for (int i = 0; i < 2; i++)
		ho_exhibit_point(e->out, (double)f->labelled * (i ? 4 : 2), 1 - ahead[i].error,
		                 1 - ahead[i].interval.hi, 1 - ahead[i].interval.lo);
}

static void more_labels(struct explore *e)
{
	const struct ho_out_of_fold *f = &e->first.f;
	double rows = (double)f->labelled;
	struct ho_learning_forecast now = forecast(e, rows), ahead[2] = {forecast(e, 2 * rows), forecast(e, 4 * rows)};
	if (!now.known)
		return;
	double gain = now.error - ahead[0].error;
	ho_findings_add(e->out, "more-labels", HO_INFO,
	                "twice as many labels would bring about %.1f points of accuracy", 100 * gain);
	ho_findings_figure(e->out, gain);
	ho_findings_measure(e->out, "gain in accuracy from twice the labels", HO_UNIT_POINTS);
	for (int i = 0; i < 2; i++)
		ho_findings_evidence(
		    e->out, "with %s rows: accuracy about %s", ho_show_count((uint64_t)rows * (i ? 4 : 2)).text,
		    ho_show_interval(1 - ahead[i].error, 1 - ahead[i].interval.hi, 1 - ahead[i].interval.lo).text);
	ho_findings_evidence(e->out,
	                     "by the curve error = a + b n^-c through %zu sizes; the interval holds if the curve goes "
	                     "on as it began, which nobody knows",
	                     f->n_steps);
	ho_findings_advice(e->out, gain >= 0.01 ? "label more, first where the model is unsure: `handoff deploy`, then "
	                                          "the review page"
	                                        : "more labels of the same kind would bring little");
	draw_curve(e, ahead);
	ho_explore__tell(e, 42, "Twice as many labels would bring about %.1f points of accuracy; %s.", 100 * gain,
	                 gain >= 0.01 ? "the learning curve still rises" : "the learning curve is nearly flat");
}

struct tally {
	uint64_t n, right;
	uint32_t label, taken; /* most often taken for */
	uint64_t times;
};

static int least_right(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;
	double p = x->n ? (double)x->right / (double)x->n : 1, q = y->n ? (double)y->right / (double)y->n : 1;
	if (p != q)
		return p < q ? -1 : 1;
	return (x->label > y->label) - (x->label < y->label);
}

static void count_answers(struct tally *tally, uint64_t *confusion, const struct explore_first *first)
{
	const struct ho_out_of_fold *f = &first->f;
	for (size_t i = 0; i < f->n; i++)
		if (f->unit[i])
			confusion[(size_t)f->label[i] * f->K + ho_explore__first_answer(first, i)]++;
	for (uint32_t t = 0; t < f->K; t++) {
		tally[t] = (struct tally){.label = t, .taken = t};
		for (uint32_t k = 0; k < f->K; k++) {
			uint64_t c = confusion[(size_t)t * f->K + k];
			tally[t].n += c;
			if (k == t) {
				tally[t].right = c;
			} else if (c > tally[t].times) {
				tally[t].times = c;
				tally[t].taken = k;
			}
		}
	}
	qsort(tally, f->K, sizeof *tally, least_right);
}

/* Figures of each label, the hardest first. */
static enum ho_status per_label(struct explore *e, struct ho_error *err)
{
	const struct ho_out_of_fold *f = &e->first.f;
	struct tally *tally = ho_calloc(f->K, sizeof *tally);
	uint64_t *confusion = ho_calloc((size_t)f->K * f->K, sizeof *confusion);
	if (tally && confusion) {
		count_answers(tally, confusion, &e->first);
		ho_exhibit_table(e->out, "lrll",
		                 f->K > LABELS_SHOWN ? "the %d labels it is least right about" : "label by label",
		                 LABELS_SHOWN);
		const char *const head[] = {"label", "texts", "right", "most often taken for"};
		for (int i = 0; i < 4; i++)
			ho_exhibit_cell(e->out, "%s", head[i]);
		for (uint32_t k = 0; k < f->K && k < LABELS_SHOWN; k++) {
			const struct tally *t = &tally[k];
			struct ho_interval in = ho_binomial_interval(t->right, t->n, 0.95);
			ho_exhibit_cell(e->out, "%s", ho_explore__first_label(e, t->label).text);
			ho_exhibit_cell(e->out, "%s", ho_show_count(t->n).text);
			ho_exhibit_cell(
			    e->out, "%s",
			    ho_show_interval(t->n ? (double)t->right / (double)t->n : 0, in.lo, in.hi).text);
			if (t->times)
				ho_exhibit_cell(e->out, "%s (%s)", ho_explore__first_label(e, t->taken).text,
				                ho_show_count(t->times).text);
			else
				ho_exhibit_cell(e->out, "-");
		}
	}
	bool ok = tally && confusion;
	ho_free(tally);
	ho_free(confusion);
	return ok ? HO_OK : ho_fail_nomem(err);
}

/* The texts the model can least decide about: the two likeliest labels are closest. */
static void hardest(struct explore *e)
{
	const struct explore_first *first = &e->first;
	const struct ho_out_of_fold *f = &first->f;
	size_t at[HARD_SHOWN], n = 0;
	uint32_t second[HARD_SHOWN];
	double gap[HARD_SHOWN];
	for (size_t i = 0; i < f->n; i++) {
		const float *p = f->probability + i * f->K;
		uint32_t a = ho_explore__first_answer(first, i), b = a ? 0 : 1;
		for (uint32_t k = 0; k < f->K; k++)
			b = k != a && p[k] > p[b] ? k : b;
		double g = (double)p[a] - (double)p[b];
		if (!f->unit[i] || (n == HARD_SHOWN && g >= gap[n - 1]))
			continue;
		size_t j = n < HARD_SHOWN ? n++ : HARD_SHOWN - 1;
		for (; j > 0 && gap[j - 1] > g; j--) {
			gap[j] = gap[j - 1];
			at[j] = at[j - 1];
			second[j] = second[j - 1];
		}
		gap[j] = g;
		at[j] = i;
		second[j] = b;
	}
	ho_exhibit_texts(e->out, "the hardest texts: two labels seem equally likely");
	for (size_t j = 0; j < n; j++) {
		char note[512];
		const float *p = f->probability + at[j] * f->K;
		uint32_t a = ho_explore__first_answer(first, at[j]);
		(void)snprintf(note, sizeof note, "%s %s, %s %s", ho_explore__first_label(e, a).text,
		               ho_show_percent((double)p[a]).text, ho_explore__first_label(e, second[j]).text,
		               ho_show_percent((double)p[second[j]]).text);
		ho_explore__show_row(e, f->row[at[j]], note);
	}
}

/* Shuffled labels, an unrelated column: no better than the most frequent label. */
static void learns_nothing(struct explore *e, double p)
{
	const struct ho_out_of_fold *f = &e->first.f;
	struct ho_interval in = ho_binomial_interval(f->tested - f->errors, f->tested, 0.95);
	double majority = (double)f->majority / (double)f->tested;
	bool enough = f->tested >= 200;
	ho_findings_add(e->out, "first-model", enough ? HO_WARNING : HO_NOTICE,
	                enough ? "a first model learns nothing: it finds nothing in the texts that tells this label"
	                       : "a first model learns nothing from these few texts");
	ho_findings_figure(e->out, f->accuracy);
	ho_findings_interval(e->out, in.lo, in.hi);
	ho_findings_measure(e->out, "accuracy of a first model", HO_UNIT_SHARE);
	ho_findings_evidence(e->out, "right in %s; always answering the most frequent label is right in %s",
	                     ho_show_interval(f->accuracy, in.lo, in.hi).text, ho_show_percent(majority).text);
	ho_findings_evidence(e->out, "a model that guesses would do at least as well with probability %.2g", p);
	tell_sample(e);
	ho_findings_advice(e->out,
	                   enough ? "see whether the right column was taken for the labels, and whether their order "
	                            "was lost on the way (--target COLUMN)"
	                          : "label more texts");
	ho_explore__tell(e, enough ? 95 : 60,
	                 "A first model learns nothing from the texts: right in %s, where always answering the most "
	                 "frequent label is right in %s.",
	                 ho_show_percent(f->accuracy).text, ho_show_percent(majority).text);
}

static enum ho_status learns_something(struct explore *e, double p, struct ho_error *err)
{
	const struct ho_out_of_fold *f = &e->first.f;
	struct ho_interval in = ho_binomial_interval(f->tested - f->errors, f->tested, 0.95);
	double majority = (double)f->majority / (double)f->tested;
	ho_findings_add(e->out, "first-model", HO_INFO,
	                "a first model, made in seconds, is right in %s of texts it has not seen",
	                ho_show_percent(f->accuracy).text);
	ho_findings_figure(e->out, f->accuracy);
	ho_findings_interval(e->out, in.lo, in.hi);
	ho_findings_measure(e->out, "accuracy of a first model", HO_UNIT_SHARE);
	ho_findings_evidence(e->out, "%s; always answering the most frequent label is right in %s",
	                     ho_show_interval(f->accuracy, in.lo, in.hi).text, ho_show_percent(majority).text);
	ho_findings_evidence(
	    e->out, "%s",
	    p >= level ? "no more answers are right than by guessing, but its probabilities do tell texts apart"
	    : p < 1e-6 ? "so much by guessing: below one in a million"
	               : "so much by guessing: below one in 1,000");
	tell_sample(e);
	ho_findings_advice(e->out, "`handoff train` searches for a better one and finds out what it can promise");
	ho_explore__tell(
	    e, 86,
	    "A first model, made in seconds, is right in %s of texts that it has not seen (95%% interval %s to %s).",
	    ho_show_percent(f->accuracy).text, ho_show_percent(in.lo).text, ho_show_percent(in.hi).text);
	enum ho_status status = per_label(e, err);
	hardest(e);
	more_labels(e);
	return status;
}

/*
 * Does the model say more of the labels than their shares do? z of the mean gain in log loss over the shares: of use
 * where one label has nearly all rows and accuracy hardly moves. The few weights of the blend were fitted to the same
 * rows, so that z by chance is the root of a chi-square with as many degrees of freedom as weights (at most four): 6 is
 * beyond it.
 */
static double information_z(const struct ho_out_of_fold *f, double *share)
{
	double n = 0, sum = 0, squares = 0;
	for (size_t i = 0; i < f->n; i++)
		if (f->unit[i]) {
			share[f->label[i]]++;
			n++;
		}
	for (size_t i = 0; i < f->n; i++) {
		if (!f->unit[i])
			continue;
		double gain =
		    log(fmax((double)f->probability[i * f->K + f->label[i]], 1e-9)) - log(share[f->label[i]] / n);
		sum += gain;
		squares += gain * gain;
	}
	double mean = sum / n, variance = squares / n - mean * mean;
	return variance > 0 ? mean / sqrt(variance / n) : mean > 0 ? 1e9 : 0;
}

enum ho_status ho_explore__first_model(struct explore *e, struct ho_error *err)
{
	struct explore_first *first = &e->first;
	const struct ho_out_of_fold *f = &first->f;
	enum ho_status status = e->table->label ? make(e, err) : HO_OK;
	if (status || !first->made)
		return status;
	uint64_t right = f->tested - f->errors;
	/* The most frequent label of these very texts: a little in its favour. */
	double p = right ? ho_binomial_sf(right - 1, f->tested, (double)f->majority / (double)f->tested) : 1;
	double *share = ho_calloc(f->K, sizeof *share);
	if (!share)
		return ho_fail_nomem(err);
	first->learns = p < level || information_z(f, share) > 6;
	ho_free(share);
	if (first->learns)
		return learns_something(e, p, err);
	learns_nothing(e, p);
	return HO_OK;
}
