/**
 * What a table says about itself before anything is trained: findings, and a story of five to ten sentences.
 * In: a table, with labels or without, best with its other columns too (keep_columns); a test table where there is one.
 * Out: findings, each with its figure; nothing is changed or printed.
 * The result depends on table and seed only, not on the number of threads.
 */
#ifndef HO_EXPLORE_EXPLORE_H
#define HO_EXPLORE_EXPLORE_H

#include "base/progress.h"
#include "explore/label_errors.h"
#include "report/findings.h"
#include "table/table.h"

struct ho_explore_options {
	unsigned threads; /**< 0: all cores */
	uint64_t seed;    /**< of the sketches that find near duplicates */
	/** A test set for these texts, to look for leaks; NULL: none. Its labels are matched by name. Borrowed. */
	const struct ho_table *test;
	/** Mask personal data (mail addresses, telephone and account numbers, names) wherever the report would show
	 * them. Findings about personal data never quote any. */
	bool redact;
	/** Filled with the labels that are likely wrong; NULL: not wanted. Empty on failure; the caller releases it. */
	struct ho_label_errors *errors;
};

/**
 * @param[out] out   initialised here; empty on failure; release with ho_findings_release().
 * @param table      borrowed.
 * @param options    NULL: all defaults.
 * @param progress   may be NULL; stages "looking at texts", "comparing texts", "counting words".
 * @return HO_OK; HO_ENOMEM; HO_ELIMIT; HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_explore(struct ho_findings *out, const struct ho_table *table,
                                        const struct ho_explore_options *options, const struct ho_progress *progress,
                                        struct ho_error *err);

#endif
