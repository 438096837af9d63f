/* Models of a task: the list, an upload, a promotion. */
#include "app/deploy.h"
#include "http/change.h"
#include "http/out.h"
#include "http/private.h"
#include "http/route.h"

/* As many digits as the report was written with (train/report.c): 0.95 stays 0.95. */
#define CARD_FORM (JSON_COMPACT | JSON_REAL_PRECISION(8))

/* What the model says of itself: the promise, and the rest of its report. */
static void show_card(struct ho_out *out, const struct ho_desk *desk)
{
	json_t *report = desk && desk->model ? json_loads(ho_model_report_json(desk->model), 0, NULL) : NULL;
	const json_t *promise = json_object_get(report, "promise");
	char *promise_text = json_is_object(promise) ? json_dumps(promise, CARD_FORM) : NULL;
	char *card = NULL;
	if (report) {
		json_object_del(report, "promise");
		card = json_dumps(report, CARD_FORM);
	}
	ho_out_raw(out, "promise", promise_text ? ho_slice_str(promise_text) : ho_slice(NULL, 0));
	ho_out_raw(out, "card", card ? ho_slice_str(card) : ho_slice(NULL, 0));
	free(promise_text);
	free(card);
	json_decref(report);
}

static void show_model(struct ho_out *out, const struct ho_model_record *record, const struct ho_desk *desk)
{
	bool champion = desk->model_id && strcmp(desk->model_id, record->id) == 0;
	ho_out_open(out, NULL, '{');
	ho_out_string(out, "model", record->id);
	ho_out_bool(out, "champion", champion);
	ho_out_int(out, "bytes", record->bytes);
	ho_out_string(out, "added_by", record->added_by);
	ho_out_time(out, "added_at", record->added_at);
	ho_out_time(out, "promoted_at", record->promoted_at);
	ho_out_time(out, "retired_at", record->retired_at);
	/* Only the one that answers is open. */
	show_card(out, champion ? desk : NULL);
	ho_out_close(out, '}');
}

enum ho_status ho_list_models(struct ho_request *rq, struct ho_error *err)
{
	struct ho_model_record *models = NULL;
	size_t n = 0;
	struct ho_store *reader = rq->worker->reader;
	enum ho_status status = ho_desk_take(&rq->desk, rq->server->app, rq->task, err);
	if (status == HO_OK)
		status = reader->ops->model_list(&models, &n, reader, rq->task, &rq->arena, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_open(&out, "models", '[');
	for (size_t i = 0; i < n; i++)
		show_model(&out, &models[i], rq->desk);
	ho_out_close(&out, ']');
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}

struct upload {
	bool promote, force;
};

static enum ho_status deploy(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	const struct upload *upload = rq->own;
	const char *id = NULL;
	struct ho_app *app = rq->server->app;
	(void)worker;
	enum ho_status status = ho_deploy(&id, app, rq->upload_path, rq->task, upload->promote, upload->force,
	                                  rq->caller.name, &rq->arena, err);
	if (status == HO_OK)
		status = ho_app_refresh(app, err);
	if (status) {
		if (err && status != HO_ECONFLICT)
			err->place[0] = '\0'; /* the temporary file's name helps nobody */
		return status;
	}
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_string(&out, "task", rq->task);
	ho_out_string(&out, "model", id);
	ho_out_bool(&out, "promoted", upload->promote);
	ho_request_answer(rq, 201);
	return ho_out_end(&out, '}');
}

enum ho_status ho_post_model(struct ho_request *rq, struct ho_error *err)
{
	struct upload *upload = ho_arena_alloc(&rq->arena, 1, sizeof *upload);
	if (!upload)
		return ho_fail_nomem(err);
	enum ho_status status = ho_request_flag(&upload->promote, rq, "promote", err);
	if (status == HO_OK)
		status = ho_request_flag(&upload->force, rq, "force", err);
	if (status == HO_OK)
		status = ho_task_name_check(rq->task, err);
	if (status == HO_OK && !rq->upload_path)
		status = ho_fail(err, HO_EFORMAT, "the body must be a model file");
	if (status)
		return status;
	rq->own = upload;
	return ho_request_give(rq, &rq->server->chores, deploy, err);
}

static enum ho_status write_promotion(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	return ho_promote(rq->server->app, store, rq->task, rq->name, rq->caller.name, err);
}

static enum ho_status promote(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	enum ho_status status = ho_change(rq, write_promotion, err);
	if (status)
		return status;
	ho_buf_reset(&rq->answer);
	ho_request_answer(rq, 200);
	return ho_task_show(&rq->answer, rq, worker->reader, rq->task, true, err);
}

enum ho_status ho_post_promote(struct ho_request *rq, struct ho_error *err)
{
	return ho_request_give(rq, &rq->server->chores, promote, err);
}
