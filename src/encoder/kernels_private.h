/** The builds of the kernels; see kernels.h. */
#ifndef HO_ENCODER_KERNELS_PRIVATE_H
#define HO_ENCODER_KERNELS_PRIVATE_H

#include "encoder/kernels.h"

extern const struct ho_kernels ho_encoder__portable;
#if defined(__x86_64__)
extern const struct ho_kernels ho_encoder__avx2, ho_encoder__avxvnni, ho_encoder__avx512, ho_encoder__avx512vnni,
    ho_encoder__avx512bf16;
#endif

#endif
