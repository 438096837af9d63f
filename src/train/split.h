/** Splitting labelled rows by duplicate group, stratified by label. Used by `split` and by the parts of training. */
#ifndef HO_TRAIN_SPLIT_H
#define HO_TRAIN_SPLIT_H

#include <stdint.h>

#include "base/status.h"

/**
 * Assign every row to one of `n_parts` parts so that no group is cut and each label is spread by the wanted shares.
 *
 * @param[out] part  [n] part of each row, 0..n_parts-1.
 * @param group      [n] rows with equal numbers stay together; any numbers; NULL: every row by itself.
 * @param label      [n] stratum of each row; NULL: one stratum.
 * @param share      [n_parts] wanted shares, sum 1.
 * @param seed       same seed, same parts.
 * @return HO_OK, HO_EINVAL, HO_ENOMEM. A part may be smaller than wanted when groups are large.
 */
HO_MUST_CHECK enum ho_status ho_split(uint8_t *part, const uint32_t *group, const uint32_t *label, size_t n,
                                      const double *share, unsigned n_parts, uint64_t seed, struct ho_error *err);

#endif
