#include "near/sketch.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"

enum { ROWS_MAX = 16 };
#define MISS 0.015

struct near_bands ho_near__bands(double threshold)
{
	struct near_bands out = {1, 1, 1, 0};
	double share = 1;
	for (unsigned rows = 1; rows <= ROWS_MAX; rows++) {
		share *= threshold;
		double bands = share >= 1 ? 1 : ceil(log(MISS) / log1p(-share));
		if (bands < 1)
			bands = 1;
		if (bands * rows <= NEAR_BINS_MAX)
			out.rows = rows, out.bands = (unsigned)bands;
	}
	out.bins = out.rows * out.bands;
	double expected = out.bins * threshold;
	double least = expected - 3 * sqrt(expected * (1 - threshold));
	out.equal_min = least > 0 ? (unsigned)least : 0;
	return out;
}

struct filling {
	uint32_t least[NEAR_BINS_MAX]; /* 0 once a bin is filled, so that nothing is less */
	uint8_t open[NEAR_BINS_MAX];   /* [n_open] bins that are not filled yet */
	unsigned n_open;
};

static void throw_all(struct filling *f, unsigned bins, const uint64_t *hashes, size_t n, uint64_t salt)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t hash = ho_mix64(hashes[i] + salt);
		uint32_t bin = (uint32_t)((hash >> 32) * bins >> 32), value = (uint32_t)hash >> 1;
		if (value < f->least[bin])
			f->least[bin] = value;
	}
}

static void throw_into(struct filling *f, unsigned bin, const uint64_t *hashes, size_t n, uint64_t salt)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t value = (uint32_t)ho_mix64(hashes[i] + salt) >> 1;
		if (value < f->least[bin])
			f->least[bin] = value;
	}
}

/** Bins reached in this round are filled for good. */
static void close_round(struct filling *f, uint8_t *signature)
{
	unsigned still_open = 0;
	for (unsigned i = 0; i < f->n_open; i++) {
		uint8_t bin = f->open[i];
		if (f->least[bin] == UINT32_MAX) {
			f->open[still_open++] = bin;
		} else {
			signature[bin] = (uint8_t)f->least[bin];
			f->least[bin] = 0;
		}
	}
	f->n_open = still_open;
}

void ho_near__sketch(uint8_t *signature, const struct near_bands *bands, const uint64_t *hashes, size_t n,
                     uint64_t seed)
{
	struct filling f = {.n_open = bands->bins};
	memset(f.least, 0xff, sizeof f.least);
	for (unsigned bin = 0; bin < bands->bins; bin++)
		f.open[bin] = (uint8_t)bin;
	for (unsigned round = 0; f.n_open && round < 2 * bands->bins; round++) {
		uint64_t salt = ho_mix64(seed + UINT64_C(0x9e3779b97f4a7c15) * (round + 1));
		if (round < bands->bins)
			throw_all(&f, bands->bins, hashes, n, salt);
		else if (f.least[round - bands->bins])
			throw_into(&f, round - bands->bins, hashes, n, salt);
		close_round(&f, signature);
	}
}

uint32_t ho_near__band_key(const uint8_t *signature, const struct near_bands *bands, unsigned band)
{
	uint64_t words[2] = {0, 0};
	memcpy(words, signature + (size_t)band * bands->rows, bands->rows);
	return (uint32_t)(ho_mix64(ho_mix64(words[0] + band) + words[1]) >> 32);
}

unsigned ho_near__equal(const uint8_t *a, const uint8_t *b, unsigned bins)
{
	uint8_t equal = 0; /* a byte is enough for NEAR_BINS_MAX, and lets the compiler compare 16 at once */
	for (unsigned i = 0; i < bins; i++)
		equal = (uint8_t)(equal + (a[i] == b[i]));
	return equal;
}
