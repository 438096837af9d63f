/* The optimiser, the rates, pairs, and whole runs: stopped and continued, on any number of threads, saved and read. */
#include "base/alloc.h"
#include "encoder_fixture.h"
#include "tune/optimiser.h"
#include "tune/mean.h"
#include "tune/pairs.h"
#include "tune/recipe.h"
#include "tune/save.h"
#include "train_fixture.h"

enum { TEXTS = 60, HELD = 20, K = 2 };

static void rates_are_ulmfits_triangle(void **state)
{
	(void)state;
	/* T = 200, cut = 20: from 1/32 up to 1 at step 20, then down; the paper's formula by hand. */
	assert_true(fabs(ho_tune_triangle(0, 200, 0.1, 32) - 1.0 / 32) < 1e-12);
	assert_true(fabs(ho_tune_triangle(10, 200, 0.1, 32) - (1 + 0.5 * 31) / 32) < 1e-12);
	assert_true(fabs(ho_tune_triangle(20, 200, 0.1, 32) - 1) < 1e-12);
	assert_true(fabs(ho_tune_triangle(110, 200, 0.1, 32) - (1 + 0.5 * 31) / 32) < 1e-12);
	assert_true(ho_tune_triangle(199, 200, 0.1, 32) > 1.0 / 32);
	assert_true(fabs(ho_tune_triangle(0, 1, 0.1, 32) - 1) < 1e-12);
}

/* A loss that a temperature mends counts as mended; accuracy is that of the largest score. */
static void held_out_loss_is_at_its_best_temperature(void **state)
{
	(void)state;
	const struct ho_example held[] = {
	    {0, HO_NO_TEXT, 0, 0}, {1, HO_NO_TEXT, 1, 0}, {2, HO_NO_TEXT, 0, 0}, {3, HO_NO_TEXT, 1, 0}};
	const float mild[] = {1, 0, 0, 1, 1, 0, 1, 0}, wild[] = {9, 0, 0, 9, 9, 0, 9, 0};
	double a, b, accuracy;
	a = ho_tune_held_loss(&accuracy, mild, held, 4, 2);
	assert_true(accuracy == 0.75);
	b = ho_tune_held_loss(&accuracy, wild, held, 4, 2);
	/* Three of four right and equally sure: the best is the entropy of 3/4. */
	double entropy = -(0.75 * log(0.75) + 0.25 * log(0.25));
	assert_true(fabs(a - entropy) < 1e-4 && fabs(b - entropy) < 1e-4);
}

/* --- the optimiser against the formula in double */

struct slow_adam {
	double w, m, v;
};

static void slow_step(struct slow_adam *s, double g, double t, double rate, double decay)
{
	s->m = 0.9 * s->m + 0.1 * g;
	s->v = 0.999 * s->v + 0.001 * g * g;
	s->w -= rate * decay * s->w + rate * (s->m / (1 - pow(0.9, t))) / (sqrt(s->v / (1 - pow(0.999, t))) + 1e-8);
}

static void steps_are_those_of_adamw(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_network *n;
	struct ho_optimiser o;
	struct e_fixture *f = e_new(4, false);
	assert_ok(ho_network_open(&n, f->folder, K, &err), &err);
	assert_ok(ho_optimiser_init(&o, n, 1, 2, &err), &err);
	size_t first = n->begin[1], size = n->n - first;
	struct slow_adam *slow = calloc(size, sizeof *slow);
	float *g = calloc(size, sizeof *g);
	double rate[E_LAYERS + 2];
	uint64_t steps[E_LAYERS + 2];
	struct ho_rng rng = ho_rng_seed(8, 8);
	for (size_t i = 0; i < size; i++)
		slow[i].w = (double)n->w[first + i];
	float below = n->w[first - 1];
	for (int t = 1; t <= 5; t++) {
		/* Layer 1 begins to learn at the third step. */
		unsigned from = t < 3 ? 2 : 1;
		double square = 0, clip = 2;
		for (unsigned d = 0; d < E_LAYERS + 2; d++) {
			rate[d] = 0.01 * (d + 1);
			steps[d] = (uint64_t)(d == 1 ? t - 2 : t);
		}
		for (size_t i = 0; i < size; i++)
			g[i] = (float)(ho_rng_uniform(&rng) - 0.5);
		for (size_t i = n->begin[from] - first; i < size; i++)
			square += (double)g[i] * (double)g[i];
		const struct ho_optimiser_step step = {from, rate, steps, 0.1, clip};
		assert_ok(ho_optimiser_take(&o, g, &step, &err), &err);
		double factor = clip / sqrt(square);
		assert_true(factor < 1);
		for (size_t k = 0; k < n->n_tensors; k++) {
			const struct ho_network_tensor *tensor = &n->tensors[k];
			for (size_t i = 0; i < (tensor->rows ? tensor->rows : 1) * tensor->columns; i++)
				if (tensor->depth >= from)
					slow_step(&slow[tensor->offset - first + i],
					          factor * (double)g[tensor->offset - first + i],
					          (double)steps[tensor->depth], rate[tensor->depth],
					          tensor->rows ? 0.1 : 0);
		}
		for (size_t i = 0; i < size; i++)
			assert_true(fabs((double)n->w[first + i] - slow[i].w) < 1e-5);
	}
	assert_true(n->w[first - 1] == below);
	g[3] = NAN;
	const struct ho_optimiser_step step = {1, rate, steps, 0.1, 0};
	assert_int_equal(ho_optimiser_take(&o, g, &step, &err), HO_EFORMAT);
	free(slow);
	free(g);
	ho_optimiser_release(&o);
	ho_network_free(n);
	e_free(f);
}

/* --- pairs */

static void pairs_are_of_the_same_and_of_other_labels(void **state)
{
	(void)state;
	enum { N = 9, LABELS = 4, ROUNDS = 200 };
	const uint32_t texts[N] = {10, 11, 12, 13, 14, 15, 16, 17, 18}, labels[N] = {0, 1, 2, 0, 1, 2, 0, 1, 3};
	struct ho_error err;
	struct ho_example *pairs;
	size_t n, met[N][N] = {{0}};
	assert_ok(ho_tune_pairs(&pairs, &n, texts, labels, N, LABELS, ROUNDS, 3, &err), &err);
	assert_int_equal(n, 2 * N * ROUNDS);
	for (size_t i = 0; i < n; i++) {
		size_t a = pairs[i].text - 10, b = pairs[i].other - 10;
		assert_true(a < N && b < N);
		assert_true(pairs[i].target == (labels[a] == labels[b] ? 1.0f : 0.0f));
		met[a][b]++;
	}
	/* Every allowed pair turns up about as often as it should: 5 standard deviations. */
	for (size_t a = 0; a < N; a++)
		for (size_t b = 0; b < N; b++) {
			size_t same = 0;
			for (size_t i = 0; i < N; i++)
				same += labels[i] == labels[a];
			double p = 1.0 / (double)(labels[a] == labels[b] ? same : N - same), want = ROUNDS * p;
			assert_true(fabs((double)met[a][b] - want) <= 5 * sqrt(want * (1 - p)) + 1e-9);
		}
	ho_free(pairs);
	const uint32_t one[3] = {0, 0, 0};
	assert_ok(ho_tune_pairs(&pairs, &n, texts, one, 3, 1, 2, 3, &err), &err);
	assert_int_equal(n, 6);
	ho_free(pairs);
}

/* --- whole runs */

/* Texts of two kinds of words: "pay" and "lost", which the random encoder does not tell apart by itself. */
struct world {
	struct e_fixture *fixture;
	struct ho_token_rows rows;
	struct ho_example examples[TEXTS], held[HELD];
	size_t n, n_held;
	char checkpoint[100], saved[64];
};

static void open_world(struct world *w)
{
	static const char *const filler[] = {"the card", "is it", "a refund", "unable", "re . the", "payment ! is"};
	struct ho_error err;
	struct ho_network *n;
	char texts[TEXTS][100];
	struct ho_slice slices[TEXTS];
	*w = (struct world){.fixture = e_new(30, false)};
	for (uint32_t i = 0; i < TEXTS; i++) {
		(void)snprintf(texts[i], sizeof texts[i], "%s %s %s", filler[i % 6], i % 2 ? "lost" : "pay",
		               filler[i / 6 % 6]);
		slices[i] = ho_slice_str(texts[i]);
		struct ho_example e = {i, HO_NO_TEXT, i % 2, 0};
		if (i < HELD)
			w->held[w->n_held++] = e;
		else
			w->examples[w->n++] = e;
	}
	assert_ok(ho_network_open(&n, w->fixture->folder, K, &err), &err);
	assert_ok(ho_token_rows_make(&w->rows, n, slices, TEXTS, NULL, &err), &err);
	ho_network_free(n);
	(void)snprintf(w->checkpoint, sizeof w->checkpoint, "%s.tuning", w->fixture->folder);
}

static void close_world(struct world *w)
{
	unlink(w->checkpoint);
	ho_token_rows_release(&w->rows);
	e_free(w->fixture);
}

static struct ho_tune_recipe quick(void)
{
	struct ho_tune_recipe r;
	ho_tune_recipe_init(&r);
	r.rate = 3e-3;
	r.head_rate = 3e-2;
	r.epochs = 8;
	r.batch = 4;
	r.looks = 2;
	r.unfreeze = 1.5;
	r.patience = 0;
	r.lowest = 0;
	return r;
}

/* Stops a run at its nth question, as Ctrl-C would. */
struct stopper {
	int left;
};

static bool stop(void *context)
{
	struct stopper *s = context;
	return s->left > 0 && --s->left == 0;
}

/* Run from the fixture's weights; the network is the caller's. */
static enum ho_status run(struct ho_network **n, struct ho_tune_result *result, struct world *w,
                          const struct ho_tune_recipe *recipe, unsigned threads, int stop_at)
{
	struct ho_error err;
	struct stopper stopper = {stop_at};
	struct ho_progress progress = {.context = &stopper, .stop = stop};
	const struct ho_tune_task task = {&w->rows,  w->examples,   w->n,    w->held,
	                                  w->n_held, w->checkpoint, threads, &progress};
	assert_ok(ho_network_open(n, w->fixture->folder, K, &err), &err);
	return ho_tune_run(result, *n, &task, recipe, &err);
}

static void assert_same(const struct ho_network *a, const struct ho_network *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->w, b->w, a->n * sizeof(float));
}

static void it_learns(void **state)
{
	(void)state;
	struct world w;
	struct ho_network *n;
	struct ho_tune_result result;
	struct ho_tune_recipe recipe = quick();
	open_world(&w);
	assert_int_equal(run(&n, &result, &w, &recipe, 2, 0), HO_OK);
	assert_true(result.looks[0].loss > result.looks[result.n_looks - 1].loss + 0.2);
	assert_true(result.looks[result.best].held_accuracy >= 0.9);
	for (size_t i = 0; i < result.n_looks; i++)
		assert_true(result.looks[result.best].held_loss <= result.looks[i].held_loss);
	assert_int_equal(result.n_looks, 16);
	assert_int_equal(result.steps, result.all_steps);
	ho_network_free(n);
	close_world(&w);
}

/* With labels that are noise the held-out loss soon rises, and patience ends it. */
static void patience_ends_it(void **state)
{
	(void)state;
	struct world w;
	struct ho_network *n;
	struct ho_tune_result result;
	struct ho_tune_recipe recipe = quick();
	struct ho_rng rng = ho_rng_seed(1, 2);
	open_world(&w);
	for (size_t i = 0; i < w.n; i++)
		w.examples[i].label = (uint32_t)ho_rng_below(&rng, 2);
	recipe.patience = 3;
	recipe.epochs = 40;
	assert_int_equal(run(&n, &result, &w, &recipe, 2, 0), HO_OK);
	assert_true(result.steps < result.all_steps);
	assert_int_equal(result.n_looks, result.best + 4);
	ho_network_free(n);
	close_world(&w);
}

static void threads_change_nothing(void **state)
{
	(void)state;
	struct world w;
	struct ho_network *one, *three;
	struct ho_tune_result a, b;
	struct ho_tune_recipe recipe = quick();
	open_world(&w);
	assert_int_equal(run(&one, &a, &w, &recipe, 1, 0), HO_OK);
	unlink(w.checkpoint);
	assert_int_equal(run(&three, &b, &w, &recipe, 3, 0), HO_OK);
	assert_same(one, three);
	assert_memory_equal(&a, &b, sizeof a);
	ho_network_free(one);
	ho_network_free(three);
	close_world(&w);
}

/* Stopped anywhere, and then again: the end is that of a run without a stop. */
static void an_interrupted_run_ends_the_same(void **state)
{
	(void)state;
	struct world w;
	struct ho_network *whole, *n;
	struct ho_tune_result a, b;
	struct ho_tune_recipe recipe = quick();
	open_world(&w);
	assert_int_equal(run(&whole, &a, &w, &recipe, 1, 0), HO_OK);
	/* The end is kept too, and is not run again. */
	assert_int_equal(run(&n, &b, &w, &recipe, 1, 0), HO_OK);
	assert_true(b.resumed);
	assert_same(whole, n);
	ho_network_free(n);
	for (int at = 2; at < 40; at += 9) {
		unlink(w.checkpoint);
		assert_int_equal(run(&n, &b, &w, &recipe, 1, at), HO_ECANCELLED);
		ho_network_free(n);
		assert_int_equal(run(&n, &b, &w, &recipe, 1, 3), HO_ECANCELLED);
		ho_network_free(n);
		assert_int_equal(run(&n, &b, &w, &recipe, 2, 0), HO_OK);
		assert_true(b.resumed);
		assert_same(whole, n);
		b.resumed = a.resumed;
		assert_memory_equal(&a, &b, sizeof a);
		ho_network_free(n);
	}
	ho_network_free(whole);
	close_world(&w);
}

/* Also in the middle of a look at the held-out texts. */
static void every_stop_leaves_a_checkpoint(void **state)
{
	(void)state;
	struct world w;
	struct ho_network *n;
	struct ho_tune_result result;
	struct ho_tune_recipe recipe = quick();
	open_world(&w);
	for (int at = 1; at < 12; at++) {
		unlink(w.checkpoint);
		assert_int_equal(run(&n, &result, &w, &recipe, 1, at), HO_ECANCELLED);
		assert_int_equal(access(w.checkpoint, F_OK), 0);
		ho_network_free(n);
	}
	close_world(&w);
}

/* The same weights with another pooling are another network. */
static void a_checkpoint_belongs_to_its_settings(void **state)
{
	(void)state;
	static const char cls[] = "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}";
	struct world w;
	struct ho_network *n;
	struct ho_tune_result result;
	struct ho_tune_recipe recipe = quick();
	open_world(&w);
	assert_int_equal(run(&n, &result, &w, &recipe, 1, 9), HO_ECANCELLED);
	ho_network_free(n);
	e_write(w.fixture, "1_Pooling/config.json", cls, sizeof cls - 1);
	assert_int_equal(run(&n, &result, &w, &recipe, 1, 0), HO_OK);
	assert_false(result.resumed);
	ho_network_free(n);
	close_world(&w);
}

/* Another recipe, other labels, a damaged or cut file: the run starts anew, and nothing of the file is taken. */
static void a_checkpoint_of_something_else_is_not_taken(void **state)
{
	(void)state;
	struct world w;
	struct ho_network *want, *n;
	struct ho_tune_result result;
	struct ho_tune_recipe recipe = quick(), other = quick();
	open_world(&w);
	other.rate = 4e-3;
	assert_int_equal(run(&want, &result, &w, &recipe, 1, 0), HO_OK);
	for (int damage = 0; damage < 4; damage++) {
		unlink(w.checkpoint);
		w.examples[3].label ^= damage == 1;
		assert_int_equal(run(&n, &result, &w, damage == 0 ? &other : &recipe, 1, 20), HO_ECANCELLED);
		w.examples[3].label ^= damage == 1;
		ho_network_free(n);
		FILE *file = fopen(w.checkpoint, "r+b");
		assert_non_null(file);
		fseek(file, -40, SEEK_END);
		if (damage == 2)
			fputc('x', file);
		if (damage == 3)
			assert_int_equal(ftruncate(fileno(file), 100), 0);
		fclose(file);
		assert_int_equal(run(&n, &result, &w, &recipe, 1, 0), HO_OK);
		assert_false(result.resumed);
		assert_same(want, n);
		ho_network_free(n);
	}
	ho_network_free(want);
	close_world(&w);
}

/* --- the folder */

static void remove_folder(const char *folder)
{
	struct e_fixture *f = calloc(1, sizeof *f);
	(void)snprintf(f->folder, sizeof f->folder, "%s", folder);
	e_free(f);
}

static void a_saved_network_is_an_encoder(void **state)
{
	(void)state;
	struct world w;
	struct ho_error err;
	struct ho_network *n, *again;
	struct ho_encoder *before, *after;
	struct ho_tune_result result;
	struct ho_tune_recipe recipe = quick();
	char folder[] = "/tmp/ho-tuned-XXXXXX";
	float vector[E_HIDDEN], direct[E_HIDDEN];
	struct ho_tuner *tuner;
	const uint32_t which[] = {3};
	struct ho_slice text = ho_slice_str("unable lost is it");
	open_world(&w);
	assert_int_equal(run(&n, &result, &w, &recipe, 1, 0), HO_OK);
	assert_non_null(mkdtemp(folder));
	assert_ok(ho_network_save(n, w.fixture->folder, folder, &err), &err);
	assert_ok(ho_network_open(&again, folder, K, &err), &err);
	assert_memory_equal(n->w, again->w, n->begin[E_LAYERS + 1] * sizeof(float));
	assert_ok(ho_encoder_open(&before, w.fixture->folder, 0, &err), &err);
	assert_ok(ho_encoder_open(&after, folder, 0, &err), &err);
	assert_true(ho_encoder_facts(before)->fingerprint != ho_encoder_facts(after)->fingerprint);
	/* Text 3 of the world is "unable lost the card". */
	text = ho_slice_str("unable lost the card");
	assert_ok(ho_encode(vector, after, &text, 1, 1, NULL, &err), &err);
	assert_ok(ho_tuner_new(&tuner, n, E_LAYERS + 1, 1, &err), &err);
	assert_ok(ho_tuner_vectors(direct, tuner, &w.rows, which, 1, NULL, &err), &err);
	for (size_t d = 0; d < E_HIDDEN; d++)
		assert_true(fabsf(vector[d] - direct[d]) < 1e-6f);
	ho_tuner_free(tuner);
	ho_encoder_free(before);
	ho_encoder_free(after);
	ho_network_free(again);
	ho_network_free(n);
	remove_folder(folder);
	close_world(&w);
}

/* One pass from the folder to a saved encoder. */
static enum ho_status try_all(void *context)
{
	struct world *w = context;
	struct ho_network *n = NULL;
	struct ho_tune_result result;
	struct ho_example *pairs = NULL;
	struct ho_tune_recipe recipe = quick();
	const uint32_t texts[] = {0, 1, 2, 3}, labels[] = {0, 1, 0, 1};
	size_t n_pairs;
	recipe.epochs = 0.5;
	recipe.batch = 20;
	const struct ho_tune_task task = {&w->rows, w->examples, w->n, w->held, w->n_held, w->checkpoint, 1, NULL};
	struct ho_network_mean mean = {.w = NULL};
	enum ho_status status = ho_network_open(&n, w->fixture->folder, K, NULL);
	if (status == HO_OK)
		status = ho_network_halve(n, 1, NULL);
	if (status == HO_OK)
		status = ho_tune_pairs(&pairs, &n_pairs, texts, labels, 4, 2, 1, 1, NULL);
	unlink(w->checkpoint);
	if (status == HO_OK)
		status = ho_tune_run(&result, n, &task, &recipe, NULL);
	if (status == HO_OK)
		status = ho_network_mean_add(&mean, n, NULL);
	if (status == HO_OK)
		status = ho_network_mean_take(n, &mean, 1, NULL);
	if (status == HO_OK)
		status = ho_network_save(n, w->fixture->folder, w->saved, NULL);
	ho_network_mean_release(&mean);
	ho_free(pairs);
	ho_network_free(n);
	return status;
}

static void memory_runs_out_cleanly(void **state)
{
	(void)state;
	struct world w;
	open_world(&w);
	(void)snprintf(w.saved, sizeof w.saved, "/tmp/ho-tuned-XXXXXX");
	assert_non_null(mkdtemp(w.saved));
	walk_failures(try_all, &w);
	remove_folder(w.saved);
	close_world(&w);
}

static void a_mean_is_the_mean(void **state)
{
	(void)state;
	struct ho_error err;
	struct world w;
	struct ho_network *n;
	struct ho_network_mean mean = {.w = NULL};
	open_world(&w);
	assert_ok(ho_network_open(&n, w.fixture->folder, K, &err), &err);
	size_t at = n->layers[0].outer.w + 3;
	for (int i = 1; i <= 3; i++) {
		n->w[at] = (float)(i * i);
		assert_ok(ho_network_mean_add(&mean, n, &err), &err);
	}
	assert_int_equal(mean.networks, 3);
	assert_ok(ho_network_mean_take(n, &mean, 1, &err), &err);
	assert_true(fabs((double)n->w[at] - 14.0 / 3) < 1e-6);
	/* Packed again too: input 3 of output 0. */
	assert_true(n->layers[0].outer.forward[3 * HO_PANEL] == n->w[at]);
	ho_network_mean_release(&mean);
	ho_network_free(n);
	close_world(&w);
}

static void what_cannot_be_tuned_is_refused(void **state)
{
	(void)state;
	struct ho_error err;
	struct ho_network *n;
	struct e_fixture *f = e_new(6, false);
	static const char config[] = "{\"model_type\": \"model2vec\"}";
	e_write(f, "config.json", config, sizeof config - 1);
	assert_int_equal(ho_network_open(&n, f->folder, K, &err), HO_EUNAVAIL);
	assert_null(n);
	assert_int_equal(ho_network_open(&n, "/nowhere", K, &err), HO_ENOTFOUND);
	e_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rates_are_ulmfits_triangle),
	    cmocka_unit_test(held_out_loss_is_at_its_best_temperature),
	    cmocka_unit_test(steps_are_those_of_adamw),
	    cmocka_unit_test(pairs_are_of_the_same_and_of_other_labels),
	    cmocka_unit_test(it_learns),
	    cmocka_unit_test(patience_ends_it),
	    cmocka_unit_test(threads_change_nothing),
	    cmocka_unit_test(an_interrupted_run_ends_the_same),
	    cmocka_unit_test(every_stop_leaves_a_checkpoint),
	    cmocka_unit_test(a_checkpoint_belongs_to_its_settings),
	    cmocka_unit_test(a_checkpoint_of_something_else_is_not_taken),
	    cmocka_unit_test(a_saved_network_is_an_encoder),
	    cmocka_unit_test(memory_runs_out_cleanly),
	    cmocka_unit_test(a_mean_is_the_mean),
	    cmocka_unit_test(what_cannot_be_tuned_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
