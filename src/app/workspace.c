#include "app/workspace.h"

#include <unistd.h>

#include "app/access.h"
#include "app/private.h"
#include "app/tally.h"
#include "base/alloc.h"

/* Writes in line before the next one is refused: about half a second of the fastest disk's work. */
enum { WAITING_MAX = 16384 };

static int64_t system_clock(void *context)
{
	(void)context;
	return ho_clock_ms();
}

static void init_locks(struct ho_app *app)
{
	(void)pthread_mutex_init(&app->random_lock, NULL);
	(void)pthread_mutex_init(&app->desks_lock, NULL);
	(void)pthread_mutex_init(&app->shelf_lock, NULL);
	(void)pthread_mutex_init(&app->refresh_lock, NULL);
	(void)pthread_mutex_init(&app->people_lock, NULL);
}

enum ho_status ho_app__open_on(struct ho_app **out, struct ho_store *store, const char *models_dir,
                               int64_t (*now)(void *context), void *context, uint64_t seed, bool lazy,
                               struct ho_error *err)
{
	bool broken = false;
	*out = NULL;
	struct ho_app *app = ho_calloc(1, sizeof *app);
	if (!app) {
		store->ops->close(store);
		return ho_fail_nomem(err);
	}
	app->lock_fd = -1;
	app->lazy = lazy;
	app->store = store;
	app->clock = now ? now : system_clock;
	app->clock_context = context;
	app->rng = ho_rng_seed(seed, 0x6170);
	init_locks(app);
	enum ho_status status = ho_app__tally(store, err);
	if (status == HO_OK && models_dir && !(app->models_dir = strdup(models_dir)))
		status = ho_fail_nomem(err);
	if (status == HO_OK)
		status = ho_access_new(&app->access, err);
	if (status == HO_OK)
		status = store->ops->reader(&app->watch, store, err);
	if (status == HO_OK && !lazy)
		status = ho_app__refresh(&broken, app, err);
	if (status && !broken) {
		ho_app_close(app);
		return status;
	}
	*out = app;
	return HO_OK;
}

enum ho_status ho_app_open_on(struct ho_app **out, struct ho_store *store, const char *models_dir,
                              int64_t (*now)(void *context), void *context, uint64_t seed, struct ho_error *err)
{
	return ho_app__open_on(out, store, models_dir, now, context, seed, false, err);
}

enum ho_status ho_app_serve(struct ho_app *app, struct ho_error *err)
{
	enum ho_status status = ho_committer_new(&app->committer, app->store, WAITING_MAX, err);
	if (status == HO_OK)
		ho_committer_after(app->committer, ho_app__after_group, app);
	return status;
}

void ho_app_close(struct ho_app *app)
{
	if (!app)
		return;
	ho_committer_free(app->committer);
	ho_app__desks_close(app);
	ho_app__people_free(app);
	if (app->watch)
		app->watch->ops->close(app->watch);
	app->store->ops->close(app->store);
	if (app->lock_fd >= 0)
		(void)close(app->lock_fd);
	(void)pthread_mutex_destroy(&app->random_lock);
	(void)pthread_mutex_destroy(&app->desks_lock);
	(void)pthread_mutex_destroy(&app->shelf_lock);
	(void)pthread_mutex_destroy(&app->refresh_lock);
	ho_access_free(app->access);
	(void)pthread_mutex_destroy(&app->people_lock);
	free(app->models_dir);
	ho_free(app->noted);
	ho_free(app);
}

int64_t ho_app_now(struct ho_app *app)
{
	return app->clock(app->clock_context);
}

struct ho_id ho_app_new_id(struct ho_app *app)
{
	struct ho_id id = {""};
	int64_t now = ho_app_now(app);
	(void)pthread_mutex_lock(&app->random_lock);
	ho_ulid_next(id.text, &app->ulid, now, &app->rng);
	(void)pthread_mutex_unlock(&app->random_lock);
	return id;
}

double ho_app_draw(struct ho_app *app)
{
	(void)pthread_mutex_lock(&app->random_lock);
	double uniform = ho_rng_uniform(&app->rng);
	(void)pthread_mutex_unlock(&app->random_lock);
	return uniform;
}

enum ho_status ho_app_reader(struct ho_store **out, struct ho_app *app, struct ho_error *err)
{
	return app->store->ops->reader(out, app->store, err);
}

struct ho_committer *ho_app_committer(struct ho_app *app)
{
	return app->committer;
}

struct ho_access *ho_app_access(struct ho_app *app)
{
	return app->access;
}

enum ho_status ho_app_scrub(struct ho_app *app, struct ho_error *err)
{
	/* A server's writer belongs to the committer. Erasing is a command of its own, beside it. */
	if (app->committer)
		return ho_fail(err, HO_EUNAVAIL, "texts are erased for good by `handoff forget`, also while this runs");
	return app->store->ops->scrub(app->store, err);
}

enum ho_status ho_app_write(struct ho_app *app,
                            enum ho_status (*run)(void *context, struct ho_store *store, struct ho_error *err),
                            void *context, struct ho_error *err)
{
	struct ho_store *store = app->store;
	if (app->committer)
		return ho_committer_wait(app->committer, run, context, err);
	enum ho_status status = store->ops->begin(store, err);
	if (status)
		return status;
	status = run(context, store, err);
	if (status)
		store->ops->rollback(store);
	else
		status = store->ops->commit(store, err);
	ho_app__after_group(app);
	return status;
}

void ho_app_listen(struct ho_app *app, void (*changed)(void *context, const struct ho_id *item), void *context)
{
	app->changed = changed;
	app->changed_context = context;
}

void ho_app_tell(struct ho_app *app, const struct ho_id *item)
{
	if (app->changed)
		app->changed(app->changed_context, item);
}

void ho_app__note(struct ho_app *app, const struct ho_id *item)
{
	/* Without memory whoever waits for this item hears of it at the end of the waiting time. */
	if (ho_grow(&app->noted, &app->noted_cap, app->n_noted + 1, sizeof *app->noted) == 0)
		app->noted[app->n_noted++] = *item;
}

void ho_app__after_group(void *context)
{
	struct ho_app *app = context;
	struct ho_error err;
	for (size_t i = 0; i < app->n_noted; i++)
		ho_app_tell(app, &app->noted[i]);
	app->n_noted = 0;
	/* A failure here is met again by the refresh of the next second, which reports it. */
	if (!app->lazy && atomic_exchange(&app->stale, false) && ho_app_catch_up(app, &err))
		atomic_store(&app->stale, true);
}

static enum ho_status add_count(struct ho_store *store, const char *task, const char *model, int32_t day,
                                const char *what, int64_t n, struct ho_error *err)
{
	struct ho_count count = {.task = task, .model = model ? model : "", .day = day, .what = what, .n = n};
	return n ? store->ops->count_add(store, &count, err) : HO_OK;
}

enum ho_status ho_app__count(struct ho_store *store, const char *task, const char *model, int64_t at, const char *what,
                             int64_t n, struct ho_error *err)
{
	return add_count(store, task, model, ho_time_day(at), what, n, err);
}

void ho_app__count_name(char out[HO_COUNT_NAME_SIZE], const char *what, const char *part)
{
	int len = snprintf(out, HO_COUNT_NAME_SIZE, "%s%s", what, part ? part : "");
	if (len < HO_COUNT_NAME_SIZE)
		return;
	len = HO_COUNT_NAME_SIZE - 1;
	while (len > 0 && ((unsigned char)out[len - 1] & 0xc0) == 0x80)
		len--;
	out[len ? len - 1 : 0] = '\0';
}

enum ho_status ho_app__count_of(struct ho_store *store, const char *task, const char *model, int64_t at,
                                const char *what, const char *part, int64_t n, struct ho_error *err)
{
	char name[HO_COUNT_NAME_SIZE];
	ho_app__count_name(name, what, part);
	return ho_app__count(store, task, model, at, name, n, err);
}

enum ho_status ho_app__count_epoch(struct ho_store *store, const char *task, int64_t epoch_at, const char *what,
                                   int64_t n, struct ho_error *err)
{
	char epoch[24];
	(void)snprintf(epoch, sizeof epoch, "%lld", (long long)epoch_at);
	return add_count(store, task, epoch, 0, what, n, err);
}
