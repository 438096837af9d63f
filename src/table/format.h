/**
 * What a format must do for reader.c, and what it may use of the reader. Internal to src/table.
 *
 * A format's `next` hands out one record or the end; bad records it rejects itself (ho_reader__reject) and goes on.
 */
#ifndef HO_TABLE_FORMAT_H
#define HO_TABLE_FORMAT_H

#include "base/arena.h"
#include "base/file.h"
#include "base/map.h"
#include "table/reader.h"
#include "table/stream.h"

struct ho_reader;

struct ho_format_ops {
	/** Read the header, fill the columns. The stream is open (not for folders). */
	enum ho_status (*open)(struct ho_reader *reader, struct ho_error *err);
	/** The next record: row, line, file and reader->fields are set; *more false at the end. */
	enum ho_status (*next)(struct ho_reader *reader, struct ho_record *record, bool *more, struct ho_error *err);
	/** Free reader->state; it may be NULL. */
	void (*close)(struct ho_reader *reader);
	/** 0..1 or negative; NULL: that of the stream. */
	double (*fraction)(const struct ho_reader *reader);
};

extern const struct ho_format_ops ho_format_csv, ho_format_jsonl, ho_format_fasttext, ho_format_folder;

/** Sins that were forgiven and rows left out, counted. */
enum ho_reader_count {
	HO_COUNT_EXTRA_EMPTY,       /**< rows with an extra, empty last field */
	HO_COUNT_SEVERAL_LABELS,    /**< rows with several labels; the first is taken */
	HO_COUNT_LONE_SURROGATE,    /**< JSON rows with \ud800-like escapes without a partner */
	HO_COUNT_ANSWER_NOT_ACCEPT, /**< Prodigy rows with answer reject or ignore, left out */
	HO_COUNT_KEYS_DROPPED,      /**< JSON keys beyond HO_COLUMNS_MAX */
	HO_COUNT_FILES_PASSED,      /**< files of a folder that were passed over */
	HO_COUNT_FILES_CONVERTED,   /**< files of a folder in another encoding than UTF-8 */
	HO_COUNT_ID_NESTED,         /**< JSON rows whose "id" is a list or an object */
	HO_COUNT_REPAIRED,          /**< ill-formed sequences replaced, in files of a folder */
	HO_COUNTS
};

struct ho_reader {
	struct ho_reader_options options; /**< strings borrowed from the caller */
	enum ho_format format;
	const struct ho_format_ops *ops;
	void *state;             /**< the format's own */
	struct ho_stream stream; /**< one file; unused by folders */
	bool has_stream;
	const char *file;        /**< the file being read, for places */
	struct ho_map columns;   /**< names -> index */
	struct ho_slice *fields; /**< [fields_cap] */
	size_t fields_cap;
	uint64_t row;  /**< of the record handed out or rejected last */
	uint64_t good; /**< records handed out */
	uint64_t counts[HO_COUNTS];
	uint64_t rejects;
	struct ho_reject first[HO_REJECTS_KEPT];
	struct ho_writer rejects_file;
	struct ho_arena names; /**< file names of kept rejects */
	struct ho_notes notes; /**< guesses made while opening */
	bool ended;
	bool more_rejects; /**< rows.c still looks at records it has read: the file of rejects is not complete at the
	                      end */
};

/** Add a column; a name that is there already gets "_2", "_3" ... HO_ELIMIT beyond HO_COLUMNS_MAX; HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_reader__add_column(struct ho_reader *reader, struct ho_slice name,
                                                   struct ho_error *err);
/** Room for fields[0..n), all set to missing. */
HO_MUST_CHECK enum ho_status ho_reader__clear_fields(struct ho_reader *reader, size_t n, struct ho_error *err);
/**
 * The next line that is not blank, trimmed; it is counted in reader->row, and one that is too long is a reject. len 0
 * at the end. Borrowed until the next line. As ho_stream_line().
 */
HO_MUST_CHECK enum ho_status ho_reader__next_line(struct ho_reader *reader, struct ho_slice *text,
                                                  struct ho_error *err);
/** Count, keep and write a bad record. */
HO_MUST_CHECK enum ho_status ho_reader__reject(struct ho_reader *reader, uint64_t line, size_t column,
                                               struct ho_error *err, const char *format, ...) HO_PRINTF(5, 6);

/** Guess the format of a file from its name and its first bytes (clean UTF-8). HO_FORMAT_GUESS: cannot tell. */
enum ho_format ho_format__of_name(const char *path);
enum ho_format ho_format__of_bytes(struct ho_slice ahead);
/** Does it begin like a mail: header lines, among them Received or From, and Subject? */
bool ho_format__looks_like_mail(struct ho_slice ahead);
/** The delimiter of a CSV file among , ; TAB | from its first rows. */
char ho_format__guess_delimiter(struct ho_slice ahead);
/** Do fields that begin with a quote also end with one (so that quotes have their CSV meaning)? For TSV. */
bool ho_format__quotes_close(struct ho_slice ahead, char delimiter);

#endif
