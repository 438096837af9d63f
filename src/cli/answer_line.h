/**
 * The line of one answer, written fast: labels are escaped once, numbers are formatted without printf.
 *
 *     {"id":"17","label":"spam","confidence":0.993100,"decision":"auto","reason":null,"scores":{"ham":0.006900,...}}
 */
#ifndef HO_CLI_ANSWER_LINE_H
#define HO_CLI_ANSWER_LINE_H

#include "base/buf.h"
#include "model/model.h"

/** What is the same in every line; immutable after init, shared by all threads. */
struct cli_lines {
	const struct ho_model *model;
	char **labels;      /**< [K] escaped, with quotes: "\"spam\"" */
	size_t *lens;       /**< [K] */
	size_t scores_room; /**< bytes that the scores of a line need at most */
	uint32_t K;
};

/** HO_ENOMEM. Release with cli_lines_release(). */
HO_MUST_CHECK enum ho_status cli_lines_init(struct cli_lines *out, const struct ho_model *model, struct ho_error *err);
void cli_lines_release(struct cli_lines *lines);

/** Append the line of an answer, with its line feed. HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status cli_line_answer(struct ho_buf *out, const struct cli_lines *lines, struct ho_slice id,
					     const struct ho_answer *answer, struct ho_error *err);
/** Append the line of a row that could not be read or answered: decision "human", everything else null, and "error". */
HO_MUST_CHECK enum ho_status cli_line_error(struct ho_buf *out, struct ho_slice id, const char *why, struct ho_error *err);
/** Append a JSON string of clean UTF-8, with quotes. */
HO_MUST_CHECK enum ho_status cli_line_quote(struct ho_buf *out, struct ho_slice text, struct ho_error *err);

#endif
