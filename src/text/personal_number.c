/* Runs of digits: cards, national numbers that are written in a form of their own, IP addresses, telephones. */
#include "text/personal.h"

enum { DIGITS_MAX = 24 };

struct run {
	char digits[DIGITS_MAX + 1];
	char form[40]; /* 'd' for a digit, separators as they are */
	size_t n, form_len, len;
	bool plus;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool ho_personal__luhn(const char *digits, size_t n)
{
	unsigned sum = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned d = (unsigned)(digits[n - 1 - i] - '0');
		if (i % 2)
			d = d * 2 > 9 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	return sum % 10 == 0;
}

/* Digits with single separators between them; a bracket may be followed by a blank. */
static bool read_run(struct run *r, struct ho_slice text, size_t at)
{
	size_t i = at;
	*r = (struct run){.plus = text.ptr[at] == '+'};
	i += r->plus;
	for (; i < text.len && r->form_len < sizeof r->form - 1; i++) {
		char c = text.ptr[i];
		bool next = i + 1 < text.len && (is_digit(text.ptr[i + 1]) || text.ptr[i + 1] == '(');
		if (is_digit(c)) {
			if (r->n == DIGITS_MAX)
				return false;
			r->digits[r->n++] = c;
			r->form[r->form_len++] = 'd';
			r->len = i + 1 - at;
		} else if (c == '(' || c == ')' ||
		           ((c == ' ' || c == '-' || c == '.' || c == '/' || c == ':') && next)) {
			r->form[r->form_len++] = c;
		} else {
			break;
		}
	}
	while (r->form_len && r->form[r->form_len - 1] != 'd')
		r->form_len--;
	r->form[r->form_len] = '\0';
	bool ends =
	    at + r->len == text.len || !((text.ptr[at + r->len] | 32) >= 'a' && (text.ptr[at + r->len] | 32) <= 'z');
	return r->n > 0 && ends;
}

static bool in(const char *form, const char *allowed)
{
	return form[strspn(form, allowed)] == '\0';
}

/* Issuers' first digits: 4 Visa, 51-55 and 22-27 Mastercard, 34 and 37 American Express, 6011 and 65 Discover,
 * 35 JCB, 36 and 38 Diners. */
static bool is_card(const struct run *r)
{
	static const char *const starts[] = {"4",  "51", "52", "53", "54",   "55", "22", "23", "24", "25",
	                                     "26", "27", "34", "37", "6011", "65", "35", "36", "38"};
	bool begins = false;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		begins |= strncmp(r->digits, starts[i], strlen(starts[i])) == 0;
	size_t seen = 1;
	for (size_t i = 1; i < r->n; i++)
		seen += r->digits[i] != r->digits[0];
	return begins && !r->plus && r->n >= 14 && r->n <= 19 && seen > 2 && in(r->form, "d -") &&
	       ho_personal__luhn(r->digits, r->n);
}

static bool is_ip(const struct run *r)
{
	unsigned part = 0, parts = 1, digits = 0;
	if (!in(r->form, "d.") || r->plus)
		return false;
	for (size_t i = 0, d = 0; i < r->form_len; i++) {
		if (r->form[i] == '.') {
			parts++;
			part = digits = 0;
			continue;
		}
		part = part * 10 + (unsigned)(r->digits[d++] - '0');
		if (part > 255 || ++digits > 3)
			return false;
	}
	/* 1.2.3.4 is more often a version than an address. */
	return parts == 4 && r->n >= 7;
}

static unsigned weighted(const char *digits, size_t n, unsigned first)
{
	unsigned sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += (unsigned)(digits[i] - '0') * (first - (unsigned)i);
	return sum;
}

/* Brazil's CPF: two check digits mod 11. */
static bool is_cpf(const struct run *r)
{
	if (strcmp(r->form, "ddd.ddd.ddd-dd") != 0)
		return false;
	unsigned a = weighted(r->digits, 9, 10) * 10 % 11 % 10, b = weighted(r->digits, 10, 11) * 10 % 11 % 10;
	return a == (unsigned)(r->digits[9] - '0') && b == (unsigned)(r->digits[10] - '0');
}

/* The United Kingdom's NHS number: mod 11. */
static bool is_nhs(const struct run *r)
{
	if (strcmp(r->form, "ddd ddd dddd") != 0)
		return false;
	unsigned check = 11 - weighted(r->digits, 9, 10) % 11;
	return (check == 11 ? 0 : check) == (unsigned)(r->digits[9] - '0');
}

/* The United States' social security number: no check digit, but areas that are never given. */
static bool is_ssn(const struct run *r)
{
	return strcmp(r->form, "ddd-dd-dddd") == 0 && strncmp(r->digits, "000", 3) != 0 &&
	       strncmp(r->digits, "666", 3) != 0 && r->digits[0] != '9' && strncmp(r->digits + 3, "00", 2) != 0 &&
	       strncmp(r->digits + 5, "0000", 4) != 0;
}

/* France's NIR: 97 minus the first 13 digits mod 97; sex, year, month. */
static bool is_nir(const struct run *r)
{
	unsigned rest = 0,
	         month = r->n == 15 ? (unsigned)(r->digits[3] - '0') * 10 + (unsigned)(r->digits[4] - '0') : 0;
	if (r->n != 15 || r->plus || !in(r->form, "d ") || (r->digits[0] != '1' && r->digits[0] != '2') || month < 1 ||
	    month > 12)
		return false;
	for (size_t i = 0; i < 13; i++)
		rest = (rest * 10 + (unsigned)(r->digits[i] - '0')) % 97;
	return 97 - rest == (unsigned)(r->digits[13] - '0') * 10 + (unsigned)(r->digits[14] - '0');
}

static bool is_date(const struct run *r)
{
	static const char *const forms[] = {"dddd-dd-dd", "dd.dd.dddd", "dd/dd/dddd", "dd-dd-dddd",
	                                    "dddd/dd/dd", "dd.dd.dd",   "dd/dd/dd"};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strncmp(r->form, forms[i], strlen(forms[i])) == 0)
			return true;
	return strchr(r->form, ':') != NULL;
}

/* International with "+", national with a leading 0 and at least nine digits, or the American 3-3-4. Numbers such as
 * 0000123 are counters, and one digit over and over is a placeholder. */
static bool is_phone(const struct run *r)
{
	static const char *const forms[] = {"(ddd) ddd-dddd", "(ddd)ddd-dddd",  "ddd-ddd-dddd",    "ddd.ddd.dddd",
	                                    "(ddd) ddd dddd", "d-ddd-ddd-dddd", "d (ddd) ddd-dddd"};
	size_t other = 0;
	for (size_t i = 1; i < r->n; i++)
		other += r->digits[i] != r->digits[i - 1];
	if (other < 3 || is_date(r))
		return false;
	if (r->plus)
		return r->n >= 8 && r->n <= 15;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strcmp(r->form, forms[i]) == 0)
			return true;
	if (strncmp(r->digits, "00", 2) == 0)
		return r->n >= 11 && r->n <= 16 && r->digits[2] != '0' && r->form_len > r->n;
	return r->digits[0] == '0' && r->n >= 9 && r->n <= 12 && in(r->form, "d -/()");
}

size_t ho_personal__match_number(struct ho_slice text, size_t at, enum ho_personal *kind)
{
	struct run r;
	/* The rest of a longer number that is nothing. */
	bool rest = at >= 2 && text.ptr[at - 1] == ' ' && is_digit(text.ptr[at - 2]);
	*kind = HO_PERSONAL_KINDS;
	if (!read_run(&r, text, at) || r.n < 7)
		return 0;
	if (is_card(&r))
		*kind = HO_PERSONAL_CARD;
	else if (is_ip(&r))
		*kind = HO_PERSONAL_IP;
	else if (is_cpf(&r) || (!rest && is_nhs(&r)) || is_ssn(&r) || is_nir(&r))
		*kind = HO_PERSONAL_NATIONAL;
	else if (!rest && is_phone(&r))
		*kind = HO_PERSONAL_PHONE;
	return *kind == HO_PERSONAL_KINDS ? 0 : r.len;
}
