#include "http/out.h"

#include <inttypes.h>
#include <math.h>

#include "app/labels.h"

static void put(struct ho_out *out, const char *bytes, size_t len)
{
	if (out->status == HO_OK)
		out->status = ho_buf_add(out->buf, bytes, len, out->err);
}

static void key_of(struct ho_out *out, const char *key)
{
	if (out->comma)
		put(out, ",", 1);
	out->comma = true;
	if (key && out->status == HO_OK)
		out->status = ho_buf_printf(out->buf, out->err, "\"%s\":", key);
}

struct ho_out ho_out_begin(struct ho_buf *buf, char bracket, struct ho_error *err)
{
	struct ho_out out = {.buf = buf, .err = err, .status = HO_OK};
	put(&out, &bracket, 1);
	return out;
}

void ho_out_open(struct ho_out *out, const char *key, char bracket)
{
	key_of(out, key);
	put(out, &bracket, 1);
	out->comma = false;
}

void ho_out_close(struct ho_out *out, char bracket)
{
	put(out, &bracket, 1);
	out->comma = true;
}

void ho_out_slice(struct ho_out *out, const char *key, struct ho_slice value)
{
	key_of(out, key);
	if (out->status == HO_OK)
		out->status = ho_json_string(out->buf, value, out->err);
}

void ho_out_string(struct ho_out *out, const char *key, const char *value)
{
	if (value) {
		ho_out_slice(out, key, ho_slice_str(value));
		return;
	}
	key_of(out, key);
	put(out, "null", 4);
}

void ho_out_int(struct ho_out *out, const char *key, int64_t value)
{
	key_of(out, key);
	if (out->status == HO_OK)
		out->status = ho_buf_printf(out->buf, out->err, "%" PRId64, value);
}

void ho_out_number(struct ho_out *out, const char *key, double value)
{
	key_of(out, key);
	if (!isfinite(value))
		put(out, "null", 4);
	else if (out->status == HO_OK)
		out->status = ho_buf_printf(out->buf, out->err, "%.6g", value);
}

void ho_out_bool(struct ho_out *out, const char *key, bool value)
{
	key_of(out, key);
	put(out, value ? "true" : "false", value ? 4 : 5);
}

void ho_out_time(struct ho_out *out, const char *key, int64_t ms)
{
	key_of(out, key);
	if (out->status == HO_OK)
		out->status = ho_json_time(out->buf, ms, out->err);
}

void ho_out_raw(struct ho_out *out, const char *key, struct ho_slice json)
{
	key_of(out, key);
	if (json.len)
		put(out, json.ptr, json.len);
	else
		put(out, "null", 4);
}

struct ho_buf *ho_out_at(struct ho_out *out, const char *key)
{
	key_of(out, key);
	return out->buf;
}

void ho_out_note(struct ho_out *out, enum ho_status status)
{
	if (out->status == HO_OK)
		out->status = status;
}

enum ho_status ho_out_end(struct ho_out *out, char bracket)
{
	put(out, &bracket, 1);
	return out->status;
}
