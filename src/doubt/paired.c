#include "doubt/paired.h"

#include <math.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "judge/significance.h"

enum { FLIPS = 4999 };

/* Share of sign flips whose sum is at least that of the clusters themselves. */
static double flip_p(const double *sum, size_t clusters, uint64_t seed)
{
	struct ho_rng rng = ho_rng_seed(seed, 0xf11b);
	double observed = 0;
	uint64_t as_large = 0;
	for (size_t g = 0; g < clusters; g++)
		observed += sum[g];
	for (size_t f = 0; f < FLIPS; f++) {
		double total = 0;
		uint64_t bits = 0;
		for (size_t g = 0; g < clusters; g++, bits >>= 1) {
			if (g % 64 == 0)
				bits = ho_rng_next(&rng);
			total += bits & 1 ? sum[g] : -sum[g];
		}
		as_large += total >= observed - 1e-9;
	}
	return ho_permutation_p(as_large, FLIPS);
}

enum ho_status ho_doubt__drop(struct doubt_drop *out, const uint8_t *wrong_before, const uint8_t *wrong_after,
                              const uint32_t *cluster, size_t clusters, size_t n, double margin_max, uint64_t seed,
                              struct ho_error *err)
{
	double *sum = ho_calloc(clusters, sizeof *sum), *beyond = ho_calloc(clusters, sizeof *beyond), variance = 0;
	uint32_t *size = ho_calloc(clusters, sizeof *size);
	uint64_t before = 0, after = 0;
	*out = (struct doubt_drop){.n = n, .clusters = clusters};
	enum ho_status status = sum && beyond && size ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		before += wrong_before[i];
		after += wrong_after[i];
		sum[cluster[i]] += (double)wrong_after[i] - wrong_before[i];
		size[cluster[i]]++;
	}
	if (status == HO_OK && n) {
		out->before = 1 - (double)before / (double)n;
		out->after = 1 - (double)after / (double)n;
		out->drop = out->before - out->after;
		out->margin = fmin(margin_max, fmax(0.005, (1 - out->before) / 2));
		for (size_t g = 0; g < clusters; g++) {
			beyond[g] = sum[g] - out->margin * size[g];
			variance += pow(sum[g] - out->drop * size[g], 2);
		}
		double half = 1.96 * sqrt(variance) / (double)n;
		out->interval = (struct ho_interval){fmax(-1, out->drop - half), fmin(1, out->drop + half)};
		out->p = flip_p(beyond, clusters, seed);
		out->p_any = flip_p(sum, clusters, seed);
	}
	ho_free(sum);
	ho_free(beyond);
	ho_free(size);
	return status;
}
