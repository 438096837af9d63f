/* Rows out as JSONL, in a form that reads back as the same rows. */
#include "base/buf.h"
#include "table/json.h"
#include "table/table.h"

/* "key":"value", after a comma but for the first. */
static enum ho_status add_pair(struct ho_buf *line, struct ho_slice key, const char *suffix, struct ho_slice value,
                               struct ho_error *err)
{
	char renamed[160];
	if (suffix[0]) {
		(void)snprintf(renamed, sizeof renamed, "%.*s%s", (int)(key.len < 150 ? key.len : 150), key.ptr,
		               suffix);
		key = ho_slice_str(renamed);
	}
	enum ho_status status = ho_buf_add(line, line->len ? "," : "{", 1, err);
	if (status == HO_OK)
		status = ho_json_quote(line, key, err);
	if (status == HO_OK)
		status = ho_buf_add(line, ":", 1, err);
	return status ? status : ho_json_quote(line, value, err);
}

static bool is_reserved(struct ho_slice key)
{
	return ho_slice_is(key, "id") || ho_slice_is(key, "text") || ho_slice_is(key, "label");
}

static enum ho_status add_group_and_time(struct ho_buf *line, const struct ho_table *table, size_t i,
                                         struct ho_error *err)
{
	enum ho_status status = HO_OK;
	bool same = table->group && ho_slice_equal(table->group_name, table->time_name);
	if (table->time && table->time[i].ptr && !is_reserved(table->time_name))
		status = add_pair(line, table->time_name, "", table->time[i], err);
	if (status == HO_OK && table->group && table->group[i] != HO_GROUP_NONE && !same &&
	    !is_reserved(table->group_name))
		status = add_pair(line, table->group_name, "", table->groups[table->group[i]], err);
	return status;
}

static enum ho_status build_line(struct ho_buf *line, const struct ho_table *table, size_t i, struct ho_error *err)
{
	char room[HO_ID_ROOM];
	enum ho_status status = add_pair(line, ho_slice_str("id"), "", ho_table_id(table, i, room), err);
	if (status == HO_OK)
		status = add_pair(line, ho_slice_str("text"), "", table->text[i], err);
	if (status == HO_OK && table->label && table->label[i] != HO_LABEL_NONE)
		status = add_pair(line, ho_slice_str("label"), "", table->labels[table->label[i]], err);
	if (status == HO_OK)
		status = add_group_and_time(line, table, i, err);
	for (size_t c = 0; c < table->column_count && status == HO_OK; c++) {
		const struct ho_table_column *column = &table->columns[c];
		if (column->values && column->values[i].ptr)
			status =
			    add_pair(line, column->name, is_reserved(column->name) ? "_2" : "", column->values[i], err);
	}
	return status ? status : ho_buf_add(line, "}\n", 2, err);
}

enum ho_status ho_table_write_jsonl(struct ho_writer *writer, const struct ho_table *table, const uint32_t *rows,
                                    size_t n, struct ho_error *err)
{
	struct ho_buf line;
	enum ho_status status = HO_OK;
	ho_buf_init(&line, SIZE_MAX / 4);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		ho_buf_reset(&line);
		status = build_line(&line, table, rows ? rows[i] : i, err);
		if (status == HO_OK)
			status = ho_writer_add(writer, line.data, line.len, err);
	}
	ho_buf_release(&line);
	return status;
}

enum ho_status ho_table_write_row(struct ho_writer *writer, const struct ho_table *table, size_t i,
                                  struct ho_error *err)
{
	uint32_t row = (uint32_t)i;
	return ho_table_write_jsonl(writer, table, &row, 1, err);
}
