#include "base/keyset.h"

int ho_keyset_reset(struct ho_keyset *set, size_t keys)
{
	set->n = 0;
	set->round++;
	if (set->slots && keys <= (set->mask + 1) / 2)
		return 0;
	uint64_t size = 256;
	while (size / 2 < keys)
		size *= 2;
	struct ho_keyset_slot *slots = ho_calloc(size, sizeof *slots);
	if (!slots)
		return -1;
	ho_free(set->slots);
	set->slots = slots;
	set->mask = size - 1;
	set->round = 1;
	return 0;
}
