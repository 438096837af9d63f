/* Built with -mavx512f -mavx512bw -mfma (CMakeLists.txt); called only where the processor has them. */
#include <stdbool.h>

#include "encoder/kernels_private.h"

#ifdef __AVX512BW__
#include <immintrin.h>

#define LANES 16
#define TILE 24
#define ROWS 12
#define PAIR_ROWS 12
#define FMA(a, b, c) ((vec)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
/* No sum of 16 bits saturates, as kernels_low.h bounds both factors. */
#define DOT_16(u, w) _mm512_maddubs_epi16((__m512i)(u), (__m512i)(w))
#define DOT(acc, u, w, u2, w2)                                                                                         \
	((acc) + (ivec)_mm512_madd_epi16(_mm512_add_epi16(DOT_16(u, w), DOT_16(u2, w2)), _mm512_set1_epi16(1)))
#define KERNELS ho_encoder__avx512
#define KERNELS_NAME "avx512"
#include "encoder/kernels_body.inc"
#endif
