/*
 * Do shuffled labels give chance, and no promise? Everything is refitted on shuffled labels, features and calibration
 * included (Ojala & Garriga 2010, test 1). What is learnt from nothing can only come from a leak; and true labels that
 * teach no more than shuffled ones are no labels of these texts.
 */
#include <math.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "doubt/refit.h"
#include "judge/promise.h"
#include "judge/significance.h"

/* Shuffles, and rows of each; with many labels fewer, for the work grows with them. */
enum { SHUFFLES = 19, ROWS_MAX = 1500, ROWS_LABELS_MAX = 60000 };
/* Share of the labels' information that a model must give for labels to count as labels of these texts; accuracy on
 * shuffled labels above chance that counts as a leak. */
static const double least_skill = 0.05, leak = 0.02;

struct shuffled {
	bool known;
	size_t rows, labels;
	double accuracy, chance, skill, skill_sd; /* true labels: skill = 1 - log loss / entropy of the labels */
	double mean_accuracy;                     /* shuffled labels */
	double top_accuracy;
	uint64_t right, trials, as_good, promises;
	bool promise_asked;
	double max_error, delta;
	size_t learnt, leaks, promised; /* tests */
};

/* A table of some of the train rows: strings borrowed, `label` to be permuted. */
static enum ho_status take(struct ho_table *out, const struct doubt *d, const uint32_t *rows, size_t n,
                           struct ho_error *err)
{
	*out = (struct ho_table){.n = n, .labels = d->labels.keys, .label_count = d->labels.n};
	out->text = ho_alloc(n, sizeof *out->text);
	out->label = ho_alloc(n, sizeof *out->label);
	for (size_t i = 0; i < n && out->text && out->label; i++) {
		out->text[i] = d->train.text[rows[i]];
		out->label[i] = d->train.truth[rows[i]];
	}
	return out->text && out->label ? HO_OK : ho_fail_nomem(err);
}

static enum ho_status fit(struct ho_out_of_fold *out, const struct doubt *d, const struct ho_table *table,
                          const uint32_t *group, struct ho_error *err)
{
	struct ho_out_of_fold_options options = {.group = group,
	                                         .folds = 5,
	                                         .seed = d->options->seed,
	                                         .threads = d->options->threads,
	                                         .without_curve = true};
	return ho_out_of_fold(out, table, &options, err);
}

/* Plan on one half, certify on the other, as training does. */
static enum ho_status try_promise(bool *promised, const struct ho_out_of_fold *fold, double max_error, double delta,
                                  struct ho_error *err)
{
	double *confidence = ho_alloc(fold->n, sizeof *confidence);
	uint8_t *wrong = ho_alloc(fold->n, 1);
	struct ho_promise_plan *plan = ho_calloc(1, sizeof *plan);
	struct ho_certificate *certificate = ho_calloc(1, sizeof *certificate);
	enum ho_status status = confidence && wrong && plan && certificate ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < fold->n && status == HO_OK; i++) {
		const float *p = fold->probability + i * fold->K;
		uint32_t best = 0;
		for (uint32_t k = 1; k < fold->K; k++)
			best = p[k] > p[best] ? k : best;
		confidence[i] = (double)p[best];
		wrong[i] = best != fold->label[i];
	}
	size_t half = fold->n / 2;
	struct ho_scored tune = {confidence, wrong, NULL, NULL, half};
	struct ho_scored certify = {confidence + half, wrong + half, NULL, NULL, fold->n - half};
	struct ho_promise_goal goal = {max_error, delta, HO_PROMISE_ANY_LABEL};
	if (status == HO_OK)
		status = ho_promise_plan(plan, goal, &tune, certify.n, err);
	if (status == HO_OK)
		status = ho_promise_certify(certificate, plan, &certify, err);
	*promised = status == HO_OK && certificate->certified;
	ho_free(confidence);
	ho_free(wrong);
	ho_free(plan);
	ho_free(certificate);
	return status;
}

/* How much of the labels' information the first model gives, from all train rows: mean of ln p(label) - ln share(label)
 * over their entropy, with its standard error. */
static enum ho_status find_skill(struct shuffled *s, const struct ho_out_of_fold *fold, struct ho_error *err)
{
	double *share = ho_calloc(fold->K, sizeof *share), entropy = 0, sum = 0, squares = 0;
	double n = (double)fold->tested;
	if (!share)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < fold->n; i++)
		if (fold->unit[i])
			share[fold->label[i]] += 1 / n;
	for (uint32_t k = 0; k < fold->K; k++)
		entropy -= share[k] > 0 ? share[k] * log(share[k]) : 0;
	for (size_t i = 0; i < fold->n; i++) {
		if (!fold->unit[i])
			continue;
		double p = (double)fold->probability[i * fold->K + fold->label[i]];
		double gain = (log(fmax(p, 1e-6)) - log(share[fold->label[i]])) / entropy;
		sum += gain;
		squares += gain * gain;
	}
	s->skill = sum / n;
	s->skill_sd = sqrt(fmax(0, squares / n - s->skill * s->skill) / n);
	ho_free(share);
	return HO_OK;
}

static enum ho_status shuffle(struct shuffled *s, const struct doubt *d, struct ho_table *table, const uint32_t *group,
                              struct ho_error *err)
{
	struct ho_rng rng = ho_rng_seed(d->options->seed, 0x5f1f);
	enum ho_status status = HO_OK;
	for (size_t b = 0; b < SHUFFLES && status == HO_OK; b++) {
		struct ho_out_of_fold fold;
		bool promised = false;
		ho_rng_shuffle(&rng, table->label, table->n);
		status = fit(&fold, d, table, group, err);
		if (status)
			return status;
		if (s->promise_asked)
			status = try_promise(&promised, &fold, s->max_error, s->delta, err);
		s->promises += promised;
		s->right += fold.tested - fold.errors;
		s->trials += fold.tested;
		s->as_good += fold.accuracy >= s->accuracy;
		s->top_accuracy = fmax(s->top_accuracy, fold.accuracy);
		ho_out_of_fold_release(&fold);
	}
	s->mean_accuracy = s->trials ? (double)s->right / (double)s->trials : 0;
	return status;
}

static void judge(struct shuffled *s, struct doubt *d)
{
	double z = s->skill_sd > 0 ? (s->skill - least_skill) / s->skill_sd : 0;
	s->learnt = ho_doubt__test(d, erfc(-z / M_SQRT2) / 2);
	s->leaks = ho_doubt__test(d, s->right ? ho_binomial_sf(s->right - 1, s->trials, fmin(1, s->chance + leak)) : 1);
	if (s->promise_asked)
		s->promised = ho_doubt__test(d, s->promises ? ho_binomial_sf(s->promises - 1, SHUFFLES, s->delta) : 1);
	s->known = true;
}

/* The promise that is tried: the model's own, or 5% where it has none. */
static void choose_promise(struct shuffled *s, const struct doubt *d)
{
	struct ho_model_certificate c;
	ho_model_certificate(&c, d->model);
	s->max_error = 0.05;
	s->delta = 0.05;
	if (c.kind != HO_PROMISE_NONE && c.kind != HO_PROMISE_REVIEW_SHARE && !c.per_label) {
		s->max_error = c.max_error[0];
		s->delta = 1 - c.confidence_level;
	}
	s->promise_asked = 1 - s->chance > s->max_error;
}

static enum ho_status compare(struct shuffled *s, struct doubt *d, struct ho_table *table, struct ho_error *err)
{
	struct ho_out_of_fold fold;
	uint32_t *group = ho_alloc(table->n, sizeof *group);
	for (size_t i = 0; group && i < table->n; i++)
		group[i] = (uint32_t)i; /* one row a group was taken */
	enum ho_status status = group ? fit(&fold, d, table, group, err) : ho_fail_nomem(err);
	if (status == HO_OK) {
		s->accuracy = fold.accuracy;
		s->chance = (double)fold.majority / (double)fold.tested;
		s->rows = fold.tested;
		s->labels = fold.K;
		ho_out_of_fold_release(&fold);
		choose_promise(s, d);
		status = shuffle(s, d, table, group, err);
	}
	ho_free(group);
	return status;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct shuffled *s = state;
	struct ho_table table = {.n = 0};
	size_t n = 0, most = ROWS_LABELS_MAX / d->labels.n < ROWS_MAX ? ROWS_LABELS_MAX / d->labels.n : ROWS_MAX;
	uint32_t *rows = NULL;
	enum ho_status status = ho_doubt__out_of_fold(d, err);
	if (status || !d->has_fold)
		return status;
	status = find_skill(s, &d->fold, err);
	if (status == HO_OK)
		status = ho_doubt__draw_units(&rows, &n, d, most, err);
	if (status == HO_OK)
		status = take(&table, d, rows, n, err);
	if (status == HO_OK)
		status = compare(s, d, &table, err);
	if (status == HO_OK)
		judge(s, d);
	ho_free(rows);
	ho_free(table.text);
	ho_free(table.label);
	return status == HO_EFORMAT ? HO_OK : status;
}

static void show(const struct shuffled *s, struct doubt *d)
{
	ho_findings_figure(d->out, s->mean_accuracy);
	struct ho_interval in = ho_binomial_interval(s->right, s->trials, 0.95);
	ho_findings_interval(d->out, in.lo, in.hi);
	ho_findings_measure(d->out, "accuracy on shuffled labels", HO_UNIT_SHARE);
	ho_findings_evidence(
	    d->out, "%d shufflings of %s, refitted from the texts on: right in %s, at best %s; guessing gives %s",
	    SHUFFLES, ho_show_counted(s->rows, "row").text, ho_show_percent(s->mean_accuracy).text,
	    ho_show_percent(s->top_accuracy).text, ho_show_percent(s->chance).text);
	ho_findings_evidence(
	    d->out,
	    "with the true labels right in %s: permutation p = %.3f (the smallest that %d shufflings can give is %.3f)",
	    ho_show_percent(s->accuracy).text, ho_permutation_p(s->as_good, SHUFFLES), SHUFFLES,
	    ho_permutation_p(0, SHUFFLES));
	ho_findings_evidence(
	    d->out, "from all training texts a first model learns %s of what the labels say (95%% interval %s to %s)",
	    ho_show_percent(s->skill).text, ho_show_percent(s->skill - 1.96 * s->skill_sd).text,
	    ho_show_percent(s->skill + 1.96 * s->skill_sd).text);
	if (s->promise_asked)
		ho_findings_evidence(d->out,
		                     "a promise of at most %s wrong came out of shuffled labels in %zu of %d "
		                     "shufflings; up to %s of them may by chance",
		                     ho_show_chosen(s->max_error).text, (size_t)s->promises, SHUFFLES,
		                     ho_show_chosen(s->delta).text);
	ho_doubt__show_test(d, "the labels are about the texts", s->learnt);
	ho_doubt__show_test(d, "shuffled labels give chance", s->leaks);
	if (s->promise_asked)
		ho_doubt__show_test(d, "no promise comes out of shuffled labels", s->promised);
}

static bool is_broken(const struct shuffled *s, const struct doubt *d)
{
	return ho_doubt__alarm(d, s->learnt) || ho_doubt__alarm(d, s->leaks) ||
	       (s->promise_asked && ho_doubt__alarm(d, s->promised));
}

static void tell_broken(const struct shuffled *s, struct doubt *d)
{
	if (ho_doubt__alarm(d, s->learnt)) {
		ho_doubt__find(d, DOUBT_BROKEN,
		               "the labels behave like shuffled ones: right in %s with them, %s with shuffled ones",
		               ho_show_percent(s->accuracy).text, ho_show_percent(s->mean_accuracy).text);
		ho_doubt__say(d, 97,
		              "The labels of the training data behave like shuffled ones: nothing that a first model "
		              "learns from them holds for texts it has not seen.");
		ho_findings_advice(d->out,
		                   "look whether text and label of a row belong together: a column that was sorted "
		                   "alone, a join on the wrong key, labels of something that the text does not say");
	} else if (ho_doubt__alarm(d, s->leaks)) {
		ho_doubt__find(d, DOUBT_BROKEN,
		               "shuffled labels are answered better than chance: %s where guessing gives %s",
		               ho_show_percent(s->mean_accuracy).text, ho_show_percent(s->chance).text);
		ho_doubt__say(d, 93,
		              "Labels that mean nothing are answered better than chance: something leaks between "
		              "training and testing.");
		ho_findings_advice(d->out, "look for copies that are not recognised as such: `handoff explore`");
	} else {
		ho_doubt__find(d, DOUBT_BROKEN, "promises came out of shuffled labels in %zu of %d shufflings",
		               (size_t)s->promises, SHUFFLES);
		ho_doubt__say(d, 93,
		              "Promises can be made from labels that mean nothing: do not trust the model's own.");
		ho_findings_advice(d->out, "do not trust the model's promise; please report this");
	}
}

static void tell_sound(const struct shuffled *s, struct doubt *d)
{
	if (ho_permutation_p(s->as_good, SHUFFLES) > 0.05) {
		ho_doubt__find(d, DOUBT_WEAK, "%s of %d shufflings did as well as the true labels",
		               ho_show_count(s->as_good).text, SHUFFLES);
		ho_findings_advice(d->out, "look whether text and label of a row belong together; label more texts");
	} else {
		ho_doubt__find(d, DOUBT_HOLDS, "shuffled labels give chance: %s, where guessing gives %s",
		               ho_show_percent(s->mean_accuracy).text, ho_show_percent(s->chance).text);
		ho_doubt__say(d, 12, "Shuffled labels give chance%s.",
		              s->promise_asked && !s->promises ? ", and no promise" : "");
	}
}

static void tell(struct doubt *d, const void *state)
{
	const struct shuffled *s = state;
	if (!s->known) {
		ho_doubt__find(d, DOUBT_UNKNOWN, "shuffled labels were not tried: there are too few training texts");
		ho_findings_advice(d->out, "label more texts");
		return;
	}
	(is_broken(s, d) ? tell_broken : tell_sound)(s, d);
	show(s, d);
}

const struct doubt_check ho_doubt__shuffled = {
    .id = "shuffled",
    .title = "do shuffled labels give chance?",
    .section = DOUBT_ON_ACCURACY,
    .state = sizeof(struct shuffled),
    .measure = measure,
    .tell = tell,
};
