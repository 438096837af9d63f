#include "base/ulid.h"

#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void count_up(struct ho_ulid *last)
{
	if (++last->low)
		return;
	last->high = (last->high + 1) & 0xffff;
	if (!last->high) /* 2^80 in one millisecond: borrow the next one */
		last->ms++;
}

void ho_ulid_next(char out[HO_ULID_SIZE], struct ho_ulid *last, int64_t ms, struct ho_rng *rng)
{
	uint64_t now = ms > 0 ? (uint64_t)ms & UINT64_C(0xffffffffffff) : 0;
	if (now > last->ms) {
		/* The topmost random bit stays free, so that counting up has room. */
		*last = (struct ho_ulid){now, ho_rng_next(rng) & 0x7fff, ho_rng_next(rng)};
	} else {
		count_up(last);
	}
	uint64_t high = last->ms << 16 | last->high, low = last->low; /* 128 bits, 5 a character from the end */
	for (int i = 25; i >= 0; i--) {
		out[i] = alphabet[low & 31];
		low = low >> 5 | high << 59;
		high >>= 5;
	}
	out[26] = '\0';
}

int ho_ulid_check(const char *text)
{
	size_t n = strnlen(text, HO_ULID_SIZE);
	if (n != 26 || text[0] > '7')
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!strchr(alphabet, text[i]))
			return 0;
	return 1;
}
