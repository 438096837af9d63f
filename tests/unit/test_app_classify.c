/* What is decided when a text comes in, and what is written of it. */
#include <pthread.h>

#include "app/epoch.h"
#include "app_desk.h"

static void decisions(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":0}");
	struct ho_item sure = desk_classify_as(d, "sa sb sc sd", "{\"k\":1}");
	assert_int_equal(sure.decision, HO_ITEM_AUTO);
	assert_int_equal(sure.status, HO_ITEM_ANSWERED);
	assert_string_equal(sure.label, "spam");
	assert_string_equal(sure.suggestion, "spam");
	assert_string_equal(sure.answered_by, "model");
	assert_true(sure.answered_at == d->f.now && sure.created_at == d->f.now);
	assert_true(sure.confidence > 0.9 && sure.threshold == 0.9);
	assert_int_equal(sure.scores.len, 3 * sizeof(float));
	assert_true(sure.audit_probability == 0 && sure.audit == HO_AUDIT_NONE);
	assert_false(desk_queued(d, sure.id, NULL));
	struct ho_item unsure = desk_classify(d, "sa ha");
	assert_int_equal(unsure.decision, HO_ITEM_HUMAN);
	assert_int_equal(unsure.reason, HO_ITEM_UNSURE);
	assert_int_equal(unsure.status, HO_ITEM_PENDING);
	assert_true(!unsure.label && unsure.suggestion && !unsure.answered_by);
	assert_true(desk_queued(d, unsure.id, NULL));
	assert_int_equal(desk_classify(d, "zz yy").reason, HO_ITEM_NOVEL);
	assert_true(strcmp(sure.id.text, unsure.id.text) < 0);
	assert_int_equal(desk_count(d, "auto"), 1);
	assert_int_equal(desk_count(d, "human.unsure"), 1);
	assert_int_equal(desk_count(d, "human.novel"), 1);
	assert_int_equal(desk_count(d, "label.spam"), 1);
	assert_int_equal(desk_count(d, HO_COUNT_EPOCH_ALL), 3);
	assert_int_equal(desk_count(d, HO_COUNT_EPOCH_AUTO), 1);
	desk_close(d);
}

static void a_task_can_ask_for_more(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":0}");
	int64_t epoch = desk_monitor(d).since;
	d->f.now += SECOND;
	desk_configure(d, "{\"raised_threshold\":0.99999}");
	assert_true(desk_monitor(d).since > epoch);
	struct ho_item item = desk_classify(d, "sa sb sc sd");
	assert_int_equal(item.reason, HO_ITEM_UNSURE);
	assert_true(item.threshold == 0.99999);
	desk_configure(d, "{\"raised_threshold\":0}");
	assert_int_equal(desk_classify(d, "sa sb sc sd").decision, HO_ITEM_AUTO);
	desk_close(d);
}

/* Requests that are repeated do not use up the day's budget of audits. */
static void what_is_not_written_leaves_the_budget(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":0.4,\"audit_floor\":0,\"audit_budget\":5}");
	const struct ho_desk *desk;
	struct ho_incoming incoming = {.text = ho_slice_str("sa sb sc sd")};
	struct ho_item item;
	int drawn = 0;
	double first = 0;
	assert_ok(ho_desk_take(&desk, d->f.app, "t", &d->f.err), &d->f.err);
	for (int i = 0; i < 200; i++) {
		assert_ok(ho_classify_item(&item, d->scorer, desk, &incoming, &d->f.arena, &d->f.err), &d->f.err);
		first = i ? first : item.audit_probability;
		assert_true(item.audit_probability == first);
		drawn += item.audit == HO_AUDIT_FIRST;
		ho_classify_unwritten(desk, &item);
	}
	assert_true(drawn > 20);
	/* Those that are written do. */
	for (int i = 0; i < 60; i++)
		item = desk_classify(d, "sa sb sc sd");
	assert_true(item.audit_probability < 0.2 * first);
	ho_classify_unwritten(desk, &(struct ho_item){.decision = HO_ITEM_AUTO, .task = "t"}); /* of another day */
	ho_desk_release(desk);
	desk_close(d);
}

static enum ho_status do_pause(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk *d = context;
	return ho_pause(d->f.app, store, "t", "holiday", "ann", err);
}

static enum ho_status do_resume(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk *d = context;
	return ho_resume(d->f.app, store, "t", "ann", err);
}

static void paused_and_back(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":0}");
	in_group(&d->f, do_pause, d);
	in_group(&d->f, do_pause, d); /* twice is once */
	struct ho_item item = desk_classify(d, "sa sb sc sd");
	assert_int_equal(item.reason, HO_ITEM_PAUSED);
	assert_string_equal(item.suggestion, "spam");
	int64_t epoch = desk_monitor(d).since;
	in_group(&d->f, do_resume, d);
	assert_int_equal(desk_classify(d, "sa sb sc sd").decision, HO_ITEM_AUTO);
	assert_true(desk_monitor(d).since > epoch);
	assert_int_equal(journal_count(&d->f, "paused"), 1);
	assert_int_equal(journal_count(&d->f, "resumed"), 1);
	desk_close(d);
}

static void roles_and_audits_are_drawn(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0.1,\"audit_share\":0.2,\"audit_floor\":0,"
	                           "\"audit_budget\":1000000,\"due_s\":600}");
	int certify = 0, audited = 0, automatic = 0, certify_auto = 0;
	for (int i = 0; i < 3000; i++) {
		struct ho_item item = desk_classify(d, i % 3 ? "sa sb sc sd se sf sg sh" : "sa ha");
		certify += item.role == HO_ROLE_CERTIFY;
		if (item.decision != HO_ITEM_AUTO)
			continue;
		automatic++;
		audited += item.audit == HO_AUDIT_FIRST;
		certify_auto += item.role == HO_ROLE_CERTIFY;
		assert_true(item.role == HO_ROLE_LEARN || item.audit == HO_AUDIT_FIRST);
		double share = 0.2 * (1 + (1 - item.confidence) / (1 - item.threshold));
		assert_true(fabs(item.audit_probability - (1 - 0.9 * (1 - share))) < 1e-12);
		assert_int_equal(desk_queued(d, item.id, NULL), item.audit == HO_AUDIT_FIRST);
		assert_true(item.audit != HO_AUDIT_FIRST || item.due_at == item.created_at + 600000);
	}
	assert_in_range(certify, 240, 360);
	assert_in_range(certify_auto, 150, 250);
	assert_in_range(audited, automatic * 24 / 100, automatic * 32 / 100);
	assert_int_equal(desk_count(d, HO_COUNT_AUDIT_DRAWN), audited);
	assert_int_equal(desk_monitor(d).waiting, audited);
	desk_close(d);
}

static void what_is_refused(void **state)
{
	(void)state;
	struct desk *d = desk_open(NULL);
	static char large[HO_INCOMING_TEXT_MAX + 1];
	memset(large, 'a', sizeof large);
	const struct {
		struct ho_incoming incoming;
		enum ho_status status;
		const char *place;
	} cases[] = {
	    {{.text = {"", 0}}, HO_EINVAL, "text"},
	    {{.text = {large, sizeof large}}, HO_ELIMIT, "text"},
	    {{.text = {"a", 1}, .meta = {large, HO_INCOMING_META_MAX + 1}}, HO_ELIMIT, "meta"},
	    {{.text = {"a", 1}, .callback_url = "https://evil.example/"}, HO_EINVAL, "callback_url"},
	};
	const struct ho_desk *desk;
	struct ho_item item;
	assert_ok(ho_desk_take(&desk, d->f.app, "t", &d->f.err), &d->f.err);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(ho_classify_item(&item, d->scorer, desk, &cases[i].incoming, &d->f.arena, &d->f.err),
		                 cases[i].status);
		assert_string_equal(d->f.err.place, cases[i].place);
		assert_null(item.task);
	}
	struct ho_incoming fits = {.text = {large, HO_INCOMING_TEXT_MAX}};
	assert_ok(ho_classify_item(&item, d->scorer, desk, &fits, &d->f.arena, &d->f.err), &d->f.err);
	ho_desk_release(desk);
	assert_int_equal(ho_desk_take(&desk, d->f.app, "u", &d->f.err), HO_ENOTFOUND);
	assert_non_null(strstr(d->f.err.message, "t"));
	desk_close(d);
}

static enum ho_status do_promote(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk_write *w = context;
	return ho_promote(w->d->f.app, store, "t", w->label, "ann", err);
}

static void models_come_and_go(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":0}");
	struct ho_item first = desk_classify(d, "sa sb sc sd");
	assert_int_equal(first.decision, HO_ITEM_AUTO); /* 0.965 */
	d->f.now += SECOND;
	desk_deploy(d, 0.99);
	struct ho_item second = desk_classify(d, "sa sb sc sd");
	assert_int_equal(second.decision, HO_ITEM_HUMAN);
	assert_string_not_equal(first.model, second.model);
	d->f.now += SECOND;
	struct desk_write back = {.d = d, .label = first.model};
	in_group(&d->f, do_promote, &back);
	assert_int_equal(desk_classify(d, "sa sb sc sd").decision, HO_ITEM_AUTO);
	struct ho_model_record *records;
	size_t n;
	assert_ok(d->f.reader->ops->model_list(&records, &n, d->f.reader, "t", &d->f.arena, &d->f.err), &d->f.err);
	assert_int_equal(n, 2);
	assert_true(records[0].promoted_at && !records[0].retired_at && records[1].retired_at);
	back.label = "0000000000000000";
	assert_int_equal(ho_app_write(d->f.app, do_promote, &back, &d->f.err), HO_ENOTFOUND);
	desk_close(d);
}

static struct ho_task stored_task(struct desk *d)
{
	struct ho_task task;
	assert_ok(d->f.reader->ops->task_get(&task, d->f.reader, "t", &d->f.arena, &d->f.err), &d->f.err);
	return task;
}

static size_t entries(struct desk *d, const char *kind)
{
	struct ho_journal_entry *list;
	size_t n, found = 0;
	assert_ok(d->f.reader->ops->journal_list(&list, &n, d->f.reader, NULL, 0, 0, 500, &d->f.arena, &d->f.err),
	          &d->f.err);
	for (size_t i = 0; i < n; i++)
		found += strcmp(list[i].kind, kind) == 0;
	return found;
}

static enum ho_status do_pause_by_alarm(void *context, struct ho_store *store, struct ho_error *err)
{
	struct desk *d = context;
	return ho_pause(d->f.app, store, "t", HO_PAUSED_BY_ALARM, "service", err);
}

/* What speaks against a model must not vanish because it is put in once more. */
static void the_model_that_answers_is_not_promoted_again(void **state)
{
	(void)state;
	struct desk *d = desk_open(NULL);
	struct ho_task before = stored_task(d);
	struct desk_write again = {.d = d, .label = before.champion};
	size_t promotions = entries(d, "promoted");
	d->f.now += HOUR;
	in_group(&d->f, do_pause_by_alarm, d);
	in_group(&d->f, do_promote, &again);
	desk_deploy(d, 0.9);
	assert_true(stored_task(d).paused);
	assert_int_equal(stored_task(d).epoch_at, before.epoch_at);
	assert_int_equal(entries(d, "promoted"), promotions);
	desk_close(d);
}

static void another_model_ends_the_pause_of_the_alarm_only(void **state)
{
	(void)state;
	struct desk *d = desk_open(NULL);
	d->f.now += HOUR;
	in_group(&d->f, do_pause_by_alarm, d);
	desk_deploy(d, 0.95);
	assert_false(stored_task(d).paused);
	assert_int_equal(entries(d, "resumed"), 1);
	d->f.now += HOUR;
	in_group(&d->f, do_pause, d);
	desk_deploy(d, 0.99);
	assert_true(stored_task(d).paused);
	assert_int_equal(stored_task(d).epoch_at, d->f.now);
	assert_int_equal(entries(d, "resumed"), 1);
	desk_close(d);
}

/* Also where nobody has used any label yet: a model of another task. */
static void labels_of_the_model_that_answers_are_kept(void **state)
{
	(void)state;
	struct desk *d = desk_open(NULL);
	const char *id;
	desk_write_model(d->path, 0.9, 2);
	d->f.now += SECOND;
	assert_int_equal(ho_deploy(&id, d->f.app, d->path, "t", true, false, "ann", &d->f.arena, &d->f.err),
	                 HO_ECONFLICT);
	assert_non_null(strstr(d->f.err.message, "lacks 1 of the 3 labels"));
	assert_non_null(strstr(d->f.err.message, "(mail)"));
	assert_ok(ho_deploy(&id, d->f.app, d->path, "t", true, true, "ann", &d->f.arena, &d->f.err), &d->f.err);
	/* More labels than before are no loss. */
	desk_deploy(d, 0.9);
	desk_close(d);
}

static void labels_that_people_used_are_kept(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":0}");
	const char *id;
	struct ho_item item = desk_classify(d, "sa ha");
	desk_write_model(d->path, 0.9, 2);
	d->f.now += SECOND;
	assert_ok(desk_answer(d, item.id, "ann", "mail"), &d->f.err);
	assert_int_equal(ho_deploy(&id, d->f.app, d->path, "t", true, false, "ann", &d->f.arena, &d->f.err),
	                 HO_ECONFLICT);
	assert_non_null(strstr(d->f.err.message, "mail"));
	assert_ok(ho_deploy(&id, d->f.app, d->path, "t", false, false, "ann", &d->f.arena, &d->f.err), &d->f.err);
	assert_ok(ho_deploy(&id, d->f.app, d->path, "t", true, true, "ann", &d->f.arena, &d->f.err), &d->f.err);
	assert_int_equal(desk_answer(d, item.id, "bob", "mail"), HO_EINVAL);
	desk_close(d);
}

static void fingerprints_tell_what_is_alike(void **state)
{
	(void)state;
	static const char a[] = "Dear sir or madam, your order 18233 of last week will arrive on Monday at your house "
	                        "between nine and ten, please be there or name a neighbour who is";
	static const char b[] = "Dear Sir or Madam, your order 55 of last week will arrive on Tuesday at your house "
	                        "between nine and ten, please be there or name a neighbour who is";
	static const char c[] = "The parliament discussed the law on fishing rights again and came to no result";
	uint64_t x = ho_text_fingerprint(ho_slice_str(a)), y = ho_text_fingerprint(ho_slice_str(b)),
	         z = ho_text_fingerprint(ho_slice_str(c));
	assert_true(__builtin_popcountll(x ^ y) <= HO_NEAR_BITS);
	assert_true(__builtin_popcountll(x ^ z) > 15);
	assert_true(ho_text_fingerprint(ho_slice("", 0)) == 0);
	assert_true(ho_text_fingerprint(ho_slice_str("!?")) != ho_text_fingerprint(ho_slice_str("...")));
}

/* ---- answering while models change ---- */

struct answering {
	struct desk *d;
	pthread_t thread;
	int answered;
};

static void *answer_on(void *context)
{
	struct answering *a = context;
	struct ho_scorer *scorer;
	struct ho_error err;
	struct ho_arena arena;
	ho_arena_init(&arena, 1 << 20);
	if (ho_scorer_new(&scorer, a->d->f.app, &err))
		return NULL;
	for (int i = 0; i < 2000; i++) {
		const struct ho_desk *desk;
		struct ho_item item;
		struct ho_incoming incoming = {.text = ho_slice_str("sa sb sc")};
		if (ho_desk_take(&desk, a->d->f.app, "t", &err))
			break;
		a->answered += ho_classify_item(&item, scorer, desk, &incoming, &arena, &err) == HO_OK &&
		               strcmp(item.suggestion, "spam") == 0 && item.model == desk->model_id;
		ho_desk_release(desk);
		ho_arena_reset(&arena);
	}
	ho_scorer_free(scorer);
	ho_arena_release(&arena);
	return NULL;
}

static void no_text_is_dropped_while_models_change(void **state)
{
	(void)state;
	struct desk *d = desk_open(NULL);
	struct answering threads[3];
	for (int i = 0; i < 3; i++) {
		threads[i] = (struct answering){.d = d};
		assert_int_equal(pthread_create(&threads[i].thread, NULL, answer_on, &threads[i]), 0);
	}
	for (int i = 0; i < 30; i++)
		desk_deploy(d, 0.5 + 0.01 * i);
	for (int i = 0; i < 3; i++) {
		(void)pthread_join(threads[i].thread, NULL);
		assert_int_equal(threads[i].answered, 2000);
	}
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decisions),
	    cmocka_unit_test(a_task_can_ask_for_more),
	    cmocka_unit_test(what_is_not_written_leaves_the_budget),
	    cmocka_unit_test(paused_and_back),
	    cmocka_unit_test(roles_and_audits_are_drawn),
	    cmocka_unit_test(what_is_refused),
	    cmocka_unit_test(models_come_and_go),
	    cmocka_unit_test(the_model_that_answers_is_not_promoted_again),
	    cmocka_unit_test(another_model_ends_the_pause_of_the_alarm_only),
	    cmocka_unit_test(labels_of_the_model_that_answers_are_kept),
	    cmocka_unit_test(labels_that_people_used_are_kept),
	    cmocka_unit_test(fingerprints_tell_what_is_alike),
	    cmocka_unit_test(no_text_is_dropped_while_models_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
