#include "store/words.h"

static bool is_letter(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (unsigned char)byte >= 0x80;
}

size_t ho_search_words(struct ho_slice words[HO_SEARCH_WORDS], const char *search)
{
	size_t n = 0;
	while (*search && n < HO_SEARCH_WORDS) {
		size_t len = 0;
		while (is_letter(search[len]))
			len++;
		if (len)
			words[n++] = ho_slice(search, len);
		search += len ? len : 1;
	}
	return n;
}

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool begins(struct ho_slice text, struct ho_slice word)
{
	if (text.len < word.len)
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (lower(text.ptr[i]) != lower(word.ptr[i]))
			return false;
	return true;
}

static bool has(struct ho_slice text, struct ho_slice word)
{
	bool inside = false;
	for (size_t i = 0; i < text.len; i++) {
		bool letter = is_letter(text.ptr[i]);
		if (letter && !inside && begins(ho_slice(text.ptr + i, text.len - i), word))
			return true;
		inside = letter;
	}
	return false;
}

bool ho_search_finds(struct ho_slice text, const struct ho_slice *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!has(text, words[i]))
			return false;
	return true;
}
