/* Inputs made to be slow, large or broken. A quadratic search would take hours, hence the loose limits in seconds. */
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "near/near.h"
#include "near/corpus.h"

enum { SECONDS_MAX = 60 };

static struct ho_near_result find(const struct ho_slice *texts, size_t n, const char *what)
{
	struct ho_near_result result;
	struct ho_error err;
	double start = ho_clock_seconds();
	assert_ok(ho_near_find(&result, texts, n, NULL, NULL, &err), &err);
	double seconds = ho_clock_seconds() - start;
	print_message("%s: %.2f s, %zu groups\n", what, seconds, result.n_groups);
	assert_true(seconds < SECONDS_MAX);
	return result;
}

static void huge_texts(void **state)
{
	(void)state;
	size_t len = (size_t)50 << 20;
	char *bytes = malloc(len + 4);
	assert_non_null(bytes);
	struct ho_rng rng = ho_rng_seed(1, 0);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(ho_rng_below(&rng, 6) ? 'a' + ho_rng_below(&rng, 26) : ' ');
	struct ho_slice texts[3] = {ho_slice(bytes, len), ho_slice(bytes, len - 1000), ho_slice(bytes, len / 2)};
	struct ho_near_result r = find(texts, 3, "50 MB of words, twice, and half of it");
	assert_int_equal(r.group[1], 0);
	assert_int_equal(r.group[2], 1);
	ho_near_release(&r);
	memset(bytes, 'a', len);
	r = find(texts, 3, "50 MB without a blank");
	assert_int_equal(r.n_groups, 3);
	ho_near_release(&r);
	for (size_t i = 1; i < len; i += 2)
		bytes[i] = ' ';
	r = find(texts, 3, "50 MB of one word");
	assert_int_equal(r.n_groups, 1);
	ho_near_release(&r);
	free(bytes);
}

static void equal_and_empty(void **state)
{
	(void)state;
	enum { N = 100000 };
	struct ho_slice *texts = calloc(N, sizeof *texts);
	assert_non_null(texts);
	struct ho_near_result r = find(texts, N, "empty texts");
	assert_int_equal(r.n_groups, 1);
	assert_int_equal(r.n_exact, N - 1);
	assert_int_equal(r.n_pairs, HO_NEAR_PAIRS);
	ho_near_release(&r);
	for (size_t i = 0; i < N; i++)
		texts[i] = ho_slice_str(i % 2 ? "the same text again and again" : "The same  text again and AGAIN");
	r = find(texts, N, "equal texts");
	assert_int_equal(r.n_groups, 1);
	assert_int_equal(r.n_exact, N - 1);
	ho_near_release(&r);
	free(texts);
}

/* 200 shared words and `own` words of each text's own. */
static struct corpus boilerplate(size_t n, size_t own)
{
	struct corpus c = {0};
	struct ho_rng shared = ho_rng_seed(2, 0), rng = ho_rng_seed(3, 0);
	char word[32];
	corpus_made_up(&c, &shared, 200);
	char *copy = malloc(c.used);
	size_t len = c.used;
	assert_non_null(copy);
	memcpy(copy, c.bytes, len);
	c.used = 0;
	for (size_t i = 0; i < n; i++) {
		corpus_add(&c, copy, len);
		for (size_t k = 0; k < own; k++) {
			int used = snprintf(word, sizeof word, " u%u", (unsigned)ho_rng_below(&rng, 1000000000));
			corpus_add(&c, word, (size_t)used);
		}
		corpus_end(&c);
	}
	free(copy);
	corpus_finish(&c);
	return c;
}

static void shared_boilerplate(void **state)
{
	(void)state;
	struct corpus c = boilerplate(10000, 30); /* similarity about 0.75: all of it collides, none of it joins */
	struct ho_near_result r = find(c.texts, c.n, "10,000 texts, one boilerplate, below the threshold");
	assert_int_equal(r.n_groups, c.n);
	ho_near_release(&r);
	corpus_release(&c);
	c = boilerplate(10000, 5);
	r = find(c.texts, c.n, "10,000 texts, one boilerplate, above the threshold");
	assert_int_equal(r.n_groups, 1);
	ho_near_release(&r);
	corpus_release(&c);
}

static void broken_bytes(void **state)
{
	(void)state;
	struct corpus c = {0};
	struct ho_rng rng = ho_rng_seed(4, 0);
	for (int i = 0; i < 20000; i++) {
		size_t len = ho_rng_below(&rng, 60);
		for (size_t k = 0; k < len; k++)
			corpus_byte(&c, (char)ho_rng_below(&rng, 256));
		corpus_end(&c);
	}
	/* Each row from memory of its own length, so that reading past it is seen. */
	struct ho_slice *texts = calloc(c.n, sizeof *texts);
	assert_non_null(texts);
	corpus_finish(&c);
	for (size_t i = 0; i < c.n; i++) {
		char *own = malloc(c.texts[i].len + !c.texts[i].len);
		assert_non_null(own);
		memcpy(own, c.texts[i].ptr, c.texts[i].len);
		texts[i] = ho_slice(own, c.texts[i].len);
	}
	struct ho_near_result r = find(texts, c.n, "random bytes"), again = find(c.texts, c.n, "again");
	assert_memory_equal(r.group, again.group, c.n * sizeof *r.group);
	ho_near_release(&r);
	ho_near_release(&again);
	for (size_t i = 0; i < c.n; i++)
		free((char *)(uintptr_t)texts[i].ptr);
	free(texts);
	corpus_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(huge_texts),
	    cmocka_unit_test(equal_and_empty),
	    cmocka_unit_test(shared_boilerplate),
	    cmocka_unit_test(broken_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
