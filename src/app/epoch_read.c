#include "app/epoch_read.h"

#include "app/settle.h"
#include "base/alloc.h"

enum { ERRORS_MAX = 100000, PAGE = 200 };

/* The promise that an answer with this label stands under; n_promises: none. */
static uint32_t promise_of(const struct app_epoch *e, const char *label)
{
	for (uint32_t i = 0; i < e->n_promises; i++)
		if (!e->per_label || (label && !strcmp(e->promises[i].evidence.label, label)))
			return i;
	return e->n_promises;
}

/* Whose count is "label.LABEL" or the like? Names may be cut: then it is counted for all that it may mean. */
static void add_named(struct app_epoch *e, const struct ho_count *count, const char *what)
{
	char name[HO_COUNT_NAME_SIZE];
	for (uint32_t i = 0; i < e->n_promises && count->n > 0; i++) {
		ho_app__count_name(name, what, e->promises[i].evidence.label);
		if (!strcmp(name, count->what))
			e->promises[i].evidence.automatic += (uint64_t)count->n;
	}
}

static void take_count(struct app_epoch *e, const struct ho_count *count)
{
	const struct {
		const char *what;
		int64_t *n;
	} counts[] = {
	    {HO_COUNT_EPOCH_AUTO, &e->automatic}, {HO_COUNT_EPOCH_ALL, &e->all},
	    {HO_COUNT_EPOCH_DRAWN, &e->drawn},    {HO_COUNT_EPOCH_RIGHT, &e->right},
	    {HO_COUNT_EPOCH_WRONG, &e->wrong},    {HO_COUNT_EPOCH_MISSING, &e->missing},
	    {HO_COUNT_EPOCH_WEIGHT, &e->weight},  {HO_COUNT_EPOCH_ALARM, &e->alarm},
	};
	size_t prefix = strlen(HO_COUNT_EPOCH_OPEN);
	ho_app__frozen_take(&e->frozen, count);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (!strcmp(counts[i].what, count->what))
			*counts[i].n = count->n > 0 ? count->n : 0;
	if (e->per_label && !strncmp(count->what, HO_COUNT_EPOCH_LABEL, strlen(HO_COUNT_EPOCH_LABEL)))
		add_named(e, count, HO_COUNT_EPOCH_LABEL);
	if (strncmp(count->what, HO_COUNT_EPOCH_OPEN, prefix) != 0 || count->n <= 0 || e->n_open == HO_AUDIT_CLASSES)
		return;
	double least = ho_app__audit_class_least((unsigned)strtoul(count->what + prefix, NULL, 10));
	e->open[e->n_open++] = (struct ho_audited){least, (uint64_t)count->n};
}

static enum ho_status read_counts(struct app_epoch *e, struct ho_store *store, struct ho_arena *arena,
                                  struct ho_error *err)
{
	char epoch[24];
	struct ho_count *counts;
	size_t n = 0;
	(void)snprintf(epoch, sizeof epoch, "%lld", (long long)e->task.epoch_at);
	enum ho_status status = store->ops->count_list(&counts, &n, store, e->task.name, 0, 0, arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		if (!strcmp(counts[i].model, epoch))
			take_count(e, &counts[i]);
		else if (!strcmp(counts[i].what, HO_COUNT_SECOND))
			e->second = counts[i].n > 0 ? counts[i].n : 0;
	/* Answers whose label was not counted (by an earlier program) may be of any: then all wealths are too low. */
	uint64_t known = 0;
	for (uint32_t i = 0; i < e->n_promises; i++)
		known += e->promises[i].evidence.automatic;
	for (uint32_t i = 0; i < e->n_promises && known < (uint64_t)e->automatic; i++)
		e->promises[i].evidence.automatic += (uint64_t)e->automatic - known;
	return status;
}

static enum ho_status add_error(struct app_epoch *e, const struct ho_item *item, struct ho_error *err)
{
	int32_t day = ho_time_day(item->created_at);
	uint32_t promise = promise_of(e, item->suggestion);
	double prob = item->audit_probability;
	if (promise < e->n_promises)
		e->promises[promise].evidence.wrong++;
	for (size_t i = e->n_errors; i-- > 0 && e->errors[i].day == day;)
		if (e->errors[i].audited.prob == prob && e->errors[i].promise == promise) {
			e->errors[i].audited.count++;
			return HO_OK;
		}
	if (ho_grow(&e->errors, &e->errors_cap, e->n_errors + 1, sizeof *e->errors))
		return ho_fail_nomem(err);
	e->errors[e->n_errors++] = (struct app_day_errors){day, promise, {prob, 1}};
	return HO_OK;
}

/* The confirmed errors of the epoch, page by page, newest first, until a whole page is of others. Texts that were being
 * scored when the epoch began stand among its first ones, but not that many. */
static enum ho_status read_errors(struct app_epoch *e, struct ho_store *store, struct ho_error *err)
{
	struct ho_item_filter filter = {.task = e->task.name, .confirmed_wrong = true, .limit = PAGE};
	enum ho_status status = HO_OK;
	size_t n = PAGE;
	bool any = true;
	for (size_t total = 0; status == HO_OK && n == PAGE && any && total < ERRORS_MAX; total += n) {
		struct ho_arena arena;
		struct ho_item *items;
		ho_arena_init(&arena, SIZE_MAX);
		n = 0;
		any = false;
		status = store->ops->item_list(&items, &n, store, &filter, &arena, err);
		for (size_t i = 0; i < n && status == HO_OK; i++) {
			bool counts = ho_app__in_epoch(&items[i], &e->task) && items[i].audit_probability > 0;
			any |= counts;
			filter.before = items[i].id;
			if (counts)
				status = add_error(e, &items[i], err);
		}
		ho_arena_release(&arena);
	}
	return status;
}

/* Where days matter: promises with errors. */
static enum ho_status make_days(struct app_epoch *e, struct ho_arena *arena, struct ho_error *err)
{
	e->flat = ho_arena_alloc(arena, e->n_errors + 1, sizeof *e->flat);
	if (!e->flat)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < e->n_errors; i++)
		e->flat[i] = e->errors[i].audited;
	for (uint32_t i = 0; i < e->n_promises; i++) {
		struct app_promise *promise = &e->promises[i];
		if (!promise->evidence.wrong)
			continue;
		promise->answers = ho_arena_alloc(arena, (size_t)e->n_days, sizeof *promise->answers);
		if (!promise->answers)
			return ho_fail_nomem(err);
		memset(promise->answers, 0, (size_t)e->n_days * sizeof *promise->answers);
	}
	return HO_OK;
}

static void add_day(struct app_epoch *e, const struct ho_count *count)
{
	char name[HO_COUNT_NAME_SIZE];
	if (strcmp(count->model, e->task.champion) != 0)
		return;
	for (uint32_t i = 0; i < e->n_promises; i++) {
		struct app_promise *promise = &e->promises[i];
		if (!promise->answers)
			continue;
		ho_app__count_name(name, e->per_label ? HO_COUNT_LABEL : HO_COUNT_AUTO, promise->evidence.label);
		if (!strcmp(name, count->what))
			promise->answers[count->day - e->first_day] += count->n;
	}
}

/* Automatic answers day by day. The first day may hold some of before the epoch: then the wealth is a little too low,
 * never too high. */
static enum ho_status read_days(struct app_epoch *e, struct ho_app *app, struct ho_store *store, struct ho_arena *arena,
                                struct ho_error *err)
{
	struct ho_count *counts;
	size_t n = 0;
	int32_t today = ho_time_day(ho_app_now(app));
	e->first_day = ho_time_day(e->task.epoch_at);
	e->n_days = today >= e->first_day ? today - e->first_day + 1 : 1;
	enum ho_status status = make_days(e, arena, err);
	if (status || !e->n_errors || !e->task.champion)
		return status; /* nothing that depends on days */
	status = store->ops->count_list(&counts, &n, store, e->task.name, e->first_day, today, arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		add_day(e, &counts[i]);
	return status;
}

/* The promises that can be broken: labels without one are never answered automatically. */
static enum ho_status take_promises(struct app_epoch *e, const struct ho_desk *desk, struct ho_arena *arena,
                                    struct ho_error *err)
{
	uint32_t K = desk->label_error ? ho_model_label_count(desk->model) : 1;
	e->max_error = desk->max_error;
	e->per_label = desk->label_error != NULL;
	e->promises = ho_arena_alloc(arena, K, sizeof *e->promises);
	if (!e->promises)
		return ho_fail_nomem(err);
	for (uint32_t k = 0; k < K && e->max_error > 0; k++) {
		double max_error = e->per_label ? desk->label_error[k] : e->max_error;
		const char *label = NULL;
		if (!(max_error > 0 && max_error < 1))
			continue;
		if (e->per_label && !(label = ho_arena_copy(arena, ho_slice_str(ho_model_label(desk->model, k))).ptr))
			return ho_fail_nomem(err);
		e->promises[e->n_promises++] =
		    (struct app_promise){.evidence = {.label = label,
		                                      .max_error = max_error,
		                                      .tested = ho_audit_tested(max_error, e->settings.reviewer_error),
		                                      .p = 1},
		                         .label = e->per_label ? k : UINT32_MAX};
	}
	return HO_OK;
}

static enum ho_status read_promises(struct app_epoch *e, struct ho_app *app, struct ho_arena *arena,
                                    struct ho_error *err)
{
	const struct ho_desk *desk;
	enum ho_status status = ho_desk_take(&desk, app, e->task.name, err);
	if (status)
		return status;
	status = take_promises(e, desk, arena, err);
	ho_desk_release(desk);
	return status;
}

enum ho_status ho_app__epoch_read(struct app_epoch *e, struct ho_app *app, struct ho_store *store, const char *task,
                                  struct ho_arena *arena, struct ho_error *err)
{
	*e = (struct app_epoch){.automatic = 0};
	enum ho_status status = ho_app__task(&e->task, store, task, arena, err);
	if (status == HO_OK)
		status = ho_app__settings(&e->settings, &e->task, arena, err);
	if (status == HO_OK) {
		ho_app__frozen_init(&e->frozen, &e->settings);
		status = read_promises(e, app, arena, err);
	}
	if (status == HO_OK)
		status = read_counts(e, store, arena, err);
	if (status == HO_OK)
		status = read_errors(e, store, err);
	if (status == HO_OK)
		status = read_days(e, app, store, arena, err);
	return status;
}
