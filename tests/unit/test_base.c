#include "unit/unit.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/pool.h"
#include "base/rng.h"

static void hash_is_stable(void **state)
{
	(void)state;
	/* Published by xxHash: XXH3_64bits of the empty input with seed 0. */
	assert_true(ho_hash("", 0, 0) == UINT64_C(0x2d06800538d394c2));
	/* SplitMix64 with state 0: first output, as printed by its reference implementation. */
	assert_true(ho_mix64(UINT64_C(0x9e3779b97f4a7c15)) == UINT64_C(0xe220a8397b1dcdaf));
}

static void rng_is_uniform_and_repeatable(void **state)
{
	(void)state;
	struct ho_rng a = ho_rng_seed(7, 1), b = ho_rng_seed(7, 1), c = ho_rng_seed(7, 2);
	int same = 0, counts[10] = {0};
	for (int i = 0; i < 100000; i++) {
		uint64_t x = ho_rng_next(&a);
		assert_true(x == ho_rng_next(&b));
		same += x == ho_rng_next(&c);
		counts[ho_rng_below(&a, 10)]++;
		(void)ho_rng_below(&b, 10);
	}
	assert_int_equal(same, 0);
	double chi2 = 0;
	for (int i = 0; i < 10; i++)
		chi2 += (counts[i] - 10000.0) * (counts[i] - 10000.0) / 10000.0;
	assert_true(chi2 < 33.7); /* 99.99% point of chi-square with 9 degrees of freedom */
}

static void buffer_respects_its_maximum(void **state)
{
	(void)state;
	struct ho_buf buf;
	struct ho_error err;
	ho_buf_init(&buf, 8);
	assert_ok(ho_buf_add(&buf, "abcd", 4, &err), &err);
	assert_int_equal(ho_buf_add(&buf, "efghi", 5, &err), HO_ELIMIT);
	assert_string_equal(buf.data, "abcd");
	assert_ok(ho_buf_printf(&buf, &err, "%d", 1234), &err);
	assert_string_equal(buf.data, "abcd1234");
	ho_buf_release(&buf);
}

static void map_interns_in_order(void **state)
{
	(void)state;
	struct ho_map map;
	struct ho_error err;
	char key[16];
	uint32_t index;
	ho_map_init(&map);
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 5000; i++) {
			(void)snprintf(key, sizeof key, "k%u", i);
			assert_ok(ho_map_add(&index, &map, ho_slice_str(key), &err), &err);
			assert_int_equal(index, i);
		}
	assert_int_equal(map.n, 5000);
	assert_int_equal(ho_map_find(&map, ho_slice_str("k4999")), 4999);
	assert_int_equal(ho_map_find(&map, ho_slice_str("nobody")), HO_MAP_NONE);
	ho_map_release(&map);
}

static void arena_respects_its_limit(void **state)
{
	(void)state;
	struct ho_arena arena;
	ho_arena_init(&arena, 10000);
	char *a = ho_arena_alloc(&arena, 100, 1), *b = ho_arena_alloc(&arena, 5000, 1);
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal((uintptr_t)b % 16, 0);
	assert_null(ho_arena_alloc(&arena, 5000, 1));
	assert_null(ho_arena_alloc(&arena, SIZE_MAX, 16));
	ho_arena_reset(&arena);
	assert_non_null(ho_arena_alloc(&arena, 9000, 1));
	ho_arena_release(&arena);
}

static void slices_trim(void **state)
{
	(void)state;
	assert_true(ho_slice_is(ho_slice_trim(ho_slice_str(" \t a b\n")), "a b"));
	assert_true(ho_slice_is(ho_slice_trim(ho_slice_str(" \t \n")), ""));
	assert_true(ho_slice_compare(ho_slice_str("ab"), ho_slice_str("abc")) < 0);
}

static enum ho_status square(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)worker;
	if (task == 700)
		return ho_fail(err, HO_EINVAL, "task %zu", task);
	((size_t *)context)[task] = task * task;
	return HO_OK;
}

static void parallel_runs_every_task_and_reports_failure(void **state)
{
	(void)state;
	static size_t out[1000];
	struct ho_error err;
	assert_ok(ho_parallel(square, out, 600, 4, &err), &err);
	for (size_t i = 0; i < 600; i++)
		assert_int_equal(out[i], i * i);
	assert_int_equal(ho_parallel(square, out, 1000, 4, &err), HO_EINVAL);
	assert_string_equal(err.message, "task 700");
}

static void writer_is_atomic(void **state)
{
	(void)state;
	char dir[] = "/tmp/ho_test_XXXXXX", path[64];
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof path, "%s/f", dir);
	struct ho_writer w;
	struct ho_mapping m;
	struct ho_error err;
	assert_ok(ho_writer_open(&w, path, &err), &err);
	assert_ok(ho_writer_add(&w, "hello", 5, &err), &err);
	assert_int_equal(access(path, F_OK), -1);
	assert_ok(ho_writer_commit(&w, &err), &err);
	assert_ok(ho_writer_open(&w, path, &err), &err);
	assert_ok(ho_writer_add(&w, "other", 5, &err), &err);
	ho_writer_discard(&w);
	assert_ok(ho_mapping_open(&m, path, &err), &err);
	assert_true(ho_slice_is(m.bytes, "hello"));
	ho_mapping_close(&m);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0); /* so no temporary file was left */
	assert_int_equal(ho_mapping_open(&m, path, &err), HO_ENOTFOUND);
	assert_string_equal(err.place, path);
	assert_int_equal(ho_mapping_open(&m, path, NULL), HO_ENOTFOUND);
	assert_int_equal(ho_mapping_open(&m, "/tmp", NULL), HO_EINVAL);
}

static void only_files_are_replaced(void **state)
{
	(void)state;
	char dir[] = "/tmp/ho_test_XXXXXX", path[64];
	struct ho_writer w;
	struct ho_mapping m;
	struct ho_error err;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof path, "%s/pipe", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	const char *targets[] = {dir, path, "/dev/null", "/dev/full"};
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(ho_writer_open(&w, targets[i], &err), HO_EINVAL);
		assert_string_equal(err.place, targets[i]);
		assert_int_equal(ho_writer_open(&w, targets[i], NULL), HO_EINVAL);
		ho_writer_discard(&w);
	}
	assert_int_equal(ho_mapping_open(&m, path, &err), HO_EINVAL); /* and does not wait for a writer */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

static mode_t rights_of(const char *path)
{
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

/* The mask of the process, without changing it. */
static unsigned mask_now(void)
{
	char line[128];
	unsigned mask = 0;
	FILE *file = fopen("/proc/self/status", "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file))
		if (sscanf(line, "Umask: %o", &mask) == 1)
			break;
	(void)fclose(file);
	return mask;
}

struct masks {
	char path[64];
	atomic_bool done;
	unsigned seen; /* all bits that were ever missing */
};

/* One thread writes files, the other looks whether a file made meanwhile could have had more rights than usual. */
static enum ho_status write_or_look(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct masks *m = context;
	enum ho_status status = HO_OK;
	(void)worker;
	if (task == 0)
		for (int i = 0; i < 300 && status == HO_OK; i++) {
			struct ho_writer w;
			status = ho_writer_open(&w, m->path, err);
			ho_writer_discard(&w);
		}
	else
		while (!atomic_load(&m->done))
			m->seen |= 0027 & ~mask_now();
	atomic_store(&m->done, true);
	return status;
}

static void written_files_have_the_usual_rights(void **state)
{
	(void)state;
	struct masks m = {.seen = 0};
	struct ho_error err;
	mode_t before = umask(0027);
	(void)snprintf(m.path, sizeof m.path, "/tmp/ho_rights_%d", (int)getpid());
	assert_ok(ho_file_write(m.path, ho_slice_str("a"), &err), &err);
	assert_int_equal(rights_of(m.path), 0640);
	assert_int_equal(chmod(m.path, 0600), 0);
	assert_ok(ho_file_write(m.path, ho_slice_str("b"), &err), &err);
	assert_int_equal(rights_of(m.path), 0600); /* what is private stays so */
	assert_ok(ho_parallel(write_or_look, &m, 2, 2, &err), &err);
	assert_int_equal(m.seen, 0);
	(void)unlink(m.path);
	(void)umask(before);
}

static void allocations_fail_on_demand(void **state)
{
	(void)state;
	ho_alloc_fail_at(2);
	void *a = ho_alloc(1, 1), *b = ho_alloc(1, 1);
	assert_non_null(a);
	assert_null(b);
	assert_true(ho_alloc_did_fail());
	ho_free(a);
	assert_null(ho_alloc(SIZE_MAX / 2, 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hash_is_stable),
	    cmocka_unit_test(rng_is_uniform_and_repeatable),
	    cmocka_unit_test(buffer_respects_its_maximum),
	    cmocka_unit_test(map_interns_in_order),
	    cmocka_unit_test(arena_respects_its_limit),
	    cmocka_unit_test(slices_trim),
	    cmocka_unit_test(parallel_runs_every_task_and_reports_failure),
	    cmocka_unit_test(writer_is_atomic),
	    cmocka_unit_test(only_files_are_replaced),
	    cmocka_unit_test(written_files_have_the_usual_rights),
	    cmocka_unit_test(allocations_fail_on_demand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
