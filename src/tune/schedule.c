/* What the recipe means at each step, and how well the held-out texts are told apart. */
#include <math.h>

#include "tune/recipe.h"

void ho_tune_recipe_init(struct ho_tune_recipe *r)
{
	*r = (struct ho_tune_recipe){.epochs = 4,
	                             .batch = 16,
	                             .rate = 2e-4,
	                             .head_rate = 2e-3,
	                             .factor = 1.3,
	                             .unfreeze = 0.25,
	                             .cut = 0.1,
	                             .ratio = 32,
	                             .decay = 0.01,
	                             .clip = 1,
	                             .drop = 0.1,
	                             .lowest = 1,
	                             .looks = 2,
	                             .patience = 4,
	                             .seed = 1};
}

void ho_tune_recipe_init_pairs(struct ho_tune_recipe *r)
{
	ho_tune_recipe_init(r);
	r->epochs = 1;
	r->rate = 5e-5;
	r->factor = 1;
	r->unfreeze = 0;
	r->looks = 1;
	r->patience = 0;
}

double ho_tune_triangle(uint64_t t, uint64_t steps, double cut, double ratio)
{
	double rise = floor((double)steps * cut), p;
	if ((double)t < rise)
		p = (double)t / rise;
	else
		p = 1 - ((double)t - rise) / fmax((double)steps - rise, 1);
	return (1 + p * (ratio - 1)) / ratio;
}

static double loss_at(const float *scores, const struct ho_example *held, size_t n, uint32_t K, double heat)
{
	double loss = 0;
	for (size_t i = 0; i < n; i++) {
		const float *s = scores + i * K;
		double top = -INFINITY, total = 0;
		for (uint32_t k = 0; k < K; k++)
			top = fmax(top, heat * (double)s[k]);
		for (uint32_t k = 0; k < K; k++)
			total += exp(heat * (double)s[k] - top);
		loss += log(fmax(total, 1)) + top - heat * (double)s[held[i].label];
	}
	return loss / (double)n;
}

/* Golden section over the logarithm of the inverse temperature, in which the loss has one valley. */
double ho_tune_held_loss(double *accuracy, const float *scores, const struct ho_example *held, size_t n, uint32_t K)
{
	const double golden = 0.6180339887498949;
	double low = log(0.02), high = log(50);
	size_t right = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t best = 0;
		for (uint32_t k = 1; k < K; k++)
			best = scores[i * K + k] > scores[i * K + best] ? k : best;
		right += best == held[i].label;
	}
	*accuracy = (double)right / (double)n;
	while (high - low > 0.01) {
		double a = high - golden * (high - low), b = low + golden * (high - low);
		if (loss_at(scores, held, n, K, exp(a)) < loss_at(scores, held, n, K, exp(b)))
			high = b;
		else
			low = a;
	}
	return loss_at(scores, held, n, K, exp((low + high) / 2));
}
