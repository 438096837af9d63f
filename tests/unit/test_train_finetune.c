/*
 * Fine-tuning inside a training run: a row that an encoder was tuned on never judges it. The worlds have labels that
 * are coin flips, in copies, and an encoder that learns them by heart.
 */
#include "base/alloc.h"
#include "encoder/cache.h"
#include "encoder_fixture.h"
#include "train/corpus.h"
#include "train/finetune.h"

enum { ROWS = 240, COPIES = 3 };

struct world {
	struct e_fixture *fixture;
	struct ho_encoder *encoder;
	char texts[ROWS][120];
	struct ho_slice slices[ROWS];
	uint32_t labels[ROWS], group[ROWS], rows[ROWS], vector_of[ROWS];
	struct ho_parts parts;
	struct ho_corpus corpus;
	struct ho_vector_cache cache;
	struct ho_lesson lesson;
	struct ho_search search;
	char stem[100];
};

/* Every text stands there three times, in one group, the copies side by side or far apart. Labels are coin flips, or
 * tell whether the text has "pay". */
static void fill(struct world *w, bool noise, bool adjacent)
{
	static const char *const words[] = {"the", "card", "refund", "unable", "payment", "!", "is", "lost", "it", "."};
	struct ho_rng rng = ho_rng_seed(noise ? 77 : 78, 1);
	for (uint32_t i = 0; i < ROWS; i++) {
		uint32_t copy_of = adjacent ? i / COPIES * COPIES : i % (ROWS / COPIES);
		w->rows[i] = i;
		w->group[i] = copy_of;
		w->slices[i] = ho_slice_str(w->texts[i]);
		if (i != copy_of) {
			memcpy(w->texts[i], w->texts[copy_of], sizeof w->texts[i]);
			w->labels[i] = w->labels[copy_of];
			w->slices[i] = ho_slice_str(w->texts[i]);
			continue;
		}
		w->labels[i] = (uint32_t)ho_rng_below(&rng, 2);
		for (int k = 0; k < 7; k++) {
			size_t used = strlen(w->texts[i]);
			const char *word = words[ho_rng_below(&rng, 10)];
			if (!noise && k == 3)
				word = w->labels[i] ? "pay" : "e";
			(void)snprintf(w->texts[i] + used, sizeof w->texts[i] - used, "%s%s", k ? " " : "", word);
		}
		w->slices[i] = ho_slice_str(w->texts[i]);
	}
}

static struct world *open_world(bool noise, bool adjacent)
{
	struct ho_error err;
	struct world *w = calloc(1, sizeof *w);
	w->fixture = e_new(41, false);
	(void)snprintf(w->stem, sizeof w->stem, "%s.model", w->fixture->folder);
	fill(w, noise, adjacent);
	assert_ok(ho_encoder_open(&w->encoder, w->fixture->folder, 0, &err), &err);
	assert_ok(ho_corpus_build(&w->corpus, w->slices, ROWS, 1, NULL, &err), &err);
	ho_vector_cache_init(&w->cache, w->encoder);
	assert_ok(ho_vector_cache_add(&w->cache, w->slices, ROWS, 1, NULL, &err), &err);
	for (size_t i = 0; i < ROWS; i++)
		w->vector_of[i] = ho_vector_cache_find(&w->cache, w->slices[i]);
	w->parts = (struct ho_parts){.text = w->slices, .label = w->labels, .group = w->group, .n = ROWS, .K = 2};
	w->lesson = (struct ho_lesson){.corpus = &w->corpus,
	                               .rows = w->rows,
	                               .n = ROWS,
	                               .n_learn = ROWS,
	                               .labels = w->labels,
	                               .K = 2,
	                               .seed = 5,
	                               .threads = 2,
	                               .vectors = &w->cache,
	                               .vector_of = w->vector_of};
	struct ho_search_options options = {w->group, 0, 0};
	assert_ok(ho_search(&w->search, &w->lesson, &options, &err), &err);
	return w;
}

static void close_world(struct world *w)
{
	ho_finetune_forget(w->stem);
	ho_search_release(&w->search);
	ho_lesson_release(&w->lesson);
	ho_vector_cache_release(&w->cache);
	ho_corpus_release(&w->corpus);
	ho_encoder_free(w->encoder);
	e_free(w->fixture);
	free(w);
}

/* Learns anything by heart. */
static struct ho_tune_recipe greedy(void)
{
	struct ho_tune_recipe r;
	ho_tune_recipe_init(&r);
	r.rate = 4e-3;
	r.head_rate = 2e-2;
	r.epochs = 14;
	r.unfreeze = 0;
	r.patience = 0;
	r.drop = 0;
	r.lowest = 0;
	r.factor = 1;
	return r;
}

static void remove_tuned(struct ho_finetune *f)
{
	if (f->folder) {
		struct e_fixture *made = calloc(1, sizeof *made);
		assert_true(strlen(f->folder) < sizeof made->folder);
		memcpy(made->folder, f->folder, strlen(f->folder) + 1);
		e_free(made);
	}
	ho_finetune_release(f);
}

/* No group on two sides, and whoever judges is among the first rows. */
static void check_uses(struct world *w, const struct ho_finetune_plan *plan)
{
	struct ho_error err;
	uint8_t use[ROWS];
	bool judged[ROWS] = {false};
	for (unsigned held = 0; held < (plan->folds ? plan->folds : 1); held++) {
		size_t n[4] = {0};
		int of_group[ROWS];
		memset(of_group, 0xff, sizeof of_group);
		assert_ok(ho_finetune_uses(use, plan, &w->lesson, w->group, held, &err), &err);
		for (size_t i = 0; i < ROWS; i++) {
			n[use[i]]++;
			judged[i] |= use[i] == HO_TUNE_JUDGES;
			if (use[i] == HO_TUNE_IDLE)
				continue;
			int *seen = &of_group[w->group[i]];
			assert_true(*seen < 0 || *seen == use[i]);
			*seen = use[i];
		}
		assert_true(n[HO_TUNE_LEARNS] > 0 && n[HO_TUNE_JUDGES] > 0);
	}
	for (size_t i = 0; i < plan->judged; i++)
		assert_true(judged[i]);
}

static void whoever_judges_has_not_learnt(void **state)
{
	(void)state;
	struct ho_error err;
	struct world *w = open_world(true, false);
	struct ho_tune_recipe recipe = greedy();
	struct ho_finetune_wanted wanted = {w->fixture->folder, w->stem, &w->parts, 0, true, 0, &recipe, 0,
	                                    HO_PRECISION_FP32,  0};
	struct ho_finetune_plan plan;
	uint8_t use[ROWS];
	assert_ok(ho_finetune_plan(&plan, &w->lesson, w->search.blend_rows, &wanted, &err), &err);
	assert_int_equal(plan.folds, HO_FINETUNE_FOLDS);
	assert_int_equal(plan.judged, ROWS);
	check_uses(w, &plan);
	assert_ok(ho_finetune_uses(use, &plan, &w->lesson, w->group, plan.folds, &err), &err);
	for (size_t i = 0; i < ROWS; i++)
		assert_int_equal(use[i], HO_TUNE_LEARNS);
	ho_free(plan.fold);
	/* Every text that may learn has a copy among those that judge: folds instead. */
	wanted.rows_max = 100;
	assert_ok(ho_finetune_plan(&plan, &w->lesson, w->search.blend_rows, &wanted, &err), &err);
	assert_int_equal(plan.folds, HO_FINETUNE_FOLDS);
	check_uses(w, &plan);
	ho_free(plan.fold);
	close_world(w);
	w = open_world(true, true);
	wanted.parts = &w->parts;
	assert_ok(ho_finetune_plan(&plan, &w->lesson, w->search.blend_rows, &wanted, &err), &err);
	assert_int_equal(plan.folds, 0);
	assert_int_equal(plan.judged, ROWS / 2);
	check_uses(w, &plan);
	ho_free(plan.fold);
	close_world(w);
}

/* Less time: fewer epochs, then fewer rows, then none. */
static void time_limits_the_plan(void **state)
{
	(void)state;
	struct ho_error err;
	struct world *w = open_world(true, false);
	struct ho_tune_recipe recipe = greedy();
	struct ho_finetune_wanted wanted = {w->fixture->folder, w->stem, &w->parts, 0, true, 1e6, &recipe, 0.01,
	                                    HO_PRECISION_FP32,  0};
	struct ho_finetune_plan plan;
	assert_ok(ho_finetune_plan(&plan, &w->lesson, ROWS, &wanted, &err), &err);
	assert_true(plan.epochs == recipe.epochs);
	ho_free(plan.fold);
	wanted.seconds_left = 200; /* an epoch of three tunings takes 23.04 */
	assert_ok(ho_finetune_plan(&plan, &w->lesson, ROWS, &wanted, &err), &err);
	assert_true(fabs(plan.epochs - 200 / 23.04) < 1e-6);
	ho_free(plan.fold);
	for (int i = 0; i < 2; i++) {
		wanted.seconds_left = i ? -1 : 20;
		assert_ok(ho_finetune_plan(&plan, &w->lesson, ROWS, &wanted, &err), &err);
		assert_int_equal(plan.judged, 0);
		ho_free(plan.fold);
	}
	close_world(w);
}

/* An epoch of pairs passes each text through the network 80 times, and folds instead of one tuning take their time. */
static void time_is_counted_in_texts(void **state)
{
	(void)state;
	struct ho_error err;
	struct world *w = open_world(true, false);
	struct ho_finetune_wanted wanted = {w->fixture->folder, w->stem, &w->parts, 0, true, 1e6, NULL, 0.01,
	                                    HO_PRECISION_FP32,  0};
	struct ho_finetune_plan plan;
	w->lesson.n_learn = 30;
	assert_ok(ho_finetune_plan(&plan, &w->lesson, 30, &wanted, &err), &err);
	assert_true(plan.pairs && plan.epochs == 1 && ho_finetune_rounds(30) == 20);
	double whole = plan.folds * 3.2 * 0.01 * 80 * 30;
	ho_free(plan.fold);
	wanted.seconds_left = whole / 2;
	assert_ok(ho_finetune_plan(&plan, &w->lesson, 30, &wanted, &err), &err);
	assert_int_equal(plan.judged, 30);
	assert_true(fabs(plan.epochs - 0.5) < 1e-6);
	ho_free(plan.fold);
	wanted.seconds_left = whole / 20;
	assert_ok(ho_finetune_plan(&plan, &w->lesson, 30, &wanted, &err), &err);
	assert_int_equal(plan.judged, 0);
	ho_free(plan.fold);
	/* Copies of what judges are everywhere: one tuning of 14 epochs would take 45 seconds. */
	struct ho_tune_recipe recipe = greedy();
	wanted.recipe = &recipe;
	wanted.rows_max = 100;
	wanted.seconds_left = 50;
	w->lesson.n_learn = ROWS;
	assert_ok(ho_finetune_plan(&plan, &w->lesson, ROWS, &wanted, &err), &err);
	assert_true(plan.folds > 0 && plan.judged == ROWS);
	assert_true(fabs(plan.epochs - 50 / (plan.folds * 3.2)) < 1e-6);
	ho_free(plan.fold);
	close_world(w);
}

/* The encoder knows its own rows by heart, and the rows that judge it show nothing of that. */
static void noise_learnt_by_heart_does_not_show(void **state)
{
	(void)state;
	struct ho_error err;
	for (int held_out = 0; held_out < 2; held_out++) {
		struct world *w = open_world(true, held_out);
		struct ho_finetune f;
		struct ho_tune_recipe recipe = greedy();
		struct ho_finetune_wanted wanted = {
		    w->fixture->folder, w->stem, &w->parts, held_out ? 120 : 0, true, 0, &recipe, 0,
		    HO_PRECISION_FP32,  0};
		assert_ok(ho_finetune(&f, &w->lesson, &w->search, &wanted, &err), &err);
		assert_true(f.facts.tried && !f.facts.pairs);
		assert_int_equal(f.facts.folds, held_out ? 0 : HO_FINETUNE_FOLDS);
		double by_heart = f.facts.result.looks[f.facts.result.n_looks - 1].loss;
		if (!(by_heart < 0.2))
			fail_msg("the test's encoder does not learn by heart: %g", by_heart);
		if (!(f.facts.log_loss_after > 0.6))
			fail_msg("noise is told apart: %g", f.facts.log_loss_after);
		remove_tuned(&f);
		close_world(w);
	}
}

/* What can be learnt is: the choice changes, and its margins are those of rows that were not learnt from. */
static void what_helps_is_used(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_finetune f;
	struct world *w = open_world(false, false);
	struct ho_tune_recipe recipe = greedy();
	struct ho_finetune_wanted wanted = {w->fixture->folder, w->stem, &w->parts, 0, true, 0, &recipe, 0,
	                                    HO_PRECISION_FP32,  0};
	/* Words would tell it all by themselves. */
	for (size_t h = 0; h < w->search.blend.n_heads; h++)
		for (size_t i = 0; i < ROWS; i++)
			w->search.margins[h][i] *= i % 2 ? 1 : -1;
	assert_ok(ho_finetune(&f, &w->lesson, &w->search, &wanted, &err), &err);
	assert_true(f.facts.used);
	assert_int_equal(w->search.heads[0].learner, HO_LEARN_TUNED);
	assert_int_equal(w->search.blend_rows, ROWS);
	assert_true(w->search.blend.accuracy > 0.9);
	size_t right = 0;
	for (size_t i = 0; i < ROWS; i++)
		right += (w->search.margins[0][i] > 0) == (w->labels[i] == 1);
	assert_true(right > ROWS * 9 / 10);
	struct ho_encoder *tuned;
	assert_ok(ho_encoder_open(&tuned, f.folder, 0, &err), &err);
	assert_int_equal(f.head.D, ho_encoder_facts(tuned)->dimensions);
	ho_encoder_free(tuned);
	remove_tuned(&f);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whoever_judges_has_not_learnt),
	    cmocka_unit_test(time_limits_the_plan),
	    cmocka_unit_test(time_is_counted_in_texts),
	    cmocka_unit_test(noise_learnt_by_heart_does_not_show),
	    cmocka_unit_test(what_helps_is_used),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
