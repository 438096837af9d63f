#include "base/sort.h"

#include <string.h>

enum { INSERTION_MAX = 24, RADIX_BITS = 8, BUCKETS = 1 << RADIX_BITS };

static void insertion(uint32_t *items, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t x = items[i];
		size_t j = i;
		for (; j > 0 && items[j - 1] > x; j--)
			items[j] = items[j - 1];
		items[j] = x;
	}
}

/* One pass of least-significant-digit radix sort. */
static void pass(uint32_t *to, const uint32_t *from, size_t n, unsigned shift)
{
	size_t at[BUCKETS] = {0}, sum = 0;
	for (size_t i = 0; i < n; i++)
		at[from[i] >> shift & (BUCKETS - 1)]++;
	for (size_t b = 0; b < BUCKETS; b++) {
		size_t count = at[b];
		at[b] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[at[from[i] >> shift & (BUCKETS - 1)]++] = from[i];
}

void ho_sort_u32(uint32_t *items, size_t n, uint32_t *scratch)
{
	if (n <= INSERTION_MAX) {
		insertion(items, n);
		return;
	}
	uint32_t top = 0, *from = items, *to = scratch;
	for (size_t i = 0; i < n; i++)
		top |= items[i];
	for (unsigned shift = 0; shift < 32 && top >> shift; shift += RADIX_BITS) {
		pass(to, from, n, shift);
		uint32_t *swap = from;
		from = to;
		to = swap;
	}
	if (from != items)
		memcpy(items, from, n * sizeof *items);
}
