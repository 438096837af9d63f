/** Which column is the text, the label, the id. Internal to src/table. */
#ifndef HO_TABLE_COLUMNS_H
#define HO_TABLE_COLUMNS_H

#include "base/buf.h"
#include "table/rows.h"

/** Records looked at when names alone do not tell. */
enum { HO_COLUMNS_SAMPLE = 100 };

/** The names, and for some rows the fields (a missing one has ptr NULL; rows may be shorter than `n`). */
struct ho_columns_sample {
	const struct ho_slice *names; /**< [n] */
	size_t n;
	const struct ho_record *records; /**< [rows] */
	size_t rows;
};

/** Could ho_columns_choose() do without looking at rows? */
bool ho_columns_plain(const struct ho_columns_sample *sample, const struct ho_rows_options *options);

/**
 * Choose; guesses are told in `notes`.
 *
 * @return HO_OK; HO_ENOTFOUND a named column is not there (with a suggestion and those there are); HO_EINVAL it is
 *         not plain which column it is, or one column is to be two things; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_columns_choose(struct ho_rows_columns *out, const struct ho_columns_sample *sample,
                                               const struct ho_rows_options *options, enum ho_format format,
                                               struct ho_notes *notes, struct ho_error *err);

/** Does the name of a column read like a text? Then a first row was taken for the header, and must not be quoted. */
bool ho_columns_is_sentence(struct ho_slice name);
/** Append the names as a list, cut after about 200 bytes: "a, b, c and 5 more"; only their number if one of them reads
 * like a text. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_columns_list(struct ho_buf *out, const struct ho_slice *names, size_t n,
                                             struct ho_error *err);

/**
 * Append the names of columns that look like labels (2 to 50 values in the first 2,000 rows, each ten times on average)
 * but for the column `except`; nothing if there are none. Opens the input again. HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_columns_likely_targets(struct ho_buf *out, const struct ho_rows_options *options,
                                                       const struct ho_slice *bytes, struct ho_slice except,
                                                       struct ho_error *err);

#endif
