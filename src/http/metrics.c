/* GET /metrics: Prometheus text, version 0.0.4. Labels are bounded: tasks by HO_TALLY_TASKS, codes and decisions by
 * lists. */
#include <inttypes.h>
#include <math.h>

#include "app/audit.h"
#include "app/labels.h"
#include "http/auth.h"
#include "http/private.h"
#include "http/route.h"
#include "model/model.h"

struct text {
	struct ho_buf *buf;
	enum ho_status status;
	struct ho_error *err;
};

static void line(struct text *t, const char *format, ...) HO_PRINTF(2, 3);

static void line(struct text *t, const char *format, ...)
{
	char bytes[512];
	va_list arguments;
	if (t->status)
		return;
	va_start(arguments, format);
	int n = vsnprintf(bytes, sizeof bytes, format, arguments);
	va_end(arguments);
	if (n < 0 || (size_t)n >= sizeof bytes)
		return;
	t->status = ho_buf_add(t->buf, bytes, (size_t)n, t->err);
}

static void head(struct text *t, const char *name, const char *kind, const char *help)
{
	line(t, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

/* The sum over all threads; names of tasks need no escaping, as ho_task_name_check() holds. */
static void sum_tallies(struct ho_tally *out, struct ho_server *server)
{
	memset(out, 0, sizeof *out);
	pthread_mutex_lock(&server->lock);
	for (const struct ho_worker *w = server->workers; w; w = w->next)
		for (unsigned s = 0; s < HO_TALLY_TASKS; s++) {
			const struct ho_tally_task *from = &w->tally.tasks[s];
			struct ho_tally_task *to = &out->tasks[s];
			for (unsigned i = 0; i < HO_TALLY_CODES; i++)
				to->codes[i] += from->codes[i];
			for (unsigned i = 0; i < HO_TALLY_BUCKETS; i++)
				to->buckets[i] += from->buckets[i];
			for (unsigned i = 0; i < HO_TALLY_DECISIONS; i++)
				to->decisions[i] += from->decisions[i];
			to->nanoseconds += from->nanoseconds;
		}
	pthread_mutex_unlock(&server->lock);
}

static void show_requests(struct text *t, const struct ho_server *server, const struct ho_tally *sum, unsigned n)
{
	head(t, "handoff_requests_total", "counter", "HTTP requests answered.");
	for (unsigned s = 0; s < n; s++)
		for (unsigned i = 0; i < HO_TALLY_CODES; i++)
			if (sum->tasks[s].codes[i])
				line(t, "handoff_requests_total{task=\"%s\",code=\"%d\"} %" PRIu64 "\n",
				     server->tasks.names[s], ho_tally_codes[i], sum->tasks[s].codes[i]);
	head(t, "handoff_request_duration_seconds", "histogram",
	     "Time from a request's header to the end of its answer.");
	for (unsigned s = 0; s < n; s++) {
		uint64_t total = 0;
		const char *task = server->tasks.names[s];
		for (unsigned i = 0; i < HO_TALLY_BUCKETS - 1; i++) {
			total += sum->tasks[s].buckets[i];
			line(t, "handoff_request_duration_seconds_bucket{task=\"%s\",le=\"%g\"} %" PRIu64 "\n", task,
			     ho_tally_bounds[i], total);
		}
		total += sum->tasks[s].buckets[HO_TALLY_BUCKETS - 1];
		line(t, "handoff_request_duration_seconds_bucket{task=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", task, total);
		line(t, "handoff_request_duration_seconds_sum{task=\"%s\"} %.9g\n", task,
		     (double)sum->tasks[s].nanoseconds / 1e9);
		line(t, "handoff_request_duration_seconds_count{task=\"%s\"} %" PRIu64 "\n", task, total);
	}
}

static void show_decisions(struct text *t, const struct ho_server *server, const struct ho_tally *sum, unsigned n)
{
	static const char *const reasons[HO_TALLY_DECISIONS] = {"", "unsure", "novel", "no_promise", "paused"};
	head(t, "handoff_decisions_total", "counter", "Texts that came in, by who answers them and why.");
	for (unsigned s = 1; s < n; s++)
		for (unsigned i = 0; i < HO_TALLY_DECISIONS; i++)
			line(t, "handoff_decisions_total{task=\"%s\",decision=\"%s\",reason=\"%s\"} %" PRIu64 "\n",
			     server->tasks.names[s], i ? "human" : "auto", reasons[i], sum->tasks[s].decisions[i]);
}

/* Figures of the tasks, in the order of metrics: all lines of one metric stand together. */
static void show_monitors(struct text *t, const struct ho_task *tasks, const struct ho_monitor *m, size_t n, bool all)
{
	head(t, "handoff_audits", "gauge", "Audits of automatic answers since the promise is measured, by result.");
	for (size_t i = 0; i < n; i++) {
		const struct {
			const char *result;
			uint64_t n;
		} results[] = {{"right", m[i].right}, {"wrong", m[i].wrong}, {"missing", m[i].missing}};
		for (size_t r = 0; r < sizeof results / sizeof *results; r++)
			line(t, "handoff_audits{task=\"%s\",result=\"%s\"} %" PRIu64 "\n", tasks[i].name,
			     results[r].result, results[r].n);
	}
	if (all) /* not for those who answer them: the item list of /v1 hides it from them too */
		head(t, "handoff_audits_waiting", "gauge", "Audits that wait for a person.");
	for (size_t i = 0; i < n && all; i++)
		line(t, "handoff_audits_waiting{task=\"%s\"} %" PRIu64 "\n", tasks[i].name, m[i].waiting);
	head(t, "handoff_promise_eprocess_log", "gauge",
	     "Log of the e-process against the promise; an alarm is raised at log(1/delta).");
	for (size_t i = 0; i < n; i++)
		if (m[i].max_error > 0)
			line(t, "handoff_promise_eprocess_log{task=\"%s\"} %.9g\n", tasks[i].name, m[i].log_wealth);
	head(t, "handoff_promise_alarm", "gauge", "1 if the promise is shown to be broken.");
	for (size_t i = 0; i < n; i++)
		line(t, "handoff_promise_alarm{task=\"%s\"} %d\n", tasks[i].name, m[i].alarm);
	head(t, "handoff_automatic_error_ratio", "gauge", "Estimated share of automatic answers that are wrong.");
	for (size_t i = 0; i < n; i++)
		if (isfinite(m[i].error))
			line(t, "handoff_automatic_error_ratio{task=\"%s\"} %.9g\n", tasks[i].name, m[i].error);
	head(t, "handoff_coverage_ratio", "gauge",
	     "Share of texts answered automatically since the promise is measured.");
	for (size_t i = 0; i < n; i++)
		if (isfinite(m[i].coverage))
			line(t, "handoff_coverage_ratio{task=\"%s\"} %.9g\n", tasks[i].name, m[i].coverage);
}

static void show_queues(struct text *t, const struct ho_task *tasks, const struct ho_monitor *m, size_t n, int64_t now)
{
	head(t, "handoff_queue_waiting", "gauge", "Items that wait for a person.");
	for (size_t i = 0; i < n; i++)
		line(t, "handoff_queue_waiting{task=\"%s\"} %" PRIu64 "\n", tasks[i].name, m[i].queue.waiting);
	head(t, "handoff_queue_overdue", "gauge", "Of those: past their due time.");
	for (size_t i = 0; i < n; i++)
		line(t, "handoff_queue_overdue{task=\"%s\"} %" PRIu64 "\n", tasks[i].name, m[i].queue.overdue);
	head(t, "handoff_queue_oldest_seconds", "gauge", "Age of the oldest item that waits.");
	for (size_t i = 0; i < n; i++)
		line(t, "handoff_queue_oldest_seconds{task=\"%s\"} %lld\n", tasks[i].name,
		     (long long)(m[i].queue.oldest ? (now - m[i].queue.oldest) / 1000 : 0));
	head(t, "handoff_paused", "gauge", "1 if every text of the task goes to a person.");
	for (size_t i = 0; i < n; i++)
		line(t, "handoff_paused{task=\"%s\"} %d\n", tasks[i].name, tasks[i].paused);
	head(t, "handoff_model_info", "gauge", "The model that answers.");
	for (size_t i = 0; i < n; i++)
		if (tasks[i].champion)
			line(t, "handoff_model_info{task=\"%s\",model=\"%s\"} 1\n", tasks[i].name, tasks[i].champion);
}

static enum ho_status show_broken(struct text *t, struct ho_app *app, const struct ho_task *tasks, size_t n)
{
	head(t, "handoff_model_broken", "gauge", "1 if the file of the model is damaged or gone: texts go to people.");
	for (size_t i = 0; i < n; i++) {
		const struct ho_desk *desk;
		enum ho_status status = ho_desk_take(&desk, app, tasks[i].name, t->err);
		if (status == HO_ENOTFOUND) /* made a moment ago, and not served yet */
			continue;
		if (status)
			return status;
		line(t, "handoff_model_broken{task=\"%s\"} %d\n", tasks[i].name, desk->broken);
		ho_desk_release(desk);
	}
	return HO_OK;
}

/* Encoders are of the process, not of a task: several models may use one. */
static void show_encoders(struct text *t)
{
	struct ho_remembered r;
	ho_model_remembered(&r);
	head(t, "handoff_encoders", "gauge", "Encoders in memory; models with the same one share it.");
	line(t, "handoff_encoders %zu\n", r.encoders);
	head(t, "handoff_vectors_total", "counter",
	     "Vectors of texts that were asked for, by whether they were remembered.");
	line(t,
	     "handoff_vectors_total{remembered=\"yes\"} %" PRIu64 "\nhandoff_vectors_total{remembered=\"no\"} %" PRIu64
	     "\n",
	     r.hits, r.misses);
	head(t, "handoff_vectors_remembered", "gauge", "Vectors that are remembered now.");
	line(t, "handoff_vectors_remembered %" PRIu64 "\n", r.kept);
}

static enum ho_status show_tasks(struct text *t, struct ho_request *rq, struct ho_error *err)
{
	struct ho_task *tasks = NULL;
	size_t n = 0;
	struct ho_store *reader = rq->worker->reader;
	enum ho_status status = reader->ops->task_list(&tasks, &n, reader, &rq->arena, err);
	n = n > HO_TALLY_TASKS ? HO_TALLY_TASKS : n;
	struct ho_monitor *m = status ? NULL : ho_arena_alloc(&rq->arena, n + 1, sizeof *m);
	if (status)
		return status;
	if (!m)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++)
		status = ho_monitor_read(&m[i], rq->server->app, reader, tasks[i].name, err);
	if (status)
		return status;
	show_monitors(t, tasks, m, n, ho_may(rq, HO_SCOPE_CLASSIFY));
	show_queues(t, tasks, m, n, ho_app_now(rq->server->app));
	int64_t next_at;
	uint64_t waiting;
	status = show_broken(t, rq->server->app, tasks, n);
	if (status)
		return status;
	status = reader->ops->outgoing_figures(&next_at, &waiting, reader, err);
	head(t, "handoff_callbacks_waiting", "gauge", "Callbacks that are still to be delivered.");
	line(t, "handoff_callbacks_waiting %" PRIu64 "\n", waiting);
	return status;
}

static void show_server(struct text *t, struct ho_server *server)
{
	struct ho_committer_figures figures;
	ho_committer_figures(&figures, ho_app_committer(server->app));
	head(t, "handoff_commit_seconds", "gauge", "Duration of the last group commit, with its sync to disk.");
	line(t, "handoff_commit_seconds %.9g\n", figures.last_commit_seconds);
	head(t, "handoff_commits_total", "counter", "Group commits.");
	line(t, "handoff_commits_total %" PRIu64 "\n", figures.groups);
	head(t, "handoff_writes_total", "counter", "Writes, by result.");
	line(t,
	     "handoff_writes_total{result=\"ok\"} %" PRIu64 "\nhandoff_writes_total{result=\"failed\"} %" PRIu64 "\n",
	     figures.jobs - figures.failed, figures.failed);
	head(t, "handoff_writes_waiting", "gauge", "Writes in line.");
	line(t, "handoff_writes_waiting %" PRIu64 "\n", figures.waiting);
	head(t, "handoff_connections", "gauge", "Open connections.");
	line(t, "handoff_connections %u\n", atomic_load(&server->wires_n));
	pthread_mutex_lock(&server->waiters.lock);
	unsigned waiters = server->waiters.n;
	pthread_mutex_unlock(&server->waiters.lock);
	head(t, "handoff_waiting_clients", "gauge", "Clients that wait for an answer (wait_ms).");
	line(t, "handoff_waiting_clients %u\n", waiters);
	head(t, "handoff_start_time_seconds", "gauge", "When the service was started.");
	line(t, "handoff_start_time_seconds %.3f\n", (double)server->started_at / 1e3);
	head(t, "handoff_build_info", "gauge", "The program.");
	line(t, "handoff_build_info{version=\"%s\"} 1\n", HO_VERSION);
}

enum ho_status ho_get_metrics(struct ho_request *rq, struct ho_error *err)
{
	struct text t = {&rq->answer, HO_OK, err};
	struct ho_server *server = rq->server;
	struct ho_tally *sum = ho_arena_alloc(&rq->arena, 1, sizeof *sum);
	if (!sum)
		return ho_fail_nomem(err);
	sum_tallies(sum, server);
	unsigned n = atomic_load(&server->tasks.n);
	show_server(&t, server);
	show_encoders(&t);
	show_requests(&t, server, sum, n);
	show_decisions(&t, server, sum, n);
	enum ho_status status = show_tasks(&t, rq, err);
	ho_request_answer(rq, 200);
	rq->type = "text/plain; version=0.0.4; charset=utf-8";
	return status ? status : t.status;
}
