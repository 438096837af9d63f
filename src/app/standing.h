/**
 * What stands of an item: a function of what it was when it came in and of its reviews in order. Taking an answer back
 * is leaving it out, so whatever stood before comes back by itself. Shared inside the folder.
 *
 * Answers form a stack: the last one that was not taken back stands on top, and only the top can be taken back.
 *
 * The verdict of an audit is no part of that stack. A blind answer counts for it for good: who answered has seen, or
 * could have seen, what the model thought, so an answer after taking back is not blind. Taking back changes what is
 * shown and sent, and the next answer of that person is a correction.
 */
#ifndef HO_APP_STANDING_H
#define HO_APP_STANDING_H

#include "app/private.h"

/** An item's history, read from the store. */
struct app_history {
	struct ho_review *reviews; /**< [n] by sequence */
	bool *stands;              /**< [n] answers and due times that were not taken back */
	size_t n;
	size_t top; /**< index of the last that stands; n: none */
};

/** The part of an item that its reviews decide. */
struct app_standing {
	enum ho_item_status status;
	enum ho_audit_state audit;
	bool none, corrected; /**< corrected: a person who was not blind has the last word on the label */
	const char *label, *answered_by, *note;
	const char *first_auditor; /**< who disagreed with an automatic answer first; NULL */
	bool by_one;               /**< the same person gave both answers of a confirmed error */
	bool blind, blind_none;    /**< somebody answered blind (certify items, audits with a verdict) */
	const char *blind_label;   /**< what that answer was, whatever is shown now */
	int64_t answered_at, took_ms;
};

/** Read the reviews of an item. What the store returns; HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_app__history_read(struct app_history *out, struct ho_store *store,
                                                  const struct ho_id *item, struct ho_arena *arena,
                                                  struct ho_error *err);
/** What stands after the reviews [0, until) of a history. */
struct app_standing ho_app__standing(const struct ho_item *item, const struct app_history *history, size_t until);
/** What stands after one more review. */
void ho_app__standing_add(struct app_standing *standing, const struct ho_item *item, const struct ho_review *review);
/** Does an item wait for a person in this state? */
bool ho_app__waits(enum ho_item_status status, enum ho_audit_state audit);
/** The review of a reviewer that stands and says this; NULL. */
const struct ho_review *ho_app__said_already(const struct app_history *history, const char *reviewer, const char *label,
                                             bool correct);
/** Did this person give a blind answer to an audit, taken back or not? */
bool ho_app__gave_verdict(const struct app_history *history, const char *reviewer);
/** Did this person correct the item before answering it blind? Then no answer of theirs is blind. */
bool ho_app__has_looked(const struct app_history *history, const char *reviewer);
/** Did this person take their blind answer back, and does nothing stand on it? Then they may answer anew. */
bool ho_app__may_redo(const struct app_history *history, const char *reviewer);
/** Are both NULL ("none of these") or the same label? */
bool ho_app__same_label(const char *a, const char *b);

#endif
