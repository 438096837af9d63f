/* A masked copy of a table: what stands behind --redact. Everything that is shown is taken from it, so that no part of
 * the report has to think of it. */
#include "explore/redact.h"

#include "base/alloc.h"

static enum ho_status mask(struct explore_masked *m, struct ho_slice *out, struct ho_slice in, struct ho_error *err)
{
	struct ho_personal_find find;
	*out = in;
	if (!in.len || !ho_personal_next(&find, in, 0))
		return HO_OK;
	ho_buf_reset(&m->buf);
	enum ho_status status = ho_personal_mask(&m->buf, in, err);
	if (status)
		return status;
	*out = ho_arena_copy(&m->arena, ho_buf_slice(&m->buf));
	return out->ptr ? HO_OK : ho_fail_nomem(err);
}

/* A masked copy of [n] slices; NULL stays NULL. */
static enum ho_status mask_all(struct explore_masked *m, struct ho_slice **array, size_t n, struct ho_error *err)
{
	const struct ho_slice *in = *array;
	enum ho_status status = HO_OK;
	if (!in)
		return HO_OK;
	*array = NULL;
	if (ho_grow(&m->arrays, &m->cap, m->n + 1, sizeof *m->arrays))
		return ho_fail_nomem(err);
	*array = ho_calloc(n + 1, sizeof **array);
	if (!*array)
		return ho_fail_nomem(err);
	m->arrays[m->n++] = *array;
	for (size_t i = 0; i < n && status == HO_OK; i++)
		status = mask(m, &(*array)[i], in[i], err);
	return status;
}

static enum ho_status mask_columns(struct explore_masked *m, struct ho_error *err)
{
	struct ho_table *t = &m->table;
	const struct ho_table_column *in = t->columns;
	enum ho_status status = HO_OK;
	m->columns = ho_calloc(t->column_count + 1, sizeof *m->columns);
	if (!m->columns)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < t->column_count && status == HO_OK; i++) {
		m->columns[i] = in[i];
		status = mask(m, &m->columns[i].name, in[i].name, err);
		if (status == HO_OK)
			status = mask_all(m, &m->columns[i].values, t->n, err);
	}
	t->columns = m->columns;
	return status;
}

/* A file without a header has its first row for one. */
static enum ho_status mask_names(struct explore_masked *m, struct ho_error *err)
{
	struct ho_table *t = &m->table;
	struct ho_slice *const names[] = {&t->text_name, &t->target_name, &t->group_name, &t->time_name};
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < sizeof names / sizeof *names && status == HO_OK; i++)
		status = mask(m, names[i], *names[i], err);
	return status;
}

enum ho_status ho_explore__mask_table(struct explore_masked *out, const struct ho_table *table, struct ho_error *err)
{
	*out = (struct explore_masked){.table = *table};
	ho_arena_init(&out->arena, SIZE_MAX);
	ho_buf_init(&out->buf, SIZE_MAX);
	struct ho_table *t = &out->table;
	enum ho_status status = mask_all(out, &t->text, t->n, err);
	if (status == HO_OK)
		status = mask_all(out, &t->labels, t->label_count, err);
	if (status == HO_OK)
		status = mask_all(out, &t->id, t->n, err);
	if (status == HO_OK)
		status = mask_all(out, &t->groups, t->group_count, err);
	if (status == HO_OK)
		status = mask_all(out, &t->time, t->n, err);
	if (status == HO_OK)
		status = mask_names(out, err);
	if (status == HO_OK)
		status = mask_columns(out, err);
	if (status)
		ho_explore__masked_release(out);
	return status;
}

void ho_explore__masked_release(struct explore_masked *masked)
{
	for (size_t i = 0; i < masked->n; i++)
		ho_free(masked->arrays[i]);
	ho_free(masked->arrays);
	ho_free(masked->columns);
	ho_buf_release(&masked->buf);
	ho_arena_release(&masked->arena);
	*masked = (struct explore_masked){.n = 0};
}
