/**
 * The weights of a BERT-family encoder with a linear head on its vectors, laid out for learning: all numbers in one
 * array, from the token vectors up to the head, so that "everything from this depth on" is one stretch of it.
 *
 * Depths: 0 the embeddings, 1 .. layers the layers from below, layers + 1 the head.
 * Limits: what encoder/config.h reads; static encoders have nothing to fine-tune and are refused.
 */
#ifndef HO_TUNE_NETWORK_H
#define HO_TUNE_NETWORK_H

#include "encoder/encoder.h"
#include "encoder/kernels_low.h"
#include "encoder/wordpiece.h"
#include "tune/kernels.h"

enum { HO_NETWORK_NAME_MAX = 100 };

/** One named matrix [rows][columns], or vector [columns] for rows = 0, in the array. */
struct ho_network_tensor {
	char name[HO_NETWORK_NAME_MAX]; /**< as Hugging Face's BertModel has it, without "bert."; the head: "head.*" */
	size_t offset, rows, columns;
	unsigned depth;
	bool decays; /**< weight decay is for matrices, not for biases and layer norms */
};

/** A dense layer in the array, and packed in both directions. */
struct ho_network_dense {
	size_t w, b; /**< offsets of W[out][in] and of the bias */
	size_t out, in;
	float *forward, *backward;        /**< W and its transpose, packed; owned */
	uint32_t *forward16, *backward16; /**< the same in bf16, if the network has it; owned */
};

struct ho_network_norm {
	size_t gain, shift; /**< offsets */
};

/** Dense layers and norms of one layer. */
struct ho_network_layer {
	struct ho_network_dense qkv, attended, inner, outer;
	struct ho_network_norm after_attention, after_inner;
};

struct ho_network {
	struct ho_encoder_facts facts; /**< fingerprint and parameters are 0 */
	float epsilon;
	bool bf16;  /**< products of forward and backward pass in bf16: ho_network_halve() */
	uint32_t K; /**< outputs of the head */
	const struct ho_kernels *kernels;
	const struct ho_tune_kernels *more;
	struct ho_wordpiece wordpiece;
	struct ho_network_tensor *tensors; /**< [n_tensors] by offset; owned */
	size_t n_tensors, tensors_cap;
	size_t *begin; /**< [layers + 3] offset at which each depth begins, the last one is n; owned */
	float *w;      /**< [n] owned */
	size_t n;
	size_t tokens, positions, type; /**< offsets of the embeddings; of token type 0 */
	struct ho_network_norm embedded;
	struct ho_network_layer *layers; /**< [facts.layers] owned */
	size_t head_w, head_b;           /**< offsets of W[K][dimensions] and b[K] */
};

/**
 * Read the encoder in a folder, with a head of zeros for K outputs (0: no head).
 * What ho_encoder_open() returns; HO_EUNAVAIL a static encoder. Free with ho_network_free().
 */
HO_MUST_CHECK enum ho_status ho_network_open(struct ho_network **out, const char *folder, uint32_t K,
                                             struct ho_error *err);
void ho_network_free(struct ho_network *network);

/** Pack the layers from `depth` (>= 1) on again, after their weights have changed. HO_ENOMEM, HO_ECANCELLED never. */
HO_MUST_CHECK enum ho_status ho_network_pack(struct ho_network *network, unsigned depth, unsigned threads,
                                             struct ho_error *err);

/**
 * From now on both factors of every large product are rounded to bf16 and summed in fp32; the weights themselves, their
 * gradients and all else stay in fp32 (mixed precision: Micikevicius et al. 2018). Quicker where
 * ho_kernels_multiply_bf16() says so, and slower elsewhere. HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_network_halve(struct ho_network *network, unsigned threads, struct ho_error *err);

/** Memory aligned to 64, NULL when there is none; free with ho_tune_release_floats(). */
float *ho_tune_floats(size_t n) __attribute__((warn_unused_result));
void ho_tune_release_floats(float *floats);

#endif
