/* Vectors in a file: what was put in comes out; cut anywhere, with any byte changed, or out of memory, nothing wrong
 * does. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "encoder/vector_file.h"
#include "encoder_fixture.h"

enum { TEXTS = 5, HEADER = 32, RECORD = 24 + 4 * E_HIDDEN };

static const struct ho_slice texts[TEXTS] = {{"the card", 8}, {"refund", 6}, {"lost", 4}, {"", 0}, {"the card", 8}};

struct desk {
	struct e_fixture *files;
	struct ho_encoder *encoder;
	char path[200];
};

static void desk_make(struct desk *d)
{
	struct ho_error err;
	d->files = e_new(5, false);
	assert_ok(ho_encoder_open(&d->encoder, d->files->folder, 0, &err), &err);
	(void)snprintf(d->path, sizeof d->path, "%s.vectors", d->files->folder);
}

static void desk_release(struct desk *d)
{
	unlink(d->path);
	ho_encoder_free(d->encoder);
	e_free(d->files);
}

static enum ho_status fill(size_t *found, struct desk *d, struct ho_vector_cache *cache, struct ho_error *err)
{
	struct ho_vector_file file;
	enum ho_status status = ho_vector_file_open(&file, d->path, d->encoder, err);
	if (status)
		return status;
	status = ho_vector_file_take(cache, found, &file, texts, TEXTS, err);
	if (status == HO_OK)
		status = ho_vector_file_add(cache, &file, texts, TEXTS, 1, NULL, err);
	ho_vector_file_close(&file);
	return status;
}

/* The cache has every text's own vector. */
static void assert_right(const struct desk *d, const struct ho_vector_cache *cache)
{
	for (size_t i = 0; i < TEXTS; i++) {
		float want[E_HIDDEN];
		uint32_t row = ho_vector_cache_find(cache, texts[i]);
		assert_true(row != HO_MAP_NONE);
		assert_int_equal(ho_encode(want, d->encoder, &texts[i], 1, 1, NULL, NULL), HO_OK);
		assert_memory_equal(ho_vector_cache_row(cache, row), want, sizeof want);
	}
}

/* Fill a cache from the file as it is; how many vectors it had. */
static size_t found_in(struct desk *d)
{
	struct ho_vector_cache cache;
	struct ho_error err;
	size_t found = 0;
	ho_vector_cache_init(&cache, d->encoder);
	assert_ok(fill(&found, d, &cache, &err), &err);
	assert_right(d, &cache);
	ho_vector_cache_release(&cache);
	return found;
}

static void what_was_added_is_found(void **state)
{
	(void)state;
	struct desk d;
	struct stat st;
	desk_make(&d);
	assert_int_equal(found_in(&d), 0);
	assert_int_equal(stat(d.path, &st), 0);
	assert_int_equal(st.st_size, HEADER + (TEXTS - 1) * RECORD); /* one text stands there twice */
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(found_in(&d), TEXTS - 1);
	desk_release(&d);
}

static void damage_is_encoded_again(void **state)
{
	(void)state;
	struct desk d;
	struct ho_mapping map;
	struct ho_error err;
	desk_make(&d);
	(void)found_in(&d);
	assert_ok(ho_mapping_open(&map, d.path, &err), &err);
	size_t len = map.bytes.len;
	char *whole = malloc(len);
	assert_non_null(whole);
	memcpy(whole, map.bytes.ptr, len);
	ho_mapping_close(&map);
	for (size_t cut = HEADER; cut < len; cut++) {
		assert_ok(ho_file_write(d.path, ho_slice(whole, cut), &err), &err);
		assert_int_equal(found_in(&d), (cut - HEADER) / RECORD);
	}
	for (size_t at = 0; at < len; at++) {
		whole[at] ^= 4;
		assert_ok(ho_file_write(d.path, ho_slice(whole, len), &err), &err);
		whole[at] ^= 4;
		if (at >= HEADER) {
			assert_int_equal(found_in(&d), TEXTS - 2);
			continue;
		}
		struct ho_vector_file file;
		assert_int_equal(ho_vector_file_open(&file, d.path, d.encoder, &err), HO_EFORMAT);
	}
	for (size_t cut = 1; cut < HEADER; cut++) {
		struct ho_vector_file file;
		assert_ok(ho_file_write(d.path, ho_slice(whole, cut), &err), &err);
		assert_int_equal(ho_vector_file_open(&file, d.path, d.encoder, &err), HO_EFORMAT);
	}
	free(whole);
	desk_release(&d);
}

static void one_at_a_time(void **state)
{
	(void)state;
	struct desk d;
	struct ho_vector_file one, two;
	struct ho_error err;
	desk_make(&d);
	assert_ok(ho_vector_file_open(&one, d.path, d.encoder, &err), &err);
	assert_int_equal(ho_vector_file_open(&two, d.path, d.encoder, &err), HO_ECONFLICT);
	ho_vector_file_close(&one);
	assert_ok(ho_vector_file_open(&two, d.path, d.encoder, &err), &err);
	ho_vector_file_close(&two);
	desk_release(&d);
}

static void memory_may_run_out(void **state)
{
	(void)state;
	struct desk d;
	desk_make(&d);
	for (int there = 0; there < 2; there++)
		for (long nth = 1;; nth++) {
			struct ho_vector_cache cache;
			struct ho_error err = {.code = HO_OK};
			size_t found;
			if (!there)
				unlink(d.path);
			ho_vector_cache_init(&cache, d.encoder);
			ho_alloc_fail_at(nth);
			enum ho_status status = fill(&found, &d, &cache, &err);
			bool failed = ho_alloc_did_fail();
			ho_alloc_fail_at(0);
			ho_vector_cache_release(&cache);
			assert_int_equal(status, failed ? HO_ENOMEM : HO_OK);
			if (!failed) {
				assert_true(nth > 3);
				break;
			}
		}
	assert_int_equal(found_in(&d), TEXTS - 1);
	desk_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_added_is_found),
	    cmocka_unit_test(damage_is_encoded_again),
	    cmocka_unit_test(one_at_a_time),
	    cmocka_unit_test(memory_may_run_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
