/** A text that comes in, as JSON; and the key under which a retry is known. */
#ifndef HO_HTTP_INCOMING_H
#define HO_HTTP_INCOMING_H

#include "app/classify.h"
#include "http/in.h"

enum { HO_IDEMPOTENCY_KEY_MAX = 200 };

/**
 * {"text", "id"?, "meta"?, "callback_url"?}; with `single` also "wait_ms".
 * `out` borrows from `json` and the arena. HO_EFORMAT, place: the member; HO_ELIMIT.
 */
HO_MUST_CHECK enum ho_status ho_incoming_read(struct ho_incoming *out, const json_t *json, bool single,
                                              struct ho_arena *arena, struct ho_error *err);
/** The Idempotency-Key of a request and the hash of its body; key NULL: none was sent. `kind` parts the keys of one
 * route from those of another; no slash. HO_EFORMAT, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_idempotency_key(struct ho_idempotent *out, struct ho_request *rq, const char *kind,
                                                struct ho_error *err);
/** The first answer to a key, if there was one. HO_EINVAL: it belongs to another body. */
HO_MUST_CHECK enum ho_status ho_idempotency_find(struct ho_idempotent *out, bool *found,
                                                 const struct ho_idempotent *sent, struct ho_store *store,
                                                 struct ho_arena *arena, struct ho_error *err);

#endif
