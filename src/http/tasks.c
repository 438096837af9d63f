/* Tasks: what they are, their settings, pause and resume. */
#include "app/deploy.h"
#include "http/auth.h"
#include "http/change.h"
#include "http/in.h"
#include "http/out.h"
#include "http/private.h"
#include "http/route.h"

enum { WHY_MAX = 1000 };

static enum ho_status run_write(void *context, struct ho_store *store, struct ho_error *err)
{
	struct ho_request *rq = context;
	return rq->write(rq, store, err);
}

enum ho_status ho_change(struct ho_request *rq, ho_request_write write, struct ho_error *err)
{
	rq->write = write;
	enum ho_status status = ho_app_write(rq->server->app, run_write, rq, err);
	return status ? status : ho_app_catch_up(rq->server->app, err);
}

static void show_desk(struct ho_out *out, const struct ho_desk *desk)
{
	ho_out_string(out, "title", desk->settings.title ? desk->settings.title : desk->name);
	ho_out_string(out, "champion", desk->model_id);
	if (desk->model && desk->max_error > 0) {
		ho_out_open(out, "promise", '{');
		ho_out_number(out, "max_error", desk->max_error);
		ho_out_number(out, "confidence_level", desk->confidence_level);
		ho_out_close(out, '}');
	} else {
		ho_out_raw(out, "promise", ho_slice(NULL, 0));
	}
	ho_out_bool(out, "paused", desk->paused);
	ho_out_string(out, "paused_why", desk->paused ? desk->paused_why : NULL);
	ho_out_bool(out, "alarm", desk->paused && ho_pause_is_alarm(desk->paused_why));
	ho_out_time(out, "epoch_at", desk->epoch_at);
	ho_out_open(out, "labels", '[');
	for (uint32_t i = 0; desk->model && i < ho_model_label_count(desk->model); i++)
		ho_out_string(out, NULL, ho_model_label(desk->model, i));
	ho_out_close(out, ']');
}

void ho_queue_figures_show(struct ho_out *out, const struct ho_queue_figures *queue, int64_t now)
{
	ho_out_open(out, "queue", '{');
	ho_out_int(out, "waiting", (int64_t)queue->waiting);
	ho_out_int(out, "leased", (int64_t)queue->leased);
	ho_out_int(out, "overdue", (int64_t)queue->overdue);
	ho_out_int(out, "oldest_s", queue->oldest ? (now - queue->oldest) / 1000 : 0);
	ho_out_close(out, '}');
}

enum ho_status ho_task_show(struct ho_buf *buf, struct ho_request *rq, struct ho_store *reader, const char *name,
                            bool full, struct ho_error *err)
{
	const struct ho_desk *desk;
	struct ho_queue_figures queue;
	int64_t now = ho_app_now(rq->server->app);
	enum ho_status status = ho_desk_take(&desk, rq->server->app, name, err);
	if (status)
		return status;
	status = reader->ops->queue_figures(&queue, reader, name, now, err);
	if (status == HO_OK) {
		struct ho_out out = ho_out_begin(buf, '{', err);
		ho_out_string(&out, "task", desk->name);
		show_desk(&out, desk);
		ho_queue_figures_show(&out, &queue, now);
		if (full) {
			const char *settings = ho_task_settings_write(&desk->settings, ho_may(rq, 0), &rq->arena);
			ho_out_raw(&out, "settings", settings ? ho_slice_str(settings) : ho_slice(NULL, 0));
		}
		status = ho_out_end(&out, '}');
	}
	ho_desk_release(desk);
	return status;
}

enum ho_status ho_list_tasks(struct ho_request *rq, struct ho_error *err)
{
	struct ho_task *tasks = NULL;
	size_t n = 0;
	struct ho_store *reader = rq->worker->reader;
	enum ho_status status = reader->ops->task_list(&tasks, &n, reader, &rq->arena, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_open(&out, "tasks", '[');
	for (size_t i = 0; i < n && out.status == HO_OK; i++) {
		size_t before = rq->answer.len;
		bool comma = out.comma;
		status = ho_task_show(ho_out_at(&out, NULL), rq, reader, tasks[i].name, false, err);
		if (status == HO_ENOTFOUND) { /* made by another process a moment ago */
			rq->answer.len = before;
			out.comma = comma;
		} else {
			ho_out_note(&out, status);
		}
	}
	ho_out_close(&out, ']');
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}

enum ho_status ho_get_task(struct ho_request *rq, struct ho_error *err)
{
	ho_request_answer(rq, 200);
	return ho_task_show(&rq->answer, rq, rq->worker->reader, rq->task, true, err);
}

/* A task that is not there is made; its settings are the defaults with what was sent on top. */
static enum ho_status write_settings(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	struct ho_task task;
	struct ho_app *app = rq->server->app;
	enum ho_status status = store->ops->task_get(&task, store, rq->task, &rq->arena, err);
	rq->own = NULL;
	if (status == HO_ENOTFOUND) {
		int64_t now = ho_app_now(app);
		task = (struct ho_task){.name = rq->task, .settings = "{}", .created_at = now, .epoch_at = now};
		rq->own = rq;
		status = ho_task_name_check(rq->task, err);
		if (status == HO_OK)
			status = store->ops->task_put(store, &task, err);
	}
	if (status == HO_OK)
		status = ho_configure(app, store, rq->task, ho_buf_slice(&rq->body), rq->caller.name, err);
	return status;
}

static enum ho_status answer_task(struct ho_request *rq, struct ho_worker *worker, unsigned code, struct ho_error *err)
{
	ho_buf_reset(&rq->answer);
	ho_request_answer(rq, code);
	return ho_task_show(&rq->answer, rq, worker->reader, rq->task, true, err);
}

static enum ho_status put_task(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	enum ho_status status = ho_change(rq, write_settings, err);
	return status ? status : answer_task(rq, worker, rq->own ? 201 : 200, err);
}

enum ho_status ho_put_task(struct ho_request *rq, struct ho_error *err)
{
	/* What is no JSON is 400; what is wrong in it, 422. */
	enum ho_status status = ho_in_object(&rq->json, ho_buf_slice(&rq->body), err);
	return status ? status : ho_request_give(rq, &rq->server->chores, put_task, err);
}

static enum ho_status write_pause(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	return ho_pause(rq->server->app, store, rq->task, rq->own, rq->caller.name, err);
}

static enum ho_status write_resume(struct ho_request *rq, struct ho_store *store, struct ho_error *err)
{
	bool force = rq->own != NULL;
	return (force ? ho_resume_anyway : ho_resume)(rq->server->app, store, rq->task, rq->caller.name, err);
}

static enum ho_status do_pause(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	enum ho_status status = ho_change(rq, write_pause, err);
	return status ? status : answer_task(rq, worker, 200, err);
}

static enum ho_status do_resume(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	enum ho_status status = ho_change(rq, write_resume, err);
	return status ? status : answer_task(rq, worker, 200, err);
}

enum ho_status ho_post_pause(struct ho_request *rq, struct ho_error *err)
{
	static const char *const known[] = {"why", NULL};
	const char *why = NULL;
	enum ho_status status = ho_in_words(&why, rq, known, WHY_MAX, err);
	if (status)
		return status;
	rq->own = (void *)(uintptr_t)(why ? why : "on request");
	return ho_request_give(rq, &rq->server->chores, do_pause, err);
}

enum ho_status ho_post_resume(struct ho_request *rq, struct ho_error *err)
{
	static const char *const known[] = {"force", NULL};
	bool force = false;
	enum ho_status status = HO_OK;
	if (rq->body.len)
		status = ho_in_object(&rq->json, ho_buf_slice(&rq->body), err);
	if (status == HO_OK && rq->json)
		status = ho_in_only(rq->json, known, err);
	if (status == HO_OK && rq->json)
		status = ho_in_bool(&force, rq->json, "force", false, err);
	if (status)
		return status;
	rq->own = force ? rq : NULL;
	return ho_request_give(rq, &rq->server->chores, do_resume, err);
}
