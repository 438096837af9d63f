/** A small model with random weights, and what its answers must be, computed slowly and without its tables. */
#ifndef HO_TESTS_MODEL_FIXTURE_H
#define HO_TESTS_MODEL_FIXTURE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "model/image.h"
#include "model/private.h"
#include "unit.h"

enum { FIXTURE_D = 400, FIXTURE_K = 5, FIXTURE_NOVELTY = 99, FIXTURE_TEXT = 600 };

struct fixture {
	uint32_t K, columns;
	unsigned n_max, char_min, char_max;
	size_t D[2], limit;
	uint64_t keys[2][FIXTURE_D];
	float weights[2][FIXTURE_D * FIXTURE_K];
	char names[2][FIXTURE_D][8];
	struct ho_slice slices[2][FIXTURE_D];
	double bias[FIXTURE_K], offset[FIXTURE_K], max_error[FIXTURE_K], threshold[FIXTURE_K];
	float novelty[FIXTURE_NOVELTY];
	struct ho_image_findings findings;
	struct ho_image *image;
	struct ho_model *model;
	struct ho_workspace *ws;
};

static const char *const fixture_words[] = {"refund", "card", "Straße", "stolen", "please", "£900", "l'été", "help",
                                            "парол",  "東京", "login",  "a",      "the",    "?",    "!",     "broken"};

/* Keys as docs/model-format.md defines them, written down once more. */
static inline uint64_t slow_mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* Key of tokens first..last of a text; -1 is its start, n its end. */
static inline uint64_t slow_word_key(const struct ho_tokens *tokens, ptrdiff_t first, ptrdiff_t last)
{
	uint64_t key = 0;
	for (ptrdiff_t t = first; t <= last; t++) {
		uint64_t hash = t < 0                       ? UINT64_C(0x5354415254000001)
		                : t == (ptrdiff_t)tokens->n ? UINT64_C(0x454e440000000001)
		                                            : tokens->items[t].hash;
		key = t == first ? slow_mix(hash + UINT64_C(0x77f3a1c5d2b94e06))
		                 : slow_mix(key * UINT64_C(0x9e3779b97f4a7c15) + hash);
	}
	return key;
}

/* Code points of a word between blanks; the word is valid UTF-8. */
static inline size_t slow_points(uint32_t *out, struct ho_slice word)
{
	size_t n = 0;
	out[n++] = ' ';
	for (size_t i = 0; i < word.len && n <= 48;) {
		unsigned char c = (unsigned char)word.ptr[i];
		unsigned more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
		uint32_t point = more == 0 ? c : c & (0x3fu >> more);
		for (unsigned k = 1; k <= more; k++)
			point = point << 6 | ((unsigned char)word.ptr[i + k] & 0x3fu);
		out[n++] = point;
		i += more + 1;
	}
	out[n++] = ' ';
	return n;
}

typedef void (*slow_visitor)(void *context, int view, uint64_t key, size_t token, bool is_unigram);

/* All word keys (repeats included); returns how many distinct there are. */
static inline size_t slow_word_keys(const struct fixture *f, const struct ho_tokens *tokens, slow_visitor visit,
                                    void *context)
{
	static uint64_t seen[8 * FIXTURE_TEXT];
	size_t distinct = 0;
	ptrdiff_t n = (ptrdiff_t)tokens->n;
	for (ptrdiff_t first = -1; first < n; first++)
		for (ptrdiff_t len = 1; len <= 4; len++) {
			ptrdiff_t last = first + len - 1;
			bool allowed = first < 0 ? f->n_max > 1 && n > 0 && len > 1 : len <= (ptrdiff_t)f->n_max;
			if (!allowed || last > n)
				continue;
			uint64_t key = slow_word_key(tokens, first, last);
			bool is_new = true;
			for (size_t i = 0; i < distinct; i++)
				is_new &= seen[i] != key;
			if (!is_new)
				continue;
			seen[distinct++] = key;
			visit(context, 0, key, first < 0 ? 0 : (size_t)first, len == 1);
		}
	return distinct;
}

/* N-grams of the distinct words, repeats inside counted. */
static inline size_t slow_char_keys(const struct fixture *f, const struct ho_tokens *tokens, slow_visitor visit,
                                    void *context)
{
	size_t count = 0;
	uint32_t points[64];
	for (size_t t = 0; t < tokens->n; t++) {
		bool is_new = tokens->items[t].kind == HO_TOKEN_WORD;
		for (size_t s = 0; s < t && is_new; s++)
			is_new = !ho_slice_equal(ho_token_normal(tokens, s), ho_token_normal(tokens, t));
		if (!is_new)
			continue;
		size_t n = slow_points(points, ho_token_normal(tokens, t));
		for (size_t first = 0; first < n; first++)
			for (size_t len = f->char_min; len <= f->char_max && first + len <= n; len++) {
				uint64_t key = UINT64_C(0x3c6ef372fe94f82b);
				if (len == 1 && points[first] == ' ')
					continue;
				for (size_t i = first; i < first + len; i++)
					key = slow_mix(key * UINT64_C(0x9e3779b97f4a7c15) + points[i]);
				visit(context, 1, key, t, false);
				count++;
			}
	}
	return count;
}

static inline size_t fixture_find(const struct fixture *f, int view, uint64_t key)
{
	for (size_t j = 0; j < f->D[view]; j++)
		if (f->keys[view][j] == key)
			return j;
	return SIZE_MAX;
}

static inline void fixture_learn(void *context, int view, uint64_t key, size_t token, bool is_unigram)
{
	struct fixture *f = context;
	(void)token;
	(void)is_unigram;
	if (f->D[view] < f->limit && fixture_find(f, view, key) == SIZE_MAX)
		f->keys[view][f->D[view]++] = key;
}

/** Random words, now and then a letter that fits nowhere, a NUL or a stray byte. */
static inline size_t random_text(char *out, struct ho_rng *rng, size_t words)
{
	size_t len = 0;
	for (size_t i = 0; i < words && len + 40 < FIXTURE_TEXT; i++) {
		uint64_t kind = ho_rng_below(rng, 10);
		if (kind < 8) {
			const char *word =
			    fixture_words[ho_rng_below(rng, sizeof fixture_words / sizeof *fixture_words)];
			memcpy(out + len, word, strlen(word));
			len += strlen(word);
		} else if (kind == 8) {
			for (int k = 0; k < 6; k++)
				out[len++] = (char)('a' + ho_rng_below(rng, 26));
		} else {
			out[len++] = (char)ho_rng_below(rng, 256);
		}
		if (ho_rng_below(rng, 8))
			out[len++] = ' ';
	}
	return len;
}

/** Draw weights and pack them; every 7th feature stays with zero weights. */
static inline void fixture_weigh(struct fixture *f, struct ho_rng *rng)
{
	for (int v = 0; v < 2; v++)
		for (size_t j = 0; j < f->D[v]; j++) {
			for (uint32_t k = 0; k < f->columns; k++)
				f->weights[v][j * f->columns + k] = j % 7 ? (float)(6 * ho_rng_uniform(rng) - 3) : 0;
			int len = snprintf(f->names[v][j], sizeof f->names[v][j], "%c%d", v ? 'c' : 'w', (int)j);
			f->slices[v][j] = ho_slice(f->names[v][j], (size_t)len);
		}
	for (uint32_t k = 0; k < f->K; k++) {
		f->bias[k] = ho_rng_uniform(rng) - 0.5;
		f->offset[k] = ho_rng_uniform(rng) - 0.5;
		f->max_error[k] = 0.05;
		f->threshold[k] = 0.6 + 0.05 * k;
	}
	for (size_t i = 0; i < FIXTURE_NOVELTY; i++)
		f->novelty[i] = (float)(i / 3) / 4 - 4; /* with ties */
}

static inline struct ho_image_parts fixture_parts(const struct fixture *f, const struct ho_slice *labels)
{
	static const uint64_t seen[] = {3, 17, 17, UINT64_MAX};
	return (struct ho_image_parts){.K = f->K,
	                               .labels = labels,
	                               .text_columns = "text",
	                               .target = "label",
	                               .word_n_max = f->n_max,
	                               .char_min = f->char_min,
	                               .char_max = f->char_max,
	                               .word = {f->D[0], f->keys[0], f->weights[0], NULL, f->slices[0]},
	                               .chars = {f->D[1], f->keys[1], f->weights[1], NULL, f->slices[1]},
	                               .bias = f->bias,
	                               .seen = seen,
	                               .n_seen = 4};
}

static const struct ho_tested_record fixture_tested[] = {{0.9, 0.01, 50, 0, 0, 0}, {0.6, 0.04, 80, 1, 0, 0}};

/** Set the findings again after a test changed them, and open. */
static inline void fixture_reopen(struct fixture *f)
{
	struct ho_error err;
	ho_workspace_free(f->ws);
	ho_model_free(f->model);
	assert_ok(ho_image_set(f->image, &f->findings, &err), &err);
	assert_ok(ho_image_open(&f->model, f->image, &err), &err);
	assert_ok(ho_workspace_new(&f->ws, f->model, &err), &err);
}

/** Free with fixture_free(). `limit` features a view. */
static inline struct fixture *fixture_new(uint32_t K, bool chars, size_t limit, uint64_t seed)
{
	static const struct ho_slice labels[] = {{"ham", 3}, {"spam", 4}, {"mail", 4}, {"été", 5}, {"x", 1}};
	struct ho_error err;
	struct ho_rng rng = ho_rng_seed(seed, 1);
	struct fixture *f = calloc(1, sizeof *f);
	struct ho_tokens tokens;
	char text[FIXTURE_TEXT];
	ho_tokens_init(&tokens);
	*f = (struct fixture){.K = K, .columns = K == 2 ? 1 : K, .n_max = 2 + (unsigned)(seed % 2), .limit = limit};
	f->char_min = chars ? 2 : 0;
	f->char_max = chars ? 4 : 0;
	for (int i = 0; i < 12; i++) {
		size_t len = random_text(text, &rng, 10);
		assert_ok(ho_tokenize(&tokens, text, len, &err), &err);
		(void)slow_word_keys(f, &tokens, fixture_learn, f);
		if (chars)
			(void)slow_char_keys(f, &tokens, fixture_learn, f);
	}
	ho_tokens_release(&tokens);
	fixture_weigh(f, &rng);
	struct ho_image_parts parts = fixture_parts(f, labels);
	f->findings = (struct ho_image_findings){.slope = 1.3,
	                                         .offset = f->offset,
	                                         .scale.unknown_mean = 0.3,
	                                         .scale.unknown_sd = 0.25,
	                                         .scale.evidence_mean = 0.5,
	                                         .scale.evidence_sd = 0.8,
	                                         .novelty = f->novelty,
	                                         .n_novelty = FIXTURE_NOVELTY,
	                                         .promise_kind = HO_PROMISE_EXACT,
	                                         .promise_labels = 1,
	                                         .max_error = f->max_error,
	                                         .threshold = f->threshold,
	                                         .confidence_level = 0.95,
	                                         .novelty_level = 0.02,
	                                         .bound = 0.05,
	                                         .tested = fixture_tested,
	                                         .n_tested = 2,
	                                         .chosen = 1,
	                                         .report = "{}"};
	assert_ok(ho_image_new(&f->image, &parts, &err), &err);
	fixture_reopen(f);
	return f;
}

static inline void fixture_free(struct fixture *f)
{
	ho_workspace_free(f->ws);
	ho_model_free(f->model);
	ho_image_free(f->image);
	free(f);
}

#endif
