/** What the commands that work on a workspace share: opening it, times, sub-commands, writing its journal. */
#ifndef HO_CLI_WORKSPACE_H
#define HO_CLI_WORKSPACE_H

#include "app/workspace.h"
#include "cli.h"

/** Who acts, as the journal says it. */
#define CLI_ACTOR "command line"

struct cli_workspace {
	struct ho_app *app;
	struct ho_store *reader;
	struct ho_arena arena;
};

/** Fill table[3] with --workspace and, unless `task` is NULL, --task. */
void cli_workspace_options(struct cli_option table[3], const char **dir, const char **task);
/** Open DIR, with a reader. HO_EINVAL: no --workspace was given; what ho_app_open() returns. Release in any case. */
HO_MUST_CHECK enum ho_status cli_workspace_open(struct cli_workspace *out, const char *dir, enum ho_app_mode mode,
                                                struct ho_error *err);
void cli_workspace_release(struct cli_workspace *workspace);
/**
 * A command on a workspace that exists: open it, write `change` (NULL: nothing is), then `show`.
 *
 * @param[out] app  the open workspace, for `change`.   Returns the exit status.
 */
int cli_workspace_run(struct cli *cli, const char *dir, struct ho_app **app,
                      enum ho_status (*change)(void *context, struct ho_store *store, struct ho_error *err),
                      int (*show)(struct cli *cli, struct cli_workspace *workspace, void *context), void *context);

/** The task of that name; without a name the only one there is. HO_EINVAL: none was named and there are several (or
 * none); HO_ENOTFOUND. */
HO_MUST_CHECK enum ho_status cli_task_find(struct ho_task *out, struct cli_workspace *workspace, const char *name,
                                           struct ho_error *err);

/**
 * A time: "2026-05-14", "2026-05-14T08:30Z", "today", "yesterday", or how long ago: "90m", "24h", "7d".
 *
 * @param now  ms since 1970 UTC.   @param[out] out  the same.   HO_EINVAL.
 */
HO_MUST_CHECK enum ho_status cli_time_read(int64_t *out, const char *text, int64_t now, struct ho_error *err);
/** "2026-05-14 08:30:00", in UTC; "-" for 0. */
struct ho_shown cli_time_show(int64_t ms);
/** The same as JSON: "2026-05-14T08:30:00.000Z", null for 0. */
json_t *cli_time_json(int64_t ms);
/** A string, or null. Ill-formed UTF-8 is mended. */
json_t *cli_text_json(const char *text);
/** JSON in a string, or null if it is none. */
json_t *cli_parsed_json(const char *text);

/**
 * After a command that only reads texts (train, evaluate): note it in the journal of the workspace at `dir`; nothing if
 * `dir` is NULL. `figures` is taken (may be NULL). HO_OK or what went wrong.
 */
HO_MUST_CHECK enum ho_status cli_journal(const char *dir, const char *kind, const char *words, json_t *figures,
                                         struct ho_error *err);

#endif
