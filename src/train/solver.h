/**
 * Linear classifiers by dual coordinate descent.
 *
 * A row i is x_i = norm_i * (s_j for each id j listed in the row, repeats added); a feature's scale s_j enters only as
 * s_j^2, because what is kept is v_j = s_j * w_j, so that a margin is norm_i * sum_j v_j + bias. The bias is one more
 * feature of value 1.
 *
 * Squared hinge, one against rest:  min_w  1/2 |w|^2 + C sum_i c_i max(0, 1 - y_i w.x_i)^2
 *   Hsieh, Chang, Lin, Keerthi & Sundararajan (ICML 2008), algorithm 1, without shrinking.
 * Softmax:  min_W  1/2 |W|^2 - C sum_i log softmax(W x_i)[y_i]
 *   dual ascent with the step of Shalev-Shwartz & Zhang (2014), "Accelerated proximal SDCA", section on the softmax
 * loss.
 */
#ifndef HO_TRAIN_SOLVER_H
#define HO_TRAIN_SOLVER_H

#include "base/progress.h"
#include "train/design.h"

/** Classes are trained side by side in lanes of this many, so that a row's features are visited once for all of them.
 */
enum { HO_LANES = 16 };

enum ho_loss { HO_LOSS_SQUARED_HINGE, HO_LOSS_SOFTMAX };

struct ho_problem {
	const struct ho_design *design;
	const uint32_t *rows; /**< [n_rows] rows of the design to learn from */
	size_t n_rows;
	const uint32_t *labels; /**< [design->n] class of each row, < n_classes */
	uint32_t n_classes;     /**< K >= 2 */
	enum ho_loss loss;
	double C;         /**< > 0 */
	double tolerance; /**< largest violation of optimality at the end, e.g. 0.1 */
	unsigned max_epochs;
	uint64_t seed;
	unsigned threads;
	const struct ho_progress *progress;
	/**
	 * Squared scale of the features for one class: s2[D], or the same for all classes.
	 * For K = 2 only class 1 is asked for. Filled into caller's memory.
	 */
	void (*scale)(float *s2, void *context, uint32_t class);
	void *scale_context;
	bool scale_per_class;
};

/** Weights: for K = 2 one column (positive means class 1), else K. */
struct ho_weights {
	size_t D;
	uint32_t columns; /**< 1 or K */
	float *v;         /**< [D][columns] owned */
	float *bias;      /**< [columns] owned */
};

/**
 * Train.
 *
 * @param[out] out  release with ho_weights_release(); empty on failure.
 * @return HO_OK (also when max_epochs ended it), HO_ENOMEM, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_solve(struct ho_weights *out, const struct ho_problem *problem, struct ho_error *err);
void ho_weights_release(struct ho_weights *weights);

/** Margins of one row of a design: out[columns] = norm * sum v + bias. */
void ho_weights_margins(float *out, const struct ho_weights *weights, const struct ho_design *design, size_t row);

#endif
