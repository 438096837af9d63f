/* Callbacks on their way: signatures, bodies, the plan of tries, what ends them. */
#include <jansson.h>

#include "app/counts.h"
#include "app/deploy.h"
#include "app/forget.h"
#include "app/outbox.h"
#include "app_fixture.h"

static void signatures(void **state)
{
	/* Computed with Python's hmac; the first secret is the one of the specification's examples. */
	static const struct {
		const char *secret, *body, *signature;
	} known[] = {
	    {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "{\"type\":\"item.answered\"}",
	     "v1,n0RiPRF3cjBfnwqxmaVm7a1iO6/RTP49KeLhtQh+6uM="},
	    {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "", "v1,lhyc/lWV9tIpPleXc91s4YRKUyGjoV2ro0MB9Tj516E="},
	    {"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==", "x",
	     "v1,3+x854Fg60D8dXUvKrtPN+7DhSVXZqkc8QaP/alEw78="},
	};
	static const char *const bad[] = {"",
	                                  "whsec_",
	                                  "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	                                  "whsec_MfKQ9r8GKYqrTwjUPD8ILP==",
	                                  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!!",
	                                  NULL};
	const struct ho_id id = {"01J9Z3W6V7Q8R9S0T1V2W3X4Y5"};
	struct ho_error err;
	char out[64], secret[64], other[64];
	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		assert_ok(ho_webhook_sign(out, known[i].secret, &id, 1778745600, ho_slice_str(known[i].body), &err),
		          &err);
		assert_string_equal(out, known[i].signature);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(ho_webhook_sign(out, bad[i], &id, 1, ho_slice_str("x"), &err), HO_EINVAL);
	ho_webhook_secret(secret);
	ho_webhook_secret(other);
	assert_string_not_equal(secret, other);
	assert_memory_equal(secret, "whsec_", 6);
	assert_ok(ho_webhook_sign(out, secret, &id, 1, ho_slice_str("x"), &err), &err);
}

struct scene {
	struct desk_fixture f;
	struct ho_item item;
	struct ho_outgoing outgoing;
	const char *settings;
	int status;
	int64_t retry_after, until;
};

#define URL "https://hooks.example.org/x"

static enum ho_status configure(void *context, struct ho_store *store, struct ho_error *err)
{
	struct scene *s = context;
	return ho_configure(s->f.app, store, "urgent", ho_slice_str(s->settings), "test", err);
}

static enum ho_status add_item(void *context, struct ho_store *store, struct ho_error *err)
{
	struct scene *s = context;
	return store->ops->item_add(store, &s->item, err);
}

static enum ho_status answer(void *context, struct ho_store *store, struct ho_error *err)
{
	struct scene *s = context;
	enum ho_status status = ho_outbox_answer(s->f.app, store, &s->item, err);
	return status ? status : store->ops->item_put(store, &s->item, err);
}

static enum ho_status event(void *context, struct ho_store *store, struct ho_error *err)
{
	struct scene *s = context;
	return ho_outbox_event(s->f.app, store, "urgent", "task.alarm", "{\"task\":\"urgent\"}", err);
}

static enum ho_status tried(void *context, struct ho_store *store, struct ho_error *err)
{
	struct scene *s = context;
	return ho_outbox_tried(s->f.app, store, &s->outgoing, s->status, s->retry_after,
	                       s->status ? NULL : "timeout was reached", err);
}

static enum ho_status postpone(void *context, struct ho_store *store, struct ho_error *err)
{
	struct scene *s = context;
	return ho_outbox_postpone(s->f.app, store, &s->outgoing, s->until, err);
}

static enum ho_status forget(void *context, struct ho_store *store, struct ho_error *err)
{
	struct scene *s = context;
	bool done;
	return ho_forget_item(&done, s->f.app, store, &s->item.id, err);
}

static void scene_open(struct scene *s)
{
	*s = (struct scene){.status = 0};
	fixture_open(&s->f);
	s->settings = "{\"callback_hosts\":[\"hooks.example.org\"],\"event_url\":\"" URL "\"}";
	in_group(&s->f, configure, s);
	assert_ok(ho_app_refresh(s->f.app, &s->f.err), &s->f.err);
	s->item = (struct ho_item){.id = ho_app_new_id(s->f.app),
	                           .task = "urgent",
	                           .text = ho_slice_str("please help"),
	                           .callback_url = URL,
	                           .label = "yes",
	                           .suggestion = "yes",
	                           .answered_by = "model",
	                           .confidence = 0.99,
	                           .status = HO_ITEM_ANSWERED,
	                           .created_at = s->f.now,
	                           .answered_at = s->f.now};
	in_group(&s->f, add_item, s);
}

/* All that wait or ended for the item, or (events) all that are due. */
static size_t outgoing(struct scene *s, struct ho_outgoing **list)
{
	size_t n;
	assert_ok(s->f.reader->ops->outgoing_list(list, &n, s->f.reader, &s->item.id, &s->f.arena, &s->f.err),
	          &s->f.err);
	return n;
}

static size_t due(struct scene *s)
{
	struct ho_outgoing *list;
	size_t n;
	assert_ok(s->f.reader->ops->outgoing_due(&list, &n, s->f.reader, s->f.now, 100, &s->f.arena, &s->f.err),
	          &s->f.err);
	if (n)
		s->outgoing = list[0];
	return n;
}

static int64_t count_of(struct scene *s, const char *what)
{
	struct ho_count *counts;
	size_t n;
	int64_t sum = 0;
	int32_t day = (int32_t)(s->f.now / DAY);
	assert_ok(s->f.reader->ops->count_list(&counts, &n, s->f.reader, "urgent", 1, day, &s->f.arena, &s->f.err),
	          &s->f.err);
	for (size_t i = 0; i < n; i++)
		sum += strcmp(counts[i].what, what) == 0 ? counts[i].n : 0;
	return sum;
}

static void bodies(void **state)
{
	struct scene s;
	struct ho_outgoing *list;
	(void)state;
	scene_open(&s);
	in_group(&s.f, answer, &s);
	assert_int_equal(s.item.sent, 1);
	assert_int_equal(outgoing(&s, &list), 1);
	json_t *body = json_loadb(list[0].body.ptr, list[0].body.len, 0, NULL);
	assert_non_null(body);
	assert_string_equal(json_string_value(json_object_get(body, "type")), "item.answered");
	assert_string_equal(json_string_value(json_object_get(body, "timestamp")), "2026-05-14T08:00:00.000Z");
	const json_t *data = json_object_get(body, "data");
	assert_string_equal(json_string_value(json_object_get(data, "item")), s.item.id.text);
	assert_string_equal(json_string_value(json_object_get(data, "label")), "yes");
	assert_null(json_object_get(data, "text")); /* the caller has it; the payload stays small */
	assert_true(list[0].body.len < 20000);
	json_decref(body);
	/* A correction replaces what did not go out yet: an older state never comes after a newer one. */
	s.item.status = HO_ITEM_OVERRULED;
	s.item.label = "no";
	in_group(&s.f, answer, &s);
	assert_int_equal(outgoing(&s, &list), 2);
	assert_int_equal(due(&s), 1);
	assert_non_null(memmem(s.outgoing.body.ptr, s.outgoing.body.len, "item.corrected", 14));
	fixture_close(&s.f);
}

static void silence(void **state)
{
	struct scene s;
	struct ho_outgoing *list;
	(void)state;
	scene_open(&s);
	s.item.status = HO_ITEM_PENDING; /* nothing to tell yet */
	in_group(&s.f, answer, &s);
	assert_int_equal(outgoing(&s, &list), 0);
	s.item.status = HO_ITEM_ANSWERED;
	s.item.callback_url = NULL;
	in_group(&s.f, answer, &s);
	assert_int_equal(outgoing(&s, &list), 0);
	assert_int_equal(s.item.sent, 0);
	s.item.callback_url = URL;
	s.item.status = HO_ITEM_EXPIRED;
	in_group(&s.f, answer, &s);
	assert_int_equal(due(&s), 1);
	assert_non_null(memmem(s.outgoing.body.ptr, s.outgoing.body.len, "item.expired", 12));
	s.item.status = HO_ITEM_PENDING; /* taken back after it went out */
	in_group(&s.f, answer, &s);
	assert_int_equal(due(&s), 1);
	assert_non_null(memmem(s.outgoing.body.ptr, s.outgoing.body.len, "item.corrected", 14));
	fixture_close(&s.f);
}

static void plan_of_tries(void **state)
{
	static const double waits[] = {5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};
	struct scene s;
	struct ho_id id = {""};
	(void)state;
	scene_open(&s);
	in_group(&s.f, answer, &s);
	int64_t began = s.f.now;
	bool jitter = false;
	for (int try = 0; try < HO_CALLBACK_TRIES; try++) {
		assert_int_equal(due(&s), 1);
		if (try == 0)
			id = s.outgoing.id;
		assert_string_equal(s.outgoing.id.text, id.text); /* the receiver knows it again */
		assert_int_equal(s.outgoing.tries, try);
		s.status = try % 2 ? 503 : 0;
		in_group(&s.f, tried, &s);
		if (try == HO_CALLBACK_TRIES - 1)
			break;
		double wait = (double)(s.outgoing.next_at - s.f.now) / 1000;
		assert_true(wait >= waits[try] && wait <= 1.2 * waits[try]);
		jitter |= wait > 1.001 * waits[try];
		s.f.now = s.outgoing.next_at - 1;
		assert_int_equal(due(&s), 0); /* not before */
		s.f.now++;
	}
	assert_true(jitter);
	assert_int_equal(s.outgoing.next_at, 0); /* given up */
	assert_true(s.f.now - began > DAY);
	assert_int_equal(count_of(&s, HO_COUNT_CALLBACK_FAILED), 1);
	assert_int_equal(count_of(&s, HO_COUNT_CALLBACK_SENT), 0);
	fixture_close(&s.f);
}

static void endings(void **state)
{
	struct scene s;
	struct ho_outgoing *list;
	(void)state;
	scene_open(&s);
	in_group(&s.f, answer, &s);
	assert_int_equal(due(&s), 1);
	s.status = 429;
	s.retry_after = 120; /* longer than the plan's five seconds */
	in_group(&s.f, tried, &s);
	assert_int_equal(s.outgoing.next_at, s.f.now + 120 * SECOND);
	s.f.now = s.outgoing.next_at;
	assert_int_equal(due(&s), 1);
	assert_string_equal(s.outgoing.last_error, "HTTP 429");
	s.retry_after = 1; /* shorter than the plan's five minutes */
	in_group(&s.f, tried, &s);
	assert_true(s.outgoing.next_at >= s.f.now + 300 * SECOND);
	s.f.now = s.outgoing.next_at;
	assert_int_equal(due(&s), 1);
	s.retry_after = INT64_MAX; /* a hostile one */
	in_group(&s.f, tried, &s);
	assert_true(s.outgoing.next_at <= s.f.now + DAY);
	s.f.now = s.outgoing.next_at;
	assert_int_equal(due(&s), 1);
	s.status = 204;
	in_group(&s.f, tried, &s);
	assert_int_equal(outgoing(&s, &list), 1);
	assert_int_equal(list[0].delivered_at, s.f.now);
	assert_int_equal(list[0].next_at, 0);
	assert_int_equal(count_of(&s, HO_COUNT_CALLBACK_SENT), 1);
	in_group(&s.f, answer, &s);
	assert_int_equal(due(&s), 1);
	s.status = 410;
	in_group(&s.f, tried, &s);
	s.f.now += 10 * DAY;
	assert_int_equal(due(&s), 0);
	assert_int_equal(count_of(&s, HO_COUNT_CALLBACK_FAILED), 1);
	fixture_close(&s.f);
}

/* 3xx is a failure like others: nobody follows it. */
static void redirects_fail(void **state)
{
	struct scene s;
	(void)state;
	scene_open(&s);
	in_group(&s.f, answer, &s);
	assert_int_equal(due(&s), 1);
	s.status = 302;
	in_group(&s.f, tried, &s);
	assert_true(s.outgoing.next_at > s.f.now);
	fixture_close(&s.f);
}

static void events(void **state)
{
	struct scene s;
	(void)state;
	scene_open(&s);
	in_group(&s.f, event, &s);
	assert_int_equal(due(&s), 1);
	assert_string_equal(s.outgoing.url, URL);
	assert_string_equal(s.outgoing.item.text, "");
	assert_non_null(memmem(s.outgoing.body.ptr, s.outgoing.body.len, "\"data\":{\"task\":\"urgent\"}}", 25));
	/* Gone: the place is taken out of the task, and says so in the journal. */
	s.status = 410;
	size_t before = journal_count(&s.f, "settings");
	in_group(&s.f, tried, &s);
	assert_int_equal(journal_count(&s.f, "settings"), before + 1);
	assert_ok(ho_app_refresh(s.f.app, &s.f.err), &s.f.err);
	in_group(&s.f, event, &s);
	assert_int_equal(due(&s), 0);
	fixture_close(&s.f);
}

/* A try that ends after the item was forgotten must not write the body back. */
static void forgotten_in_flight(void **state)
{
	struct scene s;
	struct ho_outgoing *list;
	(void)state;
	scene_open(&s);
	in_group(&s.f, answer, &s);
	assert_int_equal(due(&s), 1);
	in_group(&s.f, forget, &s);
	s.status = 503;
	in_group(&s.f, tried, &s);
	size_t n = outgoing(&s, &list);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(list[i].body.len, 0);
		assert_int_equal(list[i].next_at, 0);
	}
	s.f.now += 2 * DAY;
	assert_int_equal(due(&s), 0);
	fixture_close(&s.f);
}

static void superseded_in_flight(void **state)
{
	struct scene s;
	(void)state;
	scene_open(&s);
	in_group(&s.f, answer, &s);
	assert_int_equal(due(&s), 1);
	struct ho_outgoing older = s.outgoing;
	in_group(&s.f, answer, &s);
	s.outgoing = older;
	s.status = 503;
	in_group(&s.f, tried, &s);
	s.f.now += DAY;
	assert_int_equal(due(&s), 1); /* the newer one only */
	assert_string_not_equal(s.outgoing.id.text, older.id.text);
	s.until = s.f.now + MINUTE;
	in_group(&s.f, postpone, &s);
	assert_int_equal(due(&s), 0);
	s.f.now += MINUTE;
	assert_int_equal(due(&s), 1);
	assert_int_equal(s.outgoing.tries, 0); /* postponing is no try */
	s.outgoing = older;
	in_group(&s.f, postpone, &s); /* nor does it bring anything back */
	s.f.now += DAY;
	assert_int_equal(due(&s), 1);
	fixture_close(&s.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signatures),
	    cmocka_unit_test(bodies),
	    cmocka_unit_test(silence),
	    cmocka_unit_test(plan_of_tries),
	    cmocka_unit_test(endings),
	    cmocka_unit_test(redirects_fail),
	    cmocka_unit_test(events),
	    cmocka_unit_test(forgotten_in_flight),
	    cmocka_unit_test(superseded_in_flight),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
