/* Checks of doubt in worlds where the answer is known: slices, changes that mean nothing, directions, another training,
 * strange texts. One world has nothing wrong, the others one fault each. */
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "doubt/doubt.h"
#include "made_texts.h"
#include "train/train.h"

static char path[64];

/* Texts with row numbers, which reports show. */
static struct made world(size_t n, uint32_t K, double signal, uint64_t seed)
{
	static uint32_t row[2500];
	struct made made = made_texts(n, K, signal, seed);
	assert_true(n <= sizeof row / sizeof *row);
	for (uint32_t i = 0; i < n; i++)
		row[i] = i + 1;
	made.table.row = row;
	return made;
}

static struct ho_model *train_on(const struct ho_table *table, double max_error)
{
	struct ho_train_options options;
	struct ho_train_result result;
	struct ho_model *model;
	struct ho_error err;
	ho_train_options_init(&options);
	options.max_error = max_error;
	options.threads = 2;
	(void)snprintf(path, sizeof path, "doubt-own-%d.handoff", (int)getpid());
	assert_ok(ho_train(&result, table, NULL, &options, path, &err), &err);
	assert_true(result.has_promise);
	ho_train_result_release(&result);
	assert_ok(ho_model_open(&model, path, &err), &err);
	(void)remove(path);
	return model;
}

/* The only finding of one check. */
static const struct ho_finding *ask(struct ho_findings *out, const struct ho_model *model, const struct ho_table *train,
                                    const struct ho_table *test, const char *check, const char *directions)
{
	struct ho_error err;
	const struct ho_doubt_options options = {
	    .only = &check, .n_only = 1, .directions = directions, .directions_name = "d.txt", .seed = 1, .threads = 2};
	assert_ok(ho_doubt(out, model, train, test, &options, NULL, &err), &err);
	assert_int_equal(out->n, 1);
	assert_string_equal(out->items[0].id, check);
	return &out->items[0];
}

static void assert_verdict(const struct ho_model *model, const struct ho_table *train, const struct ho_table *test,
                           const char *check, const char *verdict, const char *title_has)
{
	struct ho_findings out;
	const struct ho_finding *f = ask(&out, model, train, test, check, NULL);
	if (strcmp(f->verdict, verdict) != 0 || !strstr(f->title, title_has))
		fail_msg("%s: %s, %s", check, f->verdict, f->title);
	ho_findings_release(&out);
}

static void nothing_is_wrong_where_nothing_is(void **state)
{
	(void)state;
	struct made train = world(2500, 2, 0.35, 1), test = world(900, 2, 0.35, 2);
	struct ho_model *model = train_on(&train.table, 0.05);
	assert_verdict(model, &train.table, &test.table, "slices", "holds", "no kind");
	assert_verdict(model, &train.table, &test.table, "stability", "holds", "as its confidences admit");
	assert_verdict(model, &train.table, &test.table, "novel-texts", "holds", "handed over");
	/* These texts have no word that the model does not know, so that a wrong letter makes a text novel: handed
	 * over. */
	assert_verdict(model, &train.table, &test.table, "invariance", "weak", "none become another one");
	assert_verdict(model, &train.table, NULL, "invariance", "weak", "none become another one");
	assert_verdict(model, &train.table, NULL, "slices", "unknown", "");
	assert_verdict(model, &train.table, NULL, "stability", "unknown", "");
	ho_model_free(model);
	made_free(&train);
	made_free(&test);
}

/* One branch of the shop labels the other way round half the time. */
static void a_slice_is_found_and_named(void **state)
{
	(void)state;
	struct made train = world(2500, 2, 0.35, 1), test = world(1200, 2, 0.35, 3);
	struct ho_table_column column = {ho_slice_str("branch"), malloc(1200 * sizeof(struct ho_slice))};
	struct ho_rng rng = ho_rng_seed(4, 4);
	assert_non_null(column.values);
	for (size_t i = 0; i < 1200; i++) {
		bool south = ho_rng_below(&rng, 5) == 0;
		column.values[i] = ho_slice_str(south ? "south" : "north");
		if (south && ho_rng_below(&rng, 2))
			test.table.label[i] = 1 - test.table.label[i];
	}
	test.table.columns = &column;
	test.table.column_count = 1;
	struct ho_model *model = train_on(&train.table, 0.05);
	assert_verdict(model, &train.table, &test.table, "slices", "broken", "with 'south' in column branch");
	ho_model_free(model);
	free(column.values);
	test.table.columns = NULL;
	test.table.column_count = 0;
	made_free(&train);
	made_free(&test);
}

/* Labels that depend on a greeting and on nothing else: a greeting added changes every answer. */
static struct made greeted(size_t n, uint64_t seed)
{
	struct made made = world(n, 2, 0, seed);
	for (size_t i = 0; i < n; i++) {
		char text[MADE_ROOM];
		(void)snprintf(text, sizeof text, "%sthe %.40s of the %.40s is not for you",
		               made.table.label[i] ? "Hello, " : "", made.bytes[i], made.bytes[i] + 8);
		memcpy(made.bytes[i], text, sizeof text);
		made.table.text[i] = ho_slice_str(made.bytes[i]);
	}
	return made;
}

static void a_change_that_flips_answers_is_found(void **state)
{
	(void)state;
	struct made train = greeted(1500, 5), test = greeted(400, 6);
	struct ho_model *model = train_on(&train.table, 0.05);
	struct ho_findings out;
	const struct ho_finding *f = ask(&out, model, &train.table, &test.table, "invariance", NULL);
	assert_string_equal(f->verdict, "broken");
	assert_non_null(strstr(f->title, "greeting"));
	assert_true(f->figure > 0.2 && f->lo > 0.05);
	ho_findings_release(&out);
	ho_model_free(model);
	made_free(&train);
	made_free(&test);
}

static void directions_are_the_users(void **state)
{
	(void)state;
	struct made train = world(2500, 2, 0.35, 1), test = world(600, 2, 0.35, 7);
	struct ho_model *model = train_on(&train.table, 0.05);
	static const struct {
		const char *text, *verdict;
	} cases[] = {
	    {"add \"awordaa awordba awordca\" -> a up", "holds"},
	    {"add \"awordaa awordba awordca\" -> a down", "broken"},
	    {"add \"awordaa awordba awordca awordda awordea awordfa\" where b -> same", "broken"},
	    {"add \"nowhereseen\" -> a up", "weak"}, /* not heard */
	    {"replace \"nowhereseen\" \"x\" -> same", "unknown"},
	    {"text \"awordaa awordba awordca awordda awordea xaa xab xac\" -> a", "holds"},
	    {"text \"awordaa awordba awordca awordda awordea xaa xab xac\" -> b", "broken"},
	    {"text \"\" -> human", "holds"},
	    {"# nothing", "unknown"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_findings out;
		const struct ho_finding *f = ask(&out, model, &train.table, &test.table, "directions", cases[i].text);
		if (strcmp(f->verdict, cases[i].verdict) != 0)
			fail_msg("%s: %s, %s", cases[i].text, f->verdict, f->title);
		ho_findings_release(&out);
	}
	struct ho_findings out;
	struct ho_error err;
	const char *only = "directions";
	const struct ho_doubt_options options = {
	    .only = &only, .n_only = 1, .directions = "\nadd \"a\" -> c up\n", .directions_name = "d.txt"};
	assert_int_equal(ho_doubt(&out, model, &train.table, &test.table, &options, NULL, &err), HO_EFORMAT);
	assert_string_equal(err.place, "d.txt, line 2");
	ho_model_free(model);
	made_free(&train);
	made_free(&test);
}

static void same_on_any_number_of_threads(void **state)
{
	(void)state;
	struct made train = world(1500, 3, 0.35, 1), test = world(300, 3, 0.35, 2);
	struct ho_model *model = train_on(&train.table, 0.1);
	static const char *const only[] = {"slices", "invariance", "stability", "novel-texts"};
	char *texts[2];
	for (unsigned t = 0; t < 2; t++) {
		struct ho_findings out;
		struct ho_error err;
		const struct ho_doubt_options options = {.only = only, .n_only = 4, .seed = 3, .threads = 1 + 2 * t};
		assert_ok(ho_doubt(&out, model, &train.table, &test.table, &options, NULL, &err), &err);
		json_t *json = ho_findings_json(&out);
		texts[t] = json_dumps(json, JSON_SORT_KEYS);
		json_decref(json);
		ho_findings_release(&out);
	}
	assert_string_equal(texts[0], texts[1]);
	free(texts[0]);
	free(texts[1]);
	ho_model_free(model);
	made_free(&train);
	made_free(&test);
}

/* Errors strewn at random: whatever the slice, one answer in twenty-five is wrong. Then a weakness is found in at most
 * one of 20 worlds, and so is a fault. */
static void slices_find_nothing_in_noise(void **state)
{
	(void)state;
	enum { WORLDS = 80, N = 700 };
	struct made train = world(2500, 2, 0.35, 1), test = world(N, 2, 0.35, 2);
	struct ho_model *model = train_on(&train.table, 0.05);
	struct ho_workspace *ws;
	struct ho_error err;
	unsigned weak = 0, broken = 0;
	static uint32_t predicted[N];
	assert_ok(ho_workspace_new(&ws, model, &err), &err);
	for (size_t i = 0; i < N; i++) {
		struct ho_answer answer;
		assert_ok(ho_classify(&answer, ws, test.table.text[i].ptr, test.table.text[i].len, &err), &err);
		predicted[i] = answer.label_index;
	}
	for (uint64_t world = 0; world < WORLDS; world++) {
		struct ho_rng rng = ho_rng_seed(world, 9);
		struct ho_findings out;
		const char *only = "slices";
		const struct ho_doubt_options options = {.only = &only, .n_only = 1, .seed = world, .threads = 2};
		for (size_t i = 0; i < N; i++)
			test.table.label[i] = ho_rng_below(&rng, 25) ? predicted[i] : 1 - predicted[i];
		assert_ok(ho_doubt(&out, model, &train.table, &test.table, &options, NULL, &err), &err);
		weak += strcmp(out.items[0].verdict, "weak") == 0;
		broken += strcmp(out.items[0].verdict, "broken") == 0;
		ho_findings_release(&out);
	}
	assert_in_range(weak, 0, 10); /* 4 expected at most, and three standard errors */
	assert_in_range(broken, 0, 10);
	ho_workspace_free(ws);
	ho_model_free(model);
	made_free(&train);
	made_free(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_wrong_where_nothing_is),    cmocka_unit_test(a_slice_is_found_and_named),
	    cmocka_unit_test(a_change_that_flips_answers_is_found), cmocka_unit_test(directions_are_the_users),
	    cmocka_unit_test(same_on_any_number_of_threads),        cmocka_unit_test(slices_find_nothing_in_noise),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
