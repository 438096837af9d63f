#include "table/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "table/reader.h"

enum { PACKED_ROOM = 1 << 16 };
/* A first line at its longest, and what came along with its last block. */
#define TAPE_MAX (2 * HO_RECORD_MAX)
enum packing { PLAIN, GZIP, ZSTD };

struct ho_source {
	int fd; /* -1: from memory */
	bool owns_fd, at_end;
	bool waits; /* not a regular file */
	const struct ho_progress *progress;
	struct ho_buf tape; /* what was read since ho_source_record() */
	size_t replayed;    /* of the tape */
	enum { NO_TAPE, RECORDING, REPLAYING } tape_state;
	enum packing packing;
	bool frame_open;  /* inside a compressed member, so the end would come too early */
	const char *next; /* packed bytes not yet used: in `packed`, or in the caller's memory */
	size_t left;
	double consumed, size; /* packed bytes; size < 0 unknown */
	z_stream gzip;
	ZSTD_DStream *zstd;
	char packed[PACKED_ROOM];
};

/* Until there is something to read. poll() ends on a signal even where read() would be restarted, and the second
 * descriptor makes it end when the signal went to another thread, or came a moment before. */
static enum ho_status await(const struct ho_source *source, struct ho_error *err)
{
	int wake = source->progress ? source->progress->wake : 0;
	struct pollfd what[2] = {{.fd = source->fd, .events = POLLIN}, {.fd = wake, .events = POLLIN}};
	while (source->waits) {
		enum ho_status status = ho_progress_check(source->progress, err);
		if (status)
			return status;
		int n = poll(what, wake > 0 ? 2 : 1, -1);
		if (n < 0 && errno != EINTR)
			return ho_fail_errno(err, HO_EIO, "cannot wait for the input");
		if (n > 0 && what[0].revents)
			break;
	}
	return HO_OK;
}

static enum ho_status refill(struct ho_source *source, size_t keep, struct ho_error *err)
{
	if (source->fd < 0) {
		source->at_end = true;
		return HO_OK;
	}
	if (keep && source->next != source->packed)
		memmove(source->packed, source->next, keep);
	source->next = source->packed;
	ssize_t n;
	do {
		enum ho_status status = await(source, err);
		if (status)
			return status;
		n = read(source->fd, source->packed + keep, PACKED_ROOM - keep);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < 0)
		return ho_fail_errno(err, HO_EIO, "cannot read");
	source->left = keep + (size_t)n;
	source->consumed += (double)n;
	source->at_end = n == 0;
	return HO_OK;
}

static const unsigned char gzip_magic[] = {0x1F, 0x8B}, zstd_magic[] = {0x28, 0xB5, 0x2F, 0xFD};

static bool starts_as(const struct ho_source *source, const unsigned char *magic, size_t len)
{
	return memcmp(source->next, magic, source->left < len ? source->left : len) == 0;
}

/* Reads only as long as the bytes so far may still become a magic number: somebody may be typing. */
static enum ho_status tell_packing(struct ho_source *source, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	while (status == HO_OK && !source->at_end && source->left < sizeof zstd_magic &&
	       (starts_as(source, gzip_magic, 2) || starts_as(source, zstd_magic, 4)))
		status = refill(source, source->left, err);
	if (status)
		return status;
	if (source->left >= 2 && starts_as(source, gzip_magic, 2)) {
		source->packing = GZIP;
		if (inflateInit2(&source->gzip, 15 + 16) != Z_OK)
			return ho_fail_nomem(err);
	} else if (source->left >= 4 && starts_as(source, zstd_magic, 4)) {
		source->packing = ZSTD;
		source->zstd = ZSTD_createDStream();
		if (!source->zstd)
			return ho_fail_nomem(err);
	}
	return HO_OK;
}

static void *gzip_alloc(void *context, unsigned n, unsigned size)
{
	(void)context;
	return ho_alloc(n, size);
}

static void gzip_free(void *context, void *memory)
{
	(void)context;
	ho_free(memory);
}

static struct ho_source *new_source(void)
{
	struct ho_source *source = ho_alloc(1, sizeof *source);
	if (!source)
		return NULL;
	memset(source, 0, offsetof(struct ho_source, packed));
	source->fd = -1;
	source->size = -1;
	source->next = source->packed;
	source->gzip.zalloc = gzip_alloc;
	source->gzip.zfree = gzip_free;
	ho_buf_init(&source->tape, TAPE_MAX);
	return source;
}

/* O_NONBLOCK: a FIFO that nobody writes to must not hold open() up, where nothing can cancel it; await() waits. */
static enum ho_status open_fd(struct ho_source *source, const char *path, struct ho_error *err)
{
	struct stat st;
	source->owns_fd = strcmp(path, "-") != 0;
	source->fd = source->owns_fd ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : STDIN_FILENO;
	if (source->fd < 0)
		return ho_fail_errno(err, errno == ENOENT ? HO_ENOTFOUND : HO_EIO, "cannot open the file");
	if (fstat(source->fd, &st))
		return ho_fail_errno(err, HO_EIO, "cannot stat the file");
	if (S_ISDIR(st.st_mode))
		return ho_fail(err, HO_EINVAL, "is a folder, not a file");
	source->waits = !S_ISREG(st.st_mode);
	if (!source->waits)
		source->size = (double)st.st_size;
	return tell_packing(source, err);
}

enum ho_status ho_source_open(struct ho_source **out, const char *path, const struct ho_progress *progress,
                              struct ho_error *err)
{
	*out = NULL;
	struct ho_source *source = new_source();
	if (source)
		source->progress = progress;
	enum ho_status status = source ? open_fd(source, path, err) : ho_fail_nomem(err);
	if (status) {
		if (err)
			(void)ho_error_at(err, "%s", source && !source->owns_fd ? "standard input" : path);
		ho_source_close(source);
		return status;
	}
	*out = source;
	return HO_OK;
}

enum ho_status ho_source_open_bytes(struct ho_source **out, struct ho_slice bytes, struct ho_error *err)
{
	*out = NULL;
	struct ho_source *source = new_source();
	if (!source)
		return ho_fail_nomem(err);
	if (bytes.len)
		source->next = bytes.ptr;
	source->left = bytes.len;
	source->size = source->consumed = (double)bytes.len;
	enum ho_status status = tell_packing(source, err);
	if (status)
		ho_source_close(source);
	else
		*out = source;
	return status;
}

void ho_source_close(struct ho_source *source)
{
	if (!source)
		return;
	if (source->packing == GZIP)
		(void)inflateEnd(&source->gzip);
	if (source->zstd)
		(void)ZSTD_freeDStream(source->zstd);
	if (source->fd >= 0 && source->owns_fd)
		(void)close(source->fd);
	ho_buf_release(&source->tape);
	ho_free(source);
}

static void use(struct ho_source *source, size_t n)
{
	source->next += n;
	source->left -= n;
}

/* One step of zlib. A member may be followed by another (as `cat a.gz b.gz` makes); anything else after it is padding.
 */
static enum ho_status step_gzip(struct ho_source *source, char *buffer, size_t room, size_t *got, struct ho_error *err)
{
	z_stream *z = &source->gzip;
	if (!source->frame_open && z->total_in > 0) {
		enum ho_status status = source->left < 2 && !source->at_end ? refill(source, source->left, err) : HO_OK;
		if (status)
			return status;
		if (source->left < 2 || !starts_as(source, gzip_magic, 2)) {
			use(source, source->left);
			return HO_OK;
		}
		(void)inflateReset(z);
	}
	uInt fed = source->left < INT32_MAX ? (uInt)source->left : INT32_MAX;
	z->next_in = (Bytef *)(uintptr_t)source->next;
	z->avail_in = fed;
	z->next_out = (Bytef *)buffer;
	z->avail_out = room < INT32_MAX ? (uInt)room : INT32_MAX;
	uInt asked = z->avail_out;
	int r = inflate(z, Z_NO_FLUSH);
	use(source, fed - z->avail_in);
	*got = asked - z->avail_out;
	source->frame_open = r != Z_STREAM_END;
	if (r == Z_MEM_ERROR)
		return ho_fail_nomem(err);
	if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
		return ho_fail(err, HO_EFORMAT, "the gzip data are damaged; fetch the file again");
	return HO_OK;
}

static enum ho_status step_zstd(struct ho_source *source, char *buffer, size_t room, size_t *got, struct ho_error *err)
{
	ZSTD_inBuffer in = {source->next, source->left, 0};
	ZSTD_outBuffer out = {buffer, room, 0};
	size_t r = ZSTD_decompressStream(source->zstd, &out, &in);
	if (ZSTD_isError(r))
		return ho_fail(err, HO_EFORMAT, "the zstd data are damaged (or need more than 128 MiB of window)");
	use(source, in.pos);
	*got = out.pos;
	source->frame_open = r != 0;
	return HO_OK;
}

static void copy_plain(struct ho_source *source, char *buffer, size_t room, size_t *got)
{
	*got = source->left < room ? source->left : room;
	memcpy(buffer, source->next, *got);
	use(source, *got);
}

static enum ho_status read_on(struct ho_source *source, char *buffer, size_t room, size_t *got, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	*got = 0;
	while (status == HO_OK && *got == 0) {
		if (source->left == 0 && !source->at_end) {
			status = refill(source, 0, err);
			if (status)
				return status;
		}
		bool starved = source->left == 0;
		if (source->packing == GZIP && !(starved && !source->frame_open))
			status = step_gzip(source, buffer, room, got, err);
		else if (source->packing == ZSTD && !(starved && !source->frame_open))
			status = step_zstd(source, buffer, room, got, err);
		else if (source->packing == PLAIN && !starved)
			copy_plain(source, buffer, room, got);
		if (status || *got || !starved)
			continue;
		if (source->frame_open)
			return ho_fail(err, HO_EFORMAT, "the compressed data end early; fetch the file again");
		break;
	}
	return status;
}

static void replay(struct ho_source *source, char *buffer, size_t room, size_t *got)
{
	size_t left = source->tape.len - source->replayed;
	*got = left < room ? left : room;
	memcpy(buffer, source->tape.data + source->replayed, *got);
	source->replayed += *got;
}

enum ho_status ho_source_read(struct ho_source *source, char *buffer, size_t room, size_t *got, struct ho_error *err)
{
	if (source->tape_state == REPLAYING && source->replayed < source->tape.len) {
		replay(source, buffer, room, got);
		return HO_OK;
	}
	if (source->tape_state == REPLAYING)
		ho_source_forget(source);
	enum ho_status status = read_on(source, buffer, room, got, err);
	if (status == HO_OK && source->tape_state == RECORDING)
		status = ho_buf_add(&source->tape, buffer, *got, err);
	return status;
}

void ho_source_record(struct ho_source *source)
{
	ho_buf_reset(&source->tape);
	source->tape_state = RECORDING;
}

void ho_source_rewind(struct ho_source *source)
{
	source->replayed = 0;
	source->tape_state = REPLAYING;
}

void ho_source_forget(struct ho_source *source)
{
	ho_buf_release(&source->tape);
	source->tape_state = NO_TAPE;
}

bool ho_source_idle(const struct ho_source *source)
{
	struct pollfd input = {.fd = source->fd, .events = POLLIN};
	return source->waits && source->left == 0 && !source->at_end && poll(&input, 1, 0) == 0;
}

bool ho_source_waits(const struct ho_source *source)
{
	return source->waits;
}

double ho_source_fraction(const struct ho_source *source)
{
	if (source->size <= 0)
		return -1;
	double share = (source->consumed - (double)source->left) / source->size;
	return share > 1 ? 1 : share;
}
