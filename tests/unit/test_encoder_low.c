/* Products in eight bits and in bf16: the same whole numbers in every build, errors within what the formats allow, and
 * what is not finite stays so. */

#include <float.h>
#include <math.h>

#include "encoder/config.h"
#include "encoder/kernels_low.h"
#include "encoder_fixture.h"

static const char *const builds[] = {"portable", "avx2", "avxvnni", "avx512", "avx512vnni", "avx512bf16"};
enum { BUILDS = sizeof builds / sizeof *builds, ROWS_MOST = 15, OUT_MOST = 50, IN_MOST = 2064 };

/* A product in eight bits with room for the largest shape. */
struct int8_case {
	struct ho_int8_weights w;
	struct ho_int8_rows x;
	size_t rows;
	float y[ROWS_MOST * OUT_MOST];
};

static void *room(size_t bytes)
{
	void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
	assert_non_null(p);
	memset(p, 0, bytes);
	return p;
}

static struct int8_case *case_new(void)
{
	struct int8_case *c = calloc(1, sizeof *c);
	c->w.packed = room(ho_int8_packed_size(OUT_MOST, IN_MOST));
	c->w.scale = room(ho_packed_size(OUT_MOST, 1) * sizeof(float));
	c->w.sums = room(ho_packed_size(OUT_MOST, 1) * sizeof(int32_t));
	c->x.codes = room(ROWS_MOST * ho_int8_stride(IN_MOST));
	c->x.scale = room(ROWS_MOST * sizeof(float));
	c->x.zero = room(ROWS_MOST * sizeof(int32_t));
	return c;
}

static void case_free(struct int8_case *c)
{
	free(c->w.packed);
	free(c->w.scale);
	free(c->w.sums);
	free(c->x.codes);
	free(c->x.scale);
	free(c->x.zero);
	free(c);
}

static int8_t *weight_of(struct int8_case *c, size_t o, size_t i)
{
	return &c->w.packed[o / HO_PANEL * HO_PANEL * ho_int8_stride(c->w.in) + i / 4 * HO_PANEL * 4 +
	                    o % HO_PANEL * 4 + i % 4];
}

/* Kinds of hostile numbers: 0 random, 1 all as large as they can be, 2 the same with changing signs, 3 codes at 0. */
static void fill(struct int8_case *c, struct ho_rng *rng, int kind)
{
	size_t stride = ho_int8_stride(c->w.in);
	memset(c->w.packed, 0, ho_int8_packed_size(c->w.out, c->w.in));
	memset(c->x.codes, 0, c->rows * stride);
	for (size_t o = 0; o < c->w.out; o++) {
		c->w.scale[o] = 1;
		c->w.sums[o] = 0;
		for (size_t i = 0; i < c->w.in; i++) {
			int any = (int)(ho_rng_uniform(rng) * (2 * HO_INT8_WEIGHT_MAX + 1)) - HO_INT8_WEIGHT_MAX;
			int w = kind == 0   ? any
			        : kind == 2 ? ((i + o) % 2 ? -HO_INT8_WEIGHT_MAX : HO_INT8_WEIGHT_MAX)
			                    : (o % 2 ? -HO_INT8_WEIGHT_MAX : HO_INT8_WEIGHT_MAX);
			*weight_of(c, o, i) = (int8_t)w;
			c->w.sums[o] += w;
		}
	}
	for (size_t t = 0; t < c->rows; t++) {
		c->x.scale[t] = 1;
		c->x.zero[t] = kind ? (t % 2 ? 0 : HO_INT8_CODE_MAX) : (int)(ho_rng_uniform(rng) * HO_INT8_CODE_MAX);
		for (size_t i = 0; i < c->w.in; i++)
			c->x.codes[t * stride + i] = kind == 0 ? (uint8_t)(ho_rng_uniform(rng) * (HO_INT8_CODE_MAX + 1))
			                             : kind == 3 ? 0
			                                         : HO_INT8_CODE_MAX;
	}
}

/* With scales of 1 a product is the whole number itself, as long as it is below 2^24. */
static void check_whole_numbers(struct int8_case *c, const struct ho_kernels *k)
{
	size_t stride = ho_int8_stride(c->w.in);
	for (size_t i = 0; i < ROWS_MOST * OUT_MOST; i++)
		c->y[i] = -1;
	k->int8->multiply(c->y, OUT_MOST, &c->x, &c->w, NULL, c->rows, HO_EPILOGUE_NONE);
	for (size_t t = 0; t < ROWS_MOST; t++)
		for (size_t o = 0; o < OUT_MOST; o++) {
			int64_t want = t < c->rows && o < c->w.out ? 0 : -1;
			for (size_t i = 0; i < c->w.in && want != -1; i++)
				want += *weight_of(c, o, i) * (c->x.codes[t * stride + i] - c->x.zero[t]);
			if (t < c->rows && o < c->w.out && want == -1)
				continue; /* not told apart from what must not be touched */
			if ((double)c->y[t * OUT_MOST + o] != (double)want)
				fail_msg("%s, %zu x %zu x %zu, row %zu, output %zu: %.0f, want %lld", k->name, c->rows,
				         c->w.out, c->w.in, t, o, (double)c->y[t * OUT_MOST + o], (long long)want);
		}
}

static void whole_numbers_are_the_same_in_every_build(void **state)
{
	(void)state;
	static const size_t ins[] = {1, 3, 4, 7, 8, 9, 27, 384, IN_MOST};
	struct int8_case *c = case_new();
	struct ho_rng rng = ho_rng_seed(8, 8);
	for (int kind = 0; kind < 4; kind++)
		for (size_t n = 0; n < sizeof ins / sizeof *ins; n++)
			for (size_t shape = 0; shape < 4; shape++) {
				c->w.in = ins[n];
				c->w.out = 1 + (shape * 17 + n * 5) % (OUT_MOST - 1);
				c->rows = 1 + (shape * 5 + n) % (ROWS_MOST - 1);
				fill(c, &rng, kind);
				for (size_t b = 0; b < BUILDS; b++)
					if (ho_kernels_find(builds[b]))
						check_whole_numbers(c, ho_kernels_find(builds[b]));
			}
	case_free(c);
}

/* A row of floats that tries a quantiser: 0 to 7. */
static void fill_row(float *x, size_t n, struct ho_rng *rng, int kind)
{
	for (size_t i = 0; i < n; i++) {
		float u = (float)(2 * ho_rng_uniform(rng) - 1);
		const float kinds[] = {
		    u,        u * u, -u * u - 3, 0, i == n / 2 ? 1e4f : u, u * FLT_MIN, (float)((int)(u * 5)) + 0.5f,
		    u * 3e38f};
		x[i] = kinds[kind];
	}
}

/* Codes, scales and zeros: the same bytes in every build, and numbers that come back within half a step. */
static void rows_come_back_within_half_a_step(void **state)
{
	(void)state;
	enum { N = 100 };
	static const size_t lengths[] = {1, 5, 8, 31, N};
	struct ho_rng rng = ho_rng_seed(9, 9);
	const struct ho_kernels *portable = ho_kernels_find("portable");
	for (int trial = 0; trial < 8 * 20; trial++) {
		size_t n = lengths[trial % 5];
		float x[N], scale[2];
		uint8_t codes[2][N + HO_INT8_GROUP];
		int32_t zero[2];
		fill_row(x, n, &rng, trial / 20);
		const struct ho_int8_rows want = {codes[0], &scale[0], &zero[0]}, got = {codes[1], &scale[1], &zero[1]};
		portable->int8->quantise(&want, x, n, 1, n);
		for (size_t b = 1; b < BUILDS; b++) {
			if (!ho_kernels_find(builds[b]))
				continue;
			ho_kernels_find(builds[b])->int8->quantise(&got, x, n, 1, n);
			assert_memory_equal(codes[0], codes[1], ho_int8_stride(n));
			assert_memory_equal(&scale[0], &scale[1], sizeof *scale);
			assert_int_equal(zero[0], zero[1]);
		}
		assert_true(zero[0] >= 0 && zero[0] <= HO_INT8_CODE_MAX);
		for (size_t i = 0; i < n && isfinite(scale[0]); i++) {
			double back = (double)scale[0] * (codes[0][i] - zero[0]);
			assert_true(codes[0][i] <= HO_INT8_CODE_MAX);
			/* what is too small for a float's inverse is taken as zero; 1e-4: of the arithmetic in fp32 */
			double allowed = (double)scale[0] * (0.5 + 1e-4) + (double)FLT_MIN * 256;
			if (!(fabs(back - (double)x[i]) <= allowed))
				fail_msg("kind %d: %g came back as %g, step %g", trial / 20, (double)x[i], back,
				         (double)scale[0]);
		}
		for (size_t i = n; i < ho_int8_stride(n); i++)
			assert_int_equal(codes[0][i], 0);
	}
}

/* One product of random floats in all three precisions. */
struct product {
	size_t rows, out, in;
	float x[ROWS_MOST * 200], w[OUT_MOST * 200];
	float *packed, y[ROWS_MOST * OUT_MOST];
};

static void product_make(struct product *p, struct ho_rng *rng, int kind)
{
	p->rows = 1 + (size_t)(ho_rng_uniform(rng) * (ROWS_MOST - 1));
	p->out = 1 + (size_t)(ho_rng_uniform(rng) * (OUT_MOST - 1));
	p->in = 1 + (size_t)(ho_rng_uniform(rng) * 199);
	for (size_t t = 0; t < p->rows; t++)
		fill_row(p->x + t * p->in, p->in, rng, kind);
	fill_row(p->w, p->out * p->in, rng, 0);
	ho_pack(p->packed, p->w, p->out, p->in);
}

/*
 * |sum x w - sum x' w'| <= sum |x - x'| |w| + |x'| |w - w'|, where |x - x'| is at most half a step of the row and
 * |w - w'| half a step of the output; and 1e-5 of the sum of sizes for the arithmetic in fp32.
 */
static void check_int8(struct product *p, struct int8_case *c, const struct ho_kernels *k)
{
	c->w.out = p->out;
	c->w.in = p->in;
	ho_int8_pack(&c->w, p->packed);
	k->int8->quantise(&c->x, p->x, p->in, p->rows, p->in);
	k->int8->multiply(p->y, OUT_MOST, &c->x, &c->w, p->w, p->rows, HO_EPILOGUE_NONE);
	for (size_t t = 0; t < p->rows; t++)
		for (size_t o = 0; o < p->out; o++) {
			double want = (double)p->w[o], lost = 1e-6, step = (double)c->x.scale[t], most = 0, size = 0;
			for (size_t i = 0; i < p->in; i++)
				most = fmax(most, fabs((double)p->w[o * p->in + i]));
			for (size_t i = 0; i < p->in; i++) {
				double x = (double)p->x[t * p->in + i], w = (double)p->w[o * p->in + i];
				want += x * w;
				size += (fabs(x) + step) * most;
				lost += step / 2 * fabs(w) + (fabs(x) + step / 2) * most / HO_INT8_WEIGHT_MAX / 2;
			}
			if (!(fabs(want - (double)p->y[t * OUT_MOST + o]) <= lost + 1e-5 * size))
				fail_msg("%s: %g, want %g within %g", k->name, (double)p->y[t * OUT_MOST + o], want,
				         lost);
		}
}

/* Eight significant bits: each factor is off by at most 2^-8 of itself. */
static void check_bf16(struct product *p, const struct ho_kernels *k)
{
	static uint32_t packed[4 * HO_PANEL * 100] __attribute__((aligned(64)));
	static float rows[ROWS_MOST * 200] __attribute__((aligned(64)));
	ho_bf16_pack(packed, p->packed, p->out, p->in);
	k->bf16->round(rows, p->x, p->in, p->rows, p->in);
	k->bf16->multiply(p->y, OUT_MOST, rows, packed, p->w, p->rows, p->out, p->in, HO_EPILOGUE_NONE);
	for (size_t t = 0; t < p->rows; t++)
		for (size_t o = 0; o < p->out; o++) {
			double want = (double)p->w[o], size = fabs(want), exact = want;
			for (size_t i = 0; i < p->in; i++) {
				uint32_t halves[2] = {ho_bf16_round(p->x[t * p->in + i]),
				                      ho_bf16_round(p->w[o * p->in + i])};
				float rounded[2];
				memcpy(rounded, halves, sizeof halves);
				want += (double)p->x[t * p->in + i] * (double)p->w[o * p->in + i];
				exact += (double)rounded[0] * (double)rounded[1];
				size += fabs((double)p->x[t * p->in + i] * (double)p->w[o * p->in + i]);
			}
			double got = (double)p->y[t * OUT_MOST + o];
			if (!(fabs(want - got) <= size * (2 * 0x1p-8 + 0x1p-16 + 1e-5)) ||
			    !(fabs(exact - got) <= 1e-5 * size + 1e-30))
				fail_msg("%s: %g, want %g or rather %g", k->name, got, want, exact);
		}
}

static void products_lose_what_their_steps_allow(void **state)
{
	(void)state;
	struct ho_rng rng = ho_rng_seed(10, 10);
	struct int8_case *c = case_new();
	struct product *p = calloc(1, sizeof *p);
	p->packed = room(ho_packed_size(OUT_MOST, 200) * sizeof *p->packed);
	for (int trial = 0; trial < 70; trial++) {
		product_make(p, &rng, trial % 7);
		for (size_t b = 0; b < BUILDS; b++)
			if (ho_kernels_find(builds[b])) {
				check_int8(p, c, ho_kernels_find(builds[b]));
				if (trial % 7 != 5) /* numbers below the least normal one may be flushed to zero */
					check_bf16(p, ho_kernels_find(builds[b]));
			}
	}
	free(p->packed);
	free(p);
	case_free(c);
}

static void what_is_not_finite_stays_so(void **state)
{
	(void)state;
	enum { N = 40 };
	struct int8_case *c = case_new();
	static uint32_t packed16[HO_PANEL * N / 2] __attribute__((aligned(64)));
	static float packed[HO_PANEL * N] __attribute__((aligned(64))), rows[N] __attribute__((aligned(64)));
	float w[N], x[N], y[1], scratch[4000], out[N];
	const float wrong[] = {NAN, -NAN, INFINITY, -INFINITY};
	for (size_t i = 0; i < N; i++)
		w[i] = 1;
	ho_pack(packed, w, 1, N);
	c->w.out = 1;
	c->w.in = N;
	ho_int8_pack(&c->w, packed);
	ho_bf16_pack(packed16, packed, 1, N);
	for (size_t b = 0; b < BUILDS; b++)
		for (size_t i = 0; i < 4 * N; i++) {
			const struct ho_kernels *k = ho_kernels_find(builds[b]);
			if (!k)
				continue;
			for (size_t j = 0; j < N; j++)
				x[j] = j == i % N ? wrong[i / N] : 1;

			k->int8->quantise(&c->x, x, N, 1, N);
			k->int8->multiply(y, 1, &c->x, &c->w, NULL, 1, HO_EPILOGUE_GELU);
			assert_false(isfinite(y[0]));
			k->bf16->round(rows, x, N, 1, N);
			k->bf16->multiply(y, 1, rows, packed16, NULL, 1, 1, N, HO_EPILOGUE_NONE);
			assert_false(isfinite(y[0]));
			/* one head of a text of N tokens with one number each */
			k->attend(out, 1, x, w, x, 1, N, 1, 1, (float *)(((uintptr_t)scratch + 63) & ~(uintptr_t)63));
			assert_false(isfinite(out[i % N]));
		}
	case_free(c);
}

static void bf16_rounds_to_the_nearest(void **state)
{
	(void)state;
	const struct {
		uint32_t from, to;
	} cases[] = {{0x3f800000, 0x3f800000}, {0x3f808000, 0x3f800000}, {0x3f808001, 0x3f810000},
	             {0x3f818000, 0x3f820000}, {0x7f7fffff, 0x7f800000}, {0xff800000, 0xff800000},
	             {0x80000001, 0x80000000}, {0x00008001, 0x00010000}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		float x;
		memcpy(&x, &cases[i].from, sizeof x);
		assert_int_equal(ho_bf16_round(x), cases[i].to);
	}
	for (uint32_t bits = 0x7f800001; bits > 0x7f800000 && bits < 0x80000000; bits = bits * 2 - 0x7f800000) {
		float x, back;
		memcpy(&x, &bits, sizeof x);
		uint32_t rounded = ho_bf16_round(x);
		memcpy(&back, &rounded, sizeof back);
		assert_true(isnan(back));
	}
}

/*
 * Vectors of a whole encoder. Weights are uniform in (-1, 1): steps of 1/64 are noise of (1/64)/sqrt(12), 0.8% of their
 * mean size; rows after layer norm span some five deviations, whose steps of 5/127 are noise of 1.1%; together 1.4% a
 * product, and bf16 0.2%. If the errors of all eight products pointed the same way the vector would be off by 11% and
 * 1.6% of its length: a cosine of 0.994 and 0.9998.
 */
static void vectors_stay_close(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "the card is lost", "Unable to refund the payment!", "?", "",
	    "the the the the the the the the the the the the the the the the the the "
	    "the the the the the the the the the the the the the the the the the the the"};
	enum { N = sizeof texts / sizeof *texts };
	static const double least[] = {1, 0.9998, 0.994};
	struct e_fixture *f = e_new(12, false);
	struct ho_slice slices[N];
	float vectors[3][N * E_HIDDEN], alone[E_HIDDEN];
	uint64_t fingerprints[3];
	for (size_t i = 0; i < N; i++)
		slices[i] = ho_slice_str(texts[i]);
	for (size_t b = 0; b < BUILDS; b++) {
		setenv("HANDOFF_KERNELS", builds[b], 1);
		for (unsigned p = 0; p < 3 && ho_kernels_find(builds[b]); p++) {
			struct ho_error err;
			struct ho_encoder *e;
			assert_ok(ho_encoder_open(&e, f->folder, 0, &err), &err);
			assert_ok(ho_encoder_lower(e, p, &err), &err);
			assert_int_equal(ho_encoder_facts(e)->precision, p);
			fingerprints[p] = ho_encoder_facts(e)->fingerprint;
			assert_ok(ho_encode(vectors[p], e, slices, N, 2, NULL, &err), &err);
			for (size_t i = 0; i < N; i++) {
				double cosine = 0;
				for (size_t d = 0; d < E_HIDDEN; d++)
					cosine +=
					    (double)vectors[p][i * E_HIDDEN + d] * (double)vectors[0][i * E_HIDDEN + d];
				if (!(cosine >= least[p] - 1e-6))
					fail_msg("%s, %s, text %zu: cosine %g", builds[b], ho_precision_name(p), i,
					         cosine);
				assert_true(p == 0 || cosine < 1 - 1e-9); /* it is another arithmetic */
				assert_ok(ho_encode(alone, e, &slices[i], 1, 1, NULL, &err), &err);
				assert_memory_equal(alone, vectors[p] + i * E_HIDDEN, sizeof alone);
			}
			ho_encoder_free(e);
		}
	}
	unsetenv("HANDOFF_KERNELS");
	assert_true(fingerprints[0] != fingerprints[1] && fingerprints[1] != fingerprints[2] &&
	            fingerprints[0] != fingerprints[2]);
	e_free(f);
}

static void an_unknown_build_is_refused(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_encoder *e;
	struct e_fixture *f = e_new(2, false);
	setenv("HANDOFF_KERNELS", "avx3", 1);
	assert_int_equal(ho_encoder_open(&e, f->folder, 0, &err), HO_EINVAL);
	assert_non_null(strstr(err.message, "portable"));
	setenv("HANDOFF_KERNELS", "", 1); /* as if it were not set */
	assert_ok(ho_encoder_open(&e, f->folder, 0, &err), &err);
	ho_encoder_free(e);
	unsetenv("HANDOFF_KERNELS");
	e_free(f);
}

/* The files say 128 tokens, which fit; what is opened with 32768 does not. */
static void no_caller_asks_for_more_than_a_gigabyte(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_encoder *e;
	struct e_fixture *f = e_new(2, false);
	static const char config[] =
	    "{\"model_type\": \"bert\", \"hidden_act\": \"gelu\", \"hidden_size\": 27, \"intermediate_size\": 65536,"
	    "\"layer_norm_eps\": 1e-12, \"max_position_embeddings\": 32768, \"num_attention_heads\": 3,"
	    "\"num_hidden_layers\": 2, \"type_vocab_size\": 2, \"vocab_size\": 27}";
	static const char lengths[] = "{\"max_seq_length\": 128}";
	e_write(f, "config.json", config, sizeof config - 1);
	e_write(f, "sentence_bert_config.json", lengths, sizeof lengths - 1);
	assert_int_equal(ho_encoder_open(&e, f->folder, 0, &err), HO_EFORMAT); /* a tensor has another shape */
	assert_int_equal(ho_encoder_open(&e, f->folder, 32768, &err), HO_EUNAVAIL);
	assert_non_null(strstr(err.message, "1 GiB"));
	e_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(whole_numbers_are_the_same_in_every_build),
	                                   cmocka_unit_test(rows_come_back_within_half_a_step),
	                                   cmocka_unit_test(products_lose_what_their_steps_allow),
	                                   cmocka_unit_test(what_is_not_finite_stays_so),
	                                   cmocka_unit_test(bf16_rounds_to_the_nearest),
	                                   cmocka_unit_test(vectors_stay_close),
	                                   cmocka_unit_test(an_unknown_build_is_refused),
	                                   cmocka_unit_test(no_caller_asks_for_more_than_a_gigabyte)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
