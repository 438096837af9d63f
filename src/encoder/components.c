#include "encoder/components.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { SWEEPS_MAX = 30, BLOCK = 32 };
/* Cosine of two rows that count as orthogonal, and an eigenvalue that counts as zero beside the largest. */
static const double orthogonal = 1e-13, vanishing = 1e-12;

static double dot(const double *a, const double *b, size_t n)
{
	double sum[4] = {0}, rest = 0;
	size_t i = 0;
	for (; i + 4 <= n; i += 4)
		for (size_t k = 0; k < 4; k++)
			sum[k] += a[i + k] * b[i + k];
	for (; i < n; i++)
		rest += a[i] * b[i];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]) + rest;
}

static void find_mean(double *mean, const float *x, size_t n, size_t d)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < d; j++)
			mean[j] += (double)x[i * d + j];
	for (size_t j = 0; j < d; j++)
		mean[j] /= (double)n;
}

/* Sum of the outer products of the centred rows; `block` [BLOCK][d]. A factor 1 / (n - 1) would change no direction. */
static void scatter(double *c, double *block, const double *mean, const float *x, size_t n, size_t d)
{
	for (size_t first = 0; first < n; first += BLOCK) {
		size_t rows = n - first < BLOCK ? n - first : BLOCK;
		for (size_t i = 0; i < rows; i++)
			for (size_t j = 0; j < d; j++)
				block[i * d + j] = (double)x[(first + i) * d + j] - mean[j];
		for (size_t a = 0; a < d; a++)
			for (size_t i = 0; i < rows; i++) {
				double factor = block[i * d + a];
				for (size_t b = a; b < d; b++)
					c[a * d + b] += factor * block[i * d + b];
			}
	}
	for (size_t a = 0; a < d; a++)
		for (size_t b = 0; b < a; b++)
			c[a * d + b] = c[b * d + a];
}

/* Turn rows p and q so that they are orthogonal; were they already? */
static bool rotate(double *p, double *q, size_t d)
{
	double pp = dot(p, p, d), qq = dot(q, q, d), pq = dot(p, q, d);
	if (fabs(pq) <= orthogonal * sqrt(pp * qq))
		return true;
	double zeta = (qq - pp) / (2 * pq);
	double t = (zeta >= 0 ? 1 : -1) / (fabs(zeta) + sqrt(1 + zeta * zeta));
	double cosine = 1 / sqrt(1 + t * t), sine = cosine * t;
	for (size_t i = 0; i < d; i++) {
		double a = p[i], b = q[i];
		p[i] = cosine * a - sine * b;
		q[i] = sine * a + cosine * b;
	}
	return false;
}

/* Rows of c become eigenvectors times eigenvalues; rows of nothing but rounding are set to zero. */
static void diagonalise(double *c, size_t d)
{
	double largest = 0;
	for (size_t a = 0; a < d; a++)
		largest = fmax(largest, c[a * d + a]);
	for (int sweep = 0; sweep < SWEEPS_MAX; sweep++) {
		bool done = true;
		for (size_t p = 0; p + 1 < d; p++)
			for (size_t q = p + 1; q < d; q++) {
				double *a = c + p * d, *b = c + q * d;
				bool empty = dot(a, a, d) <= largest * largest * vanishing * vanishing ||
				             dot(b, b, d) <= largest * largest * vanishing * vanishing;
				done &= empty || rotate(a, b, d);
			}
		if (done)
			return;
	}
}

struct component {
	double size;
	size_t row;
};

static int by_size(const void *a, const void *b)
{
	const struct component *x = a, *y = b;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Make the k largest rows unit vectors, those without variance zero. */
static void choose(struct component *order, double *c, size_t d)
{
	for (size_t a = 0; a < d; a++)
		order[a] = (struct component){sqrt(dot(c + a * d, c + a * d, d)), a};
	qsort(order, d, sizeof *order, by_size);
	for (size_t a = 0; a < d; a++) {
		double factor = order[a].size > order[0].size * vanishing ? 1 / order[a].size : 0;
		for (size_t j = 0; j < d; j++)
			c[order[a].row * d + j] *= factor;
	}
}

static void project(float *scores, double *row, const struct component *order, const double *c, const double *mean,
                    const float *x, size_t n, size_t d, size_t k)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < d; j++)
			row[j] = (double)x[i * d + j] - mean[j];
		for (size_t a = 0; a < k; a++)
			scores[i * k + a] = (float)dot(row, c + order[a].row * d, d);
	}
}

static void choose_signs(float *scores, size_t n, size_t k)
{
	for (size_t a = 0; a < k; a++) {
		float top = 0;
		for (size_t i = 0; i < n; i++)
			if (fabsf(scores[i * k + a]) > fabsf(top))
				top = scores[i * k + a];
		for (size_t i = 0; i < n && top < 0; i++)
			scores[i * k + a] = -scores[i * k + a];
	}
}

enum ho_status ho_components(float *scores, const float *x, size_t n, size_t d, size_t k, struct ho_error *err)
{
	double *mean = ho_calloc(d, sizeof *mean), *c = ho_calloc(d * d, sizeof *c);
	double *block = ho_alloc(BLOCK * d, sizeof *block);
	struct component *order = ho_alloc(d, sizeof *order);
	enum ho_status status = mean && c && block && order ? HO_OK : ho_fail_nomem(err);
	if (status == HO_OK) {
		find_mean(mean, x, n, d);
		scatter(c, block, mean, x, n, d);
		diagonalise(c, d);
		choose(order, c, d);
		project(scores, block, order, c, mean, x, n, d, k);
		choose_signs(scores, n, k);
	}
	ho_free(mean);
	ho_free(c);
	ho_free(block);
	ho_free(order);
	return status;
}
