/* What the audits of an epoch say, computed from counts and confirmed errors, and the alarm. */
#include "app/audit.h"

#include <inttypes.h>
#include <math.h>

#include "app/alarm.h"
#include "app/deploy.h"
#include "app/epoch.h"
#include "app/journal.h"
#include "app/outbox.h"
#include "app/private.h"
#include "app/settle.h"
#include "base/alloc.h"

enum { ERRORS_MAX = 100000, PAGE = 200 };

/* Confirmed errors of one day with one probability. */
struct day_errors {
	int32_t day;
	struct ho_audited audited;
};

/* What is read of an epoch. */
struct epoch {
	struct ho_task task;
	struct ho_task_settings settings;
	int64_t automatic, all, drawn, right, wrong, missing, weight, rate, alarm;
	struct ho_audited open[HO_AUDIT_CLASSES];
	size_t n_open;
	struct day_errors *errors; /* [n_errors] owned; by falling day */
	size_t n_errors, errors_cap;
	struct ho_audited *flat; /* [n_errors] the same without days; in the arena */
	int64_t *answers;        /* [n_days] automatic answers of each day since the epoch began; in the arena */
	int32_t first_day, n_days;
	double max_error;
};

static void take_count(struct epoch *e, const struct ho_count *count)
{
	const struct {
		const char *what;
		int64_t *n;
	} counts[] = {
	    {HO_COUNT_EPOCH_AUTO, &e->automatic}, {HO_COUNT_EPOCH_ALL, &e->all},
	    {HO_COUNT_EPOCH_DRAWN, &e->drawn},    {HO_COUNT_EPOCH_RIGHT, &e->right},
	    {HO_COUNT_EPOCH_WRONG, &e->wrong},    {HO_COUNT_EPOCH_MISSING, &e->missing},
	    {HO_COUNT_EPOCH_WEIGHT, &e->weight},  {HO_COUNT_EPOCH_RATE, &e->rate},
	    {HO_COUNT_EPOCH_ALARM, &e->alarm},
	};
	size_t prefix = strlen(HO_COUNT_EPOCH_OPEN);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (!strcmp(counts[i].what, count->what))
			*counts[i].n = count->n > 0 ? count->n : 0;
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
	return status;
}

static enum ho_status add_error(struct epoch *e, int32_t day, double prob, struct ho_error *err)
{
	for (size_t i = e->n_errors; i-- > 0 && e->errors[i].day == day;)
		if (e->errors[i].audited.prob == prob) {
			e->errors[i].audited.count++;
			return HO_OK;
		}
	if (ho_grow(&e->errors, &e->errors_cap, e->n_errors + 1, sizeof *e->errors))
		return ho_fail_nomem(err);
	e->errors[e->n_errors++] = (struct day_errors){day, {prob, 1}};
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
				status =
				    add_error(e, ho_time_day(items[i].created_at), items[i].audit_probability, err);
		}
		ho_arena_release(&arena);
	}
	return status;
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
	e->answers = ho_arena_alloc(arena, (size_t)e->n_days, sizeof *e->answers);
	e->flat = ho_arena_alloc(arena, e->n_errors + 1, sizeof *e->flat);
	if (!e->answers || !e->flat)
		return ho_fail_nomem(err);
	memset(e->answers, 0, (size_t)e->n_days * sizeof *e->answers);
	for (size_t i = 0; i < e->n_errors; i++)
		e->flat[i] = e->errors[i].audited;
	if (!e->n_errors || !e->task.champion)
		return HO_OK; /* nothing that depends on days */
	enum ho_status status =
	    store->ops->count_list(&counts, &n, store, e->task.name, e->first_day, today, arena, err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		if (!strcmp(counts[i].what, HO_COUNT_AUTO) && !strcmp(counts[i].model, e->task.champion))
			e->answers[counts[i].day - e->first_day] += counts[i].n;
	return status;
}

static enum ho_status read_promise(struct epoch *e, struct ho_app *app, struct ho_error *err)
{
	const struct ho_desk *desk;
	enum ho_status status = ho_desk_take(&desk, app, e->task.name, err);
	if (status)
		return status;
	e->max_error = desk->max_error;
	ho_desk_release(desk);
	return HO_OK;
}

static enum ho_status read_epoch(struct epoch *e, struct ho_app *app, struct ho_store *store, const char *task,
                                 struct ho_arena *arena, struct ho_error *err)
{
	*e = (struct epoch){.automatic = 0};
	enum ho_status status = ho_app__task(&e->task, store, task, arena, err);
	if (status == HO_OK)
		status = ho_app__settings(&e->settings, &e->task, arena, err);
	if (status == HO_OK)
		status = read_promise(e, app, err);
	if (status == HO_OK)
		status = read_counts(e, store, arena, err);
	if (status == HO_OK)
		status = read_errors(e, store, err);
	if (status == HO_OK)
		status = read_days(e, app, store, arena, err);
	return status;
}

/* ---- figures ---- */

static double rate_of(const struct epoch *e)
{
	double rate = (double)e->rate / 1e9;
	return rate > 0 && rate <= 1 ? rate : 0.02;
}

/* The smallest probability that the settings can lead to: after the day's budget. */
static double least_of(const struct epoch *e)
{
	double least = 1 - (1 - e->settings.certify_share) * (1 - e->settings.audit_share / 10);
	return least > 1e-6 ? least : 1e-6;
}

/*
 * Day by day, each day's answers as right and then its confirmed errors turned round. The wealth at the end of every
 * day, with what has no verdict yet counted as right, is at most the true one there; so the largest of them counts (it
 * is what log_max keeps), and late verdicts of the last days do not hold up what earlier days have shown. Answers that
 * no day accounts for (a clock was wrong) are fed with the first: then the wealth is too low, never too high.
 */
static enum ho_status feed(struct ho_eprocess *process, const struct epoch *e, struct ho_error *err)
{
	int64_t fed = 0, upto = e->automatic;
	size_t left = e->n_errors;
	enum ho_status status = HO_OK;
	for (int32_t i = 0; i < e->n_days; i++)
		upto -= e->answers[i];
	upto = upto > 0 ? upto : 0;
	for (int32_t i = 0; i < e->n_days && left && status == HO_OK; i++) {
		upto += e->answers[i];
		bool last = i + 1 == e->n_days;
		int64_t now = last || upto > e->automatic ? e->automatic : upto;
		if (now > fed)
			ho_eprocess_skip(process, (uint64_t)(now - fed));
		fed = now > fed ? now : fed;
		for (; left && (last || e->errors[left - 1].day <= e->first_day + i); left--)
			for (uint64_t k = 0; k < e->errors[left - 1].audited.count && status == HO_OK; k++)
				status = ho_eprocess_overturn(process, e->errors[left - 1].audited.prob, err);
	}
	if (e->automatic > fed)
		ho_eprocess_skip(process, (uint64_t)(e->automatic - fed));
	return status;
}

double ho_audit_tested(double max_error, double reviewer_error)
{
	double e = reviewer_error;
	return fmax(max_error, max_error * (1 - e) * (1 - e) + (1 - max_error) * e * e);
}

static enum ho_status run_eprocess(struct ho_monitor *out, const struct epoch *e, struct ho_error *err)
{
	struct ho_eprocess process;
	out->p = 1;
	if (!(e->max_error > 0))
		return HO_OK;
	enum ho_status status = ho_eprocess_init(&process, out->tested, e->settings.alarm_delta, rate_of(e), err);
	if (status)
		return status;
	status = feed(&process, e, err);
	out->log_wealth = ho_eprocess_log(&process);
	out->p = ho_eprocess_p(&process);
	out->alarm = ho_eprocess_alarm(&process);
	return status;
}

static enum ho_status figures(struct ho_monitor *out, const struct epoch *e, struct ho_error *err)
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
	    .tested = e->max_error > 0 ? ho_audit_tested(e->max_error, e->settings.reviewer_error) : 0,
	    .error = e->weight > 0 ? fmin(1, 1000 * wrong_weight / (double)e->weight) : NAN,
	    .coverage = e->all > 0 ? (double)e->automatic / (double)e->all : NAN,
	};
	out->sequence = ho_audit_sequence((uint64_t)e->automatic, e->flat, e->n_errors, e->open, e->n_open, rate_of(e),
	                                  least_of(e), e->settings.alarm_delta);
	enum ho_status status = run_eprocess(out, e, err);
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
		status = ho_pause(app, store, task, HO_PAUSED_BY_ALARM, "service", err);
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
