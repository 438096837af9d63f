/* The notebook, and the counts of days. */
#include "store/sqlite_private.h"

enum ho_status ho_sqlite_journal_add(struct ho_store *store, const struct ho_journal_entry *entry, struct ho_error *err)
{
	return ho_sqlite_append(ho_sqlite(store), HO_SQL_JOURNAL_ADD, entry, err);
}

enum ho_status ho_sqlite_journal_list(struct ho_journal_entry **out, size_t *n, struct ho_store *store,
                                      const char *task, int64_t since, int64_t after, size_t limit,
                                      struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_sql_value values[] = {
	    ho_sql_integer(after), ho_sql_limit(limit), ho_sql_integer(since), {.text = task}};
	if (task)
		return ho_sqlite_list(out, n, store, since > 0 ? HO_SQL_JOURNAL_TASK_SINCE : HO_SQL_JOURNAL_TASK,
		                      values, 4, arena, err);
	return since > 0 ? ho_sqlite_list(out, n, store, HO_SQL_JOURNAL_SINCE, values, 3, arena, err)
	                 : ho_sqlite_list(out, n, store, HO_SQL_JOURNAL_LIST, values, 2, arena, err);
}

enum ho_status ho_sqlite_count_add(struct ho_store *store, const struct ho_count *count, struct ho_error *err)
{
	struct ho_count whole = *count;
	if (!whole.model)
		whole.model = "";
	return ho_sqlite_write(ho_sqlite(store), HO_SQL_COUNT_ADD, &whole, err);
}

enum ho_status ho_sqlite_count_list(struct ho_count **out, size_t *n, struct ho_store *store, const char *task,
                                    int32_t from, int32_t to, struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_sql_value values[] = {ho_sql_integer(from), ho_sql_integer(to), {.text = task}};
	return task ? ho_sqlite_list(out, n, store, HO_SQL_COUNT_LIST, values, 3, arena, err)
	            : ho_sqlite_list(out, n, store, HO_SQL_COUNT_LIST_ALL, values, 2, arena, err);
}
