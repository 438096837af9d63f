/**
 * Characters as this module sees them: decoded, case folded, and of one of four classes. The table is fixed and our
 * own, because fingerprints are stored in model files and must not change with a new version of Unicode.
 */
#ifndef HO_NEAR_SCAN_H
#define HO_NEAR_SCAN_H

#include <stddef.h>
#include <stdint.h>

enum near_class {
	NEAR_BLANK = 0,  /**< white space */
	NEAR_MARK = 1,   /**< punctuation, symbol, control: separates words, counts for exact equality */
	NEAR_LETTER = 2, /**< part of a word */
	NEAR_SINGLE = 3  /**< a word of its own: Han and kana */
};

struct near_char {
	uint32_t code; /**< folded code point; 0x110000 + byte for a byte that is not UTF-8 */
	uint8_t len;   /**< bytes it took, 1 .. 4; folding never changes the length */
	uint8_t class; /**< enum near_class */
};

/** Class of each ASCII character; letters and digits are NEAR_LETTER. */
extern const uint8_t ho_near__ascii[128];

/** Upper case of ASCII to lower case, all else unchanged. */
static inline unsigned char near_lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/** The character that starts at `p` (p < end, *p >= 0x80). Overlong forms, surrogates and cut sequences are stray
 * bytes. */
struct near_char ho_near__decode(const unsigned char *p, const unsigned char *end);

/** Walks through the normalised bytes of a text (ho_near_fingerprint() says which) in pieces. */
struct near_normal {
	const unsigned char *p, *end;
	int started, pending; /**< something was written; a blank is due before the next character */
	unsigned char carry[8];
	size_t n_carry;
};

enum { NEAR_PIECE = 4096, NEAR_PIECE_ROOM = NEAR_PIECE + 8 };

/** The next piece into out[NEAR_PIECE_ROOM]: exactly NEAR_PIECE bytes, or fewer (perhaps 0) when the text ends in it.
 */
size_t ho_near__normalise(struct near_normal *state, unsigned char *out);

#endif
