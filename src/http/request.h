/**
 * One request: what came, who sent it, and the answer as it grows.
 *
 * The flow: head (route, who, limits) → body → the route's handler → answered, or suspended until a write is on disk, a
 * chore is done or an item is answered → sent. At any time one thread only works on a request: the serving one, or
 * while it is suspended the one that it was given to.
 */
#ifndef HO_HTTP_REQUEST_H
#define HO_HTTP_REQUEST_H

#include <jansson.h>
#include <microhttpd.h>
#include <zlib.h>

#include "app/access.h"
#include "base/arena.h"
#include "base/buf.h"
#include "store/store.h"

struct ho_server;
struct ho_worker;
struct ho_wire;
struct ho_crew;
struct ho_request;
struct ho_route;

enum ho_request_state {
	HO_REQUEST_BODY = 0,     /**< the body is coming */
	HO_REQUEST_AWAY = 1,     /**< suspended: somebody else has it */
	HO_REQUEST_BACK = 2,     /**< resumed with something left to do: `then` */
	HO_REQUEST_ANSWERED = 3, /**< the answer stands, but is not sent */
	HO_REQUEST_SENT = 4
};

enum { HO_HEADERS_MAX = 8, HO_ANSWER_MAX = 64 << 20, HO_REQUEST_ID_MAX = 64, HO_WAIT_MS_MAX = 30000 };

/** Produces a long answer in pieces; on the serving thread. `self` is the request's `stream_state`. */
struct ho_stream {
	/** Append more to `out`. *end: that was all. May leave `out` empty with *later set: the connection is then to
	 * be suspended, and whoever has more calls ho_request_resume(). A failure breaks the connection off. */
	enum ho_status (*more)(struct ho_request *rq, struct ho_buf *out, bool *end, bool *later, struct ho_error *err);
	/** The answer is over or the client went away. */
	void (*close)(struct ho_request *rq);
};

/** Something that takes long, for a thread that does nothing else. */
struct ho_errand {
	void (*run)(struct ho_errand *errand);
	struct ho_errand *next; /**< the crew's */
};

/** A job, a chore or a continuation of a request. */
typedef enum ho_status (*ho_request_write)(struct ho_request *rq, struct ho_store *store, struct ho_error *err);
typedef enum ho_status (*ho_request_chore)(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err);
typedef enum ho_status (*ho_request_then)(struct ho_request *rq, struct ho_error *err);

struct ho_request {
	struct ho_server *server;
	struct ho_worker *worker; /**< of the serving thread */
	struct MHD_Connection *connection;
	struct ho_wire *wire;
	const struct ho_route *route; /**< NULL: none fits */
	const char *method, *path;    /**< borrowed from the connection */
	const char *task, *name;      /**< {task}, and the other name of the path; NULL; in the arena, decoded */
	struct ho_id item;            /**< {item} */
	struct ho_caller caller;      /**< scopes 0: nobody */
	struct ho_arena arena;

	struct ho_buf body;
	size_t received, charged; /**< charged: bytes of the budget for bodies */
	z_stream inflate;
	bool inflating, inflated;
	int upload; /**< file descriptor of a body that goes to disk; -1 */
	char *upload_path;

	unsigned status;
	const char *type; /**< content type, static */
	struct ho_buf answer;
	struct ho_slice fixed; /**< instead of `answer`: bytes that outlive the request */
	struct {
		const char *name, *value;
	} headers[HO_HEADERS_MAX];
	unsigned headers_n;
	const struct ho_stream *stream;
	void *stream_state;
	bool may_gzip, is_gzip, must_close, is_head;

	enum ho_request_state state;
	struct ho_job job;
	struct ho_errand errand;
	ho_request_write write;
	ho_request_chore chore;
	ho_request_then then;
	void *own;                  /**< the handler's state, in the arena */
	json_t *json;               /**< the parsed body, released with the request */
	const struct ho_desk *desk; /**< the same */
	_Atomic unsigned *place;    /**< counts those of its kind; it counts until it is freed; NULL */

	struct ho_request *next; /**< in a list of spare ones */
	int64_t wait_until;      /**< monotonic ms */
	bool waits, gone;        /**< gone: the client ended its side while it waited */
	struct ho_request *wait_next;

	char id[HO_REQUEST_ID_MAX + 1];
	char trace[56]; /**< traceparent, if a valid one came; "" */
	int64_t began;  /**< monotonic microseconds */
	uint64_t bytes; /**< of the answer's body */
};

/* request.c */
struct ho_request *ho_request_new(struct ho_worker *worker, struct MHD_Connection *connection, const char *method,
                                  const char *path);
void ho_request_free(struct ho_request *rq);
/** A piece of the body. HO_ELIMIT, HO_EFORMAT (bad gzip), HO_EIO (upload file), HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_request_body(struct ho_request *rq, const char *data, size_t len, struct ho_error *err);
/** The body is complete. */
HO_MUST_CHECK enum ho_status ho_request_body_end(struct ho_request *rq, struct ho_error *err);
/** A header, or NULL. */
const char *ho_request_header(const struct ho_request *rq, const char *name);
/** A query argument, decoded; NULL. */
const char *ho_request_query(const struct ho_request *rq, const char *name);
/** A query argument that is a number in [low, high]; `fallback` if it is not there. HO_EINVAL. */
HO_MUST_CHECK enum ho_status ho_request_number(int64_t *out, const struct ho_request *rq, const char *name, int64_t low,
                                               int64_t high, int64_t fallback, struct ho_error *err);
/** The address of the client: the peer's, or with `trust_proxy` what a proxy on this machine says. In the arena. */
const char *ho_request_address(struct ho_request *rq);
/** Did the client reach a proxy by TLS? */
bool ho_request_is_tls(const struct ho_request *rq);

/* answer.c */
/** The answer is what stands in rq->answer, as JSON. */
void ho_request_answer(struct ho_request *rq, unsigned status);
/** 204. */
void ho_request_answer_empty(struct ho_request *rq);
void ho_request_answer_stream(struct ho_request *rq, const char *type, const struct ho_stream *stream, void *state);
/** Add a header; both strings must outlive the request (static or in its arena). */
void ho_request_add_header(struct ho_request *rq, const char *name, const char *value);
/** Hand the answer to the connection. */
enum MHD_Result ho_request_send(struct ho_request *rq);

/* problem.c: RFC 9457 */
/** The answer is a problem; replaces what was said so far. Returns HO_OK, so that handlers can return it. */
enum ho_status ho_request_problem(struct ho_request *rq, unsigned status, const char *field, const char *format, ...)
    HO_PRINTF(4, 5);
/** The problem that a failed call means. */
void ho_request_failed(struct ho_request *rq, enum ho_status status, const struct ho_error *err);

/* work.c */
/** Run `write` on the committer's thread while the connection is suspended; the answer goes out when it is on disk.
 * HO_EBUSY: too many wait. */
HO_MUST_CHECK enum ho_status ho_request_commit(struct ho_request *rq, ho_request_write write, struct ho_error *err);
/** Run `chore` on a thread of the crew. HO_EBUSY: too many wait. */
HO_MUST_CHECK enum ho_status ho_request_give(struct ho_request *rq, struct ho_crew *crew, ho_request_chore chore,
                                             struct ho_error *err);
/** Suspend; whoever has the request then calls ho_request_resume(). */
void ho_request_suspend(struct ho_request *rq);
void ho_request_resume(struct ho_request *rq);
/** Suspend until the item changes or `until` (monotonic ms) comes, then run `then`. False: too many wait. */
bool ho_request_wait(struct ho_request *rq, const struct ho_id *item, int64_t until, ho_request_then then);
/** Wake a request that may be waiting: it was seen to be needless. */
void ho_request_wake(struct ho_request *rq);

#endif
