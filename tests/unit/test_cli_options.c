/* The option parser. src/cli is no part of the library, so its source is included. */
#include "unit.h"

#include "../../src/cli/options.c"

struct values {
	bool flag;
	const char *string;
	struct cli_list list;
	uint64_t seed;
	unsigned threads;
	double share;
};

static enum ho_status parse(struct values *v, struct cli_arguments *arguments, struct ho_error *err,
                            const char *const *words)
{
	const struct cli_option first[] = {
	    {"json", 0, CLI_FLAG, &v->flag, NULL, ""},
	    {"output", 'o', CLI_STRING, &v->string, "FILE", ""},
	    {.name = NULL},
	};
	const struct cli_option second[] = {
	    {"text", 0, CLI_REPEATED, &v->list, "COLUMN", ""},
	    {"seed", 0, CLI_SEED, &v->seed, "N", ""},
	    {"threads", 0, CLI_COUNT, &v->threads, "N", ""},
	    {"max-error", 0, CLI_SHARE, &v->share, "E", ""},
	    {.name = NULL},
	};
	const struct cli_option *const tables[] = {first, second};
	char *argv[32];
	int argc = 0;
	for (; words[argc]; argc++)
		argv[argc] = (char *)words[argc];
	*v = (struct values){.seed = 1};
	return cli_parse(arguments, argc, argv, tables, 2, err);
}
#define PARSE(...) parse(&v, &arguments, &err, (const char *const[]){__VA_ARGS__, NULL})

static void every_form_of_an_option(void **state)
{
	struct values v;
	struct cli_arguments arguments;
	struct ho_error err = {.code = HO_OK};
	(void)state;
	assert_ok(PARSE("data.csv", "--json", "-o", "a", "--text", "x", "--text=y", "--seed=18446744073709551615",
	                "--threads", "4", "--max-error", "5%", "-"),
	          &err);
	assert_true(v.flag);
	assert_string_equal(v.string, "a");
	assert_int_equal(v.list.n, 2);
	assert_string_equal(v.list.items[1], "y");
	assert_true(v.seed == UINT64_MAX && v.threads == 4);
	assert_float_equal(v.share, 0.05, 1e-12);
	assert_int_equal(arguments.n, 2);
	assert_string_equal(arguments.items[1], "-");
}

static void values_may_look_like_options_and_be_empty(void **state)
{
	struct values v;
	struct cli_arguments arguments;
	struct ho_error err = {.code = HO_OK};
	(void)state;
	assert_ok(PARSE("-ofile", "--output=", "--", "--json", "-x"), &err);
	assert_string_equal(v.string, "");
	assert_false(v.flag);
	assert_int_equal(arguments.n, 2);
	assert_string_equal(arguments.items[0], "--json");
}

static void wrong_words_are_refused(void **state)
{
	static const char *const cases[][3] = {
	    {"--no-such"},
	    {"-x"},
	    {"--output"},
	    {"-o"},
	    {"--json=yes"},
	    {"--seed", "many"},
	    {"--seed=-1"},
	    {"--seed=1.5"},
	    {"--seed=18446744073709551616"},
	    {"--threads=0"},
	    {"--threads=9999"},
	    {"--threads", "some"},
	    {"--max-error=0"},
	    {"--max-error=1"},
	    {"--max-error", "often"},
	    {"--max-error=nan"},
	    {"--max-error=0x1p-3"},
	    {"--max-error= 0.1"},
	    {"--max-error="},
	    {"--max-error=100%"},
	    {"--max-error=-5%"},
	    {"--jsonn=1"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct values v;
		struct cli_arguments arguments;
		struct ho_error err = {.code = HO_OK};
		if (parse(&v, &arguments, &err, cases[i]) != HO_EINVAL)
			fail_msg("case %zu, %s, was accepted", i, cases[i][0]);
		assert_true(err.message[0] != '\0');
	}
}

static void near_misses_are_suggested(void **state)
{
	struct values v;
	struct cli_arguments arguments;
	struct ho_error err = {.code = HO_OK};
	(void)state;
	assert_int_equal(PARSE("--maxerror", "0.1"), HO_EINVAL);
	assert_non_null(strstr(err.message, "--max-error"));
	assert_int_equal(PARSE("--treads", "1"), HO_EINVAL);
	assert_non_null(strstr(err.message, "--threads"));
	assert_int_equal(PARSE("--max", "0.1"), HO_EINVAL);
	assert_non_null(strstr(err.message, "--max-error"));
	assert_int_equal(PARSE("--parchment"), HO_EINVAL);
	assert_null(strstr(err.message, "did you mean"));
}

static void too_much_is_refused(void **state)
{
	struct values v;
	struct cli_arguments arguments;
	struct ho_error err = {.code = HO_OK};
	(void)state;
	assert_int_equal(PARSE("1", "2", "3", "4", "5", "6", "7", "8", "9"), HO_EINVAL);
	static struct cli_list full = {.n = CLI_LIST_MAX};
	assert_int_equal(repeated(&full, "x", "--text", &err), HO_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_form_of_an_option), cmocka_unit_test(values_may_look_like_options_and_be_empty),
	    cmocka_unit_test(wrong_words_are_refused), cmocka_unit_test(near_misses_are_suggested),
	    cmocka_unit_test(too_much_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
