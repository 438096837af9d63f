/**
 * Matrix products in fewer bits than fp32: eight-bit whole numbers, and bf16 (the upper half of a float).
 *
 * int8: W[o][i] = scale[o] * weight with |weight| <= 64, a scale for each output; x[t][i] = scale[t] * (code - zero[t])
 * with codes from 0 to 127, scale and zero for each row, found from the row itself. 7 bits each are what AVX2 can add
 * without saturation: its 16-bit sums hold four products, 4 * 127 * 64 < 2^15. Sums are of whole numbers, below 2^31
 * for the longest row that is allowed, so that all builds give the same ones. How much is lost: a weight is off by at
 * most scale[o] / 2, an input by at most scale[t] / 2. bf16: both sides are rounded to
 * the nearest bf16, products are exact in fp32 and summed there.
 *
 * "Packed" starts from a matrix packed in fp32 (kernels.h): panels of HO_PANEL outputs.
 */
#ifndef HO_ENCODER_KERNELS_LOW_H
#define HO_ENCODER_KERNELS_LOW_H

#include <stdint.h>
#include <string.h>

#include "encoder/kernels.h"

enum {
	HO_INT8_CODE_MAX = 127,
	HO_INT8_WEIGHT_MAX = 64,
	HO_INT8_GROUP = 8,         /**< inputs that are multiplied at once; rows are filled up to a multiple */
	HO_INT8_INPUTS_MAX = 65536 /**< of a row: 65536 * 127 * 64 < 2^30 */
};

/** A matrix in eight bits. Panel p holds, for each four inputs, their weights of HO_PANEL outputs, four side by side.
 */
struct ho_int8_weights {
	int8_t *packed; /**< [ho_int8_packed_size(out, in)], aligned to 64; what fills up is 0 */
	float *scale;   /**< [out up to a multiple of HO_PANEL] >= 0 */
	int32_t *sums;  /**< [the same] sum of an output's weights */
	size_t out, in;
};

/** Rows in eight bits. */
struct ho_int8_rows {
	uint8_t *codes; /**< [rows][ho_int8_stride(in)] */
	float *scale;   /**< [rows] >= 0; NaN if a number of the row is not finite: then so are its products */
	int32_t *zero;  /**< [rows] code of 0, 0 to HO_INT8_CODE_MAX */
};

/** Bytes of a row of codes. */
static inline size_t ho_int8_stride(size_t in)
{
	return (in + HO_INT8_GROUP - 1) / HO_INT8_GROUP * HO_INT8_GROUP;
}

/** Bytes that a packed matrix takes. */
static inline size_t ho_int8_packed_size(size_t out, size_t in)
{
	return (out + HO_PANEL - 1) / HO_PANEL * HO_PANEL * ho_int8_stride(in);
}

/** Fill `to`, whose arrays, `out` and `in` are set, from the same matrix packed in fp32. All weights must be finite. */
void ho_int8_pack(struct ho_int8_weights *to, const float *packed);

/** What one build offers for eight bits. */
struct ho_int8_kernels {
	/** Rows x [rows][in] of stride ldx into `to`, whose arrays are set. */
	void (*quantise)(const struct ho_int8_rows *to, const float *x, size_t ldx, size_t rows, size_t in);
	/** y[t][o] = epilogue(scale[t] * scale[o] * sum_i weight * (code - zero[t]) + bias[o]); bias may be NULL. */
	void (*multiply)(float *y, size_t ldy, const struct ho_int8_rows *x, const struct ho_int8_weights *w,
	                 const float *bias, size_t rows, enum ho_epilogue epilogue);
};

/** Words that a matrix packed in bf16 takes: for each two inputs a word for each of HO_PANEL outputs, the weight of the
 * first input in its lower half. */
static inline size_t ho_bf16_packed_size(size_t out, size_t in)
{
	return (out + HO_PANEL - 1) / HO_PANEL * HO_PANEL * ((in + 1) / 2);
}

/** `to` [ho_bf16_packed_size(out, in)], aligned to 64, from the same matrix packed in fp32. */
void ho_bf16_pack(uint32_t *to, const float *packed, size_t out, size_t in);

/** Bytes that a rounded row takes in the build that needs most. */
static inline size_t ho_bf16_row_bytes(size_t in)
{
	return (in + 1) / 2 * 2 * sizeof(float);
}

/** The nearest bf16 in the upper half of the result, ties to even; what is not finite stays so. */
static inline uint32_t ho_bf16_round(float x)
{
	uint32_t bits;
	memcpy(&bits, &x, sizeof bits);
	if ((bits & 0x7f800000) == 0x7f800000) /* a NaN must not become infinity */
		return (bits & 0xffff0000) | ((bits & 0x7fffff) != 0 ? 0x400000 : 0);
	return (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;
}

/** What one build offers for bf16. */
struct ho_bf16_kernels {
	/** ho_bf16_pack(), quicker. */
	void (*pack)(uint32_t *to, const float *packed, size_t out, size_t in);
	/** Rows of x rounded to bf16, as this build's multiply() wants them when it is called with the same `rows` and
	 * `in`; `to` [rows * ho_bf16_row_bytes(in)]. */
	void (*round)(void *to, const float *x, size_t ldx, size_t rows, size_t in);
	/** As ho_kernels.multiply(), on rounded rows. */
	void (*multiply)(float *y, size_t ldy, const void *x, const uint32_t *packed, const float *bias, size_t rows,
	                 size_t out, size_t in, enum ho_epilogue epilogue);
};

#endif
