#include "encoder/weight_room.h"

#include <stdint.h>
#include <sys/mman.h>

#include "base/alloc.h"

enum { HUGE_PAGE = 2 << 20 };

/* Under the address sanitizer what was not taken, and a gap behind what was, may not be touched. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_POISON
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(HAS_POISON)
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
enum { GAP = 64 };
#else
#define POISON(p, n) ((void)0)
#define UNPOISON(p, n) ((void)0)
enum { GAP = 0 };
#endif

size_t ho_weight_room_share(size_t size)
{
	return (size + 63) / 64 * 64 + GAP;
}

bool ho_weight_room_init(struct ho_weight_room *room, size_t size)
{
	size_t bytes;
	*room = (struct ho_weight_room){.raw = NULL};
	if (__builtin_add_overflow(size, (size_t)HUGE_PAGE, &bytes) || !(room->raw = ho_alloc(bytes, 1)))
		return false;
	room->base = room->raw + (HUGE_PAGE - ((uintptr_t)room->raw & (HUGE_PAGE - 1))) % HUGE_PAGE;
	room->size = size;
	/* Whole pages only: what comes behind belongs to others. Where the system has none, it stays as it was. */
	size_t whole = size / HUGE_PAGE * HUGE_PAGE;
	if (whole)
		(void)madvise(room->base, whole, MADV_HUGEPAGE);
	POISON(room->raw, bytes);
	return true;
}

void *ho_weight_room_take(struct ho_weight_room *room, size_t size)
{
	size_t share = ho_weight_room_share(size);
	if (share < size || share > room->size - room->used)
		return NULL;
	void *taken = room->base + room->used;
	room->used += share;
	UNPOISON(taken, size);
	return taken;
}

void ho_weight_room_forget(struct ho_weight_room *room, const void *end)
{
	size_t passed = end ? (size_t)((const char *)end - room->base) : 0;
	size_t whole = passed / HUGE_PAGE * HUGE_PAGE;
	if (whole > room->forgotten)
		(void)madvise(room->base + room->forgotten, whole - room->forgotten, MADV_DONTNEED);
	room->forgotten = whole > room->forgotten ? whole : room->forgotten;
}

void ho_weight_room_release(struct ho_weight_room *room)
{
	size_t whole = room->size / HUGE_PAGE * HUGE_PAGE;
	if (whole) /* others may be given this memory next */
		(void)madvise(room->base, whole, MADV_NOHUGEPAGE);
	UNPOISON(room->raw, room->raw ? room->size + HUGE_PAGE : 0);
	ho_free(room->raw);
	*room = (struct ho_weight_room){.raw = NULL};
}
