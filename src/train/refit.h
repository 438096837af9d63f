/**
 * The heads that a model blends, trained again on other rows, without a search: what the model would have answered had
 * other rows or another order come its way. In: labelled texts to learn from and texts to answer. Out: calibrated
 * probabilities of the texts to answer.
 *
 * What stays as it was: which heads, their weights in the blend, and the vocabulary, which is counted once over all
 * learning rows. What is new each time: the rows, the solvers' order, the weights of features, the calibration.
 * The result depends on texts, labels, heads, rows and seed only, not on the number of threads.
 */
#ifndef HO_TRAIN_REFIT_H
#define HO_TRAIN_REFIT_H

#include "train/heads.h"

/** The heads of a model and their weights. */
struct ho_refit_heads {
	struct ho_head head[HO_HEADS_MAX];
	double weight[HO_HEADS_MAX];
	size_t n;
};

/** From the report in a model (ho_model_report_json()). HO_EFORMAT a report without heads that this program knows;
 * HO_EUNAVAIL the model uses an encoder; HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_refit_heads_read(struct ho_refit_heads *out, const char *report, uint32_t K,
                                                 struct ho_error *err);

struct ho_refit {
	const struct ho_refit_heads *heads;
	struct ho_corpus corpus;
	struct ho_lesson lesson;
	uint32_t *rows, *labels; /**< [lesson.n] owned */
};

/**
 * Count the views of all texts once.
 *
 * @param[out] out   release with ho_refit_release(); empty on failure.
 * @param heads      borrowed until release.
 * @param text       [n] the first n_learn may be learnt from, the others are to be answered; borrowed until release.
 * @param label      [n_learn] each < K; copied.
 * @return HO_OK; HO_EINVAL nothing to learn from, or n_learn > n; HO_ENOMEM, HO_ELIMIT, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_refit_open(struct ho_refit *out, const struct ho_refit_heads *heads,
                                           const struct ho_slice *text, const uint32_t *label, size_t n_learn, size_t n,
                                           uint32_t K, unsigned threads, const struct ho_progress *progress,
                                           struct ho_error *err);
void ho_refit_release(struct ho_refit *refit);

/** Rows of one refit; indices below n_learn. */
struct ho_refit_rows {
	const uint32_t *learn; /**< [n_learn] a row may stand there several times */
	size_t n_learn;
	const uint32_t *tune; /**< [n_tune] calibrated on; none of them among `learn` */
	size_t n_tune;
	uint64_t seed; /**< of the solvers */
};

/**
 * Train and answer. May be called from several threads at once.
 *
 * @param[out] probability  [n - n_learn][K] provided by the caller; each row sums to 1.
 * @return HO_OK; HO_EINVAL no rows to learn from or to calibrate on; HO_ENOMEM, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_refit_run(double *probability, const struct ho_refit *refit,
                                          const struct ho_refit_rows *rows, struct ho_error *err);

#endif
