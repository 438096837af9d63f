/**
 * The labelled table in memory: what train, evaluate, explore and doubt work on.
 *
 * Memory: the texts' bytes plus about 24 bytes a row (16 text slice, 4 label, 4 row number); ids, groups, times and
 * other columns cost more only where they exist. Everything is owned by the table and lives until ho_table_release().
 */
#ifndef HO_TABLE_TABLE_H
#define HO_TABLE_TABLE_H

#include "base/arena.h"
#include "base/file.h"
#include "base/map.h"
#include "base/progress.h"
#include "table/rows.h"

#define HO_LABEL_NONE UINT32_MAX
/** The group column is empty in this row: it belongs to nobody else's group. */
#define HO_GROUP_NONE UINT32_MAX
/** Most distinct labels of a table. */
#define HO_LABELS_MAX 100000
/** Bytes ho_table_id() may need. */
#define HO_ID_ROOM 24

/** A column kept beside texts and labels. */
struct ho_table_column {
	struct ho_slice name;
	struct ho_slice *values; /**< [n]; ptr NULL where the row has none */
};

struct ho_table {
	size_t n;                /**< rows */
	struct ho_slice *text;   /**< [n] clean UTF-8, not empty unless keep_empty */
	uint32_t *label;         /**< [n] index into labels, or HO_LABEL_NONE; NULL without a target column */
	struct ho_slice *labels; /**< [label_count] names in byte order */
	uint32_t label_count;
	uint32_t *row;           /**< [n] number of the record in the input, from 1, saturating */
	struct ho_slice *id;     /**< [n] of the `id` column, NULL if there is none: use ho_table_id() */
	uint32_t *group;         /**< [n] index into groups or HO_GROUP_NONE; NULL without a group column */
	struct ho_slice *groups; /**< [group_count] names in order of appearance */
	uint32_t group_count;
	struct ho_slice *time;           /**< [n] as it stands in the file; NULL without a time column */
	struct ho_table_column *columns; /**< [column_count] the other columns, if options->keep_columns */
	size_t column_count;
	struct ho_slice text_name, target_name, group_name,
	    time_name; /**< names of the columns used; len 0 if none; several texts joined by "+" */
	enum ho_format format;
	uint64_t rejects; /**< rows that could not be read */
	struct ho_notes notes;
	struct ho_arena arena;   /**< all strings above */
	struct ho_map group_map; /**< owns the group names */
	size_t cap[7];           /**< of the arrays while reading */
};

struct ho_table_options {
	struct ho_rows_options rows;
	bool keep_columns; /**< keep all other columns, and the single text columns where several are joined (for split)
	                    */
};

/**
 * Read a table.
 *
 * With rows.want_labels the target must look like a label column: refused (HO_EINVAL, naming better columns) when
 * nearly every row has a value of its own: more than half of the rows distinct (from 100 rows), all distinct (from 20),
 * or more than 1,000 distinct with fewer than ten rows each; or when the values are as long as texts.
 *
 * @param[out] out      zeroed on failure.
 * @param progress      may be NULL; stage "reading".
 * @return HO_OK; what ho_rows_open() and ho_rows_next() return; HO_EFORMAT no row left to use; HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_table_read(struct ho_table *out, const struct ho_table_options *options,
                                           const struct ho_progress *progress, struct ho_error *err);
/** The same from bytes in memory, borrowed during the call. */
HO_MUST_CHECK enum ho_status ho_table_read_bytes(struct ho_table *out, struct ho_slice bytes,
                                                 const struct ho_table_options *options, struct ho_error *err);
/** Free everything; a zeroed table is allowed. */
void ho_table_release(struct ho_table *table);

/** Id of row i < n: the id column's value, or its row number written into `room`. */
struct ho_slice ho_table_id(const struct ho_table *table, size_t i, char room[HO_ID_ROOM]);

/** For who trains: at least two labels that occur. HO_EFORMAT naming the one label and what to do. */
HO_MUST_CHECK enum ho_status ho_table_check_trainable(const struct ho_table *table, struct ho_error *err);

/**
 * Write row i as one line of JSON: {"id","text","label", time, group and kept columns under their names}. A column that
 * is called "text" or "label" without being the text or the target keeps its name, and the text or label is not written
 * then: ho_table_write_jsonl()'s caller adds it as a column under its own name. Reading it again as JSONL gives the
 * same values.
 * HO_EIO, HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_table_write_row(struct ho_writer *writer, const struct ho_table *table, size_t i,
                                                struct ho_error *err);
/** Write rows[0..n) (indices; NULL: the first n rows) in this order. The caller opens and commits the writer. HO_EIO,
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_table_write_jsonl(struct ho_writer *writer, const struct ho_table *table,
                                                  const uint32_t *rows, size_t n, struct ho_error *err);

#endif
