/* Doubted labels in the queue: blind until answered, a label afterwards, never twice, never certified with. */
#include "app_desk.h"

#include "app/recheck.h"

#define UNAUDITED "{\"certify_share\":0.5,\"audit_share\":0,\"due_s\":3600}"

struct adding {
	struct desk *d;
	const struct ho_desk *of;
	const struct ho_recheck *items;
	size_t n, most, added;
};

static enum ho_status run_adding(void *context, struct ho_store *store, struct ho_error *err)
{
	struct adding *a = context;
	return ho_recheck_add(&a->added, a->d->f.app, store, a->d->scorer, a->of, a->items, a->n, a->most, err);
}

static enum ho_status add(struct adding *a)
{
	assert_ok(ho_desk_take(&a->of, a->d->f.app, "t", &a->d->f.err), &a->d->f.err);
	enum ho_status status = ho_app_write(a->d->f.app, run_adding, a, &a->d->f.err);
	ho_desk_release(a->of);
	return status;
}

static struct ho_recheck doubted(const char *text)
{
	return (struct ho_recheck){.text = ho_slice_str(text),
	                           .id = "17",
	                           .label = "ham",
	                           .suggested = "spam",
	                           .confidence = 0.91,
	                           .reason = "more like 'spam' (91.0%) than \"ham\""};
}

static struct ho_waiting first_waiting(struct desk *d, size_t *n)
{
	struct ho_waiting *waiting;
	assert_ok(ho_queue_next(&waiting, n, d->f.app, d->f.reader, "t", "ann", NULL, 10, &d->f.arena, &d->f.err),
	          &d->f.err);
	assert_true(*n > 0);
	return waiting[0];
}

static const char *json_of(struct desk *d, struct ho_id id, bool blind)
{
	static char text[4096];
	struct ho_item item = desk_item(d, id);
	struct ho_buf buf;
	ho_buf_init(&buf, sizeof text - 1);
	assert_ok(ho_item_json(&buf, &item, true, blind, &d->f.err), &d->f.err);
	memcpy(text, buf.data, buf.len);
	text[buf.len] = '\0';
	ho_buf_release(&buf);
	return text;
}

/* The surest text of all, whose label is doubted all the same: a person decides, and sees nothing of the doubt. */
static void a_doubted_label_waits_blind_and_becomes_a_label(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	const struct ho_recheck one = doubted("sa sb sc sd");
	struct adding a = {.d = d, .items = &one, .n = 1, .most = 10};
	size_t n;
	assert_ok(add(&a), &d->f.err);
	assert_int_equal(a.added, 1);
	struct ho_waiting waiting = first_waiting(d, &n);
	assert_int_equal(n, 1);
	assert_int_equal(waiting.meta.len, 0);
	assert_int_equal(waiting.due_at, 0);
	const char *seen = json_of(d, waiting.item, true);
	assert_null(strstr(seen, "spam"));
	assert_null(strstr(seen, "ham"));
	assert_null(strstr(seen, HO_RECHECK_KEY));
	assert_non_null(strstr(seen, "\"meta\":null"));
	struct ho_item item = desk_item(d, waiting.item);
	assert_int_equal(item.decision, HO_ITEM_HUMAN);
	assert_int_equal(item.role, HO_ROLE_LEARN);
	assert_int_equal(item.audit, HO_AUDIT_NONE);
	assert_true(ho_recheck_is(item.meta));
	assert_ok(desk_answer(d, waiting.item, "ann", "spam"), &d->f.err);
	seen = json_of(d, waiting.item, true);
	assert_non_null(strstr(seen, HO_RECHECK_KEY));
	assert_non_null(strstr(seen, "\"suggested\":\"spam\""));
	struct ho_buf labels;
	struct ho_id after = {.text = ""};
	bool more;
	ho_buf_init(&labels, 1 << 16);
	assert_ok(ho_labels_page(&labels, &more, &after, d->f.app, d->f.reader, "t", HO_LABELS_LEARN, &d->f.err),
	          &d->f.err);
	assert_non_null(strstr(labels.data, "\"text\":\"sa sb sc sd\",\"label\":\"spam\",\"role\":\"learn\""));
	ho_buf_release(&labels);
	desk_close(d);
}

static void incoming_texts_are_not_counted_and_no_text_is_checked_twice(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	const struct ho_recheck all[] = {doubted("sa ha"), doubted("sa ha"), doubted("sb hb"), doubted("sc hc")};
	struct adding a = {.d = d, .items = all, .n = 4, .most = 2};
	size_t n;
	assert_ok(add(&a), &d->f.err);
	assert_int_equal(a.added, 2);
	assert_ok(desk_answer(d, first_waiting(d, &n).item, "ann", "ham"), &d->f.err);
	assert_ok(add(&a), &d->f.err); /* the answered one does not come back; the third has its turn */
	assert_int_equal(a.added, 1);
	assert_ok(add(&a), &d->f.err);
	assert_int_equal(a.added, 0);
	assert_int_equal(desk_count(d, "human.unsure"), 0);
	assert_int_equal(desk_count(d, HO_COUNT_AUTO), 0);
	(void)first_waiting(d, &n);
	assert_int_equal(n, 2);
	desk_close(d);
}

static void labels_of_another_task_are_refused(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_recheck one = doubted("sa ha");
	one.label = "urgent";
	one.suggested = "later";
	struct adding a = {.d = d, .items = &one, .n = 1, .most = 2};
	assert_int_equal(add(&a), HO_EINVAL);
	assert_non_null(strstr(d->f.err.message, "'t'"));
	desk_close(d);
}

/* What a caller sent as meta is shown as ever. */
static void other_meta_is_shown(void **state)
{
	(void)state;
	assert_false(ho_recheck_is(ho_slice_str("{\"customer\":\"" HO_RECHECK_KEY "\"}")));
	assert_false(ho_recheck_is(ho_slice_str("{\"x\":{\"" HO_RECHECK_KEY "\":true}}")));
	assert_false(ho_recheck_is(ho_slice_str("")));
	assert_true(ho_recheck_is(ho_slice_str("{\"" HO_RECHECK_KEY "\":true,\"label\":\"a\"}")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_doubted_label_waits_blind_and_becomes_a_label),
	    cmocka_unit_test(incoming_texts_are_not_counted_and_no_text_is_checked_twice),
	    cmocka_unit_test(labels_of_another_task_are_refused),
	    cmocka_unit_test(other_meta_is_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
