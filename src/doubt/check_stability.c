/*
 * Would the answers be the same had training gone a little differently? The heads of the model are trained again: three
 * times on another draw of as many rows as it learnt from (what another --seed does), twice on a bootstrap of the file
 * (as if the file had been collected again). What changes on texts that nobody learnt from is owed to chance. Some of
 * it must be: an answer with a confidence of 60% is a coin that fell one way. More than the confidences admit is a
 * weakness; automatic answers that become other automatic answers more often than may be wrong break the result.
 */
#include <jansson.h>
#include <math.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "base/rng.h"
#include "doubt/texts.h"
#include "judge/significance.h"
#include "train/refit.h"

enum {
	TEXTS = 2000,
	DRAWS = 3,
	BOOTSTRAPS = 2,
	REFITS = DRAWS + BOOTSTRAPS,
	TUNE_MAX = 2000,
	RESAMPLES = 1000,
	EXAMPLES = 8
};
/* Rows times columns that a refit may learn from: more would take minutes. Then the refits are compared with each other
 * only, because the model learnt from more than they did. */
#define WORK_MAX ((size_t)2500000)
#define ROWS_MAX ((size_t)25000)

/* Compared with the model's own answers. */
struct other {
	uint64_t label, decision, swapped, automatic; /* texts; automatic: by the model, and what became of them */
	const char *how;                              /* static */
};

enum { BINS = 5 };

struct bin {
	double from; /* confidence */
	uint64_t n, changed;
};

struct stability {
	struct doubt_texts texts;
	struct ho_refit_heads heads;
	const char *trouble;      /* why nothing could be trained again; static */
	size_t rows, used, learn; /* rows of the file; of them used here; about so many are learnt from in a draw */
	bool reduced;
	uint32_t *label[REFITS]; /* [texts.n] answers; owned */
	uint8_t *automatic[REFITS];
	struct other other[REFITS];
	struct bin bin[BINS];
	double churn, lo, hi; /* label, mean of the draws against the model */
	double decisions, swaps, expected;
	uint32_t example[EXAMPLES];
	size_t n_examples;
	size_t test;
	bool tested;
};

/* Rows that refits may use, and the texts behind them. */
struct material {
	struct ho_slice *text; /* [n_learn + texts] */
	uint32_t *label, *group;
	size_t n_learn, n, groups;
	struct ho_refit refit;
};

struct draw {
	uint32_t *learn, *tune;
	size_t n_learn, n_tune;
};

struct job {
	struct stability *s;
	const struct doubt *d;
	const struct material *m;
	double **probability; /* [REFITS] of [texts.n][K] */
};

/* Shuffled rows 0..n by group, so that no group is cut: numbers each group gets in a random order. */
static uint32_t *shuffled_groups(const struct material *m, struct ho_rng *rng)
{
	uint32_t *order = ho_alloc(m->groups, sizeof *order);
	for (size_t g = 0; order && g < m->groups; g++)
		order[g] = (uint32_t)g;
	if (order)
		ho_rng_shuffle(rng, order, m->groups);
	return order;
}

/* times[g]: how often the rows of group g are learnt from. */
static enum ho_status draw_groups(uint32_t *times, const struct stability *s, const struct material *m, size_t r,
                                  uint64_t seed, struct ho_error *err)
{
	struct ho_rng rng = ho_rng_seed(seed, 0x57ab + r);
	if (r >= DRAWS) {
		for (size_t g = 0; g < m->groups; g++)
			times[ho_rng_below(&rng, m->groups)]++;
		return HO_OK;
	}
	uint32_t *order = shuffled_groups(m, &rng);
	if (!order)
		return ho_fail_nomem(err);
	size_t want = (size_t)((double)m->groups * (double)s->learn / (double)s->used + 0.5);
	for (size_t g = 0; g < want && g + 1 < m->groups; g++)
		times[order[g]] = 1;
	ho_free(order);
	return HO_OK;
}

static enum ho_status draw_rows(struct draw *out, const struct stability *s, const struct material *m, size_t r,
                                uint64_t seed, struct ho_error *err)
{
	size_t total = 0, most = TUNE_MAX;
	uint32_t *times = ho_calloc(m->groups, sizeof *times);
	enum ho_status status = times ? draw_groups(times, s, m, r, seed, err) : ho_fail_nomem(err);
	for (size_t i = 0; i < m->n_learn && status == HO_OK; i++)
		total += times[m->group[i]];
	out->learn = ho_alloc(total, sizeof *out->learn);
	out->tune = ho_alloc(m->n_learn, sizeof *out->tune);
	if (status == HO_OK && (!out->learn || !out->tune))
		status = ho_fail_nomem(err);
	for (size_t i = 0; i < m->n_learn && status == HO_OK; i++) {
		for (uint32_t t = 0; t < times[m->group[i]]; t++)
			out->learn[out->n_learn++] = (uint32_t)i;
		if (!times[m->group[i]] && out->n_tune < most)
			out->tune[out->n_tune++] = (uint32_t)i;
	}
	ho_free(times);
	return status;
}

static enum ho_status refit_one(void *context, size_t r, unsigned worker, struct ho_error *err)
{
	struct job *job = context;
	struct draw draw = {.n_learn = 0};
	uint64_t seed = job->d->options->seed;
	(void)worker;
	enum ho_status status = draw_rows(&draw, job->s, job->m, r, seed, err);
	struct ho_refit_rows rows = {draw.learn, draw.n_learn, draw.tune, draw.n_tune, seed + 1 + r};
	if (status == HO_OK)
		status = ho_refit_run(job->probability[r], &job->m->refit, &rows, err);
	ho_free(draw.learn);
	ho_free(draw.tune);
	return status;
}

/* A text that was called novel stays so: novelty depends on no refit. */
static void decide(struct stability *s, const struct doubt *d, size_t r, const double *probability)
{
	struct ho_model_certificate c;
	ho_model_certificate(&c, d->model);
	for (size_t i = 0; i < s->texts.n; i++) {
		const double *p = probability + i * d->K;
		uint32_t best = 0;
		for (uint32_t k = 1; k < d->K; k++)
			best = p[k] > p[best] ? k : best;
		double threshold = c.kind == HO_PROMISE_NONE ? 1 : c.threshold[c.per_label ? best : 0];
		s->label[r][i] = best;
		s->automatic[r][i] = !s->texts.answers->novel[s->texts.row[i]] && p[best] > threshold;
	}
}

static enum ho_status refit_all(struct stability *s, struct doubt *d, const struct material *m, struct ho_error *err)
{
	double *probability[REFITS] = {NULL};
	struct job job = {s, d, m, probability};
	enum ho_status status = HO_OK;
	for (size_t r = 0; r < REFITS && status == HO_OK; r++) {
		probability[r] = ho_alloc(s->texts.n * d->K, sizeof(double));
		s->label[r] = ho_calloc(s->texts.n, sizeof *s->label[r]);
		s->automatic[r] = ho_calloc(s->texts.n, 1);
		if (!probability[r] || !s->label[r] || !s->automatic[r])
			status = ho_fail_nomem(err);
	}
	if (status == HO_OK)
		status = ho_parallel(refit_one, &job, REFITS, d->options->threads, err);
	for (size_t r = 0; r < REFITS && status == HO_OK; r++)
		decide(s, d, r, probability[r]);
	for (size_t r = 0; r < REFITS; r++)
		ho_free(probability[r]);
	return status;
}

/* Rows of the training file that the model can learn from, at most so many: a fair draw. */
static enum ho_status gather(struct material *m, struct stability *s, const struct doubt *d, struct ho_error *err)
{
	const struct doubt_rows *train = &d->train;
	size_t columns = d->K == 2 ? 1 : d->K, most = WORK_MAX / columns < ROWS_MAX ? WORK_MAX / columns : ROWS_MAX,
	       at = 0;
	struct ho_rng rng = ho_rng_seed(d->options->seed, 0x57a8);
	for (size_t i = 0; i < train->n; i++)
		s->rows += train->truth[i] < d->K;
	size_t left = s->rows, want = left < most ? left : most;
	s->reduced = want < s->rows;
	m->text = ho_alloc(want + s->texts.n, sizeof *m->text);
	m->label = ho_alloc(want, sizeof *m->label);
	m->group = ho_alloc(want, sizeof *m->group);
	if (!m->text || !m->label || !m->group)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < train->n; i++) {
		if (train->truth[i] >= d->K || ho_rng_below(&rng, left--) >= want - at)
			continue;
		m->text[at] = train->text[i];
		m->label[at] = train->truth[i];
		m->group[at++] = train->group[i];
	}
	m->n_learn = at;
	for (size_t i = 0; i < s->texts.n; i++)
		m->text[at++] = s->texts.rows->text[s->texts.row[i]];
	m->n = at;
	m->groups = train->groups; /* those without a row here are drawn in vain, which changes nothing */
	return HO_OK;
}

/* Rows that the model learnt from, of those it was given. */
static size_t rows_learnt(const char *report, size_t rows)
{
	json_t *object = json_loads(report, 0, NULL);
	json_int_t all = json_integer_value(json_object_get(object, "rows"));
	json_int_t fit = json_integer_value(json_object_get(json_object_get(object, "parts"), "fit"));
	json_decref(object);
	double share = all > 0 && fit > 0 && fit < all ? (double)fit / (double)all : 0.8;
	return (size_t)(fmin(0.9, share) * (double)rows + 0.5);
}

/* What refit r is compared with on text i: the model, or another draw where refits learnt from fewer rows than it. */
static void reference(uint32_t *label, bool *automatic, const struct stability *s, size_t r, size_t i)
{
	const struct doubt_answers *own = s->texts.answers;
	uint32_t row = s->texts.row[i];
	size_t other = r == 0 ? 1 : 0;
	*label = s->reduced ? s->label[other][i] : own->predicted[row];
	*automatic = s->reduced ? s->automatic[other][i] : own->automatic[row];
}

static void compare(struct stability *s)
{
	for (size_t r = 0; r < REFITS; r++) {
		struct other *o = &s->other[r];
		o->how = r < DRAWS ? "another draw of the rows" : "a bootstrap of the file";
		for (size_t i = 0; i < s->texts.n; i++) {
			uint32_t label;
			bool automatic;
			reference(&label, &automatic, s, r, i);
			bool flips = s->label[r][i] != label;
			o->label += flips;
			o->decision += s->automatic[r][i] != automatic;
			o->automatic += automatic;
			o->swapped += automatic && s->automatic[r][i] && flips;
		}
	}
}

/* Texts that change their label: of the draws, against the model; or, where refits learnt from fewer rows, between the
 * draws. Share of the pairs compared. */
static double changes_of(const struct stability *s, size_t i)
{
	unsigned changed = 0, pairs = 0;
	for (size_t a = 0; a < DRAWS; a++) {
		if (!s->reduced) {
			changed += s->label[a][i] != s->texts.answers->predicted[s->texts.row[i]];
			pairs++;
		}
		for (size_t b = a + 1; b < DRAWS; b++) {
			changed += s->label[a][i] != s->label[b][i];
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
	const struct doubt_answers *own = s->texts.answers;
	size_t n = s->texts.n;
	double *none = ho_calloc(n, sizeof *none), *changes = ho_alloc(n, sizeof *changes);
	struct ho_difference mean = {.difference = 0};
	enum ho_status status = none && changes ? HO_OK : ho_fail_nomem(err);
	for (size_t b = 0; b < BINS; b++)
		s->bin[b] = (struct bin){.from = from[b]};
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		double confidence = own->confidence[s->texts.row[i]];
		changes[i] = changes_of(s, i);
		s->expected += (1 - confidence) / (double)n;
		bin_text(s, confidence, changes[i] > 0);
		if (changes[i] > 0 && own->automatic[s->texts.row[i]] && s->n_examples < EXAMPLES)
			s->example[s->n_examples++] = (uint32_t)i;
	}
	if (status == HO_OK)
		status = ho_paired_bootstrap(&mean, none, changes, n, 0.95, RESAMPLES, d->options->seed, err);
	s->churn = mean.difference;
	s->lo = mean.interval.lo;
	s->hi = mean.interval.hi;
	for (size_t r = 0; r < DRAWS; r++) {
		s->decisions += (double)s->other[r].decision / (double)(n * DRAWS);
		s->swaps +=
		    s->other[r].automatic ? (double)s->other[r].swapped / (double)s->other[r].automatic / DRAWS : 0;
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
	for (size_t r = 0; r < DRAWS; r++)
		least = fmin(least, ho_doubt__tail(s->other[r].swapped, s->other[r].automatic, max_error));
	s->test = ho_doubt__test(d, least * DRAWS);
	s->tested = true;
}

static enum ho_status train_again(struct stability *s, struct doubt *d, struct ho_error *err)
{
	struct material m = {.text = NULL};
	enum ho_status status = gather(&m, s, d, err);
	s->learn = rows_learnt(ho_model_report_json(d->model), m.n_learn);
	s->used = m.n_learn;
	if (status == HO_OK)
		status = ho_refit_open(&m.refit, &s->heads, m.text, m.label, m.n_learn, m.n, d->K, d->options->threads,
		                       d->progress, err);
	if (status == HO_OK) {
		status = refit_all(s, d, &m, err);
		ho_refit_release(&m.refit);
	}
	ho_free(m.text);
	ho_free(m.label);
	ho_free(m.group);
	return status;
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct stability *s = state;
	if (d->n_judged < DOUBT_LEAST)
		return HO_OK;
	enum ho_status status = ho_refit_heads_read(&s->heads, ho_model_report_json(d->model), d->K, err);
	if (status == HO_EFORMAT) {
		s->trouble = "the model does not say of which parts it was made";
		return HO_OK;
	}
	if (status == HO_OK && d->train.groups < 2 * DOUBT_LEAST) {
		s->trouble = "the training file has too few different texts";
		return HO_OK;
	}
	if (status == HO_OK)
		status = ho_doubt__take_texts(&s->texts, d, TEXTS, err);
	if (status == HO_OK)
		status = train_again(s, d, err);
	if (status)
		return status;
	compare(s);
	status = summarise(s, d, err);
	test_swaps(s, d);
	return status;
}

static void show(const struct stability *s, struct doubt *d)
{
	double n = (double)s->texts.n;
	ho_exhibit_table(d->out, "lrrr",
	                 s->reduced ? "Trained again: answers that differ between two trainings"
	                            : "Trained again: answers that differ from the model's");
	ho_exhibit_cell(d->out, "trained again on");
	ho_exhibit_cell(d->out, "other label [95%%]");
	ho_exhibit_cell(d->out, "other decision");
	ho_exhibit_cell(d->out, "automatic answers that become another one");
	for (size_t r = 0; r < REFITS; r++) {
		const struct other *o = &s->other[r];
		ho_exhibit_cell(d->out, "%s", o->how);
		ho_exhibit_cell(d->out, "%s", ho_doubt__share(o->label, s->texts.n).text);
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
		uint32_t i = s->example[e], row = s->texts.row[i];
		unsigned same = 0;
		for (size_t r = 0; r < REFITS; r++)
			same += s->label[r][i] == s->texts.answers->predicted[row];
		ho_doubt__show_row(d, s->texts.rows, row, "answered %s with %s; %u of %d trainings say the same",
		                   ho_doubt__label(d, s->texts.answers->predicted[row]).text,
		                   ho_show_percent(s->texts.answers->confidence[row]).text, same, (int)REFITS);
	}
}

static void tell_verdict(const struct stability *s, struct doubt *d)
{
	bool broken = s->tested && ho_doubt__alarm(d, s->test), weak = !s->reduced && s->lo > s->expected;
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
		                   d->options->train_name ? d->options->train_name : "TRAIN",
		                   ho_show_chosen(ho_doubt__max_error(d) / 2).text);
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
		ho_findings_advice(d->out, "train the model with this version of the program and enough texts");
		return;
	}
	tell_verdict(s, d);
	ho_findings_figure(d->out, s->churn);
	ho_findings_interval(d->out, s->lo, s->hi);
	ho_findings_measure(d->out, "new texts whose label differs between two trainings", HO_UNIT_SHARE);
	ho_findings_evidence(
	    d->out, "trained %d times on another draw of %s rows and %d times on a bootstrap of the file, judged on %s",
	    (int)DRAWS, ho_show_count(s->learn).text, (int)BOOTSTRAPS, ho_show_counted(s->texts.n, "new text").text);
	if (s->reduced)
		ho_findings_evidence(
		    d->out,
		    "to save time from a part of the %s rows: these trainings are compared with each other, and "
		    "the model itself is steadier",
		    ho_show_count(s->rows).text);
	ho_findings_evidence(
	    d->out, "decisions differ for %s of the texts; of automatic answers %s become another automatic one",
	    ho_show_percent(s->decisions).text, ho_show_percent(s->swaps).text);
	if (s->tested)
		ho_doubt__show_test(d, "no more of them than may be wrong", s->test);
	show(s, d);
}

static void release(void *state)
{
	struct stability *s = state;
	ho_doubt__texts_release(&s->texts);
	for (size_t r = 0; r < REFITS; r++) {
		ho_free(s->label[r]);
		ho_free(s->automatic[r]);
	}
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
