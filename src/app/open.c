#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/private.h"

enum { PATH_MAX_BYTES = 4096 };

static enum ho_status make_folder(const char *path, struct ho_error *err)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return HO_OK;
	(void)ho_fail_errno(err, HO_EIO, "cannot make the folder of the workspace");
	return err ? ho_error_at(err, "%s", path) : HO_EIO;
}

static enum ho_status join(char path[PATH_MAX_BYTES], const char *dir, const char *name, struct ho_error *err)
{
	int n = snprintf(path, PATH_MAX_BYTES, "%s/%s", dir, name);
	return n < 0 || n >= PATH_MAX_BYTES ? ho_fail(err, HO_EINVAL, "the workspace's path is too long") : HO_OK;
}

/* Say who serves: the process id that the holder wrote into the lock. */
static enum ho_status fail_locked(int fd, const char *dir, struct ho_error *err)
{
	char who[32] = "";
	ssize_t n = pread(fd, who, sizeof who - 1, 0);
	who[n > 0 ? n : 0] = '\0';
	who[strspn(who, "0123456789")] = '\0';
	(void)ho_fail(err, HO_EBUSY, "another server (process %s) works on this workspace; stop it first",
	              *who ? who : "unknown");
	return err ? ho_error_at(err, "%s", dir) : HO_EBUSY;
}

/* Held until the process ends, however it ends. */
static enum ho_status take_lock(int *out, const char *dir, struct ho_error *err)
{
	char path[PATH_MAX_BYTES], who[32];
	enum ho_status status = join(path, dir, "lock", err);
	if (status)
		return status;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		if (errno == EACCES || errno == EROFS)
			(void)ho_fail_errno(err, HO_EIO, "the folder of the workspace cannot be written");
		else
			(void)ho_fail_errno(err, HO_EIO, "cannot open the lock of the workspace");
		return err ? ho_error_at(err, "%s", path) : HO_EIO;
	}
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		status = errno == EWOULDBLOCK ? fail_locked(fd, dir, err)
		                              : ho_fail_errno(err, HO_EIO, "cannot lock the workspace");
		(void)close(fd);
		return status;
	}
	int n = snprintf(who, sizeof who, "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) || pwrite(fd, who, (size_t)n, 0) != n) {
		/* The lock itself holds; only its message would be poorer. */
	}
	*out = fd;
	return HO_OK;
}

/* For its owner only, as a backup is; SQLite gives its log the same mode. Only a file that was not there is touched: to
 * close one that SQLite has open would drop its locks. */
static void make_private(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)close(fd);
}

static enum ho_status open_store(struct ho_store **out, const char *dir, enum ho_app_mode mode, struct ho_error *err)
{
	char path[PATH_MAX_BYTES];
	enum ho_status status = join(path, dir, "handoff.db", err);
	if (status == HO_OK && mode != HO_APP_COMMAND)
		make_private(path);
	if (status == HO_OK)
		status = ho_store_open_sqlite(out, path, mode != HO_APP_COMMAND, err);
	if (status == HO_ENOTFOUND) {
		(void)ho_fail(
		    err, HO_ENOTFOUND,
		    "there is no workspace here; `handoff deploy MODEL --workspace DIR --task NAME` makes one");
		if (err)
			(void)ho_error_at(err, "%s", dir);
	}
	return status;
}

static enum ho_status make_folders(const char *dir, char models[PATH_MAX_BYTES], struct ho_error *err)
{
	enum ho_status status = make_folder(dir, err);
	return status ? status : make_folder(models, err);
}

enum ho_status ho_app_open(struct ho_app **out, const char *dir, enum ho_app_mode mode, struct ho_error *err)
{
	char models[PATH_MAX_BYTES];
	struct ho_store *store = NULL;
	uint64_t seed = 0;
	int lock = -1;
	*out = NULL;
	enum ho_status status = join(models, dir, "models", err);
	if (status == HO_OK && mode != HO_APP_COMMAND)
		status = make_folders(dir, models, err);
	if (status == HO_OK && mode == HO_APP_SERVE)
		status = take_lock(&lock, dir, err);
	if (status == HO_OK && getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
		status = ho_fail_errno(err, HO_EUNAVAIL, "the system gives no random numbers");
	if (status == HO_OK)
		status = open_store(&store, dir, mode, err);
	if (status == HO_OK)
		status = ho_app__open_on(out, store, models, NULL, NULL, seed, mode != HO_APP_SERVE, err);
	if (status == HO_OK)
		(*out)->lock_fd = lock;
	else if (lock >= 0)
		(void)close(lock);
	if (status == HO_OK && mode == HO_APP_SERVE) {
		status = ho_app_serve(*out, err);
		if (status) {
			ho_app_close(*out);
			*out = NULL;
		}
	}
	return status;
}
