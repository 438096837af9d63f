/* Log lines: one JSON object each. What is written here is made of constants, numbers and names that were checked;
 * never of texts, notes, queries or secrets. */
#include <inttypes.h>

#include "app/labels.h"
#include "base/alloc.h"
#include "http/callback_private.h"
#include "http/private.h"
#include "http/route.h"
#include "http/trace.h"

enum { LINE_MAX_BYTES = 4096, SLOW_MS = 1000 };

static bool is_hex(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!text[i] || !strchr("0123456789abcdef", text[i]))
			return false;
	return true;
}

static bool all_zero(const char *text, size_t n)
{
	return strspn(text, "0") >= n;
}

bool ho_trace_read(char out[56], const char *header)
{
	out[0] = '\0';
	size_t len = header ? strlen(header) : 0;
	if (len < 55 || header[2] != '-' || header[35] != '-' || header[52] != '-')
		return false;
	if (!is_hex(header, 2) || !is_hex(header + 3, 32) || !is_hex(header + 36, 16) || !is_hex(header + 53, 2))
		return false;
	if (strncmp(header, "ff", 2) == 0 || all_zero(header + 3, 32) || all_zero(header + 36, 16))
		return false;
	if (strncmp(header, "00", 2) == 0 ? len != 55 : len > 55 && header[55] != '-')
		return false;
	memcpy(out, header, 55);
	out[55] = '\0';
	return true;
}

static enum ho_status add_string(struct ho_buf *line, const char *key, const char *value)
{
	struct ho_error ignored;
	if (!value)
		return HO_OK;
	enum ho_status status = ho_buf_printf(line, &ignored, ",\"%s\":", key);
	return status ? status : ho_json_string(line, ho_slice_str(value), &ignored);
}

static enum ho_status begin_line(struct ho_buf *line, int64_t now, const char *level, const char *event)
{
	struct ho_error ignored;
	ho_buf_init(line, LINE_MAX_BYTES);
	enum ho_status status = ho_buf_add(line, "{\"time\":", 8, &ignored);
	if (status == HO_OK)
		status = ho_json_time(line, now, &ignored);
	return status ? status : ho_buf_printf(line, &ignored, ",\"level\":\"%s\",\"event\":\"%s\"", level, event);
}

static void end_line(struct ho_buf *line, void (*log)(void *context, const char *line), void *context,
                     enum ho_status status)
{
	struct ho_error ignored;
	if (status == HO_OK && ho_buf_add(line, "}", 1, &ignored) == HO_OK)
		log(context, line->data);
	ho_buf_release(line);
}

void ho_http__log_event(const struct ho_server *server, const char *level, const char *event, const char *detail)
{
	struct ho_buf line;
	if (!server->options.log)
		return;
	enum ho_status status = begin_line(&line, ho_app_now(server->app), level, event);
	if (status == HO_OK && detail && *detail)
		status = add_string(&line, "detail", detail);
	end_line(&line, server->options.log, server->options.log_context, status);
}

/* Every request of a busy service would be more log than answer: failures, slow ones, and those that are traced. */
static bool is_worth_a_line(const struct ho_request *rq, double ms)
{
	return rq->server->options.log_all || rq->status >= 500 || rq->status == 401 || rq->status == 403 ||
	       rq->status == 429 || rq->trace[0] || (ms > SLOW_MS && !rq->wait_until && !rq->stream);
}

void ho_http__log_request(const struct ho_request *rq)
{
	struct timespec now;
	struct ho_buf line;
	struct ho_error ignored;
	clock_gettime(CLOCK_MONOTONIC, &now);
	double ms = ((double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3 - (double)rq->began) / 1e3;
	if (!rq->server->options.log || !is_worth_a_line(rq, ms))
		return;
	enum ho_status status =
	    begin_line(&line, ho_app_now(rq->server->app), rq->status >= 500 ? "error" : "info", "request");
	if (status == HO_OK)
		status = add_string(&line, "method", rq->route ? rq->route->method : "-");
	if (status == HO_OK)
		status = add_string(&line, "route", rq->route ? rq->route->pattern : "-");
	if (status == HO_OK && rq->task)
		status = add_string(&line, "task", rq->task);
	if (status == HO_OK && rq->desk && rq->desk->model_id)
		status = add_string(&line, "model", rq->desk->model_id);
	if (status == HO_OK && rq->item.text[0])
		status = add_string(&line, "item", rq->item.text);
	if (status == HO_OK && rq->caller.name[0])
		status = add_string(&line, "caller", rq->caller.name);
	if (status == HO_OK)
		status = add_string(&line, "request", rq->id);
	if (status == HO_OK && rq->trace[0])
		status = add_string(&line, "traceparent", rq->trace);
	if (status == HO_OK)
		status = ho_buf_printf(&line, &ignored, ",\"status\":%u,\"ms\":%.3f,\"in\":%zu,\"out\":%" PRIu64,
		                       rq->status, ms, rq->received, rq->bytes);
	end_line(&line, rq->server->options.log, rq->server->options.log_context, status);
}

void ho_callback_log(void (*log)(void *context, const char *line), void *context, int64_t now,
                     const struct ho_flight *flight)
{
	struct ho_buf line;
	struct ho_error ignored;
	enum ho_status status = begin_line(&line, now, "warning", "callback failed");
	if (status == HO_OK)
		status = add_string(&line, "task", flight->outgoing.task);
	if (status == HO_OK)
		status = add_string(&line, "callback", flight->outgoing.id.text);
	if (status == HO_OK)
		status = add_string(&line, "host", flight->host);
	if (status == HO_OK)
		status = add_string(&line, "error", flight->error);
	if (status == HO_OK)
		status = ho_buf_printf(&line, &ignored, ",\"try\":%u", flight->outgoing.tries + 1);
	end_line(&line, log, context, status);
}
