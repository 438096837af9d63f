/** The encoder of a training run, and the vectors of its texts: each is computed once. */
#ifndef HO_TRAIN_VECTORS_H
#define HO_TRAIN_VECTORS_H

#include "encoder/cache.h"
#include "encoder/files.h"
#include "train/heads.h"

struct ho_train_vectors {
	struct ho_encoder *encoder;    /**< NULL: none, or given up; owned */
	char *folder;                  /**< absolute; owned, from realpath() */
	struct ho_encoder_files files; /**< those that the encoder reads; they may go into the model file */
	struct ho_vector_cache cache;
	uint32_t *vector_of;           /**< [n] row of the cache; owned */
	struct ho_encoder_facts facts; /**< of the encoder, also if it was given up */
	double seconds_a_text;         /**< by those that were encoded; 0: none was, and there is no time limit */
	bool given_up;                 /**< it would have taken more than its share of the time limit */
};

/** What is to be encoded and how. Borrowed during the call. */
struct ho_vectors_wanted {
	const char *encoder; /**< folder or name; NULL: nothing happens */
	const struct ho_slice *texts;
	size_t n;
	uint32_t K;
	unsigned threads;
	double time_limit, began; /**< seconds for the whole search, 0 = none; by ho_clock_seconds() */
	const struct ho_progress *progress;
	enum ho_precision precision;
	unsigned max_tokens; /**< 0: as the encoder's files say */
	const char *file;    /**< of vectors, which are taken from there and added to it; NULL: none */
};

/**
 * Open the encoder and encode all texts; where the time limit does not allow it, give the encoder up and say so.
 *
 * @return HO_OK; HO_EINVAL more tokens than the encoder can; what ho_encoder_open() and ho_encode() return; HO_ELIMIT
 * too many labels for the encoder's head. Release in any case with ho_train_vectors_release().
 */
HO_MUST_CHECK enum ho_status ho_train_vectors_make(struct ho_train_vectors *out, const struct ho_vectors_wanted *wanted,
                                                   struct ho_error *err);
void ho_train_vectors_release(struct ho_train_vectors *vectors);

#endif
