/* How far a text is from those that a model keeps, and what that does to novelty. */
#include "model/sections.h"
#include "model_encoder_fixture.h"

static double slow_cosine(const float *a, const float *b)
{
	double ab = 0, aa = 0, bb = 0;
	for (size_t d = 0; d < E_HIDDEN; d++) {
		ab += (double)a[d] * (double)b[d];
		aa += (double)a[d] * (double)a[d];
		bb += (double)b[d] * (double)b[d];
	}
	return ab / sqrt(aa * bb);
}

/* In 8 bits a cosine is right to within a hundredth for 27 numbers; a text that is kept lies at 0. */
static void the_distance_is_that_of_the_nearest(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	struct ho_workspace *ws;
	float vectors[RIG_TEXTS][E_HIDDEN];
	rig_make_with(&r, 5, false, true);
	struct ho_model *model = rig_open(&r);
	assert_int_equal(model->bytes.ptr[8], HO_MODEL_VERSION_DISTANCE);
	assert_ok(ho_workspace_new(&ws, model, &err), &err);
	for (size_t i = 0; i < RIG_TEXTS; i++) {
		struct ho_text_score scored;
		struct ho_slice text = ho_slice_str(rig_texts[i]);
		double best = -1;
		assert_ok(ho_encode(vectors[i], r.encoder, &text, 1, 1, NULL, &err), &err);
		for (size_t k = 0; k < RIG_TEXTS / 2; k++)
			best = fmax(best, slow_cosine(vectors[i], vectors[k]));
		assert_ok(ho_model__score(&scored, ws, text.ptr, text.len, &err), &err);
		assert_true(fabs(scored.distance - (1 - best)) < 0.01);
	}
	ho_workspace_free(ws);
	ho_model_free(model);
	rig_release(&r);
}

/* What the model says of a text is what its score says among the stored ones. */
static void novelty_counts_the_distance(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	struct ho_workspace *ws;
	struct ho_text_score scored;
	struct ho_answer answer;
	rig_make_with(&r, 5, false, true);
	struct ho_model *model = rig_open(&r);
	assert_ok(ho_workspace_new(&ws, model, &err), &err);
	const struct ho_novelty_scale *s = &r.plain->findings.scale;
	size_t ordinary = 0;
	for (size_t i = 0; i < RIG_TEXTS; i++) {
		assert_ok(ho_model__score(&scored, ws, rig_texts[i], strlen(rig_texts[i]), &err), &err);
		assert_ok(ho_classify(&answer, ws, rig_texts[i], strlen(rig_texts[i]), &err), &err);
		if (!scored.any_known || scored.words == scored.unknown_words)
			continue;
		double unknown = (double)scored.unknown_words / (double)scored.words;
		double want = (unknown - s->unknown_mean) / s->unknown_sd +
		              (s->evidence_mean - ho_model_evidence(ws->scores, 5)) / s->evidence_sd +
		              0.5 * (scored.distance - 0.4) / 0.2;
		size_t above = 0;
		for (size_t n = 0; n < FIXTURE_NOVELTY; n++)
			above += r.plain->novelty[n] >= (float)want;
		assert_true(answer.novelty_p == (1.0 + (double)above) / (FIXTURE_NOVELTY + 1.0));
		ordinary++;
	}
	assert_true(ordinary > 0);
	ho_workspace_free(ws);
	ho_model_free(model);
	rig_release(&r);
}

/* Zeros have no direction: they are near nothing. Packed and packed again, a vector points where it did. */
static void packed_vectors_keep_their_direction(void **state)
{
	(void)state;
	float zeros[E_HIDDEN] = {0}, x[E_HIDDEN];
	int8_t values[E_HIDDEN], other[E_HIDDEN];
	struct ho_rng rng = ho_rng_seed(3, 3);
	assert_true(ho_neighbour_pack(values, zeros, E_HIDDEN) == 0);
	for (size_t d = 0; d < E_HIDDEN; d++)
		x[d] = (float)(ho_rng_uniform(&rng) - 0.5) * 1e-3f;
	float scale = ho_neighbour_pack(values, x, E_HIDDEN);
	struct ho_neighbours one = {1, E_HIDDEN, &scale, values};
	assert_true(fabs(ho_neighbour_distance(&one, values, scale)) < 1e-3);
	assert_true(ho_neighbour_distance(&one, other, ho_neighbour_pack(other, zeros, E_HIDDEN)) == 1);
	for (size_t d = 0; d < E_HIDDEN; d++)
		x[d] = -x[d];
	float opposite = ho_neighbour_pack(other, x, E_HIDDEN);
	assert_true(fabs(ho_neighbour_distance(&one, other, opposite) - 2) < 1e-2);
}

static void forged_neighbours_are_refused(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	rig_make_with(&r, 5, false, true);
	struct ho_model *model = rig_open(&r);
	const struct ho_distance_record good = *model->distance;
	struct ho_distance_record bad[] = {good, good, good, good, good, good};
	bad[0].rows++;
	bad[1].rows = 0;
	bad[2].sd = NAN;
	bad[3].mean = INFINITY;
	bad[4].weight = -1;
	bad[5].zero = 1;
	for (size_t i = 0; i < sizeof bad / sizeof *bad + 3; i++) {
		struct ho_sections sections;
		struct ho_model *forged;
		size_t bytes;
		float scales[RIG_TEXTS / 2 + E_HIDDEN * RIG_TEXTS / 2] = {2};
		assert_ok(ho_sections_read(&sections, model->bytes, &err), &err);
		if (i < 6)
			ho_sections_put(&sections, HO_SECTION_DISTANCE, ho_slice((const char *)&bad[i], sizeof good));
		else if (i == 6)
			ho_sections_put(&sections, HO_SECTION_NEIGHBOURS,
			                ho_slice((const char *)scales, sections.of[HO_SECTION_NEIGHBOURS].len));
		else if (i == 7)
			sections.present &= ~(UINT32_C(1) << HO_SECTION_NEIGHBOURS);
		else
			sections.version = HO_MODEL_VERSION_ENCODER;
		char path[220];
		(void)snprintf(path, sizeof path, "%s.forged", r.path);
		assert_ok(ho_sections_write(&bytes, &sections, path, &err), &err);
		assert_int_equal(ho_model_open(&forged, path, &err), HO_EFORMAT);
		unlink(path);
	}
	ho_model_free(model);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_distance_is_that_of_the_nearest),
	    cmocka_unit_test(novelty_counts_the_distance),
	    cmocka_unit_test(packed_vectors_keep_their_direction),
	    cmocka_unit_test(forged_neighbours_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
