/*
 * Does the score hold for later texts? A random split mixes times: its score is compared with that of a model that
 * learnt from older texts and answers the newest third. And on the newest third alone: is it worse to have learnt from
 * older texts than from as many of all times (paired)? The one shows texts that get harder, the other what changes.
 */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "doubt/paired.h"
#include "doubt/refit.h"
#include "table/times.h"

enum { FOLDS = 5, TEXTS_MIN = 100 };
static const double late_share = 0.3, margin = 0.02;

struct times {
	bool known;
	size_t with_time, early, late;
	char boundary[96];        /* the oldest of the late texts */
	size_t judged, not_later; /* judged test texts with a time; those not later than the newest training text */
	double mixed;             /* right in texts of all times, having learnt from all times */
	struct doubt_drop drop;
	size_t test, test_harder;
};

static bool applies(const struct doubt *d)
{
	return d->train.table->time != NULL;
}

struct dated {
	struct ho_slice time;
	uint32_t row;
};

static int by_time(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;
	int order = ho_time_compare(x->time, y->time);
	return order ? order : (x->row > y->row) - (x->row < y->row);
}

/* Drawn train rows that have a time, the oldest first. */
static enum ho_status order_rows(struct dated **out, struct times *t, const struct doubt *d, struct ho_error *err)
{
	uint32_t *rows;
	size_t n;
	enum ho_status status = ho_doubt__draw_units(&rows, &n, d, DOUBT_REFIT_ROWS, err);
	if (status)
		return status;
	*out = ho_alloc(n, sizeof **out);
	for (size_t i = 0; i < n && *out; i++) {
		struct ho_slice time = d->train.table->time[d->train.row[rows[i]]];
		if (ho_slice_trim(time).len)
			(*out)[t->with_time++] = (struct dated){time, rows[i]};
	}
	ho_free(rows);
	if (!*out)
		return ho_fail_nomem(err);
	if (t->with_time)
		qsort(*out, t->with_time, sizeof **out, by_time);
	return HO_OK;
}

/* Where the late part begins: texts of one time are not cut apart. */
static void find_boundary(struct times *t, const struct dated *order)
{
	size_t n = t->with_time, at = (size_t)((1 - late_share) * (double)n), down = at, up = at;
	if (n < TEXTS_MIN)
		return;
	while (down > 0 && ho_time_compare(order[down - 1].time, order[at].time) == 0)
		down--;
	while (up < n && ho_time_compare(order[up].time, order[at].time) == 0)
		up++;
	at = down >= n / 3 ? down : up;
	t->early = at;
	t->late = n - at;
	if (t->late)
		(void)snprintf(t->boundary, sizeof t->boundary, "%s", ho_show_short(order[at].time).text);
}

/* The six models: one from the early rows, and for each fold of all rows one from as many rows of the other folds. Rows
 * are numbered by time: 0 .. early-1 are early. */
struct plan {
	struct doubt_fit fits[FOLDS + 1];
	uint32_t *number; /* room for all lists */
	uint8_t *wrong;   /* [late] from the early rows, then [n] in the order of the folds */
	uint8_t *mixed;   /* [n] of each row, having learnt from all times */
	uint32_t *own;    /* [late] every text a cluster of its own */
};

static enum ho_status make_plan(struct plan *p, const struct times *t, uint64_t seed, struct ho_error *err)
{
	size_t n = t->early + t->late, at = 0;
	struct ho_rng rng = ho_rng_seed(seed, 0x71e5);
	p->number = ho_alloc((FOLDS + 2) * n, sizeof *p->number);
	p->own = ho_alloc(t->late, sizeof *p->own);
	p->wrong = ho_alloc(t->late + n, 1);
	p->mixed = ho_alloc(n, 1);
	if (!p->number || !p->own || !p->wrong || !p->mixed)
		return ho_fail_nomem(err);
	uint32_t *order = p->number + n;
	for (size_t i = 0; i < n; i++)
		p->number[i] = order[i] = (uint32_t)i;
	for (size_t i = 0; i < t->late; i++)
		p->own[i] = (uint32_t)i;
	ho_rng_shuffle(&rng, order, n);
	p->fits[FOLDS] = (struct doubt_fit){p->number, t->early, p->number + t->early, t->late, p->wrong};
	for (unsigned f = 0; f < FOLDS; f++) {
		size_t end = (f + 1) * n / FOLDS, many = 0;
		uint32_t *learn = order + n + f * n;
		for (size_t i = 0; i < n; i++)
			if (i < at || i >= end)
				learn[many++] = order[i]; /* in random order already */
		p->fits[f] = (struct doubt_fit){learn, many < t->early ? many : t->early, order + at, end - at,
		                                p->wrong + t->late + at};
		at = end;
	}
	return HO_OK;
}

static void release_plan(struct plan *p)
{
	ho_free(p->number);
	ho_free(p->own);
	ho_free(p->wrong);
	ho_free(p->mixed);
}

/* Chance of late texts being so much worse than texts of all times, if they are so by `margin` at most: two shares with
 * one success and one failure added to each (Agresti & Caffo 2000). Late texts are in both, which makes it careful. */
static double harder_p(uint64_t wrong_all, size_t n_all, uint64_t wrong_late, size_t n_late, double most)
{
	double n1 = (double)n_late + 2, n0 = (double)n_all + 2;
	double p1 = ((double)wrong_late + 1) / n1, p0 = ((double)wrong_all + 1) / n0;
	double z = (p1 - p0 - most) / sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0);
	return erfc(z / M_SQRT2) / 2;
}

static enum ho_status judge(struct times *t, struct doubt *d, const struct plan *plan, struct ho_error *err)
{
	size_t n = t->early + t->late;
	uint64_t wrong_all = 0, wrong_late = 0;
	for (size_t i = 0; i < n; i++) {
		plan->mixed[plan->number[n + i]] = plan->wrong[t->late + i];
		wrong_all += plan->wrong[t->late + i];
	}
	for (size_t i = 0; i < t->late; i++)
		wrong_late += plan->wrong[i];
	enum ho_status status = ho_doubt__drop(&t->drop, plan->mixed + t->early, plan->wrong, plan->own, t->late,
	                                       t->late, margin, d->options->seed, err);
	if (status)
		return status;
	t->known = true;
	t->mixed = 1 - (double)wrong_all / (double)n;
	t->test = ho_doubt__test(d, t->drop.p);
	t->test_harder = ho_doubt__test(d, harder_p(wrong_all, n, wrong_late, t->late, t->drop.margin));
	return HO_OK;
}

static enum ho_status compare(struct times *t, struct doubt *d, const struct dated *order, struct ho_error *err)
{
	size_t n = t->early + t->late;
	struct doubt_refit refit = {.open = false};
	struct plan plan = {.number = NULL};
	struct ho_slice *text = ho_alloc(n, sizeof *text);
	uint32_t *label = ho_alloc(n, sizeof *label);
	enum ho_status status = text && label ? make_plan(&plan, t, d->options->seed, err) : ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		text[i] = d->train.text[order[i].row];
		label[i] = d->train.truth[order[i].row];
	}
	if (status == HO_OK)
		status = ho_doubt__refit_open(&refit, d, text, label, n, d->labels.n, err);
	if (status == HO_OK)
		status = ho_doubt__refit_run(&refit, plan.fits, FOLDS + 1, err);
	if (status == HO_OK)
		status = judge(t, d, &plan, err);
	ho_doubt__refit_close(&refit);
	release_plan(&plan);
	ho_free(text);
	ho_free(label);
	return status;
}

static void count_later(struct times *t, const struct doubt *d, struct ho_slice newest)
{
	const struct ho_table *test = d->test.table;
	for (size_t i = 0; test && test->time && i < d->n_judged; i++) {
		struct ho_slice time = test->time[d->test.row[d->judged[i]]];
		if (!ho_slice_trim(time).len)
			continue;
		t->judged++;
		t->not_later += ho_time_compare(time, newest) <= 0;
	}
}

static enum ho_status measure(struct doubt *d, void *state, struct ho_error *err)
{
	struct times *t = state;
	struct dated *order = NULL;
	if (!applies(d))
		return HO_OK;
	enum ho_status status = order_rows(&order, t, d, err);
	if (status == HO_OK && t->with_time) {
		find_boundary(t, order);
		count_later(t, d, order[t->with_time - 1].time);
		if (t->early && t->late >= DOUBT_LEAST)
			status = compare(t, d, order, err);
	}
	ho_free(order);
	return status;
}

static void show(const struct times *t, struct doubt *d)
{
	const struct doubt_drop *drop = &t->drop;
	char line[96];
	ho_findings_figure(d->out, t->mixed - drop->after);
	ho_findings_measure(d->out, "accuracy lost on later texts", HO_UNIT_POINTS);
	ho_findings_evidence(
	    d->out,
	    "quick models, each from %s: texts of all times are answered right in %s, the %s from %s on in "
	    "%s from older ones only",
	    ho_show_counted(t->early, "text").text, ho_show_percent(t->mixed).text,
	    ho_show_counted(t->late, "text").text, t->boundary, ho_show_percent(drop->after).text);
	ho_findings_evidence(
	    d->out, "the same late texts, having learnt from texts of all times: %s; the difference is %s",
	    ho_show_percent(drop->before).text, ho_show_points(drop->drop, drop->interval.lo, drop->interval.hi).text);
	if (t->judged)
		ho_findings_evidence(d->out, "%s of the test texts are not later than the newest training text",
		                     ho_show_percent((double)t->not_later / (double)t->judged).text);
	(void)snprintf(line, sizeof line, "late texts lose at most %.1f points against all", 100 * drop->margin);
	ho_doubt__show_test(d, line, t->test_harder);
	(void)snprintf(line, sizeof line, "they lose at most %.1f points by what changed", 100 * drop->margin);
	ho_doubt__show_test(d, line, t->test);
}

static void tell_unknown(const struct times *t, struct doubt *d)
{
	const char *why = !applies(d)                ? "no column of times was named"
	                  : t->with_time < TEXTS_MIN ? "too few texts have a time"
	                                             : "too few different times";
	ho_doubt__find(d, DOUBT_UNKNOWN, "whether it holds for later texts was not tried: %s", why);
	ho_findings_advice(d->out, "name the column of times: %s --time COLUMN",
	                   ho_doubt__command(d, d->test.table != NULL).text);
}

static void tell(struct doubt *d, const void *state)
{
	const struct times *t = state;
	if (!t->known) {
		tell_unknown(t, d);
		return;
	}
	double after = t->drop.after;
	struct ho_argument argument = ho_doubt__argument(d, d->train.table->time_name, "COLUMN");
	if (ho_doubt__alarm(d, t->test) || ho_doubt__alarm(d, t->test_harder)) {
		ho_doubt__find(
		    d, DOUBT_BROKEN,
		    "the score does not hold for later texts: %s right on the newest from older ones, %s where times "
		    "are mixed",
		    ho_show_percent(after).text, ho_show_percent(t->mixed).text);
		ho_doubt__say(d, 91,
		              "On later texts %s are right instead of %s: a random split, which mixes times, hides it.",
		              ho_show_percent(after).text, ho_show_percent(t->mixed).text);
		ho_findings_advice(
		    d->out,
		    "split by time, train again, and expect the promise to age: `handoff split DATA --time %s "
		    "-o PREFIX`",
		    argument.text);
	} else if (t->drop.p_any < 0.05 && t->drop.drop > 0) {
		ho_doubt__find(d, DOUBT_WEAK, "later texts are a little harder: %s",
		               ho_show_points(-t->drop.drop, -t->drop.interval.hi, -t->drop.interval.lo).text);
		ho_findings_advice(d->out,
		                   "split by time to see the honest score: `handoff split DATA --time %s -o PREFIX`",
		                   argument.text);
	} else {
		ho_doubt__find(
		    d, DOUBT_HOLDS,
		    "the score holds for later texts: %s right on the newest from older ones, %s where times are "
		    "mixed",
		    ho_show_percent(after).text, ho_show_percent(t->mixed).text);
	}
	show(t, d);
}

const struct doubt_check ho_doubt__time = {
    .id = "time",
    .title = "does it hold for later texts?",
    .section = DOUBT_ON_DATA,
    .applies = applies,
    .state = sizeof(struct times),
    .measure = measure,
    .tell = tell,
};
