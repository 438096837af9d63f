/**
 * Vectors that have been computed once: training needs those of the same texts for folds, tune and certify. Texts are
 * told apart by 128 bits of their hash.
 */
#ifndef HO_ENCODER_CACHE_H
#define HO_ENCODER_CACHE_H

#include "base/map.h"
#include "encoder/encoder.h"

/** What a text is known by. */
struct ho_text_key {
	uint64_t halves[2];
};
struct ho_text_key ho_text_key(struct ho_slice text);

struct ho_vector_cache {
	const struct ho_encoder *encoder; /**< borrowed */
	struct ho_map texts;              /**< hash -> row */
	float *vectors;                   /**< [texts.n][dimensions] owned */
	size_t cap;                       /**< of vectors, in floats */
};

void ho_vector_cache_init(struct ho_vector_cache *cache, const struct ho_encoder *encoder);
void ho_vector_cache_release(struct ho_vector_cache *cache);
/** Encode those of [n] texts that are not there yet. What ho_encode() returns; on failure the cache is as before. */
HO_MUST_CHECK enum ho_status ho_vector_cache_add(struct ho_vector_cache *cache, const struct ho_slice *texts, size_t n,
                                                 unsigned threads, const struct ho_progress *progress,
                                                 struct ho_error *err);
/** Add a vector that is known already: [dimensions] floats, not aligned. One that is there stays. HO_ENOMEM, HO_ELIMIT.
 */
HO_MUST_CHECK enum ho_status ho_vector_cache_put(struct ho_vector_cache *cache, const struct ho_text_key *key,
                                                 const void *vector, struct ho_error *err);
/** Row of a text's vector, or HO_MAP_NONE. Safe on several threads while nothing is added. */
uint32_t ho_vector_cache_find(const struct ho_vector_cache *cache, struct ho_slice text);
static inline const float *ho_vector_cache_row(const struct ho_vector_cache *cache, uint32_t row)
{
	return cache->vectors + (size_t)row * ho_encoder_facts(cache->encoder)->dimensions;
}

#endif
