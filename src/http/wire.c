/* Connections, and the end of those that take too long.
 *
 * libmicrohttpd ends a connection after a silence, which a client that sends a byte now and then never keeps. Here
 * every phase of a connection has a limit of its own; the clock thread shuts the socket of one that passed it, and the
 * library then sees a connection that ended. The list's lock is held while the descriptor is in use, so that it cannot
 * have been closed and given to somebody else. */
#include <sys/socket.h>

#include "base/alloc.h"
#include "http/private.h"

enum { ANSWER_S = 60, RATE = 4096 }; /* bytes a second that a slow client must keep up */

static void link_wire(struct ho_server *server, struct ho_wire *wire)
{
	pthread_mutex_lock(&server->lock);
	wire->next = server->wires;
	if (server->wires)
		server->wires->previous = wire;
	server->wires = wire;
	pthread_mutex_unlock(&server->lock);
	atomic_fetch_add(&server->wires_n, 1);
}

static void unlink_wire(struct ho_server *server, struct ho_wire *wire)
{
	pthread_mutex_lock(&server->lock);
	if (wire->previous)
		wire->previous->next = wire->next;
	else
		server->wires = wire->next;
	if (wire->next)
		wire->next->previous = wire->previous;
	pthread_mutex_unlock(&server->lock);
	atomic_fetch_sub(&server->wires_n, 1);
}

void ho_http__wire_notify(void *context, struct MHD_Connection *connection, void **own,
                          enum MHD_ConnectionNotificationCode code)
{
	struct ho_server *server = context;
	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*own)
			unlink_wire(server, *own);
		ho_free(*own);
		*own = NULL;
		return;
	}
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct ho_wire *wire = ho_calloc(1, sizeof *wire);
	if (!wire || !info) {
		ho_free(wire);
		return;
	}
	wire->server = server;
	wire->fd = info->connect_fd;
	ho_http__wire_phase(wire, HO_WIRE_NEW);
	link_wire(server, wire);
	*own = wire;
}

struct ho_wire *ho_http__wire(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

void *ho_http__wire_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
	(void)context, (void)uri;
	struct ho_wire *wire = ho_http__wire(connection);
	/* A first request keeps the time since the connection began. */
	if (wire && atomic_load(&wire->phase) == HO_WIRE_IDLE)
		ho_http__wire_phase(wire, HO_WIRE_HEADER);
	return NULL;
}

void ho_http__wire_phase(struct ho_wire *wire, enum ho_wire_phase phase)
{
	if (!wire)
		return;
	atomic_store_explicit(&wire->since, ho_http__now(), memory_order_relaxed);
	atomic_store_explicit(&wire->bytes, 0, memory_order_relaxed);
	atomic_store_explicit(&wire->phase, (int)phase, memory_order_release);
}

/* Milliseconds that a phase may take; 0: any. */
static int64_t phase_limit(const struct ho_server_options *options, const struct ho_wire *wire)
{
	int64_t moved = (int64_t)(atomic_load_explicit(&wire->bytes, memory_order_relaxed) / RATE);
	switch ((enum ho_wire_phase)atomic_load_explicit(&wire->phase, memory_order_acquire)) {
	case HO_WIRE_NEW:
	case HO_WIRE_HEADER:
		return (int64_t)options->header_s * 1000;
	case HO_WIRE_IDLE:
		return (int64_t)options->idle_s * 1000;
	case HO_WIRE_BODY:
		return (options->body_s + moved) * 1000;
	case HO_WIRE_ANSWER:
		return (ANSWER_S + moved) * 1000;
	case HO_WIRE_WORK:
		break;
	}
	return 0;
}

void ho_http__wires_check(struct ho_server *server)
{
	int64_t now = ho_http__now();
	pthread_mutex_lock(&server->lock);
	for (struct ho_wire *wire = server->wires; wire; wire = wire->next) {
		int64_t limit = phase_limit(&server->options, wire);
		if (limit && now - atomic_load(&wire->since) > limit && !atomic_exchange(&wire->cut, true))
			shutdown(wire->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&server->lock);
}
