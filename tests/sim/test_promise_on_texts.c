/*
 * The promise on real texts: random re-splits of sst2 and of sms, by duplicate group; each trains, promises 5%, and
 * is held to it on every text left out, copies counted once.
 *
 * The error rate of a draw is only estimated, so counting the draws with an estimate above 5% would mix broken promises
 * with noise. The estimates' spread is therefore split: what the finite number of texts explains is taken away, and the
 * share of draws above 5% is read off a normal distribution with the rest (the moments of a normal mixture).
 */
#include "unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/model.h"
#include "near/near.h"
#include "train/split.h"
#include "train/train.h"
#include "sim/draws.h"

/* Re-splits: 200 in the long tier (`make long`), fewer in `make test`. */
enum { DRAWS_LONG = 200, DRAWS_SHORT = 20 };

static int draws(void)
{
	return sim_draws(DRAWS_SHORT, DRAWS_LONG);
}

struct outcome {
	unsigned promised, above;
	double coverage;
	double sum, squares, noise; /* of the observed error rates; noise: sum of their sampling variances */
};

/* Estimated share of all draws whose true error rate is above alpha. */
static double broken_share(const struct outcome *o, double alpha)
{
	double n = o->promised, mean = o->sum / n;
	double variance = fmax((o->squares - n * mean * mean) / (n - 1) - o->noise / n, 1e-8);
	return n / draws() * 0.5 * erfc((alpha - mean) / sqrt(2 * variance));
}

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

/* Error among automatic answers to the rows left out, one of each group. */
static void hold_to_it(struct outcome *out, const struct ho_table *all, const struct ho_near_result *near,
                       const uint8_t *part, double max_error, const char *path)
{
	struct ho_model *model;
	struct ho_workspace *ws;
	struct ho_answer answer;
	struct ho_error err;
	size_t accepted = 0, wrong = 0, asked = 0;
	uint8_t *met = calloc(near->n_groups, 1);
	assert_ok(ho_model_open(&model, path, &err), &err);
	assert_ok(ho_workspace_new(&ws, model, &err), &err);
	for (size_t i = 0; i < all->n; i++) {
		if (part[i] != 1 || met[near->group[i]]++)
			continue;
		assert_ok(ho_classify(&answer, ws, all->text[i].ptr, all->text[i].len, &err), &err);
		asked++;
		accepted += answer.decision == HO_AUTO;
		wrong += answer.decision == HO_AUTO && answer.label_index != all->label[i];
	}
	double error = accepted ? (double)wrong / (double)accepted : 0;
	out->promised++;
	out->above += error > max_error;
	out->sum += error;
	out->squares += error * error;
	out->noise += accepted > 1 ? error * (1 - error) / (double)(accepted - 1) : 0;
	out->coverage += (double)accepted / (double)asked / draws();
	ho_workspace_free(ws);
	ho_model_free(model);
	free(met);
}

static void one_draw(struct outcome *out, const struct ho_table *all, const struct ho_near_result *near, uint64_t seed,
                     const char *path)
{
	const double share[2] = {0.75, 0.25};
	uint8_t *part = malloc(all->n);
	struct ho_train_options options;
	struct ho_train_result result;
	struct ho_error err;
	assert_ok(ho_split(part, near->group, all->label, all->n, share, 2, seed, &err), &err);
	struct ho_table train = side(all, part, 0);
	ho_train_options_init(&options);
	options.seed = seed;
	assert_ok(ho_train(&result, &train, NULL, &options, path, &err), &err);
	if (result.has_promise)
		hold_to_it(out, all, near, part, options.max_error, path);
	ho_train_result_release(&result);
	free(train.text);
	free(train.label);
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
		print_error(
		    "NOT TESTED: the promise on real texts of %s, for there is no %s_train.csv.gz in the folder "
		    "that HO_DATA names\n",
		    set, set);
		skip();
	}
	options.rows.read.path = path;
	assert_ok(ho_table_read(&table, &options, NULL, &err), &err);
	int fd = mkstemp(model);
	assert_true(fd >= 0);
	(void)close(fd);
	struct outcome outcome = {.promised = 0};
	struct ho_near_result near;
	assert_ok(ho_near_find(&near, table.text, table.n, NULL, NULL, &err), &err);
	for (uint64_t seed = 1; seed <= (uint64_t)draws(); seed++)
		one_draw(&outcome, &table, &near, seed, model);
	ho_near_release(&near);
	(void)unlink(model);
	double broken = broken_share(&outcome, 0.05);
	print_message(
	    "%s: promised %u of %d, observed error above 5%% in %u, mean %.4f, truly above 5%% about %.3f of all, "
	    "mean coverage %.3f\n",
	    set, outcome.promised, draws(), outcome.above, outcome.sum / outcome.promised, broken, outcome.coverage);
	/* delta = 5% and two standard errors. */
	assert_true(broken <= 0.05 + 2 * sqrt(0.05 * 0.95 / draws()));
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
