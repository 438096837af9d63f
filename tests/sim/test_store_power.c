/*
 * The power goes at any moment: what was committed is there whole, what was not is not there in part, and the store
 * opens and goes on. The disk is tests/store/losing_vfs.h.
 */
#include "store/fixture.h"

#include "base/hash.h"
#include "base/rng.h"
#include "store/losing_vfs.h"
#include "store/sqlite_private.h"
#include "sim/draws.h"

#define KILLS ((unsigned)sim_draws(120, 400))
enum { GROUPS = 60, LARGEST = 12 };

/* Items of group g are g * 100 + 0 .. size - 1; each group also counts itself and queues its first item. */
static unsigned group_size(unsigned g)
{
	return 1 + (unsigned)(ho_mix64(g) % LARGEST);
}

static enum ho_status write_group(struct ho_store *store, unsigned g, struct ho_rng *rng)
{
	const struct ho_store_ops *ops = store->ops;
	static char text[12000];
	struct ho_count count = {"urgent", "", 1, "groups", 1};
	enum ho_status status = ops->begin(store, NULL);
	memset(text, 'x', sizeof text);
	for (unsigned i = 0; status == HO_OK && i < group_size(g); i++) {
		struct ho_item item = item_of(g * 100 + i);
		item.text = ho_slice(text, ho_rng_below(rng, ho_rng_below(rng, 6) ? 300 : sizeof text));
		status = ops->mark(store, NULL);
		if (status == HO_OK)
			status = ops->item_add(store, &item, NULL);
	}
	struct ho_queued queued = queued_of(g * 100);
	if (status == HO_OK)
		status = ops->queue_put(store, &queued, NULL);
	if (status == HO_OK)
		status = ops->count_add(store, &count, NULL);
	if (status == HO_OK)
		return ops->commit(store, NULL);
	ops->rollback(store);
	return status;
}

/* Group g: all of it, or nothing of it. */
static bool is_whole(struct world *w, unsigned g)
{
	unsigned there = 0;
	struct ho_item item;
	struct ho_queued queued;
	for (unsigned i = 0; i < group_size(g); i++) {
		struct ho_id id = id_of(g * 100 + i);
		there += w->ops->item_get(&item, w->store, &id, &w->arena, &w->err) == HO_OK;
	}
	struct ho_id first = id_of(g * 100);
	bool waits = w->ops->queue_get(&queued, w->store, &first, &w->arena, &w->err) == HO_OK;
	if (there != (waits ? group_size(g) : 0))
		fail_msg("group %u: %u of %u items, queued: %d", g, there, group_size(g), waits);
	return waits;
}

static int64_t counted(struct world *w)
{
	struct ho_count *counts;
	size_t n;
	OK(w, count_list(&counts, &n, w->store, "urgent", 1, 1, &w->arena, &w->err));
	return n ? counts->n : 0;
}

/* One life: write groups (scrubbing now and then) until the power goes; acknowledged[g] says which were committed. */
static unsigned live(bool acknowledged[GROUPS], unsigned g, struct ho_rng *rng)
{
	struct ho_store *store;
	if (ho_store_open_sqlite(&store, "/disk/handoff.db", true, NULL))
		return g;
	if (ho_rng_below(rng, 3) == 0)
		ho_sqlite_fold_at(ho_sqlite(store), 1 + (int)ho_rng_below(rng, 60), 60 + (int)ho_rng_below(rng, 200));
	for (; g < GROUPS && !losing_is_dead(); g++) {
		acknowledged[g] = write_group(store, g, rng) == HO_OK;
		struct ho_id old = id_of((unsigned)ho_rng_below(rng, g + 1) * 100);
		if (g % 7 == 3 && store->ops->begin(store, NULL) == HO_OK) {
			if (store->ops->item_forget(store, &old, NULL) == HO_OK) {
				struct ho_queued queued = queued_of((unsigned)strtoul(old.text + 3, NULL, 10));
				(void)!store->ops->queue_put(store, &queued, NULL);
			}
			(void)!store->ops->commit(store, NULL);
			(void)!store->ops->scrub(store, NULL);
		}
	}
	store->ops->close(store);
	return g;
}

static void test_power_cuts(void **state)
{
	struct ho_rng rng = ho_rng_seed(17, 0);
	unsigned acknowledged_groups = 0, lost_groups = 0, kept_unasked = 0;
	(void)state;
	for (unsigned kill = 0; kill < KILLS; kill++) {
		bool acknowledged[GROUPS] = {false};
		struct world w = {.kind = "sqlite", .path = "/disk/handoff.db"};
		unsigned g = 0;
		losing_clear();
		/* Up to three lives of one disk, each ended at a random call. */
		for (int lives = 0; lives < 3; lives++) {
			losing_kill_at(1 + (long)ho_rng_below(&rng, lives || kill % 4 ? 900 : 60));
			g = live(acknowledged, g, &rng);
			losing_kill_at(0);
			losing_revive();
			ho_arena_init(&w.arena, SIZE_MAX);
			world_open(&w);
			int64_t whole = 0;
			for (unsigned k = 0; k < g; k++) {
				bool there = is_whole(&w, k);
				if (acknowledged[k] && !there)
					fail_msg("kill %u: group %u was acknowledged and is lost", kill, k);
				acknowledged_groups += acknowledged[k];
				lost_groups += !there;
				kept_unasked += there && !acknowledged[k];
				whole += there;
				acknowledged[k] = there;
			}
			assert_int_equal(whole, counted(&w));
			sqlite3_stmt *check;
			assert_int_equal(
			    sqlite3_prepare_v2(ho_sqlite(w.store)->db, "PRAGMA integrity_check", -1, &check, NULL),
			    SQLITE_OK);
			assert_int_equal(sqlite3_step(check), SQLITE_ROW);
			assert_string_equal((const char *)sqlite3_column_text(check, 0), "ok");
			sqlite3_finalize(check);
			world_close(&w);
			ho_arena_release(&w.arena);
		}
	}
	print_message("%u kills: %u groups acknowledged and there, %u lost, %u there though nobody was told\n",
	              3 * KILLS, acknowledged_groups, lost_groups, kept_unasked);
	assert_true(lost_groups > KILLS / 2);
	losing_clear();
}

/* The test can fail: with less care about syncing, groups are lost. */
static void test_the_disk_does_lose(void **state)
{
	struct ho_rng rng = ho_rng_seed(18, 0);
	unsigned lost = 0;
	(void)state;
	for (unsigned kill = 0; kill < 60; kill++) {
		struct ho_store *store;
		struct ho_error err;
		bool acknowledged[GROUPS] = {false};
		unsigned g = 0;
		losing_clear();
		assert_ok(ho_store_open_sqlite(&store, "/disk/handoff.db", true, &err), &err);
		(void)sqlite3_exec(ho_sqlite(store)->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
		losing_kill_at(1 + (long)ho_rng_below(&rng, 500));
		for (; g < GROUPS && !losing_is_dead(); g++)
			acknowledged[g] = write_group(store, g, &rng) == HO_OK;
		store->ops->close(store);
		losing_kill_at(0);
		losing_revive();
		if (ho_store_open_sqlite(&store, "/disk/handoff.db", true, &err)) {
			lost++;
			continue;
		}
		for (unsigned k = 0; k < g; k++) {
			struct ho_arena arena;
			struct ho_item item;
			struct ho_id id = id_of(k * 100);
			ho_arena_init(&arena, SIZE_MAX);
			lost += acknowledged[k] && store->ops->item_get(&item, store, &id, &arena, &err) != HO_OK;
			ho_arena_release(&arena);
		}
		store->ops->close(store);
	}
	assert_true(lost > 10);
	losing_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_power_cuts),
	                                   cmocka_unit_test(test_the_disk_does_lose)};
	losing_register(23);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
