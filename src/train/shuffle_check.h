/** A refusal to be fooled: the same way of learning on shuffled labels must find nothing. */
#ifndef HO_TRAIN_SHUFFLE_CHECK_H
#define HO_TRAIN_SHUFFLE_CHECK_H

#include "train/heads.h"

struct ho_shuffle_check {
	size_t rows;
	double accuracy; /**< out of fold, on shuffled labels */
	double chance;   /**< share of the most frequent label */
	double p;        /**< P(Bin(rows, chance) >= right): small = something leaks */
	bool promise;    /**< a promise could be made on them although guessing would break it: something leaks */
};

/** @param max_error, delta  the promise to try. HO_ENOMEM, HO_ECANCELLED. */
HO_MUST_CHECK enum ho_status ho_shuffle_check(struct ho_shuffle_check *out, const struct ho_lesson *lesson,
                                              const uint32_t *group, double max_error, double delta,
                                              struct ho_error *err);

#endif
