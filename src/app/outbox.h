/**
 * Callbacks by the Standard Webhooks rules, from an outbox in the store: what is written in the same group as the
 * answer cannot be lost by a crash. Sending is http/callback's work; here stand the bodies, the rules of where, and the
 * plan of tries.
 */
#ifndef HO_APP_OUTBOX_H
#define HO_APP_OUTBOX_H

#include "app/workspace.h"

/** Tries after which a callback is given up. They wait 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h after
 * the one before, and up to a fifth longer by chance, so that receivers that come back are not overrun. */
enum { HO_CALLBACK_TRIES = 10 };

/** Is this URL allowed by the task's hosts? https, or http where the host is allowed with `callback_private`; no user
 * info, no fragment. A host that is listed without a port is allowed at the scheme's port, with `callback_private` at
 * any. HO_EINVAL says why. Addresses are checked when it is sent. */
HO_MUST_CHECK enum ho_status ho_callback_url_check(const struct ho_task_settings *settings, const char *url,
                                                   struct ho_error *err);
/** "host:port" of a URL, lower case, for counting by receiver. False if the URL is none that a check would let pass. */
bool ho_callback_url_host(char out[300], const char *url);
/** Is this address (of any family) one that a callback must not reach unless private ones are allowed? Loopback,
 * private, link-local, unique-local, multicast, unspecified, documentation and benchmark nets, mapped and translated
 * forms. */
struct sockaddr;
bool ho_address_is_private(const struct sockaddr *address);

/** Queue "item.answered" ("item.expired" for one that ended so) or, if an answer went out before, "item.corrected",
 * also when the answer was taken back; nothing if the item has no callback or nothing to tell. What waits for the same
 * item is given up, so that an older state never arrives after a newer one. Raises item->sent. In a group; the caller
 * puts the item. HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_outbox_answer(struct ho_app *app, struct ho_store *store, struct ho_item *item,
                                              struct ho_error *err);
/** Queue an event of the task ("task.alarm", "item.overdue") for its event_url; `data` is a JSON object. HO_EIO,
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_outbox_event(struct ho_app *app, struct ho_store *store, const char *task,
                                             const char *type, const char *data, struct ho_error *err);
/** Try later without having tried: others of the same receiver just failed. In a group. HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_outbox_postpone(struct ho_app *app, struct ho_store *store,
                                                const struct ho_outgoing *outgoing, int64_t until,
                                                struct ho_error *err);
/** Record how a try ended and plan the next. status: HTTP status, 0 for a transport error; retry_after_s: 0 if none
 * was sent. 2xx ends it, 410 gives up (and takes a task's event_url away), everything else tries again until the plan
 * ends. What was forgotten or given up meanwhile stays so. Updates tries and times of *outgoing. In a group. HO_EIO,
 * HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_outbox_tried(struct ho_app *app, struct ho_store *store, struct ho_outgoing *outgoing,
                                             int status, int64_t retry_after_s, const char *error,
                                             struct ho_error *err);
/** webhook-signature: "v1," + base64 of HMAC-SHA256 over "id.timestamp.body". HO_EINVAL: the secret is not one. */
HO_MUST_CHECK enum ho_status ho_webhook_sign(char out[64], const char *secret, const struct ho_id *id, int64_t seconds,
                                             struct ho_slice body, struct ho_error *err);
/** A new secret: "whsec_" + base64 of 32 random bytes. */
void ho_webhook_secret(char out[64]);

#endif
