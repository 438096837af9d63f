/*
 * Does the score hold for later texts? Quick models answer the newest third of the training texts twice: having learnt
 * from older texts only, and having learnt from as many texts of all times. The same texts, the same number learnt.
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
	struct doubt_drop drop;
	size_t test;
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

/* The six models: one from the early rows, and for each fold of the late rows one from as many rows drawn from all but
 * that fold. Rows are numbered by time: 0 .. early-1 are early. */
struct plan {
	struct doubt_fit fits[FOLDS + 1];
	uint32_t *number; /* room for all lists */
	uint8_t *wrong;   /* [2][late] from the early rows; from all times, in order of `answered` */
	uint32_t *answered;
};

static enum ho_status make_plan(struct plan *p, const struct times *t, uint64_t seed, struct ho_error *err)
{
	size_t n = t->early + t->late, at = 0;
	struct ho_rng rng = ho_rng_seed(seed, 0x71e5);
	p->number = ho_alloc(n + FOLDS * n, sizeof *p->number);
	p->answered = ho_alloc(t->late, sizeof *p->answered);
	p->wrong = ho_alloc(2 * t->late, 1);
	if (!p->number || !p->answered || !p->wrong)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		p->number[i] = (uint32_t)i;
	ho_rng_shuffle(&rng, p->number + t->early, t->late); /* so that folds are not periods */
	p->fits[FOLDS] = (struct doubt_fit){p->number, t->early, p->number + t->early, t->late, p->wrong};
	for (unsigned f = 0; f < FOLDS; f++) {
		size_t end = (f + 1) * t->late / FOLDS, many = 0;
		uint32_t *learn = p->number + n + f * n;
		for (size_t i = 0; i < n; i++)
			if (i < t->early + at || i >= t->early + end)
				learn[many++] = p->number[i];
		ho_rng_shuffle(&rng, learn, many);
		p->fits[f] = (struct doubt_fit){learn, many < t->early ? many : t->early, p->number + t->early + at,
		                                end - at, p->wrong + t->late + at};
		at = end;
	}
	for (size_t i = 0; i < t->late; i++)
		p->answered[i] = (uint32_t)i; /* every text a cluster of its own */
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
		status = ho_doubt__drop(&t->drop, plan.wrong + t->late, plan.wrong, plan.answered, t->late, t->late,
		                        margin, d->options->seed, err);
	if (status == HO_OK) {
		t->known = true;
		t->test = ho_doubt__test(d, t->drop.p);
	}
	ho_doubt__refit_close(&refit);
	ho_free(plan.number);
	ho_free(plan.answered);
	ho_free(plan.wrong);
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
	ho_findings_figure(d->out, drop->drop);
	ho_findings_interval(d->out, drop->interval.lo, drop->interval.hi);
	ho_findings_measure(d->out, "accuracy lost on later texts", HO_UNIT_POINTS);
	ho_findings_evidence(d->out,
	                     "quick models on the %s from %s on, each from %s: right in %s having learnt from all "
	                     "times, in %s from older ones only",
	                     ho_show_counted(t->late, "text").text, t->boundary, ho_show_counted(t->early, "text").text,
	                     ho_show_percent(drop->before).text, ho_show_percent(drop->after).text);
	if (t->judged)
		ho_findings_evidence(d->out, "%s of the test texts are not later than the newest training text",
		                     ho_show_percent((double)t->not_later / (double)t->judged).text);
	char line[64];
	(void)snprintf(line, sizeof line, "the loss is at most %.1f points", 100 * drop->margin);
	ho_doubt__show_test(d, line, t->test);
}

static void tell(struct doubt *d, const void *state)
{
	const struct times *t = state;
	if (!t->known) {
		ho_doubt__find(d, DOUBT_UNKNOWN, "whether it holds for later texts was not tried: %s",
		               !applies(d)                ? "no column of times was named"
		               : t->with_time < TEXTS_MIN ? "too few texts have a time"
		                                          : "too few different times");
		ho_findings_advice(d->out, "name the column of times: %s --time COLUMN",
		                   ho_doubt__command(d, d->test.table != NULL).text);
		return;
	}
	double before = t->drop.before, after = t->drop.after;
	if (ho_doubt__alarm(d, t->test)) {
		ho_doubt__find(d, DOUBT_BROKEN,
		               "the score does not hold for later texts: %s right from older ones alone, %s with texts "
		               "of the same time",
		               ho_show_percent(after).text, ho_show_percent(before).text);
		ho_doubt__say(d, 91,
		              "Later texts are harder: having learnt from older ones only, %s are right instead of %s; "
		              "a random split hides it.",
		              ho_show_percent(after).text, ho_show_percent(before).text);
		ho_findings_advice(
		    d->out,
		    "split by time, train again, and expect the promise to age: handoff split DATA --time %s -o PREFIX",
		    ho_show_short(d->train.table->time_name).text);
	} else if (t->drop.p_any < 0.05 && t->drop.drop > 0) {
		ho_doubt__find(d, DOUBT_WEAK, "later texts are a little harder: %s",
		               ho_show_points(-t->drop.drop, -t->drop.interval.hi, -t->drop.interval.lo).text);
		ho_findings_advice(d->out,
		                   "split by time to see the honest score: handoff split DATA --time %s -o PREFIX",
		                   ho_show_short(d->train.table->time_name).text);
	} else {
		ho_doubt__find(
		    d, DOUBT_HOLDS,
		    "the score holds for later texts: %s right from older ones alone, %s with texts of the same time",
		    ho_show_percent(after).text, ho_show_percent(before).text);
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
