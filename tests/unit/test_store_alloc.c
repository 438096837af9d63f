/*
 * Every allocation fails once, SQLite's own as well: no crash, no leak, HO_ENOMEM, and an operation that failed has
 * changed nothing of its group; or, where SQLite gave the whole group up, the group cannot be committed.
 */
#include "store/fixture.h"

#include <sqlite3.h>

#include "base/alloc.h"
#include "base/hash.h"

/* SQLite's memory through ours; each piece knows its size. */
static void *db_alloc(int n)
{
	size_t *memory = ho_alloc(1, (size_t)n + 16);
	if (!memory)
		return NULL;
	*memory = (size_t)n;
	return memory + 2;
}

static void db_free(void *memory)
{
	if (memory)
		ho_free((size_t *)memory - 2);
}

static int db_size(void *memory)
{
	return memory ? (int)((size_t *)memory)[-2] : 0;
}

static void *db_realloc(void *memory, int n)
{
	size_t *moved = ho_realloc((size_t *)memory - 2, 1, (size_t)n + 16);
	if (!moved)
		return NULL;
	*moved = (size_t)n;
	return moved + 2;
}

static int db_round(int n)
{
	return (n + 7) & ~7;
}

static int db_begin(void *context)
{
	(void)context;
	return SQLITE_OK;
}

static void db_end(void *context)
{
	(void)context;
}

static uint64_t add_hash(uint64_t hash, const struct ho_fields *fields, const void *record)
{
	for (size_t i = 0; i < fields->n; i++) {
		const struct ho_field *field = &fields->field[i];
		bool number =
		    field->kind == HO_FIELD_INT || field->kind == HO_FIELD_UINT || field->kind == HO_FIELD_BOOL;
		int64_t value = number ? ho_field_integer(field, record) : 0;
		struct ho_slice bytes = number || field->kind == HO_FIELD_REAL
		                            ? ho_slice((const char *)&value, sizeof value)
		                            : ho_field_bytes(field, record);
		hash = ho_hash(bytes.ptr ? bytes.ptr : "", bytes.len, hash + (bytes.ptr != NULL));
	}
	return hash;
}

#define ADD(fields, call)                                                                                              \
	do {                                                                                                           \
		OK(w, call);                                                                                           \
		for (size_t i_ = 0; i_ < n; i_++)                                                                      \
			hash = add_hash(hash, fields, &rows[i_]);                                                      \
	} while (0)

/* Everything that can be seen, as a number. */
static uint64_t seen(struct world *w)
{
	uint64_t hash = 1;
	size_t n;
	struct ho_arena *a = &w->arena;
	{
		struct ho_item *rows;
		ADD(&ho_fields_item, item_list(&rows, &n, w->store, &(struct ho_item_filter){.limit = 99}, a, &w->err));
		ADD(&ho_fields_item, item_list(&rows, &n, w->store,
		                               &(struct ho_item_filter){.limit = 99, .search = "text"}, a, &w->err));
	}
	{
		struct ho_queued *rows;
		struct ho_queue_figures figures;
		ADD(&ho_fields_queued,
		    queue_list(&rows, &n, w->store,
		               &(struct ho_queue_filter){.task = "task 1", .limit = 99, .now = INT64_MAX}, a, &w->err));
		OK(w, queue_figures(&figures, w->store, "task 1", 0, &w->err));
		hash = ho_hash(&figures, sizeof figures, hash);
	}
	for (unsigned i = 1; i < 4; i++) {
		struct ho_id id = id_of(i);
		struct ho_review *reviews;
		struct ho_outgoing *outgoing;
		OK(w, review_list(&reviews, &n, w->store, &id, a, &w->err));
		for (size_t k = 0; k < n; k++)
			hash = add_hash(hash, &ho_fields_review, &reviews[k]);
		OK(w, outgoing_list(&outgoing, &n, w->store, &id, a, &w->err));
		for (size_t k = 0; k < n; k++)
			hash = add_hash(hash, &ho_fields_outgoing, &outgoing[k]);
	}
	{
		struct ho_count *rows;
		ADD(&ho_fields_count, count_list(&rows, &n, w->store, NULL, INT32_MIN, INT32_MAX, a, &w->err));
	}
	{
		struct ho_journal_entry *rows;
		ADD(&ho_fields_journal, journal_list(&rows, &n, w->store, NULL, 0, 0, 99, a, &w->err));
	}
	{
		struct ho_task *rows;
		ADD(&ho_fields_task, task_list(&rows, &n, w->store, a, &w->err));
	}
	struct ho_idempotent first;
	return hash + (w->ops->idempotent_get(&first, w->store, "key 1", a, NULL) == HO_OK);
}

/* Operations under test: `k` says which; items 1 and 2 exist with everything around them. HO_EINVAL: no more. */
static enum ho_status operate(struct world *w, unsigned k, struct ho_arena *a)
{
	static struct ho_item item, *items;
	static struct ho_queued queued, *waiting;
	static struct ho_id *ids;
	struct ho_review review;
	struct ho_outgoing outgoing;
	struct ho_journal_entry entry;
	struct ho_task task;
	struct ho_idempotent first;
	struct ho_id one = id_of(1);
	int64_t sequence;
	size_t n;
	struct ho_store *reader;
	fill(&item, &ho_fields_item, 3, &w->arena), fill(&review, &ho_fields_review, 1, &w->arena);
	fill(&outgoing, &ho_fields_outgoing, 3, &w->arena), fill(&entry, &ho_fields_journal, 3, &w->arena);
	fill(&task, &ho_fields_task, 3, &w->arena), fill(&first, &ho_fields_idempotent, 1, &w->arena);
	fill(&queued, &ho_fields_queued, 1, &w->arena);
	item.forgotten = false, queued.audit = false;
	switch (k) {
	case 0:
		return w->ops->item_add(w->store, &item, &w->err);
	case 1:
		item.id = one, item.text = ho_slice_str("other text");
		return w->ops->item_put(w->store, &item, &w->err);
	case 2:
		return w->ops->item_forget(w->store, &one, &w->err);
	case 3:
		return w->ops->item_forget_before(&n, w->store, "task 2", INT64_MAX, 9, &w->err);
	case 4:
		review.item = id_of(2);
		return w->ops->review_add(&sequence, w->store, &review, &w->err);
	case 5:
		return w->ops->queue_put(w->store, &queued, &w->err);
	case 6:
		return w->ops->queue_remove(w->store, &one, &w->err);
	case 7:
		return w->ops->queue_lease(&queued, w->store, &one, "ann", INT64_MAX - 1, INT64_MAX, a, &w->err);
	case 8:
		return w->ops->outgoing_put(w->store, &outgoing, &w->err);
	case 9:
		return w->ops->journal_add(w->store, &entry, &w->err);
	case 10:
		return w->ops->task_put(w->store, &task, &w->err);
	case 11:
		return w->ops->idempotent_put(w->store, &first, &w->err);
	case 12:
		return w->ops->idempotent_prune(w->store, INT64_MAX, &w->err);
	case 13:
		return w->ops->count_add(w->store, &(struct ho_count){"task 1", NULL, 1, "auto", 1}, &w->err);
	case 14:
		return w->ops->item_get(&item, w->store, &one, a, &w->err);
	case 15:
		return w->ops->item_list(&items, &n, w->store,
		                         &(struct ho_item_filter){.limit = 9, .search = "te", .from = 1}, a, &w->err);
	case 16:
		return w->ops->queue_list(&waiting, &n, w->store,
		                          &(struct ho_queue_filter){.task = "task 1", .limit = 9}, a, &w->err);
	case 17:
		return w->ops->item_where(&ids, &n, w->store, "a", "b", a, &w->err);
	case 18:
		return w->ops->queue_unlease(w->store, &one, "leased_by 1", &w->err);
	case 19: {
		enum ho_status status = w->ops->reader(&reader, w->store, &w->err);
		if (status == HO_OK)
			reader->ops->close(reader);
		return status;
	}
	case 20:
		return w->ops->mark(w->store, &w->err);
	default:
		return HO_EINVAL;
	}
}

static void furnish(struct world *w)
{
	int64_t sequence;
	BEGIN(w);
	for (unsigned i = 1; i < 3; i++) {
		struct ho_item item;
		struct ho_queued queued;
		struct ho_outgoing outgoing;
		struct ho_review review;
		struct ho_idempotent first;
		fill(&item, &ho_fields_item, i, &w->arena), fill(&queued, &ho_fields_queued, i, &w->arena);
		fill(&outgoing, &ho_fields_outgoing, i, &w->arena), fill(&review, &ho_fields_review, i, &w->arena);
		fill(&first, &ho_fields_idempotent, i, &w->arena);
		item.forgotten = false;
		OK(w, item_add(w->store, &item, &w->err));
		OK(w, outgoing_put(w->store, &outgoing, &w->err));
		OK(w, idempotent_put(w->store, &first, &w->err));
		if (i == 1) {
			OK(w, queue_put(w->store, &queued, &w->err));
			OK(w, review_add(&sequence, w->store, &review, &w->err));
		}
	}
	COMMIT(w);
}

/* One operation with the n-th allocation failing; false when it did not come to the n-th. */
static bool fail_once(struct world *w, unsigned k, long nth)
{
	struct ho_arena arena;
	bool fresh = strcmp(w->kind, "sqlite") == 0 && nth % 2;
	/* Every other time on a new handle, so that preparing statements fails as well. */
	if (fresh) {
		world_close(w);
		world_open(w);
	}
	ho_arena_init(&arena, SIZE_MAX);
	BEGIN(w);
	uint64_t before = fresh ? 0 : seen(w);
	ho_alloc_fail_at(nth);
	enum ho_status status = operate(w, k, &arena);
	bool failed = ho_alloc_did_fail();
	ho_alloc_fail_at(0);
	if (status) {
		if (!failed || status != HO_ENOMEM)
			fail_msg("operation %u, allocation %ld: %s, %s", k, nth, ho_status_name(status),
			         w->err.message);
		if (w->ops->mark(w->store, NULL))
			assert_int_equal(w->ops->commit(w->store, &w->err), HO_EIO);
		else
			assert_true(fresh || before == seen(w));
	}
	w->ops->rollback(w->store);
	ho_arena_release(&arena);
	ho_arena_reset(&w->arena);
	return failed;
}

static void test_every_allocation(void **state)
{
	struct world *w = *state;
	furnish(w);
	uint64_t before = seen(w);
	for (unsigned k = 0; k <= 20; k++) {
		long nth = 1;
		while (nth < 2000 && (fail_once(w, k, nth) || fail_once(w, k, nth + 1)))
			nth++;
		assert_true(nth < 2000);
	}
	assert_true(before == seen(w));
}

static void test_opening(void **state)
{
	struct world *w = *state;
	bool failed = true;
	furnish(w);
	bool memory = strcmp(w->kind, "memory") == 0;
	for (long nth = 1; failed; nth++) {
		struct ho_store *store;
		ho_alloc_fail_at(nth);
		enum ho_status status = memory ? ho_store_open_memory(&store, &w->err)
		                               : ho_store_open_sqlite(&store, w->path, true, &w->err);
		failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		if (status) {
			assert_int_equal(status, HO_ENOMEM);
			assert_null(store);
		} else {
			store->ops->close(store);
		}
	}
	struct ho_item item;
	struct ho_id one = id_of(1);
	OK(w, item_get(&item, w->store, &one, &w->arena, &w->err));
}

int main(void)
{
	static const sqlite3_mem_methods methods = {db_alloc, db_free,  db_realloc, db_size,
	                                            db_round, db_begin, db_end,     NULL};
	const struct CMUnitTest tests[] = {BOTH(test_every_allocation), BOTH(test_opening)};
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
