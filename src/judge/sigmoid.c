/* Platt and beta calibration: both are logistic regressions of few parameters, fitted by the same Newton iteration. */
#include <math.h>

#include "judge/calibration.h"

#define WIDTH 3 /* most parameters */
#define STEPS 100
/* Weak pull towards 0 on the slopes of the beta map: invisible in a fit, but keeps separable data finite. */
#define RIDGE 1e-7

/* A regression: P(y = 1) = 1 / (1 + exp(-w.f(s))), with targets for the two kinds instead of 0 and 1. */
struct regression {
	void (*features)(double f[WIDTH], double s);
	const double *score;
	const uint8_t *y;
	size_t n;
	double target[2];
	bool active[WIDTH]; /* parameters that may move; the others stay 0 */
	double ridge;
};

/* ln(1 + e^x) without overflow (Lin, Lin & Weng 2007, section 3). */
static double log1p_exp(double x)
{
	return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static double sigmoid(double x)
{
	return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

static double loss_at(const struct regression *r, const double w[WIDTH])
{
	double f[WIDTH], loss = 0;
	for (size_t i = 0; i < r->n; i++) {
		r->features(f, r->score[i]);
		double z = f[0] * w[0] + f[1] * w[1] + f[2] * w[2], t = r->target[r->y[i] != 0];
		loss += t * log1p_exp(-z) + (1 - t) * log1p_exp(z);
	}
	return loss + 0.5 * r->ridge * (w[0] * w[0] + w[1] * w[1]);
}

static void derivatives(double g[WIDTH], double h[WIDTH][WIDTH], const struct regression *r, const double w[WIDTH])
{
	double f[WIDTH];
	memset(g, 0, WIDTH * sizeof *g);
	memset(h, 0, WIDTH * sizeof *h);
	for (size_t i = 0; i < r->n; i++) {
		r->features(f, r->score[i]);
		double p = sigmoid(f[0] * w[0] + f[1] * w[1] + f[2] * w[2]), d = p - r->target[r->y[i] != 0];
		for (int a = 0; a < WIDTH; a++) {
			g[a] += d * f[a];
			for (int b = 0; b <= a; b++)
				h[a][b] += p * (1 - p) * f[a] * f[b];
		}
	}
	for (int a = 0; a < 2; a++) {
		g[a] += r->ridge * w[a];
		h[a][a] += r->ridge;
	}
	for (int a = 0; a < WIDTH; a++)
		for (int b = 0; b <= a; b++)
			if (!r->active[a] || !r->active[b])
				h[a][b] = a == b;
	for (int a = 0; a < WIDTH; a++)
		g[a] = r->active[a] ? g[a] : 0;
}

/* Solve h x = g for a symmetric h given by its lower half (Cholesky, overwriting h); a little is added to the diagonal
 * so that features that do not vary are harmless. */
static void solve(double x[WIDTH], double h[WIDTH][WIDTH], const double g[WIDTH])
{
	double trace = h[0][0] + h[1][1] + h[2][2];
	for (int a = 0; a < WIDTH; a++) {
		h[a][a] += 1e-14 * trace + 1e-300;
		for (int b = 0; b <= a; b++) {
			double sum = h[a][b];
			for (int k = 0; k < b; k++)
				sum -= h[a][k] * h[b][k];
			h[a][b] = a == b ? sqrt(fmax(sum, 1e-16 * trace + 1e-300)) : sum / h[b][b];
		}
	}
	for (int a = 0; a < WIDTH; a++) {
		x[a] = g[a];
		for (int k = 0; k < a; k++)
			x[a] -= h[a][k] * x[k];
		x[a] /= h[a][a];
	}
	for (int a = WIDTH - 1; a >= 0; a--) {
		for (int k = a + 1; k < WIDTH; k++)
			x[a] -= h[k][a] * x[k];
		x[a] /= h[a][a];
	}
}

/* Newton with step halving from w; the loss is convex, so wherever it stops improving is the minimum. */
static void minimise(double w[WIDTH], const struct regression *r)
{
	double g[WIDTH], h[WIDTH][WIDTH], step[WIDTH], next[WIDTH], loss = loss_at(r, w);
	for (int i = 0; i < STEPS; i++) {
		derivatives(g, h, r, w);
		solve(step, h, g);
		double descent = g[0] * step[0] + g[1] * step[1] + g[2] * step[2], scale = 1, new_loss = loss;
		if (!(descent > 1e-14 * (1 + loss)))
			return;
		for (; scale > 1e-10; scale /= 2) {
			for (int a = 0; a < WIDTH; a++)
				next[a] = w[a] - scale * step[a];
			new_loss = loss_at(r, next);
			if (new_loss < loss - 1e-4 * scale * descent)
				break;
		}
		if (!(new_loss < loss))
			return;
		memcpy(w, next, sizeof next);
		loss = new_loss;
	}
}

static size_t count_ones(const uint8_t *y, size_t n)
{
	size_t ones = 0;
	for (size_t i = 0; i < n; i++)
		ones += y[i] != 0;
	return ones;
}

static void line_features(double f[WIDTH], double s)
{
	f[0] = s;
	f[1] = 0;
	f[2] = 1;
}

enum ho_status ho_platt_fit(struct ho_platt *out, const double *score, const uint8_t *y, size_t n, struct ho_error *err)
{
	*out = (struct ho_platt){0, 0};
	if (n == 0)
		return ho_fail(err, HO_EINVAL, "a sigmoid needs at least one item");
	for (size_t i = 0; i < n; i++)
		if (!isfinite(score[i]))
			return ho_fail(err, HO_EINVAL, "score %zu is not a finite number", i);
	double ones = (double)count_ones(y, n), zeros = (double)n - ones;
	struct regression r = {line_features,       score, y, n, {1 / (zeros + 2), (ones + 1) / (ones + 2)},
	                       {true, false, true}, 0};
	double w[WIDTH] = {0, 0, log((ones + 1) / (zeros + 1))};
	minimise(w, &r);
	*out = (struct ho_platt){-w[0], -w[2]};
	return HO_OK;
}

double ho_platt_apply(struct ho_platt map, double score)
{
	return sigmoid(-(map.a * score + map.b));
}

static void beta_features(double f[WIDTH], double s)
{
	s = fmin(1 - 1e-12, fmax(1e-12, s));
	f[0] = log(s);
	f[1] = -log1p(-s);
	f[2] = 1;
}

enum ho_status ho_beta_fit(struct ho_beta_map *out, const double *p, const uint8_t *y, size_t n, struct ho_error *err)
{
	size_t ones = count_ones(y, n);
	*out = (struct ho_beta_map){0, 0, 0};
	for (size_t i = 0; i < n; i++)
		if (!(p[i] >= 0 && p[i] <= 1))
			return ho_fail(err, HO_EINVAL, "item %zu has a probability outside 0 to 1", i);
	if (ones == 0 || ones == n)
		return ho_fail(err, HO_EINVAL, "beta calibration needs both right and wrong items");
	struct regression r = {beta_features, p, y, n, {0, 1}, {true, true, true}, RIDGE};
	double w[WIDTH];
	/* At most two refits: each takes one parameter out, and the intercept alone is always allowed. */
	for (bool again = true; again;) {
		w[0] = w[1] = 0;
		w[2] = log((double)ones / (double)(n - ones));
		minimise(w, &r);
		again = false;
		for (int a = 0; a < 2 && !again; a++)
			if (w[a] < 0) {
				r.active[a] = false;
				again = true;
			}
	}
	*out = (struct ho_beta_map){w[0], w[1], w[2]};
	return HO_OK;
}

double ho_beta_apply(struct ho_beta_map map, double p)
{
	double f[WIDTH];
	beta_features(f, p);
	return sigmoid(map.a * f[0] + map.b * f[1] + map.c);
}
