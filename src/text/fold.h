/** Unicode behind the tokeniser: what a code point is, and the normal form of a run of them. */
#ifndef HO_TEXT_FOLD_H
#define HO_TEXT_FOLD_H

#include "text/tokenize.h"

enum ho_point_class {
	HO_POINT_BLANK,  /**< white space, controls, format characters, unassigned */
	HO_POINT_WORD,   /**< letter, digit, connector */
	HO_POINT_EXTEND, /**< combining mark, joiner: goes with what stands before it */
	HO_POINT_GLYPH,  /**< character of a script without blanks between words */
	HO_POINT_MARK    /**< punctuation or symbol */
};

/** Decode one code point of [len >= 1] bytes; *step is its length in bytes (1 for a byte that is not UTF-8, which gives
 * U+FFFD). */
int32_t ho_point_decode(const char *text, size_t len, size_t *step);

/** Class of a code point, by general category and block (Unicode version of libutf8proc). */
enum ho_point_class ho_point_class(int32_t point);

/**
 * Append the normal form (NFKC, case-folded, digits of all scripts as 0-9, default-ignorables dropped) of
 * tokens->scratch[0..n) to tokens->normal; may append nothing. Uses the scratch. HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_fold_points(struct ho_tokens *tokens, size_t n, struct ho_error *err);

#endif
