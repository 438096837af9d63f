/* Built with -mavx2 -mfma (CMakeLists.txt); called only where the processor has both. */
#include <stdbool.h>

#include "encoder/kernels_private.h"

#ifdef __AVX2__
#include <immintrin.h>

#define LANES 8
#define TILE 6
#define FMA(a, b, c) ((vec)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#define KERNELS ho_encoder__avx2
#define KERNELS_NAME "avx2"
#include "encoder/kernels_body.inc"
#endif
