#include "tune/save.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/file.h"
#include "encoder/safetensors.h"

/* --- settings and tokeniser */

static const char *const copied[] = {"config.json",
                                     "tokenizer.json",
                                     "tokenizer_config.json",
                                     "vocab.txt",
                                     "special_tokens_map.json",
                                     "modules.json",
                                     "sentence_bert_config.json",
                                     "config_sentence_transformers.json"};

static enum ho_status copy(const char *from, const char *to, const char *name, struct ho_error *err)
{
	char source[4096], target[4096];
	struct ho_mapping file;
	if (snprintf(source, sizeof source, "%s/%s", from, name) >= (int)sizeof source ||
	    snprintf(target, sizeof target, "%s/%s", to, name) >= (int)sizeof target)
		return ho_fail(err, HO_EINVAL, "the name of the folder is too long");
	enum ho_status status = ho_mapping_open(&file, source, err);
	if (status)
		return status == HO_ENOTFOUND ? HO_OK : status;
	status = ho_file_write(target, file.bytes, err);
	ho_mapping_close(&file);
	return status;
}

/* Sub-folders of sentence-transformers' modules: each has a config.json at most. */
static enum ho_status copy_modules(const char *from, const char *to, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	DIR *folder = opendir(from);
	struct dirent *entry;
	if (!folder)
		return ho_fail(err, HO_EIO, "the folder of the encoder can no longer be read");
	while (status == HO_OK && (entry = readdir(folder)) != NULL) {
		char path[4096], name[512];
		struct stat st;
		(void)snprintf(name, sizeof name, "%s/config.json", entry->d_name);
		(void)snprintf(path, sizeof path, "%s/%s", from, name);
		if (entry->d_name[0] == '.' || stat(path, &st) != 0)
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", to, entry->d_name);
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			status = ho_fail(err, HO_EIO, "a folder cannot be made beside the encoder's files");
		else
			status = copy(from, to, name, err);
	}
	(void)closedir(folder);
	return status;
}

/* --- weights */

/* The network's tensor of this name in the file, or NULL for one that only travels along. */
static const struct ho_network_tensor *ours(const struct ho_network *n, struct ho_slice name)
{
	for (size_t i = 0; i < n->n_tensors; i++) {
		size_t len = strlen(n->tensors[i].name);
		if (n->tensors[i].depth <= n->facts.layers && (name.len == len || name.len == len + 5) &&
		    memcmp(name.ptr + name.len - len, n->tensors[i].name, len) == 0 &&
		    (name.len == len || memcmp(name.ptr, "bert.", 5) == 0))
			return &n->tensors[i];
	}
	return NULL;
}

/* F16 has 2 bytes a number; another type keeps its bytes and must keep its name, which is not known any more. */
static const char *type_of(const struct ho_tensor *t, const struct ho_network_tensor *own)
{
	if (own)
		return "F32";
	return t->dtype == HO_DTYPE_F32    ? "F32"
	       : t->dtype == HO_DTYPE_F16  ? "F16"
	       : t->dtype == HO_DTYPE_BF16 ? "BF16"
	                                   : NULL;
}

static uint64_t bytes_of(const struct ho_tensor *t, const struct ho_network_tensor *own)
{
	return own ? (uint64_t)(own->rows ? own->rows : 1) * own->columns * sizeof(float) : t->bytes;
}

static json_t *describe(const struct ho_network *n, const struct ho_safetensors *file)
{
	json_t *header = json_pack("{s{ss}}", "__metadata__", "format", "pt");
	uint64_t at = 0;
	bool failed = !header;
	for (size_t i = 0; i < file->n && !failed; i++) {
		const struct ho_tensor *t = &file->tensors[i];
		const struct ho_network_tensor *own = ours(n, t->name);
		json_t *shape = json_array();
		if (!type_of(t, own)) {
			json_decref(shape);
			continue;
		}
		for (unsigned d = 0; d < t->rank; d++)
			failed |= json_array_append_new(shape, json_integer((json_int_t)t->shape[d])) != 0;
		json_t *one = json_pack("{ss so s[II]}", "dtype", type_of(t, own), "shape", shape, "data_offsets",
		                        (json_int_t)at, (json_int_t)(at + bytes_of(t, own)));
		failed |= json_object_setn_new(header, t->name.ptr, t->name.len, one) != 0;
		at += bytes_of(t, own);
	}
	if (failed) {
		json_decref(header);
		return NULL;
	}
	return header;
}

static enum ho_status write_head(struct ho_writer *writer, const struct ho_network *n,
                                 const struct ho_safetensors *file, struct ho_error *err)
{
	json_t *header = describe(n, file);
	char *text = header ? json_dumps(header, JSON_COMPACT) : NULL, blanks[8] = "       ";
	json_decref(header);
	if (!text)
		return ho_fail_nomem(err);
	size_t len = strlen(text), filling = (8 - len % 8) % 8;
	unsigned char size[8];
	for (int b = 0; b < 8; b++)
		size[b] = (unsigned char)((uint64_t)(len + filling) >> 8 * b);
	enum ho_status status = ho_writer_add(writer, size, sizeof size, err);
	if (status == HO_OK)
		status = ho_writer_add(writer, text, len, err);
	if (status == HO_OK)
		status = ho_writer_add(writer, blanks, filling, err);
	free(text);
	return status;
}

/* Numbers are little-endian in the file, as on every machine this is built for. */
static enum ho_status write_weights(const struct ho_network *n, const struct ho_safetensors *file, const char *folder,
                                    struct ho_error *err)
{
	char path[4096];
	struct ho_writer writer;
	(void)snprintf(path, sizeof path, "%s/model.safetensors", folder);
	enum ho_status status = ho_writer_open(&writer, path, err);
	if (status)
		return status;
	status = write_head(&writer, n, file, err);
	for (size_t i = 0; i < file->n && status == HO_OK; i++) {
		const struct ho_tensor *t = &file->tensors[i];
		const struct ho_network_tensor *own = ours(n, t->name);
		if (type_of(t, own))
			status = ho_writer_add(&writer, own ? (const void *)(n->w + own->offset) : t->data,
			                       (size_t)bytes_of(t, own), err);
	}
	if (status == HO_OK)
		status = ho_writer_commit(&writer, err);
	ho_writer_discard(&writer);
	return status;
}

enum ho_status ho_network_save(const struct ho_network *n, const char *source, const char *folder, struct ho_error *err)
{
	char path[4096];
	struct ho_safetensors file;
	(void)snprintf(path, sizeof path, "%s/model.safetensors", source);
	enum ho_status status = ho_safetensors_open(&file, path, err);
	if (status)
		return status;
	status = write_weights(n, &file, folder, err);
	ho_safetensors_close(&file);
	for (size_t i = 0; i < sizeof copied / sizeof *copied && status == HO_OK; i++)
		status = copy(source, folder, copied[i], err);
	return status ? status : copy_modules(source, folder, err);
}
