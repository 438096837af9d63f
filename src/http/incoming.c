#include "http/incoming.h"

static enum ho_status read_text(struct ho_incoming *out, const json_t *json, struct ho_error *err)
{
	const json_t *text = json_object_get(json, "text");
	if (!json_is_string(text))
		ho_fail(err, HO_EFORMAT, text ? "text must be a string" : "text is missing");
	else if (json_string_length(text) > HO_INCOMING_TEXT_MAX)
		ho_fail(err, HO_ELIMIT, "text is longer than %d bytes", HO_INCOMING_TEXT_MAX);
	else {
		out->text = ho_slice(json_string_value(text), json_string_length(text));
		return HO_OK;
	}
	return ho_error_at(err, "text");
}

static enum ho_status read_meta(struct ho_incoming *out, const json_t *json, struct ho_arena *arena,
                                struct ho_error *err)
{
	const json_t *meta = json_object_get(json, "meta");
	size_t flags = JSON_COMPACT;
	if (!meta || json_is_null(meta))
		return HO_OK;
	if (!json_is_object(meta)) {
		ho_fail(err, HO_EFORMAT, "meta must be an object");
		return ho_error_at(err, "meta");
	}
	size_t len = json_dumpb(meta, NULL, 0, flags);
	if (!len || len > HO_INCOMING_META_MAX) {
		ho_fail(err, HO_ELIMIT, "meta is longer than %d bytes", HO_INCOMING_META_MAX);
		return ho_error_at(err, "meta");
	}
	char *bytes = ho_arena_alloc(arena, len + 1, 1);
	if (!bytes)
		return ho_fail_nomem(err);
	json_dumpb(meta, bytes, len, flags);
	bytes[len] = '\0';
	out->meta = ho_slice(bytes, len);
	return HO_OK;
}

enum ho_status ho_incoming_read(struct ho_incoming *out, const json_t *json, bool single, struct ho_arena *arena,
                                struct ho_error *err)
{
	static const char *const known[] = {"text", "id", "meta", "callback_url", "wait_ms", NULL};
	static const char *const known_line[] = {"text", "id", "meta", "callback_url", NULL};
	memset(out, 0, sizeof *out);
	enum ho_status status = ho_in_only(json, single ? known : known_line, err);
	if (status == HO_OK)
		status = read_text(out, json, err);
	if (status == HO_OK)
		status = ho_in_string(&out->client_id, json, "id", 1, HO_CLIENT_ID_MAX, arena, err);
	if (status == HO_OK)
		status = read_meta(out, json, arena, err);
	if (status == HO_OK)
		status = ho_in_string(&out->callback_url, json, "callback_url", 1, HO_URL_MAX, arena, err);
	return status;
}
