/**
 * Labels of a data file that are doubted go to people once more: each text becomes an item that waits, and its answer a
 * label, like any other's (role `learn`: it was chosen, so it can certify nothing). Reviewers cannot tell: what the
 * label was, and what it perhaps should be, stands in the item's meta, which is not shown before somebody has answered.
 * Not an incoming text: it is counted in no figure of automatic and human answers, and has no due time.
 */
#ifndef HO_APP_RECHECK_H
#define HO_APP_RECHECK_H

#include "app/classify.h"

/** Top-level key of the meta of such an item, whose value is true. */
#define HO_RECHECK_KEY "handoff_label_check"

/** Does this meta come from here? Then it is nothing for reviewers' eyes before they answered. */
bool ho_recheck_is(struct ho_slice meta);

struct ho_recheck {
	struct ho_slice text;
	const char *id; /**< of the row in its file; NULL: none */
	const char *label, *suggested;
	double confidence; /**< of `suggested` */
	const char *reason;
};

/**
 * Put the first `most` texts into a task's queue that no earlier check has put there (the same text, answered or not).
 * In a group.
 *
 * @param[out] added  how many.
 * @return HO_OK; HO_EINVAL the task's model knows none of the labels that are doubted; what ho_classify_item() and the
 *         store return.
 */
HO_MUST_CHECK enum ho_status ho_recheck_add(size_t *added, struct ho_app *app, struct ho_store *store,
                                            struct ho_scorer *scorer, const struct ho_desk *desk,
                                            const struct ho_recheck *items, size_t n, size_t most,
                                            struct ho_error *err);

#endif
