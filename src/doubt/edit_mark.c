#include "doubt/edit_mark.h"

enum { CHANGE_MAX = 60, AROUND_MAX = 48 };

static bool is_trail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static bool is_blank(char c)
{
	return (unsigned char)c <= ' ';
}

/* At most `max` bytes from the beginning, or from the end, cut between code points. */
static struct ho_slice cut(struct ho_slice s, size_t max, bool keep_end)
{
	if (s.len <= max)
		return s;
	size_t at = keep_end ? s.len - max : max;
	if (keep_end) {
		while (at < s.len && is_trail(s.ptr[at]))
			at++;
		return ho_slice(s.ptr + at, s.len - at);
	}
	while (at > 0 && is_trail(s.ptr[at]))
		at--;
	return ho_slice(s.ptr, at);
}

static enum ho_status add_change(struct ho_buf *out, struct ho_slice s, struct ho_error *err)
{
	struct ho_slice shown = cut(s, CHANGE_MAX, false);
	enum ho_status status = ho_buf_add(out, shown.ptr, shown.len, err);
	return status == HO_OK && shown.len < s.len ? ho_buf_printf(out, err, "...") : status;
}

static enum ho_status add_before(struct ho_buf *out, struct ho_slice s, struct ho_error *err)
{
	struct ho_slice shown = cut(s, AROUND_MAX, true);
	enum ho_status status = shown.len < s.len ? ho_buf_printf(out, err, "...") : HO_OK;
	return status ? status : ho_buf_add(out, shown.ptr, shown.len, err);
}

static enum ho_status add_behind(struct ho_buf *out, struct ho_slice s, struct ho_error *err)
{
	struct ho_slice shown = cut(s, AROUND_MAX, false);
	enum ho_status status = ho_buf_add(out, shown.ptr, shown.len, err);
	return status == HO_OK && shown.len < s.len ? ho_buf_printf(out, err, "...") : status;
}

/* Is byte offset `at` at an end of the text or of a word? */
static bool is_edge(struct ho_slice s, size_t at)
{
	return at == 0 || at == s.len || is_blank(s.ptr[at - 1]) || is_blank(s.ptr[at]);
}

enum ho_status ho_edit_mark(struct ho_buf *out, struct ho_slice before, struct ho_slice after, struct ho_error *err)
{
	size_t most = before.len < after.len ? before.len : after.len, head = 0, tail = 0;
	if (ho_slice_equal(before, after))
		return add_behind(out, before, err);
	while (head < most && before.ptr[head] == after.ptr[head])
		head++;
	while (!is_edge(before, head) || !is_edge(after, head)) /* back to between words */
		head--;
	while (tail < most - head && before.ptr[before.len - 1 - tail] == after.ptr[after.len - 1 - tail])
		tail++;
	while (!is_edge(before, before.len - tail) || !is_edge(after, after.len - tail))
		tail--;
	enum ho_status status = add_before(out, ho_slice(before.ptr, head), err);
	if (status == HO_OK)
		status = ho_buf_printf(out, err, "[");
	if (status == HO_OK)
		status = add_change(out, ho_slice(before.ptr + head, before.len - tail - head), err);
	if (status == HO_OK)
		status = ho_buf_printf(out, err, " -> ");
	if (status == HO_OK)
		status = add_change(out, ho_slice(after.ptr + head, after.len - tail - head), err);
	if (status == HO_OK)
		status = ho_buf_printf(out, err, "]");
	return status ? status : add_behind(out, ho_slice(before.ptr + before.len - tail, tail), err);
}
