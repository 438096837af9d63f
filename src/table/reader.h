/**
 * Records from files, folders and standard input, one at a time, in constant memory: the streaming floor under rows.h
 * and table.h. What flows out is clean UTF-8 (text/utf8.h) whatever flows in.
 *
 * Formats: csv (RFC 4180 with the usual sins), tsv, jsonl (also Prodigy and doccano), fasttext (`__label__x text`),
 * folder (one sub-folder per label), mail (one mail, or a folder of them). Each may be plain, gzip or zstd, told by its
 * first bytes. Encodings: see text/encoding.h; in folders per file.
 *
 * Invariants
 *  1. A bad row never ends the reading: it is counted, kept as a reject (file, row, line, column, reason) and skipped.
 *  2. `row` counts the input's records from 1, rejected and left-out ones included, the header not; so it is stable.
 *  3. A record is at most HO_RECORD_MAX bytes; a longer one is a reject.
 */
#ifndef HO_TABLE_READER_H
#define HO_TABLE_READER_H

#include <stdint.h>

#include "base/progress.h"
#include "base/slice.h"
#include "base/status.h"
#include "table/notes.h"

/** Longest record, text or mail that is read, in bytes: 64 MiB. */
#define HO_RECORD_MAX ((size_t)64 << 20)
/** Most columns of an input; a CSV header with more is refused, further JSON keys are dropped. */
#define HO_COLUMNS_MAX 4096

enum ho_format {
	HO_FORMAT_GUESS = 0, /**< from the name, then from the first bytes; standard input needs a name */
	HO_FORMAT_CSV,
	HO_FORMAT_TSV,
	HO_FORMAT_JSONL,
	HO_FORMAT_FASTTEXT,
	HO_FORMAT_FOLDER,
	HO_FORMAT_MAIL
};

/** "csv", "tsv", ... static. */
const char *ho_format_name(enum ho_format format);
/** The format of that name. HO_EINVAL, naming those there are. */
HO_MUST_CHECK enum ho_status ho_format_parse(enum ho_format *out, const char *name, struct ho_error *err);

struct ho_reader_options {
	const char *path; /**< file or folder; "-" is standard input; borrowed until close */
	enum ho_format format;
	char delimiter;       /**< of CSV; 0 guesses among , ; TAB | */
	const char *glob;     /**< which files of a folder (fnmatch on the name, on the relative path if it has a '/');
	                         NULL: .txt if there are any, else all but .json and hidden ones */
	const char *encoding; /**< as iconv knows it; NULL guesses */
	const char *rejects_path; /**< where rejects are written as JSONL, replaced at the end; NULL: nowhere */
	bool keep_answers;        /**< a JSON field "answer" is an ordinary column, not Prodigy's verdict */
	const struct ho_progress
	    *progress; /**< who may cancel a read that waits (its steps are not called); NULL: nobody */
};

/** What a field was before it became characters. Only JSON tells. */
enum ho_field_kind {
	HO_FIELD_STRING = 0,
	HO_FIELD_NUMBER,
	HO_FIELD_OTHER /**< true, false, a list, an object */
};

/** One record. Everything is borrowed until the next call on the reader. */
struct ho_record {
	const struct ho_slice *fields; /**< [n]; a missing one has ptr NULL and len 0, an empty one ptr != NULL */
	size_t n;                      /**< number of columns known now; grows with JSONL only */
	uint64_t row;                  /**< number of the record, from 1 */
	uint64_t line;                 /**< line it starts on, from 1 (header included); in folders 1 */
	const char *file;              /**< the file it is from */
	const uint8_t *kinds;          /**< [n] enum ho_field_kind; NULL: all are strings */
};

/** A row that could not be read. */
struct ho_reject {
	const char *file;   /**< borrowed from the reader */
	uint64_t row, line; /**< both from 1 */
	size_t column;      /**< from 1, or 0 when it is the whole row */
	char reason[160];   /**< lower case, no full stop, never text from the row */
};

enum { HO_REJECTS_KEPT = 5 };

struct ho_reader;

/** What to call the input in a message: its path, or "standard input". Borrowed from the options. */
const char *ho_reader_place(const struct ho_reader_options *options);

/**
 * Open, tell the format, read the header.
 *
 * @param[out] out  NULL on failure; ho_reader_close().
 * @return HO_OK; HO_ENOTFOUND no such file; HO_EINVAL bad options, or a format that cannot be guessed; HO_EFORMAT empty
 *         input, no usable header, or a file that is clearly something else; HO_EIO; HO_ECANCELLED; HO_ENOMEM.
 *         The input is opened once and read from front to end, so a pipe may stand wherever a file may.
 */
HO_MUST_CHECK enum ho_status ho_reader_open(struct ho_reader **out, const struct ho_reader_options *options,
                                            struct ho_error *err);
/** As ho_reader_open(), reading `bytes` (borrowed until close) as if it were the file options->path; not for folders.
 */
HO_MUST_CHECK enum ho_status ho_reader_open_bytes(struct ho_reader **out, struct ho_slice bytes,
                                                  const struct ho_reader_options *options, struct ho_error *err);
/** Close; NULL is allowed. An uncommitted rejects file is dropped. */
void ho_reader_close(struct ho_reader *reader);

/**
 * The next good record.
 *
 * @param[out] record  as above; n = 0 at the end.
 * @param[out] more    false at the end of the input (then the rejects file is committed).
 * @return HO_OK; HO_EIO; HO_EFORMAT compressed data are damaged or end early; HO_ECANCELLED; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_reader_next(struct ho_reader *reader, struct ho_record *record, bool *more,
                                            struct ho_error *err);

/** Names of the columns known so far, [*n]; valid until the next ho_reader_next(). CSV, TSV: all from the start. JSONL:
 * those of the first record from the start. */
const struct ho_slice *ho_reader_columns(const struct ho_reader *reader, size_t *n);
enum ho_format ho_reader_format(const struct ho_reader *reader);
/** How far, 0..1, in bytes of the file(s); negative when unknown (pipes). */
double ho_reader_fraction(const struct ho_reader *reader);
/** Would the next record have to be waited for, because a pipe or a terminal has nothing ready? */
bool ho_reader_idle(const struct ho_reader *reader);
/** Number of rejects so far; the first HO_REJECTS_KEPT of them in *first (borrowed). */
uint64_t ho_reader_rejects(const struct ho_reader *reader, const struct ho_reject **first);
/** A caller who finds a record wrong (no such column in it ...) may reject it too. HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_reader_reject(struct ho_reader *reader, const struct ho_record *record, size_t column,
                                              struct ho_error *err, const char *format, ...) HO_PRINTF(5, 6);
/** Say in `notes` what was guessed, converted, forgiven, left out and rejected; best at the end. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_reader_tell(const struct ho_reader *reader, struct ho_notes *notes,
                                            struct ho_error *err);

#endif
