/*
 * Erasing what SQLite leaves behind. secure_delete zeroes what is deleted where it lies; but when rows move to another
 * page, a copy may stay in the room between a page's row directory and its rows, and a text that is forgotten later
 * would survive there. So, while nobody else can write and the log is empty, that room is zeroed in the file itself.
 * Readers are not disturbed: no byte that means anything changes. A write that changes nothing follows, which makes
 * other processes forget the pages that they hold. Layout of a page: https://sqlite.org/fileformat2.html, section 1.6.
 */
#include "store/sqlite_private.h"

#include "base/alloc.h"
#include "base/clock.h"

enum { PAGE_MAX = 65536, TRIES = 10, WAIT_MS = 10 };
/* From here on the first byte of a page that continues a long row could be taken for that of a directory. */
static const sqlite3_int64 pages_max = 1 << 25;

struct wipe {
	sqlite3_file *file;
	unsigned char *page;
	unsigned size;
	sqlite3_int64 at; /**< where the page begins in the file */
	int code;
};

static unsigned two(const unsigned char *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* Zero bytes [from, to) of the page in the file, if they are not. */
static void zero(struct wipe *w, unsigned from, unsigned to)
{
	bool dirty = false;
	for (unsigned i = from; i < to && !dirty; i++)
		dirty = w->page[i] != 0;
	if (!dirty || w->code)
		return;
	memset(w->page + from, 0, to - from);
	w->code = w->file->pMethods->xWrite(w->file, w->page + from, (int)(to - from), w->at + from);
}

static void wipe_page(struct wipe *w)
{
	unsigned head = w->at ? 0 : 100, kind = w->page[head];
	bool leaf = kind == 10 || kind == 13;
	if (!leaf && kind != 2 && kind != 5)
		return;
	unsigned directory = head + (leaf ? 8 : 12) + 2 * two(w->page + head + 3);
	unsigned rows = two(w->page + head + 5);
	rows = rows ? rows : PAGE_MAX;
	if (directory > rows || rows > w->size)
		return;
	zero(w, directory, rows);
	/* Holes between rows: each begins with the place of the next one, which lies behind it, and its own length. */
	for (unsigned hole = two(w->page + head + 1), last = 0; hole > last && hole + 4 <= w->size;) {
		unsigned end = hole + two(w->page + hole + 2);
		if (end <= w->size && end >= hole + 4)
			zero(w, hole + 4, end);
		last = hole;
		hole = two(w->page + hole);
	}
}

static int wipe_file(struct wipe *w)
{
	sqlite3_int64 bytes = 0;
	w->code = w->file->pMethods->xFileSize(w->file, &bytes);
	if (w->code == SQLITE_OK && bytes / w->size > pages_max)
		return SQLITE_TOOBIG;
	for (w->at = 0; w->code == SQLITE_OK && w->at + w->size <= bytes; w->at += w->size) {
		w->code = w->file->pMethods->xRead(w->file, w->page, (int)w->size, w->at);
		if (w->code == SQLITE_OK)
			wipe_page(w);
	}
	return w->code ? w->code : w->file->pMethods->xSync(w->file, SQLITE_SYNC_NORMAL);
}

static int page_size(unsigned *out, sqlite3_file *file)
{
	unsigned char bytes[2];
	int code = file->pMethods->xRead(file, bytes, sizeof bytes, 16);
	*out = two(bytes) == 1 ? PAGE_MAX : two(bytes);
	return code == SQLITE_OK && *out < 512 ? SQLITE_CORRUPT : code;
}

int ho_sqlite_empty_log(struct ho_sqlite *handle)
{
	double until = ho_clock_seconds() + HO_SQLITE_BUSY_MS / 1000.;
	int code;
	while ((code = sqlite3_wal_checkpoint_v2(handle->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL)) ==
	           SQLITE_BUSY &&
	       ho_clock_seconds() < until)
		(void)sqlite3_sleep(WAIT_MS);
	return code;
}

/* Fold the log into the file and begin to write before anybody else does; with another writer this may take a few
 * tries. */
static int hold_alone(struct ho_sqlite *handle)
{
	sqlite3_file *log = NULL;
	sqlite3_int64 bytes = 0;
	for (int i = 0; i < TRIES; i++) {
		int code = ho_sqlite_empty_log(handle);
		if (code == SQLITE_OK)
			code = sqlite3_exec(handle->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		if (code == SQLITE_OK)
			code = sqlite3_file_control(handle->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
		if (code == SQLITE_OK && log && log->pMethods)
			code = log->pMethods->xFileSize(log, &bytes);
		if (code || bytes == 0)
			return code;
		(void)sqlite3_exec(handle->db, "ROLLBACK", NULL, NULL, NULL);
	}
	return SQLITE_BUSY;
}

int ho_sqlite_wipe(struct ho_sqlite *handle)
{
	struct wipe w = {.code = SQLITE_OK};
	char text[64];
	w.page = ho_alloc(PAGE_MAX, 1);
	int code = w.page ? hold_alone(handle) : SQLITE_NOMEM;
	if (code == SQLITE_OK)
		code = sqlite3_file_control(handle->db, "main", SQLITE_FCNTL_FILE_POINTER, &w.file);
	if (code == SQLITE_OK)
		code = page_size(&w.size, w.file);
	if (code == SQLITE_OK)
		code = wipe_file(&w);
	(void)snprintf(text, sizeof text, "PRAGMA user_version = %d; COMMIT", HO_SQLITE_SCHEMA);
	if (code == SQLITE_OK)
		code = sqlite3_exec(handle->db, text, NULL, NULL, NULL);
	if (!sqlite3_get_autocommit(handle->db))
		(void)sqlite3_exec(handle->db, "ROLLBACK", NULL, NULL, NULL);
	/* This handle's own pages as they were before. */
	(void)sqlite3_db_release_memory(handle->db);
	ho_free(w.page);
	return code;
}
