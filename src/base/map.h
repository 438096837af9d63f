/**
 * Interning: strings -> 0, 1, 2, ... in order of first appearance. Open addressing on 64-bit hashes; the bytes are
 * copied into an arena of the map's own, so indices and slices stay valid until release.
 */
#ifndef HO_BASE_MAP_H
#define HO_BASE_MAP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

#define HO_MAP_NONE UINT32_MAX

struct ho_map {
	struct ho_arena arena;
	struct ho_slice *keys; /**< [n] borrowed from the arena */
	uint64_t *hashes;      /**< [n] */
	uint32_t n;
	uint32_t *slots; /**< [mask + 1] index + 1, 0 = empty */
	size_t mask, keys_cap, hashes_cap;
};

void ho_map_init(struct ho_map *map);
void ho_map_release(struct ho_map *map);
/** Index of `key`, or HO_MAP_NONE. */
uint32_t ho_map_find(const struct ho_map *map, struct ho_slice key);
/** Index of `key`, added if new. On failure *index is HO_MAP_NONE. HO_ENOMEM; HO_ELIMIT at 2^32 - 2 keys. */
HO_MUST_CHECK enum ho_status ho_map_add(uint32_t *index, struct ho_map *map, struct ho_slice key, struct ho_error *err);

#endif
