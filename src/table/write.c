/* Rows out as JSONL, in a form that reads back as the same rows. */
#include "base/buf.h"
#include "table/json.h"
#include "table/table.h"

/* "key":"value", after a comma but for the first. */
static enum ho_status add_pair(struct ho_buf *line, struct ho_slice key, struct ho_slice value, struct ho_error *err)
{
	enum ho_status status = ho_buf_add(line, line->len ? "," : "{", 1, err);
	if (status == HO_OK)
		status = ho_json_quote(line, key, err);
	if (status == HO_OK)
		status = ho_buf_add(line, ":", 1, err);
	return status ? status : ho_json_quote(line, value, err);
}

/* Does another column than the text or the target have this name? */
static bool is_taken(const struct ho_table *table, const char *key)
{
	for (size_t c = 0; c < table->column_count; c++)
		if (ho_slice_is(table->columns[c].name, key))
			return true;
	return (table->time && ho_slice_is(table->time_name, key)) ||
	       (table->group && ho_slice_is(table->group_name, key));
}

static enum ho_status add_group_and_time(struct ho_buf *line, const struct ho_table *table, size_t i,
                                         struct ho_error *err)
{
	enum ho_status status = HO_OK;
	bool same = table->group && ho_slice_equal(table->group_name, table->time_name);
	if (table->time && table->time[i].ptr && !ho_slice_is(table->time_name, "id"))
		status = add_pair(line, table->time_name, table->time[i], err);
	if (status == HO_OK && table->group && table->group[i] != HO_GROUP_NONE && !same &&
	    !ho_slice_is(table->group_name, "id"))
		status = add_pair(line, table->group_name, table->groups[table->group[i]], err);
	return status;
}

/* Which of the two common names are free: what a table's own columns are called comes first. */
struct names {
	bool text, label;
};

static enum ho_status build_line(struct ho_buf *line, const struct ho_table *table, struct names names, size_t i,
                                 struct ho_error *err)
{
	char room[HO_ID_ROOM];
	enum ho_status status = add_pair(line, ho_slice_str("id"), ho_table_id(table, i, room), err);
	if (status == HO_OK && names.text)
		status = add_pair(line, ho_slice_str("text"), table->text[i], err);
	if (status == HO_OK && names.label && table->label && table->label[i] != HO_LABEL_NONE)
		status = add_pair(line, ho_slice_str("label"), table->labels[table->label[i]], err);
	if (status == HO_OK)
		status = add_group_and_time(line, table, i, err);
	for (size_t c = 0; c < table->column_count && status == HO_OK; c++) {
		const struct ho_table_column *column = &table->columns[c];
		/* The rows' own ids are an "id" of their own: a late one of JSONL does not replace them. */
		if (column->values && column->values[i].ptr)
			status = add_pair(line, ho_slice_is(column->name, "id") ? ho_slice_str("id_2") : column->name,
			                  column->values[i], err);
	}
	return status ? status : ho_buf_add(line, "}\n", 2, err);
}

enum ho_status ho_table_write_jsonl(struct ho_writer *writer, const struct ho_table *table, const uint32_t *rows,
                                    size_t n, struct ho_error *err)
{
	struct ho_buf line;
	const struct names names = {.text = !is_taken(table, "text"), .label = !is_taken(table, "label")};
	enum ho_status status = HO_OK;
	ho_buf_init(&line, SIZE_MAX / 4);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		ho_buf_reset(&line);
		status = build_line(&line, table, names, rows ? rows[i] : i, err);
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
