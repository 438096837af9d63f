/*
 * The source of all builds of the kernels; included once by each kernels_*.c, which defines
 *   LANES       floats in a vector: 4, 8 or 16 (HO_PANEL must be a multiple)
 *   TILE        rows of x that one tile holds in registers
 *   FMA(a,b,c)  a * b + c of vectors
 *   KERNELS     name of the table; KERNELS_NAME its string
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "encoder/kernels.h"

typedef float vec __attribute__((vector_size(LANES * 4)));
typedef int32_t ivec __attribute__((vector_size(LANES * 4)));
enum { VECTORS = HO_PANEL / LANES, DEPTH = 384 };

static inline vec load(const float *p)
{
	vec v;
	memcpy(&v, p, sizeof v);
	return v;
}

static inline void store(float *p, vec v)
{
	memcpy(p, &v, sizeof v);
}

static inline vec all(float x)
{
	return x - (vec){0};
}

/* a where mask is set, else b. */
static inline vec choose(ivec mask, vec a, vec b)
{
	return (vec)(((ivec)a & mask) | ((ivec)b & ~mask));
}

/*
 * e^x for x <= 88: x = n ln 2 + r with |r| <= ln 2 / 2, the power of two by its exponent bits, e^r by its Taylor series
 * (seven terms leave 2e-8). Below -87 the result is zero.
 */
static inline vec exponential(vec x)
{
	vec bounded = choose(x < -87.0f, all(-87.0f), x);
	const vec magic = all(12582912.0f); /* 1.5 * 2^23: adding it rounds to a whole number */
	vec n = FMA(bounded, all(1.44269504f), magic) - magic;
	vec r = FMA(n, all(-0.693145752f), bounded);
	r = FMA(n, all(-1.42860677e-6f), r);
	vec p = all(1.0f / 5040);
	p = FMA(p, r, all(1.0f / 720));
	p = FMA(p, r, all(1.0f / 120));
	p = FMA(p, r, all(1.0f / 24));
	p = FMA(p, r, all(1.0f / 6));
	p = FMA(p, r, all(0.5f));
	p = FMA(p, r, all(1.0f));
	p = FMA(p, r, all(1.0f));
	ivec bits = (__builtin_convertvector(n, ivec) + 127) << 23;
	return choose(x < -87.0f, all(0), p * (vec)bits);
}

/*
 * x * Phi(x), the exact GELU. The tail 1 - Phi(|x|) = erfc(|x| / sqrt 2) / 2 by Abramowitz & Stegun 7.1.26, whose
 * absolute error of 1.5e-7 is below what the sums before it lose.
 */
static inline vec gelu(vec x)
{
	vec size = (vec)((ivec)x & 0x7fffffff), z = size * 0.70710678f;
	vec t = all(1.0f) / FMA(z, all(0.3275911f), all(1.0f));
	vec p = all(1.061405429f);
	p = FMA(p, t, all(-1.453152027f));
	p = FMA(p, t, all(1.421413741f));
	p = FMA(p, t, all(-0.284496736f));
	p = FMA(p, t, all(0.254829592f));
	vec tail = p * t * exponential(-z * z) * 0.5f;
	return x * choose(x > 0.0f, all(1.0f) - tail, tail);
}

/* One tile: rows (a constant, at most TILE) of x against inputs begin .. begin + depth of a panel, added to acc. */
static inline __attribute__((always_inline)) void tile(vec acc[TILE][VECTORS], const float *x, size_t ldx,
                                                       const float *panel, size_t depth, int rows)
{
	for (size_t i = 0; i < depth; i++, panel += HO_PANEL) {
		vec w[VECTORS];
		for (int v = 0; v < VECTORS; v++)
			w[v] = load(panel + v * LANES);
		for (int r = 0; r < rows; r++) {
			vec value = all(x[(size_t)r * ldx + i]);
			for (int v = 0; v < VECTORS; v++)
				acc[r][v] = FMA(value, w[v], acc[r][v]);
		}
	}
}

/* What of a panel lies inside the output. */
struct span {
	const float *bias;
	size_t width;     /* outputs of this panel, <= HO_PANEL */
	bool first, last; /* of the blocks of inputs */
	enum ho_epilogue epilogue;
};

static inline __attribute__((always_inline)) void rows_of_tile(float *y, size_t ldy, const float *x, size_t ldx,
                                                               const float *panel, size_t depth, const struct span *s,
                                                               int rows)
{
	vec acc[TILE][VECTORS];
	float edge[HO_PANEL];
	for (int r = 0; r < rows; r++)
		for (int v = 0; v < VECTORS; v++) {
			if (s->width == HO_PANEL) {
				const float *from = s->first ? s->bias : y + (size_t)r * ldy;
				acc[r][v] = from ? load(from + v * LANES) : all(0);
				continue;
			}
			memset(edge, 0, sizeof edge);
			if (!s->first || s->bias)
				memcpy(edge, s->first ? s->bias : y + (size_t)r * ldy, s->width * sizeof *edge);
			acc[r][v] = load(edge + v * LANES);
		}
	tile(acc, x, ldx, panel, depth, rows);
	for (int r = 0; r < rows; r++) {
		for (int v = 0; v < VECTORS; v++) {
			if (s->last && s->epilogue == HO_EPILOGUE_GELU)
				acc[r][v] = gelu(acc[r][v]);
			if (s->width == HO_PANEL)
				store(y + (size_t)r * ldy + v * LANES, acc[r][v]);
			else
				store(edge + v * LANES, acc[r][v]);
		}
		if (s->width < HO_PANEL)
			memcpy(y + (size_t)r * ldy, edge, s->width * sizeof *edge);
	}
}

static void block(float *y, size_t ldy, const float *x, size_t ldx, const float *panel, size_t depth,
                  const struct span *s, size_t rows)
{
	for (; rows >= TILE; rows -= TILE, y += TILE * ldy, x += TILE * ldx)
		rows_of_tile(y, ldy, x, ldx, panel, depth, s, TILE);
	for (; rows >= 4; rows -= 4, y += 4 * ldy, x += 4 * ldx)
		rows_of_tile(y, ldy, x, ldx, panel, depth, s, 4);
	for (; rows >= 2; rows -= 2, y += 2 * ldy, x += 2 * ldx)
		rows_of_tile(y, ldy, x, ldx, panel, depth, s, 2);
	if (rows)
		rows_of_tile(y, ldy, x, ldx, panel, depth, s, 1);
}

/* A panel of DEPTH inputs stays in the first-level cache while all rows pass by. */
static void multiply(float *y, size_t ldy, const float *x, size_t ldx, const float *packed, const float *bias,
                     size_t rows, size_t out, size_t in, enum ho_epilogue epilogue)
{
	for (size_t o = 0; o < out; o += HO_PANEL, packed += HO_PANEL * in)
		for (size_t i = 0; i < in; i += DEPTH) {
			size_t depth = in - i < DEPTH ? in - i : DEPTH;
			struct span s = {.bias = bias ? bias + o : NULL,
			                 .width = out - o < HO_PANEL ? out - o : HO_PANEL,
			                 .first = i == 0,
			                 .last = i + depth == in,
			                 .epilogue = epilogue};
			block(y + o, ldy, x + i, ldx, packed + HO_PANEL * i, depth, &s, rows);
		}
}

static inline float sum_of(vec v)
{
	float parts[LANES], sum = 0;
	store(parts, v);
	for (int i = 0; i < LANES; i++)
		sum += parts[i];
	return sum;
}

static void normalise_row(float *x, const float *add, const float *gain, const float *shift, size_t n, float epsilon)
{
	size_t whole = n / LANES * LANES;
	vec sums = all(0), squares = all(0);
	float sum = 0, square = 0;
	for (size_t i = 0; i < n && add; i++)
		x[i] += add[i];
	for (size_t i = 0; i < whole; i += LANES)
		sums += load(x + i);
	for (size_t i = whole; i < n; i++)
		sum += x[i];
	float mean = (sum + sum_of(sums)) / (float)n;
	for (size_t i = 0; i < whole; i += LANES) {
		vec d = load(x + i) - mean;
		squares = FMA(d, d, squares);
	}
	for (size_t i = whole; i < n; i++)
		square += (x[i] - mean) * (x[i] - mean);
	float scale = 1 / sqrtf((square + sum_of(squares)) / (float)n + epsilon);
	for (size_t i = 0; i < n; i++)
		x[i] = (x[i] - mean) * scale * gain[i] + shift[i];
}

static void layer_norm(float *x, const float *add, const float *gain, const float *shift, size_t rows, size_t n,
                       float epsilon)
{
	for (size_t t = 0; t < rows; t++)
		normalise_row(x + t * n, add ? add + t * n : NULL, gain, shift, n, epsilon);
}

/* In place; `n` scores in a row of `width` floats, of which those beyond n become 0. */
static void softmax_row(float *x, size_t n, size_t width, float scale)
{
	float top = x[0];
	for (size_t i = 1; i < n; i++)
		top = x[i] > top ? x[i] : top;
	vec sums = all(0);
	for (size_t i = n; i < width; i++)
		x[i] = -INFINITY;
	for (size_t i = 0; i < width; i += LANES) {
		vec e = exponential((load(x + i) - top) * scale);
		store(x + i, e);
		sums += e;
	}
	float total = 1 / sum_of(sums);
	for (size_t i = 0; i < width; i += LANES)
		store(x + i, load(x + i) * total);
}

/* Rows of queries whose scores are held at once. */
enum { QUERIES = 48 };

static void attend(float *out, size_t ld_out, const float *q, const float *k, const float *v, size_t ld, size_t tokens,
                   size_t d, float scale, float *scratch)
{
	size_t width = (tokens + HO_PANEL - 1) / HO_PANEL * HO_PANEL;
	float *keys = scratch, *values = keys + width * d, *scores = values + ho_packed_size(d, width);
	memset(keys, 0, width * d * sizeof *keys);
	for (size_t t = 0; t < tokens; t++)
		for (size_t i = 0; i < d; i++)
			keys[t / HO_PANEL * HO_PANEL * d + i * HO_PANEL + t % HO_PANEL] = k[t * ld + i];
	for (size_t o = 0; o < d; o += HO_PANEL)
		for (size_t t = 0; t < tokens; t++) {
			size_t n = d - o < HO_PANEL ? d - o : HO_PANEL;
			memcpy(values + o * tokens + t * HO_PANEL, v + t * ld + o, n * sizeof *values);
			memset(values + o * tokens + t * HO_PANEL + n, 0, (HO_PANEL - n) * sizeof *values);
		}
	for (size_t t = 0; t < tokens; t += QUERIES) {
		size_t rows = tokens - t < QUERIES ? tokens - t : QUERIES;
		multiply(scores, width, q + t * ld, ld, keys, NULL, rows, width, d, HO_EPILOGUE_NONE);
		for (size_t r = 0; r < rows; r++)
			softmax_row(scores + r * width, tokens, width, scale);
		multiply(out + t * ld_out, ld_out, scores, width, values, NULL, rows, d, tokens, HO_EPILOGUE_NONE);
	}
}

const struct ho_kernels KERNELS = {KERNELS_NAME, multiply, layer_norm, attend};
