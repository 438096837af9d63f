#include "table/json.h"

#include "text/utf8.h"

/* U+2028 and U+2029 are legal in JSON but end lines for some readers of JSONL. */
static bool is_line_separator(const char *s, size_t len)
{
	return len >= 3 && (unsigned char)s[0] == 0xE2 && (unsigned char)s[1] == 0x80 &&
	       ((unsigned char)s[2] | 1) == 0xA9;
}

static size_t plain_run(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && (unsigned char)s[n] >= 0x20 && s[n] != '"' && s[n] != '\\' && s[n] != 0x7F &&
	       !is_line_separator(s + n, len - n))
		n++;
	return n;
}

static enum ho_status add_escaped(struct ho_buf *out, unsigned char c, struct ho_error *err)
{
	static const char from[] = "\"\\\n\r\t\b\f", to[] = "\"\\nrtbf";
	const char *at = c ? strchr(from, c) : NULL;
	if (at)
		return ho_buf_printf(out, err, "\\%c", to[at - from]);
	return ho_buf_printf(out, err, "\\u%04x", c);
}

static enum ho_status add_clean(struct ho_buf *out, struct ho_slice text, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t at = 0; at < text.len && status == HO_OK;) {
		size_t n = plain_run(text.ptr + at, text.len - at);
		if (n)
			status = ho_buf_add(out, text.ptr + at, n, err);
		at += n;
		if (status || at == text.len)
			break;
		if ((unsigned char)text.ptr[at] == 0xE2) {
			status = ho_buf_printf(out, err, "\\u20%02x", (unsigned char)text.ptr[at + 2] - 0x80);
			at += 3;
		} else {
			status = add_escaped(out, (unsigned char)text.ptr[at++], err);
		}
	}
	return status;
}

enum ho_status ho_json_quote(struct ho_buf *out, struct ho_slice text, struct ho_error *err)
{
	struct ho_buf repaired;
	ho_buf_init(&repaired, SIZE_MAX / 2);
	enum ho_status status = ho_buf_add(out, "\"", 1, err);
	if (status == HO_OK && !ho_utf8_is_clean(text)) {
		status = ho_utf8_repair(&repaired, text, NULL, err);
		text = ho_buf_slice(&repaired);
	}
	if (status == HO_OK)
		status = add_clean(out, text, err);
	if (status == HO_OK)
		status = ho_buf_add(out, "\"", 1, err);
	ho_buf_release(&repaired);
	return status;
}
