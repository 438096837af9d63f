/* What the audits of an epoch say, computed from counts and confirmed errors, and the alarm. */
#include "app/audit.h"

#include <inttypes.h>
#include <math.h>

#include "app/alarm.h"
#include "app/deploy.h"
#include "app/epoch.h"
#include "app/epoch_read.h"
#include "app/journal.h"
#include "app/outbox.h"
#include "base/alloc.h"

/*
 * Day by day, each day's answers as right and then its confirmed errors turned round. The wealth at the end of every
 * day, with what has no verdict yet counted as right, is at most the true one there; so the largest of them counts (it
 * is what log_max keeps), and late verdicts of the last days do not hold up what earlier days have shown. Answers that
 * no day accounts for (a clock was wrong) are fed with the first: then the wealth is too low, never too high.
 */
static enum ho_status feed(struct ho_eprocess *process, const struct app_epoch *e, uint32_t number,
                           struct ho_error *err)
{
	const struct app_promise *promise = &e->promises[number];
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
static enum ho_status weigh(struct app_epoch *e, uint32_t number, struct ho_error *err)
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
static void take_strongest(struct ho_monitor *out, const struct app_epoch *e)
{
	const struct app_promise *most = e->promises;
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

static enum ho_status run_eprocesses(struct ho_monitor *out, struct app_epoch *e, struct ho_error *err)
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

static enum ho_status figures(struct ho_monitor *out, struct app_epoch *e, struct ho_error *err)
{
	double wrong_weight = 0;
	uint64_t drawn = (uint64_t)e->drawn, ended = (uint64_t)(e->right + e->wrong + e->missing);
	uint64_t waiting = drawn > ended ? drawn - ended : 0, second = (uint64_t)e->second;
	for (size_t i = 0; i < e->n_errors; i++)
		wrong_weight += (double)e->flat[i].count / e->flat[i].prob;
	*out = (struct ho_monitor){
	    .since = e->task.epoch_at,
	    .automatic = (uint64_t)e->automatic,
	    .drawn = drawn,
	    .right = (uint64_t)e->right,
	    .wrong = (uint64_t)e->wrong,
	    .missing = (uint64_t)e->missing,
	    .waiting = waiting,
	    .second = second < waiting ? second : waiting,
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
	struct app_epoch e;
	*out = (struct ho_monitor){.since = 0};
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = ho_app__epoch_read(&e, app, store, task, &arena, err);
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
	struct app_epoch e;
	struct ho_monitor monitor;
	*n = 0;
	enum ho_status status = ho_app__epoch_read(&e, app, store, task, arena, err);
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

static enum ho_status raise_alarm(struct ho_app *app, struct ho_store *store, const struct app_epoch *e,
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
	struct app_epoch e;
	struct ho_monitor monitor;
	*alarmed = false;
	ho_arena_init(&arena, SIZE_MAX);
	enum ho_status status = ho_app__epoch_read(&e, app, store, task, &arena, err);
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
