/* The opened models of a workspace: each file is mapped once, however many desks and threads use it. */
#include "app/private.h"
#include "base/alloc.h"

/* Texts whose vectors a server remembers for each encoder: 13 MB with 384 dimensions. */
enum { REMEMBERED = 8192 };

const char *ho_app__model_path(const struct ho_app *app, const char *id, struct ho_arena *arena)
{
	size_t room = strlen(app->models_dir) + strlen(id) + sizeof "/.handoff";
	char *path = ho_arena_alloc(arena, room, 1);
	if (path)
		(void)snprintf(path, room, "%s/%s.handoff", app->models_dir, id);
	return path;
}

static struct app_model *find(const struct ho_app *app, const char *id)
{
	for (size_t i = 0; i < app->n_models; i++)
		if (!strcmp(app->models[i]->id, id))
			return app->models[i];
	return NULL;
}

static enum ho_status open_model(struct app_model **out, struct ho_app *app, const char *id, struct ho_error *err)
{
	struct ho_arena arena;
	if (!app->models_dir || strlen(id) >= sizeof(*out)->id)
		return ho_fail(err, HO_ENOTFOUND, "the workspace has no file of this model");
	if (ho_grow(&app->models, &app->models_cap, app->n_models + 1, sizeof(struct app_model *)))
		return ho_fail_nomem(err);
	struct app_model *model = ho_calloc(1, sizeof *model);
	ho_arena_init(&arena, SIZE_MAX);
	const char *path = model ? ho_app__model_path(app, id, &arena) : NULL;
	enum ho_status status = path ? ho_model_open(&model->model, path, err) : ho_fail_nomem(err);
	ho_arena_release(&arena);
	/* A server meets the same texts again: when similar ones are looked for, and when a model is tried on them. */
	if (status == HO_OK && !app->lazy)
		status = ho_model_remember(model->model, REMEMBERED, err);
	if (status) {
		if (model)
			ho_model_free(model->model);
		ho_free(model);
		return status;
	}
	model->app = app;
	(void)snprintf(model->id, sizeof model->id, "%s", id);
	app->models[app->n_models++] = model;
	*out = model;
	return HO_OK;
}

enum ho_status ho_app__model_take(struct app_model **out, struct ho_app *app, const char *id, struct ho_error *err)
{
	*out = NULL;
	enum ho_status status = HO_OK;
	(void)pthread_mutex_lock(&app->shelf_lock);
	struct app_model *model = find(app, id);
	if (!model)
		status = open_model(&model, app, id, err);
	if (model) {
		model->references++;
		*out = model;
	}
	(void)pthread_mutex_unlock(&app->shelf_lock);
	return status;
}

void ho_app__model_share(struct app_model *model)
{
	(void)pthread_mutex_lock(&model->app->shelf_lock);
	model->references++;
	(void)pthread_mutex_unlock(&model->app->shelf_lock);
}

void ho_app__model_release(struct app_model *model)
{
	if (!model)
		return;
	struct ho_app *app = model->app;
	(void)pthread_mutex_lock(&app->shelf_lock);
	bool last = --model->references == 0;
	for (size_t i = 0; last && i < app->n_models; i++)
		if (app->models[i] == model)
			app->models[i--] = app->models[--app->n_models];
	(void)pthread_mutex_unlock(&app->shelf_lock);
	if (last) {
		ho_model_free(model->model);
		ho_free(model);
	}
}
