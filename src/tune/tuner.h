/**
 * The gradient of a loss by the weights of a network, and vectors as the network stands.
 *
 * Loss of one example: cross-entropy of the head's softmax at a text's label, or, for a pair of texts, the squared
 * difference between the cosine of their vectors and a target (the pair loss of Sentence-BERT, Reimers & Gurevych 2019,
 * that SetFit uses: Tunstall et al. 2022). The vectors are those that the encoder gives, normalised if it normalises.
 *
 * Texts stand one after the other without padding. Work is cut by the batch alone and sums are taken in that order, so
 * that results do not depend on the number of threads. Dropout (after the embeddings, the attention's and the inner
 * layer's output; not inside attention) depends on key, layer and row.
 */
#ifndef HO_TUNE_TUNER_H
#define HO_TUNE_TUNER_H

#include "base/progress.h"
#include "tune/network.h"

/** Token ids of texts, one after the other. */
struct ho_token_rows {
	uint32_t *ids; /**< [begin[n]] owned */
	size_t *begin; /**< [n + 1] owned */
	size_t n;
	size_t ids_cap;
};

/** Tokens of [n] texts, cut as the encoder cuts them. HO_ELIMIT a text of more than 2 GiB; HO_ENOMEM; HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_token_rows_make(struct ho_token_rows *out, const struct ho_network *network,
                                                const struct ho_slice *texts, size_t n,
                                                const struct ho_progress *progress, struct ho_error *err);
void ho_token_rows_release(struct ho_token_rows *rows);

#define HO_NO_TEXT UINT32_MAX

/** A text with its label, or a pair of texts with the cosine that they should have. */
struct ho_example {
	uint32_t text, other; /**< rows; other HO_NO_TEXT: not a pair */
	uint32_t label;       /**< < K; not used of a pair */
	float target;         /**< used of a pair only */
};

/** How examples pass through the network. */
struct ho_pass {
	unsigned from; /**< lowest depth that learns; >= the learner's lowest */
	float drop;    /**< probability of dropout in what learns, in [0, 1) */
	uint64_t key;  /**< of the dropout */
	float weight;  /**< of each example in the loss */
};

struct ho_tuner;

/** Memory for gradients from depth `lowest` on. Borrows the network. Free with ho_tuner_free(). HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_tuner_new(struct ho_tuner **out, struct ho_network *network, unsigned lowest,
                                          unsigned threads, struct ho_error *err);
void ho_tuner_free(struct ho_tuner *learner);

/** Gradient by all weights from depth `lowest` on: [network->n - network->begin[lowest]]; the caller may change it. */
float *ho_tuner_gradient(struct ho_tuner *learner);
void ho_tuner_clear(struct ho_tuner *learner);

/**
 * Add the gradient of weight * sum of the losses of [n] examples.
 *
 * @param[out] loss  weight * sum of losses.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_tuner_add(double *loss, struct ho_tuner *learner, const struct ho_token_rows *rows,
                                          const struct ho_example *examples, size_t n, const struct ho_pass *pass,
                                          struct ho_error *err);

/** Vectors [n][dimensions] of the texts `which` [n] without dropout. HO_ENOMEM, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_tuner_vectors(float *vectors, struct ho_tuner *learner,
                                              const struct ho_token_rows *rows, const uint32_t *which, size_t n,
                                              const struct ho_progress *progress, struct ho_error *err);

/** The head's outputs of one vector: scores [K] = W v + b. */
void ho_network_scores(float *scores, const struct ho_network *network, const float *vector);

#endif
