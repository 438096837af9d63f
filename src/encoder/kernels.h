/**
 * The arithmetic of an encoder on one thread: matrix products against packed weights, attention, GELU, layer norm.
 *
 * Builds of the same source (kernels_body.inc) are chosen from at run time: AVX-512, AVX2 with FMA, and portable; with
 * what newer processors have for eight bits (VNNI) and for bf16. Within one of them a row's result depends on that row
 * alone, not on which rows stand beside it, so that texts may be batched in any way and on any number of threads.
 * Between them results differ in the last bits.
 *
 * Matrices are row-major. "Packed" is a matrix W[out][in] in panels of HO_PANEL outputs: panel p holds, for each input
 * i, the weights W[p * HO_PANEL ..][i] side by side; outputs that do not fill the last panel are zero.
 */
#ifndef HO_ENCODER_KERNELS_H
#define HO_ENCODER_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum { HO_PANEL = 16 };

/** Floats that a packed matrix takes. */
static inline size_t ho_packed_size(size_t out, size_t in)
{
	return (out + HO_PANEL - 1) / HO_PANEL * HO_PANEL * in;
}

/** Pack w[out][in]. `packed` [ho_packed_size(out, in)], aligned to 64. */
void ho_pack(float *packed, const float *w, size_t out, size_t in);

/** What is done to a product before it is stored. */
enum ho_epilogue { HO_EPILOGUE_NONE, HO_EPILOGUE_GELU };

/** What one build offers. */
struct ho_kernels {
	const char *name; /**< "avx512bf16", "avx512vnni", "avx512", "avxvnni", "avx2", "portable" */
	/**
	 * y[t][o] = epilogue(sum_i x[t][i] * W[o][i] + bias[o]) for t < rows, o < out.
	 *
	 * @param y     [rows] of stride ldy >= out; x [rows] of stride ldx >= in. They may not overlap.
	 * @param bias  [out], or NULL for none.
	 */
	void (*multiply)(float *y, size_t ldy, const float *x, size_t ldx, const float *packed, const float *bias,
	                 size_t rows, size_t out, size_t in, enum ho_epilogue epilogue);
	/** x[t] = layer_norm(x[t] + add[t]) * gain + shift, for rows of `n`; add may be NULL. Population variance. */
	void (*layer_norm)(float *x, const float *add, const float *gain, const float *shift, size_t rows, size_t n,
	                   float epsilon);
	/**
	 * Self-attention of one text with one head: out[t] = sum_s softmax_s(q[t] . k[s] * scale) v[s].
	 *
	 * @param q, k, v  [tokens][d] each with stride `ld`.
	 * @param out      [tokens][d] with stride ld_out.
	 * @param scratch  [ho_attention_scratch(tokens, d)], aligned to 64.
	 */
	void (*attend)(float *out, size_t ld_out, const float *q, const float *k, const float *v, size_t ld,
	               size_t tokens, size_t d, float scale, float *scratch);
	const struct ho_int8_kernels *int8; /**< products in fewer bits: kernels_low.h */
	const struct ho_bf16_kernels *bf16;
};

/** Floats that attend() needs. */
size_t ho_attention_scratch(size_t tokens, size_t d);

/** The best build for this processor. Setting HANDOFF_KERNELS to a name chooses another, for tests. */
const struct ho_kernels *ho_kernels_choose(void);
/** Does the processor multiply bf16 itself, so that it is quicker than fp32? */
bool ho_kernels_multiply_bf16(const struct ho_kernels *kernels);
/** Does HANDOFF_KERNELS, if it is set, name a build that this processor and program have? HO_EINVAL, naming those. */
HO_MUST_CHECK enum ho_status ho_kernels_check(struct ho_error *err);
/** A build by name, or NULL if this processor or program lacks it. */
const struct ho_kernels *ho_kernels_find(const char *name);

#endif
