/** A workspace in memory with a clock that tests move. */
#ifndef HO_TESTS_APP_FIXTURE_H
#define HO_TESTS_APP_FIXTURE_H

#include <string.h>

#include "app/workspace.h"
#include "unit.h"

/* 2026-05-14T08:00:00Z, a Thursday. */
#define NOON_LESS_FOUR INT64_C(1778745600000)
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

struct desk_fixture {
	struct ho_app *app;
	struct ho_store *reader;
	struct ho_arena arena;
	_Atomic int64_t now; /* threads of the code under test read it */
	struct ho_error err;
};

static inline int64_t fixture_now(void *context)
{
	struct desk_fixture *f = context;
	return f->now;
}

static inline void fixture_open(struct desk_fixture *f)
{
	struct ho_store *store;
	*f = (struct desk_fixture){.now = NOON_LESS_FOUR};
	ho_arena_init(&f->arena, 64 << 20);
	assert_ok(ho_store_open_memory(&store, &f->err), &f->err);
	assert_ok(ho_app_open_on(&f->app, store, NULL, fixture_now, f, 1, &f->err), &f->err);
	assert_ok(ho_app_reader(&f->reader, f->app, &f->err), &f->err);
}

static inline void fixture_close(struct desk_fixture *f)
{
	f->reader->ops->close(f->reader);
	ho_app_close(f->app);
	ho_arena_release(&f->arena);
}

/* Run BODY in a group: `store` is the writer, `status` what it must set. A GNU block as context would need nested
 * functions, so tests write small functions and pass their struct. */
#define in_group(f, fn, context) assert_ok(ho_app_write((f)->app, fn, context, &(f)->err), &(f)->err)

static inline size_t journal_count(struct desk_fixture *f, const char *kind)
{
	struct ho_journal_entry *entries;
	size_t n, found = 0;
	assert_ok(f->reader->ops->journal_list(&entries, &n, f->reader, NULL, 0, 0, 1000, &f->arena, &f->err), &f->err);
	for (size_t i = 0; i < n; i++)
		found += strcmp(entries[i].kind, kind) == 0;
	return found;
}

#endif
