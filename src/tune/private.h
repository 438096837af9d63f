/** Shared inside the module: a batch on its way through the network. */
#ifndef HO_TUNE_PRIVATE_H
#define HO_TUNE_PRIVATE_H

#include "tune/tuner.h"

/* Rows of activations that stay in the second-level cache; tokens whose activations are kept at once. */
enum { TUNE_CHUNK_ROWS = 128, TUNE_MICRO_ROWS = 1024, TUNE_BLOCK = 96 };

/** What the backward pass needs of one layer; rows of all texts. For the embeddings: hat2 and rstd2 alone. */
struct tune_kept {
	float *in, *qkv, *mixed, *hat1, *rstd1, *mid, *z, *hat2, *rstd2;
};

/** Texts that one thread takes at once. */
struct tune_chunk {
	size_t text, n_texts, row, rows;
};

/** Examples whose activations are kept together. */
struct tune_micro {
	uint32_t *ids;             /**< [rows] */
	size_t *begin;             /**< [n_texts + 1] first row of each text */
	struct tune_chunk *chunks; /**< [n_chunks] */
	size_t n_texts, rows, n_chunks;
	size_t ids_cap, begin_cap, chunks_cap;
	size_t first_row; /**< of the batch, for dropout */
};

/** One product of the weights' gradient: dW = dy^T x. */
struct tune_product {
	float *dy;     /**< [out][ld] transposed; owned */
	float *x;      /**< packed transposed, [in] panels of `rows`; owned */
	uint32_t *x16; /**< the same in bf16, if the network has it; owned */
};
enum { TUNE_QKV, TUNE_ATTENDED, TUNE_INNER, TUNE_OUTER, TUNE_PRODUCTS };

/** Scratch of one thread. */
struct tune_scratch {
	float *x, *y, *wide, *wide2; /**< hidden; hidden; inner or 3 hidden, twice */
	float *d, *e;                /**< hidden */
	struct tune_kept frozen;     /**< of a layer that does not learn */
	float *attention, *block;
	float *rounded; /**< bf16: rows of one factor of a product */
	size_t rows, longest, micro_rows;
};

/** The packed factor of a product. */
struct tune_factor {
	const float *packed;
	const uint32_t *bf16;
	size_t out, in;
};

struct ho_tuner {
	struct ho_network *network;
	unsigned lowest, threads;
	float *gradient;        /**< [network->n - begin[lowest]] */
	struct tune_kept *kept; /**< [layers + 1]; those below `lowest` are empty */
	size_t kept_rows;
	struct tune_product products[TUNE_PRODUCTS];
	size_t ld;      /**< of the products' dy */
	float *dx;      /**< [kept_rows][hidden] */
	float *partial; /**< [chunks][4 * hidden] sums of the layer norms of each chunk */
	size_t partial_chunks;
	float *vectors, *dvectors, *lengths; /**< [texts][dimensions], [texts] */
	size_t texts;
	struct tune_scratch *scratch; /**< [threads] */
	struct tune_micro micro;
	const struct ho_pass *pass; /**< of the batch that is being passed */
};

/** What is kept of a depth, from a row on. */
struct tune_kept ho_tune__kept_at(const struct ho_tuner *l, unsigned depth, size_t row);
/** Dropout of rows of the micro-batch; `site` numbers the places in the network. */
void ho_tune__dropout(const struct ho_tuner *l, float *x, size_t first_row, size_t rows, unsigned site);
/** y [rows][out] = x [rows][in] W^T + bias, by packed weights. */
void ho_tune__multiply(const struct ho_network *network, float *y, size_t ldy, const float *x, size_t ldx,
                       const struct tune_factor *factor, const float *bias, size_t rows, struct tune_scratch *scratch);
/** Room for the micro-batch and every thread's chunks. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_tune__make_room(struct ho_tuner *l, struct ho_error *err);
HO_MUST_CHECK enum ho_status ho_tune__forward(struct ho_tuner *l, struct ho_error *err);
/** From dvectors to the gradient of all layers that learn. */
HO_MUST_CHECK enum ho_status ho_tune__backward(struct ho_tuner *l, struct ho_error *err);

#endif
