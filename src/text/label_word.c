#include "text/label_word.h"

enum { IN_MIN = 3, FORM_MIN = 5, CODE_MIN = 4 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static size_t common_prefix(struct ho_slice a, struct ho_slice b)
{
	size_t n = 0;
	while (n < a.len && n < b.len && lower(a.ptr[n]) == lower(b.ptr[n]))
		n++;
	return n;
}

static bool is_form(struct ho_slice word, struct ho_slice part)
{
	size_t shorter = word.len < part.len ? word.len : part.len, common = common_prefix(word, part);
	return (common >= FORM_MIN && common + 1 >= shorter) ||
	       (common == shorter && (shorter >= IN_MIN || word.len == part.len));
}

bool ho_word_of_label(struct ho_slice word, struct ho_slice label)
{
	for (size_t at = 0; at + word.len <= label.len && word.len >= IN_MIN; at++)
		if (common_prefix(ho_slice(label.ptr + at, word.len), word) == word.len)
			return true;
	for (size_t at = 0, end; at < label.len && word.len; at = end + 1) {
		for (end = at; end < label.len && (is_letter(label.ptr[end]) || is_digit(label.ptr[end]));)
			end++;
		if (end > at && is_form(word, ho_slice(label.ptr + at, end - at)))
			return true;
	}
	return false;
}

bool ho_word_is_code(struct ho_slice word)
{
	size_t digits = 0, letters = 0;
	for (size_t i = 0; i < word.len; i++) {
		digits += is_digit(word.ptr[i]);
		letters += is_letter(word.ptr[i]);
	}
	return digits && letters && word.len >= CODE_MIN;
}
