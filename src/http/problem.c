/* What went wrong, as RFC 9457 wants it: application/problem+json. */
#include <stdarg.h>

#include "app/labels.h"
#include "http/private.h"

static const struct {
	unsigned status;
	const char *title;
} titles[] = {
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {507, "Insufficient Storage"},
};

static const char *title(unsigned status)
{
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (titles[i].status == status)
			return titles[i].title;
	return "Error";
}

static void write_problem(struct ho_request *rq, unsigned status, const char *field, const char *detail)
{
	struct ho_error ignored;
	struct ho_buf *out = &rq->answer;
	enum ho_status done = ho_buf_printf(
	    out, &ignored, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"detail\":", title(status),
	    status);
	if (done == HO_OK)
		done = ho_json_string(out, ho_slice_str(detail), &ignored);
	if (done == HO_OK && field && *field) {
		done = ho_buf_add(out, ",\"field\":", 9, &ignored);
		if (done == HO_OK)
			done = ho_json_string(out, ho_slice_str(field), &ignored);
	}
	if (done == HO_OK)
		done = ho_buf_printf(out, &ignored, ",\"request\":\"%s\"}", rq->id);
	if (done) {
		ho_buf_reset(out);
		rq->fixed = ho_slice_str("{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,"
		                         "\"detail\":\"out of memory\"}");
	}
}

enum ho_status ho_request_problem(struct ho_request *rq, unsigned status, const char *field, const char *format, ...)
{
	char detail[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(detail, sizeof detail, format, arguments);
	va_end(arguments);
	ho_buf_reset(&rq->answer);
	rq->fixed = ho_slice(NULL, 0);
	rq->stream = NULL;
	write_problem(rq, status, field, detail);
	ho_request_answer(rq, status);
	rq->type = "application/problem+json";
	rq->may_gzip = false;
	if (status == 401)
		ho_request_add_header(rq, "WWW-Authenticate", "Bearer");
	if (status == 503)
		ho_request_add_header(rq, "Retry-After", "1");
	return HO_OK;
}

static unsigned status_of(enum ho_status status)
{
	switch (status) {
	case HO_EINVAL:
		return 422;
	case HO_EFORMAT:
		return 400;
	case HO_ENOTFOUND:
		return 404;
	case HO_ECONFLICT:
		return 409;
	case HO_ELIMIT:
		return 413;
	case HO_EUNAVAIL:
		return 501;
	case HO_EBUSY:
	case HO_EIO:
	case HO_ENOMEM:
	case HO_ECANCELLED:
		return 503;
	case HO_OK:
	case HO_EBUG:
		break;
	}
	return 500;
}

void ho_request_failed(struct ho_request *rq, enum ho_status status, const struct ho_error *err)
{
	const char *message = err && err->message[0] ? err->message : ho_status_name(status);
	if (status == HO_EIO) {
		ho_http__log_event(rq->server, "error", "storage", message);
		ho_request_problem(
		    rq, 503, NULL,
		    "nothing was stored: %s; free space or mend the disk of the workspace, then send it again",
		    message);
		return;
	}
	if (status == HO_EBUG)
		ho_http__log_event(rq->server, "error", "bug", message);
	/* A place is shown where it can be a field of the request. */
	const char *field = status == HO_EINVAL || status == HO_EFORMAT ? err ? err->place : NULL : NULL;
	ho_request_problem(rq, status_of(status), field, "%s", message);
}
