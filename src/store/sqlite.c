/* A handle: opening, groups, marks, and the table of operations. */
#include "store/sqlite_private.h"

#include "base/alloc.h"

/* Group and mark. */
static enum ho_status simple(struct ho_sqlite *handle, enum ho_sql which, struct ho_error *err)
{
	sqlite3_stmt *statement;
	enum ho_status status = ho_sqlite_statement(&statement, handle, which, err);
	return status ? status : ho_sqlite_run(NULL, handle, statement, SQLITE_OK, err);
}

static enum ho_status begin(struct ho_store *store, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	if (!handle->writer || handle->in_group)
		return ho_fail(err, HO_EBUG, "a group inside a group, or by a reader");
	enum ho_status status = simple(handle, HO_SQL_BEGIN, err);
	handle->in_group = status == HO_OK;
	handle->marked = false;
	handle->fresh.puts = 0;
	return status;
}

static void rollback(struct ho_store *store)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	handle->in_group = handle->marked = false;
	if (!sqlite3_get_autocommit(handle->db))
		(void)sqlite3_exec(handle->db, "ROLLBACK", NULL, NULL, NULL);
}

static enum ho_status commit(struct ho_store *store, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	enum ho_status status = ho_sqlite_writing(handle, err);
	if (status == HO_OK)
		status = ho_sqlite_queue_place(handle, err);
	if (status == HO_OK)
		status = simple(handle, HO_SQL_COMMIT, err);
	if (status)
		rollback(store);
	handle->in_group = handle->marked = false;
	return status;
}

static enum ho_status mark(struct ho_store *store, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	enum ho_status status = ho_sqlite_writing(handle, err);
	if (status == HO_OK && handle->marked) {
		status = simple(handle, HO_SQL_UNMARK, err);
		handle->marked = status != HO_OK;
	}
	if (status == HO_OK) {
		status = simple(handle, HO_SQL_MARK, err);
		handle->marked = status == HO_OK;
	}
	return status;
}

static enum ho_status undo(struct ho_store *store, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	enum ho_status status = ho_sqlite_writing(handle, err);
	if (status == HO_OK && !handle->marked)
		status = ho_fail(err, HO_EBUG, "nothing was marked");
	return status ? status : simple(handle, HO_SQL_UNDO, err);
}

static enum ho_status version(uint64_t *out, struct ho_store *store, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	sqlite3_stmt *statement;
	enum ho_status status = ho_sqlite_statement(&statement, handle, HO_SQL_VERSION, err);
	*out = 0;
	if (status)
		return status;
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*out = (uint64_t)sqlite3_column_int64(statement, 0);
	else
		status = ho_sqlite_fail(err, handle, code);
	(void)sqlite3_reset(statement);
	return status;
}

static void disconnect(struct ho_sqlite *handle)
{
	for (size_t i = 0; i < HO_SQL_COUNT; i++) {
		(void)sqlite3_finalize(handle->statements[i]);
		handle->statements[i] = NULL;
	}
	(void)sqlite3_close(handle->db);
	handle->db = NULL;
}

static void close_handle(struct ho_store *store)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	if (!handle)
		return;
	if (handle->db)
		rollback(store);
	ho_sqlite_fold_stop(handle);
	disconnect(handle);
	ho_free(handle->path);
	ho_free(handle);
}

static enum ho_status reader(struct ho_store **out, struct ho_store *store, struct ho_error *err);

static const struct ho_store_ops ops = {
    .name = "sqlite",
    .close = close_handle,
    .reader = reader,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .mark = mark,
    .undo = undo,
    .version = version,
    .backup = ho_sqlite_backup,
    .scrub = ho_sqlite_scrub,
    .task_put = ho_sqlite_task_put,
    .task_get = ho_sqlite_task_get,
    .task_list = ho_sqlite_task_list,
    .model_put = ho_sqlite_model_put,
    .model_list = ho_sqlite_model_list,
    .item_add = ho_sqlite_item_add,
    .item_put = ho_sqlite_item_put,
    .item_get = ho_sqlite_item_get,
    .item_list = ho_sqlite_item_list,
    .item_where = ho_sqlite_item_where,
    .item_forget = ho_sqlite_item_forget,
    .item_forget_before = ho_sqlite_item_forget_before,
    .review_add = ho_sqlite_review_add,
    .review_list = ho_sqlite_review_list,
    .queue_put = ho_sqlite_queue_put,
    .queue_get = ho_sqlite_queue_get,
    .queue_remove = ho_sqlite_queue_remove,
    .queue_list = ho_sqlite_queue_list,
    .queue_lease = ho_sqlite_queue_lease,
    .queue_unlease = ho_sqlite_queue_unlease,
    .queue_figures = ho_sqlite_queue_figures,
    .queue_overdue = ho_sqlite_queue_overdue,
    .outgoing_put = ho_sqlite_outgoing_put,
    .outgoing_due = ho_sqlite_outgoing_due,
    .outgoing_list = ho_sqlite_outgoing_list,
    .outgoing_figures = ho_sqlite_outgoing_figures,
    .outgoing_prune = ho_sqlite_outgoing_prune,
    .journal_add = ho_sqlite_journal_add,
    .journal_list = ho_sqlite_journal_list,
    .user_put = ho_sqlite_user_put,
    .user_get = ho_sqlite_user_get,
    .user_list = ho_sqlite_user_list,
    .token_put = ho_sqlite_token_put,
    .token_get = ho_sqlite_token_get,
    .token_list = ho_sqlite_token_list,
    .token_prune = ho_sqlite_token_prune,
    .count_add = ho_sqlite_count_add,
    .count_list = ho_sqlite_count_list,
    .idempotent_put = ho_sqlite_idempotent_put,
    .idempotent_get = ho_sqlite_idempotent_get,
    .idempotent_prune = ho_sqlite_idempotent_prune,
};

static enum ho_status new_handle(struct ho_sqlite **out, const char *path, bool writer, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_calloc(1, sizeof *handle);
	size_t len = strlen(path) + 1;
	*out = NULL;
	if (!handle)
		return ho_fail_nomem(err);
	handle->path = ho_alloc(len, 1);
	if (!handle->path) {
		ho_free(handle);
		return ho_fail_nomem(err);
	}
	memcpy(handle->path, path, len);
	handle->store.ops = &ops;
	handle->writer = writer;
	*out = handle;
	return HO_OK;
}

static enum ho_status connect(struct ho_sqlite *handle, int flags, struct ho_error *err)
{
	/* One thread at a time per handle, so that SQLite needs no lock of its own. */
	int code =
	    sqlite3_open_v2(handle->path, &handle->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(handle->db, HO_SQLITE_BUSY_MS);
	if (code == SQLITE_OK)
		code = sqlite3_db_config(handle->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	if (code == SQLITE_OK)
		code = ho_sqlite_functions(handle->db);
	return code ? ho_sqlite_fail(err, handle, code) : HO_OK;
}

static enum ho_status set_up(struct ho_sqlite *handle, struct ho_error *err)
{
	/* The cache of a reader is small: there is one for each thread, and the system caches the file as well. */
	const char *text = handle->writer
	                       ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	                         "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;"
	                         "PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864"
	                       : "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096";
	int code = sqlite3_exec(handle->db, text, NULL, NULL, NULL);
	return code ? ho_sqlite_fail(err, handle, code) : HO_OK;
}

enum ho_status ho_sqlite_heal(struct ho_sqlite *handle, struct ho_error *err)
{
	struct ho_sqlite anew = *handle;
	if (!handle->suspect || handle->in_group || !sqlite3_get_autocommit(handle->db))
		return HO_OK;
	/* The old connection closes last, so that the log is not folded in meanwhile. */
	memset(anew.statements, 0, sizeof anew.statements);
	anew.db = NULL;
	enum ho_status status = connect(&anew, SQLITE_OPEN_READWRITE, err);
	if (status == HO_OK)
		status = set_up(&anew, err);
	if (status) {
		disconnect(&anew);
		return status;
	}
	disconnect(handle);
	handle->db = anew.db;
	handle->suspect = false;
	ho_sqlite_fold_watch(handle);
	return HO_OK;
}

static enum ho_status reader(struct ho_store **out, struct ho_store *store, struct ho_error *err)
{
	struct ho_sqlite *handle;
	*out = NULL;
	enum ho_status status = new_handle(&handle, ho_sqlite(store)->path, false, err);
	if (status)
		return status;
	status = connect(handle, SQLITE_OPEN_READWRITE, err);
	if (status == HO_OK)
		status = set_up(handle, err);
	if (status)
		close_handle(&handle->store);
	else
		*out = &handle->store;
	return status;
}

static uint32_t big_endian(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static enum ho_status judge(const unsigned char head[100], struct ho_error *err)
{
	if (memcmp(head, "SQLite format 3", 16) != 0)
		return ho_fail(err, HO_EFORMAT, "not a database; name another file, or restore a backup");
	if (big_endian(head + 68) == HO_SQLITE_APPLICATION && big_endian(head + 60) > HO_SQLITE_SCHEMA)
		return ho_sqlite_fail_newer(err, big_endian(head + 60));
	return HO_OK;
}

static int read_head(unsigned char head[100], sqlite3_int64 *size, sqlite3_vfs *vfs, const char *full,
                     sqlite3_file *file)
{
	int flags = 0;
	int code = vfs->xOpen(vfs, full, file, SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READONLY, &flags);
	if (code == SQLITE_OK)
		code = file->pMethods->xFileSize(file, size);
	if (code == SQLITE_OK && *size > 0)
		code = file->pMethods->xRead(file, head, 100, 0);
	if (file->pMethods)
		(void)file->pMethods->xClose(file);
	return code == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : code;
}

static enum ho_status peek_at(struct ho_sqlite *handle, bool create, sqlite3_vfs *vfs, char *full, sqlite3_file *file,
                              struct ho_error *err)
{
	unsigned char head[100] = {0};
	sqlite3_int64 size = 0;
	int exists = 0;
	int code = vfs->xFullPathname(vfs, handle->path, vfs->mxPathname + 1, full);
	/* A primary code of 0 may carry a remark: the path is a symbolic link. */
	if (code & 0xff)
		return ho_sqlite_fail(err, handle, code);
	code = vfs->xAccess(vfs, full, SQLITE_ACCESS_EXISTS, &exists);
	if (code == SQLITE_OK && exists)
		code = read_head(head, &size, vfs, full, file);
	if (code)
		return ho_sqlite_fail(err, handle, code);
	if (!exists && !create)
		return ho_fail(err, HO_ENOTFOUND, "no such file");
	return size > 0 ? judge(head, err) : HO_OK;
}

/* Look at the first bytes before SQLite may write anything beside the file. Read through SQLite's own file layer: if
 * this process has the file open already, closing it in any other way would drop the locks. */
static enum ho_status peek(struct ho_sqlite *handle, bool create, struct ho_error *err)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	char *full = ho_calloc((size_t)vfs->mxPathname + 8, 1);
	sqlite3_file *file = ho_calloc(1, (size_t)vfs->szOsFile);
	enum ho_status status = full && file ? peek_at(handle, create, vfs, full, file, err) : ho_fail_nomem(err);
	if (status && err)
		(void)ho_error_at(err, "%s", handle->path);
	ho_free(full);
	ho_free(file);
	return status;
}

static enum ho_status open_writer(struct ho_sqlite *handle, bool create, struct ho_error *err)
{
	enum ho_status status = peek(handle, create, err);
	if (status == HO_OK)
		status = connect(handle, SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0), err);
	/* If the log holds what a newer program did, closing must not fold it into the file. */
	if (status == HO_OK)
		(void)sqlite3_db_config(handle->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
	if (status == HO_OK)
		status = ho_sqlite_identify(handle, err);
	if (status == HO_OK)
		status = set_up(handle, err);
	if (status == HO_OK)
		status = ho_sqlite_migrate(handle, err);
	if (status == HO_OK)
		status = ho_sqlite_fold_start(handle, err);
	if (status == HO_OK)
		(void)sqlite3_db_config(handle->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, (int *)NULL);
	return status;
}

enum ho_status ho_store_open_sqlite(struct ho_store **out, const char *path, bool create, struct ho_error *err)
{
	struct ho_sqlite *handle;
	*out = NULL;
	enum ho_status status = new_handle(&handle, path, true, err);
	if (status)
		return status;
	status = open_writer(handle, create, err);
	if (status)
		close_handle(&handle->store);
	else
		*out = &handle->store;
	return status;
}
