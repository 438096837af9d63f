/* Callbacks that have to go out, and first answers to Idempotency-Keys. */
#include "store/sqlite_private.h"

enum ho_status ho_sqlite_outgoing_put(struct ho_store *store, const struct ho_outgoing *outgoing, struct ho_error *err)
{
	return ho_sqlite_write(ho_sqlite(store), HO_SQL_OUTGOING_PUT, outgoing, err);
}

enum ho_status ho_sqlite_outgoing_due(struct ho_outgoing **out, size_t *n, struct ho_store *store, int64_t now,
                                      size_t limit, struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_sql_value values[] = {ho_sql_integer(now), ho_sql_limit(limit)};
	return ho_sqlite_list(out, n, store, HO_SQL_OUTGOING_DUE, values, 2, arena, err);
}

enum ho_status ho_sqlite_outgoing_list(struct ho_outgoing **out, size_t *n, struct ho_store *store,
                                       const struct ho_id *item, struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_sql_value values[] = {{.text = item->text}};
	return ho_sqlite_list(out, n, store, HO_SQL_OUTGOING_LIST, values, 1, arena, err);
}

enum ho_status ho_sqlite_outgoing_figures(int64_t *next_at, uint64_t *waiting, struct ho_store *store,
                                          struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	sqlite3_stmt *statement;
	*next_at = 0, *waiting = 0;
	enum ho_status status = ho_sqlite_statement(&statement, handle, HO_SQL_OUTGOING_FIGURES, err);
	if (status)
		return status;
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		*next_at = sqlite3_column_int64(statement, 0);
		*waiting = (uint64_t)sqlite3_column_int64(statement, 1);
	} else {
		status = ho_sqlite_fail(err, handle, code);
	}
	(void)sqlite3_reset(statement);
	return status;
}

enum ho_status ho_sqlite_outgoing_prune(struct ho_store *store, int64_t before, struct ho_error *err)
{
	const struct ho_sql_value values[] = {ho_sql_integer(before)};
	return ho_sqlite_change(NULL, store, HO_SQL_OUTGOING_PRUNE, values, 1, err);
}

enum ho_status ho_sqlite_idempotent_put(struct ho_store *store, const struct ho_idempotent *first, struct ho_error *err)
{
	return ho_sqlite_write(ho_sqlite(store), HO_SQL_IDEMPOTENT_PUT, first, err);
}

enum ho_status ho_sqlite_idempotent_get(struct ho_idempotent *out, struct ho_store *store, const char *key,
                                        struct ho_arena *arena, struct ho_error *err)
{
	return ho_sqlite_get(out, store, HO_SQL_IDEMPOTENT_GET, ho_slice_str(key), "this key was not used yet", arena,
	                     err);
}

enum ho_status ho_sqlite_idempotent_prune(struct ho_store *store, int64_t before, struct ho_error *err)
{
	const struct ho_sql_value values[] = {ho_sql_integer(before)};
	return ho_sqlite_change(NULL, store, HO_SQL_IDEMPOTENT_PRUNE, values, 1, err);
}
