/*
 * Do likely label errors gather in one value of a column: one source, one channel, one person who labelled?
 *
 * A text looks wrong if the model is sure of another label than the given one (more than it is of the texts that were
 * given that other label, in the mean). Labels that are hard anyway must not point at whatever value they often stand
 * with: within each label the texts that look wrong are held to be spread over the values at random. Their number in
 * one value is then a sum of hypergeometric counts, hence of independent trials (Vatutin & Mikhailov 1982), and its
 * upper tail is at most that of the binomial of the same mean (Hoeffding 1956, theorem 4): exact, no approximation.
 */
#include <math.h>

#include "base/alloc.h"
#include "explore/columns.h"
#include "judge/binomial.h"

enum { LEAST = 20, SLICES = 6, NUMBERS_MAX = 50, SHOWN_TEXTS = 10 };
static const double level = 1e-3; /* for all values of all columns together */
static const double gap = 0.1;    /* of the shares, at least; and twice as many */

struct slice {
	char column[96];
	struct ho_shown value;
	uint64_t n, k;    /* texts of it; those that look wrong */
	double elsewhere; /* share that looks wrong among as many texts of each label elsewhere */
	double log_p;     /* of one question alone */
	uint32_t rows[SHOWN_TEXTS];
	size_t n_rows; /* of the first model, the most doubtful first */
};

struct slices {
	struct explore *e;
	double *rate; /* [K] share of each label's texts that looks wrong */
	struct slice found[SLICES];
	size_t n;
	uint64_t asked;
	/* of the column at hand */
	const struct explore_column *c;
	uint32_t *count, *wrong; /* [values] */
	double *mean;            /* [values] of the wrong ones, if they are spread at random */
};

static uint32_t value_of(const struct slices *s, size_t i)
{
	return s->c->value[s->e->first.f.row[i]];
}

static enum ho_status rates(struct slices *s, struct ho_error *err)
{
	const struct explore_first *first = &s->e->first;
	const struct ho_out_of_fold *f = &first->f;
	double *texts = ho_calloc(f->K, sizeof *texts);
	s->rate = ho_calloc(f->K, sizeof *s->rate);
	for (size_t i = 0; texts && s->rate && i < f->n; i++)
		if (f->unit[i]) {
			texts[f->label[i]]++;
			s->rate[f->label[i]] += first->wrong[i];
		}
	for (uint32_t k = 0; texts && s->rate && k < f->K; k++)
		s->rate[k] /= texts[k] > 0 ? texts[k] : 1;
	bool ok = texts && s->rate;
	ho_free(texts);
	return ok ? HO_OK : ho_fail_nomem(err);
}

static void count(struct slices *s)
{
	const struct explore_first *first = &s->e->first;
	for (size_t i = 0; i < first->f.n; i++) {
		uint32_t v = value_of(s, i);
		if (!first->f.unit[i] || v == HO_VALUE_NONE)
			continue;
		s->count[v]++;
		s->wrong[v] += first->wrong[i];
		s->mean[v] += s->rate[first->f.label[i]];
	}
}

/* Elsewhere, each label weighing as much as it does here; NaN: too few texts. A label that stands here alone has
 * nothing to be compared with, and counts as it is here. */
static double elsewhere(const struct slices *s, uint32_t v, double *rest, double *bad)
{
	const struct ho_out_of_fold *f = &s->e->first.f;
	size_t others = 0;
	double sum = 0;
	for (uint32_t k = 0; k < f->K; k++)
		rest[k] = bad[k] = 0;
	for (size_t i = 0; i < f->n; i++)
		if (f->unit[i] && value_of(s, i) != v) {
			others++;
			rest[f->label[i]]++;
			bad[f->label[i]] += s->e->first.wrong[i];
		}
	for (size_t i = 0; i < f->n; i++)
		if (f->unit[i] && value_of(s, i) == v)
			sum += rest[f->label[i]] > 0 ? bad[f->label[i]] / rest[f->label[i]] : s->rate[f->label[i]];
	return others >= LEAST ? sum / s->count[v] : NAN;
}

static void find_rows(struct slices *s, uint32_t v, struct slice *slice)
{
	const struct explore_first *first = &s->e->first;
	for (size_t i = 0; i < first->n_look && slice->n_rows < SHOWN_TEXTS; i++)
		if (value_of(s, first->look[i]) == v)
			slice->rows[slice->n_rows++] = first->look[i];
}

/* The least likely first; the last one falls out where there are too many. */
static void keep(struct slices *s, const struct slice *slice)
{
	size_t at = s->n < SLICES ? s->n++ : SLICES - 1;
	if (at == SLICES - 1 && s->found[at].n && s->found[at].log_p <= slice->log_p)
		return;
	for (; at > 0 && s->found[at - 1].log_p > slice->log_p; at--)
		s->found[at] = s->found[at - 1];
	s->found[at] = *slice;
}

static enum ho_status ask(struct slices *s, uint32_t v, struct ho_error *err)
{
	uint64_t n = s->count[v], k = s->wrong[v];
	uint32_t K = s->e->first.f.K;
	if (n < LEAST)
		return HO_OK;
	s->asked++;
	/* Hoeffding's bound holds from one above the mean on. */
	if ((double)k < s->mean[v] + 1)
		return HO_OK;
	struct slice slice = {.n = n, .k = k, .log_p = ho_binomial_log_sf(k - 1, n, s->mean[v] / (double)n)};
	if (slice.log_p > log(level))
		return HO_OK;
	double *room = ho_alloc((size_t)K * 2, sizeof *room), share = (double)k / (double)n;
	if (!room)
		return ho_fail_nomem(err);
	slice.elsewhere = elsewhere(s, v, room, room + K);
	ho_free(room);
	if (share - slice.elsewhere >= gap && share >= 2 * slice.elsewhere) {
		(void)snprintf(slice.column, sizeof slice.column, "%s", ho_show_short(s->c->name).text);
		slice.value = ho_explore__column_value(s->c, v);
		find_rows(s, v, &slice);
		keep(s, &slice);
	}
	return HO_OK;
}

/* Values that many rows share; people who label are often numbered. */
static bool is_asked(const struct explore_column *c)
{
	bool few = c->kind == HO_KIND_NUMBER && c->map.n <= NUMBERS_MAX;
	return c->role != HO_ROLE_TEXT && c->role != HO_ROLE_TARGET && c->role != HO_ROLE_ID &&
	       (c->kind == HO_KIND_CATEGORY || c->kind == HO_KIND_LANGUAGE || few);
}

static enum ho_status one_column(struct slices *s, const struct explore_column *c, struct ho_error *err)
{
	size_t values = c->map.n;
	enum ho_status status = HO_OK;
	if (!is_asked(c))
		return HO_OK;
	s->c = c;
	s->count = ho_calloc(values + 1, sizeof *s->count);
	s->wrong = ho_calloc(values + 1, sizeof *s->wrong);
	s->mean = ho_calloc(values + 1, sizeof *s->mean);
	if (s->count && s->wrong && s->mean) {
		count(s);
		for (uint32_t v = 0; v < values && status == HO_OK; v++)
			status = ask(s, v, err);
	} else {
		status = ho_fail_nomem(err);
	}
	ho_free(s->count);
	ho_free(s->wrong);
	ho_free(s->mean);
	return status;
}

static void evidence(const struct slices *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct slice *slice = &s->found[i];
		struct ho_interval in = ho_binomial_interval(slice->k, slice->n, 0.95);
		ho_findings_evidence(
		    s->e->out, "'%s' is '%s': of %s %s look wrong, %s; of the same labels elsewhere %s", slice->column,
		    slice->value.text, ho_show_counted(slice->n, "text").text, ho_show_count(slice->k).text,
		    ho_show_interval((double)slice->k / (double)slice->n, in.lo, in.hi).text,
		    ho_show_percent(slice->elsewhere).text);
	}
	double p = exp(s->found[0].log_p + log((double)s->asked));
	struct ho_shown chance;
	(void)snprintf(chance.text, sizeof chance.text, p < 1e-6 ? "below one in a million" : "%.2g", p);
	ho_findings_evidence(
	    s->e->out,
	    "a label looks wrong where the model is sure of another one; so many by chance: %s, %s allowed for",
	    chance.text, ho_show_counted(s->asked, "value").text);
}

static void report(const struct slices *s)
{
	struct explore *e = s->e;
	const struct slice *worst = &s->found[0];
	double share = (double)worst->k / (double)worst->n;
	struct ho_interval in = ho_binomial_interval(worst->k, worst->n, 0.95);
	ho_findings_add(
	    e->out, "label-errors-slice", HO_WARNING,
	    "wrong labels seem to gather where '%s' is '%s': %s of the labels look wrong there, elsewhere %s",
	    worst->column, worst->value.text, ho_show_percent(share).text, ho_show_percent(worst->elsewhere).text);
	ho_findings_figure(e->out, share);
	ho_findings_interval(e->out, in.lo, in.hi);
	ho_findings_measure(e->out, "share of the labels that look wrong there", HO_UNIT_SHARE);
	evidence(s);
	ho_exhibit_texts(e->out, "The most doubtful labels where '%s' is '%s'", worst->column, worst->value.text);
	for (size_t i = 0; i < worst->n_rows; i++) {
		char note[128];
		(void)snprintf(note, sizeof note, "looks like '%s'",
		               ho_explore__first_label(e, e->first.suggested[worst->rows[i]]).text);
		ho_explore__show_row(e, e->first.f.row[worst->rows[i]], note);
	}
	ho_findings_advice(e->out, "find out who labelled these rows and how they came into the file, and check their "
	                           "labels before anything is trained or tested on them; if the labels are right, the "
	                           "texts mean something else there than elsewhere");
	ho_explore__tell(e, 88, "Wrong labels seem to gather where '%s' is '%s': %s look wrong there, elsewhere %s.",
	                 worst->column, worst->value.text, ho_show_percent(share).text,
	                 ho_show_percent(worst->elsewhere).text);
}

enum ho_status ho_explore__label_slices(struct explore *e, struct ho_error *err)
{
	struct slices s = {.e = e};
	if (!e->first.learns || !e->first.n_look)
		return HO_OK;
	enum ho_status status = rates(&s, err);
	for (size_t k = 0; k < ho_explore__column_count(e->table) && status == HO_OK; k++) {
		struct explore_column c;
		status = ho_explore__column_open(&c, e->table, k, err);
		if (status)
			break;
		status = one_column(&s, &c, err);
		ho_explore__column_close(&c);
	}
	/* How many were asked is known now only. */
	while (s.n && s.found[s.n - 1].log_p + log((double)s.asked) > log(level))
		s.n--;
	if (status == HO_OK && s.n)
		report(&s);
	ho_free(s.rate);
	return status;
}
