/** Rows and columns of small matrices change places. */
#ifndef HO_ENCODER_TURN_H
#define HO_ENCODER_TURN_H

#include <stddef.h>
#include <string.h>

typedef float ho_quad __attribute__((vector_size(16)));

/** to[i * ld + r] = from[r * ldx + i] for four rows and four columns. Written out, as compilers move number by number.
 */
static inline void ho_turn_four(float *to, size_t ld, const float *x, size_t ldx)
{
	ho_quad a, b, c, d;
	memcpy(&a, x, sizeof a);
	memcpy(&b, x + ldx, sizeof b);
	memcpy(&c, x + 2 * ldx, sizeof c);
	memcpy(&d, x + 3 * ldx, sizeof d);
	ho_quad ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
	ho_quad ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7), cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
	a = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
	b = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
	c = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
	d = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
	memcpy(to, &a, sizeof a);
	memcpy(to + ld, &b, sizeof b);
	memcpy(to + 2 * ld, &c, sizeof c);
	memcpy(to + 3 * ld, &d, sizeof d);
}

#endif
