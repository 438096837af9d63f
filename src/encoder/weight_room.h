/**
 * One stretch of memory for all matrices of an encoder.
 *
 * A text passes all of them once, tens of megabytes: on pages of 4 KiB a processor spends about a twentieth of the
 * time on finding them. A stretch that starts at a multiple of 2 MiB can lie on the system's huge pages, if it has
 * some.
 */
#ifndef HO_ENCODER_WEIGHT_ROOM_H
#define HO_ENCODER_WEIGHT_ROOM_H

#include <stdbool.h>
#include <stddef.h>

struct ho_weight_room {
	char *raw; /**< from ho_alloc(); NULL: none */
	char *base;
	size_t size, used, forgotten;
};

/** Room for `size` bytes in all. False when memory is out; the room is then empty. */
bool ho_weight_room_init(struct ho_weight_room *room, size_t size);
/** The next `size` bytes, aligned to 64; NULL if they are not left. */
void *ho_weight_room_take(struct ho_weight_room *room, size_t size);
/** What ho_weight_room_take() takes for so many bytes. */
size_t ho_weight_room_share(size_t size);
/** What lies before `end` is not read any more; whole pages of it go back to the system. */
void ho_weight_room_forget(struct ho_weight_room *room, const void *end);
void ho_weight_room_release(struct ho_weight_room *room);

#endif
