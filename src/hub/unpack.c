/* From folders and archives. Only the files of an encoder are written, under names of our own: what an archive calls
 * its entries never becomes a path. */
#include <archive.h>
#include <archive_entry.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "hub/private.h"

enum { ENTRIES_MAX = 100000, BLOCK = 1 << 16 };
#define SETTINGS_MAX ((uint64_t)64 << 20)
#define WEIGHTS_MAX ((uint64_t)8 << 30)

const struct hub_file ho_hub__files[HUB_FILES] = {{"model.safetensors", true, WEIGHTS_MAX},
                                                  {"config.json", true, SETTINGS_MAX},
                                                  {"tokenizer.json", false, SETTINGS_MAX},
                                                  {"vocab.txt", false, SETTINGS_MAX},
                                                  {"tokenizer_config.json", false, SETTINGS_MAX},
                                                  {"modules.json", false, SETTINGS_MAX},
                                                  {"sentence_bert_config.json", false, SETTINGS_MAX},
                                                  {"config_sentence_transformers.json", false, SETTINGS_MAX},
                                                  {"1_Pooling/config.json", false, SETTINGS_MAX}};

enum ho_status ho_hub__join(char out[HO_HUB_PATH], const char *folder, const char *name, struct ho_error *err)
{
	int len = snprintf(out, HO_HUB_PATH, "%s/%s", folder, name);
	return len > 0 && len < HO_HUB_PATH ? HO_OK : ho_fail(err, HO_EINVAL, "the path or address is too long");
}

enum ho_status ho_hub__copy(const char *to, const char *from, struct ho_error *err)
{
	char source[HO_HUB_PATH], target[HO_HUB_PATH];
	for (size_t i = 0; i < HUB_FILES; i++) {
		const struct hub_file *file = &ho_hub__files[i];
		struct ho_mapping map;
		enum ho_status status = ho_hub__join(source, from, file->name, err);
		if (status == HO_OK)
			status = ho_hub__join(target, to, file->name, err);
		if (status)
			return status;
		status = ho_mapping_open(&map, source, err);
		if (status == HO_ENOTFOUND && !file->needed)
			continue;
		if (status)
			return status;
		status = map.bytes.len > file->most ? ho_fail(err, HO_ELIMIT, "%s is too large", file->name)
		                                    : ho_file_write(target, map.bytes, err);
		ho_mapping_close(&map);
		if (status)
			return status;
	}
	return HO_OK;
}

static enum ho_status open_archive(struct archive **out, const char *path, struct ho_error *err)
{
	struct archive *a = *out = archive_read_new();
	if (!a)
		return ho_fail_nomem(err);
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_format_zip(a);
	archive_read_support_format_tar(a);
	if (archive_read_open_filename(a, path, BLOCK) == ARCHIVE_OK)
		return HO_OK;
	ho_fail(err, HO_EFORMAT, "it is no wheel, zip or tar file");
	return ho_error_at(err, "%s", path);
}

/* The next entry; NULL at the end. */
static enum ho_status next_entry(struct archive_entry **entry, struct archive *a, size_t *seen,
                                 const struct ho_progress *progress, struct ho_error *err)
{
	*entry = NULL;
	enum ho_status status = ho_progress_check(progress, err);
	if (status)
		return status;
	int got = archive_read_next_header(a, entry);
	if (got == ARCHIVE_EOF) {
		*entry = NULL;
		return HO_OK;
	}
	if (got < ARCHIVE_WARN)
		return ho_fail(err, HO_EFORMAT, "it is damaged, or no wheel, zip or tar file");
	if (++*seen > ENTRIES_MAX)
		return ho_fail(err, HO_ELIMIT, "it has more than %d entries", ENTRIES_MAX);
	return HO_OK;
}

/* Does `path` end with `name`, as a whole? Then *root is the length of what stands before. */
static bool ends_with(size_t *root, const char *path, const char *name)
{
	size_t len = strlen(path), n = strlen(name);
	if (len < n || strcmp(path + len - n, name) != 0 || (len > n && path[len - n - 1] != '/'))
		return false;
	*root = len - n;
	return true;
}

/* The folder inside the archive that holds the one model.safetensors. */
static enum ho_status find_root(char root[HO_HUB_PATH], const char *path, const struct ho_progress *progress,
                                struct ho_error *err)
{
	struct archive *a;
	struct archive_entry *entry = NULL;
	size_t seen = 0, found = 0, len = 0;
	enum ho_status status = open_archive(&a, path, err);
	while (status == HO_OK) {
		status = next_entry(&entry, a, &seen, progress, err);
		if (status || !entry)
			break;
		const char *name = archive_entry_pathname(entry);
		if (!name || !ends_with(&len, name, "model.safetensors") || len >= HO_HUB_PATH)
			continue;
		memcpy(root, name, len);
		root[len] = 0;
		found++;
	}
	archive_read_free(a);
	if (status == HO_OK && found != 1)
		status = ho_fail(err, HO_EFORMAT,
		                 found ? "it holds several files model.safetensors" : "it holds no model.safetensors");
	return status;
}

static enum ho_status write_entry(const char *target, struct archive *a, uint64_t most,
                                  const struct ho_progress *progress, struct ho_error *err)
{
	static _Thread_local char buffer[BLOCK];
	struct ho_writer writer;
	enum ho_status status = ho_writer_open(&writer, target, err);
	while (status == HO_OK) {
		la_ssize_t got = archive_read_data(a, buffer, sizeof buffer);
		if (got <= 0) {
			status = got == 0 ? HO_OK : ho_fail(err, HO_EFORMAT, "it is damaged");
			break;
		}
		status = writer.written + (uint64_t)got > most ? ho_fail(err, HO_ELIMIT, "a file in it is too large")
		                                               : ho_writer_add(&writer, buffer, (size_t)got, err);
		if (status == HO_OK)
			status = ho_progress_check(progress, err);
	}
	if (status == HO_OK)
		return ho_writer_commit(&writer, err);
	ho_writer_discard(&writer);
	return status;
}

static enum ho_status take(const char *to, struct archive *a, const char *name, const struct ho_progress *progress,
                           struct ho_error *err)
{
	char target[HO_HUB_PATH];
	for (size_t i = 0; i < HUB_FILES; i++) {
		if (strcmp(name, ho_hub__files[i].name) != 0)
			continue;
		enum ho_status status = ho_hub__join(target, to, ho_hub__files[i].name, err);
		return status ? status : write_entry(target, a, ho_hub__files[i].most, progress, err);
	}
	return HO_OK;
}

enum ho_status ho_hub__unpack(const char *to, const char *path, const struct ho_progress *progress,
                              struct ho_error *err)
{
	char root[HO_HUB_PATH];
	struct archive *a = NULL;
	struct archive_entry *entry = NULL;
	size_t seen = 0;
	enum ho_status status = find_root(root, path, progress, err);
	if (status == HO_OK)
		status = open_archive(&a, path, err);
	while (status == HO_OK) {
		status = next_entry(&entry, a, &seen, progress, err);
		if (status || !entry)
			break;
		const char *name = archive_entry_pathname(entry);
		if (name && strncmp(name, root, strlen(root)) == 0)
			status = take(to, a, name + strlen(root), progress, err);
	}
	if (a)
		archive_read_free(a);
	if (status)
		ho_error_at(err, "%s", path);
	return status;
}

void ho_hub__sha256_bytes(char out[HO_SHA256_HEX], struct ho_slice bytes)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256(digest, (const unsigned char *)bytes.ptr, bytes.len);
	sodium_bin2hex(out, HO_SHA256_HEX, digest, sizeof digest);
}

enum ho_status ho_hub__sha256(char out[HO_SHA256_HEX], const char *path, struct ho_error *err)
{
	struct ho_mapping map;
	enum ho_status status = ho_mapping_open(&map, path, err);
	if (status)
		return status;
	ho_hub__sha256_bytes(out, map.bytes);
	ho_mapping_close(&map);
	return HO_OK;
}
