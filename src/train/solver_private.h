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

/** Two labels, squared hinge. HO_ENOMEM, HO_ECANCELLED. */
enum ho_status ho_solver__binary(struct ho_weights *out, const struct ho_problem *problem, struct ho_error *err);
/** More labels, squared hinge. HO_ENOMEM, HO_ECANCELLED. */
enum ho_status ho_solver__one_against_rest(struct ho_weights *out, const struct ho_problem *problem,
                                           struct ho_error *err);
/** Softmax. HO_ENOMEM, HO_ECANCELLED. */
enum ho_status ho_solver__softmax(struct ho_weights *out, const struct ho_problem *problem, struct ho_error *err);

#endif
