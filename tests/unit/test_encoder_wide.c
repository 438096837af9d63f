/* The kernels of sixteen lanes on any processor: their source with what AVX-512 VNNI and BF16 compute written out, so
 * that layouts and edges are tested where no such processor is at hand. The instructions themselves are not. */
#include "encoder/kernels_low.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "unit/unit.h"

typedef int32_t sixteen __attribute__((vector_size(64)));
typedef float sixteen_floats __attribute__((vector_size(64)));

/* VPDPBUSD: bytes of u without, those of w with a sign. */
static inline sixteen dot_4(sixteen acc, sixteen u, sixteen w)
{
	uint8_t codes[64];
	int8_t weights[64];
	memcpy(codes, &u, sizeof codes);
	memcpy(weights, &w, sizeof weights);
	for (int i = 0; i < 64; i++)
		acc[i / 4] += codes[i] * weights[i];
	return acc;
}

/* VDPBF16PS: the product of the upper halves, then that of the lower ones. */
static inline sixteen_floats dot_pairs(sixteen_floats acc, sixteen x, sixteen w)
{
	for (int i = 0; i < 16; i++) {
		uint32_t halves[4] = {(uint32_t)x[i] << 16, (uint32_t)w[i] << 16, (uint32_t)x[i] & 0xffff0000,
		                      (uint32_t)w[i] & 0xffff0000};
		float f[4];
		memcpy(f, halves, sizeof f);
		acc[i] += f[0] * f[1];
		acc[i] += f[2] * f[3];
	}
	return acc;
}

/* VCVTNEPS2BF16 of sixteen floats. */
static inline void round_sixteen(void *to, const float *x)
{
	uint16_t halves[16];
	for (int i = 0; i < 16; i++)
		halves[i] = (uint16_t)(ho_bf16_round(x[i]) >> 16);
	memcpy(to, halves, sizeof halves);
}

#define LANES 16
#define TILE 24
#define ROWS 12
#define PAIR_ROWS 24
#define FMA(a, b, c) ((a) * (b) + (c))
#define DOT(acc, u, w, u2, w2) dot_4(dot_4(acc, u, w), u2, w2)
#define ROUND_LANES(to, x) round_sixteen(to, x)
#define DOT_PAIRS(acc, x, w) dot_pairs(acc, (sixteen)(x), (sixteen)(w))
#define KERNELS wide
#define KERNELS_NAME "wide"
extern const struct ho_kernels wide;
#include "encoder/kernels_body.inc"

enum { ROWS_MOST = 27, OUT_MOST = 50, IN_MOST = 70 };

struct numbers {
	float x[ROWS_MOST * IN_MOST], w[OUT_MOST * IN_MOST], got[ROWS_MOST * OUT_MOST], want[ROWS_MOST * OUT_MOST];
	float packed[64 * IN_MOST] __attribute__((aligned(64))),
	    rounded[ROWS_MOST * IN_MOST] __attribute__((aligned(64)));
	uint32_t bf16[64 * IN_MOST / 2] __attribute__((aligned(64))), bf16_again[64 * IN_MOST / 2];
	int8_t int8[64 * (IN_MOST + HO_INT8_GROUP)] __attribute__((aligned(64)));
	float w_scale[64] __attribute__((aligned(64))), x_scale[2][ROWS_MOST];
	int32_t sums[64] __attribute__((aligned(64))), zero[2][ROWS_MOST];
	uint8_t codes[2][ROWS_MOST * (IN_MOST + HO_INT8_GROUP)];
};

static void assert_close(const struct numbers *n, size_t rows, size_t out)
{
	for (size_t t = 0; t < rows; t++)
		for (size_t o = 0; o < out; o++)
			assert_true(fabsf(n->got[t * OUT_MOST + o] - n->want[t * OUT_MOST + o]) < 1e-4f);
}

static void check(struct numbers *n, const struct ho_kernels *portable, size_t rows, size_t out, size_t in)
{
	ho_pack(n->packed, n->w, out, in);
	wide.multiply(n->got, OUT_MOST, n->x, in, n->packed, n->w, rows, out, in, HO_EPILOGUE_GELU);
	portable->multiply(n->want, OUT_MOST, n->x, in, n->packed, n->w, rows, out, in, HO_EPILOGUE_GELU);
	assert_close(n, rows, out);

	ho_bf16_pack(n->bf16, n->packed, out, in);
	wide.bf16->pack(n->bf16_again, n->packed, out, in);
	assert_memory_equal(n->bf16, n->bf16_again, ho_bf16_packed_size(out, in) * sizeof *n->bf16);
	wide.bf16->round(n->rounded, n->x, in, rows, in);
	wide.bf16->multiply(n->got, OUT_MOST, n->rounded, n->bf16, n->w, rows, out, in, HO_EPILOGUE_NONE);
	portable->bf16->round(n->rounded, n->x, in, rows, in);
	portable->bf16->multiply(n->want, OUT_MOST, n->rounded, n->bf16, n->w, rows, out, in, HO_EPILOGUE_NONE);
	assert_close(n, rows, out);

	const struct ho_int8_weights w = {n->int8, n->w_scale, n->sums, out, in};
	const struct ho_int8_rows a = {n->codes[0], n->x_scale[0], n->zero[0]},
	                          b = {n->codes[1], n->x_scale[1], n->zero[1]};
	struct ho_int8_weights packed = w;
	ho_int8_pack(&packed, n->packed);
	wide.int8->quantise(&a, n->x, in, rows, in);
	portable->int8->quantise(&b, n->x, in, rows, in);
	assert_memory_equal(n->codes[0], n->codes[1], rows * ho_int8_stride(in));
	assert_memory_equal(n->zero[0], n->zero[1], rows * sizeof(int32_t));
	wide.int8->multiply(n->got, OUT_MOST, &a, &w, n->w, rows, HO_EPILOGUE_NONE);
	portable->int8->multiply(n->want, OUT_MOST, &b, &w, n->w, rows, HO_EPILOGUE_NONE);
	for (size_t t = 0; t < rows; t++)
		assert_memory_equal(n->got + t * OUT_MOST, n->want + t * OUT_MOST, out * sizeof(float));
}

static void sixteen_lanes_give_what_four_give(void **state)
{
	(void)state;
	struct numbers *n = aligned_alloc(64, (sizeof *n + 63) / 64 * 64);
	struct ho_rng rng = ho_rng_seed(16, 4);
	assert_non_null(n);
	memset(n, 0, sizeof *n);
	for (size_t i = 0; i < ROWS_MOST * IN_MOST; i++)
		n->x[i] = (float)(2 * ho_rng_uniform(&rng) - 1);
	for (size_t i = 0; i < OUT_MOST * IN_MOST; i++)
		n->w[i] = (float)(2 * ho_rng_uniform(&rng) - 1);
	for (size_t rows = 1; rows <= ROWS_MOST; rows++)
		for (size_t out = 1; out <= OUT_MOST; out += 7)
			for (size_t in = 1; in <= IN_MOST; in += 23)
				check(n, ho_kernels_find("portable"), rows, out, in);
	free(n);
}

static void attention_of_sixteen_lanes(void **state)
{
	(void)state;
	enum { TOKENS = 61, D = 9 };
	static float qkv[TOKENS * 3 * D], out[2][TOKENS * D];
	struct ho_rng rng = ho_rng_seed(16, 5);
	float *scratch = aligned_alloc(64, (ho_attention_scratch(TOKENS, D) * sizeof(float) + 63) / 64 * 64);
	assert_non_null(scratch);
	for (size_t i = 0; i < TOKENS * 3 * D; i++)
		qkv[i] = (float)(4 * ho_rng_uniform(&rng) - 2);
	for (size_t tokens = 1; tokens <= TOKENS; tokens++) {
		const struct ho_kernels *both[2] = {&wide, ho_kernels_find("portable")};
		for (int k = 0; k < 2; k++)
			both[k]->attend(out[k], D, qkv, qkv + D, qkv + 2 * D, (size_t)3 * D, tokens, D, 0.3f, scratch);
		for (size_t i = 0; i < tokens * D; i++)
			assert_true(fabsf(out[0][i] - out[1][i]) < 1e-5f);
	}
	free(scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(sixteen_lanes_give_what_four_give),
	                                   cmocka_unit_test(attention_of_sixteen_lanes)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
