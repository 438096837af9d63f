/** A store of either kind for a test, and short ways to fill it. */
#ifndef HO_TESTS_STORE_FIXTURE_H
#define HO_TESTS_STORE_FIXTURE_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/fields.h"
#include "store/store.h"
#include "unit/unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct world {
	const char *kind; /**< "memory" or "sqlite" */
	char dir[64], path[96];
	struct ho_store *store;
	const struct ho_store_ops *ops;
	struct ho_arena arena;
	struct ho_error err;
};

static inline void world_open(struct world *w)
{
	w->err.code = HO_OK;
	if (strcmp(w->kind, "memory") == 0)
		assert_ok(ho_store_open_memory(&w->store, &w->err), &w->err);
	else
		assert_ok(ho_store_open_sqlite(&w->store, w->path, true, &w->err), &w->err);
	w->ops = w->store->ops;
}

static inline void world_make(struct world *w, const char *kind)
{
	*w = (struct world){.kind = kind};
	snprintf(w->dir, sizeof w->dir, "/tmp/ho-store-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->path, sizeof w->path, "%s/handoff.db", w->dir);
	ho_arena_init(&w->arena, SIZE_MAX);
	world_open(w);
}

static inline void world_close(struct world *w)
{
	if (w->store)
		w->ops->close(w->store);
	w->store = NULL;
}

static inline void world_end(struct world *w)
{
	char path[128];
	static const char *const files[] = {"handoff.db", "handoff.db-wal", "handoff.db-shm", "copy.db", "other"};
	world_close(w);
	ho_arena_release(&w->arena);
	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof path, "%s/%s", w->dir, files[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(w->dir), 0);
}

static inline int world_memory(void **state)
{
	struct world *w = malloc(sizeof *w);
	world_make(w, "memory");
	*state = w;
	return 0;
}

static inline int world_sqlite(void **state)
{
	struct world *w = malloc(sizeof *w);
	world_make(w, "sqlite");
	*state = w;
	return 0;
}

static inline int world_teardown(void **state)
{
	world_end(*state);
	free(*state);
	return 0;
}

/** The same test on both implementations. */
#define BOTH(test)                                                                                                     \
	{#test " (memory)", test, world_memory, world_teardown, NULL},                                                 \
	{                                                                                                              \
#test " (sqlite)", test, world_sqlite, world_teardown, NULL                                            \
	}

#define OK(w, call) assert_ok((w)->ops->call, &(w)->err)
#define FAILS(w, code, call) assert_int_equal((w)->ops->call, code)
#define BEGIN(w) OK(w, begin((w)->store, &(w)->err))
#define COMMIT(w) OK(w, commit((w)->store, &(w)->err))

/** The n-th id: sorts by n. */
static inline struct ho_id id_of(unsigned n)
{
	struct ho_id id;
	snprintf(id.text, sizeof id.text, "01K%09uABCDEFGHJKMNPQ", n);
	return id;
}

/** A record with something in every field that depends on `seed`; its strings live in the arena. */
static inline void fill(void *record, const struct ho_fields *fields, unsigned seed, struct ho_arena *arena)
{
	memset(record, 0, fields->size);
	for (size_t i = 0; i < fields->n; i++) {
		const struct ho_field *field = &fields->field[i];
		char text[64];
		double real = seed + (double)i / 64;
		snprintf(text, sizeof text, "%s %u", field->column, seed);
		if (field->kind == HO_FIELD_ID)
			memcpy((char *)record + field->offset, id_of(seed).text, sizeof(struct ho_id));
		else if (field->kind == HO_FIELD_REAL)
			memcpy((char *)record + field->offset, &real, sizeof real);
		else if (field->kind == HO_FIELD_INT || field->kind == HO_FIELD_UINT || field->kind == HO_FIELD_BOOL)
			ho_field_set_integer(field, record,
			                     field->kind == HO_FIELD_BOOL || field->width == 4 ? 1 : seed * 1000 + i);
		else
			ho_field_set_bytes(field, record, ho_arena_copy(arena, ho_slice(text, strlen(text) + 1)));
	}
}

#define assert_same(fields, a, b) assert_true(ho_record_equal(fields, a, b))

/** An automatic answer as they come in. */
static inline struct ho_item item_of(unsigned n)
{
	return (struct ho_item){.id = id_of(n),
	                        .task = "urgent",
	                        .text = ho_slice_str("some words"),
	                        .decision = HO_ITEM_AUTO,
	                        .status = HO_ITEM_ANSWERED,
	                        .label = "yes",
	                        .answered_by = "model",
	                        .suggestion = "yes",
	                        .confidence = .97,
	                        .created_at = 1000 + n};
}

static inline struct ho_queued queued_of(unsigned n)
{
	return (struct ho_queued){
	    .item = id_of(n), .task = "urgent", .unsure = .5, .novel = .5, .chance = .5, .since = n};
}

/** Add one record in a group of its own. */
static inline void add_item(struct world *w, const struct ho_item *item)
{
	BEGIN(w);
	OK(w, item_add(w->store, item, &w->err));
	COMMIT(w);
}

#endif
