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
