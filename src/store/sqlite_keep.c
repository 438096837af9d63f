/* Copies of the whole, and erasing what was deleted. */
#include "store/sqlite_private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static enum ho_status fail_at(struct ho_error *err, const char *path, enum ho_status status)
{
	if (err)
		(void)ho_error_at(err, "%s", path);
	return status;
}

/* A new, empty, private file. */
static enum ho_status create(const char *path, struct ho_error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return fail_at(err, path, ho_fail(err, HO_ECONFLICT, "the file exists; name a new one"));
	if (fd < 0)
		return fail_at(err, path, ho_fail_errno(err, HO_EIO, "cannot create the backup"));
	(void)close(fd);
	return HO_OK;
}

static int copy(struct ho_sqlite *handle, const char *path)
{
	sqlite3 *to;
	int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (code == SQLITE_OK) {
		/* All in one step: one snapshot, while writers go on. */
		sqlite3_backup *backup = sqlite3_backup_init(to, "main", handle->db, "main");
		if (backup)
			(void)sqlite3_backup_step(backup, -1);
		(void)sqlite3_backup_finish(backup);
		code = sqlite3_errcode(to);
	}
	int closed = sqlite3_close(to);
	return code ? code : closed;
}

static enum ho_status sync_path(const char *path, int flags, struct ho_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	if (fd < 0 || fsync(fd)) {
		enum ho_status status = ho_fail_errno(err, HO_EIO, "cannot sync the backup");
		if (fd >= 0)
			(void)close(fd);
		return fail_at(err, path, status);
	}
	(void)close(fd);
	return HO_OK;
}

static enum ho_status sync_folder(const char *path, struct ho_error *err)
{
	char folder[4096] = ".";
	const char *slash = strrchr(path, '/');
	size_t n = slash == path ? 1 : slash ? (size_t)(slash - path) : 0;
	if (n >= sizeof folder)
		return ho_fail(err, HO_EINVAL, "the path of the backup is too long");
	if (n) {
		memcpy(folder, path, n);
		folder[n] = '\0';
	}
	return sync_path(folder, O_DIRECTORY, err);
}

enum ho_status ho_sqlite_backup(struct ho_store *store, const char *path, struct ho_error *err)
{
	enum ho_status status = create(path, err);
	if (status)
		return status;
	int code = copy(ho_sqlite(store), path);
	if (code)
		status = fail_at(err, path, ho_sqlite_fail(err, ho_sqlite(store), code));
	if (status == HO_OK)
		status = sync_path(path, 0, err);
	if (status == HO_OK)
		status = sync_folder(path, err);
	if (status)
		(void)unlink(path);
	return status;
}

enum ho_status ho_sqlite_scrub(struct ho_store *store, struct ho_error *err)
{
	struct ho_sqlite *handle = ho_sqlite(store);
	if (!handle->writer || handle->in_group)
		return ho_fail(err, HO_EBUG, "scrubbing inside a group, or by a reader");
	/* Words of deleted texts stay in the search lists until these are written anew. */
	int code =
	    sqlite3_exec(handle->db, "INSERT INTO item_search(item_search) VALUES('optimize')", NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = ho_sqlite_wipe(handle);
	if (code == SQLITE_OK)
		code = ho_sqlite_empty_log(handle);
	return code ? ho_sqlite_fail(err, handle, code) : HO_OK;
}
