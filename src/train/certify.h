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

struct ho_certified {
	struct ho_image_findings findings; /**< everything but the report; points into what follows */
	double *offset;                    /**< [K] owned */
	float *novelty;                    /**< owned */
	double *max_error, *threshold;     /**< owned */
	struct ho_tested_record *tested;   /**< owned */
	struct ho_answers answers;         /**< on certify, or out of fold for the cross-fit */
	bool has_promise;
	/* Single promise only: */
	uint64_t n, k; /**< accepted and wrong at the chosen threshold */
	double coverage, strictest_possible;
	uint64_t labels_needed;   /**< 0: unknown or no number would do */
	double calibration_slope; /**< as fitted on tune */
};

/** Calibrate and find novelty scores on tune, certify on certify; sets the findings of the image (report excepted).
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_certify(struct ho_certified *out, struct ho_image *image, uint32_t K,
                                        const struct ho_slice *labels, const struct ho_ordinary *ordinary,
                                        const struct ho_examples *tune, const struct ho_examples *certify,
                                        const struct ho_train_options *options, struct ho_error *err);

/** The same from out-of-fold margins of all rows: approximate, because the model that answers has learnt from all of
 * them.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_certify_cross_fit(struct ho_certified *out, const struct ho_lesson *lesson,
                                                  const struct ho_slice *labels, const struct ho_ordinary *ordinary,
                                                  const struct ho_search *search,
                                                  const struct ho_train_options *options, struct ho_error *err);
void ho_certified_release(struct ho_certified *certified);

#endif
