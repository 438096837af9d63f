#include "app/forget.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/reports.h"
#include "app/settle.h"
#include "base/file.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)
enum { PATH_MAX_HERE = 4096, ITEM_ARENA = 16 << 20 };

static enum ho_status count(struct ho_app *app, struct ho_store *store, const struct ho_item *item, const char *what,
                            struct ho_error *err)
{
	const struct ho_count one = {.task = item->task,
	                             .model = item->model ? item->model : "",
	                             .day = (int32_t)(ho_app_now(app) / DAY_MS),
	                             .what = what,
	                             .n = 1};
	return store->ops->count_add(store, &one, err);
}

/* The monitor of the present epoch counts it too. */
static enum ho_status miss_in_epoch(struct ho_store *store, const struct ho_item *item, struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_task task;
	ho_arena_init(&arena, ITEM_ARENA);
	enum ho_status status = ho_app__task(&task, store, item->task, &arena, err);
	if (status == HO_OK && ho_app__in_epoch(item, &task))
		status = ho_app__count_epoch(store, item->task, task.epoch_at, HO_COUNT_EPOCH_MISSING, 1, err);
	ho_arena_release(&arena);
	return status;
}

/* Nobody can answer it any more: say so in the record before its text goes. It is not counted as expired, since no time
 * passed: the message would ask for more people. */
static enum ho_status end_waiting(struct ho_app *app, struct ho_store *store, struct ho_item *item,
                                  struct ho_error *err)
{
	bool audit = item->audit == HO_AUDIT_FIRST || item->audit == HO_AUDIT_SECOND;
	bool pending = item->status == HO_ITEM_PENDING, second = item->audit == HO_AUDIT_SECOND;
	enum ho_status status = HO_OK;
	if (audit)
		item->audit = HO_AUDIT_MISSING;
	if (pending)
		item->status = HO_ITEM_EXPIRED;
	if (audit || pending)
		status = store->ops->item_put(store, item, err);
	if (status == HO_OK && audit)
		status = miss_in_epoch(store, item, err);
	if (status == HO_OK && second)
		status = ho_app__count_epoch(store, item->task, 0, HO_COUNT_SECOND, -1, err);
	if (status == HO_OK && audit)
		status = count(app, store, item, HO_COUNT_AUDIT_MISSING, err);
	return status;
}

enum ho_status ho_forget_item(bool *done, struct ho_app *app, struct ho_store *store, const struct ho_id *id,
                              struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_item item;
	*done = false;
	ho_arena_init(&arena, ITEM_ARENA);
	enum ho_status status = store->ops->item_get(&item, store, id, &arena, err);
	if (status == HO_ENOTFOUND)
		status = ho_fail(err, HO_ENOTFOUND, "there is no item %.26s", id->text);
	bool fresh = status == HO_OK && !item.forgotten;
	if (fresh)
		status = end_waiting(app, store, &item, err);
	if (status == HO_OK && fresh)
		status = store->ops->item_forget(store, id, err);
	*done = status == HO_OK && fresh;
	if (*done)
		ho_app__note(app, id);
	ho_arena_release(&arena);
	return status;
}

static enum ho_status join(char out[PATH_MAX_HERE], const char *dir, const char *name, struct ho_error *err)
{
	if (snprintf(out, PATH_MAX_HERE, "%s/%s", dir, name) >= PATH_MAX_HERE)
		return ho_fail(err, HO_EINVAL, "the path of the backup is too long");
	return HO_OK;
}

static enum ho_status copy_file(const char *from, const char *to, struct ho_error *err)
{
	struct ho_mapping mapping;
	enum ho_status status = ho_mapping_open(&mapping, from, err);
	if (status)
		return status;
	status = ho_file_write(to, mapping.bytes, err);
	ho_mapping_close(&mapping);
	return status;
}

static bool is_model(const char *name)
{
	static const char end[] = ".handoff";
	size_t len = strlen(name), tail = sizeof end - 1;
	return len > tail && name[0] != '.' && strcmp(name + len - tail, end) == 0;
}

static enum ho_status copy_models(size_t *n, const char *from, const char *to, struct ho_error *err)
{
	char source[PATH_MAX_HERE], target[PATH_MAX_HERE];
	enum ho_status status = HO_OK;
	DIR *folder = opendir(from);
	if (!folder)
		return errno == ENOENT ? HO_OK : ho_fail_errno(err, HO_EIO, "cannot read the folder of the models");
	const struct dirent *entry;
	while (status == HO_OK && (entry = readdir(folder)) != NULL) {
		if (!is_model(entry->d_name) && !ho_app__is_report(entry->d_name))
			continue;
		status = join(source, from, entry->d_name, err);
		if (status == HO_OK)
			status = join(target, to, entry->d_name, err);
		if (status == HO_OK)
			status = copy_file(source, target, err);
		*n += status == HO_OK && is_model(entry->d_name);
	}
	closedir(folder);
	return status;
}

static enum ho_status make_folder(const char *path, struct ho_error *err)
{
	if (mkdir(path, 0700) == 0)
		return HO_OK;
	if (errno == EEXIST)
		(void)ho_fail(err, HO_ECONFLICT, "it exists already; name a new folder for the backup");
	else if (errno == ENOENT)
		(void)ho_fail(err, HO_ENOTFOUND, "the folder that it would stand in does not exist; make that first");
	else
		(void)ho_fail_errno(err, HO_EIO, "cannot make the folder of the backup");
	return ho_error_at(err, "%s", path);
}

static enum ho_status finish(const char *part, const char *database, const char *target, struct ho_error *err)
{
	if (rename(part, database) != 0)
		return ho_fail_errno(err, HO_EIO, "cannot finish the backup");
	int fd = open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = fd < 0 || fsync(fd);
	if (fd >= 0)
		close(fd);
	return failed ? ho_fail_errno(err, HO_EIO, "cannot sync the backup to the disk") : HO_OK;
}

/* The database comes first, since every model that it names is on disk before it is named; it gets its name last, so
 * that a backup with a handoff.db is a whole one. */
enum ho_status ho_backup(size_t *models, struct ho_store *reader, const char *dir, const char *target,
                         struct ho_error *err)
{
	char part[PATH_MAX_HERE], database[PATH_MAX_HERE] = "", from[PATH_MAX_HERE], to[PATH_MAX_HERE];
	*models = 0;
	enum ho_status status = join(part, target, "handoff.db.part", err);
	if (status == HO_OK)
		status = join(database, target, "handoff.db", err);
	if (status == HO_OK)
		status = join(from, dir, "models", err);
	if (status == HO_OK)
		status = join(to, target, "models", err);
	if (status == HO_OK)
		status = make_folder(target, err);
	if (status == HO_OK)
		status = make_folder(to, err);
	if (status == HO_OK)
		status = reader->ops->backup(reader, part, err);
	if (status == HO_OK)
		status = copy_models(models, from, to, err);
	return status ? status : finish(part, database, target, err);
}
