/* What goes out: labels for training, items as JSON, callbacks, and what a person sees after the answer. */
#include "app_desk.h"
#include "app/outbox.h"

#include <jansson.h>

#define UNAUDITED "{\"certify_share\":0,\"audit_share\":0}"
#define ALL "{\"certify_share\":0.3,\"audit_share\":1,\"audit_floor\":0,\"audit_budget\":1000000}"
#define SURE "sa sb sc sd"
#define UNSURE "sa ha"

/* Parse JSON and compare a string member; NULL: JSON null. */
static void assert_member(const json_t *object, const char *name, const char *want)
{
	const json_t *value = json_object_get(object, name);
	if (!value)
		fail_msg("no member %s", name);
	if (!want)
		assert_true(json_is_null(value));
	else
		assert_string_equal(json_string_value(value), want);
}

static json_t *item_json(const struct ho_item *item, bool with_text, bool blind)
{
	struct ho_buf out;
	struct ho_error err;
	ho_buf_init(&out, 1 << 20);
	assert_ok(ho_item_json(&out, item, with_text, blind, &err), &err);
	json_t *object = json_loadb(out.data, out.len, 0, NULL);
	assert_non_null(object);
	ho_buf_release(&out);
	return object;
}

static void items(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_item item = desk_classify_as(d, "sa ha \"\xff\n", "{\"k\":[1]}");
	json_t *open = item_json(&item, true, false), *blind = item_json(&item, true, true);
	assert_member(open, "status", "pending");
	assert_member(open, "reason", "unsure");
	assert_member(open, "label", NULL);
	assert_member(open, "answered_by", NULL);
	assert_member(open, "answered_at", NULL);
	assert_member(open, "text", "sa ha \"\xef\xbf\xbd\n");
	assert_member(open, "created_at", "2026-05-14T08:00:01.000Z");
	assert_int_equal(json_integer_value(json_array_get(json_object_get(json_object_get(open, "meta"), "k"), 0)), 1);
	assert_true(json_is_real(json_object_get(open, "confidence")));
	assert_null(json_object_get(blind, "reason"));
	assert_null(json_object_get(blind, "suggestion"));
	assert_null(json_object_get(blind, "confidence"));
	json_decref(open);
	json_decref(blind);
	desk_close(d);
}

static void an_audit_looks_like_any_other(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":1,\"audit_floor\":0,\"audit_budget\":100000}");
	struct ho_item audit = desk_classify(d, SURE), human = desk_classify(d, UNSURE);
	json_t *a = item_json(&audit, true, true), *b = item_json(&human, true, true);
	const char *name;
	json_t *value;
	assert_int_equal(json_object_size(a), json_object_size(b));
	json_object_foreach(a, name, value)
	{
		assert_non_null(json_object_get(b, name));
	}
	assert_member(a, "status", "pending");
	json_decref(a);
	json_decref(b);
	assert_ok(desk_answer(d, audit.id, "ann", "ham"), &d->f.err);
	audit = desk_item(d, audit.id);
	a = item_json(&audit, false, true); /* still blind for the second person */
	assert_member(a, "status", "pending");
	assert_null(json_object_get(a, "label"));
	json_decref(a);
	desk_close(d);
}

static void answers_to_the_caller(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_item sure = desk_classify(d, SURE), unsure = desk_classify(d, UNSURE);
	const struct ho_desk *desk;
	struct ho_buf out;
	assert_ok(ho_desk_take(&desk, d->f.app, "t", &d->f.err), &d->f.err);
	ho_buf_init(&out, 4096);
	assert_ok(ho_classified_json(&out, &sure, desk, &d->f.err), &d->f.err);
	json_t *object = json_loadb(out.data, out.len, 0, NULL);
	assert_member(object, "decision", "auto");
	assert_member(object, "label", "spam");
	assert_member(object, "item", sure.id.text);
	assert_true(json_real_value(json_object_get(json_object_get(object, "promise"), "max_error")) == 0.05);
	json_decref(object);
	ho_buf_reset(&out);
	assert_ok(ho_classified_json(&out, &unsure, desk, &d->f.err), &d->f.err);
	object = json_loadb(out.data, out.len, 0, NULL);
	assert_member(object, "decision", "human");
	assert_member(object, "reason", "unsure");
	assert_member(object, "status", "pending");
	assert_null(json_object_get(object, "label"));
	json_decref(object);
	ho_buf_release(&out);
	/* Too small a buffer leaves nothing half-written. */
	ho_buf_init(&out, 40);
	assert_int_equal(ho_classified_json(&out, &sure, desk, &d->f.err), HO_ELIMIT);
	assert_int_equal(out.len, 0);
	ho_buf_release(&out);
	ho_desk_release(desk);
	desk_close(d);
}

/* All pages; how many lines, and whether each is one object with a label. */
static size_t export(struct desk *d, enum ho_labels_role role, size_t max, const char *want_role)
{
	struct ho_id after = {""};
	bool more = true;
	size_t lines = 0;
	while (more) {
		struct ho_buf out;
		ho_buf_init(&out, max);
		assert_ok(ho_labels_page(&out, &more, &after, d->f.app, d->f.reader, "t", role, &d->f.err), &d->f.err);
		for (char *line = out.data, *end; line && (end = strchr(line, '\n')); line = end + 1) {
			json_t *object = json_loadb(line, (size_t)(end - line), 0, NULL);
			assert_non_null(object);
			assert_true(json_is_string(json_object_get(object, "text")));
			assert_true(json_is_string(json_object_get(object, "label")));
			if (want_role)
				assert_member(object, "role", want_role);
			json_decref(object);
			lines++;
		}
		ho_buf_release(&out);
	}
	return lines;
}

static void labels_for_training(void **state)
{
	(void)state;
	struct desk *d = desk_open(ALL);
	size_t learn = 0, certify = 0;
	assert_int_equal(export(d, HO_LABELS_BOTH, 1 << 20, NULL), 0);
	for (int i = 0; i < 450; i++) {
		struct ho_item item = desk_classify(d, i % 3 ? SURE : UNSURE);
		if (i % 5 == 4)
			continue; /* nobody answers */
		assert_ok(desk_answer(d, item.id, "ann", i % 7 == 6 ? NULL : "spam"), &d->f.err);
		bool labelled = i % 7 != 6;
		learn += labelled && item.role == HO_ROLE_LEARN;
		certify += labelled && item.role == HO_ROLE_CERTIFY;
	}
	assert_true(learn > 100 && certify > 40);
	assert_int_equal(export(d, HO_LABELS_LEARN, 1 << 20, "learn"), learn);
	assert_int_equal(export(d, HO_LABELS_CERTIFY, 1 << 20, "certify"), certify);
	assert_int_equal(export(d, HO_LABELS_BOTH, 1 << 20, NULL), learn + certify);
	assert_int_equal(export(d, HO_LABELS_LEARN, 700, "learn"), learn); /* pages of a few lines */
	desk_close(d);
}

/* The longest text there is, of characters that take most room in JSON: it fits into a page of the promised size, and
 * where it does not, the export says so instead of beginning the line again for ever. */
static void the_longest_text_is_exported(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	char *text = malloc(HO_INCOMING_TEXT_MAX + 1);
	struct ho_id after = {""};
	struct ho_buf out;
	bool more;
	assert_non_null(text);
	memset(text, 1, HO_INCOMING_TEXT_MAX);
	text[HO_INCOMING_TEXT_MAX] = '\0';
	struct ho_item first = desk_classify(d, UNSURE), longest = desk_classify(d, text);
	assert_ok(desk_answer(d, first.id, "ann", "spam"), &d->f.err);
	assert_ok(desk_answer(d, longest.id, "ann", "spam"), &d->f.err);
	assert_int_equal(export(d, HO_LABELS_LEARN, HO_LABELS_PAGE_LEAST, "learn"), 2);
	ho_buf_init(&out, 1 << 20);
	assert_ok(ho_labels_page(&out, &more, &after, d->f.app, d->f.reader, "t", HO_LABELS_LEARN, &d->f.err),
	          &d->f.err);
	assert_true(more);
	assert_string_equal(after.text, first.id.text);
	assert_int_equal(out.data[out.len - 1], '\n');
	ho_buf_reset(&out);
	assert_int_equal(ho_labels_page(&out, &more, &after, d->f.app, d->f.reader, "t", HO_LABELS_LEARN, &d->f.err),
	                 HO_ELIMIT);
	assert_int_equal(out.len, 0);
	assert_false(more);
	ho_buf_release(&out);
	free(text);
	desk_close(d);
}

/* The exported label of the only item with one. */
static void assert_exported(struct desk *d, enum ho_labels_role role, const char *label)
{
	struct ho_id after = {""};
	struct ho_buf out;
	bool more;
	ho_buf_init(&out, 1 << 20);
	assert_ok(ho_labels_page(&out, &more, &after, d->f.app, d->f.reader, "t", role, &d->f.err), &d->f.err);
	json_t *object = json_loadb(out.data, out.len, JSON_DISABLE_EOF_CHECK, NULL);
	assert_member(object, "label", label);
	json_decref(object);
	ho_buf_release(&out);
}

/* What is said after the model's label could be seen is a label to learn from, but certifies nothing. */
static void certificates_take_what_was_said_blind(void **state)
{
	(void)state;
	static const char *const settings[] = {"{\"certify_share\":0.5,\"audit_share\":0}",
	                                       "{\"certify_share\":0,\"audit_share\":0}"};
	for (int learn = 0; learn < 2; learn++)
		for (int automatic = 0; automatic < 2 - learn; automatic++) {
			struct desk *d = desk_open(settings[learn]);
			struct ho_item item;
			do
				item = desk_classify(d, automatic ? SURE : UNSURE);
			while (!learn && item.role != HO_ROLE_CERTIFY);
			assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);
			if (automatic)
				assert_ok(desk_answer(d, item.id, "bob", "ham"), &d->f.err);
			assert_ok(desk_withdraw(d, item.id, automatic ? "bob" : "ann", false), &d->f.err);
			assert_ok(desk_answer(d, item.id, automatic ? "bob" : "ann", "spam"), &d->f.err);
			assert_string_equal(desk_item(d, item.id).label, "spam");
			assert_exported(d, HO_LABELS_BOTH, learn ? "spam" : "ham");
			desk_close(d);
		}
}

static void context_after_the_answer(void **state)
{
	(void)state;
	struct desk *d = desk_open(UNAUDITED);
	struct ho_item item = desk_classify(d, "sa sb ha zz"), like = desk_classify(d, "sa sb ha yy");
	const char *json;
	assert_ok(desk_answer(d, like.id, "bob", "spam"), &d->f.err);
	assert_int_equal(ho_item_context(&json, d->f.app, d->f.reader, &item.id, "ann", &d->f.arena, &d->f.err),
	                 HO_ECONFLICT);
	assert_null(json);
	assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);
	assert_ok(ho_item_context(&json, d->f.app, d->f.reader, &item.id, "ann", &d->f.arena, &d->f.err), &d->f.err);
	json_t *object = json_loads(json, 0, NULL);
	assert_member(object, "suggestion", "spam");
	assert_member(object, "outcome", "differs");
	assert_true(json_array_size(json_object_get(object, "pieces")) >= 3);
	assert_true(json_is_string(json_object_get(object, "words")));
	const json_t *similar = json_object_get(object, "similar");
	assert_int_equal(json_array_size(similar), 1);
	json_decref(object);
	desk_configure(d, "{\"show_before\":true,\"audit_share\":1,\"audit_floor\":0,\"audit_budget\":1000000}");
	for (int i = 0; i < 2; i++) { /* shown before, an audit names itself no more than another */
		item = desk_classify(d, i ? SURE : UNSURE);
		assert_int_equal(item.audit, i ? HO_AUDIT_FIRST : HO_AUDIT_NONE);
		assert_ok(ho_item_context(&json, d->f.app, d->f.reader, &item.id, "ann", &d->f.arena, &d->f.err),
		          &d->f.err);
		object = json_loads(json, 0, NULL);
		assert_member(object, "decision", "human");
		assert_member(object, "reason", NULL);
		assert_member(object, "outcome", NULL);
		assert_member(object, "threshold", NULL);
		assert_member(object, "suggestion", item.suggestion);
		json_decref(object);
	}
	desk_close(d);
}

/* ---- callbacks ---- */

static size_t outgoing(struct desk *d, struct ho_id id, const char *type)
{
	struct ho_outgoing *list;
	size_t n, found = 0;
	assert_ok(d->f.reader->ops->outgoing_list(&list, &n, d->f.reader, &id, &d->f.arena, &d->f.err), &d->f.err);
	for (size_t i = 0; i < n; i++)
		found += memmem(list[i].body.ptr, list[i].body.len, type, strlen(type)) != NULL;
	return found;
}

static struct ho_item classify_calling_back(struct desk *d, const char *text)
{
	struct ho_item item;
	const struct ho_desk *desk;
	struct ho_incoming incoming = {.text = ho_slice_str(text), .callback_url = "https://hooks.example.org/x"};
	assert_ok(ho_desk_take(&desk, d->f.app, "t", &d->f.err), &d->f.err);
	assert_ok(ho_classify_item(&item, d->scorer, desk, &incoming, &d->f.arena, &d->f.err), &d->f.err);
	struct desk_write w = {.d = d, .desk = desk, .classified = &item};
	in_group(&d->f, desk_do_classify, &w);
	ho_desk_release(desk);
	return item;
}

struct delivery {
	struct desk *d;
	struct ho_outgoing outgoing;
	int status;
};

static enum ho_status do_tried(void *context, struct ho_store *store, struct ho_error *err)
{
	struct delivery *t = context;
	return ho_outbox_tried(t->d->f.app, store, &t->outgoing, t->status, 0, NULL, err);
}

/* The callback of an item that still waits, or else (`waiting` false) the oldest, got this answer. */
static void deliver(struct desk *d, struct ho_id id, int status, bool waiting)
{
	struct ho_outgoing *list;
	struct delivery t = {.d = d, .status = status};
	size_t n;
	assert_ok(d->f.reader->ops->outgoing_list(&list, &n, d->f.reader, &id, &d->f.arena, &d->f.err), &d->f.err);
	assert_true(n > 0);
	for (size_t i = n; i-- > 0;)
		if (!waiting || list[i].next_at)
			t.outgoing = list[i];
	in_group(&d->f, do_tried, &t);
}

/* What the receiver never heard is not corrected. */
static void nothing_is_corrected_that_was_not_told(void **state)
{
	(void)state;
	struct desk *d =
	    desk_open("{\"certify_share\":0,\"audit_share\":0,\"callback_hosts\":[\"hooks.example.org\"]}");
	for (int refused = 0; refused < 2; refused++) {
		struct ho_item human = classify_calling_back(d, UNSURE);
		assert_ok(desk_answer(d, human.id, "ann", "ham"), &d->f.err);
		if (refused)
			deliver(d, human.id, 503, true);
		assert_ok(desk_withdraw(d, human.id, "ann", false), &d->f.err);
		assert_int_equal(outgoing(d, human.id, "item."), 1);
		assert_ok(desk_answer(d, human.id, "ann", "spam"), &d->f.err);
		assert_int_equal(outgoing(d, human.id, "item.answered"), 2);
		assert_int_equal(outgoing(d, human.id, "item.corrected"), 0);
	}
	/* It was under way when it was taken back, and got through. */
	struct ho_item human = classify_calling_back(d, UNSURE);
	assert_ok(desk_answer(d, human.id, "ann", "ham"), &d->f.err);
	assert_ok(desk_withdraw(d, human.id, "ann", false), &d->f.err);
	assert_int_equal(outgoing(d, human.id, "item.corrected"), 0);
	deliver(d, human.id, 200, false);
	assert_int_equal(outgoing(d, human.id, "item.corrected"), 1);
	desk_close(d);
}

static void callbacks_follow_the_answer(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":1,\"audit_floor\":0,\"audit_budget\":100000,"
	                           "\"callback_hosts\":[\"hooks.example.org\"]}");
	struct ho_item human = classify_calling_back(d, UNSURE), sure = classify_calling_back(d, SURE);
	assert_int_equal(outgoing(d, human.id, "item."), 0);
	assert_int_equal(outgoing(d, sure.id, "item.answered"), 1);
	assert_ok(desk_answer(d, human.id, "ann", "ham"), &d->f.err);
	assert_ok(desk_answer(d, human.id, "ann", "ham"), &d->f.err);
	assert_int_equal(outgoing(d, human.id, "item.answered"), 1);
	deliver(d, human.id, 200, true);
	assert_ok(desk_withdraw(d, human.id, "ann", false), &d->f.err);
	assert_int_equal(outgoing(d, human.id, "item.corrected"), 1);
	assert_ok(desk_answer(d, human.id, "ann", "ham"), &d->f.err);
	assert_int_equal(desk_count(d, HO_COUNT_CORRECTED), 0); /* the caller has what it had */
	assert_ok(desk_withdraw(d, human.id, "ann", false), &d->f.err);
	assert_ok(desk_answer(d, human.id, "ann", "spam"), &d->f.err);
	assert_int_equal(desk_count(d, HO_COUNT_CORRECTED), 1);
	assert_int_equal(outgoing(d, human.id, "item.corrected"), 4);
	assert_ok(desk_answer(d, sure.id, "ann", "ham"), &d->f.err); /* one alone corrects nothing */
	assert_int_equal(outgoing(d, sure.id, "item."), 1);
	assert_ok(desk_answer(d, sure.id, "bob", "ham"), &d->f.err);
	assert_int_equal(outgoing(d, sure.id, "item.corrected"), 1);
	assert_ok(desk_withdraw(d, sure.id, "bob", false), &d->f.err);
	assert_int_equal(outgoing(d, sure.id, "item.corrected"), 2);
	assert_ok(desk_answer(d, sure.id, "bob", "spam"), &d->f.err); /* agrees: nothing new for the caller */
	assert_int_equal(outgoing(d, sure.id, "item."), 3);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(items),
	    cmocka_unit_test(an_audit_looks_like_any_other),
	    cmocka_unit_test(answers_to_the_caller),
	    cmocka_unit_test(labels_for_training),
	    cmocka_unit_test(the_longest_text_is_exported),
	    cmocka_unit_test(certificates_take_what_was_said_blind),
	    cmocka_unit_test(context_after_the_answer),
	    cmocka_unit_test(nothing_is_corrected_that_was_not_told),
	    cmocka_unit_test(callbacks_follow_the_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
