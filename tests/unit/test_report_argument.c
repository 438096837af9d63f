/* Words of a command as a shell takes them. The shell itself is asked. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "report/argument.h"

/* What a shell makes of the quoted word. */
static void echoed(char out[256], const char *quoted)
{
	char command[600];
	(void)snprintf(command, sizeof command, "printf %%s %s", quoted);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	out[fread(out, 1, 255, pipe)] = '\0';
	assert_int_equal(pclose(pipe), 0);
}

static void a_shell_reads_the_word(void **state)
{
	(void)state;
	static const char *const words[] = {"date",        "sent at",  "it's",      "''",     "$HOME `id` \\ \"x\" *",
	                                    "caf\xC3\xA9", "a;b&c|d#", "lost=0.01", "[mail]", "~"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		char out[256];
		echoed(out, ho_show_argument(ho_slice_str(words[i]), "COLUMN").text);
		assert_string_equal(out, words[i]);
	}
	assert_string_equal(ho_show_argument(ho_slice_str("date"), "COLUMN").text, "date");
	assert_string_equal(ho_show_argument(ho_slice_str("sent at"), "COLUMN").text, "'sent at'");
	assert_string_equal(ho_show_argument(ho_slice_str(""), "COLUMN").text, "''");
	assert_string_equal(ho_show_assignment(ho_slice_str("lost card"), ho_slice_str("0.01"), "L=S").text,
	                    "'lost card=0.01'");
}

static void what_cannot_be_typed_has_a_stand_in(void **state)
{
	(void)state;
	char longest[600];
	memset(longest, 'x', sizeof longest);
	static const char *const words[] = {"two  blanks", "a\nb", "\x1b[31m", "bad \xFF", "cut \xE2\x80\xA6 off"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_string_equal(ho_show_argument(ho_slice_str(words[i]), "COLUMN").text, "COLUMN");
	assert_string_equal(ho_show_argument(ho_slice(longest, sizeof longest), "COLUMN").text, "COLUMN");
	assert_string_equal(ho_show_assignment(ho_slice(longest, sizeof longest), ho_slice_str("b"), "OLD=NEW").text,
	                    "OLD=NEW");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_shell_reads_the_word),
	    cmocka_unit_test(what_cannot_be_typed_has_a_stand_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
