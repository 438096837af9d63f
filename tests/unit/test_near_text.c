/* Normalisation, fingerprints and the similarity of two texts. */
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "near/near.h"
#include "near/corpus.h"

static uint64_t print_of(const char *text)
{
	return ho_near_fingerprint(ho_slice_str(text));
}

/* The values are in model files: they may never change. Computed by calling XXH3_64bits() of libxxhash on the
 * normalised bytes, written out by hand. */
static void fingerprints_are_stable(void **state)
{
	(void)state;
	assert_true(print_of("") == UINT64_C(0x2d06800538d394c2));
	assert_true(print_of("what is my balance") == UINT64_C(0xded5f30ed5b9207b));
	assert_true(print_of("  What\tis\r\n my   BALANCE ") == UINT64_C(0xded5f30ed5b9207b));
	assert_true(print_of("\xc3\x84RGER \xce\xa3\xce\x9f\xce\xa6\xce\x9f\xce\xa3 \xd0\x96\xd0\xa3\xd0\x9a!") ==
	            UINT64_C(0xf225672ee173edbf));
	char *text = malloc(10000);
	assert_non_null(text);
	for (int i = 0; i < 10000; i++)
		text[i] = (char)('a' + i % 23);
	assert_true(ho_near_fingerprint(ho_slice(text, 10000)) ==
	            ho_hash(text + 8192, 1808, ho_hash(text + 4096, 4096, ho_hash(text, 4096, 0))));
	assert_true(ho_near_fingerprint(ho_slice(text, 4096)) == ho_hash(text, 4096, 0));
	assert_true(ho_near_fingerprint(ho_slice(text, 8192)) == ho_hash(text + 4096, 4096, ho_hash(text, 4096, 0)));
	free(text);
}

static void equal_after_normalisation(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool equal;
	} cases[] = {
	    {"", " \t\n ", true},
	    {"", "\xc2\xa0\xe3\x80\x80\xe2\x80\x83", true}, /* no-break, ideographic and em space */
	    {"a b", "A\xc2\xa0 B", true},
	    {"a b", "ab", false},
	    {"ab!", "ab?", false},
	    {"\xc3\xa9t\xc3\xa9", "\xc3\x89T\xc3\x89", true},
	    {"\xc5\xbe\xc5\x82\xc5\xb7\xc4\xb5", "\xc5\xbd\xc5\x81\xc5\xb6\xc4\xb4", true},
	    {"\xce\xac\xcf\x83\xcf\x8e", "\xce\x86\xcf\x82\xce\x8f", true},
	    {"\xd1\x91\xd1\x97\xd2\x91\xd3\x82", "\xd0\x81\xd0\x87\xd2\x90\xd3\x81", true},
	    {"\xef\xbd\x81", "\xef\xbc\xa1", true}, /* full-width a */
	    {"\xc3\x97", "\xc3\xb7", false},        /* multiplication sign is no upper case division sign */
	    {"\xff", "\xfe", false},                /* stray bytes are kept */
	    {"\xc3", "\xc3\x84", false},
	    {"\xed\xa0\x80", "\xed\xa0\x81", false}, /* surrogates are stray bytes too */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if ((print_of(cases[i].a) == print_of(cases[i].b)) != cases[i].equal)
			fail_msg("case %zu", i);
}

/** The definition in the header, for bytes that are normalised already. */
static uint64_t chained(const char *bytes, size_t len)
{
	uint64_t hash = ho_hash(bytes, len < 4096 ? len : 4096, 0);
	for (size_t at = 4096; at < len; at += 4096)
		hash = ho_hash(bytes + at, len - at < 4096 ? len - at : 4096, hash);
	return hash;
}

/* Characters of one to four bytes fall across the ends of pieces in every way. */
static void long_texts_are_hashed_in_pieces(void **state)
{
	(void)state;
	static const char *const folded[] = {"a", "\xc3\xa9", "\xe6\xbc\xa2", "\xf0\x9f\x98\x80", " "};
	static const char *const raw[] = {"A", "\xc3\x89", "\xe6\xbc\xa2", "\xf0\x9f\x98\x80", " \n\xe2\x80\x83"};
	struct ho_rng rng = ho_rng_seed(3, 0);
	for (int round = 0; round < 40; round++) {
		struct corpus normal = {0}, given = {0};
		size_t before = 4;
		for (int i = 0; i < 6000; i++) {
			size_t k = (size_t)ho_rng_below(&rng, 5);
			corpus_add(&given, raw[k], strlen(raw[k]));
			if (k == 4) {
				before = 4;
				continue;
			}
			if (before == 4 && normal.used)
				corpus_byte(&normal, ' ');
			corpus_add(&normal, folded[k], strlen(folded[k]));
			before = k;
		}
		assert_true(normal.used > 8192);
		assert_true(ho_near_fingerprint(ho_slice(given.bytes, given.used)) ==
		            chained(normal.bytes, normal.used));
		corpus_release(&normal);
		corpus_release(&given);
	}
}

static double similarity(const char *a, const char *b)
{
	struct ho_error err;
	double out, back;
	assert_ok(ho_near_jaccard(&out, ho_slice_str(a), ho_slice_str(b), &err), &err);
	assert_ok(ho_near_jaccard(&back, ho_slice_str(b), ho_slice_str(a), &err), &err);
	assert_true(out == back);
	return out;
}

static void similarity_by_hand(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		double expected;
	} cases[] = {
	    {"what is my balance", "what is my savings balance", 6.0 / 10},
	    {"what is my balance", "What is my BALANCE?!", 1},
	    {"a b", "b a", 2.0 / 4}, /* pairs are ordered */
	    {"no no no", "no no no no no", 1},
	    {"hello", "hello there", 1.0 / 3},
	    {"don't", "don\xe2\x80\x99t", 1},
	    {"", "", 1},
	    {"!!!", "???", 0},
	    {"!!!", "", 0},
	    {"", "a", 0},
	    {"\xe6\xbc\xa2\xe5\xad\x97", "\xe6\xbc\xa2\xe5\xad\x97\xe3\x80\x82", 1}, /* with a full stop */
	    {"\xe6\xbc\xa2\xe5\xad\x97", "\xe6\xbc\xa2", 1.0 / 3},
	    {"a\xe6\xbc\xa2"
	     "b",
	     "a \xe6\xbc\xa2 b", 1},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (similarity(cases[i].a, cases[i].b) != cases[i].expected)
			fail_msg("case %zu: %f", i, similarity(cases[i].a, cases[i].b));
}

/* 300,000 distinct words: beyond what is compared exactly. Half of them shared gives 1/3. */
static void long_texts_are_sampled(void **state)
{
	(void)state;
	struct corpus c = {0};
	struct ho_error err;
	char word[32];
	double jaccard;
	size_t at[4];
	for (int i = 0; i < 450000; i++) {
		if (i % 150000 == 0)
			at[i / 150000] = c.used;
		int len = snprintf(word, sizeof word, "%d ", i);
		corpus_add(&c, word, (size_t)len);
	}
	at[3] = c.used;
	assert_ok(ho_near_jaccard(&jaccard, ho_slice(c.bytes, at[2]), ho_slice(c.bytes + at[1], at[3] - at[1]), &err),
	          &err);
	assert_true(jaccard > 1.0 / 3 - 0.01 && jaccard < 1.0 / 3 + 0.01);
	/* Much longer, but with few distinct shingles: exact. */
	struct corpus r = {0};
	for (int i = 0; i < 200; i++)
		corpus_add(&r, c.bytes, 5 * 1000);
	assert_ok(ho_near_jaccard(&jaccard, ho_slice(r.bytes, r.used), ho_slice(r.bytes, 3 * 5000), &err), &err);
	assert_true(jaccard == 1);
	corpus_release(&c);
	corpus_release(&r);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	struct corpus c = {0};
	struct ho_rng rng = ho_rng_seed(5, 0);
	corpus_made_up(&c, &rng, 20000);
	struct ho_slice a = ho_slice(c.bytes, c.used), b = ho_slice(c.bytes, c.used / 2);
	struct ho_error err;
	double jaccard = 0;
	long nth = 1;
	for (;; nth++) {
		ho_alloc_fail_at(nth);
		enum ho_status status = ho_near_jaccard(&jaccard, a, b, &err);
		if (!ho_alloc_did_fail())
			break;
		assert_int_equal(status, HO_ENOMEM);
		assert_true(jaccard == 0);
	}
	ho_alloc_fail_at(0);
	assert_true(nth > 5);
	assert_true(jaccard > 0.4);
	corpus_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fingerprints_are_stable),         cmocka_unit_test(equal_after_normalisation),
	    cmocka_unit_test(long_texts_are_hashed_in_pieces), cmocka_unit_test(similarity_by_hand),
	    cmocka_unit_test(long_texts_are_sampled),          cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
