/*
 * Doubt in made worlds: sound ones get a broken verdict in at most 5% of runs, planted faults are found and named by
 * the check that is meant for them. HO_LONG runs more sound worlds.
 */
#include "doubt_world.h"
#include "sim/draws.h"

#include <math.h>

static void doubt(struct ho_findings *out, const struct world *w, bool with_test, uint64_t seed, unsigned threads)
{
	struct ho_error err = {.code = HO_OK};
	const struct ho_doubt_options options = {.seed = seed, .threads = threads};
	assert_ok(ho_doubt(out, w->model, &w->train, with_test ? &w->test : NULL, &options, NULL, &err), &err);
}

/* Sizes, labels and noise vary, so that hard and easy problems are among them. */
static void test_sound(void **state)
{
	(void)state;
	unsigned runs = (unsigned)sim_draws(12, 200), alarmed = 0;
	for (unsigned r = 0; r < runs; r++) {
		struct world_spec spec = {.rows = 600 + 200 * (r % 4),
		                          .K = 2 + r % 3,
		                          .signal = 0.12 + 0.04 * (r % 5),
		                          .noise = 0.05 * (r % 3),
		                          .seed = 100 + r};
		struct world w;
		struct ho_findings found;
		world_make(&w, spec, 500);
		doubt(&found, &w, true, r + 1, 0);
		for (size_t i = 0; i < found.n; i++)
			if (strcmp(found.items[i].verdict, "broken") == 0)
				print_message("world %u: %s: %s\n", r, found.items[i].id, found.items[i].title);
		alarmed += ho_doubt_count(&found, "broken") > 0;
		ho_findings_release(&found);
		world_free(&w);
	}
	assert_true(alarmed <= 0.05 * runs + 2.4 * sqrt(0.05 * 0.95 * runs));
}

static void test_planted(void **state)
{
	(void)state;
	static const struct {
		enum world_fault fault;
		const char *checks[2]; /* one of them must be broken */
	} cases[] = {
	    {WORLD_TOKEN, {"giveaways", NULL}},
	    {WORLD_NUMBER, {"giveaways", NULL}},
	    {WORLD_COPIES, {"leaks", NULL}},
	    {WORLD_SHUFFLED, {"shuffled", NULL}},
	    {WORLD_NOISY, {"promise", "calibration"}},
	    {WORLD_GROUPS, {"groups", NULL}},
	    {WORLD_TIME, {"time", NULL}},
	    {WORLD_CONFLICTS, {"noise", NULL}},
	};
	for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
		struct world_spec spec = {
		    .rows = 1200, .K = 2, .signal = 0.2, .noise = 0.02, .fault = cases[c].fault, .seed = 7 + c};
		spec.signal = spec.fault == WORLD_GROUPS ? 0.08 : spec.signal; /* else words do without the leak */
		struct world w;
		struct ho_findings found;
		bool named = false;
		world_make(&w, spec, 600);
		doubt(&found, &w, true, 1, 0);
		for (size_t k = 0; k < 2 && cases[c].checks[k]; k++)
			named = named || strcmp(world_finding(&found, cases[c].checks[k])->verdict, "broken") == 0;
		if (!named)
			fail_msg("fault %d was not found by %s: %s", (int)cases[c].fault, cases[c].checks[0],
			         world_finding(&found, cases[c].checks[0])->title);
		assert_true(found.n_story >= 3);
		ho_findings_release(&found);
		world_free(&w);
	}
}

/* Without test texts what needs them is unknown, and says how to give some. */
static void test_without_test(void **state)
{
	(void)state;
	struct world w;
	struct ho_findings found;
	world_make(&w, (struct world_spec){.rows = 600, .K = 2, .signal = 0.25, .seed = 3}, 50);
	doubt(&found, &w, false, 1, 0);
	static const char *const need[] = {"leaks", "calibration", "promise"};
	for (size_t i = 0; i < 3; i++) {
		const struct ho_finding *f = world_finding(&found, need[i]);
		assert_string_equal(f->verdict, "unknown");
		assert_non_null(strstr(f->advice, "--test"));
	}
	assert_string_not_equal(world_finding(&found, "shuffled")->verdict, "unknown");
	assert_string_not_equal(world_finding(&found, "enough")->verdict, "unknown");
	assert_int_equal(ho_doubt_count(&found, "broken"), 0);
	ho_findings_release(&found);
	world_free(&w);
}

/* The same findings on any number of threads. */
static void test_threads(void **state)
{
	(void)state;
	struct world w;
	struct ho_findings found[2];
	world_make(&w, (struct world_spec){.rows = 500, .K = 3, .signal = 0.25, .seed = 4}, 300);
	for (unsigned t = 0; t < 2; t++)
		doubt(&found[t], &w, true, 1, 1 + 2 * t);
	char *dump[2];
	for (int t = 0; t < 2; t++) {
		json_t *object = ho_findings_json(&found[t]);
		dump[t] = json_dumps(object, JSON_REAL_PRECISION(17));
		json_decref(object);
		ho_findings_release(&found[t]);
	}
	assert_string_equal(dump[0], dump[1]);
	free(dump[0]);
	free(dump[1]);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sound),
	    cmocka_unit_test(test_planted),
	    cmocka_unit_test(test_without_test),
	    cmocka_unit_test(test_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
