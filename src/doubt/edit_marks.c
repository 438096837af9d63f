/* Edits of what stands between the words: blanks, punctuation, numbers, lines before and behind. */
#include "doubt/edit_private.h"

#include "text/fold.h"

enum ho_status ho_edit__blanks(struct ho_editing *e, struct ho_error *err)
{
	enum ho_status status = ho_edit__replace(e, 0, 0, ho_slice_str(" "), err);
	for (size_t at = 0; at < e->text.len && status == HO_OK; at++)
		if (e->text.ptr[at] == ' ' && ho_rng_below(&e->rng, 2))
			status = ho_edit__replace(e, at, at + 1, ho_slice_str("  "), err);
	if (status == HO_OK)
		status = ho_edit__replace(e, e->text.len, e->text.len, ho_slice_str(" \n"), err);
	return status;
}

/* Where the text ends, blanks at its end left aside. */
static size_t end_of(struct ho_slice text)
{
	size_t end = text.len;
	while (end > 0 && (unsigned char)text.ptr[end - 1] <= ' ')
		end--;
	return end;
}

/* The last code point before `end` > 0. */
static int32_t last_point(struct ho_slice text, size_t end)
{
	size_t at = end - 1, step;
	while (at > 0 && end - at < 4 && ((unsigned char)text.ptr[at] & 0xc0) == 0x80)
		at--;
	return ho_point_decode(text.ptr + at, end - at, &step);
}

enum ho_status ho_edit__full_stop(struct ho_editing *e, struct ho_error *err)
{
	size_t end = end_of(e->text);
	if (end < 2)
		return HO_OK;
	bool stop = e->text.ptr[end - 1] == '.', more = e->text.ptr[end - 2] == '.';
	int32_t last = last_point(e->text, end);
	if (stop && !more)
		return ho_edit__replace(e, end - 1, end, ho_slice("", 0), err);
	/* Latin, Greek, Cyrillic: scripts that end a sentence with a full stop. */
	if (!stop && last < 0x530 && ho_point_class(last) == HO_POINT_WORD)
		return ho_edit__replace(e, end, end, ho_slice_str("."), err);
	return HO_OK;
}

/* Guarded words keep their marks: is byte `at` between the first and the last byte of the blank-free run of one? */
static bool in_guarded_run(const struct ho_editing *e, size_t at, size_t *word)
{
	const struct ho_edit_words *words = &e->editor->words;
	while (*word < words->n && words->items[*word].end <= at)
		++*word;
	if (*word < words->n && words->items[*word].guarded) {
		size_t i = at;
		while (i < words->items[*word].start && (unsigned char)e->text.ptr[i] > ' ')
			i++;
		if (i == words->items[*word].start)
			return true;
	}
	if (*word > 0 && words->items[*word - 1].guarded) {
		size_t i = words->items[*word - 1].end;
		while (i < at && (unsigned char)e->text.ptr[i] > ' ')
			i++;
		return i == at;
	}
	return false;
}

enum ho_status ho_edit__marks(struct ho_editing *e, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	size_t word = 0;
	for (size_t at = 0; at < e->text.len && status == HO_OK; at++) {
		char c = e->text.ptr[at];
		if (!c || !strchr(".,;:!?()[]\"", c) || in_guarded_run(e, at, &word))
			continue;
		/* "end.Next" would become another word. */
		bool joins = at > 0 && at + 1 < e->text.len && (unsigned char)e->text.ptr[at - 1] > ' ' &&
		             (unsigned char)e->text.ptr[at + 1] > ' ' && !strchr(".,;:!?()[]\"", e->text.ptr[at + 1]);
		status = ho_edit__replace(e, at, at + 1, joins ? ho_slice_str(" ") : ho_slice("", 0), err);
	}
	return status;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Numbers that are a judgement or a share: "8 out of 10", "4 stars", "90 percent". */
static bool is_rating(const struct ho_editing *e, size_t i)
{
	static const char *const near[] = {"out",    "of",      "star",   "stars", "point",
	                                   "points", "percent", "rating", "score"};
	const struct ho_edit_words *words = &e->editor->words;
	for (size_t n = 0; n < sizeof near / sizeof *near; n++)
		if ((i > 0 && ho_edit_word_is(ho_edit__word(e, i - 1), near[n])) ||
		    (i + 1 < words->n && ho_edit_word_is(ho_edit__word(e, i + 1), near[n])))
			return true;
	return false;
}

/* A number of plain digits that stands by itself: no date, time, share, code or part of a word. */
static bool may_change(const struct ho_editing *e, size_t i)
{
	const struct ho_edit_word *word = &e->editor->words.items[i];
	struct ho_slice text = e->text, digits = ho_edit__word(e, i);
	if (word->guarded || digits.len < 2 || digits.len > 20 || is_rating(e, i))
		return false;
	for (size_t d = 0; d < digits.len; d++)
		if (!is_digit(digits.ptr[d]))
			return false;
	bool before = word->start == 0 || !strchr("-:.,'%", text.ptr[word->start - 1]);
	bool behind = word->end == text.len || !strchr("-:%'", text.ptr[word->end]);
	bool goes_on =
	    word->end + 1 < text.len && strchr(".,", text.ptr[word->end]) && is_digit(text.ptr[word->end + 1]);
	return before && behind && !goes_on;
}

enum ho_status ho_edit__numbers(struct ho_editing *e, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < e->editor->words.n && status == HO_OK; i++) {
		if (!may_change(e, i))
			continue;
		char other[20];
		struct ho_slice digits = ho_edit__word(e, i);
		bool year = digits.len == 4 && (memcmp(digits.ptr, "19", 2) == 0 || memcmp(digits.ptr, "20", 2) == 0);
		memcpy(other, digits.ptr, digits.len);
		for (size_t d = year ? 3 : 1; d < digits.len; d++) {
			char next = (char)('0' + (digits.ptr[d] - '0' + 1 + (int)ho_rng_below(&e->rng, 9)) % 10);
			other[d] = next;
		}
		size_t start = e->editor->words.items[i].start;
		status = ho_edit__replace(e, start, start + digits.len, ho_slice(other, digits.len), err);
	}
	return status;
}

const char *const ho_edit__greeting_words[] = {"greeting", "hello", "welcome", "salutation", NULL};
const char *const ho_edit__signature_words[] = {"goodbye", "farewell", "regards", "signature", "closing", NULL};

/* Does the text greet already? */
static bool begins_with_greeting(const struct ho_editing *e)
{
	static const char *const greetings[] = {
	    "hello",    "hi",       "hey",     "dear",       "hallo", "guten",   "liebe", "lieber", "sehr",
	    "moin",     "servus",   "bonjour", "salut",      "cher",  "chère",   "hola",  "buenos", "buenas",
	    "estimado", "estimada", "ciao",    "buongiorno", "salve", "gentile", "olá",   "bom",    "boa",
	    "caro",     "cara",     "beste",   "geachte",    "dag",   "good"};
	if (!e->editor->words.n)
		return true;
	for (size_t i = 0; i < sizeof greetings / sizeof *greetings; i++)
		if (ho_edit_word_is(ho_edit__word(e, 0), greetings[i]))
			return true;
	return false;
}

enum { WAYS = 3 };

static const char *const greeting[HO_LANGUAGE_COUNT][WAYS] = {
    [HO_LANGUAGE_ENGLISH] = {"Hello, ", "Hi, ", "Good morning, "},
    [HO_LANGUAGE_GERMAN] = {"Hallo, ", "Guten Tag, ", "Guten Morgen, "},
    [HO_LANGUAGE_FRENCH] = {"Bonjour, ", "Salut, ", "Bonsoir, "},
    [HO_LANGUAGE_SPANISH] = {"Hola, ", "Buenos días, ", "Buenas tardes, "},
    [HO_LANGUAGE_ITALIAN] = {"Buongiorno, ", "Salve, ", "Buonasera, "},
    [HO_LANGUAGE_PORTUGUESE] = {"Olá, ", "Bom dia, ", "Boa tarde, "},
    [HO_LANGUAGE_DUTCH] = {"Hallo, ", "Goedemorgen, ", "Goedendag, "},
};

static const char *const signature[HO_LANGUAGE_COUNT][WAYS] = {
    [HO_LANGUAGE_ENGLISH] = {"\n\nWith regards\nAnna Miller", "\n\nRegards\nPeter Baker", "\n\nYours, Maria"},
    [HO_LANGUAGE_GERMAN] = {"\n\nViele Grüße\nAnna Müller", "\n\nMit freundlichen Grüßen\nPeter Bauer",
                            "\n\nBeste Grüße, Maria"},
    [HO_LANGUAGE_FRENCH] = {"\n\nCordialement\nAnne Martin", "\n\nBien à vous\nPierre Bernard",
                            "\n\nMeilleures salutations, Marie"},
    [HO_LANGUAGE_SPANISH] = {"\n\nSaludos\nAna Molina", "\n\nUn saludo\nPedro Herrera", "\n\nAtentamente, María"},
    [HO_LANGUAGE_ITALIAN] = {"\n\nCordiali saluti\nAnna Ricci", "\n\nDistinti saluti\nPietro Fornari",
                             "\n\nSaluti, Maria"},
    [HO_LANGUAGE_PORTUGUESE] = {"\n\nCumprimentos\nAna Moleiro", "\n\nAtenciosamente\nPedro Padeiro",
                                "\n\nAbraços, Maria"},
    [HO_LANGUAGE_DUTCH] = {"\n\nMet vriendelijke groet\nAnna Molenaar", "\n\nHartelijke groet\nPieter Bakker",
                           "\n\nGroeten, Maria"},
};

enum ho_status ho_edit__greeting(struct ho_editing *e, struct ho_error *err)
{
	const char *with = greeting[ho_edit__language(e)][ho_rng_below(&e->rng, WAYS)];
	return with && !begins_with_greeting(e) ? ho_edit__replace(e, 0, 0, ho_slice_str(with), err) : HO_OK;
}

enum ho_status ho_edit__signature(struct ho_editing *e, struct ho_error *err)
{
	const char *with = signature[ho_edit__language(e)][ho_rng_below(&e->rng, WAYS)];
	size_t n = e->text.len;
	return with && n ? ho_edit__replace(e, n, n, ho_slice_str(with), err) : HO_OK;
}
