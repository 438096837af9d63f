/* Built with -mavx2 -mfma (CMakeLists.txt); called only where the processor has both. */
#include "tune/kernels_private.h"

#ifdef __AVX2__
#include <immintrin.h>

#define LANES 8
#define FMA(a, b, c) ((vec)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#define KERNELS ho_tune__avx2
#include "tune/kernels_body.inc"
#endif
