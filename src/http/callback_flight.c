/* One callback: the request, the check of the address, the answer. Also the post of `handoff update --slack`. */
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/outbox.h"
#include "base/alloc.h"
#include "http/callback.h"
#include "http/callback_private.h"

enum { TIMEOUT_MS = 20000, CONNECT_MS = 10000, ANSWER_MAX = 64 << 10, BODY_MAX = 1 << 20 };

static enum ho_status copy(struct ho_flight *flight, const struct ho_outgoing *from, struct ho_error *err)
{
	struct ho_slice task = ho_arena_copy(&flight->arena, ho_slice_str(from->task));
	struct ho_slice url = ho_arena_copy(&flight->arena, ho_slice_str(from->url ? from->url : ""));
	struct ho_slice body = ho_arena_copy(&flight->arena, from->body);
	if (!task.ptr || !url.ptr || !body.ptr)
		return ho_fail_nomem(err);
	flight->outgoing = *from;
	flight->outgoing.task = task.ptr;
	flight->outgoing.url = url.ptr;
	flight->outgoing.body = body;
	flight->outgoing.last_error = NULL;
	return HO_OK;
}

/* Sees every address before anything is sent to it: names that resolve into the own network end here. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct ho_flight *flight = context;
	if (purpose != CURLSOCKTYPE_IPCXN || (!flight->private_ok && ho_address_is_private(&address->addr))) {
		flight->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* The answer's body means nothing; a receiver that sends without end is cut off. */
static size_t swallow(char *bytes, size_t size, size_t n, void *context)
{
	struct ho_flight *flight = context;
	(void)bytes;
	flight->received += size * n;
	return flight->received > ANSWER_MAX ? 0 : size * n;
}

void ho_post_options(CURL *easy, const char *url)
{
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* a proxy would resolve names where we cannot see it */
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "handoff/" HO_VERSION);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}

static bool header_add(struct curl_slist **list, const char *name, const char *value)
{
	char line[256];
	snprintf(line, sizeof line, "%s: %s", name, value);
	struct curl_slist *longer = curl_slist_append(*list, line);
	if (longer)
		*list = longer;
	return longer != NULL;
}

static enum ho_status headers(struct ho_flight *flight, const char *secret, int64_t seconds, struct ho_error *err)
{
	char signature[64], when[32];
	const struct ho_outgoing *o = &flight->outgoing;
	enum ho_status status = ho_webhook_sign(signature, secret, &o->id, seconds, o->body, err);
	if (status)
		return status;
	snprintf(when, sizeof when, "%lld", (long long)seconds);
	if (!header_add(&flight->headers, "webhook-id", o->id.text) ||
	    !header_add(&flight->headers, "webhook-timestamp", when) ||
	    !header_add(&flight->headers, "webhook-signature", signature) ||
	    !header_add(&flight->headers, "content-type", "application/json") ||
	    !header_add(&flight->headers, "expect", ""))
		return ho_fail_nomem(err);
	return HO_OK;
}

static void setup(struct ho_flight *flight)
{
	CURL *easy = flight->easy;
	ho_post_options(easy, flight->outgoing.url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, flight->headers);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, flight->outgoing.body.ptr);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)flight->outgoing.body.len);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, flight);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, flight);
	/* A connection to a private address that one task allows must not be there for another task to reuse. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, flight->private_ok ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, flight->private_ok ? 1L : 0L);
}

/* The task may have changed since the callback was queued: its hosts are asked again. */
static enum ho_status prepare(struct ho_flight *flight, struct ho_app *app, struct ho_error *err)
{
	const struct ho_desk *desk = NULL;
	enum ho_status status = ho_desk_take(&desk, app, flight->outgoing.task, err);
	if (status)
		return status;
	flight->private_ok = desk->settings.callback_private;
	status = ho_callback_url_check(&desk->settings, flight->outgoing.url, err);
	if (status == HO_OK)
		status = headers(flight, desk->settings.callback_secret, ho_app_now(app) / 1000, err);
	ho_desk_release(desk);
	return status;
}

enum ho_status ho_flight_new(struct ho_flight **out, struct ho_app *app, const struct ho_outgoing *outgoing,
                             struct ho_error *err)
{
	*out = NULL;
	struct ho_flight *flight = ho_calloc(1, sizeof *flight);
	if (!flight)
		return ho_fail_nomem(err);
	ho_arena_init(&flight->arena, BODY_MAX);
	enum ho_status status = copy(flight, outgoing, err);
	if (status == HO_OK) {
		(void)ho_callback_url_host(flight->host, flight->outgoing.url);
		status = prepare(flight, app, err);
	}
	if (status == HO_OK && !(flight->easy = curl_easy_init()))
		status = ho_fail_nomem(err);
	if (status == HO_ENOMEM) {
		ho_flight_free(flight);
		return status;
	}
	if (status)
		snprintf(flight->error, sizeof flight->error, "%.150s", err->message);
	else
		setup(flight);
	*out = flight;
	return HO_OK;
}

static void describe(struct ho_flight *flight, CURLcode code)
{
	if (flight->status)
		snprintf(flight->error, sizeof flight->error, "HTTP %d", flight->status);
	else if (flight->refused)
		snprintf(flight->error, sizeof flight->error,
		         "the host leads to a private address, which the task does not allow");
	else
		snprintf(flight->error, sizeof flight->error, "%.150s", curl_easy_strerror(code));
}

void ho_flight_end(struct ho_flight *flight, CURLcode code)
{
	long status = 0;
	curl_off_t wait = 0;
	curl_easy_getinfo(flight->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(flight->easy, CURLINFO_RETRY_AFTER, &wait);
	/* A status counts also where the body was cut off; one that came before the time ran out does not. */
	flight->status = code == CURLE_OK || code == CURLE_WRITE_ERROR ? (int)status : 0;
	flight->retry_after_s = wait;
	describe(flight, code);
}

void ho_flight_free(struct ho_flight *flight)
{
	if (!flight)
		return;
	if (flight->easy)
		curl_easy_cleanup(flight->easy);
	curl_slist_free_all(flight->headers);
	ho_arena_release(&flight->arena);
	ho_free(flight);
}

static size_t discard(char *bytes, size_t size, size_t n, void *context)
{
	(void)bytes;
	(void)context;
	return size * n;
}

static bool may_post(const char *url)
{
	static const char *const near[] = {"http://127.0.0.1:", "http://localhost:", "http://[::1]:"};
	for (size_t i = 0; i < 3; i++)
		if (strncasecmp(url, near[i], strlen(near[i])) == 0)
			return true;
	return strncasecmp(url, "https://", 8) == 0;
}

static enum ho_status post(CURL *easy, const char *url, const char *body, struct ho_error *err)
{
	long code = 0;
	struct curl_slist *list = NULL;
	if (!header_add(&list, "content-type", "application/json"))
		return ho_fail_nomem(err);
	ho_post_options(easy, url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
	CURLcode result = curl_easy_perform(easy);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
	curl_slist_free_all(list);
	if (result != CURLE_OK)
		return ho_fail(err, HO_EIO, "the message could not be posted: %s", curl_easy_strerror(result));
	if (code < 200 || code > 299)
		return ho_fail(err, HO_EIO, "the message was not taken (HTTP %ld); check the webhook's address", code);
	return HO_OK;
}

enum ho_status ho_post_json(const char *url, const char *body, struct ho_error *err)
{
	if (!may_post(url))
		return ho_fail(err, HO_EINVAL, "the webhook's address must begin with https://");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ho_fail(err, HO_EUNAVAIL, "libcurl cannot be started");
	CURL *easy = curl_easy_init();
	if (!easy)
		return ho_fail_nomem(err);
	enum ho_status status = post(easy, url, body, err);
	curl_easy_cleanup(easy);
	return status;
}
