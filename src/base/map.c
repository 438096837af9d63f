#include "base/map.h"

#include "base/alloc.h"
#include "base/hash.h"

void ho_map_init(struct ho_map *map)
{
	*map = (struct ho_map){.n = 0};
	ho_arena_init(&map->arena, SIZE_MAX);
}

void ho_map_release(struct ho_map *map)
{
	ho_arena_release(&map->arena);
	ho_free(map->keys);
	ho_free(map->hashes);
	ho_free(map->slots);
	ho_map_init(map);
}

/* Slot of the key, or the empty slot where it belongs. The table is never full (load <= 1/2), so this ends. */
static size_t probe(const struct ho_map *map, struct ho_slice key, uint64_t hash)
{
	size_t at = hash & map->mask;
	while (map->slots[at]) {
		uint32_t i = map->slots[at] - 1;
		if (map->hashes[i] == hash && ho_slice_equal(map->keys[i], key))
			break;
		at = (at + 1) & map->mask;
	}
	return at;
}

uint32_t ho_map_find(const struct ho_map *map, struct ho_slice key)
{
	if (!map->slots)
		return HO_MAP_NONE;
	size_t at = probe(map, key, ho_hash(key.ptr, key.len, 0));
	return map->slots[at] ? map->slots[at] - 1 : HO_MAP_NONE;
}

static int rehash(struct ho_map *map)
{
	size_t size = map->slots ? (map->mask + 1) * 2 : 64;
	uint32_t *slots = ho_calloc(size, sizeof *slots);
	if (!slots)
		return -1;
	for (uint32_t i = 0; i < map->n; i++) {
		size_t at = map->hashes[i] & (size - 1);
		while (slots[at])
			at = (at + 1) & (size - 1);
		slots[at] = i + 1;
	}
	ho_free(map->slots);
	map->slots = slots;
	map->mask = size - 1;
	return 0;
}

enum ho_status ho_map_add(uint32_t *index, struct ho_map *map, struct ho_slice key, struct ho_error *err)
{
	*index = HO_MAP_NONE;
	if (!map->slots || ((size_t)map->n + 1) * 2 > map->mask + 1)
		if (rehash(map))
			return ho_fail_nomem(err);
	uint64_t hash = ho_hash(key.ptr, key.len, 0);
	size_t at = probe(map, key, hash);
	if (map->slots[at]) {
		*index = map->slots[at] - 1;
		return HO_OK;
	}
	if (map->n >= HO_MAP_NONE - 1)
		return ho_fail(err, HO_ELIMIT, "more than %u distinct strings", HO_MAP_NONE - 1);
	struct ho_slice copy = ho_arena_copy(&map->arena, key);
	if (!copy.ptr || ho_grow(&map->keys, &map->keys_cap, (size_t)map->n + 1, sizeof *map->keys) ||
	    ho_grow(&map->hashes, &map->hashes_cap, (size_t)map->n + 1, sizeof *map->hashes))
		return ho_fail_nomem(err);
	map->keys[map->n] = copy;
	map->hashes[map->n] = hash;
	*index = map->n++;
	map->slots[at] = map->n;
	return HO_OK;
}
