/* Closed forms, invariances and refusals of metrics, significance, calibration, learning curve and monitor. */
#include "unit/unit.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/rng.h"
#include "judge/calibration.h"
#include "judge/conformal.h"
#include "judge/eprocess.h"
#include "judge/learning_curve.h"
#include "judge/metrics.h"
#include "judge/significance.h"

static void near(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("got %.15g, want %.15g", got, want);
}

static void ranking_figures_have_closed_forms(void **state)
{
	(void)state;
	struct ho_ranked ranked[8];
	struct ho_risk_point curve[8];
	/* Perfect ranking of 2 errors in 5: AURC = (1/4 + 2/5) / 5, nothing to gain. */
	const double descending[] = {5, 4, 3, 2, 1};
	const uint8_t last_two[] = {0, 0, 0, 1, 1};
	ho_metrics_rank(ranked, descending, last_two, 5);
	struct ho_aurc a = ho_metrics_aurc(ranked, 5);
	near(a.aurc, (0.25 + 0.4) / 5, 1e-15);
	near(a.e_aurc, 0, 1e-15);
	near(ho_metrics_auroc(ranked, 5), 0, 1e-15); /* the wrong ones score lower than all others */
	/* All tied: every prefix has the overall rate, and only "all" can be accepted. */
	const double tied[] = {1, 1, 1, 1, 1};
	double threshold = -1;
	ho_metrics_rank(ranked, tied, last_two, 5);
	near(ho_metrics_aurc(ranked, 5).aurc, 0.4, 1e-15);
	near(ho_metrics_auroc(ranked, 5), 0.5, 1e-15);
	assert_true(ho_metrics_coverage_at_error(&threshold, ranked, 5, 0.3) == 0 && threshold == -1);
	assert_true(ho_metrics_coverage_at_error(&threshold, ranked, 5, 0.4) == 1 && threshold == 1);
	/* Ties across the best cut: {3} right, {2, 2} one wrong, {1} right. */
	const double scores[] = {2, 3, 1, 2};
	const uint8_t wrong[] = {1, 0, 0, 0};
	ho_metrics_rank(ranked, scores, wrong, 4);
	assert_int_equal(ranked[0].item, 1);
	assert_int_equal(ho_metrics_risk_coverage(curve, ranked, 4), 3);
	assert_true(curve[1].n == 3 && curve[1].k == 1 && curve[1].coverage == 0.75 && curve[2].risk == 0.25);
	near(ho_metrics_aurc(ranked, 4).aurc, (0 + 0.25 + 1.0 / 3 + 0.25) / 4, 1e-15);
	assert_true(ho_metrics_coverage_at_error(&threshold, ranked, 4, 0.25) == 1);
	assert_true(ho_metrics_coverage_at_error(&threshold, ranked, 4, 0.2) == 0.25 && threshold == 3);
	/* A score that is no number is the least sure. */
	const double odd[] = {NAN, 1, NAN, 2};
	ho_metrics_rank(ranked, odd, NULL, 4);
	assert_true(ranked[0].item == 3 && ranked[2].item == 0 && ranked[3].item == 2);
	assert_true(ho_metrics_aurc(ranked, 0).aurc == 0);
}

static void confusion_refuses_and_absent_labels_do_not_count(void **state)
{
	(void)state;
	struct ho_error err;
	const uint32_t truth[] = {0, 0, 1}, predicted[] = {0, 1, 1}, beyond[] = {0, 0, 3};
	uint64_t confusion[9];
	struct ho_label_metrics labels[3];
	assert_ok(ho_metrics_confusion(confusion, truth, predicted, 3, 3, &err), &err);
	assert_true(confusion[0] == 1 && confusion[1] == 1 && confusion[4] == 1);
	ho_metrics_per_label(labels, confusion, 3);
	near(ho_metrics_macro_f1(labels, 3), 2.0 / 3, 1e-15); /* label 2 neither occurs nor is predicted */
	assert_int_equal(ho_metrics_confusion(confusion, truth, beyond, 3, 3, &err), HO_EINVAL);
	assert_int_equal(confusion[0], 0);
	const double certain[] = {0, 1, 0};
	const uint32_t zero = 0;
	near(ho_metrics_log_loss(certain, &zero, 1, 3), -log(1e-15), 1e-12);
	near(ho_metrics_brier(certain, &zero, 1, 3), 2, 1e-15);
}

static void ece_knows_its_own_noise(void **state)
{
	(void)state;
	static double confidence[1000];
	static uint8_t wrong[1000];
	struct ho_rng rng = ho_rng_seed(1, 0);
	double plug_in = 0, noise = 0, debiased = 0, miscalibrated = 0;
	for (int r = 0; r < 300; r++) {
		for (int i = 0; i < 1000; i++) {
			confidence[i] = 1 - 0.5 * pow(ho_rng_uniform(&rng), 3);
			wrong[i] = ho_rng_uniform(&rng) >= confidence[i];
		}
		struct ho_ece e = ho_metrics_ece(confidence, wrong, 1000);
		plug_in += e.plug_in / 300;
		noise += e.noise / 300;
		debiased += e.debiased / 300;
		for (int i = 0; i < 1000; i++)
			wrong[i] = ho_rng_uniform(&rng) >= confidence[i] - 0.1;
		miscalibrated += ho_metrics_ece(confidence, wrong, 1000).debiased / 300;
	}
	near(plug_in, 0.021, 0.002); /* methods of the field: 0.021 at n = 1,000 */
	near(noise, plug_in, 0.001);
	assert_true(debiased < 0.65 * plug_in);
	near(miscalibrated, 0.1, 0.01);
}

static void significance_has_closed_forms(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_difference d;
	double a[200], b[200];
	assert_true(ho_mcnemar_exact((struct ho_paired){5, 0, 0, 5}) == 1);
	near(ho_mcnemar_exact((struct ho_paired){0, 0, 6, 0}), 2 * pow(0.5, 6), 1e-15);
	near(ho_permutation_p(0, 99), 0.01, 1e-15);
	const uint8_t wrong_a[] = {0, 0, 1, 1, 0}, wrong_b[] = {0, 1, 0, 1, 1};
	struct ho_paired c = ho_paired_count(wrong_a, wrong_b, 5);
	assert_true(c.both == 1 && c.only_a == 2 && c.only_b == 1 && c.neither == 1);
	near(ho_paired_difference(c, 0.95).difference, -0.2, 1e-15);
	struct ho_difference one = ho_paired_difference((struct ho_paired){50, 9, 4, 7}, 0.9);
	struct ho_difference other = ho_paired_difference((struct ho_paired){50, 4, 9, 7}, 0.9);
	near(one.interval.lo, -other.interval.hi, 1e-14); /* exchanging a and b turns the sign */
	struct ho_rng rng = ho_rng_seed(2, 0);
	double sum = 0, squares = 0;
	for (int i = 0; i < 200; i++) {
		a[i] = ho_rng_uniform(&rng);
		b[i] = a[i] + ho_rng_uniform(&rng);
		sum += b[i] - a[i];
		squares += (b[i] - a[i]) * (b[i] - a[i]);
	}
	double se = sqrt((squares / 200 - sum * sum / 40000) / 200);
	assert_ok(ho_paired_bootstrap(&d, a, b, 200, 0.95, 2000, 1, &err), &err);
	near(d.difference, sum / 200, 1e-14);
	near(d.interval.lo, sum / 200 - 1.96 * se, 0.3 * se);
	near(d.interval.hi, sum / 200 + 1.96 * se, 0.3 * se);
	assert_int_equal(ho_paired_bootstrap(&d, a, b, 0, 0.95, 2000, 1, &err), HO_EINVAL);
	ho_alloc_fail_at(1);
	assert_int_equal(ho_paired_bootstrap(&d, a, b, 200, 0.95, 2000, 1, &err), HO_ENOMEM);
	ho_alloc_fail_at(0);
}

static void learning_curve_recovers_what_made_it(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_learning_curve curve;
	struct ho_learning_forecast f;
	struct ho_learning_point points[6];
	for (int i = 0; i < 6; i++) {
		double rows = 250 * pow(2, i), error = 0.05 + 2 * pow(rows, -0.5);
		points[i] = (struct ho_learning_point){rows, (uint64_t)(error * 1e9), 1000000000};
	}
	assert_ok(ho_learning_curve_fit(&curve, points, 6, &err), &err);
	assert_true(curve.known);
	near(ho_learning_curve_at(&curve, 16000), 0.05 + 2 / sqrt(16000), 2e-3);
	near(curve.c, 0.5, 0.05);
	assert_ok(ho_learning_curve_forecast(&f, points, 2, 16000, 0.9, 1, &err), &err);
	assert_false(f.known);
	points[1].rows = points[0].rows; /* three points, two sizes */
	assert_ok(ho_learning_curve_fit(&curve, points, 3, &err), &err);
	assert_true(!curve.known && isnan(ho_learning_curve_at(&curve, 100)));
	points[2].errors = points[2].tested + 1;
	assert_int_equal(ho_learning_curve_fit(&curve, points, 3, &err), HO_EINVAL);
	/* Worse with more data: the curve stays flat, it does not rise. */
	const struct ho_learning_point rising[] = {{100, 10, 100}, {200, 15, 100}, {400, 20, 100}};
	assert_ok(ho_learning_curve_fit(&curve, rising, 3, &err), &err);
	assert_true(curve.b == 0 && curve.a > 0.1 && curve.a < 0.2);
}

static void learning_curve_interval_covers(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_learning_forecast f, again;
	int covered = 0;
	double start = ho_clock_seconds();
	for (uint64_t r = 0; r < 100; r++) {
		struct ho_rng rng = ho_rng_seed(r, 3);
		struct ho_learning_point points[5];
		for (int i = 0; i < 5; i++) {
			double rows = 500 * pow(2, i), error = 0.08 + 1.5 * pow(rows, -0.45);
			points[i] = (struct ho_learning_point){rows, 0, 1000};
			for (int t = 0; t < 1000; t++)
				points[i].errors += ho_rng_uniform(&rng) < error;
		}
		assert_ok(ho_learning_curve_forecast(&f, points, 5, 16000, 0.9, 1, &err), &err);
		assert_true(f.interval.lo <= f.error && f.error <= f.interval.hi);
		double truth = 0.08 + 1.5 * pow(16000, -0.45);
		covered += f.interval.lo <= truth && truth <= f.interval.hi;
		assert_ok(ho_learning_curve_forecast(&again, points, 5, 16000, 0.9, 1, &err), &err);
		assert_memory_equal(&f, &again, sizeof f);
	}
	printf("learning curve: 90%% interval covered %d of 100; %.2f ms each\n", covered,
	       (ho_clock_seconds() - start) * 1000 / 200);
	assert_true(covered >= 78);
}

static double platt_at(struct ho_platt map, double score)
{
	return 1 / (1 + exp(map.a * score + map.b));
}

static void calibration_survives_extremes(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_platt platt;
	double t, scores[] = {-3000, -1, 1, 3000}, equal[] = {2, 2, 2, 2}, bad[] = {0.5, NAN};
	const uint8_t separable[] = {0, 0, 1, 1}, one_kind[] = {1, 1, 1, 1};
	assert_ok(ho_platt_fit(&platt, scores, separable, 4, &err), &err);
	assert_true(platt_at(platt, 3000) > 0.7 && platt_at(platt, -3000) < 0.3);
	assert_ok(ho_platt_fit(&platt, scores, one_kind, 4, &err), &err);
	near(platt_at(platt, 0), 5.0 / 6, 0.01); /* the target (4 + 1) / (4 + 2) */
	assert_ok(ho_platt_fit(&platt, equal, separable, 4, &err), &err);
	near(platt_at(platt, 2), 0.5, 1e-9);
	assert_int_equal(ho_platt_fit(&platt, bad, separable, 2, &err), HO_EINVAL);
	const double logits[] = {1, -1, 1, -1};
	const uint32_t right[] = {0, 0}, wrong[] = {1, 1}, beyond[] = {0, 2};
	assert_ok(ho_temperature_fit(&t, logits, right, 2, 2, &err), &err);
	assert_true(t <= HO_TEMPERATURE_MIN * 1.5);
	assert_ok(ho_temperature_fit(&t, logits, wrong, 2, 2, &err), &err);
	near(t, HO_TEMPERATURE_MAX, 1);
	assert_int_equal(ho_temperature_fit(&t, logits, beyond, 2, 2, &err), HO_EINVAL);
	double out[] = {1, 2, 2, -800, 1};
	assert_int_equal(ho_softmax(out, 5), 1); /* the first of equals */
	near(out[1], 1 / (2 + 2 * exp(-1)), 1e-15);
	near(out[0] / out[2], exp(-1), 1e-15);
	near(out[3], 0, 0);
}

static void conformal_p_counts(void **state)
{
	(void)state;
	float scores[] = {3, 1, 2, 2};
	ho_conformal_sort(scores, 4);
	near(ho_conformal_p(scores, 4, 0), 1, 0);
	near(ho_conformal_p(scores, 4, 2), 4.0 / 5, 1e-15);
	near(ho_conformal_p(scores, 4, 2.5), 2.0 / 5, 1e-15);
	near(ho_conformal_p(scores, 4, 4), 1.0 / 5, 1e-15);
	near(ho_conformal_p(scores, 4, NAN), 1.0 / 5, 1e-15);
	near(ho_conformal_p(scores, 0, 4), 1, 0);
}

static void eprocess_is_the_mixture_it_claims(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_eprocess e, inert;
	static const double q[] = {1.25, 1.5, 2, 3, 5, 10};
	assert_ok(ho_eprocess_init(&e, 0.02, 0.05, 1, &err), &err);
	double wealth = 0;
	for (int i = 0; i < 300; i++)
		assert_ok(ho_eprocess_audit(&e, i % 30 == 0, 1, &err), &err);
	for (int i = 0; i < 6; i++) /* at pi = 1: likelihood ratios, 10 errors in 300 */
		wealth += pow(q[i], 10) * pow((1 - 0.02 * q[i]) / 0.98, 290) / 6;
	near(ho_eprocess_log(&e), log(wealth), 1e-11);
	assert_true(e.audits == 300 && e.wrong == 10 && e.weighted_wrong == 10);
	assert_true(ho_eprocess_p(&e) <= 1 / wealth + 1e-12 && !ho_eprocess_alarm(&e));
	for (int i = 0; i < 10; i++)
		assert_ok(ho_eprocess_audit(&e, true, 1, &err), &err);
	assert_true(ho_eprocess_alarm(&e));
	ho_eprocess_skip(&e, 100000);
	assert_true(ho_eprocess_alarm(&e)); /* an alarm stays */
	/* A certain decline of answers that were never audited is one multiplication. */
	assert_ok(ho_eprocess_init(&e, 0.02, 0.05, 0.1, &err), &err);
	inert = e;
	for (int i = 0; i < 50; i++)
		ho_eprocess_skip(&e, 1);
	ho_eprocess_skip(&inert, 50);
	near(ho_eprocess_log(&e), ho_eprocess_log(&inert), 1e-12);
	assert_int_equal(ho_eprocess_audit(&e, true, 0, &err), HO_EINVAL);
	assert_int_equal(ho_eprocess_init(&e, 0, 0.05, 1, &err), HO_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ranking_figures_have_closed_forms),
	    cmocka_unit_test(confusion_refuses_and_absent_labels_do_not_count),
	    cmocka_unit_test(ece_knows_its_own_noise),
	    cmocka_unit_test(significance_has_closed_forms),
	    cmocka_unit_test(learning_curve_recovers_what_made_it),
	    cmocka_unit_test(learning_curve_interval_covers),
	    cmocka_unit_test(calibration_survives_extremes),
	    cmocka_unit_test(conformal_p_counts),
	    cmocka_unit_test(eprocess_is_the_mixture_it_claims),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
