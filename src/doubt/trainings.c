#include "doubt/trainings.h"

#include <jansson.h>
#include <math.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "base/rng.h"

enum { TUNE_MAX = 2000 };
/* Rows times columns that a training may learn from: more would take minutes. */
#define WORK_MAX ((size_t)2500000)
#define ROWS_MAX ((size_t)25000)

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
	struct doubt_trainings *s;
	const struct doubt *d;
	const struct material *m;
	double **probability; /* [DOUBT_TRAININGS] of [texts.n][K] */
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
static enum ho_status draw_groups(uint32_t *times, const struct doubt_trainings *s, const struct material *m, size_t r,
                                  uint64_t seed, struct ho_error *err)
{
	struct ho_rng rng = ho_rng_seed(seed, 0x57ab + r);
	if (r >= DOUBT_DRAWS) {
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

static enum ho_status draw_rows(struct draw *out, const struct doubt_trainings *s, const struct material *m, size_t r,
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
static void decide(struct doubt_trainings *s, const struct doubt *d, size_t r, const double *probability)
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

static enum ho_status refit_all(struct doubt_trainings *s, const struct doubt *d, const struct material *m,
                                struct ho_error *err)
{
	double *probability[DOUBT_TRAININGS] = {NULL};
	struct job job = {s, d, m, probability};
	enum ho_status status = HO_OK;
	for (size_t r = 0; r < DOUBT_TRAININGS && status == HO_OK; r++) {
		probability[r] = ho_alloc(s->texts.n * d->K, sizeof(double));
		s->label[r] = ho_calloc(s->texts.n, sizeof *s->label[r]);
		s->automatic[r] = ho_calloc(s->texts.n, 1);
		if (!probability[r] || !s->label[r] || !s->automatic[r])
			status = ho_fail_nomem(err);
	}
	if (status == HO_OK)
		status = ho_parallel(refit_one, &job, DOUBT_TRAININGS, d->options->threads, err);
	for (size_t r = 0; r < DOUBT_TRAININGS && status == HO_OK; r++)
		decide(s, d, r, probability[r]);
	for (size_t r = 0; r < DOUBT_TRAININGS; r++)
		ho_free(probability[r]);
	return status;
}

/* Rows of the training file that the model can learn from, at most so many: a fair draw. */
static enum ho_status gather(struct material *m, struct doubt_trainings *s, const struct doubt *d, struct ho_error *err)
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

enum ho_status ho_doubt__train_again(struct doubt_trainings *s, const struct doubt *d,
                                     const struct ho_refit_heads *heads, struct ho_error *err)
{
	struct material m = {.text = NULL};
	enum ho_status status = gather(&m, s, d, err);
	s->learn = rows_learnt(ho_model_report_json(d->model), m.n_learn);
	s->used = m.n_learn;
	if (status == HO_OK)
		status = ho_refit_open(&m.refit, heads, m.text, m.label, m.n_learn, m.n, d->K, d->options->threads,
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

void ho_doubt__trainings_release(struct doubt_trainings *trainings)
{
	ho_doubt__texts_release(&trainings->texts);
	for (size_t r = 0; r < DOUBT_TRAININGS; r++) {
		ho_free(trainings->label[r]);
		ho_free(trainings->automatic[r]);
	}
	*trainings = (struct doubt_trainings){.rows = 0};
}
