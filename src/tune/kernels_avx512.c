/* Built with -mavx512f -mfma (CMakeLists.txt); called only where the processor has both. */
#include "tune/kernels_private.h"

#ifdef __AVX512F__
#include <immintrin.h>

#define LANES 16
#define FMA(a, b, c) ((vec)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#define KERNELS ho_tune__avx512
#include "tune/kernels_body.inc"
#endif
