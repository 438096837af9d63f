/** Random texts and random sparse problems, for tests of what training is made of. */
#ifndef HO_TESTS_TRAIN_FIXTURE_H
#define HO_TESTS_TRAIN_FIXTURE_H

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "train/solver.h"
#include "unit.h"

enum { SPARSE_ROWS = 80, SPARSE_D = 30, SPARSE_ROW_MAX = 12 };

/** A design made by hand: ids ascending with repeats. Nothing in it is owned by ho_design_release(). */
struct sparse {
	uint64_t offsets[SPARSE_ROWS + 1], keys[SPARSE_D];
	uint32_t ids[SPARSE_ROWS * SPARSE_ROW_MAX], df[SPARSE_D], labels[SPARSE_ROWS], rows[SPARSE_ROWS];
	float norm[SPARSE_ROWS], s2[SPARSE_D];
	struct ho_design design;
};

static inline void sparse_fill(struct sparse *s, uint32_t K, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, 11);
	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < SPARSE_ROWS; i++) {
		uint8_t count[SPARSE_D] = {0};
		size_t n = ho_rng_below(&rng, SPARSE_ROW_MAX + 1), at = s->offsets[i];
		s->labels[i] = (uint32_t)ho_rng_below(&rng, K);
		s->rows[i] = (uint32_t)(SPARSE_ROWS - 1 - i);
		for (size_t k = 0; k < n; k++) /* a feature in three tells the label */
			count[ho_rng_below(&rng, 3) ? ho_rng_below(&rng, SPARSE_D) : s->labels[i] % SPARSE_D]++;
		for (uint32_t j = 0; j < SPARSE_D; j++) {
			s->df[j] += count[j] > 0;
			for (; count[j]; count[j]--)
				s->ids[at++] = j;
		}
		s->offsets[i + 1] = at;
		s->norm[i] = n ? (float)(1 / sqrt((double)n)) : 0;
	}
	for (size_t j = 0; j < SPARSE_D; j++) {
		s->s2[j] = (float)(0.2 + 2 * ho_rng_uniform(&rng));
		s->keys[j] = ho_rng_next(&rng);
	}
	s->design = (struct ho_design){SPARSE_ROWS, SPARSE_ROWS, SPARSE_D, s->offsets, s->ids, s->norm, s->keys, s->df};
}

/** x[D] of a row without scale: norm * count. */
static inline void sparse_row(double *x, const struct sparse *s, size_t row)
{
	memset(x, 0, SPARSE_D * sizeof *x);
	for (uint64_t a = s->offsets[row]; a < s->offsets[row + 1]; a++)
		x[s->ids[a]] += (double)s->norm[row];
}

/** Walk through every allocation failure of `try` until it succeeds without one. */
typedef enum ho_status (*attempt)(void *context);

static inline void walk_failures(attempt try, void *context)
{
	enum ho_status status = HO_ENOMEM;
	for (long nth = 1; status != HO_OK; nth++) {
		assert_true(nth < 20000);
		ho_alloc_fail_at(nth);
		status = try(context);
		int failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		assert_int_equal(status, failed ? HO_ENOMEM : HO_OK);
	}
}

#endif
