/* Letters counted by Unicode block. */
#include "text/script.h"

#include "base/utf8.h"

static const char *const names[HO_SCRIPTS] = {"no letters",      "Latin",           "Greek",         "Cyrillic",
                                              "Hebrew",          "Arabic",          "Indic",         "Thai",
                                              "Hangul (Korean)", "Kana (Japanese)", "Han (Chinese)", "other"};
static const struct {
	uint32_t first, last;
	uint8_t script;
} blocks[] = {
    {'A', 'Z', HO_SCRIPT_LATIN},       {'a', 'z', HO_SCRIPT_LATIN},        {0xAA, 0xAA, HO_SCRIPT_LATIN},
    {0xBA, 0xBA, HO_SCRIPT_LATIN},     {0xC0, 0xD6, HO_SCRIPT_LATIN},      {0xD8, 0xF6, HO_SCRIPT_LATIN},
    {0xF8, 0x24F, HO_SCRIPT_LATIN},    {0x370, 0x3FF, HO_SCRIPT_GREEK},    {0x400, 0x52F, HO_SCRIPT_CYRILLIC},
    {0x530, 0x58F, HO_SCRIPT_OTHER},   {0x5D0, 0x5F4, HO_SCRIPT_HEBREW},   {0x620, 0x64A, HO_SCRIPT_ARABIC},
    {0x66E, 0x6EF, HO_SCRIPT_ARABIC},  {0x700, 0x8FF, HO_SCRIPT_OTHER},    {0x900, 0xDFF, HO_SCRIPT_INDIC},
    {0xE00, 0xE4F, HO_SCRIPT_THAI},    {0xE80, 0x10FF, HO_SCRIPT_OTHER},   {0x1100, 0x11FF, HO_SCRIPT_HANGUL},
    {0x1200, 0x1DFF, HO_SCRIPT_OTHER}, {0x1E00, 0x1EFF, HO_SCRIPT_LATIN},  {0x1F00, 0x1FFF, HO_SCRIPT_GREEK},
    {0x3041, 0x30FF, HO_SCRIPT_KANA},  {0x3130, 0x318F, HO_SCRIPT_HANGUL}, {0x3400, 0x4DBF, HO_SCRIPT_HAN},
    {0x4E00, 0x9FFF, HO_SCRIPT_HAN},   {0xAC00, 0xD7AF, HO_SCRIPT_HANGUL}, {0xF900, 0xFAFF, HO_SCRIPT_HAN},
    {0xFF21, 0xFF5A, HO_SCRIPT_LATIN}, {0xFF66, 0xFF9F, HO_SCRIPT_KANA},   {0x20000, 0x3FFFF, HO_SCRIPT_HAN},
};

enum ho_script ho_script_of_point(uint32_t point)
{
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks && blocks[i].first <= point; i++)
		if (point <= blocks[i].last)
			return blocks[i].script;
	return HO_SCRIPT_NONE;
}

enum ho_script ho_script_of(struct ho_slice text)
{
	size_t count[HO_SCRIPTS] = {0}, step;
	enum ho_script best = HO_SCRIPT_NONE;
	for (size_t at = 0; at < text.len; at += step) {
		uint32_t point = (unsigned char)text.ptr[at];
		if (point < 0x80) {
			step = 1;
			count[HO_SCRIPT_LATIN] += (point | 32) - 'a' < 26;
			continue;
		}
		step = ho_utf8_decode(&point, text.ptr + at, text.len - at);
		count[ho_script_of_point(point)]++;
	}
	if (count[HO_SCRIPT_KANA] * 10 > count[HO_SCRIPT_HAN]) { /* Japanese mixes both */
		count[HO_SCRIPT_KANA] += count[HO_SCRIPT_HAN];
		count[HO_SCRIPT_HAN] = 0;
	}
	count[HO_SCRIPT_NONE] = 0;
	for (enum ho_script s = HO_SCRIPT_LATIN; s < HO_SCRIPTS; s++)
		if (count[s] > count[best])
			best = s;
	return best;
}

const char *ho_script_name(unsigned script)
{
	return names[script < HO_SCRIPTS ? script : HO_SCRIPT_OTHER];
}
