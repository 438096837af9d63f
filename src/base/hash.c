#include "base/hash.h"

#include <xxhash.h>

uint64_t ho_hash(const void *bytes, size_t len, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes, len, seed);
}
