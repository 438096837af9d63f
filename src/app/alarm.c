#include "app/alarm.h"

#include <math.h>

#include "app/private.h"

enum { ALARM_ARENA = 16 << 20 };

/* Kept with the counts: 1 + 10^9 x the threshold that the task asked for at the alarm; 0: no alarm. */
static int64_t mark_of(double raised)
{
	return 1 + (int64_t)(1e9 * raised + 0.5);
}

static enum ho_status read_mark(int64_t *out, struct ho_store *store, const char *task, const char *model,
                                struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_count *counts;
	size_t n = 0;
	*out = 0;
	ho_arena_init(&arena, ALARM_ARENA);
	enum ho_status status = store->ops->count_list(&counts, &n, store, task, 0, 0, &arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		if (!strcmp(counts[i].what, HO_COUNT_ALARMED) && !strcmp(counts[i].model, model))
			*out = counts[i].n;
	ho_arena_release(&arena);
	return status;
}

static enum ho_status set_mark(struct ho_store *store, const char *task, const char *model, int64_t mark, int64_t was,
                               struct ho_error *err)
{
	struct ho_count count = {.task = task, .model = model, .day = 0, .what = HO_COUNT_ALARMED, .n = mark - was};
	return count.n ? store->ops->count_add(store, &count, err) : HO_OK;
}

enum ho_status ho_app__alarm_note(struct ho_store *store, const struct ho_task *task,
                                  const struct ho_task_settings *settings, struct ho_error *err)
{
	int64_t was;
	if (!task->champion)
		return HO_OK;
	enum ho_status status = read_mark(&was, store, task->name, task->champion, err);
	return status ? status
	              : set_mark(store, task->name, task->champion, mark_of(settings->raised_threshold), was, err);
}

enum ho_status ho_app__alarm_clear(bool *was, struct ho_store *store, const char *task, const char *model,
                                   struct ho_error *err)
{
	int64_t mark;
	enum ho_status status = read_mark(&mark, store, task, model, err);
	*was = status == HO_OK && mark > 0;
	return *was ? set_mark(store, task, model, 0, mark, err) : status;
}

/* The least confidence above which the model answers by itself: a raised threshold below it changes nothing. */
static double certified(struct ho_app *app, const struct ho_task *task)
{
	const struct ho_desk *desk;
	struct ho_model_certificate certificate;
	double least = INFINITY;
	if (ho_desk_take(&desk, app, task->name, NULL))
		return 0;
	if (desk->model && task->champion && !strcmp(desk->model_id, task->champion)) {
		ho_model_certificate(&certificate, desk->model);
		for (uint32_t k = 0; certificate.kind != HO_PROMISE_NONE && k < certificate.labels; k++)
			least = fmin(least, certificate.threshold[k]);
	}
	ho_desk_release(desk);
	return isfinite(least) ? least : 0;
}

enum ho_status ho_app__alarm_check(struct ho_app *app, struct ho_store *store, const struct ho_task *task,
                                   struct ho_error *err)
{
	struct ho_arena arena;
	struct ho_task_settings settings;
	int64_t mark = 0;
	if (!task->champion)
		return HO_OK;
	ho_arena_init(&arena, ALARM_ARENA);
	enum ho_status status = ho_app__settings(&settings, task, &arena, err);
	ho_arena_release(&arena);
	if (status == HO_OK)
		status = read_mark(&mark, store, task->name, task->champion, err);
	if (status || !mark)
		return status;
	double least = fmax((double)(mark - 1) / 1e9, certified(app, task));
	if (mark_of(settings.raised_threshold) > mark_of(least))
		return HO_OK;
	return ho_fail(err, HO_ECONFLICT,
	               "this model broke its promise and nothing has changed since: let another model answer, set "
	               "raised_threshold above %.6g, or force it",
	               least);
}
