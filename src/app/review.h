/** A person looks: the queue, the lease, the answer, and taking it back. All writing functions run in a group. */
#ifndef HO_APP_REVIEW_H
#define HO_APP_REVIEW_H

#include "app/workspace.h"

/** Two texts whose fingerprints differ in at most so many bits are near-identical. */
enum { HO_NEAR_BITS = 6 };

/** An item as a reviewer sees it before answering: nothing that could sway. */
struct ho_waiting {
	struct ho_id item;
	struct ho_slice text, meta;
	int64_t age_ms, due_at;
};

/**
 * The next items for a person: due ones first, then 70% most unsure, 20% most novel, 10% random, no two near-identical
 * ones in a row (HO_NEAR_BITS of the fingerprint); leaves out what others hold and what this person may not answer.
 * Reads through `reader`. `previous`: the item on the screen, "" or NULL if none, for the neighbour rule. Asked
 * twice, it answers the same as long as the queue does. HO_ENOTFOUND: no such task; what the store returns.
 */
HO_MUST_CHECK enum ho_status ho_queue_next(struct ho_waiting **out, size_t *n, struct ho_app *app,
                                           struct ho_store *reader, const char *task, const char *reviewer,
                                           const struct ho_id *previous, size_t limit, struct ho_arena *arena,
                                           struct ho_error *err);

/** Who holds a waiting item, and until when. */
struct ho_lease {
	bool acquired;
	struct ho_id item;
	const char *leased_by;
	int64_t expires_at;
};
/** Take or renew. A lease held by somebody else is no failure: acquired is false. HO_ENOTFOUND: it does not wait. */
HO_MUST_CHECK enum ho_status ho_lease_take(struct ho_lease *out, struct ho_app *app, struct ho_store *store,
                                           const struct ho_id *item, const char *reviewer, struct ho_arena *arena,
                                           struct ho_error *err);
HO_MUST_CHECK enum ho_status ho_lease_return(struct ho_app *app, struct ho_store *store, const struct ho_id *item,
                                             const char *reviewer, struct ho_error *err);

struct ho_reply {
	struct ho_id item;
	const char *reviewer;
	const char *label; /**< NULL: none of these */
	const char *note;  /**< NULL */
	int64_t took_ms;
	bool correct; /**< not blind: from the labels page; overrules whatever stands */
	bool admin;   /**< may correct what waits for a blind answer; then gives none */
};
/**
 * A person's answer. What it does depends on the item: pending → answered; an audit's first or second answer; with
 * `correct`, whatever stands is overruled. A blind answer to an audit counts for its verdict even if it is taken back:
 * what the same person says afterwards is a correction. The lease ends, reviews, counts, callbacks and the monitor are written.
 *
 * @param[out] item  as it is afterwards.
 * @return HO_OK; HO_ENOTFOUND; HO_EINVAL label unknown to the task's model (place "label", message names near ones);
 *         HO_EBUSY leased by another; HO_ECONFLICT answered already (not for `correct`), or `correct` while it waits
 *         for a blind answer, but for admins. The same answer by the same
 *         person again (a retry) is HO_OK and writes nothing.
 */
HO_MUST_CHECK enum ho_status ho_answer_item(struct ho_item *item, struct ho_app *app, struct ho_store *store,
                                            const struct ho_reply *reply, struct ho_arena *arena, struct ho_error *err);
/** Take one's own last answer back: what stood before is shown again, and what waits again is leased to `reviewer`. An
 * audit's verdict does not change (standing.h). HO_ECONFLICT: somebody else's answer stands (admins may: `any`), or
 * somebody else holds the item. */
HO_MUST_CHECK enum ho_status ho_withdraw_answer(struct ho_item *item, struct ho_app *app, struct ho_store *store,
                                                const struct ho_id *id, const char *reviewer, bool any,
                                                struct ho_arena *arena, struct ho_error *err);
/** Not now: offered again after a while, to others at once. */
HO_MUST_CHECK enum ho_status ho_skip_item(struct ho_app *app, struct ho_store *store, const struct ho_id *item,
                                          const char *reviewer, struct ho_error *err);
/** Mark with a note for somebody to look at; the item goes on waiting. */
HO_MUST_CHECK enum ho_status ho_flag_item(struct ho_app *app, struct ho_store *store, const struct ho_id *item,
                                          const char *reviewer, const char *note, struct ho_error *err);

/**
 * What the page shows after the answer (or before it, where the task says so), as JSON: reason, suggestion, confidence,
 * threshold, pieces, words, similar labelled texts, and what came of it ("agrees", "differs", "audit"). HO_ECONFLICT:
 * not before answering.
 */
HO_MUST_CHECK enum ho_status ho_item_context(const char **json, struct ho_app *app, struct ho_store *reader,
                                             const struct ho_id *item, const char *reviewer, struct ho_arena *arena,
                                             struct ho_error *err);

/** What is done when time passes: due items, expired items, retention, old sessions and idempotent answers. In a group;
 * at most `limit` items a call; says whether more is to do. What the store returns, HO_EIO above all. */
HO_MUST_CHECK enum ho_status ho_time_passes(bool *more, struct ho_app *app, struct ho_store *store, size_t limit,
                                            struct ho_error *err);

#endif
