/* Reports beside models: put, read, removed, gone with the texts' time; never another task's. */
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/forget.h"
#include "app/reports.h"
#include "app/review.h"
#include "app_fixture.h"

static const char model[] = "0123456789abcdef", other[] = "fedcba9876543210";

struct reports_fixture {
	struct desk_fixture f;
	char dir[32];
};

static enum ho_status add_records(void *context, struct ho_store *store, struct ho_error *err)
{
	struct reports_fixture *r = context;
	(void)r;
	const struct ho_task tasks[] = {{.name = "urgent", .settings = "{\"retention_days\":30}", .created_at = 1},
	                                {.name = "other", .settings = "{}", .created_at = 1}};
	const struct ho_model_record models[] = {{.id = model, .task = "urgent", .added_by = "t", .added_at = 1},
	                                         {.id = other, .task = "other", .added_by = "t", .added_at = 1}};
	enum ho_status status = HO_OK;
	for (size_t i = 0; i < 2 && status == HO_OK; i++) {
		status = store->ops->task_put(store, &tasks[i], err);
		if (status == HO_OK)
			status = store->ops->model_put(store, &models[i], err);
	}
	return status;
}

static int setup(void **state)
{
	struct reports_fixture *r = calloc(1, sizeof *r);
	struct ho_store *store;
	struct ho_error err = {.code = HO_OK};
	snprintf(r->dir, sizeof r->dir, "reports-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	r->f.now = NOON_LESS_FOUR;
	ho_arena_init(&r->f.arena, 64 << 20);
	assert_ok(ho_store_open_memory(&store, &err), &err);
	assert_ok(ho_app_open_on(&r->f.app, store, r->dir, fixture_now, &r->f, 1, &err), &err);
	assert_ok(ho_app_reader(&r->f.reader, r->f.app, &err), &err);
	in_group(&r->f, add_records, r);
	*state = r;
	return 0;
}

static size_t files(const char *dir, bool remove)
{
	size_t n = 0;
	DIR *folder = opendir(dir);
	const struct dirent *entry;
	while (folder && (entry = readdir(folder)) != NULL) {
		char path[512];
		n += entry->d_name[0] != '.';
		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		if (remove && entry->d_name[0] != '.')
			(void)unlink(path);
	}
	if (folder)
		closedir(folder);
	return n;
}

static int teardown(void **state)
{
	struct reports_fixture *r = *state;
	fixture_close(&r->f);
	files(r->dir, true);
	(void)rmdir(r->dir);
	free(r);
	return 0;
}

static enum ho_status put(struct reports_fixture *r, const char *task, const char *id, const char *kind)
{
	const struct ho_report_put report = {.task = task,
	                                     .model = id,
	                                     .kind = kind,
	                                     .html = ho_slice_str("<p>page</p>"),
	                                     .json = ho_slice_str("{\"findings\":[]}"),
	                                     .actor = "test"};
	return ho_reports_put(r->f.app, &report, &r->f.err);
}

static size_t listed(struct reports_fixture *r, struct ho_report_info out[HO_REPORT_KINDS])
{
	size_t n;
	assert_ok(ho_reports_list(out, &n, r->f.app, r->f.reader, "urgent", model, &r->f.err), &r->f.err);
	return n;
}

static void what_is_put_is_read(void **state)
{
	struct reports_fixture *r = *state;
	struct ho_report_info info[HO_REPORT_KINDS];
	struct ho_buf out;
	assert_int_equal(listed(r, info), 0);
	assert_ok(put(r, "urgent", model, "doubt"), &r->f.err);
	assert_int_equal(listed(r, info), 1);
	assert_string_equal(info[0].kind, "doubt");
	assert_true(info[0].made_at == NOON_LESS_FOUR && info[0].bytes == 11);
	ho_buf_init(&out, 1 << 20);
	assert_ok(ho_reports_read(&out, r->f.app, r->f.reader, "urgent", model, "doubt", true, &r->f.err), &r->f.err);
	assert_string_equal(out.data, "<p>page</p>");
	ho_buf_reset(&out);
	assert_ok(ho_reports_read(&out, r->f.app, r->f.reader, "urgent", model, "doubt", false, &r->f.err), &r->f.err);
	assert_string_equal(out.data, "{\"made_at\":1778745600000,\"findings\":[]}");
	ho_buf_release(&out);
	r->f.now += DAY;
	assert_ok(put(r, "urgent", model, "doubt"), &r->f.err); /* made again: instead of the old one */
	assert_ok(put(r, "urgent", model, "explore"), &r->f.err);
	assert_int_equal(listed(r, info), 2);
	assert_string_equal(info[0].kind, "explore");
	assert_true(info[1].made_at == NOON_LESS_FOUR + DAY);
	assert_int_equal(journal_count(&r->f, "reported"), 3);
}

static void what_is_not_the_tasks_is_refused(void **state)
{
	struct reports_fixture *r = *state;
	struct ho_buf out;
	struct ho_report_info info[HO_REPORT_KINDS];
	size_t n;
	ho_buf_init(&out, 1 << 20);
	assert_int_equal(put(r, "urgent", other, "doubt"), HO_ENOTFOUND);
	assert_int_equal(put(r, "nobody", model, "doubt"), HO_ENOTFOUND);
	assert_int_equal(put(r, "urgent", model, "../doubt"), HO_EINVAL);
	assert_int_equal(put(r, "urgent", "../x", "doubt"), HO_ENOTFOUND);
	assert_int_equal(files(r->dir, false), 0);
	assert_ok(put(r, "urgent", model, "doubt"), &r->f.err);
	assert_int_equal(ho_reports_read(&out, r->f.app, r->f.reader, "other", model, "doubt", true, NULL),
	                 HO_ENOTFOUND);
	assert_int_equal(ho_reports_read(&out, r->f.app, r->f.reader, "urgent", model, "explore", true, NULL),
	                 HO_ENOTFOUND);
	assert_int_equal(ho_reports_list(info, &n, r->f.app, r->f.reader, "other", model, NULL), HO_ENOTFOUND);
	assert_int_equal(out.len, 0);
	ho_buf_release(&out);
}

static void removing_leaves_nothing(void **state)
{
	struct reports_fixture *r = *state;
	size_t removed;
	assert_ok(put(r, "urgent", model, "doubt"), &r->f.err);
	assert_ok(put(r, "urgent", model, "explore"), &r->f.err);
	assert_int_equal(files(r->dir, false), 4);
	assert_int_equal(ho_reports_remove(&removed, r->f.app, "urgent", other, "test", NULL), HO_ENOTFOUND);
	assert_ok(ho_reports_remove(&removed, r->f.app, "other", NULL, "test", &r->f.err), &r->f.err);
	assert_int_equal(removed, 0);
	assert_ok(ho_reports_remove(&removed, r->f.app, "urgent", NULL, "test", &r->f.err), &r->f.err);
	assert_int_equal(removed, 2);
	assert_int_equal(files(r->dir, false), 0);
	assert_ok(ho_reports_remove(&removed, r->f.app, "urgent", model, "test", &r->f.err), &r->f.err);
	assert_int_equal(removed, 0);
	assert_int_equal(journal_count(&r->f, "reports_removed"), 1);
}

static enum ho_status pass(void *context, struct ho_store *store, struct ho_error *err)
{
	struct reports_fixture *r = context;
	bool more;
	return ho_time_passes(&more, r->f.app, store, 100, err);
}

/* Texts of the task are kept for 30 days; reports quote texts. */
static void reports_are_kept_as_long_as_texts(void **state)
{
	struct reports_fixture *r = *state;
	struct ho_report_info info[HO_REPORT_KINDS];
	assert_ok(put(r, "urgent", model, "doubt"), &r->f.err);
	assert_ok(put(r, "other", other, "doubt"), &r->f.err); /* kept for ever */
	r->f.now += 15 * DAY;
	assert_ok(put(r, "urgent", model, "explore"), &r->f.err);
	r->f.now += 15 * DAY;
	in_group(&r->f, pass, r);
	assert_int_equal(listed(r, info), 2); /* 30 days old, not older */
	r->f.now += SECOND;
	in_group(&r->f, pass, r);
	assert_int_equal(listed(r, info), 1);
	assert_string_equal(info[0].kind, "explore");
	assert_int_equal(files(r->dir, false), 4);
	assert_int_equal(journal_count(&r->f, "reports_removed"), 1);
}

static void names_of_reports(void **state)
{
	(void)state;
	assert_true(ho_app__is_report("0123456789abcdef.doubt.html"));
	assert_true(ho_app__is_report("0123456789abcdef.explore.json"));
	assert_false(ho_app__is_report("0123456789abcdef.handoff"));
	assert_false(ho_app__is_report(".doubt.html"));
	assert_false(ho_app__is_report(".x.doubt.html"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(what_is_put_is_read),          TEST(what_is_not_the_tasks_is_refused),  TEST(removing_leaves_nothing),
	    cmocka_unit_test(names_of_reports), TEST(reports_are_kept_as_long_as_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
