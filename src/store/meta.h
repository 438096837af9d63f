/** Looking into the JSON object that came with an item. */
#ifndef HO_STORE_META_H
#define HO_STORE_META_H

#include "base/slice.h"

/**
 * Does this JSON object have the key at its top level, with this value: a string, or a number, true, false or null as
 * it is written? Escapes are understood in both. Never reads past `meta`; what is no JSON has nothing.
 */
bool ho_meta_has(struct ho_slice meta, struct ho_slice key, struct ho_slice value);

#endif
