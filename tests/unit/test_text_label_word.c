/* Words of a label's name, and codes. */
#include "unit.h"

#include "text/label_word.h"

static bool of(const char *word, const char *label)
{
	return ho_word_of_label(ho_slice_str(word), ho_slice_str(label));
}

static void test_of_label(void **state)
{
	(void)state;
	assert_true(of("traffic", "traffic"));
	assert_true(of("traffic", "Traffic"));
	assert_true(of("pin", "change_pin"));
	assert_true(of("pin", "changePin"));
	assert_true(of("w2", "w2"));
	assert_true(of("w2", "my w2"));
	assert_true(of("ingredients", "ingredient_list"));
	assert_true(of("define", "definition"));
	assert_true(of("cards", "lost card"));
	assert_true(of("überweisung", "überweisungen"));
	assert_false(of("bank", "travel_notification"));
	assert_false(of("at", "category")); /* two letters are in many a name */
	assert_false(of("not", "no"));
	assert_false(of("kx7q", "refund"));
	assert_false(of("transfer", "translate")); /* four letters in common */
	assert_false(of("", "refund"));
	assert_false(of("refund", ""));
}

static void test_code(void **state)
{
	(void)state;
	const char *codes[] = {"kx7q", "ticket4", "ab_12"}, *words[] = {"bank", "2002", "w2", "mp3", "", "partner"};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		assert_true(ho_word_is_code(ho_slice_str(codes[i])));
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_false(ho_word_is_code(ho_slice_str(words[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_of_label),
	    cmocka_unit_test(test_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
