/* Tasks, models, items and reviews in memory. */
#include "store/memory_private.h"

#include "base/alloc.h"
#include "store/meta.h"
#include "store/words.h"

static struct ho_memory_key text_key(const char *text)
{
	struct ho_memory_key key;
	key.len = 0, key.too_long = false;
	ho_memory_key_text(&key, text);
	return key;
}

static struct ho_slice key_slice(const struct ho_memory_key *key)
{
	return ho_slice(key->bytes, key->len);
}

static enum ho_status task_put(struct ho_store *store, const struct ho_task *task, struct ho_error *err)
{
	struct ho_memory_key key = text_key(task->name);
	return ho_memory_put(ho_memory(store), HO_TABLE_TASK, &key, task, err);
}

static enum ho_status task_get(struct ho_task *out, struct ho_store *store, const char *name, struct ho_arena *arena,
                               struct ho_error *err)
{
	struct ho_memory_key key = text_key(name);
	return ho_memory_get(out, ho_memory(store), HO_TABLE_TASK, &key, "no such task", arena, err);
}

static enum ho_status task_list(struct ho_task **out, size_t *n, struct ho_store *store, struct ho_arena *arena,
                                struct ho_error *err)
{
	return ho_memory_all(out, n, ho_memory(store), HO_TABLE_TASK, ho_slice(NULL, 0), arena, err);
}

static enum ho_status model_put(struct ho_store *store, const struct ho_model_record *model, struct ho_error *err)
{
	struct ho_memory_key key = text_key(model->task);
	ho_memory_key_text(&key, model->id);
	return ho_memory_put(ho_memory(store), HO_TABLE_MODEL, &key, model, err);
}

static int by_age(const void *a, const void *b)
{
	const struct ho_model_record *x = a, *y = b;
	int c = (x->added_at > y->added_at) - (x->added_at < y->added_at);
	return c ? c : strcmp(x->id, y->id);
}

static enum ho_status model_list(struct ho_model_record **out, size_t *n, struct ho_store *store, const char *task,
                                 struct ho_arena *arena, struct ho_error *err)
{
	struct ho_memory_key key = text_key(task);
	struct ho_slice prefix = task ? key_slice(&key) : ho_slice(NULL, 0);
	enum ho_status status = ho_memory_all(out, n, ho_memory(store), HO_TABLE_MODEL, prefix, arena, err);
	if (status == HO_OK && *n)
		qsort(*out, *n, sizeof **out, by_age);
	return status;
}

static bool is_there(struct ho_memory *handle, enum ho_kept table, const struct ho_memory_key *key)
{
	ho_memory_lock(handle);
	bool found = ho_memory_find(handle, table, key) != NULL;
	ho_memory_unlock(handle);
	return found;
}

static enum ho_status item_add(struct ho_store *store, const struct ho_item *item, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	struct ho_memory_key key = text_key(item->id.text), arrival = {.len = 0};
	size_t before = handle->data->changes;
	enum ho_status status = ho_memory_writing(handle, err);
	if (status)
		return status;
	if (is_there(handle, HO_TABLE_ITEM, &key))
		return ho_fail(err, HO_ECONFLICT, "a record with that key exists");
	struct ho_memory_place place = {item->id, handle->data->items + 1};
	ho_memory_key_number(&arrival, place.place);
	status = ho_memory_put(handle, HO_TABLE_ITEM, &key, item, err);
	if (status == HO_OK)
		status = ho_memory_put(handle, HO_TABLE_PLACE, &key, &place, err);
	if (status == HO_OK)
		status = ho_memory_put(handle, HO_TABLE_ARRIVAL, &arrival, &place, err);
	if (status)
		ho_memory_undo(handle, before);
	else
		handle->data->items++;
	return status;
}

static enum ho_status forget_around(struct ho_memory *handle, const struct ho_id *id, struct ho_error *err);

static enum ho_status item_put(struct ho_store *store, const struct ho_item *item, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	struct ho_memory_key key = text_key(item->id.text);
	enum ho_status status = ho_memory_writing(handle, err);
	if (status == HO_OK && !is_there(handle, HO_TABLE_ITEM, &key))
		status = ho_fail(err, HO_ENOTFOUND, "no such item");
	if (status)
		return status;
	size_t before = handle->data->changes;
	status = ho_memory_put(handle, HO_TABLE_ITEM, &key, item, err);
	if (status == HO_OK && item->forgotten)
		status = forget_around(handle, &item->id, err);
	if (status)
		ho_memory_undo(handle, before);
	return status;
}

static enum ho_status item_get(struct ho_item *out, struct ho_store *store, const struct ho_id *id,
                               struct ho_arena *arena, struct ho_error *err)
{
	struct ho_memory_key key = text_key(id->text);
	return ho_memory_get(out, ho_memory(store), HO_TABLE_ITEM, &key, "no such item", arena, err);
}

struct looking {
	struct ho_memory *handle;
	const struct ho_item_filter *filter;
	struct ho_slice words[HO_SEARCH_WORDS];
	size_t n_words;
};

static bool text_is(const char *wanted, const char *have)
{
	return !wanted || (have && strcmp(wanted, have) == 0);
}

static bool by_person(const struct ho_item *item)
{
	return item->answered_by && strcmp(item->answered_by, "model") != 0;
}

static bool says(const void *context, const struct ho_item *item)
{
	const struct looking *look = context;
	struct ho_memory_key key = text_key(item->id.text);
	size_t at = ho_memory_seek(look->handle, HO_TABLE_REVIEW, key_slice(&key));
	const struct ho_memory_table *reviews = &look->handle->data->tables[HO_TABLE_REVIEW];
	bool reviewed = at < reviews->n && reviews->cells[at]->key.len > key.len &&
	                memcmp(reviews->cells[at]->key.ptr, key.bytes, key.len) == 0 &&
	                ho_memory_see(look->handle, reviews->cells[at]);
	return reviewed && look->n_words && ho_search_finds(item->text, look->words, look->n_words);
}

static bool suits(const struct looking *look, const struct ho_item *item)
{
	const struct ho_item_filter *f = look->filter;
	return text_is(f->task, item->task) && text_is(f->client_id, item->client_id) &&
	       text_is(f->label, item->label) && text_is(f->answered_by, item->answered_by) &&
	       (!f->status || *f->status == item->status) && (!f->role || *f->role == item->role) &&
	       (!f->by_person || by_person(item)) && (!f->flagged || item->flagged) &&
	       (!f->confirmed_wrong || item->audit == HO_AUDIT_WRONG) &&
	       (!f->audited || item->audit != HO_AUDIT_NONE) && (!f->from || item->created_at >= f->from) &&
	       (!f->until || item->created_at < f->until) && (!f->search || says(look, item));
}

/* Where an id stands; one that is not there stands behind the next smaller one. */
static int64_t place_of(bool *exact, struct ho_memory *handle, const struct ho_id *id)
{
	struct ho_memory_key key = text_key(id->text);
	const struct ho_memory_table *table = &handle->data->tables[HO_TABLE_PLACE];
	size_t at = ho_memory_seek(handle, HO_TABLE_PLACE, key_slice(&key));
	const struct ho_memory_place *place = ho_memory_find(handle, HO_TABLE_PLACE, &key);
	*exact = place != NULL;
	while (!place && at-- > 0)
		place = ho_memory_see(handle, table->cells[at]);
	return place ? place->place : 0;
}

static const struct ho_item *item_at(struct ho_memory *handle, size_t at)
{
	const struct ho_memory_place *place = ho_memory_see(handle, handle->data->tables[HO_TABLE_ARRIVAL].cells[at]);
	struct ho_memory_key key = text_key(place ? place->id.text : NULL);
	return place ? ho_memory_find(handle, HO_TABLE_ITEM, &key) : NULL;
}

static size_t arrived(struct ho_memory *handle, int64_t place)
{
	struct ho_memory_key key = {.len = 0};
	ho_memory_key_number(&key, place);
	return ho_memory_seek(handle, HO_TABLE_ARRIVAL, key_slice(&key));
}

static void collect(struct ho_kept_rows *rows, const struct looking *look)
{
	const struct ho_item_filter *filter = look->filter;
	bool exact, up = *filter->after.text && !*filter->before.text;
	size_t low = 0, high = look->handle->data->tables[HO_TABLE_ARRIVAL].n;
	if (*filter->after.text)
		low = arrived(look->handle, place_of(&exact, look->handle, &filter->after) + 1);
	if (*filter->before.text) {
		int64_t place = place_of(&exact, look->handle, &filter->before);
		high = arrived(look->handle, exact ? place : place + 1);
	}
	while (low < high && rows->n < filter->limit && rows->status == HO_OK) {
		const struct ho_item *item = item_at(look->handle, up ? low++ : --high);
		if (item && suits(look, item))
			ho_kept_rows_add(rows, item);
	}
}

static enum ho_status item_list(struct ho_item **out, size_t *n, struct ho_store *store,
                                const struct ho_item_filter *filter, struct ho_arena *arena, struct ho_error *err)
{
	struct looking look = {.handle = ho_memory(store), .filter = filter};
	struct ho_kept_rows rows = {.fields = &ho_fields_item, .arena = arena};
	*out = NULL, *n = 0;
	if (!filter->limit)
		return ho_fail(err, HO_EINVAL, "a list of items needs a limit");
	if (filter->search)
		look.n_words = ho_search_words(look.words, filter->search);
	ho_memory_lock(look.handle);
	collect(&rows, &look);
	ho_memory_unlock(look.handle);
	return ho_kept_rows_take(out, n, &rows, err);
}

static const struct ho_field id_field[] = {{"id", HO_FIELD_ID, 0, sizeof(struct ho_id)}};
static const struct ho_fields id_fields = {"item", id_field, 1, sizeof(struct ho_id)};

static enum ho_status item_where(struct ho_id **out, size_t *n, struct ho_store *store, const char *key,
                                 const char *value, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	struct ho_kept_rows rows = {.fields = &id_fields, .arena = arena};
	ho_memory_lock(handle);
	for (size_t i = 0; i < handle->data->tables[HO_TABLE_ARRIVAL].n; i++) {
		const struct ho_item *item = item_at(handle, i);
		if (item && ho_meta_has(item->meta, ho_slice_str(key), ho_slice_str(value)))
			ho_kept_rows_add(&rows, &item->id);
	}
	ho_memory_unlock(handle);
	return ho_kept_rows_take(out, n, &rows, err);
}

/* Notes of reviews, bodies and addresses of callbacks, first answers, the place in the queue. */
static enum ho_status forget_around(struct ho_memory *handle, const struct ho_id *id, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_review *reviews;
	struct ho_outgoing *outgoing;
	struct ho_idempotent *first;
	size_t n;
	struct ho_memory_key key = text_key(id->text);
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = ho_memory_all(&reviews, &n, handle, HO_TABLE_REVIEW, key_slice(&key), &arena, err);
	for (size_t i = 0; status == HO_OK && i < n; i++) {
		struct ho_memory_key one = key;
		ho_memory_key_number(&one, reviews[i].sequence);
		reviews[i].note = NULL;
		status = ho_memory_put(handle, HO_TABLE_REVIEW, &one, &reviews[i], err);
	}
	if (status == HO_OK)
		status = ho_memory_all(&outgoing, &n, handle, HO_TABLE_OUTGOING, ho_slice(NULL, 0), &arena, err);
	for (size_t i = 0; status == HO_OK && i < n; i++) {
		struct ho_memory_key one = text_key(outgoing[i].id.text);
		outgoing[i].body = ho_slice(NULL, 0), outgoing[i].url = NULL, outgoing[i].next_at = 0;
		if (strcmp(outgoing[i].item.text, id->text) == 0)
			status = ho_memory_put(handle, HO_TABLE_OUTGOING, &one, &outgoing[i], err);
	}
	if (status == HO_OK)
		status = ho_memory_all(&first, &n, handle, HO_TABLE_IDEMPOTENT, ho_slice(NULL, 0), &arena, err);
	for (size_t i = 0; status == HO_OK && i < n; i++) {
		struct ho_memory_key one = text_key(first[i].key);
		if (strcmp(first[i].item.text, id->text) == 0)
			status = ho_memory_put(handle, HO_TABLE_IDEMPOTENT, &one, NULL, err);
	}
	if (status == HO_OK && is_there(handle, HO_TABLE_QUEUE, &key))
		status = ho_memory_put(handle, HO_TABLE_QUEUE, &key, NULL, err);
	ho_arena_release(&arena);
	return status;
}

static enum ho_status item_forget(struct ho_store *store, const struct ho_id *id, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	struct ho_arena arena;
	struct ho_item item;
	size_t before = handle->data->changes;
	enum ho_status status = ho_memory_writing(handle, err);
	if (status)
		return status;
	ho_arena_init(&arena, SIZE_MAX);
	status = item_get(&item, store, id, &arena, err);
	item.forgotten = true;
	item.text = item.meta = ho_slice(NULL, 0);
	item.client_id = item.callback_url = item.note = NULL;
	if (status == HO_OK)
		status = item_put(store, &item, err);
	if (status)
		ho_memory_undo(handle, before);
	ho_arena_release(&arena);
	return status;
}

/* The oldest items of a task that are to be forgotten. */
struct old {
	const struct ho_item **items;
	size_t n, cap;
	bool failed;
};

static int older(const void *a, const void *b)
{
	const struct ho_item *x = *(const struct ho_item *const *)a, *y = *(const struct ho_item *const *)b;
	return (x->created_at > y->created_at) - (x->created_at < y->created_at);
}

static void find_old(struct old *old, struct ho_memory *handle, const char *task, int64_t before)
{
	ho_memory_lock(handle);
	for (size_t i = 0; i < handle->data->tables[HO_TABLE_ARRIVAL].n && !old->failed; i++) {
		const struct ho_item *item = item_at(handle, i);
		struct ho_memory_key key = text_key(item ? item->id.text : NULL);
		if (!item || item->forgotten || item->created_at >= before || strcmp(item->task, task) != 0 ||
		    ho_memory_find(handle, HO_TABLE_QUEUE, &key))
			continue;
		old->failed = ho_grow(&old->items, &old->cap, old->n + 1, sizeof *old->items) != 0;
		if (!old->failed)
			old->items[old->n++] = item;
	}
	ho_memory_unlock(handle);
	if (old->n)
		qsort(old->items, old->n, sizeof *old->items, older);
}

static enum ho_status item_forget_before(size_t *forgotten, struct ho_store *store, const char *task, int64_t before,
                                         size_t limit, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	struct old old = {.n = 0};
	size_t changes = handle->data->changes;
	enum ho_status status = ho_memory_writing(handle, err);
	*forgotten = 0;
	if (status)
		return status;
	find_old(&old, handle, task, before);
	status = old.failed ? ho_fail_nomem(err) : HO_OK;
	/* Records stay where they are while the group is open, so that the pointers do as well. */
	for (size_t i = 0; status == HO_OK && i < old.n && i < limit; i++)
		status = item_forget(store, &old.items[i]->id, err);
	if (status)
		ho_memory_undo(handle, changes);
	else
		*forgotten = old.n < limit ? old.n : limit;
	ho_free(old.items);
	return status;
}

static enum ho_status review_add(int64_t *sequence, struct ho_store *store, const struct ho_review *review,
                                 struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	struct ho_review whole = *review;
	struct ho_memory_key key = text_key(review->item.text);
	whole.sequence = handle->data->reviews + 1;
	ho_memory_key_number(&key, whole.sequence);
	enum ho_status status = ho_memory_put(handle, HO_TABLE_REVIEW, &key, &whole, err);
	*sequence = 0;
	if (status == HO_OK)
		*sequence = handle->data->reviews = whole.sequence;
	return status;
}

static enum ho_status review_list(struct ho_review **out, size_t *n, struct ho_store *store, const struct ho_id *item,
                                  struct ho_arena *arena, struct ho_error *err)
{
	struct ho_memory_key key = text_key(item->text);
	return ho_memory_all(out, n, ho_memory(store), HO_TABLE_REVIEW, key_slice(&key), arena, err);
}

void ho_memory_item_ops(struct ho_store_ops *ops)
{
	ops->task_put = task_put;
	ops->task_get = task_get;
	ops->task_list = task_list;
	ops->model_put = model_put;
	ops->model_list = model_list;
	ops->item_add = item_add;
	ops->item_put = item_put;
	ops->item_get = item_get;
	ops->item_list = item_list;
	ops->item_where = item_where;
	ops->item_forget = item_forget;
	ops->item_forget_before = item_forget_before;
	ops->review_add = review_add;
	ops->review_list = review_list;
}
