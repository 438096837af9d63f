/* What every store does, 2: lists of items. One set of items, every filter against a slow and plain search. */
#include "store/fixture.h"

#include "base/rng.h"

/* Half an hour apart, so that a list by time looks at few of them. */
enum { ITEMS = 300, APART = 1800 * 1000 };

static struct ho_item made(unsigned n)
{
	struct ho_rng rng = ho_rng_seed(7, n);
	static const char *const labels[] = {"yes", "no", NULL}, *const who[] = {"model", "ann", "bob", NULL};
	static const char *const tasks[] = {"urgent", "urgent", "spam"};
	struct ho_item item = item_of(n);
	item.created_at = 1000 + (int64_t)n * APART;
	item.task = tasks[ho_rng_below(&rng, 3)];
	item.label = labels[ho_rng_below(&rng, 3)];
	item.answered_by = who[ho_rng_below(&rng, 4)];
	item.status = (enum ho_item_status)ho_rng_below(&rng, 4);
	item.role = ho_rng_below(&rng, 5) == 0 ? HO_ROLE_CERTIFY : HO_ROLE_LEARN;
	item.audit = ho_rng_below(&rng, 3) ? HO_AUDIT_NONE : (enum ho_audit_state)ho_rng_below(&rng, 6);
	item.flagged = ho_rng_below(&rng, 8) == 0;
	item.client_id = ho_rng_below(&rng, 2) ? "c1" : NULL;
	return item;
}

static bool is(const char *wanted, const char *have)
{
	return !wanted || (have && strcmp(wanted, have) == 0);
}

static bool suits(const struct ho_item_filter *f, const struct ho_item *i)
{
	return is(f->task, i->task) && is(f->client_id, i->client_id) && is(f->label, i->label) &&
	       is(f->answered_by, i->answered_by) && (!f->status || *f->status == i->status) &&
	       (!f->role || *f->role == i->role) &&
	       (!f->by_person || (i->answered_by && strcmp(i->answered_by, "model") != 0)) &&
	       (!f->flagged || i->flagged) && (!f->confirmed_wrong || i->audit == HO_AUDIT_WRONG) &&
	       (!f->audited || i->audit != HO_AUDIT_NONE) && (!f->from || i->created_at >= f->from) &&
	       (!f->until || i->created_at < f->until) &&
	       (!*f->before.text || strcmp(i->id.text, f->before.text) < 0) &&
	       (!*f->after.text || strcmp(i->id.text, f->after.text) > 0);
}

static void check(struct world *w, const struct ho_item_filter *f)
{
	bool up = *f->after.text && !*f->before.text;
	struct ho_item *found;
	size_t n, expected = 0;
	OK(w, item_list(&found, &n, w->store, f, &w->arena, &w->err));
	for (unsigned k = 0; k < ITEMS && expected < f->limit; k++) {
		struct ho_item item = made(up ? k : ITEMS - 1 - k);
		if (!suits(f, &item))
			continue;
		assert_true(expected < n);
		assert_same(&ho_fields_item, &item, &found[expected]);
		expected++;
	}
	assert_int_equal(n, expected);
	ho_arena_reset(&w->arena);
}

static void test_every_filter(void **state)
{
	struct world *w = *state;
	static const enum ho_item_status statuses[] = {HO_ITEM_PENDING, HO_ITEM_ANSWERED, HO_ITEM_OVERRULED,
	                                               HO_ITEM_EXPIRED};
	static const enum ho_item_role roles[] = {HO_ROLE_LEARN, HO_ROLE_CERTIFY};
	static const char *const people[] = {"ann", "model", "nobody"};
	struct ho_rng rng = ho_rng_seed(3, 0);
	BEGIN(w);
	for (unsigned i = 0; i < ITEMS; i++) {
		struct ho_item item = made(i);
		OK(w, item_add(w->store, &item, &w->err));
	}
	COMMIT(w);
	for (unsigned round = 0; round < 3000; round++) {
		uint64_t bits = ho_rng_next(&rng);
#define MAYBE(bit, value) ((bits >> (bit)&3) == 0 ? (value) : 0)
		struct ho_item_filter f = {.task = bits & 1   ? "urgent"
		                                   : bits & 2 ? "spam"
		                                              : NULL,
		                           .client_id = MAYBE(3, "c1"),
		                           .label = MAYBE(5, bits >> 7 & 1 ? "yes" : "no"),
		                           .answered_by = MAYBE(8, people[bits >> 10 & 1]),
		                           .status = MAYBE(12, &statuses[bits >> 14 & 3]),
		                           .role = MAYBE(16, &roles[bits >> 18 & 1]),
		                           .by_person = MAYBE(19, true),
		                           .flagged = (bits >> 21 & 7) == 0,
		                           .confirmed_wrong = (bits >> 24 & 7) == 0,
		                           .audited = MAYBE(27, true),
		                           .from = MAYBE(29, 1000 + (int64_t)(bits >> 31 & 255) * APART),
		                           .until = MAYBE(39, 1000 + (int64_t)(bits >> 41 & 255) * APART),
		                           .limit = bits >> 49 & 1 ? 7 : 1000};
		if ((bits >> 50 & 3) == 0)
			f.before = id_of((unsigned)(bits >> 52 & 511));
		if ((bits >> 61 & 3) == 0)
			f.after = id_of((unsigned)(bits >> 52 & 127));
		check(w, &f);
	}
	FAILS(w, HO_EINVAL,
	      item_list(&(struct ho_item *){NULL}, &(size_t){0}, w->store, &(struct ho_item_filter){.task = "urgent"},
	                &w->arena, &w->err));
}

static size_t search(struct world *w, const char *words)
{
	struct ho_item *found;
	size_t n;
	struct ho_item_filter f = {.task = "urgent", .search = words, .limit = 100};
	OK(w, item_list(&found, &n, w->store, &f, &w->arena, &w->err));
	for (size_t i = 1; i < n; i++)
		assert_true(strcmp(found[i - 1].id.text, found[i].id.text) > 0);
	f.task = NULL;
	size_t all;
	OK(w, item_list(&found, &all, w->store, &f, &w->arena, &w->err));
	assert_true(all >= n);
	return n;
}

static void test_search(void **state)
{
	struct world *w = *state;
	static const char *const texts[] = {"My card was stolen", "A refund for the CARD please",
	                                    "refunds \"quoted\" well-known", "never reviewed card",
	                                    "card \xff broken bytes"};
	int64_t sequence;
	for (unsigned i = 0; i < COUNT(texts); i++) {
		struct ho_item item = item_of(i);
		struct ho_review review = {.item = item.id, .kind = HO_REVIEW_ANSWER, .label = "yes"};
		item.text = ho_slice_str(texts[i]);
		item.task = i == 4 ? "spam" : "urgent";
		BEGIN(w);
		OK(w, item_add(w->store, &item, &w->err));
		if (i != 3)
			OK(w, review_add(&sequence, w->store, &review, &w->err));
		if (i == 0)
			OK(w, review_add(&sequence, w->store, &review, &w->err));
		COMMIT(w);
	}
	assert_int_equal(search(w, "card"), 2);
	assert_int_equal(search(w, "CAR sto"), 1);
	assert_int_equal(search(w, "refund"), 2);
	assert_int_equal(search(w, "well-known"), 1);
	assert_int_equal(search(w, "\"quoted\" NOT card"), 0);
	assert_int_equal(search(w, "quoted"), 1);
	assert_int_equal(search(w, "ard"), 0);
	assert_int_equal(search(w, "'; DROP TABLE item; --"), 0);
	assert_int_equal(search(w, "*"), 0);
	assert_int_equal(search(w, ""), 0);
	/* A text that is replaced is found by its new words only. */
	struct ho_item item = item_of(0);
	item.text = ho_slice_str("nothing to see");
	BEGIN(w);
	OK(w, item_put(w->store, &item, &w->err));
	COMMIT(w);
	assert_int_equal(search(w, "stolen"), 0);
	assert_int_equal(search(w, "nothing"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {BOTH(test_every_filter), BOTH(test_search)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
