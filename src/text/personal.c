/* Walking a text: what a find may begin with decides which matcher looks at it. */
#include "text/personal.h"

static const char *const names[HO_PERSONAL_KINDS] = {
    "mail address",     "bank account (IBAN)", "payment card",   "national number",
    "telephone number", "IP address",          "street address", "name after a form of address"};
static const char *const masks[HO_PERSONAL_KINDS] = {"[mail]",  "[iban]", "[card]",    "[number]",
                                                     "[phone]", "[ip]",   "[address]", "[name]"};

const char *ho_personal_name(enum ho_personal kind)
{
	return names[kind];
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* Letters, digits and what is not ASCII hang together: a find does not begin in the middle of them. */
static bool joins(char c)
{
	return is_digit(c) || is_letter(c) || (unsigned char)c >= 0x80 || c == '_';
}

static bool match_number(struct ho_personal_find *out, struct ho_slice text, size_t at)
{
	size_t len = ho_personal__match_address(text, at);
	*out = (struct ho_personal_find){at, at + len, HO_PERSONAL_ADDRESS};
	if (len)
		return true;
	len = ho_personal__match_lettered_id(text, at);
	*out = (struct ho_personal_find){at, at + len, HO_PERSONAL_NATIONAL};
	if (len)
		return true;
	enum ho_personal kind = HO_PERSONAL_KINDS;
	len = ho_personal__match_number(text, at, &kind);
	*out = (struct ho_personal_find){at, at + len, kind};
	return len > 0 && kind != HO_PERSONAL_KINDS;
}

static bool match_letters(struct ho_personal_find *out, struct ho_slice text, size_t at)
{
	size_t lead = 0, len = ho_personal__match_iban(text, at);
	*out = (struct ho_personal_find){at, at + len, HO_PERSONAL_IBAN};
	if (len)
		return true;
	len = ho_personal__match_lettered_id(text, at);
	*out = (struct ho_personal_find){at, at + len, HO_PERSONAL_NATIONAL};
	if (len)
		return true;
	len = ho_personal__match_address(text, at);
	*out = (struct ho_personal_find){at, at + len, HO_PERSONAL_ADDRESS};
	if (len)
		return true;
	len = ho_personal__match_name(text, at, &lead);
	*out = (struct ho_personal_find){at + lead, at + lead + len, HO_PERSONAL_NAME};
	return len > 0;
}

/* A number that was looked at and is nothing is passed over whole, or its tail would be looked at as another number. */
static size_t past(struct ho_slice text, size_t at)
{
	size_t end = at + 1;
	if (is_digit(text.ptr[at]))
		while (end < text.len &&
		       (is_digit(text.ptr[end]) ||
		        (end + 1 < text.len && strchr("-./", text.ptr[end]) && is_digit(text.ptr[end + 1]))))
			end++;
	return end;
}

bool ho_personal_next(struct ho_personal_find *out, struct ho_slice text, size_t from)
{
	size_t mail_done = 0; /* before it no mail address begins */
	for (size_t at = from; at < text.len; at = past(text, at)) {
		char c = text.ptr[at];
		if (!joins(c) && c != '+' && c != '(')
			continue;
		if (at > 0 && joins(text.ptr[at - 1]) && c != '+' && c != '(')
			continue;
		if (joins(c) && at >= mail_done) {
			size_t len = ho_personal__match_mail(text, at);
			*out = (struct ho_personal_find){at, at + len, HO_PERSONAL_MAIL};
			if (len)
				return true;
			mail_done = at;
		}
		if (is_digit(c) || c == '+' || c == '(' ? match_number(out, text, at)
		                                        : is_letter(c) && match_letters(out, text, at))
			return true;
	}
	return false;
}

enum ho_status ho_personal_mask(struct ho_buf *out, struct ho_slice text, struct ho_error *err)
{
	struct ho_personal_find find;
	size_t at = 0;
	enum ho_status status = HO_OK;
	while (status == HO_OK && ho_personal_next(&find, text, at)) {
		status = ho_buf_add(out, text.ptr + at, find.start - at, err);
		if (status == HO_OK)
			status = ho_buf_add(out, masks[find.kind], strlen(masks[find.kind]), err);
		at = find.end;
	}
	return status ? status : ho_buf_add(out, text.ptr + at, text.len - at, err);
}
