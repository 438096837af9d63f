#include "places.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool input_stat(struct stat *out, const char *path)
{
	return (strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, out) : stat(path, out)) == 0;
}

/* An output that exists: is it something that may be replaced? */
static enum ho_status check_target(const struct cli_place *output, const struct stat *target, struct ho_error *err)
{
	if (S_ISDIR(target->st_mode))
		return ho_fail(err, HO_EINVAL, "%s '%s' is a folder; name a file in it", output->what, output->path);
	if (!S_ISREG(target->st_mode))
		return ho_fail(err, HO_EINVAL, "%s '%s' is no regular file, and would be replaced by one", output->what,
		               output->path);
	return HO_OK;
}

static enum ho_status check_folder(const struct cli_place *output, struct ho_error *err)
{
	char folder[4096] = ".";
	const char *slash = strrchr(output->path, '/');
	struct stat found;
	size_t len = slash ? (size_t)(slash - output->path) + 1 : 1;
	if (len >= sizeof folder || output->path[0] == '\0')
		return ho_fail(err, HO_EINVAL, "%s is no name of a file", output->what);
	if (slash) {
		memcpy(folder, output->path, len);
		folder[len] = '\0';
	}
	if (stat(folder, &found) || !S_ISDIR(found.st_mode))
		return ho_fail(err, HO_EIO, "%s: there is no folder '%s'; make it first", output->what, folder);
	return HO_OK;
}

static enum ho_status check_output(const struct cli_place *outputs, size_t at, const struct cli_place *inputs,
                                   size_t n_inputs, struct ho_error *err)
{
	const struct cli_place *output = &outputs[at];
	struct stat target, other;
	enum ho_status status = check_folder(output, err);
	for (size_t i = 0; i < at && status == HO_OK; i++)
		if (outputs[i].path && strcmp(outputs[i].path, output->path) == 0)
			return ho_fail(err, HO_EINVAL, "%s and %s name the same file", outputs[i].what, output->what);
	if (status || stat(output->path, &target))
		return status;
	for (size_t i = 0; i < n_inputs; i++)
		if (inputs[i].path && input_stat(&other, inputs[i].path) && S_ISREG(other.st_mode) &&
		    same_file(&target, &other))
			return ho_fail(err, HO_EINVAL, "%s '%s' is the file that %s reads; write to another one",
			               output->what, output->path, inputs[i].what);
	for (size_t i = 0; i < at; i++)
		if (outputs[i].path && stat(outputs[i].path, &other) == 0 && same_file(&target, &other))
			return ho_fail(err, HO_EINVAL, "%s and %s name the same file", outputs[i].what, output->what);
	return check_target(output, &target, err);
}

enum ho_status cli_check_places(const struct cli_place *outputs, size_t n_outputs, const struct cli_place *inputs,
                                size_t n_inputs, struct ho_error *err)
{
	for (size_t i = 0; i < n_outputs; i++) {
		enum ho_status status = outputs[i].path ? check_output(outputs, i, inputs, n_inputs, err) : HO_OK;
		if (status)
			return status;
	}
	return HO_OK;
}
