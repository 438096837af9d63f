/* What every store does, 3: queue, outbox, journal, people, counts, first answers. */
#include "store/fixture.h"

#include "base/rng.h"

static void put_queued(struct world *w, const struct ho_queued *queued)
{
	BEGIN(w);
	OK(w, queue_put(w->store, queued, &w->err));
	COMMIT(w);
}

static void test_queue_records(void **state)
{
	struct world *w = *state;
	struct ho_queued queued, back;
	fill(&queued, &ho_fields_queued, 3, &w->arena);
	queued.fingerprint = UINT64_MAX - 3;
	put_queued(w, &queued);
	OK(w, queue_get(&back, w->store, &queued.item, &w->arena, &w->err));
	assert_same(&ho_fields_queued, &queued, &back);
	queued.due_at = 0, queued.not_reviewer = NULL;
	put_queued(w, &queued);
	OK(w, queue_get(&back, w->store, &queued.item, &w->arena, &w->err));
	assert_same(&ho_fields_queued, &queued, &back);
	BEGIN(w);
	OK(w, queue_remove(w->store, &queued.item, &w->err));
	OK(w, queue_remove(w->store, &queued.item, &w->err));
	COMMIT(w);
	FAILS(w, HO_ENOTFOUND, queue_get(&back, w->store, &queued.item, &w->arena, &w->err));
}

/* Item numbers of a list, as text. */
static void assert_queue(struct world *w, struct ho_queue_filter f, const char *expected)
{
	struct ho_queued *found;
	char numbers[128] = "";
	size_t n, len = 0;
	f.task = "urgent";
	f.limit = f.limit ? f.limit : 100;
	OK(w, queue_list(&found, &n, w->store, &f, &w->arena, &w->err));
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(numbers + len, sizeof numbers - len, "%ld",
		                        strtol(found[i].item.text + 3, NULL, 10));
	assert_string_equal(numbers, expected);
}

static void test_queue_orders(void **state)
{
	struct world *w = *state;
	static const double unsure[] = {.1, .9, .5, .5}, novel[] = {.3, .2, .9, .1}, chance[] = {.5, .25, .75, 0};
	static const int64_t due[] = {0, 50, 20, 0}, since[] = {7, 5, 6, 5};
	for (unsigned i = 0; i < 4; i++)
		put_queued(w, &(struct ho_queued){id_of(i + 1), "urgent", unsure[i], novel[i], chance[i],
		                                  .due_at = due[i], .since = since[i]});
	struct ho_queued other = queued_of(9);
	other.task = "spam";
	put_queued(w, &other);
	assert_queue(w, (struct ho_queue_filter){.order = HO_QUEUE_UNSURE}, "2341");
	assert_queue(w, (struct ho_queue_filter){.order = HO_QUEUE_NOVEL}, "4213");
	assert_queue(w, (struct ho_queue_filter){.order = HO_QUEUE_CHANCE}, "4213");
	assert_queue(w, (struct ho_queue_filter){.order = HO_QUEUE_DUE}, "3214");
	assert_queue(w, (struct ho_queue_filter){.order = HO_QUEUE_OLDEST}, "2431");
	assert_queue(w, (struct ho_queue_filter){.order = HO_QUEUE_OLDEST, .limit = 2}, "24");
	struct ho_queued *found;
	size_t n;
	FAILS(w, HO_EINVAL,
	      queue_list(&found, &n, w->store, &(struct ho_queue_filter){.task = "urgent"}, &w->arena, &w->err));
	OK(w, queue_overdue(&found, &n, w->store, 50, 10, &w->arena, &w->err));
	assert_int_equal(n, 2);
	assert_int_equal(found[0].due_at, 20);
	OK(w, queue_overdue(&found, &n, w->store, 49, 10, &w->arena, &w->err));
	assert_int_equal(n, 1);
	OK(w, queue_overdue(&found, &n, w->store, 50, 1, &w->arena, &w->err));
	assert_int_equal(n, 1);
}

static void test_who_may(void **state)
{
	struct world *w = *state;
	struct ho_queued one = queued_of(1), two = queued_of(2), three = queued_of(3), four = queued_of(4);
	two.leased_by = "ann", two.lease_expires = 100;
	three.not_reviewer = "ann", three.audit = true;
	four.not_before = 60;
	put_queued(w, &one), put_queued(w, &two), put_queued(w, &three), put_queued(w, &four);
#define AT(when, who, ...)                                                                                             \
	(struct ho_queue_filter){.order = HO_QUEUE_OLDEST, .now = when, .reviewer = who, ##__VA_ARGS__}
	assert_queue(w, AT(50, NULL), "13");
	assert_queue(w, AT(50, "ann"), "12");
	assert_queue(w, AT(50, "bob"), "13");
	assert_queue(w, AT(50, "ann", .alone = true), "123");
	assert_queue(w, AT(60, "bob"), "134");
	assert_queue(w, AT(99, "bob"), "134");
	assert_queue(w, AT(100, "bob"), "1234");
	assert_queue(w, AT(100, NULL), "1234");
}

static void test_leases(void **state)
{
	struct world *w = *state;
	struct ho_queued one = queued_of(1), holder;
	put_queued(w, &one);
	FAILS(w, HO_EBUG, queue_lease(&holder, w->store, &one.item, "ann", 10, 20, &w->arena, &w->err));
	BEGIN(w);
	OK(w, queue_lease(&holder, w->store, &one.item, "ann", 10, 20, &w->arena, &w->err));
	OK(w, queue_lease(&holder, w->store, &one.item, "ann", 15, 25, &w->arena, &w->err));
	FAILS(w, HO_EBUSY, queue_lease(&holder, w->store, &one.item, "bob", 24, 34, &w->arena, &w->err));
	assert_string_equal(holder.leased_by, "ann");
	assert_int_equal(holder.lease_expires, 25);
	OK(w, queue_unlease(w->store, &one.item, "bob", &w->err));
	FAILS(w, HO_EBUSY, queue_lease(&holder, w->store, &one.item, "bob", 24, 34, &w->arena, &w->err));
	OK(w, queue_lease(&holder, w->store, &one.item, "bob", 25, 35, &w->arena, &w->err));
	OK(w, queue_unlease(w->store, &one.item, "bob", &w->err));
	OK(w, queue_lease(&holder, w->store, &one.item, "ann", 26, 36, &w->arena, &w->err));
	FAILS(w, HO_ENOTFOUND, queue_lease(&holder, w->store, &(struct ho_id){"x"}, "ann", 1, 2, &w->arena, &w->err));
	assert_null(holder.leased_by);
	OK(w, queue_unlease(w->store, &(struct ho_id){"x"}, "ann", &w->err));
	COMMIT(w);
	OK(w, queue_get(&holder, w->store, &one.item, &w->arena, &w->err));
	assert_string_equal(holder.leased_by, "ann");
}

/* Random changes of the queue, some taken back; the figures must be those of a plain count. */
static void test_queue_figures(void **state)
{
	enum { N = 40, NOW = 500 };
	struct world *w = *state;
	struct ho_queued kept[N] = {{.since = 0}}, before[N];
	struct ho_rng rng = ho_rng_seed(11, 0);
	for (int round = 0; round < 200; round++) {
		memcpy(before, kept, sizeof kept);
		BEGIN(w);
		for (int k = 0; k < 5; k++) {
			unsigned i = (unsigned)ho_rng_below(&rng, N);
			struct ho_queued *q = &kept[i];
			*q = ho_rng_below(&rng, 3) ? queued_of(i) : (struct ho_queued){.since = 0};
			if (!q->task) {
				OK(w, queue_remove(w->store, &(struct ho_id){""}, &w->err));
				struct ho_id id = id_of(i);
				OK(w, queue_remove(w->store, &id, &w->err));
				continue;
			}
			q->task = ho_rng_below(&rng, 4) ? "urgent" : "spam";
			q->since = 1 + (int64_t)ho_rng_below(&rng, 1000);
			q->due_at = (int64_t)ho_rng_below(&rng, 2) * (int64_t)ho_rng_below(&rng, 1000);
			q->audit = ho_rng_below(&rng, 3) == 0;
			q->leased_by = ho_rng_below(&rng, 3) ? NULL : "ann";
			q->lease_expires = q->leased_by ? (int64_t)ho_rng_below(&rng, 1000) : 0;
			OK(w, queue_put(w->store, q, &w->err));
		}
		if (ho_rng_below(&rng, 4) == 0) {
			w->ops->rollback(w->store);
			memcpy(kept, before, sizeof kept);
		} else {
			COMMIT(w);
		}
		struct ho_queue_figures expected = {.waiting = 0}, found;
		for (unsigned i = 0; i < N; i++) {
			if (!kept[i].task || strcmp(kept[i].task, "urgent") != 0)
				continue;
			if (!expected.waiting++ || kept[i].since < expected.oldest)
				expected.oldest = kept[i].since;
			expected.audits += kept[i].audit;
			expected.leased += kept[i].lease_expires > NOW;
			expected.overdue += kept[i].due_at > 0 && kept[i].due_at <= NOW;
		}
		OK(w, queue_figures(&found, w->store, "urgent", NOW, &w->err));
		assert_memory_equal(&expected, &found, sizeof found);
	}
	struct ho_queue_figures none;
	OK(w, queue_figures(&none, w->store, "nothing", NOW, &w->err));
	assert_int_equal(none.waiting + (uint64_t)none.oldest, 0);
}

static void test_outbox(void **state)
{
	struct world *w = *state;
	static const int64_t next[] = {30, 0, 10, 20, 0};
	struct ho_outgoing outgoing, *found;
	int64_t first;
	uint64_t waiting;
	size_t n;
	OK(w, outgoing_figures(&first, &waiting, w->store, &w->err));
	assert_int_equal(first, 0);
	BEGIN(w);
	for (unsigned i = 0; i < COUNT(next); i++) {
		fill(&outgoing, &ho_fields_outgoing, i, &w->arena);
		outgoing.item = id_of(i / 2);
		outgoing.next_at = next[i];
		outgoing.created_at = 100 + i;
		outgoing.delivered_at = i == 1 ? 500 : 0;
		OK(w, outgoing_put(w->store, &outgoing, &w->err));
	}
	COMMIT(w);
	OK(w, outgoing_due(&found, &n, w->store, 20, 10, &w->arena, &w->err));
	assert_int_equal(n, 2);
	assert_int_equal(found[0].next_at, 10);
	OK(w, outgoing_due(&found, &n, w->store, 99, 1, &w->arena, &w->err));
	assert_int_equal(n, 1);
	OK(w, outgoing_figures(&first, &waiting, w->store, &w->err));
	assert_int_equal(first, 10);
	assert_int_equal(waiting, 3);
	OK(w, outgoing_list(&found, &n, w->store, &(struct ho_id){"01K000000002ABCDEFGHJKMNPQ"}, &w->arena, &w->err));
	assert_int_equal(n, 1);
	assert_same(&ho_fields_outgoing, &outgoing, found);
	outgoing.tries = 7;
	BEGIN(w);
	OK(w, outgoing_put(w->store, &outgoing, &w->err));
	OK(w, outgoing_prune(w->store, 500, &w->err));
	COMMIT(w);
	OK(w, outgoing_list(&found, &n, w->store, &outgoing.item, &w->arena, &w->err));
	assert_int_equal(n, 0);
	OK(w, outgoing_list(&found, &n, w->store, &(struct ho_id){"01K000000000ABCDEFGHJKMNPQ"}, &w->arena, &w->err));
	assert_int_equal(n, 2);
}

static void test_journal(void **state)
{
	struct world *w = *state;
	struct ho_journal_entry entry, *found;
	size_t n;
	BEGIN(w);
	for (unsigned i = 0; i < 10; i++) {
		fill(&entry, &ho_fields_journal, i, &w->arena);
		entry.task = i % 3 == 0 ? NULL : i % 3 == 1 ? "urgent" : "spam";
		entry.at = 100 + i;
		OK(w, journal_add(w->store, &entry, &w->err));
	}
	COMMIT(w);
	OK(w, journal_list(&found, &n, w->store, NULL, 0, 0, 100, &w->arena, &w->err));
	assert_int_equal(n, 10);
	entry.sequence = found[9].sequence;
	assert_same(&ho_fields_journal, &entry, &found[9]);
	int64_t fourth = found[3].sequence;
	OK(w, journal_list(&found, &n, w->store, NULL, 0, fourth, 2, &w->arena, &w->err));
	assert_int_equal(n, 2);
	assert_int_equal(found[0].at, 104);
	OK(w, journal_list(&found, &n, w->store, NULL, 107, 0, 100, &w->arena, &w->err));
	assert_int_equal(n, 3);
	OK(w, journal_list(&found, &n, w->store, "urgent", 0, 0, 100, &w->arena, &w->err));
	assert_int_equal(n, 3);
	OK(w, journal_list(&found, &n, w->store, "urgent", 102, fourth, 1, &w->arena, &w->err));
	assert_int_equal(n, 1);
	assert_int_equal(found[0].at, 104);
}

static void test_people(void **state)
{
	struct world *w = *state;
	struct ho_user user, back, *users;
	struct ho_credential token, one, *tokens;
	size_t n;
	BEGIN(w);
	for (unsigned i = 0; i < 3; i++) {
		fill(&user, &ho_fields_user, 9 - i, &w->arena);
		OK(w, user_put(w->store, &user, &w->err));
		fill(&token, &ho_fields_token, i, &w->arena);
		token.kind = (enum ho_credential_kind)(i + 1);
		token.expires_at = 50, token.revoked_at = 0;
		OK(w, token_put(w->store, &token, &w->err));
	}
	user.password = NULL;
	OK(w, user_put(w->store, &user, &w->err));
	COMMIT(w);
	OK(w, user_get(&back, w->store, user.name, &w->arena, &w->err));
	assert_same(&ho_fields_user, &user, &back);
	FAILS(w, HO_ENOTFOUND, user_get(&back, w->store, "nobody", &w->arena, &w->err));
	OK(w, user_list(&users, &n, w->store, &w->arena, &w->err));
	assert_int_equal(n, 3);
	assert_string_equal(users[0].name, user.name);
	OK(w, token_get(&one, w->store, token.hash, &w->arena, &w->err));
	assert_same(&ho_fields_token, &token, &one);
	OK(w, token_list(&tokens, &n, w->store, HO_CREDENTIAL_LOGIN, &w->arena, &w->err));
	assert_int_equal(n, 1);
	BEGIN(w);
	OK(w, token_prune(w->store, 50, &w->err));
	OK(w, token_get(&one, w->store, token.hash, &w->arena, &w->err));
	OK(w, token_prune(w->store, 51, &w->err));
	COMMIT(w);
	FAILS(w, HO_ENOTFOUND, token_get(&one, w->store, token.hash, &w->arena, &w->err));
	OK(w, token_list(&tokens, &n, w->store, HO_CREDENTIAL_KEY, &w->arena, &w->err));
	assert_int_equal(n, 1);
	tokens->revoked_at = 1;
	BEGIN(w);
	OK(w, token_put(w->store, tokens, &w->err));
	OK(w, token_prune(w->store, 1000, &w->err));
	COMMIT(w);
	OK(w, token_get(&one, w->store, tokens->hash, &w->arena, &w->err));
	assert_int_equal(one.revoked_at, 1);
}

static void test_counts(void **state)
{
	struct world *w = *state;
	struct ho_count *found;
	size_t n;
	static const struct ho_count counts[] = {
	    {"urgent", "m1", 5, "auto", 1}, {"urgent", "m1", 5, "auto", 41}, {"urgent", NULL, 6, "answered", 2},
	    {"urgent", "m1", 4, "auto", 9}, {"spam", "", -3, "auto", -5},    {"urgent", "m1", 5, "human.unsure", 3},
	};
	BEGIN(w);
	for (size_t i = 0; i < COUNT(counts); i++)
		OK(w, count_add(w->store, &counts[i], &w->err));
	OK(w, mark(w->store, &w->err));
	OK(w, count_add(w->store, &counts[0], &w->err));
	OK(w, undo(w->store, &w->err));
	COMMIT(w);
	OK(w, count_list(&found, &n, w->store, "urgent", 5, 6, &w->arena, &w->err));
	assert_int_equal(n, 3);
	assert_same(&ho_fields_count, &found[0], (&(struct ho_count){"urgent", "", 6, "answered", 2}));
	assert_same(&ho_fields_count, &found[1], (&(struct ho_count){"urgent", "m1", 5, "auto", 42}));
	assert_string_equal(found[2].what, "human.unsure");
	OK(w, count_list(&found, &n, w->store, NULL, INT32_MIN, INT32_MAX, &w->arena, &w->err));
	assert_int_equal(n, 5);
	assert_string_equal(found[0].task, "spam");
	assert_int_equal(found[0].n, -5);
	assert_int_equal(found[2].day, 4);
}

static void test_first_answers(void **state)
{
	struct world *w = *state;
	struct ho_idempotent first, back;
	fill(&first, &ho_fields_idempotent, 1, &w->arena);
	BEGIN(w);
	OK(w, idempotent_put(w->store, &first, &w->err));
	COMMIT(w);
	OK(w, idempotent_get(&back, w->store, first.key, &w->arena, &w->err));
	assert_same(&ho_fields_idempotent, &first, &back);
	FAILS(w, HO_ENOTFOUND, idempotent_get(&back, w->store, "other", &w->arena, &w->err));
	BEGIN(w);
	OK(w, idempotent_prune(w->store, first.at, &w->err));
	OK(w, idempotent_get(&back, w->store, first.key, &w->arena, &w->err));
	OK(w, idempotent_prune(w->store, first.at + 1, &w->err));
	FAILS(w, HO_ENOTFOUND, idempotent_get(&back, w->store, first.key, &w->arena, &w->err));
	COMMIT(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(test_queue_records), BOTH(test_queue_orders),  BOTH(test_who_may), BOTH(test_leases),
	    BOTH(test_queue_figures), BOTH(test_outbox),        BOTH(test_journal), BOTH(test_people),
	    BOTH(test_counts),        BOTH(test_first_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
