/* What the SQLite store owes to its file: schemas, refusals, other processes, full disks, copies, erasing. */
#include "store/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/rng.h"
#include "store/sqlite_private.h"

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	char *message = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &message))
		fail_msg("%s: %s", sql, message);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int64_t ask(const char *path, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *statement;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return number;
}

static bool exists(const char *path, const char *suffix)
{
	char whole[128];
	struct stat st;
	snprintf(whole, sizeof whole, "%s%s", path, suffix);
	return stat(whole, &st) == 0;
}

static char *contents(const char *path, const char *suffix, size_t *len)
{
	char whole[128];
	snprintf(whole, sizeof whole, "%s%s", path, suffix);
	FILE *file = fopen(whole, "rb");
	*len = 0;
	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	*len = (size_t)ftell(file);
	rewind(file);
	char *bytes = malloc(*len + 1);
	assert_int_equal(fread(bytes, 1, *len, file), *len);
	fclose(file);
	return bytes;
}

/* A file as the program of that schema left it. */
static void make_schema(struct world *w, int version)
{
	char number[80];
	world_close(w);
	(void)unlink(w->path);
	for (int step = 1; step <= version; step++)
		run_sql(w->path, ho_sqlite_migration(step));
	snprintf(number, sizeof number, "PRAGMA application_id = %d; PRAGMA user_version = %d", HO_SQLITE_APPLICATION,
	         version);
	run_sql(w->path, number);
}

static void test_migrates_from_every_schema(void **state)
{
	struct world *w = *state;
	for (int version = 1; version <= HO_SQLITE_SCHEMA; version++) {
		struct ho_task task;
		struct ho_queue_figures figures;
		struct ho_queued *waiting;
		const struct ho_queue_filter unsure = {.task = "urgent", .limit = 10};
		size_t n;
		make_schema(w, version);
		run_sql(w->path,
		        "INSERT INTO task(name, paused, created_at) VALUES('urgent', 0, 77);"
		        "INSERT INTO queue(item, task, unsure, novel, chance, fingerprint, due_at, not_before, since, "
		        "audit, lease_expires) VALUES('a','urgent',0,0,0,0,0,0,5,1,0), "
		        "('b','urgent',0,0,0,0,0,0,6,0,0)");
		if (version >= 3) /* counted by the program since then */
			run_sql(w->path, "INSERT INTO queue_count VALUES('urgent', 2, 1)");
		world_open(w);
		OK(w, queue_list(&waiting, &n, w->store, &unsure, &w->arena, &w->err));
		assert_int_equal(n, 2);
		OK(w, task_get(&task, w->store, "urgent", &w->arena, &w->err));
		assert_int_equal(task.epoch_at, version == 1 ? 77 : 0);
		OK(w, queue_figures(&figures, w->store, "urgent", 0, &w->err));
		assert_int_equal(figures.waiting, 2);
		assert_int_equal(figures.audits, 1);
		BEGIN(w);
		OK(w, queue_remove(w->store, &(struct ho_id){"a"}, &w->err));
		COMMIT(w);
		OK(w, queue_figures(&figures, w->store, "urgent", 0, &w->err));
		assert_int_equal(figures.waiting, 1);
		world_close(w);
		assert_int_equal(ask(w->path, "PRAGMA user_version"), HO_SQLITE_SCHEMA);
		assert_int_equal(ask(w->path, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	}
	assert_null(ho_sqlite_migration(HO_SQLITE_SCHEMA + 1));
}

/* Audits of the epoch that runs stay in it; those before it, or of another model, belong to none. */
static void test_audits_keep_their_epoch(void **state)
{
	struct world *w = *state;
	make_schema(w, 2);
	run_sql(w->path,
	        "INSERT INTO task(name, paused, champion, created_at, epoch_at) VALUES('urgent', 0, 'm', 7, 77);"
	        "INSERT INTO item(id, task, model, audit, created_at, decision, reason, role, status, answered_none,"
	        " forgotten, flagged, answered_at, due_at, took_ms, sent)"
	        " SELECT 'i' || at || model || audit, 'urgent', model, audit, at, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0"
	        " FROM (SELECT 76 at UNION SELECT 77), (SELECT 'm' model UNION SELECT 'n'),"
	        " (SELECT 0 audit UNION SELECT 3)");
	world_open(w);
	world_close(w);
	assert_int_equal(ask(w->path, "SELECT count(*) FROM item WHERE epoch_at = 77"), 1);
	assert_int_equal(ask(w->path, "SELECT count(*) FROM item WHERE id = 'i77m3' AND epoch_at = 77"), 1);
	assert_int_equal(ask(w->path, "SELECT count(*) FROM item WHERE epoch_at = 0"), 7);
	world_open(w);
}

static void test_a_failed_migration_changes_nothing(void **state)
{
	struct world *w = *state;
	make_schema(w, 1);
	run_sql(w->path, "CREATE TABLE queue_count(in_the_way)");
	assert_int_not_equal(ho_store_open_sqlite(&w->store, w->path, true, &w->err), HO_OK);
	assert_null(w->store);
	assert_string_equal(w->err.place, w->path);
	assert_int_equal(ask(w->path, "PRAGMA user_version"), 1);
	assert_int_equal(ask(w->path, "SELECT count(*) FROM pragma_table_info('task') WHERE name = 'epoch_at'"), 0);
	run_sql(w->path, "DROP TABLE queue_count");
	world_open(w);
}

static void refuse(struct world *w, enum ho_status code)
{
	size_t before, after;
	char *was = contents(w->path, "", &before), *is;
	assert_int_equal(ho_store_open_sqlite(&w->store, w->path, true, &w->err), code);
	assert_null(w->store);
	assert_string_equal(w->err.place, w->path);
	is = contents(w->path, "", &after);
	assert_int_equal(before, after);
	assert_memory_equal(was, is, before);
	free(was), free(is);
}

static void test_newer_is_refused_and_not_touched(void **state)
{
	struct world *w = *state;
	world_close(w);
	run_sql(w->path, "PRAGMA user_version = 99");
	refuse(w, HO_EUNAVAIL);
	assert_false(exists(w->path, "-wal"));
	assert_false(exists(w->path, "-shm"));
	/* Also when the newer program was killed and its number stands in the log only. */
	(void)unlink(w->path);
	world_open(w);
	world_close(w);
	pid_t child = fork();
	if (child == 0) {
		sqlite3 *db;
		if (sqlite3_open(w->path, &db) == SQLITE_OK)
			(void)sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL);
		(void)raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(exists(w->path, "-wal"));
	size_t before, after;
	char *was = contents(w->path, "-wal", &before), *is;
	refuse(w, HO_EUNAVAIL);
	is = contents(w->path, "-wal", &after);
	assert_int_equal(before, after);
	assert_memory_equal(was, is, before);
	free(was), free(is);
}

static void test_not_a_workspace(void **state)
{
	struct world *w = *state;
	world_close(w);
	FILE *file = fopen(w->path, "wb");
	for (int i = 0; i < 5000; i++)
		fputs("no database ", file);
	fclose(file);
	refuse(w, HO_EFORMAT);
	(void)unlink(w->path);
	file = fopen(w->path, "wb");
	fputs("short", file);
	fclose(file);
	refuse(w, HO_EFORMAT);
	(void)unlink(w->path);
	run_sql(w->path, "CREATE TABLE theirs(a); PRAGMA user_version = 1");
	refuse(w, HO_EFORMAT);
	(void)unlink(w->path);
	assert_int_equal(ho_store_open_sqlite(&w->store, w->path, false, &w->err), HO_ENOTFOUND);
	assert_false(exists(w->path, ""));
	assert_int_equal(ho_store_open_sqlite(&w->store, "/nowhere/at/all.db", true, &w->err), HO_EIO);
	assert_string_equal(w->err.place, "/nowhere/at/all.db");
}

static void test_damage_is_told(void **state)
{
	struct world *w = *state;
	struct ho_item *items;
	size_t n;
	enum ho_status worst = HO_OK;
	BEGIN(w);
	for (unsigned i = 0; i < 3000; i++) {
		struct ho_item item = item_of(i);
		OK(w, item_add(w->store, &item, &w->err));
	}
	COMMIT(w);
	world_close(w);
	int fd = open(w->path, O_RDWR);
	for (off_t at = 40960; at < 400000; at += 4096)
		assert_int_equal(pwrite(fd, "damage damage damage", 20, at), 20);
	close(fd);
	if (ho_store_open_sqlite(&w->store, w->path, false, &w->err) == HO_OK) {
		worst =
		    w->ops->item_list(&items, &n, w->store, &(struct ho_item_filter){.task = "urgent", .limit = 5000},
		                      &w->arena, &w->err);
		assert_int_equal(worst, HO_EIO);
	}
	assert_string_equal(w->err.place, w->path);
}

static void test_second_process(void **state)
{
	struct world *w = *state;
	int ready[2], go[2];
	char byte = 0;
	uint64_t before, after;
	assert_int_equal(pipe(ready) | pipe(go), 0);
	world_close(w);
	pid_t child = fork();
	if (child == 0) {
		struct ho_store *other;
		struct ho_item item = item_of(1);
		bool ok = ho_store_open_sqlite(&other, w->path, true, NULL) == HO_OK &&
		          other->ops->begin(other, NULL) == HO_OK &&
		          other->ops->item_add(other, &item, NULL) == HO_OK && write(ready[1], "r", 1) == 1 &&
		          read(go[0], &byte, 1) == 1 && other->ops->commit(other, NULL) == HO_OK;
		(void)!write(ready[1], ok ? "y" : "n", 1);
		(void)!read(go[0], &byte, 1);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	world_open(w);
	OK(w, version(&before, w->store, &w->err));
	/* Not the five seconds of the product. */
	(void)sqlite3_busy_timeout(ho_sqlite(w->store)->db, 50);
	FAILS(w, HO_EBUSY, begin(w->store, &w->err));
	assert_string_equal(w->err.place, w->path);
	assert_int_equal(write(go[1], "g", 1), 1);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 'y');
	OK(w, version(&after, w->store, &w->err));
	assert_true(before != after);
	struct ho_item back;
	OK(w, item_get(&back, w->store, &(struct ho_id){"01K000000001ABCDEFGHJKMNPQ"}, &w->arena, &w->err));
	BEGIN(w);
	COMMIT(w);
	assert_int_equal(write(go[1], "g", 1), 1);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(ready[0]), close(ready[1]), close(go[0]), close(go[1]);
}

static void test_full_disk(void **state)
{
	struct world *w = *state;
	struct rlimit old, small = {.rlim_cur = 1 << 20};
	struct ho_item back, big = item_of(0);
	unsigned kept = 0;
	enum ho_status status = HO_OK;
	char *text = calloc(1, 20000);
	memset(text, 'x', 20000);
	big.text = ho_slice(text, 20000);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (unsigned i = 1; status == HO_OK && i < 1000; i++) {
		big.id = id_of(i);
		status = w->ops->begin(w->store, &w->err);
		if (status == HO_OK)
			status = w->ops->item_add(w->store, &big, &w->err);
		if (status == HO_OK)
			status = w->ops->commit(w->store, &w->err);
		else
			w->ops->rollback(w->store);
		kept += status == HO_OK;
	}
	assert_int_equal(status, HO_EIO);
	assert_string_equal(w->err.place, w->path);
	assert_true(kept > 2);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	/* What was acknowledged is there, what was not is not, and writing goes on. */
	for (int again = 0; again < 2; again++) {
		for (unsigned i = 1; i <= kept + 1; i++) {
			struct ho_id id = id_of(i);
			FAILS(w, i <= kept ? HO_OK : HO_ENOTFOUND, item_get(&back, w->store, &id, &w->arena, &w->err));
		}
		big.id = id_of(kept + 2 + (unsigned)again);
		add_item(w, &big);
		world_close(w);
		world_open(w);
	}
	free(text);
}

static void *write_on(void *context)
{
	struct world *w = context;
	for (unsigned i = 1; i <= 400; i++) {
		struct ho_item a = item_of(2 * i), b = item_of(2 * i + 1);
		BEGIN(w);
		OK(w, item_add(w->store, &a, &w->err));
		OK(w, item_add(w->store, &b, &w->err));
		COMMIT(w);
	}
	return NULL;
}

static void test_backup_while_writing(void **state)
{
	struct world *w = *state;
	struct ho_store *reader;
	struct ho_error err;
	char copy[128];
	pthread_t thread;
	snprintf(copy, sizeof copy, "%s/copy.db", w->dir);
	OK(w, reader(&reader, w->store, &w->err));
	struct ho_item first = item_of(1);
	add_item(w, &first);
	assert_int_equal(pthread_create(&thread, NULL, write_on, w), 0);
	for (int i = 0; i < 10; i++) {
		(void)unlink(copy);
		assert_ok(reader->ops->backup(reader, copy, &err), &err);
		assert_int_equal(ask(copy, "SELECT count(*) % 2 FROM item"), 1);
		assert_int_equal(ask(copy, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	}
	assert_int_equal(reader->ops->backup(reader, copy, &err), HO_ECONFLICT);
	assert_string_equal(err.place, copy);
	assert_int_equal(reader->ops->backup(reader, "/nowhere/copy.db", &err), HO_EIO);
	assert_int_equal(pthread_join(thread, NULL), 0);
	reader->ops->close(reader);
	/* A copy is a workspace of its own. */
	struct ho_store *opened;
	assert_ok(ho_store_open_sqlite(&opened, copy, false, &err), &err);
	opened->ops->close(opened);
}

static void test_readers_see_whole_groups(void **state)
{
	struct world *w = *state;
	struct ho_store *reader;
	struct ho_error err;
	pthread_t thread;
	size_t n = 0;
	OK(w, reader(&reader, w->store, &w->err));
	assert_int_equal(pthread_create(&thread, NULL, write_on, w), 0);
	while (n < 800) {
		struct ho_arena arena;
		struct ho_item *items;
		struct ho_item_filter f = {.task = "urgent", .limit = 10000};
		ho_arena_init(&arena, SIZE_MAX);
		assert_ok(reader->ops->item_list(&items, &n, reader, &f, &arena, &err), &err);
		assert_int_equal(n % 2, 0);
		ho_arena_release(&arena);
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	reader->ops->close(reader);
}

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, world_sqlite, world_teardown)
	const struct CMUnitTest tests[] = {
	    ONE(test_migrates_from_every_schema),
	    ONE(test_audits_keep_their_epoch),
	    ONE(test_a_failed_migration_changes_nothing),
	    ONE(test_newer_is_refused_and_not_touched),
	    ONE(test_not_a_workspace),
	    ONE(test_damage_is_told),
	    ONE(test_second_process),
	    ONE(test_full_disk),
	    ONE(test_backup_while_writing),
	    BOTH(test_readers_see_whole_groups),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
