/**
 * How much a value says about the label: a column's value, a bin of its numbers, a feature of an id. Two figures,
 * neither of which many values can deceive:
 * - lift: by how much of the errors of "always the most frequent label" a rule "for each value its most frequent label"
 *   is better, judged on rows that the rule was not made from (two halves, each judged by the other): 0 says nothing,
 *   1 gives the answer away. An identifier with a value for every row has lift 0.
 * - V: Cramer's V with the bias correction of Bergsma (2013), 0..1, on all rows.
 * Pure functions; the result does not depend on the order of the rows.
 */
#ifndef HO_EXPLORE_ASSOCIATION_H
#define HO_EXPLORE_ASSOCIATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/** A row without a value, or without a label: left out. */
#define HO_VALUE_NONE UINT32_MAX

struct explore_association {
	size_t n;          /**< rows with value and label */
	size_t values;     /**< distinct values among them */
	size_t right;      /**< rows that the rule of the other half answers right */
	size_t base;       /**< the same of "always the most frequent label" */
	double lift;       /**< (right - base) / (n - base); can be below 0 */
	double lift_lower; /**< a bound that the true lift is above with probability 1 - delta */
	double v;          /**< bias-corrected Cramer's V */
	double z;          /**< of the chi-square statistic, by Wilson and Hilferty (1931): above 5 is no chance */
};

/**
 * @param value  [n] any numbers; HO_VALUE_NONE none.
 * @param label  [n] HO_VALUE_NONE none.
 * @param half   [n] 0 or 1: which half a row is in; copies of a text belong in one half.
 * @param delta  in (0, 1), after any correction for the number of questions asked.
 * @return HO_OK; HO_ENOMEM: zeroed.   Time: O(n log n).
 */
HO_MUST_CHECK enum ho_status ho_explore__associate(struct explore_association *out, const uint32_t *value,
                                                   const uint32_t *label, const uint8_t *half, size_t n, double delta,
                                                   struct ho_error *err);

/**
 * Cut numbers into at most `bins` bins of about equally many rows; equal numbers are never parted.
 *
 * @param[out] value  [n] bin, HO_VALUE_NONE where the number is NaN.
 * @param[out] edge   [bins] least number of each bin, may be NULL.   @return bins used; 0 if memory is out.
 */
uint32_t ho_explore__bins(uint32_t *value, double *edge, const double *number, size_t n, uint32_t bins);

/** Do equal labels stand side by side more often than in a shuffled order? */
struct explore_order {
	double agreement; /**< (observed - expected) / (1 - expected) share of neighbours that agree: 1 sorted, 0
	                     shuffled */
	double z;         /**< observed against the exact mean and variance under shuffling */
};
/** @param label  [n] in the order of the rows, HO_VALUE_NONE passed over.   @param counts  [K] room, overwritten. */
struct explore_order ho_explore__neighbours(const uint32_t *label, size_t n, uint32_t *counts, uint32_t K);

#endif
