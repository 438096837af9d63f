/** One callback under way. Internal to src/http/callback*.c. */
#ifndef HO_HTTP_CALLBACK_PRIVATE_H
#define HO_HTTP_CALLBACK_PRIVATE_H

#include <curl/curl.h>

#include "app/workspace.h"

struct ho_flight {
	struct ho_flight *next;
	CURL *easy; /**< NULL: refused before the start */
	struct curl_slist *headers;
	struct ho_arena arena; /**< holds outgoing's strings and body */
	struct ho_outgoing outgoing;
	char host[300];  /**< "name:port" of the receiver */
	bool private_ok; /**< the task allows private addresses */
	bool refused;    /**< the address was private */
	size_t received; /**< bytes of the answer, which nobody reads */
	int status;      /**< HTTP status; 0: none came */
	int64_t retry_after_s;
	char error[160]; /**< what went wrong, or "HTTP 503" */
};

/** Copy, check and sign. HO_ENOMEM; everything else that speaks against sending leaves easy NULL and an error text. */
HO_MUST_CHECK enum ho_status ho_flight_new(struct ho_flight **out, struct ho_app *app,
                                           const struct ho_outgoing *outgoing, struct ho_error *err);
/** It is over: take status, wait and error from the handle. */
void ho_flight_end(struct ho_flight *flight, CURLcode code);
void ho_flight_free(struct ho_flight *flight);
/** One line of the service's log about a flight that failed: task, callback, host and why; never the path or body. */
void ho_callback_log(void (*log)(void *context, const char *line), void *context, int64_t now,
                     const struct ho_flight *flight);

/** What all posts have in common: no redirects, no proxy, no files, time limits, http and https only. */
void ho_post_options(CURL *easy, const char *url);

#endif
