#include "encoder/config.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { JSON_BYTES_MAX = 1 << 20 };
/* Two edges and a token between them. */
enum { TOKENS_MIN = 3 };
enum { STATIC_TOKENS = 512, STATIC_TOKENS_MAX = 1 << 24 };
/* Floats that one text of the greatest length may take in a layer: 1 GiB. */
#define ACTIVATIONS_MAX ((uint64_t)1 << 28)
enum { LAYERS_MAX = 128, HIDDEN_MAX = 8192, INNER_MAX = 65536, POSITIONS_MAX = 32768, VOCABULARY_MAX = 1000000 };

/* A JSON file; NULL without an error if it is not there. */
static enum ho_status read_json(json_t **out, struct ho_encoder_files *files, enum ho_encoder_file which,
                                const char *name, struct ho_error *err)
{
	json_error_t problem;
	struct ho_slice bytes;
	*out = NULL;
	enum ho_status status = ho_encoder_files_read(&bytes, files, which, name, err);
	if (status)
		return status == HO_ENOTFOUND ? HO_OK : status;
	if (bytes.len > JSON_BYTES_MAX)
		status = ho_fail(err, HO_EFORMAT, "it has more than 1 MiB, far too much for settings");
	else if (!(*out = json_loadb(bytes.ptr, bytes.len, JSON_REJECT_DUPLICATES, &problem)))
		status = ho_fail(err, HO_EFORMAT, "it is no JSON (line %d)", problem.line);
	if (status)
		ho_encoder_files_at(err, files, which);
	return status;
}

/* A whole number from 1 to most. */
static enum ho_status number(unsigned *out, const json_t *root, const char *name, unsigned most, struct ho_error *err)
{
	const json_t *value = json_object_get(root, name);
	if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > most)
		return ho_fail(err, HO_EFORMAT, "its %s is missing or not from 1 to %u", name, most);
	*out = (unsigned)json_integer_value(value);
	return HO_OK;
}

static bool is(const json_t *root, const char *name, const char *wanted)
{
	const char *value = json_string_value(json_object_get(root, name));
	return !value || strcmp(value, wanted) == 0;
}

static enum ho_status refuse(struct ho_error *err, const json_t *root, const char *name, const char *wanted)
{
	const char *value = json_string_value(json_object_get(root, name));
	return ho_fail(err, HO_EUNAVAIL, "its %s is %.40s; only %s is supported", name, value ? value : "missing",
	               wanted);
}

static enum ho_status read_bert(struct ho_encoder_config *c, const json_t *root, struct ho_error *err)
{
	struct ho_encoder_facts *f = &c->facts;
	const struct {
		unsigned *out;
		const char *name;
		unsigned most;
	} numbers[] = {{&f->layers, "num_hidden_layers", LAYERS_MAX},
	               {&f->heads, "num_attention_heads", HIDDEN_MAX},
	               {&f->hidden, "hidden_size", HIDDEN_MAX},
	               {&f->inner, "intermediate_size", INNER_MAX},
	               {&f->positions, "max_position_embeddings", POSITIONS_MAX},
	               {&f->vocabulary, "vocab_size", VOCABULARY_MAX},
	               {&c->types, "type_vocab_size", 64}};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		enum ho_status status = number(numbers[i].out, root, numbers[i].name, numbers[i].most, err);
		if (status)
			return status;
	}
	const json_t *epsilon = json_object_get(root, "layer_norm_eps");
	c->epsilon = json_is_number(epsilon) ? (float)json_number_value(epsilon) : 1e-12f;
	if (!(c->epsilon > 0 && c->epsilon < 1))
		return ho_fail(err, HO_EFORMAT, "its layer_norm_eps is not between 0 and 1");
	if (!is(root, "hidden_act", "gelu"))
		return refuse(err, root, "hidden_act", "gelu");
	if (!is(root, "position_embedding_type", "absolute"))
		return refuse(err, root, "position_embedding_type", "absolute");
	if (f->hidden % f->heads)
		return ho_fail(err, HO_EFORMAT, "its hidden_size is no multiple of num_attention_heads");
	if (f->positions < TOKENS_MIN)
		return ho_fail(err, HO_EFORMAT, "its max_position_embeddings is below %d", TOKENS_MIN);
	f->dimensions = f->hidden;
	f->max_tokens = f->positions;
	return HO_OK;
}

/* model2vec cuts a text at 512 tokens where its file says nothing, and nowhere where it says null. */
static enum ho_status read_static(struct ho_encoder_config *c, const json_t *root, struct ho_error *err)
{
	const json_t *length = json_object_get(root, "max_length");
	c->facts.kind = HO_ENCODER_STATIC;
	c->facts.normalise = json_is_true(json_object_get(root, "normalize"));
	c->facts.max_tokens = STATIC_TOKENS;
	if (json_is_null(length)) {
		c->facts.max_tokens = 0;
		return HO_OK;
	}
	return length ? number(&c->facts.max_tokens, root, "max_length", STATIC_TOKENS_MAX, err) : HO_OK;
}

static enum ho_status read_config(struct ho_encoder_config *c, const json_t *root, struct ho_error *err)
{
	const char *type = json_string_value(json_object_get(root, "model_type"));
	if (type && strcmp(type, "bert") == 0) {
		c->facts.kind = HO_ENCODER_BERT;
		return read_bert(c, root, err);
	}
	if (type && strcmp(type, "model2vec") == 0)
		return read_static(c, root, err);
	return refuse(err, root, "model_type", "bert or model2vec");
}

/* A sentence-transformers Pooling module: mean or CLS, and nothing else. */
static enum ho_status read_pooling(struct ho_encoder_config *c, struct ho_encoder_files *files, const char *path,
                                   struct ho_error *err)
{
	char name[300];
	json_t *root;
	int len = snprintf(name, sizeof name, "%s/config.json", path);
	if (len < 0 || (size_t)len >= sizeof name)
		return ho_fail(err, HO_EFORMAT, "its modules.json names a path that is too long");
	enum ho_status status = read_json(&root, files, HO_ENCODER_POOLING, name, err);
	if (status)
		return status;
	bool mean = json_is_true(json_object_get(root, "pooling_mode_mean_tokens"));
	bool cls = json_is_true(json_object_get(root, "pooling_mode_cls_token"));
	bool other = json_is_true(json_object_get(root, "pooling_mode_max_tokens")) ||
	             json_is_true(json_object_get(root, "pooling_mode_mean_sqrt_len_tokens")) ||
	             json_is_true(json_object_get(root, "pooling_mode_lasttoken")) ||
	             json_is_true(json_object_get(root, "pooling_mode_weightedmean_tokens"));
	json_decref(root);
	if (other || mean == cls)
		return ho_fail(err, HO_EUNAVAIL,
		               "its pooling is another than mean or CLS alone, which are what is supported");
	c->facts.pooling = cls ? HO_POOLING_CLS : HO_POOLING_MEAN;
	return HO_OK;
}

static const char *ending(const char *type)
{
	const char *dot = type ? strrchr(type, '.') : NULL;
	return dot ? dot + 1 : type;
}

/* modules.json: Transformer, Pooling, and perhaps Normalize. */
static enum ho_status read_modules(struct ho_encoder_config *c, struct ho_encoder_files *files, const json_t *modules,
                                   struct ho_error *err)
{
	size_t i;
	json_t *module;
	json_array_foreach((json_t *)modules, i, module)
	{
		const char *type = ending(json_string_value(json_object_get(module, "type")));
		const char *path = json_string_value(json_object_get(module, "path"));
		enum ho_status status = HO_OK;
		if (!type)
			return ho_fail(err, HO_EFORMAT, "its modules.json names a module without a type");
		if (strcmp(type, "Pooling") == 0)
			status = read_pooling(c, files, path ? path : "1_Pooling", err);
		else if (strcmp(type, "Normalize") == 0)
			c->facts.normalise = true;
		else if (strcmp(type, "Transformer") != 0)
			return ho_fail(err, HO_EUNAVAIL,
			               "its module %.40s is not supported; Transformer, Pooling and Normalize are",
			               type);
		if (status)
			return status;
	}
	return HO_OK;
}

static enum ho_status read_lengths(struct ho_encoder_config *c, struct ho_encoder_files *files, struct ho_error *err)
{
	json_t *root;
	unsigned most = 0;
	enum ho_status status = read_json(&root, files, HO_ENCODER_SENTENCE, NULL, err);
	if (status || !root)
		return status;
	if (json_is_integer(json_object_get(root, "max_seq_length")))
		status = number(&most, root, "max_seq_length", POSITIONS_MAX, err);
	c->lower_case = json_is_true(json_object_get(root, "do_lower_case"));
	json_decref(root);
	if (status == HO_OK && most && most < TOKENS_MIN)
		return ho_fail(err, HO_EFORMAT, "its max_seq_length is below %d", TOKENS_MIN);
	if (most && most < c->facts.max_tokens)
		c->facts.max_tokens = most;
	return status;
}

/* Words that the model wants before every text. */
static enum ho_status read_prompts(struct ho_encoder_files *files, struct ho_error *err)
{
	json_t *root;
	enum ho_status status = read_json(&root, files, HO_ENCODER_PROMPTS, NULL, err);
	const char *name = json_string_value(json_object_get(root, "default_prompt_name"));
	const char *prompt = name ? json_string_value(json_object_get(json_object_get(root, "prompts"), name)) : NULL;
	if (status == HO_OK && prompt && *prompt)
		status = ho_fail(err, HO_EUNAVAIL,
		                 "it wants a prompt before every text (default_prompt_name), which is not supported");
	json_decref(root);
	return status;
}

/* A small file may still ask for much memory for each text. */
enum ho_status ho_encoder_config_check_size(const struct ho_encoder_facts *f, struct ho_error *err)
{
	uint64_t widest = f->inner > 3 * f->hidden ? f->inner : 3 * f->hidden;
	if (widest * f->max_tokens <= ACTIVATIONS_MAX)
		return HO_OK;
	return ho_fail(err, HO_EUNAVAIL, "a text of %u tokens would take more than 1 GiB in it, which is not supported",
	               f->max_tokens);
}

enum ho_status ho_encoder_config_read(struct ho_encoder_config *out, struct ho_encoder_files *files,
                                      struct ho_error *err)
{
	json_t *root, *modules = NULL;
	*out = (struct ho_encoder_config){.types = 1};
	enum ho_status status = read_json(&root, files, HO_ENCODER_CONFIG, NULL, err);
	if (status)
		return status;
	if (!root)
		return ho_fail(err, HO_ENOTFOUND, "%s has no config.json; is it the folder of an encoder?",
		               files->folder ? files->folder : "the model file");
	status = read_config(out, root, err);
	json_decref(root);
	if (status == HO_OK && out->facts.kind == HO_ENCODER_BERT) {
		status = read_json(&modules, files, HO_ENCODER_MODULES, NULL, err);
		if (status == HO_OK && modules)
			status = read_modules(out, files, modules, err);
		json_decref(modules);
		if (status == HO_OK)
			status = read_lengths(out, files, err);
		if (status == HO_OK)
			status = read_prompts(files, err);
		if (status == HO_OK)
			status = ho_encoder_config_check_size(&out->facts, err);
	}
	return status;
}
