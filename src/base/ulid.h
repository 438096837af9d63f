/**
 * Identifiers that sort by time (ULID): 48 bits of milliseconds and 80 random bits, as 26 characters of Crockford's
 * base 32. Within one millisecond, or when the clock goes back, the last one is counted up, so that they always rise.
 */
#ifndef HO_BASE_ULID_H
#define HO_BASE_ULID_H

#include "base/rng.h"

enum { HO_ULID_SIZE = 27 };

/** The last one that was given; zeroed to begin with. Not thread-safe. */
struct ho_ulid {
	uint64_t ms, high, low; /**< high: 16 bits, low: 64 */
};

/** The next one, NUL-terminated, larger than all before it. `ms` since 1970. */
void ho_ulid_next(char out[HO_ULID_SIZE], struct ho_ulid *last, int64_t ms, struct ho_rng *rng);
/** Is this the form of one? 26 characters of the alphabet, the first at most '7'. */
int ho_ulid_check(const char *text);

#endif
