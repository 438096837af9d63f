/**
 * The search for near duplicates: sketches of the distinct texts, then band by band: sort by key, compare within
 * buckets of equal keys (search in bucket.c), join what is verified. One band is in memory at a time.
 */
#ifndef HO_NEAR_SEARCH_H
#define HO_NEAR_SEARCH_H

#include "near/exact.h"
#include "near/groups.h"
#include "near/near.h"
#include "near/shingle.h"
#include "near/sketch.h"

/** A verified pair of texts of one bucket; a = HO_NEAR_NONE: none. */
struct near_edge {
	uint32_t a, b; /**< numbers of distinct texts, a < b */
	double jaccard;
};

/** Zeroed is empty; ho_near__search_release() frees. D = distinct.n. */
struct near_search {
	const struct ho_slice *texts; /**< [rows] borrowed */
	struct near_distinct distinct;
	struct near_groups groups;
	struct near_bands bands;
	double threshold;
	uint64_t seed;
	unsigned threads;
	size_t free_size;             /**< distinct texts in a group before representatives must agree */
	uint8_t *signatures;          /**< [D * bands.bins] owned */
	uint64_t *entries;            /**< [D] key << 32 | text, sorted, of the band at hand; owned */
	uint64_t *spare;              /**< [D] for sorting; owned */
	uint32_t *local;              /**< [D] union-find within a bucket, by position; owned */
	struct near_edge *edges;      /**< [D] at most (bucket size - 1) for each bucket, at its positions; owned */
	struct near_scratch *scratch; /**< [threads] owned */
	struct ho_near_pair *pairs;   /**< [n_pairs] joins, rows, in the order found; owned */
	size_t n_pairs, pairs_cap, pairs_max;
	const struct ho_progress *progress; /**< borrowed */
};

/**
 * Find exact and near duplicates; afterwards distinct, groups (flat), signatures, scratch and pairs are filled.
 *
 * @param search   zeroed by the caller but for free_size (0: HO_NEAR_FREE); released by the caller, also on failure.
 * @param options  may be NULL.
 * @return as ho_near_find().
 */
HO_MUST_CHECK enum ho_status ho_near__search(struct near_search *search, const struct ho_slice *texts, size_t n,
                                             const struct ho_near_options *options, const struct ho_progress *progress,
                                             struct ho_error *err);
void ho_near__search_release(struct near_search *search);

/**
 * Similarity of two distinct texts, skipping those whose signatures are plainly unlike (then 0).
 * `a` stays prepared in the worker's scratch, so compare one `a` with many `b`.
 * HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_near__compare(double *out, const struct near_search *search, unsigned worker,
                                              uint32_t a, uint32_t b, struct ho_error *err);

/** Sort the entries by key, keeping order within a key. */
void ho_near__sort_entries(struct near_search *search);

/** Compare within the buckets that begin in chunk `task` of the sorted entries; fills `edges`. An ho_task_fn.
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_near__compare_chunk(void *search, size_t task, unsigned worker, struct ho_error *err);
/** Entries in a chunk. Fixed, so that the work does not depend on the number of threads. */
enum { NEAR_CHUNK = 2048 };

#endif
