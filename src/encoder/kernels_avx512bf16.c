/* Built with -mavx512f -mavx512bw -mavx512vnni -mavx512bf16 -mfma (CMakeLists.txt); called only where the processor has
 * them. */
#include <stdbool.h>

#include "encoder/kernels_private.h"

#ifdef __AVX512BF16__
#include <immintrin.h>

#define LANES 16
#define TILE 24
#define ROWS 12
#define PAIR_ROWS 24
#define FMA(a, b, c) ((vec)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#define DOT_4(acc, u, w) _mm512_dpbusd_epi32((__m512i)(acc), (__m512i)(u), (__m512i)(w))
#define DOT(acc, u, w, u2, w2) ((ivec)DOT_4(DOT_4(acc, u, w), u2, w2))
#define DOT_PAIRS(acc, x, w) ((vec)_mm512_dpbf16_ps((__m512)(acc), (__m512bh)(x), (__m512bh)(w)))
#define ROUND_LANES(to, x) _mm256_storeu_si256((__m256i *)(to), (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(x)))
#define KERNELS ho_encoder__avx512bf16
#define KERNELS_NAME "avx512bf16"
#include "encoder/kernels_body.inc"
#endif
