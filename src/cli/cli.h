/**
 * What all commands share: exit codes, the run of one command (progress, seed, threads, quiet, JSON), printing.
 * This is the only floor that prints and that decides exit statuses.
 */
#ifndef HO_CLI_CLI_H
#define HO_CLI_CLI_H

#include <jansson.h>

#include "base/progress.h"
#include "options.h"
#include "report/page.h"

/** Exit statuses, as docs/reference tells them to scripts. */
enum cli_exit {
	CLI_OK = 0,
	CLI_NO = 1, /**< the question's answer is no: a promise is broken, or could not be made */
	CLI_USAGE = 2,
	CLI_INPUT = 3,
	CLI_SYSTEM = 4,
	CLI_INTERRUPTED = 130 /**< Ctrl-C, as shells say it */
};

/** The exit status that belongs to a status: one table for all commands. */
int cli_exit_of(enum ho_status status);

/** Progress on stderr: one line that is rewritten on a terminal, plain lines elsewhere. */
struct cli_progress {
	bool quiet, terminal;
	bool open; /**< a rewritten line stands on the terminal */
	char stage[64];
	double stage_began, shown_at; /**< ho_clock_seconds() */
	double first, last;           /**< shares done when the stage began, and last told */
};

/** The run of one command. */
struct cli {
	const char *command; /**< "train" */
	bool help, json, quiet;
	uint64_t seed;
	unsigned threads; /**< 0 = all cores */
	struct cli_progress lines;
	struct ho_progress progress; /**< for the library; points to `lines` */
};

/** A command of the table in main.c. */
struct cli_command {
	const char *name, *summary;
	/** @param argv  [argc] what follows the command's name. @return exit status. */
	int (*run)(struct cli *cli, int argc, char **argv);
};

int cmd_explore(struct cli *cli, int argc, char **argv);
int cmd_doubt(struct cli *cli, int argc, char **argv);
int cmd_split(struct cli *cli, int argc, char **argv);
int cmd_train(struct cli *cli, int argc, char **argv);
int cmd_evaluate(struct cli *cli, int argc, char **argv);
int cmd_classify(struct cli *cli, int argc, char **argv);
int cmd_explain(struct cli *cli, int argc, char **argv);
int cmd_compare(struct cli *cli, int argc, char **argv);
int cmd_deploy(struct cli *cli, int argc, char **argv);
int cmd_serve(struct cli *cli, int argc, char **argv);
int cmd_task(struct cli *cli, int argc, char **argv);
int cmd_user(struct cli *cli, int argc, char **argv);
int cmd_key(struct cli *cli, int argc, char **argv);
int cmd_labels(struct cli *cli, int argc, char **argv);
int cmd_update(struct cli *cli, int argc, char **argv);
int cmd_log(struct cli *cli, int argc, char **argv);
int cmd_note(struct cli *cli, int argc, char **argv);
int cmd_backup(struct cli *cli, int argc, char **argv);
int cmd_encoder(struct cli *cli, int argc, char **argv);
int cmd_forget(struct cli *cli, int argc, char **argv);

/** What --help says of a command. */
struct cli_help {
	const char *usage;    /**< lines after "usage: " */
	const char *about;    /**< paragraphs, separated by empty lines */
	const char *examples; /**< lines */
	const char *exits;    /**< exit statuses that mean more than usual; NULL */
};

/** The options of every run: --threads, --seed, --json, --quiet, --help. Fills table[6]. */
void cli_run_options(struct cli_option table[6], struct cli *cli);

/**
 * Parse a command's words; answers --help itself.
 *
 * @param min, max  how many arguments it takes.
 * @param[out] done exit status if the command need not run (help, wrong usage); else untouched.
 * @return true: go on. false: return *done.
 */
bool cli_begin(struct cli *cli, struct cli_arguments *out, int argc, char **argv,
               const struct cli_option *const *tables, size_t n, size_t min, size_t max, const struct cli_help *help,
               int *done);

/** Print an error as `handoff train: place: message` on stderr and return its exit status. */
int cli_fail(struct cli *cli, const struct ho_error *err);
/** The same for a problem that stands on the command line. */
int cli_usage(struct cli *cli, const char *format, ...) HO_PRINTF(2, 3);
/** One line on stderr, unless --quiet; cleaned. */
void cli_note(struct cli *cli, const char *format, ...) HO_PRINTF(2, 3);
/** The same with --quiet too: warnings that a caller must not miss. */
void cli_warn(struct cli *cli, const char *format, ...) HO_PRINTF(2, 3);

/** Write bytes to stdout. HO_EIO, also for a closed pipe (errno EPIPE). */
HO_MUST_CHECK enum ho_status cli_write(const char *bytes, size_t len, struct ho_error *err);
/** A page fitted to stdout: its width, colours if it is a terminal and NO_COLOR is unset. */
void cli_page_init(struct ho_page *page);
/** Print a page on stdout, release it, and return `exit`; or the exit status of what went wrong. */
int cli_page_finish(struct cli *cli, struct ho_page *page, int exit);
/** Print a JSON object and a line feed, release it (NULL: out of memory), and return `exit` or what went wrong. */
int cli_json_finish(struct cli *cli, json_t *object, int exit);

/** Print a list that was built both ways: as the grid on the page, or with --json as {"name": list}. Releases all. */
int cli_list_finish(struct cli *cli, struct ho_page *page, struct ho_grid *grid, const char *name, json_t *list);

/** Connect cli->progress with stderr. */
void cli_progress_init(struct cli *cli, const atomic_bool *cancel);
/** End the rewritten line, if there is one: before anything else is printed. */
void cli_progress_clear(struct cli *cli);

#endif
