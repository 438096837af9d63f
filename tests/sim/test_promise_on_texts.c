/* The promise on real texts: 200 random re-splits of sst2 and of sms; each trains, promises 5%, and is held to it. */
#include "unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/model.h"
#include "train/split.h"
#include "train/train.h"

enum { DRAWS = 200 };

struct outcome {
	unsigned promised, broken, surely_broken;
	double coverage;
};

/* Rows of one side as a table of its own, borrowing the texts. */
static struct ho_table side(const struct ho_table *all, const uint8_t *part, uint8_t wanted)
{
	struct ho_table out = {.labels = all->labels, .label_count = all->label_count};
	out.text = malloc(all->n * sizeof *out.text);
	out.label = malloc(all->n * sizeof *out.label);
	for (size_t i = 0; i < all->n; i++)
		if (part[i] == wanted) {
			out.text[out.n] = all->text[i];
			out.label[out.n++] = all->label[i];
		}
	return out;
}

static void one_draw(struct outcome *out, const struct ho_table *all, uint64_t seed, const char *path)
{
	const double share[2] = {0.75, 0.25};
	uint8_t *part = malloc(all->n);
	struct ho_train_options options;
	struct ho_train_result result;
	struct ho_error err;
	struct ho_model *model;
	struct ho_workspace *ws;
	struct ho_answer answer;
	assert_ok(ho_split(part, NULL, all->label, all->n, share, 2, seed, &err), &err);
	struct ho_table train = side(all, part, 0), test = side(all, part, 1);
	ho_train_options_init(&options);
	options.seed = seed;
	assert_ok(ho_train(&result, &train, NULL, &options, path, &err), &err);
	if (result.has_promise) {
		size_t accepted = 0, wrong = 0;
		assert_ok(ho_model_open(&model, path, &err), &err);
		assert_ok(ho_workspace_new(&ws, model, &err), &err);
		for (size_t i = 0; i < test.n; i++) {
			assert_ok(ho_classify(&answer, ws, test.text[i].ptr, test.text[i].len, &err), &err);
			accepted += answer.decision == HO_AUTO;
			wrong += answer.decision == HO_AUTO && answer.label_index != test.label[i];
		}
		double error = accepted ? (double)wrong / (double)accepted : 0;
		out->promised++;
		out->broken += error > options.max_error;
		/* Beyond what the finite number of test texts explains. */
		out->surely_broken +=
		    error > options.max_error + 2 * sqrt(0.05 * 0.95 / (double)(accepted ? accepted : 1));
		out->coverage += (double)accepted / (double)test.n / DRAWS;
		ho_workspace_free(ws);
		ho_model_free(model);
	}
	ho_train_result_release(&result);
	free(train.text);
	free(train.label);
	free(test.text);
	free(test.label);
	free(part);
}

static void held_on(const char *set, double least_coverage)
{
	const char *data = getenv("HO_DATA");
	char path[512], model[] = "/tmp/ho_promise_XXXXXX";
	struct ho_table table;
	struct ho_table_options options = {.rows = {.want_labels = true}};
	struct ho_error err;
	(void)snprintf(path, sizeof path, "%s/%s_train.csv.gz", data ? data : ".", set);
	if (access(path, R_OK)) {
		print_message("skipped: no data set %s\n", set);
		skip();
	}
	options.rows.read.path = path;
	assert_ok(ho_table_read(&table, &options, NULL, &err), &err);
	int fd = mkstemp(model);
	assert_true(fd >= 0);
	(void)close(fd);
	struct outcome outcome = {.promised = 0};
	for (uint64_t seed = 1; seed <= DRAWS; seed++)
		one_draw(&outcome, &table, seed, model);
	(void)unlink(model);
	print_message("%s: promised %u of %d, observed above 5%% in %u, surely in %u, mean coverage %.3f\n", set,
	              outcome.promised, DRAWS, outcome.broken, outcome.surely_broken, outcome.coverage);
	/* delta = 5% and three standard errors of 200 draws. */
	assert_true(outcome.surely_broken <= (unsigned)(DRAWS * (0.05 + 3 * sqrt(0.05 * 0.95 / DRAWS))));
	assert_true(outcome.coverage >= least_coverage);
	ho_table_release(&table);
}

static void sst2_keeps_its_promise(void **state)
{
	(void)state;
	held_on("sst2", 0.03);
}

static void sms_keeps_its_promise(void **state)
{
	(void)state;
	held_on("sms", 0.9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(sst2_keeps_its_promise),
	                                   cmocka_unit_test(sms_keeps_its_promise)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
