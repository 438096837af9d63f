/* Built with -mavx512f -mavx512bw -mavx512vnni -mfma (CMakeLists.txt); called only where the processor has them. */
#include <stdbool.h>

#include "encoder/kernels_private.h"

#ifdef __AVX512VNNI__
#include <immintrin.h>

#define LANES 16
#define TILE 24
#define ROWS 12
#define PAIR_ROWS 12
#define FMA(a, b, c) ((vec)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#define DOT_4(acc, u, w) _mm512_dpbusd_epi32((__m512i)(acc), (__m512i)(u), (__m512i)(w))
#define DOT(acc, u, w, u2, w2) ((ivec)DOT_4(DOT_4(acc, u, w), u2, w2))
#define KERNELS ho_encoder__avx512vnni
#define KERNELS_NAME "avx512vnni"
#include "encoder/kernels_body.inc"
#endif
