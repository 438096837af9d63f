/* Forgotten texts are gone from the files' bytes, and no statement reads a whole table. */
#include "store/fixture.h"

#include "base/hash.h"
#include "base/rng.h"
#include "store/sqlite_private.h"

enum { ITEMS = 3000, MARK = 20 };

/* A word of its own in every text of item n. */
static void word(char out[MARK], unsigned n)
{
	uint64_t bits = ho_mix64(n + 1);
	for (int i = 0; i < 12; i++, bits >>= 5)
		out[i] = "abcdefghijklmnopqrstuvwxyzabcdef"[bits & 31];
	out[12] = '\0';
}

static void write_item(struct world *w, unsigned n, struct ho_rng *rng)
{
	struct ho_item item = item_of(n);
	char mark[MARK], text[9000], meta[64];
	size_t len = 20 + ho_rng_below(rng, ho_rng_below(rng, 10) ? 400 : 8000);
	word(mark, n);
	for (size_t i = 0; i < len; i += 13)
		snprintf(text + i, sizeof text - i, "%s ", mark);
	snprintf(meta, sizeof meta, "{\"who\":\"%s\"}", mark);
	item.text = ho_slice(text, len);
	item.meta = ho_slice_str(meta);
	item.client_id = item.callback_url = item.note = mark;
	OK(w, item_add(w->store, &item, &w->err));
	struct ho_queued queued = queued_of(n);
	queued.unsure = ho_rng_uniform(rng);
	if (n % 4 == 0)
		OK(w, queue_put(w->store, &queued, &w->err));
	struct ho_outgoing outgoing = {.id = item.id, .item = item.id, .url = mark, .body = item.text, .next_at = 1};
	if (n % 5 == 0)
		OK(w, outgoing_put(w->store, &outgoing, &w->err));
	struct ho_idempotent first = {.key = mark, .answer = item.text, .item = item.id, .at = n};
	if (n % 3 == 0)
		OK(w, idempotent_put(w->store, &first, &w->err));
}

static void review_item(struct world *w, unsigned n)
{
	struct ho_item item;
	struct ho_id id = id_of(n);
	char mark[MARK];
	int64_t sequence;
	word(mark, n);
	OK(w, item_get(&item, w->store, &id, &w->arena, &w->err));
	item.label = "a longer label than before";
	item.answered_by = "ann";
	OK(w, item_put(w->store, &item, &w->err));
	struct ho_review review = {.item = id, .kind = HO_REVIEW_ANSWER, .reviewer = "ann", .note = mark};
	OK(w, review_add(&sequence, w->store, &review, &w->err));
}

static bool occurs(struct world *w, const char *suffix, const char *mark)
{
	char path[128];
	snprintf(path, sizeof path, "%s%s", w->path, suffix);
	FILE *file = fopen(path, "rb");
	if (!file)
		return false;
	fseek(file, 0, SEEK_END);
	size_t len = (size_t)ftell(file);
	rewind(file);
	char *bytes = malloc(len + 1);
	assert_int_equal(fread(bytes, 1, len, file), len);
	fclose(file);
	/* A piece of the word is enough: search lists share beginnings. */
	bool found = memmem(bytes, len, mark + 3, strlen(mark) - 3) != NULL;
	free(bytes);
	return found;
}

static bool is_forgotten(unsigned n)
{
	return ho_mix64(n) % 3;
}

/* Retention beside a server: nobody scrubs, and little else is written that would fold the log. */
static void test_texts_whose_time_is_over_do_not_stay_in_the_log(void **state)
{
	struct world *w = *state;
	struct ho_rng rng = ho_rng_seed(6, 0);
	char mark[MARK];
	size_t forgotten;
	struct ho_store *reader;
	OK(w, reader(&reader, w->store, &w->err));
	BEGIN(w);
	for (unsigned n = 0; n < 40; n++)
		write_item(w, n, &rng);
	for (unsigned n = 0; n < 40; n++) {
		struct ho_id id = id_of(n);
		OK(w, queue_remove(w->store, &id, &w->err));
	}
	COMMIT(w);
	word(mark, 7);
	assert_true(occurs(w, "", mark) || occurs(w, "-wal", mark));
	BEGIN(w);
	OK(w, item_forget_before(&forgotten, w->store, "urgent", INT64_MAX, 1000, &w->err));
	COMMIT(w);
	assert_int_equal(forgotten, 40);
	bool there = true;
	for (int i = 0; i < 100 && there; i++) {
		there = false;
		for (unsigned n = 0; n < 40; n++) {
			word(mark, n);
			there |= occurs(w, "", mark) || occurs(w, "-wal", mark);
		}
		(void)sqlite3_sleep(there ? 100 : 0);
	}
	assert_false(there);
	reader->ops->close(reader);
}

/* Write every item that is kept once more. */
static void touch_kept(struct world *w, bool flagged)
{
	BEGIN(w);
	for (unsigned n = 0; n < ITEMS; n++) {
		struct ho_item item;
		struct ho_id id = id_of(n);
		OK(w, item_get(&item, w->store, &id, &w->arena, &w->err));
		item.flagged = flagged;
		if (!is_forgotten(n))
			OK(w, item_put(w->store, &item, &w->err));
		ho_arena_reset(&w->arena);
	}
	COMMIT(w);
}

static void assert_gone(struct world *w)
{
	char mark[MARK];
	for (unsigned n = 0; n < ITEMS; n += 7) {
		word(mark, n);
		if ((occurs(w, "", mark) || occurs(w, "-wal", mark)) == is_forgotten(n))
			fail_msg("item %u", n);
	}
}

static void test_forgotten_bytes_are_gone(void **state)
{
	struct world *w = *state;
	struct ho_rng rng = ho_rng_seed(5, 0);
	for (unsigned n = 0; n < ITEMS;) {
		BEGIN(w);
		for (int k = 0; k < 50 && n < ITEMS; k++, n++) {
			write_item(w, n, &rng);
			if (n % 3 == 0 && n > 100)
				review_item(w, (unsigned)ho_rng_below(&rng, n));
		}
		COMMIT(w);
		ho_arena_reset(&w->arena);
	}
	char mark[MARK];
	word(mark, 10);
	assert_true(occurs(w, "", mark) || occurs(w, "-wal", mark));
	/* As a command does it beside a server, which has many pages in memory and writes them afterwards. */
	struct world server = *w;
	world_open(w);
	touch_kept(&server, true);
	for (unsigned n = 0; n < ITEMS; n += 50) {
		BEGIN(w);
		for (unsigned k = n; k < n + 50; k++) {
			struct ho_id id = id_of(k);
			if (is_forgotten(k))
				OK(w, item_forget(w->store, &id, &w->err));
		}
		COMMIT(w);
	}
	touch_kept(&server, false);
	OK(w, scrub(w->store, &w->err));
	assert_gone(w);
	touch_kept(&server, true);
	assert_gone(w);
	touch_kept(w, false);
	server.ops->close(server.store);
	assert_gone(w);
	/* Nothing that is kept was harmed. */
	world_close(w);
	world_open(w);
	sqlite3_stmt *check;
	assert_int_equal(sqlite3_prepare_v2(ho_sqlite(w->store)->db, "PRAGMA integrity_check", -1, &check, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_step(check), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(check, 0), "ok");
	sqlite3_finalize(check);
}

static void no_scan(struct world *w, const char *sql)
{
	sqlite3_stmt *plan;
	char *text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
	assert_int_equal(sqlite3_prepare_v2(ho_sqlite(w->store)->db, text, -1, &plan, NULL), SQLITE_OK);
	while (sqlite3_step(plan) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(plan, 3);
		/* That index holds just the few rows that are meant. */
		if (strncmp(step, "SCAN", 4) == 0 && !strstr(step, "INDEX queue_fresh") &&
		    !strstr(step, "VIRTUAL TABLE") && !strstr(step, "(subquery") && !strstr(step, "CONSTANT ROW"))
			fail_msg("%s: %s", sql, step);
		if (strstr(step, "TEMP B-TREE") && !strstr(sql, "journal_at") && !strstr(sql, "daily") &&
		    !strstr(sql, "token") && !strstr(sql, "queue_fresh"))
			fail_msg("%s: %s", sql, step);
	}
	sqlite3_finalize(plan);
	sqlite3_free(text);
}

static void test_statements_walk_an_index(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < HO_SQL_COUNT; i++) {
		struct ho_buf sql;
		/* Small tables that are read whole; and looking into JSON, which says that it reads all. */
		if (i == HO_SQL_TASK_LIST || i == HO_SQL_MODEL_LIST || i == HO_SQL_USER_LIST ||
		    i == HO_SQL_ITEM_WHERE || i == HO_SQL_TOKEN_PRUNE || i == HO_SQL_VERSION)
			continue;
		ho_buf_init(&sql, 1 << 16);
		assert_ok(ho_sqlite_expand(&sql, ho_sql_texts[i].text, ho_sql_texts[i].fields, &w->err), &w->err);
		no_scan(w, sql.data);
		ho_buf_release(&sql);
	}
}

static int traced(unsigned what, void *context, void *statement, void *text)
{
	struct world *w = context;
	char *sql = sqlite3_expanded_sql(statement);
	(void)what, (void)text;
	/* Not what the search index asks of its own tables. */
	if (sql && strncmp(sql, "SELECT", 6) == 0 && !strstr(sql, "'main'"))
		no_scan(w, sql);
	sqlite3_free(sql);
	return 0;
}

static void test_lists_walk_an_index(void **state)
{
	struct world *w = *state;
	static const enum ho_item_status pending = HO_ITEM_PENDING, answered = HO_ITEM_ANSWERED;
	static const enum ho_item_role certify = HO_ROLE_CERTIFY, learn = HO_ROLE_LEARN;
	const struct ho_item_filter filters[] = {
	    {.task = "urgent"},
	    {.task = "urgent", .before = id_of(9)},
	    {.task = "urgent", .after = id_of(1), .by_person = true},
	    {.task = "urgent", .label = "yes", .before = id_of(9)},
	    {.task = "urgent", .label = "yes", .by_person = true},
	    {.client_id = "c"},
	    {.task = "urgent", .answered_by = "ann", .before = id_of(9)},
	    {.task = "urgent", .answered_by = "model"},
	    {.task = "urgent", .status = &pending},
	    {.task = "urgent", .status = &answered},
	    {.task = "urgent", .role = &certify, .by_person = true},
	    {.task = "urgent", .role = &learn},
	    {.task = "urgent", .flagged = true, .from = 1, .until = 2},
	    {.task = "urgent", .confirmed_wrong = true},
	    {.task = "urgent", .audited = true, .from = 1000},
	    {.search = "words here", .task = "urgent", .before = id_of(9)},
	    {.label = "yes"},
	};
	for (unsigned i = 0; i < 20; i++) {
		struct ho_item item = item_of(i);
		add_item(w, &item);
	}
	(void)sqlite3_trace_v2(ho_sqlite(w->store)->db, SQLITE_TRACE_STMT, traced, w);
	for (size_t i = 0; i < COUNT(filters); i++) {
		struct ho_item_filter f = filters[i];
		struct ho_item *items;
		size_t n;
		f.limit = 10;
		OK(w, item_list(&items, &n, w->store, &f, &w->arena, &w->err));
	}
	(void)sqlite3_trace_v2(ho_sqlite(w->store)->db, 0, NULL, NULL);
}

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, world_sqlite, world_teardown)
	const struct CMUnitTest tests[] = {ONE(test_forgotten_bytes_are_gone),
	                                   ONE(test_texts_whose_time_is_over_do_not_stay_in_the_log),
	                                   ONE(test_statements_walk_an_index), ONE(test_lists_walk_an_index)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
