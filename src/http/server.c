/* Start and stop. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "http/private.h"

enum { CHORES_WAITING = 16, PASSWORDS_WAITING = 8, BATCHES_WAITING = 8, MILLISECOND = 1000000 };

int64_t ho_http__now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / MILLISECOND;
}

static void worker_free(struct ho_worker *worker)
{
	while (worker->spare) {
		struct ho_request *rq = worker->spare;
		worker->spare = rq->next;
		ho_arena_release(&rq->arena);
		ho_buf_release(&rq->body);
		ho_buf_release(&rq->answer);
		ho_free(rq);
	}
	ho_scorer_free(worker->scorer);
	if (worker->reader)
		worker->reader->ops->close(worker->reader);
	ho_free(worker);
}

static struct ho_worker *worker_new(struct ho_server *server, struct ho_error *err)
{
	struct ho_worker *worker = ho_calloc(1, sizeof *worker);
	if (!worker) {
		ho_fail_nomem(err);
		return NULL;
	}
	worker->server = server;
	if (ho_app_reader(&worker->reader, server->app, err) || ho_scorer_new(&worker->scorer, server->app, err)) {
		worker_free(worker);
		return NULL;
	}
	pthread_mutex_lock(&server->lock);
	worker->next = server->workers;
	server->workers = worker;
	pthread_mutex_unlock(&server->lock);
	return worker;
}

struct ho_worker *ho_http__worker(struct ho_server *server, struct ho_error *err)
{
	/* A process may have several servers one after the other (tests): the pointer tells whose worker it is. */
	static _Thread_local struct ho_worker *mine;
	static _Thread_local const struct ho_server *whose;
	if (!mine || whose != server) {
		mine = worker_new(server, err);
		whose = mine ? server : NULL;
	}
	return mine;
}

static void set_defaults(struct ho_server_options *o)
{
	if (!o->listen)
		o->listen = "127.0.0.1:8080";
	if (!o->threads)
		o->threads = ho_cores();
	if (!o->connections)
		o->connections = 4096;
	if (!o->connections_per_client)
		o->connections_per_client = o->connections / 2 ? o->connections / 2 : 1;
	if (!o->waiters)
		o->waiters = 1000;
	if (!o->header_max)
		o->header_max = 16 << 10;
	if (!o->batch_max)
		o->batch_max = 16 << 20;
	if (!o->answers_max)
		o->answers_max = (size_t)384 << 20;
	if (!o->model_max)
		o->model_max = (size_t)1 << 30;
	if (!o->header_s)
		o->header_s = 15;
	if (!o->idle_s)
		o->idle_s = 75;
	if (!o->body_s)
		o->body_s = 20;
	if (!o->stop_s)
		o->stop_s = 20;
}

static enum ho_status copy_strings(struct ho_server *server, const struct ho_server_options *o, struct ho_error *err)
{
	struct ho_buf hosts;
	const char *folder = o->uploads ? o->uploads : getenv("TMPDIR");
	enum ho_status status = HO_OK;
	ho_buf_init(&hosts, 64 << 10);
	for (size_t i = 0; i < o->hosts_n && status == HO_OK; i++)
		status = ho_buf_printf(&hosts, err, "%s,", o->hosts[i]);
	server->hosts = ho_buf_take(&hosts);
	ho_buf_release(&hosts);
	server->uploads = ho_calloc(1, strlen(folder ? folder : "/tmp") + 1);
	if (status == HO_OK && !server->uploads)
		status = ho_fail_nomem(err);
	if (status == HO_OK)
		memcpy(server->uploads, folder ? folder : "/tmp", strlen(folder ? folder : "/tmp"));
	return status;
}

static void no_log(void *context, const char *format, va_list arguments)
{
	(void)context, (void)format, (void)arguments; /* the library's own words name addresses and parts of requests */
}

/* Who comes while the server stops is sent away, to try again. */
static enum MHD_Result let_in(void *context, const struct sockaddr *address, socklen_t len)
{
	const struct ho_server *server = context;
	(void)address, (void)len;
	return atomic_load(&server->stopping) ? MHD_NO : MHD_YES;
}

static enum ho_status start_daemon(struct ho_server *server, struct ho_error *err)
{
	const struct ho_server_options *o = &server->options;
	unsigned threads = o->threads > 64 ? 64 : o->threads;
	/* Each thread of the pool gets an equal share of the connections; clients do not spread that evenly. */
	unsigned connections = o->connections < threads * 4 ? threads * 4 : o->connections;
	struct MHD_OptionItem pool[] = {{MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)threads, NULL},
	                                {MHD_OPTION_END, 0, NULL}};
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	if (strchr(server->url + strlen("http://"), '['))
		flags |= MHD_USE_IPv6;
	server->daemon = MHD_start_daemon(
	    flags, 0, let_in, server, ho_http__handle, server, MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL,
	    MHD_OPTION_LISTEN_SOCKET, server->socket, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_LIMIT,
	    connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->connections_per_client,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->header_max + (16 << 10), MHD_OPTION_CONNECTION_TIMEOUT, o->idle_s,
	    MHD_OPTION_NOTIFY_COMPLETED, ho_http__completed, server, MHD_OPTION_NOTIFY_CONNECTION, ho_http__wire_notify,
	    server, MHD_OPTION_URI_LOG_CALLBACK, ho_http__wire_uri, server, MHD_OPTION_ARRAY,
	    threads > 1 ? pool : pool + 1, MHD_OPTION_END);
	if (!server->daemon)
		return ho_fail_errno(err, HO_EIO, "cannot start %u serving threads", threads);
	return HO_OK;
}

/* On the committer's thread, which is the one that tells: so it never tells a server that is half made or gone. */
static enum ho_status listen_for_items(void *context, struct ho_store *store, struct ho_error *err)
{
	struct ho_server *server = context;
	(void)store, (void)err;
	ho_app_listen(server->app, ho_http__item_changed, server);
	return HO_OK;
}

static enum ho_status listen_no_more(void *context, struct ho_store *store, struct ho_error *err)
{
	struct ho_server *server = context;
	(void)store, (void)err;
	ho_app_listen(server->app, NULL, NULL);
	return HO_OK;
}

/* A full line of writers ends. */
static void stop_listening(struct ho_server *server)
{
	struct ho_error ignored;
	if (!server->listens)
		return;
	while (ho_app_write(server->app, listen_no_more, server, &ignored) == HO_EBUSY)
		nanosleep(&(struct timespec){.tv_nsec = 5 * MILLISECOND}, NULL);
	server->listens = false;
}

static enum ho_status start_parts(struct ho_server *server, const struct ho_server_options *options,
                                  struct ho_error *err)
{
	enum ho_status status = copy_strings(server, options, err);
	if (status == HO_OK)
		status = ho_http__openapi_build(server, err);
	if (status == HO_OK)
		status = ho_http__listen(server, server->options.listen, err);
	if (status == HO_OK)
		status = ho_http__crew_start(&server->passwords, server, 1, PASSWORDS_WAITING, err);
	if (status == HO_OK)
		status = ho_http__crew_start(&server->chores, server, 2, CHORES_WAITING, err);
	if (status == HO_OK)
		status = ho_http__crew_start(&server->batches, server, 1, BATCHES_WAITING, err);
	if (status == HO_OK)
		status = ho_http__waiters_start(&server->waiters, server, server->options.waiters, err);
	if (status == HO_OK)
		status = ho_app_write(server->app, listen_for_items, server, err);
	if (status == HO_OK)
		server->listens = true;
	if (status == HO_OK)
		status = ho_http__clock_start(server, err);
	if (status == HO_OK)
		status = start_daemon(server, err);
	return status;
}

enum ho_status ho_server_start(struct ho_server **out, struct ho_app *app, const struct ho_server_options *options,
                               struct ho_error *err)
{
	*out = NULL;
	struct ho_server *server = ho_calloc(1, sizeof *server);
	if (!server)
		return ho_fail_nomem(err);
	server->app = app;
	server->socket = -1;
	server->options = *options;
	server->started_at = ho_app_now(app);
	set_defaults(&server->options);
	pthread_mutex_init(&server->lock, NULL);
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&server->clock_wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	ho_tasks_known_init(&server->tasks);
	if (!ho_app_committer(app)) {
		ho_server_stop(server);
		return ho_fail(err, HO_EBUG, "the workspace was opened without a committer");
	}
	enum ho_status status = start_parts(server, options, err);
	if (status) {
		ho_server_stop(server);
		return status;
	}
	ho_http__log_event(server, "info", "started", server->url);
	*out = server;
	return HO_OK;
}

const char *ho_server_url(const struct ho_server *server)
{
	return server->url;
}

bool ho_server_is_public(const struct ho_server *server)
{
	return server->is_public;
}

/* New connections are closed; who waits is answered; what is in flight gets its time. Not by MHD_quiesce_daemon(): it
 * races with the library's own threads for the listening socket, and the loser ends the process (libmicrohttpd 0.9.75).
 */
static void finish_answers(struct ho_server *server)
{
	int64_t until = ho_http__now() + (int64_t)server->options.stop_s * 1000;
	ho_http__waiters_wake(&server->waiters, NULL);
	while (atomic_load(&server->in_flight) && ho_http__now() < until)
		nanosleep(&(struct timespec){.tv_nsec = 5 * MILLISECOND}, NULL);
	atomic_store(&server->closing, true);
	if (atomic_load(&server->in_flight))
		ho_http__log_event(server, "warning", "stopping", "answers in flight were cut off");
}

void ho_server_stop(struct ho_server *server)
{
	if (!server)
		return;
	atomic_store(&server->stopping, true);
	if (server->daemon) {
		ho_http__log_event(server, "info", "stopping", "finishing what is in flight");
		finish_answers(server);
	}
	ho_http__clock_stop(server);
	ho_http__crew_stop(&server->passwords);
	ho_http__crew_stop(&server->chores);
	ho_http__crew_stop(&server->batches);
	stop_listening(server);
	ho_http__waiters_stop(&server->waiters);
	if (server->daemon) {
		/* What waits for the disk comes back when the disk has answered, however long that takes: the library
		 * cannot stop while a connection is suspended. */
		while (atomic_load(&server->away))
			nanosleep(&(struct timespec){.tv_nsec = 5 * MILLISECOND}, NULL);
		MHD_stop_daemon(server->daemon);
		server->socket = -1; /* closed by the library */
		ho_http__log_event(server, "info", "stopped", "");
	}
	if (server->socket >= 0)
		close(server->socket);
	while (server->workers) {
		struct ho_worker *worker = server->workers;
		server->workers = worker->next;
		worker_free(worker);
	}
	ho_free((char *)(uintptr_t)server->openapi.ptr);
	ho_free(server->hosts);
	ho_free(server->uploads);
	pthread_cond_destroy(&server->clock_wake);
	pthread_mutex_destroy(&server->lock);
	ho_free(server);
}
