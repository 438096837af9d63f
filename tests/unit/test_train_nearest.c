/* The rows that a model keeps to tell how near a text is: which, and how near the others are without their copies. */
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "encoder/cache.h"
#include "encoder/private.h"
#include "train/nearest.h"
#include "train_fixture.h"

enum { D = 20 };

struct plane {
	struct ho_encoder encoder;
	struct ho_vector_cache cache;
	struct ho_lesson lesson;
	size_t n;
	float *x;
	uint32_t *rows, *vector_of, *group;
	uint8_t *unit;
};

static struct plane *plane_new(size_t n, size_t group_size)
{
	struct plane *p = calloc(1, sizeof *p);
	struct ho_rng rng = ho_rng_seed(n, 5);
	p->n = n;
	p->x = malloc(n * D * sizeof *p->x);
	p->rows = malloc(n * sizeof *p->rows);
	p->vector_of = malloc(n * sizeof *p->vector_of);
	p->group = malloc(n * sizeof *p->group);
	p->unit = malloc(n);
	for (size_t i = 0; i < n; i++) {
		p->rows[i] = (uint32_t)(n - 1 - i); /* not the identity */
		p->vector_of[i] = (uint32_t)i;
		p->group[i] = (uint32_t)(i / group_size);
		p->unit[i] = i % group_size == 0;
		for (size_t d = 0; d < D; d++)
			p->x[i * D + d] = (float)(ho_rng_uniform(&rng) - 0.4);
	}
	p->encoder.facts.dimensions = D;
	p->cache = (struct ho_vector_cache){.encoder = &p->encoder, .vectors = p->x};
	p->lesson = (struct ho_lesson){.rows = p->rows,
	                               .n = n,
	                               .n_learn = n,
	                               .K = 2,
	                               .threads = 2,
	                               .vectors = &p->cache,
	                               .vector_of = p->vector_of};
	return p;
}

static void plane_free(struct plane *p)
{
	free(p->x);
	free(p->rows);
	free(p->vector_of);
	free(p->group);
	free(p->unit);
	free(p);
}

static double cosine(const struct plane *p, size_t i, size_t j)
{
	const float *a = p->x + p->rows[i] * D, *b = p->x + p->rows[j] * D;
	double ab = 0, aa = 0, bb = 0;
	for (size_t d = 0; d < D; d++) {
		ab += (double)a[d] * (double)b[d];
		aa += (double)a[d] * (double)a[d];
		bb += (double)b[d] * (double)b[d];
	}
	return ab / sqrt(aa * bb);
}

static void a_row_is_measured_without_its_copies(void **state)
{
	(void)state;
	struct plane *p = plane_new(90, 3);
	struct ho_nearest nearest;
	struct ho_error err;
	double got[60];
	assert_ok(ho_nearest_keep(&nearest, &p->lesson, p->unit, &err), &err);
	assert_int_equal(nearest.set.rows, 30); /* one of each group */
	assert_ok(ho_nearest_measure(got, 60, &nearest, &p->lesson, p->group, &err), &err);
	for (size_t i = 0; i < 60; i++) {
		double best = -1;
		for (size_t j = 0; j < 90; j += 3)
			if (j / 3 != i / 3)
				best = fmax(best, cosine(p, i, j));
		assert_true(fabs(got[i] - (1 - best)) < 0.01);
		assert_true(got[i] > 0.02); /* none of them is itself */
	}
	ho_nearest_release(&nearest);
	plane_free(p);
}

/* More rows than are kept: an even sample, so that a file in the order of its labels loses none of them. */
static void many_rows_are_sampled_evenly(void **state)
{
	(void)state;
	struct plane *p = plane_new(20000, 1);
	struct ho_nearest nearest;
	struct ho_error err;
	assert_ok(ho_nearest_keep(&nearest, &p->lesson, p->unit, &err), &err);
	assert_int_equal(nearest.set.rows, 8192);
	for (uint32_t r = 1; r < nearest.set.rows; r++) {
		uint32_t step = nearest.row[r] - nearest.row[r - 1];
		assert_true(step == 2 || step == 3);
	}
	assert_true(nearest.row[0] < 3 && nearest.row[8191] > 19996);
	ho_nearest_release(&nearest);
	plane_free(p);
}

static void a_lonely_row_is_as_far_as_can_be(void **state)
{
	(void)state;
	struct plane *p = plane_new(3, 3);
	struct ho_nearest nearest;
	struct ho_error err;
	double got[3];
	assert_ok(ho_nearest_keep(&nearest, &p->lesson, p->unit, &err), &err);
	assert_int_equal(nearest.set.rows, 1);
	assert_ok(ho_nearest_measure(got, 3, &nearest, &p->lesson, p->group, &err), &err);
	for (size_t i = 0; i < 3; i++)
		assert_true(got[i] == 2);
	ho_nearest_release(&nearest);
	plane_free(p);
}

static enum ho_status keep_and_measure(void *context)
{
	struct plane *p = context;
	struct ho_nearest nearest;
	struct ho_error err;
	double got[12];
	enum ho_status status = ho_nearest_keep(&nearest, &p->lesson, p->unit, &err);
	if (status == HO_OK)
		status = ho_nearest_measure(got, 12, &nearest, &p->lesson, p->group, &err);
	ho_nearest_release(&nearest);
	return status;
}

static void memory_may_run_out(void **state)
{
	(void)state;
	struct plane *p = plane_new(12, 1);
	p->lesson.threads = 1;
	walk_failures(keep_and_measure, p);
	plane_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_row_is_measured_without_its_copies),
	    cmocka_unit_test(many_rows_are_sampled_evenly),
	    cmocka_unit_test(a_lonely_row_is_as_far_as_can_be),
	    cmocka_unit_test(memory_may_run_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
