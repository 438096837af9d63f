/* The short cuts of decoding, classing and folding give what the Unicode library gives, for all that there is. */
#include "unit/unit.h"

#include <utf8proc.h>

#include "base/rng.h"
#include "text/fold.h"

enum { POINTS = 0x110000, RUN_MAX = 6 };

static void decoding_equals_the_library(void **state)
{
	(void)state;
	char bytes[4];
	for (uint32_t lead = 0x80; lead < 0x100; lead++)
		for (uint32_t rest = 0; rest < 0x10000; rest++)
			for (size_t len = 1; len <= 4; len += rest % 251 ? 3 : 1) {
				bytes[0] = (char)lead, bytes[1] = (char)(rest >> 8), bytes[2] = (char)rest;
				bytes[3] = (char)(rest * 3);
				utf8proc_int32_t expected;
				size_t step;
				utf8proc_ssize_t n =
				    utf8proc_iterate((utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)len, &expected);
				int32_t point = ho_point_decode(bytes, len, &step);
				if (point != (n > 0 ? expected : 0xfffd) || step != (n > 0 ? (size_t)n : 1))
					fail_msg("lead %x, rest %x, %zu bytes", lead, rest, len);
			}
}

static bool is_letter(utf8proc_category_t category)
{
	return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
	       category == UTF8PROC_CATEGORY_NL;
}

static void classes_follow_categories(void **state)
{
	(void)state;
	size_t counts[5] = {0};
	for (int32_t point = 0; point < POINTS; point++) {
		utf8proc_category_t category = utf8proc_category(point);
		enum ho_point_class class = ho_point_class(point);
		counts[class]++;
		bool is_number = category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_NO;
		bool is_voicing = point == 0xff9e || point == 0xff9f;
		bool is_word = is_letter(category) || is_number || category == UTF8PROC_CATEGORY_PC;
		if ((class == HO_POINT_WORD || class == HO_POINT_GLYPH) != (is_word && !is_voicing))
			fail_msg("U+%04X: class %d, category %d", (unsigned)point, class, category);
		if (class == HO_POINT_GLYPH && !is_letter(category))
			fail_msg("U+%04X is a glyph of category %d", (unsigned)point, category);
	}
	assert_true(counts[HO_POINT_GLYPH] > 70000 && counts[HO_POINT_WORD] > 25000);
	assert_int_equal(ho_point_class(0x4e00), HO_POINT_GLYPH);
	assert_int_equal(ho_point_class(0x9fff), ho_point_class(0x9ffe));
	assert_int_equal(ho_point_class(0x30fb), HO_POINT_MARK);
	assert_int_equal(ho_point_class(0xac00), HO_POINT_WORD);
	assert_int_equal(ho_point_class(0xd7), HO_POINT_MARK);
}

/* Decimal digits by their value, whatever their script. */
static int32_t digit(int32_t point)
{
	int32_t zero = point;
	if (utf8proc_category(point) != UTF8PROC_CATEGORY_ND)
		return point;
	while (utf8proc_category(zero - 1) == UTF8PROC_CATEGORY_ND)
		zero--;
	return '0' + (point - zero) % 10;
}

/* The same from one call of the library. */
static struct ho_slice fold_slowly(const int32_t *points, size_t n)
{
	static char out[RUN_MAX * 80];
	utf8proc_uint8_t text[RUN_MAX * 4 + 1], *folded = NULL;
	utf8proc_ssize_t len = 0;
	for (size_t i = 0; i < n; i++)
		len += utf8proc_encode_char(digit(points[i]), text + len);
	utf8proc_ssize_t result =
	    utf8proc_map(text, len, &folded,
	                 UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
	assert_true(result >= 0 && (size_t)result < sizeof out);
	size_t to = 0;
	for (utf8proc_ssize_t at = 0; at < result;) {
		utf8proc_int32_t point;
		at += utf8proc_iterate(folded + at, result - at, &point);
		to += (size_t)utf8proc_encode_char(digit(point), (utf8proc_uint8_t *)out + to);
	}
	free(folded);
	return ho_slice(out, to);
}

static void check_run(struct ho_tokens *tokens, const int32_t *points, size_t n)
{
	struct ho_error err;
	memcpy(tokens->scratch, points, n * sizeof *points);
	tokens->normal_len = 0;
	assert_ok(ho_fold_points(tokens, n, &err), &err);
	if (!ho_slice_equal(ho_slice(tokens->normal, tokens->normal_len), fold_slowly(points, n)))
		fail_msg("%zu points from U+%04X, U+%04X on", n, (unsigned)points[0], (unsigned)points[n > 1]);
}

/* Scratch for a run: what the tokeniser would have made. */
static void start(struct ho_tokens *tokens)
{
	struct ho_error err;
	static const char text[] = "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9";
	ho_tokens_init(tokens);
	assert_ok(ho_tokenize(tokens, text, sizeof text - 1, &err), &err);
	assert_true(tokens->scratch_cap >= RUN_MAX);
}

static void every_point_folds_as_in_the_library(void **state)
{
	(void)state;
	struct ho_tokens tokens;
	start(&tokens);
	for (int32_t point = 1; point < POINTS; point++)
		if (ho_point_class(point) != HO_POINT_BLANK && !(point >= 0xd800 && point < 0xe000))
			check_run(&tokens, &point, 1);
	ho_tokens_release(&tokens);
}

static void runs_fold_as_in_the_library(void **state)
{
	(void)state;
	/* Letters with short cuts, and what could change them from behind: marks, jamo, voicing, hamza, joiners. */
	static const int32_t ranges[][2] = {{'0', 'z'},       {0xc0, 0x24f},    {0x300, 0x36f},   {0x370, 0x3ff},
	                                    {0x400, 0x48f},   {0x5b0, 0x5ea},   {0x620, 0x670},   {0x900, 0x97f},
	                                    {0xe00, 0xe4f},   {0x1100, 0x11ff}, {0x1e00, 0x1fff}, {0x200c, 0x2027},
	                                    {0x3001, 0x30ff}, {0x4e00, 0x4eff}, {0xac00, 0xac40}, {0xfb00, 0xfb06},
	                                    {0xff01, 0xff9f}, {0xdf, 0xdf},     {0x653, 0x655}};
	struct ho_tokens tokens;
	struct ho_rng rng = ho_rng_seed(1, 77);
	int32_t points[RUN_MAX];
	start(&tokens);
	for (int round = 0; round < 100000; round++) {
		size_t n = 2 + ho_rng_below(&rng, RUN_MAX - 1),
		       home = ho_rng_below(&rng, sizeof ranges / sizeof *ranges);
		for (size_t i = 0; i < n; i++) {
			size_t r = ho_rng_below(&rng, 3) ? home : ho_rng_below(&rng, sizeof ranges / sizeof *ranges);
			points[i] =
			    ranges[r][0] + (int32_t)ho_rng_below(&rng, (uint64_t)(ranges[r][1] - ranges[r][0] + 1));
		}
		check_run(&tokens, points, n);
	}
	ho_tokens_release(&tokens);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decoding_equals_the_library),
	    cmocka_unit_test(classes_follow_categories),
	    cmocka_unit_test(every_point_folds_as_in_the_library),
	    cmocka_unit_test(runs_fold_as_in_the_library),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
