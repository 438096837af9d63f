/* The files that say what a known encoder is, where its weights came without them. */
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "hub/private.h"

enum { TEXT_MAX = 4096 };

/* Unless it is there. */
static enum ho_status write_text(const char *folder, const char *name, const struct ho_buf *text, struct ho_error *err)
{
	char path[HO_HUB_PATH];
	enum ho_status status = ho_hub__join(path, folder, name, err);
	if (status || access(path, F_OK) == 0)
		return status;
	return ho_file_write(path, ho_buf_slice(text), err);
}

static enum ho_status write_config(struct ho_buf *text, const char *folder, const struct ho_known_encoder *k,
                                   struct ho_error *err)
{
	enum ho_status status = ho_buf_printf(
	    text, err,
	    "{\"model_type\": \"bert\", \"hidden_act\": \"gelu\", \"layer_norm_eps\": 1e-12, \"type_vocab_size\": 2,\n"
	    " \"num_hidden_layers\": %u, \"num_attention_heads\": %u, \"hidden_size\": %u, \"intermediate_size\": %u,\n"
	    " \"vocab_size\": %u, \"max_position_embeddings\": %u, \"position_embedding_type\": \"absolute\"}\n",
	    k->layers, k->heads, k->hidden, k->inner, k->vocabulary, k->positions);
	return status ? status : write_text(folder, "config.json", text, err);
}

static enum ho_status write_length(struct ho_buf *text, const char *folder, const struct ho_known_encoder *k,
                                   struct ho_error *err)
{
	ho_buf_reset(text);
	enum ho_status status = ho_buf_printf(text, err, "{\"max_seq_length\": %u}\n", k->max_tokens);
	return status ? status : write_text(folder, "sentence_bert_config.json", text, err);
}

static enum ho_status write_pooling(struct ho_buf *text, const char *folder, const struct ho_known_encoder *k,
                                    struct ho_error *err)
{
	ho_buf_reset(text);
	enum ho_status status =
	    ho_buf_printf(text, err,
	                  "{\"word_embedding_dimension\": %u, \"pooling_mode_cls_token\": %s,\n"
	                  " \"pooling_mode_mean_tokens\": %s}\n",
	                  k->hidden, k->first_token ? "true" : "false", k->first_token ? "false" : "true");
	return status ? status : write_text(folder, "1_Pooling/config.json", text, err);
}

static enum ho_status write_modules(struct ho_buf *text, const char *folder, struct ho_error *err)
{
	static const struct {
		const char *path, *type;
	} modules[] = {{"", "Transformer"}, {"1_Pooling", "Pooling"}, {"2_Normalize", "Normalize"}};
	enum ho_status status = HO_OK;
	ho_buf_reset(text);
	for (unsigned i = 0; i < sizeof modules / sizeof *modules && status == HO_OK; i++)
		status = ho_buf_printf(text, err,
		                       "%s{\"idx\": %u, \"name\": \"%u\", \"path\": \"%s\",\n"
		                       "  \"type\": \"sentence_transformers.models.%s\"}",
		                       i ? ",\n " : "[", i, i, modules[i].path, modules[i].type);
	if (status == HO_OK)
		status = ho_buf_printf(text, err, "]\n");
	return status ? status : write_text(folder, "modules.json", text, err);
}

enum ho_status ho_hub__write_settings(const char *folder, const struct ho_known_encoder *known, struct ho_error *err)
{
	struct ho_buf text;
	ho_buf_init(&text, TEXT_MAX);
	enum ho_status status = write_config(&text, folder, known, err);
	if (status == HO_OK)
		status = write_length(&text, folder, known, err);
	if (status == HO_OK)
		status = write_pooling(&text, folder, known, err);
	if (status == HO_OK)
		status = write_modules(&text, folder, err);
	ho_buf_release(&text);
	return status;
}
