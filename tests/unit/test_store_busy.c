/* A busy SQLite store: rows of the queue that wait for their places are in every list all the same, and the log does
 * not grow without bound. */
#include "store/fixture.h"

#include <sys/stat.h>

#include "base/rng.h"
#include "store/sqlite_private.h"

enum { PAGE = 4096, FRAME = PAGE + 24, MOST = 1000000 };

static unsigned next_id;

static void put_group(struct world *w, unsigned rows, struct ho_rng *rng)
{
	BEGIN(w);
	for (unsigned i = 0; i < rows; i++) {
		struct ho_queued queued = {.item = id_of(next_id++ % MOST),
		                           .task = ho_rng_below(rng, 5) ? "urgent" : "other",
		                           .unsure = (double)ho_rng_below(rng, 50) / 50,
		                           .novel = (double)ho_rng_below(rng, 50) / 50,
		                           .chance = ho_rng_uniform(rng),
		                           .since = next_id};
		OK(w, queue_put(w->store, &queued, &w->err));
	}
	COMMIT(w);
}

static int64_t fresh_rows(struct world *w)
{
	sqlite3_stmt *statement;
	assert_int_equal(sqlite3_prepare_v2(ho_sqlite(w->store)->db, "SELECT count(*) FROM queue WHERE placed = 0", -1,
	                                    &statement, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return n;
}

static double key_of(const struct ho_queued *queued, enum ho_queue_order order)
{
	return order == HO_QUEUE_UNSURE ? -queued->unsure : order == HO_QUEUE_NOVEL ? queued->novel : queued->chance;
}

/* Every row of the task once, in the order asked for; a short list is the beginning of the long one. */
static void check_orders(struct world *w)
{
	static const enum ho_queue_order orders[] = {HO_QUEUE_UNSURE, HO_QUEUE_NOVEL, HO_QUEUE_CHANCE};
	struct ho_queue_figures figures;
	OK(w, queue_figures(&figures, w->store, "urgent", 1, &w->err));
	for (size_t o = 0; o < COUNT(orders); o++) {
		struct ho_queue_filter f = {.task = "urgent", .order = orders[o], .limit = 100000, .now = 1};
		struct ho_queued *all, *few;
		size_t n, n_few;
		OK(w, queue_list(&all, &n, w->store, &f, &w->arena, &w->err));
		assert_int_equal(n, figures.waiting);
		for (size_t i = 1; i < n; i++) {
			double before = key_of(&all[i - 1], orders[o]), key = key_of(&all[i], orders[o]);
			assert_true(before < key ||
			            (before == key && strcmp(all[i - 1].item.text, all[i].item.text) < 0));
		}
		f.limit = 30;
		OK(w, queue_list(&few, &n_few, w->store, &f, &w->arena, &w->err));
		assert_int_equal(n_few, n < 30 ? n : 30);
		for (size_t i = 0; i < n_few; i++)
			assert_same(&ho_fields_queued, &few[i], &all[i]);
		ho_arena_reset(&w->arena);
	}
}

static void test_fresh_rows_are_listed(void **state)
{
	struct world *w = *state;
	struct ho_rng rng = ho_rng_seed(3, 0);
	put_group(w, 3, &rng);
	assert_int_equal(fresh_rows(w), 0); /* quiet: into place at once */
	put_group(w, 200, &rng);
	put_group(w, 200, &rng);
	assert_int_equal(fresh_rows(w), 200);
	check_orders(w);
	/* What changes or goes while it is fresh. */
	struct ho_id fresh = id_of((next_id - 1) % MOST), another = id_of((next_id - 2) % MOST);
	struct ho_queued row = {.item = fresh, .task = "urgent", .unsure = .99, .since = 1};
	BEGIN(w);
	OK(w, queue_put(w->store, &row, &w->err));
	OK(w, queue_remove(w->store, &another, &w->err));
	COMMIT(w);
	check_orders(w);
	/* What a group that is taken back did is not there, and its rows are not waited for. */
	BEGIN(w);
	row.item = id_of((next_id + 5) % MOST);
	OK(w, queue_put(w->store, &row, &w->err));
	w->ops->rollback(w->store);
	check_orders(w);
	for (int i = 0; i < 80; i++)
		put_group(w, 0, &rng);
	assert_int_equal(fresh_rows(w), 0); /* quiet again */
	check_orders(w);
}

static void test_fresh_rows_are_few(void **state)
{
	struct world *w = *state;
	struct ho_rng rng = ho_rng_seed(4, 0);
	int64_t most = 0;
	for (int g = 0; g < 100; g++) {
		put_group(w, 100, &rng);
		int64_t now = fresh_rows(w);
		most = now > most ? now : most;
	}
	assert_true(most > 500 && most < 5000);
	check_orders(w);
	/* Another life finds those that the last one left. */
	assert_true(fresh_rows(w) > 0);
	world_close(w);
	world_open(w);
	check_orders(w);
	for (int i = 0; i < 400; i++)
		put_group(w, 1, &rng);
	assert_int_equal(fresh_rows(w), 0);
	check_orders(w);
}

static unsigned next_item;

static void write_groups(struct world *w, int groups)
{
	static char text[3 * PAGE];
	memset(text, 'x', sizeof text);
	for (int g = 0; g < groups; g++) {
		BEGIN(w);
		for (int i = 0; i < 3; i++) {
			struct ho_item item = item_of(next_item++ % MOST);
			item.text = ho_slice(text, sizeof text);
			OK(w, item_add(w->store, &item, &w->err));
		}
		COMMIT(w);
	}
}

static long log_pages(const struct world *w)
{
	char path[128];
	struct stat st;
	snprintf(path, sizeof path, "%s-wal", w->path);
	return stat(path, &st) ? 0 : (long)(st.st_size / FRAME);
}

static void test_the_log_stays_short(void **state)
{
	struct world *w = *state;
	ho_sqlite_fold_at(ho_sqlite(w->store), 100, 400);
	write_groups(w, 400);
	long pages = log_pages(w);
	print_message("%ld pages of log after about 5,000\n", pages);
	assert_true(pages > 50 && pages < 2000);
	/* A reader holds the log while it reads; when it is gone, the log begins anew. */
	sqlite3 *reader;
	assert_int_equal(sqlite3_open(w->path, &reader), SQLITE_OK);
	assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM item", NULL, NULL, NULL), SQLITE_OK);
	write_groups(w, 100);
	long held = log_pages(w);
	assert_true(held > pages);
	assert_int_equal(sqlite3_exec(reader, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	/* A thread copies beside the writer: on a machine that does other things it may come late, but it comes. */
	long after = held, before = held;
	for (int round = 0; round < 10; round++) {
		before = after;
		write_groups(w, 300); /* about 3,700 pages */
		after = log_pages(w);
		if (after < before + 1000)
			break;
	}
	print_message("%ld with a reader, %ld before the last round, %ld at the end\n", held, before, after);
	assert_true(after < before + 1000);
	assert_int_equal(sqlite3_close(reader), SQLITE_OK);
	/* Closing folds the rest, and all of it is there. */
	world_close(w);
	assert_int_equal(log_pages(w), 0);
	world_open(w);
	for (unsigned n = 0; n < next_item; n += 97) {
		struct ho_item item;
		struct ho_id id = id_of(n % MOST);
		OK(w, item_get(&item, w->store, &id, &w->arena, &w->err));
		assert_int_equal(item.text.len, 3 * PAGE);
		ho_arena_reset(&w->arena);
	}
}

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, world_sqlite, world_teardown)
	const struct CMUnitTest tests[] = {
	    ONE(test_fresh_rows_are_listed),
	    ONE(test_fresh_rows_are_few),
	    ONE(test_the_log_stays_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
