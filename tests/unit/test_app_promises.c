/* Promises of labels: each is carried by its answers, measured on its own, and told as its own. */
#include "app_desk.h"
#include "app/journal.h"

#include <math.h>

#define ALL "{\"certify_share\":0,\"audit_share\":1,\"audit_floor\":0,\"audit_budget\":1000000}"
#define SURE "sa sb sc sd"

/* Promises of 1% for ham and 10% for spam; mail was not asked for. */
static struct desk *desk_per_label(void)
{
	static const double max_error[] = {0.01, 0.1, 1}, threshold[] = {0.9, 0.9, 1};
	struct desk *d = desk_open(ALL);
	const char *id;
	desk_write_promises(d->path, DESK_K, DESK_K, max_error, threshold);
	assert_ok(ho_deploy(&id, d->f.app, d->path, "t", true, false, "ann", &d->f.arena, &d->f.err), &d->f.err);
	d->f.now += SECOND;
	return d;
}

static void answers_carry_the_promise_of_their_label(void **state)
{
	(void)state;
	struct desk *d = desk_per_label();
	const struct ho_desk *desk;
	struct ho_buf out;
	struct ho_item spam = desk_classify(d, SURE), ham = desk_classify(d, "ha hb hc hd"),
	               mail = desk_classify(d, "ma mb mc md");
	assert_true(spam.decision == HO_ITEM_AUTO && ham.decision == HO_ITEM_AUTO && mail.decision == HO_ITEM_HUMAN);
	assert_ok(ho_desk_take(&desk, d->f.app, "t", &d->f.err), &d->f.err);
	assert_true(desk->max_error == 0.1);
	ho_buf_init(&out, 1 << 20);
	assert_ok(ho_classified_json(&out, &ham, desk, &d->f.err), &d->f.err);
	assert_ok(ho_buf_add(&out, "", 1, &d->f.err), &d->f.err);
	assert_non_null(strstr(out.data, "\"max_error\":0.01,"));
	out.len = 0;
	assert_ok(ho_classified_json(&out, &spam, desk, &d->f.err), &d->f.err);
	assert_ok(ho_buf_add(&out, "", 1, &d->f.err), &d->f.err);
	assert_non_null(strstr(out.data, "\"max_error\":0.1,"));
	ho_buf_release(&out);
	ho_desk_release(desk);
	desk_close(d);
}

static void the_message_tells_the_promises_of_labels(void **state)
{
	(void)state;
	struct desk *d = desk_per_label();
	const char *text;
	assert_ok(ho_update_write(&text, d->f.app, d->f.reader, "t", d->f.now - 1000, HO_UPDATE_PLAIN, &d->f.arena,
	                          &d->f.err),
	          &d->f.err);
	assert_non_null(strstr(text, "Its promises, one for each label: at most 1% to 10% of the answers are wrong."));
	desk_close(d);
}

/* A label whose promise could not be made is answered by people: it is no promise, least of all the task's. */
static void a_promise_that_could_not_be_made_is_none(void **state)
{
	(void)state;
	static const double max_error[] = {0.01, 0.1, 1}, threshold[] = {0.9, 1, 1};
	struct desk *d = desk_open(ALL);
	const struct ho_desk *desk;
	struct ho_evidence *evidence;
	const char *id;
	size_t n;
	desk_write_promises(d->path, DESK_K, DESK_K, max_error, threshold);
	assert_ok(ho_deploy(&id, d->f.app, d->path, "t", true, false, "ann", &d->f.arena, &d->f.err), &d->f.err);
	assert_int_equal(desk_classify(d, SURE).decision, HO_ITEM_HUMAN);
	assert_ok(ho_desk_take(&desk, d->f.app, "t", &d->f.err), &d->f.err);
	assert_true(desk->max_error == 0.01);
	ho_desk_release(desk);
	assert_ok(ho_monitor_evidence(&evidence, &n, d->f.app, d->f.reader, "t", &d->f.arena, &d->f.err), &d->f.err);
	assert_int_equal(n, 1);
	assert_string_equal(evidence[0].label, "ham");
	desk_close(d);
}

/* 5% of the answers with one label are wrong: that breaks 1% and keeps 10%, and over all labels it would keep 10%. */
static void each_label_is_measured(void **state)
{
	(void)state;
	for (int broken = 0; broken < 2; broken++) {
		struct desk *d = desk_per_label();
		struct ho_monitor m = {.alarm = false};
		struct ho_evidence *evidence;
		size_t n;
		for (int i = 0; i < 400 && !m.alarm; i++) {
			struct ho_item ham = desk_classify(d, "ha hb hc hd"), spam = desk_classify(d, SURE);
			bool wrong = i % 20 == 19;
			struct ho_id id = broken ? spam.id : ham.id;
			const char *right = broken ? "spam" : "ham", *other = broken ? "ham" : "spam";
			assert_ok(desk_answer(d, id, "ann", wrong ? other : right), &d->f.err);
			if (wrong)
				assert_ok(desk_answer(d, id, "bob", other), &d->f.err);
			m = desk_monitor(d);
		}
		assert_int_equal(m.alarm, broken == 0);
		assert_int_equal(m.label, broken ? UINT32_MAX : 0); /* a kept promise with a few errors is no suspect */
		assert_true(m.label_max_error == 0.01);
		assert_ok(ho_monitor_evidence(&evidence, &n, d->f.app, d->f.reader, "t", &d->f.arena, &d->f.err),
		          &d->f.err);
		assert_int_equal(n, 2);
		assert_string_equal(evidence[0].label, "ham");
		assert_string_equal(evidence[1].label, "spam");
		assert_true(evidence[0].automatic + evidence[1].automatic == m.automatic);
		assert_true(evidence[broken].wrong == m.wrong && evidence[!broken].wrong == 0);
		/* The same by hand, at half of delta. */
		struct ho_eprocess e;
		assert_ok(ho_eprocess_init(&e, evidence[broken].tested, 0.025, 1, &d->f.err), &d->f.err);
		ho_eprocess_skip(&e, evidence[broken].automatic - m.wrong);
		for (uint64_t i = 0; i < m.wrong; i++)
			assert_ok(ho_eprocess_audit(&e, true, 1, &d->f.err), &d->f.err);
		assert_true(fabs(ho_eprocess_log(&e) - evidence[broken].log_wealth) < 1e-9);
		assert_true(fabs(m.log_wealth - evidence[0].log_wealth + log(2)) < 1e-9);
		assert_int_equal(journal_count(&d->f, "alarm"), broken == 0);
		desk_close(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers_carry_the_promise_of_their_label),
	    cmocka_unit_test(the_message_tells_the_promises_of_labels),
	    cmocka_unit_test(a_promise_that_could_not_be_made_is_none),
	    cmocka_unit_test(each_label_is_measured),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
