/* Gradients against finite differences of the formulas in double, in every build of the kernels. */
#include <stdlib.h>

#include "encoder_fixture.h"
#include "tune/tuner.h"

enum { OUTPUTS = 3, EXAMPLES = 6, SAMPLES = 4 };

static const char *const builds[] = {"portable", "avx2", "avxvnni", "avx512", "avx512vnni", "avx512bf16"};
static const char *const texts[] = {
    "the card is lost",
    "Unable to refund the payment!",
    "?",
    "the the the the the the the the the the the the the the the the the the the the the the "
    "the the the the the the the the the the the the the the the the the the the the the",
    "unpayments cards it",
    "is it lost? the payment is lost. it is!"};
enum { TEXTS = sizeof texts / sizeof *texts };
static const struct ho_example examples[EXAMPLES] = {{0, HO_NO_TEXT, 2, 0}, {1, 4, 0, 1.0f},
                                                     {3, HO_NO_TEXT, 0, 0}, {5, 2, 0, 0.0f},
                                                     {1, HO_NO_TEXT, 1, 0}, {4, HO_NO_TEXT, 2, 0}};
static const float weight = 0.25f;

/* A network over the fixture's folder, its tokens, and the head that both sides share. */
struct world {
	struct e_fixture *fixture;
	struct ho_network *network;
	struct ho_token_rows rows;
	bool cls;
};

static void open_world(struct world *w, bool cls)
{
	struct ho_error err;
	struct ho_slice slices[TEXTS];
	struct ho_rng rng = ho_rng_seed(5, 5);
	*w = (struct world){.fixture = e_new(21 + cls, cls), .cls = cls};
	assert_ok(ho_network_open(&w->network, w->fixture->folder, OUTPUTS, &err), &err);
	for (size_t i = w->network->head_w; i < w->network->n; i++)
		w->network->w[i] = (float)(2 * ho_rng_uniform(&rng) - 1);
	for (size_t i = 0; i < TEXTS; i++)
		slices[i] = ho_slice_str(texts[i]);
	assert_ok(ho_token_rows_make(&w->rows, w->network, slices, TEXTS, NULL, &err), &err);
}

static void close_world(struct world *w)
{
	ho_token_rows_release(&w->rows);
	ho_network_free(w->network);
	e_free(w->fixture);
}

static double slow_label_loss(const struct ho_network *n, const double *v, uint32_t label)
{
	double total = 0, own = 0;
	for (uint32_t k = 0; k < OUTPUTS; k++) {
		double s = (double)n->w[n->head_b + k];
		for (size_t d = 0; d < E_HIDDEN; d++)
			s += (double)n->w[n->head_w + k * E_HIDDEN + d] * v[d];
		total += exp(s);
		own = k == label ? s : own;
	}
	return log(total) - own;
}

static double slow_pair_loss(const double *u, const double *v, double target)
{
	double uv = 0, uu = 0, vv = 0;
	for (size_t d = 0; d < E_HIDDEN; d++) {
		uv += u[d] * v[d];
		uu += u[d] * u[d];
		vv += v[d] * v[d];
	}
	return (uv / sqrt(uu * vv) - target) * (uv / sqrt(uu * vv) - target);
}

static double slow_loss(struct world *w)
{
	double vectors[TEXTS][E_HIDDEN], loss = 0;
	for (size_t i = 0; i < TEXTS; i++)
		slow_vector(vectors[i], w->fixture, w->rows.ids + w->rows.begin[i],
		            w->rows.begin[i + 1] - w->rows.begin[i], w->cls);
	for (size_t i = 0; i < EXAMPLES; i++) {
		const struct ho_example *e = &examples[i];
		loss += e->other == HO_NO_TEXT ? slow_label_loss(w->network, vectors[e->text], e->label)
		                               : slow_pair_loss(vectors[e->text], vectors[e->other], (double)e->target);
	}
	return loss * (double)weight;
}

/* The numbers of a tensor that the slow side reads. */
static float *slow_values(struct world *w, const struct ho_network_tensor *t)
{
	for (size_t i = 0; i < w->fixture->n; i++)
		if (strcmp(w->fixture->tensors[i].name, t->name) == 0)
			return w->fixture->tensors[i].values;
	return w->network->w + t->offset; /* the head */
}

static double difference(struct world *w, float *number)
{
	float was = *number, step = 1.0f / 2048, up = was + step, down = was - step;
	*number = up;
	double above = slow_loss(w);
	*number = down;
	double below = slow_loss(w);
	*number = was;
	return (above - below) / ((double)up - (double)down);
}

/* What finite differences say of some numbers of every tensor; the slow part, done once for all builds. */
struct sample {
	size_t tensor, offset;
	double want;
};
static struct sample samples[64 * SAMPLES];
static size_t n_samples;

static void take_samples(struct world *w)
{
	struct ho_rng rng = ho_rng_seed(9, 9);
	n_samples = 0;
	for (size_t k = 0; k < w->network->n_tensors; k++) {
		const struct ho_network_tensor *t = &w->network->tensors[k];
		size_t size = (t->rows ? t->rows : 1) * t->columns;
		float *values = slow_values(w, t);
		for (int i = 0; i < SAMPLES; i++) {
			size_t at = (size_t)ho_rng_below(&rng, size);
			samples[n_samples++] = (struct sample){k, t->offset + at, difference(w, values + at)};
		}
	}
}

static void add(double *loss, struct ho_tuner *l, struct world *w, const struct ho_pass *pass)
{
	struct ho_error err;
	ho_tuner_clear(l);
	assert_ok(ho_tuner_add(loss, l, &w->rows, examples, EXAMPLES, pass, &err), &err);
}

static void check_build(struct world *w, double want)
{
	struct ho_error err;
	struct ho_tuner *l;
	const struct ho_pass pass = {.from = 0, .weight = weight};
	double loss;
	assert_ok(ho_tuner_new(&l, w->network, 0, 2, &err), &err);
	add(&loss, l, w, &pass);
	assert_true(fabs(loss - want) < 1e-5);
	for (size_t i = 0; i < n_samples; i++) {
		double got = (double)ho_tuner_gradient(l)[samples[i].offset];
		if (!(fabs(got - samples[i].want) < 1e-4 + 2e-3 * fabs(samples[i].want)))
			fail_msg("%s in %s: %g, want %g", w->network->tensors[samples[i].tensor].name,
			         w->network->kernels->name, got, samples[i].want);
	}
	ho_tuner_free(l);
}

static void gradients_are_those_of_finite_differences(void **state)
{
	(void)state;
	for (int cls = 0; cls < 2; cls++) {
		double loss = 0;
		for (size_t b = 0; b < sizeof builds / sizeof *builds; b++) {
			struct world w;
			if (!ho_kernels_find(builds[b]))
				continue;
			setenv("HANDOFF_KERNELS", builds[b], 1);
			open_world(&w, cls);
			assert_string_equal(w.network->kernels->name, builds[b]);
			if (b == 0) {
				loss = slow_loss(&w);
				take_samples(&w);
			}
			check_build(&w, loss);
			close_world(&w);
		}
	}
	unsetenv("HANDOFF_KERNELS");
}

/* Vectors of the network as it was read are those of the encoder. */
static void vectors_are_those_of_the_encoder(void **state)
{
	(void)state;
	struct world w;
	struct ho_error err;
	struct ho_tuner *l;
	struct ho_encoder *e;
	struct ho_slice slices[TEXTS];
	const uint32_t which[TEXTS] = {0, 1, 2, 3, 4, 5};
	float got[TEXTS * E_HIDDEN], want[TEXTS * E_HIDDEN];
	open_world(&w, false);
	for (size_t i = 0; i < TEXTS; i++)
		slices[i] = ho_slice_str(texts[i]);
	assert_ok(ho_encoder_open(&e, w.fixture->folder, 0, &err), &err);
	assert_ok(ho_encode(want, e, slices, TEXTS, 1, NULL, &err), &err);
	assert_ok(ho_tuner_new(&l, w.network, 1, 2, &err), &err);
	assert_ok(ho_tuner_vectors(got, l, &w.rows, which, TEXTS, NULL, &err), &err);
	for (size_t i = 0; i < TEXTS * E_HIDDEN; i++)
		assert_true(fabsf(got[i] - want[i]) < 1e-6f);
	ho_encoder_free(e);
	ho_tuner_free(l);
	close_world(&w);
}

/* Many texts, so that there are several chunks and micro-batches. */
static void a_gradient_does_not_depend_on_threads(void **state)
{
	(void)state;
	enum { MANY = 300 };
	struct world w;
	struct ho_error err;
	struct ho_tuner *one, *three;
	static struct ho_example many[MANY];
	const struct ho_pass pass = {.from = 0, .drop = 0.1f, .key = 77, .weight = 1.0f / MANY};
	double a, b;
	open_world(&w, false);
	for (uint32_t i = 0; i < MANY; i++)
		many[i] = i % 3 ? (struct ho_example){i % TEXTS, HO_NO_TEXT, i % OUTPUTS, 0}
		                : (struct ho_example){i % TEXTS, (i + 1) % TEXTS, 0, 1};
	assert_ok(ho_tuner_new(&one, w.network, 0, 1, &err), &err);
	assert_ok(ho_tuner_new(&three, w.network, 0, 3, &err), &err);
	assert_ok(ho_tuner_add(&a, one, &w.rows, many, MANY, &pass, &err), &err);
	assert_ok(ho_tuner_add(&b, three, &w.rows, many, MANY, &pass, &err), &err);
	assert_true(a == b);
	assert_memory_equal(ho_tuner_gradient(one), ho_tuner_gradient(three), w.network->n * sizeof(float));
	ho_tuner_free(one);
	ho_tuner_free(three);
	close_world(&w);
}

/* What learns from a depth on gets the gradient that it has when everything learns; what is below gets none. */
static void frozen_layers_have_no_gradient(void **state)
{
	(void)state;
	struct world w;
	struct ho_error err;
	struct ho_tuner *l, *part;
	const struct ho_pass all = {.from = 0, .weight = weight};
	double a, b;
	open_world(&w, false);
	assert_ok(ho_tuner_new(&l, w.network, 0, 1, &err), &err);
	add(&a, l, &w, &all);
	for (unsigned from = 1; from <= E_LAYERS + 1; from++) {
		const struct ho_pass some = {.from = from, .weight = weight};
		size_t lowest = w.network->begin[1], first = w.network->begin[from];
		assert_ok(ho_tuner_new(&part, w.network, 1, 1, &err), &err);
		add(&b, part, &w, &some);
		assert_true(a == b);
		for (size_t i = lowest; i < first; i++)
			assert_true(ho_tuner_gradient(part)[i - lowest] == 0);
		assert_memory_equal(ho_tuner_gradient(part) + (first - lowest), ho_tuner_gradient(l) + first,
		                    (w.network->n - first) * sizeof(float));
		ho_tuner_free(part);
	}
	ho_tuner_free(l);
	close_world(&w);
}

/* With dropout: the loss falls along its gradient as fast as the gradient says. */
static void dropout_has_its_gradient_too(void **state)
{
	(void)state;
	struct world w;
	struct ho_error err;
	struct ho_tuner *l;
	const struct ho_pass pass = {.from = 0, .drop = 0.3f, .key = 4, .weight = weight};
	const struct ho_pass other = {.from = 0, .drop = 0.3f, .key = 5, .weight = weight};
	double loss, up, down, square = 0, elsewhere;
	open_world(&w, false);
	size_t n = w.network->n;
	float *was = malloc(n * sizeof *was), *g = malloc(n * sizeof *g);
	assert_ok(ho_tuner_new(&l, w.network, 0, 2, &err), &err);
	add(&elsewhere, l, &w, &other);
	add(&loss, l, &w, &pass);
	assert_true(fabs(loss - elsewhere) > 1e-3);
	memcpy(was, w.network->w, n * sizeof *was);
	memcpy(g, ho_tuner_gradient(l), n * sizeof *g);
	for (size_t i = 0; i < n; i++)
		square += (double)g[i] * (double)g[i];
	float step = (float)(2e-3 / sqrt(square));
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < n; i++)
			w.network->w[i] = was[i] + (side ? -step : step) * g[i];
		assert_ok(ho_network_pack(w.network, 1, 1, &err), &err);
		add(side ? &down : &up, l, &w, &pass);
	}
	double slope = (up - down) / (2 * (double)step);
	if (!(fabs(slope - square) < 0.02 * square))
		fail_msg("%g, want %g", slope, square);
	free(was);
	free(g);
	ho_tuner_free(l);
	close_world(&w);
}

/* Rounded factors change a gradient a little, and not where it points. */
static void in_bf16_a_gradient_points_the_same_way(void **state)
{
	(void)state;
	struct ho_error err;
	struct world w;
	open_world(&w, false);
	size_t n = w.network->n - w.network->begin[1];
	double *want = calloc(n, sizeof *want), losses[2];
	assert_non_null(want);
	for (int bf16 = 0; bf16 < 2; bf16++) {
		struct ho_tuner *l;
		if (bf16)
			assert_ok(ho_network_halve(w.network, 2, &err), &err);
		assert_ok(ho_tuner_new(&l, w.network, 1, 2, &err), &err);
		add(&losses[bf16], l, &w, &(struct ho_pass){1, 0, 0, weight});
		double both = 0, first = 0, second = 0;
		for (size_t i = 0; i < n; i++) {
			double g = (double)ho_tuner_gradient(l)[i];
			both += g * want[i];
			first += want[i] * want[i];
			second += g * g;
			want[i] = bf16 ? want[i] : g;
		}
		if (bf16) {
			double cosine = both / sqrt(first * second);
			assert_true(cosine > 0.999 && cosine < 1 - 1e-9);
			assert_true(fabs(losses[0] - losses[1]) < 0.02 * losses[0]);
		}
		ho_tuner_free(l);
	}
	free(want);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gradients_are_those_of_finite_differences),
	    cmocka_unit_test(vectors_are_those_of_the_encoder),
	    cmocka_unit_test(a_gradient_does_not_depend_on_threads),
	    cmocka_unit_test(frozen_layers_have_no_gradient),
	    cmocka_unit_test(dropout_has_its_gradient_too),
	    cmocka_unit_test(in_bf16_a_gradient_points_the_same_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
