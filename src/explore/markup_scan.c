/* Traces of where a text has been: HTML, addresses of pages, escapes, encoded attachments, quoted mails, dates. */
#include "explore/traits.h"

#include <strings.h>

enum { BASE64_RUN = 60 };

static bool is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool begins(struct ho_slice text, size_t at, const char *word)
{
	size_t n = strlen(word);
	return text.len - at >= n && strncasecmp(text.ptr + at, word, n) == 0;
}

/* "<br />", "</div>", "<a href": a tag that there is, and its end. */
static bool is_tag(struct ho_slice text, size_t at)
{
	static const char *const tags[] = {"a",    "b",   "br",   "p",    "i",     "em",    "div",    "span",
	                                   "td",   "tr",  "h1",   "h2",   "table", "font",  "img",    "html",
	                                   "body", "ul",  "li",   "ol",   "hr",    "u",     "strong", "h3",
	                                   "head", "pre", "code", "meta", "style", "script"};
	size_t i = at + 1 + (at + 1 < text.len && text.ptr[at + 1] == '/'), n = 0;
	char name[8];
	while (i < text.len && n < sizeof name - 1 && (is_letter(text.ptr[i]) || is_digit(text.ptr[i])))
		name[n++] = (char)(text.ptr[i++] | 32);
	name[n] = '\0';
	if (i >= text.len || !strchr(" />", text.ptr[i]) ||
	    !memchr(text.ptr + i, '>', text.len - i < 400 ? text.len - i : 400))
		return false;
	for (size_t k = 0; k < sizeof tags / sizeof *tags; k++)
		if (strcmp(name, tags[k]) == 0)
			return true;
	return false;
}

static bool is_entity(struct ho_slice text, size_t at)
{
	static const char *const names[] = {"&amp;",  "&lt;",    "&gt;",    "&quot;",  "&nbsp;",  "&apos;",
	                                    "&euro;", "&pound;", "&ldquo;", "&rdquo;", "&rsquo;", "&hellip;",
	                                    "&auml;", "&ouml;",  "&uuml;",  "&eacute;"};
	for (size_t k = 0; k < sizeof names / sizeof *names; k++)
		if (begins(text, at, names[k]))
			return true;
	size_t i = at + 2, digits = 0;
	if (at + 2 >= text.len || text.ptr[at + 1] != '#')
		return false;
	for (i += text.ptr[i] == 'x'; i < text.len && (is_digit(text.ptr[i]) || is_letter(text.ptr[i])); i++)
		digits++;
	return digits >= 1 && digits <= 6 && i < text.len && text.ptr[i] == ';';
}

static uint32_t at_backslash(struct ho_slice text, size_t at)
{
	if (at + 1 >= text.len)
		return 0;
	char c = text.ptr[at + 1];
	bool hex = c == 'u' && at + 5 < text.len;
	for (size_t i = 2; hex && i < 6; i++)
		hex = is_digit(text.ptr[at + i]) || (is_letter(text.ptr[at + i]) && (text.ptr[at + i] | 32) <= 'f');
	/* C:\new is a path, "one\ntwo" an escape. */
	bool line = (c == 'n' || c == 'r' || c == 't') && (at == 0 || text.ptr[at - 1] != ':') &&
	            (at + 2 >= text.len || !(text.ptr[at + 2] >= 'a' && text.ptr[at + 2] <= 'z'));
	return hex || line ? HO_TRAIT_ESCAPES : 0;
}

static bool digits_at(struct ho_slice text, size_t at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (at + i >= text.len || !is_digit(text.ptr[at + i]))
			return false;
	return true;
}

/* 2024-05-01, 01.05.2024, 5/1/24; `at` begins a run of digits. */
static bool is_date(struct ho_slice text, size_t at, size_t len)
{
	char c = at + len < text.len ? text.ptr[at + len] : '\0';
	if (len == 4 && (c == '-' || c == '/'))
		return digits_at(text, at + 5, 2) && at + 7 < text.len && text.ptr[at + 7] == c &&
		       digits_at(text, at + 8, 2);
	if (len > 2 || (c != '.' && c != '/' && c != '-'))
		return false;
	size_t month = at + len + 1, n = digits_at(text, month, 2) ? 2 : 1, year = month + n + 1, end = year + 2;
	if (!digits_at(text, month, n) || month + n >= text.len || text.ptr[month + n] != c ||
	    !digits_at(text, year, 2))
		return false;
	end += digits_at(text, end, 2) ? 2 : 0;
	return end == text.len || !(is_digit(text.ptr[end]) || is_letter(text.ptr[end]) || text.ptr[end] == c);
}

static uint32_t at_line(struct ho_slice text, size_t at)
{
	return begins(text, at, "> ") || begins(text, at, "-----Original Message") ||
	               begins(text, at, "----- Forwarded by")
	           ? HO_TRAIT_QUOTED
	           : 0;
}

static uint32_t at_mark(struct ho_slice text, size_t at)
{
	switch (text.ptr[at]) {
	case '<':
		return is_tag(text, at) ? HO_TRAIT_TAGS : 0;
	case '&':
		return is_entity(text, at) ? HO_TRAIT_ENTITIES : 0;
	case '\\':
		return at_backslash(text, at);
	case ':':
		return begins(text, at, "://") && at >= 4 ? HO_TRAIT_URL : 0;
	case 'w':
	case 'W':
		return (at == 0 || !is_letter(text.ptr[at - 1])) && begins(text, at, "www.") ? HO_TRAIT_URL : 0;
	default:
		return 0;
	}
}

/* Letters of both cases and digits, all mixed: no word, and no line of dashes. */
struct run {
	size_t len, upper, lower, digits;
};

static bool is_base64(struct run *r, char c)
{
	bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z', digit = is_digit(c);
	if (!upper && !lower && !digit && c != '+' && c != '/') {
		*r = (struct run){.len = 0};
		return false;
	}
	r->len++;
	r->upper += upper;
	r->lower += lower;
	r->digits += digit;
	return r->len >= BASE64_RUN && r->upper * 8 > r->len && r->lower * 8 > r->len && r->digits * 20 > r->len;
}

uint32_t ho_explore__markup_of(struct ho_slice text)
{
	struct run run = {.len = 0};
	uint32_t traits = 0;
	for (size_t at = 0; at < text.len; at++) {
		if (at == 0 || text.ptr[at - 1] == '\n')
			traits |= at_line(text, at);
		traits |= at_mark(text, at);
		if (is_base64(&run, text.ptr[at]))
			traits |= HO_TRAIT_BASE64;
		if (!(traits & HO_TRAIT_DATE) && is_digit(text.ptr[at]) && (at == 0 || !is_digit(text.ptr[at - 1]))) {
			size_t len = 1;
			while (len < 5 && digits_at(text, at + len, 1))
				len++;
			if (is_date(text, at, len))
				traits |= HO_TRAIT_DATE;
		}
	}
	return traits;
}
