/* Tasks, models, items and their reviews. Lists of items: sqlite_list.c. */
#include "store/sqlite_private.h"

#include "store/meta.h"

enum ho_status ho_sqlite_task_put(struct ho_store *store, const struct ho_task *task, struct ho_error *err)
{
	return ho_sqlite_write(ho_sqlite(store), HO_SQL_TASK_PUT, task, err);
}

enum ho_status ho_sqlite_task_get(struct ho_task *out, struct ho_store *store, const char *name, struct ho_arena *arena,
                                  struct ho_error *err)
{
	return ho_sqlite_get(out, store, HO_SQL_TASK_GET, ho_slice_str(name), "no such task", arena, err);
}

enum ho_status ho_sqlite_task_list(struct ho_task **out, size_t *n, struct ho_store *store, struct ho_arena *arena,
                                   struct ho_error *err)
{
	return ho_sqlite_list(out, n, store, HO_SQL_TASK_LIST, NULL, 0, arena, err);
}

enum ho_status ho_sqlite_model_put(struct ho_store *store, const struct ho_model_record *model, struct ho_error *err)
{
	return ho_sqlite_write(ho_sqlite(store), HO_SQL_MODEL_PUT, model, err);
}

enum ho_status ho_sqlite_model_list(struct ho_model_record **out, size_t *n, struct ho_store *store, const char *task,
                                    struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_sql_value values[] = {{.text = task}};
	return ho_sqlite_list(out, n, store, HO_SQL_MODEL_LIST, values, 1, arena, err);
}

enum ho_status ho_sqlite_item_add(struct ho_store *store, const struct ho_item *item, struct ho_error *err)
{
	return ho_sqlite_write(ho_sqlite(store), HO_SQL_ITEM_ADD, item, err);
}

enum ho_status ho_sqlite_item_put(struct ho_store *store, const struct ho_item *item, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	sqlite3_stmt *statement;
	int code = SQLITE_OK, changes;
	enum ho_status status = ho_sqlite_writing(handle, err);
	if (status == HO_OK)
		status = ho_sqlite_statement(&statement, handle, HO_SQL_ITEM_PUT, err);
	if (status)
		return status;
	ho_sqlite_bind_record(&code, statement, &ho_fields_item, item);
	status = ho_sqlite_run(&changes, handle, statement, code, err);
	return status == HO_OK && changes == 0 ? ho_fail(err, HO_ENOTFOUND, "no such item") : status;
}

enum ho_status ho_sqlite_item_get(struct ho_item *out, struct ho_store *store, const struct ho_id *id,
                                  struct ho_arena *arena, struct ho_error *err)
{
	return ho_sqlite_get(out, store, HO_SQL_ITEM_GET, ho_slice_str(id->text), "no such item", arena, err);
}

static void meta_has(sqlite3_context *context, int n, sqlite3_value **values)
{
	const char *meta = sqlite3_value_blob(values[0]);
	const char *key = (const char *)sqlite3_value_text(values[1]);
	const char *value = (const char *)sqlite3_value_text(values[2]);
	(void)n;
	sqlite3_result_int(context, meta && key && value &&
	                                ho_meta_has(ho_slice(meta, (size_t)sqlite3_value_bytes(values[0])),
	                                            ho_slice_str(key), ho_slice_str(value)));
}

int ho_sqlite_functions(sqlite3 *db)
{
	return sqlite3_create_function(db, "meta_has", 3, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
	                               meta_has, NULL, NULL);
}

/* An id alone, as a record of one field. */
static const struct ho_field id_field[] = {{"id", HO_FIELD_ID, 0, sizeof(struct ho_id)}};
static const struct ho_fields id_fields = {"item", id_field, 1, sizeof(struct ho_id)};

enum ho_status ho_sqlite_item_where(struct ho_id **out, size_t *n, struct ho_store *store, const char *key,
                                    const char *value, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	sqlite3_stmt *statement;
	int code = SQLITE_OK;
	*out = NULL, *n = 0;
	enum ho_status status = ho_sqlite_statement(&statement, handle, HO_SQL_ITEM_WHERE, err);
	if (status)
		return status;
	ho_sqlite_bind_text(&code, statement, 1, key);
	ho_sqlite_bind_text(&code, statement, 2, value);
	return ho_sqlite_all(out, n, handle, statement, code, &id_fields, arena, err);
}

enum ho_status ho_sqlite_item_forget(struct ho_store *store, const struct ho_id *id, struct ho_error *err)
{
	const struct ho_sql_value values[] = {{.text = id->text}};
	int changes;
	enum ho_status status = ho_sqlite_change(&changes, store, HO_SQL_FORGET, values, 1, err);
	return status == HO_OK && changes == 0 ? ho_fail(err, HO_ENOTFOUND, "no such item") : status;
}

enum ho_status ho_sqlite_item_forget_before(size_t *forgotten, struct ho_store *store, const char *task, int64_t before,
                                            size_t limit, struct ho_error *err)
{
	const struct ho_sql_value values[] = {
	    {.text = task}, {.integer = before, .is_integer = true}, ho_sql_limit(limit)};
	int changes;
	enum ho_status status = ho_sqlite_change(&changes, store, HO_SQL_FORGET_BEFORE, values, 3, err);
	*forgotten = status == HO_OK ? (size_t)changes : 0;
	if (*forgotten)
		ho_sqlite_fold_erased(ho_sqlite(store));
	return status;
}

enum ho_status ho_sqlite_review_add(int64_t *sequence, struct ho_store *store, const struct ho_review *review,
                                    struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	enum ho_status status = ho_sqlite_append(handle, HO_SQL_REVIEW_ADD, review, err);
	*sequence = status == HO_OK ? sqlite3_last_insert_rowid(handle->db) : 0;
	return status;
}

enum ho_status ho_sqlite_review_list(struct ho_review **out, size_t *n, struct ho_store *store,
                                     const struct ho_id *item, struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_sql_value values[] = {{.text = item->text}};
	return ho_sqlite_list(out, n, store, HO_SQL_REVIEW_LIST, values, 1, arena, err);
}
