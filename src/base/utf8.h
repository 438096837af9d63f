/** UTF-8, one code point at a time: what every floor needs of it. Repairing and folding are in text/utf8.h. */
#ifndef HO_BASE_UTF8_H
#define HO_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define HO_UTF8_REPLACEMENT UINT32_C(0xFFFD)

/**
 * Bytes of the well-formed beginning at text[0], a non-ASCII byte; 0 if it cannot begin a sequence.
 *
 * @param[out] whole  bytes that the sequence should have, 2..4; 0 as above. Fewer good ones: it is cut or ill-formed.
 */
size_t ho_utf8__good_bytes(unsigned *whole, const char *text, size_t len);

/** The slow path of ho_utf8_decode(): the first byte is not ASCII. */
size_t ho_utf8__decode_multi(uint32_t *code, const char *text, size_t len);

/**
 * Decode the first code point of text[0..len), len >= 1.
 *
 * @param[out] code  the code point, or U+FFFD for an ill-formed piece (then 1 to 3 bytes are consumed).
 * @return bytes consumed, 1..4, never more than len.
 */
static inline size_t ho_utf8_decode(uint32_t *code, const char *text, size_t len)
{
	if ((unsigned char)text[0] < 0x80) {
		*code = (unsigned char)text[0];
		return 1;
	}
	return ho_utf8__decode_multi(code, text, len);
}

#endif
