#include "unit/unit.h"

#include "base/alloc.h"
#include "text/encoding.h"
#include "text/utf8.h"

#define SLICE(literal)                                                                                                 \
	{                                                                                                              \
		literal, sizeof(literal) - 1                                                                           \
	}
#define FFFD "\xEF\xBF\xBD"

static void every_scalar_value_survives(void **state)
{
	(void)state;
	for (uint32_t code = 1; code <= 0x10FFFF; code++) {
		char bytes[4];
		uint32_t back;
		size_t n = ho_utf8_encode(bytes, code);
		assert_true(ho_utf8_is_clean(ho_slice(bytes, n)));
		assert_int_equal(ho_utf8_decode(&back, bytes, n), n);
		assert_int_equal(back, code >= 0xD800 && code < 0xE000 ? HO_UTF8_REPLACEMENT : code);
		for (size_t cut = 1; cut < n; cut++)
			assert_int_equal(ho_utf8_cut_tail(bytes, cut), cut);
		assert_int_equal(ho_utf8_cut_tail(bytes, n), 0);
	}
	char bytes[4];
	assert_int_equal(ho_utf8_encode(bytes, 0x110000), 3);
	assert_memory_equal(bytes, FFFD, 3);
}

static void repairs_by_maximal_subparts(void **state)
{
	(void)state;
	static const struct {
		struct ho_slice in, out;
		size_t repairs;
	} cases[] = {
	    {SLICE(""), SLICE(""), 0},
	    {SLICE("plain ascii, longer than one word"), SLICE("plain ascii, longer than one word"), 0},
	    {SLICE("a\0b"), SLICE("a" FFFD "b"), 1},
	    {SLICE("12345678\0"), SLICE("12345678" FFFD), 1},
	    {SLICE("\xC0\xAF"), SLICE(FFFD FFFD), 2},                                     /* overlong slash */
	    {SLICE("\xE0\x80\xAF"), SLICE(FFFD FFFD FFFD), 3},                            /* overlong, three bytes */
	    {SLICE("\xED\xA0\xBD\xED\xB8\x80"), SLICE(FFFD FFFD FFFD FFFD FFFD FFFD), 6}, /* CESU-8 */
	    {SLICE("\xF4\x90\x80\x80"), SLICE(FFFD FFFD FFFD FFFD), 4},                   /* above U+10FFFF */
	    /* Unicode 15, table 3-11: the truncated sequences each give one. */
	    {SLICE("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), SLICE(FFFD FFFD FFFD FFFD "A"), 4},
	    {SLICE("\xE2\x82"), SLICE(FFFD), 1},
	    {SLICE("caf\xC3\xA9 \xF0\x9F\x98\x80"), SLICE("caf\xC3\xA9 \xF0\x9F\x98\x80"), 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_buf out;
		struct ho_error err;
		size_t repairs = 0;
		ho_buf_init(&out, 1000);
		assert_ok(ho_utf8_repair(&out, cases[i].in, &repairs, &err), &err);
		assert_int_equal(repairs, cases[i].repairs);
		assert_true(ho_slice_equal(ho_buf_slice(&out), cases[i].out));
		assert_int_equal(ho_utf8_is_clean(cases[i].in), cases[i].repairs == 0);
		ho_buf_release(&out);
	}
}

static void folds_case_and_blanks(void **state)
{
	(void)state;
	struct ho_buf a, b;
	struct ho_error err;
	ho_buf_init(&a, 100);
	ho_buf_init(&b, 100);
	assert_ok(ho_utf8_fold(&a, ho_slice_str(" \xC3\x84rger \t mit\xC2\xA0X "), &err), &err);
	assert_ok(ho_utf8_fold(&b, ho_slice_str("\xC3\xA4rger mit x"), &err), &err);
	assert_true(ho_slice_equal(ho_buf_slice(&a), ho_buf_slice(&b)));
	ho_buf_release(&a);
	ho_buf_release(&b);
}

static void decodes_encodings(void **state)
{
	(void)state;
	static const struct {
		struct ho_slice in;
		const char *name;
		struct ho_slice out;
	} cases[] = {
	    {SLICE("abc"), NULL, SLICE("abc")},
	    {SLICE("\xEF\xBB\xBF"
	           "abc"),
	     NULL, SLICE("abc")},
	    {SLICE("\xEF\xBB\xBF"
	           "abc"),
	     "utf-8", SLICE("abc")},
	    {SLICE("\xFF\xFE"
	           "a\0\xE4\0"),
	     NULL, SLICE("a\xC3\xA4")},
	    {SLICE("\xFE\xFF\0a\0\xE4"), NULL, SLICE("a\xC3\xA4")},
	    {SLICE("\xFF\xFE"
	           "a\0\x00\xD8"
	           "b\0"),
	     NULL, SLICE("a" FFFD "b")}, /* lone surrogate */
	    {SLICE("\xFF\xFE"
	           "a\0b"),
	     NULL, SLICE("a" FFFD)}, /* odd length */
	    {SLICE("caf\xE9 \x80 5"), NULL, SLICE("caf\xC3\xA9 \xE2\x82\xAC 5")},
	    {SLICE("caf\xE9"), "UTF-8", SLICE("caf" FFFD)},
	    {SLICE("\xA4"), "ISO-8859-15", SLICE("\xE2\x82\xAC")},
	    {SLICE("\xC3\xA9\xC3\xA8\xE9"), NULL,
	     SLICE("\xC3\xA9\xC3\xA8" FFFD)}, /* damage does not turn it into 1252 */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_buf out;
		struct ho_error err;
		ho_buf_init(&out, 1000);
		assert_ok(ho_decode_all(&out, cases[i].in, cases[i].name, &err), &err);
		if (!ho_slice_equal(ho_buf_slice(&out), cases[i].out))
			fail_msg("case %zu gave '%s'", i, out.data ? out.data : "");
		ho_buf_release(&out);
	}
	struct ho_buf out;
	ho_buf_init(&out, 10);
	assert_int_equal(ho_decode_all(&out, ho_slice_str("x"), "no-such-encoding", NULL), HO_EINVAL);
	ho_buf_release(&out);
}

static void one_bad_byte_late_is_repaired(void **state)
{
	(void)state;
	struct ho_decoder decoder;
	struct ho_buf out;
	size_t used;
	ho_buf_init(&out, 1000);
	assert_int_equal(ho_decoder_open(&decoder, NULL, NULL), HO_OK);
	assert_int_equal(ho_decoder_add(&decoder, &out, "na\xC3\xAFve\xE2\x82", 8, false, &used, NULL), HO_OK);
	assert_int_equal(used, 6); /* the cut euro sign is given again */
	assert_int_equal(ho_decoder_add(&decoder, &out, "\xE2\x82\xAC and \xE9 \xE8 \xE0", 13, true, &used, NULL),
	                 HO_OK);
	assert_true(ho_slice_is(ho_buf_slice(&out), "na\xC3\xAFve\xE2\x82\xAC and " FFFD " " FFFD " " FFFD));
	assert_int_equal(decoder.replaced, 3);
	ho_decoder_close(&decoder);
	ho_buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_scalar_value_survives),   cmocka_unit_test(repairs_by_maximal_subparts),
	    cmocka_unit_test(folds_case_and_blanks),         cmocka_unit_test(decodes_encodings),
	    cmocka_unit_test(one_bad_byte_late_is_repaired),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
