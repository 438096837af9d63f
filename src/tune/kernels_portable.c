#include "tune/kernels_private.h"

#define LANES 4
#define FMA(a, b, c) ((a) * (b) + (c))
#define KERNELS ho_tune__portable
#include "tune/kernels_body.inc"
