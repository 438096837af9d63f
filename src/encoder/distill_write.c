/* The folder of a static encoder, as model2vec and sentence-transformers read it. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/file.h"
#include "encoder/distill_private.h"

/* IEEE 754 binary16, to nearest, ties to even; too large becomes infinite, and the reader refuses it. */
static uint16_t to_half(float value)
{
	uint16_t sign = signbit(value) ? 0x8000 : 0;
	float size = fabsf(value);
	if (size < 0x1p-14f)
		return (uint16_t)(sign | (uint16_t)lrintf(size * 0x1p24f));
	if (size >= 65520)
		return (uint16_t)(sign | 0x7C00);
	int exponent;
	float fraction = frexpf(size, &exponent); /* size = fraction * 2^exponent, fraction in [1/2, 1) */
	/* Rounding up to the next power of two carries into the exponent as it should. */
	return (uint16_t)(sign | (uint16_t)((exponent + 14) * 1024 + (int)lrintf(fraction * 2048) - 1024));
}

static enum ho_status write_vectors(const char *path, const float *vectors, size_t n, unsigned dimensions,
                                    struct ho_error *err)
{
	struct ho_writer writer = {.path = NULL};
	char header[200] = "";
	size_t row_bytes = dimensions * sizeof(uint16_t);
	uint16_t *row = ho_alloc(dimensions, sizeof *row);
	int len = snprintf(header + 8, sizeof header - 8,
	                   "{\"embeddings\":{\"dtype\":\"F16\",\"shape\":[%zu,%u],\"data_offsets\":[0,%zu]}}", n,
	                   dimensions, n * row_bytes);
	for (; len % 8; len++)
		header[8 + len] = ' ';
	for (int i = 0; i < 8; i++)
		header[i] = (char)((uint64_t)len >> (8 * i) & 255);
	enum ho_status status = row ? ho_writer_open(&writer, path, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_writer_add(&writer, header, (size_t)len + 8, err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		for (unsigned d = 0; d < dimensions; d++)
			row[d] = to_half(vectors[i * dimensions + d]);
		status = ho_writer_add(&writer, row, row_bytes, err);
	}
	if (status == HO_OK)
		status = ho_writer_commit(&writer, err);
	ho_writer_discard(&writer);
	ho_free(row);
	return status;
}

/* Takes over `root`, NULL being memory that ran out. */
static enum ho_status write_json(const char *folder, const char *name, json_t *root, struct ho_error *err)
{
	char path[4096];
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	json_decref(root);
	if (!text)
		return ho_fail_nomem(err);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	enum ho_status status = ho_file_write(path, ho_slice_str(text), err);
	free(text);
	return status;
}

static json_t *special(size_t id, struct ho_slice content)
{
	return json_pack("{sI ss% sb sb sb sb sb}", "id", (json_int_t)id, "content", content.ptr, content.len,
	                 "single_word", 0, "lstrip", 0, "rstrip", 0, "normalized", 0, "special", 1);
}

static enum ho_status tokens(json_t *vocabulary, json_t *added, const struct distilled_words *words,
                             const struct ho_wordpiece *wp, struct ho_error *err)
{
	for (size_t i = 0; i < words->n; i++) {
		const struct distilled_token *token = &words->items[i];
		char name[512];
		snprintf(name, sizeof name, "%.*s", (int)token->piece.len, token->piece.ptr);
		if (json_object_set_new(vocabulary, name, json_integer((json_int_t)i)))
			return ho_fail(err, HO_EFORMAT, "a piece of its vocabulary is no UTF-8");
		if (token->n == 1 && (token->ids[0] == wp->unknown || ho_slice_is(token->piece, "[PAD]")) &&
		    json_array_append_new(added, special(i, token->piece)))
			return ho_fail_nomem(err);
	}
	return HO_OK;
}

static enum ho_status write_tokenizer(const char *folder, const struct distilled_words *words,
                                      const struct ho_encoder *encoder, struct ho_error *err)
{
	const struct ho_wordpiece *wp = &encoder->wordpiece;
	json_t *vocabulary = json_object(), *added = json_array();
	const char *unknown = "[UNK]";
	char name[512];
	enum ho_status status = vocabulary && added ? tokens(vocabulary, added, words, wp, err) : ho_fail_nomem(err);
	for (uint32_t i = 0; i < wp->vocabulary.n; i++)
		if (wp->ids[i] == wp->unknown) {
			struct ho_slice piece = wp->vocabulary.keys[i];
			snprintf(name, sizeof name, "%.*s", (int)piece.len, piece.ptr);
			unknown = name;
		}
	if (status) {
		json_decref(vocabulary);
		json_decref(added);
		return status;
	}
	json_t *model = json_pack("{ss ss ss% si so}", "type", "WordPiece", "unk_token", unknown,
	                          "continuing_subword_prefix", wp->prefix.ptr, wp->prefix.len,
	                          "max_input_chars_per_word", (int)wp->word_chars_max, "vocab", vocabulary);
	json_t *normalizer = json_pack("{ss sb sb sb sb}", "type", "BertNormalizer", "clean_text", (int)wp->clean,
	                               "handle_chinese_chars", (int)wp->split_cjk, "strip_accents",
	                               (int)wp->strip_accents, "lowercase", (int)wp->lower_case);
	return write_json(folder, "tokenizer.json",
	                  json_pack("{ss sn sn so so s{ss} sn s{ss ss% sb} so}", "version", "1.0", "truncation",
	                            "padding", "added_tokens", added, "normalizer", normalizer, "pre_tokenizer", "type",
	                            "BertPreTokenizer", "post_processor", "decoder", "type", "WordPiece", "prefix",
	                            wp->prefix.ptr, wp->prefix.len, "cleanup", 1, "model", model),
	                  err);
}

static enum ho_status write_settings(const char *folder, unsigned dimensions, const char *name, struct ho_error *err)
{
	enum ho_status status =
	    write_json(folder, "modules.json",
	               json_pack("[{si ss ss ss} {si ss ss ss}]", "idx", 0, "name", "0", "path", ".", "type",
	                         "sentence_transformers.models.StaticEmbedding", "idx", 1, "name", "1", "path",
	                         "1_Normalize", "type", "sentence_transformers.models.Normalize"),
	               err);
	if (status)
		return status;
	return write_json(folder, "config.json",
	                  json_pack("{ss s[s] ss si sf si si sb ss si ss}", "model_type", "model2vec", "architectures",
	                            "StaticModel", "tokenizer_name", name, "apply_pca", (int)dimensions,
	                            "sif_coefficient", 1e-4, "hidden_dim", (int)dimensions, "seq_length", 1000000,
	                            "normalize", 1, "pooling", "mean", "max_length", 512, "embedding_dtype", "float16"),
	                  err);
}

enum ho_status ho_distill__check_folder(const char *folder, struct ho_error *err)
{
	char path[4096];
	struct stat st;
	if (snprintf(path, sizeof path, "%s/config.json", folder) >= (int)sizeof path - 16)
		return ho_fail(err, HO_EINVAL, "the name of the folder is too long");
	if (stat(path, &st) == 0) {
		(void)ho_fail(err, HO_EINVAL, "there is an encoder already; name another folder");
		return err ? ho_error_at(err, "%s", folder) : HO_EINVAL;
	}
	return HO_OK;
}

static enum ho_status make_folder(const char *folder, struct ho_error *err)
{
	enum ho_status status = ho_distill__check_folder(folder, err);
	if (status == HO_OK && mkdir(folder, 0777) && errno != EEXIST)
		status = ho_fail_errno(err, HO_EIO, "cannot make the folder %s", folder);
	return status;
}

enum ho_status ho_distill__write(const char *folder, const struct distilled_words *words, const float *vectors,
                                 unsigned dimensions, const struct ho_encoder *encoder, const char *name,
                                 struct ho_error *err)
{
	char path[4096];
	enum ho_status status = make_folder(folder, err);
	if (status == HO_OK)
		status = write_tokenizer(folder, words, encoder, err);
	if (status)
		return status;
	snprintf(path, sizeof path, "%s/model.safetensors", folder);
	status = write_vectors(path, vectors, words->n, dimensions, err);
	/* config.json, without which it is no encoder, comes last. */
	return status ? status : write_settings(folder, dimensions, name, err);
}
