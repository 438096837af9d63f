/** The settings that the files of an encoder's folder state. */
#ifndef HO_ENCODER_CONFIG_H
#define HO_ENCODER_CONFIG_H

#include "encoder/encoder.h"
#include "encoder/files.h"

struct ho_encoder_config {
	struct ho_encoder_facts facts; /**< without fingerprint, parameters and kernels */
	unsigned types;                /**< token types, >= 1 */
	float epsilon;                 /**< of layer norm */
	bool lower_case;               /**< texts are put into lower case before they are cut into tokens */
};

/**
 * Read config.json and, where they are, modules.json, the pooling's config.json and sentence_bert_config.json.
 * HO_ENOTFOUND, HO_EFORMAT, HO_EUNAVAIL (naming what is not supported).
 */
HO_MUST_CHECK enum ho_status ho_encoder_config_read(struct ho_encoder_config *out, struct ho_encoder_files *files,
                                                    struct ho_error *err);

/** HO_EUNAVAIL: a text of max_tokens would take more than 1 GiB. */
HO_MUST_CHECK enum ho_status ho_encoder_config_check_size(const struct ho_encoder_facts *facts, struct ho_error *err);

#endif
