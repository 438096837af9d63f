/**
 * MinHash sketches: short signatures of sets whose share of equal entries estimates the Jaccard similarity, and the
 * bands that turn similarity into equality of a key.
 */
#ifndef HO_NEAR_SKETCH_H
#define HO_NEAR_SKETCH_H

#include <stddef.h>
#include <stdint.h>

enum { NEAR_BINS_MAX = 96 };

/** How a signature is cut: `bands` keys of `rows` entries each. */
struct near_bands {
	unsigned rows, bands, bins; /**< bins = rows * bands <= NEAR_BINS_MAX */
	unsigned equal_min;         /**< fewer equal entries than this: not worth verifying */
};

/**
 * Choose bands for a threshold t in 0.3 .. 1: the most rows r for which b = ceil(ln 0.015 / ln(1 - t^r)) bands fit, so
 * that a pair at the threshold shares a key with probability 1 - (1 - t^r)^b >= 0.985 (Leskovec, Rajaraman &
 * Ullman, 3.4). equal_min lies three standard deviations sqrt(bins t (1 - t)) under the expectation.
 */
struct near_bands ho_near__bands(double threshold);

/**
 * Signature of a set: fast similarity sketching (Dahlgaard, Knudsen & Thorup 2017, algorithm 1), of which 8 bits per
 * bin are kept (Li & Koenig 2010). In round i every element is thrown into one bin with a fresh hash; a bin keeps the
 * least hash of the first round that reached it; after `bins` rounds bin i is filled from all elements in round bins +
 * i. So each entry of two signatures agrees with probability J (+ 1/256 of the rest), and a set of few words costs
 * about bins * ln(bins) hashes, a large one a single pass.
 *
 * @param[out] signature  [bands->bins]
 * @param hashes          [n] elements, n >= 1; repetitions do not matter.
 */
void ho_near__sketch(uint8_t *signature, const struct near_bands *bands, const uint64_t *hashes, size_t n,
                     uint64_t seed);

/** Key of one band of a signature. */
uint32_t ho_near__band_key(const uint8_t *signature, const struct near_bands *bands, unsigned band);

/** Equal entries of two signatures. */
unsigned ho_near__equal(const uint8_t *a, const uint8_t *b, unsigned bins);

#endif
