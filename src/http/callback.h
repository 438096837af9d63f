/**
 * The sender of callbacks: one thread that takes what is due from the outbox and posts it, signed, to where the task
 * allows. Delivery is at least once: a result that could not be recorded is tried again, with the same webhook-id.
 *
 * No redirects are followed and no proxy is used; the address that a connection really goes to is checked, so that a
 * name that leads into the own network is refused whatever it led to before. A slow receiver holds up only its own.
 */
#ifndef HO_HTTP_CALLBACK_H
#define HO_HTTP_CALLBACK_H

#include "app/workspace.h"

struct ho_callbacks;

/**
 * Start the thread on an app that has a committer, since it writes beside others.
 *
 * @param log  one line for every attempt that failed, on the thread of the callbacks; NULL: none.
 * HO_EUNAVAIL, HO_ENOMEM, HO_EIO.
 */
HO_MUST_CHECK enum ho_status ho_callbacks_start(struct ho_callbacks **out, struct ho_app *app,
                                                void (*log)(void *context, const char *line), void *log_context,
                                                struct ho_error *err);
/** Something may be due: look now instead of within a second. Any thread; cheap. NULL is allowed. */
void ho_callbacks_wake(struct ho_callbacks *callbacks);
/** Finish what is under way (two seconds at most), record it, and free. Before ho_app_close(). NULL is allowed. */
void ho_callbacks_stop(struct ho_callbacks *callbacks);

/**
 * Post a JSON body to a URL that the operator gave (a Slack webhook): https, or http to loopback; no redirects; waits
 * for the answer at most 20 s. HO_EINVAL not such a URL; HO_EIO it was not taken (the message has the status).
 */
HO_MUST_CHECK enum ho_status ho_post_json(const char *url, const char *body, struct ho_error *err);

#endif
