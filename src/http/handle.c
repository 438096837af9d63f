/* libmicrohttpd's callbacks: head, body, handler, answer. */
#include <strings.h>

#include "http/auth.h"
#include "http/private.h"
#include "http/route.h"
#include "http/trace.h"

enum { SWALLOW = 256 << 10, IGNORED = 4096, ID_MIN = 1 };

static bool is_request_id(const char *text)
{
	size_t len = text ? strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") : 0;
	return len >= ID_MIN && len <= HO_REQUEST_ID_MAX && !text[len];
}

static void name_request(struct ho_request *rq)
{
	const char *given = ho_request_header(rq, "X-Request-Id");
	if (is_request_id(given))
		snprintf(rq->id, sizeof rq->id, "%s", given);
	else
		snprintf(rq->id, sizeof rq->id, "%s", ho_app_new_id(rq->server->app).text);
	const char *trace = ho_request_header(rq, "traceparent");
	if (trace)
		ho_trace_read(rq->trace, trace);
}

static bool is_json_type(const char *type, bool lines)
{
	size_t len = strcspn(type, "; \t");
	static const char *const json[] = {"application/json"};
	static const char *const ndjson[] = {"application/x-ndjson", "application/jsonl", "application/ndjson",
	                                     "application/x-jsonlines", "application/json"};
	const char *const *names = lines ? ndjson : json;
	for (size_t i = 0; i < (lines ? sizeof ndjson / sizeof *ndjson : 1); i++)
		if (strlen(names[i]) == len && strncasecmp(type, names[i], len) == 0)
			return true;
	return false;
}

/* What curl -d says of its body. A page of another site can make a browser send this, but not with a key. */
static bool is_form_with_key(const struct ho_request *rq, const char *type)
{
	return rq->caller.scopes && !rq->caller.session &&
	       strncasecmp(type, "application/x-www-form-urlencoded", strlen("application/x-www-form-urlencoded")) == 0;
}

static bool check_type(struct ho_request *rq)
{
	const char *type = ho_request_header(rq, MHD_HTTP_HEADER_CONTENT_TYPE);
	enum ho_body_kind kind = rq->route->body;
	if (!type || (kind != HO_BODY_JSON && kind != HO_BODY_LINES) || is_json_type(type, kind == HO_BODY_LINES) ||
	    is_form_with_key(rq, type))
		return true;
	ho_request_problem(rq, 415, NULL, "the body must be %s, and Content-Type must say so",
	                   kind == HO_BODY_LINES ? "NDJSON (application/x-ndjson)" : "JSON (application/json)");
	return false;
}

static bool check_encoding(struct ho_request *rq)
{
	const char *encoding = ho_request_header(rq, MHD_HTTP_HEADER_CONTENT_ENCODING);
	if (!encoding || strcasecmp(encoding, "identity") == 0)
		return true;
	if (strcasecmp(encoding, "gzip") != 0) {
		ho_request_problem(rq, 415, NULL, "the body's encoding must be gzip or none");
		ho_request_add_header(rq, "Accept-Encoding", "gzip");
		return false;
	}
	rq->inflating = inflateInit2(&rq->inflate, 15 + 16) == Z_OK;
	if (!rq->inflating)
		ho_request_problem(rq, 503, NULL, "out of memory");
	return rq->inflating;
}

static size_t body_limit(const struct ho_request *rq)
{
	if (rq->route->body == HO_BODY_NONE)
		return IGNORED; /* "{}", by clients that always send something */
	if (rq->route->body_max)
		return rq->route->body_max;
	return rq->route->body == HO_BODY_FILE ? rq->server->options.model_max : rq->server->options.batch_max;
}

static long long content_length(const struct ho_request *rq)
{
	const char *text = ho_request_header(rq, MHD_HTTP_HEADER_CONTENT_LENGTH);
	return text ? strtoll(text, NULL, 10) : -1;
}

static bool check_length(struct ho_request *rq)
{
	long long length = content_length(rq);
	if (rq->body.max == 0 || length < 0 || (unsigned long long)length <= rq->body.max)
		return true;
	ho_request_problem(rq, 413, NULL, "the body is larger than %zu bytes", rq->body.max);
	return false;
}

static bool check_route(struct ho_request *rq)
{
	const char *allow = NULL;
	struct ho_error err = {.code = HO_OK};
	enum ho_status status = ho_route_find(rq, &allow, &err);
	if (status == HO_EUNAVAIL) {
		ho_request_problem(rq, 405, NULL, "this path answers to %s", allow);
		ho_request_add_header(rq, "Allow", allow);
	} else if (status == HO_ENOTFOUND) {
		ho_request_problem(rq, 404, NULL, "%s", err.message);
	} else if (status) {
		ho_request_failed(rq, status, &err);
	}
	return status == HO_OK;
}

/* What says how long a request is and whom it is for, counted. */
struct framing {
	unsigned lengths, encodings, hosts;
	bool odd; /**< a name that a proxy may read otherwise, or a coding that is not known here */
};

static enum MHD_Result see_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct framing *f = context;
	size_t len = strlen(name);
	(void)kind;
	f->lengths += strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
	f->hosts += strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0;
	if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
		f->encodings++;
		f->odd |= !value || strcasecmp(value, "chunked") != 0;
	}
	f->odd |= len == 0 || strcspn(name, " \t\r\n") != len;
	return MHD_YES;
}

/* A proxy in front may see another end of the request than this server where its head is ambiguous (RFC 9112, 3.2 and
 * 6.3): who takes such a request lets others be smuggled in behind it. */
static bool check_framing(struct ho_request *rq, const char *version)
{
	struct framing f = {.lengths = 0};
	MHD_get_connection_values(rq->connection, MHD_HEADER_KIND, see_header, &f);
	bool old = strcmp(version, MHD_HTTP_VERSION_1_0) == 0;
	if (!f.odd && f.lengths + f.encodings <= 1 && f.hosts <= 1 && (f.hosts || old) && !(old && f.encodings))
		return true;
	rq->must_close = true;
	ho_request_problem(rq, 400, NULL,
	                   "the head must have one Host, and one Content-Length or one Transfer-Encoding: chunked "
	                   "at most");
	return false;
}

/* Route, who, limits: false if the answer stands already. */
static bool read_head(struct ho_request *rq, const char *version)
{
	name_request(rq);
	if (!check_framing(rq, version))
		return false;
	if (atomic_load(&rq->server->closing)) {
		ho_request_problem(rq, 503, NULL, "the service is being stopped");
		return false;
	}
	if (!check_route(rq) || !ho_auth_check(rq))
		return false;
	rq->body.max = body_limit(rq);
	return check_encoding(rq) && check_type(rq) && check_length(rq);
}

/* A body that nobody reads: a small one is read to its end so that the connection can go on, before a large one the
 * connection is closed. */
static bool swallow(const struct ho_request *rq)
{
	long long length = content_length(rq);
	const char *expect = ho_request_header(rq, MHD_HTTP_HEADER_EXPECT);
	return !rq->must_close && !expect && length <= SWALLOW;
}

static enum MHD_Result begin(struct ho_server *server, struct MHD_Connection *connection, const char *url,
                             const char *method, const char *version, void **own)
{
	struct ho_error err;
	struct ho_worker *worker = ho_http__worker(server, &err);
	struct ho_request *rq = worker ? ho_request_new(worker, connection, method, url) : NULL;
	if (!rq)
		return MHD_NO;
	atomic_fetch_add(&server->in_flight, 1);
	*own = rq;
	rq->wire = ho_http__wire(connection);
	ho_http__wire_phase(rq->wire, HO_WIRE_BODY);
	if (read_head(rq, version) || swallow(rq))
		return MHD_YES;
	rq->must_close = true;
	return ho_request_send(rq);
}

static enum MHD_Result take_body(struct ho_request *rq, const char *data, size_t *size)
{
	struct ho_error err = {.code = HO_OK};
	if (rq->state == HO_REQUEST_BODY) {
		enum ho_status status = ho_request_body(rq, data, *size, &err);
		if (status)
			ho_request_failed(rq, status, &err);
	} else {
		/* Of an upload without a stated length the rest is thrown away, for a while. */
		rq->received += *size;
		if (rq->received > rq->body.max + 16 * SWALLOW)
			return MHD_NO;
	}
	*size = 0;
	return MHD_YES;
}

static void run(struct ho_request *rq, ho_request_then step)
{
	struct ho_error err = {.code = HO_OK};
	enum ho_status status = step(rq, &err);
	if (status)
		ho_request_failed(rq, status, &err);
}

static void handle_body(struct ho_request *rq)
{
	struct ho_error err = {.code = HO_OK};
	enum ho_status status = ho_request_body_end(rq, &err);
	ho_http__wire_phase(rq->wire, HO_WIRE_WORK);
	if (status)
		ho_request_failed(rq, status, &err);
	else
		run(rq, rq->route->handler);
}

enum MHD_Result ho_http__handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                const char *version, const char *data, size_t *size, void **own)
{
	struct ho_request *rq = *own;
	if (!rq)
		return begin(context, connection, url, method, version, own);
	if (*size)
		return take_body(rq, data, size);
	struct ho_worker *worker = rq->worker;
	worker->gave = false;
	if (rq->state == HO_REQUEST_BODY) {
		handle_body(rq);
	} else if (rq->state == HO_REQUEST_BACK) {
		ho_request_then then = rq->then;
		rq->then = NULL;
		rq->state = HO_REQUEST_ANSWERED;
		run(rq, then);
	}
	/* Given away: another thread has it and may change it now; its resuming brings it back here. */
	return worker->gave ? MHD_YES : ho_request_send(rq);
}

static double seconds_since(int64_t began_us)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9 - (double)began_us / 1e6;
}

void ho_http__completed(void *context, struct MHD_Connection *connection, void **own,
                        enum MHD_RequestTerminationCode why)
{
	struct ho_server *server = context;
	struct ho_request *rq = *own;
	(void)connection, (void)why;
	*own = NULL;
	if (!rq)
		return;
	if (rq->stream)
		rq->stream->close(rq);
	if (rq->status) {
		unsigned slot = ho_tasks_known_slot(&server->tasks, rq->task, 0);
		ho_tally_answer(&rq->worker->tally, slot, rq->status, seconds_since(rq->began));
		ho_http__log_request(rq);
	}
	ho_http__wire_phase(rq->wire, HO_WIRE_IDLE);
	ho_request_free(rq);
	atomic_fetch_sub(&server->in_flight, 1);
}
