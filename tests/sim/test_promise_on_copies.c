/*
 * The promise on data full of copies: campaigns, forms, the same mail sent a hundred times. Worlds are made of
 * templates whose true error rate on fresh templates is known; a copy of a right answer is no further evidence.
 */
#include "unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/rng.h"
#include "model/model.h"
#include "train/train.h"
#include "sim/draws.h"

#define DRAWS sim_draws(24, 60)
enum { ROOM = 200, FRESH = 1000 };

struct world {
	const char *name;
	size_t templates, copies_max; /* copies: all the same, or 1 .. copies_max */
	bool varied;
	double cue;       /* share of templates whose cue word tells the label; the others have the wrong one */
	double max_error; /* promised */
	double certified_min, certified_max; /* share of the draws */
};

static const struct world worlds[] = {
    {"60 templates, 40 copies, cue right 75%", 60, 40, false, 0.75, 0.05, 0, 0},
    {"300 templates, up to 16 copies, cue right 88%", 300, 16, true, 0.88, 0.10, 0, 0.15},
    {"900 templates, up to 4 copies, cue right 97%", 900, 4, true, 0.97, 0.10, 0.67, 1},
};

struct made {
	struct ho_table table;
	char (*bytes)[ROOM];
};

/* A template: 14 words of its own among very many, one cue. Templates are unlike each other, copies equal. */
static size_t make_template(char *out, uint32_t *label, double cue, struct ho_rng *rng)
{
	size_t len = 0;
	*label = (uint32_t)ho_rng_below(rng, 2);
	uint32_t said = ho_rng_uniform(rng) < cue ? *label : 1 - *label;
	for (int w = 0; w < 14; w++)
		len += (size_t)snprintf(out + len, ROOM - len, "w%03u ", (unsigned)ho_rng_below(rng, 400));
	return len + (size_t)snprintf(out + len, ROOM - len, said ? "refund" : "invoice");
}

static struct made make(const struct world *w, size_t templates, uint64_t seed)
{
	static const char *const names[] = {"a", "b"};
	size_t most = templates * w->copies_max;
	struct made made = {.bytes = malloc(most * sizeof *made.bytes)};
	struct ho_rng rng = ho_rng_seed(seed, 31);
	made.table = (struct ho_table){.text = malloc(most * sizeof *made.table.text),
	                               .label = malloc(most * sizeof *made.table.label),
	                               .labels = malloc(2 * sizeof *made.table.labels),
	                               .label_count = 2};
	made.table.labels[0] = ho_slice_str(names[0]);
	made.table.labels[1] = ho_slice_str(names[1]);
	for (size_t t = 0; t < templates; t++) {
		uint32_t label;
		size_t copies = w->varied ? 1 + ho_rng_below(&rng, w->copies_max) : w->copies_max;
		char *text = made.bytes[made.table.n];
		size_t len = make_template(text, &label, w->cue, &rng);
		for (size_t c = 0; c < copies; c++) {
			made.table.text[made.table.n] = ho_slice(text, len);
			made.table.label[made.table.n++] = label;
		}
	}
	return made;
}

static void made_free(struct made *made)
{
	free(made->bytes);
	free(made->table.text);
	free(made->table.label);
	free(made->table.labels);
}

/* Wrong share among automatic answers to fresh templates, each asked once. */
static double risk_of(const char *path, const struct world *w, uint64_t seed, double *coverage)
{
	char text[ROOM];
	struct ho_model *model;
	struct ho_workspace *ws;
	struct ho_answer answer;
	struct ho_error err;
	struct ho_rng rng = ho_rng_seed(seed, 32);
	size_t accepted = 0, wrong = 0;
	assert_ok(ho_model_open(&model, path, &err), &err);
	assert_ok(ho_workspace_new(&ws, model, &err), &err);
	for (size_t i = 0; i < FRESH; i++) {
		uint32_t label;
		size_t len = make_template(text, &label, w->cue, &rng);
		assert_ok(ho_classify(&answer, ws, text, len, &err), &err);
		accepted += answer.decision == HO_AUTO;
		wrong += answer.decision == HO_AUTO && answer.label_index != label;
	}
	ho_workspace_free(ws);
	ho_model_free(model);
	*coverage += (double)accepted / FRESH / DRAWS;
	return accepted ? (double)wrong / (double)accepted : 0;
}

static void run(const struct world *w, bool cross_fit, const char *path)
{
	unsigned certified = 0, broken = 0;
	double coverage = 0;
	for (uint64_t seed = 1; seed <= (uint64_t)DRAWS; seed++) {
		struct made made = make(w, w->templates, seed);
		struct ho_train_options options;
		struct ho_train_result result;
		struct ho_error err;
		ho_train_options_init(&options);
		options.seed = seed;
		options.max_error = w->max_error;
		options.cross_fit = cross_fit;
		options.novelty_level = 0;
		assert_ok(ho_train(&result, &made.table, NULL, &options, path, &err), &err);
		certified += result.has_promise;
		if (result.has_promise)
			broken += risk_of(path, w, seed, &coverage) > w->max_error;
		ho_train_result_release(&result);
		made_free(&made);
	}
	printf("%-48s %-9s alpha %.2f: certified %3u, broken %3u of %d, coverage %.3f\n", w->name,
	       cross_fit ? "cross-fit" : "exact", w->max_error, certified, broken, DRAWS, coverage);
	assert_true(broken <= DRAWS * (0.05 + 3 * sqrt(0.05 * 0.95 / DRAWS)));
	assert_true(certified >= w->certified_min * DRAWS && certified <= w->certified_max * DRAWS);
}

static void copies_are_one_observation(void **state)
{
	(void)state;
	char path[] = "/tmp/ho_copies_XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)close(fd);
	for (size_t i = 0; i < sizeof worlds / sizeof *worlds; i++)
		for (int cross_fit = 0; cross_fit < 2; cross_fit++)
			run(&worlds[i], cross_fit, path);
	(void)unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(copies_are_one_observation)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
