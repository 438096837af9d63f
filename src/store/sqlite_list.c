/*
 * Lists of items. A list of one task walks one index from the newest row backwards, the one that holds fewest rows for
 * what is asked; the index is named in the statement, so that a list cannot come to read the whole table. A list of all
 * tasks is as many lists, merged.
 */
#include "store/sqlite_private.h"

#include "base/alloc.h"
#include "store/words.h"

/* Items arrive in the order of created_at but for delays: a list by time looks this much to either side. */
enum { SLACK_MS = 600 * 1000, VALUES = 16, SQL_MAX = 8192 };

struct query {
	struct ho_buf sql, match;
	struct ho_sql_value values[VALUES];
	size_t n;
	int64_t above, up_to; /**< rows in (above, up_to] */
	enum ho_status status;
	struct ho_error *err;
};

struct listed {
	int64_t row;
	struct ho_item item;
};

struct found {
	struct listed *rows; /**< in the arena */
	size_t n, cap;
};

static void add(struct query *query, const char *text)
{
	if (query->status == HO_OK)
		query->status = ho_buf_add(&query->sql, text, strlen(text), query->err);
}

/* `column` with its comparison, and a parameter. */
static void add_value(struct query *query, const char *comparison, struct ho_sql_value value)
{
	query->values[query->n++] = value;
	if (query->status == HO_OK)
		query->status = ho_buf_printf(&query->sql, query->err, " AND %s ?%zu", comparison, query->n);
}

static bool is_model(const char *who)
{
	return strcmp(who, "model") == 0;
}

static bool by_person(const struct ho_item_filter *filter)
{
	return filter->by_person || (filter->answered_by && !is_model(filter->answered_by));
}

static const char by_status[] = "item_status";

static const char *index_for(const struct ho_item_filter *filter)
{
	if (filter->client_id)
		return "item_client";
	if (filter->confirmed_wrong)
		return "item_wrong";
	if (filter->flagged)
		return "item_flagged";
	if (filter->role && *filter->role == HO_ROLE_CERTIFY)
		return "item_certify";
	if (filter->audited)
		return "item_audited";
	if (filter->status && *filter->status != HO_ITEM_ANSWERED)
		return by_status;
	if (filter->answered_by && !is_model(filter->answered_by))
		return "item_person_name";
	if (filter->by_person)
		return filter->label ? "item_person_label" : "item_person";
	return filter->label ? "item_label" : by_status;
}

/* Words as FTS5 wants them: each in quotes, as the beginning of a word; all of them. */
static void add_match(struct query *query, const char *search)
{
	struct ho_slice words[HO_SEARCH_WORDS];
	size_t n = ho_search_words(words, search);
	for (size_t i = 0; i < n && query->status == HO_OK; i++)
		query->status = ho_buf_printf(&query->match, query->err, "%s\"%.*s\"*", i ? " " : "", (int)words[i].len,
		                              words[i].ptr);
}

static void add_conditions(struct query *query, const struct ho_item_filter *filter)
{
	if (filter->client_id)
		add_value(query, "client_id =", (struct ho_sql_value){.text = filter->client_id});
	if (filter->label)
		add_value(query, "label =", (struct ho_sql_value){.text = filter->label});
	if (filter->answered_by)
		add_value(query, "answered_by =", (struct ho_sql_value){.text = filter->answered_by});
	if (filter->status)
		add_value(query, "status =", ho_sql_integer(*filter->status));
	if (filter->role)
		add(query, *filter->role == HO_ROLE_CERTIFY ? " AND role = 1" : " AND role = 0");
	if (by_person(filter))
		add(query, " AND answered_by <> 'model'");
	if (filter->flagged)
		add(query, " AND flagged = 1");
	if (filter->confirmed_wrong)
		add(query, " AND audit = 4");
	if (filter->audited)
		add(query, " AND audit <> 0");
	if (filter->from)
		add_value(query, "created_at >=", ho_sql_integer(filter->from));
	if (filter->until)
		add_value(query, "created_at <", ho_sql_integer(filter->until));
}

static bool oldest_first(const struct ho_item_filter *filter)
{
	return filter->after.text[0] && !filter->before.text[0];
}

static void build(struct query *query, const struct ho_item_filter *filter, const char *task)
{
	const char *row = filter->search ? "item_search.rowid" : "item.rowid";
	if (filter->search) {
		add(query,
		    "SELECT item.rowid, $columns FROM item_search CROSS JOIN item ON item.rowid = item_search.rowid "
		    "WHERE task = ?1");
	} else {
		add(query, "SELECT rowid, $columns FROM item INDEXED BY ");
		add(query, index_for(filter));
		add(query, " WHERE task = ?1");
	}
	query->values[query->n++] = (struct ho_sql_value){.text = task};
	if (filter->search) {
		add_match(query, filter->search);
		add_value(query, "item_search MATCH", (struct ho_sql_value){.text = query->match.data});
	}
	add_conditions(query, filter);
	if (query->above > 0)
		add_value(query, filter->search ? "item_search.rowid >" : "item.rowid >", ho_sql_integer(query->above));
	if (query->up_to < INT64_MAX)
		add_value(query,
		          filter->search ? "item_search.rowid <=" : "item.rowid <=", ho_sql_integer(query->up_to));
	add(query, " ORDER BY ");
	add(query, row);
	add(query, oldest_first(filter) ? " LIMIT " : " DESC LIMIT ");
	query->values[query->n++] = ho_sql_limit(filter->limit);
	if (query->status == HO_OK)
		query->status = ho_buf_printf(&query->sql, query->err, "?%zu", query->n);
}

/* One row of one or two numbers; *is_there false if there is none. */
static enum ho_status two(int64_t *a, int64_t *b, bool *is_there, struct ho_sqlite *handle, enum ho_sql which,
                          const struct ho_sql_value *values, size_t n, struct ho_error *err)
{
	sqlite3_stmt *statement;
	int code = SQLITE_OK;
	*a = *b = 0, *is_there = false;
	enum ho_status status = ho_sqlite_statement(&statement, handle, which, err);
	if (status)
		return status;
	ho_sqlite_bind_values(&code, statement, values, n);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		*a = sqlite3_column_int64(statement, 0);
		*b = sqlite3_column_int64(statement, 1);
		*is_there = true;
	} else if (code != SQLITE_DONE) {
		status = ho_sqlite_fail(err, handle, code);
	}
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return status;
}

static void bound_by_ids(struct query *query, struct ho_sqlite *handle, const struct ho_item_filter *filter)
{
	struct ho_sql_value value = {.text = filter->before.text};
	int64_t row, exact;
	bool is_there;
	if (*filter->before.text && query->status == HO_OK) {
		query->status = two(&row, &exact, &is_there, handle, HO_SQL_ITEM_PLACE, &value, 1, query->err);
		query->up_to = is_there ? row - exact : 0;
	}
	value.text = filter->after.text;
	if (*filter->after.text && query->status == HO_OK) {
		query->status = two(&row, &exact, &is_there, handle, HO_SQL_ITEM_PLACE, &value, 1, query->err);
		query->above = row;
	}
}

/* Rows that came long before `from` bound the list from below, rows that came long after `until` from above. */
static void bound_by_times(struct query *query, struct ho_sqlite *handle, const struct ho_item_filter *filter,
                           const char *task)
{
	int64_t row, unused;
	bool is_there;
	for (int forgotten = 0; forgotten < 2; forgotten++) {
		struct ho_sql_value values[] = {
		    {.text = task}, ho_sql_integer(forgotten), ho_sql_integer(filter->from - SLACK_MS)};
		if (filter->from && query->status == HO_OK) {
			query->status = two(&row, &unused, &is_there, handle, HO_SQL_ITEM_OLDER, values, 3, query->err);
			if (is_there && row > query->above)
				query->above = row;
		}
		values[2] = ho_sql_integer(filter->until + SLACK_MS);
		if (filter->until && query->status == HO_OK) {
			query->status = two(&row, &unused, &is_there, handle, HO_SQL_ITEM_NEWER, values, 3, query->err);
			if (is_there && row - 1 < query->up_to)
				query->up_to = row - 1;
		}
	}
}

static enum ho_status take_row(struct found *found, struct ho_sqlite *handle, sqlite3_stmt *statement,
                               struct ho_arena *arena, struct ho_error *err)
{
	if (found->n == found->cap) {
		size_t cap = found->cap ? found->cap * 2 : 8;
		struct listed *rows = ho_arena_alloc(arena, cap, sizeof *rows);
		if (!rows)
			return ho_fail_nomem(err);
		if (found->n)
			memcpy(rows, found->rows, found->n * sizeof *rows);
		found->rows = rows;
		found->cap = cap;
	}
	struct listed *row = &found->rows[found->n];
	row->row = sqlite3_column_int64(statement, 0);
	enum ho_status status = ho_sqlite_read(&row->item, handle, statement, 1, &ho_fields_item, arena, err);
	found->n += status == HO_OK;
	return status;
}

static enum ho_status run(struct found *found, struct ho_sqlite *handle, const struct query *query,
                          struct ho_arena *arena, struct ho_error *err)
{
	sqlite3_stmt *statement;
	int code = SQLITE_OK;
	enum ho_status status = ho_sqlite_prepare(&statement, handle, query->sql.data, &ho_fields_item, 0, err);
	if (status)
		return status;
	ho_sqlite_bind_values(&code, statement, query->values, query->n);
	while (status == HO_OK && (code == SQLITE_OK || code == SQLITE_ROW)) {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW)
			status = take_row(found, handle, statement, arena, err);
	}
	(void)sqlite3_finalize(statement);
	return status == HO_OK && code != SQLITE_DONE ? ho_sqlite_fail(err, handle, code) : status;
}

static enum ho_status list_one(struct found *found, struct ho_sqlite *handle, const struct ho_item_filter *filter,
                               const char *task, struct ho_arena *arena, struct ho_error *err)
{
	struct query query = {.up_to = INT64_MAX, .err = err};
	ho_buf_init(&query.sql, SQL_MAX);
	ho_buf_init(&query.match, SQL_MAX);
	bound_by_ids(&query, handle, filter);
	bound_by_times(&query, handle, filter, task);
	if (query.status == HO_OK)
		build(&query, filter, task);
	/* A search without a single word finds nothing. */
	if (query.status == HO_OK && (!filter->search || query.match.len))
		query.status = run(found, handle, &query, arena, err);
	ho_buf_release(&query.sql);
	ho_buf_release(&query.match);
	return query.status;
}

static int newest(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	return (x->row < y->row) - (x->row > y->row);
}

static int oldest(const void *a, const void *b)
{
	return newest(b, a);
}

static void order(struct found *found, const struct ho_item_filter *filter)
{
	if (found->n)
		qsort(found->rows, found->n, sizeof *found->rows, oldest_first(filter) ? oldest : newest);
	if (found->n > filter->limit)
		found->n = filter->limit;
}

/* The index that holds all items of a task is by status, so that few answered ones are found behind many that wait. A
 * list of any status is four lists. */
static enum ho_status list_task(struct found *found, struct ho_sqlite *handle, const struct ho_item_filter *filter,
                                const char *task, struct ho_arena *arena, struct ho_error *err)
{
	static const enum ho_item_status statuses[] = {HO_ITEM_PENDING, HO_ITEM_ANSWERED, HO_ITEM_OVERRULED,
	                                               HO_ITEM_EXPIRED};
	struct ho_item_filter one = *filter;
	enum ho_status status = HO_OK;
	if (filter->search || filter->status || index_for(filter) != by_status)
		return list_one(found, handle, filter, task, arena, err);
	for (size_t i = 0; status == HO_OK && i < sizeof statuses / sizeof *statuses; i++) {
		one.status = &statuses[i];
		status = list_one(found, handle, &one, task, arena, err);
	}
	order(found, filter);
	return status;
}

/* The name of the first task behind `*task`, in the arena; NULL if there is none. */
static enum ho_status next_task(const char **task, struct ho_sqlite *handle, struct ho_arena *arena,
                                struct ho_error *err)
{
	static const struct ho_field field[] = {{"task", HO_FIELD_TEXT, 0, sizeof(char *)}};
	static const struct ho_fields fields = {"item", field, 1, sizeof(char *)};
	sqlite3_stmt *statement;
	int code = SQLITE_OK;
	enum ho_status status = ho_sqlite_statement(&statement, handle, HO_SQL_ITEM_TASK_AFTER, err);
	if (status)
		return status;
	ho_sqlite_bind_text(&code, statement, 1, *task);
	return ho_sqlite_one(task, handle, statement, code, &fields, "no task", arena, err);
}

static enum ho_status list_all(struct found *found, struct ho_sqlite *handle, const struct ho_item_filter *filter,
                               struct ho_arena *arena, struct ho_error *err)
{
	const char *task = "";
	enum ho_status status = next_task(&task, handle, arena, err);
	while (status == HO_OK && task) {
		status = list_task(found, handle, filter, task, arena, err);
		if (status == HO_OK)
			status = next_task(&task, handle, arena, err);
	}
	order(found, filter);
	return status;
}

enum ho_status ho_sqlite_item_list(struct ho_item **out, size_t *n, struct ho_store *store,
                                   const struct ho_item_filter *filter, struct ho_arena *arena, struct ho_error *err)
{
	struct found found = {.n = 0};
	*out = NULL, *n = 0;
	if (!filter->limit)
		return ho_fail(err, HO_EINVAL, "a list of items needs a limit");
	enum ho_status status = filter->task ? list_task(&found, ho_sqlite(store), filter, filter->task, arena, err)
	                                     : list_all(&found, ho_sqlite(store), filter, arena, err);
	struct ho_item *items = NULL;
	if (status == HO_OK && found.n) {
		items = ho_arena_alloc(arena, found.n, sizeof *items);
		status = items ? HO_OK : ho_fail_nomem(err);
	}
	for (size_t i = 0; status == HO_OK && i < found.n; i++)
		items[i] = found.rows[i].item;
	if (status == HO_OK)
		*out = items, *n = found.n;
	return status;
}
