/** Shared inside the module: the server, its threads, and how a request flows. */
#ifndef HO_HTTP_PRIVATE_H
#define HO_HTTP_PRIVATE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "app/access.h"
#include "app/classify.h"
#include "http/request.h"
#include "http/server.h"
#include "http/tally.h"

/** What one thread needs that works on requests. Made at its first request, freed by the server's end. */
struct ho_worker {
	struct ho_server *server;
	struct ho_store *reader;
	struct ho_scorer *scorer;
	struct ho_request *spare; /**< requests to use again; only this thread touches the list */
	unsigned spares;
	bool gave; /**< the request at hand was suspended: it is somebody else's now */
	struct ho_tally tally;
	struct ho_worker *next;
};

/** Threads with a line of errands before them. */
struct ho_crew {
	struct ho_server *server;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct ho_errand *first, *last;
	unsigned waiting, most, threads;
	bool stop;
	pthread_t ids[4];
};

/** Suspended connections that wait for an item. */
struct ho_waiters {
	struct ho_server *server;
	pthread_mutex_t lock;
	struct ho_request *slots[1024]; /**< by hash of the item's id, chained */
	unsigned n, most;
	int epoll, wake;      /**< wake: eventfd */
	int64_t sleeps_until; /**< monotonic ms */
	bool stop, started;
	pthread_t id;
};

/** One connection as the clock thread sees it. */
struct ho_wire {
	struct ho_wire *previous, *next;
	struct ho_server *server;
	int fd;
	_Atomic int phase;      /**< enum ho_wire_phase */
	_Atomic int64_t since;  /**< monotonic ms when the phase began */
	_Atomic uint64_t bytes; /**< moved in this phase */
	_Atomic bool cut;       /**< was ended for being slow */
};
enum ho_wire_phase { HO_WIRE_NEW, HO_WIRE_IDLE, HO_WIRE_HEADER, HO_WIRE_BODY, HO_WIRE_WORK, HO_WIRE_ANSWER };

struct ho_server {
	struct ho_app *app;
	struct ho_server_options options;
	char *hosts; /**< owned: ",name,name," in lower case */
	char *uploads;
	char url[96];
	bool is_public;
	int socket;
	struct MHD_Daemon *daemon;
	_Atomic bool stopping;        /**< answers close their connections; nobody waits any more */
	_Atomic bool closing;         /**< nothing new is begun */
	_Atomic unsigned in_flight;   /**< requests that are not answered yet */
	_Atomic unsigned writes;      /**< of requests, in the committer's line */
	_Atomic int64_t progress_at;  /**< monotonic ms when one of them ended, or the first came */
	_Atomic int64_t locked_until; /**< monotonic ms: somebody else held the database a moment ago */
	_Atomic size_t body_bytes;    /**< that large bodies hold now */
	_Atomic size_t answer_bytes;  /**< made for batches that still have a client */
	_Atomic unsigned away;        /**< of those: suspended */
	pthread_mutex_t lock;         /**< guards workers and wires */
	struct ho_worker *workers;
	struct ho_wire *wires;
	_Atomic unsigned wires_n;
	struct ho_crew passwords, chores, batches;
	_Atomic unsigned logins[256]; /**< attempts in the line of passwords, by hash of the client's address */
	struct ho_waiters waiters;
	struct ho_tasks_known tasks;
	pthread_t clock;
	bool clock_started;
	bool listens; /**< to the app's words about changed items */
	_Atomic bool clock_stop;
	pthread_cond_t clock_wake;
	struct ho_slice openapi; /**< owned */
	int64_t started_at;      /**< ms since 1970 */
};

/* server.c */
/** The calling thread's worker; NULL when memory or a reader cannot be had. */
struct ho_worker *ho_http__worker(struct ho_server *server, struct ho_error *err);
/** Milliseconds of a clock that never goes back. */
int64_t ho_http__now(void);

/* listen.c */
/** Bind and listen; fills socket, url, is_public. HO_EINVAL: no such address; HO_EIO: it is taken or not allowed. */
HO_MUST_CHECK enum ho_status ho_http__listen(struct ho_server *server, const char *listen, struct ho_error *err);
/** May this Host header (with or without port) be used by pages and sessions? */
bool ho_http__host_allowed(const struct ho_server *server, const char *host);

/* handle.c: libmicrohttpd's callbacks */
enum MHD_Result ho_http__handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                const char *version, const char *data, size_t *size, void **own);
void ho_http__completed(void *context, struct MHD_Connection *connection, void **own,
                        enum MHD_RequestTerminationCode why);

/* wire.c */
void ho_http__wire_notify(void *context, struct MHD_Connection *connection, void **own,
                          enum MHD_ConnectionNotificationCode code);
void *ho_http__wire_uri(void *context, const char *uri, struct MHD_Connection *connection);
struct ho_wire *ho_http__wire(struct MHD_Connection *connection);
void ho_http__wire_phase(struct ho_wire *wire, enum ho_wire_phase phase);
/** End connections that take too long. Called once a second. */
void ho_http__wires_check(struct ho_server *server);

/* work.c */
/** Start `threads` threads for chores, with a line of at most `most`. HO_ENOMEM, HO_EIO. */
HO_MUST_CHECK enum ho_status ho_http__crew_start(struct ho_crew *crew, struct ho_server *server, unsigned threads,
                                                 unsigned most, struct ho_error *err);
/** Hand over an errand; its owner keeps it until `run` is called. HO_EBUSY: too many wait. */
HO_MUST_CHECK enum ho_status ho_http__crew_give(struct ho_crew *crew, struct ho_errand *errand, struct ho_error *err);
/** Finish the line, then stop. */
void ho_http__crew_stop(struct ho_crew *crew);

/* wait.c */
/** Make room for `most` waiting requests and start the thread that ends their waits. HO_ENOMEM, HO_EIO. */
HO_MUST_CHECK enum ho_status ho_http__waiters_start(struct ho_waiters *waiters, struct ho_server *server, unsigned most,
                                                    struct ho_error *err);
void ho_http__waiters_stop(struct ho_waiters *waiters);
/** Wake who waits for this item; NULL: everybody. */
void ho_http__waiters_wake(struct ho_waiters *waiters, const struct ho_id *item);
/** ho_app_listen()'s form of it; context is the server. */
void ho_http__item_changed(void *server, const struct ho_id *item);

/* clock.c */
/** Start the thread of what is done every second. HO_EIO, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_http__clock_start(struct ho_server *server, struct ho_error *err);
void ho_http__clock_stop(struct ho_server *server);

/* openapi.c */
/** Build the contract from the table of routes; server->openapi. HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_http__openapi_build(struct ho_server *server, struct ho_error *err);

/* log.c */
/** One line about a finished request, if it is worth one. */
void ho_http__log_request(const struct ho_request *rq);
/** One line about the server: {"time","level","event","detail"}. */
void ho_http__log_event(const struct ho_server *server, const char *level, const char *event, const char *detail);

#endif
