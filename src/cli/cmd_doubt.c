/* doubt: tries to break a result before somebody else does. */
#include "base/alloc.h"
#include "data.h"
#include "doubt/doubt.h"
#include "places.h"
#include "report.h"

enum { ONLY_MAX = 32 };

static const struct cli_help help = {
    .usage = "handoff doubt MODEL TRAIN [--test DATA] [--group COLUMN] [--time COLUMN] [--html FILE]",
    .about =
        "Runs a list of checks against a model: is it better than simple ones, do shuffled labels give chance, do test "
        "texts stand in the training data, does a single word or column give the answer away, are the confidences "
        "honest, is the promise kept, and more. Each check holds, is weak (a hint), is broken (shown) or unknown "
        "(something is missing, and the advice says what). TRAIN is the file that the model was made from; DATA are "
        "labelled texts that it has not seen. Texts of DATA that training had judge nothing.\n\n"
        "False alarms are controlled over the whole list: a sound result gets a broken verdict with a chance of at "
        "most 5%.",
    .examples = "handoff doubt urgent.handoff t.train.jsonl --test t.test.jsonl\n"
                "handoff doubt urgent.handoff t.train.jsonl --test t.test.jsonl --group customer --time date\n"
                "handoff doubt urgent.handoff t.train.jsonl --only leaks,giveaways --json\n",
    .exits = "1 a check is broken",
};

/* What the command line asks for; strings are borrowed from argv or the mapping. */
struct request {
	struct cli_data data;
	const char *model, *train, *test, *html, *directions;
	bool all;
	struct cli_words words_given; /* of the command, for the report's head */
	struct cli_list only;
	char words[1024];             /* the words of --only, NUL after each */
	const char *checks[ONLY_MAX]; /* [n] */
	size_t n;
};

/* --only a,b --only c: the words, one by one. */
static enum ho_status split_only(struct request *r, struct ho_error *err)
{
	size_t used = 0;
	for (size_t i = 0; i < r->only.n; i++)
		for (const char *at = r->only.items[i]; *at;) {
			size_t len = strcspn(at, ",");
			if (len && (r->n == ONLY_MAX || used + len + 1 > sizeof r->words))
				return ho_fail(err, HO_EINVAL, "--only names too many checks");
			if (len) {
				r->checks[r->n++] = memcpy(r->words + used, at, len);
				r->words[used + len] = '\0';
				used += len + 1;
			}
			at += len + (at[len] == ',');
		}
	return HO_OK;
}

/* Read the test data by the columns of the training data; it may lack those of groups and times. */
static enum ho_status read_test(struct cli *cli, struct ho_table *out, const struct request *r,
                                const struct ho_table *train, struct ho_error *err)
{
	struct cli_data same = r->data;
	same.rejects = NULL; /* that file is of the training data */
	if (!same.target && train->target_name.len && train->target_name.len < sizeof same.model_target) {
		memcpy(same.model_target, train->target_name.ptr, train->target_name.len);
		same.model_target[train->target_name.len] = '\0';
		same.target = same.model_target;
	}
	enum ho_status status = cli_read_table(cli, out, &same, r->test, CLI_LABELS_NEEDED, true, err);
	if (status == HO_ENOTFOUND && (same.group || same.time)) {
		same.group = same.time = NULL;
		status = cli_read_table(cli, out, &same, r->test, CLI_LABELS_NEEDED, true, err);
	}
	return status;
}

static int print_json(struct cli *cli, const struct ho_findings *findings, int exit)
{
	json_t *object = ho_findings_json(findings);
	json_t *counts = json_pack("{sI sI sI sI}", "holds", (json_int_t)ho_doubt_count(findings, "holds"), "weak",
	                           (json_int_t)ho_doubt_count(findings, "weak"), "broken",
	                           (json_int_t)ho_doubt_count(findings, "broken"), "unknown",
	                           (json_int_t)ho_doubt_count(findings, "unknown"));
	if (object && (json_object_set(object, "verdicts", counts) ||
	               json_object_set_new(object, "false_alarm_level", json_real(HO_DOUBT_LEVEL)))) {
		json_decref(object);
		object = NULL;
	}
	json_decref(counts);
	return cli_json_finish(cli, object, exit);
}

static int print(struct cli *cli, const struct request *r, const struct ho_findings *findings)
{
	int exit = ho_doubt_count(findings, "broken") ? CLI_NO : CLI_OK;
	if (cli->json)
		return print_json(cli, findings, exit);
	struct ho_page page;
	cli_page_init(&page);
	ho_findings_print(&page, findings, r->all ? HO_IN_FULL : HO_IN_SHORT);
	return cli_page_finish(cli, &page, exit);
}

static enum ho_status write_html(struct cli *cli, const struct request *r, const struct ho_findings *findings,
                                 struct ho_error *err)
{
	const struct ho_report_fact facts[] = {{"model", r->model},
	                                       {"training data", r->train},
	                                       {r->test ? "test data" : "personal data", r->test ? r->test : "masked"},
	                                       {"personal data", "masked"}};
	const struct ho_report_head head = {.title = "Does the result hold?",
	                                    .subtitle = "What was tried to break it, and what came of it",
	                                    .facts = facts,
	                                    .n_facts = 2 + (size_t)(r->test != NULL) + r->data.redact};
	return r->html ? cli_report_write(cli, r->html, findings, head, r->words_given, err) : HO_OK;
}

/* The file of directional tests as a string. */
static enum ho_status read_directions(char **out, const char *path, struct ho_error *err)
{
	struct ho_mapping file;
	*out = NULL;
	if (!path)
		return HO_OK;
	enum ho_status status = ho_mapping_open(&file, path, err);
	if (status)
		return status;
	*out = ho_alloc(file.bytes.len + 1, 1);
	if (*out) {
		if (file.bytes.len)
			memcpy(*out, file.bytes.ptr, file.bytes.len);
		(*out)[file.bytes.len] = '\0';
	}
	ho_mapping_close(&file);
	return *out ? HO_OK : ho_fail_nomem(err);
}

/* What a run opens, released together. */
struct opened {
	struct ho_model *model;
	struct ho_table train, test;
	char *directions;
};

static enum ho_status open_all(struct opened *o, struct cli *cli, struct request *r, struct ho_error *err)
{
	enum ho_status status = read_directions(&o->directions, r->directions, err);
	if (status == HO_OK)
		status = ho_model_open(&o->model, r->model, err);
	if (status == HO_OK)
		cli_data_from_model(&r->data, o->model);
	if (status == HO_OK)
		status = cli_read_table(cli, &o->train, &r->data, r->train, CLI_LABELS_NEEDED, true, err);
	if (status == HO_OK && r->test)
		status = read_test(cli, &o->test, r, &o->train, err);
	return status;
}

static int run(struct cli *cli, struct request *r)
{
	struct ho_error err = {.code = HO_OK};
	struct opened o = {.model = NULL};
	struct ho_findings findings;
	const struct ho_doubt_options options = {.only = r->checks,
	                                         .n_only = r->n,
	                                         .model_name = r->model,
	                                         .train_name = r->train,
	                                         .test_name = r->test,
	                                         .redact = r->data.redact,
	                                         .seed = cli->seed,
	                                         .threads = cli->threads};
	ho_findings_init(&findings);
	enum ho_status status = open_all(&o, cli, r, &err);
	struct ho_doubt_options all = options;
	all.directions = o.directions;
	all.directions_name = r->directions;
	if (status == HO_OK)
		status = ho_doubt(&findings, o.model, &o.train, r->test ? &o.test : NULL, &all, &cli->progress, &err);
	if (status == HO_OK)
		status = write_html(cli, r, &findings, &err);
	cli_progress_clear(cli);
	int exit = status ? cli_fail(cli, &err) : print(cli, r, &findings);
	ho_findings_release(&findings);
	ho_table_release(&o.train);
	ho_table_release(&o.test);
	ho_free(o.directions);
	ho_model_free(o.model);
	return exit;
}

int cmd_doubt(struct cli *cli, int argc, char **argv)
{
	static struct request r; /* two lists of a thousand words each: too much for the stack */
	struct cli_arguments arguments;
	struct ho_error err = {.code = HO_OK};
	const struct cli_option own[] = {
	    {"test", 0, CLI_STRING, &r.test, "DATA", "labelled texts that the model has not seen, to judge by"},
	    {"group", 0, CLI_STRING, &r.data.group, "COLUMN",
	     "column of who or what a text belongs to: do test texts share it with training texts?"},
	    {"time", 0, CLI_STRING, &r.data.time, "COLUMN", "column of times: does the result hold for later texts?"},
	    {"only", 0, CLI_REPEATED, &r.only, "CHECK,...", "run these checks only; an unknown name lists them"},
	    {"directions", 0, CLI_STRING, &r.directions, "FILE", "directional tests of your own"},
	    {"redact", 0, CLI_FLAG, &r.data.redact, NULL, "mask personal data wherever texts are shown"},
	    {"all", 0, CLI_FLAG, &r.all, NULL, "print the evidence of every check, not only its beginning"},
	    {"html", 0, CLI_STRING, &r.html, "FILE", "write the report as one HTML file"},
	    {.name = NULL},
	};
	int done = CLI_OK;
	if (!cli_begin_data(cli, &arguments, &r.data, argc, argv, own, 2, 2, &help, &done))
		return done;
	r.words_given = (struct cli_words){argc, argv};
	r.model = r.data.models[0] = arguments.items[0];
	r.train = arguments.items[1];
	const struct cli_place outputs[] = {{"--html", r.html}, {"--rejects", r.data.rejects}};
	const struct cli_place inputs[] = {
	    {"MODEL", r.model}, {"TRAIN", r.train}, {"--test", r.test}, {"--directions", r.directions}};
	if (split_only(&r, &err) || cli_check_places(outputs, 2, inputs, 4, &err))
		return cli_fail(cli, &err);
	return run(cli, &r);
}
