/**
 * A text comes in: the role is drawn, it is scored, decided, perhaps drawn for audit, and written. Scoring happens on
 * the caller's thread, writing in a group.
 */
#ifndef HO_APP_CLASSIFY_H
#define HO_APP_CLASSIFY_H

#include "app/workspace.h"

/** Largest text the service takes, in bytes. */
enum { HO_INCOMING_TEXT_MAX = 1 << 20, HO_INCOMING_META_MAX = 16 << 10, HO_CLIENT_ID_MAX = 200, HO_URL_MAX = 2000 };

struct ho_incoming {
	struct ho_slice text;
	struct ho_slice meta;     /**< a JSON object, or empty */
	const char *client_id;    /**< NULL */
	const char *callback_url; /**< NULL; checked against the task's hosts here */
};

/** What one thread needs to score: keeps a workspace per model and forgets those of retired models. HO_ENOMEM. */
struct ho_scorer;
HO_MUST_CHECK enum ho_status ho_scorer_new(struct ho_scorer **out, struct ho_app *app, struct ho_error *err);
void ho_scorer_free(struct ho_scorer *scorer);

/**
 * Everything that is decided before the disk: id, role, scores, decision, reason, audit draw, status, due time.
 *
 * @param[out] item  borrows from incoming, desk and arena.
 * @return HO_OK; HO_EINVAL (place: the field) callback host not allowed, text empty of bytes; HO_ELIMIT; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_classify_item(struct ho_item *item, struct ho_scorer *scorer,
                                              const struct ho_desk *desk, const struct ho_incoming *incoming,
                                              struct ho_arena *arena, struct ho_error *err);
/**
 * A classified item is not written after all (its request was a repetition, or writing failed): its draw gives back the
 * room that it took in the day's budget of audits. Once, by whoever classified it; without it the budget is used up by
 * items that are not there. Any thread.
 */
void ho_classify_unwritten(const struct ho_desk *desk, const struct ho_item *item);
/**
 * Write it: item, queue entry where a person has to look (human, certify or audit), counts, callback of an automatic
 * answer. In a group. `fingerprint` comes from ho_text_fingerprint().
 */
HO_MUST_CHECK enum ho_status ho_classify_write(struct ho_app *app, struct ho_store *store, const struct ho_desk *desk,
                                               const struct ho_item *item, struct ho_error *err);
/** 64-bit similarity hash (Charikar 2002) over words: near-identical texts differ in at most 6 bits. */
uint64_t ho_text_fingerprint(struct ho_slice text);

#endif
