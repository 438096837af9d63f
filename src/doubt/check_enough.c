/*
 * Are there enough labels? The learning curve with a look ahead, and the power of the promise: how often a promise of
 * this size would come about if tune and certify parts were drawn again, of this size and of others. The world they are
 * drawn from is what is known of scores and errors: the model's own answers to new texts where there are enough of
 * them, else those of a quick first model out of fold.
 */
#include <jansson.h>
#include <math.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "doubt/private.h"
#include "judge/promise.h"

enum { DRAWS = 100, SIZES = 4, WORLD_MIN = 300, ROWS_FEW = 10 };
static const double size[SIZES] = {0.5, 1, 2, 4};
/* Points gained by twice the labels, and a power, from which on more labels are worth a hint. */
static const double gain_hint = 0.015, power_hint = 0.8;

struct enough {
	bool has_curve;
	struct ho_learning_point point[HO_FIRST_STEPS_MAX];
	size_t n_points;
	struct ho_learning_forecast twice; /* the error with twice the rows */
	double now;                        /* the curve's last point: error */
	double learnt;
	bool has_power, own_answers;
	double max_error, delta;
	size_t world, tune, certify;
	double power[SIZES], coverage[SIZES], violated[SIZES];
	uint32_t rare; /* labels with fewer than ROWS_FEW rows */
};

/* Scores and errors that parts are drawn from. */
struct world {
	double *score;
	uint8_t *wrong, *eligible;
	size_t n;
};

static enum ho_status allocate(struct world *w, size_t n, struct ho_error *err)
{
	w->score = ho_alloc(n, sizeof *w->score);
	w->wrong = ho_alloc(n, 1);
	w->eligible = ho_alloc(n, 1);
	return w->score && w->wrong && w->eligible ? HO_OK : ho_fail_nomem(err);
}

static void release_world(struct world *w)
{
	ho_free(w->score);
	ho_free(w->wrong);
	ho_free(w->eligible);
}

static enum ho_status own_world(struct world *w, const struct doubt *d, struct ho_error *err)
{
	const struct doubt_answers *a = &d->test.answers;
	enum ho_status status = allocate(w, d->n_judged, err);
	for (; w->n < d->n_judged && status == HO_OK; w->n++) {
		uint32_t row = d->judged[w->n];
		w->score[w->n] = a->confidence[row];
		w->wrong[w->n] = a->wrong[row];
		w->eligible[w->n] = !a->novel[row];
	}
	return status;
}

static enum ho_status first_world(struct world *w, const struct ho_out_of_fold *fold, struct ho_error *err)
{
	enum ho_status status = allocate(w, fold->n, err);
	for (size_t i = 0; i < fold->n && status == HO_OK; i++) {
		const float *p = fold->probability + i * fold->K;
		uint32_t best = 0;
		for (uint32_t k = 1; k < fold->K; k++)
			best = p[k] > p[best] ? k : best;
		if (!fold->unit[i])
			continue;
		w->score[w->n] = (double)p[best];
		w->wrong[w->n] = best != fold->label[i];
		w->eligible[w->n++] = 1;
	}
	return status;
}

static void draw(struct world *to, const struct world *from, size_t n, struct ho_rng *rng)
{
	to->n = n;
	for (size_t i = 0; i < n; i++) {
		size_t at = ho_rng_below(rng, from->n);
		to->score[i] = from->score[at];
		to->wrong[i] = from->wrong[at];
		to->eligible[i] = from->eligible[at];
	}
}

/* Error rate above a threshold in the whole world: what a certificate of it is about. */
static double true_error(const struct world *w, double threshold)
{
	uint64_t n = 0, k = 0;
	for (size_t i = 0; i < w->n; i++)
		if (w->eligible[i] && w->score[i] > threshold) {
			n++;
			k += w->wrong[i];
		}
	return n ? (double)k / (double)n : 0;
}

/* Draw tune and certify parts again and again: how often does the promise come about, and how often is it false? */
static enum ho_status try_size(struct enough *e, size_t s, const struct world *w, struct ho_rng *rng,
                               struct ho_error *err)
{
	size_t tune = (size_t)(size[s] * (double)e->tune), certify = (size_t)(size[s] * (double)e->certify);
	struct world part[2] = {{.n = 0}, {.n = 0}};
	size_t certified = 0, false_ones = 0;
	struct ho_promise_plan *plan = ho_alloc(1, sizeof *plan);
	struct ho_certificate *c = ho_alloc(1, sizeof *c);
	struct ho_promise_goal goal = {e->max_error, e->delta, HO_PROMISE_ANY_LABEL};
	enum ho_status status = plan && c ? allocate(&part[0], tune, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		status = allocate(&part[1], certify, err);
	for (size_t r = 0; r < DRAWS && status == HO_OK; r++) {
		draw(&part[0], w, tune, rng);
		draw(&part[1], w, certify, rng);
		struct ho_scored tuning = {part[0].score, part[0].wrong, part[0].eligible, NULL, tune};
		struct ho_scored certifying = {part[1].score, part[1].wrong, part[1].eligible, NULL, certify};
		status = ho_promise_plan(plan, goal, &tuning, certify, err);
		if (status == HO_OK)
			status = ho_promise_certify(c, plan, &certifying, err);
		if (status || !c->certified)
			continue;
		certified++;
		false_ones += true_error(w, c->threshold) > e->max_error;
		e->coverage[s] += c->coverage / DRAWS;
	}
	e->power[s] = (double)certified / DRAWS;
	e->violated[s] = (double)false_ones / DRAWS;
	release_world(&part[0]);
	release_world(&part[1]);
	ho_free(plan);
	ho_free(c);
	return status;
}

/* Sizes of the parts, from the model's own report; a fifth of the texts each where it does not say. */
static void find_parts(struct enough *e, const struct doubt *d)
{
	json_t *report = json_loads(ho_model_report_json(d->model), 0, NULL);
	json_t *groups = json_object_get(report, "groups");
	e->tune = (size_t)json_integer_value(json_object_get(groups, "tune"));
	e->certify = (size_t)json_integer_value(json_object_get(groups, "certify"));
	json_decref(report);
	if (!e->tune || !e->certify)
		e->tune = e->certify = d->train.groups / 5;
}

static void choose_promise(struct enough *e, const struct doubt *d)
{
	struct ho_model_certificate c;
	ho_model_certificate(&c, d->model);
	e->max_error = 0.05;
	e->delta = 0.05;
	if (c.kind != HO_PROMISE_REVIEW_SHARE && !c.per_label && c.labels && c.max_error[0] > 0 && c.max_error[0] < 1) {
		e->max_error = c.max_error[0];
		e->delta = 1 - c.confidence_level;
	}
}

static enum ho_status find_power(struct enough *e, struct doubt *d, struct ho_error *err)
{
	struct world w = {.n = 0};
	struct ho_rng rng = ho_rng_seed(d->options->seed, 0x90e4);
	e->own_answers = d->n_judged >= WORLD_MIN;
	enum ho_status status = HO_OK;
	if (e->own_answers)
		status = own_world(&w, d, err);
	else if (d->has_fold)
		status = first_world(&w, &d->fold, err);
	e->world = w.n;
	find_parts(e, d);
	choose_promise(e, d);
	e->has_power = status == HO_OK && w.n >= WORLD_MIN / 3 && e->certify;
	for (size_t s = 0; s < SIZES && status == HO_OK && e->has_power; s++)
		status = try_size(e, s, &w, &rng, err);
	release_world(&w);
	return status;
}

static enum ho_status find_curve(struct enough *e, const struct doubt *d, struct ho_error *err)
{
	const struct ho_out_of_fold *fold = &d->fold;
	if (!d->has_fold || fold->n_steps < 3)
		return HO_OK;
	e->n_points = ho_out_of_fold_points(e->point, fold);
	e->now = 1 - fold->step[fold->n_steps - 1].accuracy;
	e->learnt = (double)fold->step[fold->n_steps - 1].learnt;
	enum ho_status status =
	    ho_learning_curve_forecast(&e->twice, e->point, e->n_points, 2 * e->learnt, 0.95, d->options->seed, err);
	e->has_curve = status == HO_OK && e->twice.known;
	return status;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct enough *e = state;
	uint32_t *rows = ho_calloc(d->labels.n, sizeof *rows);
	enum ho_status status = rows ? ho_doubt__out_of_fold(d, err) : ho_fail_nomem(err);
	for (size_t i = 0; i < d->train.n && rows; i++)
		rows[d->train.truth[i]]++;
	for (uint32_t k = 0; k < d->labels.n && rows; k++)
		e->rare += rows[k] && rows[k] < ROWS_FEW;
	ho_free(rows);
	if (status == HO_OK)
		status = find_curve(e, d, err);
	return status ? status : find_power(e, d, err);
}

/* Never "-0.0". */
static double rounded(double points)
{
	return fabs(points) < 0.0005 ? 0 : points;
}

/* What twice the labels would bring, with its interval. */
static struct ho_shown show_gain(const struct enough *e)
{
	return ho_show_points(rounded(e->now - e->twice.error), rounded(e->now - e->twice.interval.hi),
	                      rounded(e->now - e->twice.interval.lo));
}

static void show_curve(const struct enough *e, struct doubt *d)
{
	const struct ho_out_of_fold *fold = &d->fold;
	ho_exhibit_lines(d->out, "rows learnt from", "accuracy", HO_CHART_SHARE_Y | HO_CHART_LOG_X,
	                 "Learning curve of a quick first model, out of fold, and the look ahead");
	ho_exhibit_series(d->out, "measured");
	for (size_t i = 0; i < fold->n_steps; i++) {
		const struct ho_first_step *s = &fold->step[i];
		struct ho_interval in = ho_binomial_interval(s->tested - s->errors, s->tested, 0.95);
		ho_exhibit_point(d->out, (double)s->learnt, s->accuracy, in.lo, in.hi);
	}
	ho_exhibit_series(d->out, "with twice the labels");
	ho_exhibit_point(d->out, e->learnt, 1 - e->now, NAN, NAN);
	ho_exhibit_point(d->out, 2 * e->learnt, 1 - e->twice.error, 1 - e->twice.interval.hi, 1 - e->twice.interval.lo);
	ho_findings_evidence(
	    d->out, "learning curve: right in %s from %s, about %s (95%% interval %s to %s) from twice as many",
	    ho_show_percent(1 - e->now).text, ho_show_counted((uint64_t)e->learnt, "row").text,
	    ho_show_percent(1 - e->twice.error).text, ho_show_percent(1 - e->twice.interval.hi).text,
	    ho_show_percent(1 - e->twice.interval.lo).text);
}

/* A share of the draws with the interval that so many draws leave it. */
static struct ho_shown of_draws(double share)
{
	struct ho_interval in = ho_binomial_interval((uint64_t)(share * DRAWS + 0.5), DRAWS, 0.95);
	return ho_show_interval(share, in.lo, in.hi);
}

static void show_power(const struct enough *e, struct doubt *d)
{
	ho_findings_evidence(
	    d->out,
	    "drawn again %d times (%zu texts to tune, %zu to certify), a promise of at most %s wrong comes about in "
	    "%s, answering %s of the texts; in truth broken in %s of the draws, %s may be",
	    DRAWS, e->tune, e->certify, ho_show_chosen(e->max_error).text, of_draws(e->power[1]).text,
	    ho_show_percent(e->power[1] > 0 ? e->coverage[1] / e->power[1] : 0).text, of_draws(e->violated[1]).text,
	    ho_show_chosen(e->delta).text);
	ho_exhibit_table(d->out, "rrrrr", "The promise with other numbers of labels, from %s of %s",
	                 e->own_answers ? "the model's answers to new texts"
	                                : "a quick first model's answers out of fold",
	                 ho_show_counted(e->world, "text").text);
	ho_exhibit_cell(d->out, "texts to tune");
	ho_exhibit_cell(d->out, "to certify");
	ho_exhibit_cell(d->out, "promise comes about [95%%]");
	ho_exhibit_cell(d->out, "answered automatically");
	ho_exhibit_cell(d->out, "in truth broken [95%%]");
	for (size_t s = 0; s < SIZES; s++) {
		ho_exhibit_cell(d->out, "%s", ho_show_count((uint64_t)(size[s] * (double)e->tune)).text);
		ho_exhibit_cell(d->out, "%s", ho_show_count((uint64_t)(size[s] * (double)e->certify)).text);
		ho_exhibit_cell(d->out, "%s", of_draws(e->power[s]).text);
		ho_exhibit_cell(d->out, "%s", ho_show_percent(e->power[s] > 0 ? e->coverage[s] / e->power[s] : 0).text);
		ho_exhibit_cell(d->out, "%s", of_draws(e->violated[s]).text);
	}
}

/* The first number of labels with which the promise comes about often enough, as a sentence; false: none tried. */
static void advise(const struct enough *e, struct doubt *d, double gain)
{
	for (size_t s = 2; s < SIZES && e->has_power && e->power[1] < power_hint; s++)
		if (e->power[s] >= power_hint) {
			ho_findings_advice(
			    d->out,
			    "label about %g times as many texts: then a promise of at most %s wrong comes about in %s",
			    size[s], ho_show_chosen(e->max_error).text, ho_show_percent(e->power[s]).text);
			return;
		}
	if (e->has_power && e->power[1] < power_hint)
		ho_findings_advice(d->out,
		                   "four times the labels would not be enough for a promise of at most %s wrong: "
		                   "promise less (--max-error), or better labels",
		                   ho_show_chosen(e->max_error).text);
	else if (gain >= gain_hint)
		ho_findings_advice(d->out,
		                   "label more texts, those first that the model is unsure of: it still learns");
	else
		ho_findings_advice(d->out, "label more rows of the rare labels");
}

static void tell(struct doubt *d, const void *state)
{
	const struct enough *e = state;
	double gain = e->has_curve ? e->now - e->twice.error : 0;
	bool weak_power = e->has_power && e->power[1] < power_hint, weak_curve = gain >= gain_hint;
	if (!e->has_curve && !e->has_power) {
		ho_doubt__find(d, DOUBT_UNKNOWN,
		               "whether there are enough labels cannot be said: there are too few to tell");
		ho_findings_advice(d->out, "label more texts");
		return;
	}
	if (weak_power)
		ho_doubt__find(d, DOUBT_WEAK,
		               "a promise of at most %s wrong comes about in only %s of draws with so many labels",
		               ho_show_chosen(e->max_error).text, ho_show_percent(e->power[1]).text);
	else if (weak_curve)
		ho_doubt__find(d, DOUBT_WEAK, "more labels would help: twice as many about %s", show_gain(e).text);
	else if (e->rare)
		ho_doubt__find(d, DOUBT_WEAK, "%s %s fewer than %d rows", ho_show_counted(e->rare, "label").text,
		               e->rare == 1 ? "has" : "have", ROWS_FEW);
	else if (e->has_curve)
		ho_doubt__find(d, DOUBT_HOLDS, "there are enough labels: twice as many would bring about %s",
		               show_gain(e).text);
	else
		ho_doubt__find(d, DOUBT_HOLDS, "there are enough labels: such a promise comes about in %s of draws",
		               ho_show_percent(e->power[1]).text);
	if (weak_power || weak_curve || e->rare)
		advise(e, d, gain);
	if (e->has_curve) {
		ho_findings_figure(d->out, gain);
		ho_findings_interval(d->out, e->now - e->twice.interval.hi, e->now - e->twice.interval.lo);
		ho_findings_measure(d->out, "accuracy that twice the labels would bring", HO_UNIT_POINTS);
		ho_doubt__say(d, weak_curve ? 42 : 14, "Twice the labels would bring about %s.", show_gain(e).text);
		show_curve(e, d);
	}
	if (weak_power)
		ho_doubt__say(d, 47, "With so many labels a promise of at most %s wrong comes about in %s of draws.",
		              ho_show_chosen(e->max_error).text, ho_show_percent(e->power[1]).text);
	if (e->has_power)
		show_power(e, d);
}

const struct doubt_check ho_doubt__enough = {
    .id = "enough",
    .title = "are there enough labels?",
    .section = DOUBT_ON_ACCURACY,
    .state = sizeof(struct enough),
    .measure = measure,
    .tell = tell,
};
