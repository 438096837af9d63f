/**
 * Clean UTF-8 lines of a source, whatever its packing and encoding. A line ends with LF, CR LF or a lone CR.
 * A place can be marked and returned to, so that a row whose quote is never closed does not swallow what follows.
 * Internal to src/table.
 */
#ifndef HO_TABLE_STREAM_H
#define HO_TABLE_STREAM_H

#include "base/buf.h"
#include "table/source.h"
#include "text/encoding.h"

struct ho_stream {
	struct ho_source *source; /**< owned */
	struct ho_decoder decoder;
	char *raw; /**< owned; unpacked bytes not yet decoded */
	size_t raw_len;
	struct ho_buf window;     /**< decoded text */
	size_t at;                /**< the next line starts here in the window */
	size_t mark;              /**< SIZE_MAX: none */
	uint64_t line, mark_line; /**< lines handed out so far */
	bool at_end;              /**< the source is exhausted */
	bool looked;              /**< the first block was seen, and is text */
	bool strict;              /**< the caller's: one NUL byte in the first block is one too many */
};

/** Take over `source` (also on failure, then it is closed). HO_EINVAL unknown encoding name; HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_stream_open(struct ho_stream *out, struct ho_source *source, const char *encoding,
                                            struct ho_error *err);
void ho_stream_close(struct ho_stream *stream);
/** Take the source back (the stream can then only be closed). */
struct ho_source *ho_stream_take_source(struct ho_stream *stream);

/**
 * Are these, the first bytes of a file, a program, a picture, an archive rather than text? Text in any encoding but
 * UTF-16 and UTF-32 has hardly a control character; UTF-16 with its mark is text.
 *
 * @param strict  one NUL byte is enough to say so, as for files that merely lie in the same folder.
 */
bool ho_bytes_are_binary(struct ho_slice bytes, bool strict);
/** What to say of such bytes. HO_EFORMAT. */
enum ho_status ho_fail_binary(struct ho_error *err);

/** A line, with its end. */
struct ho_line {
	struct ho_slice bytes; /**< borrowed until the next call; len 0 at the end of the input */
	bool too_long;         /**< more than HO_RECORD_MAX: `bytes` is the beginning only, the rest was skipped */
};

/** The next line. HO_EIO, HO_EFORMAT (packing, or no text at all), HO_ECANCELLED, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_stream_line(struct ho_stream *stream, struct ho_line *line, struct ho_error *err);
/** The next piece of text, wherever it ends; len 0 at the end of the input. Its lines are counted by the caller in
 * stream->line. Borrowed until the next call. */
HO_MUST_CHECK enum ho_status ho_stream_piece(struct ho_stream *stream, struct ho_slice *piece, struct ho_error *err);
/** Would the next line have to be waited for: none is there, nor anything to make one of? */
bool ho_stream_idle(const struct ho_stream *stream);
/** What is decoded but not handed out yet: at least one whole line, or all there is. Borrowed until the next call. */
HO_MUST_CHECK enum ho_status ho_stream_peek(struct ho_stream *stream, struct ho_slice *ahead, struct ho_error *err);
/** Everything that is left, up to `max` bytes; HO_ELIMIT beyond. Borrowed until the next call. */
HO_MUST_CHECK enum ho_status ho_stream_rest(struct ho_stream *stream, struct ho_slice *rest, size_t max,
                                            struct ho_error *err);

/** Remember this place: the bytes from here on are kept until ho_stream_unmark(). */
void ho_stream_mark(struct ho_stream *stream);
void ho_stream_unmark(struct ho_stream *stream);
/** Bytes since the mark. */
size_t ho_stream_since_mark(const struct ho_stream *stream);
/** Back to the mark (which is then gone). */
void ho_stream_rewind(struct ho_stream *stream);

/** Without the line end. */
struct ho_slice ho_line_body(struct ho_slice line);

#endif
