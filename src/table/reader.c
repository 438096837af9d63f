#include "table/reader.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "table/format.h"
#include "table/json.h"
#include "text/utf8.h"

static const struct ho_format_ops *ops_of(enum ho_format format, bool is_folder)
{
	switch (format) {
	case HO_FORMAT_CSV:
	case HO_FORMAT_TSV:
		return &ho_format_csv;
	case HO_FORMAT_JSONL:
		return &ho_format_jsonl;
	case HO_FORMAT_FASTTEXT:
		return &ho_format_fasttext;
	case HO_FORMAT_FOLDER:
		return is_folder ? &ho_format_folder : NULL;
	case HO_FORMAT_MAIL:
		return &ho_format_folder; /* a single mail is a folder of one */
	case HO_FORMAT_GUESS:
		break;
	}
	return NULL;
}

enum ho_status ho_reader__add_column(struct ho_reader *reader, struct ho_slice name, struct ho_error *err)
{
	char spare[64];
	uint32_t index, n = reader->columns.n;
	if (n >= HO_COLUMNS_MAX)
		return ho_fail(err, HO_ELIMIT, "more than %d columns; is this the right format?", HO_COLUMNS_MAX);
	name = ho_slice_trim(name);
	if (name.len == 0) {
		(void)snprintf(spare, sizeof spare, "column%u", n + 1);
		name = ho_slice_str(spare);
	}
	enum ho_status status = ho_map_add(&index, &reader->columns, name, err);
	char again[128];
	size_t shown = ho_utf8_clean_prefix(name.ptr, name.len < 100 ? name.len : 100);
	for (unsigned i = 2; status == HO_OK && index < n; i++) {
		(void)snprintf(again, sizeof again, "%.*s_%u", (int)shown, name.ptr, i);
		status = ho_map_add(&index, &reader->columns, ho_slice_str(again), err);
	}
	return status;
}

enum ho_status ho_reader__clear_fields(struct ho_reader *reader, size_t n, struct ho_error *err)
{
	if (ho_grow(&reader->fields, &reader->fields_cap, n, sizeof *reader->fields))
		return ho_fail_nomem(err);
	if (n)
		memset(reader->fields, 0, n * sizeof *reader->fields);
	return HO_OK;
}

static enum ho_status write_reject(struct ho_reader *reader, const struct ho_reject *reject, struct ho_error *err)
{
	struct ho_buf line;
	ho_buf_init(&line, (size_t)1 << 20);
	enum ho_status status = ho_buf_printf(&line, err, "{\"file\":");
	if (status == HO_OK)
		status = ho_json_quote(&line, ho_slice_str(reject->file), err);
	if (status == HO_OK)
		status = ho_buf_printf(&line, err,
		                       ",\"row\":%llu,\"line\":%llu,\"column\":", (unsigned long long)reject->row,
		                       (unsigned long long)reject->line);
	if (status == HO_OK)
		status = reject->column ? ho_buf_printf(&line, err, "%zu", reject->column)
		                        : ho_buf_add(&line, "null", 4, err);
	if (status == HO_OK)
		status = ho_buf_add(&line, ",\"reason\":", 10, err);
	if (status == HO_OK)
		status = ho_json_quote(&line, ho_slice_str(reject->reason), err);
	if (status == HO_OK)
		status = ho_buf_add(&line, "}\n", 2, err);
	if (status == HO_OK)
		status = ho_writer_add(&reader->rejects_file, line.data, line.len, err);
	ho_buf_release(&line);
	return status;
}

static enum ho_status keep_reject(struct ho_reader *reader, struct ho_reject *reject, struct ho_error *err)
{
	if (reader->rejects < HO_REJECTS_KEPT) {
		struct ho_reject *kept = &reader->first[reader->rejects];
		struct ho_slice file = ho_arena_copy(&reader->names, ho_slice_str(reject->file));
		if (!file.ptr)
			return ho_fail_nomem(err);
		*kept = *reject;
		kept->file = file.ptr;
	}
	reader->rejects++;
	return reader->rejects_file.path ? write_reject(reader, reject, err) : HO_OK;
}

static void HO_PRINTF(2, 0) format_reason(struct ho_reject *reject, const char *format, va_list args)
{
	(void)vsnprintf(reject->reason, sizeof reject->reason, format, args);
}

enum ho_status ho_reader__reject(struct ho_reader *reader, uint64_t line, size_t column, struct ho_error *err,
                                 const char *format, ...)
{
	struct ho_reject reject = {.file = reader->file, .row = reader->row, .line = line, .column = column};
	va_list args;
	va_start(args, format);
	format_reason(&reject, format, args);
	va_end(args);
	return keep_reject(reader, &reject, err);
}

enum ho_status ho_reader__next_line(struct ho_reader *reader, struct ho_slice *text, struct ho_error *err)
{
	struct ho_line line;
	enum ho_status status = HO_OK;
	while (status == HO_OK) {
		status = ho_stream_line(&reader->stream, &line, err);
		*text = ho_slice_trim(line.bytes);
		if (status || line.bytes.len == 0)
			return status;
		if (text->len == 0)
			continue;
		reader->row++;
		if (!line.too_long)
			return HO_OK;
		status = ho_reader__reject(reader, reader->stream.line, 0, err, "longer than the allowed %zu MiB",
		                           HO_RECORD_MAX >> 20);
	}
	return status;
}

enum ho_status ho_reader_reject(struct ho_reader *reader, const struct ho_record *record, size_t column,
                                struct ho_error *err, const char *format, ...)
{
	struct ho_reject reject = {.file = record->file, .row = record->row, .line = record->line, .column = column};
	va_list args;
	va_start(args, format);
	format_reason(&reject, format, args);
	va_end(args);
	return keep_reject(reader, &reject, err);
}

/* Only where nobody said the format: the name decides, then the content. */
static enum ho_status guess_file_format(struct ho_reader *reader, struct ho_error *err)
{
	struct ho_slice ahead;
	reader->format = ho_format__of_name(reader->options.path);
	if (reader->format != HO_FORMAT_GUESS)
		return HO_OK;
	enum ho_status status = ho_stream_peek(&reader->stream, &ahead, err);
	if (status)
		return status;
	if (ahead.len == 0)
		return ho_fail(err, HO_EFORMAT, "the file is empty");
	reader->format = ho_format__of_bytes(ahead);
	if (reader->format == HO_FORMAT_GUESS)
		return ho_fail(err, HO_EINVAL,
		               "cannot tell the format from its name or first line; say --format csv, tsv, jsonl, "
		               "fasttext or mail");
	return ho_notes_add(&reader->notes, HO_NOTE_FORMAT, 1, err, "Read as %s, which its first line looks like.",
	                    ho_format_name(reader->format));
}

/* A mail is read as raw bytes (each part has its own encoding), so the stream must not have taken any. */
static enum ho_status restart_for_mail(struct ho_reader *reader, struct ho_error *err)
{
	struct ho_source *source = ho_stream_take_source(&reader->stream);
	ho_source_rewind(source);
	ho_stream_close(&reader->stream);
	enum ho_status status = ho_stream_open(&reader->stream, source, reader->options.encoding, err);
	reader->has_stream = status == HO_OK;
	return status;
}

static enum ho_status open_stream(struct ho_reader *reader, struct ho_source *source, struct ho_error *err)
{
	bool guess = reader->format == HO_FORMAT_GUESS;
	if (guess)
		ho_source_record(source);
	enum ho_status status = ho_stream_open(&reader->stream, source, reader->options.encoding, err);
	reader->has_stream = status == HO_OK;
	if (status || !guess)
		return status;
	status = guess_file_format(reader, err);
	if (status == HO_OK && reader->format == HO_FORMAT_MAIL)
		return restart_for_mail(reader, err);
	ho_source_forget(source);
	return status;
}

static enum ho_status open_path(struct ho_reader *reader, bool *is_folder, struct ho_error *err)
{
	const char *path = reader->options.path;
	struct stat st;
	struct ho_source *source;
	if (strcmp(path, "-") == 0 && reader->format == HO_FORMAT_GUESS)
		return ho_fail(err, HO_EINVAL, "standard input needs --format csv, tsv, jsonl, fasttext or mail");
	if (strcmp(path, "-") != 0 && stat(path, &st))
		return ho_fail_errno(err, errno == ENOENT ? HO_ENOTFOUND : HO_EIO, "cannot open it");
	*is_folder = strcmp(path, "-") != 0 &&
	             S_ISDIR(st.st_mode); /* NOLINT(clang-analyzer-core.UndefinedBinaryOperatorResult) */
	if (*is_folder && reader->format != HO_FORMAT_GUESS && reader->format != HO_FORMAT_MAIL &&
	    reader->format != HO_FORMAT_FOLDER)
		return ho_fail(err, HO_EINVAL, "is a folder, which cannot be read as %s",
		               ho_format_name(reader->format));
	if (*is_folder) {
		if (reader->format == HO_FORMAT_GUESS)
			reader->format = HO_FORMAT_FOLDER; /* folder.c looks whether they are mails */
		return HO_OK;
	}
	enum ho_status status = ho_source_open(&source, path, reader->options.progress, err);
	return status ? status : open_stream(reader, source, err);
}

static enum ho_status open_rest(struct ho_reader *reader, bool is_folder, struct ho_error *err)
{
	reader->ops = ops_of(reader->format, is_folder);
	if (!reader->ops)
		return ho_fail(err, HO_EINVAL, "is a file, not a folder with one sub-folder per label");
	enum ho_status status = HO_OK;
	if (reader->options.rejects_path)
		status = ho_writer_open(&reader->rejects_file, reader->options.rejects_path, err);
	if (status)
		return status;
	return reader->ops->open(reader, err);
}

const char *ho_reader_place(const struct ho_reader_options *options)
{
	return strcmp(options->path, "-") == 0 ? "standard input" : options->path;
}

static struct ho_reader *new_reader(const struct ho_reader_options *options)
{
	struct ho_reader *reader = ho_calloc(1, sizeof *reader);
	if (!reader)
		return NULL;
	reader->options = *options;
	reader->format = options->format;
	reader->file = ho_reader_place(options);
	reader->rejects_file.fd = -1;
	ho_map_init(&reader->columns);
	ho_arena_init(&reader->names, (size_t)1 << 20);
	ho_notes_init(&reader->notes);
	return reader;
}

static enum ho_status open_with(struct ho_reader **out, const struct ho_slice *bytes,
                                const struct ho_reader_options *options, struct ho_error *err)
{
	struct ho_error inner = {.code = HO_OK};
	struct ho_source *source;
	bool is_folder = false;
	*out = NULL;
	if (!options->path)
		return ho_fail(err, HO_EINVAL, "no file given");
	struct ho_reader *reader = new_reader(options);
	if (!reader)
		return ho_fail_nomem(err);
	enum ho_status status = HO_OK;
	if (!bytes)
		status = open_path(reader, &is_folder, &inner);
	else if (!(status = ho_source_open_bytes(&source, *bytes, &inner)))
		status = open_stream(reader, source, &inner);
	if (status == HO_OK)
		status = open_rest(reader, is_folder, &inner);
	if (status == HO_OK) {
		*out = reader;
		return HO_OK;
	}
	if (!inner.place[0])
		(void)ho_error_at(&inner, "%s", reader->file);
	if (err)
		*err = inner;
	ho_reader_close(reader);
	return status;
}

enum ho_status ho_reader_open(struct ho_reader **out, const struct ho_reader_options *options, struct ho_error *err)
{
	return open_with(out, NULL, options, err);
}

enum ho_status ho_reader_open_bytes(struct ho_reader **out, struct ho_slice bytes,
                                    const struct ho_reader_options *options, struct ho_error *err)
{
	return open_with(out, &bytes, options, err);
}

void ho_reader_close(struct ho_reader *reader)
{
	if (!reader)
		return;
	if (reader->ops)
		reader->ops->close(reader);
	if (reader->has_stream)
		ho_stream_close(&reader->stream);
	ho_map_release(&reader->columns);
	ho_writer_discard(&reader->rejects_file);
	ho_arena_release(&reader->names);
	ho_notes_release(&reader->notes);
	ho_free(reader->fields);
	ho_free(reader);
}

enum ho_status ho_reader_next(struct ho_reader *reader, struct ho_record *record, bool *more, struct ho_error *err)
{
	struct ho_error inner = {.code = HO_OK};
	enum ho_status status = HO_OK;
	*record = (struct ho_record){.n = 0};
	*more = false;
	if (!reader->ended)
		status = reader->ops->next(reader, record, more, &inner);
	if (status == HO_OK && *more) {
		reader->good++;
		return HO_OK;
	}
	*record = (struct ho_record){.n = 0};
	*more = false;
	if (status == HO_OK) {
		reader->ended = true;
		if (reader->rejects_file.path && !reader->more_rejects)
			status = ho_writer_commit(&reader->rejects_file, &inner);
	}
	if (status && err) {
		if (!inner.place[0])
			(void)ho_error_at(&inner, "%s, after row %llu", reader->file, (unsigned long long)reader->row);
		*err = inner;
	}
	return status;
}

const struct ho_slice *ho_reader_columns(const struct ho_reader *reader, size_t *n)
{
	*n = reader->columns.n;
	return reader->columns.keys;
}

enum ho_format ho_reader_format(const struct ho_reader *reader)
{
	return reader->format;
}

double ho_reader_fraction(const struct ho_reader *reader)
{
	if (reader->ops->fraction)
		return reader->ops->fraction(reader);
	return reader->has_stream ? ho_source_fraction(reader->stream.source) : -1;
}

bool ho_reader_idle(const struct ho_reader *reader)
{
	return reader->has_stream && !reader->ended && ho_stream_idle(&reader->stream);
}

uint64_t ho_reader_rejects(const struct ho_reader *reader, const struct ho_reject **first)
{
	if (first)
		*first = reader->first;
	return reader->rejects;
}
