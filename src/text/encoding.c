#include "text/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <strings.h>

#include "text/utf8.h"

#define NO_ICONV ((iconv_t)-1)

/* 0x80..0x9F of Windows-1252 (WHATWG Encoding Standard: the five unassigned bytes are the C1 controls). */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

static enum ho_status open_iconv(struct ho_decoder *decoder, const char *name, struct ho_error *err)
{
	iconv_t cd = iconv_open("UTF-8", name);
	if (cd == NO_ICONV)
		return ho_fail(err, HO_EINVAL, "unknown encoding; `iconv --list` shows the names");
	decoder->iconv = cd;
	return HO_OK;
}

enum ho_status ho_decoder_open(struct ho_decoder *out, const char *name, struct ho_error *err)
{
	*out = (struct ho_decoder){.name = name};
	if (!name)
		return HO_OK;
	if (strcasecmp(name, "utf-8") == 0 || strcasecmp(name, "utf8") == 0) {
		out->encoding = HO_ENCODING_UTF8;
		return HO_OK;
	}
	out->encoding = HO_ENCODING_NAMED;
	out->started = true; /* iconv deals with the marks of its encodings itself */
	return open_iconv(out, name, err);
}

void ho_decoder_close(struct ho_decoder *decoder)
{
	if (decoder->iconv)
		(void)iconv_close(decoder->iconv);
	*decoder = (struct ho_decoder){.encoding = HO_ENCODING_UNKNOWN};
}

const char *ho_decoder_encoding_name(const struct ho_decoder *decoder)
{
	switch (decoder->encoding) {
	case HO_ENCODING_UNKNOWN:
		return "ASCII";
	case HO_ENCODING_UTF8:
		return "UTF-8";
	case HO_ENCODING_UTF8_BOM:
		return "UTF-8 with a byte order mark";
	case HO_ENCODING_UTF16LE:
		return "UTF-16LE";
	case HO_ENCODING_UTF16BE:
		return "UTF-16BE";
	case HO_ENCODING_WINDOWS_1252:
		return "Windows-1252";
	case HO_ENCODING_NAMED:
		break;
	}
	return decoder->name;
}

static enum ho_status add_1252(struct ho_decoder *decoder, struct ho_buf *out, const char *bytes, size_t len,
                               struct ho_error *err)
{
	for (size_t at = 0; at < len;) {
		size_t n = 0;
		while (at + n < len && (unsigned char)(bytes[at + n] - 1) < 0x7F)
			n++;
		enum ho_status status = ho_buf_add(out, bytes + at, n, err);
		at += n;
		if (status || at == len)
			return status;
		unsigned char c = (unsigned char)bytes[at++];
		char utf8[4];
		decoder->replaced += c == 0;
		size_t size = ho_utf8_encode(utf8, c == 0     ? HO_UTF8_REPLACEMENT
		                                   : c < 0xA0 ? windows_1252[c - 0x80]
		                                              : c);
		status = ho_buf_add(out, utf8, size, err);
		if (status)
			return status;
	}
	return HO_OK;
}

struct evidence {
	size_t good, bad; /* well-formed multi-byte sequences; ill-formed pieces without NULs */
};

static struct evidence weigh(const char *bytes, size_t len)
{
	struct evidence seen = {0, 0};
	for (size_t at = 0; at < len;) {
		uint32_t code;
		size_t n = ho_utf8_decode(&code, bytes + at, len - at);
		if (code != HO_UTF8_REPLACEMENT)
			seen.good += n > 1;
		else if (n == 3 && memcmp(bytes + at, "\xEF\xBF\xBD", 3) == 0)
			seen.good++;
		else
			seen.bad++;
		at += n;
	}
	return seen;
}

/* A block that holds more than ASCII: see the header for the rule. */
static void decide(struct ho_decoder *decoder, const char *bytes, size_t len)
{
	struct evidence seen = weigh(bytes, len);
	decoder->well_formed += seen.good;
	decoder->ill_formed += seen.bad;
	if (decoder->ill_formed > decoder->well_formed)
		decoder->encoding = HO_ENCODING_WINDOWS_1252;
	else if (seen.good || seen.bad)
		decoder->encoding = HO_ENCODING_UTF8;
}

static enum ho_status add_utf8(struct ho_decoder *decoder, struct ho_buf *out, const char *bytes, size_t len,
                               struct ho_error *err)
{
	bool open = decoder->encoding == HO_ENCODING_UNKNOWN || decoder->encoding == HO_ENCODING_WINDOWS_1252;
	size_t clean = ho_utf8_clean_prefix(bytes, len);
	if (open && !decoder->name) {
		/* Cheap for the usual block: ASCII only leaves everything open. */
		bool ascii = true;
		for (size_t i = 0; i < len && ascii; i++)
			ascii = (unsigned char)bytes[i] < 0x80;
		if (!ascii)
			decide(decoder, bytes, len);
	}
	if (clean == len)
		return ho_buf_add(out, bytes, len, err);
	if (decoder->encoding == HO_ENCODING_WINDOWS_1252)
		return add_1252(decoder, out, bytes, len, err);
	return ho_utf8_repair(out, ho_slice(bytes, len), &decoder->replaced, err);
}

static size_t unit_of(const struct ho_decoder *decoder)
{
	return decoder->encoding == HO_ENCODING_UTF16LE || decoder->encoding == HO_ENCODING_UTF16BE ? 2 : 1;
}

/* iconv's output may hold NUL, so it passes through a small room and the repair. Returns how many input bytes were
 * used. */
static enum ho_status add_iconv(struct ho_decoder *decoder, struct ho_buf *out, const char *bytes, size_t len,
                                size_t *used, struct ho_error *err)
{
	char room[4096], *from = (char *)(uintptr_t)bytes;
	size_t left = len;
	enum ho_status status = HO_OK;
	while (left && status == HO_OK) {
		char *to = room;
		size_t free_room = sizeof room;
		size_t r = iconv(decoder->iconv, &from, &left, &to, &free_room);
		int why = errno;
		status = ho_utf8_repair(out, ho_slice(room, sizeof room - free_room), &decoder->replaced, err);
		if (r != (size_t)-1 || why == E2BIG || status)
			continue;
		if (why == EINVAL) /* a sequence is cut */
			break;
		size_t skip = unit_of(decoder) < left ? unit_of(decoder) : left;
		from += skip;
		left -= skip;
		decoder->replaced++;
		status = ho_buf_add(out, "\xEF\xBF\xBD", 3, err);
	}
	*used = len - left;
	return status;
}

static bool may_become_mark(const unsigned char *b, size_t len)
{
	return (len == 1 && (b[0] == 0xEF || b[0] >= 0xFE)) || (len == 2 && b[0] == 0xEF && b[1] == 0xBB);
}

/* Length of the byte order mark, whose encoding is then used. */
static enum ho_status take_mark(struct ho_decoder *decoder, const unsigned char *b, size_t len, size_t *mark,
                                struct ho_error *err)
{
	decoder->started = true;
	*mark = 0;
	if (len >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF) {
		*mark = 3;
		decoder->encoding = HO_ENCODING_UTF8_BOM;
		return HO_OK;
	}
	if (decoder->name || len < 2 || b[0] + b[1] != 0xFF + 0xFE || b[0] < 0xFE)
		return HO_OK;
	*mark = 2;
	decoder->encoding = b[0] == 0xFF ? HO_ENCODING_UTF16LE : HO_ENCODING_UTF16BE;
	return open_iconv(decoder, b[0] == 0xFF ? "UTF-16LE" : "UTF-16BE", err);
}

enum ho_status ho_decoder_add(struct ho_decoder *decoder, struct ho_buf *out, const char *bytes, size_t len, bool last,
                              size_t *used, struct ho_error *err)
{
	size_t mark = 0, done = 0;
	enum ho_status status = HO_OK;
	*used = 0;
	if (!decoder->started) {
		if (!last && may_become_mark((const unsigned char *)bytes, len))
			return HO_OK;
		status = take_mark(decoder, (const unsigned char *)bytes, len, &mark, err);
	}
	if (status || len == mark) {
		*used = mark;
		return status;
	}
	bytes += mark;
	len -= mark;
	if (decoder->iconv) {
		status = add_iconv(decoder, out, bytes, len, &done, err);
		if (status == HO_OK && done < len && (last || len - done > HO_DECODER_KEEP_MAX)) {
			decoder->replaced++;
			status = ho_buf_add(out, "\xEF\xBF\xBD", 3, err);
			done = len;
		}
	} else {
		done = last ? len : len - ho_utf8_cut_tail(bytes, len);
		status = add_utf8(decoder, out, bytes, done, err);
	}
	*used = status ? 0 : mark + done;
	return status;
}

enum ho_status ho_decode_all(struct ho_buf *out, struct ho_slice bytes, const char *name, struct ho_error *err)
{
	struct ho_decoder decoder;
	size_t used;
	enum ho_status status = ho_decoder_open(&decoder, name, err);
	if (status == HO_OK)
		status = ho_decoder_add(&decoder, out, bytes.ptr, bytes.len, true, &used, err);
	ho_decoder_close(&decoder);
	return status;
}
