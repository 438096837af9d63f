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

/* The folder that a path lies in; false if it is too long. */
static bool folder_of(char folder[PATH_BYTES], const char *path)
{
	const char *slash = strrchr(path, '/');
	int len = slash == path
	              ? snprintf(folder, PATH_BYTES, "/")
	              : snprintf(folder, PATH_BYTES, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	return len >= 0 && len < PATH_BYTES;
}

enum ho_status ho_tuned_folder(char **out, const char *path, struct ho_error *err)
{
	char folder[PATH_BYTES], whole[PATH_BYTES];
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	*out = NULL;
	if (!folder_of(folder, path))
		return ho_fail(err, HO_EINVAL, "the path of the model is too long");
	char *real = realpath(folder, NULL);
	if (!real)
		return ho_fail(err, HO_ENOTFOUND, "the folder of the model is not there");
	int len = snprintf(whole, sizeof whole, "%s/%s.encoder", strcmp(real, "/") == 0 ? "" : real, name);
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

/* Some file systems cannot do it at once. */
static bool exchange(const char *made, const char *place)
{
	char aside[PATH_BYTES + 16];
	if (renameat2(AT_FDCWD, made, AT_FDCWD, place, RENAME_EXCHANGE) == 0)
		return true;
	if ((errno != EINVAL && errno != ENOSYS) ||
	    snprintf(aside, sizeof aside, "%s.old", made) >= (int)sizeof aside || rename(place, aside) != 0)
		return false;
	if (rename(made, place) == 0)
		return rename(aside, made) == 0;
	(void)rename(aside, place);
	return false;
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
	if (there && exchange(made, place))
		return HO_OK;
	(void)ho_fail(err, HO_EIO, "the fine-tuned encoder cannot be put into its place: %s", strerror(errno));
	ho_error_at(err, "%s", place);
	return HO_EIO;
}

void ho_tuned_take_back(const char *made, const char *place)
{
	struct stat st;
	if (lstat(made, &st) == 0)
		(void)exchange(made, place);
	else
		(void)rename(place, made);
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

/* What ho_writer_open() and mkdtemp() put at the end of a name. */
static bool is_made_up(const char *end, size_t n)
{
	return strlen(end) == n && strspn(end, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == n;
}

static void sweep(const char *folder, const char *entry, const char *rest)
{
	static const char tuning[] = ".tuning-", encoder[] = ".encoder-";
	char path[PATH_BYTES + 300];
	if (snprintf(path, sizeof path, "%s/%s", folder, entry) >= (int)sizeof path)
		return;
	if (strncmp(rest, tuning, sizeof tuning - 1) == 0) {
		rest += sizeof tuning - 1;
		if (*rest >= '0' && *rest <= '9' && rest[1] == '.' && is_made_up(rest + 2, 8))
			(void)unlink(path);
	} else if (strncmp(rest, encoder, sizeof encoder - 1) == 0 && is_made_up(rest + sizeof encoder - 1, 6)) {
		ho_tuned_remove(path);
	}
}

void ho_tuned_sweep(const char *stem)
{
	char folder[PATH_BYTES];
	const char *slash = strrchr(stem, '/'), *name = slash ? slash + 1 : stem;
	DIR *list = folder_of(folder, stem) ? opendir(folder) : NULL;
	struct dirent *entry;
	while (list && (entry = readdir(list)) != NULL)
		if (strncmp(entry->d_name, name, strlen(name)) == 0)
			sweep(folder, entry->d_name, entry->d_name + strlen(name));
	if (list)
		(void)closedir(list);
}
