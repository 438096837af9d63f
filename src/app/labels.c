/* The labels so far, as JSONL that `train` reads. */
#include "app/labels.h"

#include "app/standing.h"

enum { PAGE = 100 };

/* The label of a line. A certificate needs what somebody said before they could see what the model thought: an answer
 * that was taken back or corrected since is shown, but does not count there. NULL: none, or nobody answered blind. */
static enum ho_status line_label(const char **out, const struct ho_item *item, struct ho_store *reader,
                                 struct ho_arena *arena, struct ho_error *err)
{
	struct app_history history;
	*out = item->label;
	if (item->role != HO_ROLE_CERTIFY)
		return HO_OK;
	enum ho_status status = ho_app__history_read(&history, reader, &item->id, arena, err);
	if (status)
		return status;
	struct app_standing standing = ho_app__standing(item, &history, history.n);
	*out = standing.blind ? standing.blind_label : NULL;
	return HO_OK;
}

static enum ho_status add_line(struct ho_buf *out, const struct ho_item *item, const char *label, struct ho_error *err)
{
	enum ho_status status = ho_buf_printf(out, err, "{\"id\":\"%s\",\"text\":", item->id.text);
	if (status == HO_OK)
		status = ho_json_string(out, item->text, err);
	if (status == HO_OK)
		status = ho_buf_add(out, ",\"label\":", 9, err);
	if (status == HO_OK)
		status = ho_json_string(out, ho_slice_str(label), err);
	if (status == HO_OK)
		status = ho_buf_printf(
		    out, err, ",\"role\":\"%s\",\"answered_by\":", item->role == HO_ROLE_CERTIFY ? "certify" : "learn");
	if (status == HO_OK)
		status = ho_json_string(out, ho_slice_str(item->answered_by), err);
	if (status == HO_OK)
		status = ho_buf_add(out, ",\"answered_at\":", 15, err);
	if (status == HO_OK)
		status = ho_json_time(out, item->answered_at, err);
	if (status == HO_OK)
		status = ho_buf_add(out, "}\n", 2, err);
	return status;
}

/* A person's label, on a text that is still there. */
static bool is_label(const struct ho_item *item)
{
	return item->label && item->text.len && !item->forgotten && item->answered_by &&
	       strcmp(item->answered_by, "model") != 0;
}

static enum ho_status add_items(struct ho_buf *out, struct ho_id *after, const struct ho_item *items, size_t n,
                                struct ho_store *reader, struct ho_arena *arena, struct ho_error *err)
{
	const char *label;
	for (size_t i = 0; i < n; i++) {
		size_t start = out->len;
		enum ho_status status = line_label(&label, &items[i], reader, arena, err);
		if (status == HO_OK && label && is_label(&items[i]))
			status = add_line(out, &items[i], label, err);
		if (status) { /* no half line stays; where the page is full the next one begins with this item */
			out->len = start;
			return status;
		}
		*after = items[i].id;
	}
	return HO_OK;
}

enum ho_status ho_labels_page(struct ho_buf *out, bool *more, struct ho_id *after, struct ho_app *app,
                              struct ho_store *reader, const char *task, enum ho_labels_role role, struct ho_error *err)
{
	static const enum ho_item_role learn = HO_ROLE_LEARN, certify = HO_ROLE_CERTIFY;
	struct ho_item_filter filter = {.task = task,
	                                .after = *after,
	                                .by_person = true,
	                                .limit = PAGE,
	                                .role = role == HO_LABELS_LEARN     ? &learn
	                                        : role == HO_LABELS_CERTIFY ? &certify
	                                                                    : NULL};
	struct ho_arena arena;
	struct ho_item *items;
	size_t n = 0;
	(void)app;
	*more = false;
	/* The first page: after an id that is less than any, so that the oldest come first. */
	if (!*filter.after.text)
		(void)snprintf(filter.after.text, sizeof filter.after.text, "%s", "00000000000000000000000000");
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = reader->ops->item_list(&items, &n, reader, &filter, &arena, err);
	if (status == HO_OK)
		status = add_items(out, after, items, n, reader, &arena, err);
	bool full = status == HO_ELIMIT && out->len;
	*more = full || (status == HO_OK && n == PAGE);
	ho_arena_release(&arena);
	return full ? HO_OK : status;
}
