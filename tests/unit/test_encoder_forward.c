/* Vectors against the same arithmetic in double, in every build of the kernels, in any batch, on any number of threads.
 */
#include "encoder/kernels.h"
#include "encoder/wordpiece.h"
#include "encoder_fixture.h"

static const char *const builds[] = {"portable", "avx2", "avxvnni", "avx512", "avx512vnni", "avx512bf16"};

static const char *const texts[] = {
    "the card is lost",
    "Unable to refund the payment!",
    "",
    "?",
    "東京 is lost. lost. lost!",
    "the the the the the the the the the the the the the the the the the the the the the the "
    "the the the the the the the the the the the the the the the the the the the the the the",
    "unpayments cards it"};
enum { TEXTS = sizeof texts / sizeof *texts };

static void check_vectors(struct e_fixture *f, bool cls, unsigned threads, bool reversed)
{
	struct ho_error err;
	struct ho_encoder *e;
	struct ho_wordpiece wp;
	struct ho_piece_tokens pieces = {.n = 0};
	struct ho_slice slices[TEXTS];
	float vectors[TEXTS * E_HIDDEN];
	assert_ok(ho_encoder_open(&e, f->folder, 0, &err), &err);
	assert_int_equal(ho_encoder_facts(e)->dimensions, E_HIDDEN);
	struct ho_encoder_files files;
	ho_encoder_files_init(&files, f->folder);
	assert_ok(ho_wordpiece_open(&wp, &files, &err), &err);
	ho_encoder_files_release(&files);
	for (size_t i = 0; i < TEXTS; i++)
		slices[i] = ho_slice_str(texts[reversed ? TEXTS - 1 - i : i]);
	assert_ok(ho_encode(vectors, e, slices, TEXTS, threads, NULL, &err), &err);
	for (size_t i = 0; i < TEXTS; i++) {
		uint32_t ids[E_POSITIONS];
		double want[E_HIDDEN];
		assert_ok(ho_wordpiece_tokenize(&pieces, &wp, slices[i], E_POSITIONS, true, &err), &err);
		for (size_t t = 0; t < pieces.n; t++)
			ids[t] = pieces.items[t].id;
		slow_vector(want, f, ids, pieces.n, cls);
		for (size_t d = 0; d < E_HIDDEN; d++)
			if (!(fabs((double)vectors[i * E_HIDDEN + d] - want[d]) < 2e-5))
				fail_msg("text %zu, number %zu: %g, want %g", i, d, (double)vectors[i * E_HIDDEN + d],
				         want[d]);
	}
	ho_piece_tokens_release(&pieces);
	ho_wordpiece_release(&wp);
	ho_encoder_free(e);
}

static void vectors_are_those_of_the_formulas(void **state)
{
	(void)state;
	for (int cls = 0; cls < 2; cls++) {
		struct e_fixture *f = e_new(7 + (uint64_t)cls, cls);
		for (size_t b = 0; b < sizeof builds / sizeof *builds; b++) {
			if (!ho_kernels_find(builds[b]))
				continue;
			setenv("HANDOFF_KERNELS", builds[b], 1);
			check_vectors(f, cls, 1, false);
			check_vectors(f, cls, 2, true);
		}
		unsetenv("HANDOFF_KERNELS");
		e_free(f);
	}
}

/* Byte for byte: alone, in a crowd, on one thread or on three. */
static void a_vector_depends_on_its_text_alone(void **state)
{
	(void)state;
	enum { N = 100 };
	struct ho_error err;
	struct ho_encoder *e;
	struct e_fixture *f = e_new(3, false);
	struct ho_slice slices[N];
	static float together[N * E_HIDDEN], threads[N * E_HIDDEN], alone[E_HIDDEN];
	assert_ok(ho_encoder_open(&e, f->folder, 0, &err), &err);
	for (size_t i = 0; i < N; i++)
		slices[i] = ho_slice_str(texts[i * 5 % TEXTS]);
	assert_ok(ho_encode(together, e, slices, N, 1, NULL, &err), &err);
	assert_ok(ho_encode(threads, e, slices, N, 3, NULL, &err), &err);
	assert_memory_equal(together, threads, sizeof together);
	for (size_t i = 0; i < N; i++) {
		assert_ok(ho_encode(alone, e, &slices[i], 1, 1, NULL, &err), &err);
		assert_memory_equal(alone, together + i * E_HIDDEN, sizeof alone);
	}
	ho_encoder_free(e);
	e_free(f);
}

/* Products of every small shape against sums in double; a large softmax does not overflow. */
static void products_of_every_shape(void **state)
{
	(void)state;
	enum { MOST = 40 };
	static float x[MOST * MOST], w[MOST * MOST], y[MOST * MOST] __attribute__((aligned(64)));
	static float packed[3 * HO_PANEL * MOST] __attribute__((aligned(64)));
	struct ho_rng rng = ho_rng_seed(5, 5);
	for (size_t i = 0; i < MOST * MOST; i++) {
		x[i] = (float)(ho_rng_uniform(&rng) - 0.5);
		w[i] = (float)(ho_rng_uniform(&rng) - 0.5);
	}
	for (size_t b = 0; b < sizeof builds / sizeof *builds; b++) {
		const struct ho_kernels *k = ho_kernels_find(builds[b]);
		for (size_t rows = 1; k && rows < 15; rows++)
			for (size_t out = 1; out < MOST; out += 3)
				for (size_t in = 1; in < MOST; in += 7) {
					ho_pack(packed, w, out, in);
					k->multiply(y, MOST, x, in, packed, w, rows, out, in, HO_EPILOGUE_NONE);
					for (size_t t = 0; t < rows; t++)
						for (size_t o = 0; o < out; o++) {
							double want = (double)w[o];
							for (size_t i = 0; i < in; i++)
								want += (double)x[t * in + i] * (double)w[o * in + i];
							assert_true(fabs(want - (double)y[t * MOST + o]) < 1e-5);
						}
				}
	}
}

/* Around the sizes of tiles, blocks of rows and blocks of inputs: as each row gives it alone, and about what it should
 * be. */
static void blocks_meet_without_a_seam(void **state)
{
	(void)state;
	enum { ROWS = 73, OUT = 17, IN = 385 };
	static const size_t rows[] = {1, 23, 24, 25, 47, 48, 49, ROWS}, ins[] = {191, 192, 193, 384, IN};
	static float x[ROWS * IN], w[OUT * IN], y[ROWS * OUT], alone[OUT];
	static float packed[2 * HO_PANEL * IN] __attribute__((aligned(64)));
	struct ho_rng rng = ho_rng_seed(7, 7);
	for (size_t i = 0; i < ROWS * IN; i++)
		x[i] = (float)(ho_rng_uniform(&rng) - 0.5);
	for (size_t i = 0; i < OUT * IN; i++)
		w[i] = (float)(ho_rng_uniform(&rng) - 0.5);
	for (size_t c = 0; c < sizeof builds / sizeof *builds * 8 * 5; c++) {
		const struct ho_kernels *k = ho_kernels_find(builds[c / 40]);
		size_t n = rows[c / 5 % 8], in = ins[c % 5];
		if (!k)
			continue;
		ho_pack(packed, w, OUT, in);
		k->multiply(y, OUT, x, in, packed, w, n, OUT, in, HO_EPILOGUE_GELU);
		for (size_t t = 0; t < n; t++) {
			k->multiply(alone, OUT, x + t * in, in, packed, w, 1, OUT, in, HO_EPILOGUE_GELU);
			assert_memory_equal(alone, y + t * OUT, sizeof alone);
			double want = (double)w[OUT - 1];
			for (size_t i = 0; i < in; i++)
				want += (double)x[t * in + i] * (double)w[(OUT - 1) * in + i];
			want *= 0.5 * erfc(-want * sqrt(0.5));
			assert_true(fabs(want - (double)alone[OUT - 1]) < 1e-5);
		}
	}
}

static void gelu_and_attention_at_the_edges(void **state)
{
	(void)state;
	static float packed[HO_PANEL] __attribute__((aligned(64)));
	float one = 1, y, q[3] = {300, -300, 0}, out[3];
	ho_pack(packed, &one, 1, 1);
	for (size_t b = 0; b < sizeof builds / sizeof *builds; b++) {
		const struct ho_kernels *k = ho_kernels_find(builds[b]);
		if (!k)
			continue;
		for (float x = -30; x <= 30; x += 0.01f) {
			k->multiply(&y, 1, &x, 1, packed, NULL, 1, 1, 1, HO_EPILOGUE_GELU);
			double want = (double)x * erfc(-(double)x / sqrt(2.0)) / 2;
			assert_true(fabs((double)y - want) < 1e-6 * (1 + fabs(want)));
		}
		float *scratch = aligned_alloc(64, (ho_attention_scratch(3, 1) * sizeof(float) + 63) / 64 * 64);
		k->attend(out, 1, q, q, q, 1, 3, 1, 1, scratch);
		assert_true(fabsf(out[0] - 300) < 1e-3f && fabsf(out[1] + 300) < 1e-3f && fabsf(out[2]) < 1e-3f);
		free(scratch);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(vectors_are_those_of_the_formulas), cmocka_unit_test(a_vector_depends_on_its_text_alone),
	    cmocka_unit_test(products_of_every_shape), cmocka_unit_test(blocks_meet_without_a_seam),
	    cmocka_unit_test(gelu_and_attention_at_the_edges)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
