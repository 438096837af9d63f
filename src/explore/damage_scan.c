/* Signs of a wrong encoding. Mojibake: a run of characters which, as bytes of Windows-1252, are well-formed UTF-8 of
 * two or three bytes that means a Latin letter or common punctuation. Real texts hold such runs hardly ever, since they
 * would need a capital with an accent before a symbol. */
#include "explore/traits.h"

#include "base/utf8.h"

/* Bytes 0x80..0x9F of Windows-1252, as code points. */
static const uint16_t high[32] = {0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                  0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
                                  0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                  0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

/* The byte that this character is in Windows-1252 (or Latin-1); 0 if it is none above 0x7F. */
static unsigned byte_of(uint32_t point)
{
	if (point >= 0x80 && point <= 0xFF)
		return point;
	for (unsigned i = 0; i < 32 && point > 0xFF; i++)
		if (high[i] == point)
			return 0x80 + i;
	return 0;
}

/* The last three bytes that the text would have been. */
struct window {
	unsigned b[3];
};

static bool is_mojibake(const struct window *w)
{
	unsigned a = w->b[0], b = w->b[1], c = w->b[2];
	if (b >= 0xC2 && b <= 0xC5 && (c & 0xC0) == 0x80) /* two bytes: U+00A0..U+017F */
		return b != 0xC2 || c >= 0xA0;
	if (a == 0xE2 && (b == 0x80 || b == 0x82) && (c & 0xC0) == 0x80) /* three: dashes, quotes, euro */
		return true;
	return a == 0xEF && b == 0xBF && c == 0xBD;
}

uint32_t ho_explore__damage_of(struct ho_slice text)
{
	struct window w = {{0, 0, 0}};
	uint32_t traits = 0, point;
	size_t step;
	for (size_t at = 0; at < text.len; at += step) {
		step = 1;
		if (!((unsigned char)text.ptr[at] & 0x80)) {
			w = (struct window){{0, 0, 0}};
			continue;
		}
		step = ho_utf8_decode(&point, text.ptr + at, text.len - at);
		if (point == HO_UTF8_REPLACEMENT)
			traits |= HO_TRAIT_REPLACED;
		if (point >= 0x80 && point <= 0x9F && point != 0x85)
			traits |= HO_TRAIT_CONTROL;
		w = (struct window){{w.b[1], w.b[2], byte_of(point)}};
		if (is_mojibake(&w))
			traits |= HO_TRAIT_MOJIBAKE;
	}
	return traits;
}
