#include "text/utf8.h"

#include <utf8proc.h>

/*
 * Well-formed sequences (Unicode 15, table 3-7): the first byte gives the length, and for E0, ED, F0 and F4 it narrows
 * the range of the second byte, which is what keeps out overlong forms, surrogates and values above U+10FFFF.
 */
struct lead {
	unsigned char len, low, high; /* length of the sequence, range of its second byte; len 0: cannot begin one */
};

static struct lead lead_of(unsigned char c)
{
	if (c < 0xC2 || c > 0xF4)
		return (struct lead){0, 0, 0};
	if (c < 0xE0)
		return (struct lead){2, 0x80, 0xBF};
	if (c < 0xF0)
		return (struct lead){3, c == 0xE0 ? 0xA0 : 0x80, c == 0xED ? 0x9F : 0xBF};
	return (struct lead){4, c == 0xF0 ? 0x90 : 0x80, c == 0xF4 ? 0x8F : 0xBF};
}

/* Bytes of the well-formed beginning at text[0], a non-ASCII byte: equal to lead.len if it is whole, 0 if text[0]
 * cannot begin one. */
static size_t good_bytes(struct lead lead, const char *text, size_t len)
{
	if (lead.len == 0)
		return 0;
	size_t n = 1;
	if (n < len && (unsigned char)text[1] >= lead.low && (unsigned char)text[1] <= lead.high)
		for (n = 2; n < lead.len && n < len && ((unsigned char)text[n] & 0xC0) == 0x80;)
			n++;
	return n;
}

size_t ho_utf8__decode_multi(uint32_t *code, const char *text, size_t len)
{
	struct lead lead = lead_of((unsigned char)text[0]);
	size_t n = good_bytes(lead, text, len);
	if (n == 0 || n < lead.len) {
		*code = HO_UTF8_REPLACEMENT;
		return n ? n : 1;
	}
	uint32_t c = (unsigned char)text[0] & (0x7Fu >> lead.len);
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)text[i] & 0x3F);
	*code = c;
	return n;
}

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
			struct lead lead = lead_of((unsigned char)text[at]);
			size_t n = good_bytes(lead, text + at, len - at);
			if (n == 0 || n < lead.len)
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
		struct lead lead = c < 0x80 ? (struct lead){0, 0, 0} : lead_of(c);
		return lead.len > back && good_bytes(lead, text + len - back, back) == back ? back : 0;
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
