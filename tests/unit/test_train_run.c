/* Training from a table to a file: determinism, refusals, honesty. */
#include "unit/unit.h"

#include <jansson.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "made_texts.h"
#include "model/model.h"
#include "near/near.h"
#include "train/train.h"

static char folder[] = "/tmp/ho_train_XXXXXX";
static char path_a[64], path_b[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path_a, sizeof path_a, "%s/a.handoff", folder);
	(void)snprintf(path_b, sizeof path_b, "%s/b.handoff", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path_a);
	(void)unlink(path_b);
	return rmdir(folder); /* so every failed run left nothing behind */
}

static json_t *train_to(const char *path, const struct made *made, const struct ho_train_options *options)
{
	struct ho_train_result result;
	struct ho_error err;
	assert_ok(ho_train(&result, &made->table, NULL, options, path, &err), &err);
	json_t *report = json_loads(result.report, 0, NULL);
	assert_non_null(report);
	ho_train_result_release(&result);
	return report;
}

static double real_at(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	assert_true(json_is_number(value));
	return json_number_value(value);
}

static void same_bytes_on_any_number_of_threads(void **state)
{
	(void)state;
	for (int cross_fit = 0; cross_fit < 2; cross_fit++)
		for (uint32_t K = 2; K <= 5; K += 3) {
			struct made made = made_texts(900, K, 0.25, 5);
			struct ho_train_options options;
			struct ho_mapping a, b;
			struct ho_error err;
			ho_train_options_init(&options);
			options.cross_fit = cross_fit;
			options.threads = 1;
			json_decref(train_to(path_a, &made, &options));
			options.threads = 4;
			json_decref(train_to(path_b, &made, &options));
			assert_ok(ho_mapping_open(&a, path_a, &err), &err);
			assert_ok(ho_mapping_open(&b, path_b, &err), &err);
			assert_true(ho_slice_equal(a.bytes, b.bytes));
			ho_mapping_close(&a);
			ho_mapping_close(&b);
			options.seed = 2;
			json_decref(train_to(path_b, &made, &options));
			assert_ok(ho_mapping_open(&b, path_b, &err), &err);
			assert_ok(ho_mapping_open(&a, path_a, &err), &err);
			assert_false(ho_slice_equal(a.bytes, b.bytes));
			ho_mapping_close(&a);
			ho_mapping_close(&b);
			made_free(&made);
		}
}

static void easy_labels_are_learnt_and_promised(void **state)
{
	(void)state;
	struct made made = made_texts(3000, 3, 0.4, 1), fresh = made_texts(2000, 3, 0.4, 2);
	struct ho_train_options options;
	ho_train_options_init(&options);
	json_t *report = train_to(path_a, &made, &options);
	assert_true(real_at(report, "accuracy") > 0.97);
	const json_t *promise = json_object_get(report, "promise");
	assert_true(json_is_object(promise));
	assert_true(real_at(promise, "coverage") > 0.8);
	assert_true(json_boolean_value(json_object_get(json_object_get(report, "paired_test"), "better")) ||
	            real_at(json_object_get(json_object_get(report, "baselines"), "tfidf_lr"), "accuracy") > 0.95);
	json_decref(report);
	struct ho_model *model;
	struct ho_workspace *ws;
	struct ho_answer answer;
	struct ho_error err;
	size_t accepted = 0, wrong = 0;
	assert_ok(ho_model_open(&model, path_a, &err), &err);
	assert_ok(ho_workspace_new(&ws, model, &err), &err);
	for (size_t i = 0; i < fresh.table.n; i++) {
		assert_ok(ho_classify(&answer, ws, fresh.table.text[i].ptr, fresh.table.text[i].len, &err), &err);
		accepted += answer.decision == HO_AUTO;
		wrong += answer.decision == HO_AUTO && answer.label_index != fresh.table.label[i];
	}
	assert_true(accepted > 1400);
	assert_true((double)wrong < 0.05 * (double)accepted);
	assert_true(ho_model_has_seen(model, ho_near_fingerprint(made.table.text[17])));
	assert_false(ho_model_has_seen(model, ho_near_fingerprint(fresh.table.text[17])));
	/* Another language, gibberish, nothing at all: handed over. */
	const char *strange[] = {"le chat noir dort sur la table", "qwzzz kjhgf vbnmx", "", "!!! ???"};
	for (size_t i = 0; i < 4; i++) {
		assert_ok(ho_classify(&answer, ws, strange[i], strlen(strange[i]), &err), &err);
		assert_int_equal(answer.decision, HO_HUMAN);
		assert_int_equal(answer.reason, HO_REASON_NOVEL);
	}
	ho_workspace_free(ws);
	ho_model_free(model);
	made_free(&made);
	made_free(&fresh);
}

static void labels_without_meaning_give_no_promise(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct made made = made_texts(1500, 2, 0, seed);
		struct ho_train_options options;
		ho_train_options_init(&options);
		options.seed = seed;
		json_t *report = train_to(path_a, &made, &options);
		assert_true(json_is_null(json_object_get(report, "promise")));
		assert_true(real_at(report, "accuracy") < 0.62);
		assert_false(json_boolean_value(json_object_get(json_object_get(report, "paired_test"), "better")));
		assert_false(
		    json_boolean_value(json_object_get(json_object_get(report, "shuffled_labels"), "promise")));
		json_decref(report);
		struct ho_model *model;
		struct ho_workspace *ws;
		struct ho_answer answer;
		struct ho_error err;
		assert_ok(ho_model_open(&model, path_a, &err), &err);
		assert_ok(ho_workspace_new(&ws, model, &err), &err);
		assert_ok(ho_classify(&answer, ws, "xaa xbb", 7, &err), &err);
		assert_int_equal(answer.reason, HO_REASON_NO_PROMISE);
		ho_workspace_free(ws);
		ho_model_free(model);
		made_free(&made);
	}
}

static void a_word_that_gives_the_answer_away_is_named(void **state)
{
	(void)state;
	struct made made = made_texts(800, 2, 0.1, 9);
	for (size_t i = 0; i < made.table.n; i++)
		if (made.table.label[i] == 1) {
			size_t len = (size_t)snprintf(made.bytes[i] + made.table.text[i].len,
			                              MADE_ROOM - made.table.text[i].len, "leakzz");
			made.table.text[i].len += len;
		}
	struct ho_train_options options;
	ho_train_options_init(&options);
	json_t *report = train_to(path_a, &made, &options);
	char *text = json_dumps(json_object_get(report, "warnings"), 0);
	assert_non_null(strstr(text, "leakzz"));
	free(text);
	json_decref(report);
	made_free(&made);
}

/* The names of features are cut where a word is longer than any name, between characters and not within one. */
static void words_longer_than_a_name(void **state)
{
	(void)state;
	static const char *const letters[] = {"x", "\xc3\xa9", "\xe1\xba\xa1", "a\xf0\x90\x90\xa8"};
	enum { LONG = 6000, ROWS = 600, EVERY = 10 };
	static char text[ROWS / EVERY][LONG + MADE_ROOM];
	for (size_t l = 0; l < sizeof letters / sizeof *letters; l++) {
		struct made made = made_texts(ROWS, 2, 0.3, 3);
		struct ho_train_options options;
		size_t step = strlen(letters[l]);
		for (size_t i = 0; i < ROWS; i += EVERY) {
			size_t len = 0;
			for (; len + step <= LONG - l; len += step)
				memcpy(text[i / EVERY] + len, letters[l], step);
			/* Words behind it too: an n-gram at the start of the text has three of them. */
			int rest = snprintf(text[i / EVERY] + len, MADE_ROOM, " as ever %.*s",
			                    (int)made.table.text[i].len, made.table.text[i].ptr);
			made.table.text[i] = ho_slice(text[i / EVERY], len + (size_t)rest);
		}
		ho_train_options_init(&options);
		json_decref(train_to(path_a, &made, &options));
		made_free(&made);
	}
}

static enum ho_status try_train(const struct ho_table *table, struct ho_error *err)
{
	struct ho_train_options options;
	struct ho_train_result result;
	ho_train_options_init(&options);
	enum ho_status status = ho_train(&result, table, NULL, &options, path_b, err);
	ho_train_result_release(&result);
	return status;
}

static void what_cannot_be_learnt_is_refused(void **state)
{
	(void)state;
	struct ho_error err;
	struct made one = made_texts(50, 1, 0.3, 1);
	assert_int_equal(try_train(&one.table, &err), HO_EFORMAT);
	assert_non_null(strstr(err.message, "same label"));
	made_free(&one);
	struct made few = made_texts(8, 8, 0.3, 1);
	for (uint32_t i = 0; i < 8; i++)
		few.table.label[i] = i;
	assert_int_equal(try_train(&few.table, &err), HO_EFORMAT);
	assert_non_null(strstr(err.message, "two rows"));
	made_free(&few);
	struct made equal = made_texts(60, 2, 0.3, 1);
	for (size_t i = 0; i < 60; i++)
		equal.table.text[i] = ho_slice_str("the same text again and again");
	assert_int_equal(try_train(&equal.table, &err), HO_EFORMAT);
	assert_non_null(strstr(err.message, "equal"));
	made_free(&equal);
}

static size_t warnings_with(const json_t *report, const char *what)
{
	const json_t *list = json_object_get(report, "warnings"), *one;
	size_t i, found = 0;
	json_array_foreach(list, i, one) found += strstr(json_string_value(one), what) != NULL;
	return found;
}

/* Labels with few rows are named while they are few; hundreds of them would bury everything else. */
static void rare_labels_are_named_or_counted(void **state)
{
	(void)state;
	struct ho_train_options options;
	ho_train_options_init(&options);
	struct made made = made_texts(200, 8, 0.5, 3);
	for (size_t i = 0; i < made.table.n; i++)
		made.table.label[i] = i < 4 ? 1 : i < 12 ? 2 : made.table.label[i] % 2 ? 0 : 3;
	made.table.labels[1] =
	    ho_slice_str("a label whose name is cut where it is longest, and within \xc3\xa4\xc3\xb6");
	json_t *report = train_to(path_a, &made, &options);
	assert_int_equal(warnings_with(report, "has only 4 rows"), 1);
	assert_int_equal(warnings_with(report, "label 'c' has only 8 rows"), 1);
	json_decref(report);
	made_free(&made);
	struct made many = made_texts(64, 8, 0.5, 3);
	for (size_t i = 0; i < many.table.n; i++)
		many.table.label[i] = i < 5 ? 5 : (uint32_t)(i % 8 == 5 ? 6 : i % 8);
	report = train_to(path_a, &many, &options);
	assert_int_equal(warnings_with(report, "has only"), 0);
	assert_int_equal(warnings_with(report, "7 labels have fewer than 10 rows; 'f' has the fewest, 5"), 1);
	json_decref(report);
	made_free(&many);
}

static void tiny_data_train_and_say_what_they_are(void **state)
{
	(void)state;
	struct ho_error err;
	for (size_t n = 4; n <= 40; n += 6) {
		struct made made = made_texts(n, 2, 0.5, n);
		made.table.label[0] = made.table.label[1] = 0;
		made.table.label[2] = made.table.label[3] = 1;
		assert_ok(try_train(&made.table, &err), &err);
		made_free(&made);
	}
}

/* Many rows, hardly any texts: no part may be left without what it needs. */
static void few_distinct_texts(void **state)
{
	(void)state;
	static const char *const texts[4] = {"hello there friend", "buy cheap pills now", "good morning to everybody",
	                                     "win money fast today"};
	for (size_t n_texts = 2; n_texts <= 4; n_texts++)
		for (size_t copies = 1; copies <= 50; copies += 7)
			for (int cross_fit = 0; cross_fit < 2; cross_fit++) {
				struct made made = made_texts(n_texts * copies, 2, 0.5, 1);
				struct ho_train_options options;
				struct ho_train_result result;
				struct ho_error err;
				for (size_t i = 0; i < made.table.n; i++) {
					made.table.text[i] = ho_slice_str(texts[i % n_texts]);
					made.table.label[i] = i % n_texts % 2;
				}
				ho_train_options_init(&options);
				options.seed = copies;
				options.cross_fit = cross_fit;
				enum ho_status status = ho_train(&result, &made.table, NULL, &options, path_b, &err);
				if (copies == 1 && n_texts < 4) { /* a label with one row */
					assert_int_equal(status, HO_EFORMAT);
				} else {
					assert_ok(status, &err);
					assert_false(result.has_promise);
				}
				ho_train_result_release(&result);
				made_free(&made);
			}
}

/* What is asked for is more than there is, and is enough. */
static void labels_asked_for_are_enough(void **state)
{
	(void)state;
	for (int cross_fit = 0; cross_fit < 2; cross_fit++) {
		unsigned asked = 0, enough = 0;
		for (uint64_t seed = 1; seed <= 12; seed++) {
			struct made made = made_texts(400, 2, 0.25, seed);
			struct ho_train_options options;
			ho_train_options_init(&options);
			options.seed = seed;
			options.max_error = cross_fit ? 0.02 : 0.04;
			options.cross_fit = cross_fit;
			json_t *report = train_to(path_a, &made, &options);
			made_free(&made);
			if (json_is_null(json_object_get(report, "promise"))) {
				double needed = real_at(report, "labels_needed"), more = real_at(report, "labels_more");
				assert_true(more > 0 && needed == more + 400 && needed < 100000);
				assert_true(json_is_true(json_object_get(report, "more_labels_help")));
				struct made larger = made_texts((size_t)needed, 2, 0.25, seed + 100);
				json_t *again = train_to(path_a, &larger, &options);
				asked++;
				enough += json_is_object(json_object_get(again, "promise"));
				json_decref(again);
				made_free(&larger);
			}
			json_decref(report);
		}
		assert_true(asked >= 3 && enough * 10 >= asked * 7);
	}
}

/* Of each label that cannot be promised it is known what would help, or that it is not known. */
static void labels_say_what_they_lack(void **state)
{
	(void)state;
	struct made made = made_texts(1200, 3, 0.3, 8);
	for (size_t i = 0; i < made.table.n; i++) /* c can never be told from a */
		if (made.table.label[i] == 2 || (made.table.label[i] == 0 && i % 2))
			made.table.label[i] = i % 3 == 0 ? 2 : 0;
	struct ho_label_error strict[] = {{"a", 0.01}, {"b", 0.01}};
	struct ho_train_options options;
	ho_train_options_init(&options);
	options.label_errors = strict;
	options.n_label_errors = 2;
	json_t *report = train_to(path_a, &made, &options);
	assert_true(json_is_null(json_object_get(report, "promise")));
	const json_t *labels = json_object_get(report, "per_label"), *b = json_object_get(labels, "b");
	assert_int_equal(json_object_size(labels), 2);
	assert_true(real_at(json_object_get(labels, "a"), "strictest_possible") > 0.01);
	assert_true(json_is_null(json_object_get(b, "threshold")));
	assert_true(real_at(b, "labels_more") > 1200 &&
	            real_at(b, "labels_needed") == real_at(b, "labels_more") + 1200);
	assert_true(json_is_true(json_object_get(b, "more_labels_help")));
	json_decref(report);
	/* Next to no answers to judge by: nothing is claimed. */
	made.table.n = 40;
	options.cross_fit = true;
	report = train_to(path_a, &made, &options);
	b = json_object_get(json_object_get(report, "per_label"), "b");
	assert_true(json_is_null(json_object_get(b, "more_labels_help")));
	assert_true(json_is_null(json_object_get(b, "labels_needed")));
	json_decref(report);
	/* Nothing could back an exact promise: 368 right answers for each label, 5% being shared by the two. */
	options.cross_fit = false;
	report = train_to(path_a, &made, &options);
	assert_true(real_at(json_object_get(report, "parts"), "fit") == 40);
	assert_true(json_is_null(json_object_get(report, "promise")));
	assert_true(real_at(report, "labels_for_judging_at_least") == 368);
	assert_true(real_at(report, "labels_needed_at_least") > 368 / 0.13);
	json_decref(report);
	made_free(&made);
}

/* With the cross-fit the baselines meet the model on one fold of it, copies counted once. */
static void baselines_of_the_cross_fit(void **state)
{
	(void)state;
	struct made made = made_texts(1000, 2, 0.3, 4);
	struct ho_train_options options;
	ho_train_options_init(&options);
	options.cross_fit = true;
	for (size_t i = 500; i < 1000; i++) {
		made.table.text[i] = made.table.text[i - 500];
		made.table.label[i] = made.table.label[i - 500];
	}
	json_t *report = train_to(path_a, &made, &options);
	const json_t *paired = json_object_get(report, "paired_test"), *groups = json_object_get(report, "groups");
	assert_true(real_at(groups, "fit") == 500);
	assert_true(fabs(real_at(paired, "n") - 100) <= 4);
	/* 450 texts certify, the others plan. */
	const json_t *promise = json_object_get(report, "promise");
	assert_true(real_at(promise, "certified_on") == 450 && real_at(promise, "n") <= 450);
	/* Naive Bayes is about as good here as what was chosen; on copies it had learnt it would look perfect. */
	assert_true(fabs(real_at(paired, "difference")) < 0.1);
	json_decref(report);
	made_free(&made);
}

static void a_stop_leaves_no_file(void **state)
{
	(void)state;
	struct made made = made_texts(500, 2, 0.3, 3);
	struct ho_train_options options;
	struct ho_train_result result;
	struct ho_error err;
	atomic_bool cancel = true;
	struct ho_progress progress = {.cancel = &cancel};
	ho_train_options_init(&options);
	options.progress = &progress;
	(void)unlink(path_b);
	assert_int_equal(ho_train(&result, &made.table, NULL, &options, path_b, &err), HO_ECANCELLED);
	assert_int_equal(access(path_b, F_OK), -1);
	made_free(&made);
}

static void every_failed_allocation_is_survived(void **state)
{
	(void)state;
	struct made made = made_texts(40, 3, 0.4, 4);
	struct ho_train_options options;
	struct ho_train_result result;
	struct ho_error err;
	ho_train_options_init(&options);
	options.threads = 1;
	(void)unlink(path_b);
	/* Steps of growing size: the first thousand one by one, then with a prime stride, so that each kind of place is
	 * met. */
	for (long nth = 1;; nth += nth < 400 ? 1 : 37) {
		ho_alloc_fail_at(nth);
		enum ho_status status = ho_train(&result, &made.table, NULL, &options, path_b, &err);
		int failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		ho_train_result_release(&result);
		if (!failed) {
			assert_int_equal(status, HO_OK);
			break;
		}
		/* An optional step may do without its memory; nothing else may succeed. */
		assert_true(status == HO_ENOMEM || status == HO_OK);
	}
	made_free(&made);
}

static void test_rows_are_kept_out(void **state)
{
	(void)state;
	struct made made = made_texts(600, 2, 0.3, 6);
	struct ho_table test = made.table;
	struct ho_train_options options;
	struct ho_train_result result;
	struct ho_error err;
	test.n = 100;
	ho_train_options_init(&options);
	assert_ok(ho_train(&result, &made.table, &test, &options, path_a, &err), &err);
	ho_train_result_release(&result);
	struct ho_model *model;
	assert_ok(ho_model_open(&model, path_a, &err), &err);
	for (size_t i = 0; i < 100; i++)
		assert_false(ho_model_has_seen(model, ho_near_fingerprint(test.text[i])));
	assert_true(ho_model_has_seen(model, ho_near_fingerprint(made.table.text[300])));
	ho_model_free(model);
	made_free(&made);
}

static void promises_per_label_and_by_review_share(void **state)
{
	(void)state;
	struct made made = made_texts(3000, 3, 0.35, 8);
	struct ho_label_error strict = {"b", 0.03}, unknown = {"nobody", 0.1};
	struct ho_train_options options;
	struct ho_train_result result;
	struct ho_error err;
	ho_train_options_init(&options);
	options.label_errors = &strict;
	options.n_label_errors = 1;
	json_t *report = train_to(path_a, &made, &options);
	json_t *per_label = json_object_get(json_object_get(report, "promise"), "per_label");
	assert_int_equal(json_object_size(per_label), 1);
	assert_true(real_at(json_object_get(per_label, "b"), "max_error") == 0.03);
	json_decref(report);
	struct ho_model *model;
	struct ho_workspace *ws;
	struct ho_answer answer;
	assert_ok(ho_model_open(&model, path_a, &err), &err);
	assert_ok(ho_workspace_new(&ws, model, &err), &err);
	for (size_t i = 0; i < made.table.n; i++) {
		assert_ok(ho_classify(&answer, ws, made.table.text[i].ptr, made.table.text[i].len, &err), &err);
		assert_true(answer.decision == HO_HUMAN || strcmp(answer.label, "b") == 0);
	}
	ho_workspace_free(ws);
	ho_model_free(model);
	options.label_errors = &unknown;
	assert_int_equal(ho_train(&result, &made.table, NULL, &options, path_b, &err), HO_EINVAL);
	ho_train_options_init(&options);
	options.review_share = 0.3;
	report = train_to(path_a, &made, &options);
	json_t *promise = json_object_get(report, "promise");
	assert_string_equal(json_string_value(json_object_get(promise, "kind")), "exact");
	assert_true(json_number_value(json_object_get(promise, "review_share")) > 0);
	assert_int_equal(json_integer_value(json_object_get(promise, "tested")), 1);
	assert_true(real_at(promise, "coverage") > 0.6 && real_at(promise, "coverage") < 0.8);
	json_decref(report);
	made_free(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same_bytes_on_any_number_of_threads),
	    cmocka_unit_test(easy_labels_are_learnt_and_promised),
	    cmocka_unit_test(labels_without_meaning_give_no_promise),
	    cmocka_unit_test(a_word_that_gives_the_answer_away_is_named),
	    cmocka_unit_test(words_longer_than_a_name),
	    cmocka_unit_test(what_cannot_be_learnt_is_refused),
	    cmocka_unit_test(rare_labels_are_named_or_counted),
	    cmocka_unit_test(tiny_data_train_and_say_what_they_are),
	    cmocka_unit_test(few_distinct_texts),
	    cmocka_unit_test(labels_asked_for_are_enough),
	    cmocka_unit_test(labels_say_what_they_lack),
	    cmocka_unit_test(baselines_of_the_cross_fit),
	    cmocka_unit_test(a_stop_leaves_no_file),
	    cmocka_unit_test(every_failed_allocation_is_survived),
	    cmocka_unit_test(test_rows_are_kept_out),
	    cmocka_unit_test(promises_per_label_and_by_review_share),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
