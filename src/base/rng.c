#include "base/rng.h"

#include "base/hash.h"

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

struct ho_rng ho_rng_seed(uint64_t seed, uint64_t stream)
{
	struct ho_rng rng;
	uint64_t x = seed ^ ho_mix64(stream + UINT64_C(0x9e3779b97f4a7c15));
	for (int i = 0; i < 4; i++)
		rng.s[i] = ho_mix64(x += UINT64_C(0x9e3779b97f4a7c15));
	return rng;
}

uint64_t ho_rng_next(struct ho_rng *rng)
{
	uint64_t *s = rng->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

double ho_rng_uniform(struct ho_rng *rng)
{
	return (double)(ho_rng_next(rng) >> 11) * 0x1p-53;
}

uint64_t ho_rng_below(struct ho_rng *rng, uint64_t n)
{
	__uint128_t m = (__uint128_t)ho_rng_next(rng) * n;
	if ((uint64_t)m < n) {
		uint64_t reject = (0 - n) % n;
		while ((uint64_t)m < reject)
			m = (__uint128_t)ho_rng_next(rng) * n;
	}
	return (uint64_t)(m >> 64);
}

void ho_rng_shuffle(struct ho_rng *rng, uint32_t *items, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)ho_rng_below(rng, i);
		uint32_t swap = items[i - 1];
		items[i - 1] = items[j];
		items[j] = swap;
	}
}
