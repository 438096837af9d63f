/* The figures of judge against scikit-learn, SciPy and statsmodels: tests/ref/judge.py wrote judge.txt. */
#include "unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/calibration.h"
#include "judge/eprocess.h"
#include "judge/metrics.h"
#include "judge/significance.h"

#define ROWS 80
#define K 3

static double probabilities[ROWS * K], confidence[ROWS], logits[ROWS * K];
static uint32_t truth[ROWS], predicted[ROWS];
static uint8_t wrong[ROWS], right[ROWS];
static char text[32768];

static void close_to(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance * (1 + fabs(want))))
		fail_msg("got %.15g, want %.15g", got, want);
}

/* The `count` numbers after `name` at the start of the `nth` line that has it. */
static void want(double *out, const char *name, int nth, size_t count)
{
	char key[80];
	const char *at = text;
	(void)snprintf(key, sizeof key, "\n%s ", name);
	for (int i = 0; i <= nth; i++) {
		at = strstr(at, key);
		if (!at)
			fail_msg("no line %d of %s", nth, name);
		at += strlen(key);
	}
	for (size_t i = 0; i < count; i++) {
		char *end;
		out[i] = strtod(at, &end);
		assert_true(end != at);
		at = end;
	}
}

static double want1(const char *name)
{
	double value;
	want(&value, name, 0, 1);
	return value;
}

static int read_reference(void **state)
{
	(void)state;
	FILE *in = fopen("ref/judge.txt", "r");
	assert_non_null(in);
	text[fread(text, 1, sizeof text - 1, in)] = 0;
	assert_true(feof(in));
	(void)fclose(in);
	for (int i = 0; i < ROWS; i++) {
		double row[1 + K];
		want(row, "row", i, 1 + K);
		truth[i] = (uint32_t)row[0];
		predicted[i] = 0;
		for (uint32_t k = 0; k < K; k++) {
			probabilities[i * K + (int)k] = row[1 + k];
			logits[i * K + (int)k] = log(row[1 + k]);
			if (row[1 + k] > row[1 + predicted[i]])
				predicted[i] = k;
		}
		confidence[i] = row[1 + predicted[i]];
		wrong[i] = predicted[i] != truth[i];
		right[i] = !wrong[i];
	}
	return 0;
}

static void metrics_agree(void **state)
{
	(void)state;
	struct ho_error err;
	uint64_t confusion[K * K];
	struct ho_label_metrics labels[K];
	struct ho_ranked ranked[ROWS];
	assert_ok(ho_metrics_confusion(confusion, truth, predicted, ROWS, K, &err), &err);
	close_to(ho_metrics_accuracy(confusion, K), want1("accuracy"), 1e-14);
	ho_metrics_per_label(labels, confusion, K);
	for (int k = 0; k < K; k++) {
		char name[32];
		double w[4];
		(void)snprintf(name, sizeof name, "label%d", k);
		want(w, name, 0, 4);
		close_to(labels[k].precision, w[0], 1e-14);
		close_to(labels[k].recall, w[1], 1e-14);
		close_to(labels[k].f1, w[2], 1e-14);
		assert_int_equal(labels[k].n, w[3]);
	}
	close_to(ho_metrics_macro_f1(labels, K), want1("macro_f1"), 1e-14);
	close_to(ho_metrics_log_loss(probabilities, truth, ROWS, K), want1("log_loss"), 1e-12);
	close_to(ho_metrics_brier(probabilities, truth, ROWS, K), want1("brier"), 1e-13);
	close_to(ho_metrics_ece(confidence, wrong, ROWS).plug_in, want1("ece"), 1e-13);
	ho_metrics_rank(ranked, confidence, wrong, ROWS);
	struct ho_aurc a = ho_metrics_aurc(ranked, ROWS);
	close_to(a.aurc, want1("aurc_shuffled"), 3e-4); /* the mean of 20,000 random orders of the ties */
	close_to(a.aurc - a.e_aurc, want1("aurc_oracle"), 1e-13);
	ho_metrics_rank(ranked, confidence, right, ROWS);
	close_to(ho_metrics_auroc(ranked, ROWS), want1("auroc"), 1e-13);
}

static void calibration_agrees(void **state)
{
	(void)state;
	struct ho_error err;
	double t, w[29];
	struct ho_platt platt;
	assert_ok(ho_temperature_fit(&t, logits, truth, ROWS, K, &err), &err);
	close_to(t, want1("temperature"), 1e-6);
	assert_ok(ho_platt_fit(&platt, confidence, right, ROWS, &err), &err);
	want(w, "platt", 0, 2);
	close_to(platt.a, w[0], 1e-6);
	close_to(platt.b, w[1], 1e-6);
}

static void intervals_agree(void **state)
{
	(void)state;
	static const uint64_t cases[][2] = {{0, 10}, {3, 11}, {80, 100}, {10, 10}, {999, 20000}};
	static const uint64_t sequences[][2] = {{0, 50}, {3, 200}, {40, 1000}, {1000, 1000}};
	char name[64];
	double w[7];
	for (int i = 0; i < 5; i++) {
		unsigned k = (unsigned)cases[i][0], n = (unsigned)cases[i][1];
		(void)snprintf(name, sizeof name, "wilson_%u_%u", k, n);
		want(w, name, 0, 2);
		struct ho_interval interval = ho_wilson_interval(k, n, 0.95);
		close_to(interval.lo, w[0], 1e-12);
		close_to(interval.hi, w[1], 1e-12);
		(void)snprintf(name, sizeof name, "exact_%u_%u", k, n);
		want(w, name, 0, 2);
		interval = ho_binomial_interval(k, n, 0.95);
		close_to(interval.lo, w[0], 1e-12);
		close_to(interval.hi, w[1], 1e-12);
	}
	for (int i = 0; i < 4; i++) {
		unsigned k = (unsigned)sequences[i][0], n = (unsigned)sequences[i][1];
		(void)snprintf(name, sizeof name, "sequence_%u_%u", k, n);
		want(w, name, 0, 2);
		struct ho_interval interval = ho_confidence_sequence(k, n, 0.05);
		close_to(interval.lo, w[0], 1e-8);
		close_to(interval.hi, w[1], 1e-8);
	}
	for (int i = 0; i < 8; i++) {
		want(w, "quantile", i, 2);
		close_to(ho_normal_quantile(w[0]), w[1], 1e-13);
	}
}

static void paired_tests_agree(void **state)
{
	(void)state;
	static const uint64_t cases[][2] = {{3, 11}, {0, 6}, {40, 61}, {500, 431}};
	char name[64];
	double w[7];
	for (int i = 0; i < 4; i++) {
		const struct ho_paired counts = {7, cases[i][0], cases[i][1], 9};
		(void)snprintf(name, sizeof name, "mcnemar_%u_%u", (unsigned)cases[i][0], (unsigned)cases[i][1]);
		want(w, name, 0, 1);
		close_to(ho_mcnemar_exact(counts), w[0], 1e-12);
	}
	for (int i = 0; i < 4; i++) {
		want(w, "newcombe", i, 7);
		/* Its first shares are (e + f) / n and (e + g) / n; ours is second less first. */
		const struct ho_paired counts = {(uint64_t)w[0], (uint64_t)w[2], (uint64_t)w[1], (uint64_t)w[3]};
		struct ho_difference d = ho_paired_difference(counts, 0.95);
		close_to(d.difference, w[4], 1e-13);
		close_to(d.interval.lo, w[5], 1e-12);
		close_to(d.interval.hi, w[6], 1e-12);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(metrics_agree),
	    cmocka_unit_test(calibration_agrees),
	    cmocka_unit_test(intervals_agree),
	    cmocka_unit_test(paired_tests_agree),
	};
	return cmocka_run_group_tests(tests, read_reference, NULL);
}
