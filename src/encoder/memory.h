/**
 * Vectors that were asked for lately, so that the same text is not encoded again: the least recently used give way.
 * Texts are told apart by 128 bits of their hash. Any thread may call any of these.
 *
 * A place is found among HO_VECTOR_WAYS by the hash, and the oldest of those gives way: as a whole it is about, and not
 * exactly, the least recently used of all that is forgotten.
 */
#ifndef HO_ENCODER_MEMORY_H
#define HO_ENCODER_MEMORY_H

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

enum { HO_VECTOR_WAYS = 8 };

struct ho_vector_memory;

/** Room for `entries` vectors, taken at once, rounded up to HO_VECTOR_WAYS. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_vector_memory_new(struct ho_vector_memory **out, size_t dimensions, size_t entries,
                                                  struct ho_error *err);
void ho_vector_memory_free(struct ho_vector_memory *memory);

/** Copy the vector of a text into out [dimensions], or return false. */
bool ho_vector_memory_get(float *out, struct ho_vector_memory *memory, struct ho_slice text);
/** Remember a vector. */
void ho_vector_memory_put(struct ho_vector_memory *memory, struct ho_slice text, const float *vector);

struct ho_vector_figures {
	uint64_t hits, misses; /**< of ho_vector_memory_get() */
	uint64_t kept, room;   /**< vectors */
};
/** Add the figures of a memory to `sum`. */
void ho_vector_memory_figures(struct ho_vector_figures *sum, struct ho_vector_memory *memory);

#endif
