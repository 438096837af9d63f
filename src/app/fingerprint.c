/* Similarity hash of a text (Charikar 2002): bit i says whether more words have bit i in their hashes than not. Numbers
 * count as one and the same word, so that a template with another number in it is near-identical. */
#include "app/classify.h"
#include "base/hash.h"

/* What decides of a long text: its beginning. Bounds the time on the writer's thread. */
enum { READ_MAX = 8192, WORD_MAX = 64 };

static unsigned char fold(unsigned char byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return (unsigned char)(byte + 32);
	return byte;
}

static bool is_letter(unsigned char byte)
{
	return byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(unsigned char byte)
{
	return byte >= '0' && byte <= '9';
}

/* Hash of the word at `at`, which moves behind it; 0 if there is none left. */
static uint64_t next_word(const char **at, const char *end)
{
	const char *s = *at;
	char word[WORD_MAX];
	size_t n = 0;
	bool number = false;
	while (s < end && !is_letter((unsigned char)*s) && !is_digit((unsigned char)*s))
		s++;
	const char *start = s;
	for (; s < end && (is_letter((unsigned char)*s) || is_digit((unsigned char)*s)); s++) {
		number |= is_digit((unsigned char)*s);
		if (n < WORD_MAX)
			word[n++] = (char)fold((unsigned char)*s);
	}
	*at = s;
	return s == start ? 0 : number ? ho_mix64(0x30) : ho_hash(word, n, 0) | 1;
}

uint64_t ho_text_fingerprint(struct ho_slice text)
{
	const char *at = text.ptr, *end = text.ptr + (text.len < READ_MAX ? text.len : READ_MAX);
	int32_t balance[64] = {0};
	uint64_t hash, out = 0;
	size_t words = 0;
	while (text.len && (hash = next_word(&at, end)) != 0) {
		for (int i = 0; i < 64; i++)
			balance[i] += (int32_t)(hash >> i & 1) * 2 - 1;
		words++;
	}
	if (!words)
		return text.len ? ho_hash(text.ptr, text.len < READ_MAX ? text.len : READ_MAX, 1) : 0;
	for (int i = 0; i < 64; i++)
		out |= (uint64_t)(balance[i] > 0) << i;
	return out;
}
