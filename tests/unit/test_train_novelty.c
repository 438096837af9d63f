/* Novelty of small files, and what a row looks like without its own group. */
#include "unit/train_fixture.h"

#include <unistd.h>

#include "made_texts.h"
#include "model/model.h"
#include "train/novelty.h"
#include "train/train.h"

static const char *const strange[] = {
    "zxcv qwer asdf",
    "qwzzz kjhgf vbnmx",
    "asdkjh qweoiu zmxnbc lkjhgf",
    "le chat noir dort sur la table",
    "Der Zug nach Hamburg hat leider wieder große Verspätung",
    "色は匂へど散りぬるを我が世誰ぞ常ならむ",
    "xaaqq awordqq", /* pieces of known words */
};

/* Train on `n` made texts and look at strange ones and at others of the same kind. */
static void check_small_file(size_t n, uint32_t K, bool cross_fit)
{
	char path[] = "/tmp/ho_novelty_XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)close(fd);
	struct made made = made_texts(n, K, 0.5, n), fresh = made_texts(1000, K, 0.5, n + 1);
	struct ho_train_options options;
	struct ho_train_result result;
	struct ho_model *model;
	struct ho_workspace *ws;
	struct ho_answer answer;
	struct ho_error err;
	size_t novel = 0;
	ho_train_options_init(&options);
	options.max_error = 0.2;
	options.cross_fit = cross_fit;
	assert_ok(ho_train(&result, &made.table, NULL, &options, path, &err), &err);
	ho_train_result_release(&result);
	assert_ok(ho_model_open(&model, path, &err), &err);
	assert_ok(ho_workspace_new(&ws, model, &err), &err);
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
		assert_ok(ho_classify(&answer, ws, strange[i], strlen(strange[i]), &err), &err);
		assert_true(answer.novel);
		assert_int_equal(answer.decision, HO_HUMAN);
	}
	for (size_t i = 0; i < fresh.table.n; i++) {
		assert_ok(ho_classify(&answer, ws, fresh.table.text[i].ptr, fresh.table.text[i].len, &err), &err);
		assert_true(!answer.novel || answer.decision == HO_HUMAN);
		novel += answer.novel;
	}
	/* 2% for two labels, 3% for three; as many again for the luck of a small sample. */
	assert_true(novel < 60);
	ho_workspace_free(ws);
	ho_model_free(model);
	made_free(&made);
	made_free(&fresh);
	(void)unlink(path);
}

static void small_files_know_the_strange(void **state)
{
	(void)state;
	static const size_t sizes[] = {60, 100, 260};
	for (size_t i = 0; i < 3; i++)
		for (uint32_t K = 2; K <= 3; K++) {
			check_small_file(sizes[i], K, false);
			check_small_file(sizes[i], K, true);
		}
}

/* Unknown shares of four texts, the first two of which are copies. */
struct copies {
	struct ho_corpus corpus;
	uint32_t rows[4], labels[4], group[4];
	uint8_t unit[4];
	float margins[4];
	struct ho_lesson lesson;
	struct ho_search search;
};

static enum ho_status measure_copies(void *context)
{
	struct copies *c = context;
	struct ho_ordinary out;
	static const struct ho_nearest none;
	struct ho_error err;
	enum ho_status status = ho_ordinary_measure(&out, &c->lesson, &c->search, &none, c->group, c->unit, &err);
	if (status)
		return status;
	/* "red" is in one row besides the copies; "fish" in two besides; "!" is no word. */
	static const double want[] = {0.5, 0.5, 0.5, 0};
	static const uint8_t wordless[] = {0, 0, 0, 0};
	for (size_t i = 0; i < 4; i++)
		assert_true(out.unknown[i] == want[i]);
	assert_memory_equal(out.wordless, wordless, 4);
	ho_ordinary_release(&out);
	return HO_OK;
}

static void a_row_is_judged_without_its_copies(void **state)
{
	(void)state;
	static struct copies c = {.rows = {0, 1, 2, 3}, .group = {5, 5, 2, 9}, .unit = {1, 0, 1, 1}};
	const struct ho_slice texts[] = {ho_slice_str("red fish !"), ho_slice_str("Red fish"),
	                                 ho_slice_str("fish blue ! fish"), ho_slice_str("red fish")};
	struct ho_error err;
	assert_ok(ho_corpus_build(&c.corpus, texts, 4, 1, NULL, &err), &err);
	c.lesson =
	    (struct ho_lesson){.corpus = &c.corpus, .rows = c.rows, .n = 4, .n_learn = 4, .labels = c.labels, .K = 2};
	c.search.blend_rows = 4;
	walk_failures(measure_copies, &c);
	ho_corpus_release(&c.corpus);
}

static void the_level_is_raised_to_what_can_be_seen(void **state)
{
	(void)state;
	double unknown[300] = {0}, seen[10] = {0};
	uint8_t unit[300];
	memset(unit, 1, sizeof unit);
	unit[3] = 0;
	struct ho_error err;
	float *scores;
	struct ho_image_findings f = {.slope = 1};
	struct ho_ordinary small = {.n = 10, .unknown = seen, .unit = unit};
	struct ho_strangeness tune = {.n = 8, .unknown = unknown};
	assert_ok(ho_novelty_learn(&f, &scores, &small, &tune, 0.02, &err), &err);
	assert_int_equal(f.n_novelty, 9); /* of fit, copies left out */
	assert_true(f.novelty_level == 0.1);
	ho_free(scores);
	tune.n = 249; /* 5 ranks of 250 */
	assert_ok(ho_novelty_learn(&f, &scores, &small, &tune, 0.02, &err), &err);
	assert_int_equal(f.n_novelty, 249);
	assert_true(f.novelty_level == 0.02);
	ho_free(scores);
	assert_ok(ho_novelty_learn(&f, &scores, &small, &tune, 0, &err), &err);
	assert_true(f.novelty_level == 0);
	ho_free(scores);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(small_files_know_the_strange),
	    cmocka_unit_test(a_row_is_judged_without_its_copies),
	    cmocka_unit_test(the_level_is_raised_to_what_can_be_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
