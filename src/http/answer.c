/* From the answer of a request to the connection. */
#include "app/labels.h"
#include "base/alloc.h"
#include "http/private.h"
#include "http/route.h"

enum { GZIP_FROM = 1400, GZIP_LEVEL = 1, PIECE = 32 << 10, STREAM_MAX = HO_LABELS_PAGE_LEAST };

void ho_request_answer(struct ho_request *rq, unsigned status)
{
	rq->status = status;
	rq->type = "application/json";
	rq->may_gzip = true;
	rq->state = HO_REQUEST_ANSWERED;
}

void ho_request_answer_empty(struct ho_request *rq)
{
	ho_buf_reset(&rq->answer);
	rq->fixed = ho_slice(NULL, 0);
	rq->status = 204;
	rq->type = NULL;
	rq->state = HO_REQUEST_ANSWERED;
}

void ho_request_answer_stream(struct ho_request *rq, const char *type, const struct ho_stream *stream, void *state)
{
	rq->status = 200;
	rq->type = type;
	rq->stream = stream;
	rq->stream_state = state;
	rq->state = HO_REQUEST_ANSWERED;
}

void ho_request_add_header(struct ho_request *rq, const char *name, const char *value)
{
	for (unsigned i = 0; i < rq->headers_n; i++)
		if (strcmp(rq->headers[i].name, name) == 0 && strcmp(name, "Set-Cookie") != 0) {
			rq->headers[i].value = value;
			return;
		}
	if (rq->headers_n < HO_HEADERS_MAX && value) {
		rq->headers[rq->headers_n].name = name;
		rq->headers[rq->headers_n++].value = value;
	}
}

/* Does "gzip" stand in Accept-Encoding without being refused by q=0? */
static bool takes_gzip(const struct ho_request *rq)
{
	const char *accept = ho_request_header(rq, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	const char *gzip = accept ? strstr(accept, "gzip") : NULL;
	if (!gzip)
		return false;
	const char *rest = gzip + strlen("gzip");
	return strncmp(rest, ";q=0", 4) != 0 || strncmp(rest, ";q=0.", 5) == 0;
}

/* In place of the answer; what cannot be packed goes as it is. */
static void pack(struct ho_request *rq)
{
	z_stream z = {.zalloc = NULL};
	struct ho_slice plain = ho_buf_slice(&rq->answer);
	if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	uLong bound = deflateBound(&z, (uLong)plain.len);
	unsigned char *out = ho_alloc(bound, 1);
	z.next_in = (unsigned char *)(uintptr_t)plain.ptr;
	z.avail_in = (uInt)plain.len;
	z.next_out = out;
	z.avail_out = (uInt)bound;
	if (out && deflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out < plain.len) {
		memcpy(rq->answer.data, out, z.total_out);
		rq->answer.len = z.total_out;
		rq->is_gzip = true;
	}
	deflateEnd(&z);
	ho_free(out);
}

/* A long answer on its way: what was made and not yet sent. */
struct flow {
	struct ho_request *rq;
	struct ho_buf piece;
	size_t sent;
	bool end;
};

static ssize_t flow_read(void *context, uint64_t position, char *out, size_t room)
{
	(void)position;
	struct flow *flow = context;
	struct ho_request *rq = flow->rq;
	if (flow->sent == flow->piece.len) {
		struct ho_error err;
		bool later = false;
		if (flow->end)
			return MHD_CONTENT_READER_END_OF_STREAM;
		ho_buf_reset(&flow->piece);
		flow->sent = 0;
		if (rq->stream->more(rq, &flow->piece, &flow->end, &later, &err))
			return MHD_CONTENT_READER_END_WITH_ERROR;
		if (!flow->piece.len)
			return flow->end ? MHD_CONTENT_READER_END_OF_STREAM : 0;
	}
	size_t n = flow->piece.len - flow->sent;
	n = n > room ? room : n;
	memcpy(out, flow->piece.data + flow->sent, n);
	flow->sent += n;
	rq->bytes += n;
	if (rq->wire)
		atomic_fetch_add_explicit(&rq->wire->bytes, n, memory_order_relaxed);
	return (ssize_t)n;
}

static void flow_free(void *context)
{
	struct flow *flow = context;
	ho_buf_release(&flow->piece);
	ho_free(flow);
}

static struct MHD_Response *make_stream(struct ho_request *rq)
{
	struct flow *flow = ho_calloc(1, sizeof *flow);
	if (!flow)
		return NULL;
	flow->rq = rq;
	ho_buf_init(&flow->piece, STREAM_MAX);
	struct MHD_Response *response =
	    MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, flow_read, flow, flow_free);
	if (!response)
		flow_free(flow);
	return response;
}

static struct MHD_Response *make_response(struct ho_request *rq)
{
	if (rq->stream)
		return make_stream(rq);
	if (!rq->fixed.ptr && rq->may_gzip && rq->answer.len >= GZIP_FROM && takes_gzip(rq))
		pack(rq);
	struct ho_slice body = rq->fixed.ptr ? rq->fixed : ho_buf_slice(&rq->answer);
	rq->bytes = body.len;
	/* The bytes outlive the answer: they are the request's, which ends after it. */
	return MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)(body.ptr ? body.ptr : ""),
	                                       MHD_RESPMEM_PERSISTENT);
}

static void add_headers(struct ho_request *rq, struct MHD_Response *response)
{
	if (rq->type)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, rq->type);
	if (rq->is_gzip)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	if (rq->may_gzip && (rq->fixed.ptr || rq->answer.len >= GZIP_FROM || rq->is_gzip))
		MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
	bool cache = false;
	for (unsigned i = 0; i < rq->headers_n; i++) {
		MHD_add_response_header(response, rq->headers[i].name, rq->headers[i].value);
		cache |= strcmp(rq->headers[i].name, "Cache-Control") == 0;
	}
	if (!cache)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, "X-Request-Id", rq->id);
	if (rq->must_close || atomic_load_explicit(&rq->server->stopping, memory_order_relaxed))
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

enum MHD_Result ho_request_send(struct ho_request *rq)
{
	struct MHD_Response *response = make_response(rq);
	if (!response)
		return MHD_NO;
	add_headers(rq, response);
	ho_http__wire_phase(rq->wire, HO_WIRE_ANSWER);
	rq->state = HO_REQUEST_SENT;
	enum MHD_Result result = MHD_queue_response(rq->connection, rq->status, response);
	MHD_destroy_response(response);
	return result;
}
