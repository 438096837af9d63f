#include "encoder/vector_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"

/* Texts between two additions to the file: as many as take about BLOCK_SECONDS, which is what a stop may lose. */
enum { VERSION = 1, BLOCK_MIN = 64, BLOCK_MAX = 4096, BLOCK_SECONDS = 10 };

struct header {
	char magic[8];
	uint32_t version, dimensions;
	uint64_t fingerprint, check;
};
_Static_assert(sizeof(struct header) == 32, "the layout is that of the file");

struct record_end {
	uint64_t check;
};

static uint64_t check_of(const void *bytes, size_t len)
{
	return ho_hash(bytes, len, 0x7665);
}

static struct header header_of(const struct ho_encoder *encoder)
{
	const struct ho_encoder_facts *facts = ho_encoder_facts(encoder);
	/* Processors of different kinds differ in the last bits: a model must not depend on who encoded. */
	struct header h = {.magic = "HOVECTR",
	                   .version = VERSION,
	                   .dimensions = facts->dimensions,
	                   .fingerprint = ho_hash(facts->kernels, strlen(facts->kernels), facts->fingerprint)};
	h.check = check_of(&h, offsetof(struct header, check));
	return h;
}

static enum ho_status failed(const struct ho_vector_file *file, struct ho_error *err, const char *what)
{
	enum ho_status status = ho_fail_errno(err, HO_EIO, "%s", what);
	return err ? ho_error_at(err, "%s", file->path) : status;
}

static enum ho_status refused(const struct ho_vector_file *file, struct ho_error *err, enum ho_status code,
                              const char *why)
{
	(void)ho_fail(err, code, "%s", why);
	return err ? ho_error_at(err, "%s", file->path) : code;
}

static bool write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	while (len) {
		ssize_t done = write(fd, at, len);
		if (done < 0 && errno != EINTR)
			return false;
		at += done > 0 ? done : 0;
		len -= done > 0 ? (size_t)done : 0;
	}
	return true;
}

/* A new file gets its header; of an old one it must be this encoder's. What is left of a record goes. */
static enum ho_status check_file(struct ho_vector_file *file, const struct ho_encoder *encoder, struct ho_error *err)
{
	struct header wanted = header_of(encoder), got = {.version = 0};
	struct stat st;
	if (fstat(file->fd, &st))
		return failed(file, err, "its size cannot be told");
	if (!S_ISREG(st.st_mode))
		return refused(file, err, HO_EINVAL, "vectors are kept in a regular file");
	if (st.st_size == 0)
		return write_all(file->fd, &wanted, sizeof wanted) ? HO_OK : failed(file, err, "it cannot be written");
	if (pread(file->fd, &got, sizeof got, 0) != (ssize_t)sizeof got ||
	    memcmp(got.magic, wanted.magic, sizeof got.magic) != 0 || got.version != VERSION ||
	    got.check != check_of(&got, offsetof(struct header, check)))
		return refused(file, err, HO_EFORMAT, "it is no file of vectors; name another one, or remove it");
	if (memcmp(&got, &wanted, sizeof got) != 0)
		return refused(file, err, HO_EFORMAT,
		               "its vectors are those of another encoder, precision, number of tokens or kind of "
		               "processor; name another file");
	off_t rest = (st.st_size - (off_t)sizeof got) % (off_t)file->record;
	return rest && ftruncate(file->fd, st.st_size - rest) ? failed(file, err, "it cannot be written") : HO_OK;
}

enum ho_status ho_vector_file_open(struct ho_vector_file *out, const char *path, const struct ho_encoder *encoder,
                                   struct ho_error *err)
{
	*out = (struct ho_vector_file){-1, path,
	                               sizeof(struct ho_text_key) + sizeof(struct record_end) +
	                                   ho_encoder_facts(encoder)->dimensions * sizeof(float)};
	enum ho_status status = HO_OK;
	/* Readable by its owner alone: see the header. O_NONBLOCK: a pipe is refused below and not waited for. */
	out->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0600);
	if (out->fd < 0)
		return failed(out, err, "the file of vectors cannot be opened");
	if (flock(out->fd, LOCK_EX | LOCK_NB))
		status = errno == EWOULDBLOCK
		             ? refused(out, err, HO_ECONFLICT, "another program is using this file of vectors")
		             : failed(out, err, "the file of vectors cannot be locked");
	if (status == HO_OK)
		status = check_file(out, encoder, err);
	if (status)
		ho_vector_file_close(out);
	return status;
}

void ho_vector_file_close(struct ho_vector_file *file)
{
	if (file->fd >= 0)
		(void)close(file->fd);
	file->fd = -1;
}

static enum ho_status take(struct ho_vector_cache *cache, const struct ho_map *wanted,
                           const struct ho_vector_file *file, struct ho_error *err)
{
	struct ho_mapping map;
	enum ho_status status = ho_mapping_open(&map, file->path, err);
	if (status)
		return status;
	size_t checked = file->record - sizeof(struct record_end);
	for (size_t at = sizeof(struct header); at + file->record <= map.bytes.len && status == HO_OK;
	     at += file->record) {
		const char *record = map.bytes.ptr + at;
		struct ho_text_key key;
		struct record_end end;
		memcpy(&key, record, sizeof key);
		if (ho_map_find(wanted, ho_slice((const char *)&key, sizeof key)) == HO_MAP_NONE)
			continue;
		memcpy(&end, record + checked, sizeof end);
		if (end.check == check_of(record, checked))
			status = ho_vector_cache_put(cache, &key, record + sizeof key, err);
	}
	ho_mapping_close(&map);
	return status;
}

static enum ho_status want(struct ho_map *wanted, const struct ho_vector_cache *cache, const struct ho_slice *texts,
                           size_t n, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	uint32_t index;
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		struct ho_text_key key = ho_text_key(texts[i]);
		if (ho_vector_cache_find(cache, texts[i]) == HO_MAP_NONE)
			status = ho_map_add(&index, wanted, ho_slice((const char *)&key, sizeof key), err);
	}
	return status;
}

enum ho_status ho_vector_file_take(struct ho_vector_cache *cache, size_t *found, const struct ho_vector_file *file,
                                   const struct ho_slice *texts, size_t n, struct ho_error *err)
{
	struct ho_map wanted;
	uint32_t before = cache->texts.n;
	ho_map_init(&wanted);
	enum ho_status status = want(&wanted, cache, texts, n, err);
	if (status == HO_OK && wanted.n)
		status = take(cache, &wanted, file, err);
	ho_map_release(&wanted);
	if (found)
		*found = cache->texts.n - before;
	return status;
}

/* Append the cache's rows from `first`. */
static enum ho_status append(const struct ho_vector_file *file, const struct ho_vector_cache *cache, uint32_t first,
                             struct ho_error *err)
{
	size_t n = cache->texts.n - first, checked = file->record - sizeof(struct record_end);
	char *records = ho_alloc(n, file->record);
	if (!records)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		char *record = records + i * file->record;
		uint32_t row = first + (uint32_t)i;
		struct ho_slice key = cache->texts.keys[row];
		memcpy(record, key.ptr, key.len);
		memcpy(record + key.len, ho_vector_cache_row(cache, row), checked - key.len);
		struct record_end end = {check_of(record, checked)};
		memcpy(record + checked, &end, sizeof end);
	}
	bool done = write_all(file->fd, records, n * file->record);
	ho_free(records);
	return done ? HO_OK : failed(file, err, "the vectors cannot be kept");
}

enum ho_status ho_vector_file_add(struct ho_vector_cache *cache, const struct ho_vector_file *file,
                                  const struct ho_slice *texts, size_t n, unsigned threads,
                                  const struct ho_progress *progress, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	size_t block = BLOCK_MIN, size;
	for (size_t at = 0; at < n && status == HO_OK; at += size) {
		size = n - at < block ? n - at : block;
		struct ho_progress_part part = {progress, (double)at / (double)n, (double)size / (double)n};
		const struct ho_progress within = ho_progress_within(&part);
		uint32_t before = cache->texts.n;
		double began = ho_clock_seconds();
		status = ho_vector_cache_add(cache, texts + at, size, threads, &within, err);
		if (status == HO_OK && cache->texts.n > before)
			status = append(file, cache, before, err);
		if (block < BLOCK_MAX && ho_clock_seconds() - began < BLOCK_SECONDS / 2.0)
			block *= 2;
	}
	return status;
}
