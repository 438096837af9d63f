/* Items as JSON, without a tree. */
#include <math.h>

#include "app/labels.h"
#include "app/private.h"
#include "app/recheck.h"
#include "app/standing.h"
#include "table/json.h"

#define ADD(text) ho_buf_add(out, text, sizeof(text) - 1, err)

static const char *const statuses[] = {"pending", "answered", "overruled", "expired"};
static const char *const decisions[] = {"auto", "human"};
static const char *const audits[] = {NULL, "waiting", "waiting", "right", "wrong", "missing"};

enum ho_status ho_json_string(struct ho_buf *out, struct ho_slice text, struct ho_error *err)
{
	return ho_json_quote(out, text, err);
}

enum ho_status ho_json_time(struct ho_buf *out, int64_t ms, struct ho_error *err)
{
	char text[HO_TIME_SIZE + 2];
	if (!ms)
		return ADD("null");
	text[0] = '"';
	ho_time_write(text + 1, ms);
	text[HO_TIME_SIZE] = '"';
	return ho_buf_add(out, text, HO_TIME_SIZE + 1, err);
}

/* `,"name":` and a string, or null. */
static enum ho_status member(struct ho_buf *out, const char *name, const char *text, struct ho_error *err)
{
	enum ho_status status = ho_buf_add(out, name, strlen(name), err);
	if (status)
		return status;
	return text ? ho_json_string(out, ho_slice_str(text), err) : ADD("null");
}

static enum ho_status number(struct ho_buf *out, const char *name, double value, struct ho_error *err)
{
	return isfinite(value) ? ho_buf_printf(out, err, "%s%.6g", name, value)
	                       : ho_buf_printf(out, err, "%snull", name);
}

static enum ho_status time_member(struct ho_buf *out, const char *name, int64_t ms, struct ho_error *err)
{
	enum ho_status status = ho_buf_add(out, name, strlen(name), err);
	return status ? status : ho_json_time(out, ms, err);
}

/* An answer that the suggestion gave because the due time passed is nobody's. */
static const char *answered_by(const struct ho_item *item)
{
	bool given = item->decision == HO_ITEM_HUMAN && item->answered_by && !strcmp(item->answered_by, "model");
	return given ? "suggestion" : item->answered_by;
}

/* What a doubted label was and should perhaps be would sway whoever has yet to answer. */
static enum ho_status add_content(struct ho_buf *out, const struct ho_item *item, bool hidden, struct ho_error *err)
{
	bool meta = item->meta.len && !(hidden && ho_recheck_is(item->meta));
	enum ho_status status = item->forgotten ? ADD(",\"text\":null") : ADD(",\"text\":");
	if (status == HO_OK && !item->forgotten)
		status = ho_json_string(out, item->text, err);
	if (status == HO_OK)
		status = ADD(",\"meta\":");
	if (status == HO_OK)
		status = meta ? ho_buf_add(out, item->meta.ptr, item->meta.len, err) : ADD("null");
	return status;
}

static enum ho_status add_head(struct ho_buf *out, const struct ho_item *item, const char *state, struct ho_error *err)
{
	enum ho_status status = member(out, "{\"item\":", item->id.text, err);
	if (status == HO_OK)
		status = member(out, ",\"task\":", item->task, err);
	if (status == HO_OK)
		status = member(out, ",\"status\":", state, err);
	return status;
}

/* What was decided and what the answer is. */
static enum ho_status add_answer(struct ho_buf *out, const struct ho_item *item, struct ho_error *err)
{
	enum ho_status status = member(out, ",\"id\":", item->client_id, err);
	if (status == HO_OK)
		status = member(out, ",\"decision\":", decisions[item->decision], err);
	if (status == HO_OK)
		status = member(out, ",\"reason\":", ho_reason_name((enum ho_reason)item->reason), err);
	if (status == HO_OK)
		status = member(out, ",\"label\":", item->label, err);
	if (status == HO_OK)
		status = item->answered_none ? ADD(",\"none_of_these\":true") : ADD(",\"none_of_these\":false");
	if (status == HO_OK)
		status =
		    item->model ? number(out, ",\"confidence\":", item->confidence, err) : ADD(",\"confidence\":null");
	if (status == HO_OK)
		status = member(out, ",\"answered_by\":", answered_by(item), err);
	if (status == HO_OK)
		status = time_member(out, ",\"answered_at\":", item->answered_at, err);
	if (status == HO_OK)
		status = member(out, ",\"model\":", item->model, err);
	return status;
}

/* What only those see who may see all: the page of labels, the history. */
static enum ho_status add_details(struct ho_buf *out, const struct ho_item *item, struct ho_error *err)
{
	enum ho_status status = member(out, ",\"suggestion\":", item->suggestion, err);
	if (status == HO_OK)
		status =
		    item->model ? number(out, ",\"threshold\":", item->threshold, err) : ADD(",\"threshold\":null");
	if (status == HO_OK)
		status = member(out, ",\"role\":", item->role == HO_ROLE_CERTIFY ? "certify" : "learn", err);
	if (status == HO_OK)
		status = member(out, ",\"audit\":", audits[item->audit], err);
	if (status == HO_OK)
		status = item->flagged ? ADD(",\"flagged\":true") : ADD(",\"flagged\":false");
	if (status == HO_OK)
		status = member(out, ",\"note\":", item->note, err);
	if (status == HO_OK)
		status = ho_buf_printf(out, err, ",\"took_ms\":%lld", (long long)item->took_ms);
	return status;
}

enum ho_status ho_item_json(struct ho_buf *out, const struct ho_item *item, bool with_text, bool blind,
                            struct ho_error *err)
{
	bool hidden = blind && ho_app__waits(item->status, item->audit); /* an audit looks as if it had no answer */
	size_t start = out->len;
	enum ho_status status = add_head(out, item, hidden ? "pending" : statuses[item->status], err);
	if (status == HO_OK && !hidden)
		status = add_answer(out, item, err);
	if (status == HO_OK)
		status = time_member(out, ",\"created_at\":", item->created_at, err);
	if (status == HO_OK && (hidden || item->decision == HO_ITEM_HUMAN))
		status = time_member(out, ",\"due_at\":", item->due_at, err);
	if (status == HO_OK && with_text && !hidden)
		status = add_details(out, item, err);
	if (status == HO_OK && with_text)
		status = add_content(out, item, hidden, err);
	if (status == HO_OK)
		status = ADD("}");
	if (status) /* nothing half-written stays */
		out->len = start;
	return status;
}

/* What is promised of answers with this label. */
static double promised(const struct ho_desk *desk, const char *label)
{
	for (uint32_t k = 0; desk->label_error && label && k < ho_model_label_count(desk->model); k++)
		if (!strcmp(ho_model_label(desk->model, k), label))
			return desk->label_error[k] < 1 ? desk->label_error[k] : 0;
	return desk->max_error;
}

static enum ho_status add_promise(struct ho_buf *out, const struct ho_desk *desk, const char *label,
                                  struct ho_error *err)
{
	double max_error = promised(desk, label);
	if (!(max_error > 0))
		return ADD(",\"promise\":null}");
	return ho_buf_printf(out, err, ",\"promise\":{\"max_error\":%.6g,\"confidence_level\":%.6g}}", max_error,
	                     desk->confidence_level);
}

enum ho_status ho_classified_json(struct ho_buf *out, const struct ho_item *item, const struct ho_desk *desk,
                                  struct ho_error *err)
{
	size_t start = out->len;
	bool automatic = item->decision == HO_ITEM_AUTO;
	enum ho_status status = member(out, "{\"item\":", item->id.text, err);
	if (status == HO_OK)
		status = member(out, ",\"task\":", item->task, err);
	if (status == HO_OK && automatic)
		status = member(out, ",\"decision\":\"auto\",\"label\":", item->suggestion, err);
	if (status == HO_OK && automatic)
		status = number(out, ",\"confidence\":", item->confidence, err);
	if (status == HO_OK && !automatic)
		status = member(
		    out, ",\"decision\":\"human\",\"reason\":", ho_reason_name((enum ho_reason)item->reason), err);
	if (status == HO_OK && !automatic)
		status = ADD(",\"status\":\"pending\"");
	if (status == HO_OK)
		status = member(out, ",\"model\":", item->model, err);
	if (status == HO_OK)
		status = automatic ? add_promise(out, desk, item->suggestion, err) : ADD("}");
	if (status)
		out->len = start;
	return status;
}
