/**
 * The lines that `classify` prints. Everything in a line that depends on the model only is written once, so that a
 * line costs little more than copying its bytes.
 */
#ifndef HO_CLI_CLASSIFY_LINE_H
#define HO_CLI_CLASSIFY_LINE_H

#include "base/arena.h"
#include "model/model.h"

/** What lines of one model have in common. Immutable after cli_lines_init(); any number of threads may read it. */
struct cli_lines {
	uint32_t K;
	struct ho_slice *label; /**< [K] `","label":"ham","confidence":`, borrowed from the arena */
	struct ho_slice *score; /**< [K] `,"ham":` (without comma for the first) */
	size_t most;            /**< bytes that a line takes at most, the escaped id not counted */
	struct ho_arena arena;
};

/** HO_ENOMEM. Release with cli_lines_release(), also after a failure. */
HO_MUST_CHECK enum ho_status cli_lines_init(struct cli_lines *lines, const struct ho_model *model,
                                            struct ho_error *err);
void cli_lines_release(struct cli_lines *lines);

/** Bytes that the line of a row with an id of `id_len` bytes takes at most. */
static inline size_t cli_line_room(const struct cli_lines *lines, size_t id_len)
{
	return lines->most + 6 * id_len;
}

/** Write an answer's line, with its line feed, to `at` [cli_line_room()]; returns the end of it. */
char *cli_line_answer(char *at, const struct cli_lines *lines, struct ho_slice id, const struct ho_answer *answer);

/** Most bytes of a reason for cli_line_unreadable(); longer ones are cut. */
enum { CLI_WHY_MAX = 200 };

/** The line of a row that could not be read: it goes to a person, and says why. Room as above. */
char *cli_line_unreadable(char *at, struct ho_slice id, struct ho_slice why);

/** Write a share 0..1 with at most 6 decimals and at least one ("0.25", "1.0") to `at` [8]; returns the end of it. */
char *cli_line_share(char *at, double share);
/** Write `text` as the inside of a JSON string to `at` [6 * len]; returns the end of it. */
char *cli_line_escape(char *at, struct ho_slice text);

#endif
