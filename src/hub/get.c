#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "encoder/encoder.h"
#include "encoder/places.h"
#include "hub/private.h"

/* A vocabulary of a million pieces, described. */
#define DESCRIPTION_MAX ((size_t)1 << 29)

#define HUB "https://huggingface.co/"

static const struct ho_known_encoder known[] = {
    {.name = "all-MiniLM-L6-v2",
     .about = "English, 6 layers, 384 dimensions, 91 MB: the quick one",
     .address = HUB "sentence-transformers/all-MiniLM-L6-v2/resolve/main",
     .weights = "15a116a6f4e498af30b5df55a86f2f554c8f43fb7dba6a30b7214f9408225ba4",
     .settings = "2d12bf3db1040b0bb29c3d326464d883ebc949f7db07f412391c7c8afd97dc18",
     .layers = 6,
     .heads = 12,
     .hidden = 384,
     .inner = 1536,
     .vocabulary = 30522,
     .positions = 512,
     .max_tokens = 256},
    {.name = "bge-small-en-v1.5",
     .about = "English, 12 layers, 384 dimensions, 133 MB: better at sentiment, half as quick",
     .address = HUB "BAAI/bge-small-en-v1.5/resolve/main",
     .weights = "58f7e4d679400cba0902ebf840a5b6a1c886b9405c8d5b0f7f839c4bed40122a",
     .settings = "6b1f120a888008ffdb2c185bb5b72f9ca40f8f0a2b522a19f3a9b89dbd91cedd",
     .layers = 12,
     .heads = 12,
     .hidden = 384,
     .inner = 1536,
     .vocabulary = 30522,
     .positions = 512,
     .max_tokens = 512,
     .first_token = true},
};

const struct ho_known_encoder *ho_hub_known(size_t i)
{
	return i < sizeof known / sizeof *known ? &known[i] : NULL;
}

static const struct ho_known_encoder *find(const char *name)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].name, name) == 0)
			return &known[i];
	return NULL;
}

static enum ho_status system_failed(struct ho_error *err, const char *what, const char *path)
{
	ho_fail(err, HO_EIO, "%s: %s", what, strerror(errno));
	return ho_error_at(err, "%s", path);
}

/* mkdir -p */
static enum ho_status make_folders(const char *path, struct ho_error *err)
{
	char part[HO_HUB_PATH];
	int len = snprintf(part, sizeof part, "%s", path);
	if (len < 0 || (size_t)len >= sizeof part)
		return ho_fail(err, HO_EINVAL, "the path of the data home is too long");
	for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = 0;
		if (mkdir(part, 0777) && errno != EEXIST)
			return system_failed(err, "the folder cannot be made", part);
		if (!slash)
			return HO_OK;
		*slash = '/';
	}
}

/* The temporary folder and what may stand in it. */
static void remove_folder(const char *folder)
{
	char path[HO_HUB_PATH];
	for (size_t i = 0; i < HUB_FILES; i++)
		if (ho_hub__join(path, folder, ho_hub__files[i].name, NULL) == HO_OK)
			(void)unlink(path);
	if (ho_hub__join(path, folder, "archive", NULL) == HO_OK)
		(void)unlink(path);
	if (ho_hub__join(path, folder, HUB_ONNX, NULL) == HO_OK)
		(void)unlink(path);
	if (ho_hub__join(path, folder, "1_Pooling", NULL) == HO_OK)
		(void)rmdir(path);
	(void)rmdir(folder);
}

static bool ends_with(const char *text, const char *with)
{
	size_t len = strlen(text), n = strlen(with);
	return len > n && strcmp(text + len - n, with) == 0;
}

static bool is_archive(const char *address)
{
	static const char *const ends[] = {".whl", ".jar", ".zip", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.zst"};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends_with(address, ends[i]))
			return true;
	return false;
}

static enum ho_status fetch_archive(const char *folder, const char *address, const struct ho_progress *progress,
                                    struct ho_error *err)
{
	char path[HO_HUB_PATH];
	enum ho_status status = ho_hub__join(path, folder, "archive", err);
	if (status)
		return status;
	status = ho_hub__download(path, address, ho_hub__files[0].most, progress, err);
	if (status == HO_OK)
		status = ho_hub__unpack(folder, path, progress, err);
	(void)unlink(path);
	return status;
}

/* Copy or download one file: ho_hub__copy() or ho_hub__download(). */
typedef enum ho_status fetcher(const char *to, const char *from, uint64_t most, const struct ho_progress *progress,
                               struct ho_error *err);

static enum ho_status fetch_file(fetcher *fetch, const char *folder, const char *name, const char *from,
                                 const char *from_name, uint64_t most, const struct ho_progress *progress,
                                 struct ho_error *err)
{
	char target[HO_HUB_PATH], source[HO_HUB_PATH];
	enum ho_status status = ho_hub__join(source, from, from_name, err);
	if (status == HO_OK)
		status = ho_hub__join(target, folder, name, err);
	return status ? status : fetch(target, source, most, progress, err);
}

/* The weights as ONNX, where the hub's folders have them. If there are none, HO_ENOTFOUND with `err` as it was. */
static enum ho_status fetch_onnx(fetcher *fetch, const char *folder, const char *from,
                                 const struct ho_progress *progress, struct ho_error *err)
{
	static const char *const names[] = {"model.onnx", "onnx/model.onnx"};
	struct ho_error other = {.code = HO_OK};
	enum ho_status status = HO_ENOTFOUND;
	for (size_t i = 0; i < sizeof names / sizeof *names && status == HO_ENOTFOUND; i++)
		status = fetch_file(fetch, folder, HUB_ONNX, from, names[i], ho_hub__files[HUB_WEIGHTS].most, progress,
		                    &other);
	if (status && status != HO_ENOTFOUND && err)
		*err = other;
	return status;
}

static enum ho_status fetch_files(fetcher *fetch, const char *folder, const char *from,
                                  const struct ho_progress *progress, struct ho_error *err)
{
	bool is_onnx = false;
	for (size_t i = 0; i < HUB_FILES; i++) {
		const struct hub_file *file = &ho_hub__files[i];
		enum ho_status status =
		    fetch_file(fetch, folder, file->name, from, file->name, file->most, progress, err);
		if (status == HO_ENOTFOUND && i == HUB_WEIGHTS) {
			status = fetch_onnx(fetch, folder, from, progress, err);
			is_onnx = status == HO_OK;
		}
		/* An export may come without settings; whether they are needed shows later. */
		if (status && !(status == HO_ENOTFOUND && (is_onnx || !file->needed)))
			return status;
	}
	return HO_OK;
}

static enum ho_status fill(const char *folder, const char *from, const struct ho_progress *progress,
                           struct ho_error *err)
{
	struct stat st;
	if (strstr(from, "://"))
		return is_archive(from) ? fetch_archive(folder, from, progress, err)
		                        : fetch_files(ho_hub__download, folder, from, progress, err);
	if (stat(from, &st)) {
		ho_fail(err, HO_ENOTFOUND, "there is no such file or folder");
		return ho_error_at(err, "%s", from);
	}
	if (S_ISDIR(st.st_mode))
		return fetch_files(ho_hub__copy, folder, from, progress, err);
	if (S_ISREG(st.st_mode) && !ends_with(from, ".onnx") && !ends_with(from, ".safetensors"))
		return ho_hub__unpack(folder, from, progress, err);
	if (S_ISREG(st.st_mode)) {
		ho_fail(err, HO_EINVAL, "an encoder is more than its weights; name the folder that they stand in");
		return ho_error_at(err, "%s", from);
	}
	/* Reading a pipe would wait for ever. */
	ho_fail(err, HO_EINVAL, "it is neither a folder nor a file; save the archive first and name the file");
	return ho_error_at(err, "%s", from);
}

static bool is_there(const char *folder, const char *name)
{
	char path[HO_HUB_PATH];
	return ho_hub__join(path, folder, name, NULL) == HO_OK && access(path, F_OK) == 0;
}

static enum ho_status convert(const char *folder, const struct ho_progress *progress, struct ho_error *err)
{
	char onnx[HO_HUB_PATH], weights[HO_HUB_PATH];
	struct ho_mapping map;
	enum ho_status status = ho_hub__join(onnx, folder, HUB_ONNX, err);
	if (status == HO_OK)
		status = ho_hub__join(weights, folder, ho_hub__files[HUB_WEIGHTS].name, err);
	if (status == HO_OK)
		status = ho_mapping_open(&map, onnx, err);
	if (status)
		return status;
	status = ho_hub__from_onnx(weights, map.bytes, progress, err);
	ho_mapping_close(&map);
	(void)unlink(onnx);
	return status;
}

/* Weights that came as ONNX become model.safetensors. Such exports often come without the files that say how a text's
 * vector comes about; of a known encoder they are written. */
static enum ho_status complete(const char *folder, const char *name, const struct ho_known_encoder *wanted,
                               const struct ho_progress *progress, struct ho_error *err)
{
	if (!is_there(folder, HUB_ONNX))
		return HO_OK;
	enum ho_status status = convert(folder, progress, err);
	if (status || wanted)
		return status ? status : ho_hub__write_settings(folder, wanted, err);
	if (is_there(folder, "config.json") && is_there(folder, "modules.json"))
		return HO_OK;
	return ho_fail(
	    err, HO_EFORMAT,
	    "its weights came as ONNX without %s, and nothing is known of an encoder called %s: put "
	    "config.json, modules.json and 1_Pooling/config.json beside them, or use the name of a known one",
	    is_there(folder, "config.json") ? "modules.json" : "config.json", name);
}

/* Settings and vocabulary must be the known ones too: with others the same weights give other vectors. */
static enum ho_status verify_settings(const struct ho_encoder *encoder, const struct ho_known_encoder *wanted,
                                      struct ho_error *err)
{
	struct ho_buf text;
	char sha256[HO_SHA256_HEX];
	ho_buf_init(&text, DESCRIPTION_MAX);
	enum ho_status status = ho_encoder_describe(&text, encoder, err);
	if (status == HO_OK)
		ho_hub__sha256_bytes(sha256, ho_buf_slice(&text));
	if (status == HO_OK && strcmp(sha256, wanted->settings) != 0)
		status = ho_fail(err, HO_EFORMAT,
		                 "the weights are those of %s, but its settings or its vocabulary are not; nothing was "
		                 "kept. Keep another encoder under another name",
		                 wanted->name);
	ho_buf_release(&text);
	return status;
}

/* Is it what it should be? */
static enum ho_status verify(struct ho_hub_got *out, const char *folder, const struct ho_known_encoder *wanted,
                             struct ho_error *err)
{
	char weights[HO_HUB_PATH];
	struct ho_encoder *encoder;
	enum ho_status status = ho_hub__join(weights, folder, "model.safetensors", err);
	if (status == HO_OK)
		status = ho_hub__weights_sha256(out->sha256, weights, err);
	if (status)
		return status;
	if (wanted && strcmp(wanted->weights, out->sha256) != 0)
		return ho_fail(
		    err, HO_EFORMAT,
		    "the weights are not those of %s: their SHA-256 is %s and not %s; nothing was kept. Keep "
		    "another encoder under another name",
		    wanted->name, out->sha256, wanted->weights);
	status = ho_encoder_open(&encoder, folder, 0, err);
	if (status)
		return status;
	if (wanted)
		status = verify_settings(encoder, wanted, err);
	out->verified = status == HO_OK && wanted;
	ho_encoder_free(encoder);
	return status;
}

static enum ho_status check(struct ho_hub_got *out, const char *name, const char **from, struct ho_error *err)
{
	char home[4096];
	struct stat st;
	const struct ho_known_encoder *wanted = find(name);
	if (!ho_encoder_name_ok(name))
		return ho_fail(
		    err, HO_EINVAL,
		    "a name is made of letters, digits, '.', '_' and '-', and does not begin with '.' or '-'");
	if (!*from && !wanted)
		return ho_fail(err, HO_EUNAVAIL,
		               "no checksum is known for this name, so it is not fetched from the hub; fetch its files "
		               "from where you trust them and use --from");
	*from = *from ? *from : wanted->address;
	if (strncmp(*from, "http://", 7) == 0)
		return ho_fail(err, HO_EINVAL, "only https:// and file:// are fetched from");
	enum ho_status status = ho_encoder_home(home, sizeof home, err);
	if (status == HO_OK)
		status = ho_hub__join(out->folder, home, name, err);
	if (status)
		return status;
	if (lstat(out->folder, &st) == 0) {
		ho_fail(err, HO_ECONFLICT,
		        "it is there already; `handoff encoder check %s` looks at it, and to fetch it "
		        "again remove the folder first",
		        name);
		return ho_error_at(err, "%s", out->folder);
	}
	return make_folders(home, err);
}

enum ho_status ho_hub_get(struct ho_hub_got *out, const char *name, const char *from,
                          const struct ho_progress *progress, struct ho_error *err)
{
	char temporary[HO_HUB_PATH + 16], pooling[HO_HUB_PATH + 32];
	*out = (struct ho_hub_got){.verified = false};
	enum ho_status status = check(out, name, &from, err);
	if (status)
		return status;
	const char *slash = strrchr(out->folder, '/');
	snprintf(temporary, sizeof temporary, "%.*s/.%s.XXXXXX", (int)(slash - out->folder), out->folder, name);
	if (!mkdtemp(temporary) || chmod(temporary, 0755))
		return system_failed(err, "no folder can be made in", temporary);
	snprintf(pooling, sizeof pooling, "%s/1_Pooling", temporary);
	status = mkdir(pooling, 0777) ? system_failed(err, "the folder cannot be made", pooling)
	                              : fill(temporary, from, progress, err);
	if (status == HO_OK) {
		status = complete(temporary, name, find(name), progress, err);
		if (status == HO_OK)
			status = verify(out, temporary, find(name), err);
		if (status) /* the temporary folder will be gone */
			(void)ho_error_at(err, "%s", from);
	}
	(void)rmdir(pooling); /* if it stayed empty */
	if (status == HO_OK && rename(temporary, out->folder))
		status = system_failed(err, "the encoder cannot be put in place", out->folder);
	if (status)
		remove_folder(temporary);
	return status;
}
