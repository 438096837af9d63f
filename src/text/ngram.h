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

/** Stand-ins for the edges of a text, part of n-grams of two tokens and more. */
#define HO_NGRAM_START UINT64_C(0x5354415254000001)
#define HO_NGRAM_END UINT64_C(0x454e440000000001)

/** Longest word n-gram; the run at the start of a text has its edge and up to three tokens whatever N is. */
enum { HO_WORD_NGRAM_MAX = 4, HO_WORD_START_RUN = 4 };

/**
 * Keys of the word n-grams that begin at token `start` of a text: lengths 1, 2, ... as far as N and the text allow.
 * start = -1 is the edge before the first token: lengths 2 .. HO_WORD_START_RUN, the edge counted.
 * The edge after the last token ends an n-gram like a token does.
 *
 * @param out     [HO_WORD_NGRAM_MAX] keys; out[i] belongs to length i + 1 (start = -1: length i + 2).
 * @param hashes  [n] token hashes of the text.
 * @param N       longest n-gram, 1..HO_WORD_NGRAM_MAX; with N = 1 there are no edges.
 * @return how many keys were written.
 */
static inline unsigned ho_word_ngrams_at(uint64_t out[HO_WORD_NGRAM_MAX], const uint64_t *hashes, size_t n,
                                         ptrdiff_t start, unsigned N)
{
	unsigned count = 0, longest = start < 0 ? (unsigned)HO_WORD_START_RUN : N;
	uint64_t key = start < 0 ? ho_ngram_word(HO_NGRAM_START) : ho_ngram_word(hashes[start]);
	if (start < 0 ? N < 2 || n == 0 : false)
		return 0;
	if (start >= 0)
		out[count++] = key;
	for (unsigned len = 2; len <= longest; len++) {
		size_t next = (size_t)(start + (ptrdiff_t)len - 1);
		if (next > n)
			break;
		key = ho_ngram_extend(key, next == n ? HO_NGRAM_END : hashes[next]);
		out[count++] = key;
	}
	return count;
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
