/* Static token vectors, as model2vec keeps them: a table, perhaps with a factor for each token, perhaps with several
 * tokens on one row. */
#include <stdlib.h>

#include "base/alloc.h"
#include "encoder/private.h"

static enum ho_status check_table(const struct ho_tensor *table, const struct ho_tensor *weights, struct ho_error *err)
{
	if (!table || table->rank != 2 || table->shape[0] < 1 || table->shape[1] < 1 || table->shape[1] > 65536 ||
	    table->shape[0] > HO_VOCABULARY_MAX)
		return ho_fail(err, HO_EFORMAT, "the weights lack a tensor embeddings of two dimensions");
	if (!ho_dtype_is_float(table->dtype) || (weights && !ho_dtype_is_float(weights->dtype)))
		return ho_fail(err, HO_EFORMAT,
		               "its token vectors are stored in another type than F32, F16, BF16 or F64");
	return HO_OK;
}

/* Tokens that stand on other rows than that of their id. */
static enum ho_status read_mapping(struct ho_encoder *e, struct ho_error *err)
{
	const struct ho_tensor *mapping = ho_safetensors_find(&e->file, "mapping");
	if (!mapping)
		return HO_OK;
	if (mapping->rank != 1 || mapping->shape[0] < 1 || mapping->shape[0] > HO_VOCABULARY_MAX)
		return ho_fail(err, HO_EFORMAT, "the tensor mapping does not have one number for each token");
	e->facts.vocabulary = (unsigned)mapping->shape[0];
	e->token_rows = ho_alloc(e->facts.vocabulary, sizeof *e->token_rows);
	return e->token_rows ? ho_tensor_indices(e->token_rows, mapping, e->facts.vocabulary, e->tokens->shape[0], err)
	                     : ho_fail_nomem(err);
}

static int by_length(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	return (x > y) - (x < y);
}

/* max_tokens times the median length of a token in characters, at which model2vec cuts before it looks for tokens. */
static enum ho_status limit_characters(struct ho_encoder *e, struct ho_error *err)
{
	const struct ho_map *pieces = &e->wordpiece.vocabulary;
	size_t *length = ho_calloc(pieces->n, sizeof *length), n = pieces->n;
	if (!length)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		for (size_t b = 0; b < pieces->keys[i].len; b++)
			length[i] += ((unsigned char)pieces->keys[i].ptr[b] & 0xC0) != 0x80;
	qsort(length, n, sizeof *length, by_length);
	e->chars_max =
	    e->facts.max_tokens ? e->facts.max_tokens * ((length[(n - 1) / 2] + length[n / 2]) / 2) : SIZE_MAX;
	ho_free(length);
	return HO_OK;
}

enum ho_status ho_encoder__bind_static(struct ho_encoder *e, struct ho_error *err)
{
	const struct ho_tensor *table = ho_safetensors_find(&e->file, "embeddings");
	const struct ho_tensor *weights = ho_safetensors_find(&e->file, "weights");
	if (!table)
		table = ho_safetensors_find(&e->file, "embedding.weight");
	enum ho_status status = check_table(table, weights, err);
	if (status)
		return status;
	e->tokens = table;
	e->facts.vocabulary = (unsigned)table->shape[0];
	e->facts.dimensions = e->facts.hidden = (unsigned)table->shape[1];
	status = read_mapping(e, err);
	if (status == HO_OK)
		status = limit_characters(e, err);
	if (status || !weights)
		return status;
	if (weights->rank != 1 || weights->shape[0] != e->facts.vocabulary)
		return ho_fail(err, HO_EFORMAT, "the tensor weights does not have one number for each token");
	e->token_weights = ho_encoder__floats(e->facts.vocabulary);
	return e->token_weights ? ho_tensor_floats(e->token_weights, weights, 0, e->facts.vocabulary, err)
	                        : ho_fail_nomem(err);
}

/* The first characters of a text. */
static struct ho_slice cut(struct ho_slice text, size_t characters)
{
	size_t end = 0;
	if (text.len <= characters)
		return text;
	for (size_t seen = 0; end < text.len; end++) {
		seen += ((unsigned char)text.ptr[end] & 0xC0) != 0x80;
		if (seen > characters)
			break;
	}
	return ho_slice(text.ptr, end);
}

static enum ho_status read_row(float *row, const struct ho_encoder *e, uint32_t id, struct ho_error *err)
{
	size_t width = e->facts.dimensions;
	uint64_t at = e->token_rows ? e->token_rows[id] : id;
	enum ho_status status = ho_tensor_floats(row, e->tokens, at * width, width, err);
	for (size_t d = 0; d < width && e->token_weights && status == HO_OK; d++)
		row[d] *= e->token_weights[id];
	return status;
}

enum ho_status ho_encoder__static_rows(size_t *n, const struct ho_encoder *e, struct ho_slice text,
                                       struct encoder_scratch *scratch, struct ho_error *err)
{
	size_t width = e->facts.dimensions, limit = e->facts.max_tokens ? e->facts.max_tokens : SIZE_MAX;
	struct ho_piece_tokens *pieces = &scratch->pieces;
	*n = 0;
	enum ho_status status = ho_wordpiece_tokenize(pieces, &e->wordpiece, cut(text, e->chars_max), 0, false, err);
	for (size_t t = 0; t < pieces->n && t < limit && status == HO_OK; t++)
		if (pieces->items[t].id != e->wordpiece.unknown)
			pieces->items[(*n)++] = pieces->items[t];
	if (status == HO_OK && *n > scratch->rows) {
		scratch->rows = 0;
		ho_encoder__release_floats(scratch->x);
		scratch->x = ho_encoder__floats(*n * width);
		scratch->rows = scratch->x ? *n : 0;
		status = scratch->x ? HO_OK : ho_fail_nomem(err);
	}
	for (size_t t = 0; t < *n && status == HO_OK; t++)
		status = read_row(scratch->x + t * width, e, pieces->items[t].id, err);
	return status;
}
