/* Where the server listens, and which Host headers are its own. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <unistd.h>

#include "http/private.h"

enum { BACKLOG = 1024 };

/* The system would take the number modulo 65536. */
static bool is_port(const char *text)
{
	size_t len = strspn(text, "0123456789");
	return len > 0 && len <= 5 && text[len] == '\0' && strtol(text, NULL, 10) <= 65535;
}

/* "ADDRESS:PORT", "[ADDRESS]:PORT", ":PORT" */
static enum ho_status split(char host[80], char port[8], const char *listen, struct ho_error *err)
{
	const char *colon = strrchr(listen, ':');
	size_t len = colon ? (size_t)(colon - listen) : 0;
	if (!colon || !is_port(colon + 1) || len >= 80)
		return ho_fail(err, HO_EINVAL,
		               "the address to listen on must look like 127.0.0.1:8080, with a port from 0 to 65535");
	snprintf(port, 8, "%s", colon + 1);
	if (len >= 2 && listen[0] == '[' && listen[len - 1] == ']')
		listen++, len -= 2;
	memcpy(host, listen, len);
	host[len] = '\0';
	if (!len)
		snprintf(host, 80, "127.0.0.1");
	return HO_OK;
}

static bool is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)address;
		return ntohl(four->sin_addr.s_addr) >> 24 == 127;
	}
	if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)address;
		return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
	}
	return false;
}

static enum ho_status bind_socket(struct ho_server *server, const struct addrinfo *info, const char *listen_on,
                                  struct ho_error *err)
{
	int on = 1;
	int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return ho_fail_errno(err, HO_EIO, "cannot make a socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, info->ai_addr, info->ai_addrlen) || listen(fd, BACKLOG)) {
		int code = errno;
		close(fd);
		errno = code;
		if (code == EADDRINUSE)
			return ho_fail(err, HO_EBUSY,
			               "cannot listen on %s: another program does; stop it, or choose "
			               "another port (0 takes a free one)",
			               listen_on);
		return ho_fail_errno(err, code == EADDRNOTAVAIL ? HO_EINVAL : HO_EIO, "cannot listen on %s", listen_on);
	}
	server->socket = fd;
	return HO_OK;
}

static void write_url(struct ho_server *server)
{
	struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof address;
	char host[64] = "", port[8] = "";
	getsockname(server->socket, (struct sockaddr *)&address, &len);
	getnameinfo((struct sockaddr *)&address, len, host, sizeof host, port, sizeof port,
	            NI_NUMERICHOST | NI_NUMERICSERV);
	const char *form = address.ss_family == AF_INET6 ? "http://[%s]:%s" : "http://%s:%s";
	/* Both forms are constants. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(server->url, sizeof server->url, form, host, port);
#pragma GCC diagnostic pop
}

enum ho_status ho_server_can_listen(const char *listen_on, struct ho_error *err)
{
	struct ho_server probe = {.socket = -1, .options = {.listen_anywhere = true}};
	enum ho_status status = ho_http__listen(&probe, listen_on, err);
	if (status == HO_OK)
		close(probe.socket);
	return status;
}

enum ho_status ho_http__listen(struct ho_server *server, const char *listen_on, struct ho_error *err)
{
	char host[80], port[8];
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *info = NULL;
	enum ho_status status = split(host, port, listen_on, err);
	if (status)
		return status;
	if (getaddrinfo(host, port, &hints, &info) || !info)
		return ho_fail(err, HO_EINVAL, "the address to listen on is not one of this machine: %s", listen_on);
	server->is_public = !is_loopback(info->ai_addr);
	if (server->is_public && !server->options.listen_anywhere)
		status = ho_fail(err, HO_EINVAL,
		                 "%s can be reached from other machines, and this server speaks no TLS; put "
		                 "a TLS proxy in front of 127.0.0.1, or allow it explicitly",
		                 listen_on);
	else
		status = bind_socket(server, info, listen_on, err);
	freeaddrinfo(info);
	if (status == HO_OK)
		write_url(server);
	return status;
}

/* Without the port. */
static struct ho_slice host_name(const char *host)
{
	size_t len = strlen(host);
	const char *colon = strrchr(host, ':');
	if (host[0] == '[') {
		const char *end = strchr(host, ']');
		return end ? ho_slice(host, (size_t)(end + 1 - host)) : ho_slice(host, len);
	}
	return ho_slice(host, colon ? (size_t)(colon - host) : len);
}

static bool same_name(struct ho_slice a, const char *b, size_t len)
{
	return a.len == len && strncasecmp(a.ptr, b, len) == 0;
}

bool ho_http__host_allowed(const struct ho_server *server, const char *host)
{
	static const char *const loopback[] = {"localhost", "127.0.0.1", "[::1]"};
	if (!host)
		return false;
	struct ho_slice name = host_name(host), own = host_name(server->url + strlen("http://"));
	for (size_t i = 0; i < sizeof loopback / sizeof *loopback; i++)
		if (same_name(name, loopback[i], strlen(loopback[i])))
			return true;
	if (same_name(name, own.ptr, own.len))
		return true;
	for (const char *at = server->hosts; at && *at;) {
		size_t len = strcspn(at, ",");
		if (len && same_name(name, at, len))
			return true;
		at += len + (at[len] == ',');
	}
	return false;
}
