/*
 * False alarms of the whole monitor: what reviewers who err in 3% confirm is written to a store, and
 * ho_monitor_check() itself decides. Promises of 0.1% to 2%, kept exactly; verdicts come up to 200 audits late.
 * HO_SIM_RUNS sets another number of runs of 20,000 audits each (2,000 take some minutes).
 */
#include "unit/app_desk.h"

#include <math.h>
#include <stdlib.h>

#include "app/private.h"
#include "base/rng.h"
#include "sim/draws.h"

enum { RUNS = 20, RUNS_LONG = 300, AUDITS = 20000, LATE = 200, A_DAY = 80 };

static const double slips = 0.03, delta = 0.05;

struct world {
	struct desk *d;
	struct ho_rng rng;
	double alpha;
	int64_t epoch_at, unwritten; /* answers that are not in the counts yet */
	const char *model;
	bool has_error[AUDITS + LATE]; /* an error is confirmed at this audit */
	bool alarmed;
};

static bool draw(struct world *w, double chance)
{
	return ho_rng_uniform(&w->rng) < chance;
}

/* The promise of the model that answers, instead of its certificate's. */
static void promise(struct world *w)
{
	const struct ho_desk *desk;
	assert_ok(ho_desk_take(&desk, w->d->f.app, "t", &w->d->f.err), &w->d->f.err);
	((struct ho_desk *)(uintptr_t)desk)->max_error = w->alpha;
	w->epoch_at = desk->epoch_at;
	w->model = ho_arena_copy(&w->d->f.arena, ho_slice_str(desk->model_id)).ptr;
	ho_desk_release(desk);
}

static enum ho_status flush(struct world *w, struct ho_store *store, struct ho_error *err)
{
	int64_t n = w->unwritten;
	w->unwritten = 0;
	enum ho_status status = ho_app__count(store, "t", w->model, w->d->f.now, HO_COUNT_AUTO, n, err);
	return status ? status : ho_app__count_epoch(store, "t", w->epoch_at, HO_COUNT_EPOCH_AUTO, n, err);
}

static enum ho_status day_ends(void *context, struct ho_store *store, struct ho_error *err)
{
	return flush(context, store, err);
}

static enum ho_status error_is_confirmed(void *context, struct ho_store *store, struct ho_error *err)
{
	struct world *w = context;
	struct ho_item item = {.id = ho_app_new_id(w->d->f.app),
	                       .task = "t",
	                       .text = ho_slice_str("x"),
	                       .model = w->model,
	                       .suggestion = "ham",
	                       .decision = HO_ITEM_AUTO,
	                       .audit_probability = 1,
	                       .audit = HO_AUDIT_WRONG,
	                       .status = HO_ITEM_OVERRULED,
	                       .epoch_at = w->epoch_at,
	                       .created_at = w->d->f.now};
	enum ho_status status = flush(w, store, err);
	if (status == HO_OK)
		status = store->ops->item_add(store, &item, err);
	if (status == HO_OK)
		status = ho_app__count_epoch(store, "t", w->epoch_at, HO_COUNT_EPOCH_WRONG, 1, err);
	return status ? status : ho_monitor_check(&w->alarmed, w->d->f.app, store, "t", err);
}

/* Audit `t`: may be confirmed as an error, now or later. */
static void audit(struct world *w, int t)
{
	bool wrong = draw(w, w->alpha);
	bool first = draw(w, slips) != wrong, second = draw(w, slips) != wrong;
	uint32_t late = (uint32_t)ho_rng_below(&w->rng, LATE);
	w->unwritten++;
	if (first && second) {
		int at = t + (int)late;
		while (at < AUDITS + LATE - 1 && w->has_error[at])
			at++;
		w->has_error[at] = true;
	}
}

static bool alarms(double alpha, const char *settings, uint64_t seed)
{
	static struct world w;
	w = (struct world){.d = desk_open(settings), .alpha = alpha, .rng = ho_rng_seed(seed, 21)};
	promise(&w);
	for (int t = 0; t < AUDITS && !w.alarmed; t++) {
		audit(&w, t);
		if (w.has_error[t])
			in_group(&w.d->f, error_is_confirmed, &w);
		if (t % A_DAY == A_DAY - 1 && !w.alarmed) {
			in_group(&w.d->f, day_ends, &w);
			w.d->f.now += DAY;
		}
	}
	desk_close(w.d);
	return w.alarmed;
}

static double share(double alpha, const char *settings, int runs)
{
	int n = 0;
	for (int i = 0; i < runs; i++)
		n += alarms(alpha, settings, (uint64_t)i);
	print_message("promise %.1f%%, %s: false alarms %.4f of %d runs\n", 100 * alpha, settings, (double)n / runs,
	              runs);
	return (double)n / runs;
}

static int runs(void)
{
	const char *asked = getenv("HO_SIM_RUNS");
	return asked ? (int)strtol(asked, NULL, 10) : sim_draws(RUNS, RUNS_LONG);
}

static void false_alarms_stay_below_delta(void **state)
{
	static const double promises[] = {0.001, 0.005, 0.01, 0.02};
	(void)state;
	for (size_t i = 0; i < sizeof promises / sizeof *promises; i++)
		assert_true(share(promises[i], "{\"reviewer_error\":0.03}", runs()) <=
		            delta + 3 * sqrt(delta * (1 - delta) / runs()));
}

/* What the setting is for: without it the slips of people break a small promise. */
static void slips_alone_break_a_small_promise(void **state)
{
	(void)state;
	assert_true(share(0.001, "{\"reviewer_error\":0}", 20) > 0.3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(false_alarms_stay_below_delta),
	    cmocka_unit_test(slips_alone_break_a_small_promise),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
