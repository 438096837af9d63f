/* Answers of people: what each does in each state, what taking back restores, and that nothing is answered twice. */
#include "app_desk.h"

#define AUDITED "{\"certify_share\":0,\"audit_share\":1,\"audit_floor\":0,\"audit_budget\":1000000}"
#define UNAUDITED "{\"certify_share\":0,\"audit_share\":0}"
#define SURE "sa sb sc sd"
#define UNSURE "sa ha"

/* ---- single steps ---- */

static void a_waiting_item_is_answered_once(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_item item = desk_classify(d, UNSURE);
	d->f.now += 5 * SECOND;
	assert_int_equal(desk_answer(d, item.id, "ann", "spamm"), HO_EINVAL);
	assert_string_equal(d->f.err.place, "label");
	assert_non_null(strstr(d->f.err.message, "'spam'"));
	assert_ok(desk_answer(d, item.id, "ann", "spam"), &d->f.err);
	item = desk_item(d, item.id);
	assert_int_equal(item.status, HO_ITEM_ANSWERED);
	assert_string_equal(item.label, "spam");
	assert_string_equal(item.answered_by, "ann");
	assert_true(item.answered_at == d->f.now);
	assert_false(desk_queued(d, item.id, NULL));
	assert_ok(desk_answer(d, item.id, "ann", "spam"), &d->f.err); /* a retry */
	assert_int_equal(desk_answer(d, item.id, "ann", "ham"), HO_ECONFLICT);
	assert_int_equal(desk_answer(d, item.id, "bob", "spam"), HO_ECONFLICT);
	assert_int_equal(desk_count(d, HO_COUNT_ANSWERED), 1);
	assert_int_equal(desk_count(d, "reviewed.ann"), 1);
	assert_int_equal(desk_count(d, HO_COUNT_WAITED_MS), 5000);
	struct ho_id none = {"01ARZ3NDEKTSV4RRFFQ69G5FAV"};
	assert_int_equal(desk_answer(d, none, "ann", "spam"), HO_ENOTFOUND);
	desk_close(d);
}

static void none_of_these(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_item item = desk_classify(d, UNSURE);
	assert_ok(desk_answer(d, item.id, "ann", NULL), &d->f.err);
	item = desk_item(d, item.id);
	assert_true(item.answered_none && !item.label && item.status == HO_ITEM_ANSWERED);
	assert_int_equal(desk_count(d, HO_COUNT_NONE), 1);
	desk_close(d);
}

static void an_audit_takes_two_to_be_wrong(void **state)
{
	(void)state;
	struct desk *d = desk_open(AUDITED);
	struct ho_item item = desk_classify(d, SURE);
	struct ho_queued queued;
	assert_true(desk_queued(d, item.id, &queued) && queued.audit);
	assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);
	item = desk_item(d, item.id);
	assert_int_equal(item.audit, HO_AUDIT_SECOND);
	assert_int_equal(desk_count(d, HO_COUNT_SECOND), 1);
	assert_int_equal(desk_count(d, HO_COUNT_CHECKED), 1);
	assert_string_equal(item.label, "spam"); /* one person alone changes nothing */
	assert_string_equal(item.answered_by, "model");
	assert_true(desk_queued(d, item.id, &queued));
	assert_string_equal(queued.not_reviewer, "ann");
	assert_int_equal(desk_answer(d, item.id, "ann", "mail"), HO_ECONFLICT);
	assert_ok(desk_answer(d, item.id, "bob", "mail"), &d->f.err);
	item = desk_item(d, item.id);
	assert_int_equal(item.audit, HO_AUDIT_WRONG);
	assert_int_equal(desk_count(d, HO_COUNT_SECOND), 0);
	assert_int_equal(desk_count(d, HO_COUNT_CHECKED), 2);
	assert_int_equal(item.status, HO_ITEM_OVERRULED);
	assert_string_equal(item.label, "mail");
	assert_string_equal(item.suggestion, "spam");
	assert_false(desk_queued(d, item.id, NULL));
	struct ho_monitor monitor = desk_monitor(d);
	assert_true(monitor.wrong == 1 && monitor.right == 0 && monitor.waiting == 0 && monitor.drawn == 1);
	assert_int_equal(desk_count(d, HO_COUNT_CORRECTED), 1);
	desk_close(d);
}

static void agreement_ends_an_audit(void **state)
{
	(void)state;
	struct desk *d = desk_open(AUDITED);
	struct ho_item first = desk_classify(d, SURE), second = desk_classify(d, SURE);
	assert_ok(desk_answer(d, first.id, "ann", "spam"), &d->f.err);
	assert_int_equal(desk_item(d, first.id).audit, HO_AUDIT_RIGHT);
	assert_string_equal(desk_item(d, first.id).answered_by, "ann"); /* a label that training may use */
	assert_ok(desk_answer(d, second.id, "ann", NULL), &d->f.err);
	assert_ok(desk_answer(d, second.id, "bob", "spam"), &d->f.err);
	assert_int_equal(desk_item(d, second.id).audit, HO_AUDIT_RIGHT);
	assert_int_equal(desk_item(d, second.id).status, HO_ITEM_ANSWERED);
	assert_int_equal(desk_monitor(d).right, 2);
	assert_int_equal(desk_count(d, HO_COUNT_CORRECTED), 0);
	desk_close(d);
}

static void one_who_is_alone_may_look_again_later(void **state)
{
	(void)state;
	struct desk *d = desk_open(AUDITED);
	struct ho_item item = desk_classify(d, SURE);
	struct ho_lease lease;
	struct ho_waiting *next;
	const char *json;
	size_t n;
	assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);
	assert_int_equal(desk_lease(d, item.id, "ann", &lease), HO_ENOTFOUND); /* not yet */
	assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);           /* a retry, no second look */
	assert_int_equal(desk_item(d, item.id).audit, HO_AUDIT_SECOND);
	d->f.now += 5 * HOUR;
	assert_ok(ho_queue_next(&next, &n, d->f.app, d->f.reader, "t", "ann", NULL, 5, &d->f.arena, &d->f.err),
	          &d->f.err);
	assert_int_equal(n, 1);
	assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err); /* still the retry: it holds no lease */
	assert_int_equal(desk_item(d, item.id).audit, HO_AUDIT_SECOND);
	assert_ok(desk_lease(d, item.id, "ann", &lease), &d->f.err);
	assert_true(lease.acquired);
	assert_int_equal(ho_item_context(&json, d->f.app, d->f.reader, &item.id, "ann", &d->f.arena, &d->f.err),
	                 HO_ECONFLICT); /* or the second look were not blind */
	assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);
	assert_int_equal(desk_item(d, item.id).audit, HO_AUDIT_WRONG);
	assert_int_equal(desk_count(d, HO_COUNT_AUDIT_BY_ONE), 1);
	assert_ok(ho_item_context(&json, d->f.app, d->f.reader, &item.id, "ann", &d->f.arena, &d->f.err), &d->f.err);
	desk_close(d);
}

static void a_correction_overrules_what_stands(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_item automatic = desk_classify(d, SURE), human = desk_classify(d, UNSURE),
	               pending = desk_classify(d, UNSURE);
	assert_ok(desk_correct(d, automatic.id, "ann", "ham"), &d->f.err);
	assert_int_equal(desk_item(d, automatic.id).status, HO_ITEM_OVERRULED);
	assert_ok(desk_correct(d, automatic.id, "bob", "spam"), &d->f.err);
	assert_int_equal(desk_item(d, automatic.id).status, HO_ITEM_ANSWERED);
	assert_int_equal(desk_withdraw(d, automatic.id, "ann", false), HO_ECONFLICT);
	assert_ok(desk_withdraw(d, automatic.id, "bob", false), &d->f.err);
	assert_string_equal(desk_item(d, automatic.id).label, "ham");
	assert_ok(desk_withdraw(d, automatic.id, "root", true), &d->f.err);
	assert_string_equal(desk_item(d, automatic.id).answered_by, "model");
	assert_int_equal(desk_withdraw(d, automatic.id, "root", true), HO_ECONFLICT);
	assert_ok(desk_answer(d, human.id, "ann", "ham"), &d->f.err);
	assert_ok(desk_correct(d, human.id, "bob", "mail"), &d->f.err);
	assert_ok(desk_correct(d, human.id, "bob", "mail"), &d->f.err); /* a retry */
	assert_string_equal(desk_item(d, human.id).label, "mail");
	assert_int_equal(desk_count(d, "reviewed.bob"), 1); /* what was taken back is not counted */
	assert_int_equal(desk_correct(d, pending.id, "ann", "ham"), HO_ECONFLICT);
	assert_ok(desk_correct_as_admin(d, pending.id, "ann", "ham"), &d->f.err);
	assert_false(desk_queued(d, pending.id, NULL));
	assert_int_equal(desk_count(d, HO_COUNT_ANSWERED), 2);
	desk_close(d);
}

static void leases(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_item item = desk_classify(d, UNSURE);
	struct ho_lease lease;
	struct ho_waiting *next;
	size_t n;
	assert_ok(desk_lease(d, item.id, "ann", &lease), &d->f.err);
	assert_true(lease.acquired && lease.expires_at == d->f.now + 90 * SECOND);
	assert_ok(desk_lease(d, item.id, "bob", &lease), &d->f.err);
	assert_true(!lease.acquired && strcmp(lease.leased_by, "ann") == 0);
	assert_int_equal(desk_answer(d, item.id, "bob", "ham"), HO_EBUSY);
	assert_ok(ho_queue_next(&next, &n, d->f.app, d->f.reader, "t", "bob", NULL, 5, &d->f.arena, &d->f.err),
	          &d->f.err);
	assert_int_equal(n, 0);
	assert_ok(ho_queue_next(&next, &n, d->f.app, d->f.reader, "t", "ann", NULL, 5, &d->f.arena, &d->f.err),
	          &d->f.err);
	assert_int_equal(n, 1);
	d->f.now += 60 * SECOND;
	assert_ok(desk_lease(d, item.id, "ann", &lease), &d->f.err); /* renewed */
	d->f.now += 60 * SECOND;
	assert_ok(desk_lease(d, item.id, "bob", &lease), &d->f.err);
	assert_false(lease.acquired);
	d->f.now += 31 * SECOND; /* a closed laptop gives it back */
	assert_ok(desk_lease(d, item.id, "bob", &lease), &d->f.err);
	assert_true(lease.acquired);
	assert_int_equal(desk_answer(d, item.id, "ann", "ham"), HO_EBUSY);
	assert_ok(desk_answer(d, item.id, "bob", "ham"), &d->f.err);
	assert_int_equal(desk_lease(d, item.id, "ann", &lease), HO_ENOTFOUND);
	assert_ok(desk_withdraw(d, item.id, "bob", false), &d->f.err);
	assert_ok(desk_lease(d, item.id, "ann", &lease), &d->f.err); /* it went back to bob's hands */
	assert_true(!lease.acquired && strcmp(lease.leased_by, "bob") == 0);
	desk_close(d);
}

static void skipped_and_flagged(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_item item = desk_classify(d, UNSURE);
	struct desk_write w = {.d = d, .id = item.id, .who = "ann", .note = "odd"};
	struct ho_waiting *next;
	size_t n;
	in_group(&d->f, desk_do_skip, &w);
	assert_ok(ho_queue_next(&next, &n, d->f.app, d->f.reader, "t", "ann", NULL, 5, &d->f.arena, &d->f.err),
	          &d->f.err);
	assert_int_equal(n, 0);
	assert_ok(ho_queue_next(&next, &n, d->f.app, d->f.reader, "t", "bob", NULL, 5, &d->f.arena, &d->f.err),
	          &d->f.err);
	assert_int_equal(n, 1);
	d->f.now += HOUR;
	assert_ok(ho_queue_next(&next, &n, d->f.app, d->f.reader, "t", "ann", NULL, 5, &d->f.arena, &d->f.err),
	          &d->f.err);
	assert_int_equal(n, 1);
	struct ho_review *reviews;
	size_t before, after;
	in_group(&d->f, desk_do_flag, &w);
	assert_ok(d->f.reader->ops->review_list(&reviews, &before, d->f.reader, &item.id, &d->f.arena, &d->f.err),
	          &d->f.err);
	in_group(&d->f, desk_do_flag, &w); /* sent again because the answer was lost */
	assert_ok(d->f.reader->ops->review_list(&reviews, &after, d->f.reader, &item.id, &d->f.arena, &d->f.err),
	          &d->f.err);
	assert_int_equal(after, before);
	assert_true(desk_item(d, item.id).flagged);
	assert_string_equal(desk_item(d, item.id).note, "odd");
	assert_true(desk_queued(d, item.id, NULL));
	assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);
	assert_string_equal(desk_item(d, item.id).note, "odd");
	desk_close(d);
}

static void what_was_erased_takes_no_note(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_item item = desk_classify(d, UNSURE);
	struct desk_write w = {.d = d, .id = item.id, .who = "ann", .note = "personal words"};
	assert_ok(d->store->ops->begin(d->store, &d->f.err), &d->f.err);
	assert_ok(d->store->ops->item_forget(d->store, &item.id, &d->f.err), &d->f.err);
	assert_ok(d->store->ops->commit(d->store, &d->f.err), &d->f.err);
	assert_int_equal(ho_app_write(d->f.app, desk_do_flag, &w, &d->f.err), HO_ECONFLICT);
	assert_null(desk_item(d, item.id).note);
	desk_close(d);
}

/* However often an answer changes, it was corrected once, or not at all. */
static void corrected_once(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_item item = desk_classify(d, SURE);
	assert_ok(desk_correct(d, item.id, "ann", "ham"), &d->f.err);
	assert_ok(desk_correct(d, item.id, "ann", "mail"), &d->f.err);
	assert_int_equal(desk_count(d, HO_COUNT_CORRECTED), 1);
	assert_ok(desk_correct(d, item.id, "ann", "spam"), &d->f.err);
	assert_int_equal(desk_count(d, HO_COUNT_CORRECTED), 0);
	assert_ok(desk_withdraw(d, item.id, "ann", false), &d->f.err);
	assert_ok(desk_withdraw(d, item.id, "ann", false), &d->f.err);
	assert_int_equal(desk_count(d, HO_COUNT_CORRECTED), 1);
	assert_ok(desk_withdraw(d, item.id, "ann", false), &d->f.err);
	assert_int_equal(desk_count(d, HO_COUNT_CORRECTED), 0);
	assert_string_equal(desk_item(d, item.id).label, "spam");
	desk_close(d);
}

/* ---- order ---- */

static void order_of_the_queue(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":0,\"due_s\":100000}");
	struct ho_waiting *next;
	size_t n, unsure = 0, novel = 0;
	char text[64];
	struct ho_id previous = {""};
	for (int i = 0; i < 300; i++) { /* two thirds doubtful, one third novel */
		(void)snprintf(text, sizeof text, i % 3 ? "sa ha %c%c %c%cx" : "%c%cz %c%cy", 'a' + i % 26,
		               'b' + i / 26, 'c' + i % 20, 'd' + i % 15);
		(void)desk_classify(d, text);
	}
	for (int i = 0; i < 200; i++) {
		assert_ok(
		    ho_queue_next(&next, &n, d->f.app, d->f.reader, "t", "ann", &previous, 3, &d->f.arena, &d->f.err),
		    &d->f.err);
		assert_int_equal(n, 3);
		struct ho_item item = desk_item(d, next[0].item);
		struct ho_waiting *again;
		size_t m;
		assert_ok(
		    ho_queue_next(&again, &m, d->f.app, d->f.reader, "t", "ann", &previous, 3, &d->f.arena, &d->f.err),
		    &d->f.err);
		assert_string_equal(again[0].item.text, next[0].item.text); /* asking twice changes nothing */
		unsure += item.reason == HO_ITEM_UNSURE;
		novel += item.reason == HO_ITEM_NOVEL;
		previous = item.id;
		assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);
	}
	print_message("of 200: %zu unsure, %zu novel\n", unsure, novel);
	assert_true(unsure > 60 && novel > 25);
	/* What is due soon comes before all else. */
	struct ho_item old = desk_classify(d, "sa sb ha qq");
	d->f.now += 90000 * SECOND;
	struct ho_item fresh = desk_classify(d, "sa ha ja jb jc");
	assert_ok(ho_queue_next(&next, &n, d->f.app, d->f.reader, "t", "ann", NULL, 101, &d->f.arena, &d->f.err),
	          &d->f.err);
	assert_int_equal(n, 101);
	for (size_t i = 0; i < n; i++)
		assert_string_not_equal(next[i].item.text, fresh.id.text);
	(void)old;
	desk_close(d);
}

static void look_alikes_do_not_follow_each_other(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_waiting *next;
	size_t n, near = 0;
	char text[200];
	for (int i = 0; i < 60; i++) {
		if (i % 3 == 0)
			(void)snprintf(text, sizeof text,
			               "sa ha your order %d of last week will arrive on monday at your house "
			               "between nine and ten please be there",
			               i);
		else if (i % 3 == 1)
			(void)snprintf(text, sizeof text,
			               "sa ha the meeting number %d of the whole team was moved from the "
			               "large room to the small one upstairs",
			               i);
		else
			(void)snprintf(text, sizeof text,
			               "sa ha we could not read the meter %d in the cellar since nobody "
			               "opened when our man came at noon",
			               i);
		(void)desk_classify(d, text);
	}
	assert_ok(ho_queue_next(&next, &n, d->f.app, d->f.reader, "t", "ann", NULL, 50, &d->f.arena, &d->f.err),
	          &d->f.err);
	assert_int_equal(n, 50);
	for (size_t i = 1; i < n; i++) {
		uint64_t a = ho_text_fingerprint(next[i - 1].text), b = ho_text_fingerprint(next[i].text);
		near += __builtin_popcountll(a ^ b) <= HO_NEAR_BITS;
	}
	assert_in_range(near, 0, 10); /* only when nothing else is left at the end */
	desk_close(d);
}

/* ---- several people ---- */

static const char *const people[] = {"ann", "bob", "eve"};

/* `everybody` has reviewed before, so that nobody counts as alone. */
static void everybody_reviews(struct desk *d)
{
	for (int i = 0; i < 3; i++) {
		struct ho_item item = desk_classify(d, UNSURE);
		assert_ok(desk_answer(d, item.id, people[i], "ham"), &d->f.err);
		assert_ok(desk_correct(d, item.id, people[i], "spam"), &d->f.err);
	}
	d->f.now += 2 * MINUTE;
}

/* What was said before anybody could see what the model thought counts for good. */
static void taking_back_changes_no_verdict(void **state)
{
	(void)state;
	struct desk *d = desk_open(AUDITED);
	struct ho_item item = desk_classify(d, SURE);
	struct ho_lease lease;
	struct ho_monitor monitor;
	assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);
	assert_ok(desk_withdraw(d, item.id, "ann", false), &d->f.err);
	assert_int_equal(desk_item(d, item.id).audit, HO_AUDIT_SECOND);
	assert_ok(desk_lease(d, item.id, "ann", &lease), &d->f.err); /* the page goes on showing it */
	assert_true(lease.acquired);
	assert_ok(desk_answer(d, item.id, "ann", "spam"), &d->f.err);
	assert_ok(desk_answer(d, item.id, "ann", "spam"), &d->f.err); /* a retry */
	assert_int_equal(desk_item(d, item.id).audit, HO_AUDIT_SECOND);
	monitor = desk_monitor(d);
	assert_true(monitor.right == 0 && monitor.wrong == 0 && monitor.waiting == 1);
	assert_ok(desk_lease(d, item.id, "bob", &lease), &d->f.err);
	assert_ok(desk_answer(d, item.id, "bob", "ham"), &d->f.err);
	monitor = desk_monitor(d);
	assert_true(monitor.right == 0 && monitor.wrong == 1);
	assert_string_equal(desk_item(d, item.id).label, "spam"); /* what is shown is ann's last word */
	/* Nor does taking back a verdict that agreed. */
	item = desk_classify(d, SURE);
	assert_ok(desk_answer(d, item.id, "ann", "spam"), &d->f.err);
	assert_ok(desk_withdraw(d, item.id, "ann", false), &d->f.err);
	assert_int_equal(desk_item(d, item.id).audit, HO_AUDIT_RIGHT);
	assert_string_equal(desk_item(d, item.id).answered_by, "model");
	assert_int_equal(desk_answer(d, item.id, "bob", "ham"), HO_ECONFLICT);
	assert_ok(desk_answer(d, item.id, "ann", "mail"), &d->f.err);
	assert_string_equal(desk_item(d, item.id).label, "mail");
	assert_int_equal(desk_item(d, item.id).status, HO_ITEM_OVERRULED);
	assert_int_equal(desk_monitor(d).right, 1);
	desk_close(d);
}

static void a_correction_waits_for_the_blind_answer(void **state)
{
	(void)state;
	struct desk *d = desk_open(AUDITED);
	struct ho_item audit = desk_classify(d, SURE), human = desk_classify(d, UNSURE);
	struct ho_lease lease;
	struct ho_waiting *next;
	const char *json;
	size_t n;
	assert_int_equal(desk_correct(d, audit.id, "ann", "ham"), HO_ECONFLICT);
	assert_int_equal(desk_correct(d, human.id, "ann", "ham"), HO_ECONFLICT); /* or it could be told */
	assert_int_equal(ho_item_context(&json, d->f.app, d->f.reader, &audit.id, "ann", &d->f.arena, &d->f.err),
	                 HO_ECONFLICT);
	assert_ok(desk_correct_as_admin(d, audit.id, "root", "ham"), &d->f.err);
	assert_int_equal(desk_item(d, audit.id).audit, HO_AUDIT_FIRST);
	assert_string_equal(desk_item(d, audit.id).label, "ham");
	assert_int_equal(desk_answer(d, audit.id, "root", "ham"), HO_ECONFLICT); /* saw the suggestion */
	assert_int_equal(desk_lease(d, audit.id, "root", &lease), HO_ENOTFOUND);
	assert_ok(ho_queue_next(&next, &n, d->f.app, d->f.reader, "t", "root", NULL, 5, &d->f.arena, &d->f.err),
	          &d->f.err);
	assert_int_equal(n, 1);
	assert_string_equal(next[0].item.text, human.id.text);
	assert_ok(desk_withdraw(d, audit.id, "root", false), &d->f.err);
	assert_int_equal(desk_answer(d, audit.id, "root", "ham"), HO_ECONFLICT);
	assert_ok(desk_answer(d, audit.id, "ann", "spam"), &d->f.err);
	assert_int_equal(desk_item(d, audit.id).audit, HO_AUDIT_RIGHT);
	desk_close(d);
}

static void taking_back_steals_no_lease(void **state)
{
	(void)state;
	struct desk *d = desk_open(AUDITED);
	struct ho_item item = desk_classify(d, SURE);
	struct ho_lease lease;
	struct ho_queued queued;
	everybody_reviews(d);
	assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);
	assert_ok(desk_lease(d, item.id, "bob", &lease), &d->f.err);
	assert_true(lease.acquired);
	assert_ok(desk_withdraw(d, item.id, "ann", false), &d->f.err);
	assert_true(desk_queued(d, item.id, &queued));
	assert_string_equal(queued.leased_by, "bob");
	assert_ok(desk_answer(d, item.id, "ann", "mail"), &d->f.err); /* her own say, beside bob */
	assert_true(desk_queued(d, item.id, &queued));
	assert_string_equal(queued.leased_by, "bob");
	assert_ok(desk_answer(d, item.id, "bob", "spam"), &d->f.err);
	assert_int_equal(desk_item(d, item.id).audit, HO_AUDIT_RIGHT);
	desk_close(d);
}

static void nobody_is_alone_where_three_review(void **state)
{
	(void)state;
	struct desk *d = desk_open(AUDITED);
	everybody_reviews(d);
	struct ho_item item = desk_classify(d, SURE);
	struct ho_lease lease;
	assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);
	d->f.now += 5 * HOUR;
	assert_int_equal(desk_lease(d, item.id, "ann", &lease), HO_ENOTFOUND);
	assert_ok(desk_lease(d, item.id, "bob", &lease), &d->f.err);
	assert_true(lease.acquired);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_waiting_item_is_answered_once),
	    cmocka_unit_test(none_of_these),
	    cmocka_unit_test(an_audit_takes_two_to_be_wrong),
	    cmocka_unit_test(agreement_ends_an_audit),
	    cmocka_unit_test(one_who_is_alone_may_look_again_later),
	    cmocka_unit_test(a_correction_overrules_what_stands),
	    cmocka_unit_test(leases),
	    cmocka_unit_test(skipped_and_flagged),
	    cmocka_unit_test(what_was_erased_takes_no_note),
	    cmocka_unit_test(corrected_once),
	    cmocka_unit_test(order_of_the_queue),
	    cmocka_unit_test(look_alikes_do_not_follow_each_other),
	    cmocka_unit_test(taking_back_changes_no_verdict),
	    cmocka_unit_test(a_correction_waits_for_the_blind_answer),
	    cmocka_unit_test(taking_back_steals_no_lease),
	    cmocka_unit_test(nobody_is_alone_where_three_review),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
