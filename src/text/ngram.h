/**
 * Keys of n-grams: 64-bit numbers that stand for "these tokens in this order" or "these characters in this order".
 * They are part of the model format. A collision needs two n-grams of one text collection with the same 64 bits:
 * for 10 million n-grams the chance of any is 3e-6.
 */
#ifndef HO_TEXT_NGRAM_H
#define HO_TEXT_NGRAM_H

#include "base/hash.h"
#include "text/tokenize.h"

#define HO_NGRAM_WORD_SEED UINT64_C(0x77f3a1c5d2b94e06)
#define HO_NGRAM_CHAR_SEED UINT64_C(0x3c6ef372fe94f82b)

/** Longest run of characters of a word (its start) that makes character n-grams: what is longer is no word. */
enum { HO_CHAR_WORD_MAX = 48, HO_CHAR_NGRAM_MAX = 6 };

/** Key of the one-token n-gram. */
static inline uint64_t ho_ngram_word(uint64_t token_hash)
{
	return ho_mix64(token_hash + HO_NGRAM_WORD_SEED);
}

/** Key of the n-gram `key` followed by one more token (or character). */
static inline uint64_t ho_ngram_extend(uint64_t key, uint64_t next)
{
	return ho_mix64(key * UINT64_C(0x9e3779b97f4a7c15) + next);
}

/** A character n-gram of a word: its key and which characters of the padded word " w " it covers. */
struct ho_char_ngram {
	uint64_t key;
	uint8_t start, len; /**< in code points of the padded word */
};

/** Most n-grams a word can give: every start, every length. */
#define HO_CHAR_NGRAMS_MAX ((HO_CHAR_WORD_MAX + 2) * HO_CHAR_NGRAM_MAX)

/**
 * Character n-grams of min..max characters of a normalised word with a blank on either side. Repeats are kept.
 *
 * @param out   [HO_CHAR_NGRAMS_MAX]
 * @param word  valid UTF-8.
 * @param min   1..max; max <= HO_CHAR_NGRAM_MAX.
 * @return how many were written.
 */
size_t ho_char_ngrams(struct ho_char_ngram *out, struct ho_slice word, unsigned min, unsigned max);

#endif
