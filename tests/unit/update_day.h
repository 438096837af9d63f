/** A task on a store in memory with a day of counts, and the message of that day held against its golden file. */
#ifndef HO_TESTS_UPDATE_DAY_H
#define HO_TESTS_UPDATE_DAY_H

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/audit.h"
#include "app/counts.h"
#include "app/deploy.h"
#include "app/journal.h"
#include "app/private.h"
#include "app_fixture.h"
#include "model_fixture.h"

enum { PATH = 200 };

struct day {
	struct desk_fixture f;
	struct ho_store *store;
	char dir[64], model[PATH], other[PATH], helpless[PATH];
	struct ho_task task; /* as it was after the last deployment */
};

static void write_model(const char *path, uint64_t seed, bool promise)
{
	struct ho_error err;
	size_t bytes;
	struct fixture *f = fixture_new(2, false, 50, seed);
	if (!promise) {
		f->findings.promise_kind = HO_PROMISE_NONE;
		f->findings.report = "{\"labels_needed\":1900,\"parts\":{\"certify\":420}}";
		fixture_reopen(f);
	}
	assert_ok(ho_image_write(&bytes, f->image, path, &err), &err);
	fixture_free(f);
}

/* A workspace whose task was made on 2 May with a model that promises 5%. */
static void day_open(struct day *d)
{
	memset(d, 0, sizeof *d);
	snprintf(d->dir, sizeof d->dir, "/tmp/handoff-update.XXXXXX");
	assert_non_null(mkdtemp(d->dir));
	snprintf(d->model, PATH, "%s/a.handoff", d->dir);
	snprintf(d->other, PATH, "%s/b.handoff", d->dir);
	snprintf(d->helpless, PATH, "%s/c.handoff", d->dir);
	write_model(d->model, 1, true);
	write_model(d->other, 2, true);
	write_model(d->helpless, 3, false);
	ho_arena_init(&d->f.arena, 64 << 20);
	d->f.now = NOON_LESS_FOUR - 12 * DAY;
	assert_ok(ho_store_open_memory(&d->store, &d->f.err), &d->f.err);
	assert_ok(ho_app_open_on(&d->f.app, d->store, d->dir, fixture_now, &d->f, 1, &d->f.err), &d->f.err);
	assert_ok(ho_app_reader(&d->f.reader, d->f.app, &d->f.err), &d->f.err);
}

static void deploy(struct day *d, const char *path)
{
	const char *id;
	assert_ok(ho_deploy(&id, d->f.app, path, "urgent", true, false, "ann", &d->f.arena, &d->f.err), &d->f.err);
	assert_ok(ho_app_refresh(d->f.app, &d->f.err), &d->f.err);
	assert_ok(d->f.reader->ops->task_get(&d->task, d->f.reader, "urgent", &d->f.arena, &d->f.err), &d->f.err);
}

/* The usual beginning: in use since 2 May, now 14 May, 18:00 UTC. */
static void day_begin(struct day *d)
{
	day_open(d);
	deploy(d, d->model);
	d->f.now = NOON_LESS_FOUR + 10 * HOUR;
}

static void day_close(struct day *d)
{
	fixture_close(&d->f);
	DIR *folder = opendir(d->dir);
	const struct dirent *entry;
	while (folder && (entry = readdir(folder)) != NULL) {
		char path[400];
		snprintf(path, sizeof path, "%s/%s", d->dir, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	closedir(folder);
	rmdir(d->dir);
}

static void begin(struct day *d)
{
	assert_ok(d->store->ops->begin(d->store, &d->f.err), &d->f.err);
}

static void commit(struct day *d)
{
	assert_ok(d->store->ops->commit(d->store, &d->f.err), &d->f.err);
	ho_app__after_group(d->f.app);
	assert_ok(ho_app_refresh(d->f.app, &d->f.err), &d->f.err);
}

static void count_on(struct day *d, const char *what, int days_ago, int64_t n)
{
	const struct ho_count count = {
	    .task = "urgent", .model = "", .day = (int32_t)(d->f.now / DAY) - days_ago, .what = what, .n = n};
	assert_ok(d->store->ops->count_add(d->store, &count, &d->f.err), &d->f.err);
}

static void count_epoch(struct day *d, const char *what, int64_t n)
{
	char epoch[32];
	snprintf(epoch, sizeof epoch, "%lld", (long long)d->task.epoch_at);
	const struct ho_count count = {.task = "urgent", .model = epoch, .day = 0, .what = what, .n = n};
	assert_ok(d->store->ops->count_add(d->store, &count, &d->f.err), &d->f.err);
}

/* `n` texts that wait, `audits` of them checks, the oldest since `ago`. */
static void waiting(struct day *d, size_t n, size_t audits, int64_t ago)
{
	for (size_t i = 0; i < n; i++) {
		struct ho_item item = {.id = ho_app_new_id(d->f.app),
		                       .task = "urgent",
		                       .text = ho_slice_str("please help"),
		                       .created_at = d->f.now - ago};
		const struct ho_queued queued = {
		    .item = item.id, .task = "urgent", .since = d->f.now - ago, .audit = i < audits};
		assert_ok(d->store->ops->item_add(d->store, &item, &d->f.err), &d->f.err);
		assert_ok(d->store->ops->queue_put(d->store, &queued, &d->f.err), &d->f.err);
		ago = ago > MINUTE ? ago - MINUTE : ago;
	}
}

static void journal(struct day *d, const char *actor, const char *kind, const char *words)
{
	assert_ok(ho_journal_write(d->f.app, d->store, actor, kind, "urgent", words, NULL, &d->f.err), &d->f.err);
}

static void usual_counts(struct day *d)
{
	count_on(d, HO_COUNT_AUTO, 0, 1050);
	count_on(d, HO_COUNT_HUMAN "unsure", 0, 150);
	count_on(d, HO_COUNT_HUMAN "novel", 0, 40);
	count_on(d, HO_COUNT_AUTO, 1, 990);
	count_on(d, HO_COUNT_HUMAN "unsure", 1, 160);
	count_on(d, HO_COUNT_ANSWERED, 0, 188);
	count_on(d, HO_COUNT_AGREED, 0, 131);
	count_on(d, HO_COUNT_NONE, 0, 3);
	count_on(d, HO_COUNT_TIMED, 0, 180);
	count_on(d, HO_COUNT_TOOK_MS, 0, 180 * 13500);
}

static void usual_audits(struct day *d)
{
	count_epoch(d, HO_COUNT_EPOCH_AUTO, 12000);
	count_epoch(d, HO_COUNT_EPOCH_ALL, 14000);
	count_epoch(d, HO_COUNT_EPOCH_DRAWN, 240);
	count_epoch(d, HO_COUNT_EPOCH_RIGHT, 236);
	count_epoch(d, HO_COUNT_EPOCH_WRONG, 2);
	count_epoch(d, HO_COUNT_EPOCH_WEIGHT, 238 * 50 * 1000);
	count_epoch(d, HO_COUNT_EPOCH_RATE, 20000000);
}

static const char *written(struct day *d, enum ho_update_form form, int64_t since)
{
	const char *text = NULL;
	assert_ok(ho_update_write(&text, d->f.app, d->f.reader, "urgent", since, form, &d->f.arena, &d->f.err),
	          &d->f.err);
	return text;
}

static void golden(struct day *d, const char *name)
{
	char path[PATH], expected[8192];
	const char *text = written(d, HO_UPDATE_PLAIN, d->f.now - d->f.now % DAY);
	snprintf(path, sizeof path, "update/%s.txt", name);
	FILE *file = fopen(path, getenv("HO_UPDATE_GOLDEN") ? "w" : "r");
	if (!file)
		fail_msg("no golden file %s; the message is:\n%s", path, text);
	if (getenv("HO_UPDATE_GOLDEN")) {
		fputs(text, file);
		fclose(file);
		return;
	}
	size_t n = fread(expected, 1, sizeof expected - 1, file);
	fclose(file);
	expected[n] = '\0';
	assert_string_equal(text, expected);
}

#endif
