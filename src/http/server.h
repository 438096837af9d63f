/**
 * The service over HTTP: answers, reviews, pages and figures of one workspace.
 *
 * Threads: libmicrohttpd's pool serves (one epoll each); writes go through the app's committer while the connection is
 * suspended; what takes long (password hashes, uploads, batches) runs on threads of its own, so that nothing slow ever
 * holds up a text. A clock thread does once a second what time brings.
 *
 * Nothing here prints: log lines (one JSON object each, never a user's text, never a secret) go to `log`.
 */
#ifndef HO_HTTP_SERVER_H
#define HO_HTTP_SERVER_H

#include "app/workspace.h"

struct ho_server;
struct ho_callbacks;

/** Zero means the default in parentheses. Strings are borrowed for the call of ho_server_start(). */
struct ho_server_options {
	const char *listen;       /**< "ADDRESS:PORT" ("127.0.0.1:8080"); "[::1]:0"; port 0 takes a free one */
	bool listen_anywhere;     /**< an address that is not loopback is allowed; else HO_EINVAL says what to do */
	const char *const *hosts; /**< [hosts_n] further names for the Host header of pages and sessions: those of
	                             the TLS proxy in front ("handoff.example.org"); names of loopback and the listening
	                             address itself are always allowed */
	size_t hosts_n;
	bool trust_proxy; /**< a proxy on this machine sets X-Forwarded-For: its last address is the client's. Without
	                     such a proxy every client could name an address of its choice */
	unsigned threads; /**< that serve (all cores) */
	unsigned connections;            /**< open at once (4096) */
	unsigned connections_per_client; /**< open at once from one address (half of all) */
	unsigned waiters;                /**< suspended for wait_ms at once (1000); further ones are answered at once */
	size_t header_max;               /**< bytes of a request's header (16 KiB) */
	size_t batch_max;                /**< bytes of a batch upload, unpacked (16 MiB) */
	size_t answers_max;              /**< bytes of answers that batches hold for clients who do not fetch them, of
	                                    all together (384 MiB); further batches break off */
	size_t model_max;                /**< bytes of an uploaded model (1 GiB) */
	unsigned header_s;               /**< seconds from connection to complete header (15) */
	unsigned idle_s;                 /**< seconds that an idle connection is kept (75) */
	unsigned body_s;                 /**< seconds for a body, beside one for every 4 KiB that came (20) */
	unsigned stop_s;                 /**< seconds that answers in flight get at the stop (20) */
	/** One line without its end, on any thread; NULL: no log. */
	void (*log)(void *context, const char *line);
	void *log_context;
	bool log_all; /**< a line for every request, not only failed, slow and traced ones */
	struct ho_callbacks
	    *callbacks;      /**< woken when an answer changed (callback.h); NULL: none; outlives the server */
	const char *uploads; /**< folder for uploads on their way; NULL: TMPDIR or /tmp */
};

/**
 * Serve `app` (opened with a committer). The server is ready when this returns.
 *
 * @return HO_OK; HO_EINVAL an address that cannot be read, or one that is not loopback without listen_anywhere;
 * HO_EBUSY the port is taken; HO_EIO; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_server_start(struct ho_server **out, struct ho_app *app,
                                             const struct ho_server_options *options, struct ho_error *err);
/**
 * Whether ho_server_start() could listen there now, asked before anything is made on disk. Another program may still
 * come first; ho_server_start() says so then.
 *
 * @return HO_OK; HO_EINVAL not an address, or not of this machine; HO_EBUSY the port is taken; HO_EIO.
 */
HO_MUST_CHECK enum ho_status ho_server_can_listen(const char *listen_on, struct ho_error *err);
/** "http://127.0.0.1:8080", without a slash at the end; borrowed from the server. */
const char *ho_server_url(const struct ho_server *server);
/** Reachable from other machines: the caller then says that a TLS proxy is needed. */
bool ho_server_is_public(const struct ho_server *server);
/** Stop: no new connections, who waits is answered, answers in flight are finished (at most stop_s seconds), then free.
 * The app stays open. NULL is allowed. */
void ho_server_stop(struct ho_server *server);

#endif
