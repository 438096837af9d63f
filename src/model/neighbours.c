#include "model/neighbours.h"

#include <math.h>

float ho_neighbour_pack(int8_t *values, const float *vector, size_t dimensions)
{
	double largest = 0, square = 0;
	for (size_t d = 0; d < dimensions; d++) {
		double x = (double)vector[d];
		largest = fmax(largest, fabs(x));
		square += x * x;
	}
	for (size_t d = 0; d < dimensions; d++)
		values[d] = (int8_t)(largest > 0 ? lrint((double)vector[d] / largest * 127) : 0);
	return largest > 0 ? (float)(largest / 127 / sqrt(square)) : 0;
}

/* At most 127^2 * 65536, which 32 bits hold. */
static int32_t dot(const int8_t *a, const int8_t *b, size_t n)
{
	int32_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += (int32_t)a[i] * (int32_t)b[i];
	return sum;
}

double ho_neighbour_cosine(const struct ho_neighbours *n, size_t i, const int8_t *values, float scale)
{
	return (double)dot(n->values + i * n->dimensions, values, n->dimensions) * (double)n->scale[i] * (double)scale;
}

double ho_neighbour_distance(const struct ho_neighbours *n, const int8_t *values, float scale)
{
	double best = -1;
	for (size_t i = 0; i < n->rows; i++)
		best = fmax(best, ho_neighbour_cosine(n, i, values, scale));
	return 1 - fmin(best, 1);
}
