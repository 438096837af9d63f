/* Counts added up in memory are what they would be in the store: random groups against a plain handle. */
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "app/tally.h"
#include "base/rng.h"

static const char *const tasks[] = {"t", "u"}, *const models[] = {"", "m"}, *const whats[] = {"auto", "label.é", "x"};

/* Both handles must list the same. */
static void assert_same(struct ho_store *a, struct ho_store *b, const char *task, int32_t from, int32_t to)
{
	struct ho_arena arena;
	struct ho_error err;
	struct ho_count *x, *y;
	size_t n, m, k = 0;
	ho_arena_init(&arena, SIZE_MAX);
	assert_ok(a->ops->count_list(&x, &n, a, task, from, to, &arena, &err), &err);
	assert_ok(b->ops->count_list(&y, &m, b, task, from, to, &arena, &err), &err);
	for (size_t i = 0; i < n; i++) {
		if (x[i].n == 0)
			continue; /* a row whose sum is nought may be there or not */
		while (k < m && y[k].n == 0)
			k++;
		assert_true(k < m);
		assert_string_equal(x[i].task, y[k].task);
		assert_string_equal(x[i].model, y[k].model);
		assert_string_equal(x[i].what, y[k].what);
		assert_int_equal(x[i].day, y[k].day);
		assert_int_equal(x[i].n, y[k].n);
		k++;
	}
	while (k < m && y[k].n == 0)
		k++;
	assert_int_equal(k, m);
	ho_arena_release(&arena);
}

static void same_as_the_store(void **state)
{
	(void)state;
	struct ho_store *both[2], *reader;
	struct ho_error err;
	struct ho_rng rng = ho_rng_seed(3, 3);
	bool in_group = false, marked = false;
	for (int i = 0; i < 2; i++)
		assert_ok(ho_store_open_memory(&both[i], &err), &err);
	assert_ok(ho_app__tally(both[0], &err), &err);
	assert_ok(both[0]->ops->reader(&reader, both[0], &err), &err);
	for (int step = 0; step < 20000; step++) {
		uint64_t kind = ho_rng_below(&rng, 40);
		struct ho_count count = {.task = tasks[ho_rng_below(&rng, 2)],
		                         .model = models[ho_rng_below(&rng, 2)],
		                         .what = whats[ho_rng_below(&rng, 3)],
		                         .day = (int32_t)ho_rng_below(&rng, 4) * 100,
		                         .n = (int64_t)ho_rng_below(&rng, 5) - 1};
		for (int i = 0; i < 2; i++) {
			struct ho_store *s = both[i];
			if (!in_group)
				assert_ok(s->ops->begin(s, &err), &err);
			else if (kind == 0)
				assert_ok(s->ops->commit(s, &err), &err);
			else if (kind == 1)
				s->ops->rollback(s);
			else if (kind < 6)
				assert_ok(s->ops->mark(s, &err), &err);
			else if (kind < 9 && marked)
				assert_ok(s->ops->undo(s, &err), &err);
			else
				assert_ok(s->ops->count_add(s, &count, &err), &err);
		}
		bool began = !in_group;
		in_group = began || kind > 1;
		marked = in_group && !began && (marked || (kind > 1 && kind < 6));
		if (step % 7 == 0)
			assert_same(both[0], both[1], step % 2 ? "t" : NULL, step % 3 ? 0 : 100, 250);
		if (!in_group)
			assert_same(reader, both[1], NULL, 0, 1000);
	}
	reader->ops->close(reader);
	for (int i = 0; i < 2; i++) {
		if (in_group)
			both[i]->ops->rollback(both[i]);
		both[i]->ops->close(both[i]);
	}
}

static void many_keys_and_long_ones(void **state)
{
	(void)state;
	struct ho_store *store;
	struct ho_error err;
	struct ho_arena arena;
	struct ho_count *counts;
	size_t n;
	char name[3000];
	ho_arena_init(&arena, SIZE_MAX);
	assert_ok(ho_store_open_memory(&store, &err), &err);
	assert_ok(ho_app__tally(store, &err), &err);
	for (int group = 0; group < 3; group++) {
		assert_ok(store->ops->begin(store, &err), &err);
		for (int i = 0; i < 5000; i++) {
			(void)snprintf(name, sizeof name, "%0*d", i == 7 ? 900 : 5, i);
			struct ho_count count = {.task = "t", .model = "", .what = name, .n = 1};
			assert_ok(store->ops->count_add(store, &count, &err), &err);
		}
		assert_ok(store->ops->commit(store, &err), &err);
	}
	assert_ok(store->ops->count_list(&counts, &n, store, "t", 0, 0, &arena, &err), &err);
	assert_int_equal(n, 5000);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(counts[i].n, 3);
	ho_arena_release(&arena);
	store->ops->close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(same_as_the_store),
	                                   cmocka_unit_test(many_keys_and_long_ones)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
