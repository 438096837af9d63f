/* The public header as a user sees it: train a file, ask for the promise, classify, explain. */
#include <handoff/handoff.h>

#include "unit/unit.h"

#include <math.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "made_texts.h"

static char folder[] = "/tmp/ho_library_XXXXXX", data[64], path[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(data, sizeof data, "%s/d.csv", folder);
	(void)snprintf(path, sizeof path, "%s/m.handoff", folder);
	struct made made = made_texts(900, 3, 0.4, 3);
	FILE *file = fopen(data, "w");
	if (!file)
		return -1;
	(void)fprintf(file, "body,label,other\n");
	for (size_t i = 0; i < made.table.n; i++)
		(void)fprintf(file, "%.*s,%c,x%zu\n", (int)made.table.text[i].len, made.table.text[i].ptr,
		              (char)('a' + made.table.label[i]), i);
	made_free(&made);
	return fclose(file);
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(data);
	(void)unlink(path);
	return rmdir(folder); /* so nothing else was left behind */
}

static void a_file_becomes_a_model_with_a_promise(void **state)
{
	(void)state;
	struct ho_train_settings settings;
	struct ho_model *model;
	struct ho_workspace *ws;
	struct ho_answer answer;
	struct ho_promise promise;
	struct ho_error err;
	const char *text = "body";
	ho_train_settings_init(&settings);
	settings.target = "label";
	settings.text_columns = &text;
	settings.n_text_columns = 1;
	settings.max_error = 0.2;
	settings.confidence_level = 0.9;
	settings.threads = 2;
	for (int cross_fit = 0; cross_fit < 2; cross_fit++) {
		settings.cross_fit = cross_fit;
		assert_ok(ho_train_file(data, path, &settings, &err), &err);
		assert_ok(ho_model_open(&model, path, &err), &err);
		assert_int_equal(ho_model_label_count(model), 3);
		assert_string_equal(ho_model_label(model, 2), "c");
		assert_null(ho_model_label(model, 3));
		for (uint32_t k = 0; k < 3; k++) {
			ho_model_promise(&promise, model, k);
			assert_true(promise.made && !promise.per_label && promise.approximate == cross_fit);
			assert_true(promise.max_error == 0.2 && promise.confidence_level == 0.9);
			assert_true(promise.threshold < 1);
		}
		ho_model_promise(&promise, model, 3);
		assert_false(promise.made);
		assert_ok(ho_workspace_new(&ws, model, &err), &err);
		assert_ok(ho_classify(&answer, ws, "awordaa awordab xaa xab", 23, &err), &err);
		assert_int_equal(answer.decision, HO_AUTO);
		assert_string_equal(answer.label, "a");
		assert_true(answer.confidence > promise.threshold);
		ho_workspace_free(ws);
		ho_model_free(model);
	}
}

static void no_promise_is_said(void **state)
{
	(void)state;
	struct ho_train_settings settings;
	struct ho_promise promise = {.made = true};
	struct ho_model *model;
	struct ho_error err;
	ho_train_settings_init(&settings);
	settings.max_error = 0.0001;
	assert_ok(ho_train_file(data, path, &settings, &err), &err);
	assert_ok(ho_model_open(&model, path, &err), &err);
	ho_model_promise(&promise, model, 0);
	assert_false(promise.made);
	assert_true(promise.max_error == 0);
	ho_model_free(model);
}

static void settings_out_of_range_are_refused(void **state)
{
	(void)state;
	static const double errors[] = {0, -1, 1, NAN, INFINITY};
	struct ho_train_settings settings;
	struct stat before, after;
	struct ho_error err;
	assert_ok(ho_train_file(data, path, NULL, &err), &err);
	assert_int_equal(stat(path, &before), 0);
	ho_train_settings_init(&settings);
	for (size_t i = 0; i < 5; i++) {
		settings.max_error = errors[i];
		assert_int_equal(ho_train_file(data, path, &settings, &err), HO_EINVAL);
	}
	ho_train_settings_init(&settings);
	settings.confidence_level = NAN;
	assert_int_equal(ho_train_file(data, path, &settings, NULL), HO_EINVAL);
	ho_train_settings_init(&settings);
	settings.time_limit = -1;
	assert_int_equal(ho_train_file(data, path, &settings, NULL), HO_EINVAL);
	ho_train_settings_init(&settings);
	settings.target = "nothing";
	assert_int_equal(ho_train_file(data, path, &settings, &err), HO_ENOTFOUND);
	assert_int_equal(ho_train_file("/nowhere/at/all.csv", path, NULL, NULL), HO_ENOTFOUND);
	assert_int_equal(ho_train_file(data, folder, NULL, &err), HO_EINVAL);
	assert_int_equal(ho_train_file(data, "/dev/full", NULL, NULL), HO_EINVAL);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino); /* untouched */
}

struct watch {
	atomic_int steps, asked;
	int stop_at;
};

static void count_steps(void *context, const char *stage, double fraction)
{
	struct watch *watch = context;
	assert_true(strlen(stage) > 0 && fraction <= 1);
	watch->steps++;
}

static bool stop_sometime(void *context)
{
	struct watch *watch = context;
	return ++watch->asked >= watch->stop_at;
}

static void training_can_be_watched_and_stopped(void **state)
{
	(void)state;
	struct ho_train_settings settings;
	struct watch watch = {.stop_at = 1 << 30};
	struct ho_error err;
	ho_train_settings_init(&settings);
	settings.step = count_steps;
	settings.stop = stop_sometime;
	settings.context = &watch;
	assert_ok(ho_train_file(data, path, &settings, &err), &err);
	assert_true(watch.steps > 3 && watch.asked > 10);
	assert_int_equal(unlink(path), 0);
	const int last = watch.asked;
	for (int at = 1; at < last; at += last / 7) {
		watch.asked = 0;
		watch.stop_at = at;
		assert_int_equal(ho_train_file(data, path, &settings, &err), HO_ECANCELLED);
		assert_int_equal(access(path, F_OK), -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_becomes_a_model_with_a_promise),
	    cmocka_unit_test(no_promise_is_said),
	    cmocka_unit_test(settings_out_of_range_are_refused),
	    cmocka_unit_test(training_can_be_watched_and_stopped),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
