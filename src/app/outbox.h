/**
 * Callbacks by the Standard Webhooks rules, from an outbox in the store: what is written in the same group as the
 * answer cannot be lost by a crash. Sending is http/callback's work; here stand the bodies, the rules of where, and the
 * plan of tries.
 */
#ifndef HO_APP_OUTBOX_H
#define HO_APP_OUTBOX_H

#include "app/workspace.h"

/** Tries after which a callback is given up, and when they are: 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24
 * h. */
enum { HO_CALLBACK_TRIES = 10 };

/** Is this URL allowed by the task's hosts? https, or http where the host is allowed with `callback_private`; no user
 * info, no fragment. HO_EINVAL says why. Addresses are checked when it is sent. */
HO_MUST_CHECK enum ho_status ho_callback_url_check(const struct ho_task_settings *settings, const char *url,
                                                   struct ho_error *err);
/** Is this address (of any family) one that a callback must not reach unless private ones are allowed? Loopback,
 * private, link-local, unique-local, multicast, unspecified, documentation and benchmark nets, mapped and translated
 * forms. */
struct sockaddr;
bool ho_address_is_private(const struct sockaddr *address);

/** Queue "item.answered" or, if an answer went out before, "item.corrected"; nothing if the item has no callback.
 * Raises item->sent. In a group; the caller puts the item. */
HO_MUST_CHECK enum ho_status ho_outbox_answer(struct ho_app *app, struct ho_store *store, struct ho_item *item,
                                              struct ho_error *err);
/** Queue an event of the task ("task.alarm", "item.overdue") for its event_url; `data` is a JSON object. */
HO_MUST_CHECK enum ho_status ho_outbox_event(struct ho_app *app, struct ho_store *store, const char *task,
                                             const char *type, const char *data, struct ho_error *err);
/** Record how a try ended and plan the next. status: HTTP status, 0 for a transport error; retry_after_s: 0 if none
 * was sent. 2xx ends it, 410 gives up, everything else tries again until the plan ends. In a group. */
HO_MUST_CHECK enum ho_status ho_outbox_tried(struct ho_app *app, struct ho_store *store, struct ho_outgoing *outgoing,
                                             int status, int64_t retry_after_s, const char *error,
                                             struct ho_error *err);
/** webhook-signature: "v1," + base64 of HMAC-SHA256 over "id.timestamp.body". HO_EINVAL: the secret is not one. */
HO_MUST_CHECK enum ho_status ho_webhook_sign(char out[64], const char *secret, const struct ho_id *id, int64_t seconds,
                                             struct ho_slice body, struct ho_error *err);
/** A new secret: "whsec_" + base64 of 32 random bytes. */
void ho_webhook_secret(char out[64]);

#endif
