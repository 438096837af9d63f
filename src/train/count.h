/** Counting n-gram keys: in how many items does each occur? Memory stays bounded by counting a part of the key space at
 * a time. */
#ifndef HO_TRAIN_COUNT_H
#define HO_TRAIN_COUNT_H

#include <stddef.h>
#include <stdint.h>

#include "base/progress.h"

/** A key and the number of items that have it. */
struct ho_key_count {
	uint64_t key;
	uint32_t items;
};

/** What receives the keys of an item. */
struct ho_key_sink;
void ho_key_sink_add(struct ho_key_sink *sink, uint64_t key);

/** Write the keys of item `item` (repeats allowed) to the sink. Called several times for each item, from several
 * threads. */
typedef void (*ho_key_source)(void *context, size_t item, struct ho_key_sink *sink);

/**
 * Count keys over `n` items; keys in fewer than `min_items` are dropped.
 *
 * @param[out] out      [*n_out] sorted by falling count, ties by key; freed by the caller with ho_free().
 * @param expected      keys over all items, about; decides how many parts the key space is cut into.
 * @return HO_OK, HO_ENOMEM, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_count_keys(struct ho_key_count **out, size_t *n_out, ho_key_source source,
                                           void *context, size_t n, uint64_t expected, uint32_t min_items,
                                           unsigned threads, const struct ho_progress *progress, struct ho_error *err);

/** Sort by falling count, ties by key. */
void ho_sort_key_counts(struct ho_key_count *keys, size_t n);

/** Read-only table key -> index, built from a list of distinct keys. */
struct ho_key_index {
	struct ho_key_index_slot {
		uint64_t key;
		uint32_t index_plus_1;
	} * slots;
	uint64_t mask;
};

/** Index of keys[i] is i. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_key_index_build(struct ho_key_index *out, const struct ho_key_count *keys, size_t n,
                                                struct ho_error *err);
void ho_key_index_release(struct ho_key_index *index);

static inline uint32_t ho_key_index_find(const struct ho_key_index *index, uint64_t key)
{
	for (uint64_t at = key & index->mask; index->slots[at].index_plus_1; at = (at + 1) & index->mask)
		if (index->slots[at].key == key)
			return index->slots[at].index_plus_1 - 1;
	return UINT32_MAX;
}

#endif
