/**
 * Bytes -> tokens. A token is a word (letters, marks, digits, underscore), one character of a script that is written
 * without blanks, or one punctuation mark or symbol. Each carries the bytes it came from and a normal form:
 * NFKC, case-folded, decimal digits of all scripts as 0-9, and numbers of HO_LONG_NUMBER digits or more as so many
 * zeros: "Straße" and "STRASSE" meet, and so do any two telephone numbers of one length, while "404" and "500" stay
 * apart.
 *
 * Invariants:
 *  1. Tokens are in order, do not overlap, and start < end <= len.
 *  2. The hash of a token depends on its normal form only; it is part of the model format.
 *  3. Any bytes are accepted; what is not UTF-8 counts as U+FFFD, byte by byte.
 * Not here: n-grams (ngram.h), vocabulary (model, train).
 */
#ifndef HO_TEXT_TOKENIZE_H
#define HO_TEXT_TOKENIZE_H

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

/** Digits from which a number is known by its length only. */
enum { HO_LONG_NUMBER = 5 };

enum ho_token_kind {
	HO_TOKEN_WORD = 0,  /**< letters, marks, digits, underscore */
	HO_TOKEN_GLYPH = 1, /**< one character of a script without blanks (Han, kana, Thai, Lao, Khmer, Myanmar, ...) */
	HO_TOKEN_MARK = 2   /**< one punctuation mark or symbol */
};

/** Most combining marks in a row that stay with one token (UAX #15, stream-safe text format); more begin a new one. */
enum { HO_MARKS_MAX = 30 };

struct ho_token {
	uint64_t hash;       /**< of the normal form */
	uint32_t start, end; /**< bytes of the source text */
	uint32_t normal;     /**< offset of the normal form in ho_tokens.normal */
	uint32_t normal_len; /**< bytes, >= 1 */
	enum ho_token_kind kind;
};

/** Reusable result of tokenising; after warm-up it allocates no more. */
struct ho_tokens {
	struct ho_token *items; /**< [n] owned */
	size_t n, cap;
	char *normal; /**< [normal_len] normal forms, UTF-8, one after the other; owned */
	size_t normal_len, normal_cap;
	int32_t *scratch; /**< code points of one word; owned */
	size_t scratch_cap;
};

void ho_tokens_init(struct ho_tokens *tokens);
void ho_tokens_release(struct ho_tokens *tokens);

/**
 * Tokenise one text; replaces what `out` held.
 *
 * @param text  [len] bytes, len <= HO_TEXT_MAX.
 * @return HO_OK; HO_ELIMIT text too long; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_tokenize(struct ho_tokens *out, const char *text, size_t len, struct ho_error *err);

static inline struct ho_slice ho_token_normal(const struct ho_tokens *tokens, size_t i)
{
	return ho_slice(tokens->normal + tokens->items[i].normal, tokens->items[i].normal_len);
}

#endif
