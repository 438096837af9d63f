/* A quick first model: what it must not see, what it must not depend on, and what it refuses. */
#include "unit/unit.h"

#include <math.h>

#include "made_texts.h"
#include "train/out_of_fold.h"
#include "unit/train_fixture.h"

static void first_model(struct ho_out_of_fold *out, const struct made *made, struct ho_out_of_fold_options options)
{
	struct ho_error err;
	options.seed = 1;
	assert_ok(ho_out_of_fold(out, &made->table, &options, &err), &err);
}

static void same_on_any_number_of_threads(void **state)
{
	(void)state;
	for (uint32_t K = 2; K <= 5; K += 3)
		for (int effort = 0; effort < 2; effort++) {
			struct made made = made_texts(600, K, 0.3, 4);
			struct ho_out_of_fold one, other;
			struct ho_out_of_fold_options options = {.effort = (enum ho_first_effort)effort, .repeats = 2};
			options.threads = 1;
			first_model(&one, &made, options);
			options.threads = 3;
			first_model(&other, &made, options);
			assert_memory_equal(one.probability, other.probability, one.n * K * sizeof(float));
			assert_memory_equal(one.step, other.step, sizeof one.step);
			assert_true(one.log_loss == other.log_loss && one.errors == other.errors);
			ho_out_of_fold_release(&one);
			ho_out_of_fold_release(&other);
			made_free(&made);
		}
}

static void rows_without_labels_are_left_out_and_the_rest_is_in_order(void **state)
{
	(void)state;
	struct made made = made_texts(400, 4, 0.3, 5);
	struct ho_out_of_fold f;
	for (size_t i = 0; i < 400; i++)
		if (i % 5 == 0 || made.table.label[i] == 2)
			made.table.label[i] = HO_LABEL_NONE;
	first_model(&f, &made, (struct ho_out_of_fold_options){.threads = 1});
	assert_int_equal(f.K, 3);
	for (size_t i = 0; i < f.n; i++) {
		double sum = 0;
		for (uint32_t k = 0; k < f.K; k++) {
			assert_true(f.probability[i * f.K + k] >= 0);
			sum += (double)f.probability[i * f.K + k];
		}
		assert_true(fabs(sum - 1) < 1e-5);
		assert_true(i == 0 || f.row[i] > f.row[i - 1]);
		assert_int_equal(f.label_map[f.label[i]], made.table.label[f.row[i]]);
	}
	assert_int_equal(f.labelled, f.n);
	ho_out_of_fold_release(&f);
	made_free(&made);
}

/* Labels at random, every text four times with the same label: who saw a copy would know the answer. */
static void copies_give_nothing_away(void **state)
{
	(void)state;
	struct made made = made_texts(1200, 2, 0, 6);
	struct ho_out_of_fold f;
	for (size_t i = 0; i < 1200; i++) {
		made.table.text[i] = made.table.text[i % 300];
		made.table.label[i] = made.table.label[i % 300];
	}
	first_model(&f, &made, (struct ho_out_of_fold_options){.threads = 2});
	assert_int_equal(f.tested, 300);
	assert_true(f.accuracy < 0.62);          /* 300 coins: 0.5 +- 4 standard errors */
	assert_true(f.log_loss < log(2) + 0.02); /* and it knows that it does not know */
	ho_out_of_fold_release(&f);
	made_free(&made);
}

static void learning_is_seen_and_probabilities_are_honest(void **state)
{
	(void)state;
	struct made made = made_texts(4000, 3, 0.12, 7);
	struct ho_out_of_fold f;
	first_model(&f, &made, (struct ho_out_of_fold_options){.threads = 2});
	double confidence = 0;
	for (size_t i = 0; i < f.n; i++) {
		const float *p = f.probability + i * 3;
		confidence += fmax((double)p[0], fmax((double)p[1], (double)p[2])) / (double)f.n;
	}
	assert_true(f.accuracy > 0.6);
	assert_true(fabs(confidence - f.accuracy) < 0.03);
	assert_true(f.n_steps >= 4);
	for (size_t s = 1; s < f.n_steps; s++)
		assert_true(f.step[s].learnt > f.step[s - 1].learnt);
	assert_true(f.step[f.n_steps - 1].accuracy > f.step[0].accuracy + 0.05);
	struct ho_learning_point points[HO_FIRST_STEPS_MAX];
	assert_int_equal(ho_out_of_fold_points(points, &f), f.n_steps);
	assert_true(points[0].rows < points[1].rows && points[0].errors <= points[0].tested);
	ho_out_of_fold_release(&f);
	made_free(&made);
}

static void a_sample_keeps_the_shares_of_labels(void **state)
{
	(void)state;
	struct made made = made_texts(3000, 2, 0.2, 8);
	struct ho_out_of_fold f;
	size_t ones = 0, sampled = 0;
	for (size_t i = 0; i < 3000; i++) {
		made.table.label[i] = i % 10 == 0; /* a tenth */
		ones += made.table.label[i];
	}
	first_model(&f, &made, (struct ho_out_of_fold_options){.rows_max = 500, .threads = 2});
	assert_int_equal(f.n, 500);
	assert_int_equal(f.labelled, 3000);
	for (size_t i = 0; i < f.n; i++)
		sampled += f.label[i];
	assert_in_range(sampled, 49, 51);
	assert_int_equal(ones, 300);
	ho_out_of_fold_release(&f);
	made_free(&made);
}

/* Rare labels that a sample has lost get no model of their own: they would cost minutes and gigabytes. */
static void labels_that_a_sample_has_lost_are_left_out(void **state)
{
	(void)state;
	enum { N = 600, LABELS = 300, SAMPLE = 60 };
	struct made made = made_texts(N, 2, 0.2, 8);
	struct ho_slice *two = made.table.labels, names[LABELS];
	struct ho_out_of_fold f;
	uint32_t rows[LABELS] = {0};
	for (size_t k = 0; k < LABELS; k++)
		names[k] = two[0];
	for (size_t i = 0; i < N; i++)
		made.table.label[i] = (uint32_t)(i * 7 % LABELS);
	made.table.labels = names;
	made.table.label_count = LABELS;
	first_model(&f, &made, (struct ho_out_of_fold_options){.rows_max = SAMPLE, .threads = 1});
	assert_int_equal(f.n, SAMPLE);
	assert_in_range(f.K, 2, SAMPLE);
	for (size_t i = 0; i < f.n; i++) {
		assert_true(f.label[i] < f.K);
		assert_int_equal(f.label_map[f.label[i]], made.table.label[f.row[i]]);
		rows[f.label[i]]++;
	}
	for (uint32_t k = 0; k < f.K; k++)
		assert_true(rows[k] > 0 && (k == 0 || f.label_map[k] > f.label_map[k - 1]));
	ho_out_of_fold_release(&f);
	made.table.labels = two;
	made_free(&made);
}

static void what_cannot_be_learnt_from_is_refused(void **state)
{
	(void)state;
	struct made made = made_texts(60, 2, 0.2, 9);
	struct ho_out_of_fold f;
	struct ho_out_of_fold_options options = {.folds = 11};
	struct ho_error err;
	assert_int_equal(ho_out_of_fold(&f, &made.table, &options, &err), HO_EINVAL);
	options.folds = 2;
	for (size_t i = 0; i < 60; i++)
		made.table.text[i] = made.table.text[0];
	assert_int_equal(ho_out_of_fold(&f, &made.table, &options, &err), HO_EFORMAT);
	assert_null(f.probability);
	for (size_t i = 0; i < 60; i++)
		made.table.label[i] = 1;
	assert_int_equal(ho_out_of_fold(&f, &made.table, &options, &err), HO_EFORMAT);
	for (size_t i = 0; i < 60; i++)
		made.table.label[i] = HO_LABEL_NONE;
	assert_int_equal(ho_out_of_fold(&f, &made.table, &options, &err), HO_EFORMAT);
	uint32_t *label = made.table.label;
	made.table.label = NULL;
	assert_int_equal(ho_out_of_fold(&f, &made.table, &options, &err), HO_EFORMAT);
	made.table.label = label;
	made_free(&made);
}

/* Two texts of ten rows each: a fold can hold half of everything, and a label can be missing from a fold. */
static void odd_data_do_no_harm(void **state)
{
	(void)state;
	struct made made = made_texts(20, 5, 0.2, 10);
	struct ho_out_of_fold f;
	for (size_t i = 0; i < 20; i++) {
		made.table.text[i] = made.table.text[i % 2];
		made.table.label[i] = i < 5 ? (uint32_t)i : 0; /* four labels of one row */
	}
	first_model(&f, &made, (struct ho_out_of_fold_options){.threads = 1});
	for (size_t a = 0; a < f.n * f.K; a++)
		assert_true(isfinite(f.probability[a]));
	assert_int_equal(f.tested, 2);
	ho_out_of_fold_release(&f);
	made_free(&made);
}

static enum ho_status attempt_first_model(void *context)
{
	const struct made *made = context;
	struct ho_out_of_fold f;
	struct ho_error err;
	const struct ho_out_of_fold_options options = {.threads = 1, .folds = 2};
	enum ho_status status = ho_out_of_fold(&f, &made->table, &options, &err);
	if (status)
		assert_null(f.probability);
	ho_out_of_fold_release(&f);
	return status;
}

static void every_failed_allocation_is_survived(void **state)
{
	(void)state;
	struct made made = made_texts(90, 2, 0.3, 11);
	walk_failures(attempt_first_model, &made);
	made_free(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same_on_any_number_of_threads),
	    cmocka_unit_test(rows_without_labels_are_left_out_and_the_rest_is_in_order),
	    cmocka_unit_test(copies_give_nothing_away),
	    cmocka_unit_test(learning_is_seen_and_probabilities_are_honest),
	    cmocka_unit_test(a_sample_keeps_the_shares_of_labels),
	    cmocka_unit_test(labels_that_a_sample_has_lost_are_left_out),
	    cmocka_unit_test(what_cannot_be_learnt_from_is_refused),
	    cmocka_unit_test(odd_data_do_no_harm),
	    cmocka_unit_test(every_failed_allocation_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
