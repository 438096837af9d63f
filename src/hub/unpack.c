/* From folders and archives. Only the files of an encoder are written, under names of our own: what an archive calls
 * its entries never becomes a path. */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "hub/private.h"

enum { ENTRIES_MAX = 100000, BLOCK = 1 << 16 };
#define SETTINGS_MAX ((uint64_t)64 << 20)
#define WEIGHTS_MAX ((uint64_t)8 << 30)

const struct hub_file ho_hub__files[HUB_FILES] = {[HUB_WEIGHTS] = {"model.safetensors", true, WEIGHTS_MAX},
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

enum ho_status ho_hub__copy(const char *to, const char *from, uint64_t most, const struct ho_progress *progress,
                            struct ho_error *err)
{
	struct ho_mapping map;
	enum ho_status status = ho_progress_check(progress, err);
	if (status == HO_OK)
		status = ho_mapping_open(&map, from, err);
	if (status)
		return status;
	status = map.bytes.len > most ? ho_fail(err, HO_ELIMIT, "it is too large") : ho_file_write(to, map.bytes, err);
	ho_mapping_close(&map);
	return status;
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
	ho_fail(err, HO_EFORMAT, "it is no wheel, jar, zip or tar file");
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
		return ho_fail(err, HO_EFORMAT, "it is damaged, or no wheel, jar, zip or tar file");
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

/* Where an archive holds the encoder. */
struct place {
	char root[HO_HUB_PATH]; /* the folder inside the archive, with its '/'; "" the whole archive */
	char onnx[HO_HUB_PATH]; /* the entry of the weights if they are ONNX; else "" */
	char stem[HO_HUB_PATH]; /* a.onnx has its tokeniser in a-tokenizer.json: "a-"; else "" */
};

/* The entries that may be the weights. */
struct candidates {
	size_t weights, plain_onnx, onnx; /* model.safetensors, model.onnx, any *.onnx */
	struct place place;               /* of the last of the best kind */
};

static void consider(void *context, const char *path)
{
	struct candidates *c = context;
	size_t root, len = strlen(path);
	if (len >= HO_HUB_PATH)
		return;
	if (ends_with(&root, path, "model.safetensors")) {
		c->weights++;
		c->place = (struct place){.onnx = ""};
		memcpy(c->place.root, path, root);
		return;
	}
	bool is_plain = ends_with(&root, path, "model.onnx");
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
	/* Names with a leading point are what other systems put beside files. */
	if (len < 5 || strcmp(path + len - 5, ".onnx") != 0 || path[folder] == '.')
		return;
	c->onnx++;
	c->plain_onnx += is_plain;
	if (c->weights || (c->plain_onnx && !is_plain))
		return;
	c->place = (struct place){.root = ""};
	memcpy(c->place.onnx, path, len);
	if (!is_plain) {
		memcpy(c->place.stem, path + folder, len - folder - 5);
		c->place.stem[len - folder - 5] = '-';
	}
	memcpy(c->place.root, path, folder);
}

static enum ho_status choose(const struct candidates *c, struct ho_error *err)
{
	if (c->weights > 1)
		return ho_fail(err, HO_EFORMAT, "it holds several files model.safetensors");
	if (c->weights == 1 || c->plain_onnx == 1 || (c->onnx == 1 && !c->plain_onnx))
		return HO_OK;
	return ho_fail(err, HO_EFORMAT,
	               c->onnx ? "it holds several ONNX files and no model.safetensors"
	                       : "it holds no model.safetensors, and no ONNX file either");
}

/* Call `visit` with the name of each entry. */
static enum ho_status for_each_entry(const char *path, void (*visit)(void *context, const char *name), void *context,
                                     const struct ho_progress *progress, struct ho_error *err)
{
	struct archive *a;
	struct archive_entry *entry = NULL;
	size_t seen = 0;
	enum ho_status status = open_archive(&a, path, err);
	while (status == HO_OK) {
		status = next_entry(&entry, a, &seen, progress, err);
		if (status || !entry)
			break;
		if (archive_entry_pathname(entry))
			visit(context, archive_entry_pathname(entry));
	}
	archive_read_free(a);
	return status;
}

/* What stands beside the weights. */
struct beside {
	const char *root;
	bool config, tokenizer;
};

static void look_beside(void *context, const char *name)
{
	struct beside *b = context;
	size_t root = strlen(b->root);
	if (strncmp(name, b->root, root) != 0)
		return;
	b->config = b->config || strcmp(name + root, "config.json") == 0;
	b->tokenizer = b->tokenizer || strcmp(name + root, "tokenizer.json") == 0;
}

/* The hub keeps exports in a folder `onnx` below the settings; and a tokeniser under its own name goes before. */
static void settle(struct place *place, const struct beside *beside)
{
	size_t folder = strlen(place->root);
	if (!place->onnx[0])
		return;
	if (!beside->config && folder >= 5 && strcmp(place->root + folder - 5, "onnx/") == 0 &&
	    (folder == 5 || place->root[folder - 6] == '/'))
		place->root[folder - 5] = 0;
	if (beside->tokenizer)
		place->stem[0] = 0;
}

/* The folder inside the archive that holds the one encoder. */
static enum ho_status find_place(struct place *out, const char *path, const struct ho_progress *progress,
                                 struct ho_error *err)
{
	static _Thread_local struct candidates found;
	found = (struct candidates){.weights = 0};
	enum ho_status status = for_each_entry(path, consider, &found, progress, err);
	if (status == HO_OK)
		status = choose(&found, err);
	struct beside beside = {.root = found.place.root};
	if (status == HO_OK && found.place.onnx[0])
		status = for_each_entry(path, look_beside, &beside, progress, err);
	settle(&found.place, &beside);
	*out = found.place;
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

/* The file that an entry becomes, or NULL. */
static const struct hub_file *wanted(const struct place *place, const char *entry)
{
	static const struct hub_file onnx = {HUB_ONNX, true, WEIGHTS_MAX};
	size_t root = strlen(place->root), stem = strlen(place->stem);
	if (place->onnx[0] && strcmp(entry, place->onnx) == 0)
		return &onnx;
	if (strncmp(entry, place->root, root) != 0)
		return NULL;
	entry += root;
	if (stem && strncmp(entry, place->stem, stem) == 0 && strcmp(entry + stem, "tokenizer.json") == 0)
		entry += stem;
	for (size_t i = 0; i < HUB_FILES; i++)
		if (strcmp(entry, ho_hub__files[i].name) == 0)
			return &ho_hub__files[i];
	return NULL;
}

static enum ho_status take(const char *to, struct archive *a, const struct hub_file *file,
                           const struct ho_progress *progress, struct ho_error *err)
{
	char target[HO_HUB_PATH];
	enum ho_status status = ho_hub__join(target, to, file->name, err);
	return status ? status : write_entry(target, a, file->most, progress, err);
}

enum ho_status ho_hub__unpack(const char *to, const char *path, const struct ho_progress *progress,
                              struct ho_error *err)
{
	static _Thread_local struct place place;
	struct archive *a = NULL;
	struct archive_entry *entry = NULL;
	size_t seen = 0;
	enum ho_status status = find_place(&place, path, progress, err);
	if (status == HO_OK)
		status = open_archive(&a, path, err);
	while (status == HO_OK) {
		status = next_entry(&entry, a, &seen, progress, err);
		if (status || !entry)
			break;
		const char *name = archive_entry_pathname(entry);
		const struct hub_file *file = name ? wanted(&place, name) : NULL;
		if (file)
			status = take(to, a, file, progress, err);
	}
	if (a)
		archive_read_free(a);
	if (status)
		ho_error_at(err, "%s", path);
	return status;
}
