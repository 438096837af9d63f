/* Built with -mavx2 -mfma (CMakeLists.txt); called only where the processor has both. */
#include <stdbool.h>

#include "encoder/kernels_private.h"

#ifdef __AVX2__
#include <immintrin.h>

#define LANES 8
#define TILE 6
#define ROWS 6
#define PAIR_ROWS 4
#define FMA(a, b, c) ((vec)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
/* No sum of 16 bits saturates, as kernels_low.h bounds both factors. */
#define DOT_16(u, w) _mm256_maddubs_epi16((__m256i)(u), (__m256i)(w))
#define DOT(acc, u, w, u2, w2)                                                                                         \
	((acc) + (ivec)_mm256_madd_epi16(_mm256_add_epi16(DOT_16(u, w), DOT_16(u2, w2)), _mm256_set1_epi16(1)))
#define NARROW(p, v)                                                                                                   \
	_mm_storeu_si64(p, _mm_packus_epi16(_mm_packs_epi32(_mm256_castsi256_si128((__m256i)(v)),                      \
	                                                    _mm256_extracti128_si256((__m256i)(v), 1)),                \
	                                    _mm_setzero_si128()))
#define KERNELS ho_encoder__avx2
#define KERNELS_NAME "avx2"
#include "encoder/kernels_body.inc"
#endif
