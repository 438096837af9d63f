/**
 * Rows with a meaning: which column is the text, the label, the id. A streaming reader for `classify`, and the loop
 * under table.h. Columns that were not named are guessed when it is plain which they are, and the guess is told in the
 * notes.
 *
 * Text: `text`, `content`, `body`, `message`, ... in that order, else the column with the longest distinct values.
 * Target (if labels are wanted): `label`, `labels`, `target`, `class`, ... in that order, else refused with the columns
 * listed.
 *
 * A JSON value under a text column that is no string is a reject; a number is taken as it is written, and told.
 */
#ifndef HO_TABLE_ROWS_H
#define HO_TABLE_ROWS_H

#include "table/reader.h"

struct ho_rows_options {
	struct ho_reader_options read;
	const char *const *text; /**< [texts] names of the text columns, joined by "\n" in this order; borrowed */
	size_t texts;            /**< 0 guesses one */
	const char *target;      /**< label column; NULL guesses if want_labels */
	const char *group;       /**< column of group names (customer, thread); NULL none */
	const char *time;        /**< column of times, passed on as it is; NULL none */
	const char *const
	    *map; /**< [maps] "OLD=NEW" for labels, applied once, after trimming; "OLD=" leaves the rows out */
	size_t maps;
	const char *const *wish_text; /**< [wish_texts] text columns to take where `texts` is 0 and the input has them
	                                 all; of JSONL the first record decides; borrowed */
	size_t wish_texts;
	const char *wish_target; /**< the same for the target, if labels are wanted */
	bool labels_optional;    /**< with want_labels: texts alone will do where no column is plainly the labels; rows
	                            without    a label are handed out then, and else where the column turns out to be
	                            labels    the caller    drops them (ho_table_read() does) */
	bool want_labels;        /**< a target column is needed, and rows without a label are set aside */
	bool keep_empty;         /**< rows with an empty text are handed out too (classify answers every row) */
};

/** One row; borrowed until the next call. */
struct ho_row {
	struct ho_slice text;  /**< clean UTF-8; may be empty if keep_empty */
	struct ho_slice label; /**< trimmed and mapped; empty without a target column */
	struct ho_slice id;    /**< the `id` column, or the row's number in decimal */
	struct ho_slice group, time;
	bool has_id; /**< id is from a column */
	struct ho_record record;
};

/** Index of a column in a record, or this. */
#define HO_COLUMN_NONE SIZE_MAX

struct ho_rows_columns {
	size_t text[16]; /**< [texts] */
	size_t texts;
	size_t target, id, group, time;
};

struct ho_rows;

/** Is every --map of the form OLD=NEW or OLD=? HO_EINVAL. */
HO_MUST_CHECK enum ho_status ho_rows_check_map(const struct ho_rows_options *options, struct ho_error *err);

/** Open and choose the columns. As ho_reader_open(); HO_ENOTFOUND also for a column that is not there, with those there
 * are listed. */
HO_MUST_CHECK enum ho_status ho_rows_open(struct ho_rows **out, const struct ho_rows_options *options,
                                          struct ho_error *err);
/** The same on bytes in memory (borrowed until close). */
HO_MUST_CHECK enum ho_status ho_rows_open_bytes(struct ho_rows **out, struct ho_slice bytes,
                                                const struct ho_rows_options *options, struct ho_error *err);
void ho_rows_close(struct ho_rows *rows);
/** The next row; *more false at the end. As ho_reader_next(). */
HO_MUST_CHECK enum ho_status ho_rows_next(struct ho_rows *rows, struct ho_row *row, bool *more, struct ho_error *err);
/** The reader below: columns, rejects, fraction. Borrowed. */
struct ho_reader *ho_rows_reader(struct ho_rows *rows);
/** The columns chosen; borrowed until close. */
const struct ho_rows_columns *ho_rows_columns(const struct ho_rows *rows);
/** The rows without a label were not dropped after all: tell nothing of them. */
void ho_rows_keep_unlabelled(struct ho_rows *rows);
/** Guesses, counts and the reader's notes. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_rows_tell(const struct ho_rows *rows, struct ho_notes *notes, struct ho_error *err);

#endif
