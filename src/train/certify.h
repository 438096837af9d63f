/**
 * From a trained image to one that may answer: calibration, novelty and the certificate.
 * tune is used for everything that has to be chosen; certify is read once, by the very bytes that will answer later.
 */
#ifndef HO_TRAIN_CERTIFY_H
#define HO_TRAIN_CERTIFY_H

#include "judge/promise.h"
#include "model/image.h"
#include "train/novelty.h"
#include "train/train.h"

/** Texts with their labels; borrowed. */
struct ho_examples {
	const struct ho_slice *text; /**< [n] */
	const uint32_t *label;       /**< [n] */
	size_t n;
};

/** What was answered, for judging. All arrays [n], owned. */
struct ho_answers {
	size_t n;
	double *confidence;
	uint32_t *predicted;
	uint8_t *wrong, *eligible; /**< eligible: not novel */
};

/** Would more labels of the same kind bring the promise? */
enum ho_more_labels {
	HO_MORE_UNKNOWN = 0, /**< too little was seen to say, or the question does not arise */
	HO_MORE_ENOUGH,      /**< about so many would probably do */
	HO_MORE_LEAST,       /**< with fewer than so many it cannot be, whatever the model */
	HO_MORE_USELESS      /**< probably no number would do */
};

/** Of a promise that could not be made. */
struct ho_unmet {
	enum ho_more_labels more;
	uint64_t certify_units;    /**< HO_MORE_ENOUGH, HO_MORE_LEAST: distinct texts wanted in certify */
	uint64_t rows;             /**< the same as rows of the training file, set by the caller of ho_certify() */
	double strictest_possible; /**< bound that does hold; 0: none known */
};

struct ho_certified {
	struct ho_image_findings findings; /**< everything but the report; points into what follows */
	double *offset;                    /**< [K] owned */
	float *novelty;                    /**< owned */
	double *max_error, *threshold;     /**< owned */
	struct ho_tested_record *tested;   /**< owned */
	struct ho_answers answers;         /**< on certify, or out of fold for the cross-fit */
	struct ho_unmet *unmet;            /**< [K] owned; of each label, or [0] of the single promise */
	bool has_promise;
	uint64_t n, k; /**< accepted and wrong at the chosen threshold, over all labels */
	double coverage;
	double calibration_slope; /**< as fitted on tune */
};

/** Calibrate and find novelty scores on tune, certify on certify; sets the findings of the image (report excepted).
 * `tune` and `certify` hold no two copies of a text: each item counts as an independent observation.
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_certify(struct ho_certified *out, struct ho_image *image, uint32_t K,
                                        const struct ho_slice *labels, const struct ho_ordinary *ordinary,
                                        const struct ho_examples *tune, const struct ho_examples *certify,
                                        const struct ho_train_options *options, struct ho_error *err);

/**
 * The same from out-of-fold margins: approximate, because the model that answers has learnt from all rows. The first
 * ho_planned_units() answers plan the tests, the others certify.
 *
 * @param unit  [lesson->n_learn] 1: the row counts, 0: a copy of one that does. `answers` has the rows that count among
 *              the first search->blend_rows, in their order.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_certify_cross_fit(struct ho_certified *out, const struct ho_lesson *lesson,
                                                  const uint8_t *unit, const struct ho_slice *labels,
                                                  const struct ho_ordinary *ordinary, const struct ho_search *search,
                                                  const struct ho_train_options *options, struct ho_error *err);
void ho_certified_release(struct ho_certified *certified);

#endif
