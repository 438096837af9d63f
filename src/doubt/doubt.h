/**
 * Doubt: tries to break a result before somebody else does. A list of checks looks at a model, the labelled rows it was
 * made from and, where there are any, labelled rows that it has not seen; each gives one finding with a verdict.
 *
 * Verdicts: "holds", "weak" (a hint, or a real but small effect), "broken" (shown), "unknown" (what it needs is
 * missing; the advice says how to give it).
 * Invariants:
 *  1. A check is broken only if a test of "all is well" is rejected after correction over all tests of all checks, so
 *     that a sound result gets one or more broken verdicts with probability at most HO_DOUBT_LEVEL
 *     (docs/decisions/0016-false-alarms.md). "Well" includes a stated tolerance, for trifles are significant in large
 * files.
 *  2. Every check refits whatever it doubts from the texts on; nothing is learnt from the rows that judge.
 *  3. The findings depend on model, tables, options and seed only, not on the number of threads; work is limited by
 *     rows, never by seconds.
 */
#ifndef HO_DOUBT_DOUBT_H
#define HO_DOUBT_DOUBT_H

#include "base/progress.h"
#include "model/model.h"
#include "report/findings.h"
#include "table/table.h"

/** Chance that a sound result gets any broken verdict. */
#define HO_DOUBT_LEVEL 0.05

struct ho_doubt_options {
	const char *const *only; /**< [n_only] ids of the checks to run; n_only 0: all */
	size_t n_only;
	const char *directions;      /**< bytes of the file of directional tests, NUL-terminated; NULL: none */
	const char *directions_name; /**< its name, for messages */
	/** For the commands in advice; NULL: a word in capitals stands for it. */
	const char *model_name, *train_name, *test_name;
	bool redact; /**< mask personal data (text/personal.h) in whatever of the tables is shown; what is judged is not
	                changed */
	uint64_t seed;
	unsigned threads; /**< 0 = all cores */
};

/**
 * Doubt a model.
 *
 * @param[out] out   story and findings, one a check; empty on failure. Release with ho_findings_release().
 * @param train      the labelled rows that the model was made from, read with keep_columns; its group and time columns
 *                   are used where it has them.
 * @param test       labelled rows to judge by; NULL: none, and what needs them is "unknown".
 * @return HO_OK also if something is broken: ask ho_doubt_count(); HO_EINVAL `only` names no check (the message lists
 *         them); HO_EFORMAT tables without labels that the model knows, or a directional test that cannot be read;
 *         HO_ELIMIT, HO_ENOMEM, HO_ECANCELLED.
 */
HO_MUST_CHECK enum ho_status ho_doubt(struct ho_findings *out, const struct ho_model *model,
                                      const struct ho_table *train, const struct ho_table *test,
                                      const struct ho_doubt_options *options, const struct ho_progress *progress,
                                      struct ho_error *err);

/** Findings with this verdict. */
size_t ho_doubt_count(const struct ho_findings *findings, const char *verdict);

/** Id and title of check `i`, in order; false past the last one. */
bool ho_doubt_check_name(const char **id, const char **title, size_t i);

#endif
