/**
 * Command-line options, described by tables: `--name value`, `--name=value`, `-o value`, `-ovalue`, repeated ones, and
 * `--` that ends them. A lone `-` is an argument.
 */
#ifndef HO_CLI_OPTIONS_H
#define HO_CLI_OPTIONS_H

#include "base/status.h"

/** Most uses of one repeated option. */
enum { CLI_LIST_MAX = 1024, CLI_ARGUMENTS_MAX = 8 };

struct cli_list {
	const char *items[CLI_LIST_MAX]; /**< [n] borrowed from argv */
	size_t n;
};

enum cli_kind {
	CLI_FLAG,     /**< bool * */
	CLI_STRING,   /**< const char ** */
	CLI_REPEATED, /**< struct cli_list * */
	CLI_SEED,     /**< uint64_t *: a whole number */
	CLI_COUNT,    /**< unsigned *: a whole number from 1 to 256 */
	CLI_SHARE,    /**< double *: strictly between 0 and 1; "5%" is .05 */
	CLI_SECONDS   /**< double *: above 0 */
};

struct cli_option {
	const char *name; /**< without dashes; NULL ends a table */
	char letter;      /**< short form, or 0 */
	enum cli_kind kind;
	void *target;
	const char *value; /**< what the help calls the value; NULL for flags */
	const char *help;
};

struct cli_arguments {
	const char *items[CLI_ARGUMENTS_MAX];
	size_t n;
};

/**
 * Parse argv[0..argc) (without program and command name).
 *
 * @param tables  [n] option tables; later ones add to earlier ones.
 * @return HO_OK; HO_EINVAL unknown option (with the nearest name there is), missing or unreadable value, too many
 *         arguments or repetitions. The message quotes options, which are the caller's own words.
 */
HO_MUST_CHECK enum ho_status cli_parse(struct cli_arguments *out, int argc, char **argv,
                                       const struct cli_option *const *tables, size_t n, struct ho_error *err);

/** Read a number that makes up the whole of `text`, whatever the locale. HO_EINVAL. */
HO_MUST_CHECK enum ho_status cli_number(double *out, const char *text, struct ho_error *err);
/** A share strictly between 0 and 1, "0.05" or "5%". HO_EINVAL; `what` names it in the message. */
HO_MUST_CHECK enum ho_status cli_share(double *out, const char *text, const char *what, struct ho_error *err);
/** The nearest of names to `word` if it is near enough to be what was meant, else NULL. `next` walks the names, NULL
 * ends. */
const char *cli_nearest(const char *word, const char *(*next)(const void *context, size_t i), const void *context);

#endif
