#include "train/design.h"

#include <math.h>

#include "base/alloc.h"
#include "base/keyset.h"
#include "base/pool.h"
#include "base/sort.h"
#include "text/ngram.h"
#include "train/count.h"

enum { CHUNK = 512 }; /* rows that one task fills */

struct builder {
	const struct ho_corpus *corpus;
	const uint32_t *rows;
	const struct ho_view_spec *spec;
	const struct ho_progress *progress;
	size_t n, n_learn, chunks; /* the first n_learn rows make the vocabulary */
	uint32_t *used;            /* char: types that occur in the rows, ascending */
	size_t n_used;
	struct ho_key_index index;
	uint64_t *type_offsets; /* char: [types + 1] where a type's n-grams stand in type_ids */
	uint32_t *type_ids;
	uint16_t *type_counts; /* char: [types] n-grams of a type, known or not */
	struct ho_design *out;
	struct chunk {
		uint32_t *ids;
		size_t n, cap;
	} * filled; /* [chunks] */
};

static size_t row_types(const struct builder *b, size_t i, const uint32_t **types)
{
	uint64_t first = b->corpus->offsets[b->rows[i]], last = b->corpus->offsets[b->rows[i] + 1];
	*types = b->corpus->ids + first;
	return (size_t)(last - first);
}

/* ---- word view: keys of a text ---- */

static uint64_t hash_at(const struct ho_corpus *corpus, const uint32_t *types, size_t i)
{
	return corpus->hashes[types[i]];
}

/* Keys that begin at one token: hashes are gathered for the few tokens that an n-gram can span. */
static unsigned keys_at(uint64_t out[HO_WORD_NGRAM_MAX], const struct builder *b, const uint32_t *types, size_t n,
                        ptrdiff_t start)
{
	uint64_t window[HO_WORD_NGRAM_MAX + 1] = {0};
	size_t first = start < 0 ? 0 : (size_t)start, span = 0;
	while (span <= HO_WORD_NGRAM_MAX && first + span < n) {
		window[span] = hash_at(b->corpus, types, first + span);
		span++;
	}
	return ho_word_ngrams_at(out, window, span, start < 0 ? -1 : 0, b->spec->n_max);
}

static void word_source(void *context, size_t item, struct ho_key_sink *sink)
{
	const struct builder *b = context;
	const uint32_t *types;
	size_t n = row_types(b, item, &types);
	uint64_t keys[HO_WORD_NGRAM_MAX];
	for (ptrdiff_t start = -1; start < (ptrdiff_t)n; start++) {
		unsigned count = keys_at(keys, b, types, n, start);
		for (unsigned k = 0; k < count; k++)
			ho_key_sink_add(sink, keys[k]);
	}
}

static int reserve(struct chunk *chunk, size_t more)
{
	return ho_grow(&chunk->ids, &chunk->cap, chunk->n + more, sizeof *chunk->ids);
}

static enum ho_status fill_word_row(const struct builder *b, size_t i, struct chunk *chunk, struct ho_keyset *seen,
                                    struct ho_error *err)
{
	const uint32_t *types;
	size_t n = row_types(b, i, &types), first = chunk->n;
	uint64_t keys[HO_WORD_NGRAM_MAX];
	size_t most = (n + 1) * HO_WORD_NGRAM_MAX;
	/* Twice the room: the second half is scratch for sorting. */
	if (ho_keyset_reset(seen, most) || reserve(chunk, 2 * most))
		return ho_fail_nomem(err);
	for (ptrdiff_t start = -1; start < (ptrdiff_t)n; start++) {
		unsigned count = keys_at(keys, b, types, n, start);
		for (unsigned k = 0; k < count; k++) {
			if (!ho_keyset_add(seen, keys[k]))
				continue;
			uint32_t id = ho_key_index_find(&b->index, keys[k]);
			if (id != UINT32_MAX)
				chunk->ids[chunk->n++] = id;
		}
	}
	ho_sort_u32(chunk->ids + first, chunk->n - first, chunk->ids + chunk->n);
	b->out->norm[i] = seen->n ? (float)(1 / sqrt((double)seen->n)) : 0;
	b->out->offsets[i + 1] = chunk->n - first;
	return HO_OK;
}

/* ---- char view: keys of a word ---- */

static bool has_chars(const struct builder *b, uint32_t type)
{
	return b->corpus->kinds[type] == HO_TOKEN_WORD;
}

static void char_source(void *context, size_t item, struct ho_key_sink *sink)
{
	const struct builder *b = context;
	struct ho_char_ngram grams[HO_CHAR_NGRAMS_MAX];
	size_t n = ho_char_ngrams(grams, b->corpus->types.keys[b->used[item]], b->spec->n_min, b->spec->n_max);
	for (size_t i = 0; i < n; i++)
		ho_key_sink_add(sink, grams[i].key);
}

static enum ho_status find_used_types(struct builder *b, struct ho_error *err)
{
	uint32_t types = b->corpus->types.n;
	uint8_t *seen = ho_calloc(types, 1);
	b->used = ho_alloc(types, sizeof *b->used);
	if (!seen || !b->used) {
		ho_free(seen);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < b->n_learn; i++) {
		const uint32_t *ids;
		size_t n = row_types(b, i, &ids);
		for (size_t t = 0; t < n; t++)
			seen[ids[t]] = 1;
	}
	for (uint32_t t = 0; t < types; t++)
		if (seen[t] && has_chars(b, t))
			b->used[b->n_used++] = t;
	ho_free(seen);
	return HO_OK;
}

/* The n-grams of every type as ids of `b->index`; how many there are counts also where none is known. */
static enum ho_status spell_types(struct builder *b, struct ho_error *err)
{
	uint32_t types = b->corpus->types.n;
	struct ho_char_ngram grams[HO_CHAR_NGRAMS_MAX];
	size_t cap = 0, n = 0;
	b->type_offsets = ho_calloc((size_t)types + 1, sizeof *b->type_offsets);
	b->type_counts = ho_calloc(types, sizeof *b->type_counts);
	if (!b->type_offsets || !b->type_counts)
		return ho_fail_nomem(err);
	for (uint32_t t = 0; t < types; t++) {
		if (has_chars(b, t)) {
			size_t count = ho_char_ngrams(grams, b->corpus->types.keys[t], b->spec->n_min, b->spec->n_max);
			b->type_counts[t] = (uint16_t)count;
			if (ho_grow(&b->type_ids, &cap, n + count, sizeof *b->type_ids))
				return ho_fail_nomem(err);
			for (size_t i = 0; i < count; i++) {
				uint32_t id = ho_key_index_find(&b->index, grams[i].key);
				if (id != UINT32_MAX)
					b->type_ids[n++] = id;
			}
		}
		b->type_offsets[t + 1] = n;
	}
	return HO_OK;
}

static enum ho_status fill_char_row(const struct builder *b, size_t i, struct chunk *chunk, struct ho_keyset *seen,
                                    struct ho_error *err)
{
	const uint32_t *types;
	size_t n = row_types(b, i, &types), first = chunk->n, grams = 0;
	if (ho_keyset_reset(seen, n))
		return ho_fail_nomem(err);
	for (size_t t = 0; t < n; t++) {
		uint32_t type = types[t];
		if (!b->type_counts[type] || !ho_keyset_add(seen, b->corpus->hashes[type]))
			continue;
		uint64_t from = b->type_offsets[type], count = b->type_offsets[type + 1] - from;
		if (reserve(chunk, count))
			return ho_fail_nomem(err);
		memcpy(chunk->ids + chunk->n, b->type_ids + from, count * sizeof *chunk->ids);
		chunk->n += count;
		grams += b->type_counts[type];
	}
	if (reserve(chunk, chunk->n - first))
		return ho_fail_nomem(err);
	ho_sort_u32(chunk->ids + first, chunk->n - first, chunk->ids + chunk->n);
	b->out->norm[i] = grams ? (float)(1 / sqrt((double)grams)) : 0;
	b->out->offsets[i + 1] = chunk->n - first;
	return HO_OK;
}

/* ---- both ---- */

static enum ho_status fill_chunk(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)worker;
	const struct builder *b = context;
	struct ho_keyset seen = {.n = 0};
	enum ho_status status = ho_progress_check(b->progress, err);
	for (size_t i = task * CHUNK; i < (task + 1) * CHUNK && i < b->n && status == HO_OK; i++)
		status = b->spec->is_char ? fill_char_row(b, i, &b->filled[task], &seen, err)
		                          : fill_word_row(b, i, &b->filled[task], &seen, err);
	ho_keyset_release(&seen);
	return status;
}

/* Join the chunks, freeing each as soon as it is copied, so that the rows exist once. */
static enum ho_status join_chunks(struct builder *b, struct ho_error *err)
{
	struct ho_design *out = b->out;
	for (size_t i = 0; i < b->n; i++)
		out->offsets[i + 1] += out->offsets[i];
	out->ids = ho_alloc(out->offsets[b->n], sizeof *out->ids);
	if (!out->ids)
		return ho_fail_nomem(err);
	for (size_t c = 0, at = 0; c < b->chunks; c++) {
		if (b->filled[c].n)
			memcpy(out->ids + at, b->filled[c].ids, b->filled[c].n * sizeof *out->ids);
		at += b->filled[c].n;
		ho_free(b->filled[c].ids);
		b->filled[c].ids = NULL;
	}
	return HO_OK;
}

static enum ho_status fill_rows(struct builder *b, unsigned threads, struct ho_error *err)
{
	b->chunks = (b->n + CHUNK - 1) / CHUNK;
	b->filled = ho_calloc(b->chunks, sizeof *b->filled);
	b->out->offsets = ho_calloc(b->n + 1, sizeof *b->out->offsets);
	b->out->norm = ho_calloc(b->n, sizeof *b->out->norm);
	if (!b->filled || !b->out->offsets || !b->out->norm)
		return ho_fail_nomem(err);
	enum ho_status status = ho_parallel(fill_chunk, b, b->chunks, threads, err);
	return status ? status : join_chunks(b, err);
}

static enum ho_status take_features(struct builder *b, struct ho_key_count *keys, size_t n, struct ho_error *err)
{
	if (n > b->spec->max_features)
		n = b->spec->max_features;
	b->out->keys = ho_alloc(n, sizeof *b->out->keys);
	b->out->df = ho_alloc(n, sizeof *b->out->df);
	if (!b->out->keys || !b->out->df)
		return ho_fail_nomem(err);
	for (size_t j = 0; j < n; j++) {
		b->out->keys[j] = keys[j].key;
		b->out->df[j] = keys[j].items;
	}
	b->out->D = n;
	return ho_key_index_build(&b->index, keys, n, err);
}

/* Texts per n-gram of the char view: the source counted words. A row marks what it has through its distinct words. */
static enum ho_status count_texts(const struct builder *b, struct ho_key_count *keys, size_t n_keys,
                                  struct ho_error *err)
{
	struct ho_keyset seen = {.n = 0};
	uint32_t *last_row = ho_calloc(n_keys, sizeof *last_row);
	enum ho_status status = last_row ? HO_OK : ho_fail_nomem(err);
	for (size_t k = 0; k < n_keys; k++)
		keys[k].items = 0;
	for (size_t i = 0; i < b->n_learn && status == HO_OK; i++) {
		const uint32_t *types;
		size_t n = row_types(b, i, &types);
		if (ho_keyset_reset(&seen, n)) {
			status = ho_fail_nomem(err);
			break;
		}
		for (size_t t = 0; t < n; t++) {
			if (!b->type_counts[types[t]] || !ho_keyset_add(&seen, b->corpus->hashes[types[t]]))
				continue;
			for (uint64_t a = b->type_offsets[types[t]]; a < b->type_offsets[types[t] + 1]; a++) {
				uint32_t id = b->type_ids[a];
				keys[id].items += last_row[id] != i + 1;
				last_row[id] = (uint32_t)i + 1;
			}
		}
	}
	ho_keyset_release(&seen);
	ho_free(last_row);
	return status;
}

/* Char view: drop n-grams in too few texts, order by texts, and spell the words anew. */
static enum ho_status refine_char_features(struct builder *b, struct ho_key_count *keys, size_t *n_keys,
                                           struct ho_error *err)
{
	enum ho_status status = ho_key_index_build(&b->index, keys, *n_keys, err);
	if (status == HO_OK)
		status = spell_types(b, err);
	if (status == HO_OK)
		status = count_texts(b, keys, *n_keys, err);
	if (status)
		return status;
	ho_sort_key_counts(keys, *n_keys);
	while (*n_keys && keys[*n_keys - 1].items < b->spec->min_df)
		(*n_keys)--;
	ho_key_index_release(&b->index);
	ho_free(b->type_offsets);
	ho_free(b->type_ids);
	ho_free(b->type_counts);
	b->type_offsets = NULL;
	b->type_ids = NULL;
	b->type_counts = NULL;
	return HO_OK;
}

static enum ho_status build(struct builder *b, unsigned threads, struct ho_error *err)
{
	struct ho_key_count *keys = NULL;
	size_t n_keys = 0;
	uint64_t tokens = 0;
	enum ho_status status = HO_OK;
	const uint32_t *types;
	for (size_t i = 0; i < b->n_learn; i++)
		tokens += row_types(b, i, &types);
	if (b->spec->is_char) {
		status = find_used_types(b, err);
		if (status == HO_OK)
			status = ho_count_keys(&keys, &n_keys, char_source, b, b->n_used, (uint64_t)b->n_used * 20, 1,
			                       threads, b->progress, err);
		if (status == HO_OK)
			status = refine_char_features(b, keys, &n_keys, err);
	} else {
		status = ho_count_keys(&keys, &n_keys, word_source, b, b->n_learn, tokens * b->spec->n_max,
		                       b->spec->min_df, threads, b->progress, err);
	}
	if (status == HO_OK)
		status = take_features(b, keys, n_keys, err);
	ho_free(keys);
	if (status == HO_OK && b->spec->is_char)
		status = spell_types(b, err);
	if (status == HO_OK)
		status = fill_rows(b, threads, err);
	return status;
}

enum ho_status ho_design_build(struct ho_design *out, const struct ho_corpus *corpus, const uint32_t *rows, size_t n,
                               size_t n_learn, const struct ho_view_spec *spec, unsigned threads,
                               const struct ho_progress *progress, struct ho_error *err)
{
	struct builder b = {
	    .corpus = corpus, .rows = rows, .spec = spec, .progress = progress, .n = n, .n_learn = n_learn, .out = out};
	*out = (struct ho_design){.n = n, .n_learn = n_learn};
	enum ho_status status = build(&b, threads, err);
	for (size_t c = 0; b.filled && c < b.chunks; c++)
		ho_free(b.filled[c].ids);
	ho_free(b.filled);
	ho_free(b.used);
	ho_free(b.type_offsets);
	ho_free(b.type_ids);
	ho_free(b.type_counts);
	ho_key_index_release(&b.index);
	if (status)
		ho_design_release(out);
	return status;
}

void ho_design_release(struct ho_design *design)
{
	ho_free(design->offsets);
	ho_free(design->ids);
	ho_free(design->norm);
	ho_free(design->keys);
	ho_free(design->df);
	*design = (struct ho_design){.n = 0};
}
