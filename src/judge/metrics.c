#include "judge/metrics.h"

#include <math.h>

enum ho_status ho_metrics_confusion(uint64_t *out, const uint32_t *truth, const uint32_t *predicted, size_t n, size_t K,
                                    struct ho_error *err)
{
	memset(out, 0, K * K * sizeof *out);
	for (size_t i = 0; i < n; i++) {
		if (truth[i] >= K || predicted[i] >= K) {
			memset(out, 0, K * K * sizeof *out);
			return ho_fail(err, HO_EINVAL, "item %zu has a label beyond the %zu known ones", i, K);
		}
		out[truth[i] * K + predicted[i]]++;
	}
	return HO_OK;
}

double ho_metrics_accuracy(const uint64_t *confusion, size_t K)
{
	uint64_t right = 0, all = 0;
	for (size_t i = 0; i < K * K; i++)
		all += confusion[i];
	for (size_t k = 0; k < K; k++)
		right += confusion[k * K + k];
	return all ? (double)right / (double)all : 0;
}

static double ratio(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

void ho_metrics_per_label(struct ho_label_metrics *out, const uint64_t *confusion, size_t K)
{
	for (size_t k = 0; k < K; k++) {
		struct ho_label_metrics m = {.correct = confusion[k * K + k]};
		for (size_t j = 0; j < K; j++) {
			m.n += confusion[k * K + j];
			m.predicted += confusion[j * K + k];
		}
		m.precision = ratio(m.correct, m.predicted);
		m.recall = ratio(m.correct, m.n);
		m.f1 = ratio(2 * m.correct, m.n + m.predicted);
		out[k] = m;
	}
}

double ho_metrics_macro_f1(const struct ho_label_metrics *labels, size_t K)
{
	double sum = 0;
	size_t present = 0;
	for (size_t k = 0; k < K; k++) {
		if (labels[k].n + labels[k].predicted == 0)
			continue;
		sum += labels[k].f1;
		present++;
	}
	return present ? sum / (double)present : 0;
}

double ho_metrics_log_loss(const double *probabilities, const uint32_t *truth, size_t n, size_t K)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum -= log(fmin(1, fmax(HO_LOG_LOSS_CLIP, probabilities[i * K + truth[i]])));
	return n ? sum / (double)n : 0;
}

double ho_metrics_brier(const double *probabilities, const uint32_t *truth, size_t n, size_t K)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < K; k++) {
			double gap = probabilities[i * K + k] - (truth[i] == k);
			sum += gap * gap;
		}
	return n ? sum / (double)n : 0;
}

/* E|X| for X ~ Normal(mean, sd): the folded normal. */
static double mean_absolute_normal(double mean, double sd)
{
	if (sd <= 0)
		return fabs(mean);
	double z = mean / sd;
	return sd * sqrt(2 / M_PI) * exp(-0.5 * z * z) + mean * erf(z / M_SQRT2);
}

/* Bins are half-open to the left, (0, 1/15], ..., as in Guo et al.; 0 goes to the first. */
static size_t bin_of(double confidence)
{
	double position = ceil(confidence * HO_ECE_BINS) - 1;
	return position <= 0 || isnan(position) ? 0 : position >= HO_ECE_BINS ? HO_ECE_BINS - 1 : (size_t)position;
}

struct ho_ece ho_metrics_ece(const double *confidence, const uint8_t *wrong, size_t n)
{
	double sum[HO_ECE_BINS] = {0};
	uint64_t items[HO_ECE_BINS] = {0}, right[HO_ECE_BINS] = {0};
	struct ho_ece ece = {0, 0, 0};
	for (size_t i = 0; i < n; i++) {
		size_t b = bin_of(confidence[i]);
		sum[b] += confidence[i];
		items[b]++;
		right[b] += !wrong[i];
	}
	for (size_t b = 0; b < HO_ECE_BINS; b++) {
		if (!items[b])
			continue;
		double in_bin = (double)items[b], mean = sum[b] / in_bin, gap = (double)right[b] / in_bin - mean;
		/* One more item, right as often as it claims: a bin of 5 with no error is not without noise. */
		double share = ((double)right[b] + mean) / (in_bin + 1), sd = sqrt(share * (1 - share) / in_bin);
		double weight = in_bin / (double)n;
		ece.plug_in += weight * fabs(gap);
		ece.noise += weight * mean_absolute_normal(0, sqrt(mean * fmax(0, 1 - mean) / in_bin));
		ece.debiased += weight * (2 * fabs(gap) - mean_absolute_normal(gap, sd));
	}
	ece.debiased = fmax(0, ece.debiased);
	return ece;
}
