#include "base/utf8.h"

/*
 * Well-formed sequences (Unicode 15, table 3-7): the first byte gives the length, and for E0, ED, F0 and F4 it narrows
 * the range of the second byte, which is what keeps out overlong forms, surrogates and values above U+10FFFF.
 */
struct lead {
	unsigned char len, low, high; /* length of the sequence, range of its second byte; len 0: cannot begin one */
};

static struct lead lead_of(unsigned char c)
{
	if (c < 0xC2 || c > 0xF4)
		return (struct lead){0, 0, 0};
	if (c < 0xE0)
		return (struct lead){2, 0x80, 0xBF};
	if (c < 0xF0)
		return (struct lead){3, c == 0xE0 ? 0xA0 : 0x80, c == 0xED ? 0x9F : 0xBF};
	return (struct lead){4, c == 0xF0 ? 0x90 : 0x80, c == 0xF4 ? 0x8F : 0xBF};
}

size_t ho_utf8__good_bytes(unsigned *whole, const char *text, size_t len)
{
	struct lead lead = lead_of((unsigned char)text[0]);
	*whole = lead.len;
	if (lead.len == 0)
		return 0;
	size_t n = 1;
	if (n < len && (unsigned char)text[1] >= lead.low && (unsigned char)text[1] <= lead.high)
		for (n = 2; n < lead.len && n < len && ((unsigned char)text[n] & 0xC0) == 0x80;)
			n++;
	return n;
}

size_t ho_utf8__decode_multi(uint32_t *code, const char *text, size_t len)
{
	unsigned whole;
	size_t n = ho_utf8__good_bytes(&whole, text, len);
	if (n == 0 || n < whole) {
		*code = HO_UTF8_REPLACEMENT;
		return n ? n : 1;
	}
	uint32_t c = (unsigned char)text[0] & (0x7Fu >> whole);
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)text[i] & 0x3F);
	*code = c;
	return n;
}
