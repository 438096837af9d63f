/** The builds of the kernels; see kernels.h. */
#ifndef HO_TUNE_KERNELS_PRIVATE_H
#define HO_TUNE_KERNELS_PRIVATE_H

#include "tune/kernels.h"

extern const struct ho_tune_kernels ho_tune__portable;
#if defined(__x86_64__)
extern const struct ho_tune_kernels ho_tune__avx2, ho_tune__avx512;
#endif

#endif
