/** A set of 64-bit keys that is emptied in constant time: "was this n-gram of the text seen already?" */
#ifndef HO_BASE_KEYSET_H
#define HO_BASE_KEYSET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/alloc.h"

struct ho_keyset_slot {
	uint64_t key;
	uint64_t round; /**< the slot is in use if this equals the set's round */
};

struct ho_keyset {
	struct ho_keyset_slot *slots; /**< [mask + 1] owned */
	uint64_t mask, round;
	size_t n;
};

static inline void ho_keyset_release(struct ho_keyset *set)
{
	ho_free(set->slots);
	*set = (struct ho_keyset){.n = 0};
}

/** Empty the set and make room for at least `keys` keys. @return 0, or -1 when memory is out. */
__attribute__((warn_unused_result)) int ho_keyset_reset(struct ho_keyset *set, size_t keys);

/** Add a key; true if it is new. Keys must be well mixed. No more keys than announced may be added. */
static inline bool ho_keyset_add(struct ho_keyset *set, uint64_t key)
{
	uint64_t at = key & set->mask;
	while (set->slots[at].round == set->round) {
		if (set->slots[at].key == key)
			return false;
		at = (at + 1) & set->mask;
	}
	set->slots[at] = (struct ho_keyset_slot){key, set->round};
	set->n++;
	return true;
}

#endif
