/*
 * CSV and TSV on top of libcsv, which gets one physical line at a time. So the line a record starts on is known
 * exactly, and when a quote is never closed the stream can go back to the line after the one that opened it.
 *
 * Unclosed quotes: a record that reaches the end of the input, or HO_RECORD_MAX, inside quotes is rejected, and reading
 * resumes on the line after its first. From then on a quoted field may span SPAN_AFTER_UNCLOSED lines only: otherwise a
 * file full of unclosed quotes would be read again from every line.
 */
#include <csv.h>
#include <inttypes.h>

#include "base/alloc.h"
#include "table/format.h"

enum { FIELD_BLOCK = 1 << 12, SPAN_AFTER_UNCLOSED = 100 };

struct span {
	size_t start, len;
};

struct csv_state {
	struct csv_parser parser;
	bool parser_ready;
	char delimiter;
	bool header_done;
	bool limited;        /* an unclosed quote was met */
	struct ho_buf bytes; /* of the fields of the record being read */
	struct span *spans;  /* [n] */
	size_t n, cap;
	bool row_done;
	enum ho_status trouble; /* inside a callback, where nothing can be returned */
	uint64_t first_line;
};

static void on_field(void *bytes, size_t len, void *context)
{
	struct csv_state *state = context;
	if (state->trouble)
		return;
	if (ho_grow(&state->spans, &state->cap, state->n + 1, sizeof *state->spans)) {
		state->trouble = HO_ENOMEM;
		return;
	}
	state->spans[state->n++] = (struct span){state->bytes.len, len};
	if (len)
		state->trouble = ho_buf_add(&state->bytes, bytes, len, NULL);
}

static void on_row(int end, void *context)
{
	struct csv_state *state = context;
	(void)end;
	state->row_done = true;
}

static void *csv_realloc(void *old, size_t size)
{
	return ho_realloc(old, size, 1);
}

static void start_record(struct csv_state *state)
{
	ho_buf_reset(&state->bytes);
	state->n = 0;
	state->row_done = false;
	state->trouble = HO_OK;
}

/* libcsv has no reset; its state after csv_fini() with callbacks that do nothing is that of a new parser. */
static void ignore_field(void *bytes, size_t len, void *context)
{
	(void)bytes, (void)len, (void)context;
}

static void ignore_row(int end, void *context)
{
	(void)end, (void)context;
}

static void reset_parser(struct csv_state *state)
{
	(void)csv_fini(&state->parser, ignore_field, ignore_row, NULL);
}

/*
 * libcsv lengthens its field by a fixed step, which makes long fields quadratic where realloc() has to copy; so the
 * step follows the line and the field so far.
 */
static void set_step(struct csv_state *state, size_t line)
{
	size_t half = csv_get_buffer_size(&state->parser) / 2, step = line > half ? line : half;
	csv_set_blk_size(&state->parser, step > FIELD_BLOCK ? step : FIELD_BLOCK);
}

static enum ho_status feed(struct csv_state *state, struct ho_slice line, struct ho_error *err)
{
	set_step(state, line.len);
	if (csv_parse(&state->parser, line.ptr, line.len, on_field, on_row, state) != line.len ||
	    state->trouble == HO_ENOMEM) {
		reset_parser(state);
		return ho_fail_nomem(err);
	}
	return HO_OK;
}

static bool is_blank(const struct csv_state *state, struct ho_slice line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] != ' ' && line.ptr[i] != '\n' && line.ptr[i] != '\r' &&
		    (line.ptr[i] != '\t' || state->delimiter == '\t'))
			return false;
	return true;
}

/* What became of the lines read for one record. */
enum outcome { END, RECORD, TOO_LONG, UNCLOSED };

/* Read lines into the parser until a record is whole. */
static enum ho_status read_record(struct ho_reader *reader, struct csv_state *state, enum outcome *outcome,
                                  uint64_t *lines, struct ho_error *err)
{
	struct ho_line line;
	*lines = 0;
	start_record(state);
	for (;;) {
		enum ho_status status = ho_stream_line(&reader->stream, &line, err);
		if (status)
			return status;
		if (*lines == 0 && line.bytes.len && is_blank(state, line.bytes) && !line.too_long)
			continue;
		if (line.bytes.len == 0) {
			*outcome = *lines ? UNCLOSED : END;
			return HO_OK;
		}
		if (++*lines == 1) {
			state->first_line = reader->stream.line;
			ho_stream_mark(&reader->stream); /* resume here if the quote is never closed */
		}
		*outcome = TOO_LONG;
		if (line.too_long)
			return HO_OK;
		status = feed(state, line.bytes, err);
		if (status == HO_OK && !state->row_done &&
		    !memchr("\r\n", line.bytes.ptr[line.bytes.len - 1],
		            2))                                       /* NOLINT(bugprone-not-null-terminated-result) */
			status = feed(state, ho_slice("\n", 1), err); /* the last line has no end of its own */
		if (status)
			return status;
		*outcome = RECORD;
		if (state->row_done)
			return HO_OK;
		*outcome = UNCLOSED;
		if (ho_stream_since_mark(&reader->stream) > HO_RECORD_MAX ||
		    (state->limited && *lines >= SPAN_AFTER_UNCLOSED))
			return HO_OK;
	}
}

static enum ho_status reject_broken(struct ho_reader *reader, struct csv_state *state, enum outcome outcome,
                                    uint64_t lines, struct ho_error *err)
{
	enum ho_status status;
	size_t column = state->n + 1;
	reset_parser(state);
	reader->row++;
	if (outcome == TOO_LONG)
		return ho_reader__reject(reader, state->first_line, 0, err, "longer than the allowed %zu MiB",
		                         HO_RECORD_MAX >> 20);
	if (lines > 1 && !state->limited)
		status = ho_reader__reject(reader, state->first_line, column, err,
		                           "a quote opened on line %" PRIu64 " is never closed; %" PRIu64
		                           " lines would be inside it, reading resumes on the next line",
		                           state->first_line, lines - 1);
	else
		status = ho_reader__reject(reader, state->first_line, column, err,
		                           "a quote opened on line %" PRIu64 " is not closed", state->first_line);
	state->limited = true;
	ho_stream_rewind(&reader->stream);
	return status;
}

/* One record that libcsv could make out, into the spans; *more false at the end. */
static enum ho_status next_spans(struct ho_reader *reader, struct csv_state *state, bool *more, uint64_t *lines,
                                 struct ho_error *err)
{
	for (;;) {
		enum outcome outcome = END;
		enum ho_status status = read_record(reader, state, &outcome, lines, err);
		if (status == HO_OK && outcome == RECORD && state->trouble == HO_ELIMIT)
			outcome = TOO_LONG;
		if (status == HO_OK && outcome > RECORD)
			status = reject_broken(reader, state, outcome, *lines, err);
		ho_stream_unmark(&reader->stream);
		*more = outcome == RECORD;
		if (status || outcome <= RECORD)
			return status;
	}
}

static struct ho_slice span_slice(const struct csv_state *state, size_t i)
{
	const char *base = state->bytes.data ? state->bytes.data : "";
	return ho_slice(base + state->spans[i].start, state->spans[i].len);
}

static enum ho_status read_header(struct ho_reader *reader, struct csv_state *state, struct ho_error *err)
{
	bool more;
	uint64_t lines;
	enum ho_status status = next_spans(reader, state, &more, &lines, err);
	if (status)
		return status;
	if (reader->rejects) /* what follows it would be taken for names */
		return ho_fail(err, HO_EFORMAT, "the header cannot be read: %s", reader->first[0].reason);
	if (!more)
		return ho_fail(err, HO_EFORMAT, "the file is empty");
	reader->row = 0;
	size_t n = state->n;
	while (n > 1 && state->spans[n - 1].len == 0) /* "a,b," has two columns */
		n--;
	for (size_t i = 0; i < n && status == HO_OK; i++)
		status = ho_reader__add_column(reader, span_slice(state, i), err);
	return status;
}

static const char *delimiter_name(char delimiter)
{
	return delimiter == '\t' ? "a tab" : delimiter == ',' ? "\",\"" : delimiter == ';' ? "\";\"" : "\"|\"";
}

static enum ho_status guess_dialect(struct ho_reader *reader, struct csv_state *state, struct ho_error *err)
{
	struct ho_slice ahead;
	enum ho_status status = ho_stream_peek(&reader->stream, &ahead, err);
	if (status)
		return status;
	state->delimiter = reader->options.delimiter;
	if (reader->format == HO_FORMAT_TSV && !state->delimiter)
		state->delimiter = '\t';
	if (!state->delimiter) {
		state->delimiter = ho_format__guess_delimiter(ahead);
		if (state->delimiter != ',')
			status = ho_notes_add(&reader->notes, HO_NOTE_FORMAT, 1, err, "Fields are separated by %s.",
			                      delimiter_name(state->delimiter));
	}
	/* Many a TSV file is written without any quoting, so a quote there is only a character. A NUL, which clean text
	 * never holds, switches libcsv's quotes off. */
	if (status == HO_OK && state->delimiter == '\t' && !ho_format__quotes_close(ahead, '\t')) {
		csv_set_quote(&state->parser, '\0');
		status = ho_notes_add(&reader->notes, HO_NOTE_FORMAT, 1, err,
		                      "Quotes are taken as ordinary characters, because they do not come in pairs.");
	}
	csv_set_delim(&state->parser, (unsigned char)state->delimiter);
	return status;
}

static enum ho_status csv_open(struct ho_reader *reader, struct ho_error *err)
{
	struct csv_state *state = ho_calloc(1, sizeof *state);
	if (!state)
		return ho_fail_nomem(err);
	reader->state = state;
	ho_buf_init(&state->bytes, 2 * HO_RECORD_MAX);
	(void)csv_init(&state->parser, 0);
	csv_set_realloc_func(&state->parser, csv_realloc);
	csv_set_free_func(&state->parser, ho_free);
	csv_set_blk_size(&state->parser, FIELD_BLOCK);
	enum ho_status status = guess_dialect(reader, state, err);
	return status ? status : read_header(reader, state, err);
}

/* Set the fields of a record with as many as the header, or say what is wrong with it. */
static enum ho_status use_spans(struct ho_reader *reader, struct csv_state *state, uint64_t lines, bool *good,
                                struct ho_error *err)
{
	size_t columns = reader->columns.n, n = state->n;
	*good = true;
	if (n == columns + 1 && state->spans[columns].len == 0) {
		reader->counts[HO_COUNT_EXTRA_EMPTY]++;
		n--;
	}
	if (n == columns) {
		enum ho_status status = ho_reader__clear_fields(reader, columns, err);
		for (size_t i = 0; i < n && status == HO_OK; i++)
			reader->fields[i] = span_slice(state, i);
		return status;
	}
	*good = false;
	return ho_reader__reject(reader, state->first_line, 0, err, "%s fields: %zu where the header has %zu%s",
	                         n < columns ? "too few" : "too many", n, columns,
	                         lines > 1 ? "; a quoted field spans several lines, is a quote missing?" : "");
}

static enum ho_status csv_next(struct ho_reader *reader, struct ho_record *record, bool *more, struct ho_error *err)
{
	struct csv_state *state = reader->state;
	bool good = false;
	while (!good) {
		uint64_t lines;
		enum ho_status status = next_spans(reader, state, more, &lines, err);
		if (status || !*more)
			return status;
		reader->row++;
		status = use_spans(reader, state, lines, &good, err);
		if (status)
			return status;
	}
	*record = (struct ho_record){.fields = reader->fields,
	                             .n = reader->columns.n,
	                             .row = reader->row,
	                             .line = state->first_line,
	                             .file = reader->file};
	return HO_OK;
}

static void csv_close(struct ho_reader *reader)
{
	struct csv_state *state = reader->state;
	if (!state)
		return;
	csv_free(&state->parser);
	ho_buf_release(&state->bytes);
	ho_free(state->spans);
	ho_free(state);
	reader->state = NULL;
}

const struct ho_format_ops ho_format_csv = {csv_open, csv_next, csv_close, NULL};
