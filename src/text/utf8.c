#include "text/utf8.h"

#include <utf8proc.h>

size_t ho_utf8_encode(char out[4], uint32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xC0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
		code = HO_UTF8_REPLACEMENT;
	if (code < 0x10000) {
		out[0] = (char)(0xE0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3F));
		out[2] = (char)(0x80 | (code & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3F));
	out[2] = (char)(0x80 | (code >> 6 & 0x3F));
	out[3] = (char)(0x80 | (code & 0x3F));
	return 4;
}

/* Length of the prefix made of 0x01..0x7F: eight bytes at a time, a byte being unfit if its high bit is set or it is
 * zero. */
static size_t ascii_prefix(const char *text, size_t len)
{
	const uint64_t high = UINT64_C(0x8080808080808080), ones = UINT64_C(0x0101010101010101);
	size_t i = 0;
	for (; i + 8 <= len; i += 8) {
		uint64_t word;
		memcpy(&word, text + i, 8);
		if ((word | (word - ones)) & high)
			break;
	}
	while (i < len && (unsigned char)(text[i] - 1) < 0x7F)
		i++;
	return i;
}

size_t ho_utf8_clean_prefix(const char *text, size_t len)
{
	size_t at = 0;
	if (len == 0) /* then text may be NULL, to which nothing may be added */
		return 0;
	for (;;) {
		at += ascii_prefix(text + at, len - at);
		if (at == len || text[at] == 0)
			return at;
		/* Runs of other scripts: stay here until the next ASCII byte. */
		while (at < len && (unsigned char)text[at] >= 0x80) {
			unsigned whole;
			size_t n = ho_utf8__good_bytes(&whole, text + at, len - at);
			if (n == 0 || n < whole)
				return at;
			at += n;
		}
	}
}

size_t ho_utf8_cut_tail(const char *text, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char c = (unsigned char)text[len - back];
		if ((c & 0xC0) == 0x80)
			continue;
		unsigned whole;
		return c >= 0x80 && ho_utf8__good_bytes(&whole, text + len - back, back) == back && whole > back ? back
		                                                                                                 : 0;
	}
	return 0;
}

enum ho_status ho_utf8_repair(struct ho_buf *out, struct ho_slice text, size_t *repairs, struct ho_error *err)
{
	size_t at = 0;
	while (at < text.len) {
		size_t n = ho_utf8_clean_prefix(text.ptr + at, text.len - at);
		enum ho_status status = n ? ho_buf_add(out, text.ptr + at, n, err) : HO_OK;
		at += n;
		if (status || at == text.len)
			return status;
		uint32_t code;
		at += ho_utf8_decode(&code, text.ptr + at, text.len - at);
		status = ho_buf_add(out, "\xEF\xBF\xBD", 3, err);
		if (status)
			return status;
		if (repairs)
			++*repairs;
	}
	return HO_OK;
}

static bool is_blank(uint32_t code)
{
	if (code < 0x80)
		return code == ' ' || (code >= '\t' && code <= '\r');
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
	return code == 0x85 || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
	       category == UTF8PROC_CATEGORY_ZP;
}

enum ho_status ho_utf8_fold(struct ho_buf *out, struct ho_slice text, struct ho_error *err)
{
	bool pending = false, any = false;
	for (size_t at = 0; at < text.len;) {
		uint32_t code;
		char bytes[5] = " ";
		at += ho_utf8_decode(&code, text.ptr + at, text.len - at);
		if (is_blank(code)) {
			pending = any;
			continue;
		}
		size_t n = ho_utf8_encode(bytes + 1, (uint32_t)utf8proc_tolower((utf8proc_int32_t)code));
		enum ho_status status = ho_buf_add(out, bytes + !pending, n + pending, err);
		if (status)
			return status;
		pending = false;
		any = true;
	}
	return HO_OK;
}
