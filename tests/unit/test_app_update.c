/*
 * Golden days: the message of days that were staged in a store, word for word (tests/update/NAME.txt).
 * HO_UPDATE_GOLDEN=1 rewrites the files; read the difference before committing it.
 */
#include "update_day.h"

static void first_day(void **state)
{
	struct day d;
	(void)state;
	day_open(&d);
	d.f.now = NOON_LESS_FOUR;
	deploy(&d, d.model);
	d.f.now += 10 * HOUR;
	begin(&d);
	count_on(&d, HO_COUNT_AUTO, 0, 212);
	count_on(&d, HO_COUNT_HUMAN "unsure", 0, 61);
	count_on(&d, HO_COUNT_ANSWERED, 0, 40);
	count_on(&d, HO_COUNT_AGREED, 0, 29);
	count_on(&d, HO_COUNT_TIMED, 0, 40);
	count_on(&d, HO_COUNT_TOOK_MS, 0, 40 * 9200);
	waiting(&d, 25, 4, 3 * HOUR);
	commit(&d);
	golden(&d, "first-day");
	day_close(&d);
}

/* A second model, or the first one put back, is no beginning. */
static void second_model_on_the_first_day(void **state)
{
	struct day d;
	(void)state;
	day_open(&d);
	d.f.now = NOON_LESS_FOUR;
	deploy(&d, d.model);
	d.f.now += HOUR;
	deploy(&d, d.other);
	d.f.now += 9 * HOUR;
	begin(&d);
	commit(&d);
	const char *text = written(&d, HO_UPDATE_PLAIN, d.f.now - d.f.now % DAY);
	assert_null(strstr(text, "This is the beginning"));
	assert_non_null(strstr(text, "A new model answers since 09:00"));
	day_close(&d);
}

static void usual_day(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	begin(&d);
	usual_counts(&d);
	usual_audits(&d);
	waiting(&d, 2, 0, 20 * MINUTE);
	commit(&d);
	golden(&d, "usual-day");
	day_close(&d);
}

/* Most looks of people are checks; their time is that of all looks together. */
static void mostly_checks(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	d.f.now -= 7 * HOUR;
	deploy(&d, d.other);
	d.f.now += 7 * HOUR;
	begin(&d);
	count_on(&d, HO_COUNT_AUTO, 0, 1400);
	count_on(&d, HO_COUNT_HUMAN "unsure", 0, 46);
	count_on(&d, HO_COUNT_ANSWERED, 0, 46);
	count_on(&d, HO_COUNT_AGREED, 0, 23);
	count_on(&d, HO_COUNT_CHECKED, 0, 297);
	count_on(&d, HO_COUNT_AUDIT_RIGHT, 0, 219);
	count_on(&d, HO_COUNT_AUDIT_WRONG, 0, 1);
	count_on(&d, HO_COUNT_TIMED, 0, 343);
	count_on(&d, HO_COUNT_TOOK_MS, 0, 343 * 5000);
	count_epoch(&d, HO_COUNT_EPOCH_AUTO, 1400);
	count_epoch(&d, HO_COUNT_EPOCH_DRAWN, 297);
	count_epoch(&d, HO_COUNT_EPOCH_RIGHT, 219);
	count_epoch(&d, HO_COUNT_EPOCH_WRONG, 1);
	waiting(&d, 77, 77, 2 * HOUR);
	const struct ho_count second = {.task = "urgent", .model = "0", .what = HO_COUNT_SECOND, .n = 77};
	assert_ok(d.store->ops->count_add(d.store, &second, &d.f.err), &d.f.err);
	commit(&d);
	golden(&d, "mostly-checks");
	/* Who labels blind is not told how many of the waiting texts are checks, at whatever stage. */
	const char *blind = written(&d, HO_UPDATE_PLAIN | HO_UPDATE_BLIND, d.f.now - d.f.now % DAY);
	assert_null(strstr(blind, "77 wait for a second person"));
	assert_null(strstr(blind, "are checks of automatic answers"));
	day_close(&d);
}

static void one_text(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	begin(&d);
	count_on(&d, HO_COUNT_AUTO, 0, 1);
	count_on(&d, HO_COUNT_ANSWERED, 0, 1);
	count_on(&d, HO_COUNT_AGREED, 0, 1);
	count_on(&d, HO_COUNT_TIMED, 0, 1);
	count_on(&d, HO_COUNT_TOOK_MS, 0, 9200);
	waiting(&d, 1, 1, 3 * HOUR);
	commit(&d);
	golden(&d, "one-text");
	day_close(&d);
}

static void quiet_day(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	begin(&d);
	count_on(&d, HO_COUNT_AUTO, 1, 40);
	commit(&d);
	golden(&d, "quiet-day");
	day_close(&d);
}

static void queue_too_long(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	begin(&d);
	usual_counts(&d);
	waiting(&d, 341, 12, 26 * HOUR);
	commit(&d);
	golden(&d, "queue-too-long");
	day_close(&d);
}

static void add_confirmed_errors(struct day *d, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct ho_item item = {.id = ho_app_new_id(d->f.app),
		                             .task = "urgent",
		                             .text = ho_slice_str("please help"),
		                             .model = d->task.champion,
		                             .status = HO_ITEM_OVERRULED,
		                             .label = "ham",
		                             .suggestion = "spam",
		                             .answered_by = "ann",
		                             .audit = HO_AUDIT_WRONG,
		                             .audit_probability = 0.02,
		                             .epoch_at = d->task.epoch_at,
		                             .created_at = d->f.now - HOUR};
		assert_ok(d->store->ops->item_add(d->store, &item, &d->f.err), &d->f.err);
	}
}

/* What the checks say beyond the promise is never called nothing. */
static void more_wrong_than_promised(void **state)
{
	(void)state;
	for (int strong = 0; strong < 2; strong++) {
		struct day d;
		struct ho_monitor m;
		const char *text;
		int errors = strong ? 60 : 16; /* of 240: 25% and 6.7%, where 5% were promised */
		day_begin(&d);
		begin(&d);
		usual_counts(&d);
		count_epoch(&d, HO_COUNT_EPOCH_AUTO, 12000);
		count_epoch(&d, HO_COUNT_EPOCH_ALL, 14000);
		count_epoch(&d, HO_COUNT_EPOCH_DRAWN, 240);
		count_epoch(&d, HO_COUNT_EPOCH_RIGHT, 240 - errors);
		count_epoch(&d, HO_COUNT_EPOCH_WRONG, errors);
		count_epoch(&d, HO_COUNT_EPOCH_WEIGHT, 240 * 50 * 1000);
		count_epoch(&d, HO_COUNT_EPOCH_RATE, 20000000);
		add_confirmed_errors(&d, (size_t)errors);
		commit(&d);
		assert_ok(ho_monitor_read(&m, d.f.app, d.f.reader, "urgent", &d.f.err), &d.f.err);
		assert_true(m.max_error == 0.05 && m.error > m.max_error);
		assert_ok(ho_update_write(&text, d.f.app, d.f.reader, "urgent", d.f.now - DAY, HO_UPDATE_PLAIN,
		                          &d.f.arena, &d.f.err),
		          &d.f.err);
		print_message("%s\n", text);
		assert_null(strstr(text, "Nothing speaks against"));
		assert_non_null(strstr(text, strong ? "cannot be relied on" : "More was found wrong"));
		day_close(&d);
	}
}

static void alarm_day(void **state)
{
	struct day d;
	bool alarmed;
	(void)state;
	day_begin(&d);
	begin(&d);
	usual_counts(&d);
	count_epoch(&d, HO_COUNT_EPOCH_AUTO, 1500);
	count_epoch(&d, HO_COUNT_EPOCH_ALL, 1800);
	count_epoch(&d, HO_COUNT_EPOCH_DRAWN, 31);
	count_epoch(&d, HO_COUNT_EPOCH_RIGHT, 19);
	count_epoch(&d, HO_COUNT_EPOCH_WRONG, 12);
	count_epoch(&d, HO_COUNT_EPOCH_WEIGHT, 31 * 50 * 1000);
	count_epoch(&d, HO_COUNT_EPOCH_RATE, 20000000);
	add_confirmed_errors(&d, 12);
	assert_ok(ho_monitor_check(&alarmed, d.f.app, d.store, "urgent", &d.f.err), &d.f.err);
	assert_true(alarmed);
	commit(&d);
	golden(&d, "alarm");
	day_close(&d);
}

/* The first day is no beginning to be glad of any more. */
static void alarm_on_the_first_day(void **state)
{
	struct day d;
	bool alarmed;
	(void)state;
	day_open(&d);
	d.f.now = NOON_LESS_FOUR;
	deploy(&d, d.model);
	d.f.now += 10 * HOUR;
	begin(&d);
	count_on(&d, HO_COUNT_AUTO, 0, 1500);
	count_epoch(&d, HO_COUNT_EPOCH_AUTO, 1500);
	count_epoch(&d, HO_COUNT_EPOCH_ALL, 1500);
	count_epoch(&d, HO_COUNT_EPOCH_DRAWN, 31);
	count_epoch(&d, HO_COUNT_EPOCH_RIGHT, 19);
	count_epoch(&d, HO_COUNT_EPOCH_WRONG, 12);
	count_epoch(&d, HO_COUNT_EPOCH_WEIGHT, 31 * 50 * 1000);
	count_epoch(&d, HO_COUNT_EPOCH_RATE, 20000000);
	add_confirmed_errors(&d, 12);
	assert_ok(ho_monitor_check(&alarmed, d.f.app, d.store, "urgent", &d.f.err), &d.f.err);
	assert_true(alarmed);
	commit(&d);
	golden(&d, "alarm-first-day");
	day_close(&d);
}

static void audits_due(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	begin(&d);
	usual_counts(&d);
	waiting(&d, 14, 12, 5 * HOUR);
	commit(&d);
	golden(&d, "audits-due");
	day_close(&d);
}

static void no_promise(void **state)
{
	struct day d;
	(void)state;
	day_open(&d);
	deploy(&d, d.helpless);
	d.f.now = NOON_LESS_FOUR + 10 * HOUR;
	begin(&d);
	count_on(&d, HO_COUNT_HUMAN "no_promise", 0, 85);
	count_on(&d, HO_COUNT_ANSWERED, 0, 80);
	count_on(&d, HO_COUNT_AGREED, 0, 71);
	waiting(&d, 5, 0, 2 * HOUR);
	commit(&d);
	golden(&d, "no-promise");
	day_close(&d);
}

static void promoted(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	d.f.now -= 7 * HOUR;
	deploy(&d, d.other);
	d.f.now += 7 * HOUR;
	begin(&d);
	usual_counts(&d);
	count_epoch(&d, HO_COUNT_EPOCH_AUTO, 600);
	count_epoch(&d, HO_COUNT_EPOCH_DRAWN, 9);
	count_epoch(&d, HO_COUNT_EPOCH_RIGHT, 9);
	commit(&d);
	golden(&d, "promoted");
	day_close(&d);
}

static void callbacks_failing(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	begin(&d);
	usual_counts(&d);
	count_on(&d, HO_COUNT_CALLBACK_SENT, 0, 700);
	count_on(&d, HO_COUNT_CALLBACK_FAILED, 0, 3);
	for (int i = 0; i < 41; i++) {
		const struct ho_outgoing outgoing = {.id = ho_app_new_id(d.f.app),
		                                     .item = ho_app_new_id(d.f.app),
		                                     .task = "urgent",
		                                     .url = "https://hooks.example.org/x",
		                                     .body = ho_slice_str("{}"),
		                                     .tries = i == 40 ? 0 : 3,
		                                     .created_at = d.f.now - HOUR,
		                                     .next_at = d.f.now + i * MINUTE + 1,
		                                     .last_error = i == 40 ? NULL : "HTTP 503"};
		assert_ok(d.store->ops->outgoing_put(d.store, &outgoing, &d.f.err), &d.f.err);
	}
	commit(&d);
	golden(&d, "callbacks-failing");
	day_close(&d);
}

static void paused(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	d.f.now -= 4 * HOUR;
	begin(&d);
	assert_ok(ho_pause(d.f.app, d.store, "urgent", "a new product was announced", "ann", &d.f.err), &d.f.err);
	commit(&d);
	d.f.now += 4 * HOUR;
	begin(&d);
	count_on(&d, HO_COUNT_AUTO, 0, 420);
	count_on(&d, HO_COUNT_HUMAN "unsure", 0, 60);
	count_on(&d, HO_COUNT_HUMAN "paused", 0, 390);
	count_on(&d, HO_COUNT_ANSWERED, 0, 210);
	count_on(&d, HO_COUNT_AGREED, 0, 180);
	waiting(&d, 240, 0, 4 * HOUR);
	commit(&d);
	golden(&d, "paused");
	day_close(&d);
}

static void none_of_these(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	begin(&d);
	usual_counts(&d);
	count_on(&d, HO_COUNT_NONE, 0, 44);
	count_on(&d, HO_COUNT_CORRECTED, 0, 2);
	commit(&d);
	golden(&d, "none-of-these");
	day_close(&d);
}

static void past_their_time(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	begin(&d);
	usual_counts(&d);
	count_on(&d, HO_COUNT_EXPIRED, 0, 7);
	count_on(&d, HO_COUNT_ESCALATED, 0, 1);
	count_on(&d, HO_COUNT_SUGGESTED, 0, 12);
	commit(&d);
	golden(&d, "past-their-time");
	day_close(&d);
}

static void no_model(void **state)
{
	struct day d;
	(void)state;
	day_begin(&d);
	begin(&d);
	assert_ok(
	    ho_configure(d.f.app, d.store, "urgent", ho_slice_str("{\"title\":\"Urgent tickets\"}"), "ann", &d.f.err),
	    &d.f.err);
	struct ho_task task;
	assert_ok(d.store->ops->task_get(&task, d.store, "urgent", &d.f.arena, &d.f.err), &d.f.err);
	task.champion = NULL;
	assert_ok(d.store->ops->task_put(d.store, &task, &d.f.err), &d.f.err);
	journal(&d, "ann", "note", "The first model comes next week");
	commit(&d);
	golden(&d, "no-model");
	day_close(&d);
}

/* Somebody else's words must neither ping a channel nor steer a terminal nor break the page. */
static void hostile_notes(void **state)
{
	struct day d;
	static const char hostile[] =
	    "<!channel> **all** [x](http://evil) \x1b[31m\xff\xfe \"quoted\" \n# h \xe2\x80\xae";
	char note[2001];
	(void)state;
	day_begin(&d);
	begin(&d);
	memset(note, '&', 2000);
	note[2000] = '\0';
	memcpy(note, hostile, sizeof hostile - 1);
	journal(&d, "mallory", "note", note);
	commit(&d);
	const char *slack = written(&d, HO_UPDATE_SLACK, d.f.now - DAY);
	assert_null(strstr(slack, "<!channel>"));
	assert_non_null(strstr(slack, "&lt;!channel&gt;"));
	json_error_t problem;
	json_t *object = json_loads(slack, 0, &problem);
	if (!object)
		fail_msg("not JSON: %s at %d", problem.text, problem.position);
	json_decref(object);
	assert_null(strchr(written(&d, HO_UPDATE_PLAIN, d.f.now - DAY), '\x1b'));
	const char *markdown = written(&d, HO_UPDATE_MARKDOWN, d.f.now - DAY);
	assert_non_null(strstr(markdown, "\\*\\*all\\*\\*"));
	assert_null(strstr(markdown, "[x](http"));
	day_close(&d);
}

/* Four bytes a character: more than a point holds, which ends with a whole one. */
static void long_notes_end_with_a_character(void **state)
{
	struct day d;
	char note[4 * 400 + 1];
	(void)state;
	for (int shift = 0; shift < 4; shift++) {
		day_begin(&d);
		begin(&d);
		memset(note, 'x', sizeof note);
		for (size_t i = 0; i < 399; i++)
			memcpy(note + shift + 4 * i, "\xf0\x9f\x98\x80", 4);
		note[shift + 4 * 399] = '\0';
		journal(&d, "ann", "note", note);
		commit(&d);
		const char *text = written(&d, HO_UPDATE_PLAIN, d.f.now - DAY);
		assert_non_null(strstr(text, "Note by ann"));
		json_t *string = json_string(text); /* NULL where it is not UTF-8 */
		assert_non_null(string);
		json_decref(string);
		day_close(&d);
	}
}

/* Sixty tasks with long notes: Slack takes 50 blocks of 3,000 characters, and about 13,000 altogether. */
static void slack_limits(void **state)
{
	struct day d;
	char name[32], note[1500];
	const char *text;
	(void)state;
	day_begin(&d);
	begin(&d);
	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof name, "task%02d", i);
		const struct ho_task task = {
		    .name = name, .settings = "{}", .created_at = d.f.now - DAY, .epoch_at = d.f.now - DAY};
		assert_ok(d.store->ops->task_put(d.store, &task, &d.f.err), &d.f.err);
		memset(note, '<', sizeof note - 1);
		note[sizeof note - 1] = '\0';
		assert_ok(ho_journal_write(d.f.app, d.store, "ann", "note", name, note, NULL, &d.f.err), &d.f.err);
	}
	commit(&d);
	assert_ok(
	    ho_update_write(&text, d.f.app, d.f.reader, NULL, d.f.now - DAY, HO_UPDATE_SLACK, &d.f.arena, &d.f.err),
	    &d.f.err);
	json_t *object = json_loads(text, 0, NULL);
	json_t *blocks = json_object_get(object, "blocks"), *block;
	size_t i;
	assert_true(json_array_size(blocks) >= 3 && json_array_size(blocks) <= 50);
	assert_true(strlen(text) <= 13000);
	json_array_foreach(blocks, i, block)
	{
		const char *section = json_string_value(json_object_get(json_object_get(block, "text"), "text"));
		assert_true(section && strlen(section) > 0 && strlen(section) <= 3000);
		const char *amp = section; /* no escape is cut */
		while ((amp = strchr(amp, '&')) != NULL) {
			assert_true(strncmp(amp, "&lt;", 4) == 0 || strncmp(amp, "&amp;", 5) == 0 ||
			            strncmp(amp, "&gt;", 4) == 0);
			amp++;
		}
	}
	assert_non_null(strstr(text, "more; `handoff update` shows all."));
	json_decref(object);
	day_close(&d);
}

static void periods(void **state)
{
	struct day d;
	const char *text;
	(void)state;
	day_begin(&d);
	begin(&d);
	usual_counts(&d);
	commit(&d);
	text = written(&d, HO_UPDATE_PLAIN, d.f.now - DAY); /* yesterday and today */
	assert_non_null(strstr(text, "urgent, 13 May to 14 May 2026"));
	assert_non_null(strstr(text, "2,390 texts came in"));
	text = written(&d, HO_UPDATE_PLAIN, 0); /* not before the task was there */
	assert_non_null(strstr(text, "urgent, 2 May to 14 May 2026"));
	assert_int_equal(
	    ho_update_write(&text, d.f.app, d.f.reader, "nothing", 0, HO_UPDATE_PLAIN, &d.f.arena, &d.f.err),
	    HO_ENOTFOUND);
	assert_null(text);
	day_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(first_day),
	    cmocka_unit_test(second_model_on_the_first_day),
	    cmocka_unit_test(usual_day),
	    cmocka_unit_test(mostly_checks),
	    cmocka_unit_test(one_text),
	    cmocka_unit_test(alarm_on_the_first_day),
	    cmocka_unit_test(quiet_day),
	    cmocka_unit_test(queue_too_long),
	    cmocka_unit_test(more_wrong_than_promised),
	    cmocka_unit_test(alarm_day),
	    cmocka_unit_test(audits_due),
	    cmocka_unit_test(no_promise),
	    cmocka_unit_test(promoted),
	    cmocka_unit_test(callbacks_failing),
	    cmocka_unit_test(paused),
	    cmocka_unit_test(none_of_these),
	    cmocka_unit_test(past_their_time),
	    cmocka_unit_test(no_model),
	    cmocka_unit_test(hostile_notes),
	    cmocka_unit_test(long_notes_end_with_a_character),
	    cmocka_unit_test(slack_limits),
	    cmocka_unit_test(periods),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
