#include "train/blend.h"

#include <math.h>

#include "base/alloc.h"

enum { STEPS = 40, PARAMETERS_MAX = HO_HEADS_MAX + 1, ROWS_TIMES_LABELS_MAX = 1500000 };
static const double ridge = 1e-3; /* on standardised weights: keeps separable data finite */

struct fit {
	float *const *margins;
	size_t H, P; /* heads; parameters: heads, and the bias for two labels */
	const uint32_t *labels;
	size_t n, stride; /* every stride-th row is used where there are very many */
	uint32_t K, columns;
	double scale[HO_HEADS_MAX]; /* root mean square margin of each head */
	double *p;                  /* [K] */
};

/* Standardised margin of head h (or the constant 1 of the bias) for label k. */
static double feature(const struct fit *fit, size_t h, size_t i, uint32_t k)
{
	if (fit->columns > 1)
		return (double)fit->margins[h][i * fit->columns + k] / fit->scale[h];
	double x = h == fit->H ? 1 : (double)fit->margins[h][i] / fit->scale[h];
	return k ? x : 0;
}

static uint32_t probabilities(const struct fit *fit, const double *w, size_t i, double *log_p)
{
	uint32_t best = 0, y = fit->labels[i];
	double total = 0, top = 0, own = 0;
	for (uint32_t k = 0; k < fit->K; k++) {
		double z = 0;
		for (size_t h = 0; h < fit->P; h++)
			z += w[h] * feature(fit, h, i, k);
		fit->p[k] = z;
		if (k == 0 || z > top) {
			top = z;
			best = k;
		}
		own = k == y ? z : own;
	}
	for (uint32_t k = 0; k < fit->K; k++)
		total += fit->p[k] = exp(fit->p[k] - top);
	for (uint32_t k = 0; k < fit->K; k++)
		fit->p[k] /= total;
	*log_p = own - top - log(total);
	return best;
}

/* Mean log loss with the ridge; gradient and Hessian where asked for. */
static double loss(const struct fit *fit, const double *w, double *g, double *hessian)
{
	double sum = 0, log_p, x[PARAMETERS_MAX];
	size_t P = fit->P, used = 0;
	if (g) {
		memset(g, 0, P * sizeof *g);
		memset(hessian, 0, P * P * sizeof *hessian);
	}
	for (size_t i = 0; i < fit->n; i += fit->stride, used++) {
		(void)probabilities(fit, w, i, &log_p);
		sum -= log_p;
		if (!g)
			continue;
		double mean[PARAMETERS_MAX] = {0};
		for (uint32_t k = 0; k < fit->K; k++) {
			double p = fit->p[k];
			if (p < 1e-9)
				continue;
			for (size_t a = 0; a < P; a++) {
				x[a] = feature(fit, a, i, k);
				mean[a] += p * x[a];
				for (size_t b = 0; b <= a; b++)
					hessian[a * P + b] += p * x[a] * x[b];
			}
		}
		for (size_t a = 0; a < P; a++) {
			g[a] += mean[a] - feature(fit, a, i, fit->labels[i]);
			for (size_t b = 0; b <= a; b++)
				hessian[a * P + b] -= mean[a] * mean[b];
		}
	}
	double value = sum / (double)used;
	for (size_t a = 0; a < P; a++) {
		value += ridge * w[a] * w[a] / 2;
		if (!g)
			continue;
		g[a] = g[a] / (double)used + ridge * w[a];
		for (size_t b = 0; b <= a; b++) {
			hessian[a * P + b] = hessian[a * P + b] / (double)used + (a == b ? ridge : 0);
			hessian[b * P + a] = hessian[a * P + b];
		}
	}
	return value;
}

/* Solve H d = g over the free parameters by Gaussian elimination (H is positive definite through the ridge). */
static void newton_step(double *d, const double *hessian, const double *g, const bool *fixed, size_t P)
{
	double a[PARAMETERS_MAX][PARAMETERS_MAX + 1];
	for (size_t r = 0; r < P; r++) {
		for (size_t c = 0; c < P; c++)
			a[r][c] = fixed[r] || fixed[c] ? (double)(r == c) : hessian[r * P + c];
		a[r][P] = fixed[r] ? 0 : g[r];
	}
	for (size_t c = 0; c < P; c++)
		for (size_t r = c + 1; r < P; r++) {
			double factor = a[r][c] / a[c][c];
			for (size_t k = c; k <= P; k++)
				a[r][k] -= factor * a[c][k];
		}
	for (size_t r = P; r-- > 0;) {
		d[r] = a[r][P];
		for (size_t k = r + 1; k < P; k++)
			d[r] -= a[r][k] * d[k];
		d[r] /= a[r][r];
	}
}

static void minimise(const struct fit *fit, double *w)
{
	double g[PARAMETERS_MAX], d[PARAMETERS_MAX], next[PARAMETERS_MAX], hessian[PARAMETERS_MAX * PARAMETERS_MAX];
	for (int step = 0; step < STEPS; step++) {
		bool fixed[PARAMETERS_MAX] = {false};
		double value = loss(fit, w, g, hessian), rate = 1, gain = 0;
		for (size_t h = 0; h < fit->H; h++)
			fixed[h] = w[h] <= 0 && g[h] > 0;
		newton_step(d, hessian, g, fixed, fit->P);
		for (int halving = 0; halving < 20; halving++, rate /= 2) {
			for (size_t h = 0; h < fit->P; h++) {
				next[h] = w[h] - rate * d[h];
				if (h < fit->H && next[h] < 0)
					next[h] = 0;
			}
			gain = value - loss(fit, next, NULL, NULL);
			if (gain > 0)
				break;
		}
		if (gain <= 0)
			return;
		memcpy(w, next, fit->P * sizeof *w);
		if (gain < 1e-7)
			return;
	}
}

enum ho_status ho_blend_fit(struct ho_blend *out, float *const *margins, size_t n_heads, const uint32_t *labels,
                            size_t n, uint32_t K, struct ho_error *err)
{
	struct fit fit = {.margins = margins,
	                  .H = n_heads,
	                  .P = n_heads + (K == 2),
	                  .labels = labels,
	                  .n = n,
	                  .K = K,
	                  .columns = K == 2 ? 1 : K};
	double w[PARAMETERS_MAX] = {0}, log_p;
	*out = (struct ho_blend){.n_heads = n_heads};
	fit.stride = 1 + n * K / ROWS_TIMES_LABELS_MAX;
	fit.p = ho_alloc(K, sizeof *fit.p);
	if (!fit.p)
		return ho_fail_nomem(err);
	for (size_t h = 0; h < n_heads; h++) {
		double square = 0;
		for (size_t a = 0; a < n * fit.columns; a++)
			square += (double)margins[h][a] * (double)margins[h][a];
		fit.scale[h] = square > 0 ? sqrt(square / (double)(n * fit.columns)) : 1;
		w[h] = 1 / (double)n_heads;
	}
	minimise(&fit, w);
	size_t right = 0;
	for (size_t i = 0; i < n; i++) {
		right += probabilities(&fit, w, i, &log_p) == labels[i];
		out->log_loss -= log_p / (double)n;
	}
	out->accuracy = (double)right / (double)n;
	for (size_t h = 0; h < n_heads; h++)
		out->weight[h] = w[h] / fit.scale[h];
	out->bias = K == 2 ? w[n_heads] : 0;
	ho_free(fit.p);
	return HO_OK;
}

void ho_blend_scores(double *out, const struct ho_blend *blend, float *const *margins, size_t i, uint32_t columns)
{
	for (uint32_t k = 0; k < columns; k++) {
		out[k] = columns == 1 ? blend->bias : 0;
		for (size_t h = 0; h < blend->n_heads; h++)
			out[k] += blend->weight[h] * (double)margins[h][(size_t)i * columns + k];
	}
}

enum ho_status ho_blend_trust(struct ho_blend *out, float *margins, const uint32_t *labels, size_t n, uint32_t K,
                              struct ho_error *err)
{
	double *z = ho_calloc(K, sizeof *z), loss = 0;
	size_t right = 0;
	if (!z)
		return ho_fail_nomem(err);
	*out = (struct ho_blend){.n_heads = 1, .weight = {1}};
	for (size_t i = 0; i < n; i++) {
		uint32_t y = labels[i], best = 0;
		double total = 0;
		z[0] = 0;
		ho_blend_scores(K == 2 ? z + 1 : z, out, &margins, i, K == 2 ? 1 : K);
		for (uint32_t k = 0; k < K; k++)
			best = z[k] > z[best] ? k : best;
		for (uint32_t k = 0; k < K; k++)
			total += exp(z[k] - z[best]);
		loss += log(total) - (z[y] - z[best]);
		right += best == y;
	}
	ho_free(z);
	out->log_loss = loss / (double)n;
	out->accuracy = (double)right / (double)n;
	return HO_OK;
}
