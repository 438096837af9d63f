#include "judge/conformal.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

void ho_conformal_sort(float *scores, size_t n)
{
	qsort(scores, n, sizeof *scores, ascending);
}

double ho_conformal_p(const float *sorted, size_t n, float score)
{
	size_t lo = 0, hi = n; /* first calibration score that is >= score; none if the score is NaN */
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		if (sorted[middle] >= score)
			hi = middle;
		else
			lo = middle + 1;
	}
	return (double)(1 + n - lo) / (double)(n + 1);
}
