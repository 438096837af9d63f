/* Answers, withdrawals and leases in any order, against a small model of what must stand. */
#include "app_desk.h"

#define AUDITED "{\"certify_share\":0,\"audit_share\":1,\"audit_floor\":0,\"audit_budget\":1000000}"
#define SURE "sa sb sc sd"
#define UNSURE "sa ha"

enum { ITEMS = 12, STACK = 40, OPERATIONS = 9000 };

static const char *const people[] = {"ann", "bob", "eve"};

struct answer {
	int who, label;        /* label -1: none of these */
	bool correct;          /* as asked for, or because the blind answer was given before */
	int at;                /* number of the answer */
	struct ho_item before; /* as it was */
};

/* What was said blind of an automatic answer, taken back or not. */
struct verdict {
	int who, label, at;
};

struct ref {
	struct ho_id id;
	bool automatic;
	int suggestion;
	struct answer stack[STACK];
	struct verdict verdicts[2];
	int n, n_verdicts, answers;
	int looked; /* bits: who corrected it before answering it blind */
	int leased; /* by whom, -1 */
};

static enum ho_audit_state audit_of(const struct ref *r, int *first)
{
	enum ho_audit_state audit = r->automatic ? HO_AUDIT_FIRST : HO_AUDIT_NONE;
	*first = -1;
	for (int i = 0; i < r->n_verdicts; i++) {
		bool agrees = r->verdicts[i].label == r->suggestion;
		if (!agrees && audit == HO_AUDIT_FIRST)
			*first = r->verdicts[i].who;
		audit = agrees ? HO_AUDIT_RIGHT : audit == HO_AUDIT_FIRST ? HO_AUDIT_SECOND : HO_AUDIT_WRONG;
	}
	return audit;
}

static bool waits(const struct ref *r)
{
	int first;
	enum ho_audit_state audit = audit_of(r, &first);
	return r->automatic ? audit == HO_AUDIT_FIRST || audit == HO_AUDIT_SECOND : r->n == 0;
}

static bool gave_verdict(const struct ref *r, int who)
{
	bool gave = false;
	for (int i = 0; i < r->n_verdicts; i++)
		gave |= r->verdicts[i].who == who;
	return gave;
}

/* Their blind answer was taken back and nothing stands that came after it. */
static bool may_redo(const struct ref *r, int who)
{
	for (int i = 0; i < r->n_verdicts; i++)
		if (r->verdicts[i].who == who)
			return !r->n || r->stack[r->n - 1].at < r->verdicts[i].at;
	return false;
}

/* What an answer must return: HO_OK also for a retry, then *again. */
static enum ho_status expected(const struct ref *r, int who, int label, bool correct, bool admin, bool *again)
{
	int first;
	enum ho_audit_state audit = audit_of(r, &first);
	bool redo = may_redo(r, who);
	*again = false;
	for (int i = 0; i < r->n; i++)
		*again |= r->stack[i].who == who && r->stack[i].label == label &&
		          (correct == r->stack[i].correct || (!correct && gave_verdict(r, who))) &&
		          (!r->stack[i].correct || i == r->n - 1);
	if (*again)
		return HO_OK;
	bool pending = !r->automatic && r->n == 0;
	if (waits(r) && r->leased >= 0 && r->leased != who && (!(correct || redo) || pending))
		return HO_EBUSY;
	if (correct)
		return waits(r) && !admin ? HO_ECONFLICT : HO_OK;
	if (redo)
		return HO_OK;
	if (r->automatic && waits(r) && (r->looked >> who & 1))
		return HO_ECONFLICT;
	if (audit == HO_AUDIT_SECOND && first == who)
		return HO_ECONFLICT;
	return waits(r) ? HO_OK : HO_ECONFLICT;
}

/* Put it on the stack as what it is. */
static void note_answer(struct ref *r, int who, int label, bool correct, const struct ho_item *before)
{
	bool blind = r->automatic && !correct && !may_redo(r, who);
	if (r->automatic && correct && !gave_verdict(r, who))
		r->looked |= 1 << who;
	r->answers++;
	if (blind)
		r->verdicts[r->n_verdicts++] = (struct verdict){who, label, r->answers};
	r->stack[r->n++] = (struct answer){who, label, correct || (r->automatic && !blind), r->answers, *before};
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void assert_as_before(const struct ho_item *a, const struct ho_item *b)
{
	assert_true(a->status == b->status && a->answered_none == b->answered_none);
	assert_true(same(a->label, b->label) && same(a->answered_by, b->answered_by) && same(a->note, b->note));
	assert_true(a->answered_at == b->answered_at && a->took_ms == b->took_ms && a->due_at == b->due_at);
	assert_true(a->decision == b->decision && same(a->suggestion, b->suggestion) && a->flagged == b->flagged);
}

static void do_answer(struct desk *d, struct ref *r, struct ho_rng *rng)
{
	int who = (int)ho_rng_below(rng, 3), label = (int)ho_rng_below(rng, 4) - 1;
	bool again, correct = ho_rng_below(rng, 5) == 0, admin = ho_rng_below(rng, 3) == 0;
	struct ho_item before = desk_item(d, r->id);
	enum ho_status want = expected(r, who, label, correct, admin, &again);
	if (want == HO_OK && !again && r->n == STACK)
		return;
	struct desk_write w = {.d = d,
	                       .id = r->id,
	                       .who = people[who],
	                       .label = label < 0 ? NULL : desk_labels[label],
	                       .took_ms = (int64_t)ho_rng_below(rng, 3) * 700,
	                       .note = ho_rng_below(rng, 5) ? NULL : "a note",
	                       .correct = correct,
	                       .admin = admin};
	enum ho_status status = ho_app_write(d->f.app, desk_do_answer, &w, &d->f.err);
	assert_int_equal(status, want);
	if (status == HO_OK && !again) {
		bool redo = may_redo(r, who);
		note_answer(r, who, label, correct, &before);
		if (!(correct || redo) || !waits(r))
			r->leased = -1;
	} else {
		struct ho_item after = desk_item(d, r->id);
		assert_as_before(&after, &before);
		assert_int_equal(after.audit, before.audit);
	}
}

static void do_withdraw(struct desk *d, struct ref *r, struct ho_rng *rng)
{
	int who = (int)ho_rng_below(rng, 3);
	bool any = ho_rng_below(rng, 4) == 0;
	bool may = r->n && (any || r->stack[r->n - 1].who == who);
	enum ho_status status = desk_withdraw(d, r->id, people[who], any);
	assert_int_equal(status, may ? HO_OK : HO_ECONFLICT);
	if (!may)
		return;
	struct ho_item after = desk_item(d, r->id);
	bool waited = waits(r);
	assert_as_before(&after, &r->stack[--r->n].before);
	if (!waited && waits(r))
		r->leased = who;
}

static void do_lease(struct desk *d, struct ref *r, struct ho_rng *rng)
{
	struct ho_lease lease;
	int who = (int)ho_rng_below(rng, 3), first;
	bool second = audit_of(r, &first) == HO_AUDIT_SECOND && first == who;
	bool free = waits(r) && !second && !(r->automatic && (r->looked >> who & 1)), redo = may_redo(r, who);
	enum ho_status status = desk_lease(d, r->id, people[who], &lease);
	assert_int_equal(status, free || redo ? HO_OK : HO_ENOTFOUND);
	if (status == HO_OK && !free) {
		assert_true(lease.acquired && !strcmp(lease.leased_by, people[who]));
	} else if (status == HO_OK) {
		assert_int_equal(lease.acquired, r->leased < 0 || r->leased == who);
		r->leased = lease.acquired ? who : r->leased;
	}
}

/* The counts are what the standing answers say. */
static void check_counts(struct desk *d, const struct ref *refs)
{
	int64_t answered = 0, none = 0, agreed = 0, right = 0, wrong = 0, by[3] = {0}, drawn = 0;
	for (int i = 0; i < ITEMS; i++) {
		const struct ref *r = &refs[i];
		int first;
		enum ho_audit_state audit = audit_of(r, &first);
		struct ho_item item = desk_item(d, r->id);
		assert_int_equal(item.audit, audit);
		assert_int_equal(desk_queued(d, r->id, NULL), waits(r));
		assert_int_equal(item.status == HO_ITEM_PENDING, !r->automatic && !r->n);
		answered += !r->automatic && r->n > 0;
		none += !r->automatic && r->n > 0 && r->stack[0].label < 0;
		agreed += !r->automatic && r->n > 0 && r->stack[0].label == r->suggestion;
		right += audit == HO_AUDIT_RIGHT;
		wrong += audit == HO_AUDIT_WRONG;
		drawn += r->automatic;
		for (int k = 0; k < r->n; k++)
			by[r->stack[k].who]++;
	}
	assert_int_equal(desk_count(d, HO_COUNT_ANSWERED), answered);
	assert_int_equal(desk_count(d, HO_COUNT_NONE), none);
	assert_int_equal(desk_count(d, HO_COUNT_AGREED), agreed);
	assert_int_equal(desk_count(d, HO_COUNT_AUDIT_RIGHT), right);
	assert_int_equal(desk_count(d, HO_COUNT_AUDIT_WRONG), wrong);
	assert_int_equal(desk_count(d, "reviewed.ann"), by[0]);
	assert_int_equal(desk_count(d, "reviewed.bob"), by[1]);
	assert_int_equal(desk_count(d, "reviewed.eve"), by[2]);
	struct ho_monitor monitor = desk_monitor(d);
	assert_true((int64_t)monitor.right == right && (int64_t)monitor.wrong == wrong);
	assert_true((int64_t)monitor.drawn == drawn && (int64_t)monitor.waiting == drawn - right - wrong);
}

static int label_number(const char *label)
{
	for (int i = 0; i < DESK_K; i++)
		if (!strcmp(label, desk_labels[i]))
			return i;
	return -2;
}

static void any_order(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct desk *d = desk_open_on(AUDITED, seed == 8);
		struct ho_rng rng = ho_rng_seed(seed, 5);
		struct ref refs[ITEMS];
		for (int i = 0; i < ITEMS; i++) {
			struct ho_item item = desk_classify(d, i % 2 ? SURE : UNSURE);
			refs[i] = (struct ref){.id = item.id,
			                       .automatic = item.decision == HO_ITEM_AUTO,
			                       .suggestion = label_number(item.suggestion),
			                       .leased = -1};
		}
		/* Two more who reviewed lately make that nobody is alone. */
		int64_t day = ho_time_day(d->f.now);
		assert_ok(d->store->ops->begin(d->store, &d->f.err), &d->f.err);
		for (int i = 0; i < 2; i++) {
			struct ho_count count = {.task = "t",
			                         .model = "",
			                         .day = (int32_t)day,
			                         .what = i ? "reviewed.joe" : "reviewed.jim",
			                         .n = 1};
			assert_ok(d->store->ops->count_add(d->store, &count, &d->f.err), &d->f.err);
		}
		assert_ok(d->store->ops->commit(d->store, &d->f.err), &d->f.err);
		for (int i = 0; i < OPERATIONS / 6; i++) {
			struct ref *r = &refs[ho_rng_below(&rng, ITEMS)];
			uint64_t kind = ho_rng_below(&rng, 10);
			d->f.now += 10; /* leases last */
			if (kind < 5)
				do_answer(d, r, &rng);
			else if (kind < 8)
				do_withdraw(d, r, &rng);
			else
				do_lease(d, r, &rng);
			if (i % 20 == 0)
				check_counts(d, refs);
			if (i % 100 == 99) {
				d->f.now += 10 * MINUTE; /* all leases end */
				for (int k = 0; k < ITEMS; k++)
					refs[k].leased = -1;
			}
		}
		check_counts(d, refs);
		desk_close(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(any_order)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
