/*
 * Is the model better than simple ones? The baselines are trained again from TRAIN and answer the same texts: those of
 * the test file that training had no copy of, or without one a part of TRAIN that is kept out, where a quick first
 * model out of fold stands in for the model.
 */
#include "train/baselines.h"

#include <math.h>

#include "base/alloc.h"
#include "doubt/private.h"
#include "judge/significance.h"
#include "train/split.h"

/* Baselines learn from at most this many rows, and answer at most this many: beyond it they only cost time. */
enum { LEARN_MAX = 30000, ANSWER_MAX = 20000 };
/* A simple model must be ahead by more than this to break the result; with less skill than `hardly` between guessing
 * and perfect, a model is hardly better than guessing. Not asked where one label has nearly all texts. */
static const double ahead = 0.01, hardly = 0.1, lopsided = 0.9;

struct contest {
	bool stand_in; /* no test texts: the first model is judged in the model's place */
	bool known;
	size_t n;
	uint64_t errors, majority_errors;
	uint64_t base_errors[HO_BASE_COUNT];
	struct ho_paired paired[HO_BASE_COUNT]; /* a the baseline, b the model */
	size_t test[HO_BASE_COUNT], skill;
	bool asked_skill;
	char token[96];
};

/* What the contest is fought on: rows learnt from first, then those answered. */
struct field {
	struct ho_slice *text;
	uint32_t *label, *row;
	uint8_t *wrong; /* of the model, for the answered rows */
	size_t learn, n;
};

static enum ho_status allocate(struct field *f, size_t n, struct ho_error *err)
{
	f->text = ho_alloc(n, sizeof *f->text);
	f->label = ho_alloc(n, sizeof *f->label);
	f->row = ho_alloc(n, sizeof *f->row);
	f->wrong = ho_alloc(n, 1);
	return f->text && f->label && f->row && f->wrong ? HO_OK : ho_fail_nomem(err);
}

static void add(struct field *f, const struct doubt_rows *rows, size_t i)
{
	f->text[f->n] = rows->text[i];
	f->label[f->n] = rows->truth[i];
	f->row[f->n] = (uint32_t)f->n;
	f->n++;
}

/* Every step-th of the judged rows, so that a large test file is thinned evenly. */
static enum ho_status field_of_test(struct field *f, const struct doubt *d, struct ho_error *err)
{
	size_t step = d->n_judged / ANSWER_MAX + 1, thin = d->train.n / LEARN_MAX + 1;
	enum ho_status status = allocate(f, d->train.n + d->n_judged, err);
	for (size_t i = 0; i < d->train.n && status == HO_OK; i += thin)
		add(f, &d->train, i);
	f->learn = f->n;
	for (size_t i = 0; i < d->n_judged && status == HO_OK; i += step) {
		f->wrong[f->n - f->learn] = d->test.answers.wrong[d->judged[i]];
		add(f, &d->test, d->judged[i]);
	}
	return status;
}

static bool first_model_wrong(const struct ho_out_of_fold *fold, size_t i)
{
	const float *p = fold->probability + i * fold->K;
	uint32_t best = 0;
	for (uint32_t k = 1; k < fold->K; k++)
		best = p[k] > p[best] ? k : best;
	return best != fold->label[i];
}

/* A fifth of the rows is answered, the rest learnt from; no group is cut. */
static enum ho_status field_of_fold(struct field *f, struct doubt *d, struct ho_error *err)
{
	static const double share[2] = {0.8, 0.2};
	const struct ho_out_of_fold *fold = &d->fold;
	uint8_t *part = ho_alloc(fold->n, 1);
	enum ho_status status = part ? allocate(f, fold->n, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_split(part, fold->group, fold->label, fold->n, share, 2, d->options->seed, err);
	for (int p = 0; p < 2 && status == HO_OK; p++) {
		f->learn = p ? f->n : 0;
		for (size_t i = 0; i < fold->n; i++) {
			if (part[i] != p || (p && !fold->unit[i]) || (!p && f->n == LEARN_MAX))
				continue;
			f->wrong[f->n - f->learn] = p && first_model_wrong(fold, i);
			f->text[f->n] = d->train.table->text[fold->row[i]];
			f->label[f->n] = d->fold_label[fold->label[i]];
			f->row[f->n] = (uint32_t)f->n;
			f->n++;
		}
	}
	ho_free(part);
	return status;
}

/* Chance of the baseline being so far ahead if it is in truth not more than `ahead` better: the larger of the exact
 * sign test and of a z-test against the margin. */
static double behind_p(struct ho_paired c, size_t n)
{
	uint64_t differ = c.only_a + c.only_b;
	double exact = c.only_a ? ho_binomial_sf(c.only_a - 1, differ, 0.5) : 1;
	double gap = ((double)c.only_a - (double)c.only_b) / (double)n;
	double sd = sqrt(((double)differ / (double)n - gap * gap) / (double)n);
	double z = sd > 0 ? (gap - ahead) / sd : gap > ahead ? INFINITY : -INFINITY;
	return fmax(exact, erfc(z / M_SQRT2) / 2);
}

static void judge(struct contest *c, struct doubt *d, const struct ho_baselines *b, const uint8_t *wrong)
{
	for (size_t i = 0; i < b->n; i++)
		c->errors += wrong[i];
	c->n = b->n;
	for (int a = 0; a < HO_BASE_COUNT; a++) {
		c->base_errors[a] = b->errors[a];
		c->paired[a] = ho_paired_count(b->wrong[a], wrong, b->n);
		c->test[a] = ho_doubt__test(d, behind_p(c->paired[a], b->n));
	}
	double chance = 1 - (double)b->errors[HO_BASE_MAJORITY] / (double)b->n;
	c->asked_skill = chance < lopsided;
	if (c->asked_skill)
		c->skill = ho_doubt__test(d, ho_binomial_cdf(b->n - c->errors, b->n, chance + hardly * (1 - chance)));
	(void)snprintf(c->token, sizeof c->token, "%s", ho_doubt__word(d, b->best_token).text);
	c->known = true;
}

static enum ho_status fight(struct contest *c, struct doubt *d, const struct field *f, struct ho_error *err)
{
	struct ho_corpus corpus;
	struct ho_baselines baselines;
	if (f->n - f->learn < DOUBT_LEAST || f->learn < 2)
		return HO_OK;
	enum ho_status status = ho_corpus_build(&corpus, f->text, f->n, d->options->threads, d->progress, err);
	if (status)
		return status;
	struct ho_lesson lesson = {.corpus = &corpus,
	                           .rows = f->row,
	                           .n = f->n,
	                           .n_learn = f->learn,
	                           .labels = f->label,
	                           .K = d->labels.n,
	                           .seed = d->options->seed,
	                           .threads = d->options->threads,
	                           .progress = d->progress};
	status = ho_baselines_run(&baselines, &lesson, err);
	if (status == HO_OK) {
		judge(c, d, &baselines, f->wrong);
		ho_baselines_release(&baselines);
	}
	ho_corpus_release(&corpus);
	return status;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct contest *c = state;
	struct field f = {.n = 0};
	enum ho_status status = HO_OK;
	c->stand_in = d->n_judged < DOUBT_LEAST;
	if (c->stand_in)
		status = ho_doubt__out_of_fold(d, err);
	if (status == HO_OK && (!c->stand_in || d->has_fold))
		status = c->stand_in ? field_of_fold(&f, d, err) : field_of_test(&f, d, err);
	if (status == HO_OK)
		status = fight(c, d, &f, err);
	ho_free(f.text);
	ho_free(f.label);
	ho_free(f.row);
	ho_free(f.wrong);
	return status;
}

static const char *const names[] = {"always the most frequent label", "the best single word", "naive Bayes",
                                    "TF-IDF and logistic regression"};

static struct ho_shown show_accuracy(uint64_t errors, size_t n)
{
	struct ho_interval in = ho_binomial_interval(n - errors, n, 0.95);
	return ho_show_interval(1 - (double)errors / (double)n, in.lo, in.hi);
}

static void show(const struct contest *c, struct doubt *d)
{
	ho_exhibit_table(d->out, "lrrr", "%s against simple models on the same %s",
	                 c->stand_in ? "A quick first model, out of fold," : "The model",
	                 ho_show_counted(c->n, "text").text);
	ho_exhibit_cell(d->out, "who");
	ho_exhibit_cell(d->out, "accuracy [95%% interval]");
	ho_exhibit_cell(d->out, "the model is ahead by");
	ho_exhibit_cell(d->out, "p, exact paired test");
	for (int a = 0; a < HO_BASE_COUNT; a++) {
		struct ho_difference diff = ho_paired_difference(c->paired[a], 0.95);
		ho_exhibit_cell(d->out, a == HO_BASE_TOKEN && c->token[0] ? "%s, '%s'" : "%s", names[a], c->token);
		ho_exhibit_cell(d->out, "%s", show_accuracy(c->base_errors[a], c->n).text);
		ho_exhibit_cell(d->out, "%s", ho_show_points(diff.difference, diff.interval.lo, diff.interval.hi).text);
		ho_exhibit_cell(d->out, "%.2g", ho_mcnemar_exact(c->paired[a]));
	}
	ho_exhibit_cell(d->out, "%s", c->stand_in ? "a quick first model" : "this model");
	ho_exhibit_cell(d->out, "%s", show_accuracy(c->errors, c->n).text);
	ho_exhibit_cell(d->out, " ");
	ho_exhibit_cell(d->out, " ");
	ho_findings_evidence(d->out,
	                     "right in %s; always the most frequent label %s, best word %s, naive Bayes %s, TF-IDF "
	                     "and logistic regression %s",
	                     ho_show_percent(1 - (double)c->errors / (double)c->n).text,
	                     ho_show_percent(1 - (double)c->base_errors[0] / (double)c->n).text,
	                     ho_show_percent(1 - (double)c->base_errors[1] / (double)c->n).text,
	                     ho_show_percent(1 - (double)c->base_errors[2] / (double)c->n).text,
	                     ho_show_percent(1 - (double)c->base_errors[3] / (double)c->n).text);
	if (c->stand_in)
		ho_findings_evidence(d->out,
		                     "there are no new labelled texts: a quick first model, out of fold, stands in "
		                     "for the model; --test judges the model itself");
}

/* No alarm: is the best of the simple models behind, level or ahead? */
static void tell_order(const struct contest *c, struct doubt *d, int best, const char *who)
{
	struct ho_difference diff = ho_paired_difference(c->paired[best], 0.95);
	if (ho_mcnemar_exact(c->paired[best]) >= 0.05) {
		ho_doubt__find(d, DOUBT_WEAK, "%s is not shown to be better than a simple one: %s over %s", who,
		               ho_show_points(diff.difference, diff.interval.lo, diff.interval.hi).text, names[best]);
		ho_findings_advice(d->out, "%zu texts cannot tell them apart; label more, or be content with either",
		                   c->n);
	} else if (c->base_errors[best] < c->errors) {
		ho_doubt__find(d, DOUBT_WEAK,
		               "a simple model does better, though not clearly by more than %s: %s is %s over %s",
		               ho_show_chosen(ahead).text, who,
		               ho_show_points(diff.difference, diff.interval.lo, diff.interval.hi).text, names[best]);
		ho_findings_advice(d->out, "use the simple model, or find out why this one fails on these texts");
	} else {
		ho_doubt__find(d, DOUBT_HOLDS, "%s is better than all simple ones: %s over %s, the best of them", who,
		               ho_show_points(diff.difference, diff.interval.lo, diff.interval.hi).text, names[best]);
	}
}

static void tell_verdict(const struct contest *c, struct doubt *d, int best)
{
	const char *who = c->stand_in ? "a quick first model" : "the model";
	struct ho_difference diff = ho_paired_difference(c->paired[best], 0.95);
	int alarm = -1;
	for (int a = 0; a < HO_BASE_COUNT; a++)
		if (ho_doubt__alarm(d, c->test[a]) && (alarm < 0 || c->base_errors[a] < c->base_errors[alarm]))
			alarm = a;
	if (c->asked_skill && ho_doubt__alarm(d, c->skill)) {
		ho_doubt__find(d, DOUBT_BROKEN,
		               "%s is hardly better than guessing: right in %s, always the most frequent label in %s",
		               who, show_accuracy(c->errors, c->n).text,
		               ho_show_percent(1 - (double)c->base_errors[HO_BASE_MAJORITY] / (double)c->n).text);
		ho_findings_advice(d->out,
		                   "look whether labels and texts belong together: a shuffled or shifted column, "
		                   "labels of something that the text does not say");
		ho_doubt__say(d, 94, "The answers are hardly better than guessing: right in %s.",
		              show_accuracy(c->errors, c->n).text);
	} else if (alarm >= 0) {
		ho_doubt__find(d, DOUBT_BROKEN, "a simple model does better: %s is right in %s, %s in %s", names[alarm],
		               ho_show_percent(1 - (double)c->base_errors[alarm] / (double)c->n).text, who,
		               ho_show_percent(1 - (double)c->errors / (double)c->n).text);
		ho_findings_advice(d->out, "use the simple model, or find out why this one fails on these texts");
		ho_doubt__say(d, 85, "A simple model does better: %s.", names[alarm]);
	} else {
		tell_order(c, d, best, who);
	}
	if (!d->out->status && strcmp(d->out->items[d->out->n - 1].verdict, "broken") != 0)
		ho_doubt__say(d, 28, "%s is right in %s of %s; the best simple model (%s) in %s.",
		              c->stand_in ? "A quick first model" : "The model",
		              ho_show_percent(1 - (double)c->errors / (double)c->n).text,
		              ho_show_counted(c->n, "new text").text, names[best],
		              ho_show_percent(1 - (double)c->base_errors[best] / (double)c->n).text);
	ho_findings_figure(d->out, diff.difference);
	ho_findings_interval(d->out, diff.interval.lo, diff.interval.hi);
	ho_findings_measure(d->out, "accuracy above that of the best simple model", HO_UNIT_POINTS);
}

static void tell(struct doubt *d, const void *state)
{
	const struct contest *c = state;
	int best = 0;
	if (!c->known) {
		ho_doubt__find(d, DOUBT_UNKNOWN,
		               "the model was not compared with simple ones: there are too few texts");
		ho_findings_advice(d->out, "label more texts: at least %d distinct ones to judge by", DOUBT_LEAST);
		return;
	}
	for (int a = 1; a < HO_BASE_COUNT; a++)
		best = c->base_errors[a] < c->base_errors[best] ? a : best;
	tell_verdict(c, d, best);
	show(c, d);
}

const struct doubt_check ho_doubt__baselines = {
    .id = "baselines",
    .title = "is it better than simple models?",
    .section = DOUBT_ON_ACCURACY,
    .state = sizeof(struct contest),
    .measure = measure,
    .tell = tell,
};
