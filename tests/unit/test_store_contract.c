/* What every store does, 1: groups, tasks, models, items, reviews, forgetting. */
#include "store/fixture.h"

static void test_records_come_back(void **state)
{
	struct world *w = *state;
	struct ho_item item, back;
	for (unsigned n = 1; n < 40; n++) {
		fill(&item, &ho_fields_item, n, &w->arena);
		add_item(w, &item);
		OK(w, item_get(&back, w->store, &item.id, &w->arena, &w->err));
		assert_same(&ho_fields_item, &item, &back);
	}
	FAILS(w, HO_ENOTFOUND, item_get(&back, w->store, &(struct ho_id){"01KNOTHERE"}, &w->arena, &w->err));
	assert_null(back.task);
	assert_int_equal(w->err.code, HO_ENOTFOUND);
}

static void test_nothing_is_a_value(void **state)
{
	struct world *w = *state;
	static const char odd[] = "a\0b\xff\xfe \xF0\x9F\x98\x80";
	struct ho_item item = {.id = id_of(1), .task = "t", .label = "", .text = ho_slice(odd, sizeof odd)}, back;
	add_item(w, &item);
	OK(w, item_get(&back, w->store, &item.id, &w->arena, &w->err));
	assert_same(&ho_fields_item, &item, &back);
	assert_non_null(back.label);
	assert_null(back.note);
	assert_null(back.meta.ptr);
}

static void test_item_add_and_put(void **state)
{
	struct world *w = *state;
	struct ho_item item = item_of(1), back;
	BEGIN(w);
	OK(w, item_add(w->store, &item, &w->err));
	FAILS(w, HO_ECONFLICT, item_add(w->store, &item, &w->err));
	item.label = "no";
	item.flagged = true;
	OK(w, item_put(w->store, &item, &w->err));
	OK(w, item_get(&back, w->store, &item.id, &w->arena, &w->err));
	assert_string_equal(back.label, "no");
	item.id = id_of(2);
	FAILS(w, HO_ENOTFOUND, item_put(w->store, &item, &w->err));
	COMMIT(w);
	OK(w, item_get(&back, w->store, &(struct ho_id){"01K000000001ABCDEFGHJKMNPQ"}, &w->arena, &w->err));
	assert_true(back.flagged);
}

static void test_groups(void **state)
{
	struct world *w = *state;
	struct ho_store *reader;
	struct ho_task task = {.name = "urgent"}, back;
	uint64_t before, after;
	OK(w, reader(&reader, w->store, &w->err));
	FAILS(w, HO_EBUG, task_put(w->store, &task, &w->err));
	FAILS(w, HO_EBUG, commit(w->store, &w->err));
	FAILS(w, HO_EBUG, mark(w->store, &w->err));
	FAILS(w, HO_EBUG, begin(reader, &w->err));
	OK(w, version(&before, reader, &w->err));
	BEGIN(w);
	FAILS(w, HO_EBUG, begin(w->store, &w->err));
	FAILS(w, HO_EBUG, undo(w->store, &w->err));
	FAILS(w, HO_EBUG, scrub(w->store, &w->err));
	OK(w, task_put(w->store, &task, &w->err));
	OK(w, task_get(&back, w->store, "urgent", &w->arena, &w->err));
	FAILS(w, HO_ENOTFOUND, task_get(&back, reader, "urgent", &w->arena, &w->err));
	FAILS(w, HO_EBUG, task_put(reader, &task, &w->err));
	OK(w, version(&after, reader, &w->err));
	assert_true(before == after);
	COMMIT(w);
	OK(w, task_get(&back, reader, "urgent", &w->arena, &w->err));
	OK(w, version(&after, reader, &w->err));
	assert_true(before != after);
	BEGIN(w);
	task.paused = true;
	OK(w, task_put(w->store, &task, &w->err));
	w->ops->rollback(w->store);
	OK(w, task_get(&back, w->store, "urgent", &w->arena, &w->err));
	assert_false(back.paused);
	w->ops->close(reader);
}

static void test_marks(void **state)
{
	struct world *w = *state;
	struct ho_item one = item_of(1), two = item_of(2), three = item_of(3), back;
	BEGIN(w);
	OK(w, item_add(w->store, &one, &w->err));
	OK(w, mark(w->store, &w->err));
	OK(w, item_add(w->store, &two, &w->err));
	one.label = "changed";
	OK(w, item_put(w->store, &one, &w->err));
	OK(w, undo(w->store, &w->err));
	FAILS(w, HO_ENOTFOUND, item_get(&back, w->store, &two.id, &w->arena, &w->err));
	OK(w, item_get(&back, w->store, &one.id, &w->arena, &w->err));
	assert_string_equal(back.label, "yes");
	OK(w, undo(w->store, &w->err));
	OK(w, item_add(w->store, &two, &w->err));
	OK(w, mark(w->store, &w->err));
	OK(w, item_add(w->store, &three, &w->err));
	OK(w, undo(w->store, &w->err));
	COMMIT(w);
	OK(w, item_get(&back, w->store, &two.id, &w->arena, &w->err));
	FAILS(w, HO_ENOTFOUND, item_get(&back, w->store, &three.id, &w->arena, &w->err));
	BEGIN(w);
	FAILS(w, HO_EBUG, undo(w->store, &w->err));
	OK(w, item_add(w->store, &three, &w->err));
	w->ops->rollback(w->store);
	w->ops->rollback(w->store);
	FAILS(w, HO_ENOTFOUND, item_get(&back, w->store, &three.id, &w->arena, &w->err));
}

static void test_tasks_and_models(void **state)
{
	struct world *w = *state;
	struct ho_task task, *tasks;
	struct ho_model_record model, *models;
	static const char *const names[] = {"spam", "mood", "urgent"};
	size_t n;
	BEGIN(w);
	for (unsigned i = 0; i < 3; i++) {
		fill(&task, &ho_fields_task, i, &w->arena);
		task.name = names[i];
		OK(w, task_put(w->store, &task, &w->err));
		fill(&model, &ho_fields_model, i, &w->arena);
		model.task = i < 2 ? "spam" : "mood";
		model.added_at = 10 - i;
		OK(w, model_put(w->store, &model, &w->err));
	}
	model.task = "spam";
	model.promoted_at = 5;
	OK(w, model_put(w->store, &model, &w->err));
	COMMIT(w);
	OK(w, task_list(&tasks, &n, w->store, &w->arena, &w->err));
	assert_int_equal(n, 3);
	assert_string_equal(tasks[0].name, "mood");
	assert_string_equal(tasks[2].name, "urgent");
	assert_same(&ho_fields_task, &task, &tasks[2]);
	OK(w, model_list(&models, &n, w->store, "spam", &w->arena, &w->err));
	assert_int_equal(n, 3);
	assert_same(&ho_fields_model, &model, &models[0]);
	assert_int_equal(models[2].added_at, 10);
	OK(w, model_list(&models, &n, w->store, NULL, &w->arena, &w->err));
	assert_int_equal(n, 4);
	OK(w, model_list(&models, &n, w->store, "none", &w->arena, &w->err));
	assert_int_equal(n, 0);
}

static void test_reviews(void **state)
{
	struct world *w = *state;
	struct ho_item item = item_of(1);
	struct ho_review review, *back;
	int64_t first, second;
	size_t n;
	add_item(w, &item);
	fill(&review, &ho_fields_review, 1, &w->arena);
	BEGIN(w);
	OK(w, review_add(&first, w->store, &review, &w->err));
	review.kind = HO_REVIEW_SKIP, review.label = NULL, review.none = true;
	OK(w, review_add(&second, w->store, &review, &w->err));
	COMMIT(w);
	assert_true(0 < first && first < second);
	OK(w, review_list(&back, &n, w->store, &item.id, &w->arena, &w->err));
	assert_int_equal(n, 2);
	assert_int_equal(back[0].sequence, first);
	review.sequence = second;
	assert_same(&ho_fields_review, &review, &back[1]);
	OK(w, review_list(&back, &n, w->store, &(struct ho_id){"x"}, &w->arena, &w->err));
	assert_int_equal(n, 0);
}

static void test_where(void **state)
{
	struct world *w = *state;
	static const char *const metas[] = {"{\"customer\":\"c 17\",\"n\":17}", "{\"inner\":{\"customer\":\"c 17\"}}",
	                                    "{ \"a\":[1,{\"n\":17}], \"customer\" : \"c\\u002017\" }",
	                                    "{\"n\":170,\"ok\":true}", ""};
	struct ho_id *ids;
	size_t n;
	for (unsigned i = 0; i < COUNT(metas); i++) {
		struct ho_item item = item_of(i);
		item.meta = ho_slice_str(metas[i]);
		add_item(w, &item);
	}
	OK(w, item_where(&ids, &n, w->store, "customer", "c 17", &w->arena, &w->err));
	assert_int_equal(n, 2);
	assert_string_equal(ids[1].text, id_of(2).text);
	OK(w, item_where(&ids, &n, w->store, "n", "17", &w->arena, &w->err));
	assert_int_equal(n, 1);
	OK(w, item_where(&ids, &n, w->store, "ok", "true", &w->arena, &w->err));
	assert_int_equal(n, 1);
	OK(w, item_where(&ids, &n, w->store, "n", "' OR 1", &w->arena, &w->err));
	assert_int_equal(n, 0);
}

/* Everything about an item that `forget` has to find. */
static void add_everything(struct world *w, unsigned n)
{
	struct ho_item item;
	struct ho_review review;
	struct ho_outgoing outgoing;
	struct ho_idempotent first;
	struct ho_queued queued = queued_of(n);
	int64_t sequence;
	fill(&item, &ho_fields_item, n, &w->arena);
	fill(&review, &ho_fields_review, n, &w->arena);
	fill(&outgoing, &ho_fields_outgoing, n, &w->arena);
	fill(&first, &ho_fields_idempotent, n, &w->arena);
	item.forgotten = false;
	BEGIN(w);
	OK(w, item_add(w->store, &item, &w->err));
	OK(w, review_add(&sequence, w->store, &review, &w->err));
	OK(w, outgoing_put(w->store, &outgoing, &w->err));
	OK(w, idempotent_put(w->store, &first, &w->err));
	OK(w, queue_put(w->store, &queued, &w->err));
	COMMIT(w);
}

static void assert_forgotten(struct world *w, unsigned n, bool forgotten)
{
	struct ho_id id = id_of(n);
	struct ho_item item;
	struct ho_review *reviews;
	struct ho_outgoing *outgoing;
	struct ho_idempotent first;
	struct ho_queued queued;
	size_t count;
	char key[32];
	snprintf(key, sizeof key, "key %u", n);
	OK(w, item_get(&item, w->store, &id, &w->arena, &w->err));
	assert_int_equal(item.forgotten, forgotten);
	assert_int_equal(!item.text.ptr && !item.meta.ptr && !item.client_id && !item.callback_url && !item.note,
	                 forgotten);
	assert_non_null(item.label);
	OK(w, review_list(&reviews, &count, w->store, &id, &w->arena, &w->err));
	assert_int_equal(count, 1);
	assert_int_equal(!reviews->note, forgotten);
	assert_non_null(reviews->label);
	OK(w, outgoing_list(&outgoing, &count, w->store, &id, &w->arena, &w->err));
	assert_int_equal(count, 1);
	assert_int_equal(!outgoing->body.ptr && !outgoing->url && !outgoing->next_at, forgotten);
	FAILS(w, forgotten ? HO_ENOTFOUND : HO_OK, idempotent_get(&first, w->store, key, &w->arena, &w->err));
	FAILS(w, forgotten ? HO_ENOTFOUND : HO_OK, queue_get(&queued, w->store, &id, &w->arena, &w->err));
}

static void test_forget(void **state)
{
	struct world *w = *state;
	struct ho_item *items;
	size_t n;
	add_everything(w, 1);
	add_everything(w, 2);
	BEGIN(w);
	OK(w, item_forget(w->store, &(struct ho_id){"01K000000001ABCDEFGHJKMNPQ"}, &w->err));
	FAILS(w, HO_ENOTFOUND, item_forget(w->store, &(struct ho_id){"none"}, &w->err));
	assert_forgotten(w, 1, true);
	w->ops->rollback(w->store);
	assert_forgotten(w, 1, false);
	BEGIN(w);
	OK(w, item_forget(w->store, &(struct ho_id){"01K000000001ABCDEFGHJKMNPQ"}, &w->err));
	OK(w, item_forget(w->store, &(struct ho_id){"01K000000001ABCDEFGHJKMNPQ"}, &w->err));
	COMMIT(w);
	assert_forgotten(w, 1, true);
	assert_forgotten(w, 2, false);
	OK(w,
	   item_list(&items, &n, w->store, &(struct ho_item_filter){.search = "text", .limit = 9}, &w->arena, &w->err));
	assert_int_equal(n, 1);
	OK(w, scrub(w->store, &w->err));
}

static void test_forget_before(void **state)
{
	struct world *w = *state;
	struct ho_queued waiting = queued_of(3);
	size_t n;
	for (unsigned i = 1; i <= 10; i++) {
		struct ho_item item = item_of(i);
		item.task = i == 2 ? "other" : "urgent";
		add_item(w, &item);
	}
	BEGIN(w);
	OK(w, queue_put(w->store, &waiting, &w->err));
	OK(w, item_forget_before(&n, w->store, "urgent", 1008, 3, &w->err));
	assert_int_equal(n, 3);
	OK(w, item_forget_before(&n, w->store, "urgent", 1008, 100, &w->err));
	assert_int_equal(n, 2);
	OK(w, item_forget_before(&n, w->store, "urgent", 1008, 100, &w->err));
	assert_int_equal(n, 0);
	COMMIT(w);
	for (unsigned i = 1; i <= 10; i++) {
		struct ho_item item;
		struct ho_id id = id_of(i);
		OK(w, item_get(&item, w->store, &id, &w->arena, &w->err));
		assert_int_equal(item.forgotten, i < 8 && i != 2 && i != 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(test_records_come_back),
	    BOTH(test_nothing_is_a_value),
	    BOTH(test_item_add_and_put),
	    BOTH(test_groups),
	    BOTH(test_marks),
	    BOTH(test_tasks_and_models),
	    BOTH(test_reviews),
	    BOTH(test_where),
	    BOTH(test_forget),
	    BOTH(test_forget_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
