/** Shared by the parts of distilling. */
#ifndef HO_ENCODER_DISTILL_PRIVATE_H
#define HO_ENCODER_DISTILL_PRIVATE_H

#include "encoder/distill.h"
#include "encoder/private.h"

/** A token of the new encoder. */
struct distilled_token {
	struct ho_slice piece; /**< borrowed from the encoder or from `strings` */
	const uint32_t *ids;   /**< [n] tokens of the old encoder between the edges; borrowed */
	uint32_t n;
};

/** The new vocabulary, in order. */
struct distilled_words {
	struct distilled_token *items; /**< [n] owned */
	size_t n, cap, added;          /**< the last `added` are words of the user's texts */
	uint32_t *own;                 /**< [old vocabulary] ids 0, 1, 2, ...: what single tokens point to; owned */
	struct ho_map strings;         /**< added words */
	struct ho_arena arena;         /**< their ids */
};

/** The vocabulary of an encoder and of texts. HO_ELIMIT too many tokens or too long a text; HO_ENOMEM. Release with
 * ho_distill__words_release(). */
HO_MUST_CHECK enum ho_status ho_distill__words(struct distilled_words *out, const struct ho_encoder *encoder,
                                               const struct ho_distill_options *options, struct ho_error *err);
void ho_distill__words_release(struct distilled_words *words);

/** HO_EINVAL: the folder holds an encoder already, or its name is too long. */
HO_MUST_CHECK enum ho_status ho_distill__check_folder(const char *folder, struct ho_error *err);
/** Write the folder. vectors: [words->n][dimensions]. HO_EFORMAT, HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_distill__write(const char *folder, const struct distilled_words *words,
                                               const float *vectors, unsigned dimensions,
                                               const struct ho_encoder *encoder, const char *name,
                                               struct ho_error *err);

#endif
