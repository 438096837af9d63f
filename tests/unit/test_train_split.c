/* Groups stay whole, strata are spread, the seed decides. */
#include "train/split.h"
#include "train_fixture.h"

enum { N = 3000, PARTS = 3 };
static const double share[PARTS] = {0.6, 0.25, 0.15};

static void fill(uint32_t *group, uint32_t *label, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, 1);
	for (size_t i = 0; i < N; i++) { /* groups of very different numbers and mostly one to three rows */
		group[i] = (uint32_t)ho_rng_below(&rng, N / 2) * 977u;
		label[i] = ho_rng_below(&rng, 10) ? (uint32_t)ho_rng_below(&rng, 2) : 2;
	}
}

static void groups_whole_and_strata_spread(void **state)
{
	(void)state;
	static uint32_t group[N], label[N];
	static uint8_t part[N], again[N];
	struct ho_error err;
	for (uint64_t seed = 0; seed < 5; seed++) {
		double count[3][PARTS] = {{0}}, rows[3] = {0};
		fill(group, label, seed);
		assert_ok(ho_split(part, group, label, N, share, PARTS, seed, &err), &err);
		assert_ok(ho_split(again, group, label, N, share, PARTS, seed, &err), &err);
		assert_memory_equal(part, again, N);
		assert_ok(ho_split(again, group, label, N, share, PARTS, seed + 1, &err), &err);
		assert_memory_not_equal(part, again, N);
		for (size_t i = 0; i < N; i++) {
			assert_true(part[i] < PARTS);
			count[label[i]][part[i]]++;
			rows[label[i]]++;
			for (size_t k = i + 1; k < N; k++)
				assert_true(group[i] != group[k] || part[i] == part[k]);
		}
		for (int c = 0; c < 3; c++)
			for (int p = 0; p < PARTS; p++)
				assert_true(fabs(count[c][p] - share[p] * rows[c]) <= 3 + 0.01 * rows[c]);
	}
}

static void edges(void **state)
{
	(void)state;
	uint8_t part[8];
	uint32_t group[8] = {5, 5, 5, 5, 5, 5, 5, 5};
	struct ho_error err;
	const double half[] = {0.5, 0.5}, none[] = {1, 0};
	int first = 0;
	assert_ok(ho_split(part, NULL, NULL, 8, half, 2, 1, &err), &err);
	for (int i = 0; i < 8; i++)
		first += part[i] == 0;
	assert_int_equal(first, 4);
	assert_ok(ho_split(part, group, NULL, 8, half, 2, 1, &err), &err);
	for (int i = 1; i < 8; i++)
		assert_int_equal(part[i], part[0]);
	assert_ok(ho_split(part, NULL, NULL, 8, none, 2, 1, &err), &err);
	for (int i = 0; i < 8; i++)
		assert_int_equal(part[i], 0);
	assert_ok(ho_split(part, NULL, NULL, 0, half, 2, 1, &err), &err);
	assert_int_equal(ho_split(part, NULL, NULL, 8, half, 0, 1, &err), HO_EINVAL);
}

static enum ho_status try_split(void *context)
{
	uint8_t part[8];
	const double half[] = {0.5, 0.5};
	return ho_split(part, NULL, context, 8, half, 2, 1, NULL);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	uint32_t label[8] = {0, 1, 0, 1, 0, 1, 0, 1};
	walk_failures(try_split, label);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(groups_whole_and_strata_spread),
	    cmocka_unit_test(edges),
	    cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
