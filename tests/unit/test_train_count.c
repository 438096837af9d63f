/* Counting keys against a plain list. */
#include "train/count.h"
#include "train_fixture.h"

enum { ITEMS = 400, KEYS = 300, DRAWS = 40 };

struct keys {
	uint64_t of[KEYS];
	uint16_t drawn[ITEMS][DRAWS];
	unsigned threads;
	uint64_t expected;
};

static void fill(struct keys *keys)
{
	struct ho_rng rng = ho_rng_seed(4, 4);
	for (int k = 0; k < KEYS; k++)
		keys->of[k] = k < 2 ? (uint64_t)k : ho_rng_next(&rng);
	keys->of[2] = UINT64_MAX;
	for (int i = 0; i < ITEMS; i++)
		for (int d = 0; d < DRAWS; d++) { /* rare and frequent ones, with repeats */
			double u = ho_rng_uniform(&rng);
			keys->drawn[i][d] = (uint16_t)(KEYS * u * u * u);
		}
}

static void source(void *context, size_t item, struct ho_key_sink *sink)
{
	const struct keys *keys = context;
	for (int d = 0; d < DRAWS; d++)
		ho_key_sink_add(sink, keys->of[keys->drawn[item][d]]);
}

static uint32_t count_slowly(const struct keys *keys, uint64_t key)
{
	uint32_t items = 0;
	for (int i = 0; i < ITEMS; i++)
		for (int d = 0; d < DRAWS; d++)
			if (keys->of[keys->drawn[i][d]] == key) {
				items++;
				break;
			}
	return items;
}

static void check_counts(struct keys *keys, uint64_t expected, uint32_t min_items, unsigned threads)
{
	struct ho_key_count *out;
	struct ho_key_index index;
	struct ho_error err;
	size_t n, wanted = 0;
	assert_ok(ho_count_keys(&out, &n, source, keys, ITEMS, expected, min_items, threads, NULL, &err), &err);
	for (int k = 0; k < KEYS; k++) {
		uint32_t items = count_slowly(keys, keys->of[k]);
		wanted += items >= min_items && items > 0;
	}
	assert_int_equal(n, wanted);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(out[i].items, count_slowly(keys, out[i].key));
		assert_true(!i || out[i].items < out[i - 1].items ||
		            (out[i].items == out[i - 1].items && out[i].key > out[i - 1].key));
	}
	assert_ok(ho_key_index_build(&index, out, n, &err), &err);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ho_key_index_find(&index, out[i].key), i);
	assert_int_equal(ho_key_index_find(&index, 12345), UINT32_MAX);
	ho_key_index_release(&index);
	ho_free(out);
}

static void equals_a_plain_list(void **state)
{
	(void)state;
	static struct keys keys;
	fill(&keys);
	for (unsigned threads = 1; threads <= 3; threads++) {
		check_counts(&keys, 1, 1, threads);                      /* fewest parts */
		check_counts(&keys, 100000000, 3, threads);              /* 32 parts */
		check_counts(&keys, UINT64_C(100000000000), 1, threads); /* most parts */
		check_counts(&keys, 1, ITEMS + 1, threads);              /* nothing is left */
	}
}

static enum ho_status try_count(void *context)
{
	struct ho_key_count *out;
	struct ho_key_index index;
	size_t n;
	enum ho_status status = ho_count_keys(&out, &n, source, context, ITEMS, 1, 1, 1, NULL, NULL);
	assert_true((status == HO_OK) == (out != NULL));
	if (status == HO_OK) {
		status = ho_key_index_build(&index, out, n, NULL);
		ho_key_index_release(&index);
	}
	ho_free(out);
	return status;
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	static struct keys keys;
	fill(&keys);
	walk_failures(try_count, &keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equals_a_plain_list),
	    cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
