/**
 * The arithmetic that learning needs beyond encoder/kernels.h, on one thread: layer norm, GELU and attention with their
 * derivatives, dropout, and the step of the optimiser. Built three times from one source (kernels_body.inc) and chosen
 * by the name of the encoder's kernels. A row's result depends on that row alone.
 */
#ifndef HO_TUNE_KERNELS_H
#define HO_TUNE_KERNELS_H

#include <stdint.h>

#include "encoder/kernels.h"

/** Matrix product whose second factor is a plain matrix: pack w[out][in] of row stride `ld`. */
void ho_tune_pack(float *packed, const float *w, size_t ld, size_t out, size_t in);
/** Pack the transpose of w[in][out] of row stride `ld`; `begin` rows of w have been packed before, of `in` in all. */
void ho_tune_pack_transposed(float *packed, const float *w, size_t ld, size_t out, size_t in, size_t begin,
                             size_t rows);
/** to[c * ld_to + r] = from[r * ld_from + c] for r < rows, c < columns. */
void ho_tune_transpose(float *to, size_t ld_to, const float *from, size_t ld_from, size_t rows, size_t columns);

/** One step of AdamW (Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2). */
struct ho_adam_step {
	float rate;                                /**< learning rate */
	float decay;                               /**< weight decay; the weight shrinks by rate * decay */
	float clip;                                /**< factor of the gradient */
	float first, second;                       /**< beta_1, beta_2 */
	float first_correction, second_correction; /**< 1 - beta^t */
	float epsilon;
};

/** Where one head's attention of one text lies: [tokens][d] each. */
struct ho_attention_place {
	const float *q, *k, *v; /**< of row stride ld */
	const float *dout;      /**< derivative by what attend() gave, of row stride ld_out */
	float *dq, *dk, *dv;    /**< of row stride ld */
	size_t ld, ld_out, tokens, d;
	float scale;
};

/** What one build offers. */
struct ho_tune_kernels {
	/** hat = (x - mean) / deviation, y = hat * gain + shift, rstd = 1 / deviation, by rows of n. y may be x. */
	void (*norm)(float *y, float *hat, float *rstd, const float *x, const float *gain, const float *shift,
	             size_t rows, size_t n, float epsilon);
	/** dx from dy; they may be the same. */
	void (*norm_back)(float *dx, const float *dy, const float *hat, const float *rstd, const float *gain,
	                  size_t rows, size_t n);
	void (*gelu)(float *y, const float *x, size_t n);
	/** dy *= gelu'(x). */
	void (*gelu_back)(float *dy, const float *x, size_t n);
	/** Derivatives of attend() in encoder/kernels.h. scratch [ho_tune_attention_scratch()]. */
	void (*attend_back)(const struct ho_attention_place *place, const struct ho_kernels *kernels, float *scratch);
	/** x[i] = 0 with probability `drop`, else x[i] / (1 - drop); which ones depends on `key` and i alone. */
	void (*dropout)(float *x, size_t n, uint64_t key, float drop);
	void (*adam)(float *w, float *m, float *v, const float *g, size_t n, const struct ho_adam_step *step);
};

/** Floats that attend_back() needs. */
size_t ho_tune_attention_scratch(size_t tokens, size_t d);
/** The build that goes with these kernels of the encoder. */
const struct ho_tune_kernels *ho_tune_kernels_for(const struct ho_kernels *kernels);

#endif
