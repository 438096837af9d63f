/** A tiny encoder with random weights in a folder of its own, and its vectors computed slowly and independently. */
#ifndef HO_TESTS_ENCODER_FIXTURE_H
#define HO_TESTS_ENCODER_FIXTURE_H

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/rng.h"
#include "encoder/encoder.h"
#include "unit/unit.h"

/* Odd sizes on purpose: no panel, vector or tile is filled. */
enum {
	E_LAYERS = 2,
	E_HEADS = 3,
	E_HIDDEN = 27,
	E_INNER = 37,
	E_POSITIONS = 40,
	E_TYPES = 2,
	E_TENSORS = 5 + 16 * E_LAYERS
};

static const char *const e_pieces[] = {
    "[PAD]",  "[UNK]",        "[CLS]",        "[SEP]", "[MASK]", "the", "card", "##s",  "re",  "##fund", "un",
    "##able", "pay",          "##ment",       "!",     "?",      "a",   "is",   "lost", "##t", "los",    "e",
    "##te",   "\xe6\x9d\xb1", "\xe4\xba\xac", ".",     "it"};
enum { E_VOCABULARY = sizeof e_pieces / sizeof *e_pieces };

struct e_tensor {
	char name[100];
	size_t rows, columns; /* rows 0: a vector */
	float *values;
};

struct e_fixture {
	char folder[64];
	struct e_tensor tensors[E_TENSORS];
	size_t n;
};

/* "embeddings.x", or "encoder.layer.2.x" for a layer >= 0. */
static inline void e_name(char name[100], const char *part, const char *end, int layer)
{
	if (layer < 0)
		(void)snprintf(name, 100, "%s%s", part, end);
	else
		(void)snprintf(name, 100, "encoder.layer.%d.%s%s", layer, part, end);
}

static inline float *e_find(struct e_fixture *f, const char *part, int layer)
{
	char name[100];
	e_name(name, part, "", layer);
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->tensors[i].name, name) == 0)
			return f->tensors[i].values;
	fail_msg("no tensor %s", name);
	return NULL;
}

static inline void e_add(struct e_fixture *f, struct ho_rng *rng, size_t rows, size_t columns, const char *part,
                         const char *end, int layer)
{
	struct e_tensor *t = &f->tensors[f->n++];
	size_t n = (rows ? rows : 1) * columns;
	e_name(t->name, part, end, layer);
	t->rows = rows;
	t->columns = columns;
	t->values = malloc(n * sizeof *t->values);
	for (size_t i = 0; i < n; i++)
		t->values[i] = (float)(2 * ho_rng_uniform(rng) - 1);
}

static inline void e_write(const struct e_fixture *f, const char *name, const char *bytes, size_t len)
{
	char path[200];
	(void)snprintf(path, sizeof path, "%s/%s", f->folder, name);
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static inline void e_write_weights(struct e_fixture *f)
{
	static char bytes[1 << 20];
	json_t *header = json_object();
	size_t at = 0;
	for (size_t i = 0; i < f->n; i++) {
		struct e_tensor *t = &f->tensors[i];
		size_t size = 4 * (t->rows ? t->rows : 1) * t->columns;
		json_t *shape =
		    t->rows ? json_pack("[ii]", (int)t->rows, (int)t->columns) : json_pack("[i]", (int)t->columns);
		json_object_set_new(header, t->name,
		                    json_pack("{ss so s[II]}", "dtype", "F32", "shape", shape, "data_offsets",
		                              (json_int_t)at, (json_int_t)(at + size)));
		at += size;
	}
	char *text = json_dumps(header, JSON_COMPACT);
	uint64_t len = strlen(text);
	for (int b = 0; b < 8; b++)
		bytes[b] = (char)(len >> 8 * b);
	memcpy(bytes + 8, text, len);
	size_t used = 8 + len;
	for (size_t i = 0; i < f->n; i++) {
		size_t size = 4 * (f->tensors[i].rows ? f->tensors[i].rows : 1) * f->tensors[i].columns;
		memcpy(bytes + used, f->tensors[i].values, size);
		used += size;
	}
	e_write(f, "model.safetensors", bytes, used);
	free(text);
	json_decref(header);
}

static inline void e_write_settings(const struct e_fixture *f, bool cls)
{
	char text[2000];
	int len = snprintf(
	    text, sizeof text,
	    "{\"model_type\": \"bert\", \"hidden_act\": \"gelu\", \"hidden_size\": %d, \"intermediate_size\": %d,"
	    "\"layer_norm_eps\": 1e-12, \"max_position_embeddings\": %d, \"num_attention_heads\": %d,"
	    "\"num_hidden_layers\": %d, \"type_vocab_size\": %d, \"vocab_size\": %d}",
	    E_HIDDEN, E_INNER, E_POSITIONS, E_HEADS, E_LAYERS, E_TYPES, E_VOCABULARY);
	e_write(f, "config.json", text, (size_t)len);
	len = 0;
	for (size_t i = 0; i < E_VOCABULARY; i++)
		len += snprintf(text + len, sizeof text - (size_t)len, "%s\n", e_pieces[i]);
	e_write(f, "vocab.txt", text, (size_t)len);
	len = snprintf(text, sizeof text,
	               "[{\"type\": \"sentence_transformers.models.Transformer\", \"path\": \"\"},"
	               "{\"type\": \"sentence_transformers.models.Pooling\", \"path\": \"1_Pooling\"}%s]",
	               cls ? "" : ",{\"type\": \"sentence_transformers.models.Normalize\", \"path\": \"2_Normalize\"}");
	e_write(f, "modules.json", text, (size_t)len);
	char pooling[200];
	(void)snprintf(pooling, sizeof pooling, "%s/1_Pooling", f->folder);
	assert_int_equal(mkdir(pooling, 0700), 0);
	len = snprintf(text, sizeof text, "{\"pooling_mode_cls_token\": %s, \"pooling_mode_mean_tokens\": %s}",
	               cls ? "true" : "false", cls ? "false" : "true");
	e_write(f, "1_Pooling/config.json", text, (size_t)len);
}

static inline struct e_fixture *e_new(uint64_t seed, bool cls)
{
	struct e_fixture *f = calloc(1, sizeof *f);
	struct ho_rng rng = ho_rng_seed(seed, 1);
	(void)snprintf(f->folder, sizeof f->folder, "/tmp/ho-encoder-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	e_add(f, &rng, E_VOCABULARY, E_HIDDEN, "embeddings.word_embeddings.weight", "", -1);
	e_add(f, &rng, E_POSITIONS, E_HIDDEN, "embeddings.position_embeddings.weight", "", -1);
	e_add(f, &rng, E_TYPES, E_HIDDEN, "embeddings.token_type_embeddings.weight", "", -1);
	e_add(f, &rng, 0, E_HIDDEN, "embeddings.LayerNorm.weight", "", -1);
	e_add(f, &rng, 0, E_HIDDEN, "embeddings.LayerNorm.bias", "", -1);
	static const struct {
		const char *name;
		size_t rows, columns;
	} layer[] = {{"attention.self.query", E_HIDDEN, E_HIDDEN}, {"attention.self.key", E_HIDDEN, E_HIDDEN},
	             {"attention.self.value", E_HIDDEN, E_HIDDEN}, {"attention.output.dense", E_HIDDEN, E_HIDDEN},
	             {"intermediate.dense", E_INNER, E_HIDDEN},    {"output.dense", E_HIDDEN, E_INNER},
	             {"attention.output.LayerNorm", 0, E_HIDDEN},  {"output.LayerNorm", 0, E_HIDDEN}};
	for (int l = 0; l < E_LAYERS; l++)
		for (size_t i = 0; i < sizeof layer / sizeof *layer; i++) {
			e_add(f, &rng, layer[i].rows, layer[i].columns, layer[i].name, ".weight", l);
			e_add(f, &rng, 0, layer[i].rows ? layer[i].rows : layer[i].columns, layer[i].name, ".bias", l);
		}
	e_write_settings(f, cls);
	e_write_weights(f);
	return f;
}

static inline void e_free(struct e_fixture *f)
{
	static const char *const names[] = {"config.json",
	                                    "vocab.txt",
	                                    "modules.json",
	                                    "1_Pooling/config.json",
	                                    "model.safetensors",
	                                    "tokenizer.json",
	                                    "sentence_bert_config.json",
	                                    "tokenizer_config.json"};
	char path[200];
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", f->folder, names[i]);
		unlink(path);
	}
	(void)snprintf(path, sizeof path, "%s/1_Pooling", f->folder);
	rmdir(path);
	rmdir(f->folder);
	for (size_t i = 0; i < f->n; i++)
		free(f->tensors[i].values);
	free(f);
}

/* --- the same arithmetic once more, in double, one number at a time */

static inline void slow_dense(double *y, const double *x, const float *w, const float *b, size_t out, size_t in)
{
	for (size_t o = 0; o < out; o++) {
		y[o] = (double)b[o];
		for (size_t i = 0; i < in; i++)
			y[o] += (double)w[o * in + i] * x[i];
	}
}

static inline void slow_norm(double *x, const float *gain, const float *shift)
{
	double mean = 0, variance = 0;
	for (size_t i = 0; i < E_HIDDEN; i++)
		mean += x[i] / E_HIDDEN;
	for (size_t i = 0; i < E_HIDDEN; i++)
		variance += (x[i] - mean) * (x[i] - mean) / E_HIDDEN;
	for (size_t i = 0; i < E_HIDDEN; i++)
		x[i] = (x[i] - mean) / sqrt(variance + 1e-12) * (double)gain[i] + (double)shift[i];
}

static inline void slow_attention(struct e_fixture *f, int l, double x[][E_HIDDEN], size_t n)
{
	static double q[E_POSITIONS][E_HIDDEN], k[E_POSITIONS][E_HIDDEN], v[E_POSITIONS][E_HIDDEN], mixed[E_HIDDEN],
	    y[E_HIDDEN];
	size_t d = E_HIDDEN / E_HEADS;
	for (size_t t = 0; t < n; t++) {
		slow_dense(q[t], x[t], e_find(f, "attention.self.query.weight", l),
		           e_find(f, "attention.self.query.bias", l), E_HIDDEN, E_HIDDEN);
		slow_dense(k[t], x[t], e_find(f, "attention.self.key.weight", l),
		           e_find(f, "attention.self.key.bias", l), E_HIDDEN, E_HIDDEN);
		slow_dense(v[t], x[t], e_find(f, "attention.self.value.weight", l),
		           e_find(f, "attention.self.value.bias", l), E_HIDDEN, E_HIDDEN);
	}
	for (size_t t = 0; t < n; t++) {
		for (size_t h = 0; h < E_HEADS; h++) {
			double p[E_POSITIONS], total = 0;
			for (size_t s = 0; s < n; s++) {
				double dot = 0;
				for (size_t i = h * d; i < (h + 1) * d; i++)
					dot += q[t][i] * k[s][i];
				total += p[s] = exp(dot / sqrt((double)d));
			}
			for (size_t i = h * d; i < (h + 1) * d; i++) {
				mixed[i] = 0;
				for (size_t s = 0; s < n; s++)
					mixed[i] += p[s] / total * v[s][i];
			}
		}
		slow_dense(y, mixed, e_find(f, "attention.output.dense.weight", l),
		           e_find(f, "attention.output.dense.bias", l), E_HIDDEN, E_HIDDEN);
		for (size_t i = 0; i < E_HIDDEN; i++)
			x[t][i] += y[i];
		slow_norm(x[t], e_find(f, "attention.output.LayerNorm.weight", l),
		          e_find(f, "attention.output.LayerNorm.bias", l));
	}
}

/** The mean over the first `pooled` last states of a text whose token ids (edges included) are given. */
static inline void slow_mean(double *out, struct e_fixture *f, const uint32_t *ids, size_t n, size_t pooled)
{
	static double x[E_POSITIONS][E_HIDDEN];
	double inner[E_INNER], y[E_HIDDEN];
	for (size_t t = 0; t < n; t++) {
		for (size_t i = 0; i < E_HIDDEN; i++)
			x[t][i] = (double)e_find(f, "embeddings.word_embeddings.weight", -1)[ids[t] * E_HIDDEN + i] +
			          (double)e_find(f, "embeddings.position_embeddings.weight", -1)[t * E_HIDDEN + i] +
			          (double)e_find(f, "embeddings.token_type_embeddings.weight", -1)[i];
		slow_norm(x[t], e_find(f, "embeddings.LayerNorm.weight", -1),
		          e_find(f, "embeddings.LayerNorm.bias", -1));
	}
	for (int l = 0; l < E_LAYERS; l++) {
		slow_attention(f, l, x, n);
		for (size_t t = 0; t < n; t++) {
			slow_dense(inner, x[t], e_find(f, "intermediate.dense.weight", l),
			           e_find(f, "intermediate.dense.bias", l), E_INNER, E_HIDDEN);
			for (size_t i = 0; i < E_INNER; i++)
				inner[i] = inner[i] * (1 + erf(inner[i] / sqrt(2.0))) / 2;
			slow_dense(y, inner, e_find(f, "output.dense.weight", l), e_find(f, "output.dense.bias", l),
			           E_HIDDEN, E_INNER);
			for (size_t i = 0; i < E_HIDDEN; i++)
				x[t][i] += y[i];
			slow_norm(x[t], e_find(f, "output.LayerNorm.weight", l), e_find(f, "output.LayerNorm.bias", l));
		}
	}
	for (size_t i = 0; i < E_HIDDEN; i++) {
		out[i] = 0;
		for (size_t t = 0; t < pooled; t++)
			out[i] += x[t][i] / (double)pooled;
	}
}

/** The vector of a text: its mean at length 1, or its first state as it is. */
static inline void slow_vector(double *out, struct e_fixture *f, const uint32_t *ids, size_t n, bool cls)
{
	double square = 0;
	slow_mean(out, f, ids, n, cls ? 1 : n);
	for (size_t i = 0; i < E_HIDDEN; i++)
		square += out[i] * out[i];
	for (size_t i = 0; i < E_HIDDEN && !cls; i++)
		out[i] /= sqrt(square);
}

#endif
