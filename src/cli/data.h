/** The reading options that every command with DATA shares, and reading a table by them. */
#ifndef HO_CLI_DATA_H
#define HO_CLI_DATA_H

#include "cli.h"
#include "model/model.h"
#include "table/table.h"

/** Most text columns of an input. */
enum { CLI_TEXTS_MAX = sizeof((struct ho_rows_columns *)0)->text / sizeof(size_t) };

struct cli_data {
	const char *format, *glob, *encoding, *rejects, *target, *group, *time;
	struct cli_list text, map;
	const char *models[2]; /**< model files that the command reads: --rejects must be none of them; NULL: none */
	char columns[1024];    /**< text columns that a model was trained on, NUL after each */
	const char *wish_text[CLI_TEXTS_MAX]; /**< [wish_texts] the same, one by one */
	size_t wish_texts;
	const char *wish_target;
	char model_target[256];
	bool redact; /**< notes and messages mask personal data in names of columns and labels */
};

/**
 * Parse the words of a command that reads DATA: its own options, those of reading, and those of every run. All of them
 * are taken everywhere, so that one set of options serves a whole chain of commands.
 *
 * @param own  the command's own options, ended by a NULL name.   @param min, max  how many arguments it takes.
 * @return true: go on. false: return *done.
 */
bool cli_begin_data(struct cli *cli, struct cli_arguments *out, struct cli_data *data, int argc, char **argv,
                    const struct cli_option *own, size_t min, size_t max, const struct cli_help *help, int *done);

/**
 * Options of the table for the input `path`; checks what is wrong usage (unknown format or encoding, standard input
 * without --format, a malformed --map): HO_EINVAL. Everything is borrowed from `data`.
 */
HO_MUST_CHECK enum ho_status cli_rows_options(struct ho_rows_options *out, struct cli_data *data, const char *path,
                                              bool want_labels, struct ho_error *err);

/**
 * Where --text or --target are not given, take the columns that the model was trained on, if the input has them: told
 * when it is opened, from the header or the first record. Borrows from the model.
 */
void cli_data_from_model(struct cli_data *data, const struct ho_model *model);

/** How a table is wanted. */
enum cli_labels {
	CLI_LABELS_NEEDED,  /**< rows without a label are set aside */
	CLI_LABELS_IF_GIVEN /**< without a plain target column (and none asked for) texts alone will do */
};

/**
 * Read a table and tell its notes on stderr (not with --quiet or --json: there cli_notes_json() has them).
 * A refusal of the data themselves is HO_EFORMAT, never HO_EINVAL, so that the exit status is "bad input".
 */
HO_MUST_CHECK enum ho_status cli_read_table(struct cli *cli, struct ho_table *out, struct cli_data *data,
                                            const char *path, enum cli_labels labels, bool keep_columns,
                                            struct ho_error *err);

/** The labels of a table as "'ham', 'spam'", cut with "..." where the room ends. */
void cli_list_labels(char *out, size_t room, const struct ho_table *table);
/** Print notes on stderr, one line each, unless quiet or json. */
void cli_tell_notes(struct cli *cli, const struct ho_notes *notes);
/** Notes as [{"kind", "count", "sentence"}]; NULL when memory is out. */
json_t *cli_notes_json(const struct ho_notes *notes);

#endif
