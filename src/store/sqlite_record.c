/* Statements and records: filling in, preparing, binding, reading. */
#include "store/sqlite_private.h"

#include "base/alloc.h"

enum { TEXT_MAX = 1 << 16, FIRST_ROWS = 8 };

struct failure {
	int code;
	enum ho_status status;
	const char *words;
};

static const struct failure failures[] = {
    {SQLITE_BUSY, HO_EBUSY, "another process is writing; try again"},
    {SQLITE_LOCKED, HO_EBUSY, "somebody else is writing; try again"},
    {SQLITE_NOMEM, HO_ENOMEM, "out of memory; give the program more"},
    {SQLITE_FULL, HO_EIO, "the disk is full; nothing of this was stored, make room"},
    {SQLITE_IOERR, HO_EIO, "the system cannot read or write the file; look at disk space and its health"},
    {SQLITE_CORRUPT, HO_EIO, "the file is damaged; restore a backup"},
    {SQLITE_NOTADB, HO_EFORMAT, "not a database; name another file, or restore a backup"},
    {SQLITE_CANTOPEN, HO_EIO, "cannot open the file; look at the folder's permissions"},
    {SQLITE_READONLY, HO_EIO, "the file or its folder cannot be written; look at the permissions"},
    {SQLITE_PERM, HO_EIO, "the file cannot be used; look at its permissions"},
    {SQLITE_PROTOCOL, HO_EBUSY, "too many processes open the file at once; try again"},
    {SQLITE_TOOBIG, HO_ELIMIT, "a value is larger than the store can hold"},
    {SQLITE_CONSTRAINT, HO_ECONFLICT, "a record with that key exists"},
};

/* SQLite's own message may quote a user's words, so only the text of the code is told. */
enum ho_status ho_sqlite_fail(struct ho_error *err, struct ho_sqlite *handle, int code)
{
	struct failure with = {0, HO_EBUG, sqlite3_errstr(code)};
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
		if (failures[i].code == (code & 0xff))
			with = failures[i];
	(void)ho_fail(err, with.status, "%s", with.words);
	handle->suspect =
	    handle->suspect || with.status == HO_ENOMEM || with.status == HO_EIO || with.status == HO_EFORMAT;
	if (err)
		(void)ho_error_at(err, "%s", handle->path);
	return with.status;
}

enum ho_status ho_sqlite_writing(struct ho_sqlite *handle, struct ho_error *err)
{
	if (!handle->writer || !handle->in_group)
		return ho_fail(err, HO_EBUG, "a write outside a group");
	if (sqlite3_get_autocommit(handle->db)) {
		(void)ho_fail(err, HO_EIO, "this group was taken back after a failure; look at disk space and memory");
		return err ? ho_error_at(err, "%s", handle->path) : HO_EIO;
	}
	return HO_OK;
}

static enum ho_status add_list(struct ho_buf *out, char which, const struct ho_fields *fields, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t i = 0; status == HO_OK && i < fields->n; i++) {
		const char *comma = i ? "," : "", *column = fields->field[i].column;
		if (which == 'v')
			status = ho_buf_printf(out, err, "%s?%zu", comma, i + 1);
		else
			status = ho_buf_printf(out, err, "%s%s%s", comma, which == 'e' ? "excluded." : "", column);
	}
	return status;
}

enum ho_status ho_sqlite_expand(struct ho_buf *out, const char *text, const struct ho_fields *fields,
                                struct ho_error *err)
{
	enum ho_status status = HO_OK;
	while (status == HO_OK && *text) {
		size_t plain = strcspn(text, "$");
		status = ho_buf_add(out, text, plain, err);
		text += plain;
		if (status || !*text)
			break;
		status = add_list(out, text[1], fields, err);
		text += 1 + strspn(text + 1, "abcdefghijklmnopqrstuvwxyz");
	}
	return status;
}

enum ho_status ho_sqlite_prepare(sqlite3_stmt **out, struct ho_sqlite *handle, const char *text,
                                 const struct ho_fields *fields, unsigned flags, struct ho_error *err)
{
	struct ho_buf sql;
	*out = NULL;
	ho_buf_init(&sql, TEXT_MAX);
	enum ho_status status = ho_sqlite_heal(handle, err);
	if (status == HO_OK)
		status = ho_sqlite_expand(&sql, text, fields, err);
	if (status == HO_OK) {
		int code = sqlite3_prepare_v3(handle->db, sql.data, (int)sql.len + 1, flags, out, NULL);
		status = code ? ho_sqlite_fail(err, handle, code) : HO_OK;
	}
	ho_buf_release(&sql);
	return status;
}

enum ho_status ho_sqlite_statement(sqlite3_stmt **out, struct ho_sqlite *handle, enum ho_sql which,
                                   struct ho_error *err)
{
	sqlite3_stmt **kept = &handle->statements[which];
	enum ho_status status = ho_sqlite_heal(handle, err);
	if (status == HO_OK && !*kept)
		status = ho_sqlite_prepare(kept, handle, ho_sql_texts[which].text, ho_sql_texts[which].fields,
		                           SQLITE_PREPARE_PERSISTENT, err);
	*out = *kept;
	return status;
}

void ho_sqlite_bind_text(int *code, sqlite3_stmt *statement, int at, const char *text)
{
	if (*code == SQLITE_OK && text)
		*code = sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
	else if (*code == SQLITE_OK)
		*code = sqlite3_bind_null(statement, at);
}

void ho_sqlite_bind_bytes(int *code, sqlite3_stmt *statement, int at, struct ho_slice bytes, bool text)
{
	if (*code)
		return;
	if (!bytes.ptr)
		*code = sqlite3_bind_null(statement, at);
	else if (text)
		*code = sqlite3_bind_text64(statement, at, bytes.ptr, bytes.len, SQLITE_STATIC, SQLITE_UTF8);
	else
		*code = sqlite3_bind_blob64(statement, at, bytes.ptr, bytes.len, SQLITE_STATIC);
}

void ho_sqlite_bind_integer(int *code, sqlite3_stmt *statement, int at, int64_t value)
{
	if (*code == SQLITE_OK)
		*code = sqlite3_bind_int64(statement, at, value);
}

static void bind_field(int *code, sqlite3_stmt *statement, int at, const struct ho_field *field, const void *record)
{
	double real;
	switch (field->kind) {
	case HO_FIELD_REAL:
		memcpy(&real, (const char *)record + field->offset, sizeof real);
		if (*code == SQLITE_OK)
			*code = sqlite3_bind_double(statement, at, real);
		break;
	case HO_FIELD_INT:
	case HO_FIELD_UINT:
	case HO_FIELD_BOOL:
		ho_sqlite_bind_integer(code, statement, at, ho_field_integer(field, record));
		break;
	default:
		ho_sqlite_bind_bytes(code, statement, at, ho_field_bytes(field, record),
		                     field->kind != HO_FIELD_BYTES && field->kind != HO_FIELD_HASH);
	}
}

void ho_sqlite_bind_record(int *code, sqlite3_stmt *statement, const struct ho_fields *fields, const void *record)
{
	for (size_t i = 0; i < fields->n; i++)
		bind_field(code, statement, (int)i + 1, &fields->field[i], record);
}

/* What was borrowed is let go of as well: the caller's bytes end with the call. */
static void put_back(sqlite3_stmt *statement)
{
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
}

enum ho_status ho_sqlite_run(int *changes, struct ho_sqlite *handle, sqlite3_stmt *statement, int code,
                             struct ho_error *err)
{
	if (code == SQLITE_OK)
		do
			code = sqlite3_step(statement);
		while (code == SQLITE_ROW);
	if (changes)
		*changes = code == SQLITE_DONE ? sqlite3_changes(handle->db) : 0;
	put_back(statement);
	return code == SQLITE_DONE ? HO_OK : ho_sqlite_fail(err, handle, code);
}

static enum ho_status read_bytes(void *out, sqlite3_stmt *statement, int column, const struct ho_field *field,
                                 struct ho_arena *arena, struct ho_error *err)
{
	bool copied = field->kind == HO_FIELD_TEXT || field->kind == HO_FIELD_SLICE || field->kind == HO_FIELD_BYTES;
	const void *bytes = sqlite3_column_blob(statement, column);
	struct ho_slice found = ho_slice(bytes, (size_t)sqlite3_column_bytes(statement, column));
	bool is_null = sqlite3_column_type(statement, column) == SQLITE_NULL;
	/* An empty text is not "nothing", and running out of memory is neither. */
	if (!bytes && !is_null && sqlite3_errcode(sqlite3_db_handle(statement)) == SQLITE_NOMEM)
		return ho_fail_nomem(err);
	if (copied && !is_null && (found.len || field->kind == HO_FIELD_TEXT)) {
		found = ho_arena_copy(arena, found);
		if (!found.ptr)
			return ho_fail_nomem(err);
	} else if (copied) {
		found = ho_slice(NULL, 0);
	}
	ho_field_set_bytes(field, out, found);
	return HO_OK;
}

enum ho_status ho_sqlite_read(void *out, struct ho_sqlite *handle, sqlite3_stmt *statement, int first,
                              const struct ho_fields *fields, struct ho_arena *arena, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	(void)handle;
	memset(out, 0, fields->size);
	for (size_t i = 0; status == HO_OK && i < fields->n; i++) {
		const struct ho_field *field = &fields->field[i];
		int column = first + (int)i;
		double real;
		if (field->kind == HO_FIELD_REAL) {
			real = sqlite3_column_double(statement, column);
			memcpy((char *)out + field->offset, &real, sizeof real);
		} else if (field->kind == HO_FIELD_INT || field->kind == HO_FIELD_UINT ||
		           field->kind == HO_FIELD_BOOL) {
			ho_field_set_integer(field, out, sqlite3_column_int64(statement, column));
		} else {
			status = read_bytes(out, statement, column, field, arena, err);
		}
	}
	return status;
}

enum ho_status ho_sqlite_one(void *out, struct ho_sqlite *handle, sqlite3_stmt *statement, int code,
                             const struct ho_fields *fields, const char *missing, struct ho_arena *arena,
                             struct ho_error *err)
{
	enum ho_status status;
	memset(out, 0, fields->size);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		status = ho_sqlite_read(out, handle, statement, 0, fields, arena, err);
	else if (code == SQLITE_DONE)
		status = ho_fail(err, HO_ENOTFOUND, "%s", missing);
	else
		status = ho_sqlite_fail(err, handle, code);
	put_back(statement);
	if (status)
		memset(out, 0, fields->size);
	return status;
}

/* An array in an arena that doubles: what it leaves behind is less than what it is. */
static void *grow(void *rows, size_t n, size_t *cap, size_t size, struct ho_arena *arena)
{
	if (n < *cap)
		return rows;
	size_t wanted = *cap ? *cap * 2 : FIRST_ROWS;
	void *moved = ho_arena_alloc(arena, wanted, size);
	if (moved && n)
		memcpy(moved, rows, n * size);
	if (moved)
		*cap = wanted;
	return moved;
}

enum ho_status ho_sqlite_all(void *out, size_t *n, struct ho_sqlite *handle, sqlite3_stmt *statement, int code,
                             const struct ho_fields *fields, struct ho_arena *arena, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	void *rows = NULL;
	size_t found = 0, cap = 0;
	*n = 0;
	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(statement);
		if (code != SQLITE_ROW)
			break;
		rows = grow(rows, found, &cap, fields->size, arena);
		status =
		    rows ? ho_sqlite_read((char *)rows + found * fields->size, handle, statement, 0, fields, arena, err)
		         : ho_fail_nomem(err);
		if (status)
			break;
		found++;
	}
	put_back(statement);
	if (status == HO_OK && code != SQLITE_DONE)
		status = ho_sqlite_fail(err, handle, code);
	if (status)
		rows = NULL, found = 0;
	memcpy(out, &rows, sizeof rows);
	*n = found;
	return status;
}

enum ho_status ho_sqlite_write(struct ho_sqlite *handle, enum ho_sql which, const void *record, struct ho_error *err)
{
	sqlite3_stmt *statement;
	int code = SQLITE_OK;
	enum ho_status status = ho_sqlite_writing(handle, err);
	if (status == HO_OK)
		status = ho_sqlite_statement(&statement, handle, which, err);
	if (status)
		return status;
	ho_sqlite_bind_record(&code, statement, ho_sql_texts[which].fields, record);
	return ho_sqlite_run(NULL, handle, statement, code, err);
}

enum ho_status ho_sqlite_append(struct ho_sqlite *handle, enum ho_sql which, const void *record, struct ho_error *err)
{
	sqlite3_stmt *statement;
	int code = SQLITE_OK;
	enum ho_status status = ho_sqlite_writing(handle, err);
	if (status == HO_OK)
		status = ho_sqlite_statement(&statement, handle, which, err);
	if (status)
		return status;
	ho_sqlite_bind_record(&code, statement, ho_sql_texts[which].fields, record);
	ho_sqlite_bind_text(&code, statement, 1, NULL);
	return ho_sqlite_run(NULL, handle, statement, code, err);
}

void ho_sqlite_bind_values(int *code, sqlite3_stmt *statement, const struct ho_sql_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (values[i].is_integer)
			ho_sqlite_bind_integer(code, statement, (int)i + 1, values[i].integer);
		else
			ho_sqlite_bind_text(code, statement, (int)i + 1, values[i].text);
}

enum ho_status ho_sqlite_change(int *changes, struct ho_store *store, enum ho_sql which,
                                const struct ho_sql_value *values, size_t n, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	sqlite3_stmt *statement;
	int code = SQLITE_OK;
	enum ho_status status = ho_sqlite_writing(handle, err);
	if (changes)
		*changes = 0;
	if (status == HO_OK)
		status = ho_sqlite_statement(&statement, handle, which, err);
	if (status)
		return status;
	ho_sqlite_bind_values(&code, statement, values, n);
	return ho_sqlite_run(changes, handle, statement, code, err);
}

enum ho_status ho_sqlite_get(void *out, struct ho_store *store, enum ho_sql which, struct ho_slice key,
                             const char *missing, struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_fields *fields = ho_sql_texts[which].fields;
	struct ho_sqlite *handle = ho_sqlite(store);
	sqlite3_stmt *statement;
	int code = SQLITE_OK;
	enum ho_status status = ho_sqlite_statement(&statement, handle, which, err);
	memset(out, 0, fields->size);
	if (status)
		return status;
	ho_sqlite_bind_bytes(&code, statement, 1, key, fields->field[0].kind != HO_FIELD_HASH);
	return ho_sqlite_one(out, handle, statement, code, fields, missing, arena, err);
}

enum ho_status ho_sqlite_list(void *out, size_t *n, struct ho_store *store, enum ho_sql which,
                              const struct ho_sql_value *values, size_t count, struct ho_arena *arena,
                              struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	sqlite3_stmt *statement;
	int code = SQLITE_OK;
	enum ho_status status = ho_sqlite_statement(&statement, handle, which, err);
	memset(out, 0, sizeof(void *));
	*n = 0;
	if (status)
		return status;
	ho_sqlite_bind_values(&code, statement, values, count);
	return ho_sqlite_all(out, n, handle, statement, code, ho_sql_texts[which].fields, arena, err);
}
