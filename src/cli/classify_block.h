/**
 * A block of rows on its way through `classify`: filled by the one thread that reads, scored by any, written in order.
 * A block owns all bytes it holds, because what a reader hands out is gone with the next row.
 */
#ifndef HO_CLI_CLASSIFY_BLOCK_H
#define HO_CLI_CLASSIFY_BLOCK_H

#include "base/buf.h"
#include "classify_line.h"
#include "table/rows.h"

enum { CLI_BLOCK_ROWS = 1024, CLI_REASONS = HO_REASON_PAUSED + 1 };
/** A block is full when its texts, or the room for its lines, reach this many bytes. */
#define CLI_BLOCK_BYTES ((size_t)1 << 20)
#define CLI_BLOCK_LINES ((size_t)4 << 20)

/** Where rows come from, and what the reader set aside on the way. Used by one thread at a time. */
struct cli_source {
	struct ho_rows *rows;
	struct ho_row row; /**< read and not handed out yet, if `waiting` */
	bool waiting, end;
	uint64_t next;       /**< number of the row that should come next */
	uint64_t unreadable; /**< rejected rows handed out so far */
};

/** How many texts got which answer. */
struct cli_tally {
	uint64_t texts, unreadable;    /**< rows that were answered; rows that could not be read */
	uint64_t reasons[CLI_REASONS]; /**< [enum ho_reason]; HO_REASON_NONE counts the automatic answers */
};

struct cli_block_row {
	size_t id, id_len, text, text_len; /**< bytes of block->bytes */
	bool unreadable;                   /**< then the text is the reason */
};

struct cli_block {
	struct ho_buf bytes, lines;
	struct cli_block_row rows[CLI_BLOCK_ROWS]; /**< [n] */
	size_t n;
	struct cli_tally tally;
};

void cli_block_init(struct cli_block *block);
void cli_block_release(struct cli_block *block);

/**
 * Take the next rows, at most CLI_BLOCK_ROWS; what was in the block is dropped. Rows that could not be read are rows
 * too. A pipe or terminal that has nothing ready ends the block early.
 *
 * @return HO_OK; n = 0: the input is at its end. Else as ho_rows_next(), and the block holds the rows before the
 * failure.
 */
HO_MUST_CHECK enum ho_status cli_block_fill(struct cli_block *block, struct cli_source *source,
                                            const struct cli_lines *lines, struct ho_error *err);

/** Score every row and write its line to block->lines. HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status cli_block_score(struct cli_block *block, struct ho_workspace *ws,
                                             const struct cli_lines *lines, struct ho_error *err);

#endif
