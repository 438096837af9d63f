#include "encoder/places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_MAX_LEN = 100 };

const char *ho_last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

bool ho_encoder_name_ok(const char *name)
{
	size_t len = strlen(name);
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	return len > 0 && len <= NAME_MAX_LEN && strspn(name, allowed) == len && name[0] != '.' && name[0] != '-';
}

enum ho_status ho_encoder_home(char *out, size_t size, struct ho_error *err)
{
	/* The XDG rules: a relative path is to be ignored. */
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	int len;
	if (data && data[0] == '/')
		len = snprintf(out, size, "%s/handoff/encoders", data);
	else if (home && home[0] == '/')
		len = snprintf(out, size, "%s/.local/share/handoff/encoders", home);
	else
		return ho_fail(err, HO_ENOTFOUND, "no home for data is known; set HOME or XDG_DATA_HOME");
	return len > 0 && (size_t)len < size ? HO_OK : ho_fail(err, HO_EINVAL, "the name of the data home is too long");
}

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum ho_status ho_encoder_locate(char *out, size_t size, const char *name_or_path, struct ho_error *err)
{
	char home[4096];
	if (is_folder(name_or_path)) {
		int len = snprintf(out, size, "%s", name_or_path);
		return len > 0 && (size_t)len < size ? HO_OK : ho_fail(err, HO_EINVAL, "the path is too long");
	}
	if (ho_encoder_name_ok(name_or_path) && ho_encoder_home(home, sizeof home, NULL) == HO_OK) {
		int len = snprintf(out, size, "%s/%s", home, name_or_path);
		if (len > 0 && (size_t)len < size && is_folder(out))
			return HO_OK;
		return ho_fail(err, HO_ENOTFOUND,
		               "there is neither a folder nor a fetched encoder of this name; `handoff encoder list` "
		               "shows what is here, `handoff encoder get NAME` fetches one");
	}
	return ho_fail(err, HO_ENOTFOUND, "there is no folder of this name");
}
