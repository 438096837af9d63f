/* Traits of a whole text: what it consists of, how it ends, whether it says anything. */
#include "explore/traits.h"

#include <strings.h>

#include "base/utf8.h"
#include "text/script.h"

/* Texts that stand for "no text". */
static bool is_placeholder(struct ho_slice text)
{
	static const char *const words[] = {"n/a",       "na",        "n.a.",   "null", "nan",   "none",    "nil",
	                                    "-",         "--",        "---",    ".",    "..",    "...",     "?",
	                                    "??",        "???",       "x",      "xx",   "xxx",   "test",    "tbd",
	                                    "undefined", "unknown",   "empty",  "#n/a", "#ref!", "#value!", "no text",
	                                    "[deleted]", "[removed]", "(empty)"};
	text = ho_slice_trim(text);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i]) == text.len && strncasecmp(words[i], text.ptr, text.len) == 0)
			return true;
	return text.len == 0;
}

/* How the text ends: closing quotes and brackets stand behind the full stop. */
static bool is_stopped(struct ho_slice text)
{
	size_t end = text.len;
	while (end && (unsigned char)text.ptr[end - 1] < 0x80 && strchr(" \t\r\n\"')]}*>", text.ptr[end - 1]))
		end--;
	if (!end)
		return false;
	if (strchr(".!?:;", text.ptr[end - 1]))
		return true;
	/* the ellipsis, and the full stops of Chinese and Japanese */
	static const char *const stops[] = {"\xe2\x80\xa6", "\xe3\x80\x82", "\xef\xbc\x81", "\xef\xbc\x9f"};
	for (size_t i = 0; i < 4 && end >= 3; i++)
		if (memcmp(text.ptr + end - 3, stops[i], 3) == 0)
			return true;
	return false;
}

static uint32_t content(struct ho_slice text)
{
	size_t letters = 0, digits = 0, step;
	for (size_t at = 0; at < text.len && !letters; at += step) {
		uint32_t point;
		step = ho_utf8_decode(&point, text.ptr + at, text.len - at);
		letters += ho_script_of_point(point) != HO_SCRIPT_NONE;
		digits += point >= '0' && point <= '9';
	}
	if (letters)
		return 0;
	return digits ? HO_TRAIT_DIGITS : HO_TRAIT_MARKS;
}

/* One unit that makes up most of the text: a period p with text[i] = text[i + p] nearly everywhere. The period is taken
 * from where the first 12 bytes stand again. */
static bool is_repeated(struct ho_slice text)
{
	size_t same = 0, period = 0;
	if (text.len < 40)
		return false;
	for (size_t p = 1; p <= text.len / 3 && p <= 400 && !period; p++)
		if (memcmp(text.ptr, text.ptr + p, 12) == 0)
			period = p;
	if (!period)
		return false;
	for (size_t i = 0; i + period < text.len; i++)
		same += text.ptr[i] == text.ptr[i + period];
	return same * 10 > (text.len - period) * 9;
}

uint32_t ho_explore__traits(struct ho_slice text)
{
	uint32_t traits = ho_explore__damage_of(text) | ho_explore__markup_of(text) | content(text);
	for (size_t i = 0; i < text.len && !(traits & HO_TRAIT_NUMBER); i++)
		if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
			traits |= HO_TRAIT_NUMBER;
	if (text.len <= 16 && is_placeholder(text))
		traits |= HO_TRAIT_PLACEHOLDER;
	if (is_stopped(text))
		traits |= HO_TRAIT_STOPPED;
	if (is_repeated(text))
		traits |= HO_TRAIT_REPEATED;
	return traits;
}

size_t ho_explore__trait_place(struct ho_slice text, uint32_t traits)
{
	enum { BEFORE = 60 };
	const uint32_t local = HO_TRAIT_REPLACED | HO_TRAIT_MOJIBAKE | HO_TRAIT_CONTROL | HO_TRAIT_TAGS |
	                       HO_TRAIT_ENTITIES | HO_TRAIT_URL | HO_TRAIT_ESCAPES | HO_TRAIT_BASE64 | HO_TRAIT_DATE;
	size_t lo = 0, hi = text.len;
	if (!(traits & local))
		return 0;
	/* The shortest beginning that has the trait: it is in every longer one. */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct ho_slice part = ho_slice(text.ptr, mid);
		if ((ho_explore__damage_of(part) | ho_explore__markup_of(part)) & traits & local)
			hi = mid;
		else
			lo = mid + 1;
	}
	if (lo <= BEFORE * 2)
		return 0;
	size_t at = lo - BEFORE;
	while (at < lo && text.ptr[at] != ' ')
		at++;
	return at < lo ? at : 0;
}
