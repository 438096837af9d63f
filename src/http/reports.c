/* Reports beside a model: which there are with what they found, one as a page or as JSON, and away with them. They
 * quote texts of the data, so only admins get here. */
#include "app/reports.h"

#include "http/out.h"
#include "http/private.h"
#include "http/route.h"
#include "report/html.h"

/* How often `id` stands before finding `i`: a page tells findings of one id apart by number. */
static size_t earlier(const json_t *findings, size_t i, const char *id)
{
	size_t n = 0;
	for (size_t k = 0; k < i; k++) {
		const char *other = json_string_value(json_object_get(json_array_get(findings, k), "id"));
		n += other && !strcmp(other, id);
	}
	return n;
}

static void show_finding(struct ho_out *out, const json_t *findings, size_t i)
{
	const json_t *finding = json_array_get(findings, i);
	const char *id = json_string_value(json_object_get(finding, "id"));
	const char *verdict = json_string_value(json_object_get(finding, "verdict"));
	char anchor[128];
	size_t n = earlier(findings, i, id ? id : "");
	(void)snprintf(anchor, sizeof anchor, n ? "f-%.100s-%zu" : "f-%.100s", id ? id : "", n + 1);
	ho_out_open(out, NULL, '{');
	ho_out_string(out, "id", id);
	ho_out_string(out, "anchor", anchor);
	ho_out_string(out, "verdict", verdict);
	ho_out_string(out, "severity", json_string_value(json_object_get(finding, "severity")));
	ho_out_string(out, "title", json_string_value(json_object_get(finding, "title")));
	ho_out_close(out, '}');
}

static void show_findings(struct ho_out *out, const json_t *report)
{
	const json_t *findings = json_object_get(report, "findings");
	ho_out_string(out, "title", json_string_value(json_object_get(report, "title")));
	ho_out_string(out, "command", json_string_value(json_object_get(report, "command")));
	ho_out_open(out, "findings", '[');
	for (size_t i = 0; i < json_array_size(findings); i++)
		show_finding(out, findings, i);
	ho_out_close(out, ']');
}

static enum ho_status show_report(struct ho_out *out, struct ho_request *rq, struct ho_worker *worker,
                                  const struct ho_report_info *info, struct ho_error *err)
{
	struct ho_buf text;
	ho_buf_init(&text, HO_ANSWER_MAX);
	enum ho_status status =
	    ho_reports_read(&text, rq->server->app, worker->reader, rq->task, rq->name, info->kind, false, err);
	json_t *report = status ? NULL : json_loadb(text.data, text.len, JSON_ALLOW_NUL, NULL);
	ho_buf_release(&text);
	if (status == HO_ENOTFOUND)
		return HO_OK; /* removed meanwhile */
	if (status)
		return status;
	ho_out_open(out, NULL, '{');
	ho_out_string(out, "kind", info->kind);
	ho_out_time(out, "made_at", info->made_at);
	ho_out_int(out, "bytes", (int64_t)info->bytes);
	show_findings(out, report);
	ho_out_close(out, '}');
	json_decref(report);
	return HO_OK;
}

static enum ho_status list(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	struct ho_report_info reports[HO_REPORT_KINDS];
	size_t n;
	enum ho_status status = ho_reports_list(reports, &n, rq->server->app, worker->reader, rq->task, rq->name, err);
	if (status)
		return status;
	struct ho_out out = ho_out_begin(&rq->answer, '{', err);
	ho_out_open(&out, "reports", '[');
	for (size_t i = 0; i < n && status == HO_OK; i++)
		status = show_report(&out, rq, worker, &reports[i], err);
	ho_out_close(&out, ']');
	ho_request_answer(rq, 200);
	return status ? status : ho_out_end(&out, '}');
}

enum ho_status ho_list_reports(struct ho_request *rq, struct ho_error *err)
{
	return ho_request_give(rq, &rq->server->chores, list, err);
}

/* The page forbids itself what it does not need, and the server forbids it once more: its own policy, and a sandbox. */
static enum ho_status add_page_headers(struct ho_request *rq, struct ho_error *err)
{
	static const char more[] = "; frame-ancestors 'none'; sandbox";
	size_t room = strlen(ho_report_policy()) + sizeof more;
	char *policy = ho_arena_alloc(&rq->arena, room, 1);
	if (!policy)
		return ho_fail_nomem(err);
	(void)snprintf(policy, room, "%s%s", ho_report_policy(), more);
	rq->type = "text/html; charset=utf-8";
	ho_request_add_header(rq, "Content-Security-Policy", policy);
	ho_request_add_header(rq, "Referrer-Policy", "no-referrer");
	ho_request_add_header(rq, "Cross-Origin-Opener-Policy", "same-origin");
	return HO_OK;
}

struct wish {
	const char *kind;
	bool html;
};

static enum ho_status read_report(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	const struct wish *wish = rq->own;
	enum ho_status status = ho_reports_read(&rq->answer, rq->server->app, worker->reader, rq->task, rq->name,
	                                        wish->kind, wish->html, err);
	if (status)
		return status;
	ho_request_answer(rq, 200);
	return wish->html ? add_page_headers(rq, err) : HO_OK;
}

static enum ho_status get_report(struct ho_request *rq, const char *kind, struct ho_error *err)
{
	struct wish *wish = ho_arena_alloc(&rq->arena, 1, sizeof *wish);
	const char *form = ho_request_query(rq, "form");
	if (!wish)
		return ho_fail_nomem(err);
	if (form && strcmp(form, "html") != 0 && strcmp(form, "json") != 0)
		return ho_request_problem(rq, 422, "form", "form is html or json");
	*wish = (struct wish){kind, !form || !strcmp(form, "html")};
	rq->own = wish;
	return ho_request_give(rq, &rq->server->chores, read_report, err);
}

enum ho_status ho_get_explore_report(struct ho_request *rq, struct ho_error *err)
{
	return get_report(rq, "explore", err);
}

enum ho_status ho_get_doubt_report(struct ho_request *rq, struct ho_error *err)
{
	return get_report(rq, "doubt", err);
}

static enum ho_status remove_reports(struct ho_request *rq, struct ho_worker *worker, struct ho_error *err)
{
	size_t removed;
	(void)worker;
	enum ho_status status = ho_reports_remove(&removed, rq->server->app, rq->task, rq->name, rq->caller.name, err);
	if (status == HO_OK)
		ho_request_answer_empty(rq);
	return status;
}

enum ho_status ho_delete_reports(struct ho_request *rq, struct ho_error *err)
{
	return ho_request_give(rq, &rq->server->chores, remove_reports, err);
}
