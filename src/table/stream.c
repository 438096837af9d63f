#include "table/stream.h"

#include "base/alloc.h"
#include "table/reader.h"

enum { RAW_ROOM = 1 << 17 };
/* Of the first block: so many control characters happen in text; more than one in so many bytes do not. */
enum { CONTROLS_FEW = 32, CONTROLS_SHARE = 20 };
/* A marked record and the line after it, each at its longest, and a block that trebled under repair. */
#define WINDOW_MAX (2 * HO_RECORD_MAX + 8 * (size_t)RAW_ROOM)

enum ho_status ho_stream_open(struct ho_stream *out, struct ho_source *source, const char *encoding,
                              struct ho_error *err)
{
	*out = (struct ho_stream){.source = source, .mark = SIZE_MAX};
	ho_buf_init(&out->window, WINDOW_MAX);
	enum ho_status status = ho_decoder_open(&out->decoder, encoding, err);
	if (status == HO_OK) {
		out->raw = ho_alloc(RAW_ROOM, 1);
		if (!out->raw)
			status = ho_fail_nomem(err);
	}
	if (status)
		ho_stream_close(out);
	return status;
}

struct ho_source *ho_stream_take_source(struct ho_stream *stream)
{
	struct ho_source *source = stream->source;
	stream->source = NULL;
	return source;
}

void ho_stream_close(struct ho_stream *stream)
{
	ho_source_close(stream->source);
	ho_decoder_close(&stream->decoder);
	ho_free(stream->raw);
	ho_buf_release(&stream->window);
	*stream = (struct ho_stream){.mark = SIZE_MAX};
}

bool ho_bytes_are_binary(struct ho_slice bytes, bool strict)
{
	size_t controls = 0, len = bytes.len < RAW_ROOM ? bytes.len : RAW_ROOM;
	const unsigned char *b = (const unsigned char *)bytes.ptr;
	if (len >= 2 && ((b[0] == 0xFF && b[1] == 0xFE) || (b[0] == 0xFE && b[1] == 0xFF)))
		return false;
	if (strict && len && memchr(b, 0, len))
		return true;
	for (size_t i = 0; i < len; i++)
		controls += (b[i] < 0x20 && (b[i] < '\t' || b[i] > '\r') && b[i] != 0x1B) || b[i] == 0x7F;
	return controls > CONTROLS_FEW && controls > len / CONTROLS_SHARE;
}

enum ho_status ho_fail_binary(struct ho_error *err)
{
	return ho_fail(
	    err, HO_EFORMAT,
	    "this is no text: too many of its bytes are NUL or control characters; if it is UTF-16 without a "
	    "mark, say --encoding UTF-16LE or UTF-16BE");
}

/* Move what is still needed to the front: cheap, because it is a piece of a line, and nothing at all within a long one.
 */
static void drop_used(struct ho_stream *stream)
{
	size_t used = stream->mark < stream->at ? stream->mark : stream->at;
	if (used == 0)
		return;
	stream->window.len -= used;
	if (stream->window.len)
		memmove(stream->window.data, stream->window.data + used, stream->window.len);
	stream->at -= used;
	if (stream->mark != SIZE_MAX)
		stream->mark -= used;
}

/* One more block into the window. */
static enum ho_status fill(struct ho_stream *stream, struct ho_error *err)
{
	size_t got, used;
	drop_used(stream);
	enum ho_status status =
	    ho_source_read(stream->source, stream->raw + stream->raw_len, RAW_ROOM - stream->raw_len, &got, err);
	if (status)
		return status;
	stream->at_end = got == 0;
	stream->raw_len += got;
	if (!stream->looked && !stream->decoder.name &&
	    ho_bytes_are_binary(ho_slice(stream->raw, stream->raw_len), stream->strict))
		return ho_fail_binary(err);
	stream->looked = true;
	status =
	    ho_decoder_add(&stream->decoder, &stream->window, stream->raw, stream->raw_len, stream->at_end, &used, err);
	if (status)
		return status;
	stream->raw_len -= used;
	if (stream->raw_len)
		memmove(stream->raw, stream->raw + used, stream->raw_len);
	return HO_OK;
}

/* Offset just behind the line end found at or after `from`, or 0. A CR that is the last byte so far may be half of CR
 * LF. */
static size_t line_end(const struct ho_stream *stream, size_t from)
{
	if (from >= stream->window.len)
		return 0;
	const char *data = stream->window.data, *start = data + from;
	size_t len = stream->window.len - from;
	const char *lf = memchr(start, '\n', len);
	const char *cr = memchr(start, '\r', lf ? (size_t)(lf - start) : len);
	if (cr && cr + 1 != lf && (cr + 1 < data + stream->window.len || stream->at_end))
		return (size_t)(cr - data) + 1;
	return lf ? (size_t)(lf - data) + 1 : 0;
}

/* Skip the rest of a line whose beginning stays in the window, at the offset told. */
static enum ho_status skip_long(struct ho_stream *stream, size_t *start, struct ho_error *err)
{
	for (;;) {
		*start = stream->at;
		size_t keep = stream->at + HO_RECORD_MAX, end = line_end(stream, keep);
		if (end || stream->at_end) {
			stream->at = end ? end : stream->window.len;
			return HO_OK;
		}
		bool cr = stream->window.len > keep && stream->window.data[stream->window.len - 1] == '\r';
		stream->window.len = keep;
		if (cr)
			stream->window.data[stream->window.len++] = '\r';
		enum ho_status status = fill(stream, err);
		if (status)
			return status;
	}
}

enum ho_status ho_stream_line(struct ho_stream *stream, struct ho_line *line, struct ho_error *err)
{
	size_t scanned = 0, end, start;
	enum ho_status status = HO_OK;
	*line = (struct ho_line){.too_long = false};
	while (!(end = line_end(stream, stream->at + scanned)) && !stream->at_end) {
		size_t have = stream->window.len - stream->at;
		if (have > HO_RECORD_MAX)
			break;
		scanned = have ? have - 1 : 0; /* the last byte again: it may be a CR */
		status = fill(stream, err);
		if (status)
			return status;
	}
	bool unfinished = !end && !stream->at_end;
	if (!end)
		end = stream->window.len;
	start = stream->at;
	line->too_long = end - start > HO_RECORD_MAX;
	if (unfinished)
		status = skip_long(stream, &start, err);
	else
		stream->at = end;
	if (status)
		return status;
	if (end == start && !unfinished)
		return HO_OK;
	line->bytes = ho_slice(stream->window.data + start, line->too_long ? HO_RECORD_MAX : end - start);
	stream->line++;
	return HO_OK;
}

enum ho_status ho_stream_piece(struct ho_stream *stream, struct ho_slice *piece, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	while (status == HO_OK && !stream->at_end && stream->at == stream->window.len)
		status = fill(stream, err);
	*piece = ho_slice(NULL, 0);
	if (status == HO_OK && stream->at < stream->window.len)
		*piece = ho_slice(stream->window.data + stream->at, stream->window.len - stream->at);
	stream->at += piece->len;
	return status;
}

bool ho_stream_idle(const struct ho_stream *stream)
{
	return ho_source_waits(stream->source) && !stream->at_end && !line_end(stream, stream->at) &&
	       ho_source_idle(stream->source);
}

enum ho_status ho_stream_peek(struct ho_stream *stream, struct ho_slice *ahead, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	size_t scanned = 0, have = stream->window.len - stream->at;
	*ahead = ho_slice(NULL, 0);
	while (status == HO_OK && !stream->at_end && have <= HO_RECORD_MAX && !line_end(stream, stream->at + scanned)) {
		scanned = have ? have - 1 : 0;
		status = fill(stream, err);
		have = stream->window.len - stream->at;
	}
	if (status == HO_OK && stream->window.len > stream->at)
		*ahead = ho_slice(stream->window.data + stream->at, stream->window.len - stream->at);
	return status;
}

enum ho_status ho_stream_rest(struct ho_stream *stream, struct ho_slice *rest, size_t max, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	*rest = ho_slice(NULL, 0);
	while (status == HO_OK && !stream->at_end && stream->window.len - stream->at <= max)
		status = fill(stream, err);
	if (status)
		return status;
	if (stream->window.len - stream->at > max)
		return ho_fail(err, HO_ELIMIT, "longer than the allowed %zu MiB", max >> 20);
	*rest = ho_slice(stream->window.data ? stream->window.data + stream->at : "", stream->window.len - stream->at);
	stream->at = stream->window.len;
	return HO_OK;
}

void ho_stream_mark(struct ho_stream *stream)
{
	stream->mark = stream->at;
	stream->mark_line = stream->line;
}

void ho_stream_unmark(struct ho_stream *stream)
{
	stream->mark = SIZE_MAX;
}

size_t ho_stream_since_mark(const struct ho_stream *stream)
{
	return stream->mark == SIZE_MAX ? 0 : stream->at - stream->mark;
}

void ho_stream_rewind(struct ho_stream *stream)
{
	if (stream->mark == SIZE_MAX)
		return;
	stream->at = stream->mark;
	stream->line = stream->mark_line;
	stream->mark = SIZE_MAX;
}

struct ho_slice ho_line_body(struct ho_slice line)
{
	if (line.len && line.ptr[line.len - 1] == '\n')
		line.len--;
	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}
