/* The heads of a model trained again on other rows. */
#include "unit/unit.h"

#include <math.h>

#include "made_texts.h"
#include "train/refit.h"
#include "unit/train_fixture.h"

static const char *const few = "{\"chosen\":[{\"head\":\"word 1-2 idf, C 1\",\"weight\":2.5},"
                               "{\"head\":\"naive Bayes, word 1-2\",\"weight\":0.2}]}";
static const char *const many = "{\"chosen\":[{\"head\":\"char 2-5 idf, C 1\",\"weight\":1.5}]}";

static void heads_are_those_of_the_report(void **state)
{
	(void)state;
	struct ho_refit_heads heads;
	struct ho_error err;
	assert_ok(ho_refit_heads_read(&heads, few, 2, &err), &err);
	assert_int_equal(heads.n, 2);
	assert_int_equal(heads.head[1].learner, HO_LEARN_BAYES);
	assert_true(heads.weight[0] == 2.5);
	static const char *const bad[] = {"",
	                                  "{}",
	                                  "[]",
	                                  "{\"chosen\":[]}",
	                                  "{\"chosen\":[{\"head\":\"of another version\"}]}",
	                                  "{\"chosen\":[7]}",
	                                  "{\"chosen\":{\"head\":3}}"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(ho_refit_heads_read(&heads, bad[i], 2, &err), HO_EFORMAT);
		assert_int_equal(heads.n, 0);
	}
	assert_int_equal(ho_refit_heads_read(&heads, many, 2, &err), HO_EFORMAT); /* no head for two labels */
}

/* Learn from 600 of 800 rows, calibrate on 100, answer 200 more; share of right answers. */
static double run(double *probability, uint32_t K, double signal, uint64_t seed, unsigned threads)
{
	struct made made = made_texts(1000, K, signal, 8);
	struct ho_refit_heads heads;
	struct ho_refit refit;
	struct ho_error err;
	uint32_t learn[600], tune[100];
	size_t right = 0;
	for (uint32_t i = 0; i < 600; i++)
		learn[i] = i < 500 ? i : i - 500; /* some twice, as a bootstrap has them */
	for (uint32_t i = 0; i < 100; i++)
		tune[i] = 600 + i;
	struct ho_refit_rows rows = {learn, 600, tune, 100, seed};
	assert_ok(ho_refit_heads_read(&heads, K > 10 ? many : few, K, &err), &err);
	assert_ok(ho_refit_open(&refit, &heads, made.table.text, made.table.label, 800, 1000, K, threads, NULL, &err),
	          &err);
	assert_ok(ho_refit_run(probability, &refit, &rows, &err), &err);
	for (size_t i = 0; i < 200; i++) {
		double sum = 0;
		uint32_t best = 0;
		for (uint32_t k = 0; k < K; k++) {
			sum += probability[i * K + k];
			best = probability[i * K + k] > probability[i * K + best] ? k : best;
		}
		assert_true(fabs(sum - 1) < 1e-9);
		right += best == made.table.label[800 + i];
	}
	rows.n_tune = 0;
	assert_int_equal(ho_refit_run(probability, &refit, &rows, NULL), HO_EINVAL);
	ho_refit_release(&refit);
	made_free(&made);
	return (double)right / 200;
}

static void it_learns_what_is_there_and_nothing_else(void **state)
{
	(void)state;
	double p[200 * 4];
	assert_true(run(p, 2, 0.4, 1, 1) > 0.9);
	assert_true(run(p, 4, 0.4, 1, 1) > 0.85);
	double chance = run(p, 2, 0, 1, 1), mean = 0;
	assert_true(chance > 0.35 && chance < 0.65);
	for (size_t i = 0; i < 200; i++)
		mean += fmax(p[2 * i], p[2 * i + 1]) / 200;
	assert_true(mean < 0.62); /* calibrated on rows it has not seen: it knows that it knows nothing */
}

static void same_on_any_number_of_threads(void **state)
{
	(void)state;
	double one[200 * 4], other[200 * 4];
	for (uint32_t K = 2; K <= 4; K += 2) {
		(void)run(one, K, 0.3, 5, 1);
		(void)run(other, K, 0.3, 5, 3);
		assert_memory_equal(one, other, 200 * K * sizeof *one);
	}
}

struct attempt_context {
	struct made made;
	struct ho_refit_heads heads;
};

static enum ho_status try_all(void *context)
{
	struct attempt_context *c = context;
	struct ho_refit refit;
	double probability[2 * 20];
	static const uint32_t learn[] = {0, 1, 2, 3, 4, 5, 6, 7}, tune[] = {8, 9};
	struct ho_refit_rows rows = {learn, 8, tune, 2, 1};
	enum ho_status status =
	    ho_refit_open(&refit, &c->heads, c->made.table.text, c->made.table.label, 10, 30, 2, 1, NULL, NULL);
	if (status == HO_OK)
		status = ho_refit_run(probability, &refit, &rows, NULL);
	if (refit.heads)
		ho_refit_release(&refit);
	return status;
}

static void memory_may_fail(void **state)
{
	(void)state;
	struct attempt_context c = {.made = made_texts(30, 2, 0.3, 2)};
	assert_int_equal(ho_refit_heads_read(&c.heads, few, 2, NULL), HO_OK);
	walk_failures(try_all, &c);
	made_free(&c.made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(heads_are_those_of_the_report),
	    cmocka_unit_test(it_learns_what_is_there_and_nothing_else),
	    cmocka_unit_test(same_on_any_number_of_threads),
	    cmocka_unit_test(memory_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
