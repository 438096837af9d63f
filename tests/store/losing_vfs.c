#include "store/losing_vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

enum { FILES = 16, REGIONS = 64, SECTOR = 512 };

struct bytes {
	char *data;
	size_t len;
};

struct write {
	size_t at, len; /**< len SIZE_MAX: cut to `at` */
	char *data;
};

struct disk_file {
	char name[64];
	bool there, on_plate;
	struct bytes seen, plate;
	struct write *writes; /**< since the last sync */
	size_t n, cap;
	void *regions[REGIONS];
	int shared[8], exclusive[8];
};

struct open_file {
	sqlite3_file base;
	struct disk_file *file;
	bool locked[8], holds_exclusive[8];
};

static struct disk_file files[FILES];
static struct ho_rng rng;
static long countdown, calls;
static bool dead;

/* A store folds its log in a thread of its own. */
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static pthread_mutex_t *take(void)
{
	(void)pthread_mutex_lock(&lock);
	return &lock;
}

static void give(pthread_mutex_t **taken)
{
	(void)pthread_mutex_unlock(*taken);
}

#define ALONE __attribute__((cleanup(give), unused)) pthread_mutex_t *alone = take()

static void resize(struct bytes *b, size_t len)
{
	if (len > b->len) {
		b->data = realloc(b->data, len);
		if (!b->data)
			abort();
		memset(b->data + b->len, 0, len - b->len);
	}
	b->len = len;
}

static void apply(struct bytes *b, const struct write *w, size_t len)
{
	if (w->len == SIZE_MAX) {
		resize(b, w->at);
		return;
	}
	if (w->at + len > b->len)
		resize(b, w->at + len);
	memcpy(b->data + w->at, w->data, len);
}

static void drop_writes(struct disk_file *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->writes[i].data);
	f->n = 0;
}

/* Some writes reach the plate, whole, in part (sectors), or not at all. */
static void lose(struct disk_file *f)
{
	bool all = ho_rng_below(&rng, 4) == 0, none = ho_rng_below(&rng, 4) == 0;
	for (size_t i = 0; i < f->n; i++) {
		struct write *w = &f->writes[i];
		size_t len = w->len;
		if (!all && (none || ho_rng_below(&rng, 2)))
			continue;
		if (!all && len != SIZE_MAX && ho_rng_below(&rng, 3) == 0)
			len = ho_rng_below(&rng, len / SECTOR + 1) * SECTOR;
		apply(&f->plate, w, len);
	}
	drop_writes(f);
	/* A new name in a folder may be lost as well, if the file was never synced. */
	f->on_plate = f->on_plate || (f->there && f->plate.len > 0);
}

static bool dies(void)
{
	calls++;
	if (!dead && countdown > 0 && --countdown == 0) {
		dead = true;
		for (size_t i = 0; i < FILES; i++)
			lose(&files[i]);
	}
	return dead;
}

static void record(struct disk_file *f, struct write w)
{
	if (f->n == f->cap) {
		f->cap = f->cap * 2 + 16;
		f->writes = realloc(f->writes, f->cap * sizeof *f->writes);
		if (!f->writes)
			abort();
	}
	f->writes[f->n++] = w;
}

static int do_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
	ALONE;
	const struct bytes *b = &((struct open_file *)file)->file->seen;
	size_t from = (size_t)at, len = (size_t)n, have = from < b->len ? b->len - from : 0;
	if (dead)
		return SQLITE_IOERR_READ;
	have = have < len ? have : len;
	if (have)
		memcpy(to, b->data + from, have);
	memset((char *)to + have, 0, len - have);
	return have < len ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static int do_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
	ALONE;
	struct disk_file *f = ((struct open_file *)file)->file;
	struct write w = {(size_t)at, (size_t)n, malloc((size_t)n)};
	if (!w.data)
		abort();
	memcpy(w.data, from, (size_t)n);
	if (!dead) {
		apply(&f->seen, &w, w.len);
		record(f, w);
	} else {
		free(w.data);
	}
	return dies() ? SQLITE_IOERR_WRITE : SQLITE_OK;
}

static int do_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	ALONE;
	struct disk_file *f = ((struct open_file *)file)->file;
	struct write w = {(size_t)size, SIZE_MAX, NULL};
	if (!dead) {
		apply(&f->seen, &w, w.len);
		record(f, w);
	}
	return dies() ? SQLITE_IOERR_TRUNCATE : SQLITE_OK;
}

static int do_sync(sqlite3_file *file, int flags)
{
	ALONE;
	struct disk_file *f = ((struct open_file *)file)->file;
	(void)flags;
	if (dies())
		return SQLITE_IOERR_FSYNC;
	for (size_t i = 0; i < f->n; i++)
		apply(&f->plate, &f->writes[i], f->writes[i].len);
	drop_writes(f);
	f->on_plate = true;
	return SQLITE_OK;
}

static int do_size(sqlite3_file *file, sqlite3_int64 *size)
{
	ALONE;
	*size = (sqlite3_int64)((struct open_file *)file)->file->seen.len;
	return dead ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

/* One process: locks of the file itself are never in the way. */
static int do_lock(sqlite3_file *file, int level)
{
	(void)file, (void)level;
	return dead ? SQLITE_IOERR_LOCK : SQLITE_OK;
}

static int do_reserved(sqlite3_file *file, int *out)
{
	(void)file;
	*out = 0;
	return SQLITE_OK;
}

static int do_control(sqlite3_file *file, int op, void *arg)
{
	(void)file, (void)op, (void)arg;
	return SQLITE_NOTFOUND;
}

static int do_sector(sqlite3_file *file)
{
	(void)file;
	return SECTOR;
}

static int do_traits(sqlite3_file *file)
{
	(void)file;
	return 0;
}

static int do_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
	ALONE;
	struct disk_file *f = ((struct open_file *)file)->file;
	*out = NULL;
	if (dead || region >= REGIONS)
		return SQLITE_IOERR_SHMMAP;
	if (!f->regions[region] && extend)
		f->regions[region] = calloc(1, (size_t)size);
	*out = f->regions[region];
	return SQLITE_OK;
}

static int do_shm_lock(sqlite3_file *file, int first, int n, int flags)
{
	ALONE;
	struct open_file *o = (struct open_file *)file;
	struct disk_file *f = o->file;
	bool exclusive = flags & SQLITE_SHM_EXCLUSIVE, take = flags & SQLITE_SHM_LOCK;
	for (int i = first; take && i < first + n; i++)
		if ((f->exclusive[i] && !o->holds_exclusive[i]) || (exclusive && f->shared[i] > (o->locked[i] ? 1 : 0)))
			return SQLITE_BUSY;
	for (int i = first; i < first + n; i++) {
		bool *mine = exclusive ? &o->holds_exclusive[i] : &o->locked[i];
		int *all = exclusive ? &f->exclusive[i] : &f->shared[i];
		*all += (int)take - (int)*mine;
		*mine = take;
	}
	return SQLITE_OK;
}

static void do_barrier(sqlite3_file *file)
{
	(void)file;
	__sync_synchronize();
}

static int do_unmap(sqlite3_file *file, int delete)
{
	(void)file, (void)delete;
	return SQLITE_OK;
}

static int do_close(sqlite3_file *file)
{
	ALONE;
	for (int i = 0; i < 8; i++) {
		(void)do_shm_lock(file, i, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
		(void)do_shm_lock(file, i, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
	}
	return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = do_close,
    .xRead = do_read,
    .xWrite = do_write,
    .xTruncate = do_truncate,
    .xSync = do_sync,
    .xFileSize = do_size,
    .xLock = do_lock,
    .xUnlock = do_lock,
    .xCheckReservedLock = do_reserved,
    .xFileControl = do_control,
    .xSectorSize = do_sector,
    .xDeviceCharacteristics = do_traits,
    .xShmMap = do_map,
    .xShmLock = do_shm_lock,
    .xShmBarrier = do_barrier,
    .xShmUnmap = do_unmap,
};

static struct disk_file *find(const char *name)
{
	for (size_t i = 0; i < FILES; i++)
		if (files[i].there && strcmp(files[i].name, name) == 0)
			return &files[i];
	return NULL;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	ALONE;
	struct open_file *o = (struct open_file *)file;
	(void)vfs;
	*o = (struct open_file){.base.pMethods = NULL};
	if (dead || !name)
		return SQLITE_CANTOPEN;
	o->file = find(name);
	for (size_t i = 0; !o->file && flags & SQLITE_OPEN_CREATE && i < FILES; i++)
		if (!files[i].there && !files[i].on_plate) {
			o->file = &files[i];
			(void)snprintf(files[i].name, sizeof files[i].name, "%s", name);
			files[i].there = true;
		}
	if (!o->file)
		return SQLITE_CANTOPEN;
	o->base.pMethods = &methods;
	if (out)
		*out = flags;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	ALONE;
	struct disk_file *f = find(name);
	(void)vfs, (void)sync;
	if (dies())
		return SQLITE_IOERR_DELETE;
	if (!f)
		return SQLITE_IOERR_DELETE_NOENT;
	/* Deleted in the folder at once: the log is deleted only after all of it was folded in and synced. */
	drop_writes(f);
	free(f->seen.data), free(f->plate.data);
	f->seen = f->plate = (struct bytes){NULL, 0};
	f->there = f->on_plate = false;
	return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	ALONE;
	const struct disk_file *f = find(name);
	(void)vfs;
	*out = f && (flags != SQLITE_ACCESS_EXISTS || f->seen.len > 0);
	return dead ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

static int vfs_full(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
	(void)vfs;
	(void)snprintf(out, (size_t)n, "%s", name);
	return SQLITE_OK;
}

void losing_register(uint64_t seed)
{
	static sqlite3_vfs vfs;
	sqlite3_vfs *real = sqlite3_vfs_find("unix");
	rng = ho_rng_seed(seed, 1);
	vfs = *real;
	vfs.iVersion = 2;
	vfs.pNext = NULL;
	vfs.szOsFile = sizeof(struct open_file);
	vfs.mxPathname = 60;
	vfs.zName = "losing";
	vfs.xOpen = vfs_open;
	vfs.xDelete = vfs_delete;
	vfs.xAccess = vfs_access;
	vfs.xFullPathname = vfs_full;
	(void)sqlite3_vfs_register(&vfs, 1);
}

void losing_kill_at(long n)
{
	ALONE;
	countdown = n;
}

bool losing_is_dead(void)
{
	ALONE;
	return dead;
}

long losing_calls(void)
{
	return calls;
}

static void forget_memory(struct disk_file *f)
{
	for (size_t i = 0; i < REGIONS; i++) {
		free(f->regions[i]);
		f->regions[i] = NULL;
	}
	memset(f->shared, 0, sizeof f->shared);
	memset(f->exclusive, 0, sizeof f->exclusive);
}

void losing_revive(void)
{
	dead = false;
	countdown = 0;
	for (size_t i = 0; i < FILES; i++) {
		struct disk_file *f = &files[i];
		forget_memory(f);
		drop_writes(f);
		f->there = f->on_plate;
		resize(&f->seen, 0);
		resize(&f->seen, f->plate.len);
		if (f->plate.len)
			memcpy(f->seen.data, f->plate.data, f->plate.len);
	}
}

void losing_clear(void)
{
	for (size_t i = 0; i < FILES; i++) {
		forget_memory(&files[i]);
		drop_writes(&files[i]);
		free(files[i].seen.data), free(files[i].plate.data), free(files[i].writes);
		memset(&files[i], 0, sizeof files[i]);
	}
	dead = false;
	countdown = calls = 0;
}
