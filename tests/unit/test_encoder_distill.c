/* A static encoder made of another one: its components against numpy, its vectors against the encoder's own. */
#include "encoder/components.h"
#include "encoder/distill.h"
#include "encoder/private.h"
#include "encoder_fixture.h"

static void components_are_numpys(void **state)
{
	(void)state;
	enum { N = 12, D = 5, K = 3 };
	float x[N * D], scores[N * K];
	struct ho_error err;
	/* By numpy.linalg.svd of the same numbers. */
	static const double wanted[3][K] = {
	    {-1.617928, 0.079002, -0.088448}, {0.887422, -0.32579, 1.294654}, {2.239706, 0.001812, 0.142142}};
	static const size_t rows[] = {0, 5, 11};
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < D; j++)
			x[i * D + j] =
			    (float)(sin(1.7 * (double)i * (double)(j + 1)) + 0.3 * (double)j * cos(0.9 * (double)i));
	assert_ok(ho_components(scores, x, N, D, K, &err), &err);
	for (size_t r = 0; r < 3; r++)
		for (size_t k = 0; k < K; k++)
			assert_true(fabs((double)scores[rows[r] * K + k] - wanted[r][k]) < 2e-5);
}

/* Points on a line: one direction has all, the others nothing and no rounding either. */
static void directions_without_variance_are_zero(void **state)
{
	(void)state;
	float x[8 * 4], scores[8 * 4];
	struct ho_error err;
	for (size_t i = 0; i < 8; i++)
		for (size_t j = 0; j < 4; j++)
			x[i * 4 + j] = 3 + (float)i * (j == 0 ? 1.0f : j == 1 ? -2.0f : 0.5f);
	assert_ok(ho_components(scores, x, 8, 4, 4, &err), &err);
	double step = sqrt(1 + 4 + 0.25 + 0.25);
	for (size_t i = 0; i < 8; i++) {
		assert_true(fabs(fabs((double)scores[i * 4]) - step * fabs((double)i - 3.5)) < 1e-5);
		for (size_t k = 1; k < 4; k++)
			assert_true(fabsf(scores[i * 4 + k]) < 1e-5f);
	}
	for (size_t i = 0; i < 8; i++)
		x[i * 4] = x[i * 4 + 1] = x[i * 4 + 2] = x[i * 4 + 3] = 7;
	assert_ok(ho_components(scores, x, 8, 4, 2, &err), &err);
	for (size_t i = 0; i < 16; i++)
		assert_true(scores[i] == 0.0f);
}

static const char *const made[] = {"config.json", "modules.json", "tokenizer.json", "model.safetensors"};

static void remove_folder(const char *folder)
{
	char path[200];
	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, made[i]);
		unlink(path);
	}
	rmdir(folder);
}

enum { DIMENSIONS = 23, WORDS = 2, TOKENS = E_VOCABULARY - 3 + WORDS };

/* The tokens of the new encoder, as ids of the old one between the edges. */
static size_t tokens_of(uint32_t ids[8], size_t i)
{
	static const uint32_t word[WORDS][3] = {{12, 13, 7}, {8, 9, 7}}; /* pay ##ment ##s, re ##fund ##s */
	size_t n = 0;
	ids[n++] = 2;
	if (i >= TOKENS - WORDS)
		for (size_t t = 0; t < 3; t++)
			ids[n++] = word[i - (TOKENS - WORDS)][t];
	else
		ids[n++] = (uint32_t)(i < 2 ? i : i + 3);
	ids[n++] = 3;
	return n;
}

/* Between any two tokens the same distance as between the encoder's own vectors, once the weights are taken off: the
 * 26 points lie in 25 dimensions, and 23 keep nearly all. */
static void vectors_are_the_encoders_turned(void **state)
{
	(void)state;
	struct e_fixture *f = e_new(3, true); /* first-token pooling, which distilling must not use */
	char folder[100];
	struct ho_encoder *whole, *small;
	struct ho_distilled done;
	struct ho_error err;
	struct ho_slice texts[6];
	static float row[TOKENS][DIMENSIONS];
	static double own[TOKENS][E_HIDDEN];
	double total = 0, kept = 0, all = 0;
	for (size_t i = 0; i < 6; i++) /* "unables" comes four times only */
		texts[i] = ho_slice_str(i < 4   ? "Payments, refunds payments unables!"
		                        : i < 5 ? "the refunds"
		                                : "is it lost?");
	(void)snprintf(folder, sizeof folder, "%s-static", f->folder);
	assert_ok(ho_encoder_open(&whole, f->folder, 0, &err), &err);
	assert_ok(
	    ho_encoder_distill(&done, folder, whole,
	                       &(struct ho_distill_options){
	                           .dimensions = DIMENSIONS, .texts = texts, .n_texts = 6, .name = "x", .threads = 2},
	                       &err),
	    &err);
	assert_int_equal(done.tokens, TOKENS);
	assert_int_equal(done.words, WORDS);
	assert_ok(ho_encoder_open(&small, folder, 0, &err), &err);
	assert_int_equal(small->facts.dimensions, DIMENSIONS);
	assert_int_equal(small->facts.max_tokens, 512);
	for (size_t i = 0; i < TOKENS; i++)
		total += 1 / ((double)i + 2);
	for (size_t i = 0; i < TOKENS; i++) {
		uint32_t ids[8];
		size_t n = tokens_of(ids, i);
		slow_mean(own[i], f, ids, n, n);
		assert_ok(ho_tensor_floats(row[i], small->tokens, i * DIMENSIONS, DIMENSIONS, &err), &err);
		for (size_t d = 0; d < DIMENSIONS; d++)
			row[i][d] = (float)((double)row[i][d] / (1e-4 / (1e-4 + 1 / ((double)i + 2) / total)));
	}
	for (size_t i = 0; i < TOKENS; i++)
		for (size_t j = 0; j < i; j++) {
			double a = 0, b = 0;
			for (size_t d = 0; d < DIMENSIONS; d++)
				a += pow((double)row[i][d] - (double)row[j][d], 2);
			for (size_t d = 0; d < E_HIDDEN; d++)
				b += pow(own[i][d] - own[j][d], 2);
			kept += a;
			all += b;
			assert_true(a < b * 1.005 && a > b * 0.85);
		}
	assert_true(kept > 0.995 * all);
	assert_int_equal(ho_encoder_distill(&done, folder, whole, &(struct ho_distill_options){.name = "x"}, &err),
	                 HO_EINVAL); /* there already */
	assert_int_equal(
	    ho_encoder_distill(&done, "/tmp/ho-none", small, &(struct ho_distill_options){.name = "x"}, &err),
	    HO_EINVAL); /* static already */
	assert_int_equal(ho_encoder_distill(&done, "/tmp/ho-none", whole,
	                                    &(struct ho_distill_options){.dimensions = 28, .name = "x"}, &err),
	                 HO_EINVAL);
	ho_encoder_free(whole);
	ho_encoder_free(small);
	remove_folder(folder);
	e_free(f);
}

/* A folder with a vocabulary that was put on fewer vectors: rows by mapping, each times the token's factor; at most
 * two tokens of a text are looked at, unknown ones among them. */
static void mapped_vocabularies_are_read(void **state)
{
	(void)state;
	struct e_fixture *f = e_new(4, false);
	static const char config[] = "{\"model_type\": \"model2vec\", \"max_length\": 2}";
	static const float table[2][3] = {{1, 2, 3}, {-1, 0, 5}};
	struct ho_encoder *e;
	struct ho_error err;
	float vector[3][3];
	char bytes[2000] = "";
	int64_t mapping[E_VOCABULARY];
	double weights[E_VOCABULARY];
	for (size_t i = 0; i < E_VOCABULARY; i++) {
		mapping[i] = (int64_t)(i % 2);
		weights[i] = (double)i;
	}
	int len = snprintf(bytes + 8, sizeof bytes - 8,
	                   "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
	                   "\"mapping\":{\"dtype\":\"I64\",\"shape\":[27],\"data_offsets\":[24,240]},"
	                   "\"weights\":{\"dtype\":\"F64\",\"shape\":[27],\"data_offsets\":[240,456]}}");
	bytes[0] = (char)len;
	size_t used = 8 + (size_t)len;
	memcpy(bytes + used, table, sizeof table);
	memcpy(bytes + used + 24, mapping, sizeof mapping);
	memcpy(bytes + used + 240, weights, sizeof weights);
	e_write(f, "config.json", config, sizeof config - 1);
	e_write(f, "model.safetensors", bytes, used + 456);
	assert_ok(ho_encoder_open(&e, f->folder, 0, &err), &err);
	/* "is" is 17 and "it" 26, so rows 1 and 0; "zz" is unknown; the median token has 3 characters, so that 6 are
	 * looked at. */
	const struct ho_slice texts[3] = {ho_slice_str("is it the"), ho_slice_str("zz is it"),
	                                  ho_slice_str("is    it")};
	assert_ok(ho_encode(vector[0], e, texts, 3, 1, NULL, &err), &err);
	for (size_t d = 0; d < 3; d++) {
		assert_true(fabsf(vector[0][d] - (17 * table[1][d] + 26 * table[0][d]) / 2) < 1e-5f);
		assert_true(fabsf(vector[1][d] - 17 * table[1][d]) < 1e-5f);
		assert_true(fabsf(vector[2][d] - 17 * table[1][d]) < 1e-5f);
	}
	ho_encoder_free(e);
	mapping[26] = 2; /* a vector that is not there */
	memcpy(bytes + used + 24, mapping, sizeof mapping);
	e_write(f, "model.safetensors", bytes, used + 456);
	assert_int_equal(ho_encoder_open(&e, f->folder, 0, &err), HO_EFORMAT);
	e_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(components_are_numpys), cmocka_unit_test(directions_without_variance_are_zero),
	    cmocka_unit_test(vectors_are_the_encoders_turned), cmocka_unit_test(mapped_vocabularies_are_read)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
