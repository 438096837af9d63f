#include "http/in.h"

#include <inttypes.h>

enum ho_status ho_in_object(json_t **out, struct ho_slice bytes, struct ho_error *err)
{
	json_error_t error;
	*out = json_loadb(bytes.len ? bytes.ptr : "", bytes.len, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &error);
	if (!*out) {
		/* The library's own words quote what it read. */
		const char *what = bytes.len == 0 ? "is empty" : "is not valid JSON in UTF-8";
		return ho_fail(err, HO_EFORMAT, "the body %s (line %d, column %d); send one JSON object", what,
		               error.line, error.column);
	}
	if (!json_is_object(*out)) {
		json_decref(*out);
		*out = NULL;
		return ho_fail(err, HO_EFORMAT, "the body must be a JSON object");
	}
	return HO_OK;
}

static enum ho_status wrong(struct ho_error *err, const char *key)
{
	return ho_error_at(err, "%s", key);
}

enum ho_status ho_in_string(const char **out, const json_t *object, const char *key, size_t low, size_t high,
                            struct ho_arena *arena, struct ho_error *err)
{
	const json_t *value = json_object_get(object, key);
	*out = NULL;
	if (!value || json_is_null(value))
		return HO_OK;
	size_t len = json_string_length(value);
	if (!json_is_string(value) || len < low || len > high || memchr(json_string_value(value), 0, len)) {
		ho_fail(err, HO_EFORMAT, "%s must be a string of %zu to %zu bytes without NUL", key, low, high);
		return wrong(err, key);
	}
	*out = ho_arena_copy(arena, ho_slice(json_string_value(value), len)).ptr;
	return *out ? HO_OK : ho_fail_nomem(err);
}

enum ho_status ho_in_required(const char **out, const json_t *object, const char *key, size_t low, size_t high,
                              struct ho_arena *arena, struct ho_error *err)
{
	enum ho_status status = ho_in_string(out, object, key, low, high, arena, err);
	if (status || *out)
		return status;
	ho_fail(err, HO_EFORMAT, "%s is missing", key);
	return wrong(err, key);
}

enum ho_status ho_in_integer(int64_t *out, const json_t *object, const char *key, int64_t low, int64_t high,
                             int64_t fallback, struct ho_error *err)
{
	const json_t *value = json_object_get(object, key);
	*out = fallback;
	if (!value || json_is_null(value))
		return HO_OK;
	if (!json_is_integer(value) || json_integer_value(value) < low || json_integer_value(value) > high) {
		ho_fail(err, HO_EFORMAT, "%s must be a whole number from %" PRId64 " to %" PRId64, key, low, high);
		return wrong(err, key);
	}
	*out = json_integer_value(value);
	return HO_OK;
}

enum ho_status ho_in_bool(bool *out, const json_t *object, const char *key, bool fallback, struct ho_error *err)
{
	const json_t *value = json_object_get(object, key);
	*out = fallback;
	if (!value || json_is_null(value))
		return HO_OK;
	if (!json_is_boolean(value)) {
		ho_fail(err, HO_EFORMAT, "%s must be true or false", key);
		return wrong(err, key);
	}
	*out = json_is_true(value);
	return HO_OK;
}

/* A name of the caller's own may be anything, and is said back only if it looks like a name. */
static bool looks_like_name(const char *key)
{
	size_t len = strlen(key);
	return len > 0 && len <= 40 &&
	       strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == len;
}

static enum ho_status unknown(struct ho_error *err, const char *key, const char *const *known)
{
	char list[300] = "";
	size_t len = 0;
	for (size_t i = 0; known[i] && len < sizeof list - 1; i++)
		len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", known[i]);
	ho_fail(err, HO_EFORMAT, "the body has a member that is not known here%s%s%s; known are: %s",
	        looks_like_name(key) ? ": \"" : "", looks_like_name(key) ? key : "", looks_like_name(key) ? "\"" : "",
	        list);
	return HO_EFORMAT;
}

enum ho_status ho_in_only(const json_t *object, const char *const *known, struct ho_error *err)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		size_t i = 0;
		while (known[i] && strcmp(known[i], key) != 0)
			i++;
		if (!known[i])
			return unknown(err, key, known);
	}
	return HO_OK;
}

enum ho_status ho_in_words(const char **out, struct ho_request *rq, const char *const *known, size_t high,
                           struct ho_error *err)
{
	*out = NULL;
	if (!rq->body.len)
		return HO_OK;
	enum ho_status status = ho_in_object(&rq->json, ho_buf_slice(&rq->body), err);
	if (status == HO_OK)
		status = ho_in_only(rq->json, known, err);
	return status ? status : ho_in_string(out, rq->json, known[0], 1, high, &rq->arena, err);
}
