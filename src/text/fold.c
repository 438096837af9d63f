#include "text/fold.h"

#include <utf8proc.h>

#include "base/alloc.h"

static inline bool is_trail(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

int32_t ho_point_decode(const char *text, size_t len, size_t *step)
{
	utf8proc_int32_t point;
	unsigned char lead = (unsigned char)text[0];
	/* Most of what is not ASCII has two bytes, or three without the traps of E0 (overlong) and ED (surrogates). */
	if (lead >= 0xc2 && lead <= 0xdf && len >= 2 && is_trail(text[1])) {
		*step = 2;
		return (lead & 0x1f) << 6 | (text[1] & 0x3f);
	}
	if (lead >= 0xe1 && lead <= 0xef && lead != 0xed && len >= 3 && is_trail(text[1]) && is_trail(text[2])) {
		*step = 3;
		return (lead & 0x0f) << 12 | (text[1] & 0x3f) << 6 | (text[2] & 0x3f);
	}
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, &point);
	if (n <= 0) {
		*step = 1;
		return 0xfffd;
	}
	*step = (size_t)n;
	return point;
}

struct range {
	int32_t first, last;
};

/* Scripts written without blanks between words, by block; letters in them are tokens of their own. */
static const struct range unspaced[] = {
    {0x0e00, 0x0eff},   /* Thai, Lao */
    {0x0f00, 0x0fff},   /* Tibetan */
    {0x1000, 0x109f},   /* Myanmar */
    {0x1780, 0x17ff},   /* Khmer */
    {0x1950, 0x19df},   /* Tai Le, New Tai Lue */
    {0x1a20, 0x1aaf},   /* Tai Tham */
    {0x2e80, 0x2fdf},   /* CJK and Kangxi radicals */
    {0x3005, 0x3007},   /* ideographic iteration mark, closing mark, zero */
    {0x3040, 0x30ff},   /* Hiragana, Katakana */
    {0x31f0, 0x31ff},   /* Katakana phonetic extensions */
    {0x3400, 0x4dbf},   /* Han, extension A */
    {0x4e00, 0x9fff},   /* Han */
    {0xaa60, 0xaadf},   /* Myanmar extended A, Tai Viet */
    {0xf900, 0xfaff},   /* Han, compatibility */
    {0xff66, 0xff9f},   /* halfwidth Katakana */
    {0x20000, 0x3fffd}, /* Han, extensions B and later */
};

static bool is_unspaced(int32_t point)
{
	if (point < unspaced[0].first)
		return false;
	for (size_t i = 0; i < sizeof unspaced / sizeof *unspaced; i++)
		if (point >= unspaced[i].first && point <= unspaced[i].last)
			return true;
	return false;
}

static inline bool is_between(int32_t point, int32_t first, int32_t last)
{
	return point >= first && point <= last;
}

/* Blocks of letters and nothing else, asked before the library: most of the words of most languages. */
static bool is_common_letter(int32_t point)
{
	if (point < 0x700)
		return is_between(point, 0x400, 0x481) ||
		       (is_between(point, 0xc0, 0x24f) && point != 0xd7 && point != 0xf7) ||
		       is_between(point, 0x3a3, 0x3f5) || is_between(point, 0x620, 0x64a) ||
		       is_between(point, 0x391, 0x3a1) || is_between(point, 0x5d0, 0x5ea);
	return is_between(point, 0xac00, 0xd7a3);
}

/* The same of scripts without blanks; Han up to its assignments of Unicode 11, so that no version differs. */
static bool is_common_glyph(int32_t point)
{
	return is_between(point, 0x4e00, 0x9fef) || is_between(point, 0x3041, 0x3096) ||
	       is_between(point, 0x30a1, 0x30fa);
}

enum ho_point_class ho_point_class(int32_t point)
{
	if (is_common_letter(point))
		return HO_POINT_WORD;
	if (is_common_glyph(point))
		return HO_POINT_GLYPH;
	if (point == 0xfffd)
		return HO_POINT_MARK;
	/* Halfwidth voicing marks are letters to Unicode, but their normal form is a combining mark. */
	if (point == 0xff9e || point == 0xff9f)
		return HO_POINT_EXTEND;
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_NL:
		return is_unspaced(point) ? HO_POINT_GLYPH : HO_POINT_WORD;
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_PC:
		return HO_POINT_WORD;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return HO_POINT_EXTEND;
	case UTF8PROC_CATEGORY_CF:
		/* Joiners and soft hyphens stand inside words; they vanish when folded. */
		return point == 0x200c || point == 0x200d || point == 0xad || point == 0x2060 ? HO_POINT_EXTEND
		                                                                              : HO_POINT_BLANK;
	case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO:
	case UTF8PROC_CATEGORY_SM:
	case UTF8PROC_CATEGORY_SC:
	case UTF8PROC_CATEGORY_SK:
	case UTF8PROC_CATEGORY_SO:
		return HO_POINT_MARK;
	default:
		return HO_POINT_BLANK;
	}
}

enum { DECOMPOSED_MAX = 32 }; /* longest compatibility decomposition is 18 code points (U+FDFA) */

/* Decimal digits stand in runs of ten, zero first (Unicode stability policy for Nd); the value is the place in the run.
 */
static int32_t plain_digit(int32_t point)
{
	if (point < 128 || utf8proc_category(point) != UTF8PROC_CATEGORY_ND)
		return point;
	int32_t value = 0;
	while (utf8proc_category(point - value - 1) == UTF8PROC_CATEGORY_ND)
		value++;
	return '0' + value % 10;
}

/* Latin letters that come in pairs: capitals on even places, or on odd ones. */
static int32_t fold_latin_pair(int32_t point)
{
	if (is_between(point, 0x100, 0x12f) || is_between(point, 0x134, 0x137) || is_between(point, 0x14a, 0x177))
		return point | 1;
	if (is_between(point, 0x139, 0x13e) || is_between(point, 0x141, 0x148) || is_between(point, 0x179, 0x17e))
		return (point + 1) & ~1;
	return -1;
}

static int32_t fold_ascii(int32_t point)
{
	return is_between(point, 'A', 'Z') ? point + ('a' - 'A') : point;
}

/*
 * Normal form of a point which is one point and which no neighbour of this kind changes; else -1. A word made of such
 * points needs no decomposition, ordering and composition. test_text_fold.c holds this against the library.
 */
static int32_t fold_simple(int32_t point)
{
	if (point < 0x80)
		return fold_ascii(point);
	if (point < 0x180) {
		if (is_between(point, 0xc0, 0xff) && point != 0xdf)
			return point <= 0xde && point != 0xd7 ? point + 0x20 : point;
		return fold_latin_pair(point);
	}
	if (point < 0x700) {
		if (is_between(point, 0x430, 0x45f) || (is_between(point, 0x3b1, 0x3c9) && point != 0x3c2) ||
		    is_between(point, 0x621, 0x64a) || is_between(point, 0x5d0, 0x5ea))
			return point;
		if (is_between(point, 0x410, 0x42f) || is_between(point, 0x391, 0x3a1) ||
		    is_between(point, 0x3a3, 0x3a9))
			return point + 0x20;
		return is_between(point, 0x400, 0x40f) ? point + 0x50 : -1;
	}
	if (is_common_glyph(point) || is_between(point, 0xac00, 0xd7a3) || is_between(point, 0x2013, 0x2014) ||
	    is_between(point, 0x2018, 0x201f) || is_between(point, 0x3001, 0x3002))
		return point;
	return is_between(point, 0xff01, 0xff5e) ? fold_ascii(point - 0xfee0) : -1;
}

/* Append a code point; the room was reserved. */
static void append(struct ho_tokens *tokens, int32_t point)
{
	char *out = tokens->normal + tokens->normal_len;
	if (point < 0x80) {
		out[0] = (char)point;
		tokens->normal_len += 1;
	} else if (point < 0x800) {
		out[0] = (char)(0xc0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3f));
		tokens->normal_len += 2;
	} else {
		tokens->normal_len += (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)out);
	}
}

static enum ho_status reserve(struct ho_tokens *tokens, size_t points, struct ho_error *err)
{
	if (ho_grow(&tokens->normal, &tokens->normal_cap, tokens->normal_len + points * 4 + 64, 1))
		return ho_fail_nomem(err);
	return HO_OK;
}

static enum ho_status fold_full(struct ho_tokens *tokens, size_t n, struct ho_error *err)
{
	const utf8proc_option_t options =
	    UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	/* Decompose behind the source points, in the same scratch, then compose there. */
	size_t at = n;
	int boundary = 0;
	for (size_t i = 0; i < n; i++) {
		if (ho_grow(&tokens->scratch, &tokens->scratch_cap, at + DECOMPOSED_MAX, sizeof *tokens->scratch))
			return ho_fail_nomem(err);
		utf8proc_ssize_t k = utf8proc_decompose_char(plain_digit(tokens->scratch[i]), tokens->scratch + at,
		                                             DECOMPOSED_MAX, options, &boundary);
		if (k > 0 && k <= DECOMPOSED_MAX)
			at += (size_t)k;
	}
	/* Canonical order of marks: insertion sort by combining class; runs are short (HO_MARKS_MAX). */
	int32_t *points = tokens->scratch + n;
	for (size_t i = 1; i < at - n; i++) {
		int class = utf8proc_get_property(points[i])->combining_class;
		for (size_t j = i; class && j > 0 && utf8proc_get_property(points[j - 1])->combining_class > class;
		     j--) {
			int32_t swap = points[j];
			points[j] = points[j - 1];
			points[j - 1] = swap;
		}
	}
	utf8proc_ssize_t composed = utf8proc_normalize_utf32(points, (utf8proc_ssize_t)(at - n), options);
	if (composed < 0)
		return ho_fail(err, HO_EBUG, "a word cannot be normalised");
	enum ho_status status = reserve(tokens, (size_t)composed, err);
	for (utf8proc_ssize_t i = 0; i < composed && status == HO_OK; i++)
		append(tokens, plain_digit(points[i]));
	return status;
}

enum ho_status ho_fold_points(struct ho_tokens *tokens, size_t n, struct ho_error *err)
{
	size_t normal = tokens->normal_len;
	enum ho_status status = reserve(tokens, n, err);
	if (status)
		return status;
	for (size_t i = 0; i < n; i++) {
		int32_t point = fold_simple(tokens->scratch[i]);
		/* The one common letter that becomes two. */
		if (tokens->scratch[i] == 0xdf)
			append(tokens, point = 's');
		if (point < 0) {
			tokens->normal_len = normal;
			return fold_full(tokens, n, err);
		}
		append(tokens, point);
	}
	return HO_OK;
}
