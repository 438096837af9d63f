/*
 * An HTTP load client for one machine: many keep-alive connections on one thread, closed loop (each connection sends
 * the next request when the last answer came) or open loop (requests are due at a fixed rate, and their latency counts
 * from the moment they were due, so that a stalled server cannot hide its stall).
 *
 * usage: load PORT PATH BODIES CONNECTIONS SECONDS RATE [KEY]
 *   BODIES  a file with one request body a line, sent round robin.   RATE  requests a second; 0: closed loop.
 * Prints one JSON object: answers by status, requests a second, latency in milliseconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 4096, ANSWER_MAX = 1 << 16, SAMPLES_MAX = 1 << 24 };

struct connection {
	int fd;
	double due;       /* when its request should have been sent; < 0: idle */
	char *request;    /* borrowed from the bodies */
	size_t len, sent; /* of the request */
	char answer[ANSWER_MAX];
	size_t got;
};

struct load {
	struct connection *all;
	int n, port, epoll;
	char **requests;
	size_t *lens, n_requests, next;
	double rate, began, until, next_due;
	float *samples; /* milliseconds */
	size_t n_samples;
	unsigned long status[600], broken;
};

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void connect_one(struct load *l, struct connection *c)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)l->port)};
	int on = 1;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to))
		die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event))
		die("epoll_ctl");
	c->due = -1;
	c->got = 0;
}

static void again(struct load *l, struct connection *c)
{
	close(c->fd);
	l->broken++;
	connect_one(l, c);
}

static void push(struct load *l, struct connection *c)
{
	while (c->due >= 0 && c->sent < c->len) {
		ssize_t n = send(c->fd, c->request + c->sent, c->len - c->sent, MSG_NOSIGNAL);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n < 0) {
			again(l, c);
			return;
		}
		c->sent += (size_t)n;
	}
}

static void start(struct load *l, struct connection *c, double due)
{
	c->request = l->requests[l->next];
	c->len = l->lens[l->next];
	l->next = (l->next + 1) % l->n_requests;
	c->sent = c->got = 0;
	c->due = due;
	push(l, c);
}

/* Length of the whole answer once its head is there; 0: not yet. */
static size_t answer_length(const struct connection *c)
{
	const char *end = memmem(c->answer, c->got, "\r\n\r\n", 4);
	if (!end)
		return 0;
	const char *field = strcasestr(c->answer, "content-length:");
	size_t head = (size_t)(end - c->answer) + 4;
	return field && field < end ? head + strtoul(field + 15, NULL, 10) : head;
}

static void finish(struct load *l, struct connection *c)
{
	unsigned long status = strtoul(c->answer + 9, NULL, 10);
	double at = now();
	l->status[status < 600 ? status : 0]++;
	if (l->n_samples < SAMPLES_MAX)
		l->samples[l->n_samples++] = (float)(1e3 * (at - c->due));
	c->due = -1;
	if (l->rate == 0 && at < l->until)
		start(l, c, at);
}

static void pull(struct load *l, struct connection *c)
{
	for (;;) {
		ssize_t n = recv(c->fd, c->answer + c->got, sizeof c->answer - 1 - c->got, 0);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n <= 0) {
			again(l, c);
			return;
		}
		c->got += (size_t)n;
		c->answer[c->got] = '\0';
		size_t length = c->due >= 0 ? answer_length(c) : 0;
		if (length && c->got >= length)
			finish(l, c);
	}
}

/* Open loop: hand due requests to idle connections; those for which there is none wait, and their clock runs. */
static void send_due(struct load *l)
{
	double at = now();
	for (int i = 0; i < l->n && l->next_due <= at && l->next_due < l->until; i++) {
		if (l->all[i].due >= 0)
			continue;
		start(l, &l->all[i], l->next_due);
		l->next_due += 1 / l->rate;
	}
}

static int busy(const struct load *l)
{
	for (int i = 0; i < l->n; i++)
		if (l->all[i].due >= 0)
			return 1;
	return 0;
}

static void run(struct load *l, double seconds)
{
	struct epoll_event events[256];
	l->began = now();
	l->until = l->began + seconds;
	l->next_due = l->began;
	for (int i = 0; i < l->n && l->rate == 0; i++)
		start(l, &l->all[i], now());
	while (now() < l->until || (busy(l) && now() < l->until + 10)) {
		double wait = l->rate > 0 ? l->next_due - now() : 0.1;
		struct timespec pause = {0, wait > 0 ? (long)(1e9 * (wait < 0.1 ? wait : 0.1)) : 0};
		int n = epoll_pwait2(l->epoll, events, 256, &pause, NULL);
		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;
			if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
				pull(l, c);
			if (events[i].events & EPOLLOUT)
				push(l, c);
		}
		if (l->rate > 0)
			send_due(l);
	}
}

static void read_bodies(struct load *l, const char *path, const char *url, const char *key)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t room = 0, cap = 0;
	ssize_t len;
	if (!in)
		die(path);
	while ((len = getline(&line, &room, in)) > 0) {
		if (l->n_requests == cap) {
			cap = 2 * cap + 64;
			l->requests = realloc(l->requests, cap * sizeof *l->requests);
			l->lens = realloc(l->lens, cap * sizeof *l->lens);
			if (!l->requests || !l->lens)
				die("memory");
		}
		len -= line[len - 1] == '\n';
		int n = asprintf(&l->requests[l->n_requests],
		                 "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s%sContent-Type: application/json\r\n"
		                 "Content-Length: %zd\r\n\r\n%.*s",
		                 url, l->port, key ? "Authorization: Bearer " : "", key ? key : "", key ? "\r\n" : "",
		                 len, (int)len, line);
		if (n < 0)
			die("memory");
		l->lens[l->n_requests++] = (size_t)n;
	}
	free(line);
	(void)fclose(in);
}

static int ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

static double quantile(const struct load *l, double q)
{
	return l->n_samples ? (double)l->samples[(size_t)(q * (double)(l->n_samples - 1))] : 0;
}

int main(int argc, char **argv)
{
	static struct load l;
	if (argc < 7) {
		(void)fprintf(stderr, "usage: load PORT PATH BODIES CONNECTIONS SECONDS RATE [KEY]\n");
		return 2;
	}
	l.port = (int)strtol(argv[1], NULL, 10);
	l.n = (int)strtol(argv[4], NULL, 10);
	l.rate = strtod(argv[6], NULL);
	if (l.n < 1 || l.n > CONNECTIONS_MAX || l.port < 1)
		return 2;
	read_bodies(&l, argv[3], argv[2], argc > 7 ? argv[7] : NULL);
	l.all = calloc((size_t)l.n, sizeof *l.all);
	l.samples = malloc(SAMPLES_MAX * sizeof *l.samples);
	l.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!l.all || !l.samples || l.epoll < 0 || !l.n_requests)
		die("start");
	for (int i = 0; i < l.n; i++)
		connect_one(&l, &l.all[i]);
	run(&l, strtod(argv[5], NULL));
	double seconds = now() - l.began;
	qsort(l.samples, l.n_samples, sizeof *l.samples, ascending);
	printf("{\"seconds\":%.2f,\"answers\":%zu,\"per_second\":%.0f,\"broken\":%lu,\"ms\":{\"p50\":%.3f,\"p90\":%.3f,"
	       "\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f},\"status\":{",
	       seconds, l.n_samples, (double)l.n_samples / seconds, l.broken, quantile(&l, .5), quantile(&l, .9),
	       quantile(&l, .99), quantile(&l, .999), quantile(&l, 1));
	const char *comma = "";
	for (int s = 0; s < 600; s++)
		if (l.status[s]) {
			printf("%s\"%d\":%lu", comma, s, l.status[s]);
			comma = ",";
		}
	puts("}}");
	return l.n_samples ? 0 : 1;
}
