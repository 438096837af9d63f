/* The explanation as the JSON object of `handoff explain --json`. */
#include "model/explain_private.h"

#include <jansson.h>

#include "base/alloc.h"

enum { DIGITS = 12 };

/* Most bytes of JSON: a text of HO_TEXT_MAX has at most so many pieces of about 100 bytes and itself a few times over.
 */
static const size_t json_max = (size_t)16 << 30;

/* A string value of bytes that may be no UTF-8; NULL when memory is out. `scratch` is overwritten. */
static json_t *text_value(struct ho_buf *scratch, struct ho_slice bytes)
{
	ho_buf_reset(scratch);
	return ho_explain__repair(scratch, bytes, NULL) == HO_OK
	           ? json_stringn(scratch->data ? scratch->data : "", scratch->len)
	           : NULL;
}

static json_t *piece_value(const struct ho_piece *piece, struct ho_slice text, struct ho_buf *scratch)
{
	json_t *out = json_object();
	int failed = json_object_set_new(
	    out, "text", text_value(scratch, ho_slice(text.ptr + piece->start, piece->end - piece->start)));
	failed |= json_object_set_new(out, "start", json_integer(piece->start));
	failed |= json_object_set_new(out, "end", json_integer(piece->end));
	failed |= json_object_set_new(out, "view", json_string(piece->view));
	failed |= json_object_set_new(out, "weight", json_real(piece->weight));
	if (failed) {
		json_decref(out);
		return NULL;
	}
	return out;
}

static json_t *pieces_value(const struct ho_explanation *e, struct ho_slice text)
{
	struct ho_buf scratch;
	json_t *out = json_array();
	int failed = 0;
	ho_buf_init(&scratch, 3 * HO_TEXT_MAX);
	for (size_t i = 0; i < e->n_pieces && !failed; i++)
		failed = json_array_append_new(out, piece_value(&e->pieces[i], text, &scratch));
	ho_buf_release(&scratch);
	if (failed) {
		json_decref(out);
		return NULL;
	}
	return out;
}

static json_t *explanation_value(const struct ho_explanation *e, struct ho_slice text)
{
	const char *reason = ho_reason_name(e->answer.reason);
	json_t *out = json_object();
	int failed = json_object_set_new(out, "label", json_string(e->answer.label));
	failed |= json_object_set_new(out, "confidence", json_real(e->answer.confidence));
	failed |= json_object_set_new(out, "decision", json_string(ho_decision_name(e->answer.decision)));
	failed |= json_object_set_new(out, "reason", reason ? json_string(reason) : json_null());
	failed |= json_object_set_new(out, "pieces", pieces_value(e, text));
	failed |= json_object_set_new(out, "bias", json_real(e->bias));
	failed |= json_object_set_new(out, "total", json_real(e->total));
	failed |= json_object_set_new(out, "words", json_string(e->text));
	if (failed) {
		json_decref(out);
		return NULL;
	}
	return out;
}

/* Jansson forgets some failures of its callback and goes on, which would leave a hole: remember the first. */
struct sink {
	struct ho_buf json;
	enum ho_status status;
};

static int add_bytes(const char *bytes, size_t len, void *context)
{
	struct sink *sink = context;
	if (sink->status == HO_OK)
		sink->status = ho_buf_add(&sink->json, bytes, len, NULL);
	return sink->status ? -1 : 0;
}

enum ho_status ho_explain_json(char **out, struct ho_workspace *ws, const char *text, size_t len, struct ho_error *err)
{
	struct ho_explanation explanation;
	struct sink sink = {.status = HO_OK};
	*out = NULL;
	enum ho_status status = ho_explain(&explanation, ws, text, len, err);
	if (status)
		return status;
	ho_buf_init(&sink.json, json_max);
	json_t *value = explanation_value(&explanation, ho_slice(text, len));
	if (!value || json_dump_callback(value, add_bytes, &sink, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS)) ||
	    sink.status)
		status = ho_fail_nomem(err);
	else
		*out = ho_buf_take(&sink.json);
	json_decref(value);
	ho_buf_release(&sink.json);
	ho_explanation_release(&explanation);
	return status;
}

void ho_string_free(char *string)
{
	ho_free(string);
}
