/* Logistic regression on vectors against scikit-learn (tests/ref/dense.py wrote dense.txt), and the slope of the
 * objective at the result by differences. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "encoder/cache.h"
#include "encoder/private.h"
#include "train/dense.h"
#include "unit.h"

enum { ROWS = 100, DIMENSIONS = 20, LABELS = 4 };

/* A lesson whose vectors are given; the encoder is there for the number of dimensions alone. */
struct problem {
	uint32_t K;
	size_t n, d;
	double C, prior; /* prior 0: none */
	float x[ROWS * DIMENSIONS], names[LABELS * DIMENSIONS];
	uint32_t labels[ROWS], rows[ROWS], vector_of[ROWS];
	struct ho_encoder encoder;
	struct ho_vector_cache cache;
	struct ho_lesson lesson;
};

static void make_lesson(struct problem *p)
{
	p->encoder.facts.dimensions = (unsigned)p->d;
	p->cache = (struct ho_vector_cache){.encoder = &p->encoder, .vectors = p->x};
	/* Rows and vectors in other orders than the lesson's. */
	for (uint32_t i = 0; i < p->n; i++) {
		p->rows[i] = (uint32_t)p->n - 1 - i;
		p->vector_of[p->n - 1 - i] = i;
	}
	p->lesson = (struct ho_lesson){.rows = p->rows,
	                               .n = p->n,
	                               .n_learn = p->n,
	                               .labels = p->labels,
	                               .K = p->K,
	                               .vectors = &p->cache,
	                               .names = p->names,
	                               .vector_of = p->vector_of};
}

static void fit_all(struct ho_weights *out, struct problem *p)
{
	struct ho_error err;
	uint32_t learn[ROWS];
	make_lesson(p);
	for (uint32_t i = 0; i < p->n; i++)
		learn[i] = i;
	assert_ok(ho_dense_fit(out, &p->lesson, learn, p->n, &(struct ho_head){.C = p->C, .prior = p->prior}, &err),
	          &err);
}

static double number(FILE *in)
{
	double value;
	assert_int_equal(fscanf(in, "%lf", &value), 1);
	return value;
}

static void expect_word(FILE *in, const char *word)
{
	char got[20];
	assert_int_equal(fscanf(in, "%19s", got), 1);
	assert_string_equal(got, word);
}

static void weights_are_those_of_scikit_learn(void **state)
{
	(void)state;
	static struct problem p;
	FILE *in = fopen("ref/dense.txt", "r");
	char word[20];
	int problems = 0;
	assert_non_null(in);
	assert_int_equal(fscanf(in, "#%*[^\n]"), 0);
	for (; fscanf(in, "%19s", word) == 1; problems++) {
		struct ho_weights w;
		assert_string_equal(word, "problem");
		p = (struct problem){.K = (uint32_t)number(in)};
		p.n = (size_t)number(in);
		p.d = (size_t)number(in);
		p.C = number(in);
		for (size_t i = 0; i < p.n; i++) {
			expect_word(in, "x");
			p.labels[i] = (uint32_t)number(in);
			for (size_t d = 0; d < p.d; d++)
				p.x[i * p.d + d] = (float)number(in);
		}
		fit_all(&w, &p);
		assert_int_equal(w.columns, p.K == 2 ? 1 : p.K);
		double mean = 0;
		for (uint32_t k = 0; k < w.columns && w.columns > 1; k++)
			mean += (double)w.bias[k] / w.columns;
		expect_word(in, "weights");
		for (uint32_t k = 0; k < w.columns; k++)
			for (size_t d = 0; d < p.d; d++)
				assert_true(fabs((double)w.v[d * w.columns + k] - number(in)) < 5e-3);
		expect_word(in, "bias");
		for (uint32_t k = 0; k < w.columns; k++)
			assert_true(fabs((double)w.bias[k] - mean - number(in)) < 5e-3);
		ho_weights_release(&w);
	}
	assert_int_equal(problems, 4);
	fclose(in);
}

static double objective(const struct problem *p, const struct ho_weights *w)
{
	double value = 0;
	for (uint32_t k = 0; k < w->columns; k++)
		for (size_t d = 0; d < p->d; d++) {
			const float *name = p->names + d;
			double towards =
			    w->columns == 1 ? (double)name[p->d] - (double)name[0] : (double)name[k * p->d];
			value += pow((double)w->v[d * w->columns + k] - p->prior * towards, 2) / 2;
		}
	for (size_t i = 0; i < p->n; i++) {
		double z[LABELS] = {0}, total = 0;
		for (uint32_t k = 0; k < w->columns; k++) {
			double *slot = w->columns == 1 ? &z[1] : &z[k];
			*slot = (double)w->bias[k];
			for (size_t d = 0; d < p->d; d++)
				*slot += (double)w->v[d * w->columns + k] * (double)p->x[i * p->d + d];
		}
		for (uint32_t k = 0; k < p->K; k++)
			total += exp(z[k]);
		value += p->C * (log(total) - z[p->labels[i]]);
	}
	return value;
}

/* No small step in any direction leads lower, and margins are W x + b of the row's own vector. */
static void the_result_is_a_minimum(void **state)
{
	(void)state;
	static struct problem p;
	for (uint32_t round = 0; round < 2 * (LABELS - 1); round++) {
		uint32_t K = 2 + round / 2;
		struct ho_rng rng = ho_rng_seed(K, 8);
		struct ho_weights w;
		float margins[LABELS];
		p = (struct problem){.K = K, .n = 50, .d = 7, .C = 10, .prior = round % 2 ? 4 : 0};
		for (size_t a = 0; a < K * p.d; a++)
			p.names[a] = (float)(ho_rng_uniform(&rng) - 0.5);
		for (size_t i = 0; i < p.n; i++) {
			p.labels[i] = (uint32_t)(i % K);
			for (size_t d = 0; d < p.d; d++)
				p.x[i * p.d + d] = (float)(ho_rng_uniform(&rng) - 0.5 + (d == p.labels[i] ? 0.4 : 0));
		}
		fit_all(&w, &p);
		double least = objective(&p, &w);
		for (size_t a = 0; a < w.D * w.columns; a++)
			for (int side = -1; side <= 1; side += 2) {
				float kept = w.v[a];
				w.v[a] += (float)side * 0.02f;
				assert_true(objective(&p, &w) > least);
				w.v[a] = kept;
			}
		for (uint32_t i = 0; i < p.n; i++) {
			ho_dense_margins(margins, &w, &p.lesson, i);
			for (uint32_t k = 0; k < w.columns; k++) {
				double want = (double)w.bias[k];
				for (size_t d = 0; d < p.d; d++)
					want += (double)w.v[d * w.columns + k] * (double)p.x[i * p.d + d];
				assert_true(fabs(want - (double)margins[k]) < 1e-4);
			}
		}
		ho_weights_release(&w);
	}
}

/* Without a labelled text, or with ones that count nothing, the names alone decide. */
static void nothing_learnt_is_the_prior(void **state)
{
	(void)state;
	static struct problem p;
	struct ho_weights w;
	p = (struct problem){.K = 3, .n = 6, .d = 4, .C = 0, .prior = 5};
	for (size_t a = 0; a < 12; a++)
		p.names[a] = (float)a / 7;
	fit_all(&w, &p);
	for (uint32_t k = 0; k < 3; k++)
		for (size_t d = 0; d < 4; d++)
			assert_true(fabsf(w.v[d * 3 + k] - 5 * p.names[k * 4 + d]) < 1e-5f);
	ho_weights_release(&w);
}

static bool stop(void *context)
{
	(void)context;
	return true;
}

static void it_can_be_stopped_and_runs_out_of_memory_cleanly(void **state)
{
	(void)state;
	static struct problem p;
	struct ho_error err;
	struct ho_weights w;
	uint32_t learn[ROWS];
	struct ho_progress progress = {.stop = stop};
	p = (struct problem){.K = 3, .n = 30, .d = 5, .C = 3};
	for (uint32_t i = 0; i < p.n; i++) {
		learn[i] = i;
		p.labels[i] = i % 3;
		p.x[i * p.d + i % 3] = 1;
	}
	make_lesson(&p);
	p.lesson.progress = &progress;
	assert_int_equal(ho_dense_fit(&w, &p.lesson, learn, p.n, &(struct ho_head){.C = p.C}, &err), HO_ECANCELLED);
	p.lesson.progress = NULL;
	for (long nth = 1;; nth++) {
		ho_alloc_fail_at(nth);
		enum ho_status status = ho_dense_fit(&w, &p.lesson, learn, p.n, &(struct ho_head){.C = p.C}, &err);
		bool failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		assert_int_equal(status, failed ? HO_ENOMEM : HO_OK);
		if (!failed)
			break;
	}
	ho_weights_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(weights_are_those_of_scikit_learn),
	                                   cmocka_unit_test(the_result_is_a_minimum),
	                                   cmocka_unit_test(nothing_learnt_is_the_prior),
	                                   cmocka_unit_test(it_can_be_stopped_and_runs_out_of_memory_cleanly)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
