#include <stdbool.h>

#include "encoder/kernels_private.h"

/* Vectors of four fit every 64-bit processor. */
#define LANES 4
#define TILE 2
#define ROWS 2
#define PAIR_ROWS 2
#define FMA(a, b, c) ((a) * (b) + (c))
#define DOT(acc, u, w, u2, w2) dot(acc, u, w, u2, w2)
#define KERNELS ho_encoder__portable
#define KERNELS_NAME "portable"

#include <stdint.h>

typedef int32_t four __attribute__((vector_size(16)));

/* Products in 16 bits, and then sums of neighbours in 32 and in 64. Left shifts are of unsigned numbers. */
static inline four dot(four acc, four u, four w, four u2, four w2)
{
	typedef int8_t bytes __attribute__((vector_size(16)));
	typedef int16_t shorts __attribute__((vector_size(32)));
	typedef int32_t wholes __attribute__((vector_size(32)));
	typedef uint32_t words __attribute__((vector_size(32)));
	typedef int64_t longs __attribute__((vector_size(32)));
	typedef uint64_t long_words __attribute__((vector_size(32)));
	shorts products = __builtin_convertvector((bytes)u, shorts) * __builtin_convertvector((bytes)w, shorts) +
	                  __builtin_convertvector((bytes)u2, shorts) * __builtin_convertvector((bytes)w2, shorts);
	wholes pairs = ((wholes)((words)products << 16) >> 16) + ((wholes)products >> 16);
	longs sums = ((longs)((long_words)pairs << 32) >> 32) + ((longs)pairs >> 32);
	return acc + __builtin_convertvector(sums, four);
}

#include "encoder/kernels_body.inc"
