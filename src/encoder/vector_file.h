/**
 * Vectors kept in a file from one run to the next: the same texts are encoded once, and what was encoded until some
 * seconds before an interruption is not lost. The file holds no text, but vectors tell much of what a text is about: it
 * is as confidential as the texts.
 *
 * Layout, in the byte order of the machine: 32 bytes (magic, version, dimensions, hash of the encoder's fingerprint and
 * kernels, check), then records of 24 + 4 * dimensions bytes: 16 bytes of the text's hash, the vector, 8 bytes of
 * check.
 */
#ifndef HO_ENCODER_VECTOR_FILE_H
#define HO_ENCODER_VECTOR_FILE_H

#include "encoder/cache.h"

struct ho_vector_file {
	int fd;
	const char *path; /**< borrowed */
	size_t record;    /**< bytes */
};

/**
 * Open or begin the file of an encoder, for this process alone. A record that a run did not finish is cut off.
 *
 * @param path  borrowed until close.
 * @return HO_OK; HO_ECONFLICT another process uses it; HO_EFORMAT no such file, or of another encoder; HO_EIO. Release
 * with ho_vector_file_close() after HO_OK.
 */
HO_MUST_CHECK enum ho_status ho_vector_file_open(struct ho_vector_file *out, const char *path,
                                                 const struct ho_encoder *encoder, struct ho_error *err);
void ho_vector_file_close(struct ho_vector_file *file);

/**
 * Put the vectors of those of [n] texts into the cache that the file has. A damaged record counts as not there.
 *
 * @param[out] found  how many; may be NULL
 * @return HO_OK; HO_EIO; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_vector_file_take(struct ho_vector_cache *cache, size_t *found,
                                                 const struct ho_vector_file *file, const struct ho_slice *texts,
                                                 size_t n, struct ho_error *err);

/**
 * Encode those of [n] texts that the cache does not have, and add them to the file, a block at a time.
 *
 * @param progress  may be NULL; stage "encoding".
 * @return HO_OK; what ho_vector_cache_add() returns; HO_EIO the file cannot be written.
 */
HO_MUST_CHECK enum ho_status ho_vector_file_add(struct ho_vector_cache *cache, const struct ho_vector_file *file,
                                                const struct ho_slice *texts, size_t n, unsigned threads,
                                                const struct ho_progress *progress, struct ho_error *err);

#endif
