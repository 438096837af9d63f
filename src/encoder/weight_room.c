#include "encoder/weight_room.h"

#include <stdint.h>
#include <sys/mman.h>

#include "base/alloc.h"

enum { HUGE_PAGE = 2 << 20 };

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
	return true;
}

void *ho_weight_room_take(struct ho_weight_room *room, size_t size)
{
	size_t share = ho_weight_room_share(size);
	if (share < size || share > room->size - room->used)
		return NULL;
	void *taken = room->base + room->used;
	room->used += share;
	return taken;
}

void ho_weight_room_release(struct ho_weight_room *room)
{
	ho_free(room->raw);
	*room = (struct ho_weight_room){.raw = NULL};
}
