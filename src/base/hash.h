/**
 * Hashing: XXH3 with 64 bits for bytes, a strong mixer for integers. Values are stored in model files, so the exact
 * form is part of the format (test vectors in tests/unit/test_base.c).
 */
#ifndef HO_BASE_HASH_H
#define HO_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/** XXH3_64bits_withSeed of [len] bytes. */
uint64_t ho_hash(const void *bytes, size_t len, uint64_t seed);

/** Finaliser of SplitMix64 (Steele, Lea & Flood 2014): a bijection that spreads every bit. */
static inline uint64_t ho_mix64(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

#endif
