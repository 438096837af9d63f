/* What an explanation says, its JSON, and that threads do not disturb each other. */
#include <jansson.h>

#include "base/pool.h"
#include "model_fixture.h"

static struct ho_explanation explain(struct fixture *f, const char *text)
{
	struct ho_error err;
	struct ho_explanation out;
	fixture_reopen(f);
	assert_ok(ho_explain(&out, f->ws, text, strlen(text), &err), &err);
	return out;
}

static void says(const struct ho_explanation *e, const char *what)
{
	if (!strstr(e->text, what))
		fail_msg("no \"%s\" in: %s", what, e->text);
}

static void every_reason_has_its_words(void **state)
{
	(void)state;
	static const char text[] = "refund the card please";
	struct fixture *f = fixture_new(2, true, FIXTURE_D, 7);
	f->findings.novelty_level = 0;
	f->threshold[0] = 0;
	struct ho_explanation e = explain(f, text);
	assert_int_equal(e.answer.reason, HO_REASON_NONE);
	says(&e, e.answer.label);
	says(&e, "answered automatically");
	says(&e, "at most 5% are wrong");
	says(&e, "95% confidence");
	double confidence = e.answer.confidence;
	ho_explanation_release(&e);
	assert_null(e.text);

	f->threshold[0] = confidence + (1 - confidence) / 1000;
	e = explain(f, text);
	assert_int_equal(e.answer.reason, HO_REASON_UNSURE);
	assert_true(e.threshold == f->threshold[0]);
	says(&e, "is not above the ");
	ho_explanation_release(&e);
	f->findings.novelty_level = 1;
	e = explain(f, "refund the zzzzz");
	assert_int_equal(e.answer.reason, HO_REASON_NOVEL);
	says(&e, "unlike the training texts (p-value ");
	says(&e, "1 of its 3 different words was never seen");
	ho_explanation_release(&e);
	e = explain(f, "");
	says(&e, "no words");
	ho_explanation_release(&e);

	f->findings.promise_kind = HO_PROMISE_NONE;
	e = explain(f, text);
	assert_int_equal(e.answer.reason, HO_REASON_NO_PROMISE);
	assert_true(e.threshold == 1);
	says(&e, "no certificate");
	ho_explanation_release(&e);
	fixture_free(f);
}

static void per_label_promises_name_the_label(void **state)
{
	(void)state;
	struct fixture *f = fixture_new(5, false, FIXTURE_D, 8);
	f->findings.promise_labels = 5;
	f->findings.novelty_level = 0;
	for (int k = 0; k < 5; k++)
		f->threshold[k] = 0;
	struct ho_explanation e = explain(f, "please help the stolen card");
	char expected[64];
	(void)snprintf(expected, sizeof expected, "answered \"%s\" automatically", e.answer.label);
	says(&e, expected);
	ho_explanation_release(&e);
	for (int k = 0; k < 5; k++)
		f->threshold[k] = 1;
	e = explain(f, "please help the stolen card");
	assert_int_equal(e.answer.reason, HO_REASON_NO_PROMISE);
	says(&e, "what was asked of answers with this label could not be promised");
	ho_explanation_release(&e);
	for (int k = 0; k < 5; k++)
		f->max_error[k] = 1;
	e = explain(f, "please help the stolen card");
	assert_int_equal(e.answer.reason, HO_REASON_NO_PROMISE);
	says(&e, "nothing is promised of answers with this label");
	ho_explanation_release(&e);
	fixture_free(f);
}

/* Between two and six sentences; on one line, whatever the text holds; valid UTF-8 (jansson takes nothing else). */
static void check_words(const char *text)
{
	size_t ends = 0, len = strlen(text);
	json_t *value = json_stringn(text, len);
	assert_non_null(value);
	json_decref(value);
	for (size_t i = 0; i < len; i++) {
		assert_true((unsigned char)text[i] >= ' ');
		ends += text[i] == '.' && (i + 1 == len || text[i + 1] == ' ');
	}
	assert_true(ends >= 2 && ends <= 6);
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	assert_true(json_is_number(value));
	return json_number_value(value);
}

static void check_json(const char *json, size_t len, const struct ho_explanation *e)
{
	static const char *const keys[] = {"label",  "confidence", "decision", "reason",
	                                   "pieces", "bias",       "total",    "words"};
	json_t *root = json_loads(json, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL), *piece;
	const char *key;
	json_t *value;
	size_t i = 0;
	assert_non_null(root);
	json_object_foreach(root, key, value) assert_string_equal(key, keys[i++]);
	assert_int_equal(i, sizeof keys / sizeof *keys);
	assert_string_equal(json_string_value(json_object_get(root, "label")), e->answer.label);
	assert_string_equal(json_string_value(json_object_get(root, "words")), e->text);
	assert_true(json_is_null(json_object_get(root, "reason")) == (e->answer.reason == HO_REASON_NONE));
	double sum = number(root, "bias");
	json_array_foreach(json_object_get(root, "pieces"), i, piece)
	{
		sum += number(piece, "weight");
		assert_int_equal(number(piece, "start"), e->pieces[i].start);
		assert_int_equal(number(piece, "end"), e->pieces[i].end);
		assert_true(number(piece, "end") <= (double)len);
		assert_string_equal(json_string_value(json_object_get(piece, "view")), e->pieces[i].view);
		assert_true(json_is_string(json_object_get(piece, "text")));
	}
	assert_int_equal(json_array_size(json_object_get(root, "pieces")), e->n_pieces);
	assert_true(fabs(sum - number(root, "total")) < 1e-4);
	json_decref(root);
}

static void json_says_the_same(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_explanation e;
	char text[FIXTURE_TEXT], *json;
	for (int kind = 0; kind < 4; kind++) {
		struct fixture *f = fixture_new(kind & 1 ? 5 : 2, kind & 2, FIXTURE_D, 21);
		struct ho_rng rng = ho_rng_seed(5, (uint64_t)kind);
		for (int i = 0; i < 100; i++) {
			size_t len = i ? random_text(text, &rng, ho_rng_below(&rng, 25)) : 0;
			assert_ok(ho_explain(&e, f->ws, text, len, &err), &err);
			assert_ok(ho_explain_json(&json, f->ws, text, len, &err), &err);
			check_words(e.text);
			check_json(json, len, &e);
			ho_string_free(json);
			ho_explanation_release(&e);
		}
		fixture_free(f);
	}
}

enum { THREAD_TASKS = 64 };

struct shared {
	const struct ho_model *model;
	char texts[THREAD_TASKS][FIXTURE_TEXT];
	size_t lens[THREAD_TASKS];
	double confidence[THREAD_TASKS][2];
};

static enum ho_status classify_one(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct shared *shared = context;
	struct ho_workspace *ws;
	struct ho_answer answer;
	(void)worker;
	enum ho_status status = ho_workspace_new(&ws, shared->model, err);
	for (size_t i = 0; i < THREAD_TASKS && status == HO_OK; i++) {
		size_t t = (i + task * 5) % THREAD_TASKS;
		status = ho_classify(&answer, ws, shared->texts[t], shared->lens[t], err);
		if (task < 2)
			shared->confidence[t][task] = answer.confidence;
	}
	ho_workspace_free(ws);
	return status;
}

static void threads_share_a_model(void **state)
{
	(void)state;
	static struct shared shared;
	struct ho_error err;
	for (uint32_t K = 2; K <= 5; K += 3) {
		struct fixture *f = fixture_new(K, true, FIXTURE_D, 41);
		struct ho_rng rng = ho_rng_seed(6, K);
		shared.model = f->model;
		for (int i = 0; i < THREAD_TASKS; i++)
			shared.lens[i] = random_text(shared.texts[i], &rng, 20);
		assert_ok(ho_parallel(classify_one, &shared, 2, 2, &err), &err);
		for (int i = 0; i < THREAD_TASKS; i++) {
			struct ho_answer answer;
			assert_ok(ho_classify(&answer, f->ws, shared.texts[i], shared.lens[i], &err), &err);
			assert_true(answer.confidence == shared.confidence[i][0]);
			assert_true(answer.confidence == shared.confidence[i][1]);
		}
		fixture_free(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_reason_has_its_words),
	    cmocka_unit_test(per_label_promises_name_the_label),
	    cmocka_unit_test(json_says_the_same),
	    cmocka_unit_test(threads_share_a_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
