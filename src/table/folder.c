/*
 * One text per file: a folder with a sub-folder per label (or none), and mails, in such a folder or alone. A file that
 * cannot be read is a reject like any bad row.
 */
#include "base/alloc.h"
#include "table/format.h"
#include "table/listing.h"
#include "table/mail.h"
#include "table/mbox.h"

enum { SAMPLE_FILES = 5, RAW_BLOCK = 1 << 16, MAIL_HEAD = 1 << 13 };

struct folder_state {
	struct ho_listing listing; /* empty for a single file */
	bool single, done;
	struct ho_mbox mbox; /* of the single file: one mail or many */
	size_t next;
	struct ho_buf path;    /* folder/relative path of the file being read */
	struct ho_buf raw;     /* a mail's bytes */
	struct ho_stream text; /* a text's stream, kept while its record is borrowed */
	bool has_text;
	struct ho_mail mail;
};

static bool is_mail(const struct ho_reader *reader)
{
	return reader->format == HO_FORMAT_MAIL;
}

static enum ho_status set_path(struct folder_state *state, const struct ho_reader *reader, size_t i,
                               struct ho_error *err)
{
	struct ho_slice root = ho_slice_str(reader->options.path), file = state->listing.files[i].path;
	ho_buf_reset(&state->path);
	enum ho_status status = ho_buf_add(&state->path, root.ptr, root.len, err);
	if (status == HO_OK && root.len && root.ptr[root.len - 1] != '/')
		status = ho_buf_add(&state->path, "/", 1, err);
	return status ? status : ho_buf_add(&state->path, file.ptr, file.len, err);
}

static enum ho_status read_raw(struct ho_buf *out, struct ho_source *source, struct ho_error *err)
{
	size_t got = 1;
	enum ho_status status = HO_OK;
	ho_buf_reset(out);
	while (status == HO_OK && got) {
		status = ho_buf_reserve(out, RAW_BLOCK, err);
		if (status == HO_OK)
			status = ho_source_read(source, out->data + out->len, RAW_BLOCK, &got, err);
		out->len += status == HO_OK ? got : 0;
	}
	if (status == HO_OK && out->len > HO_RECORD_MAX)
		status = ho_fail(err, HO_ELIMIT, "longer than the allowed %zu MiB", HO_RECORD_MAX >> 20);
	return status;
}

static void close_text(struct folder_state *state)
{
	if (state->has_text)
		ho_stream_close(&state->text);
	state->has_text = false;
}

static void count_encoding(struct ho_reader *reader, const struct ho_decoder *decoder)
{
	reader->counts[HO_COUNT_FILES_CONVERTED] += decoder->encoding > HO_ENCODING_UTF8_BOM;
	reader->counts[HO_COUNT_REPAIRED] += decoder->replaced;
}

static enum ho_status read_text(struct ho_reader *reader, struct folder_state *state, struct ho_source *source,
                                struct ho_slice *text, struct ho_error *err)
{
	enum ho_status status = ho_stream_open(&state->text, source, reader->options.encoding, err);
	if (status)
		return status;
	state->has_text = true;
	state->text.strict = true;
	status = ho_stream_rest(&state->text, text, HO_RECORD_MAX, err);
	if (status == HO_OK)
		count_encoding(reader, &state->text.decoder);
	return status;
}

/* Columns: id, text, then label if there are labels, then a mail's own. */
static void set_fields(struct ho_reader *reader, struct folder_state *state, struct ho_slice id, struct ho_slice text,
                       struct ho_slice label)
{
	size_t n = 0;
	reader->fields[n++] = id;
	reader->fields[n++] = text;
	if (state->listing.labelled)
		reader->fields[n++] = label;
	if (!is_mail(reader))
		return;
	const struct ho_buf *parts[] = {&state->mail.subject, &state->mail.from, &state->mail.date};
	for (size_t i = 0; i < 3; i++)
		reader->fields[n++] = parts[i]->len ? ho_buf_slice(parts[i]) : ho_slice(NULL, 0);
}

static enum ho_status parse_mail(struct folder_state *state, struct ho_slice raw, struct ho_slice *text,
                                 struct ho_error *err)
{
	struct ho_slice head = ho_slice(raw.ptr, raw.len < MAIL_HEAD ? raw.len : MAIL_HEAD);
	if (ho_bytes_are_binary(head, false))
		return ho_fail(err, HO_EFORMAT, "this is no mail: too many of its bytes are NUL or control characters");
	enum ho_status status = ho_mail_read(&state->mail, raw, err);
	*text = ho_buf_slice(&state->mail.text);
	return status;
}

static enum ho_status read_mail(struct folder_state *state, struct ho_source *source, struct ho_slice *text,
                                struct ho_error *err)
{
	enum ho_status status = read_raw(&state->raw, source, err);
	return status ? status : parse_mail(state, ho_buf_slice(&state->raw), text, err);
}

static enum ho_status read_file(struct ho_reader *reader, struct folder_state *state, struct ho_slice *text,
                                struct ho_error *err)
{
	struct ho_source *source;
	close_text(state);
	enum ho_status status = ho_source_open(&source, state->path.data, reader->options.progress, err);
	if (status)
		return status;
	if (!is_mail(reader))
		return read_text(reader, state, source, text, err);
	status = read_mail(state, source, text, err);
	ho_source_close(source);
	return status;
}

/* A mail in a file of its own is called by the file's name; those of an mbox, and what came through a pipe, by their
 * numbers. */
static struct ho_slice single_id(const struct ho_reader *reader, const struct folder_state *state)
{
	const char *slash = strrchr(reader->file, '/');
	if (ho_mbox_is_mbox(&state->mbox) || ho_source_waits(reader->stream.source) ||
	    strcmp(reader->options.path, "-") == 0)
		return ho_slice(NULL, 0);
	return ho_slice_str(slash ? slash + 1 : reader->file);
}

/* The next mail of one file. Only in an mbox is there one after a bad one. */
static enum ho_status single_next(struct ho_reader *reader, struct folder_state *state, struct ho_record *record,
                                  bool *more, struct ho_error *err)
{
	for (;;) {
		struct ho_slice raw, text = {NULL, 0};
		struct ho_error why = {.code = HO_OK};
		bool too_long;
		enum ho_status status = ho_mbox_next(&state->mbox, &raw, &too_long, err);
		*more = status == HO_OK && raw.len;
		state->done = !*more;
		if (status == HO_OK && !raw.len && reader->row == 0)
			return ho_fail(err, HO_EFORMAT, "the file is empty");
		if (status || !*more)
			return status;
		reader->row++;
		if (too_long)
			status = ho_fail(&why, HO_ELIMIT, "longer than the allowed %zu MiB", HO_RECORD_MAX >> 20);
		else
			status = parse_mail(state, raw, &text, &why);
		if (status == HO_OK) {
			set_fields(reader, state, single_id(reader, state), text, ho_slice(NULL, 0));
			*record = (struct ho_record){.fields = reader->fields,
			                             .n = reader->columns.n,
			                             .row = reader->row,
			                             .line = 1,
			                             .file = reader->file};
			return HO_OK;
		}
		if (status == HO_ENOMEM || !ho_mbox_is_mbox(&state->mbox)) {
			if (err)
				*err = why;
			return status;
		}
		status = ho_reader__reject(reader, 1, 0, err, "%.150s", why.message);
		if (status)
			return status;
	}
}

static enum ho_status folder_next(struct ho_reader *reader, struct ho_record *record, bool *more, struct ho_error *err)
{
	struct folder_state *state = reader->state;
	if (state->single)
		return single_next(reader, state, record, more, err);
	while (state->next < state->listing.n) {
		struct ho_error why = {.code = HO_OK};
		struct ho_slice text = {NULL, 0};
		const struct ho_listed *file = &state->listing.files[state->next];
		reader->file = reader->options.path; /* the old path may move */
		enum ho_status status = set_path(state, reader, state->next++, err);
		if (status)
			return status;
		reader->row++;
		reader->file = state->path.data;
		status =
		    file->trouble ? ho_fail(&why, HO_EIO, "%s", file->trouble) : read_file(reader, state, &text, &why);
		if (status == HO_OK) {
			set_fields(reader, state, file->path, text, file->label);
			*record = (struct ho_record){.fields = reader->fields,
			                             .n = reader->columns.n,
			                             .row = reader->row,
			                             .line = 1,
			                             .file = state->path.data};
			*more = true;
			return HO_OK;
		}
		/* EINVAL: the encoding's name */
		if (status == HO_ENOMEM || status == HO_EINVAL || status == HO_ECANCELLED) {
			if (err)
				*err = why;
			return status;
		}
		status = ho_reader__reject(reader, 1, 0, err, "%.150s", why.message);
		if (status)
			return status;
	}
	*more = false;
	return HO_OK;
}

/* Are the first files mails? Read beyond their headers they are not. */
static enum ho_status sample(struct ho_reader *reader, struct folder_state *state, bool *mails, struct ho_error *err)
{
	size_t n = state->listing.n < SAMPLE_FILES ? state->listing.n : SAMPLE_FILES;
	*mails = n > 0;
	for (size_t i = 0; i < n && *mails; i++) {
		struct ho_source *source;
		char head[8192];
		size_t len = 0, got = 1;
		/* Spread over the list, so that every label has its say. */
		enum ho_status status = set_path(state, reader, i * (state->listing.n - 1) / (n > 1 ? n - 1 : 1), err);
		if (status)
			return status;
		status = ho_source_open(&source, state->path.data, NULL, NULL);
		if (status == HO_ENOMEM)
			return ho_fail_nomem(err);
		if (status)
			continue;
		while (got && len < sizeof head && !ho_source_read(source, head + len, sizeof head - len, &got, NULL))
			len += got;
		ho_source_close(source);
		*mails = ho_format__looks_like_mail(ho_slice(head, len));
	}
	return HO_OK;
}

static enum ho_status guess(struct ho_reader *reader, struct folder_state *state, struct ho_error *err)
{
	bool mails;
	if (state->listing.maildir) {
		reader->format = HO_FORMAT_MAIL;
		return ho_notes_add(&reader->notes, HO_NOTE_FORMAT, state->listing.n, err,
		                    "The folder is a Maildir: each file in cur and new is read as a mail.");
	}
	enum ho_status status = sample(reader, state, &mails, err);
	if (status)
		return status;
	if (!mails)
		return ho_notes_add(&reader->notes, HO_NOTE_FORMAT, state->listing.n, err,
		                    "Each file is read as one text.");
	reader->format = HO_FORMAT_MAIL;
	return ho_notes_add(
	    &reader->notes, HO_NOTE_FORMAT, state->listing.n, err,
	    "Each file is read as a mail, because the first ones are; say --format folder to read plain text.");
}

static enum ho_status add_columns(struct ho_reader *reader, const struct folder_state *state, struct ho_error *err)
{
	static const char *const names[] = {"id", "text", "label", "subject", "from", "date"};
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < (is_mail(reader) ? 6 : 3) && status == HO_OK; i++)
		if (i != 2 || state->listing.labelled)
			status = ho_reader__add_column(reader, ho_slice_str(names[i]), err);
	return status ? status : ho_reader__clear_fields(reader, reader->columns.n, err);
}

static enum ho_status folder_open(struct ho_reader *reader, struct ho_error *err)
{
	struct folder_state *state = ho_calloc(1, sizeof *state);
	if (!state)
		return ho_fail_nomem(err);
	reader->state = state;
	state->single = reader->has_stream;
	ho_buf_init(&state->path, (size_t)1 << 20);
	ho_buf_init(&state->raw, HO_RECORD_MAX + 2 * RAW_BLOCK);
	ho_mail_init(&state->mail);
	enum ho_status status = HO_OK;
	if (state->single)
		ho_mbox_init(&state->mbox, reader->stream.source);
	else
		status = ho_listing_open(&state->listing, reader->options.path, reader->options.glob,
		                         reader->options.format != HO_FORMAT_FOLDER, err);
	reader->counts[HO_COUNT_FILES_PASSED] = state->listing.passed;
	if (status == HO_OK && reader->options.format == HO_FORMAT_GUESS && !state->single)
		status = guess(reader, state, err);
	return status ? status : add_columns(reader, state, err);
}

static void folder_close(struct ho_reader *reader)
{
	struct folder_state *state = reader->state;
	if (!state)
		return;
	close_text(state);
	ho_listing_close(&state->listing);
	ho_buf_release(&state->path);
	ho_mbox_release(&state->mbox);
	ho_buf_release(&state->raw);
	ho_mail_release(&state->mail);
	ho_free(state);
	reader->state = NULL;
}

static double folder_fraction(const struct ho_reader *reader)
{
	const struct folder_state *state = reader->state;
	if (state->single)
		return state->done;
	return (double)state->next / (double)state->listing.n;
}

const struct ho_format_ops ho_format_folder = {folder_open, folder_next, folder_close, folder_fraction};
