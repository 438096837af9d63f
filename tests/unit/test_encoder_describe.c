/* What tells encoders apart: their fingerprint, and the description that a checksum is of. */
#include "base/alloc.h"
#include "base/buf.h"
#include "encoder_fixture.h"

/* Settings that change vectors change the fingerprint: here whether capitals are kept. */
static void settings_are_part_of_the_fingerprint(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_encoder *a, *b;
	struct e_fixture *files = e_new(5, false);
	static const char cased[] = "{\"do_lower_case\": false}";
	assert_ok(ho_encoder_open(&a, files->folder, 0, &err), &err);
	e_write(files, "tokenizer_config.json", cased, sizeof cased - 1);
	assert_ok(ho_encoder_open(&b, files->folder, 0, &err), &err);
	assert_int_not_equal(ho_encoder_facts(a)->fingerprint, ho_encoder_facts(b)->fingerprint);
	ho_encoder_free(b);
	assert_ok(ho_encoder_open(&b, files->folder, 20, &err), &err);
	assert_int_not_equal(ho_encoder_facts(a)->fingerprint, ho_encoder_facts(b)->fingerprint);
	ho_encoder_free(a);
	ho_encoder_free(b);
	e_free(files);
}

static char *description(const struct e_fixture *files)
{
	struct ho_error err;
	struct ho_encoder *encoder;
	struct ho_buf text;
	ho_buf_init(&text, 1 << 20);
	assert_ok(ho_encoder_open(&encoder, files->folder, 0, &err), &err);
	assert_ok(ho_encoder_describe(&text, encoder, &err), &err);
	ho_encoder_free(encoder);
	return ho_buf_take(&text);
}

/* For the checksum of a known encoder: settings and vocabulary, and nothing of the weights. */
static void a_description_tells_settings_apart(void **state)
{
	(void)state;
	static const char cased[] = "{\"do_lower_case\": false}", lower[] = "{\"do_lower_case\": true, \"other\": 1}";
	struct e_fixture *a = e_new(5, false), *b = e_new(6, false), *cls = e_new(5, true);
	char *first = description(a), *second = description(b), *third = description(cls);
	assert_string_equal(first, second);
	assert_string_not_equal(first, third);
	assert_non_null(strstr(first, "\n9 6 ##fund\n"));
	ho_free(second);
	e_write(b, "tokenizer_config.json", lower, sizeof lower - 1);
	second = description(b);
	assert_string_equal(first, second);
	ho_free(second);
	e_write(b, "tokenizer_config.json", cased, sizeof cased - 1);
	second = description(b);
	assert_string_not_equal(first, second);
	ho_free(first);
	ho_free(second);
	ho_free(third);
	e_free(a);
	e_free(b);
	e_free(cls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_description_tells_settings_apart),
	    cmocka_unit_test(settings_are_part_of_the_fingerprint),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
