/* Opening a workspace: the lock, what commands see, and that a server tells and refreshes by itself. */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "app_desk.h"

static void one_server_at_a_time(void **state)
{
	(void)state;
	struct ho_app *server, *other;
	struct ho_error err;
	char folder[] = "/tmp/handoff-space-XXXXXX", dir[64], command[80], pid[24];
	assert_non_null(mkdtemp(folder));
	(void)snprintf(dir, sizeof dir, "%s/desk", folder);
	assert_int_equal(ho_app_open(&other, dir, HO_APP_COMMAND, &err), HO_ENOTFOUND);
	assert_null(other);
	assert_non_null(strstr(err.message, "handoff deploy"));
	assert_int_not_equal(access(dir, F_OK), 0); /* asking makes nothing */
	assert_ok(ho_app_open(&server, dir, HO_APP_SERVE, &err), &err);
	assert_non_null(ho_app_committer(server));
	assert_int_equal(ho_app_open(&other, dir, HO_APP_SERVE, &err), HO_EBUSY);
	(void)snprintf(pid, sizeof pid, "process %ld", (long)getpid());
	assert_non_null(strstr(err.message, pid));
	/* A command works beside the server, and the server takes over what it did. */
	const struct ho_desk *desk;
	const char *id;
	struct ho_arena arena;
	char model[96];
	ho_arena_init(&arena, SIZE_MAX);
	(void)snprintf(model, sizeof model, "%s/new.model", folder);
	desk_write_model(model, 0.9, DESK_K);
	assert_ok(ho_app_open(&other, dir, HO_APP_COMMAND, &err), &err);
	assert_null(ho_app_committer(other));
	assert_ok(ho_deploy(&id, other, model, "t", true, false, "ann", &arena, &err), &err);
	assert_ok(ho_desk_take(&desk, other, "t", &err), &err);
	ho_desk_release(desk);
	assert_int_equal(ho_desk_take(&desk, server, "t", &err), HO_ENOTFOUND);
	assert_ok(ho_app_refresh(server, &err), &err);
	assert_ok(ho_desk_take(&desk, server, "t", &err), &err);
	assert_string_equal(desk->model_id, id);
	ho_desk_release(desk);
	ho_app_close(other);
	ho_app_close(server);
	assert_ok(ho_app_open(&server, dir, HO_APP_SERVE, &err), &err); /* the lock went with it */
	/* A model whose file is gone: the task hands over, the others are not held up. */
	ho_app_close(server);
	(void)snprintf(command, sizeof command, "rm %s/models/*", dir);
	assert_int_equal(system(command), 0);
	assert_ok(ho_app_open(&server, dir, HO_APP_SERVE, &err), &err);
	assert_int_equal(ho_app_refresh(server, &err), HO_ENOTFOUND);
	assert_ok(ho_desk_take(&desk, server, "t", &err), &err);
	assert_null(desk->model);
	ho_desk_release(desk);
	ho_app_close(server);
	(void)snprintf(command, sizeof command, "rm -r %s", folder);
	assert_int_equal(system(command), 0);
	ho_arena_release(&arena);
}

static atomic_int told;

static void changed(void *context, const struct ho_id *item)
{
	(void)context;
	(void)item;
	told++;
}

static void a_server_tells_and_refreshes(void **state)
{
	(void)state;
	struct desk *d = desk_open("{\"certify_share\":0,\"audit_share\":0}");
	const struct ho_desk *desk;
	told = 0;
	assert_ok(ho_app_serve(d->f.app, &d->f.err), &d->f.err);
	ho_app_listen(d->f.app, changed, NULL);
	struct ho_item item = desk_classify(d, "sa ha");
	assert_ok(desk_answer(d, item.id, "ann", "ham"), &d->f.err);
	desk_configure(d, "{\"lease_s\":77}");
	/* What runs after a group ends before the next group's jobs do. */
	assert_ok(desk_withdraw(d, item.id, "ann", false), &d->f.err);
	assert_true(told >= 1);
	assert_ok(ho_desk_take(&desk, d->f.app, "t", &d->f.err), &d->f.err);
	assert_int_equal(desk->settings.lease_s, 77);
	ho_desk_release(desk);
	assert_int_equal(desk_answer(d, item.id, "ann", "nonsense"), HO_EINVAL);
	assert_string_equal(d->f.err.place, "label");
	desk_close(d);
}

/* A second task, whose model is not there. */
static enum ho_status put_lost(void *context, struct ho_store *store, struct ho_error *err)
{
	const struct ho_task task = {.name = "lost", .champion = context, .settings = "{}"};
	return store->ops->task_put(store, &task, err);
}

/* However much is written meanwhile; and whoever changes another task is not told that this one is broken. */
static void a_lost_model_is_looked_for_less_often(void **state)
{
	(void)state;
	static char id[] = "00000000000000ff";
	char file[128];
	struct desk *d = desk_open(NULL);
	(void)snprintf(file, sizeof file, "%s/%s.handoff", d->folder, id);
	in_group(&d->f, put_lost, id);
	assert_int_equal(ho_app_refresh(d->f.app, &d->f.err), HO_ENOTFOUND);
	assert_int_equal(ho_app_refresh(d->f.app, &d->f.err), HO_ENOTFOUND);
	desk_write_model(file, 0.9, DESK_K);
	(void)desk_classify(d, "sa ha");
	assert_int_equal(ho_app_refresh(d->f.app, &d->f.err), HO_ENOTFOUND);
	assert_ok(ho_app_catch_up(d->f.app, &d->f.err), &d->f.err);
	assert_int_equal(ho_app_broken(d->f.app), 1);
	d->f.now += 2 * SECOND;
	assert_ok(ho_app_refresh(d->f.app, &d->f.err), &d->f.err);
	assert_int_equal(ho_app_broken(d->f.app), 0);
	/* Another model is looked at at once. */
	static char other[] = "00000000000000fe";
	in_group(&d->f, put_lost, other);
	assert_int_equal(ho_app_refresh(d->f.app, &d->f.err), HO_ENOTFOUND);
	assert_int_equal(ho_app_refresh(d->f.app, &d->f.err), HO_ENOTFOUND);
	in_group(&d->f, put_lost, id);
	assert_ok(ho_app_refresh(d->f.app, &d->f.err), &d->f.err);
	assert_int_equal(ho_app_broken(d->f.app), 0);
	desk_close(d);
}

/* ---- ids and draws from several threads ---- */

struct drawing {
	struct ho_app *app;
	struct ho_id ids[2000];
	bool rising;
};

static void *draw_ids(void *context)
{
	struct drawing *drawing = context;
	drawing->rising = true;
	for (int i = 0; i < 2000; i++) {
		drawing->ids[i] = ho_app_new_id(drawing->app);
		double u = ho_app_draw(drawing->app);
		drawing->rising &= u >= 0 && u < 1;
		drawing->rising &= i == 0 || strcmp(drawing->ids[i - 1].text, drawing->ids[i].text) < 0;
	}
	return NULL;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct ho_id *)a)->text, ((const struct ho_id *)b)->text);
}

static void ids_never_repeat(void **state)
{
	(void)state;
	struct desk *d = desk_open(NULL);
	static struct drawing drawings[3];
	static struct ho_id all[6000];
	pthread_t threads[3];
	for (int i = 0; i < 3; i++) {
		drawings[i].app = d->f.app;
		assert_int_equal(pthread_create(&threads[i], NULL, draw_ids, &drawings[i]), 0);
	}
	for (int i = 0; i < 3; i++) {
		(void)pthread_join(threads[i], NULL);
		assert_true(drawings[i].rising);
		memcpy(all + 2000 * (size_t)i, drawings[i].ids, sizeof drawings[i].ids);
	}
	qsort(all, 6000, sizeof *all, by_text);
	for (int i = 1; i < 6000; i++)
		assert_true(strcmp(all[i - 1].text, all[i].text) < 0);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_server_at_a_time),
	    cmocka_unit_test(a_server_tells_and_refreshes),
	    cmocka_unit_test(a_lost_model_is_looked_for_less_often),
	    cmocka_unit_test(ids_never_repeat),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
