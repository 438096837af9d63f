#include "app/tally.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/map.h"

enum { KEY_MAX = 2048, KEYS_KEPT = 4096 };

/* What was added to a key, so that one caller's part can be taken out again. */
struct added {
	uint32_t key;
	int64_t n;
};

struct tally {
	struct ho_store_ops ops; /* first: the handle's operations point here */
	const struct ho_store_ops *inner;
	struct ho_map keys; /* "task\0model\0what\0" and the day's four bytes */
	int64_t *totals;    /* [keys.n] of this group */
	struct added *log;  /* [n_log] of this group */
	size_t totals_cap, n_log, log_cap, marked;
};

static struct tally *of(const struct ho_store *store)
{
	return (struct tally *)(uintptr_t)store->ops;
}

static void clear(struct tally *t)
{
	for (size_t i = 0; i < t->n_log; i++)
		t->totals[t->log[i].key] = 0;
	t->n_log = t->marked = 0;
	if (t->keys.n > KEYS_KEPT) {
		ho_map_release(&t->keys);
		ho_map_init(&t->keys);
	}
}

/* ---- counts ---- */

static char *put(char *at, const char *end, const char *text)
{
	size_t n = strlen(text) + 1;
	if (!at || n > (size_t)(end - at))
		return NULL;
	memcpy(at, text, n);
	return at + n;
}

/* Its key; len 0: too long for a key. */
static struct ho_slice key_of(char key[KEY_MAX], const struct ho_count *count)
{
	const char *end = key + (KEY_MAX - sizeof count->day);
	char *at = put(put(put(key, end, count->task), end, count->model), end, count->what);
	if (!at)
		return ho_slice(NULL, 0);
	memcpy(at, &count->day, sizeof count->day);
	return ho_slice(key, (size_t)(at - key) + sizeof count->day);
}

static struct ho_count count_of(struct ho_slice key, int64_t n)
{
	struct ho_count count = {.task = key.ptr, .n = n};
	count.model = count.task + strlen(count.task) + 1;
	count.what = count.model + strlen(count.model) + 1;
	memcpy(&count.day, key.ptr + key.len - sizeof count.day, sizeof count.day);
	return count;
}

static enum ho_status count_add(struct ho_store *store, const struct ho_count *count, struct ho_error *err)
{
	struct tally *t = of(store);
	char bytes[KEY_MAX];
	uint32_t index;
	struct ho_slice key = key_of(bytes, count);
	if (!key.len)
		return t->inner->count_add(store, count, err);
	if (ho_grow(&t->log, &t->log_cap, t->n_log + 1, sizeof *t->log))
		return ho_fail_nomem(err);
	uint32_t known = t->keys.n;
	if (ho_grow(&t->totals, &t->totals_cap, (size_t)known + 1, sizeof *t->totals))
		return ho_fail_nomem(err);
	enum ho_status status = ho_map_add(&index, &t->keys, key, err);
	if (status)
		return status;
	if (index == known)
		t->totals[index] = 0;
	t->totals[index] += count->n;
	t->log[t->n_log++] = (struct added){index, count->n};
	return HO_OK;
}

static int by_name(const void *a, const void *b)
{
	const struct ho_count *x = a, *y = b;
	int order = strcmp(x->task, y->task);
	order = order ? order : strcmp(x->model, y->model);
	order = order ? order : (x->day > y->day) - (x->day < y->day);
	return order ? order : strcmp(x->what, y->what);
}

/* What is stored and what is not yet written. */
static enum ho_status count_list(struct ho_count **out, size_t *n, struct ho_store *store, const char *task,
                                 int32_t from, int32_t to, struct ho_arena *arena, struct ho_error *err)
{
	struct tally *t = of(store);
	enum ho_status status = t->inner->count_list(out, n, store, task, from, to, arena, err);
	if (status || !t->n_log)
		return status;
	struct ho_count *all = ho_arena_alloc(arena, *n + t->keys.n, sizeof *all);
	size_t stored = *n;
	if (!all) {
		*out = NULL, *n = 0;
		return ho_fail_nomem(err);
	}
	if (stored)
		memcpy(all, *out, stored * sizeof *all);
	for (uint32_t i = 0; i < t->keys.n; i++) {
		struct ho_count waiting = count_of(t->keys.keys[i], t->totals[i]);
		struct ho_count *same = stored ? bsearch(&waiting, all, stored, sizeof *all, by_name) : NULL;
		if (!waiting.n || waiting.day < from || waiting.day > to || (task && strcmp(task, waiting.task) != 0))
			continue;
		if (same)
			same->n += waiting.n;
		else
			all[(*n)++] = waiting;
	}
	qsort(all, *n, sizeof *all, by_name);
	*out = all;
	return HO_OK;
}

/* ---- groups ---- */

static enum ho_status begin(struct ho_store *store, struct ho_error *err)
{
	clear(of(store));
	return of(store)->inner->begin(store, err);
}

static enum ho_status commit(struct ho_store *store, struct ho_error *err)
{
	struct tally *t = of(store);
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < t->n_log && status == HO_OK; i++) {
		uint32_t key = t->log[i].key;
		struct ho_count count = count_of(t->keys.keys[key], t->totals[key]);
		if (count.n)
			status = t->inner->count_add(store, &count, err);
		t->totals[key] = 0;
	}
	clear(t);
	if (status) {
		t->inner->rollback(store);
		return status;
	}
	return t->inner->commit(store, err);
}

static void rollback(struct ho_store *store)
{
	clear(of(store));
	of(store)->inner->rollback(store);
}

static enum ho_status mark(struct ho_store *store, struct ho_error *err)
{
	of(store)->marked = of(store)->n_log;
	return of(store)->inner->mark(store, err);
}

static enum ho_status undo(struct ho_store *store, struct ho_error *err)
{
	struct tally *t = of(store);
	while (t->n_log > t->marked) {
		t->n_log--;
		t->totals[t->log[t->n_log].key] -= t->log[t->n_log].n;
	}
	return t->inner->undo(store, err);
}

/* Readers see the store as it is. */
static enum ho_status reader(struct ho_store **out, struct ho_store *store, struct ho_error *err)
{
	struct tally *t = of(store);
	enum ho_status status = t->inner->reader(out, store, err);
	if (status == HO_OK && (*out)->ops == &t->ops)
		(*out)->ops = t->inner;
	return status;
}

static void close_store(struct ho_store *store)
{
	struct tally *t = of(store);
	store->ops = t->inner;
	ho_map_release(&t->keys);
	ho_free(t->totals);
	ho_free(t->log);
	ho_free(t);
	store->ops->close(store);
}

enum ho_status ho_app__tally(struct ho_store *store, struct ho_error *err)
{
	struct tally *t = ho_calloc(1, sizeof *t);
	if (!t)
		return ho_fail_nomem(err);
	t->inner = store->ops;
	t->ops = *store->ops;
	ho_map_init(&t->keys);
	t->ops.reader = reader;
	t->ops.begin = begin;
	t->ops.commit = commit;
	t->ops.rollback = rollback;
	t->ops.mark = mark;
	t->ops.undo = undo;
	t->ops.count_add = count_add;
	t->ops.count_list = count_list;
	t->ops.close = close_store;
	store->ops = &t->ops;
	return HO_OK;
}
