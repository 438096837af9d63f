/**
 * What a table says about itself before anything is trained: findings, and a story of five to eight sentences.
 * In: a table, with labels or without. Out: findings, each with its figure; nothing is changed or printed.
 * The result depends on table and seed only, not on the number of threads.
 */
#ifndef HO_EXPLORE_EXPLORE_H
#define HO_EXPLORE_EXPLORE_H

#include "base/progress.h"
#include "report/findings.h"
#include "table/table.h"

struct ho_explore_options {
	unsigned threads; /**< 0: all cores */
	uint64_t seed;    /**< of the sketches that find near duplicates */
};

/**
 * @param[out] out   initialised here; empty on failure; release with ho_findings_release().
 * @param table      borrowed.
 * @param options    NULL: all defaults.
 * @param progress   may be NULL; stages "comparing texts", "counting words".
 * @return HO_OK; HO_ENOMEM; HO_ELIMIT; HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_explore(struct ho_findings *out, const struct ho_table *table,
                                        const struct ho_explore_options *options, const struct ho_progress *progress,
                                        struct ho_error *err);

#endif
