/* Which scripts the texts are written in: letters counted by Unicode block. Rough on purpose: a script is no language.
 */
#include "explore/private.h"

#include "text/utf8.h"

enum { NO_LETTERS, LATIN, GREEK, CYRILLIC, HEBREW, ARABIC, INDIC, THAI, HANGUL, KANA, HAN, OTHER, SCRIPTS };
static const char *const names[SCRIPTS] = {"no letters",      "Latin",           "Greek",         "Cyrillic",
                                           "Hebrew",          "Arabic",          "Indic",         "Thai",
                                           "Hangul (Korean)", "Kana (Japanese)", "Han (Chinese)", "other"};
static const struct {
	uint32_t first, last;
	uint8_t script;
} blocks[] = {
    {'A', 'Z', LATIN},        {'a', 'z', LATIN},        {0xAA, 0xAA, LATIN},      {0xBA, 0xBA, LATIN},
    {0xC0, 0xD6, LATIN},      {0xD8, 0xF6, LATIN},      {0xF8, 0x24F, LATIN},     {0x370, 0x3FF, GREEK},
    {0x400, 0x52F, CYRILLIC}, {0x530, 0x58F, OTHER},    {0x5D0, 0x5F4, HEBREW},   {0x620, 0x64A, ARABIC},
    {0x66E, 0x6EF, ARABIC},   {0x700, 0x8FF, OTHER},    {0x900, 0xDFF, INDIC},    {0xE00, 0xE4F, THAI},
    {0xE80, 0x10FF, OTHER},   {0x1100, 0x11FF, HANGUL}, {0x1200, 0x1DFF, OTHER},  {0x1E00, 0x1EFF, LATIN},
    {0x1F00, 0x1FFF, GREEK},  {0x3041, 0x30FF, KANA},   {0x3130, 0x318F, HANGUL}, {0x3400, 0x4DBF, HAN},
    {0x4E00, 0x9FFF, HAN},    {0xAC00, 0xD7AF, HANGUL}, {0xF900, 0xFAFF, HAN},    {0xFF21, 0xFF5A, LATIN},
    {0xFF66, 0xFF9F, KANA},   {0x20000, 0x3FFFF, HAN},
};

static unsigned script_of(uint32_t point)
{
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks && blocks[i].first <= point; i++)
		if (point <= blocks[i].last)
			return blocks[i].script;
	return NO_LETTERS;
}

unsigned ho_explore__script(struct ho_slice text)
{
	size_t count[SCRIPTS] = {0}, step;
	unsigned best = NO_LETTERS;
	for (size_t at = 0; at < text.len; at += step) {
		uint32_t point = (unsigned char)text.ptr[at];
		if (point < 0x80) {
			step = 1;
			count[LATIN] += (point | 32) - 'a' < 26;
			continue;
		}
		step = ho_utf8_decode(&point, text.ptr + at, text.len - at);
		count[script_of(point)]++;
	}
	if (count[KANA] * 10 > count[HAN]) { /* Japanese mixes both */
		count[KANA] += count[HAN];
		count[HAN] = 0;
	}
	count[NO_LETTERS] = 0;
	for (unsigned s = 1; s < SCRIPTS; s++)
		if (count[s] > count[best])
			best = s;
	return best;
}

enum ho_status ho_explore__scripts(struct explore *e, struct ho_error *err)
{
	(void)err;
	size_t n = e->table->n, rows[SCRIPTS] = {0}, first[SCRIPTS] = {0}, kinds = 0;
	unsigned top = LATIN;
	for (size_t i = 0; i < n; i++)
		if (rows[e->size[i].script]++ == 0)
			first[e->size[i].script] = i;
	for (unsigned s = 0; s < SCRIPTS; s++) {
		if (rows[s] > rows[top])
			top = s;
		kinds += s != NO_LETTERS && rows[s] > 0;
	}
	double share = n ? (double)rows[top] / (double)n : 0;
	ho_findings_add(e->out, "scripts", kinds > 1 && share < 0.99 ? HO_NOTICE : HO_INFO,
	                "%s of the texts are mostly in %s letters", ho_show_percent(share).text, names[top]);
	ho_findings_figure(e->out, share);
	for (unsigned s = 0; s < SCRIPTS; s++)
		if (rows[s] && s != top)
			ho_findings_evidence(e->out, "%s: %s, first row %u: \"%s\"", names[s],
			                     ho_show_counted(rows[s], "text").text, e->table->row[first[s]],
			                     ho_explore__snippet(e->table->text[first[s]]).text);
	ho_explore__tell(e, share < 0.99 ? 45 : 5, "%s of the texts are written mostly in %s letters.",
	                 ho_show_percent(share).text, names[top]);
	return HO_OK;
}
