/**
 * AdamW with decoupled decay (Loshchilov & Hutter 2019), a rate for each depth, and clipping of the gradient's length
 * (Pascanu, Mikolov & Bengio 2013). The result does not depend on the number of threads.
 */
#ifndef HO_TUNE_OPTIMISER_H
#define HO_TUNE_OPTIMISER_H

#include "tune/network.h"

struct ho_optimiser {
	struct ho_network *network;
	unsigned lowest, threads;
	float *m, *v;                   /**< [network->n - begin[lowest]] running means of gradient and square; owned */
	struct optimiser_piece *pieces; /**< [n_pieces] owned */
	size_t n_pieces;
	double *squares; /**< [n_pieces] owned */
};

/** What one step does. */
struct ho_optimiser_step {
	unsigned from;         /**< lowest depth that moves */
	const double *rate;    /**< [layers + 2] learning rate of each depth */
	const uint64_t *steps; /**< [layers + 2] steps of each depth, this one included: >= 1 from `from` on */
	double decay;          /**< weight decay of matrices */
	double clip;           /**< longest gradient; 0: any */
};

HO_MUST_CHECK enum ho_status ho_optimiser_init(struct ho_optimiser *out, struct ho_network *network, unsigned lowest,
                                               unsigned threads, struct ho_error *err);
void ho_optimiser_release(struct ho_optimiser *optimiser);

/**
 * Move the weights and pack them again.
 *
 * @param gradient  as ho_tuner_gradient() has it.
 * @return HO_OK; HO_EFORMAT the gradient is not finite; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_optimiser_take(struct ho_optimiser *optimiser, const float *gradient,
                                               const struct ho_optimiser_step *step, struct ho_error *err);

#endif
