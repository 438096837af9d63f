#include "table/listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"

enum { DEPTH_MAX = 32, FILES_MAX = 20 * 1000 * 1000, PATH_ROOM = 1 << 16 };

struct walk {
	struct ho_listing *listing;
	struct ho_buf path; /* relative, of what is being looked at */
	size_t label_len;   /* of the first component */
};

static enum ho_status add_file(struct walk *walk, struct ho_error *err)
{
	struct ho_listing *listing = walk->listing;
	if (listing->n >= FILES_MAX)
		return ho_fail(err, HO_ELIMIT, "more than %d files in the folder", FILES_MAX);
	struct ho_slice path = ho_arena_copy(&listing->arena, ho_buf_slice(&walk->path));
	if (!path.ptr || ho_grow(&listing->files, &listing->cap, listing->n + 1, sizeof *listing->files))
		return ho_fail_nomem(err);
	listing->files[listing->n++] = (struct ho_listed){path, NULL, ho_slice(path.ptr, walk->label_len)};
	return HO_OK;
}

/* A sub-folder that cannot be read is one bad record among the others; errno says why. */
static enum ho_status add_trouble(struct walk *walk, struct ho_error *err)
{
	struct ho_error why;
	(void)ho_fail_errno(&why, HO_EIO, "cannot open the sub-folder");
	enum ho_status status = add_file(walk, err);
	if (status)
		return status;
	struct ho_slice copy = ho_arena_copy(&walk->listing->arena, ho_slice_str(why.message));
	walk->listing->files[walk->listing->n - 1].trouble = copy.ptr;
	return copy.ptr ? HO_OK : ho_fail_nomem(err);
}

static enum ho_status walk_folder(struct walk *walk, int fd, int depth, struct ho_error *err);

static enum ho_status enter(struct walk *walk, int parent, const char *name, int depth, struct ho_error *err)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (depth ? O_NOFOLLOW : 0));
	if (depth == 0)
		walk->label_len = walk->path.len;
	enum ho_status status = fd < 0 ? add_trouble(walk, err) : ho_buf_add(&walk->path, "/", 1, err);
	if (status && fd >= 0)
		(void)close(fd);
	else if (fd >= 0)
		status = walk_folder(walk, fd, depth + 1, err);
	if (depth == 0)
		walk->label_len = 0;
	return status;
}

static enum ho_status visit(struct walk *walk, int parent, const char *name, int depth, struct ho_error *err)
{
	struct stat st;
	size_t before = walk->path.len;
	/* What vanished meanwhile, or a link to nothing, is no file. */
	if (fstatat(parent, name, &st, 0))
		return HO_OK;
	bool folder = S_ISDIR(st.st_mode);
	if (folder &&
	    (name[0] == '.' || (depth && !fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode))))
		return HO_OK;
	enum ho_status status = ho_buf_add(&walk->path, name, strlen(name), err);
	if (status == HO_OK && folder)
		status = depth < DEPTH_MAX ? enter(walk, parent, name, depth, err)
		                           : ho_fail(err, HO_ELIMIT, "folders are nested more than %d deep", DEPTH_MAX);
	else if (status == HO_OK && S_ISREG(st.st_mode))
		status = add_file(walk, err);
	walk->path.len = before;
	return status;
}

/* Takes over fd. */
static enum ho_status walk_folder(struct walk *walk, int fd, int depth, struct ho_error *err)
{
	DIR *dir = fdopendir(fd);
	enum ho_status status = HO_OK;
	if (!dir) {
		(void)close(fd);
		return ho_fail_errno(err, HO_EIO, "cannot read the folder");
	}
	for (struct dirent *entry; status == HO_OK && (errno = 0, entry = readdir(dir));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			status = visit(walk, dirfd(dir), entry->d_name, depth, err);
	if (status == HO_OK && errno)
		status = ho_fail_errno(err, HO_EIO, "cannot read the folder");
	(void)closedir(dir);
	return status;
}

static const char *base_name(const struct ho_listed *file)
{
	const char *slash = strrchr(file->path.ptr, '/');
	return slash ? slash + 1 : file->path.ptr;
}

static bool has_ending(const char *name, const char *ending)
{
	size_t len = strlen(name), n = strlen(ending);
	if (len > 3 && strcasecmp(name + len - 3, ".gz") == 0)
		len -= 3;
	else if (len > 4 && strcasecmp(name + len - 4, ".zst") == 0)
		len -= 4;
	return len > n && strncasecmp(name + len - n, ending, n) == 0;
}

static bool is_taken(const struct ho_listed *file, const char *glob, bool only_txt)
{
	const char *name = base_name(file);
	if (file->trouble)
		return true;
	if (glob)
		return fnmatch(glob, strchr(glob, '/') ? file->path.ptr : name, strchr(glob, '/') ? FNM_PATHNAME : 0) ==
		       0;
	if (name[0] == '.')
		return false;
	return only_txt ? has_ending(name, ".txt") : !has_ending(name, ".json");
}

static int compare(const void *a, const void *b)
{
	const struct ho_listed *x = a, *y = b;
	int c = ho_slice_compare(x->label, y->label);
	return c ? c : ho_slice_compare(x->path, y->path);
}

/* A Maildir has cur, new and tmp, and no other folder that is not hidden (https://cr.yp.to/proto/maildir.html). */
static bool is_maildir(const struct ho_listing *listing)
{
	bool any = false;
	for (size_t i = 0; i < listing->n; i++) {
		struct ho_slice label = listing->files[i].label;
		bool mails = ho_slice_is(label, "cur") || ho_slice_is(label, "new");
		if (label.len && !mails && !ho_slice_is(label, "tmp"))
			return false;
		any |= mails;
	}
	return any;
}

/* What is in tmp has not been delivered, and what lies beside the three folders is the server's. */
static void take_maildir(struct ho_listing *listing)
{
	size_t kept = 0;
	for (size_t i = 0; i < listing->n; i++) {
		struct ho_listed *file = &listing->files[i];
		if (file->label.len == 0 || ho_slice_is(file->label, "tmp")) {
			listing->passed++;
			continue;
		}
		file->label.len = 0;
		listing->files[kept++] = *file;
	}
	listing->n = kept;
	listing->maildir = true;
}

/* Files beside labelled sub-folders are a README or a list of URLs, not texts. */
static void choose(struct ho_listing *listing, const char *glob)
{
	bool txt[2] = {false, false};
	for (size_t i = 0; i < listing->n; i++) {
		bool labelled = listing->files[i].label.len > 0;
		if (listing->files[i].trouble)
			continue;
		txt[labelled] |=
		    base_name(&listing->files[i])[0] != '.' && has_ending(base_name(&listing->files[i]), ".txt");
		listing->labelled |= labelled && is_taken(&listing->files[i], glob, false);
	}
	size_t kept = 0;
	for (size_t i = 0; i < listing->n; i++) {
		struct ho_listed *file = &listing->files[i];
		if ((file->trouble || (file->label.len > 0) == listing->labelled) &&
		    is_taken(file, glob, txt[listing->labelled]))
			listing->files[kept++] = *file;
		else
			listing->passed++;
	}
	listing->n = kept;
}

static enum ho_status check_any(const struct ho_listing *listing, const char *glob, struct ho_error *err)
{
	for (size_t i = 0; i < listing->n; i++)
		if (!listing->files[i].trouble)
			return HO_OK;
	if (listing->n)
		return ho_fail(err, HO_EIO, "sub-folder %.60s: %.120s", listing->files[0].path.ptr,
		               listing->files[0].trouble);
	return ho_fail(err, HO_EFORMAT, glob ? "no file in the folder fits the pattern" : "no file in the folder");
}

enum ho_status ho_listing_open(struct ho_listing *out, const char *folder, const char *glob, bool maildir,
                               struct ho_error *err)
{
	struct walk walk = {.listing = out};
	*out = (struct ho_listing){.n = 0};
	ho_arena_init(&out->arena, SIZE_MAX);
	ho_buf_init(&walk.path, PATH_ROOM);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum ho_status status =
	    fd < 0 ? ho_fail_errno(err, HO_EIO, "cannot open the folder") : walk_folder(&walk, fd, 0, err);
	ho_buf_release(&walk.path);
	if (status == HO_OK) {
		if (maildir && is_maildir(out))
			take_maildir(out);
		choose(out, glob);
		if (out->n)
			qsort(out->files, out->n, sizeof *out->files, compare);
		status = check_any(out, glob, err);
	}
	if (status)
		ho_listing_close(out);
	return status;
}

void ho_listing_close(struct ho_listing *listing)
{
	ho_free(listing->files);
	ho_arena_release(&listing->arena);
	*listing = (struct ho_listing){.n = 0};
}
