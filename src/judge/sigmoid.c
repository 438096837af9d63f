/* Platt's sigmoid: a logistic regression of two parameters with softened targets, by Newton's method. */
#include <math.h>

#include "judge/calibration.h"

enum { STEPS = 100 };

struct regression {
	const double *score;
	const uint8_t *y;
	size_t n;
	double target[2]; /* instead of 0 and 1 */
};

/* w[0] * score + w[1] is the log-odds. */
struct derivatives {
	double g[2], h00, h01, h11;
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

static double loss_at(const struct regression *r, const double w[2])
{
	double loss = 0;
	for (size_t i = 0; i < r->n; i++) {
		double z = r->score[i] * w[0] + w[1], t = r->target[r->y[i] != 0];
		loss += t * log1p_exp(-z) + (1 - t) * log1p_exp(z);
	}
	return loss;
}

static struct derivatives derivatives_at(const struct regression *r, const double w[2])
{
	struct derivatives d = {.h00 = 0};
	for (size_t i = 0; i < r->n; i++) {
		double s = r->score[i], p = sigmoid(s * w[0] + w[1]), gap = p - r->target[r->y[i] != 0];
		d.g[0] += gap * s;
		d.g[1] += gap;
		d.h00 += p * (1 - p) * s * s;
		d.h01 += p * (1 - p) * s;
		d.h11 += p * (1 - p);
	}
	return d;
}

/* The Newton step. A little is added to the diagonal, so that scores that do not vary are harmless. */
static void solve(double step[2], const struct derivatives *d)
{
	double little = 1e-14 * (d->h00 + d->h11) + 1e-300, h00 = d->h00 + little, h11 = d->h11 + little;
	double left = sqrt(h00), cross = d->h01 / left;
	double right = sqrt(fmax(h11 - cross * cross, 1e-2 * little));
	double x = d->g[0] / left, y = (d->g[1] - cross * x) / right;
	step[1] = y / right;
	step[0] = (x - cross * step[1]) / left;
}

/* With step halving from w; the loss is convex, so wherever it stops improving is the minimum. */
static void minimise(double w[2], const struct regression *r)
{
	double step[2], next[2], loss = loss_at(r, w);
	for (int i = 0; i < STEPS; i++) {
		struct derivatives d = derivatives_at(r, w);
		solve(step, &d);
		double descent = d.g[0] * step[0] + d.g[1] * step[1], scale = 1, new_loss = loss;
		if (!(descent > 1e-14 * (1 + loss)))
			return;
		for (; scale > 1e-10; scale /= 2) {
			next[0] = w[0] - scale * step[0];
			next[1] = w[1] - scale * step[1];
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

enum ho_status ho_platt_fit(struct ho_platt *out, const double *score, const uint8_t *y, size_t n, struct ho_error *err)
{
	double ones = 0;
	*out = (struct ho_platt){0, 0};
	if (n == 0)
		return ho_fail(err, HO_EINVAL, "a sigmoid needs at least one item");
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(score[i]))
			return ho_fail(err, HO_EINVAL, "score %zu is not a finite number", i);
		ones += y[i] != 0;
	}
	double zeros = (double)n - ones;
	struct regression r = {score, y, n, {1 / (zeros + 2), (ones + 1) / (ones + 2)}};
	double w[2] = {0, log((ones + 1) / (zeros + 1))};
	minimise(w, &r);
	*out = (struct ho_platt){-w[0], -w[1]};
	return HO_OK;
}
