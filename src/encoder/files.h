/**
 * Where the files of an encoder are read from: a folder, as they are asked for, or bytes that lie elsewhere (within a
 * model file). After an encoder was opened from it, `bytes` holds the files that its vectors depend on and no others.
 */
#ifndef HO_ENCODER_FILES_H
#define HO_ENCODER_FILES_H

#include "base/file.h"

/** The order is part of the model file's format (model/format.h). */
enum ho_encoder_file {
	HO_ENCODER_CONFIG,           /**< config.json */
	HO_ENCODER_MODULES,          /**< modules.json */
	HO_ENCODER_POOLING,          /**< 1_Pooling/config.json, or where modules.json says */
	HO_ENCODER_SENTENCE,         /**< sentence_bert_config.json */
	HO_ENCODER_PROMPTS,          /**< config_sentence_transformers.json */
	HO_ENCODER_TOKENIZER,        /**< tokenizer.json */
	HO_ENCODER_VOCABULARY,       /**< vocab.txt */
	HO_ENCODER_TOKENIZER_CONFIG, /**< tokenizer_config.json */
	HO_ENCODER_WEIGHTS,          /**< model.safetensors */
	HO_ENCODER_FILES
};

struct ho_encoder_files {
	const char *folder;                       /**< borrowed; NULL: there are the bytes and nothing else */
	struct ho_slice bytes[HO_ENCODER_FILES];  /**< ptr NULL: the file is not there, or was not asked for yet */
	struct ho_mapping maps[HO_ENCODER_FILES]; /**< owned; of a folder's files */
};

/** `folder` is borrowed until the release. */
void ho_encoder_files_init(struct ho_encoder_files *out, const char *folder);
void ho_encoder_files_release(struct ho_encoder_files *files);

/**
 * The bytes of a file, valid until the release.
 *
 * @param name  relative to the folder; NULL: the usual one.
 * @return HO_OK; HO_ENOTFOUND it is not there; HO_EINVAL the path is too long, or no regular file; HO_EIO.
 */
HO_MUST_CHECK enum ho_status ho_encoder_files_read(struct ho_slice *out, struct ho_encoder_files *files,
                                                   enum ho_encoder_file which, const char *name, struct ho_error *err);
/** Set the place of an error to the file. */
void ho_encoder_files_at(struct ho_error *err, const struct ho_encoder_files *files, enum ho_encoder_file which);
/** The usual name: "config.json", ... Static. */
const char *ho_encoder_file_name(enum ho_encoder_file which);

#endif
