/**
 * How good a classifier is: from true labels, predicted labels, probabilities and confidences to figures.
 *
 * Shapes: N items, K labels; labels are 0..K-1; probabilities [N * K] row by row, each row summing to 1.
 * Invariants: 1. no figure depends on the order of the items (up to rounding); 2. items with equal confidence are
 * treated alike: accepted together or averaged over all their orders; 3. natural logarithms; 4. no allocation, the
 * caller lends scratch; 5. a figure of no items is 0 unless it says otherwise.
 */
#ifndef HO_JUDGE_METRICS_H
#define HO_JUDGE_METRICS_H

#include "base/status.h"

/** Figures of one label. */
struct ho_label_metrics {
	double precision;   /**< correct / predicted; 0 if never predicted */
	double recall;      /**< correct / n; 0 if the label does not occur */
	double f1;          /**< 2 correct / (n + predicted); 0 if both are 0 */
	uint64_t n;         /**< items that truly have the label */
	uint64_t predicted; /**< items that were given it */
	uint64_t correct;   /**< both */
};

/**
 * Count pairs: out[t * K + p] = items of true label t that were predicted p.
 *
 * @param[out] out  [K * K], overwritten.
 * @param truth, predicted  [n] each < K.
 * @return HO_OK; HO_EINVAL a label >= K (out is then zero).
 */
HO_MUST_CHECK enum ho_status ho_metrics_confusion(uint64_t *out, const uint32_t *truth, const uint32_t *predicted,
                                                  size_t n, size_t K, struct ho_error *err);
/** Share of the diagonal of a confusion matrix [K * K]. */
double ho_metrics_accuracy(const uint64_t *confusion, size_t K);
/** Precision, recall, F1 of each label; out [K]. */
void ho_metrics_per_label(struct ho_label_metrics *out, const uint64_t *confusion, size_t K);
/** Unweighted mean F1 of the labels that occur or were predicted (as scikit-learn's f1_score, average="macro"). */
double ho_metrics_macro_f1(const struct ho_label_metrics *labels, size_t K);

/** Probabilities below this are counted as this by log loss, so that one certain mistake costs 34.5 and not infinity.
 */
#define HO_LOG_LOSS_CLIP 1e-15
/** Mean of -ln p[i, truth_i], clipped. `truth` must be < K. */
double ho_metrics_log_loss(const double *probabilities, const uint32_t *truth, size_t n, size_t K);
/** Brier (1950) in its original form: mean of sum_k (p[i,k] - [truth_i = k])^2, in [0, 2]. */
double ho_metrics_brier(const double *probabilities, const uint32_t *truth, size_t n, size_t K);

/** Bins of the expected calibration error. */
#define HO_ECE_BINS 15
/** Calibration error of the top label. */
struct ho_ece {
	double
	    plug_in;  /**< sum_b (n_b / n) |accuracy_b - mean confidence_b|, 15 bins of equal width (Guo et al. 2017) */
	double noise; /**< what plug_in would be on average if every confidence were honest: nothing below it is news */
	double debiased; /**< plug_in less an estimate of what sampling noise added to it; >= 0 */
};
/**
 * Expected calibration error. The plug-in figure of a perfectly calibrated model is about .067 at n = 100 and .021 at
 * n = 1,000. Noise: sum_b (n_b / n) E|Normal(0, s0)|, s0 from the mean confidence. Debiased: per bin 2|g| - E|Normal(g,
 * s)|, g the gap and s its standard error, after the idea of Kumar, Liang & Ma (2019), appendix (resampling there; the
 * folded normal's mean in closed form here). It takes away all of the noise where gaps are large and about two fifths
 * where there are none, as an absolute value has no unbiased estimate at 0.
 *
 * @param confidence  [n] of the predicted label, 0..1.
 * @param wrong       [n] 0 or 1.
 */
struct ho_ece ho_metrics_ece(const double *confidence, const uint8_t *wrong, size_t n);

/** An item in order of confidence. */
struct ho_ranked {
	double score;
	uint32_t item;  /**< row it came from */
	uint32_t wrong; /**< 0 or 1 */
};
/** Order by score, descending, ties by row; NaN last. out [n]; n <= UINT32_MAX. `wrong` NULL: all 0. */
void ho_metrics_rank(struct ho_ranked *out, const double *score, const uint8_t *wrong, size_t n);

/** Area under the risk-coverage curve. */
struct ho_aurc {
	double aurc;   /**< mean over i = 1..n of the error rate of the i most confident items; lower is better */
	double e_aurc; /**< aurc less that of a perfect ranking with the same errors, exact for finite n; >= 0 */
};
/** AURC and E-AURC (Geifman, Uziel & El-Yaniv 2019); items with equal scores are averaged over their orders. */
struct ho_aurc ho_metrics_aurc(const struct ho_ranked *ranked, size_t n);

/** A point of the curve: the items with score >= `score`. */
struct ho_risk_point {
	double score;
	double coverage; /**< n / all items */
	double risk;     /**< k / n */
	uint64_t n, k;   /**< accepted items, errors among them */
};
/** The curve, one point per distinct score, most confident first; out [n]; returns the number of points. */
size_t ho_metrics_risk_coverage(struct ho_risk_point *out, const struct ho_ranked *ranked, size_t n);

/**
 * Largest coverage whose empirical error rate is at most alpha: hindsight, optimistic, no promise.
 * Items of equal score are accepted together.
 *
 * @param[out] threshold  accept if score >= this; may be NULL; untouched if coverage is 0.
 * @return coverage, 0..1.
 */
double ho_metrics_coverage_at_error(double *threshold, const struct ho_ranked *ranked, size_t n, double alpha);

/**
 * Chance that a positive scores above a negative, ties counted half (Mann & Whitney 1947).
 *
 * @param ranked  with `wrong` = 1 for the positives.
 * @return 0..1; 0.5 if one kind is absent.
 */
double ho_metrics_auroc(const struct ho_ranked *ranked, size_t n);

#endif
