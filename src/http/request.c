/* A request's memory, its body, and what its header says. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "http/private.h"
#include "http/route.h"

enum {
	SPARES_MAX = 64,
	ARENA_MAX = 96 << 20,
	KEEP = 64 << 10,
	SMALL = 64 << 10,
	BODIES_MAX = 128 << 20,
	MICROSECOND = 1000
};

static int64_t microseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / MICROSECOND;
}

/* Everything but the memory that is worth keeping begins anew. */
static void clear(struct ho_request *rq)
{
	struct ho_arena arena = rq->arena;
	struct ho_buf body = rq->body, answer = rq->answer;
	memset(rq, 0, sizeof *rq);
	rq->arena = arena;
	rq->body = body;
	rq->answer = answer;
	rq->upload = -1;
}

struct ho_request *ho_request_new(struct ho_worker *worker, struct MHD_Connection *connection, const char *method,
                                  const char *path)
{
	struct ho_request *rq = worker->spare;
	if (rq) {
		worker->spare = rq->next;
		worker->spares--;
	} else {
		rq = ho_calloc(1, sizeof *rq);
		if (!rq)
			return NULL;
		ho_arena_init(&rq->arena, ARENA_MAX);
		ho_buf_init(&rq->body, 0);
		ho_buf_init(&rq->answer, HO_ANSWER_MAX);
	}
	clear(rq);
	rq->worker = worker;
	rq->server = worker->server;
	rq->connection = connection;
	rq->is_head = strcmp(method, "HEAD") == 0;
	rq->method = rq->is_head ? "GET" : method;
	rq->path = path;
	rq->began = microseconds();
	return rq;
}

static void close_upload(struct ho_request *rq)
{
	if (rq->upload >= 0)
		close(rq->upload);
	if (rq->upload_path)
		unlink(rq->upload_path);
	rq->upload = -1;
	rq->upload_path = NULL;
}

/* Small buffers are kept for the next request of the thread, large ones are not. */
static void keep_or_release(struct ho_buf *buf, size_t max)
{
	if (buf->cap > KEEP) {
		ho_buf_release(buf);
		ho_buf_init(buf, max);
	} else {
		ho_buf_reset(buf);
	}
}

void ho_request_free(struct ho_request *rq)
{
	struct ho_worker *worker = rq->worker;
	close_upload(rq);
	json_decref(rq->json);
	ho_desk_release(rq->desk);
	if (rq->place)
		atomic_fetch_sub(rq->place, 1);
	atomic_fetch_sub(&rq->server->body_bytes, rq->charged);
	if (rq->inflating)
		inflateEnd(&rq->inflate);
	keep_or_release(&rq->body, 0);
	keep_or_release(&rq->answer, HO_ANSWER_MAX);
	bool large = rq->arena.used > KEEP;
	ho_arena_reset(&rq->arena);
	if (large || worker->spares >= SPARES_MAX) {
		ho_arena_release(&rq->arena);
		ho_arena_init(&rq->arena, ARENA_MAX);
	}
	if (worker->spares >= SPARES_MAX) {
		ho_buf_release(&rq->body);
		ho_buf_release(&rq->answer);
		ho_free(rq);
		return;
	}
	rq->next = worker->spare;
	worker->spare = rq;
	worker->spares++;
}

static enum ho_status open_upload(struct ho_request *rq, struct ho_error *err)
{
	static const char name[] = "/handoff-upload-XXXXXX";
	size_t len = strlen(rq->server->uploads);
	char *path = ho_arena_alloc(&rq->arena, len + sizeof name, 1);
	if (!path)
		return ho_fail_nomem(err);
	memcpy(path, rq->server->uploads, len);
	memcpy(path + len, name, sizeof name);
	rq->upload = mkostemp(path, O_CLOEXEC);
	if (rq->upload < 0)
		return ho_fail_errno(err, HO_EIO, "cannot keep the upload on disk");
	rq->upload_path = path;
	return HO_OK;
}

static enum ho_status write_upload(struct ho_request *rq, const char *data, size_t len, struct ho_error *err)
{
	enum ho_status status = rq->upload < 0 ? open_upload(rq, err) : HO_OK;
	while (status == HO_OK && len) {
		ssize_t n = write(rq->upload, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ho_fail_errno(err, HO_EIO, "cannot keep the upload on disk");
		data += n, len -= (size_t)n;
	}
	return status;
}

/* Unpacked bytes. */
static enum ho_status take(struct ho_request *rq, const char *data, size_t len, struct ho_error *err)
{
	if (len > rq->body.max - rq->received)
		return ho_fail(err, HO_ELIMIT, "the body is larger than %zu bytes", rq->body.max);
	rq->received += len;
	if (rq->route && rq->route->body == HO_BODY_FILE)
		return write_upload(rq, data, len, err);
	if (rq->received > SMALL) {
		/* Many large bodies at once must not fill the memory: the sum has a limit too. */
		rq->charged += len;
		if (atomic_fetch_add(&rq->server->body_bytes, len) > BODIES_MAX)
			return ho_fail(err, HO_EBUSY, "too many large bodies at once, send it again in a moment");
	}
	return ho_buf_add(&rq->body, data, len, err);
}

/* What a packed body unpacks to counts, so that a small bomb stops at the same limit as a large upload. */
static enum ho_status inflate_piece(struct ho_request *rq, const char *data, size_t len, struct ho_error *err)
{
	unsigned char out[32 << 10];
	rq->inflate.next_in = (unsigned char *)(uintptr_t)data;
	rq->inflate.avail_in = (uInt)len;
	while (rq->inflate.avail_in || rq->inflate.avail_out == 0) {
		if (rq->inflated)
			return ho_fail(err, HO_EFORMAT, "the gzip body has bytes after its end");
		rq->inflate.next_out = out;
		rq->inflate.avail_out = sizeof out;
		int code = inflate(&rq->inflate, Z_NO_FLUSH);
		if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
			return ho_fail(err, HO_EFORMAT, "the body is not valid gzip");
		size_t n = sizeof out - rq->inflate.avail_out;
		rq->inflated = code == Z_STREAM_END;
		enum ho_status status = take(rq, (const char *)out, n, err);
		if (status)
			return status;
		if (n == 0 || (rq->inflated && !rq->inflate.avail_in))
			break;
	}
	return HO_OK;
}

enum ho_status ho_request_body(struct ho_request *rq, const char *data, size_t len, struct ho_error *err)
{
	if (rq->wire)
		atomic_fetch_add_explicit(&rq->wire->bytes, len, memory_order_relaxed);
	return rq->inflating ? inflate_piece(rq, data, len, err) : take(rq, data, len, err);
}

enum ho_status ho_request_body_end(struct ho_request *rq, struct ho_error *err)
{
	if (rq->inflating && !rq->inflated)
		return ho_fail(err, HO_EFORMAT, "the gzip body ends too early");
	return HO_OK;
}

const char *ho_request_header(const struct ho_request *rq, const char *name)
{
	return MHD_lookup_connection_value(rq->connection, MHD_HEADER_KIND, name);
}

const char *ho_request_query(const struct ho_request *rq, const char *name)
{
	return MHD_lookup_connection_value(rq->connection, MHD_GET_ARGUMENT_KIND, name);
}

enum ho_status ho_request_number(int64_t *out, const struct ho_request *rq, const char *name, int64_t low, int64_t high,
                                 int64_t fallback, struct ho_error *err)
{
	const char *text = ho_request_query(rq, name);
	char *end;
	*out = fallback;
	if (!text)
		return HO_OK;
	errno = 0;
	long long value = strtoll(text, &end, 10);
	if (errno || end == text || *end || value < low || value > high) {
		ho_fail(err, HO_EINVAL, "%s must be a whole number from %lld to %lld", name, (long long)low,
		        (long long)high);
		return ho_error_at(err, "%s", name);
	}
	*out = value;
	return HO_OK;
}

static bool peer_is_loopback(const struct ho_request *rq, const struct sockaddr **out)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(rq->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	*out = info ? info->client_addr : NULL;
	if (!*out)
		return false;
	if ((*out)->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)*out)->sin6_addr);
	return ntohl(((const struct sockaddr_in *)(const void *)*out)->sin_addr.s_addr) >> 24 == 127;
}

const char *ho_request_address(struct ho_request *rq)
{
	const struct sockaddr *peer;
	char text[INET6_ADDRSTRLEN] = "?";
	if (peer_is_loopback(rq, &peer) && rq->server->options.trust_proxy) {
		/* The last address is the one that the proxy on this machine saw; those before it are the client's
		 * word. */
		const char *forwarded = ho_request_header(rq, "X-Forwarded-For");
		const char *last = forwarded ? strrchr(forwarded, ',') : NULL;
		struct ho_slice address =
		    forwarded ? ho_slice_trim(ho_slice_str(last ? last + 1 : forwarded)) : ho_slice("", 0);
		if (address.len && address.len < sizeof text)
			memcpy(text, address.ptr, address.len), text[address.len] = '\0';
	}
	if (strcmp(text, "?") == 0 && peer)
		inet_ntop(peer->sa_family,
		          peer->sa_family == AF_INET6
		              ? (const void *)&((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr
		              : (const void *)&((const struct sockaddr_in *)(const void *)peer)->sin_addr,
		          text, sizeof text);
	struct ho_slice copy = ho_arena_copy(&rq->arena, ho_slice_str(text));
	return copy.ptr ? copy.ptr : "?";
}

bool ho_request_is_tls(const struct ho_request *rq)
{
	const struct sockaddr *peer;
	const char *protocol = ho_request_header(rq, "X-Forwarded-Proto");
	return peer_is_loopback(rq, &peer) && protocol && strcmp(protocol, "https") == 0;
}
