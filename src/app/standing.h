/**
 * What stands of an item: a function of what it was when it came in and of its reviews in order. Taking an answer back
 * is leaving it out, so whatever stood before comes back by itself. Shared inside the folder.
 *
 * Answers form a stack: the last one that was not taken back stands on top, and only the top can be taken back.
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
/** Are both NULL ("none of these") or the same label? */
bool ho_app__same_label(const char *a, const char *b);

#endif
