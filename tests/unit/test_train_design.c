/* Designs against recounting the texts; designs, heads and cross-fits do not depend on threads. */
#include "text/ngram.h"
#include "train/heads.h"
#include "train_fixture.h"

enum { N = 700, LEARN = 600, K = 3, TEXT = 120 };

struct texts {
	char bytes[N][TEXT];
	struct ho_slice of[N];
	uint32_t rows[N], labels[N];
	struct ho_corpus corpus;
};

static const char *const words[] = {"refund", "card", "straße", "stolen", "please", "900", "été",    "help",
                                    "東",     "!",    "login",  "a",      "the",    "re",  "broken", "x"};

static void fill(struct texts *t, unsigned threads)
{
	struct ho_rng rng = ho_rng_seed(12, 1);
	struct ho_error err;
	for (size_t i = 0; i < N; i++) {
		size_t len = 0;
		t->labels[i] = (uint32_t)ho_rng_below(&rng, K);
		for (uint64_t n = ho_rng_below(&rng, 8); n > 0; n--) {
			uint64_t w = ho_rng_below(&rng, 3) ? ho_rng_below(&rng, 16) : t->labels[i];
			len += (size_t)snprintf(t->bytes[i] + len, TEXT - len, "%s ", words[w]);
		}
		t->of[i] = ho_slice(t->bytes[i], len);
		t->rows[i] = (uint32_t)((i * 3) % N); /* a permutation: 3 and 700 have no common divisor */
	}
	assert_ok(ho_corpus_build(&t->corpus, t->of, N, threads, NULL, &err), &err);
}

/* All keys of a text (repeats of the word view left out), how many n-grams it has; at most `max`. */
static size_t keys_of(uint64_t *out, struct ho_slice text, const struct ho_view_spec *spec)
{
	struct ho_tokens tokens;
	struct ho_char_ngram grams[HO_CHAR_NGRAMS_MAX];
	uint64_t hashes[64], at[HO_WORD_NGRAM_MAX];
	size_t n = 0;
	ho_tokens_init(&tokens);
	assert_int_equal(ho_tokenize(&tokens, text.ptr, text.len, NULL), HO_OK);
	for (size_t t = 0; t < tokens.n; t++)
		hashes[t] = tokens.items[t].hash;
	for (ptrdiff_t t = -1; t < (ptrdiff_t)tokens.n && !spec->is_char; t++) {
		unsigned count = ho_word_ngrams_at(at, hashes, tokens.n, t, spec->n_max);
		for (unsigned c = 0; c < count; c++) {
			bool is_new = true;
			for (size_t k = 0; k < n; k++)
				is_new &= out[k] != at[c];
			if (is_new)
				out[n++] = at[c];
		}
	}
	for (size_t t = 0; t < tokens.n && spec->is_char; t++) {
		bool is_new = tokens.items[t].kind == HO_TOKEN_WORD;
		for (size_t k = 0; k < t; k++)
			is_new &= hashes[k] != hashes[t];
		size_t count =
		    is_new ? ho_char_ngrams(grams, ho_token_normal(&tokens, t), spec->n_min, spec->n_max) : 0;
		for (size_t c = 0; c < count; c++)
			out[n++] = grams[c].key;
	}
	ho_tokens_release(&tokens);
	return n;
}

static size_t times(const uint64_t *keys, size_t n, uint64_t key)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += keys[i] == key;
	return count;
}

static void check_design(const struct ho_design *d, const struct texts *t, const struct ho_view_spec *spec)
{
	static uint64_t keys[N][400];
	static size_t n[N];
	size_t frequent = 0;
	for (size_t i = 0; i < N; i++)
		n[i] = keys_of(keys[i], t->of[t->rows[i]], spec);
	for (size_t j = 0; j < d->D; j++) {
		uint32_t df = 0;
		for (size_t i = 0; i < LEARN; i++)
			df += times(keys[i], n[i], d->keys[j]) > 0;
		assert_int_equal(d->df[j], df);
		assert_true(df >= spec->min_df);
		assert_true(!j || df < d->df[j - 1] || (df == d->df[j - 1] && d->keys[j] > d->keys[j - 1]));
	}
	for (size_t i = 0; i < N; i++) {
		size_t known = 0, row = (size_t)(d->offsets[i + 1] - d->offsets[i]);
		const uint32_t *ids = d->ids + d->offsets[i];
		assert_true(fabs((double)d->norm[i] - (n[i] ? 1 / sqrt((double)n[i]) : 0)) < 1e-7);
		for (size_t j = 0; j < d->D; j++) {
			size_t have = 0;
			for (size_t a = 0; a < row; a++)
				have += ids[a] == j;
			assert_int_equal(have, times(keys[i], n[i], d->keys[j]));
			known += have;
		}
		assert_int_equal(known, row);
		for (size_t a = 1; a < row; a++)
			assert_true(ids[a] >= ids[a - 1]);
		frequent += row;
	}
	assert_true(d->D > 20 && frequent > N);
}

static const struct ho_view_spec specs[] = {{false, 1, 2, 2, 100000}, {false, 1, 3, 5, 60}, {true, 2, 3, 2, 100000}};

static void designs_equal_recounting(void **state)
{
	(void)state;
	static struct texts t;
	struct ho_error err;
	fill(&t, 1);
	for (size_t v = 0; v < 3; v++) {
		struct ho_design one, many;
		assert_ok(ho_design_build(&one, &t.corpus, t.rows, N, LEARN, &specs[v], 1, NULL, &err), &err);
		assert_ok(ho_design_build(&many, &t.corpus, t.rows, N, LEARN, &specs[v], 3, NULL, &err), &err);
		assert_true(one.D <= specs[v].max_features);
		check_design(&one, &t, &specs[v]);
		assert_int_equal(one.D, many.D);
		assert_memory_equal(one.keys, many.keys, one.D * sizeof *one.keys);
		assert_memory_equal(one.df, many.df, one.D * sizeof *one.df);
		assert_memory_equal(one.offsets, many.offsets, (N + 1) * sizeof *one.offsets);
		assert_memory_equal(one.ids, many.ids, one.offsets[N] * sizeof *one.ids);
		assert_memory_equal(one.norm, many.norm, N * sizeof *one.norm);
		ho_design_release(&one);
		ho_design_release(&many);
	}
	ho_corpus_release(&t.corpus);
}

enum { HEADS = 4, FOLDS = 3 };
static const struct ho_head heads[HEADS] = {{"a", HO_VIEW_WORD2, HO_LEARN_HINGE, 0.5, 0.5, 1, 0},
                                            {"b", HO_VIEW_WORD2, HO_LEARN_BAYES, 0, 0, 0.3, 0},
                                            {"c", HO_VIEW_WORD3, HO_LEARN_SOFTMAX, 0.5, 0, 3, 0},
                                            {"d", HO_VIEW_CHAR, HO_LEARN_HINGE, 1, 0, 1, 0}};

static struct ho_lesson lesson_of(const struct texts *t, unsigned threads)
{
	return (struct ho_lesson){.corpus = &t->corpus,
	                          .rows = t->rows,
	                          .n = N,
	                          .n_learn = LEARN,
	                          .labels = t->labels,
	                          .K = K,
	                          .seed = 1,
	                          .threads = threads};
}

static void cross_fit(float *out[HEADS], struct ho_lesson *lesson, uint8_t *fold)
{
	struct ho_error err;
	for (size_t i = 0; i < LEARN; i++)
		fold[i] = (uint8_t)(i * 7 % 5 % FOLDS);
	for (int h = 0; h < HEADS; h++)
		out[h] = ho_calloc(LEARN * K, sizeof **out);
	assert_ok(ho_heads_cross_fit(out, lesson, heads, HEADS, fold, FOLDS, &err), &err);
}

static void cross_fits_hold_out_and_ignore_threads(void **state)
{
	(void)state;
	static struct texts t, u;
	uint8_t fold[LEARN];
	float *one[HEADS], *many[HEADS], margins[K];
	struct ho_error err;
	fill(&t, 1);
	fill(&u, 3);
	assert_int_equal(t.corpus.types.n, u.corpus.types.n);
	assert_memory_equal(t.corpus.ids, u.corpus.ids, t.corpus.offsets[N] * sizeof *t.corpus.ids);
	struct ho_lesson single = lesson_of(&t, 1), multi = lesson_of(&u, 3);
	cross_fit(one, &single, fold);
	cross_fit(many, &multi, fold);
	for (int h = 0; h < HEADS; h++) {
		struct ho_weights w;
		uint32_t learn[LEARN];
		size_t n = 0;
		assert_memory_equal(one[h], many[h], LEARN * K * sizeof **one);
		for (uint32_t i = 0; i < LEARN; i++)
			if (fold[i] != 1)
				learn[n++] = i;
		assert_ok(ho_head_fit(&w, &single, &heads[h], learn, n, 2, &err), &err);
		for (size_t i = 0; i < LEARN; i++) {
			if (fold[i] != 1)
				continue;
			ho_weights_margins(margins, &w, &single.designs[heads[h].view], i);
			assert_memory_equal(margins, one[h] + i * K, sizeof margins);
		}
		ho_weights_release(&w);
		ho_free(one[h]);
		ho_free(many[h]);
	}
	ho_lesson_release(&single);
	ho_lesson_release(&multi);
	ho_corpus_release(&t.corpus);
	ho_corpus_release(&u.corpus);
}

static enum ho_status try_lesson(void *context)
{
	const struct texts *t = context;
	struct ho_lesson lesson = {.corpus = &t->corpus,
	                           .rows = t->rows,
	                           .n = 40,
	                           .n_learn = 30,
	                           .labels = t->labels,
	                           .K = K,
	                           .seed = 1,
	                           .threads = 1};
	static float values[HEADS][30 * K];
	float *out[HEADS] = {values[0], values[1], values[2], values[3]};
	uint8_t fold[30];
	for (size_t i = 0; i < 30; i++)
		fold[i] = (uint8_t)(i % 2);
	enum ho_status status = ho_heads_cross_fit(out, &lesson, heads, HEADS, fold, 2, NULL);
	ho_lesson_release(&lesson);
	return status;
}

static enum ho_status try_corpus(void *context)
{
	const struct texts *t = context;
	struct ho_corpus corpus;
	enum ho_status status = ho_corpus_build(&corpus, t->of, 60, 1, NULL, NULL);
	ho_corpus_release(&corpus);
	return status;
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	static struct texts t;
	fill(&t, 1);
	walk_failures(try_corpus, &t);
	walk_failures(try_lesson, &t);
	ho_corpus_release(&t.corpus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(designs_equal_recounting),
	    cmocka_unit_test(cross_fits_hold_out_and_ignore_threads),
	    cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
