#include "model_reports.h"

#include <stdlib.h>

#include "app/reports.h"
#include "base/clock.h"
#include "doubt/doubt.h"
#include "explore/explore.h"
#include "report/show.h"

/* What is opened for both reports, released together. */
struct sources {
	struct ho_model *model;
	struct ho_table train, test;
	struct ho_buf command;
};

static enum ho_status open_sources(struct sources *s, struct cli *cli, struct cli_model_reports *r,
                                   struct ho_error *err)
{
	enum ho_status status = cli_report_command(&s->command, cli->command, r->words, err);
	if (status == HO_OK)
		status = ho_model_open(&s->model, r->model, err);
	if (status)
		return status;
	cli_data_from_model(&r->data, s->model);
	status = cli_read_table(cli, &s->train, &r->data, r->train, CLI_LABELS_NEEDED, true, err);
	r->data.rejects = NULL; /* that file is of the training data */
	if (status == HO_OK && r->test)
		status = cli_read_table(cli, &s->test, &r->data, r->test, CLI_LABELS_NEEDED, true, err);
	return status;
}

static void release(struct sources *s)
{
	ho_table_release(&s->train);
	ho_table_release(&s->test);
	ho_model_free(s->model);
	ho_buf_release(&s->command);
}

/* ---- both forms of a report ---- */

static char *json_of(const struct ho_findings *findings, const struct ho_report_head *head)
{
	json_t *object = ho_findings_json(findings);
	char *text = NULL;
	if (object && !json_object_set_new(object, "title", cli_text_json(head->title)) &&
	    !json_object_set_new(object, "command", cli_text_json(head->command)) &&
	    !json_object_set_new(object, "version", json_string(HO_VERSION)))
		text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(object);
	return text;
}

static enum ho_status put(struct cli_workspace *workspace, const char *task, const char *id,
                          const struct ho_findings *findings, const struct ho_report_head *head, struct ho_error *err)
{
	struct ho_buf page;
	ho_buf_init(&page, HO_REPORT_MAX);
	char *json = json_of(findings, head);
	enum ho_status status = json ? ho_report_html(&page, findings, head, err) : ho_fail_nomem(err);
	if (status == HO_OK) {
		const struct ho_report_put report = {.task = task,
		                                     .model = id,
		                                     .kind = head->kind,
		                                     .html = ho_buf_slice(&page),
		                                     .json = ho_slice_str(json),
		                                     .actor = CLI_ACTOR};
		status = ho_reports_put(workspace->app, &report, err);
	}
	free(json);
	ho_buf_release(&page);
	return status;
}

/* ---- explore, doubt ---- */

/* "tickets.csv, 8,000 rows" */
static struct ho_shown source(const char *path, const struct ho_table *table)
{
	struct ho_shown out;
	const char *slash = strrchr(path, '/');
	(void)snprintf(out.text, sizeof out.text, "%.60s, %.30s", slash && slash[1] ? slash + 1 : path,
	               ho_show_counted(table->n, "row").text);
	return out;
}

static struct ho_report_head head_of(const struct cli_model_reports *r, const struct sources *s,
                                     struct ho_report_fact facts[4], struct ho_shown room[2], const char *id)
{
	room[0] = source(r->train, &s->train);
	facts[0] = (struct ho_report_fact){"model", id};
	facts[1] = (struct ho_report_fact){"training data", room[0].text};
	size_t n = 2;
	if (r->test) {
		room[1] = source(r->test, &s->test);
		facts[n++] = (struct ho_report_fact){"test data", room[1].text};
	}
	if (r->data.redact)
		facts[n++] = (struct ho_report_fact){"personal data", "masked"};
	return (struct ho_report_head){
	    .command = s->command.data, .made_at = ho_clock_ms(), .facts = facts, .n_facts = n};
}

static enum ho_status explore(struct cli *cli, struct cli_model_reports *r, const struct sources *s,
                              struct cli_workspace *workspace, const char *task, const char *id, struct ho_error *err)
{
	struct ho_findings findings;
	struct ho_report_fact facts[4];
	struct ho_shown room[2];
	struct ho_report_head head = head_of(r, s, facts, room, id);
	const struct ho_explore_options options = {
	    .threads = cli->threads, .seed = cli->seed, .test = r->test ? &s->test : NULL, .redact = r->data.redact};
	head.kind = "explore";
	head.title = "What the data say";
	head.subtitle = "The texts and labels that the model was made from";
	ho_findings_init(&findings);
	enum ho_status status = ho_explore(&findings, &s->train, &options, &cli->progress, err);
	if (status == HO_OK)
		status = put(workspace, task, id, &findings, &head, err);
	for (size_t i = 0; i < findings.n; i++) {
		r->warnings += findings.items[i].severity == HO_WARNING;
		r->notices += findings.items[i].severity == HO_NOTICE;
	}
	ho_findings_release(&findings);
	return status;
}

static enum ho_status doubt(struct cli *cli, struct cli_model_reports *r, const struct sources *s,
                            struct cli_workspace *workspace, const char *task, const char *id, struct ho_error *err)
{
	struct ho_findings findings;
	struct ho_report_fact facts[4];
	struct ho_shown room[2];
	struct ho_report_head head = head_of(r, s, facts, room, id);
	const struct ho_doubt_options options = {.model_name = r->model,
	                                         .train_name = r->train,
	                                         .test_name = r->test,
	                                         .redact = r->data.redact,
	                                         .seed = cli->seed,
	                                         .threads = cli->threads};
	head.kind = "doubt";
	head.title = "Does the result hold?";
	head.subtitle = "What was tried to break it, and what came of it";
	ho_findings_init(&findings);
	enum ho_status status =
	    ho_doubt(&findings, s->model, &s->train, r->test ? &s->test : NULL, &options, &cli->progress, err);
	if (status == HO_OK)
		status = put(workspace, task, id, &findings, &head, err);
	r->broken = ho_doubt_count(&findings, "broken");
	r->weak = ho_doubt_count(&findings, "weak");
	r->unknown = ho_doubt_count(&findings, "unknown");
	r->holds = ho_doubt_count(&findings, "holds");
	ho_findings_release(&findings);
	return status;
}

enum ho_status cli_model_reports_make(struct cli *cli, struct cli_model_reports *reports,
                                      struct cli_workspace *workspace, const char *task, const char *id,
                                      struct ho_error *err)
{
	struct sources s = {.model = NULL};
	ho_buf_init(&s.command, (size_t)1 << 20);
	enum ho_status status = open_sources(&s, cli, reports, err);
	if (status == HO_OK)
		status = explore(cli, reports, &s, workspace, task, id, err);
	if (status == HO_OK)
		status = doubt(cli, reports, &s, workspace, task, id, err);
	cli_progress_clear(cli);
	release(&s);
	return status;
}

json_t *cli_model_reports_json(const struct cli_model_reports *r)
{
	if (!r->train)
		return json_null();
	return json_pack("{s{sI sI} s{sI sI sI sI}}", "explore", "warning", (json_int_t)r->warnings, "notice",
	                 (json_int_t)r->notices, "doubt", "broken", (json_int_t)r->broken, "weak", (json_int_t)r->weak,
	                 "unknown", (json_int_t)r->unknown, "holds", (json_int_t)r->holds);
}

void cli_model_reports_print(struct ho_page *page, const struct cli_model_reports *r, const char *task)
{
	if (!r->train)
		return;
	ho_page_text(
	    page, 0, 0,
	    "Its reports stand beside it: of %s %zu broken, %zu weak, %zu unknown; about the data %s and %s. The "
	    "page of models shows them to admins, `handoff task reports %s` says where they are.",
	    ho_show_counted(r->broken + r->weak + r->unknown + r->holds, "check").text, r->broken, r->weak, r->unknown,
	    ho_show_counted(r->warnings, "warning").text, ho_show_counted(r->notices, "notice").text, task);
}
