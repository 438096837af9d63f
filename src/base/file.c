#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

enum { WRITE_BUFFER = 1 << 16, SUFFIX = 8 };

enum ho_status ho_mapping_open(struct ho_mapping *out, const char *path, struct ho_error *err)
{
	struct stat st;
	struct ho_error unwanted = {.code = HO_OK};
	*out = (struct ho_mapping){{NULL, 0}};
	/* The status of a failure must not depend on whether somebody wants to read the message. */
	err = err ? err : &unwanted;
	/* Without O_NONBLOCK a named pipe would wait for its other end. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		(void)ho_fail_errno(err, errno == ENOENT ? HO_ENOTFOUND : HO_EIO, "cannot open the file");
		return ho_error_at(err, "%s", path);
	}
	enum ho_status status = HO_OK;
	if (fstat(fd, &st))
		status = ho_fail_errno(err, HO_EIO, "cannot stat the file");
	else if (!S_ISREG(st.st_mode))
		status = ho_fail(err, HO_EINVAL, "not a regular file");
	else if (st.st_size > 0) {
		void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map == MAP_FAILED)
			status = ho_fail_errno(err, HO_EIO, "cannot map the file");
		else
			out->bytes = ho_slice(map, (size_t)st.st_size);
	}
	(void)close(fd);
	if (status)
		(void)ho_error_at(err, "%s", path);
	return status;
}

void ho_mapping_close(struct ho_mapping *mapping)
{
	if (mapping->bytes.ptr)
		(void)munmap((void *)(uintptr_t)mapping->bytes.ptr, mapping->bytes.len);
	mapping->bytes = ho_slice(NULL, 0);
}

static enum ho_status fail_at(struct ho_writer *writer, struct ho_error *err, const char *what)
{
	enum ho_status status = ho_fail_errno(err, HO_EIO, "%s", what);
	if (err)
		(void)ho_error_at(err, "%s", writer->path);
	return status;
}

/* A rename onto a device, pipe or folder would replace it or fail at the very end. *mode: of the file that will be
 * replaced, 0 if there is none. */
static enum ho_status check_target(mode_t *mode, const char *path, struct ho_error *err)
{
	struct stat st;
	*mode = 0;
	if (stat(path, &st))
		return HO_OK;
	*mode = st.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
	if (S_ISREG(st.st_mode))
		return HO_OK;
	enum ho_status status = ho_fail(err, HO_EINVAL, "cannot be written to: %s; name a file",
	                                S_ISDIR(st.st_mode) ? "it is a folder" : "it is no regular file");
	if (err)
		(void)ho_error_at(err, "%s", path);
	return status;
}

/*
 * Create a file of a new name, the last SUFFIX bytes of which are made up. mkstemp() would make it private, and the
 * usual rights could then be found out only by changing the mask of the whole process for a moment.
 */
static int create_new(char *temporary)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	char *suffix = temporary + strlen(temporary) - SUFFIX;
	for (int tries = 0; tries < 100; tries++) {
		unsigned char random[SUFFIX];
		if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
			return -1;
		for (int i = 0; i < SUFFIX; i++)
			suffix[i] = letters[random[i] % (sizeof letters - 1)];
		int fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

enum ho_status ho_writer_open(struct ho_writer *out, const char *path, struct ho_error *err)
{
	*out = (struct ho_writer){.fd = -1};
	mode_t mode;
	enum ho_status checked = check_target(&mode, path, err);
	if (checked)
		return checked;
	size_t len = strlen(path), room = len + 32;
	out->path = ho_alloc(len + 1, 1);
	out->temporary = ho_alloc(room, 1);
	out->buffer = ho_alloc(WRITE_BUFFER, 1);
	if (!out->path || !out->temporary || !out->buffer) {
		ho_writer_discard(out);
		return ho_fail_nomem(err);
	}
	memcpy(out->path, path, len + 1);
	(void)snprintf(out->temporary, room, "%s.%*s", path, SUFFIX, "");
	out->fd = create_new(out->temporary);
	if (out->fd < 0) {
		enum ho_status status = fail_at(out, err, "cannot create a temporary file beside it");
		out->temporary[0] = '\0';
		ho_writer_discard(out);
		return status;
	}
	if (mode)
		(void)fchmod(out->fd, mode);
	return HO_OK;
}

static enum ho_status flush(struct ho_writer *writer, const char *bytes, size_t len, struct ho_error *err)
{
	while (len) {
		ssize_t n = write(writer->fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_at(writer, err, "cannot write the file; the old one, if any, is untouched");
		bytes += n;
		len -= (size_t)n;
	}
	return HO_OK;
}

enum ho_status ho_writer_add(struct ho_writer *writer, const void *bytes, size_t len, struct ho_error *err)
{
	writer->written += len;
	if (len <= WRITE_BUFFER - writer->used) {
		if (len)
			memcpy(writer->buffer + writer->used, bytes, len);
		writer->used += len;
		return HO_OK;
	}
	enum ho_status status = flush(writer, writer->buffer, writer->used, err);
	writer->used = 0;
	if (status == HO_OK && len >= WRITE_BUFFER)
		return flush(writer, bytes, len, err);
	if (status == HO_OK) {
		memcpy(writer->buffer, bytes, len);
		writer->used = len;
	}
	return status;
}

/* The rename itself must survive a power cut, so the folder is synced as well; some file systems cannot, which is no
 * error. */
static void sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096] = ".";
	if (slash && (size_t)(slash - path) < sizeof folder - 1) {
		size_t n = slash == path ? 1 : (size_t)(slash - path);
		memcpy(folder, path, n);
		folder[n] = '\0';
	}
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
}

enum ho_status ho_writer_commit(struct ho_writer *writer, struct ho_error *err)
{
	enum ho_status status = flush(writer, writer->buffer, writer->used, err);
	writer->used = 0;
	if (status == HO_OK && fsync(writer->fd))
		status = fail_at(writer, err, "cannot sync the file; the old one, if any, is untouched");
	if (status == HO_OK && rename(writer->temporary, writer->path))
		status = fail_at(writer, err, "cannot rename the finished file");
	if (status == HO_OK) {
		sync_folder(writer->path);
		writer->temporary[0] = '\0';
	}
	ho_writer_discard(writer);
	return status;
}

void ho_writer_discard(struct ho_writer *writer)
{
	if (!writer->path && !writer->temporary && !writer->buffer)
		return;
	if (writer->fd >= 0)
		(void)close(writer->fd);
	if (writer->temporary && writer->temporary[0])
		(void)unlink(writer->temporary);
	ho_free(writer->path);
	ho_free(writer->temporary);
	ho_free(writer->buffer);
	*writer = (struct ho_writer){.fd = -1};
}

enum ho_status ho_file_write(const char *path, struct ho_slice bytes, struct ho_error *err)
{
	struct ho_writer writer;
	enum ho_status status = ho_writer_open(&writer, path, err);
	if (status == HO_OK)
		status = ho_writer_add(&writer, bytes.ptr, bytes.len, err);
	if (status == HO_OK)
		status = ho_writer_commit(&writer, err);
	ho_writer_discard(&writer);
	return status;
}
