/* The beginning of every command: options, help, wrong usage. */
#include "cli.h"

/* clang-format off */
void cli_run_options(struct cli_option table[6], struct cli *cli)
{
	const struct cli_option all[] = {
	    {"threads", 0, CLI_COUNT, &cli->threads, "N", "work on N threads (default: all cores)"},
	    {"seed", 0, CLI_SEED, &cli->seed, "N", "seed of everything drawn at random (default: 1)"},
	    {"json", 0, CLI_FLAG, &cli->json, NULL, "one JSON object instead of words"},
	    {"quiet", 'q', CLI_FLAG, &cli->quiet, NULL, "no progress and no notes on stderr"},
	    {"help", 'h', CLI_FLAG, &cli->help, NULL, "this page"},
	    {.name = NULL},
	};
	memcpy(table, all, sizeof all);
}
/* clang-format on */

/* Lines that are printed as they stand: a page would wrap them. */
static void verbatim(struct ho_page *page, unsigned indent, unsigned hang, const char *lines)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n");
		unsigned more = (unsigned)strspn(lines, " ");
		if (len == 0)
			ho_page_blank(page);
		else
			ho_page_text(page, indent + more, indent + more + hang, "%.*s", (int)(len - more),
			             lines + more);
		lines += len + (lines[len] == '\n');
	}
}

static void option_rows(struct ho_page *page, const struct cli_option *table)
{
	for (const struct cli_option *o = table; o->name; o++) {
		char left[64];
		char letter[8] = "";
		if (o->letter)
			snprintf(letter, sizeof letter, "-%c, ", o->letter);
		snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->name, o->value ? " " : "",
		         o->value ? o->value : "");
		char padded[64];
		snprintf(padded, sizeof padded, "%-26s", left);
		ho_page_marked(page, HO_PLAIN, padded, "%s", o->help);
	}
}

static int print_help(struct cli *cli, const struct cli_option *const *tables, size_t n, const struct cli_help *help)
{
	struct ho_page page;
	cli_page_init(&page);
	ho_page_text(&page, 0, 0, "Usage:");
	verbatim(&page, 2, 4, help->usage);
	ho_page_blank(&page);
	verbatim(&page, 0, 0, help->about);
	ho_page_heading(&page, "Examples");
	verbatim(&page, 2, 4, help->examples);
	ho_page_heading(&page, "Options");
	for (size_t i = 0; i < n; i++)
		option_rows(&page, tables[i]);
	ho_page_heading(&page, "Exit status");
	ho_page_text(&page, 2, 2, "0 success%s%s; 2 wrong usage; 3 bad input; 4 system trouble; 130 interrupted.",
	             help->exits ? "; " : "", help->exits ? help->exits : "");
	return cli_page_finish(cli, &page, CLI_OK);
}

/* The usage is one line, or the words of several uses, of which --help shows each. */
static int wrong_number(struct cli *cli, const char *what, const struct cli_help *help)
{
	size_t line = strcspn(help->usage, "\n");
	if (help->usage[line] && help->usage[line + 1])
		return cli_usage(cli, "%s; `handoff %s --help` shows the usage", what, cli->command);
	return cli_usage(cli, "%s; the usage is: %.*s", what, (int)line, help->usage);
}

bool cli_begin(struct cli *cli, struct cli_arguments *out, int argc, char **argv,
               const struct cli_option *const *tables, size_t n, size_t min, size_t max, const struct cli_help *help,
               int *done)
{
	struct ho_error err = {.code = HO_OK};
	enum ho_status status = cli_parse(out, argc, argv, tables, n, &err);
	cli->lines.quiet = cli->quiet;
	if (cli->help) {
		*done = print_help(cli, tables, n, help);
		return false;
	}
	if (status) {
		*done = cli_fail(cli, &err);
		return false;
	}
	if (out->n < min || out->n > max) {
		*done = wrong_number(cli, out->n < min ? "an argument is missing" : "too many arguments", help);
		return false;
	}
	return true;
}
