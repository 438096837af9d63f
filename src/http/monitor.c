/* The figures of a task: the promise as it is measured, its days, the message about it. */
#include <math.h>

#include "app/audit.h"
#include "app/counts.h"
#include "app/journal.h"
#include "http/auth.h"
#include "http/change.h"
#include "http/out.h"
#include "http/private.h"
#include "http/route.h"

enum { DAYS_MAX = 400, DAYS_DEFAULT = 30, HOURS_MAX = 24 * 400, DAY_MS = 86400000, HOUR_MS = 3600000 };

/* How many of the waiting texts are audits is not for those who answer them. */
static void show_audits(struct ho_out *out, const struct ho_monitor *m, bool all)
{
	ho_out_open(out, "audits", '{');
	if (all)
		ho_out_int(out, "drawn", (int64_t)m->drawn);
	else
		ho_out_raw(out, "drawn", ho_slice(NULL, 0));
	ho_out_int(out, "right", (int64_t)m->right);
	ho_out_int(out, "wrong", (int64_t)m->wrong);
	if (all)
		ho_out_int(out, "waiting", (int64_t)m->waiting);
	else
		ho_out_raw(out, "waiting", ho_slice(NULL, 0));
	if (all)
		ho_out_int(out, "second", (int64_t)m->second);
	else
		ho_out_raw(out, "second", ho_slice(NULL, 0));
	ho_out_int(out, "missing", (int64_t)m->missing);
	ho_out_close(out, '}');
}

static void show_promise(struct ho_out *out, const struct ho_monitor *m, const struct ho_desk *desk)
{
	ho_out_number(out, "error", m->error);
	ho_out_open(out, "error_sequence", '[');
	ho_out_number(out, NULL, m->sequence.lo);
	ho_out_number(out, NULL, m->sequence.hi);
	ho_out_close(out, ']');
	if (m->max_error > 0) {
		ho_out_open(out, "promise", '{');
		ho_out_number(out, "max_error", m->max_error);
		ho_out_number(out, "confidence_level", desk->confidence_level);
		ho_out_close(out, '}');
	} else {
		ho_out_raw(out, "promise", ho_slice(NULL, 0));
	}
	ho_out_number(out, "tested_against", m->max_error > 0 ? m->tested : NAN);
	ho_out_number(out, "log_wealth", m->max_error > 0 ? m->log_wealth : NAN);
	ho_out_number(out, "p", m->max_error > 0 ? m->p : NAN);
	ho_out_number(out, "alarm_delta", m->delta);
	ho_out_bool(out, "alarm", m->alarm);
}

/* What each promise is tested by, where labels have their own. */
static enum ho_status show_labels(struct ho_out *out, struct ho_request *rq, struct ho_error *err)
{
	struct ho_evidence *evidence;
	size_t n;
	if (!rq->desk->label_error)
		return HO_OK;
	enum ho_status status =
	    ho_monitor_evidence(&evidence, &n, rq->server->app, rq->worker->reader, rq->task, &rq->arena, err);
	if (status)
		return status;
	ho_out_open(out, "labels", '[');
	for (size_t i = 0; i < n; i++) {
		ho_out_open(out, NULL, '{');
		ho_out_string(out, "label", evidence[i].label);
		ho_out_number(out, "max_error", evidence[i].max_error);
		ho_out_number(out, "tested_against", evidence[i].tested);
		ho_out_int(out, "automatic", (int64_t)evidence[i].automatic);
		ho_out_int(out, "wrong", (int64_t)evidence[i].wrong);
		ho_out_number(out, "log_wealth", evidence[i].log_wealth);
		ho_out_number(out, "p", evidence[i].p);
		ho_out_bool(out, "alarm", evidence[i].alarm);
		ho_out_close(out, '}');
	}
	ho_out_close(out, ']');
	return HO_OK;
}

enum ho_status ho_get_monitor(struct ho_request *rq, struct ho_error *err)
{
	struct ho_monitor m;
	struct ho_app *app = rq->server->app;
	enum ho_status status = ho_desk_take(&rq->desk, app, rq->task, err);
	if (status == HO_OK)
		status = ho_monitor_read(&m, app, rq->worker->reader, rq->task, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_string(&out, "task", rq->task);
	ho_out_string(&out, "champion", rq->desk->model_id);
	ho_out_bool(&out, "paused", rq->desk->paused);
	ho_out_string(&out, "paused_why", rq->desk->paused ? rq->desk->paused_why : NULL);
	ho_out_time(&out, "since", m.since);
	ho_out_int(&out, "automatic", (int64_t)m.automatic);
	ho_out_number(&out, "coverage", m.coverage);
	show_audits(&out, &m, ho_may(rq, HO_SCOPE_CLASSIFY));
	show_promise(&out, &m, rq->desk);
	status = show_labels(&out, rq, err);
	if (status)
		return status;
	ho_queue_figures_show(&out, &m.queue, ho_app_now(app));
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}

static int by_day_and_what(const void *a, const void *b)
{
	const struct ho_count *x = a, *y = b;
	return x->day != y->day ? (x->day > y->day) - (x->day < y->day) : strcmp(x->what, y->what);
}

/* The counts of one day, over all models; moves *at on. */
static void show_day(struct ho_out *out, const struct ho_count *counts, size_t n, size_t *at, int32_t day, bool all)
{
	char date[16];
	struct tm parts;
	time_t seconds = (time_t)day * 86400;
	gmtime_r(&seconds, &parts);
	strftime(date, sizeof date, "%Y-%m-%d", &parts);
	ho_out_open(out, NULL, '{');
	ho_out_string(out, "day", date);
	int64_t human = 0;
	while (*at < n && counts[*at].day == day) {
		const char *what = counts[*at].what;
		int64_t sum = 0;
		for (; *at < n && counts[*at].day == day && strcmp(counts[*at].what, what) == 0; ++*at)
			sum += counts[*at].n;
		if (strncmp(what, HO_COUNT_HUMAN, strlen(HO_COUNT_HUMAN)) == 0)
			human += sum;
		if (!all && strcmp(what, HO_COUNT_AUDIT_DRAWN) == 0)
			continue;
		ho_out_string(out, NULL, what); /* as a key: it may hold a label, which needs escaping */
		ho_out_note(out,
		            out->status ? out->status : ho_buf_printf(out->buf, out->err, ":%lld", (long long)sum));
	}
	ho_out_int(out, "human", human);
	ho_out_close(out, '}');
}

enum ho_status ho_get_days(struct ho_request *rq, struct ho_error *err)
{
	struct ho_count *counts = NULL;
	size_t n = 0, at = 0;
	int64_t days;
	struct ho_store *reader = rq->worker->reader;
	int32_t today = (int32_t)(ho_app_now(rq->server->app) / DAY_MS);
	enum ho_status status = ho_request_number(&days, rq, "days", 1, DAYS_MAX, DAYS_DEFAULT, err);
	int32_t first = today - (int32_t)days + 1;
	if (status == HO_OK)
		status = ho_desk_take(&rq->desk, rq->server->app, rq->task, err);
	if (status == HO_OK)
		status = reader->ops->count_list(&counts, &n, reader, rq->task, first > 1 ? first : 1, today,
		                                 &rq->arena, err);
	if (status)
		return status;
	if (n)
		qsort(counts, n, sizeof *counts, by_day_and_what);
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_string(&out, "task", rq->task);
	ho_out_open(&out, "days", '[');
	for (int32_t day = first; day <= today; day++)
		show_day(&out, counts, n, &at, day, ho_may(rq, HO_SCOPE_CLASSIFY));
	ho_out_close(&out, ']');
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}

enum ho_status ho_get_update(struct ho_request *rq, struct ho_error *err)
{
	const char *text = NULL, *form = ho_request_query(rq, "form");
	int64_t hours;
	bool markdown = form && strcmp(form, "markdown") == 0;
	enum ho_status status = ho_request_number(&hours, rq, "hours", 1, HOURS_MAX, 24, err);
	if (status == HO_OK)
		status = ho_desk_take(&rq->desk, rq->server->app, rq->task, err);
	if (status)
		return status;
	if (form && !markdown && strcmp(form, "plain") != 0) {
		ho_fail(err, HO_EINVAL, "form must be plain or markdown");
		return ho_error_at(err, "form");
	}
	int64_t since = ho_app_now(rq->server->app) - hours * HOUR_MS;
	status = ho_update_write(&text, rq->server->app, rq->worker->reader, rq->task, since,
	                         (markdown ? HO_UPDATE_MARKDOWN : HO_UPDATE_PLAIN) |
	                             (ho_may(rq, HO_SCOPE_CLASSIFY) ? 0 : HO_UPDATE_BLIND),
	                         &rq->arena, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_string(&out, "task", rq->task);
	ho_out_time(&out, "since", since);
	ho_out_string(&out, "text", text);
	ho_request_answer(rq, 200);
	return ho_out_end(&out, '}');
}
