/* Keys of n-grams: which there are, and their exact values, which model files hold. */
#include <string.h>

#include "text/ngram.h"
#include "unit.h"

static void word_ngrams_of_three_tokens(void **state)
{
	(void)state;
	const uint64_t h[] = {11, 22, 33};
	uint64_t out[HO_WORD_NGRAM_MAX];
	assert_int_equal(ho_word_ngrams_at(out, h, 3, 0, 2), 2);
	assert_true(out[0] == ho_mix64(11 + HO_NGRAM_WORD_SEED));
	assert_true(out[1] == ho_ngram_extend(out[0], 22));
	/* The edge after the text is the last token's neighbour, and nothing follows it. */
	assert_int_equal(ho_word_ngrams_at(out, h, 3, 2, 4), 2);
	assert_true(out[1] == ho_ngram_extend(out[0], HO_NGRAM_END));
	assert_int_equal(ho_word_ngrams_at(out, h, 3, 0, 4), 4);
	assert_true(out[3] == ho_ngram_extend(ho_ngram_extend(out[1], 33), HO_NGRAM_END));
	/* The edge before it. */
	assert_int_equal(ho_word_ngrams_at(out, h, 3, -1, 2), 3);
	assert_true(out[0] == ho_ngram_extend(ho_ngram_word(HO_NGRAM_START), 11));
	assert_true(out[2] == ho_ngram_extend(ho_ngram_extend(out[0], 22), 33));
	assert_int_equal(ho_word_ngrams_at(out, h, 1, -1, 2), 2);
	assert_int_equal(ho_word_ngrams_at(out, h, 3, -1, 1), 0);
	assert_int_equal(ho_word_ngrams_at(out, h, 0, -1, 3), 0);
	assert_int_equal(ho_word_ngrams_at(out, h, 3, 1, 1), 1);
}

static void char_ngrams_of_a_word(void **state)
{
	(void)state;
	struct ho_char_ngram out[HO_CHAR_NGRAMS_MAX];
	size_t n = ho_char_ngrams(out, ho_slice_str("né"), 1, 3);
	/* " né ": starts 0..3; a lone blank is none. */
	static const uint8_t start[] = {0, 0, 1, 1, 1, 2, 2}, len[] = {2, 3, 1, 2, 3, 1, 2};
	assert_int_equal(n, 7);
	for (size_t i = 0; i < n; i++) {
		uint64_t key = HO_NGRAM_CHAR_SEED;
		static const uint32_t points[] = {' ', 'n', 0xe9, ' '};
		assert_int_equal(out[i].start, start[i]);
		assert_int_equal(out[i].len, len[i]);
		for (unsigned k = 0; k < len[i]; k++)
			key = ho_ngram_extend(key, points[start[i] + k]);
		assert_true(out[i].key == key);
	}
	assert_int_equal(ho_char_ngrams(out, ho_slice_str("a"), 4, 5), 0);
}

static void long_words_are_cut(void **state)
{
	(void)state;
	struct ho_char_ngram out[HO_CHAR_NGRAMS_MAX];
	char word[400];
	for (size_t i = 0; i < sizeof word; i += 4)
		memcpy(word + i, "\xf0\x9d\x84\x9e", 4);
	size_t n = ho_char_ngrams(out, ho_slice(word, sizeof word), 1, HO_CHAR_NGRAM_MAX);
	/* 50 places: 6 * 50 - 15 that would pass the end, less the two lone blanks. */
	assert_int_equal(n, 6 * 50 - 15 - 2);
	assert_true(n <= HO_CHAR_NGRAMS_MAX);
	assert_int_equal(n, ho_char_ngrams(out, ho_slice(word, 48 * 4), 1, HO_CHAR_NGRAM_MAX));
}

static void keys_are_part_of_the_format(void **state)
{
	(void)state;
	struct ho_char_ngram out[HO_CHAR_NGRAMS_MAX];
	const uint64_t h[] = {1, UINT64_MAX};
	uint64_t keys[HO_WORD_NGRAM_MAX];
	static const uint64_t words[] = {UINT64_C(0xe2c26e8c76e8b959), UINT64_C(0xe8801da6698dbbcc),
	                                 UINT64_C(0x9218672a6d85fa78), UINT64_C(0xbcd739d04e988e4a),
	                                 UINT64_C(0x0a931bcf537c0940), UINT64_C(0x8ca59023afae1054)},
	                      chars[] = {UINT64_C(0x91a61243ac4dc168), UINT64_C(0x6d87b64f88fc31dc),
	                                 UINT64_C(0xceb2dab0ddaea69d), UINT64_C(0xdfb1fd4410c9c3e0),
	                                 UINT64_C(0xbd020c1704221db9)};
	assert_int_equal(ho_word_ngrams_at(keys, h, 2, 0, 3), 3);
	for (int i = 0; i < 3; i++)
		assert_true(keys[i] == words[i]);
	assert_int_equal(ho_word_ngrams_at(keys, h, 2, -1, 3), 3);
	for (int i = 0; i < 3; i++)
		assert_true(keys[i] == words[3 + i]);
	size_t n = ho_char_ngrams(out, ho_slice_str("aß"), 2, 3);
	assert_int_equal(n, sizeof chars / sizeof *chars);
	for (size_t i = 0; i < n; i++)
		assert_true(out[i].key == chars[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(word_ngrams_of_three_tokens),
	    cmocka_unit_test(char_ngrams_of_a_word),
	    cmocka_unit_test(long_words_are_cut),
	    cmocka_unit_test(keys_are_part_of_the_format),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
