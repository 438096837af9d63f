#include "text/ngram.h"

#include "text/fold.h"

/* Code points of " word ", at most HO_CHAR_WORD_MAX of the word itself. */
static size_t padded_points(int32_t *points, struct ho_slice word)
{
	size_t n = 0, at = 0, step;
	points[n++] = ' ';
	while (at < word.len && n <= HO_CHAR_WORD_MAX) {
		unsigned char byte = (unsigned char)word.ptr[at];
		if (byte < 128) {
			points[n++] = byte;
			at++;
		} else {
			points[n++] = ho_point_decode(word.ptr + at, word.len - at, &step);
			at += step;
		}
	}
	points[n++] = ' ';
	return n;
}

size_t ho_char_ngrams(struct ho_char_ngram *out, struct ho_slice word, unsigned min, unsigned max)
{
	int32_t points[HO_CHAR_WORD_MAX + 2];
	size_t n = padded_points(points, word), count = 0;
	for (size_t start = 0; start < n; start++) {
		uint64_t key = HO_NGRAM_CHAR_SEED;
		for (unsigned len = 1; len <= max && start + len <= n; len++) {
			key = ho_ngram_extend(key, (uint64_t)points[start + len - 1]);
			if (len >= min && !(len == 1 && points[start] == ' '))
				out[count++] = (struct ho_char_ngram){key, (uint8_t)start, (uint8_t)len};
		}
	}
	return count;
}
