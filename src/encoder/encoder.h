/**
 * A pretrained encoder: texts to vectors that stand near each other when the texts mean about the same.
 *
 * What is read: a folder of the BERT family as Hugging Face lays it out (config.json, tokenizer.json or vocab.txt,
 * model.safetensors), with the files of sentence-transformers where they are there (modules.json,
 * 1_Pooling/config.json, sentence_bert_config.json), or a table of static token vectors (model2vec: config.json,
 * tokenizer.json, model.safetensors with one tensor "embeddings"). What the files ask for and is not supported is
 * refused by name.
 *
 * Invariants:
 *  1. An encoder is immutable after ho_encoder_open() and ho_encoder_lower(); any number of threads may use it.
 *  2. The vector of a text depends on the text and the encoder only: not on the texts beside it or the number of
 *     threads. On another kind of processor the last bits may differ (kernels.h).
 * The forward pass: Devlin, Chang, Lee & Toutanova (2019), "BERT", after Vaswani et al. (2017), post-norm; pooling:
 * Reimers & Gurevych (2019), "Sentence-BERT".
 */
#ifndef HO_ENCODER_ENCODER_H
#define HO_ENCODER_ENCODER_H

#include <stdint.h>

#include "base/progress.h"
#include "base/slice.h"
#include "base/status.h"

/** What kind of weights: a network, or a table of token vectors. */
enum ho_encoder_kind { HO_ENCODER_BERT, HO_ENCODER_STATIC };
/** How the vectors of the tokens become one: their mean, or that of the first token. */
enum ho_pooling { HO_POOLING_MEAN, HO_POOLING_CLS };

/** What the large matrix products are computed in; attention and all else in fp32 (kernels_low.h). */
enum ho_precision { HO_PRECISION_FP32, HO_PRECISION_BF16, HO_PRECISION_INT8 };

/** What an encoder is. */
struct ho_encoder_facts {
	enum ho_encoder_kind kind;
	unsigned layers, heads, hidden, inner; /**< static: 0, 0, dimensions, 0 */
	unsigned vocabulary;
	unsigned positions;  /**< most tokens the weights have positions for; static: 0 */
	unsigned max_tokens; /**< longer texts are cut, the two edges included; static: 0 is no limit */
	enum ho_pooling pooling;
	bool normalise;       /**< vectors have length 1 */
	unsigned dimensions;  /**< of a vector */
	uint64_t parameters;  /**< numbers in the weights */
	uint64_t fingerprint; /**< of weights, vocabulary, settings and precision: equal encoders give equal vectors */
	uint64_t
	    older_fingerprint; /**< the same with all else that the file of the weights holds: what models had first */
	enum ho_precision precision;
	const char *kernels; /**< build of the arithmetic in use: "avx2", "portable", ... (kernels.h) */
};

struct ho_encoder;

/**
 * Open the encoder in a folder.
 *
 * @param max_tokens  cut texts at so many tokens (>= 3, brought down to what the weights can); 0: as the files say.
 * @return HO_OK; HO_ENOTFOUND a file is missing; HO_EFORMAT a file is damaged or contradicts another; HO_EUNAVAIL a
 *         kind that is not supported; HO_EIO; HO_ENOMEM. Free with ho_encoder_free().
 */
HO_MUST_CHECK enum ho_status ho_encoder_open(struct ho_encoder **out, const char *folder, unsigned max_tokens,
                                             struct ho_error *err);
/** The same from files that may lie elsewhere than in a folder (files.h). Their bytes are borrowed until the encoder is
 * freed. */
struct ho_encoder_files;
HO_MUST_CHECK enum ho_status ho_encoder_open_files(struct ho_encoder **out, struct ho_encoder_files *files,
                                                   unsigned max_tokens, struct ho_error *err);
/** Call release(context) after the encoder is freed: lets go of what its files' bytes lie in. */
void ho_encoder_keep(struct ho_encoder *encoder, void (*release)(void *context), void *context);
/**
 * Compute in another precision than fp32 from now on: an encoder of its own, with a fingerprint of its own. To be
 * called once, before the encoder is used; HO_PRECISION_FP32 changes nothing.
 *
 * @return HO_OK; HO_EUNAVAIL a static encoder, which multiplies nothing; HO_ENOMEM. On failure the encoder can only be
 *         freed.
 */
HO_MUST_CHECK enum ho_status ho_encoder_lower(struct ho_encoder *encoder, enum ho_precision precision,
                                              struct ho_error *err);
/** "fp32", "bf16", "int8". */
const char *ho_precision_name(enum ho_precision precision);
/** The precision of a name; false if there is none. */
bool ho_precision_find(enum ho_precision *out, const char *name);
void ho_encoder_free(struct ho_encoder *encoder);
const struct ho_encoder_facts *ho_encoder_facts(const struct ho_encoder *encoder);

/** Append everything that its vectors depend on besides the weights: settings, vocabulary, added tokens. Equal text for
 * equal encoders, however their files are laid out: for a checksum of it. HO_ENOMEM, HO_ELIMIT. */
struct ho_buf;
HO_MUST_CHECK enum ho_status ho_encoder_describe(struct ho_buf *out, const struct ho_encoder *encoder,
                                                 struct ho_error *err);

/** The scratch memory of one thread that encodes text by text. Free before the encoder. HO_ENOMEM. */
struct ho_encoder_workspace;
HO_MUST_CHECK enum ho_status ho_encoder_workspace_new(struct ho_encoder_workspace **out,
                                                      const struct ho_encoder *encoder, struct ho_error *err);
void ho_encoder_workspace_free(struct ho_encoder_workspace *ws);

/** The vector [dimensions] of one text. HO_ELIMIT; HO_EFORMAT the weights give a number that is not finite; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_encode_text(float *vector, struct ho_encoder_workspace *ws, struct ho_slice text,
                                            struct ho_error *err);
/** The vectors [n][dimensions] of several texts, the same numbers in less time. What ho_encode_text() returns. */
HO_MUST_CHECK enum ho_status ho_encode_texts(float *vectors, struct ho_encoder_workspace *ws,
                                             const struct ho_slice *texts, size_t n, struct ho_error *err);

/** What one token adds to the vector of its text. */
struct ho_encoder_share {
	uint32_t start, end; /**< bytes of the text; equal for the edges */
	const float *vector; /**< [dimensions] */
};

/**
 * The vector of a text as a sum over its tokens: vector = scale * sum of shares. With mean pooling a token's share is
 * its last hidden state, which has seen the whole text; with CLS pooling the first token alone has a share, for all of
 * the text that was read.
 *
 * @param[out] shares  [*n] borrowed until the next call on the workspace.
 * HO_ELIMIT, HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_encode_shares(const struct ho_encoder_share **shares, size_t *n, double *scale,
                                              struct ho_encoder_workspace *ws, struct ho_slice text,
                                              struct ho_error *err);

/**
 * The vectors of [n] texts.
 *
 * @param[out] vectors  [n][dimensions]. A text without tokens of a static encoder gives zeros.
 * @param threads       0 = all cores.
 * @param progress      may be NULL; stage "encoding".
 * @return HO_OK; HO_ELIMIT a text of more than 2 GiB; HO_EFORMAT the weights give a number that is not finite;
 *         HO_ENOMEM; HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_encode(float *vectors, const struct ho_encoder *encoder, const struct ho_slice *texts,
                                       size_t n, unsigned threads, const struct ho_progress *progress,
                                       struct ho_error *err);

#endif
