/* Confident learning: by hand, against cleanlab (tests/ref/confident.py), and in worlds whose answer is known. */
#include "unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "judge/confident.h"

/*
 * Six rows of two labels. Thresholds: label 0 (.9 + .8 + .2) / 3 = .6333, label 1 (.7 + .6 + .9) / 3 = .7333. Row 2 is
 * given 0 and confidently 1 (.8); rows 3 and 4 reach no threshold and count for nothing. Counts: 0 -> 0 twice, 0 -> 1
 * once, 1 -> 1 once; scaled to three rows each: 2, 1 and 0, 3.
 */
static const float small[] = {0.9F, 0.1F, 0.8F, 0.2F, 0.2F, 0.8F, 0.3F, 0.7F, 0.4F, 0.6F, 0.1F, 0.9F};
static const uint32_t small_given[] = {0, 0, 0, 1, 1, 1};

static void by_hand(void **state)
{
	(void)state;
	struct ho_confident c;
	struct ho_error err;
	assert_ok(ho_confident_joint(&c, small, small_given, 6, 2, &err), &err);
	assert_true(fabs(c.threshold[0] - 1.9 / 3) < 1e-6 && fabs(c.threshold[1] - 2.2 / 3) < 1e-6);
	const uint64_t want[] = {2, 1, 0, 3};
	assert_memory_equal(c.joint, want, sizeof want);
	assert_int_equal(c.wrong, 1);
	uint8_t flag[6];
	size_t flagged;
	assert_ok(ho_confident_prune(flag, &flagged, &c, small, small_given, 6, &err), &err);
	assert_int_equal(flagged, 1);
	assert_int_equal(flag[2], 1);
	/* Row 2: equal mistakes 1/6; the joint's chance that a text of label 1 is given 0 is 1/4, of label 0 it is 1.
	 */
	double doubt[6];
	uint32_t suggested[6];
	assert_ok(ho_confident_doubt(doubt, suggested, &c, small, small_given, 6, &err), &err);
	double other = 0.8 * (0.1 * 0.25 + 0.9 / 6), own = 0.2 * (0.1 * 1 + 0.9 * 5 / 6);
	assert_true(fabs(doubt[2] - other / (other + own)) < 1e-6);
	assert_int_equal(suggested[2], 1);
	for (int i = 0; i < 6; i++)
		assert_true(i == 2 || doubt[i] < doubt[2]);
	ho_confident_release(&c);
}

enum { N = 240, K = 4 };
static char text[40000];

/* The numbers after `name`. */
static void numbers(double *out, const char *name, size_t n)
{
	char key[32];
	(void)snprintf(key, sizeof key, "\n%s ", name);
	char *at = strstr(text, key);
	assert_non_null(at);
	at += strlen(key);
	for (size_t i = 0; i < n; i++)
		out[i] = strtod(at, &at);
}

static void as_cleanlab_has_it(void **state)
{
	(void)state;
	static float p[N * K];
	static uint32_t given[N], suggested[N];
	static double want[N], doubt[N];
	static uint8_t flag[N];
	struct ho_confident c;
	struct ho_error err;
	size_t flagged, n = 0;
	FILE *file = fopen("ref/confident.txt", "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof text - 1, file)] = 0;
	(void)fclose(file);
	for (char *at = text; (at = strstr(at, "\nrow ")) != NULL; n++) {
		given[n] = (uint32_t)strtol(at + 5, &at, 10);
		for (int k = 0; k < K; k++)
			p[n * K + k] = (float)strtod(at, &at);
	}
	assert_int_equal(n, N);
	assert_ok(ho_confident_joint(&c, p, given, N, K, &err), &err);
	numbers(want, "joint", K * K);
	for (int a = 0; a < K * K; a++)
		assert_int_equal(c.joint[a], want[a]);
	assert_ok(ho_confident_prune(flag, &flagged, &c, p, given, N, &err), &err);
	numbers(want, "flag", N);
	for (int i = 0; i < N; i++)
		assert_int_equal(flag[i], want[i]);
	assert_ok(ho_confident_doubt(doubt, suggested, &c, p, given, N, &err), &err);
	numbers(want, "doubt", N);
	for (int i = 0; i < N; i++)
		assert_true(fabs(doubt[i] - want[i]) < 1e-5);
	numbers(want, "suggested", N);
	for (int i = 0; i < N; i++)
		assert_int_equal(suggested[i], want[i]);
	ho_confident_release(&c);
}

/* n rows of three labels: a model that is right and sure of `sure` and guesses evenly else; `wrong` of the labels are
 * another one. */
static void make(float *p, uint32_t *given, size_t n, double sure, double wrong, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, 5);
	for (size_t i = 0; i < n; i++) {
		uint32_t truth = (uint32_t)ho_rng_below(&rng, 3);
		bool is_sure = ho_rng_uniform(&rng) < sure;
		double jitter = ho_rng_uniform(&rng) * 0.05;
		for (uint32_t k = 0; k < 3; k++)
			p[i * 3 + k] = is_sure ? (float)(k == truth ? 0.9 + jitter : (0.1 - jitter) / 2) : 1 / 3.0F;
		given[i] = ho_rng_uniform(&rng) < wrong ? (truth + 1 + (uint32_t)ho_rng_below(&rng, 2)) % 3 : truth;
	}
}

static void no_errors_are_found_where_there_are_none(void **state)
{
	(void)state;
	enum { ROWS = 3000 };
	static float p[ROWS * 3];
	static uint32_t given[ROWS];
	static uint8_t flag[ROWS];
	struct ho_confident c;
	struct ho_surest s;
	struct ho_error err;
	size_t flagged;
	make(p, given, ROWS, 1, 0, 1);
	assert_ok(ho_confident_joint(&c, p, given, ROWS, 3, &err), &err);
	assert_int_equal(c.wrong, 0);
	assert_ok(ho_confident_prune(flag, &flagged, &c, p, given, ROWS, &err), &err);
	assert_int_equal(flagged, 0);
	assert_ok(ho_confident_surest(&s, p, given, NULL, ROWS, 3, &err), &err);
	assert_true(s.k == 0 && s.n >= 290 && s.interval.hi < 0.02);
	ho_confident_release(&c);
}

/* A weak model makes the joint too large; the surest texts are right about the share all the same. */
static void the_surest_texts_tell_the_share_even_of_a_weak_model(void **state)
{
	(void)state;
	enum { ROWS = 6000, WORLDS = 60 };
	static float p[ROWS * 3];
	static uint32_t given[ROWS];
	struct ho_error err;
	unsigned inside = 0;
	for (uint64_t world = 0; world < WORLDS; world++) {
		struct ho_surest s;
		make(p, given, ROWS, 0.4, 0.08, world);
		assert_ok(ho_confident_surest(&s, p, given, NULL, ROWS, 3, &err), &err);
		inside += s.interval.lo <= 0.08 && 0.08 <= s.interval.hi;
	}
	assert_true(inside >= 51); /* 95% of 60 is 57; P(fewer than 51) < 0.001 */
}

/* Two labels that texts tell by degrees, honestly: the surer, the more often right. No label is wrong there. */
static void make_hard(float *p, uint32_t *given, size_t n, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, 7);
	for (size_t i = 0; i < n; i++) {
		double z = 0;
		for (int k = 0; k < 12; k++) /* nearly normal */
			z += ho_rng_uniform(&rng) - 0.5;
		p[2 * i + 1] = (float)(1 / (1 + exp(-z)));
		p[2 * i] = 1 - p[2 * i + 1];
		given[i] = ho_rng_uniform(&rng) < (double)p[2 * i + 1];
	}
}

/* Hard texts are not wrong labels: on the surer half of the surest a model errs less, while wrong labels are as many.
 */
static void hard_texts_are_told_from_wrong_labels(void **state)
{
	(void)state;
	enum { ROWS = 20000, WORLDS = 40 };
	static float p[ROWS * 3];
	static uint32_t given[ROWS];
	struct ho_error err;
	unsigned hard = 0, noisy = 0;
	for (uint64_t world = 0; world < WORLDS; world++) {
		struct ho_surest s;
		make_hard(p, given, ROWS, world);
		assert_ok(ho_confident_surest(&s, p, given, NULL, ROWS, 2, &err), &err);
		hard += s.falling;
		assert_true(s.half_k <= s.k && s.half_n * 2 <= s.n);
		make(p, given, ROWS, 0.5, 0.12, world);
		assert_ok(ho_confident_surest(&s, p, given, NULL, ROWS, 3, &err), &err);
		noisy += s.falling;
	}
	assert_true(hard >= 32);
	assert_true(noisy <= 6); /* 5% of 40 is 2; P(more than 6) < 0.004 */
}

/* Clean labels, forty of them with a dozen rows each, half of which say nothing: the model's own mistakes on those are
 * no wrong labels. */
static void what_a_model_guesses_it_is_not_sure_of(void **state)
{
	(void)state;
	enum { LABELS = 40, EACH = 12, ROWS = LABELS * EACH };
	static float p[ROWS * LABELS];
	static uint32_t given[ROWS];
	struct ho_surest s;
	struct ho_error err;
	for (uint32_t i = 0; i < ROWS; i++) {
		uint32_t answer = given[i] = i % LABELS;
		bool is_sure = i / LABELS % 2 == 0;
		if (!is_sure)
			answer = (given[i] + 1 + i / LABELS) % LABELS;
		for (uint32_t k = 0; k < LABELS; k++)
			p[i * LABELS + k] =
			    k == answer ? (is_sure ? 0.9F : 0.2F) : (is_sure ? 0.1F : 0.8F) / (LABELS - 1);
	}
	assert_ok(ho_confident_surest(&s, p, given, NULL, ROWS, LABELS, &err), &err);
	assert_in_range(s.n, 100, 200);
	assert_int_equal(s.k, 0);
	/* A model that is sure of nothing tells nothing. */
	for (uint32_t i = 0; i < ROWS * LABELS; i++)
		p[i] = 1.0F / LABELS;
	assert_ok(ho_confident_surest(&s, p, given, NULL, ROWS, LABELS, &err), &err);
	assert_int_equal(s.n, 0);
	assert_true(s.interval.lo <= 0 && s.interval.hi >= 1);
}

static void rows_that_do_not_count_are_left_out(void **state)
{
	(void)state;
	const uint8_t with[] = {1, 0, 1, 0, 1, 1}, without[] = {1, 0, 1, 0, 1, 0};
	struct ho_surest s;
	struct ho_error err;
	/* A third of each label's predictions: of the three of label 1 the surest is row 5, which has that label;
	 * without it the surest is row 2, which has not. */
	assert_ok(ho_confident_surest(&s, small, small_given, with, 6, 2, &err), &err);
	assert_true(s.n == 2 && s.k == 0);
	assert_ok(ho_confident_surest(&s, small, small_given, without, 6, 2, &err), &err);
	assert_true(s.n == 2 && s.k == 1);
}

static void odd_input(void **state)
{
	(void)state;
	struct ho_confident c;
	struct ho_error err;
	assert_int_equal(ho_confident_joint(&c, small, small_given, 0, 2, &err), HO_EINVAL);
	assert_int_equal(ho_confident_joint(&c, small, small_given, 6, 1, &err), HO_EINVAL);
	const uint32_t beyond[] = {0, 0, 2, 1, 1, 1};
	assert_int_equal(ho_confident_joint(&c, small, beyond, 6, 2, &err), HO_EINVAL);
	assert_null(c.joint);
	/* A label that no row has is never guessed, however likely. */
	const float p[] = {0.1F, 0.1F, 0.8F, 0.2F, 0.7F, 0.1F, 0.6F, 0.3F, 0.1F};
	const uint32_t given[] = {0, 1, 0};
	assert_ok(ho_confident_joint(&c, p, given, 3, 3, &err), &err);
	assert_int_equal(c.joint[2] + c.joint[5] + c.joint[8], 0);
	assert_int_equal(c.joint[0] + c.joint[1], 2);
	ho_confident_release(&c);
}

static void every_failed_allocation_is_survived(void **state)
{
	(void)state;
	enum ho_status status = HO_ENOMEM;
	for (long nth = 1; status; nth++) {
		struct ho_confident c;
		struct ho_surest s;
		uint8_t flag[6];
		double doubt[6];
		uint32_t suggested[6];
		size_t flagged;
		ho_alloc_fail_at(nth);
		status = ho_confident_joint(&c, small, small_given, 6, 2, NULL);
		if (status == HO_OK)
			status = ho_confident_prune(flag, &flagged, &c, small, small_given, 6, NULL);
		if (status == HO_OK)
			status = ho_confident_doubt(doubt, suggested, &c, small, small_given, 6, NULL);
		if (status == HO_OK)
			status = ho_confident_surest(&s, small, small_given, NULL, 6, 2, NULL);
		ho_confident_release(&c);
		int failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		assert_int_equal(status, failed ? HO_ENOMEM : HO_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(by_hand),
	    cmocka_unit_test(as_cleanlab_has_it),
	    cmocka_unit_test(no_errors_are_found_where_there_are_none),
	    cmocka_unit_test(the_surest_texts_tell_the_share_even_of_a_weak_model),
	    cmocka_unit_test(hard_texts_are_told_from_wrong_labels),
	    cmocka_unit_test(what_a_model_guesses_it_is_not_sure_of),
	    cmocka_unit_test(rows_that_do_not_count_are_left_out),
	    cmocka_unit_test(odd_input),
	    cmocka_unit_test(every_failed_allocation_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
