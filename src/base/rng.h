/**
 * Random numbers, seeded and passed in; no global state. Generator: xoshiro256** (Blackman & Vigna 2018),
 * seeded through SplitMix64. The sequence is part of "same seed, same model", so it must not change.
 */
#ifndef HO_BASE_RNG_H
#define HO_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct ho_rng {
	uint64_t s[4];
};

/** Seed; `stream` separates independent uses of one seed. */
struct ho_rng ho_rng_seed(uint64_t seed, uint64_t stream);
/** 64 random bits. */
uint64_t ho_rng_next(struct ho_rng *rng);
/** Uniform in [0, 1), 53 bits. */
double ho_rng_uniform(struct ho_rng *rng);
/** Uniform in 0..n-1 without bias (Lemire 2019); n >= 1. */
uint64_t ho_rng_below(struct ho_rng *rng, uint64_t n);
/** Fisher-Yates shuffle of [n] indices. */
void ho_rng_shuffle(struct ho_rng *rng, uint32_t *items, size_t n);

#endif
