#include "table/rows.h"

#include <inttypes.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "report/show.h"
#include "table/columns.h"
#include "table/format.h"

/* Rows are looked at before they are handed out only where names do not tell; then at most this much. */
#define SAMPLE_BYTES_MAX ((size_t)16 << 20)

struct ho_rows {
	struct ho_rows_options options;
	struct ho_reader *reader;
	struct ho_rows_columns columns;
	struct ho_notes notes; /* guesses */
	struct ho_arena sample_arena;
	struct ho_record sample[HO_COLUMNS_SAMPLE];
	size_t sampled, replayed;
	struct ho_buf joined; /* several text columns */
	char number[24];
	uint64_t *map_used;   /* [maps] rows each OLD=NEW applied to */
	uint64_t number_text; /* a JSON number stands where the text should */
	uint64_t read, empty_text, empty_label, mapped_out;
};

static enum ho_status keep_record(struct ho_rows *rows, const struct ho_record *record, struct ho_error *err)
{
	struct ho_slice *fields = ho_arena_alloc(&rows->sample_arena, record->n, sizeof *fields);
	struct ho_slice file = ho_arena_copy(&rows->sample_arena, ho_slice_str(record->file));
	uint8_t *kinds = record->kinds ? ho_arena_alloc(&rows->sample_arena, record->n, 1) : NULL;
	if (!fields || !file.ptr || (record->kinds && !kinds))
		return ho_fail_nomem(err);
	if (kinds)
		memcpy(kinds, record->kinds, record->n);
	for (size_t i = 0; i < record->n; i++) {
		fields[i] = record->fields[i];
		if (!fields[i].ptr)
			continue;
		fields[i] = ho_arena_copy(&rows->sample_arena, record->fields[i]);
		if (!fields[i].ptr)
			return ho_fail_nomem(err);
	}
	struct ho_record *kept = &rows->sample[rows->sampled++];
	*kept = *record;
	kept->fields = fields;
	kept->file = file.ptr;
	kept->kinds = kinds;
	return HO_OK;
}

static enum ho_status take_sample(struct ho_rows *rows, struct ho_error *err)
{
	struct ho_record record;
	bool more = true;
	enum ho_status status = HO_OK;
	rows->reader->more_rejects = true;
	while (status == HO_OK && rows->sampled < HO_COLUMNS_SAMPLE && rows->sample_arena.used < SAMPLE_BYTES_MAX) {
		status = ho_reader_next(rows->reader, &record, &more, err);
		if (status || !more)
			break;
		status = keep_record(rows, &record, err);
	}
	return status;
}

static bool has_column(const struct ho_columns_sample *sample, const char *name)
{
	for (size_t i = 0; i < sample->n; i++)
		if (ho_slice_is(sample->names[i], name))
			return true;
	return false;
}

/* What was only wished for becomes what is named, if it is there. */
static void grant_wishes(struct ho_rows_options *options, const struct ho_columns_sample *sample)
{
	bool all = options->wish_texts > 0;
	for (size_t i = 0; i < options->wish_texts; i++)
		all = all && has_column(sample, options->wish_text[i]);
	if (all && options->texts == 0) {
		options->text = options->wish_text;
		options->texts = options->wish_texts;
	}
	if (options->want_labels && !options->target && options->wish_target &&
	    has_column(sample, options->wish_target))
		options->target = options->wish_target;
}

static enum ho_status choose(struct ho_rows *rows, struct ho_error *err)
{
	struct ho_columns_sample sample = {.records = rows->sample};
	struct ho_error inner = {.code = HO_OK};
	sample.names = ho_reader_columns(rows->reader, &sample.n);
	grant_wishes(&rows->options, &sample);
	if (!ho_columns_plain(&sample, &rows->options)) {
		enum ho_status status = take_sample(rows, err);
		if (status)
			return status;
		sample.names = ho_reader_columns(rows->reader, &sample.n);
		sample.rows = rows->sampled;
	}
	enum ho_status status = ho_columns_choose(&rows->columns, &sample, &rows->options,
	                                          ho_reader_format(rows->reader), &rows->notes, &inner);
	if (status && err) {
		*err = inner;
		(void)ho_error_at(err, "%s", ho_reader_place(&rows->options.read));
	}
	rows->options.want_labels &= rows->columns.target != HO_COLUMN_NONE;
	return status;
}

enum ho_status ho_rows_check_map(const struct ho_rows_options *options, struct ho_error *err)
{
	for (size_t i = 0; i < options->maps; i++) {
		const char *equals = strchr(options->map[i], '=');
		if (!equals || equals == options->map[i])
			return ho_fail(err, HO_EINVAL, "--map wants OLD=NEW, or OLD= to leave a label out");
	}
	return HO_OK;
}

/* `--target answer` means the column, not Prodigy's verdict. */
static struct ho_reader_options reader_options(const struct ho_rows_options *options)
{
	struct ho_reader_options read = options->read;
	read.keep_answers |= options->target && strcmp(options->target, "answer") == 0;
	return read;
}

static enum ho_status open_with(struct ho_rows **out, const struct ho_slice *bytes,
                                const struct ho_rows_options *options, struct ho_error *err)
{
	*out = NULL;
	enum ho_status status = ho_rows_check_map(options, err);
	if (status)
		return status;
	struct ho_rows *rows = ho_calloc(1, sizeof *rows);
	if (!rows)
		return ho_fail_nomem(err);
	struct ho_reader_options read = reader_options(options);
	rows->options = *options;
	ho_notes_init(&rows->notes);
	ho_arena_init(&rows->sample_arena, SIZE_MAX);
	ho_buf_init(&rows->joined, 16 * HO_RECORD_MAX);
	rows->map_used = ho_calloc(options->maps, sizeof *rows->map_used);
	if (!rows->map_used)
		status = ho_fail_nomem(err);
	else
		status = bytes ? ho_reader_open_bytes(&rows->reader, *bytes, &read, err)
		               : ho_reader_open(&rows->reader, &read, err);
	if (status == HO_OK)
		status = choose(rows, err);
	if (status)
		ho_rows_close(rows);
	else
		*out = rows;
	return status;
}

enum ho_status ho_rows_open(struct ho_rows **out, const struct ho_rows_options *options, struct ho_error *err)
{
	return open_with(out, NULL, options, err);
}

enum ho_status ho_rows_open_bytes(struct ho_rows **out, struct ho_slice bytes, const struct ho_rows_options *options,
                                  struct ho_error *err)
{
	return open_with(out, &bytes, options, err);
}

void ho_rows_close(struct ho_rows *rows)
{
	if (!rows)
		return;
	ho_reader_close(rows->reader);
	ho_notes_release(&rows->notes);
	ho_arena_release(&rows->sample_arena);
	ho_buf_release(&rows->joined);
	ho_free(rows->map_used);
	ho_free(rows);
}

struct ho_reader *ho_rows_reader(struct ho_rows *rows)
{
	return rows->reader;
}

const struct ho_rows_columns *ho_rows_columns(const struct ho_rows *rows)
{
	return &rows->columns;
}

static struct ho_slice field(const struct ho_record *record, size_t column)
{
	return column < record->n ? record->fields[column] : ho_slice(NULL, 0);
}

/* Several columns are joined by line breaks; empty ones leave no empty line. */
static enum ho_status join_text(struct ho_rows *rows, struct ho_row *row, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	if (rows->columns.texts == 1) {
		row->text = field(&row->record, rows->columns.text[0]);
		return HO_OK;
	}
	ho_buf_reset(&rows->joined);
	for (size_t i = 0; i < rows->columns.texts && status == HO_OK; i++) {
		struct ho_slice part = field(&row->record, rows->columns.text[i]);
		if (part.len && rows->joined.len)
			status = ho_buf_add(&rows->joined, "\n", 1, err);
		if (status == HO_OK)
			status = ho_buf_add(&rows->joined, part.ptr, part.len, err);
	}
	row->text = ho_buf_slice(&rows->joined);
	return status;
}

/* The label after OLD=NEW; *left_out if NEW is empty. */
static struct ho_slice map_label(struct ho_rows *rows, struct ho_slice label, bool *left_out)
{
	*left_out = false;
	for (size_t i = 0; i < rows->options.maps; i++) {
		const char *rule = rows->options.map[i], *equals = strchr(rule, '=');
		/* A label may hold '=' itself: then the longest OLD that is the label counts. */
		while (equals && !ho_slice_equal(label, ho_slice_trim(ho_slice(rule, (size_t)(equals - rule)))))
			equals = strchr(equals + 1, '=');
		if (!equals)
			continue;
		rows->map_used[i]++;
		label = ho_slice_trim(ho_slice_str(equals + 1));
		*left_out = label.len == 0;
		break;
	}
	return label;
}

/* A list or an object is no text, whatever it would look like when written down. */
static enum ho_status check_text(struct ho_rows *rows, const struct ho_record *record, bool *good, struct ho_error *err)
{
	bool number = false;
	*good = true;
	for (size_t i = 0; i < rows->columns.texts && record->kinds; i++) {
		size_t column = rows->columns.text[i];
		enum ho_field_kind kind = column < record->n ? record->kinds[column] : HO_FIELD_STRING;
		number |= kind == HO_FIELD_NUMBER;
		if (kind != HO_FIELD_OTHER)
			continue;
		*good = false;
		return ho_reader_reject(rows->reader, record, column + 1, err,
		                        "the text is a list, an object, true or false, and not a string");
	}
	rows->number_text += number;
	return HO_OK;
}

/* Fill the row from row->record. *keep false: set aside, and counted. */
static enum ho_status make_row(struct ho_rows *rows, struct ho_row *row, bool *keep, struct ho_error *err)
{
	const struct ho_rows_columns *columns = &rows->columns;
	bool left_out;
	enum ho_status status = check_text(rows, &row->record, keep, err);
	if (status || !*keep)
		return status;
	status = join_text(rows, row, err);
	if (status)
		return status;
	if (row->text.len > HO_TEXT_MAX) { /* a mail, whose parts grow when they are decoded */
		*keep = false;
		return ho_reader_reject(rows->reader, &row->record, columns->text[0] + 1, err,
		                        "the text is longer than the allowed %zu MiB", HO_TEXT_MAX >> 20);
	}
	rows->read++;
	row->label = map_label(rows, ho_slice_trim(field(&row->record, columns->target)), &left_out);
	row->group = ho_slice_trim(field(&row->record, columns->group));
	row->time = ho_slice_trim(field(&row->record, columns->time));
	row->id = ho_slice_trim(field(&row->record, columns->id));
	row->has_id = row->id.len > 0;
	if (!row->has_id) {
		(void)snprintf(rows->number, sizeof rows->number, "%" PRIu64, row->record.row);
		row->id = ho_slice_str(rows->number);
	}
	bool no_text = ho_slice_trim(row->text).len == 0;
	bool no_label = rows->options.want_labels && !left_out && row->label.len == 0;
	rows->mapped_out += left_out;
	rows->empty_text += no_text;
	rows->empty_label += no_label;
	*keep = !left_out && (!no_label || rows->options.labels_optional) && (!no_text || rows->options.keep_empty);
	return HO_OK;
}

enum ho_status ho_rows_next(struct ho_rows *rows, struct ho_row *row, bool *more, struct ho_error *err)
{
	bool keep = false;
	enum ho_status status = HO_OK;
	memset(row, 0, sizeof *row);
	*more = true;
	while (!keep && status == HO_OK) {
		if (rows->replayed < rows->sampled) {
			row->record = rows->sample[rows->replayed++];
		} else {
			if (rows->reader->more_rejects) {
				rows->sampled = rows->replayed = 0;
				rows->reader->more_rejects = false;
				ho_arena_release(&rows->sample_arena);
			}
			status = ho_reader_next(rows->reader, &row->record, more, err);
			if (status || !*more)
				break;
		}
		status = make_row(rows, row, &keep, err);
	}
	if (status || !*more) {
		memset(row, 0, sizeof *row);
		*more = false;
	}
	return status;
}

void ho_rows_keep_unlabelled(struct ho_rows *rows)
{
	rows->empty_label = 0;
}

static enum ho_status tell_unused_maps(const struct ho_rows *rows, struct ho_notes *notes, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < rows->options.maps && status == HO_OK; i++)
		if (!rows->map_used[i])
			status = ho_notes_add(notes, HO_NOTE_LEFT_OUT, 0, err, "--map '%.200s' fits no label.",
			                      rows->options.map[i]);
	return status;
}

enum ho_status ho_rows_tell(const struct ho_rows *rows, struct ho_notes *notes, struct ho_error *err)
{
	const struct {
		uint64_t n;
		enum ho_note_kind kind;
		const char *what;
	} facts[] = {
	    {rows->empty_text, HO_NOTE_EMPTY_TEXT,
	     rows->options.keep_empty ? "with an empty text" : "with an empty text set aside"},
	    {rows->empty_label, HO_NOTE_EMPTY_LABEL, "with an empty label set aside"},
	    {rows->mapped_out, HO_NOTE_LEFT_OUT, "left out by --map"},
	    {rows->number_text, HO_NOTE_TOLERATED, "with a number where the text should be; its digits are taken"},
	};
	enum ho_status status =
	    ho_notes_add(notes, HO_NOTE_ROWS, rows->read, err, "%s read.", ho_show_counted(rows->read, "row").text);
	for (size_t i = 0; i < rows->notes.n && status == HO_OK; i++)
		status = ho_notes_add(notes, rows->notes.items[i].kind, rows->notes.items[i].count, err, "%s",
		                      rows->notes.items[i].sentence);
	if (status == HO_OK)
		status = ho_reader_tell(rows->reader, notes, err);
	for (size_t i = 0; i < sizeof facts / sizeof *facts && status == HO_OK; i++)
		if (facts[i].n)
			status = ho_notes_add(notes, facts[i].kind, facts[i].n, err, "%s %s.",
			                      ho_show_counted(facts[i].n, "row").text, facts[i].what);
	return status ? status : tell_unused_maps(rows, notes, err);
}
