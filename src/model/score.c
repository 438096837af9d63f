#include <math.h>

#include "base/alloc.h"
#include "model/private.h"

/* Add a feature's weights to sums[columns]. For more than two labels they are whole numbers, so that a float holds
 * their sum exactly up to 2^24 and no order of adding changes it. */
static inline void add_weights(float *sums, uint32_t columns, const struct ho_view *view, const struct ho_slot *slot)
{
	if (columns == 1) {
		sums[0] += slot->weight;
		return;
	}
	for (uint32_t e = view->rows[slot->row]; e < view->rows[slot->row + 1]; e++)
		sums[view->entries[e].label] += view->entries[e].quanta;
}

static void fold_sums(struct ho_workspace *ws, const struct ho_view *view, size_t grams)
{
	double norm = grams ? (double)view->scale / sqrt((double)grams) : 0;
	for (uint32_t k = 0; k < ws->model->core->columns; k++) {
		ws->scores[k] += norm * (double)ws->sums[k];
		ws->sums[k] = 0;
	}
}

/* Distinct words, and those whose one-token n-gram is no feature. Training keeps every such n-gram of two texts and
 * more. */
static void note_word(struct ho_text_score *out, const struct ho_workspace *ws, size_t token, bool known)
{
	if (ws->tokens.items[token].kind == HO_TOKEN_MARK)
		return;
	out->words++;
	out->unknown_words += !known;
}

static enum ho_status score_words(struct ho_text_score *out, struct ho_workspace *ws, struct ho_error *err)
{
	const struct ho_view *view = &ws->model->word;
	unsigned N = ws->model->core->word_n_max;
	size_t n = ws->tokens.n;
	uint64_t keys[HO_WORD_NGRAM_MAX];
	if (ho_keyset_reset(&ws->seen, (n + 1) * HO_WORD_NGRAM_MAX))
		return ho_fail_nomem(err);
	for (ptrdiff_t start = -1; start < (ptrdiff_t)n; start++) {
		unsigned count = ho_word_ngrams_at(keys, ws->hashes, n, start, N);
		for (unsigned i = 0; i < count; i++) {
			if (!ho_keyset_add(&ws->seen, keys[i]))
				continue;
			const struct ho_slot *slot = ho_view_find(view, keys[i]);
			if (slot)
				add_weights(ws->sums, ws->model->core->columns, view, slot);
			out->any_known |= slot != NULL;
			if (i == 0 && start >= 0)
				note_word(out, ws, (size_t)start, slot != NULL);
		}
	}
	fold_sums(ws, view, ws->seen.n);
	return HO_OK;
}

/* The char view's sum over one word's n-grams, straight from the tables; returns how many n-grams it has. */
static size_t add_word_grams(float *sums, struct ho_workspace *ws, size_t token, bool *any_known)
{
	const struct ho_view *view = &ws->model->chars;
	const struct ho_core *core = ws->model->core;
	size_t n = ho_char_ngrams(ws->grams, ho_token_normal(&ws->tokens, token), core->char_min, core->char_max);
	for (size_t i = 0; i < n; i++) {
		const struct ho_slot *slot = ho_view_find(view, ws->grams[i].key);
		if (slot) {
			add_weights(sums, core->columns, view, slot);
			*any_known = true;
		}
	}
	return n;
}

/* The same through the cache: what a word adds depends on the word alone, so a hit gives the very same numbers. */
static size_t add_word_cached(struct ho_workspace *ws, size_t token, bool *any_known)
{
	uint32_t columns = ws->model->core->columns;
	uint64_t hash = ws->hashes[token];
	size_t at = hash & (ws->word_cache - 1);
	struct ho_word_sum *entry = &ws->word_sums[at];
	float *sums = columns > 1 ? ws->word_vectors + at * columns : &entry->sum;
	if (!entry->grams || entry->hash != hash) {
		bool known = false;
		memset(sums, 0, columns * sizeof *sums);
		size_t grams = add_word_grams(sums, ws, token, &known);
		entry->hash = hash;
		entry->grams = (uint16_t)(grams + 1);
		entry->known = known;
	}
	for (uint32_t k = 0; k < columns && entry->known; k++)
		ws->sums[k] += sums[k];
	*any_known |= entry->known;
	return (size_t)entry->grams - 1;
}

static enum ho_status score_chars(struct ho_text_score *out, struct ho_workspace *ws, struct ho_error *err)
{
	size_t grams = 0;
	if (ho_keyset_reset(&ws->seen, ws->tokens.n))
		return ho_fail_nomem(err);
	for (size_t t = 0; t < ws->tokens.n; t++) {
		if (ws->tokens.items[t].kind != HO_TOKEN_WORD || !ho_keyset_add(&ws->seen, ws->hashes[t]))
			continue;
		grams += ws->word_cache ? add_word_cached(ws, t, &out->any_known)
		                        : add_word_grams(ws->sums, ws, t, &out->any_known);
	}
	fold_sums(ws, &ws->model->chars, grams);
	return HO_OK;
}

/* The encoder's vector of the text, known or computed now, against its weights. */
static enum ho_status score_dense(struct ho_text_score *out, struct ho_workspace *ws, struct ho_slice text,
                                  struct ho_error *err)
{
	const struct ho_model *model = ws->model;
	uint32_t dimensions = model->encoder_record->dimensions;
	const float *vector;
	enum ho_status status = ho_model__vector(&vector, ws, text, err);
	for (uint32_t k = 0; k < model->core->columns && status == HO_OK; k++) {
		const float *weights = model->dense + (size_t)k * dimensions;
		double sum = 0;
		for (uint32_t d = 0; d < dimensions; d++)
			sum += (double)weights[d] * (double)vector[d];
		ws->scores[k] += sum;
	}
	if (status == HO_OK && model->neighbours.rows)
		out->distance = ho_neighbour_distance(&model->neighbours, ws->packed,
		                                      ho_neighbour_pack(ws->packed, vector, dimensions));
	return status;
}

enum ho_status ho_model__score(struct ho_text_score *out, struct ho_workspace *ws, const char *text, size_t len,
                               struct ho_error *err)
{
	const struct ho_core *core = ws->model->core;
	*out = (struct ho_text_score){.tokens = 0};
	enum ho_status status = ho_tokenize(&ws->tokens, text, len, err);
	if (status)
		return status;
	if (ho_grow(&ws->hashes, &ws->hashes_cap, ws->tokens.n, sizeof *ws->hashes))
		return ho_fail_nomem(err);
	out->tokens = ws->tokens.n;
	for (size_t t = 0; t < ws->tokens.n; t++)
		ws->hashes[t] = ws->tokens.items[t].hash;
	for (uint32_t k = 0; k < core->columns; k++) {
		ws->scores[k] = ws->model->bias[k];
		ws->sums[k] = 0;
	}
	status = score_words(out, ws, err);
	if (status == HO_OK && core->char_max)
		status = score_chars(out, ws, err);
	if (status == HO_OK && ws->model->dense)
		status = score_dense(out, ws, ho_slice(text, len), err);
	return status;
}
