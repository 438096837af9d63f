/* Built with -mavx2 -mfma -mavxvnni (CMakeLists.txt); called only where the processor has them. */
#include <stdbool.h>

#include "encoder/kernels_private.h"

#ifdef __AVXVNNI__
#include <immintrin.h>

#define LANES 8
#define TILE 6
#define ROWS 6
#define PAIR_ROWS 4
#define FMA(a, b, c) ((vec)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#define DOT_4(acc, u, w) _mm256_dpbusd_avx_epi32((__m256i)(acc), (__m256i)(u), (__m256i)(w))
#define DOT(acc, u, w, u2, w2) ((ivec)DOT_4(DOT_4(acc, u, w), u2, w2))
#define NARROW(p, v)                                                                                                   \
	_mm_storeu_si64(p, _mm_packus_epi16(_mm_packs_epi32(_mm256_castsi256_si128((__m256i)(v)),                      \
	                                                    _mm256_extracti128_si256((__m256i)(v), 1)),                \
	                                    _mm_setzero_si128()))
#define KERNELS ho_encoder__avxvnni
#define KERNELS_NAME "avxvnni"
#include "encoder/kernels_body.inc"
#endif
