/* The queue in memory: small enough to be sorted for every list. */
#include "store/memory_private.h"

#include "base/alloc.h"

static struct ho_memory_key item_key(const struct ho_id *item)
{
	struct ho_memory_key key;
	key.len = 0, key.too_long = false;
	ho_memory_key_text(&key, item->text);
	return key;
}

static enum ho_status queue_put(struct ho_store *store, const struct ho_queued *queued, struct ho_error *err)
{
	struct ho_memory_key key = item_key(&queued->item);
	return ho_memory_put(ho_memory(store), HO_TABLE_QUEUE, &key, queued, err);
}

static enum ho_status queue_get(struct ho_queued *out, struct ho_store *store, const struct ho_id *item,
                                struct ho_arena *arena, struct ho_error *err)
{
	struct ho_memory_key key = item_key(item);
	return ho_memory_get(out, ho_memory(store), HO_TABLE_QUEUE, &key, "the item does not wait", arena, err);
}

static enum ho_status queue_remove(struct ho_store *store, const struct ho_id *item, struct ho_error *err)
{
	struct ho_memory_key key = item_key(item);
	return ho_memory_put(ho_memory(store), HO_TABLE_QUEUE, &key, NULL, err);
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static bool is_free(const struct ho_queued *q, const char *reviewer, int64_t now)
{
	return !q->leased_by || q->lease_expires <= now || same(q->leased_by, reviewer);
}

/* Pointers into the table: valid under the lock. */
struct gathering {
	const struct ho_queue_filter *filter; /**< NULL: what is overdue at `now` */
	int64_t now;
	const struct ho_queued **waiting;
	size_t n, cap;
	bool failed;
};

/* What one person has to let rest is not held back from others. */
static bool is_time(const struct ho_queued *q, const struct ho_queue_filter *f)
{
	return q->not_before <= f->now || (f->reviewer && q->not_reviewer && !same(f->reviewer, q->not_reviewer));
}

static bool suits(const struct gathering *g, const struct ho_queued *q)
{
	const struct ho_queue_filter *f = g->filter;
	if (!f)
		return q->due_at > 0 && q->due_at <= g->now && !q->due_done;
	return same(f->task, q->task) && is_time(q, f) && is_free(q, f->reviewer, f->now) &&
	       (f->alone || !f->reviewer || !same(f->reviewer, q->not_reviewer));
}

static void gather(struct gathering *g, struct ho_memory *handle)
{
	const struct ho_memory_table *table = &handle->data->tables[HO_TABLE_QUEUE];
	for (size_t i = 0; i < table->n && !g->failed; i++) {
		const struct ho_queued *q = ho_memory_see(handle, table->cells[i]);
		if (!q || !suits(g, q))
			continue;
		g->failed = ho_grow(&g->waiting, &g->cap, g->n + 1, sizeof *g->waiting) != 0;
		if (!g->failed)
			g->waiting[g->n++] = q;
	}
}

#define ORDER(name, key)                                                                                               \
	static int name(const void *a, const void *b)                                                                  \
	{                                                                                                              \
		const struct ho_queued *x = *(const struct ho_queued *const *)a,                                       \
		                       *y = *(const struct ho_queued *const *)b;                                       \
		int c = (key(x) > key(y)) - (key(x) < key(y));                                                         \
		return c ? c : strcmp(x->item.text, y->item.text);                                                     \
	}
#define SURE(q) (-(q)->unsure)
#define NOVEL(q) ((q)->novel)
#define CHANCE(q) ((q)->chance)
#define DUE(q) ((q)->due_at > 0 ? (q)->due_at : INT64_MAX)
#define SINCE(q) ((q)->since)
ORDER(by_unsure, SURE)
ORDER(by_novel, NOVEL)
ORDER(by_chance, CHANCE)
ORDER(by_due, DUE)
ORDER(by_since, SINCE)

static enum ho_status list(struct ho_queued **out, size_t *n, struct ho_memory *handle, struct gathering *g,
                           int (*order)(const void *, const void *), size_t limit, struct ho_arena *arena,
                           struct ho_error *err)
{
	struct ho_kept_rows rows = {.fields = &ho_fields_queued, .arena = arena};
	ho_memory_lock(handle);
	gather(g, handle);
	if (g->failed)
		rows.status = HO_ENOMEM;
	else if (g->n)
		qsort(g->waiting, g->n, sizeof *g->waiting, order);
	for (size_t i = 0; i < g->n && i < limit; i++)
		ho_kept_rows_add(&rows, g->waiting[i]);
	ho_memory_unlock(handle);
	ho_free(g->waiting);
	return ho_kept_rows_take(out, n, &rows, err);
}

static enum ho_status queue_list(struct ho_queued **out, size_t *n, struct ho_store *store,
                                 const struct ho_queue_filter *filter, struct ho_arena *arena, struct ho_error *err)
{
	static int (*const orders[])(const void *, const void *) = {
	    [HO_QUEUE_UNSURE] = by_unsure, [HO_QUEUE_NOVEL] = by_novel,  [HO_QUEUE_CHANCE] = by_chance,
	    [HO_QUEUE_DUE] = by_due,       [HO_QUEUE_OLDEST] = by_since,
	};
	struct gathering g = {.filter = filter};
	*out = NULL, *n = 0;
	if ((size_t)filter->order >= sizeof orders / sizeof *orders || !filter->task || !filter->limit)
		return ho_fail(err, HO_EINVAL, "a list of the queue needs a task, a known order and a limit");
	return list(out, n, ho_memory(store), &g, orders[filter->order], filter->limit, arena, err);
}

static enum ho_status queue_overdue(struct ho_queued **out, size_t *n, struct ho_store *store, int64_t now,
                                    size_t limit, struct ho_arena *arena, struct ho_error *err)
{
	struct gathering g = {.now = now};
	return list(out, n, ho_memory(store), &g, by_due, limit, arena, err);
}

static enum ho_status queue_lease(struct ho_queued *holder, struct ho_store *store, const struct ho_id *item,
                                  const char *reviewer, int64_t now, int64_t expires, struct ho_arena *arena,
                                  struct ho_error *err)
{
	enum ho_status status = ho_memory_writing(ho_memory(store), err);
	*holder = (struct ho_queued){.since = 0};
	if (status == HO_OK)
		status = queue_get(holder, store, item, arena, err);
	if (status)
		return status;
	if (!is_free(holder, reviewer, now))
		return ho_fail(err, HO_EBUSY, "somebody else is reviewing this item; take another one");
	holder->leased_by = reviewer;
	holder->lease_expires = expires;
	status = queue_put(store, holder, err);
	*holder = (struct ho_queued){.since = 0};
	return status;
}

static enum ho_status queue_unlease(struct ho_store *store, const struct ho_id *item, const char *reviewer,
                                    struct ho_error *err)
{
	struct ho_queued queued;
	struct ho_arena arena;
	enum ho_status status = ho_memory_writing(ho_memory(store), err);
	if (status)
		return status;
	ho_arena_init(&arena, SIZE_MAX);
	status = queue_get(&queued, store, item, &arena, NULL);
	if (status == HO_OK && same(queued.leased_by, reviewer)) {
		queued.leased_by = NULL;
		queued.lease_expires = 0;
		status = queue_put(store, &queued, err);
	}
	ho_arena_release(&arena);
	if (status == HO_ENOMEM)
		return ho_fail_nomem(err);
	return status == HO_ENOTFOUND ? HO_OK : status;
}

static enum ho_status queue_figures(struct ho_queue_figures *out, struct ho_store *store, const char *task, int64_t now,
                                    struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	const struct ho_memory_table *table = &handle->data->tables[HO_TABLE_QUEUE];
	(void)err;
	*out = (struct ho_queue_figures){.waiting = 0};
	ho_memory_lock(handle);
	for (size_t i = 0; i < table->n; i++) {
		const struct ho_queued *q = ho_memory_see(handle, table->cells[i]);
		if (!q || !same(q->task, task))
			continue;
		if (!out->waiting++ || q->since < out->oldest)
			out->oldest = q->since;
		out->leased += q->leased_by && q->lease_expires > now;
		out->overdue += q->due_at > 0 && q->due_at <= now;
		out->audits += q->audit;
	}
	ho_memory_unlock(handle);
	return HO_OK;
}

void ho_memory_queue_ops(struct ho_store_ops *ops)
{
	ops->queue_put = queue_put;
	ops->queue_get = queue_get;
	ops->queue_remove = queue_remove;
	ops->queue_list = queue_list;
	ops->queue_lease = queue_lease;
	ops->queue_unlease = queue_unlease;
	ops->queue_figures = queue_figures;
	ops->queue_overdue = queue_overdue;
}
