/* What a person sees after the answer: what the model thought, why, and what came of it. */
#include "app/labels.h"
#include "app/similar.h"
#include "app/standing.h"

enum { PIECES_MAX = 40, CONTEXT_MAX = 1 << 20, EXCERPT = 400 };

#define ADD(text) ho_buf_add(out, text, sizeof(text) - 1, err)

static enum ho_status add_string(struct ho_buf *out, const char *name, const char *text, struct ho_error *err)
{
	enum ho_status status = ho_buf_add(out, name, strlen(name), err);
	if (status == HO_OK)
		status = text ? ho_json_string(out, ho_slice_str(text), err) : ADD("null");
	return status;
}

/* ---- pieces ---- */

/* A piece may be as long as the text: where it stands is told in full, what it says only so far. */
static enum ho_status add_pieces(struct ho_buf *out, const struct ho_explanation *explanation, struct ho_slice text,
                                 struct ho_error *err)
{
	size_t n = explanation->n_pieces < PIECES_MAX ? explanation->n_pieces : PIECES_MAX;
	enum ho_status status = ADD(",\"pieces\":[");
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		const struct ho_piece *piece = &explanation->pieces[i];
		status = ho_buf_printf(out, err, "%s{\"text\":", i ? "," : "");
		if (status == HO_OK)
			status = ho_json_string(
			    out,
			    ho_app__beginning(ho_slice(text.ptr + piece->start, piece->end - piece->start), EXCERPT),
			    err);
		if (status == HO_OK)
			status = ho_buf_printf(out, err, ",\"start\":%u,\"end\":%u,\"view\":\"%s\",\"weight\":%.6g}",
			                       piece->start, piece->end, piece->view, piece->weight);
	}
	if (status == HO_OK)
		status = add_string(out, "],\"words\":", explanation->text, err);
	return status;
}

/* ---- similar labelled texts ---- */

static enum ho_status add_similar(struct ho_buf *out, const struct ho_explanation *explanation, struct ho_workspace *ws,
                                  struct ho_store *reader, const struct ho_item *item, struct ho_arena *arena,
                                  struct ho_error *err)
{
	struct app_similar best[APP_SIMILAR_MAX];
	size_t n = 0;
	enum ho_status status = ho_app__similar(best, &n, explanation, ws, reader, item, arena, err);
	if (status == HO_OK)
		status = ADD(",\"similar\":[");
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		status = ho_buf_printf(out, err, "%s{\"item\":\"%s\",\"similarity\":%.3g,\"text\":", i ? "," : "",
		                       best[i].item.id.text, best[i].similarity);
		if (status == HO_OK)
			status = ho_json_string(out, ho_app__beginning(best[i].item.text, EXCERPT), err);
		if (status == HO_OK)
			status = add_string(out, ",\"label\":", best[i].item.label, err);
		if (status == HO_OK)
			status = ADD("}");
	}
	return status ? status : ADD("]");
}

static enum ho_status explain(struct ho_buf *out, struct ho_app *app, struct ho_store *reader,
                              const struct ho_item *item, struct ho_arena *arena, struct ho_error *err)
{
	struct app_model *model;
	struct ho_workspace *ws = NULL;
	struct ho_explanation explanation = {.n_pieces = 0};
	if (!item->model || !item->text.len || ho_app__model_take(&model, app, item->model, NULL))
		return ADD(",\"pieces\":[],\"words\":null,\"similar\":[]");
	enum ho_status status = ho_workspace_new(&ws, model->model, err);
	if (status == HO_OK)
		status = ho_explain(&explanation, ws, item->text.ptr, item->text.len, err);
	if (status == HO_OK)
		status = add_pieces(out, &explanation, item->text, err);
	if (status == HO_OK)
		status = add_similar(out, &explanation, ws, reader, item, arena, err);
	ho_explanation_release(&explanation);
	ho_workspace_free(ws);
	ho_app__model_release(model);
	return status;
}

/* ---- the object ---- */

static const struct ho_review *own_review(const struct app_history *history, const char *reviewer)
{
	for (size_t i = history->n; i-- > 0;)
		if (history->stands[i] && history->reviews[i].reviewer &&
		    !strcmp(history->reviews[i].reviewer, reviewer))
			return &history->reviews[i];
	return NULL;
}

static const char *outcome(const struct ho_item *item, const struct ho_review *own, bool waits)
{
	if (waits)
		return NULL;
	if (item->decision == HO_ITEM_AUTO && item->audit != HO_AUDIT_NONE)
		return "audit";
	if (!own || !item->suggestion)
		return NULL;
	return own->label && !strcmp(own->label, item->suggestion) ? "agrees" : "differs";
}

static enum ho_status write_context(struct ho_buf *out, struct ho_app *app, struct ho_store *reader,
                                    const struct ho_item *item, const struct ho_review *own, struct ho_arena *arena,
                                    struct ho_error *err)
{
	/* Shown before the answer, an audit must look like a text that the model handed over. */
	bool waits = ho_app__waits(item->status, item->audit);
	const char *decision = waits || item->decision == HO_ITEM_HUMAN ? "human" : "auto";
	const char *reason = waits ? NULL : ho_reason_name((enum ho_reason)item->reason);
	bool agrees = own && own->label && item->suggestion && !strcmp(own->label, item->suggestion);
	enum ho_status status = add_string(out, "{\"item\":", item->id.text, err);
	if (status == HO_OK)
		status = add_string(out, ",\"decision\":", decision, err);
	if (status == HO_OK)
		status = add_string(out, ",\"reason\":", reason, err);
	if (status == HO_OK)
		status = add_string(out, ",\"suggestion\":", item->suggestion, err);
	if (status == HO_OK && item->model && waits)
		status = ho_buf_printf(out, err, ",\"confidence\":%.6g,\"threshold\":null,\"novelty_p\":null",
		                       item->confidence);
	else if (status == HO_OK && item->model)
		status = ho_buf_printf(out, err, ",\"confidence\":%.6g,\"threshold\":%.6g,\"novelty_p\":%.6g",
		                       item->confidence, item->threshold, item->novelty_p);
	else if (status == HO_OK)
		status = ADD(",\"confidence\":null,\"threshold\":null,\"novelty_p\":null");
	if (status == HO_OK)
		status = add_string(out, ",\"outcome\":", outcome(item, own, waits), err);
	if (status == HO_OK)
		status = ho_buf_printf(out, err, ",\"agrees\":%s", !own ? "null" : agrees ? "true" : "false");
	if (status == HO_OK)
		status = explain(out, app, reader, item, arena, err);
	return status ? status : ADD("}");
}

enum ho_status ho_item_context(const char **json, struct ho_app *app, struct ho_store *reader, const struct ho_id *id,
                               const char *reviewer, struct ho_arena *arena, struct ho_error *err)
{
	struct ho_item item;
	struct ho_task task;
	struct ho_task_settings settings;
	struct app_history history;
	struct ho_buf out;
	*json = NULL;
	enum ho_status status = reader->ops->item_get(&item, reader, id, arena, err);
	if (status == HO_ENOTFOUND)
		return ho_fail(err, HO_ENOTFOUND, "no such item");
	if (status == HO_OK)
		status = ho_app__task(&task, reader, item.task, arena, err);
	if (status == HO_OK)
		status = ho_app__settings(&settings, &task, arena, err);
	if (status == HO_OK)
		status = ho_app__history_read(&history, reader, id, arena, err);
	if (status)
		return status;
	const struct ho_review *own = own_review(&history, reviewer);
	bool waits = ho_app__waits(item.status, item.audit);
	/* Who answered an audit first may be the one who answers it again. */
	if (waits && !settings.show_before && (!own || item.audit == HO_AUDIT_SECOND))
		return ho_fail(err, HO_ECONFLICT, "what the model thought is shown after the answer");
	ho_buf_init(&out, CONTEXT_MAX);
	status = write_context(&out, app, reader, &item, own, arena, err);
	if (status == HO_OK && !(*json = ho_arena_copy(arena, ho_buf_slice(&out)).ptr))
		status = ho_fail_nomem(err);
	ho_buf_release(&out);
	return status;
}
