/* What begins with letters or mixes them with digits: mail addresses, IBAN, lettered national numbers, streets, names.
 */
#include "text/personal.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_word(char c)
{
	return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z') || (unsigned char)c >= 0x80;
}

static size_t word_len(struct ho_slice text, size_t at)
{
	size_t end = at;
	while (end < text.len && (is_word(text.ptr[end]) || (text.ptr[end] == '\'' && end > at && end + 1 < text.len &&
	                                                     is_word(text.ptr[end + 1]))))
		end++;
	return end - at;
}

/* local@domain.tld; the local part at most 64 bytes (RFC 5321, 4.5.3.1.1). */
size_t ho_personal__match_mail(struct ho_slice text, size_t at)
{
	size_t i = at, dot = 0, start;
	while (i < text.len && i - at <= 64 && (is_word(text.ptr[i]) || strchr("._%+-'", text.ptr[i])))
		i++;
	if (i == at || i - at > 64 || i >= text.len || text.ptr[i] != '@')
		return 0;
	start = ++i;
	while (i < text.len && (is_word(text.ptr[i]) || text.ptr[i] == '-' || text.ptr[i] == '.')) {
		if (text.ptr[i] == '.')
			dot = i;
		i++;
	}
	if (dot && dot + 1 == i) { /* the full stop of a sentence */
		i = dot;
		for (dot = 0; i > start && !dot; start++)
			if (text.ptr[start] == '.')
				dot = start;
	}
	if (!dot || i - dot < 3 || is_digit(text.ptr[i - 1]))
		return 0;
	return i - at;
}

/* Lengths of IBANs by country (SWIFT's registry). */
static const struct {
	char country[3];
	uint8_t len;
} ibans[] = {{"AD", 24}, {"AE", 23}, {"AT", 20}, {"BE", 16}, {"BG", 22}, {"CH", 21}, {"CY", 28}, {"CZ", 24}, {"DE", 22},
             {"DK", 18}, {"EE", 20}, {"ES", 24}, {"FI", 18}, {"FR", 27}, {"GB", 22}, {"GR", 27}, {"HR", 21}, {"HU", 28},
             {"IE", 22}, {"IL", 23}, {"IS", 26}, {"IT", 27}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27},
             {"MT", 31}, {"NL", 18}, {"NO", 15}, {"PL", 28}, {"PT", 25}, {"RO", 24}, {"RS", 22}, {"SA", 24}, {"SE", 24},
             {"SI", 19}, {"SK", 24}, {"SM", 27}, {"TR", 26}, {"UA", 29}};

static size_t iban_len(const char *country)
{
	for (size_t i = 0; i < sizeof ibans / sizeof *ibans; i++)
		if (memcmp(ibans[i].country, country, 2) == 0)
			return ibans[i].len;
	return 0;
}

/* The first four characters go to the end, letters count from 10: the number must be 1 mod 97. */
static bool is_iban(const char *c, size_t n)
{
	unsigned rest = 0;
	for (size_t i = 0; i < n; i++) {
		char x = c[(i + 4) % n];
		rest = is_digit(x) ? rest * 10 + (unsigned)(x - '0') : rest * 100 + (unsigned)((x & ~32) - 'A') + 10;
		rest %= 97;
	}
	return rest == 1;
}

size_t ho_personal__match_iban(struct ho_slice text, size_t at)
{
	char c[40];
	size_t n = 0, i = at;
	if (at + 15 > text.len || !is_upper(text.ptr[at]) || !is_upper(text.ptr[at + 1]) ||
	    !is_digit(text.ptr[at + 2]) || !is_digit(text.ptr[at + 3]))
		return 0;
	size_t want = iban_len(text.ptr + at);
	while (i < text.len && n < want) {
		if (text.ptr[i] == ' ' && n % 4 == 0 && n) {
			i++;
			continue;
		}
		if (!is_word(text.ptr[i]) || (unsigned char)text.ptr[i] >= 0x80)
			return 0;
		c[n++] = text.ptr[i++];
	}
	return n && n == want && (i == text.len || !is_word(text.ptr[i])) && is_iban(c, n) ? i - at : 0;
}

/* Spain's DNI and NIE: the letter is the number mod 23. */
static bool is_dni(const char *c)
{
	static const char letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";
	unsigned number = c[0] >= 'X' && c[0] <= 'Z' ? (unsigned)(c[0] - 'X') : (unsigned)(c[0] - '0');
	if (!is_digit(c[0]) && !(c[0] >= 'X' && c[0] <= 'Z'))
		return false;
	for (size_t i = 1; i < 8; i++) {
		if (!is_digit(c[i]))
			return false;
		number = number * 10 + (unsigned)(c[i] - '0');
	}
	return c[8] == letters[number % 23];
}

/* Italy's codice fiscale: characters at odd places count by a table, those at even places as they are; mod 26. */
static bool is_codice(const char *c)
{
	static const char form[] = "aaaaaaddaddaddda";
	static const uint8_t odd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
	                              20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
	unsigned sum = 0;
	for (size_t i = 0; i < 16; i++)
		if (form[i] == 'a' ? !is_upper(c[i]) : !is_digit(c[i]))
			return false;
	for (size_t i = 0; i < 15; i++) {
		unsigned v = is_digit(c[i]) ? (unsigned)(c[i] - '0') : (unsigned)(c[i] - 'A');
		sum += i % 2 ? v : odd[v];
	}
	return (unsigned)(c[15] - 'A') == sum % 26;
}

size_t ho_personal__match_lettered_id(struct ho_slice text, size_t at)
{
	size_t len = word_len(text, at);
	if (len == 9 && is_dni(text.ptr + at))
		return 9;
	return len == 16 && is_codice(text.ptr + at) ? 16 : 0;
}

static bool one_of(struct ho_slice word, const char *const *list)
{
	for (; *list; list++)
		if (ho_slice_is(word, *list))
			return true;
	return false;
}

/* "Dear Ms Smith", "Mr. van Dyke" no; "Dear Customer" no. The name alone is the find: *lead bytes before it. */
size_t ho_personal__match_name(struct ho_slice text, size_t at, size_t *lead)
{
	static const char *const greetings[] = {"Dear", "Mr",       "Mrs",    "Ms",  "Miss",    "Herr",    "Herrn",
	                                        "Frau", "Monsieur", "Madame", "Sig", "Signora", "Mevrouw", NULL};
	static const char *const nobody[] = {
	    "Sir",        "Sirs",       "Madam",    "All",    "Team",    "Customer",  "Customers", "Friend", "Friends",
	    "Colleague",  "Colleagues", "Everyone", "Editor", "Voucher", "Member",    "User",      "Valued", "Client",
	    "Subscriber", "God",        "Lord",     "Diary",  "The",     "I",         "You",       "My",     "In",
	    "And",        "Or",         "To",       "Who",    "Dr",      "President", NULL};
	struct ho_slice word = ho_slice(text.ptr + at, word_len(text, at));
	size_t i = at;
	if (!one_of(word, greetings))
		return 0;
	while (one_of(word, greetings)) { /* "Dear Mr" */
		i += word.len + (i + word.len < text.len && text.ptr[i + word.len] == '.');
		if (i >= text.len || text.ptr[i] != ' ')
			return 0;
		i++;
		word = ho_slice(text.ptr + i, word_len(text, i));
	}
	size_t end = i + word.len;
	if (word.len < 2 || !is_upper(word.ptr[0]) || is_upper(word.ptr[1]) || is_digit(word.ptr[1]) ||
	    one_of(word, nobody))
		return 0;
	if (end + 2 < text.len && text.ptr[end] == ' ' && is_upper(text.ptr[end + 1]) && !is_upper(text.ptr[end + 2])) {
		struct ho_slice next = ho_slice(text.ptr + end + 1, word_len(text, end + 1));
		if (next.len > 1 && !one_of(next, nobody))
			end += 1 + next.len;
	}
	*lead = i - at;
	return end - i;
}

/* "12 Main Street", "221b Baker St", "Hauptstraße 5", "Bahnhofstr. 12a": the kinds of street that are plain. */
static size_t english_address(struct ho_slice text, size_t at)
{
	static const char *const streets[] = {"Street", "St",     "Road",    "Rd",    "Avenue",    "Ave",
	                                      "Lane",   "Ln",     "Drive",   "Dr",    "Boulevard", "Blvd",
	                                      "Court",  "Square", "Terrace", "Close", "Crescent",  NULL};
	size_t i = at + word_len(text, at);
	if (i - at > 5)
		return 0;
	for (int words = 0; words < 4 && i + 1 < text.len && text.ptr[i] == ' '; words++) {
		struct ho_slice word = ho_slice(text.ptr + i + 1, word_len(text, i + 1));
		if (!word.len || !is_upper(word.ptr[0]))
			return 0;
		i += 1 + word.len;
		if (words && one_of(word, streets))
			return i - at;
	}
	return 0;
}

static bool ends_with(struct ho_slice word, const char *tail)
{
	size_t n = strlen(tail);
	return word.len > n + 1 && memcmp(word.ptr + word.len - n, tail, n) == 0;
}

static size_t german_address(struct ho_slice text, size_t at)
{
	struct ho_slice word = ho_slice(text.ptr + at, word_len(text, at));
	bool full = ends_with(word, "stra\xc3\x9f"
	                            "e") ||
	            ends_with(word, "strasse") || ends_with(word, "gasse") || ends_with(word, "allee");
	size_t i = at + word.len;
	if (!full && ends_with(word, "str") && i < text.len && text.ptr[i] == '.') {
		full = true;
		i++;
	}
	if (!full || !is_upper(word.ptr[0]) || i + 1 >= text.len || text.ptr[i] != ' ' || !is_digit(text.ptr[i + 1]))
		return 0;
	size_t number = word_len(text, i + 1);
	return number <= 4 ? i + 1 + number - at : 0;
}

size_t ho_personal__match_address(struct ho_slice text, size_t at)
{
	return is_digit(text.ptr[at]) ? english_address(text, at) : german_address(text, at);
}
