/* Does the promise hold, and is it worth having? Thousands of draws of tune and certification parts from worlds whose
 * true error rates are known. Every bound allows four standard errors of the simulation. */
#include "unit/unit.h"

#include <math.h>

#include "base/rng.h"
#include "judge/promise.h"
#include "sim/draws.h"

#define DRAWS sim_draws(500, 2000)
#define M 2000
#define TUNE_MAX 1000
#define LABELS 3

/* P(wrong | score) = floor + height (1 - score)^power; score uniform, or rounded down to 1/levels. */
struct world {
	const char *name;
	double floor, height, power;
	unsigned levels; /* 0: continuous */
	double min_certified, min_coverage, max_certified;
};

struct sample {
	double score[M];
	uint8_t wrong[M], eligible[M];
	uint32_t predicted[M];
};

static double error_at(const struct world *w, double score)
{
	return w->floor + w->height * pow(1 - score, w->power);
}

static double level(const struct world *w, double u)
{
	return w->levels ? floor(u * w->levels) / w->levels : u;
}

/* True error rate of score > threshold. */
static double risk_above(const struct world *w, double threshold)
{
	if (!w->levels) {
		double t = fmax(0, threshold);
		return w->floor + w->height * pow(1 - t, w->power) / (w->power + 1);
	}
	double sum = 0, n = 0;
	for (unsigned i = 0; i < w->levels; i++)
		if ((double)i / w->levels > threshold) {
			sum += error_at(w, (double)i / w->levels);
			n++;
		}
	return n > 0 ? sum / n : 0;
}

static struct ho_scored draw(struct sample *s, const struct world *w, size_t n, struct ho_rng *rng)
{
	for (size_t i = 0; i < n; i++) {
		s->score[i] = level(w, ho_rng_uniform(rng));
		s->wrong[i] = ho_rng_uniform(rng) < error_at(w, s->score[i]);
		s->eligible[i] = 1;
		s->predicted[i] = (uint32_t)ho_rng_below(rng, LABELS);
	}
	return (struct ho_scored){s->score, s->wrong, s->eligible, s->predicted, n};
}

static double coverage_above(const struct world *w, double threshold)
{
	if (!w->levels)
		return 1 - fmax(0, threshold);
	double n = 0;
	for (unsigned i = 0; i < w->levels; i++)
		n += (double)i / w->levels > threshold;
	return n / w->levels;
}

static const struct world worlds[] = {
    {"graded", 0, 0.5, 3, 0, 0.98, 0.43, 1},
    {"graded, 20 score levels", 0, 0.5, 3, 20, 0.95, 0.36, 1},
    {"flat 2.2%", 0.022, 0, 1, 0, 0, 0, 0.05},
    {"flat 2.2%, 7 score levels", 0.022, 0, 1, 7, 0, 0, 0.05},
    {"impossible 10%", 0.10, 0.2, 1, 0, 0, 0, 0.005},
    {"graded on a floor of 0.8%", 0.008, 0.5, 3, 0, 0.3, 0.1, 1},
    {"rank is useless, 0.5%", 0.005, 0, 1, 0, 0.97, 0.97, 1},
};

struct outcome {
	double violated, certified, coverage, bound_wrong;
};

static struct outcome simulate(const struct world *w, size_t n_tune)
{
	static struct sample tune_part, certify_part;
	struct outcome o = {0, 0, 0, 0};
	struct ho_error err;
	for (uint64_t i = 0; i < (uint64_t)DRAWS; i++) {
		struct ho_rng rng = ho_rng_seed(i, n_tune);
		struct ho_promise_goal goal = {0.02, 0.05, HO_PROMISE_ANY_LABEL};
		struct ho_promise_plan plan;
		struct ho_certificate c;
		struct ho_scored tune = draw(&tune_part, w, n_tune, &rng), certify = draw(&certify_part, w, M, &rng);
		assert_ok(ho_promise_plan(&plan, goal, &tune, M, &err), &err);
		assert_ok(ho_promise_certify(&c, &plan, &certify, &err), &err);
		if (c.certified) {
			o.certified++;
			o.coverage += coverage_above(w, c.threshold);
			o.violated += risk_above(w, c.threshold) > goal.max_error;
		} else {
			assert_true(c.strictest_possible > goal.max_error);
			o.bound_wrong += risk_above(w, c.strictest_threshold) > c.strictest_possible;
		}
	}
	return (struct outcome){o.violated / DRAWS, o.certified / DRAWS, o.coverage / DRAWS, o.bound_wrong / DRAWS};
}

static void promise_holds_in_every_world(void **state)
{
	(void)state;
	const double noise = 4 * sqrt(0.05 * 0.95 / DRAWS);
	printf("alpha 2%%, delta 5%%, m = %d, %d draws\n%-28s %5s %9s %9s %9s %12s\n", M, DRAWS, "world", "tune",
	       "violated", "certified", "coverage", "bound wrong");
	for (size_t i = 0; i < sizeof worlds / sizeof *worlds; i++)
		for (size_t n_tune = 500; n_tune <= TUNE_MAX; n_tune += 500) {
			const struct world *w = &worlds[i];
			struct outcome o = simulate(w, n_tune);
			printf("%-28s %5zu %9.4f %9.4f %9.4f %12.4f\n", w->name, n_tune, o.violated, o.certified,
			       o.coverage, o.bound_wrong);
			/* A wrong promise and a wrong bound instead of one share the same 5%. */
			assert_true(o.violated + o.bound_wrong <= 0.05 + noise);
			assert_true(o.certified >= w->min_certified && o.coverage >= w->min_coverage);
			assert_true(o.certified <= w->max_certified + noise);
		}
}

/* Without correction, the best of all thresholds on the same labels: must break, else this simulation shows nothing. */
static void uncorrected_search_breaks(void **state)
{
	(void)state;
	static struct sample part;
	const struct world *flat = &worlds[2];
	struct ho_error err;
	int violated = 0;
	for (uint64_t i = 0; i < (uint64_t)DRAWS; i++) {
		struct ho_rng rng = ho_rng_seed(i, 99);
		struct ho_scored certify = draw(&part, flat, M, &rng);
		struct ho_promise_plan plan = {{0.02, 0.05, HO_PROMISE_ANY_LABEL}, 0, 0, {0}};
		struct ho_certificate c;
		assert_ok(ho_promise_grid(plan.threshold, &plan.n_grid, &certify, HO_PROMISE_ANY_LABEL, &err), &err);
		bool any = false;
		for (plan.start = 0; plan.start < plan.n_grid && !any; plan.start++) {
			assert_ok(ho_promise_certify(&c, &plan, &certify, &err), &err);
			any = c.certified;
		}
		violated += any;
	}
	printf("uncorrected search in the flat world: violated %.4f\n", (double)violated / DRAWS);
	assert_true(violated > 0.08 * DRAWS);
}

/* One promise per label, one of them impossible for its label: all must hold together. */
static void label_promises_hold_together(void **state)
{
	(void)state;
	static const struct world by_label[LABELS] = {
	    {"", 0, 0.5, 3, 0, 0, 0, 0}, {"", 0.022, 0, 1, 0, 0, 0, 0}, {"", 0, 0.3, 2, 0, 0, 0, 0}};
	static const struct ho_label_goal goals[LABELS] = {{0, 0.03}, {1, 0.02}, {2, 0.05}};
	static struct sample parts[2];
	struct ho_promise_plan plans[LABELS];
	static struct ho_certificate c[LABELS];
	struct ho_error err;
	int violated = 0, certified[LABELS] = {0};
	double coverage[LABELS] = {0};
	for (uint64_t i = 0; i < (uint64_t)DRAWS; i++) {
		struct ho_rng rng = ho_rng_seed(i, 5);
		struct ho_scored tune = draw(&parts[0], &by_label[0], TUNE_MAX, &rng);
		struct ho_scored certify = draw(&parts[1], &by_label[0], M, &rng);
		for (int part = 0; part < 2; part++)
			for (size_t j = 0; j < (part ? M : TUNE_MAX); j++)
				parts[part].wrong[j] =
				    ho_rng_uniform(&rng) <
				    error_at(&by_label[parts[part].predicted[j]], parts[part].score[j]);
		assert_ok(ho_promise_plan_labels(plans, goals, LABELS, 0.05, &tune, M, &err), &err);
		assert_ok(ho_promise_certify_labels(c, plans, LABELS, &certify, &err), &err);
		bool broken = false;
		for (int k = 0; k < LABELS; k++) {
			certified[k] += c[k].certified;
			coverage[k] += c[k].coverage;
			broken |= c[k].certified && risk_above(&by_label[k], c[k].threshold) > goals[k].max_error;
		}
		violated += broken;
	}
	printf("per label (graded at 3%%, flat 2.2%% at 2%%, graded at 5%%): any broken %.4f\n",
	       (double)violated / DRAWS);
	for (int k = 0; k < LABELS; k++)
		printf("  label %d: certified %.4f, coverage %.4f of at most 0.333\n", k, (double)certified[k] / DRAWS,
		       coverage[k] / DRAWS);
	assert_true(violated <= (0.05 + 4 * sqrt(0.05 * 0.95 / DRAWS)) * DRAWS);
	assert_true(certified[0] > 0.6 * DRAWS && certified[2] > 0.8 * DRAWS && certified[1] < 0.05 * DRAWS);
}

/* The single bound of review-share mode, and the labels said to be needed. */
static void share_bound_and_label_estimate(void **state)
{
	(void)state;
	static struct sample parts[2];
	static struct sample many;
	const struct world *w = &worlds[0];
	struct ho_error err;
	int wrong_bound = 0, judged = 0, passed = 0;
	double asked = 0;
	for (uint64_t i = 0; i < (uint64_t)DRAWS; i++) {
		struct ho_rng rng = ho_rng_seed(i, 6);
		double threshold;
		struct ho_share_promise promise;
		struct ho_scored part[2] = {draw(&parts[0], w, 500, &rng), draw(&parts[1], w, 400, &rng)};
		assert_ok(ho_promise_share_threshold(&threshold, &part[0], 0.4, &err), &err);
		assert_ok(ho_promise_bound(&promise, threshold, 0.05, &part[1], &err), &err);
		wrong_bound += risk_above(w, threshold) > promise.upper;
		if (i % ((uint64_t)DRAWS / 100))
			continue; /* the second half is slower */
		struct ho_promise_plan plan;
		struct ho_certificate c;
		uint64_t needed;
		assert_ok(ho_promise_plan(&plan, (struct ho_promise_goal){0.02, 0.05, HO_PROMISE_ANY_LABEL}, &part[0],
		                          400, &err),
		          &err);
		assert_ok(ho_promise_labels_needed(&needed, &plan, part, 2, &err), &err);
		assert_true(needed > 149);
		if (needed > M)
			continue;
		judged++;
		asked += (double)needed;
		struct ho_scored fresh = draw(&many, w, needed, &rng);
		assert_ok(ho_promise_plan(&plan, plan.goal, &part[0], needed, &err), &err);
		assert_ok(ho_promise_certify(&c, &plan, &fresh, &err), &err);
		passed += c.certified;
	}
	printf("review share 40%%: bound wrong %.4f; labels needed: asked for %.0f on average, then certified %.3f of "
	       "%d\n",
	       (double)wrong_bound / DRAWS, asked / judged, (double)passed / judged, judged);
	/* However strict, the error rate is above 5%, so no number of labels will do. */
	const struct world hopeless = {"", 0.05, 0.1, 1, 0, 0, 0, 0};
	struct ho_rng rng = ho_rng_seed(1, 8);
	struct ho_scored part = draw(&parts[0], &hopeless, M, &rng);
	struct ho_promise_plan plan;
	uint64_t needed;
	assert_ok(ho_promise_plan(&plan, (struct ho_promise_goal){0.02, 0.05, HO_PROMISE_ANY_LABEL}, &part, M, &err),
	          &err);
	assert_ok(ho_promise_labels_needed(&needed, &plan, &part, 1, &err), &err);
	assert_int_equal(needed, 0);
	assert_true(wrong_bound <= (0.05 + 4 * sqrt(0.05 * 0.95 / DRAWS)) * DRAWS);
	assert_true(judged > 50 && passed > 0.7 * judged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(promise_holds_in_every_world),
	    cmocka_unit_test(uncorrected_search_breaks),
	    cmocka_unit_test(label_promises_hold_together),
	    cmocka_unit_test(share_bound_and_label_estimate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
