/*
 * The queue of items that wait for a person. Three of its orders are random ones: a row's place in each is a page of
 * its own, which the log then holds and a checkpoint writes again. When many rows come in a group they are left fresh:
 * lists sort those few by themselves, and a large number of them is put into place at once, so that they share pages.
 * In quiet times rows are put into place as they come, and what is left over from a busy time goes bit by bit.
 */
#include "store/sqlite_private.h"

enum { BUSY_PUTS = 4, FRESH_MAX = 2048, BIT = 8 };

static bool is_busy(const struct ho_sqlite *handle)
{
	return handle->fresh.pace >= 8 * (uint64_t)BUSY_PUTS;
}

enum ho_status ho_sqlite_queue_put(struct ho_store *store, const struct ho_queued *queued, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	sqlite3_stmt *statement;
	const struct ho_sql_value counted[] = {{.text = queued->task}, ho_sql_integer(queued->audit)};
	int code = SQLITE_OK, changes;
	bool fresh = is_busy(handle);
	enum ho_status status = ho_sqlite_writing(handle, err);
	if (status == HO_OK)
		status = ho_sqlite_statement(&statement, handle, HO_SQL_QUEUE_PUT, err);
	if (status)
		return status;
	ho_sqlite_bind_record(&code, statement, &ho_fields_queued, queued);
	ho_sqlite_bind_integer(&code, statement, (int)ho_fields_queued.n + 1, !fresh);
	status = ho_sqlite_run(&changes, handle, statement, code, err);
	if (status)
		return status;
	if (!changes)
		return ho_sqlite_write(handle, HO_SQL_QUEUE_REPLACE, queued, err);
	handle->fresh.puts++;
	handle->fresh.rows += fresh;
	return ho_sqlite_change(NULL, store, HO_SQL_QUEUE_COUNT, counted, 2, err);
}

static enum ho_status count_fresh(struct ho_sqlite *handle, struct ho_error *err)
{
	sqlite3_stmt *statement;
	enum ho_status status = ho_sqlite_statement(&statement, handle, HO_SQL_QUEUE_FRESH, err);
	if (status)
		return status;
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		handle->fresh.rows = sqlite3_column_int64(statement, 0);
	handle->fresh.known = code == SQLITE_ROW;
	(void)sqlite3_reset(statement);
	return code == SQLITE_ROW ? HO_OK : ho_sqlite_fail(err, handle, code);
}

enum ho_status ho_sqlite_queue_place(struct ho_sqlite *handle, struct ho_error *err)
{
	struct ho_sqlite_fresh *fresh = &handle->fresh;
	int changes = 0;
	fresh->pace += fresh->puts - fresh->pace / 8;
	enum ho_status status = fresh->known ? HO_OK : count_fresh(handle, err);
	bool many = fresh->rows >= FRESH_MAX;
	if (status || !fresh->rows || (is_busy(handle) && !many))
		return status;
	const struct ho_sql_value values[] = {ho_sql_integer(many ? INT64_MAX : BIT)};
	status = ho_sqlite_change(&changes, &handle->store, HO_SQL_QUEUE_PLACE, values, 1, err);
	/* Other processes and groups that were rolled back make the number wrong, until this finds none. */
	fresh->rows = !many && changes == BIT ? fresh->rows - changes : 0;
	fresh->known = status == HO_OK;
	return status;
}

enum ho_status ho_sqlite_queue_get(struct ho_queued *out, struct ho_store *store, const struct ho_id *item,
                                   struct ho_arena *arena, struct ho_error *err)
{
	return ho_sqlite_get(out, store, HO_SQL_QUEUE_GET, ho_slice_str(item->text), "the item does not wait", arena,
	                     err);
}

enum ho_status ho_sqlite_queue_remove(struct ho_store *store, const struct ho_id *item, struct ho_error *err)
{
	const struct ho_sql_value values[] = {{.text = item->text}};
	return ho_sqlite_change(NULL, store, HO_SQL_QUEUE_REMOVE, values, 1, err);
}

enum ho_status ho_sqlite_queue_list(struct ho_queued **out, size_t *n, struct ho_store *store,
                                    const struct ho_queue_filter *filter, struct ho_arena *arena, struct ho_error *err)
{
	static const enum ho_sql orders[] = {
	    [HO_QUEUE_UNSURE] = HO_SQL_QUEUE_UNSURE, [HO_QUEUE_NOVEL] = HO_SQL_QUEUE_NOVEL,
	    [HO_QUEUE_CHANCE] = HO_SQL_QUEUE_CHANCE, [HO_QUEUE_DUE] = HO_SQL_QUEUE_DUE,
	    [HO_QUEUE_OLDEST] = HO_SQL_QUEUE_OLDEST,
	};
	const struct ho_sql_value values[] = {{.text = filter->task},
	                                      {.text = filter->reviewer},
	                                      ho_sql_integer(filter->now),
	                                      ho_sql_integer(filter->alone || !filter->reviewer),
	                                      ho_sql_limit(filter->limit)};
	*out = NULL, *n = 0;
	if ((size_t)filter->order >= sizeof orders / sizeof *orders || !filter->task || !filter->limit)
		return ho_fail(err, HO_EINVAL, "a list of the queue needs a task, a known order and a limit");
	return ho_sqlite_list(out, n, store, orders[filter->order], values, 5, arena, err);
}

enum ho_status ho_sqlite_queue_lease(struct ho_queued *holder, struct ho_store *store, const struct ho_id *item,
                                     const char *reviewer, int64_t now, int64_t expires, struct ho_arena *arena,
                                     struct ho_error *err)
{
	const struct ho_sql_value values[] = {
	    {.text = item->text}, {.text = reviewer}, ho_sql_integer(now), ho_sql_integer(expires)};
	int changes;
	*holder = (struct ho_queued){.since = 0};
	enum ho_status status = ho_sqlite_change(&changes, store, HO_SQL_QUEUE_LEASE, values, 4, err);
	if (status || changes)
		return status;
	status = ho_sqlite_queue_get(holder, store, item, arena, err);
	return status ? status : ho_fail(err, HO_EBUSY, "somebody else is reviewing this item; take another one");
}

enum ho_status ho_sqlite_queue_unlease(struct ho_store *store, const struct ho_id *item, const char *reviewer,
                                       struct ho_error *err)
{
	const struct ho_sql_value values[] = {{.text = item->text}, {.text = reviewer}};
	return ho_sqlite_change(NULL, store, HO_SQL_QUEUE_UNLEASE, values, 2, err);
}

enum ho_status ho_sqlite_queue_figures(struct ho_queue_figures *out, struct ho_store *store, const char *task,
                                       int64_t now, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	const struct ho_sql_value values[] = {{.text = task}, ho_sql_integer(now)};
	sqlite3_stmt *statement;
	int code = SQLITE_OK;
	*out = (struct ho_queue_figures){.waiting = 0};
	enum ho_status status = ho_sqlite_statement(&statement, handle, HO_SQL_QUEUE_FIGURES, err);
	if (status)
		return status;
	ho_sqlite_bind_values(&code, statement, values, 2);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*out = (struct ho_queue_figures){.waiting = (uint64_t)sqlite3_column_int64(statement, 0),
		                                 .audits = (uint64_t)sqlite3_column_int64(statement, 1),
		                                 .leased = (uint64_t)sqlite3_column_int64(statement, 2),
		                                 .overdue = (uint64_t)sqlite3_column_int64(statement, 3),
		                                 .oldest = sqlite3_column_int64(statement, 4)};
	else
		status = ho_sqlite_fail(err, handle, code);
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return status;
}

enum ho_status ho_sqlite_queue_overdue(struct ho_queued **out, size_t *n, struct ho_store *store, int64_t now,
                                       size_t limit, struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_sql_value values[] = {ho_sql_integer(now), ho_sql_limit(limit)};
	return ho_sqlite_list(out, n, store, HO_SQL_QUEUE_OVERDUE, values, 2, arena, err);
}
