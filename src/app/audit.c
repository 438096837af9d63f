/* What the audits of an epoch say, computed from counts and confirmed errors, and the alarm. */
#include "app/audit.h"

#include <inttypes.h>
#include <math.h>

#include "app/alarm.h"
#include "app/deploy.h"
#include "app/frozen.h"
#include "app/journal.h"
#include "app/outbox.h"
#include "app/private.h"
#include "app/settle.h"
#include "base/alloc.h"

enum { ERRORS_MAX = 100000, PAGE = 200 };

/* Confirmed errors of one day with one probability, of one promise. */
struct day_errors {
	int32_t day;
	uint32_t promise;
	struct ho_audited audited;
};

/* One promise: for all automatic answers, or for those with one label. */
struct promise {
	struct ho_evidence evidence;
	uint32_t label; /* the model's number of the label */
	int64_t
	    *answers; /* [n_days] of each day since the epoch began; NULL: no error, days do not matter. In the arena */
};

/* What is read of an epoch. */
struct epoch {
	struct ho_task task;
	struct ho_task_settings settings;
	int64_t automatic, all, drawn, right, wrong, missing, weight, alarm;
	struct app_frozen frozen;
	struct ho_audited open[HO_AUDIT_CLASSES];
	size_t n_open;
	struct day_errors *errors; /* [n_errors] owned; by falling day */
	size_t n_errors, errors_cap;
	struct ho_audited *flat;  /* [n_errors] the same without days; in the arena */
	struct promise *promises; /* [n_promises] in the arena */
	uint32_t n_promises;
	bool per_label;
	int32_t first_day, n_days;
	double max_error;
};

/* The promise that an answer with this label stands under; n_promises: none. */
static uint32_t promise_of(const struct epoch *e, const char *label)
{
	for (uint32_t i = 0; i < e->n_promises; i++)
		if (!e->per_label || (label && !strcmp(e->promises[i].evidence.label, label)))
			return i;
	return e->n_promises;
}

/* Whose count is "label.LABEL" or the like? Names may be cut: then it is counted for all that it may mean. */
static void add_named(struct epoch *e, const struct ho_count *count, const char *what)
{
	char name[HO_COUNT_NAME_SIZE];
	for (uint32_t i = 0; i < e->n_promises && count->n > 0; i++) {
		ho_app__count_name(name, what, e->promises[i].evidence.label);
		if (!strcmp(name, count->what))
			e->promises[i].evidence.automatic += (uint64_t)count->n;
	}
}

static void take_count(struct epoch *e, const struct ho_count *count)
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

static enum ho_status read_counts(struct epoch *e, struct ho_store *store, struct ho_arena *arena, struct ho_error *err)
{
	char epoch[24];
	struct ho_count *counts;
	size_t n = 0;
	(void)snprintf(epoch, sizeof epoch, "%lld", (long long)e->task.epoch_at);
	enum ho_status status = store->ops->count_list(&counts, &n, store, e->task.name, 0, 0, arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		if (!strcmp(counts[i].model, epoch))
			take_count(e, &counts[i]);
	/* Answers whose label was not counted (by an earlier program) may be of any: then all wealths are too low. */
	uint64_t known = 0;
	for (uint32_t i = 0; i < e->n_promises; i++)
		known += e->promises[i].evidence.automatic;
	for (uint32_t i = 0; i < e->n_promises && known < (uint64_t)e->automatic; i++)
		e->promises[i].evidence.automatic += (uint64_t)e->automatic - known;
	return status;
}

static enum ho_status add_error(struct epoch *e, const struct ho_item *item, struct ho_error *err)
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
	e->errors[e->n_errors++] = (struct day_errors){day, promise, {prob, 1}};
	return HO_OK;
}

/* The confirmed errors of the epoch, page by page, newest first, until a whole page is of others. Texts that were being
 * scored when the epoch began stand among its first ones, but not that many. */
static enum ho_status read_errors(struct epoch *e, struct ho_store *store, struct ho_error *err)
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
static enum ho_status make_days(struct epoch *e, struct ho_arena *arena, struct ho_error *err)
{
	e->flat = ho_arena_alloc(arena, e->n_errors + 1, sizeof *e->flat);
	if (!e->flat)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < e->n_errors; i++)
		e->flat[i] = e->errors[i].audited;
	for (uint32_t i = 0; i < e->n_promises; i++) {
		struct promise *promise = &e->promises[i];
		if (!promise->evidence.wrong)
			continue;
		promise->answers = ho_arena_alloc(arena, (size_t)e->n_days, sizeof *promise->answers);
		if (!promise->answers)
			return ho_fail_nomem(err);
		memset(promise->answers, 0, (size_t)e->n_days * sizeof *promise->answers);
	}
	return HO_OK;
}

static void add_day(struct epoch *e, const struct ho_count *count)
{
	char name[HO_COUNT_NAME_SIZE];
	if (strcmp(count->model, e->task.champion) != 0)
		return;
	for (uint32_t i = 0; i < e->n_promises; i++) {
		struct promise *promise = &e->promises[i];
		if (!promise->answers)
			continue;
		ho_app__count_name(name, e->per_label ? HO_COUNT_LABEL : HO_COUNT_AUTO, promise->evidence.label);
		if (!strcmp(name, count->what))
			promise->answers[count->day - e->first_day] += count->n;
	}
}

/* Automatic answers day by day. The first day may hold some of before the epoch: then the wealth is a little too low,
 * never too high. */
static enum ho_status read_days(struct epoch *e, struct ho_app *app, struct ho_store *store, struct ho_arena *arena,
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
static enum ho_status take_promises(struct epoch *e, const struct ho_desk *desk, struct ho_arena *arena,
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
		    (struct promise){.evidence = {.label = label,
		                                  .max_error = max_error,
		                                  .tested = ho_audit_tested(max_error, e->settings.reviewer_error),
		                                  .p = 1},
		                     .label = e->per_label ? k : UINT32_MAX};
	}
	return HO_OK;
}

static enum ho_status read_promises(struct epoch *e, struct ho_app *app, struct ho_arena *arena, struct ho_error *err)
{
	const struct ho_desk *desk;
	enum ho_status status = ho_desk_take(&desk, app, e->task.name, err);
	if (status)
		return status;
	status = take_promises(e, desk, arena, err);
	ho_desk_release(desk);
	return status;
}

static enum ho_status read_epoch(struct epoch *e, struct ho_app *app, struct ho_store *store, const char *task,
                                 struct ho_arena *arena, struct ho_error *err)
{
	*e = (struct epoch){.automatic = 0};
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

/* ---- figures ---- */

/*
 * Day by day, each day's answers as right and then its confirmed errors turned round. The wealth at the end of every
 * day, with what has no verdict yet counted as right, is at most the true one there; so the largest of them counts (it
 * is what log_max keeps), and late verdicts of the last days do not hold up what earlier days have shown. Answers that
 * no day accounts for (a clock was wrong) are fed with the first: then the wealth is too low, never too high.
 */
static enum ho_status feed(struct ho_eprocess *process, const struct epoch *e, uint32_t number, struct ho_error *err)
{
	const struct promise *promise = &e->promises[number];
	int64_t all = (int64_t)promise->evidence.automatic, fed = 0, upto = all;
	size_t left = promise->answers ? e->n_errors : 0;
	enum ho_status status = HO_OK;
	for (int32_t i = 0; i < e->n_days && left; i++)
		upto -= promise->answers[i];
	upto = upto > 0 ? upto : 0;
	for (int32_t i = 0; i < e->n_days && left && status == HO_OK; i++) {
		upto += promise->answers[i];
		bool last = i + 1 == e->n_days;
		int64_t now = last || upto > all ? all : upto;
		if (now > fed)
			ho_eprocess_skip(process, (uint64_t)(now - fed));
		fed = now > fed ? now : fed;
		for (; left && (last || e->errors[left - 1].day <= e->first_day + i); left--)
			for (uint64_t k = 0; e->errors[left - 1].promise == number &&
			                     k < e->errors[left - 1].audited.count && status == HO_OK;
			     k++)
				status = ho_eprocess_overturn(process, e->errors[left - 1].audited.prob, err);
	}
	if (all > fed)
		ho_eprocess_skip(process, (uint64_t)(all - fed));
	return status;
}

double ho_audit_tested(double max_error, double reviewer_error)
{
	double e = reviewer_error;
	return fmax(max_error, max_error * (1 - e) * (1 - e) + (1 - max_error) * e * e);
}

/* n promises share delta equally, so that one false alarm of any of them is as rare as with one. */
static enum ho_status weigh(struct epoch *e, uint32_t number, struct ho_error *err)
{
	struct ho_eprocess process;
	struct ho_evidence *evidence = &e->promises[number].evidence;
	evidence->tested = ho_audit_tested(evidence->max_error, e->frozen.reviewer_error);
	enum ho_status status =
	    ho_eprocess_init(&process, evidence->tested, e->frozen.delta / e->n_promises, e->frozen.rate, err);
	if (status)
		return status;
	status = feed(&process, e, number, err);
	evidence->log_wealth = ho_eprocess_log(&process);
	evidence->p = ho_eprocess_p(&process);
	evidence->alarm = ho_eprocess_alarm(&process);
	return status;
}

/* The promise that most speaks against. */
static void take_strongest(struct ho_monitor *out, const struct epoch *e)
{
	const struct promise *most = e->promises;
	for (uint32_t i = 1; i < e->n_promises; i++)
		if (e->promises[i].evidence.p < most->evidence.p ||
		    (e->promises[i].evidence.p <= most->evidence.p &&
		     e->promises[i].evidence.log_wealth > most->evidence.log_wealth))
			most = &e->promises[i];
	out->tested = most->evidence.tested;
	out->log_wealth = most->evidence.log_wealth - log(e->n_promises);
	out->p = fmin(1, most->evidence.p * e->n_promises);
	out->label = most->evidence.wrong ? most->label : UINT32_MAX;
	out->label_max_error = most->evidence.max_error;
	out->label_wrong = most->evidence.wrong;
}

static enum ho_status run_eprocesses(struct ho_monitor *out, struct epoch *e, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	out->p = 1;
	out->label = UINT32_MAX;
	for (uint32_t i = 0; i < e->n_promises && status == HO_OK; i++) {
		status = weigh(e, i, err);
		out->alarm |= e->promises[i].evidence.alarm;
	}
	if (status == HO_OK && e->n_promises)
		take_strongest(out, e);
	return status;
}

static enum ho_status figures(struct ho_monitor *out, struct epoch *e, struct ho_error *err)
{
	double wrong_weight = 0;
	uint64_t drawn = (uint64_t)e->drawn, ended = (uint64_t)(e->right + e->wrong + e->missing);
	for (size_t i = 0; i < e->n_errors; i++)
		wrong_weight += (double)e->flat[i].count / e->flat[i].prob;
	*out = (struct ho_monitor){
	    .since = e->task.epoch_at,
	    .automatic = (uint64_t)e->automatic,
	    .drawn = drawn,
	    .right = (uint64_t)e->right,
	    .wrong = (uint64_t)e->wrong,
	    .missing = (uint64_t)e->missing,
	    .waiting = drawn > ended ? drawn - ended : 0,
	    .max_error = e->max_error,
	    .delta = e->frozen.delta,
	    .error = e->weight > 0 ? fmin(1, 1000 * wrong_weight / (double)e->weight) : NAN,
	    .coverage = e->all > 0 ? (double)e->automatic / (double)e->all : NAN,
	};
	out->sequence = ho_audit_sequence((uint64_t)e->automatic, e->flat, e->n_errors, e->open, e->n_open,
	                                  e->frozen.rate, e->frozen.least, e->frozen.delta);
	enum ho_status status = run_eprocesses(out, e, err);
	out->alarm |= e->alarm > 0;
	return status;
}

enum ho_status ho_monitor_read(struct ho_monitor *out, struct ho_app *app, struct ho_store *store, const char *task,
                               struct ho_error *err)
{
	struct ho_arena arena;
	struct epoch e;
	*out = (struct ho_monitor){.since = 0};
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = read_epoch(&e, app, store, task, &arena, err);
	if (status == HO_OK)
		status = figures(out, &e, err);
	if (status == HO_OK)
		status = store->ops->queue_figures(&out->queue, store, task, ho_app_now(app), err);
	ho_free(e.errors);
	ho_arena_release(&arena);
	return status;
}

enum ho_status ho_monitor_evidence(struct ho_evidence **out, size_t *n, struct ho_app *app, struct ho_store *store,
                                   const char *task, struct ho_arena *arena, struct ho_error *err)
{
	struct epoch e;
	struct ho_monitor monitor;
	*n = 0;
	enum ho_status status = read_epoch(&e, app, store, task, arena, err);
	if (status == HO_OK)
		status = figures(&monitor, &e, err);
	if (status == HO_OK && !(*out = ho_arena_alloc(arena, e.n_promises + 1, sizeof **out)))
		status = ho_fail_nomem(err);
	for (; status == HO_OK && *n < e.n_promises; ++*n)
		(*out)[*n] = e.promises[*n].evidence;
	ho_free(e.errors);
	return status;
}

/* ---- alarm ---- */

static enum ho_status raise_alarm(struct ho_app *app, struct ho_store *store, const struct epoch *e,
                                  const struct ho_monitor *monitor, struct ho_error *err)
{
	char text[400], words[320];
	const char *task = e->task.name;
	bool pauses = e->settings.alarm == HO_ALARM_PAUSE;
	uint64_t ended = monitor->right + monitor->wrong;
	(void)snprintf(text, sizeof text,
	               "{\"task\":\"%s\",\"automatic\":%" PRIu64 ",\"audits\":%" PRIu64 ",\"wrong\":%" PRIu64
	               ",\"error\":%.6g,"
	               "\"max_error\":%.6g,\"tested_against\":%.6g,\"p\":%.6g,\"paused\":%s}",
	               task, monitor->automatic, ended, monitor->wrong, isnan(monitor->error) ? 0 : monitor->error,
	               monitor->max_error, monitor->tested, monitor->p, pauses ? "true" : "false");
	(void)snprintf(words, sizeof words,
	               "the audits show more errors than the promise of at most %.3g%% allows: %" PRIu64 " of %" PRIu64
	               " audited answers were wrong",
	               100 * monitor->max_error, monitor->wrong, ended);
	enum ho_status status = ho_app__count_epoch(store, task, e->task.epoch_at, HO_COUNT_EPOCH_ALARM, 1, err);
	if (status == HO_OK)
		status = ho_app__alarm_note(store, &e->task, &e->settings, err);
	if (status == HO_OK)
		status = ho_journal_write(app, store, "service", "alarm", task, words, text, err);
	if (status == HO_OK && pauses)
		status =
		    ho_pause(app, store, task, "the monitor raised the alarm: the promise is not kept", "service", err);
	if (status == HO_OK)
		status = ho_outbox_event(app, store, task, "task.alarm", text, err);
	return status;
}

enum ho_status ho_monitor_check(bool *alarmed, struct ho_app *app, struct ho_store *store, const char *task,
                                struct ho_error *err)
{
	struct ho_arena arena;
	struct epoch e;
	struct ho_monitor monitor;
	*alarmed = false;
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = read_epoch(&e, app, store, task, &arena, err);
	if (status == HO_OK)
		status = figures(&monitor, &e, err);
	if (status == HO_OK && monitor.alarm && !e.alarm) {
		status = raise_alarm(app, store, &e, &monitor, err);
		*alarmed = status == HO_OK;
	}
	ho_free(e.errors);
	ho_arena_release(&arena);
	return status;
}
