#include "store/meta.h"

#include <stdint.h>

/* What is left of the object; ptr moves on. */
static void skip_space(struct ho_slice *in)
{
	while (in->len && (*in->ptr == ' ' || *in->ptr == '\t' || *in->ptr == '\r' || *in->ptr == '\n'))
		in->ptr++, in->len--;
}

static bool take(struct ho_slice *in, char byte)
{
	skip_space(in);
	if (!in->len || *in->ptr != byte)
		return false;
	in->ptr++, in->len--;
	return true;
}

static bool hex4(uint32_t *out, const char *at, size_t left)
{
	*out = 0;
	for (size_t i = 0; i < 4; i++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF", *found;
		if (i >= left || !at[i] || !(found = strchr(digits, at[i])))
			return false;
		*out = *out << 4 | (uint32_t)((found - digits) & 15);
	}
	return true;
}

static size_t utf8(char out[4], uint32_t point)
{
	if (point < 0x80)
		return out[0] = (char)point, 1;
	if (point < 0x800)
		return out[0] = (char)(0xC0 | point >> 6), out[1] = (char)(0x80 | (point & 63)), 2;
	if (point < 0x10000)
		return out[0] = (char)(0xE0 | point >> 12), out[1] = (char)(0x80 | (point >> 6 & 63)),
		       out[2] = (char)(0x80 | (point & 63)), 3;
	return out[0] = (char)(0xF0 | point >> 18), out[1] = (char)(0x80 | (point >> 12 & 63)),
	       out[2] = (char)(0x80 | (point >> 6 & 63)), out[3] = (char)(0x80 | (point & 63)), 4;
}

/* The character behind a backslash: its bytes and how long the escape is; 0 if it is none. */
static size_t escape(char out[4], size_t *n, const char *at, size_t left)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found = left && *at ? strchr(from, *at) : NULL;
	uint32_t high, low;
	if (found)
		return *out = to[found - from], *n = 1;
	if (!left || *at != 'u' || !hex4(&high, at + 1, left - 1))
		return 0;
	if (high >= 0xD800 && high < 0xDC00 && left > 6 && at[5] == '\\' && at[6] == 'u' &&
	    hex4(&low, at + 7, left - 7) && low >= 0xDC00 && low < 0xE000)
		return *n = utf8(out, 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 11;
	return *n = utf8(out, high), 5;
}

/* Read a string; *same: it is `wanted`. False if it is none. */
static bool string(bool *same, struct ho_slice *in, struct ho_slice wanted)
{
	size_t matched = 0;
	*same = true;
	if (!take(in, '"'))
		return false;
	while (in->len && *in->ptr != '"') {
		char bytes[4] = {*in->ptr};
		size_t n = 1, read = 1;
		if (*in->ptr == '\\') {
			read = escape(bytes, &n, in->ptr + 1, in->len - 1);
			if (!read)
				return false;
			read++;
		}
		*same = *same && n <= wanted.len - matched && memcmp(wanted.ptr + matched, bytes, n) == 0;
		matched += *same ? n : 0;
		in->ptr += read, in->len -= read;
	}
	*same = *same && matched == wanted.len;
	return take(in, '"');
}

/* Pass over an object or array; strings in it may hold brackets. */
static bool nested(struct ho_slice *in)
{
	bool same;
	for (size_t depth = 0; in->len;) {
		char byte = *in->ptr;
		if (byte == '"') {
			if (!string(&same, in, ho_slice("", 0)))
				return false;
			continue;
		}
		depth += byte == '{' || byte == '[';
		depth -= byte == '}' || byte == ']';
		in->ptr++, in->len--;
		if (depth == 0)
			return true;
	}
	return false;
}

/* A number or a word: up to what ends a value. */
static bool literal(bool *same, struct ho_slice *in, struct ho_slice wanted)
{
	size_t n = 0;
	while (n < in->len && in->ptr[n] && !strchr(",}] \t\r\n", in->ptr[n]))
		n++;
	*same = ho_slice_equal(ho_slice(in->ptr, n), wanted);
	in->ptr += n, in->len -= n;
	return n > 0;
}

static bool any(bool *same, struct ho_slice *in, struct ho_slice wanted)
{
	*same = false;
	skip_space(in);
	if (!in->len)
		return false;
	if (*in->ptr == '"')
		return string(same, in, wanted);
	return *in->ptr == '{' || *in->ptr == '[' ? nested(in) : literal(same, in, wanted);
}

bool ho_meta_has(struct ho_slice meta, struct ho_slice key, struct ho_slice value)
{
	bool is_key, is_value;
	if (!take(&meta, '{'))
		return false;
	do {
		if (!string(&is_key, &meta, key) || !take(&meta, ':') || !any(&is_value, &meta, value))
			return false;
		if (is_key && is_value)
			return true;
	} while (take(&meta, ','));
	return false;
}
