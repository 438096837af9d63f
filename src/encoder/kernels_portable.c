#include <stdbool.h>

#include "encoder/kernels_private.h"

/* Vectors of four fit every 64-bit processor. */
#define LANES 4
#define TILE 2
#define FMA(a, b, c) ((a) * (b) + (c))
#define KERNELS ho_encoder__portable
#define KERNELS_NAME "portable"
#include "encoder/kernels_body.inc"
