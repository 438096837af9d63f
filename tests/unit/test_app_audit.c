/* The promise, measured: how often is looked, what the looks say, and the alarm; and what is done when time passes. */
#include "app_desk.h"
#include "app/journal.h"

#define ALL "{\"certify_share\":0,\"audit_share\":1,\"audit_floor\":0,\"audit_budget\":1000000}"
#define SURE "sa sb sc sd"
#define UNSURE "sa ha"

static void how_often(void **state)
{
	(void)state;
	struct ho_task_settings s;
	ho_task_settings_init(&s);
	/* plain share at certainty, twice at the threshold */
	assert_true(ho_audit_probability(&s, 1, 0.9, 10000, 10) == 0.02);
	assert_true(fabs(ho_audit_probability(&s, 0.9, 0.9, 10000, 10) - 0.04) < 1e-12);
	assert_true(fabs(ho_audit_probability(&s, 0.95, 0.9, 10000, 10) - 0.03) < 1e-12);
	/* the floor: five of fifty expected; not beyond it */
	assert_true(fabs(ho_audit_probability(&s, 1, 0.9, 50, 0) - 0.1) < 1e-12);
	assert_true(ho_audit_probability(&s, 1, 0.9, 50, 5) == 0.02);
	assert_true(ho_audit_probability(&s, 1, 0.9, 0, 0) == 1);
	assert_true(ho_audit_probability(&s, 1, 0.9, 2, 0) == 1);
	/* a tenth after the budget */
	assert_true(fabs(ho_audit_probability(&s, 1, 0.9, 1e6, 200) - 0.002) < 1e-12);
	s.audit_share = 0;
	assert_true(ho_audit_probability(&s, 1, 0.9, 0, 0) == 0);
	s.audit_share = 1;
	assert_true(ho_audit_probability(&s, 0.9, 0.9, 10, 0) == 1);
	assert_true(ho_audit_probability(&s, 1, 1, 10, 0) == 1);
}

/* Judge the audit of an automatic answer: right by one person, wrong by two. */
static void judge(struct desk *d, struct ho_id id, bool wrong)
{
	assert_ok(desk_answer(d, id, "ann", wrong ? "ham" : "spam"), &d->f.err);
	if (wrong)
		assert_ok(desk_answer(d, id, "bob", "ham"), &d->f.err);
}

static void figures(void **state)
{
	(void)state;
	struct desk *d =
	    desk_open("{\"certify_share\":0,\"audit_share\":0.5,\"audit_floor\":0,\"audit_budget\":1000000}");
	struct ho_monitor m = desk_monitor(d);
	assert_true(m.automatic == 0 && isnan(m.error) && isnan(m.coverage) && m.p == 1 && !m.alarm);
	assert_true(m.sequence.lo == 0 && m.sequence.hi == 1 && m.max_error == 0.05);
	double weight_right = 0, weight_wrong = 0;
	int drawn = 0, waiting = 0;
	for (int i = 0; i < 400; i++) {
		struct ho_item item = desk_classify(d, i % 2 ? SURE : "sa sb sc sd se sf sg sh");
		if (item.audit != HO_AUDIT_FIRST)
			continue;
		bool wrong = drawn == 21 || drawn == 31;
		if (drawn++ % 20 == 0) {
			waiting++;
			continue;
		}
		judge(d, item.id, wrong);
		*(wrong ? &weight_wrong : &weight_right) += 1 / item.audit_probability;
	}
	(void)desk_classify(d, UNSURE);
	m = desk_monitor(d);
	assert_true(m.automatic == 400 && m.drawn == (uint64_t)drawn && m.wrong == 2);
	assert_int_equal(m.right, drawn - waiting - 2);
	assert_true(m.waiting == (uint64_t)waiting && m.missing == 0);
	assert_true(fabs(m.error - weight_wrong / (weight_wrong + weight_right)) < 1e-3);
	assert_true(fabs(m.coverage - 400.0 / 401) < 1e-9);
	assert_true(m.sequence.lo < m.error && m.error < m.sequence.hi && m.sequence.hi < 1);
	assert_true(m.log_wealth < 0 && !m.alarm);
	assert_int_equal(m.queue.waiting, m.waiting + 1);
	/* the same by hand */
	struct ho_eprocess e;
	assert_ok(ho_eprocess_init(&e, 0.05, 0.05, 0.5, &d->f.err), &d->f.err);
	ho_eprocess_skip(&e, 398);
	struct ho_item_filter filter = {.task = "t", .confirmed_wrong = true, .limit = 10};
	struct ho_item *items;
	size_t n;
	assert_ok(d->f.reader->ops->item_list(&items, &n, d->f.reader, &filter, &d->f.arena, &d->f.err), &d->f.err);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		assert_ok(ho_eprocess_audit(&e, true, items[i].audit_probability, &d->f.err), &d->f.err);
	assert_true(fabs(ho_eprocess_log(&e) - m.log_wealth) < 1e-9);
	desk_close(d);
}

static void alarm_pauses_until_somebody_resumes(void **state)
{
	(void)state;
	struct desk *d = desk_open(ALL);
	struct ho_monitor m = {.alarm = false};
	int wrong = 0;
	while (!m.alarm) {
		struct ho_item item = desk_classify(d, SURE);
		assert_int_equal(item.decision, HO_ITEM_AUTO);
		judge(d, item.id, ++wrong <= 40);
		m = desk_monitor(d);
		assert_true(wrong < 40);
	}
	print_message("alarm after %d errors of as many audits, p = %g\n", wrong, m.p);
	assert_true(m.p <= 0.05);
	struct ho_item item = desk_classify(d, SURE);
	assert_int_equal(item.reason, HO_ITEM_PAUSED);
	assert_int_equal(journal_count(&d->f, "alarm"), 1);
	assert_int_equal(journal_count(&d->f, "paused"), 1);
	const struct ho_desk *desk;
	assert_ok(ho_desk_take(&desk, d->f.app, "t", &d->f.err), &d->f.err);
	assert_true(desk->paused && ho_pause_is_alarm(desk->paused_why));
	ho_desk_release(desk);
	/* Taking an answer back changes what is shown, neither verdict nor alarm. */
	struct ho_item_filter filter = {.task = "t", .confirmed_wrong = true, .limit = 1};
	struct ho_item *items;
	size_t n;
	assert_ok(d->f.reader->ops->item_list(&items, &n, d->f.reader, &filter, &d->f.arena, &d->f.err), &d->f.err);
	assert_ok(desk_withdraw(d, items[0].id, "bob", false), &d->f.err);
	assert_true(desk_monitor(d).alarm && desk_monitor(d).p == m.p);
	d->f.now += SECOND;
	desk_deploy(d, 0.95); /* a new model answers: measured anew */
	assert_false(desk_monitor(d).alarm);
	assert_int_equal(desk_monitor(d).automatic, 0);
	assert_int_equal(desk_classify(d, SURE).decision, HO_ITEM_AUTO);
	/* A verdict on an answer of the old model does not touch the new one's figures. */
	assert_ok(desk_answer(d, items[0].id, "bob", "ham"), &d->f.err);
	assert_int_equal(desk_monitor(d).wrong, 0);
	desk_close(d);
}

static enum ho_status do_resume(void *context, struct ho_store *store, struct ho_error *err)
{
	return ho_resume(((struct desk *)context)->f.app, store, "t", "ann", err);
}

static enum ho_status do_resume_anyway(void *context, struct ho_store *store, struct ho_error *err)
{
	return ho_resume_anyway(((struct desk *)context)->f.app, store, "t", "ann", err);
}

static enum ho_status do_promote_again(void *context, struct ho_store *store, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_task task;
	ho_arena_init(&arena, 1 << 20);
	enum ho_status status = store->ops->task_get(&task, store, "t", &arena, err);
	if (status == HO_OK)
		status = ho_promote(((struct desk *)context)->f.app, store, "t", task.champion, "ann", err);
	ho_arena_release(&arena);
	return status;
}

static struct desk *alarmed_desk(void)
{
	struct desk *d = desk_open(ALL);
	while (!desk_monitor(d).alarm)
		judge(d, desk_classify(d, SURE).id, true);
	d->f.now += SECOND;
	return d;
}

static void resume_after_an_alarm_takes_a_change(void **state)
{
	(void)state;
	struct desk *d = alarmed_desk();
	assert_int_equal(ho_app_write(d->f.app, do_resume, d, &d->f.err), HO_ECONFLICT);
	assert_non_null(strstr(d->f.err.message, "0.9"));
	assert_int_equal(ho_app_write(d->f.app, do_promote_again, d, &d->f.err), HO_ECONFLICT);
	/* Neither another share of audits nor a threshold below the certified one is a change. */
	desk_configure(d, "{\"audit_share\":0.1,\"raised_threshold\":0.5}");
	assert_int_equal(ho_app_write(d->f.app, do_resume, d, &d->f.err), HO_ECONFLICT);
	assert_int_equal(desk_classify(d, SURE).reason, HO_ITEM_PAUSED);
	desk_configure(d, "{\"raised_threshold\":0.93}");
	in_group(&d->f, do_resume, d);
	assert_false(desk_monitor(d).alarm);
	assert_int_equal(desk_classify(d, "sa sb sc sd se").decision, HO_ITEM_AUTO);
	desk_close(d);

	d = alarmed_desk();
	desk_deploy(d, 0.95);
	assert_int_equal(desk_classify(d, SURE).decision, HO_ITEM_AUTO);
	desk_close(d);
}

static void resume_by_force(void **state)
{
	(void)state;
	struct desk *d = alarmed_desk();
	in_group(&d->f, do_resume_anyway, d);
	assert_int_equal(journal_count(&d->f, "resumed"), 1);
	assert_int_equal(desk_classify(d, SURE).decision, HO_ITEM_AUTO);
	/* The next alarm is as hard. */
	while (!desk_monitor(d).alarm)
		judge(d, desk_classify(d, SURE).id, true);
	assert_int_equal(ho_app_write(d->f.app, do_resume, d, &d->f.err), HO_ECONFLICT);
	desk_close(d);
}

/* A first person disagreed: a second is to look, and the monitor tells how many such there are. */
static void contested_audits_are_told(void **state)
{
	(void)state;
	struct desk *d = desk_open(ALL);
	struct ho_item one = desk_classify(d, SURE), two = desk_classify(d, SURE);
	assert_int_equal(desk_monitor(d).second, 0);
	assert_ok(desk_answer(d, one.id, "ann", "ham"), &d->f.err);
	assert_ok(desk_answer(d, two.id, "ann", "ham"), &d->f.err);
	struct ho_monitor m = desk_monitor(d);
	assert_true(m.second == 2 && m.waiting == 2);
	assert_ok(desk_answer(d, one.id, "bob", "ham"), &d->f.err);
	m = desk_monitor(d);
	assert_true(m.second == 1 && m.waiting == 1 && m.wrong == 1);
	desk_close(d);
}

/* After the first verdict neither the level nor the bets follow the settings, until an epoch begins. */
static void the_test_is_fixed_by_its_first_verdict(void **state)
{
	(void)state;
	struct desk *d =
	    desk_open("{\"certify_share\":0.1,\"audit_share\":0.9,\"audit_floor\":0,\"audit_budget\":1000000}");
	desk_configure(d, "{\"alarm_delta\":0.01,\"reviewer_error\":0.1}");
	struct ho_monitor m = desk_monitor(d);
	assert_true(m.delta == 0.01 && fabs(m.tested - (0.05 * 0.81 + 0.95 * 0.01)) < 1e-9);
	struct ho_item item = desk_classify(d, SURE);
	while (item.audit != HO_AUDIT_FIRST)
		item = desk_classify(d, SURE);
	judge(d, item.id, true);
	struct ho_monitor fixed = desk_monitor(d);
	desk_configure(d, "{\"alarm_delta\":0.3,\"reviewer_error\":0,\"audit_share\":0.6}");
	m = desk_monitor(d);
	assert_true(m.since == fixed.since && m.delta == 0.01 && m.tested == fixed.tested && m.p == fixed.p);
	assert_true(m.sequence.lo == fixed.sequence.lo && m.sequence.hi == fixed.sequence.hi);
	/* Rarer audits than it was set up for begin an epoch, though the planned share is much the same. */
	d->f.now += SECOND;
	desk_configure(d, "{\"certify_share\":0,\"audit_share\":0.5}");
	m = desk_monitor(d);
	assert_true(m.since > fixed.since && m.delta == 0.3 && m.tested == 0.05 && m.automatic == 0);
	desk_close(d);
}

static void alarm_that_only_tells(void **state)
{
	(void)state;
	struct desk *d = desk_open(ALL);
	desk_configure(d, "{\"alarm\":\"tell\"}");
	for (int i = 0; i < 12; i++)
		judge(d, desk_classify(d, SURE).id, true);
	assert_true(desk_monitor(d).alarm);
	assert_int_equal(desk_classify(d, SURE).decision, HO_ITEM_AUTO);
	assert_int_equal(journal_count(&d->f, "alarm"), 1); /* once an epoch */
	desk_close(d);
}

/* The clock of a deploy was ten days fast, or as slow: what is answered then is measured all the same. */
static void a_wrong_clock_does_not_blind_it(void **state)
{
	(void)state;
	static const int64_t shifts[] = {10 * DAY, -10 * DAY};
	for (size_t i = 0; i < 2; i++) {
		struct desk *d = desk_open(ALL);
		d->f.now += shifts[i];
		desk_deploy(d, 0.95);
		d->f.now -= shifts[i];
		for (int n = 0; n < 60; n++)
			judge(d, desk_classify(d, SURE).id, false);
		struct ho_monitor m = desk_monitor(d);
		assert_true(m.automatic == 60 && m.right == 60 && m.wrong == 0);
		d->f.now += 9 * DAY + 20 * HOUR; /* over the day at which the epoch seems to begin */
		double p = 1;
		for (int n = 0; n < 12 && !m.alarm; n++) {
			judge(d, desk_classify(d, SURE).id, true);
			m = desk_monitor(d);
			assert_true(m.p <= p);
			p = m.p;
		}
		assert_true(m.alarm && m.wrong > 3);
		desk_close(d);
	}
}

/* No alarm is read out of the day at which an epoch in the future seems to begin. */
static void a_wrong_clock_makes_no_alarm(void **state)
{
	(void)state;
	struct desk *d = desk_open(ALL);
	d->f.now += 10 * DAY;
	desk_deploy(d, 0.95);
	d->f.now -= 10 * DAY;
	for (int n = 0; n < 400; n++)
		judge(d, desk_classify(d, SURE).id, n % 40 == 0);
	double p = desk_monitor(d).p;
	assert_false(desk_monitor(d).alarm);
	d->f.now += 12 * DAY;
	judge(d, desk_classify(d, SURE).id, true);
	assert_false(desk_monitor(d).alarm);
	assert_true(desk_monitor(d).p > 0.5 * p);
	desk_close(d);
}

/* A text that was scored before an epoch and written in it belongs to where it was counted. */
static void scored_before_the_epoch(void **state)
{
	(void)state;
	struct desk *d = desk_open(ALL);
	struct ho_item item;
	const struct ho_desk *old;
	struct ho_incoming incoming = {.text = ho_slice_str(SURE)};
	assert_ok(ho_desk_take(&old, d->f.app, "t", &d->f.err), &d->f.err);
	d->f.now += SECOND;
	desk_configure(d, "{\"raised_threshold\":0.5}");
	d->f.now += SECOND;
	assert_ok(ho_classify_item(&item, d->scorer, old, &incoming, &d->f.arena, &d->f.err), &d->f.err);
	struct desk_write w = {.d = d, .desk = old, .classified = &item};
	in_group(&d->f, desk_do_classify, &w);
	ho_desk_release(old);
	judge(d, item.id, true);
	struct ho_monitor m = desk_monitor(d);
	assert_true(m.automatic == 0 && m.drawn == 0 && m.wrong == 0);
	desk_close(d);
}

static void bounds_take_the_missing_at_their_worst(void **state)
{
	(void)state;
	const struct ho_audited wrong[] = {{0.1, 5}}, open[] = {{0.1, 20}};
	struct ho_interval closed = ho_audit_sequence(10000, wrong, 1, NULL, 0, 0.1, 0.1, 0.05);
	struct ho_interval waiting = ho_audit_sequence(10000, wrong, 1, open, 1, 0.1, 0.1, 0.05);
	assert_true(closed.lo > 0 && closed.lo < 0.005 && closed.hi > 0.005 && closed.hi < 0.05);
	assert_true(waiting.lo == closed.lo && waiting.hi > closed.hi);
	struct ho_interval clean = ho_audit_sequence(10000, NULL, 0, NULL, 0, 0.1, 0.1, 0.05);
	assert_true(clean.lo == 0 && clean.hi > 0.002 && clean.hi < 0.02);
	/* as good as the sequence for equal probabilities, within a factor of two of its width */
	struct ho_interval equal = ho_confidence_sequence(20, 1000, 0.05);
	const struct ho_audited twenty[] = {{1, 20}};
	struct ho_interval bets = ho_audit_sequence(1000, twenty, 1, NULL, 0, 1, 1, 0.05);
	print_message("20 of 1000: [%.4f, %.4f], equal probabilities [%.4f, %.4f]\n", bets.lo, bets.hi, equal.lo,
	              equal.hi);
	assert_true(bets.hi - bets.lo < 2 * (equal.hi - equal.lo) && bets.lo < 0.02 && bets.hi > 0.02);
	struct ho_interval none = ho_audit_sequence(0, NULL, 0, NULL, 0, 0.1, 0.1, 0.05);
	assert_true(none.lo == 0 && none.hi == 1);
	/* A probability below the least that was planned. */
	const struct ho_audited rare[] = {{0.001, 1}};
	struct ho_interval planned = ho_audit_sequence(1000, rare, 1, NULL, 0, 0.1, 0.1, 0.05);
	assert_true(planned.hi == 1);
}

/* ---- time passes ---- */

static void due_times(void **state)
{
	(void)state;
	static const struct {
		const char *action;
		enum ho_item_status status;
		const char *count;
	} cases[] = {{"nothing", HO_ITEM_PENDING, NULL},
	             {"escalate", HO_ITEM_PENDING, HO_COUNT_ESCALATED},
	             {"suggest", HO_ITEM_ANSWERED, HO_COUNT_SUGGESTED},
	             {"expire", HO_ITEM_EXPIRED, HO_COUNT_EXPIRED}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct desk *d = desk_open(ALL);
		char settings[100];
		struct ho_queued queued;
		(void)snprintf(settings, sizeof settings, "{\"due_s\":600,\"due_action\":\"%s\"}", cases[i].action);
		desk_configure(d, settings);
		struct ho_item human = desk_classify(d, UNSURE), audit = desk_classify(d, SURE);
		desk_pass(d, 599 * SECOND);
		assert_int_equal(desk_item(d, human.id).status, HO_ITEM_PENDING);
		desk_pass(d, 2 * SECOND);
		desk_pass(d, 2 * SECOND);
		struct ho_item after = desk_item(d, human.id);
		assert_int_equal(after.status, cases[i].status);
		if (cases[i].count)
			assert_int_equal(desk_count(d, cases[i].count), 1);
		if (cases[i].status == HO_ITEM_ANSWERED)
			assert_string_equal(after.label, human.suggestion);
		assert_int_equal(desk_queued(d, human.id, NULL), cases[i].status == HO_ITEM_PENDING);
		/* The audit goes on, and where its neighbours run out it looks as young as they. */
		assert_true(desk_queued(d, audit.id, &queued));
		assert_int_equal(queued.due_at > d->f.now, i >= 2);
		assert_int_equal(desk_item(d, audit.id).audit, HO_AUDIT_FIRST);
		/* Whoever still had it on the screen may answer; taking that back restores what the time had brought.
		 */
		assert_ok(desk_answer(d, human.id, "ann", "mail"), &d->f.err);
		assert_string_equal(desk_item(d, human.id).label, "mail");
		assert_ok(desk_withdraw(d, human.id, "ann", false), &d->f.err);
		assert_int_equal(desk_item(d, human.id).status, cases[i].status);
		desk_close(d);
	}
}

/* A task that learns to expire expires what was due already. */
static void a_new_due_action_acts(void **state)
{
	(void)state;
	static const char *const first[] = {"nothing", "escalate"};
	for (int i = 0; i < 2; i++) {
		struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":0,\"due_s\":60}");
		char settings[100];
		(void)snprintf(settings, sizeof settings, "{\"due_action\":\"%s\"}", first[i]);
		desk_configure(d, settings);
		struct ho_item item = desk_classify(d, UNSURE);
		desk_pass(d, 100 * SECOND);
		assert_int_equal(desk_item(d, item.id).status, HO_ITEM_PENDING);
		desk_configure(d, "{\"lease_s\":90}"); /* nothing that would make it act again */
		desk_pass(d, 100 * SECOND);
		assert_int_equal(desk_count(d, HO_COUNT_ESCALATED), i);
		desk_configure(d, "{\"due_action\":\"expire\"}");
		desk_pass(d, 100 * SECOND);
		assert_int_equal(desk_item(d, item.id).status, HO_ITEM_EXPIRED);
		desk_close(d);
	}
}

static void nothing_runs_out_under_a_reader(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":0,\"due_s\":60,\"due_action\":\"expire\"}");
	struct ho_item item = desk_classify(d, UNSURE);
	struct ho_lease lease;
	desk_pass(d, 30 * SECOND);
	assert_ok(desk_lease(d, item.id, "ann", &lease), &d->f.err);
	desk_pass(d, 60 * SECOND);
	assert_int_equal(desk_item(d, item.id).status, HO_ITEM_PENDING);
	desk_pass(d, 60 * SECOND);
	assert_int_equal(desk_item(d, item.id).status, HO_ITEM_EXPIRED);
	desk_close(d);
}

static void texts_are_kept_as_long_as_the_task_says(void **state)
{
	(void)state;
	struct desk *d = desk_open(ALL);
	desk_configure(d, "{\"retention_days\":30}");
	struct ho_item human = desk_classify(d, UNSURE), audit = desk_classify(d, SURE), right = desk_classify(d, SURE);
	judge(d, right.id, false);
	desk_pass(d, 29 * DAY);
	assert_int_equal(desk_item(d, right.id).text.len, strlen(SURE));
	desk_pass(d, 2 * DAY);
	assert_true(desk_item(d, right.id).forgotten && desk_item(d, audit.id).forgotten);
	assert_true(desk_item(d, human.id).forgotten && !desk_queued(d, human.id, NULL)); /* nobody looked at it */
	assert_int_equal(desk_item(d, human.id).status, HO_ITEM_EXPIRED);
	assert_int_equal(desk_count(d, HO_COUNT_EXPIRED), 1);
	assert_int_equal(desk_item(d, audit.id).audit, HO_AUDIT_MISSING);
	struct ho_monitor m = desk_monitor(d);
	assert_true(m.missing == 1 && m.right == 1 && m.waiting == 0);
	assert_int_equal(desk_answer(d, audit.id, "ann", "spam"), HO_ECONFLICT);
	desk_close(d);
}

/* A crowd that waits hides no audit, and the end is told before the text goes. */
static void waiting_ends_before_the_text_goes(void **state)
{
	(void)state;
	struct desk *d = desk_open(ALL);
	desk_configure(d, "{\"retention_days\":30}");
	struct ho_item human = desk_classify(d, UNSURE), read = desk_classify(d, UNSURE);
	for (int i = 0; i < 120; i++)
		(void)desk_classify(d, UNSURE);
	struct ho_item audit = desk_classify(d, SURE);
	struct ho_lease lease;
	d->f.now += 30 * DAY - 30 * MINUTE;
	assert_ok(desk_lease(d, read.id, "ann", &lease), &d->f.err);
	desk_pass(d, 10 * SECOND);
	assert_true(desk_queued(d, read.id, NULL)); /* she reads it */
	assert_false(desk_queued(d, human.id, NULL));
	assert_int_equal(desk_item(d, human.id).status, HO_ITEM_EXPIRED);
	assert_int_equal(desk_item(d, human.id).text.len, strlen(UNSURE));
	assert_int_equal(desk_item(d, audit.id).audit, HO_AUDIT_MISSING);
	/* What is missing stays so, whatever is said of the item now. */
	assert_ok(desk_correct(d, audit.id, "ann", "ham"), &d->f.err);
	assert_int_equal(desk_item(d, audit.id).audit, HO_AUDIT_MISSING);
	assert_int_equal(desk_monitor(d).missing, 1);
	desk_pass(d, HOUR);
	assert_true(desk_item(d, human.id).forgotten && desk_item(d, audit.id).forgotten);
	assert_int_equal(desk_count(d, HO_COUNT_EXPIRED), 122);
	desk_close(d);
}

static struct ho_item classify_certify(struct desk *d)
{
	struct ho_item item;
	do
		item = desk_classify(d, UNSURE);
	while (item.role != HO_ROLE_CERTIFY);
	return item;
}

static void certify_items_do_not_run_out(void **state)
{
	(void)state;
	static const char *const actions[] = {"suggest", "expire"};
	for (int i = 0; i < 2; i++) {
		struct desk *d = desk_open("{\"certify_share\":0.5,\"audit_share\":0}");
		char settings[100];
		(void)snprintf(settings, sizeof settings, "{\"due_s\":600,\"due_action\":\"%s\"}", actions[i]);
		desk_configure(d, settings);
		struct ho_item human = classify_certify(d);
		for (int k = 0; k < 5; k++)
			desk_pass(d, 700 * SECOND);
		assert_int_equal(desk_item(d, human.id).status, HO_ITEM_PENDING);
		assert_ok(desk_answer(d, human.id, "ann", "mail"), &d->f.err);
		human = classify_certify(d);
		desk_configure(d, "{\"retention_days\":1}");
		desk_pass(d, 2 * DAY);
		assert_int_equal(desk_item(d, human.id).status, HO_ITEM_EXPIRED);
		assert_true(desk_count(d, HO_COUNT_CERTIFY_MISSING) >= 1);
		desk_close(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(how_often),
	    cmocka_unit_test(figures),
	    cmocka_unit_test(alarm_pauses_until_somebody_resumes),
	    cmocka_unit_test(alarm_that_only_tells),
	    cmocka_unit_test(the_test_is_fixed_by_its_first_verdict),
	    cmocka_unit_test(contested_audits_are_told),
	    cmocka_unit_test(resume_after_an_alarm_takes_a_change),
	    cmocka_unit_test(resume_by_force),
	    cmocka_unit_test(a_wrong_clock_does_not_blind_it),
	    cmocka_unit_test(a_wrong_clock_makes_no_alarm),
	    cmocka_unit_test(scored_before_the_epoch),
	    cmocka_unit_test(bounds_take_the_missing_at_their_worst),
	    cmocka_unit_test(due_times),
	    cmocka_unit_test(a_new_due_action_acts),
	    cmocka_unit_test(nothing_runs_out_under_a_reader),
	    cmocka_unit_test(texts_are_kept_as_long_as_the_task_says),
	    cmocka_unit_test(waiting_ends_before_the_text_goes),
	    cmocka_unit_test(certify_items_do_not_run_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
