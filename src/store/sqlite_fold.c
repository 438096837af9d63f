/*
 * Folding the log into the file, beside the writer instead of inside its commits. A thread with a connection of its own
 * copies most of the log while commits go on. The log begins anew only after a moment in which all of it is copied,
 * which a busy writer would never leave to the thread: so the thread copies until little is left, and the writer copies
 * that rest behind its next commit. Nothing is lost by any of it: a commit is in the log, synced, before it is told.
 */
#include "store/sqlite_private.h"

#include <pthread.h>

#include "base/alloc.h"

/* Pages of 4 KiB in the log: from when on the thread folds; where the writer folds although the thread should have; how
 * many the thread may leave to the writer, and how often it tries for so few. */
enum { FOLD_AT = 2000, FAR = 16000, REST = 200, ROUNDS = 4 };

enum state { IDLE, ASKED, REST_IS_LEFT };

struct ho_sqlite_fold {
	char *path; /* borrowed from the handle, which outlives this */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t asked;
	enum state state;
	bool started, stop;
	int at, far, next_far; /* pages */
};

static int connect(sqlite3 **out, const char *path)
{
	int code =
	    sqlite3_open_v2(path, out, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	/* Closing is the writer's to do, and its is the last word on the log. */
	if (code == SQLITE_OK)
		code = sqlite3_db_config(*out, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(*out, "PRAGMA synchronous = FULL; PRAGMA cache_size = -64", NULL, NULL, NULL);
	return code;
}

/* Copy until little came meanwhile. What fails here is tried again by the next one who folds, and the log keeps it. */
static void copy(sqlite3 *db)
{
	int before = 0, pages, copied;
	for (int i = 0; i < ROUNDS; i++) {
		int code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
		if (code || copied < pages || (i && pages - before <= REST))
			return;
		before = pages;
	}
}

static bool wait_for_work(struct ho_sqlite_fold *fold)
{
	(void)pthread_mutex_lock(&fold->lock);
	while (fold->state != ASKED && !fold->stop)
		(void)pthread_cond_wait(&fold->asked, &fold->lock);
	bool stop = fold->stop;
	(void)pthread_mutex_unlock(&fold->lock);
	return !stop;
}

static void *work(void *context)
{
	struct ho_sqlite_fold *fold = context;
	sqlite3 *db = NULL;
	while (wait_for_work(fold)) {
		if (db || connect(&db, fold->path) == SQLITE_OK) {
			copy(db);
		} else {
			(void)sqlite3_close(db);
			db = NULL;
		}
		(void)pthread_mutex_lock(&fold->lock);
		fold->state = REST_IS_LEFT;
		(void)pthread_mutex_unlock(&fold->lock);
	}
	(void)sqlite3_close(db);
	return NULL;
}

/* False: there is no thread to be had. */
static bool ask(struct ho_sqlite_fold *fold)
{
	fold->started = fold->started || pthread_create(&fold->thread, NULL, work, fold) == 0;
	if (!fold->started)
		return false;
	fold->state = ASKED;
	(void)pthread_cond_signal(&fold->asked);
	return true;
}

/* Is it the writer's turn? With a reader in the way each try is in vain: far up, not every commit tries. */
static bool is_writers_turn(struct ho_sqlite_fold *fold, int pages)
{
	bool turn = fold->state == REST_IS_LEFT;
	if (turn)
		fold->state = IDLE;
	else if (fold->state == IDLE && pages >= fold->at)
		turn = !ask(fold);
	if (pages < fold->far)
		fold->next_far = fold->far;
	if (pages < fold->next_far)
		return turn;
	fold->next_far = pages + fold->far / 16;
	return true;
}

static int after_commit(void *context, sqlite3 *db, const char *name, int pages)
{
	struct ho_sqlite_fold *fold = context;
	(void)pthread_mutex_lock(&fold->lock);
	bool turn = is_writers_turn(fold, pages);
	(void)pthread_mutex_unlock(&fold->lock);
	/* As with SQLite's own hook, a failure here is not one of the commit. */
	if (turn)
		(void)sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

enum ho_status ho_sqlite_fold_start(struct ho_sqlite *handle, struct ho_error *err)
{
	struct ho_sqlite_fold *fold = ho_calloc(1, sizeof *fold);
	if (!fold)
		return ho_fail_nomem(err);
	fold->path = handle->path;
	(void)pthread_mutex_init(&fold->lock, NULL);
	(void)pthread_cond_init(&fold->asked, NULL);
	handle->fold = fold;
	ho_sqlite_fold_at(handle, FOLD_AT, FAR);
	ho_sqlite_fold_watch(handle);
	return HO_OK;
}

void ho_sqlite_fold_at(struct ho_sqlite *handle, int pages, int far)
{
	struct ho_sqlite_fold *fold = handle->fold;
	(void)pthread_mutex_lock(&fold->lock);
	fold->at = pages;
	fold->far = fold->next_far = far;
	(void)pthread_mutex_unlock(&fold->lock);
}

void ho_sqlite_fold_watch(struct ho_sqlite *handle)
{
	if (handle->fold)
		(void)sqlite3_wal_hook(handle->db, after_commit, handle->fold);
}

void ho_sqlite_fold_stop(struct ho_sqlite *handle)
{
	struct ho_sqlite_fold *fold = handle->fold;
	if (!fold)
		return;
	(void)sqlite3_wal_hook(handle->db, NULL, NULL);
	(void)pthread_mutex_lock(&fold->lock);
	fold->stop = true;
	(void)pthread_cond_signal(&fold->asked);
	(void)pthread_mutex_unlock(&fold->lock);
	if (fold->started)
		(void)pthread_join(fold->thread, NULL);
	(void)pthread_cond_destroy(&fold->asked);
	(void)pthread_mutex_destroy(&fold->lock);
	ho_free(fold);
	handle->fold = NULL;
}
