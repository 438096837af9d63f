/* The guesser. Evidence is counted in function words: under a simple model of a text, where each language takes its
 * small words from a list of its own, the log-odds of two languages are proportional to the difference of the counts.
 */
#include "text/language.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "text/language_words.h"
#include "text/script.h"

_Static_assert(HO_LANGUAGE_COUNT <= 32, "a set of languages is 32 bits");
enum { READ = 4000, WORD_ROOM = 48, LEAD = 2, LETTER_MAX = 2, WORDS_MAX = 2048 };

/* Letters that one or two of the languages have, each worth a word, twice at most. */
static const struct {
	uint32_t point;
	uint8_t first, second;
} letters[] = {
    {0xDF, HO_LANGUAGE_GERMAN, HO_LANGUAGE_GERMAN},         {0xE3, HO_LANGUAGE_PORTUGUESE, HO_LANGUAGE_PORTUGUESE},
    {0xF5, HO_LANGUAGE_PORTUGUESE, HO_LANGUAGE_PORTUGUESE}, {0xF1, HO_LANGUAGE_SPANISH, HO_LANGUAGE_SPANISH},
    {0xBF, HO_LANGUAGE_SPANISH, HO_LANGUAGE_SPANISH},       {0xA1, HO_LANGUAGE_SPANISH, HO_LANGUAGE_SPANISH},
    {0xE5, HO_LANGUAGE_SWEDISH, HO_LANGUAGE_NORWEGIAN},     {0xF8, HO_LANGUAGE_DANISH, HO_LANGUAGE_NORWEGIAN},
    {0xE6, HO_LANGUAGE_DANISH, HO_LANGUAGE_NORWEGIAN},      {0x142, HO_LANGUAGE_POLISH, HO_LANGUAGE_POLISH},
    {0x17C, HO_LANGUAGE_POLISH, HO_LANGUAGE_POLISH},        {0x119, HO_LANGUAGE_POLISH, HO_LANGUAGE_POLISH},
    {0x105, HO_LANGUAGE_POLISH, HO_LANGUAGE_POLISH},        {0x159, HO_LANGUAGE_CZECH, HO_LANGUAGE_CZECH},
    {0x16F, HO_LANGUAGE_CZECH, HO_LANGUAGE_CZECH},          {0x11B, HO_LANGUAGE_CZECH, HO_LANGUAGE_CZECH},
    {0x131, HO_LANGUAGE_TURKISH, HO_LANGUAGE_TURKISH},      {0x11F, HO_LANGUAGE_TURKISH, HO_LANGUAGE_TURKISH},
    {0x15F, HO_LANGUAGE_TURKISH, HO_LANGUAGE_TURKISH},      {0x151, HO_LANGUAGE_HUNGARIAN, HO_LANGUAGE_HUNGARIAN},
    {0x171, HO_LANGUAGE_HUNGARIAN, HO_LANGUAGE_HUNGARIAN},  {0x219, HO_LANGUAGE_ROMANIAN, HO_LANGUAGE_ROMANIAN},
    {0x21B, HO_LANGUAGE_ROMANIAN, HO_LANGUAGE_ROMANIAN},    {0x103, HO_LANGUAGE_ROMANIAN, HO_LANGUAGE_ROMANIAN},
    {0x111, HO_LANGUAGE_CROATIAN, HO_LANGUAGE_CROATIAN},    {0x107, HO_LANGUAGE_CROATIAN, HO_LANGUAGE_POLISH},
    {0x44B, HO_LANGUAGE_RUSSIAN, HO_LANGUAGE_RUSSIAN},      {0x44D, HO_LANGUAGE_RUSSIAN, HO_LANGUAGE_RUSSIAN},
    {0x456, HO_LANGUAGE_UKRAINIAN, HO_LANGUAGE_UKRAINIAN},  {0x457, HO_LANGUAGE_UKRAINIAN, HO_LANGUAGE_UKRAINIAN},
    {0x454, HO_LANGUAGE_UKRAINIAN, HO_LANGUAGE_UKRAINIAN},  {0x44A, HO_LANGUAGE_BULGARIAN, HO_LANGUAGE_BULGARIAN},
};

const char *ho_language_name(unsigned language)
{
	return ho_language__words[language < HO_LANGUAGE_COUNT ? language : 0].name;
}

const char *ho_language_code(unsigned language)
{
	return ho_language__words[language < HO_LANGUAGE_COUNT ? language : 0].code;
}

static enum ho_status add_words(struct ho_languages *l, unsigned language, struct ho_error *err)
{
	const char *at = ho_language__words[language].words;
	while (*at) {
		size_t len = strcspn(at, " "), known = l->words.n;
		uint32_t word;
		enum ho_status status = ho_map_add(&word, &l->words, ho_slice(at, len), err);
		if (status)
			return status;
		if (ho_grow(&l->of, &l->of_cap, (size_t)word + 1, sizeof *l->of))
			return ho_fail_nomem(err);
		l->of[word] = (word < known ? l->of[word] : 0) | UINT32_C(1) << language;
		at += len + (at[len] == ' ');
	}
	return HO_OK;
}

enum ho_status ho_languages_open(struct ho_languages *out, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	*out = (struct ho_languages){.of = NULL};
	ho_map_init(&out->words);
	for (unsigned i = 0; i < HO_LANGUAGE_COUNT && status == HO_OK; i++)
		status = add_words(out, i, err);
	if (status)
		ho_languages_close(out);
	return status;
}

void ho_languages_close(struct ho_languages *languages)
{
	ho_map_release(&languages->words);
	ho_free(languages->of);
	*languages = (struct ho_languages){.of = NULL};
	ho_map_init(&languages->words);
}

struct tally {
	unsigned hits[HO_LANGUAGE_COUNT];
	uint64_t seen[WORDS_MAX / 64]; /* function words that were counted */
	uint8_t letter[sizeof letters / sizeof *letters];
	char word[WORD_ROOM];
	size_t len;
};

/* Each word counts once: "yo yo yo" is not Spanish three times over. Single letters say nothing. */
static void end_word(const struct ho_languages *l, struct tally *t)
{
	uint32_t i = t->len > 1 && t->len < WORD_ROOM ? ho_map_find(&l->words, ho_slice(t->word, t->len)) : HO_MAP_NONE;
	t->len = 0;
	if (i >= WORDS_MAX || t->seen[i / 64] & UINT64_C(1) << i % 64)
		return;
	t->seen[i / 64] |= UINT64_C(1) << i % 64;
	for (uint32_t set = l->of[i]; set; set &= set - 1)
		t->hits[__builtin_ctz(set)]++;
}

/* Lower case of the letters that the tables use. */
static uint32_t lower(uint32_t p)
{
	if ((p >= 'A' && p <= 'Z') || (p >= 0xC0 && p <= 0xDE && p != 0xD7) || (p >= 0x410 && p <= 0x42F))
		return p + 32;
	if (p >= 0x400 && p <= 0x40F)
		return p + 80;
	if ((p >= 0x100 && p <= 0x137 && p != 0x131) || (p >= 0x14A && p <= 0x177) || (p >= 0x218 && p <= 0x21B))
		return p | 1;
	if ((p >= 0x139 && p <= 0x148) || (p >= 0x179 && p <= 0x17E))
		return (p & 1) ? p + 1 : p;
	return p == 0x2019 ? '\'' : p;
}

static void add_point(const struct ho_languages *l, struct tally *t, uint32_t point, const char *bytes, size_t n)
{
	uint32_t low = lower(point);
	bool word =
	    (low >= 'a' && low <= 'z') || (low == '\'' && t->len) || ho_script_of_point(point) != HO_SCRIPT_NONE;
	if (low >= 0x80)
		for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
			if (letters[k].point == low && t->letter[k] < LETTER_MAX) {
				t->letter[k]++;
				t->hits[letters[k].first]++;
				t->hits[letters[k].second] += letters[k].second != letters[k].first;
			}
	if (!word) {
		end_word(l, t);
		return;
	}
	if (t->len + 4 >= WORD_ROOM) {
		t->len = WORD_ROOM; /* too long to be a function word */
		return;
	}
	if (low < 0x80) {
		t->word[t->len++] = (char)low;
	} else if (low < 0x800) {
		t->word[t->len++] = (char)(0xC0 | low >> 6);
		t->word[t->len++] = (char)(0x80 | (low & 0x3F));
	} else {
		memcpy(t->word + t->len, bytes, n);
		t->len += n;
	}
}

static struct ho_language_guess by_words(const struct ho_languages *l, struct ho_slice text)
{
	struct tally t = {.len = 0};
	size_t step;
	unsigned best = HO_LANGUAGE_UNKNOWN, second = 0;
	for (size_t at = 0; at < text.len; at += step) {
		uint32_t point;
		step = ho_utf8_decode(&point, text.ptr + at, text.len - at);
		add_point(l, &t, point, text.ptr + at, step);
	}
	end_word(l, &t);
	t.hits[HO_LANGUAGE_UNKNOWN] = 0;
	for (unsigned i = 1; i < HO_LANGUAGE_COUNT; i++)
		if (t.hits[i] > t.hits[best])
			best = i;
	for (unsigned i = 1; i < HO_LANGUAGE_COUNT; i++)
		if (i != best && t.hits[i] > second)
			second = t.hits[i];
	/* The more words there are, the more of another language's stand in them by chance (names, quotations). */
	if (t.hits[best] < second + LEAD + second / 8)
		return (struct ho_language_guess){HO_LANGUAGE_UNKNOWN, 0};
	return (struct ho_language_guess){(uint8_t)best, (uint8_t)(t.hits[best] < 255 ? t.hits[best] : 255)};
}

/* Letters that Persian has and Arabic has not: pe, che, zhe, gaf. */
static bool is_persian(struct ho_slice text)
{
	static const char *const marks[] = {"\xd9\xbe", "\xda\x86", "\xda\x98", "\xda\xaf"};
	unsigned n = 0;
	for (size_t i = 0; i + 1 < text.len; i++)
		for (size_t k = 0; k < 4; k++)
			n += memcmp(text.ptr + i, marks[k], 2) == 0;
	return n >= 2;
}

struct ho_language_guess ho_language_of(const struct ho_languages *languages, struct ho_slice text, unsigned script)
{
	static const uint8_t by_script[HO_SCRIPTS] = {
	    [HO_SCRIPT_GREEK] = HO_LANGUAGE_GREEK,   [HO_SCRIPT_HEBREW] = HO_LANGUAGE_HEBREW,
	    [HO_SCRIPT_ARABIC] = HO_LANGUAGE_ARABIC, [HO_SCRIPT_INDIC] = HO_LANGUAGE_HINDI,
	    [HO_SCRIPT_THAI] = HO_LANGUAGE_THAI,     [HO_SCRIPT_HANGUL] = HO_LANGUAGE_KOREAN,
	    [HO_SCRIPT_KANA] = HO_LANGUAGE_JAPANESE, [HO_SCRIPT_HAN] = HO_LANGUAGE_CHINESE};
	if (text.len > READ)
		text.len = READ;
	if (script == HO_SCRIPT_LATIN || script == HO_SCRIPT_CYRILLIC)
		return by_words(languages, text);
	uint8_t language = script < HO_SCRIPTS ? by_script[script] : HO_LANGUAGE_UNKNOWN;
	if (language == HO_LANGUAGE_ARABIC && is_persian(text))
		language = HO_LANGUAGE_PERSIAN;
	return (struct ho_language_guess){language, language ? LEAD : 0};
}

enum ho_language ho_language_of_text(const struct ho_languages *languages, struct ho_slice text)
{
	if (text.len > READ)
		text.len = READ;
	return ho_language_of(languages, text, ho_script_of(text)).language;
}

enum ho_language ho_language_of_texts(double *share, const struct ho_languages *languages, const struct ho_slice *texts,
                                      size_t n)
{
	size_t found[HO_LANGUAGE_COUNT] = {0};
	unsigned best = HO_LANGUAGE_UNKNOWN;
	for (size_t i = 0; i < n; i++)
		found[ho_language_of_text(languages, texts[i])]++;
	for (unsigned l = 1; l < HO_LANGUAGE_COUNT; l++)
		if (found[l] > (best == HO_LANGUAGE_UNKNOWN ? 0 : found[best]))
			best = l;
	for (unsigned l = 0; share && l < HO_LANGUAGE_COUNT; l++)
		share[l] = n ? (double)found[l] / (double)n : 0;
	return (enum ho_language)best;
}

bool ho_language_is_small_word(const struct ho_languages *languages, struct ho_slice word, uint32_t set)
{
	uint32_t i = ho_map_find(&languages->words, word);
	return i != HO_MAP_NONE && (languages->of[i] & set);
}
