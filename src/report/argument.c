#include "report/argument.h"

#include <stdio.h>

#include "base/buf.h"
#include "report/show.h"

#define ELLIPSIS "\xE2\x80\xA6"

/* Characters that need no quotes in any shell. */
static bool is_plain(struct ho_slice word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:,=+@%-";
	for (size_t i = 0; i < word.len; i++)
		if (!word.ptr[i] || !strchr(plain, word.ptr[i]))
			return false;
	return word.len > 0;
}

enum ho_status ho_argument_add(struct ho_buf *out, struct ho_slice word, struct ho_error *err)
{
	if (is_plain(word))
		return ho_buf_add(out, word.ptr, word.len, err);
	enum ho_status status = ho_buf_add(out, "'", 1, err);
	for (size_t i = 0; i < word.len && status == HO_OK; i++)
		status = word.ptr[i] == '\'' ? ho_buf_add(out, "'\\''", 4, err) : ho_buf_add(out, word.ptr + i, 1, err);
	return status ? status : ho_buf_add(out, "'", 1, err);
}

/* Would it be shown byte for byte, and is it whole? */
static bool is_showable(struct ho_slice word)
{
	struct ho_buf clean;
	ho_buf_init(&clean, SIZE_MAX);
	bool same = ho_show_clean(&clean, word, 0, NULL) == HO_OK && ho_slice_equal(ho_buf_slice(&clean), word) &&
	            (!clean.len || !strstr(clean.data, ELLIPSIS));
	ho_buf_release(&clean);
	return same;
}

struct ho_argument ho_show_argument(struct ho_slice word, const char *otherwise)
{
	struct ho_argument out;
	struct ho_buf buf;
	ho_buf_init(&buf, sizeof out.text);
	bool ok = is_showable(word) && ho_argument_add(&buf, word, NULL) == HO_OK && buf.len < sizeof out.text;
	(void)snprintf(out.text, sizeof out.text, "%.*s", (int)(ok ? buf.len : strlen(otherwise)),
	               ok ? buf.data : otherwise);
	ho_buf_release(&buf);
	return out;
}

struct ho_argument ho_show_assignment(struct ho_slice name, struct ho_slice value, const char *otherwise)
{
	struct ho_argument out;
	struct ho_buf both;
	ho_buf_init(&both, sizeof out.text);
	bool ok = ho_buf_add(&both, name.ptr, name.len, NULL) == HO_OK && ho_buf_add(&both, "=", 1, NULL) == HO_OK &&
	          ho_buf_add(&both, value.ptr, value.len, NULL) == HO_OK;
	out = ho_show_argument(ho_slice_str(otherwise), otherwise);
	if (ok)
		out = ho_show_argument(ho_buf_slice(&both), otherwise);
	ho_buf_release(&both);
	return out;
}
