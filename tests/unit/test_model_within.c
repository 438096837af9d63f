/* The encoder within the model file: alone, shared by models and threads, forged. */
#include <pthread.h>

#include "model/sections.h"
#include "model_encoder_fixture.h"

/* Write the model anew with its encoder within; the folder may go afterwards. */
static void embed_model(struct rig *r)
{
	struct ho_error err;
	size_t bytes;
	struct stat before, after;
	rig_write(r);
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
		beside = rig_open(&r); /* holds its folder's files open */
		ho_model_encoder(&facts, beside);
		assert_false(facts.within);
		embed_model(&r);
		(void)snprintf(away, sizeof away, "%s.away", r.files->folder);
		assert_int_equal(rename(r.files->folder, away), 0);
		assert_int_equal(ho_shared_encoders(), 1);
		assert_ok(ho_model_open(&within, r.path, &err), &err);
		assert_int_equal(ho_shared_encoders(), 1); /* the one that is open serves both */
		assert_ok(ho_workspace_new(&a, beside, &err), &err);
		double want[RIG_TEXTS];
		for (size_t i = 0; i < RIG_TEXTS; i++) {
			struct ho_answer answer;
			assert_ok(ho_classify(&answer, a, rig_texts[i], strlen(rig_texts[i]), &err), &err);
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
		for (size_t i = 0; i < RIG_TEXTS; i++) {
			struct ho_answer answer;
			assert_ok(ho_classify(&answer, b, rig_texts[i], strlen(rig_texts[i]), &err), &err);
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
	for (size_t i = 0; i < RIG_TEXTS; i++)
		assert_ok(ho_classify(&answer, ws, rig_texts[i], strlen(rig_texts[i]), &err), &err);
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
		assert_ok(ho_classify(&answer, ws, rig_texts[i], strlen(rig_texts[i]), &err), &err);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_encoder_within_answers_alone),
	    cmocka_unit_test(a_shared_encoder_outlives_its_file),
	    cmocka_unit_test(threads_share_an_encoder),
	    cmocka_unit_test(a_forged_encoder_within_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
