/* The memory store: handles and groups. */
#include "store/memory_private.h"

#include "base/alloc.h"

static enum ho_status begin(struct ho_store *store, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	if (!handle->writer || handle->in_group)
		return ho_fail(err, HO_EBUG, "a group inside a group, or by a reader");
	handle->in_group = true;
	handle->marked = false;
	return HO_OK;
}

static enum ho_status commit(struct ho_store *store, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	enum ho_status status = ho_memory_writing(handle, err);
	if (status)
		return status;
	ho_memory_settle(handle);
	handle->in_group = handle->marked = false;
	return HO_OK;
}

static void rollback(struct ho_store *store)
{
	struct ho_memory *handle = ho_memory(store);
	if (handle->writer && handle->in_group)
		ho_memory_undo(handle, 0);
	handle->in_group = handle->marked = false;
}

static enum ho_status mark(struct ho_store *store, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	enum ho_status status = ho_memory_writing(handle, err);
	if (status)
		return status;
	handle->mark = handle->data->changes;
	handle->marked = true;
	return HO_OK;
}

static enum ho_status undo(struct ho_store *store, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	enum ho_status status = ho_memory_writing(handle, err);
	if (status == HO_OK && !handle->marked)
		status = ho_fail(err, HO_EBUG, "nothing was marked");
	if (status == HO_OK)
		ho_memory_undo(handle, handle->mark);
	return status;
}

static enum ho_status version(uint64_t *out, struct ho_store *store, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	(void)err;
	ho_memory_lock(handle);
	*out = handle->data->commits;
	ho_memory_unlock(handle);
	return HO_OK;
}

static enum ho_status backup(struct ho_store *store, const char *path, struct ho_error *err)
{
	(void)store, (void)path;
	return ho_fail(err, HO_EUNAVAIL, "a store in memory has no backup");
}

static enum ho_status scrub(struct ho_store *store, struct ho_error *err)
{
	struct ho_memory *handle = ho_memory(store);
	if (!handle->writer || handle->in_group)
		return ho_fail(err, HO_EBUG, "scrubbing inside a group, or by a reader");
	return HO_OK;
}

static void close_handle(struct ho_store *store)
{
	struct ho_memory *handle = ho_memory(store);
	if (!handle)
		return;
	if (handle->writer) {
		rollback(store);
		ho_memory_tables_free(handle->data);
		(void)pthread_rwlock_destroy(&handle->data->lock);
		ho_free(handle->data);
	}
	ho_free(handle);
}

static enum ho_status reader(struct ho_store **out, struct ho_store *store, struct ho_error *err)
{
	struct ho_memory *handle = ho_calloc(1, sizeof *handle);
	*out = NULL;
	if (!handle)
		return ho_fail_nomem(err);
	handle->store.ops = store->ops;
	handle->data = ho_memory(store)->data;
	*out = &handle->store;
	return HO_OK;
}

static struct ho_store_ops ops;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fill_ops(void)
{
	ops = (struct ho_store_ops){
	    .name = "memory",
	    .close = close_handle,
	    .reader = reader,
	    .begin = begin,
	    .commit = commit,
	    .rollback = rollback,
	    .mark = mark,
	    .undo = undo,
	    .version = version,
	    .backup = backup,
	    .scrub = scrub,
	};
	ho_memory_item_ops(&ops);
	ho_memory_queue_ops(&ops);
	ho_memory_rest_ops(&ops);
}

enum ho_status ho_store_open_memory(struct ho_store **out, struct ho_error *err)
{
	struct ho_memory *handle = ho_calloc(1, sizeof *handle);
	struct ho_memory_data *data = ho_calloc(1, sizeof *data);
	*out = NULL;
	if (!handle || !data || pthread_rwlock_init(&data->lock, NULL)) {
		ho_free(handle);
		ho_free(data);
		return ho_fail_nomem(err);
	}
	(void)pthread_once(&once, fill_ops);
	handle->store.ops = &ops;
	handle->data = data;
	handle->writer = true;
	*out = &handle->store;
	return HO_OK;
}
