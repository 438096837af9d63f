/* Explanations add up to the score; and every allocation of the model's life may fail. */
#include <unistd.h>

#include "model_fixture.h"

static void check_explanation(struct fixture *f, const char *text, size_t len)
{
	struct ho_explanation e;
	struct ho_raw_score raw;
	struct ho_error err;
	assert_ok(ho_explain(&e, f->ws, text, len, &err), &err);
	uint32_t label = e.answer.label_index;
	double sum = e.bias, last = INFINITY, bias, score;
	for (size_t i = 0; i < e.n_pieces; i++) {
		sum += e.pieces[i].weight;
		assert_true(fabs(e.pieces[i].weight) <= last);
		last = fabs(e.pieces[i].weight);
		assert_true(e.pieces[i].start < e.pieces[i].end && e.pieces[i].end <= len);
	}
	assert_ok(ho_raw_score(&raw, f->ws, ho_slice(text, len), &err), &err);
	if (f->K == 2) {
		score = label ? raw.scores[0] : -raw.scores[0];
		bias = label ? f->bias[0] : -f->bias[0];
	} else {
		score = raw.scores[label];
		bias = f->bias[label];
		for (uint32_t k = 0; k < f->K; k++) {
			score -= k == label ? 0 : raw.scores[k] / (f->K - 1);
			bias -= k == label ? 0 : f->bias[k] / (f->K - 1);
		}
	}
	assert_true(fabs(e.bias - bias) < 1e-12);
	assert_true(fabs(e.total - score) < 1e-9);
	assert_true(fabs(sum - e.total) < 1e-4);
	assert_int_equal(e.words, raw.words);
	assert_int_equal(e.unknown_words, raw.unknown_words);
	assert_true(e.text && e.text[0]);
	ho_explanation_release(&e);
}

static void pieces_sum_to_the_score(void **state)
{
	(void)state;
	char text[FIXTURE_TEXT];
	for (int kind = 0; kind < 4; kind++) {
		struct fixture *f = fixture_new(kind & 1 ? 5 : 2, kind & 2, FIXTURE_D, (uint64_t)kind + 50);
		struct ho_rng rng = ho_rng_seed(77, 1);
		for (int i = 0; i < 150; i++)
			check_explanation(f, text, random_text(text, &rng, ho_rng_below(&rng, 25)));
		check_explanation(f, "", 0);
		check_explanation(f, "\0\0", 2);
		fixture_free(f);
	}
}

static void top_features_are_the_strongest(void **state)
{
	(void)state;
	struct fixture *f = fixture_new(2, false, FIXTURE_D, 3);
	struct ho_feature top[5];
	assert_int_equal(ho_model_top_features(top, 5, f->model, 1), 5);
	float best = 0;
	size_t at = 0;
	for (size_t j = 0; j < f->D[0]; j++)
		if (f->weights[0][j] > best) {
			best = f->weights[0][j];
			at = j;
		}
	assert_true(ho_slice_is(top[0].text, f->names[0][at]));
	assert_true(fabs(top[0].weight - (double)best) < 1e-6);
	for (int i = 1; i < 5; i++)
		assert_true(top[i].weight <= top[i - 1].weight);
	assert_int_equal(ho_model_top_features(top, 5, f->model, 2), 0);
	fixture_free(f);
}

/* One step of a model's life; what it makes goes through `context`. */
typedef enum ho_status (*attempt)(void *context);

static void walk_failures(attempt try, void *context)
{
	enum ho_status status = HO_ENOMEM;
	for (long nth = 1; status != HO_OK; nth++) {
		assert_true(nth < 100000);
		ho_alloc_fail_at(nth);
		status = try(context);
		int failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		assert_int_equal(status, failed ? HO_ENOMEM : HO_OK);
	}
}

struct life {
	struct fixture *f;
	const char *path;
};

static enum ho_status try_image(void *context)
{
	struct life *life = context;
	static const struct ho_slice labels[] = {{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}, {"e", 1}};
	struct ho_image_parts parts = fixture_parts(life->f, labels);
	struct ho_image *image;
	struct ho_model *model = NULL;
	size_t bytes;
	enum ho_status status = ho_image_new(&image, &parts, NULL);
	if (status)
		assert_null(image);
	if (status == HO_OK)
		status = ho_image_set(image, &life->f->findings, NULL);
	if (status == HO_OK)
		status = ho_image_open(&model, image, NULL);
	ho_model_free(model);
	if (status == HO_OK)
		status = ho_image_write(&bytes, image, life->path, NULL);
	ho_image_free(image);
	return status;
}

static enum ho_status try_open(void *context)
{
	struct life *life = context;
	struct ho_model *model;
	enum ho_status status = ho_model_open(&model, life->path, NULL);
	assert_true((status == HO_OK) == (model != NULL));
	ho_model_free(model);
	return status;
}

static enum ho_status try_text(void *context)
{
	struct life *life = context;
	struct ho_workspace *ws;
	struct ho_answer answer;
	struct ho_explanation explanation;
	char *json = NULL;
	static const char text[] = "Straße refund £900 l'été 東京 the stolen card please login";
	enum ho_status status = ho_workspace_new(&ws, life->f->model, NULL);
	if (status == HO_OK)
		status = ho_classify(&answer, ws, text, sizeof text - 1, NULL);
	if (status == HO_OK)
		status = ho_explain(&explanation, ws, text, sizeof text - 1, NULL);
	if (status == HO_OK) {
		ho_explanation_release(&explanation);
		status = ho_explain_json(&json, ws, text, sizeof text - 1, NULL);
	}
	assert_true((status == HO_OK) == (json != NULL));
	ho_string_free(json);
	ho_workspace_free(ws);
	return status;
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		char path[] = "/tmp/ho-model-XXXXXX";
		int fd = mkstemp(path);
		assert_true(fd >= 0 && close(fd) == 0);
		struct life life = {fixture_new(kind & 1 ? 5 : 2, kind & 2, 20, 4), path};
		walk_failures(try_image, &life);
		walk_failures(try_open, &life);
		walk_failures(try_text, &life);
		unlink(path);
		fixture_free(life.f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pieces_sum_to_the_score),
	    cmocka_unit_test(top_features_are_the_strongest),
	    cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
