#include "encoder/files.h"

#include <stdio.h>

enum { PATH_BYTES = 8192 };

static const char *const names[HO_ENCODER_FILES] = {
    [HO_ENCODER_CONFIG] = "config.json",
    [HO_ENCODER_MODULES] = "modules.json",
    [HO_ENCODER_POOLING] = "1_Pooling/config.json",
    [HO_ENCODER_SENTENCE] = "sentence_bert_config.json",
    [HO_ENCODER_PROMPTS] = "config_sentence_transformers.json",
    [HO_ENCODER_TOKENIZER] = "tokenizer.json",
    [HO_ENCODER_VOCABULARY] = "vocab.txt",
    [HO_ENCODER_TOKENIZER_CONFIG] = "tokenizer_config.json",
    [HO_ENCODER_WEIGHTS] = "model.safetensors",
};

const char *ho_encoder_file_name(enum ho_encoder_file which)
{
	return names[which];
}

void ho_encoder_files_init(struct ho_encoder_files *out, const char *folder)
{
	*out = (struct ho_encoder_files){.folder = folder};
}

void ho_encoder_files_release(struct ho_encoder_files *files)
{
	for (int i = 0; i < HO_ENCODER_FILES; i++)
		ho_mapping_close(&files->maps[i]);
	*files = (struct ho_encoder_files){.folder = NULL};
}

void ho_encoder_files_at(struct ho_error *err, const struct ho_encoder_files *files, enum ho_encoder_file which)
{
	(void)ho_error_at(err, "%s%s%s", files->folder ? files->folder : "", files->folder ? "/" : "the model's own ",
	                  names[which]);
}

enum ho_status ho_encoder_files_read(struct ho_slice *out, struct ho_encoder_files *files, enum ho_encoder_file which,
                                     const char *name, struct ho_error *err)
{
	char path[PATH_BYTES];
	*out = files->bytes[which];
	if (out->ptr)
		return HO_OK;
	if (!files->folder) {
		(void)ho_fail(err, HO_ENOTFOUND, "the model file does not hold this file of its encoder");
		ho_encoder_files_at(err, files, which);
		return HO_ENOTFOUND;
	}
	int len = snprintf(path, sizeof path, "%s/%s", files->folder, name ? name : names[which]);
	if (len < 0 || (size_t)len >= sizeof path)
		return ho_fail(err, HO_EINVAL, "the path of an encoder's file is too long");
	enum ho_status status = ho_mapping_open(&files->maps[which], path, err);
	if (status == HO_OK) {
		*out = files->maps[which].bytes;
		out->ptr = out->ptr ? out->ptr : ""; /* an empty file is there all the same */
		files->bytes[which] = *out;
	}
	return status;
}
