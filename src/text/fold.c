#include "text/fold.h"

#include <utf8proc.h>

#include "base/alloc.h"

int32_t ho_point_decode(const char *text, size_t len, size_t *step)
{
	utf8proc_int32_t point;
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

enum ho_point_class ho_point_class(int32_t point)
{
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

/* Decimal digits stand in runs of ten, zero first (Unicode stability policy for Nd); the value is the place in the run. */
static int32_t plain_digit(int32_t point)
{
	if (point < 128 || utf8proc_category(point) != UTF8PROC_CATEGORY_ND)
		return point;
	int32_t value = 0;
	while (utf8proc_category(point - value - 1) == UTF8PROC_CATEGORY_ND)
		value++;
	return '0' + value % 10;
}

enum ho_status ho_fold_points(struct ho_tokens *tokens, size_t n, struct ho_error *err)
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
		for (size_t j = i; class && j > 0 && utf8proc_get_property(points[j - 1])->combining_class > class; j--) {
			int32_t swap = points[j];
			points[j] = points[j - 1];
			points[j - 1] = swap;
		}
	}
	utf8proc_ssize_t composed = utf8proc_normalize_utf32(points, (utf8proc_ssize_t)(at - n), options);
	if (composed < 0)
		return ho_fail(err, HO_EBUG, "a word cannot be normalised");
	if (ho_grow(&tokens->normal, &tokens->normal_cap, tokens->normal_len + (size_t)composed * 4 + 64, 1))
		return ho_fail_nomem(err);
	for (utf8proc_ssize_t i = 0; i < composed; i++)
		tokens->normal_len += (size_t)utf8proc_encode_char(
		    plain_digit(points[i]), (utf8proc_uint8_t *)tokens->normal + tokens->normal_len);
	return HO_OK;
}
