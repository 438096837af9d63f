/** Shared inside the module: the opened encoder. */
#ifndef HO_ENCODER_PRIVATE_H
#define HO_ENCODER_PRIVATE_H

#include "encoder/weight_room.h"
#include "encoder/config.h"
#include "encoder/kernels.h"
#include "encoder/kernels_low.h"
#include "encoder/safetensors.h"
#include "encoder/wordpiece.h"

/** A dense layer, packed for the kernels in the encoder's precision; the other two are NULL. */
struct encoder_dense {
	float *bias;   /**< owned */
	float *packed; /**< in the encoder's room, as the next two */
	uint32_t *bf16;
	struct ho_int8_weights int8;
	size_t out, in;
};

struct encoder_norm {
	float *gain, *shift; /**< [hidden] owned */
};

struct encoder_layer {
	struct encoder_dense qkv; /**< queries, keys and values of all heads, one after the other: [3 * hidden] */
	struct encoder_dense attended, inner, outer;
	struct encoder_norm after_attention, after_inner;
};

struct ho_encoder {
	struct ho_encoder_facts facts;
	float epsilon;
	const struct ho_kernels *kernels;
	struct ho_wordpiece wordpiece;
	struct ho_mapping weights;      /**< of the file below, if the encoder was opened from a folder */
	struct ho_safetensors file;     /**< stays open: token vectors are read from it as they are needed */
	const struct ho_tensor *tokens; /**< [vocabulary][hidden] in the file */
	float *token_weights;           /**< static: [vocabulary] factor of each token, or NULL; owned */
	uint32_t *token_rows; /**< static: [vocabulary] row of each token in `tokens`, or NULL: its id; owned */
	size_t chars_max;     /**< static: characters of a text that are looked at */
	float *positions;     /**< [positions][hidden], the vector of token type 0 added; owned */
	struct encoder_norm embedded;
	struct encoder_layer *layers;   /**< [facts.layers] owned */
	struct ho_weight_room room;     /**< their matrices, in the order in which a text passes them */
	void (*release)(void *context); /**< ho_encoder_keep(); NULL: nothing to let go of */
	void *release_context;
};

/** Memory aligned to 64 for the kernels; free with ho_encoder__release_floats(). NULL when memory is out. */
float *ho_encoder__floats(size_t n) __attribute__((warn_unused_result));
void ho_encoder__release_floats(float *floats);

/** Read all weights of a BERT-family encoder from `file`. HO_EFORMAT naming the tensor; HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_encoder__bind(struct ho_encoder *encoder, unsigned types, struct ho_error *err);

/** One of the 4 * facts.layers dense layers, in the order in which a text passes them. */
struct encoder_dense *ho_encoder__dense(const struct ho_encoder *encoder, size_t number);
/** The table of a static encoder. HO_EFORMAT; HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_encoder__bind_static(struct ho_encoder *encoder, struct ho_error *err);

/** Scratch memory of one thread. */
struct encoder_scratch {
	float *x, *qkv, *mixed, *inner, *attention; /**< owned, for `rows` tokens */
	float *lowered;           /**< owned, for `rows` tokens: inputs of a product, if the precision is not fp32 */
	struct ho_int8_rows int8; /**< arrays in `lowered` */
	size_t rows, attention_size;
	struct ho_piece_tokens pieces;
};
void ho_encoder__scratch_release(struct encoder_scratch *scratch);

struct ho_encoder_workspace {
	const struct ho_encoder *encoder;
	struct encoder_scratch scratch;
	uint32_t *ids; /**< [ids_cap] owned */
	size_t ids_cap;
	struct ho_encoder_share *shares; /**< [shares_cap] owned */
	size_t shares_cap;
};

/** One text of a batch: its tokens stand one after the other. */
struct encoder_text {
	size_t begin, n; /**< tokens */
};

/**
 * The last hidden states of a batch of texts, packed without padding: scratch->x [sum of n][hidden].
 *
 * @param ids  [sum of n] token ids, all below the vocabulary.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_encoder__forward(struct encoder_scratch *scratch, const struct ho_encoder *encoder,
                                                 const uint32_t *ids, const struct encoder_text *texts, size_t n_texts,
                                                 struct ho_error *err);

/** Make `lowered` for so many rows; nothing for fp32. Returns false when memory is out. */
bool ho_encoder__make_lowered(struct encoder_scratch *scratch, const struct ho_encoder *encoder, size_t rows);
/** y [rows][dense->out] = epilogue(x [rows][dense->in] W^T + bias), in the encoder's precision. */
void ho_encoder__multiply(float *y, struct encoder_scratch *scratch, const struct ho_encoder *encoder, const float *x,
                          const struct encoder_dense *dense, size_t rows, enum ho_epilogue epilogue);

/** One vector from the last hidden states of a text. */
void ho_encoder__pool(float *vector, const struct ho_encoder *encoder, const float *x, const struct encoder_text *text);
/** Vectors of texts on this thread. HO_ELIMIT, HO_ENOMEM, HO_EFORMAT if a number is not finite. */
HO_MUST_CHECK enum ho_status ho_encoder__encode(float *vectors, const struct ho_encoder *encoder,
                                                const struct ho_slice *texts, size_t n, struct encoder_scratch *scratch,
                                                struct ho_error *err);
/** A static encoder: the vectors of the text's known tokens in scratch->x [*n][dimensions], the tokens themselves at
 * the front of scratch->pieces. HO_ELIMIT, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_encoder__static_rows(size_t *n, const struct ho_encoder *encoder, struct ho_slice text,
                                                     struct encoder_scratch *scratch, struct ho_error *err);

#endif
