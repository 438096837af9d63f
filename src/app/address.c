/*
 * Where a callback may go: the URL by the task's list of hosts, and the address that it leads to. Whoever may name a
 * URL must not be able to make the server talk to its own network (server-side request forgery).
 *
 * The URL is read by a grammar that is narrower than the standard, so that no two readers can understand it
 * differently: no user info, no escapes or backslashes before the path, only printable ASCII.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>

#include "app/classify.h"
#include "app/outbox.h"

struct net {
	uint32_t address;
	unsigned bits;
};

/* IANA's special-purpose registry for IPv4, and what is not unicast. */
static const struct net v4_private[] = {
    {0x00000000, 8},  /* this network, unspecified */
    {0x0a000000, 8},  /* private */
    {0x64400000, 10}, /* carrier-grade NAT */
    {0x7f000000, 8},  /* loopback */
    {0xa9fe0000, 16}, /* link-local, with the clouds' metadata services */
    {0xac100000, 12}, /* private */
    {0xc0000000, 24}, /* protocol assignments */
    {0xc0000200, 24}, /* documentation */
    {0xc0586300, 24}, /* 6to4 relays */
    {0xc0a80000, 16}, /* private */
    {0xc6120000, 15}, /* benchmarks */
    {0xc6336400, 24}, /* documentation */
    {0xcb007100, 24}, /* documentation */
    {0xe0000000, 3},  /* multicast, reserved, broadcast */
};

static bool v4_is_private(uint32_t address)
{
	for (size_t i = 0; i < sizeof v4_private / sizeof v4_private[0]; i++)
		if ((address ^ v4_private[i].address) >> (32 - v4_private[i].bits) == 0)
			return true;
	return false;
}

static uint32_t big_endian(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool begins(const unsigned char *address, const char *prefix, size_t len)
{
	return memcmp(address, prefix, len) == 0;
}

static bool v6_is_private(const unsigned char a[16])
{
	/* Forms that carry an IPv4 address are as good as that one. */
	if (begins(a, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) || begins(a, "\x00\x64\xff\x9b\0\0\0\0\0\0\0\0", 12))
		return v4_is_private(big_endian(a + 12)); /* mapped, NAT64 */
	if (begins(a, "\x20\x02", 2) && v4_is_private(big_endian(a + 2)))
		return true; /* 6to4 */
	if ((a[8] & 0xfd) == 0 && begins(a + 9, "\x00\x5e\xfe", 3) && v4_is_private(big_endian(a + 12)))
		return true; /* ISATAP */
	if ((a[0] & 0xe0) != 0x20)
		return true; /* not global unicast: unspecified, loopback, unique and link local, multicast, the rest */
	if (begins(a, "\x20\x01", 2) && (a[2] & 0xfe) == 0)
		return true; /* 2001::/23, protocol assignments with Teredo */
	if (begins(a, "\x20\x01\x0d\xb8", 4) || (begins(a, "\x3f\xff", 2) && (a[2] & 0xf0) == 0))
		return true; /* documentation */
	return false;
}

bool ho_address_is_private(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in v4;
		memcpy(&v4, address, sizeof v4);
		return v4_is_private(ntohl(v4.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 v6;
		memcpy(&v6, address, sizeof v6);
		return v6_is_private(v6.sin6_addr.s6_addr);
	}
	return true;
}

struct url {
	bool tls;
	struct ho_slice host; /* with brackets if it is an IPv6 address */
	unsigned port;
};

static bool host_is_fine(struct ho_slice host)
{
	if (host.len == 0 || host.len > 253)
		return false;
	if (host.ptr[0] == '[') {
		char text[64];
		struct in6_addr address;
		if (host.len < 4 || host.len > 48 || host.ptr[host.len - 1] != ']')
			return false;
		snprintf(text, sizeof text, "%.*s", (int)host.len - 2, host.ptr + 1);
		return inet_pton(AF_INET6, text, &address) == 1;
	}
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		bool dot = c == '.' && i > 0 && i + 1 < host.len && host.ptr[i - 1] != '.';
		if (!letter && !dot && c != '-' && c != '_')
			return false;
	}
	return true;
}

static bool port_read(unsigned *out, struct ho_slice digits)
{
	unsigned port = 0;
	if (digits.len == 0 || digits.len > 5)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
			return false;
		port = port * 10 + (unsigned)(digits.ptr[i] - '0');
	}
	*out = port;
	return port > 0 && port < 65536;
}

/* NULL: fine; else what is wrong with it. */
static const char *url_read(struct url *out, const char *text)
{
	size_t len = strlen(text);
	if (len > HO_URL_MAX)
		return "it is too long";
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 127 || text[i] == '\\')
			return "it holds blanks, backslashes or characters that are not ASCII; write them as %xx";
	if (strncasecmp(text, "https://", 8) == 0)
		*out = (struct url){.tls = true, .port = 443};
	else if (strncasecmp(text, "http://", 7) == 0)
		*out = (struct url){.tls = false, .port = 80};
	else
		return "it must begin with https://";
	const char *at = text + (out->tls ? 8 : 7);
	if (strchr(at, '#'))
		return "it must not have a fragment (#)";
	struct ho_slice authority = ho_slice(at, strcspn(at, "/?"));
	if (memchr(authority.ptr, '@', authority.len))
		return "it must not name a user or a password";
	size_t host = authority.len;
	const char *bracket = memchr(authority.ptr, ']', authority.len);
	const char *from = bracket ? bracket : authority.ptr;
	const char *colon = memchr(from, ':', authority.len - (size_t)(from - authority.ptr));
	if (colon) {
		host = (size_t)(colon - authority.ptr);
		if (!port_read(&out->port, ho_slice(colon + 1, authority.len - host - 1)))
			return "its port is not a number from 1 to 65535";
	}
	out->host = ho_slice(authority.ptr, host);
	return host_is_fine(out->host) ? NULL : "its host is not a name or address";
}

static bool same_name(struct ho_slice a, struct ho_slice b)
{
	return a.len == b.len && strncasecmp(a.ptr, b.ptr, a.len) == 0;
}

/* Does an entry of the allow-list ("host", "*.domain", either with ":port") cover this host and port? */
static bool entry_covers(const char *entry, const struct url *url, bool any_port)
{
	struct ho_slice name = ho_slice_str(entry);
	const char *bracket = strrchr(entry, ']'), *colon = strrchr(bracket ? bracket : entry, ':');
	unsigned port = url->tls ? 443 : 80;
	if (colon) {
		name.len = (size_t)(colon - entry);
		if (!port_read(&port, ho_slice_str(colon + 1)))
			return false;
	}
	if ((colon || !any_port) && port != url->port)
		return false;
	if (name.len > 2 && name.ptr[0] == '*' && name.ptr[1] == '.') {
		struct ho_slice tail = ho_slice(name.ptr + 1, name.len - 1); /* ".domain" */
		if (url->host.len <= tail.len)
			return false;
		return same_name(tail, ho_slice(url->host.ptr + url->host.len - tail.len, tail.len));
	}
	return same_name(name, url->host);
}

enum ho_status ho_callback_url_check(const struct ho_task_settings *settings, const char *url, struct ho_error *err)
{
	struct url read;
	const char *problem = url_read(&read, url);
	if (problem)
		return ho_fail(err, HO_EINVAL, "this URL cannot be called back: %s", problem);
	if (!read.tls && !settings->callback_private)
		return ho_fail(err, HO_EINVAL, "this URL cannot be called back: it must begin with https://");
	if (settings->callback_hosts_n == 0)
		return ho_fail(err, HO_EINVAL,
		               "this task allows no callbacks; an admin can list hosts in its setting callback_hosts");
	for (size_t i = 0; i < settings->callback_hosts_n; i++)
		if (entry_covers(settings->callback_hosts[i], &read, settings->callback_private))
			return HO_OK;
	return ho_fail(err, HO_EINVAL,
	               "the host and port of this URL are not among the task's callback_hosts; an admin can add them");
}

bool ho_callback_url_host(char out[300], const char *url)
{
	struct url read;
	out[0] = '\0';
	if (url_read(&read, url))
		return false;
	snprintf(out, 300, "%.*s:%u", (int)read.host.len, read.host.ptr, read.port);
	for (char *c = out; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + ('a' - 'A'));
	return true;
}
