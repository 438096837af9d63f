/* Remembered vectors: what was put is what is found, the old give way, and threads may share it. */
#include <pthread.h>
#include <stdio.h>

#include "base/rng.h"
#include "encoder/memory.h"
#include "unit/unit.h"

enum { SIZE = 6 };

static struct ho_slice name(char out[32], unsigned i)
{
	return ho_slice(out, (size_t)snprintf(out, 32, "text %u", i));
}

static void vector_for(float out[SIZE], unsigned i)
{
	for (unsigned d = 0; d < SIZE; d++)
		out[d] = (float)(i * 10 + d);
}

static bool is_right(struct ho_vector_memory *m, unsigned i)
{
	char text[32];
	float got[SIZE], want[SIZE];
	vector_for(want, i);
	if (!ho_vector_memory_get(got, m, name(text, i)))
		return false;
	assert_memory_equal(got, want, sizeof want);
	return true;
}

static void put(struct ho_vector_memory *m, unsigned i)
{
	char text[32];
	float vector[SIZE];
	vector_for(vector, i);
	ho_vector_memory_put(m, name(text, i), vector);
}

static void what_was_put_is_found(void **state)
{
	(void)state;
	struct ho_vector_memory *m;
	struct ho_error err;
	struct ho_vector_figures f = {.hits = 0};
	assert_ok(ho_vector_memory_new(&m, SIZE, 1000, &err), &err);
	assert_false(is_right(m, 1));
	for (unsigned i = 0; i < 100; i++)
		put(m, i);
	put(m, 7); /* again */
	for (unsigned i = 0; i < 100; i++)
		assert_true(is_right(m, i));
	assert_false(is_right(m, 100));
	ho_vector_memory_figures(&f, m);
	assert_true(f.hits == 100 && f.misses == 2 && f.kept == 100 && f.room == 1000);
	ho_vector_memory_free(m);
	ho_vector_memory_free(NULL);
}

/* In one set the order is exact: those asked for last stay. */
static void the_least_recently_used_give_way(void **state)
{
	(void)state;
	struct ho_vector_memory *m;
	struct ho_error err;
	struct ho_vector_figures f = {.hits = 0};
	assert_ok(ho_vector_memory_new(&m, SIZE, 1, &err), &err);
	for (unsigned i = 0; i < HO_VECTOR_WAYS; i++)
		put(m, i);
	assert_true(is_right(m, 0)); /* the oldest, asked for again */
	put(m, 100);
	assert_true(is_right(m, 0));
	assert_false(is_right(m, 1));
	assert_true(is_right(m, 100));
	for (unsigned i = 2; i < HO_VECTOR_WAYS; i++)
		assert_true(is_right(m, i));
	ho_vector_memory_figures(&f, m);
	assert_true(f.kept == HO_VECTOR_WAYS && f.room == HO_VECTOR_WAYS);
	ho_vector_memory_free(m);
}

/* Many more texts than room: it stays as large as it is, and most of the newest are there. */
static void it_stays_within_its_room(void **state)
{
	(void)state;
	struct ho_vector_memory *m;
	struct ho_error err;
	struct ho_vector_figures f = {.hits = 0};
	unsigned found = 0;
	assert_ok(ho_vector_memory_new(&m, SIZE, 800, &err), &err);
	for (unsigned i = 0; i < 20000; i++)
		put(m, i);
	for (unsigned i = 19600; i < 20000; i++)
		found += is_right(m, i);
	assert_true(found > 360);
	assert_false(is_right(m, 3));
	ho_vector_memory_figures(&f, m);
	assert_true(f.kept <= 800 && f.kept > 700);
	ho_vector_memory_free(m);
}

static void *use(void *context)
{
	struct ho_vector_memory *m = context;
	for (unsigned i = 0; i < 2000; i++) {
		put(m, i % 300);
		(void)is_right(m, (i * 7) % 300);
	}
	return NULL;
}

static void threads_may_share_it(void **state)
{
	(void)state;
	struct ho_vector_memory *m;
	struct ho_error err;
	pthread_t thread[4];
	assert_ok(ho_vector_memory_new(&m, SIZE, 100, &err), &err);
	for (int t = 0; t < 4; t++)
		assert_int_equal(pthread_create(&thread[t], NULL, use, m), 0);
	for (int t = 0; t < 4; t++)
		assert_int_equal(pthread_join(thread[t], NULL), 0);
	ho_vector_memory_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_put_is_found),
	    cmocka_unit_test(the_least_recently_used_give_way),
	    cmocka_unit_test(it_stays_within_its_room),
	    cmocka_unit_test(threads_may_share_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
