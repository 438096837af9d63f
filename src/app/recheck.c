#include "app/recheck.h"

#include "app/labels.h"
#include "app/scorer.h"
#include "base/hash.h"
#include "store/meta.h"

bool ho_recheck_is(struct ho_slice meta)
{
	return ho_meta_has(meta, ho_slice_str(HO_RECHECK_KEY), ho_slice_str("true"));
}

static enum ho_status write_meta(struct ho_buf *out, const struct ho_recheck *check, struct ho_error *err)
{
	const char *const names[] = {"label", "suggested", "reason"};
	const char *const values[] = {check->label, check->suggested, check->reason};
	enum ho_status status = ho_buf_printf(out, err, "{\"%s\":true", HO_RECHECK_KEY);
	for (size_t i = 0; i < 3 && status == HO_OK; i++) {
		status = ho_buf_printf(out, err, ",\"%s\":", names[i]);
		if (status == HO_OK)
			status = ho_json_string(out, ho_slice_str(values[i]), err);
	}
	return status ? status : ho_buf_printf(out, err, ",\"confidence\":%.4f}", check->confidence);
}

/* The texts of earlier checks, by hash, with room for those of this one. */
struct earlier {
	uint64_t *hashes;
	size_t n;
};

static enum ho_status list_earlier(struct earlier *out, struct ho_store *store, const char *task, size_t more,
                                   struct ho_arena *arena, struct ho_error *err)
{
	struct ho_id *ids;
	size_t n;
	enum ho_status status = store->ops->item_where(&ids, &n, store, HO_RECHECK_KEY, "true", arena, err);
	out->n = 0;
	if (status)
		return status;
	out->hashes = ho_arena_alloc(arena, n + more + 1, sizeof *out->hashes);
	if (!out->hashes)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		struct ho_item item;
		status = store->ops->item_get(&item, store, &ids[i], arena, err);
		if (status == HO_OK && !item.forgotten && !strcmp(item.task, task))
			out->hashes[out->n++] = ho_hash(item.text.ptr, item.text.len, 0);
	}
	return status;
}

static bool was_checked(const struct earlier *earlier, struct ho_slice text)
{
	uint64_t hash = ho_hash(text.ptr, text.len, 0);
	for (size_t i = 0; i < earlier->n; i++)
		if (earlier->hashes[i] == hash)
			return true;
	return false;
}

static bool knows(const struct ho_model *model, const char *label)
{
	for (uint32_t k = 0; k < ho_model_label_count(model); k++)
		if (!strcmp(ho_model_label(model, k), label))
			return true;
	return false;
}

static enum ho_status check_labels(const struct ho_desk *desk, const struct ho_recheck *items, size_t n,
                                   struct ho_error *err)
{
	for (size_t i = 0; i < n && desk->model; i++)
		if (knows(desk->model, items[i].label) || knows(desk->model, items[i].suggested))
			return HO_OK;
	if (!desk->model || !n)
		return HO_OK;
	return ho_fail(err, HO_EINVAL,
	               "the model of task '%s' knows none of the labels of these data; is it the right task?",
	               desk->name);
}

static enum ho_status add_one(struct ho_app *app, struct ho_store *store, struct ho_scorer *scorer,
                              const struct ho_desk *desk, const struct ho_recheck *check, struct ho_buf *meta,
                              struct ho_arena *arena, struct ho_error *err)
{
	struct ho_item item = {.task = desk->name,
	                       .text = check->text,
	                       .client_id = check->id,
	                       .created_at = ho_app_now(app),
	                       .epoch_at = desk->epoch_at,
	                       .novelty_p = 1,
	                       .decision = HO_ITEM_HUMAN,
	                       .role = HO_ROLE_LEARN};
	struct ho_queued queued;
	item.id = ho_app_new_id(app);
	ho_buf_reset(meta);
	enum ho_status status = write_meta(meta, check, err);
	item.meta = ho_buf_slice(meta);
	if (status == HO_OK && desk->model)
		status = ho_app__score(&item, scorer, desk, arena, err);
	/* Whatever the model would decide, the label is in doubt. */
	item.decision = HO_ITEM_HUMAN;
	item.reason = HO_ITEM_UNSURE;
	if (status == HO_OK)
		status = store->ops->item_add(store, &item, err);
	if (status)
		return status;
	ho_app__queued(&queued, &item);
	return store->ops->queue_put(store, &queued, err);
}

enum ho_status ho_recheck_add(size_t *added, struct ho_app *app, struct ho_store *store, struct ho_scorer *scorer,
                              const struct ho_desk *desk, const struct ho_recheck *items, size_t n, size_t most,
                              struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_buf meta;
	struct earlier earlier;
	*added = 0;
	ho_arena_init(&arena, SIZE_MAX);
	ho_buf_init(&meta, HO_INCOMING_META_MAX);
	enum ho_status status = check_labels(desk, items, n, err);
	if (status == HO_OK)
		status = list_earlier(&earlier, store, desk->name, n < most ? n : most, &arena, err);
	for (size_t i = 0; i < n && *added < most && status == HO_OK; i++) {
		if (items[i].text.len > HO_INCOMING_TEXT_MAX || was_checked(&earlier, items[i].text))
			continue;
		status = add_one(app, store, scorer, desk, &items[i], &meta, &arena, err);
		/* Of two copies that are both in doubt one is enough. */
		earlier.hashes[earlier.n++] = ho_hash(items[i].text.ptr, items[i].text.len, 0);
		*added += status == HO_OK;
	}
	ho_buf_release(&meta);
	ho_arena_release(&arena);
	return status;
}
