/* Tokens over many scripts: normal forms, kinds, exact places. */
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/rng.h"
#include "text/tokenize.h"
#include "text/utf8.h"
#include "unit.h"

/* Normal forms joined by '|'; kinds as letters W, G, M. */
static const struct {
	const char *text, *normals, *kinds;
} table[] = {
    {"", "", ""},
    {" \t\r\n\x7f", "", ""},
    {"Hello, World!", "hello|,|world|!", "WMWM"},
    {"call 07123456789", "call|00000000000", "WW"},
    {"user_name4 £900.50", "user_name4|£|900|.|50", "WMWMW"},
    {"caf\xc3\xa9", "caf\xc3\xa9", "W"},  /* é composed */
    {"cafe\xcc\x81", "caf\xc3\xa9", "W"}, /* é decomposed */
    {"E\xcc\x81", "\xc3\xa9", "W"},
    {"a\xcc\xa3\xcc\x82 a\xcc\x82\xcc\xa3", "ậ|ậ", "WW"}, /* marks in either order */
    {"Straße STRASSE", "strasse|strasse", "WW"},
    {"ΟΔΥΣΣΕΥΣ Ὀδυσσεύς", "οδυσσευσ|ὀδυσσεύσ", "WW"}, /* final sigma */
    {"Привет, МИР", "привет|,|мир", "WMW"},
    {"مرحبا بالعالم", "مرحبا|بالعالم", "WW"},
    {"١٢٣", "123", "W"}, /* Arabic digits */
    {"१२३ ๑๒ １２", "123|12|12", "WWW"},
    {"שָׁלוֹם", "שָׁלוֹם", "W"},
    {"हिन्दी भाषा", "हिन्दी|भाषा", "WW"},
    {"我爱你", "我|爱|你", "GGG"},
    {"東京へ行く", "東|京|へ|行|く", "GGGGG"},
    {"がか\xe3\x82\x99", "が|が", "GG"}, /* voiced, composed and decomposed */
    {"ｶﾞガ", "ガ|ガ", "GG"},             /* halfwidth and full */
    {"한국어", "한국어", "W"},
    {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "한", "W"}, /* jamo */
    {"ＡＢＣ", "abc", "W"},
    {"ﬁn oﬃce", "fin|office", "WW"},
    {"co\xc2\xadoperate", "cooperate", "W"}, /* soft hyphen */
    {"👩\xe2\x80\x8d🔬!", "👩|🔬|!", "MMM"},
    {"❤\xef\xb8\x8f", "❤", "M"},  /* variation selector */
    {"=\xcc\xb8 ≠", "≠|≠", "MM"}, /* symbol with a combining mark */
    {"x²", "x2", "W"},
    {"don't l’été", "don|'|t|l|’|été", "WMWWMW"},
    {"\xff"
     "a\xc0",
     "\xef\xbf\xbd|a|\xef\xbf\xbd", "MWM"},
    {"\xe2\x80\x8b\xef\xbb\xbf", "", ""}, /* zero width space, byte order mark */
    {"\xcc\x81", "\xcc\x81", "W"},        /* a mark on nothing */
};

static void check_invariants(const struct ho_tokens *tokens, size_t len)
{
	size_t end = 0, normal = 0;
	for (size_t t = 0; t < tokens->n; t++) {
		const struct ho_token *token = &tokens->items[t];
		struct ho_slice form = ho_token_normal(tokens, t);
		assert_true(token->start >= end && token->start < token->end && token->end <= len);
		assert_true(form.len >= 1 && token->normal == normal);
		assert_true(ho_utf8_is_clean(form));
		assert_true(token->hash == ho_hash(form.ptr, form.len, 0));
		end = token->end;
		normal += form.len;
	}
	assert_int_equal(normal, tokens->normal_len);
}

static void scripts(void **state)
{
	(void)state;
	struct ho_tokens tokens;
	struct ho_error err;
	ho_tokens_init(&tokens);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char normals[200] = "", kinds[40] = "";
		size_t at = 0;
		assert_ok(ho_tokenize(&tokens, table[i].text, strlen(table[i].text), &err), &err);
		check_invariants(&tokens, strlen(table[i].text));
		for (size_t t = 0; t < tokens.n; t++) {
			struct ho_slice form = ho_token_normal(&tokens, t);
			if (t)
				normals[at++] = '|';
			memcpy(normals + at, form.ptr, form.len);
			at += form.len;
			kinds[t] = "WGM"[tokens.items[t].kind];
		}
		normals[at] = 0;
		assert_string_equal(normals, table[i].normals);
		assert_string_equal(kinds, table[i].kinds);
	}
	ho_tokens_release(&tokens);
}

static void thai_is_cut_into_clusters(void **state)
{
	(void)state;
	struct ho_tokens tokens;
	struct ho_error err;
	static const char text[] = "กินข้าว"; /* ko, i; no; kho, tone; aa; wo */
	ho_tokens_init(&tokens);
	assert_ok(ho_tokenize(&tokens, text, sizeof text - 1, &err), &err);
	assert_int_equal(tokens.n, 5);
	static const uint32_t ends[] = {6, 9, 15, 18, 21};
	for (size_t t = 0; t < tokens.n; t++) {
		assert_int_equal(tokens.items[t].kind, HO_TOKEN_GLYPH);
		assert_int_equal(tokens.items[t].end, ends[t]);
	}
	ho_tokens_release(&tokens);
}

static void places_are_exact(void **state)
{
	(void)state;
	struct ho_tokens tokens;
	struct ho_error err;
	static const char text[] = " Straße,\0e\xcc\x81t\xc3\xa9 \xff東x=\xcc\xb8";
	static const struct {
		uint32_t start, end;
	} places[] = {{1, 8}, {8, 9}, {10, 16}, {17, 18}, {18, 21}, {21, 22}, {22, 25}};
	ho_tokens_init(&tokens);
	assert_ok(ho_tokenize(&tokens, text, sizeof text - 1, &err), &err);
	assert_int_equal(tokens.n, sizeof places / sizeof *places);
	for (size_t t = 0; t < tokens.n; t++) {
		assert_int_equal(tokens.items[t].start, places[t].start);
		assert_int_equal(tokens.items[t].end, places[t].end);
	}
	ho_tokens_release(&tokens);
}

static void random_bytes_break_nothing(void **state)
{
	(void)state;
	struct ho_rng rng = ho_rng_seed(1, 1);
	struct ho_tokens tokens;
	struct ho_error err;
	char text[200];
	ho_tokens_init(&tokens);
	for (int i = 0; i < 4000; i++) {
		size_t len = 0, wanted = ho_rng_below(&rng, sizeof text - 4);
		while (len < wanted) {
			uint32_t range =
			    (uint32_t[]){128, 256, 0x800, 0x3000, 0x10000, 0x110000}[ho_rng_below(&rng, 6)];
			uint32_t point = (uint32_t)ho_rng_below(&rng, range);
			if (range == 256)
				text[len++] = (char)point; /* any byte */
			else
				len += ho_utf8_encode(text + len, point);
		}
		assert_ok(ho_tokenize(&tokens, text, len, &err), &err);
		check_invariants(&tokens, len);
	}
	ho_tokens_release(&tokens);
}

static void long_runs_of_marks_are_cut(void **state)
{
	(void)state;
	struct ho_tokens tokens;
	struct ho_error err;
	char text[1 + 2 * 95];
	ho_tokens_init(&tokens);
	text[0] = 'a';
	for (size_t i = 0; i < 95; i++)
		memcpy(text + 1 + 2 * i, "\xcc\x81", 2);
	assert_ok(ho_tokenize(&tokens, text, sizeof text, &err), &err);
	assert_int_equal(tokens.n, 4); /* a + 30, then 1 + 30 each */
	assert_int_equal(tokens.items[0].end, 1 + 2 * HO_MARKS_MAX);
	assert_int_equal(ho_tokenize(&tokens, text, HO_TEXT_MAX + 1, &err), HO_ELIMIT);
	ho_tokens_release(&tokens);
}

static void hashes_are_part_of_the_format(void **state)
{
	(void)state;
	struct ho_tokens tokens;
	struct ho_error err;
	static const uint64_t expected[] = {UINT64_C(0x9555e8555c62dcfd), UINT64_C(0x6a5260406c46e30c),
	                                    UINT64_C(0x060ef484bbdf658d), UINT64_C(0xfc5a4ecb846526df),
	                                    UINT64_C(0x6eed105b82285fa)};
	static const char text[] = "Hello Straße 東 £ 7";
	ho_tokens_init(&tokens);
	assert_ok(ho_tokenize(&tokens, text, sizeof text - 1, &err), &err);
	assert_int_equal(tokens.n, sizeof expected / sizeof *expected);
	for (size_t t = 0; t < tokens.n; t++)
		assert_true(tokens.items[t].hash == expected[t]);
	ho_tokens_release(&tokens);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	static const char text[] = "many words ﷺ Straße \xcc\x81 ﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺ and and and and more and more";
	enum ho_status status = HO_ENOMEM;
	for (long nth = 1; status != HO_OK; nth++) {
		struct ho_tokens tokens;
		ho_tokens_init(&tokens);
		ho_alloc_fail_at(nth);
		status = ho_tokenize(&tokens, text, sizeof text - 1, NULL);
		assert_int_equal(status, ho_alloc_did_fail() ? HO_ENOMEM : HO_OK);
		ho_alloc_fail_at(1); /* warmed up: nothing more is needed */
		if (status == HO_OK)
			assert_int_equal(ho_tokenize(&tokens, text, sizeof text - 1, NULL), HO_OK);
		ho_alloc_fail_at(0);
		ho_tokens_release(&tokens);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scripts),
	    cmocka_unit_test(thai_is_cut_into_clusters),
	    cmocka_unit_test(places_are_exact),
	    cmocka_unit_test(random_bytes_break_nothing),
	    cmocka_unit_test(long_runs_of_marks_are_cut),
	    cmocka_unit_test(hashes_are_part_of_the_format),
	    cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
