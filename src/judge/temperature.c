#include <math.h>

#include "judge/calibration.h"

/* Log loss of one row at inverse temperature beta, and its first two derivatives in beta. */
static double row_loss(double *slope, double *curvature, const double *z, size_t truth, size_t K, double beta)
{
	double top = -INFINITY, sum = 0, first = 0, second = 0;
	for (size_t k = 0; k < K; k++)
		top = fmax(top, z[k]);
	for (size_t k = 0; k < K; k++) {
		double gap = z[k] - top, e = exp(beta * gap); /* relative to the top: no overflow, no cancellation */
		sum += e;
		first += e * gap;
		second += e * gap * gap;
	}
	double mean = first / sum, own = z[truth] - top;
	*slope = mean - own;
	*curvature = fmax(0, second / sum - mean * mean);
	return log(sum) - beta * own;
}

static double mean_loss(double *slope, double *curvature, const double *logits, const uint32_t *truth, size_t n,
                        size_t K, double beta)
{
	double loss = 0, s, c;
	*slope = *curvature = 0;
	for (size_t i = 0; i < n; i++) {
		loss += row_loss(&s, &c, logits + i * K, truth[i], K, beta);
		*slope += s;
		*curvature += c;
	}
	*slope /= (double)n;
	*curvature /= (double)n;
	return loss / (double)n;
}

enum ho_status ho_temperature_fit(double *out, const double *logits, const uint32_t *truth, size_t n, size_t K,
                                  struct ho_error *err)
{
	double lo = 1 / HO_TEMPERATURE_MAX, hi = 1 / HO_TEMPERATURE_MIN, beta = 1, slope, curvature;
	*out = 0;
	if (n == 0 || K < 2)
		return ho_fail(err, HO_EINVAL, "a temperature needs items and at least two labels");
	for (size_t i = 0; i < n * K; i++)
		if (!isfinite(logits[i]) || truth[i / K] >= K)
			return ho_fail(err, HO_EINVAL, "item %zu has a score that is not finite or an unknown label",
			               i / K);
	for (int i = 0; i < 200 && hi - lo > 1e-14 * hi; i++) {
		(void)mean_loss(&slope, &curvature, logits, truth, n, K, beta);
		if (slope < 0)
			lo = beta;
		else
			hi = beta;
		double next = curvature > 0 ? beta - slope / curvature : lo;
		if (fabs(next - beta) <= 1e-13 * beta)
			break;
		beta = next > lo && next < hi ? next : sqrt(lo * hi);
	}
	*out = 1 / beta;
	return HO_OK;
}

uint32_t ho_softmax(double *scores, uint32_t K)
{
	uint32_t best = 0;
	double total = 0;
	for (uint32_t k = 1; k < K; k++)
		if (scores[k] > scores[best])
			best = k;
	double top = scores[best];
	for (uint32_t k = 0; k < K; k++)
		total += scores[k] = exp(scores[k] - top);
	for (uint32_t k = 0; k < K; k++)
		scores[k] /= total;
	return best;
}
