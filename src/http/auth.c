#include "http/auth.h"

#include <strings.h>

#include "http/private.h"
#include "http/route.h"

static const char cookie_name[] = "handoff_session";

bool ho_auth_cookie(char out[HO_SECRET_SIZE], const struct ho_request *rq)
{
	const char *value = MHD_lookup_connection_value(rq->connection, MHD_COOKIE_KIND, cookie_name);
	size_t len = value ? strlen(value) : 0;
	if (!len || len >= HO_SECRET_SIZE)
		return false;
	memcpy(out, value, len + 1);
	return true;
}

enum ho_status ho_auth_set_cookie(struct ho_request *rq, const char *secret, struct ho_error *err)
{
	char text[HO_COOKIE_MAX];
	snprintf(text, sizeof text, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", cookie_name, secret ? secret : "",
	         secret ? "" : "; Max-Age=0", ho_request_is_tls(rq) ? "; Secure" : "");
	struct ho_slice copy = ho_arena_copy(&rq->arena, ho_slice_str(text));
	if (!copy.ptr)
		return ho_fail_nomem(err);
	ho_request_add_header(rq, "Set-Cookie", copy.ptr);
	return HO_OK;
}

/* A page of another site that has this server's address under its own name (DNS rebinding) sends its own Host; one that
 * sends requests across sites has its own Origin. */
bool ho_auth_origin(struct ho_request *rq)
{
	const char *host = ho_request_header(rq, MHD_HTTP_HEADER_HOST);
	const char *origin = ho_request_header(rq, MHD_HTTP_HEADER_ORIGIN);
	if (!ho_http__host_allowed(rq->server, host)) {
		ho_request_problem(rq, 421, "Host",
		                   "this server does not go by that name; name it with --host when the service "
		                   "is started");
		return false;
	}
	const char *name = origin ? strstr(origin, "://") : NULL;
	if (origin && (!name || strcasecmp(name + 3, host) != 0)) {
		ho_request_problem(rq, 403, "Origin", "this request comes from another site");
		return false;
	}
	return true;
}

/* In a time that does not depend on where they differ. */
static bool same_secret(const char *a, const char *b)
{
	size_t n = strlen(a);
	unsigned char differ = strlen(b) != n;
	for (size_t i = 0; i < n && b[i]; i++)
		differ |= (unsigned char)(a[i] ^ b[i]);
	return !differ;
}

static bool check_session(struct ho_request *rq)
{
	if (!ho_auth_origin(rq))
		return false;
	if (strcmp(rq->method, "GET") == 0)
		return true;
	const char *token = ho_request_header(rq, "X-CSRF-Token");
	if (token && rq->caller.csrf[0] && same_secret(rq->caller.csrf, token))
		return true;
	ho_request_problem(rq, 403, "X-CSRF-Token", "the request lacks the session's token; load the page again");
	return false;
}

static const char *bearer(const struct ho_request *rq)
{
	const char *header = ho_request_header(rq, MHD_HTTP_HEADER_AUTHORIZATION);
	if (!header || strncasecmp(header, "Bearer ", 7) != 0)
		return NULL;
	header += 7;
	return header + strspn(header, " ");
}

/* 0: nobody, or somebody unknown; problem told if the store failed. */
static bool find_caller(struct ho_request *rq, bool *known)
{
	char cookie[HO_SECRET_SIZE];
	struct ho_error err = {.code = HO_OK};
	const char *key = bearer(rq);
	*known = false;
	if (!key && !ho_auth_cookie(cookie, rq))
		return true;
	enum ho_status status =
	    ho_caller_find(&rq->caller, rq->server->app, rq->worker->reader,
	                   key ? HO_CREDENTIAL_KEY : HO_CREDENTIAL_SESSION, key ? key : cookie, &err);
	*known = status == HO_OK;
	if (status == HO_OK || status == HO_ENOTFOUND)
		return true;
	ho_request_failed(rq, status, &err);
	return false;
}

static bool refuse(struct ho_request *rq, bool known)
{
	static const char *const names[] = {"", "classify", "review", "classify or review", "admin", "", "", "any"};
	if (!known)
		ho_request_problem(
		    rq, 401, NULL,
		    "send a key as \"Authorization: Bearer KEY\" (handoff key add makes one), or log in");
	else
		ho_request_problem(rq, 403, NULL, "this needs the scope %s", names[rq->route->scopes & 7]);
	return false;
}

bool ho_auth_check(struct ho_request *rq)
{
	bool known;
	if (rq->route->scopes == HO_ANYBODY)
		return true;
	if (!find_caller(rq, &known))
		return false;
	if (!known || !ho_may(rq, rq->route->scopes))
		return refuse(rq, known);
	return !rq->caller.session || check_session(rq);
}
