#include "near/scan.h"

#include <string.h>

#include "base/utf8.h"

#define B NEAR_BLANK
#define M NEAR_MARK
#define L NEAR_LETTER
const uint8_t ho_near__ascii[128] = {
    M, M, M, M, M, M, M, M, M, B, B, B, B, B, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, /* 00 .. 1f */
    B, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, L, L, L, L, L, L, L, L, L, L, M, M, M, M, M, M, /* 20 .. 3f */
    M, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, M, M, M, M, M, /* 40 .. 5f */
    M, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, M, M, M, M, M, /* 60 .. 7f */
};
#undef B
#undef M
#undef L

struct range {
	uint32_t first, last;
	uint8_t class;
};

/* Sorted; what is not listed is a letter. */
static const struct range ranges[] = {
    {0x80, 0x84, NEAR_MARK},         {0x85, 0x85, NEAR_BLANK},      {0x86, 0x9f, NEAR_MARK},
    {0xa0, 0xa0, NEAR_BLANK},        {0xa1, 0xa9, NEAR_MARK},       {0xab, 0xb4, NEAR_MARK},
    {0xb6, 0xb9, NEAR_MARK},         {0xbb, 0xbf, NEAR_MARK},       {0xd7, 0xd7, NEAR_MARK},
    {0xf7, 0xf7, NEAR_MARK},         {0x1680, 0x1680, NEAR_BLANK},  {0x2000, 0x200a, NEAR_BLANK},
    {0x200b, 0x200b, NEAR_MARK},     {0x200e, 0x2027, NEAR_MARK},   {0x2028, 0x2029, NEAR_BLANK},
    {0x202a, 0x202e, NEAR_MARK},     {0x202f, 0x202f, NEAR_BLANK},  {0x2030, 0x205e, NEAR_MARK},
    {0x205f, 0x205f, NEAR_BLANK},    {0x2060, 0x206f, NEAR_MARK},   {0x20a0, 0x20cf, NEAR_MARK},
    {0x3000, 0x3000, NEAR_BLANK},    {0x3001, 0x3004, NEAR_MARK},   {0x3005, 0x3007, NEAR_SINGLE},
    {0x3008, 0x3020, NEAR_MARK},     {0x3030, 0x3030, NEAR_MARK},   {0x303d, 0x303f, NEAR_MARK},
    {0x3041, 0x309f, NEAR_SINGLE},   {0x30a0, 0x30a0, NEAR_MARK},   {0x30a1, 0x30fa, NEAR_SINGLE},
    {0x30fb, 0x30fb, NEAR_MARK},     {0x30fc, 0x30ff, NEAR_SINGLE}, {0x31f0, 0x31ff, NEAR_SINGLE},
    {0x3400, 0x4dbf, NEAR_SINGLE},   {0x4e00, 0x9fff, NEAR_SINGLE}, {0xf900, 0xfaff, NEAR_SINGLE},
    {0xfeff, 0xfeff, NEAR_MARK},     {0xff01, 0xff0f, NEAR_MARK},   {0xff1a, 0xff20, NEAR_MARK},
    {0xff3b, 0xff40, NEAR_MARK},     {0xff5b, 0xff65, NEAR_MARK},   {0xff66, 0xff9f, NEAR_SINGLE},
    {0x20000, 0x3ffff, NEAR_SINGLE},
};

static uint8_t class_of(uint32_t code)
{
	size_t low = 0, high = sizeof ranges / sizeof *ranges;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (ranges[middle].last < code)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < sizeof ranges / sizeof *ranges && code >= ranges[low].first)
		return ranges[low].class;
	return NEAR_LETTER;
}

static int within(uint32_t code, uint32_t first, uint32_t last)
{
	return code >= first && code <= last;
}

static uint32_t fold_latin(uint32_t c)
{
	if (within(c, 0xc0, 0xde))
		return c == 0xd7 ? c : c + 32;
	if (c == 0x178)
		return 0xff;
	if (c == 0x130) /* dotted capital I: its folding is longer */
		return c;
	if (within(c, 0x100, 0x137) || within(c, 0x14a, 0x177))
		return c | 1;
	if (within(c, 0x139, 0x148) || within(c, 0x179, 0x17e))
		return c + (c & 1);
	return c;
}

static uint32_t fold_greek(uint32_t c)
{
	if (within(c, 0x391, 0x3ab) && c != 0x3a2)
		return c + 32;
	if (c == 0x386)
		return 0x3ac;
	if (within(c, 0x388, 0x38a))
		return c + 37;
	if (c == 0x38c)
		return 0x3cc;
	if (within(c, 0x38e, 0x38f))
		return c + 63;
	return c == 0x3c2 ? 0x3c3 : c; /* final sigma */
}

static uint32_t fold_cyrillic(uint32_t c)
{
	if (within(c, 0x400, 0x40f))
		return c + 80;
	if (within(c, 0x410, 0x42f))
		return c + 32;
	if (within(c, 0x460, 0x481) || within(c, 0x48a, 0x4bf) || within(c, 0x4d0, 0x52f))
		return c | 1;
	if (c == 0x4c0)
		return 0x4cf;
	return within(c, 0x4c1, 0x4ce) ? c + (c & 1) : c;
}

static uint32_t fold(uint32_t c)
{
	if (c < 0x180)
		return fold_latin(c);
	if (within(c, 0x380, 0x3ff))
		return fold_greek(c);
	if (within(c, 0x400, 0x52f))
		return fold_cyrillic(c);
	return within(c, 0xff21, 0xff3a) ? c + 32 : c;
}

/* A byte that is no UTF-8 is a letter of its own: two damaged texts are alike only if their damage is. */
struct near_char ho_near__decode(const unsigned char *p, const unsigned char *end)
{
	uint32_t code;
	size_t len = ho_utf8_decode(&code, (const char *)p, (size_t)(end - p));
	if (code == HO_UTF8_REPLACEMENT && !(len == 3 && memcmp(p, "\xEF\xBF\xBD", 3) == 0))
		return (struct near_char){0x110000u + *p, 1, NEAR_LETTER};
	return (struct near_char){fold(code), (uint8_t)len, class_of(code)};
}

/** Write the folded character; everything that folds has two or three bytes, and keeps them. */
static void encode(unsigned char *out, const unsigned char *in, struct near_char c)
{
	memcpy(out, in, c.len);
	if (c.len == 2) {
		out[0] = (unsigned char)(0xc0 | c.code >> 6);
		out[1] = (unsigned char)(0x80 | (c.code & 0x3f));
	} else if (c.len == 3) {
		out[1] = (unsigned char)(0x80 | (c.code >> 6 & 0x3f));
		out[2] = (unsigned char)(0x80 | (c.code & 0x3f));
	}
}

static struct near_char next_char(const unsigned char *p, const unsigned char *end)
{
	if (*p < 0x80)
		return (struct near_char){near_lower(*p), 1, ho_near__ascii[*p]};
	return ho_near__decode(p, end);
}

size_t ho_near__normalise(struct near_normal *s, unsigned char *out)
{
	size_t used = s->n_carry;
	memcpy(out, s->carry, s->n_carry);
	s->n_carry = 0;
	while (used < NEAR_PIECE && s->p < s->end) {
		struct near_char c = next_char(s->p, s->end);
		if (c.class == NEAR_BLANK) {
			s->pending = s->started;
		} else {
			if (s->pending)
				out[used++] = ' ';
			if (c.len == 1)
				out[used] = near_lower(*s->p);
			else
				encode(out + used, s->p, c);
			used += c.len;
			s->started = 1, s->pending = 0;
		}
		s->p += c.len;
	}
	if (used > NEAR_PIECE) {
		s->n_carry = used - NEAR_PIECE;
		memcpy(s->carry, out + NEAR_PIECE, s->n_carry);
		used = NEAR_PIECE;
	}
	return used;
}
