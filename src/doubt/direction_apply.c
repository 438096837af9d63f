/* Changing a text as a directional test says. */
#include <utf8proc.h>

#include "doubt/directions.h"
#include "text/fold.h"

/* Bytes of `text` from `at` on that are `what` but for case, code point by code point; 0: they are not. */
static size_t matches(struct ho_slice text, size_t at, struct ho_slice what)
{
	size_t t = at, w = 0, step;
	while (w < what.len) {
		if (t >= text.len)
			return 0;
		int32_t a = ho_point_decode(what.ptr + w, what.len - w, &step);
		w += step;
		int32_t b = ho_point_decode(text.ptr + t, text.len - t, &step);
		t += step;
		if (a != b && utf8proc_tolower(a) != utf8proc_tolower(b))
			return 0;
	}
	return t - at;
}

static bool is_word(int32_t point)
{
	enum ho_point_class class = ho_point_class(point);
	return class == HO_POINT_WORD || class == HO_POINT_EXTEND;
}

static int32_t point_before(struct ho_slice text, size_t at)
{
	size_t from = at - 1, step;
	while (from > 0 && at - from < 4 && ((unsigned char)text.ptr[from] & 0xc0) == 0x80)
		from--;
	return ho_point_decode(text.ptr + from, at - from, &step);
}

/* No letter on either side continues the first or last letter of what was found: "art" is not in "party". */
static bool is_whole(struct ho_slice text, size_t at, size_t len)
{
	size_t step;
	bool first = is_word(ho_point_decode(text.ptr + at, text.len - at, &step));
	bool last = is_word(point_before(text, at + len));
	if (first && at > 0 && is_word(point_before(text, at)))
		return false;
	return !last || at + len == text.len ||
	       !is_word(ho_point_decode(text.ptr + at + len, text.len - at - len, &step));
}

static enum ho_status replace(struct ho_buf *out, bool *applies, const struct ho_direction *direction,
                              struct ho_slice text, struct ho_error *err)
{
	size_t copied = 0, step;
	enum ho_status status = HO_OK;
	*applies = false;
	for (size_t at = 0; at < text.len && status == HO_OK; at += step) {
		size_t len = matches(text, at, direction->what);
		(void)ho_point_decode(text.ptr + at, text.len - at, &step);
		if (!len || !is_whole(text, at, len))
			continue;
		*applies = true;
		status = ho_buf_add(out, text.ptr + copied, at - copied, err);
		if (status == HO_OK)
			status = ho_buf_add(out, direction->with.ptr, direction->with.len, err);
		copied = at + len;
		step = len;
	}
	return status ? status : ho_buf_add(out, text.ptr + copied, text.len - copied, err);
}

static enum ho_status join(struct ho_buf *out, struct ho_slice first, struct ho_slice second, struct ho_error *err)
{
	enum ho_status status = ho_buf_add(out, first.ptr, first.len, err);
	if (status == HO_OK)
		status = ho_buf_add(out, " ", 1, err);
	return status ? status : ho_buf_add(out, second.ptr, second.len, err);
}

enum ho_status ho_direction_apply(struct ho_buf *out, bool *applies, const struct ho_direction *direction,
                                  struct ho_slice text, struct ho_error *err)
{
	ho_buf_reset(out);
	*applies = true;
	switch (direction->change) {
	case HO_DIRECTION_TEXT:
		return ho_buf_add(out, direction->what.ptr, direction->what.len, err);
	case HO_DIRECTION_ADD:
		return join(out, text, direction->what, err);
	case HO_DIRECTION_BEGIN:
		return join(out, direction->what, text, err);
	case HO_DIRECTION_REPLACE:
	case HO_DIRECTION_REMOVE:
		break;
	}
	return replace(out, applies, direction, text, err);
}
