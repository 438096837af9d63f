/* The blend sits where no allowed change of a weight lowers its objective, by finite differences. */
#include "train/blend.h"
#include "train_fixture.h"

enum { N = 300, H_MAX = 5 };

struct heads {
	size_t H;
	uint32_t K, columns, labels[N];
	float values[H_MAX][N * 4];
	float *margins[H_MAX];
	double scale[H_MAX];
};

/* Head 0 is good, 1 nearly a copy of it, 2 noise, 3 speaks against the label, 4 weak. */
static void fill_heads(struct heads *h, size_t H, uint32_t K, uint64_t seed)
{
	static const double truth[] = {1.5, 1.4, 0, -1, 0.4};
	struct ho_rng rng = ho_rng_seed(seed, 5);
	*h = (struct heads){.H = H, .K = K, .columns = K == 2 ? 1 : K};
	for (size_t i = 0; i < N; i++) {
		h->labels[i] = (uint32_t)ho_rng_below(&rng, K);
		double shared = 0;
		for (uint32_t k = 0; k < h->columns; k++) {
			double y = K == 2 ? 2.0 * h->labels[i] - 1 : h->labels[i] == k;
			shared = 3 * ho_rng_uniform(&rng) - 1.5;
			for (size_t a = 0; a < H; a++) {
				double noise = a == 1   ? shared
				               : a == 0 ? shared + 0.1 * ho_rng_uniform(&rng)
				                        : 3 * ho_rng_uniform(&rng) - 1.5;
				h->values[a][i * h->columns + k] = (float)((truth[a] * y + noise) * (1 + (double)a));
			}
		}
	}
	for (size_t a = 0; a < H; a++) {
		double square = 0;
		h->margins[a] = h->values[a];
		for (size_t i = 0; i < N * h->columns; i++)
			square += (double)h->values[a][i] * (double)h->values[a][i];
		h->scale[a] = sqrt(square / (N * h->columns));
	}
}

static double log_loss(const struct heads *h, const struct ho_blend *blend)
{
	double sum = 0, z[4];
	for (size_t i = 0; i < N; i++) {
		ho_blend_scores(z, blend, (float *const *)h->margins, i, h->columns);
		double own = h->columns == 1 ? (h->labels[i] ? z[0] : 0) : z[h->labels[i]], total = h->columns == 1;
		for (uint32_t k = 0; k < h->columns; k++)
			total += exp(z[k]);
		sum += log(total) - own;
	}
	return sum / N;
}

/* With the ridge of 0.001 on weights times the root mean square of their margins. */
static double objective(const struct heads *h, const struct ho_blend *blend)
{
	double ridge = blend->bias * blend->bias;
	for (size_t a = 0; a < h->H; a++)
		ridge += pow(blend->weight[a] * h->scale[a], 2);
	return log_loss(h, blend) + 1e-3 / 2 * ridge;
}

static void check_blend(size_t H, uint32_t K, uint64_t seed)
{
	static struct heads h;
	struct ho_blend blend;
	struct ho_error err;
	fill_heads(&h, H, K, seed);
	assert_ok(ho_blend_fit(&blend, (float *const *)h.margins, H, h.labels, N, K, &err), &err);
	assert_true(fabs(blend.log_loss - log_loss(&h, &blend)) < 1e-9);
	double base = objective(&h, &blend);
	for (size_t a = 0; a <= H; a++) {
		struct ho_blend moved = blend;
		if (a == H && K > 2)
			break;
		double *parameter = a == H ? &moved.bias : &moved.weight[a], step = 1e-4 / (a == H ? 1 : h.scale[a]);
		double at = *parameter;
		assert_true(a == H || at >= 0);
		*parameter = at + step;
		double up = (objective(&h, &moved) - base) / 1e-4;
		*parameter = at - step;
		double down = (objective(&h, &moved) - base) / 1e-4;
		bool is_free = a == H || at > step;
		if (up < -2e-3 || (is_free && down < -2e-3))
			fail_msg("K %u, %zu heads, seed %d: parameter %zu at %g could fall by %g / %g", K, H, (int)seed,
			         a, at, up, down);
	}
}

static void the_blend_is_stationary(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 12; seed++)
		for (size_t H = 1; H <= H_MAX; H++) {
			check_blend(H, 2, seed);
			check_blend(H, 4, seed);
		}
}

static void useless_heads_get_nothing(void **state)
{
	(void)state;
	static struct heads h;
	struct ho_blend blend;
	struct ho_error err;
	fill_heads(&h, H_MAX, 2, 1);
	assert_ok(ho_blend_fit(&blend, (float *const *)h.margins, H_MAX, h.labels, N, 2, &err), &err);
	assert_true(blend.weight[3] == 0); /* it is against the label, and weights cannot be negative */
	assert_true(blend.weight[0] + blend.weight[1] > 0);
	size_t right = 0;
	double z;
	for (size_t i = 0; i < N; i++) {
		ho_blend_scores(&z, &blend, (float *const *)h.margins, i, 1);
		right += (z > 0) == (h.labels[i] == 1);
	}
	assert_true(fabs(blend.accuracy - (double)right / N) < 1e-12);
}

static enum ho_status try_blend(void *context)
{
	struct heads *h = context;
	struct ho_blend blend;
	return ho_blend_fit(&blend, (float *const *)h->margins, h->H, h->labels, N, h->K, NULL);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	static struct heads h;
	fill_heads(&h, 2, 4, 1);
	walk_failures(try_blend, &h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_blend_is_stationary),
	    cmocka_unit_test(useless_heads_get_nothing),
	    cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
