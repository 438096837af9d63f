/** Files: read-only mappings, and writing that either replaces the whole file or leaves the old one alone. */
#ifndef HO_BASE_FILE_H
#define HO_BASE_FILE_H

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

/** A read-only mapping; `bytes` stays valid until ho_mapping_close(). An empty file maps to len 0. */
struct ho_mapping {
	struct ho_slice bytes;
};

/** HO_ENOTFOUND no such file; HO_EINVAL a folder, pipe or device; HO_EIO. The place in `err` names the file. */
HO_MUST_CHECK enum ho_status ho_mapping_open(struct ho_mapping *out, const char *path, struct ho_error *err);
void ho_mapping_close(struct ho_mapping *mapping);

/** A file being written under a temporary name beside its final one. */
struct ho_writer {
	int fd;
	char *path, *temporary; /**< owned */
	char *buffer;           /**< owned */
	size_t used;
	uint64_t written; /**< bytes so far */
};

/**
 * Start writing `path`; nothing is visible under that name before ho_writer_commit(). A file that is replaced keeps its
 * rights; a new one has the usual ones.
 *
 * @return HO_OK; HO_EINVAL `path` exists and is no regular file (a folder, a device, a pipe); HO_EIO; HO_ENOMEM.
 */
HO_MUST_CHECK enum ho_status ho_writer_open(struct ho_writer *out, const char *path, struct ho_error *err);
HO_MUST_CHECK enum ho_status ho_writer_add(struct ho_writer *writer, const void *bytes, size_t len,
                                           struct ho_error *err);
/** Flush, fsync, rename, fsync the folder. On failure the temporary file is removed and the old file is untouched. */
HO_MUST_CHECK enum ho_status ho_writer_commit(struct ho_writer *writer, struct ho_error *err);
/** Write a whole file: open, add, commit. What those return. */
HO_MUST_CHECK enum ho_status ho_file_write(const char *path, struct ho_slice bytes, struct ho_error *err);
/** Give up: remove the temporary file. Allowed after a commit and on a zeroed writer, then nothing happens. */
void ho_writer_discard(struct ho_writer *writer);

#endif
