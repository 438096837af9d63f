/** Shared by the solvers of one folder: what a row is, and the order in which rows are visited. */
#ifndef HO_TRAIN_SOLVER_PRIVATE_H
#define HO_TRAIN_SOLVER_PRIVATE_H

#include "base/rng.h"
#include "train/solver.h"

/* Several versions of a hot function, chosen at run time; they add in the same order, so the results are the same. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) &&                \
    !defined(__SANITIZE_ADDRESS__)
#define HO_VECTOR_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define HO_VECTOR_CLONES
#endif

/** |x_i|^2 without the bias feature, for sorted ids with repeats: norm^2 * sum over distinct j of count^2 * s2_j. */
double ho_solver__row_square(const struct ho_design *design, size_t row, const float *s2);

/** Improve the coordinates of one row (an index into problem->rows); returns how far they were from optimal. */
typedef double (*ho_solver__visit)(void *context, uint32_t at);

/**
 * Visit all rows in random order, epoch after epoch, until none was further than `tolerance` from optimal.
 *
 * @param order   [problem->n_rows] a permutation, shuffled on.
 * @param stream  separates the random numbers of one solver from those of another.
 * @return HO_OK (also when max_epochs ended it), HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_solver__epochs(const struct ho_problem *problem, uint32_t *order, uint64_t stream,
                                               double tolerance, ho_solver__visit visit, void *context,
                                               struct ho_error *err);

/** Two labels, squared hinge. HO_ENOMEM, HO_ECANCELLED. */
enum ho_status ho_solver__binary(struct ho_weights *out, const struct ho_problem *problem, struct ho_error *err);
/** More labels, squared hinge. HO_ENOMEM, HO_ECANCELLED. */
enum ho_status ho_solver__one_against_rest(struct ho_weights *out, const struct ho_problem *problem,
                                           struct ho_error *err);
/** Softmax. HO_ENOMEM, HO_ECANCELLED. */
enum ho_status ho_solver__softmax(struct ho_weights *out, const struct ho_problem *problem, struct ho_error *err);

#endif
