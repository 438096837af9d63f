/*
 * Folding the log into the file, beside the writer instead of inside its commits. A thread with a connection of its own
 * copies most of the log while commits go on. The log begins anew only after a moment in which all of it is copied,
 * which a busy writer would never leave to the thread: so the thread copies until little is left, and the writer copies
 * that rest behind its next commit. Nothing is lost by any of it: a commit is in the log, synced, before it is told.
 *
 * Texts whose time is over were zeroed where they lay, but that stands in the log until it is folded, and the log
 * itself holds what was written before. On a quiet day that would be long: so after such a commit the thread folds at
 * once and cuts the log to nothing, once a minute at most.
 */
#include "store/sqlite_private.h"

#include <pthread.h>

#include "base/alloc.h"
#include "base/clock.h"

/* Pages of 4 KiB in the log: from when on the thread folds; where the writer folds although the thread should have; how
 * many the thread may leave to the writer, and how often it tries for so few. */
enum { FOLD_AT = 2000, FAR = 16000, REST = 200, ROUNDS = 4 };
/* How often the log is emptied at most, in seconds, and how patiently it is tried beside a writer. */
enum { EMPTY_EACH_S = 60, EMPTY_TRIES = 50, EMPTY_WAIT_MS = 20 };

enum state { IDLE, ASKED, REST_IS_LEFT };

struct ho_sqlite_fold {
	char *path; /* borrowed from the handle, which outlives this */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t asked;
	enum state state;
	bool started, stop;
	bool empty;            /* texts were erased since the log was emptied */
	double emptied_at;     /* monotonic seconds */
	int at, far, next_far; /* pages */
	bool erased;           /* by the open group; the writer's, not locked */
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

/* False: readers or writers were in the way all the time. */
static bool empty_log(sqlite3 *db)
{
	for (int i = 0; i < EMPTY_TRIES; i++) {
		if (sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_BUSY)
			return true;
		(void)sqlite3_sleep(EMPTY_WAIT_MS);
	}
	return false;
}

static bool is_time_to_empty(const struct ho_sqlite_fold *fold)
{
	return fold->empty && ho_clock_seconds() >= fold->emptied_at + EMPTY_EACH_S;
}

static void wait_a_second(struct ho_sqlite_fold *fold)
{
	struct timespec until;
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	(void)pthread_cond_timedwait(&fold->asked, &fold->lock, &until);
}

/* *empty: the log is to be emptied too. */
static bool wait_for_work(struct ho_sqlite_fold *fold, bool *empty)
{
	(void)pthread_mutex_lock(&fold->lock);
	while (fold->state != ASKED && !fold->stop && !is_time_to_empty(fold))
		if (fold->empty)
			wait_a_second(fold);
		else
			(void)pthread_cond_wait(&fold->asked, &fold->lock);
	bool stop = fold->stop;
	*empty = is_time_to_empty(fold);
	if (*empty) {
		fold->empty = false;
		fold->emptied_at = ho_clock_seconds();
	}
	(void)pthread_mutex_unlock(&fold->lock);
	return !stop;
}

static void *work(void *context)
{
	struct ho_sqlite_fold *fold = context;
	sqlite3 *db = NULL;
	bool empty, emptied;
	while (wait_for_work(fold, &empty)) {
		emptied = false;
		if (db || connect(&db, fold->path) == SQLITE_OK) {
			copy(db);
			emptied = empty && empty_log(db);
		} else {
			(void)sqlite3_close(db);
			db = NULL;
		}
		(void)pthread_mutex_lock(&fold->lock);
		fold->state = REST_IS_LEFT;
		fold->empty |= empty && !emptied; /* in a minute again */
		(void)pthread_mutex_unlock(&fold->lock);
	}
	(void)sqlite3_close(db);
	return NULL;
}

/* False: there is no thread to be had. */
static bool wake(struct ho_sqlite_fold *fold)
{
	fold->started = fold->started || pthread_create(&fold->thread, NULL, work, fold) == 0;
	(void)pthread_cond_signal(&fold->asked);
	return fold->started;
}

static bool ask(struct ho_sqlite_fold *fold)
{
	if (!wake(fold))
		return false;
	fold->state = ASKED;
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
	if (fold->erased) {
		fold->erased = false;
		fold->empty = true;
		(void)wake(fold); /* without a thread the log is folded when it is long, as ever */
	}
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
	fold->emptied_at = -EMPTY_EACH_S;
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

void ho_sqlite_fold_erased(struct ho_sqlite *handle)
{
	if (handle->fold)
		handle->fold->erased = true;
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
