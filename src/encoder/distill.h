/**
 * A static encoder from another one, after model2vec (MinishLab, "Model2Vec: Distill a Small Fast Model from any
 * Sentence Transformer", 2024): each token goes through the encoder alone, between the two edges, and its vector is the
 * mean over all three positions; principal components; and each vector is weighed by how rare its token probably is,
 * w = a / (a + p) (Arora, Liang & Ma 2017, "A simple but tough-to-beat baseline for sentence embeddings"), where by
 * Zipf's law p falls as 1 / (rank + 2) and a vocabulary lists its tokens by falling frequency. A text's vector is then
 * the mean of its tokens', which takes no arithmetic worth the name.
 *
 * Left out are places kept free ("[unused7]") and special tokens that stand in no text. Words of one's own texts that
 * the vocabulary cuts in pieces may be added: each goes through the encoder as its pieces.
 */
#ifndef HO_ENCODER_DISTILL_H
#define HO_ENCODER_DISTILL_H

#include "encoder/encoder.h"

enum { HO_DISTILL_DIMENSIONS = 256, HO_DISTILL_WORDS_MAX = 20000, HO_DISTILL_COUNT_MIN = 5 };

struct ho_distill_options {
	unsigned dimensions;          /**< 0: 256, or those of the encoder if it has fewer */
	const struct ho_slice *texts; /**< [n_texts] whose words are added if they occur HO_DISTILL_COUNT_MIN times, the
	                                 HO_DISTILL_WORDS_MAX most frequent; borrowed */
	size_t n_texts;
	const char *name;                   /**< of the encoder, written into the new one's config.json; UTF-8 */
	unsigned threads;                   /**< 0: all cores; the result does not depend on it */
	const struct ho_progress *progress; /**< may be NULL; stage "encoding the vocabulary" */
};

/** What became of it. */
struct ho_distilled {
	size_t tokens, words; /**< vectors in all; of them added words */
	unsigned dimensions;
};

/**
 * Write config.json, modules.json, tokenizer.json and model.safetensors (F16) of a static encoder into `folder`, which
 * is made unless it is there.
 *
 * @return HO_OK; HO_EINVAL the encoder is static already, more dimensions are wanted than it or its vocabulary has, or
 *         the folder has an encoder; HO_EFORMAT its vocabulary is no UTF-8; HO_ECANCELLED; HO_EIO; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_encoder_distill(struct ho_distilled *out, const char *folder,
                                                const struct ho_encoder *encoder,
                                                const struct ho_distill_options *options, struct ho_error *err);

#endif
