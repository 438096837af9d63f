#include "app/frozen.h"

#include <math.h>

#include "app/private.h"

enum { FROZEN_ARENA = 16 << 20, PARTS = 4, READ = 5 };

static const char *const names[READ] = {HO_COUNT_EPOCH_RATE, HO_COUNT_EPOCH_LEAST, HO_COUNT_EPOCH_DELTA,
                                        HO_COUNT_EPOCH_PEOPLE, HO_COUNT_EPOCH_DRAWN};

/* Counts are whole and 0 is nothing: billionths, and one more where 0 is a value. */
static void as_counts(int64_t out[PARTS], const struct app_frozen *frozen)
{
	out[0] = (int64_t)(1e9 * frozen->rate);
	out[1] = (int64_t)(1e9 * frozen->least);
	out[2] = (int64_t)(1e9 * frozen->delta + 0.5);
	out[3] = 1 + (int64_t)(1e9 * frozen->reviewer_error + 0.5);
}

double ho_app__frozen_least(const struct ho_task_settings *settings)
{
	double least = 1 - (1 - settings->certify_share) * (1 - settings->audit_share / 10);
	return fmax(1e-6, least * exp2(-0.25)); /* those without a verdict are known by their class */
}

void ho_app__frozen_init(struct app_frozen *out, const struct ho_task_settings *settings)
{
	double rate = ho_app__planned_share(settings);
	*out = (struct app_frozen){.rate = rate > 0 ? rate : 0.02,
	                           .least = ho_app__frozen_least(settings),
	                           .delta = settings->alarm_delta,
	                           .reviewer_error = settings->reviewer_error};
}

void ho_app__frozen_take(struct app_frozen *out, const struct ho_count *count)
{
	double value = (double)count->n / 1e9;
	if (count->n <= 0)
		return;
	if (!strcmp(count->what, names[0]))
		out->rate = fmin(1, value);
	else if (!strcmp(count->what, names[1]))
		out->least = fmin(1, value);
	else if (!strcmp(count->what, names[2]))
		out->delta = fmin(0.5, value);
	else if (!strcmp(count->what, names[3]))
		out->reviewer_error = fmin(0.1, (double)(count->n - 1) / 1e9);
}

static enum ho_status read_counts(int64_t out[READ], struct ho_store *store, const struct ho_task *task,
                                  struct ho_error *err)
{
	char epoch[24];
	struct ho_arena arena;
	struct ho_count *counts;
	size_t n = 0;
	memset(out, 0, READ * sizeof *out);
	ho_arena_init(&arena, FROZEN_ARENA);
	(void)snprintf(epoch, sizeof epoch, "%lld", (long long)task->epoch_at);
	enum ho_status status = store->ops->count_list(&counts, &n, store, task->name, 0, 0, &arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		for (int k = 0; k < READ; k++)
			if (!strcmp(counts[i].model, epoch) && !strcmp(counts[i].what, names[k]))
				out[k] = counts[i].n;
	ho_arena_release(&arena);
	return status;
}

enum ho_status ho_app__frozen_write(struct ho_store *store, const struct ho_task *task,
                                    const struct ho_task_settings *settings, struct ho_error *err)
{
	struct app_frozen frozen;
	int64_t before[READ], after[PARTS];
	ho_app__frozen_init(&frozen, settings);
	as_counts(after, &frozen);
	enum ho_status status = read_counts(before, store, task, err);
	if (before[4] > 0 && before[1] > 0 &&
	    before[1] < after[1]) /* audits that were drawn with less stay drawn with less */
		after[1] = before[1];
	for (int k = 0; k < PARTS && status == HO_OK; k++)
		status = ho_app__count_epoch(store, task->name, task->epoch_at, names[k], after[k] - before[k], err);
	return status;
}
