#include "base/arena.h"

#include <stdint.h>

#include "base/alloc.h"

struct ho_arena_block {
	struct ho_arena_block *older;
	size_t used, size;
	_Alignas(16) char bytes[];
};

enum { FIRST_BLOCK = 4096, LARGEST_STEP = 4 << 20 };

void ho_arena_init(struct ho_arena *arena, size_t limit)
{
	*arena = (struct ho_arena){.limit = limit};
}

static void free_from(struct ho_arena_block *block)
{
	while (block) {
		struct ho_arena_block *older = block->older;
		ho_free(block);
		block = older;
	}
}

void ho_arena_release(struct ho_arena *arena)
{
	free_from(arena->blocks);
	*arena = (struct ho_arena){.limit = arena->limit};
}

void ho_arena_reset(struct ho_arena *arena)
{
	if (arena->blocks) {
		free_from(arena->blocks->older);
		arena->blocks->older = NULL;
		arena->blocks->used = 0;
	}
	arena->used = 0;
}

/* Blocks double up to a step of 4 MiB: few for small arenas, little waste for large ones. */
static struct ho_arena_block *add_block(struct ho_arena *arena, size_t bytes)
{
	size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
	if (size > LARGEST_STEP)
		size = LARGEST_STEP;
	if (size < bytes)
		size = bytes;
	struct ho_arena_block *block = ho_alloc(1, sizeof *block + size);
	if (!block)
		return NULL;
	*block = (struct ho_arena_block){.older = arena->blocks, .size = size};
	arena->blocks = block;
	return block;
}

static void *take(struct ho_arena *arena, size_t bytes, size_t align)
{
	if (bytes > arena->limit - arena->used || bytes > PTRDIFF_MAX - 2 * sizeof(struct ho_arena_block))
		return NULL;
	struct ho_arena_block *block = arena->blocks;
	size_t at = block ? (block->used + align - 1) / align * align : 0;
	if (!block || at > block->size || bytes > block->size - at) {
		block = add_block(arena, bytes);
		if (!block)
			return NULL;
		at = 0;
	}
	block->used = at + bytes;
	arena->used += bytes;
	return block->bytes + at;
}

void *ho_arena_alloc(struct ho_arena *arena, size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return take(arena, bytes, 16);
}

struct ho_slice ho_arena_copy(struct ho_arena *arena, struct ho_slice bytes)
{
	char *copy = bytes.len < SIZE_MAX ? take(arena, bytes.len + 1, 1) : NULL;
	if (!copy)
		return ho_slice(NULL, 0);
	if (bytes.len)
		memcpy(copy, bytes.ptr, bytes.len);
	copy[bytes.len] = '\0';
	return ho_slice(copy, bytes.len);
}
