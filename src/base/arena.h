/**
 * Memory that is freed all at once. Blocks are never moved, so pointers into an arena stay valid until
 * ho_arena_release() or ho_arena_reset(). Not thread-safe.
 */
#ifndef HO_BASE_ARENA_H
#define HO_BASE_ARENA_H

#include "base/slice.h"

struct ho_arena_block;

struct ho_arena {
	struct ho_arena_block *blocks; /**< newest first; owned */
	size_t used, limit;            /**< bytes handed out; at most `limit` */
};

/** Start empty; at most `limit` bytes will be handed out (SIZE_MAX: no limit). */
void ho_arena_init(struct ho_arena *arena, size_t limit);
void ho_arena_release(struct ho_arena *arena);
/** Forget all, keeping the newest (largest) block for reuse. */
void ho_arena_reset(struct ho_arena *arena);
/** `n` elements of `size` bytes, aligned to 16, uninitialised; NULL when memory or the limit is out, or n * size
 * overflows. */
void *ho_arena_alloc(struct ho_arena *arena, size_t n, size_t size) __attribute__((warn_unused_result));
/** Copy of `bytes` with a NUL after it (not aligned); ptr NULL on failure. */
struct ho_slice ho_arena_copy(struct ho_arena *arena, struct ho_slice bytes) __attribute__((warn_unused_result));

#endif
