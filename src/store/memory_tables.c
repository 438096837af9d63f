/* Ordered tables, and the log of the open group. */
#include "store/memory_private.h"

#include "base/alloc.h"

static const struct ho_field place_fields[] = {
    {"id", HO_FIELD_ID, offsetof(struct ho_memory_place, id), sizeof(struct ho_id)},
    {"place", HO_FIELD_INT, offsetof(struct ho_memory_place, place), sizeof(int64_t)},
};
const struct ho_fields ho_fields_place = {"place", place_fields, 2, sizeof(struct ho_memory_place)};

static const struct ho_fields *const table_fields[HO_TABLE_COUNT] = {
    [HO_TABLE_TASK] = &ho_fields_task,
    [HO_TABLE_MODEL] = &ho_fields_model,
    [HO_TABLE_ITEM] = &ho_fields_item,
    [HO_TABLE_ARRIVAL] = &ho_fields_place,
    [HO_TABLE_PLACE] = &ho_fields_place,
    [HO_TABLE_REVIEW] = &ho_fields_review,
    [HO_TABLE_QUEUE] = &ho_fields_queued,
    [HO_TABLE_OUTGOING] = &ho_fields_outgoing,
    [HO_TABLE_JOURNAL] = &ho_fields_journal,
    [HO_TABLE_USER] = &ho_fields_user,
    [HO_TABLE_TOKEN] = &ho_fields_token,
    [HO_TABLE_DAILY] = &ho_fields_count,
    [HO_TABLE_IDEMPOTENT] = &ho_fields_idempotent,
};

void ho_memory_key_bytes(struct ho_memory_key *key, const void *bytes, size_t len)
{
	if (len > sizeof key->bytes - key->len) {
		key->too_long = true;
		return;
	}
	memcpy(key->bytes + key->len, bytes, len);
	key->len += len;
}

void ho_memory_key_text(struct ho_memory_key *key, const char *text)
{
	ho_memory_key_bytes(key, text ? text : "", text ? strlen(text) + 1 : 1);
}

void ho_memory_key_number(struct ho_memory_key *key, int64_t number)
{
	unsigned char bytes[8];
	uint64_t rest = (uint64_t)number ^ UINT64_C(1) << 63;
	for (int i = 7; i >= 0; i--, rest >>= 8)
		bytes[i] = (unsigned char)rest;
	ho_memory_key_bytes(key, bytes, sizeof bytes);
}

void ho_memory_lock(const struct ho_memory *handle)
{
	(void)pthread_rwlock_rdlock(&handle->data->lock);
}

void ho_memory_unlock(const struct ho_memory *handle)
{
	(void)pthread_rwlock_unlock(&handle->data->lock);
}

enum ho_status ho_memory_writing(struct ho_memory *handle, struct ho_error *err)
{
	return handle->writer && handle->in_group ? HO_OK : ho_fail(err, HO_EBUG, "a write outside a group");
}

const void *ho_memory_see(const struct ho_memory *handle, const struct ho_memory_cell *cell)
{
	return handle->writer && cell->touched ? cell->pending : cell->committed;
}

static size_t seek(const struct ho_memory_table *table, struct ho_slice key)
{
	size_t low = 0, high = table->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ho_slice_compare(table->cells[middle]->key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t ho_memory_seek(const struct ho_memory *handle, enum ho_kept table, struct ho_slice key)
{
	return seek(&handle->data->tables[table], key);
}

const void *ho_memory_find(const struct ho_memory *handle, enum ho_kept table, const struct ho_memory_key *key)
{
	const struct ho_memory_table *in = &handle->data->tables[table];
	struct ho_slice bytes = ho_slice(key->bytes, key->len);
	size_t at = seek(in, bytes);
	return at < in->n && ho_slice_equal(in->cells[at]->key, bytes) ? ho_memory_see(handle, in->cells[at]) : NULL;
}

/* The cell of a key, added if there is none. */
static struct ho_memory_cell *cell_for(struct ho_memory_table *table, struct ho_slice key)
{
	size_t at = seek(table, key);
	if (at < table->n && ho_slice_equal(table->cells[at]->key, key))
		return table->cells[at];
	if (ho_grow(&table->cells, &table->cap, table->n + 1, sizeof(struct ho_memory_cell *)))
		return NULL;
	struct ho_memory_cell *cell = ho_calloc(1, sizeof *cell + key.len);
	if (!cell)
		return NULL;
	cell->key = ho_slice((char *)(cell + 1), key.len);
	memcpy(cell + 1, key.ptr, key.len);
	memmove(table->cells + at + 1, table->cells + at, (table->n - at) * sizeof(struct ho_memory_cell *));
	table->cells[at] = cell;
	table->n++;
	return cell;
}

static void drop_empty(struct ho_memory_table *table, struct ho_memory_cell *cell)
{
	if (cell->committed || cell->touched)
		return;
	size_t at = seek(table, cell->key);
	table->n--;
	memmove(table->cells + at, table->cells + at + 1, (table->n - at) * sizeof(struct ho_memory_cell *));
	ho_free(cell);
}

static enum ho_status change(struct ho_memory_data *data, enum ho_kept table, const struct ho_memory_key *key,
                             void *record, struct ho_error *err)
{
	if (ho_grow(&data->log, &data->cap, data->changes + 1, sizeof *data->log))
		return ho_fail_nomem(err);
	struct ho_memory_cell *cell = cell_for(&data->tables[table], ho_slice(key->bytes, key->len));
	if (!cell)
		return ho_fail_nomem(err);
	data->log[data->changes++] = (struct ho_memory_change){table, cell, cell->pending, cell->touched};
	cell->pending = record;
	cell->touched = true;
	return HO_OK;
}

enum ho_status ho_memory_put(struct ho_memory *handle, enum ho_kept table, const struct ho_memory_key *key,
                             const void *record, struct ho_error *err)
{
	void *copy = NULL;
	enum ho_status status = ho_memory_writing(handle, err);
	if (status)
		return status;
	if (key->too_long)
		return ho_fail(err, HO_ELIMIT, "a name is longer than the store can hold");
	if (record) {
		copy = ho_alloc(ho_record_bytes(table_fields[table], record), 1);
		if (!copy)
			return ho_fail_nomem(err);
		ho_record_copy(copy, table_fields[table], record);
	}
	(void)pthread_rwlock_wrlock(&handle->data->lock);
	status = change(handle->data, table, key, copy, err);
	ho_memory_unlock(handle);
	if (status)
		ho_free(copy);
	return status;
}

void ho_memory_undo(struct ho_memory *handle, size_t changes)
{
	struct ho_memory_data *data = handle->data;
	(void)pthread_rwlock_wrlock(&data->lock);
	while (data->changes > changes) {
		struct ho_memory_change *last = &data->log[--data->changes];
		ho_free(last->cell->pending);
		last->cell->pending = last->pending;
		last->cell->touched = last->touched;
		drop_empty(&data->tables[last->table], last->cell);
	}
	ho_memory_unlock(handle);
}

/* A cell is settled by the group's first change of it; what later ones replaced is of no use any more. */
void ho_memory_settle(struct ho_memory *handle)
{
	struct ho_memory_data *data = handle->data;
	(void)pthread_rwlock_wrlock(&data->lock);
	for (size_t i = data->changes; i-- > 0;) {
		struct ho_memory_change *one = &data->log[i];
		struct ho_memory_cell *cell = one->cell;
		if (one->touched) {
			ho_free(one->pending);
			continue;
		}
		ho_free(cell->committed);
		cell->committed = cell->pending;
		cell->pending = NULL;
		cell->touched = false;
		drop_empty(&data->tables[one->table], cell);
	}
	data->commits += data->changes > 0;
	data->changes = 0;
	ho_memory_unlock(handle);
}

void ho_memory_tables_free(struct ho_memory_data *data)
{
	for (int t = 0; t < HO_TABLE_COUNT; t++) {
		for (size_t i = 0; i < data->tables[t].n; i++) {
			ho_free(data->tables[t].cells[i]->committed);
			ho_free(data->tables[t].cells[i]);
		}
		ho_free(data->tables[t].cells);
	}
	ho_free(data->log);
}

static bool copy_into(void *out, const struct ho_fields *fields, const void *record, struct ho_arena *arena)
{
	void *copy = ho_arena_alloc(arena, ho_record_bytes(fields, record), 1);
	if (!copy)
		return false;
	ho_record_copy(copy, fields, record);
	memcpy(out, copy, fields->size);
	return true;
}

void ho_kept_rows_add(struct ho_kept_rows *rows, const void *record)
{
	size_t size = rows->fields->size;
	if (rows->status)
		return;
	if (rows->n == rows->cap) {
		size_t cap = rows->cap ? rows->cap * 2 : 8;
		char *moved = ho_arena_alloc(rows->arena, cap, size);
		if (!moved) {
			rows->status = HO_ENOMEM;
			return;
		}
		if (rows->n)
			memcpy(moved, rows->rows, rows->n * size);
		rows->rows = moved;
		rows->cap = cap;
	}
	if (copy_into(rows->rows + rows->n * size, rows->fields, record, rows->arena))
		rows->n++;
	else
		rows->status = HO_ENOMEM;
}

enum ho_status ho_kept_rows_take(void *out, size_t *n, struct ho_kept_rows *rows, struct ho_error *err)
{
	char *none = NULL;
	memcpy(out, rows->status ? &none : &rows->rows, sizeof rows->rows);
	*n = rows->status ? 0 : rows->n;
	return rows->status ? ho_fail_nomem(err) : HO_OK;
}

enum ho_status ho_memory_get(void *out, struct ho_memory *handle, enum ho_kept table, const struct ho_memory_key *key,
                             const char *missing, struct ho_arena *arena, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	memset(out, 0, table_fields[table]->size);
	ho_memory_lock(handle);
	const void *record = ho_memory_find(handle, table, key);
	if (!record)
		status = ho_fail(err, HO_ENOTFOUND, "%s", missing);
	else if (!copy_into(out, table_fields[table], record, arena))
		status = ho_fail_nomem(err);
	ho_memory_unlock(handle);
	return status;
}

void ho_memory_visit(struct ho_memory *handle, enum ho_kept table, struct ho_slice prefix,
                     bool (*visit)(void *context, const void *record), void *context)
{
	const struct ho_memory_table *in = &handle->data->tables[table];
	ho_memory_lock(handle);
	for (size_t i = seek(in, prefix); i < in->n; i++) {
		struct ho_slice key = in->cells[i]->key;
		if (key.len < prefix.len || (prefix.len && memcmp(key.ptr, prefix.ptr, prefix.len) != 0))
			break;
		const void *record = ho_memory_see(handle, in->cells[i]);
		if (record && !visit(context, record))
			break;
	}
	ho_memory_unlock(handle);
}

static bool add_row(void *context, const void *record)
{
	struct ho_kept_rows *rows = context;
	ho_kept_rows_add(rows, record);
	return rows->status == HO_OK;
}

enum ho_status ho_memory_all(void *out, size_t *n, struct ho_memory *handle, enum ho_kept table, struct ho_slice prefix,
                             struct ho_arena *arena, struct ho_error *err)
{
	struct ho_kept_rows rows = {.fields = table_fields[table], .arena = arena};
	ho_memory_visit(handle, table, prefix, add_row, &rows);
	return ho_kept_rows_take(out, n, &rows, err);
}
