#include "encoder/cache.h"

#include "base/alloc.h"
#include "base/hash.h"

struct ho_text_key ho_text_key(struct ho_slice text)
{
	return (struct ho_text_key){{ho_hash(text.ptr, text.len, 0x6b65), ho_hash(text.ptr, text.len, 0x7973)}};
}

void ho_vector_cache_init(struct ho_vector_cache *cache, const struct ho_encoder *encoder)
{
	*cache = (struct ho_vector_cache){.encoder = encoder};
	ho_map_init(&cache->texts);
}

void ho_vector_cache_release(struct ho_vector_cache *cache)
{
	ho_map_release(&cache->texts);
	ho_free(cache->vectors);
	*cache = (struct ho_vector_cache){.vectors = NULL};
}

uint32_t ho_vector_cache_find(const struct ho_vector_cache *cache, struct ho_slice text)
{
	struct ho_text_key key = ho_text_key(text);
	return ho_map_find(&cache->texts, ho_slice((const char *)&key, sizeof key));
}

static enum ho_status encode_new(struct ho_vector_cache *cache, const struct ho_slice *fresh, size_t n,
                                 unsigned threads, const struct ho_progress *progress, struct ho_error *err)
{
	size_t dimensions = ho_encoder_facts(cache->encoder)->dimensions, before = cache->texts.n;
	if (ho_grow(&cache->vectors, &cache->cap, (before + n) * dimensions, sizeof *cache->vectors))
		return ho_fail_nomem(err);
	enum ho_status status =
	    ho_encode(cache->vectors + before * dimensions, cache->encoder, fresh, n, threads, progress, err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		struct ho_text_key key = ho_text_key(fresh[i]);
		uint32_t row;
		status = ho_map_add(&row, &cache->texts, ho_slice((const char *)&key, sizeof key), err);
	}
	return status;
}

enum ho_status ho_vector_cache_put(struct ho_vector_cache *cache, const struct ho_text_key *key, const void *vector,
                                   struct ho_error *err)
{
	size_t dimensions = ho_encoder_facts(cache->encoder)->dimensions;
	uint32_t before = cache->texts.n, row;
	if (ho_grow(&cache->vectors, &cache->cap, ((size_t)before + 1) * dimensions, sizeof *cache->vectors))
		return ho_fail_nomem(err);
	enum ho_status status = ho_map_add(&row, &cache->texts, ho_slice((const char *)key, sizeof *key), err);
	if (status == HO_OK && row == before)
		memcpy(cache->vectors + (size_t)row * dimensions, vector, dimensions * sizeof *cache->vectors);
	return status;
}

enum ho_status ho_vector_cache_add(struct ho_vector_cache *cache, const struct ho_slice *texts, size_t n,
                                   unsigned threads, const struct ho_progress *progress, struct ho_error *err)
{
	struct ho_map seen;
	struct ho_slice *fresh = ho_alloc(n, sizeof *fresh);
	size_t kept = 0;
	enum ho_status status = fresh ? HO_OK : ho_fail_nomem(err);
	ho_map_init(&seen);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		struct ho_text_key key = ho_text_key(texts[i]);
		uint32_t index;
		if (ho_map_find(&cache->texts, ho_slice((const char *)&key, sizeof key)) != HO_MAP_NONE)
			continue;
		status = ho_map_add(&index, &seen, ho_slice((const char *)&key, sizeof key), err);
		if (status == HO_OK && index == kept)
			fresh[kept++] = texts[i];
	}
	if (status == HO_OK && kept)
		status = encode_new(cache, fresh, kept, threads, progress, err);
	ho_map_release(&seen);
	ho_free(fresh);
	return status;
}
