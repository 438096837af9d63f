/* A model with an encoder: scores against slow sums, explanations that add up, files that need their encoder. */
#include <pthread.h>

#include "base/buf.h"
#include "encoder_fixture.h"
#include "model/sections.h"
#include "model_fixture.h"

static const char *const texts[] = {"refund the stolen card, please!",
                                    "the card is lost",
                                    "unable to login: help",
                                    "Straße",
                                    "the the the the",
                                    "pay it"};
enum { TEXTS = sizeof texts / sizeof *texts };

struct rig {
	struct fixture *plain; /* the same model without an encoder */
	struct e_fixture *files;
	struct ho_encoder *encoder;
	struct ho_vector_cache cache;
	float dense[FIXTURE_K * E_HIDDEN];
	int8_t near_values[TEXTS / 2 * E_HIDDEN]; /* of the first half of the texts */
	float near_scales[TEXTS / 2];
	struct ho_neighbours neighbours;
	struct ho_image *image;
	char path[200];
};

/* The vectors of the first half of the texts, to be kept in the model. */
static void rig_keep(struct rig *r)
{
	struct ho_error err;
	r->neighbours = (struct ho_neighbours){TEXTS / 2, E_HIDDEN, r->near_scales, r->near_values};
	for (size_t i = 0; i < TEXTS / 2; i++) {
		float vector[E_HIDDEN];
		struct ho_slice text = ho_slice_str(texts[i]);
		assert_ok(ho_encode(vector, r->encoder, &text, 1, 1, NULL, &err), &err);
		r->near_scales[i] = ho_neighbour_pack(r->near_values + i * E_HIDDEN, vector, E_HIDDEN);
	}
}

static void rig_make_in(struct rig *r, uint32_t K, bool cls, bool near, enum ho_precision precision)
{
	static const struct ho_slice labels[] = {{"ham", 3}, {"spam", 4}, {"mail", 4}, {"été", 5}, {"x", 1}};
	struct ho_error err;
	struct ho_rng rng = ho_rng_seed(K, 21);
	r->plain = fixture_new(K, K > 2, 60, 3);
	r->files = e_new(11 + K, cls);
	assert_ok(ho_encoder_open(&r->encoder, r->files->folder, 0, &err), &err);
	assert_ok(ho_encoder_lower(r->encoder, precision, &err), &err);
	ho_vector_cache_init(&r->cache, r->encoder);
	for (size_t i = 0; i < (size_t)r->plain->columns * E_HIDDEN; i++)
		r->dense[i] = (float)(ho_rng_uniform(&rng) - 0.5);
	struct ho_image_parts parts = fixture_parts(r->plain, labels);
	parts.vectors = &r->cache;
	parts.encoder_folder = r->files->folder;
	parts.dense = r->dense;
	r->neighbours.rows = 0;
	if (near)
		rig_keep(r);
	parts.neighbours = &r->neighbours;
	assert_ok(ho_image_new(&r->image, &parts, &err), &err);
	struct ho_image_findings findings = r->plain->findings;
	findings.distance = (struct ho_distance_record){.mean = 0.4, .sd = 0.2, .weight = 0.5};
	assert_ok(ho_image_set(r->image, &findings, &err), &err);
	(void)snprintf(r->path, sizeof r->path, "%s.handoff", r->files->folder);
}

static void rig_make_with(struct rig *r, uint32_t K, bool cls, bool near)
{
	rig_make_in(r, K, cls, near, HO_PRECISION_FP32);
}

static void rig_make(struct rig *r, uint32_t K, bool cls)
{
	rig_make_in(r, K, cls, false, HO_PRECISION_FP32);
}

static void rig_release(struct rig *r)
{
	unlink(r->path);
	ho_image_free(r->image);
	ho_vector_cache_release(&r->cache);
	ho_encoder_free(r->encoder);
	e_free(r->files);
	fixture_free(r->plain);
}

static void write_model(struct rig *r)
{
	struct ho_error err;
	size_t bytes;
	assert_ok(ho_image_write(&bytes, r->image, r->path, &err), &err);
}

static struct ho_model *open_model(struct rig *r)
{
	struct ho_error err;
	struct ho_model *model;
	write_model(r);
	assert_ok(ho_model_open(&model, r->path, &err), &err);
	return model;
}

/* The plain model's scores plus the dense weights times a vector that is computed by another path. */
static void scores_are_the_slow_sums(void **state)
{
	(void)state;
	for (uint32_t K = 2; K <= 5; K += 3) {
		struct rig r;
		struct ho_error err;
		struct ho_workspace *ws;
		struct ho_text_score scored;
		rig_make(&r, K, K == 5);
		struct ho_model *model = open_model(&r);
		assert_int_equal(model->bytes.ptr[8], HO_MODEL_VERSION_ENCODER); /* of a program before distances */
		assert_ok(ho_workspace_new(&ws, model, &err), &err);
		for (size_t i = 0; i < TEXTS; i++) {
			float vector[E_HIDDEN];
			struct ho_slice text = ho_slice_str(texts[i]);
			assert_ok(ho_encode(vector, r.encoder, &text, 1, 1, NULL, &err), &err);
			assert_ok(ho_model__score(&scored, r.plain->ws, text.ptr, text.len, &err), &err);
			assert_ok(ho_model__score(&scored, ws, text.ptr, text.len, &err), &err);
			for (uint32_t k = 0; k < r.plain->columns; k++) {
				double want = r.plain->ws->scores[k];
				for (size_t d = 0; d < E_HIDDEN; d++)
					want += (double)r.dense[k * E_HIDDEN + d] * (double)vector[d];
				assert_true(fabs(want - ws->scores[k]) < 1e-6);
			}
		}
		ho_workspace_free(ws);
		ho_model_free(model);
		rig_release(&r);
	}
}

static void pieces_and_bias_sum_to_the_score(void **state)
{
	(void)state;
	for (uint32_t K = 2; K <= 5; K += 3) {
		struct rig r;
		struct ho_error err;
		struct ho_workspace *ws;
		size_t from_encoder = 0;
		rig_make(&r, K, false);
		struct ho_model *model = open_model(&r);
		assert_ok(ho_workspace_new(&ws, model, &err), &err);
		for (size_t i = 0; i < TEXTS; i++) {
			struct ho_explanation e;
			assert_ok(ho_explain(&e, ws, texts[i], strlen(texts[i]), &err), &err);
			double sum = e.bias;
			for (size_t p = 0; p < e.n_pieces; p++) {
				sum += e.pieces[p].weight;
				from_encoder += strcmp(e.pieces[p].view, "encoder") == 0;
				assert_true(e.pieces[p].start < e.pieces[p].end && e.pieces[p].end <= strlen(texts[i]));
			}
			assert_true(fabs(sum - e.total) < 1e-5 * (1 + fabs(e.total)));
			ho_explanation_release(&e);
		}
		assert_true(from_encoder > TEXTS);
		ho_workspace_free(ws);
		ho_model_free(model);
		rig_release(&r);
	}
}

/* With vectors computed ahead, in a block, the answers are the same to the last bit, also out of order. */
static void foreseen_texts_answer_the_same(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	struct ho_workspace *alone, *ahead;
	struct ho_slice slices[TEXTS];
	rig_make(&r, 5, false);
	struct ho_model *model = open_model(&r);
	assert_ok(ho_workspace_new(&alone, model, &err), &err);
	assert_ok(ho_workspace_new(&ahead, model, &err), &err);
	for (size_t i = 0; i < TEXTS; i++)
		slices[i] = ho_slice_str(texts[i]);
	assert_ok(ho_workspace_foresee(ahead, slices, TEXTS, &err), &err);
	assert_int_equal(ahead->n_ahead, TEXTS);
	for (size_t i = 0; i < 2 * TEXTS; i++) {
		struct ho_answer a, b;
		const char *text = i < TEXTS ? texts[i] : texts[(i * 5) % TEXTS];
		assert_ok(ho_classify(&a, alone, text, strlen(text), &err), &err);
		assert_ok(ho_classify(&b, ahead, text, strlen(text), &err), &err);
		assert_memory_equal(a.probabilities, b.probabilities, 5 * sizeof *a.probabilities);
	}
	struct ho_answer other;
	assert_ok(ho_classify(&other, ahead, "a text that was not foreseen", 28, &err), &err);
	assert_ok(ho_workspace_foresee(ahead, NULL, 0, &err), &err);
	assert_int_equal(ahead->n_ahead, 0);
	ho_workspace_free(alone);
	ho_workspace_free(ahead);
	ho_model_free(model);
	rig_release(&r);
}

/* What is remembered answers as what is computed, in every model that shares the encoder. */
static void remembered_vectors_answer_the_same(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	struct ho_workspace *first, *second;
	struct ho_model *other;
	struct ho_vector_figures figures;
	float vector[E_HIDDEN], again[E_HIDDEN];
	rig_make(&r, 5, false);
	struct ho_model *model = open_model(&r);
	assert_ok(ho_model_open(&other, r.path, &err), &err);
	assert_ok(ho_model_remember(model, 100, &err), &err);
	assert_ok(ho_model_remember(other, 100, &err), &err); /* one memory for both */
	assert_ok(ho_workspace_new(&first, model, &err), &err);
	assert_ok(ho_workspace_new(&second, other, &err), &err);
	for (size_t i = 0; i < TEXTS; i++) {
		struct ho_answer a, b;
		struct ho_slice text = ho_slice_str(texts[i]);
		assert_false(ho_workspace_recall(vector, first, text));
		assert_ok(ho_classify(&a, first, text.ptr, text.len, &err), &err);
		assert_true(ho_workspace_recall(vector, second, text));
		assert_ok(ho_workspace_vector(again, second, text, &err), &err);
		assert_memory_equal(vector, again, sizeof vector);
		assert_ok(ho_encode(again, r.encoder, &text, 1, 1, NULL, &err), &err);
		assert_memory_equal(vector, again, sizeof vector);
		assert_ok(ho_classify(&b, second, text.ptr, text.len, &err), &err);
		assert_memory_equal(a.probabilities, b.probabilities, 5 * sizeof *a.probabilities);
	}
	ho_shared_encoder_figures(&figures);
	assert_int_equal(figures.room, 104);
	assert_int_equal(figures.kept, TEXTS);
	assert_int_equal(figures.misses, 2 * TEXTS);
	assert_int_equal(figures.hits, 3 * TEXTS);
	ho_workspace_free(first);
	ho_workspace_free(second);
	ho_model_free(model);
	ho_model_free(other);
	rig_release(&r);
}

static enum ho_status try_open(const struct rig *r, struct ho_error *err)
{
	struct ho_model *model;
	enum ho_status status = ho_model_open(&model, r->path, err);
	if (status == HO_OK)
		ho_model_free(model);
	else
		assert_null(model);
	return status;
}

static void a_missing_or_other_encoder_is_said(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	char away[200], other[200];
	struct e_fixture *stranger = e_new(99, false);
	rig_make(&r, 2, false);
	write_model(&r);
	(void)snprintf(away, sizeof away, "%s.away", r.files->folder);
	setenv("XDG_DATA_HOME", away, 1);
	assert_int_equal(rename(r.files->folder, away), 0);
	assert_int_equal(try_open(&r, &err), HO_ENOTFOUND);
	assert_non_null(strstr(err.message, "HANDOFF_ENCODER"));
	setenv("HANDOFF_ENCODER", away, 1);
	assert_ok(try_open(&r, &err), &err);
	setenv("HANDOFF_ENCODER", stranger->folder, 1);
	assert_int_equal(try_open(&r, &err), HO_EFORMAT);
	assert_non_null(strstr(err.message, "another encoder"));
	unsetenv("HANDOFF_ENCODER");
	/* Another encoder in the recorded place. */
	(void)snprintf(other, sizeof other, "%s", r.files->folder);
	assert_int_equal(rename(stranger->folder, other), 0);
	assert_int_equal(try_open(&r, &err), HO_EFORMAT);
	assert_int_equal(rename(other, stranger->folder), 0);
	assert_int_equal(rename(away, r.files->folder), 0);
	unsetenv("XDG_DATA_HOME");
	assert_ok(try_open(&r, &err), &err);
	e_free(stranger);
	rig_release(&r);
}

/* ---- the encoder within the model file ---- */

/* Write the model anew with its encoder within; the folder may go afterwards. */
static void embed_model(struct rig *r)
{
	struct ho_error err;
	size_t bytes;
	struct stat before, after;
	write_model(r);
	assert_int_equal(stat(r->path, &before), 0);
	assert_ok(ho_model_embed(&bytes, r->path, NULL, r->path, &err), &err);
	assert_int_equal(stat(r->path, &after), 0);
	assert_int_equal(after.st_size, bytes);
	assert_true(after.st_size > before.st_size + 4 * E_VOCABULARY * E_HIDDEN);
}

static void an_encoder_within_answers_alone(void **state)
{
	(void)state;
	for (uint32_t K = 2; K <= 5; K += 3) {
		struct rig r;
		struct ho_error err;
		struct ho_workspace *a, *b;
		struct ho_model *beside, *within;
		struct ho_model_encoder facts;
		char away[200];
		rig_make(&r, K, K == 5);
		beside = open_model(&r); /* holds its folder's files open */
		ho_model_encoder(&facts, beside);
		assert_false(facts.within);
		embed_model(&r);
		(void)snprintf(away, sizeof away, "%s.away", r.files->folder);
		assert_int_equal(rename(r.files->folder, away), 0);
		assert_int_equal(ho_shared_encoders(), 1);
		assert_ok(ho_model_open(&within, r.path, &err), &err);
		assert_int_equal(ho_shared_encoders(), 1); /* the one that is open serves both */
		assert_ok(ho_workspace_new(&a, beside, &err), &err);
		double want[TEXTS];
		for (size_t i = 0; i < TEXTS; i++) {
			struct ho_answer answer;
			assert_ok(ho_classify(&answer, a, texts[i], strlen(texts[i]), &err), &err);
			want[i] = answer.confidence;
		}
		ho_workspace_free(a);
		ho_model_free(beside);
		ho_model_free(within);
		assert_int_equal(ho_shared_encoders(), 0);
		assert_ok(ho_model_open(&within, r.path, &err), &err); /* now from within */
		ho_model_encoder(&facts, within);
		assert_true(facts.within && !strchr(facts.folder, '/'));
		assert_ok(ho_workspace_new(&b, within, &err), &err);
		for (size_t i = 0; i < TEXTS; i++) {
			struct ho_answer answer;
			assert_ok(ho_classify(&answer, b, texts[i], strlen(texts[i]), &err), &err);
			assert_true(answer.confidence == want[i]);
		}
		ho_workspace_free(b);
		ho_model_free(within);
		assert_int_equal(rename(away, r.files->folder), 0);
		rig_release(&r);
	}
}

/* The file of the first model holds the weights that the second one answers with. */
static void a_shared_encoder_outlives_its_file(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	struct ho_model *first, *second;
	struct ho_workspace *ws;
	struct ho_answer answer;
	char other[220];
	size_t bytes;
	rig_make(&r, 5, false);
	embed_model(&r);
	(void)snprintf(other, sizeof other, "%s.other", r.path);
	assert_ok(ho_model_embed(&bytes, r.path, NULL, other, &err), &err);
	assert_ok(ho_model_open(&first, r.path, &err), &err);
	assert_ok(ho_model_open(&second, other, &err), &err);
	assert_int_equal(ho_shared_encoders(), 1);
	ho_model_free(first);
	assert_int_equal(unlink(r.path), 0);
	assert_ok(ho_workspace_new(&ws, second, &err), &err);
	for (size_t i = 0; i < TEXTS; i++)
		assert_ok(ho_classify(&answer, ws, texts[i], strlen(texts[i]), &err), &err);
	ho_workspace_free(ws);
	ho_model_free(second);
	assert_int_equal(ho_shared_encoders(), 0);
	assert_int_equal(unlink(other), 0);
	rig_release(&r);
}

static void *open_and_close(void *context)
{
	const struct rig *r = context;
	struct ho_error err;
	for (int i = 0; i < 5; i++) {
		struct ho_model *model;
		struct ho_workspace *ws;
		struct ho_answer answer;
		assert_ok(ho_model_open(&model, r->path, &err), &err);
		assert_ok(ho_workspace_new(&ws, model, &err), &err);
		assert_ok(ho_classify(&answer, ws, texts[i], strlen(texts[i]), &err), &err);
		ho_workspace_free(ws);
		ho_model_free(model);
	}
	return NULL;
}

static void threads_share_an_encoder(void **state)
{
	(void)state;
	enum { THREADS = 4 };
	struct rig r;
	pthread_t thread[THREADS];
	rig_make(&r, 2, false);
	embed_model(&r);
	for (int t = 0; t < THREADS; t++)
		assert_int_equal(pthread_create(&thread[t], NULL, open_and_close, &r), 0);
	for (int t = 0; t < THREADS; t++)
		assert_int_equal(pthread_join(thread[t], NULL), 0);
	assert_int_equal(ho_shared_encoders(), 0);
	rig_release(&r);
}

/* A file that lacks one of its encoder's files, or holds another encoder than it says, is refused. */
static void a_forged_encoder_within_is_refused(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	struct ho_sections sections;
	struct ho_model *model;
	size_t bytes;
	rig_make(&r, 2, false);
	embed_model(&r);
	assert_ok(ho_model_open(&model, r.path, &err), &err);
	for (uint32_t i = 0; i < HO_ENCODER_FILES; i++) {
		uint32_t bit = UINT32_C(1) << (HO_SECTION_ENCODER_FILES + i);
		struct ho_model *forged;
		char path[220];
		assert_ok(ho_sections_read(&sections, model->bytes, &err), &err);
		if (!(sections.present & bit))
			continue;
		sections.present &= ~bit;
		(void)snprintf(path, sizeof path, "%s.forged", r.path);
		assert_ok(ho_sections_write(&bytes, &sections, path, &err), &err);
		ho_encoder_unshare(model->shared); /* else the open encoder would serve, as it may */
		model->shared = NULL;
		enum ho_status status = ho_model_open(&forged, path, &err);
		assert_int_not_equal(status, HO_OK);
		assert_int_equal(status, i == HO_ENCODER_VOCABULARY ? HO_ENOTFOUND
		                         : i == HO_ENCODER_POOLING  ? HO_EUNAVAIL
		                                                    : HO_EFORMAT);
		unlink(path);
	}
	ho_model_free(model);
	rig_release(&r);
}

/* ---- distance ---- */

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
	float vectors[TEXTS][E_HIDDEN];
	rig_make_with(&r, 5, false, true);
	struct ho_model *model = open_model(&r);
	assert_int_equal(model->bytes.ptr[8], HO_MODEL_VERSION_DISTANCE);
	assert_ok(ho_workspace_new(&ws, model, &err), &err);
	for (size_t i = 0; i < TEXTS; i++) {
		struct ho_text_score scored;
		struct ho_slice text = ho_slice_str(texts[i]);
		double best = -1;
		assert_ok(ho_encode(vectors[i], r.encoder, &text, 1, 1, NULL, &err), &err);
		for (size_t k = 0; k < TEXTS / 2; k++)
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
	struct ho_model *model = open_model(&r);
	assert_ok(ho_workspace_new(&ws, model, &err), &err);
	const struct ho_novelty_scale *s = &r.plain->findings.scale;
	size_t ordinary = 0;
	for (size_t i = 0; i < TEXTS; i++) {
		assert_ok(ho_model__score(&scored, ws, texts[i], strlen(texts[i]), &err), &err);
		assert_ok(ho_classify(&answer, ws, texts[i], strlen(texts[i]), &err), &err);
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
	struct ho_model *model = open_model(&r);
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
		float scales[TEXTS / 2 + E_HIDDEN * TEXTS / 2] = {2};
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

/* Settings that change vectors change the fingerprint: here whether capitals are kept. */
static void settings_are_part_of_the_fingerprint(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_encoder *a, *b;
	struct e_fixture *files = e_new(5, false);
	static const char cased[] = "{\"do_lower_case\": false}";
	assert_ok(ho_encoder_open(&a, files->folder, 0, &err), &err);
	e_write(files, "tokenizer_config.json", cased, sizeof cased - 1);
	assert_ok(ho_encoder_open(&b, files->folder, 0, &err), &err);
	assert_int_not_equal(ho_encoder_facts(a)->fingerprint, ho_encoder_facts(b)->fingerprint);
	ho_encoder_free(b);
	assert_ok(ho_encoder_open(&b, files->folder, 20, &err), &err);
	assert_int_not_equal(ho_encoder_facts(a)->fingerprint, ho_encoder_facts(b)->fingerprint);
	ho_encoder_free(a);
	ho_encoder_free(b);
	e_free(files);
}

/* A model's vectors are computed in the precision that it was trained with. */
static void a_model_keeps_its_precision(void **state)
{
	(void)state;
	double scores[3];
	for (unsigned p = 0; p < 3; p++) {
		struct rig r;
		struct ho_error err;
		struct ho_workspace *ws;
		struct ho_text_score scored;
		rig_make_in(&r, 2, false, false, p);
		struct ho_model *model = open_model(&r);
		assert_int_equal(ho_encoder_facts(model->encoder)->precision, p);
		assert_true(ho_encoder_facts(model->encoder)->fingerprint == ho_encoder_facts(r.encoder)->fingerprint);
		assert_ok(ho_workspace_new(&ws, model, &err), &err);
		assert_ok(ho_model__score(&scored, ws, texts[1], strlen(texts[1]), &err), &err);
		scores[p] = ws->scores[0];
		ho_workspace_free(ws);
		ho_model_free(model);
		rig_release(&r);
	}
	assert_true(scores[0] != scores[1] && scores[1] != scores[2] && scores[0] != scores[2]);
	assert_true(fabs(scores[0] - scores[1]) < 0.1 && fabs(scores[0] - scores[2]) < 1);
}

static char *description(const struct e_fixture *files)
{
	struct ho_error err;
	struct ho_encoder *encoder;
	struct ho_buf text;
	ho_buf_init(&text, 1 << 20);
	assert_ok(ho_encoder_open(&encoder, files->folder, 0, &err), &err);
	assert_ok(ho_encoder_describe(&text, encoder, &err), &err);
	ho_encoder_free(encoder);
	return ho_buf_take(&text);
}

/* For the checksum of a known encoder: settings and vocabulary, and nothing of the weights. */
static void a_description_tells_settings_apart(void **state)
{
	(void)state;
	static const char cased[] = "{\"do_lower_case\": false}", lower[] = "{\"do_lower_case\": true, \"other\": 1}";
	struct e_fixture *a = e_new(5, false), *b = e_new(6, false), *cls = e_new(5, true);
	char *first = description(a), *second = description(b), *third = description(cls);
	assert_string_equal(first, second);
	assert_string_not_equal(first, third);
	assert_non_null(strstr(first, "\n9 6 ##fund\n"));
	ho_free(second);
	e_write(b, "tokenizer_config.json", lower, sizeof lower - 1);
	second = description(b);
	assert_string_equal(first, second);
	ho_free(second);
	e_write(b, "tokenizer_config.json", cased, sizeof cased - 1);
	second = description(b);
	assert_string_not_equal(first, second);
	ho_free(first);
	ho_free(second);
	ho_free(third);
	e_free(a);
	e_free(b);
	e_free(cls);
}

static void forged_encoder_sections_are_refused(void **state)
{
	(void)state;
	struct rig r;
	struct ho_error err;
	rig_make(&r, 5, false);
	struct ho_model *model = open_model(&r), forged;
	size_t len = model->bytes.len;
	char *bytes = malloc(len);
	const size_t record = (size_t)((const char *)model->encoder_record - model->bytes.ptr),
	             dense = (size_t)((const char *)model->dense - model->bytes.ptr);
	/* version; dimensions; precision; its end; weights that are no numbers */
	const struct {
		size_t at;
		uint32_t value;
	} damage[] = {{8, 1},
	              {8, 3}, /* neighbours, and there are none */
	              {8, 4},
	              {record + 8, 0},
	              {record + 8, E_HIDDEN + 1},
	              {record + 8, ~0u},
	              {record + 12, 0x00030014},
	              {record + 12, 0x01000014},
	              {dense, 0x7fc00000},
	              {dense + 4, 0x7f800000}};
	for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
		memcpy(bytes, model->bytes.ptr, len);
		memcpy(bytes + damage[i].at, &damage[i].value, sizeof damage[i].value);
		struct ho_file_header header;
		memcpy(&header, bytes, sizeof header);
		for (size_t s = 0; s < header.sections; s++) { /* repair the checksums */
			struct ho_section_record section;
			char *place = bytes + sizeof header + s * sizeof section;
			memcpy(&section, place, sizeof section);
			section.hash = ho_hash(bytes + section.offset, (size_t)section.size, section.id);
			memcpy(place, &section, sizeof section);
		}
		header.table_hash =
		    ho_hash(bytes + sizeof header, header.sections * sizeof(struct ho_section_record), 0);
		memcpy(bytes, &header, sizeof header);
		memset(&forged, 0, sizeof forged);
		enum ho_status status = ho_model__attach(&forged, ho_slice(bytes, len), &err);
		assert_int_equal(status, damage[i].value == 4 ? HO_EUNAVAIL : HO_EFORMAT);
		ho_free(forged.labels);
		ho_free(forged.tested);
	}
	free(bytes);
	ho_model_free(model);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(scores_are_the_slow_sums),
	                                   cmocka_unit_test(pieces_and_bias_sum_to_the_score),
	                                   cmocka_unit_test(foreseen_texts_answer_the_same),
	                                   cmocka_unit_test(a_model_keeps_its_precision),
	                                   cmocka_unit_test(remembered_vectors_answer_the_same),
	                                   cmocka_unit_test(a_missing_or_other_encoder_is_said),
	                                   cmocka_unit_test(an_encoder_within_answers_alone),
	                                   cmocka_unit_test(a_shared_encoder_outlives_its_file),
	                                   cmocka_unit_test(threads_share_an_encoder),
	                                   cmocka_unit_test(a_forged_encoder_within_is_refused),
	                                   cmocka_unit_test(the_distance_is_that_of_the_nearest),
	                                   cmocka_unit_test(novelty_counts_the_distance),
	                                   cmocka_unit_test(packed_vectors_keep_their_direction),
	                                   cmocka_unit_test(forged_neighbours_are_refused),
	                                   cmocka_unit_test(a_description_tells_settings_apart),
	                                   cmocka_unit_test(settings_are_part_of_the_fingerprint),
	                                   cmocka_unit_test(forged_encoder_sections_are_refused)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
