#include "table/table.h"

#include <inttypes.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "report/show.h"
#include "table/labels.h"

enum { PROGRESS_ROWS = 4096 };
enum { CAP_TEXT, CAP_LABEL, CAP_ROW, CAP_ID, CAP_GROUP, CAP_TIME, CAP_COLUMNS };

/* What is needed only while reading. */
struct builder {
	struct ho_table *table;
	const struct ho_table_options *options;
	const struct ho_slice *bytes;
	struct ho_rows *rows;
	struct ho_map labels; /* in order of appearance */
	size_t *kept;         /* [column_count] index of each kept column in the records */
	size_t *kept_cap;     /* [column_count] capacity of its values */
	size_t kept_room, kept_cap_room, seen_columns;
};

void ho_table_release(struct ho_table *table)
{
	ho_free(table->text);
	ho_free(table->label);
	ho_free(table->row);
	ho_free(table->id);
	ho_free(table->group);
	ho_free(table->time);
	for (size_t i = 0; i < table->column_count; i++)
		ho_free(table->columns[i].values);
	ho_free(table->columns);
	ho_notes_release(&table->notes);
	ho_arena_release(&table->arena);
	ho_map_release(&table->group_map);
	*table = (struct ho_table){.n = 0};
}

struct ho_slice ho_table_id(const struct ho_table *table, size_t i, char room[HO_ID_ROOM])
{
	if (table->id)
		return table->id[i];
	int n = snprintf(room, HO_ID_ROOM, "%" PRIu32, table->row[i]);
	return ho_slice(room, (size_t)n);
}

/* An absent value stays absent; an empty one needs no memory. */
static enum ho_status keep(struct ho_table *table, struct ho_slice *out, struct ho_slice value, struct ho_error *err)
{
	*out = ho_slice(value.ptr ? "" : NULL, 0);
	if (value.len == 0)
		return HO_OK;
	*out = ho_arena_copy(&table->arena, value);
	return out->ptr ? HO_OK : ho_fail_nomem(err);
}

static enum ho_status grow(struct builder *builder, struct ho_error *err)
{
	struct ho_table *t = builder->table;
	const struct ho_rows_columns *columns = ho_rows_columns(builder->rows);
	size_t need = t->n + 1, *cap = t->cap;
	if (ho_grow(&t->text, &cap[CAP_TEXT], need, sizeof *t->text) ||
	    ho_grow(&t->row, &cap[CAP_ROW], need, sizeof *t->row) ||
	    (columns->target != HO_COLUMN_NONE && ho_grow(&t->label, &cap[CAP_LABEL], need, sizeof *t->label)) ||
	    (columns->id != HO_COLUMN_NONE && ho_grow(&t->id, &cap[CAP_ID], need, sizeof *t->id)) ||
	    (columns->group != HO_COLUMN_NONE && ho_grow(&t->group, &cap[CAP_GROUP], need, sizeof *t->group)) ||
	    (columns->time != HO_COLUMN_NONE && ho_grow(&t->time, &cap[CAP_TIME], need, sizeof *t->time)))
		return ho_fail_nomem(err);
	return HO_OK;
}

static enum ho_status add_label(struct builder *builder, const struct ho_row *row, struct ho_error *err)
{
	struct ho_table *table = builder->table;
	uint32_t *label = &table->label[table->n];
	*label = HO_LABEL_NONE;
	if (row->label.len == 0)
		return HO_OK;
	enum ho_status status = ho_map_add(label, &builder->labels, row->label, err);
	if (status == HO_OK && builder->labels.n > HO_LABELS_MAX)
		return ho_labels_refuse(&builder->options->rows, builder->bytes, table->target_name,
		                        "more than 100,000 values", err);
	return status;
}

/* Of several texts the table holds only what they give together, so each is kept as well. */
static bool is_used(const struct ho_rows_columns *columns, size_t column)
{
	if (columns->texts == 1 && columns->text[0] == column)
		return true;
	return column == columns->target || column == columns->id || column == columns->group ||
	       column == columns->time;
}

/* JSONL brings new columns as it goes. */
static enum ho_status notice_columns(struct builder *builder, struct ho_error *err)
{
	struct ho_table *table = builder->table;
	size_t n;
	const struct ho_slice *names = ho_reader_columns(ho_rows_reader(builder->rows), &n);
	for (; builder->seen_columns < n; builder->seen_columns++) {
		size_t i = table->column_count;
		if (is_used(ho_rows_columns(builder->rows), builder->seen_columns))
			continue;
		if (ho_grow(&table->columns, &table->cap[CAP_COLUMNS], i + 1, sizeof *table->columns) ||
		    ho_grow(&builder->kept, &builder->kept_room, i + 1, sizeof *builder->kept) ||
		    ho_grow(&builder->kept_cap, &builder->kept_cap_room, i + 1, sizeof *builder->kept_cap))
			return ho_fail_nomem(err);
		struct ho_slice name = ho_arena_copy(&table->arena, names[builder->seen_columns]);
		if (!name.ptr)
			return ho_fail_nomem(err);
		table->columns[i] = (struct ho_table_column){name, NULL};
		builder->kept[i] = builder->seen_columns;
		builder->kept_cap[i] = 0;
		table->column_count++;
	}
	return HO_OK;
}

static enum ho_status add_columns(struct builder *builder, const struct ho_record *record, struct ho_error *err)
{
	struct ho_table *table = builder->table;
	enum ho_status status = notice_columns(builder, err);
	for (size_t i = 0; i < table->column_count && status == HO_OK; i++) {
		struct ho_table_column *column = &table->columns[i];
		size_t was = builder->kept_cap[i];
		if (ho_grow(&column->values, &builder->kept_cap[i], table->n + 1, sizeof *column->values))
			return ho_fail_nomem(err);
		if (was == 0) /* it came late: the rows so far have none */
			memset(column->values, 0, table->n * sizeof *column->values);
		struct ho_slice value =
		    builder->kept[i] < record->n ? record->fields[builder->kept[i]] : ho_slice(NULL, 0);
		status = keep(table, &column->values[table->n], value, err);
	}
	return status;
}

static enum ho_status add_row(struct builder *builder, const struct ho_row *row, struct ho_error *err)
{
	struct ho_table *table = builder->table;
	size_t i = table->n;
	if (i >= UINT32_MAX - 1)
		return ho_fail(err, HO_ELIMIT, "more than %" PRIu32 " rows", UINT32_MAX - 1);
	enum ho_status status = grow(builder, err);
	if (status == HO_OK)
		status = keep(table, &table->text[i], row->text, err);
	if (status == HO_OK && table->label)
		status = add_label(builder, row, err);
	if (status == HO_OK && table->id)
		status = keep(table, &table->id[i], row->id, err);
	if (status == HO_OK && table->time)
		status = keep(table, &table->time[i], row->time, err);
	if (status == HO_OK && table->group)
		table->group[i] = HO_GROUP_NONE;
	if (status == HO_OK && table->group && row->group.len)
		status = ho_map_add(&table->group[i], &table->group_map, row->group, err);
	if (status == HO_OK && builder->options->keep_columns)
		status = add_columns(builder, &row->record, err);
	if (status)
		return status;
	table->row[i] = row->record.row < UINT32_MAX ? (uint32_t)row->record.row : UINT32_MAX;
	table->n++;
	return HO_OK;
}

static enum ho_status name_of(struct builder *builder, struct ho_slice *out, size_t column, struct ho_error *err)
{
	size_t n;
	const struct ho_slice *names = ho_reader_columns(ho_rows_reader(builder->rows), &n);
	*out = ho_slice(NULL, 0);
	return column < n ? keep(builder->table, out, names[column], err) : HO_OK;
}

static enum ho_status name_texts(struct builder *builder, struct ho_error *err)
{
	const struct ho_rows_columns *columns = ho_rows_columns(builder->rows);
	struct ho_buf joined;
	size_t n;
	const struct ho_slice *names = ho_reader_columns(ho_rows_reader(builder->rows), &n);
	enum ho_status status = HO_OK;
	ho_buf_init(&joined, 32 * HO_RECORD_MAX);
	for (size_t i = 0; i < columns->texts && status == HO_OK; i++) {
		status = i ? ho_buf_add(&joined, "+", 1, err) : HO_OK;
		if (status == HO_OK)
			status = ho_buf_add(&joined, names[columns->text[i]].ptr, names[columns->text[i]].len, err);
	}
	if (status == HO_OK)
		status = keep(builder->table, &builder->table->text_name, ho_buf_slice(&joined), err);
	ho_buf_release(&joined);
	return status;
}

static enum ho_status name_columns(struct builder *builder, struct ho_error *err)
{
	struct ho_table *table = builder->table;
	const struct ho_rows_columns *columns = ho_rows_columns(builder->rows);
	enum ho_status status = name_texts(builder, err);
	if (status == HO_OK)
		status = name_of(builder, &table->target_name, columns->target, err);
	if (status == HO_OK)
		status = name_of(builder, &table->group_name, columns->group, err);
	if (status == HO_OK)
		status = name_of(builder, &table->time_name, columns->time, err);
	table->format = ho_reader_format(ho_rows_reader(builder->rows));
	return status;
}

static enum ho_status read_rows(struct builder *builder, const struct ho_progress *progress, struct ho_error *err)
{
	struct ho_row row;
	bool more = true;
	for (uint64_t i = 0; more; i++) {
		enum ho_status status = i % PROGRESS_ROWS == 0 ? ho_progress_check(progress, err) : HO_OK;
		if (status == HO_OK)
			status = ho_rows_next(builder->rows, &row, &more, err);
		if (status == HO_OK && more)
			status = add_row(builder, &row, err);
		if (status)
			return status;
		if (i % PROGRESS_ROWS == 0)
			ho_progress_step(progress, "reading", ho_reader_fraction(ho_rows_reader(builder->rows)));
	}
	ho_progress_step(progress, "reading", 1);
	return HO_OK;
}

static uint64_t count_of(const struct ho_notes *notes, enum ho_note_kind kind)
{
	const struct ho_note *note = ho_notes_find(notes, kind);
	return note ? note->count : 0;
}

/* "1 has", "12 have" */
static struct ho_shown have(uint64_t n)
{
	struct ho_shown out;
	(void)snprintf(out.text, sizeof out.text, "%.40s %s", ho_show_count(n).text, n == 1 ? "has" : "have");
	return out;
}

static enum ho_status fail_without_rows(const struct builder *builder, struct ho_error *err)
{
	const struct ho_table *table = builder->table;
	const struct ho_reject *first;
	const struct ho_notes *notes = &table->notes;
	enum ho_status status;
	uint64_t read = count_of(notes, HO_NOTE_ROWS);
	if (read == 0 && table->rejects == 0)
		status = ho_fail(err, HO_EFORMAT, "there is a header but no row under it");
	else if (read == 0) {
		(void)ho_reader_rejects(ho_rows_reader(builder->rows), &first);
		status = ho_fail(err, HO_EFORMAT, "none of its %s could be read; row %" PRIu64 ": %s",
		                 ho_show_counted(table->rejects, "row").text, first->row, first->reason);
	} else
		status = ho_fail(err, HO_EFORMAT, "no row is left to use: of %s read, %s no text and %s no label",
		                 ho_show_counted(read, "row").text, have(count_of(notes, HO_NOTE_EMPTY_TEXT)).text,
		                 have(count_of(notes, HO_NOTE_EMPTY_LABEL)).text);
	if (err)
		(void)ho_error_at(err, "%s", ho_reader_place(&builder->options->rows.read));
	return status;
}

/* Give back what growing took too much; a failure to shrink costs nothing. */
static void shrink_one(void *array, size_t n, size_t size)
{
	void *old;
	memcpy(&old, array, sizeof old);
	void *smaller = old && n ? ho_realloc(old, n, size) : NULL;
	if (smaller)
		memcpy(array, &smaller, sizeof smaller);
}

static void shrink(struct ho_table *t)
{
	shrink_one(&t->text, t->n, sizeof *t->text);
	shrink_one(&t->label, t->n, sizeof *t->label);
	shrink_one(&t->row, t->n, sizeof *t->row);
	shrink_one(&t->id, t->n, sizeof *t->id);
	shrink_one(&t->group, t->n, sizeof *t->group);
	shrink_one(&t->time, t->n, sizeof *t->time);
}

static void move_row(struct ho_table *t, size_t to, size_t from)
{
	t->text[to] = t->text[from];
	t->label[to] = t->label[from];
	t->row[to] = t->row[from];
	if (t->id)
		t->id[to] = t->id[from];
	if (t->group)
		t->group[to] = t->group[from];
	if (t->time)
		t->time[to] = t->time[from];
	for (size_t c = 0; c < t->column_count; c++)
		t->columns[c].values[to] = t->columns[c].values[from];
}

/* Are these labels? Where they need not be, rows without one were kept until it was known. */
static enum ho_status check_labels(struct builder *builder, struct ho_error *err)
{
	struct ho_table *table = builder->table;
	const struct ho_rows_options *options = &builder->options->rows;
	struct ho_error why = {.code = HO_OK};
	if (options->labels_optional && table->label_count == 0) { /* the column is there, and empty */
		ho_free(table->label);
		table->label = NULL;
		table->target_name = ho_slice(NULL, 0);
		ho_rows_keep_unlabelled(builder->rows);
		return HO_OK;
	}
	enum ho_status status = ho_labels_check(table, options, builder->bytes, &why);
	if (status == HO_EINVAL && options->labels_optional) {
		ho_rows_keep_unlabelled(builder->rows);
		return HO_OK;
	}
	if (status && err)
		*err = why;
	size_t kept = 0;
	for (size_t i = 0; i < table->n && options->labels_optional; i++)
		if (table->label[i] != HO_LABEL_NONE)
			move_row(table, kept++, i);
	if (options->labels_optional)
		table->n = kept;
	return status;
}

static enum ho_status finish(struct builder *builder, struct ho_error *err)
{
	struct ho_table *table = builder->table;
	table->rejects = ho_reader_rejects(ho_rows_reader(builder->rows), NULL);
	table->groups = table->group_map.keys;
	table->group_count = table->group_map.n;
	enum ho_status status = HO_OK;
	if (table->label)
		status = ho_labels_sort(table, &builder->labels, err);
	if (status == HO_OK && table->label && builder->options->rows.want_labels && table->n)
		status = check_labels(builder, err);
	if (status == HO_OK)
		status = ho_rows_tell(builder->rows, &table->notes, err);
	if (status == HO_OK && table->n == 0)
		status = fail_without_rows(builder, err);
	if (status == HO_OK && table->label)
		status = ho_labels_tell_lookalikes(table, err);
	if (status == HO_OK)
		shrink(table);
	return status;
}

static enum ho_status read_with(struct ho_table *out, const struct ho_slice *bytes,
                                const struct ho_table_options *options, const struct ho_progress *progress,
                                struct ho_error *err)
{
	struct builder builder = {.table = out, .options = options, .bytes = bytes};
	*out = (struct ho_table){.n = 0};
	ho_arena_init(&out->arena, SIZE_MAX);
	ho_notes_init(&out->notes);
	ho_map_init(&out->group_map);
	ho_map_init(&builder.labels);
	enum ho_status status = bytes ? ho_rows_open_bytes(&builder.rows, *bytes, &options->rows, err)
	                              : ho_rows_open(&builder.rows, &options->rows, err);
	if (status == HO_OK)
		status = name_columns(&builder, err);
	if (status == HO_OK)
		status = read_rows(&builder, progress, err);
	if (status == HO_OK)
		status = finish(&builder, err);
	ho_rows_close(builder.rows);
	ho_map_release(&builder.labels);
	ho_free(builder.kept);
	ho_free(builder.kept_cap);
	if (status)
		ho_table_release(out);
	return status;
}

enum ho_status ho_table_read(struct ho_table *out, const struct ho_table_options *options,
                             const struct ho_progress *progress, struct ho_error *err)
{
	return read_with(out, NULL, options, progress, err);
}

enum ho_status ho_table_read_bytes(struct ho_table *out, struct ho_slice bytes, const struct ho_table_options *options,
                                   struct ho_error *err)
{
	return read_with(out, &bytes, options, NULL, err);
}
