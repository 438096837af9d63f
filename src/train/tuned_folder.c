#include "train/tuned_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/slice.h"
#include "text/utf8.h"

enum { PATH_BYTES = 4300 };

enum ho_status ho_tuned_folder(char **out, const char *path, struct ho_error *err)
{
	char folder[PATH_BYTES], whole[PATH_BYTES];
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	int len = slash == path
	              ? snprintf(folder, sizeof folder, "/")
	              : snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	*out = NULL;
	if (len < 0 || len >= (int)sizeof folder)
		return ho_fail(err, HO_EINVAL, "the path of the model is too long");
	char *real = realpath(folder, NULL);
	if (!real)
		return ho_fail(err, HO_ENOTFOUND, "the folder of the model is not there");
	len = snprintf(whole, sizeof whole, "%s/%s.encoder", strcmp(real, "/") == 0 ? "" : real, name);
	free(real);
	if (len >= (int)sizeof whole || !ho_utf8_is_clean(ho_slice_str(whole)))
		return ho_fail(err, HO_EINVAL,
		               "the path of the model is too long or not UTF-8, as the name of its encoder must be");
	*out = strdup(whole);
	return *out ? HO_OK : ho_fail_nomem(err);
}

static bool is_encoder(const char *folder)
{
	char path[PATH_BYTES + 32];
	struct stat st;
	(void)snprintf(path, sizeof path, "%s/model.safetensors", folder);
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

enum ho_status ho_tuned_place(const char *made, const char *place, struct ho_error *err)
{
	struct stat st;
	bool there = lstat(place, &st) == 0;
	if (there && !(S_ISDIR(st.st_mode) && is_encoder(place))) {
		(void)ho_fail(err, HO_EINVAL,
		              "the fine-tuned encoder belongs here, and something else stands here; move it away");
		ho_error_at(err, "%s", place);
		return HO_EINVAL;
	}
	if (!there && rename(made, place) == 0)
		return HO_OK;
	if (there && renameat2(AT_FDCWD, made, AT_FDCWD, place, RENAME_EXCHANGE) == 0) {
		ho_tuned_remove(made);
		return HO_OK;
	}
	(void)ho_fail(err, HO_EIO, "the fine-tuned encoder cannot be put into its place: %s", strerror(errno));
	ho_error_at(err, "%s", place);
	return HO_EIO;
}

void ho_tuned_remove(const char *folder)
{
	static const char *const names[] = {"config.json",
	                                    "tokenizer.json",
	                                    "tokenizer_config.json",
	                                    "vocab.txt",
	                                    "special_tokens_map.json",
	                                    "modules.json",
	                                    "sentence_bert_config.json",
	                                    "config_sentence_transformers.json",
	                                    "model.safetensors"};
	char path[PATH_BYTES + 600];
	DIR *list = opendir(folder);
	struct dirent *entry;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	while (list && (entry = readdir(list)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, "%s/%s/config.json", folder, entry->d_name);
		(void)unlink(path);
		(void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		(void)rmdir(path);
	}
	if (list)
		(void)closedir(list);
	(void)rmdir(folder);
}
