/* train: from labelled texts to a model with a promise, or a plain word why there is none. */
#include "base/alloc.h"
#include "data.h"
#include "figures.h"
#include "train/train.h"
#include "train_print.h"

static const struct cli_help help = {
    .usage = "handoff train DATA --target COLUMN [--text COLUMN]... [--test DATA] -o MODEL",
    .about =
        "Tries models from small to large, keeps the best, calibrates it, and certifies on rows set aside for that how "
        "few of its "
        "automatic answers are wrong. Prints how it compares with simple baselines and what more labels would bring.\n"
        "\n"
        "--max-error is what is promised: of the texts answered automatically at most that share is wrong, for texts "
        "like these. "
        "--max-error LABEL=0.01, repeated, promises for each predicted label on its own. --review-share promises what "
        "holds when "
        "that share of the texts goes to a person. --promise cross-fit learns from every row, and promises "
        "approximately.\n"
        "\n"
        "Where nothing can be promised the model is written all the same and hands every text over.",
    .examples = "handoff train t.train.jsonl --target urgent -o urgent.handoff\n"
                "handoff train t.train.jsonl --target urgent --max-error 0.02 --test t.test.jsonl -o urgent.handoff\n"
                "handoff train t.train.jsonl --max-error spam=0.01 --max-error ham=0.05 -o mail.handoff\n"
                "handoff train t.train.jsonl --target topic --require-promise --json -o topic.handoff\n",
    .exits = "1 with --require-promise if nothing can be promised",
};

struct command {
	const char *output, *test, *promise, *encoder;
	struct cli_list max_errors;
	double confidence_level, review_share, time_limit;
	bool require_promise;
	struct ho_label_error label_errors[CLI_LIST_MAX];
	char *names[CLI_LIST_MAX]; /* owned */
	char columns[4096], target[1024];
};

/* "0.05", or "LABEL=0.01": the label is everything before the last '='. */
static enum ho_status parse_max_error(struct command *c, struct ho_train_options *options, const char *word,
                                      struct ho_error *err)
{
	const char *equals = strrchr(word, '=');
	double share;
	enum ho_status status = cli_share(&share, equals ? equals + 1 : word, "--max-error", err);
	if (status)
		return status;
	if (!equals) {
		options->max_error = share;
		options->max_error_given = true;
		return HO_OK;
	}
	char *name = strndup(word, (size_t)(equals - word));
	if (!name)
		return ho_fail_nomem(err);
	c->names[options->n_label_errors] = name;
	c->label_errors[options->n_label_errors++] = (struct ho_label_error){name, share};
	return HO_OK;
}

static enum ho_status parse_options(struct command *c, struct ho_train_options *options, const struct cli *cli,
                                    struct ho_error *err)
{
	enum ho_status status = HO_OK;
	ho_train_options_init(options);
	for (size_t i = 0; i < c->max_errors.n && status == HO_OK; i++)
		status = parse_max_error(c, options, c->max_errors.items[i], err);
	if (status)
		return status;
	if (!c->output)
		return ho_fail(err, HO_EINVAL, "-o MODEL is missing: where the model is written");
	if (c->promise && strcmp(c->promise, "exact") && strcmp(c->promise, "cross-fit"))
		return ho_fail(err, HO_EINVAL, "--promise is exact or cross-fit, and not '%.40s'", c->promise);
	if (c->confidence_level <= 0.5)
		return ho_fail(err, HO_EINVAL, "--confidence-level must lie above 0.5; 0.95 is usual");
	if (c->review_share > 0 && c->max_errors.n)
		return ho_fail(err, HO_EINVAL,
		               "--review-share and --max-error exclude each other: one sets the threshold");
	if (c->encoder && strcmp(c->encoder, "none"))
		return ho_fail(err, HO_EUNAVAIL,
		               "--encoder: sentence encoders come with a later version; leave it out, or give none");
	options->label_errors = c->label_errors;
	options->confidence_level = c->confidence_level;
	options->review_share = c->review_share > 0 ? c->review_share : options->review_share;
	options->cross_fit = c->promise && strcmp(c->promise, "cross-fit") == 0;
	options->time_limit = c->time_limit;
	options->seed = cli->seed;
	options->threads = cli->threads;
	options->progress = &cli->progress;
	return HO_OK;
}

/* Better to hear it now than after the training. */
static enum ho_status check_writable(const char *path, struct ho_error *err)
{
	struct ho_writer writer = {.fd = -1};
	enum ho_status status = ho_writer_open(&writer, path, err);
	ho_writer_discard(&writer);
	return status;
}

/* The columns that the model remembers: the ones asked for, else the one that was guessed. */
static void record_columns(struct command *c, struct ho_train_options *options, const struct cli_data *data,
                           const struct ho_table *table)
{
	size_t len = 0;
	for (size_t i = 0; i < data->text.n && len < sizeof c->columns; i++)
		len += (size_t)snprintf(c->columns + len, sizeof c->columns - len, "%s%s", i ? "\n" : "",
		                        data->text.items[i]);
	if (data->text.n == 0)
		len = (size_t)snprintf(c->columns, sizeof c->columns, "%.*s", (int)table->text_name.len,
		                       table->text_name.ptr);
	if (len >= sizeof c->columns)
		c->columns[0] = '\0';
	snprintf(c->target, sizeof c->target, "%.*s", (int)table->target_name.len, table->target_name.ptr);
	options->text_columns = c->columns;
	options->target = c->target;
}

/* The finished model on the rows of --test; the figures borrow from the model. */
static enum ho_status test_model(struct cli_figures *out, struct ho_model **model, const char *path,
                                 const struct ho_table *test, const struct cli *cli, struct ho_error *err)
{
	enum ho_status status = cli_open_model(model, path, err);
	return status ? status : cli_evaluate(out, *model, test, cli, err);
}

static int print_json(struct cli *cli, const struct ho_train_result *result, const struct cli_figures *test,
                      const struct ho_table *table, int exit)
{
	json_t *report = json_loads(result->report, 0, NULL);
	if (report && (json_object_set_new(report, "notes", cli_notes_json(&table->notes)) ||
	               (test && json_object_set_new(report, "test", cli_figures_json(test))))) {
		json_decref(report);
		report = NULL;
	}
	return cli_json_finish(cli, report, exit);
}

static int print_words(struct cli *cli, const struct ho_train_result *result, const struct cli_figures *test,
                       const char *path, int exit)
{
	struct ho_page page;
	json_t *report = json_loads(result->report, 0, NULL);
	cli_page_init(&page);
	if (report)
		cli_train_print(&page, report, path);
	json_decref(report);
	if (test) {
		ho_page_heading(&page, "On the test rows");
		cli_figures_print(&page, test);
	}
	return cli_page_finish(cli, &page, exit);
}

static int run(struct cli *cli, struct command *c, struct cli_data *data, const char *path)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_train_options options;
	struct ho_table table = {.n = 0}, test = {.n = 0};
	struct ho_train_result result = {.report = NULL};
	struct cli_figures figures = {.n = 0};
	struct ho_model *model = NULL;
	int exit;
	enum ho_status status = parse_options(c, &options, cli, &err);
	if (status == HO_OK)
		status = cli_read_table(cli, &table, data, path, CLI_LABELS_NEEDED, false, &err);
	if (status == HO_OK && c->test)
		status = cli_read_table(cli, &test, data, c->test, CLI_LABELS_NEEDED, false, &err);
	if (status == HO_OK)
		status = check_writable(c->output, &err);
	if (status == HO_OK) {
		record_columns(c, &options, data, &table);
		status = ho_train(&result, &table, c->test ? &test : NULL, &options, c->output, &err);
		if (status && !err.place[0] && status != HO_ECANCELLED && status != HO_EINVAL)
			(void)ho_error_at(&err, "%s", path);
	}
	if (status == HO_OK && c->test)
		status = test_model(&figures, &model, c->output, &test, cli, &err);
	const struct cli_figures *tested = c->test ? &figures : NULL;
	int answer = c->require_promise && !result.has_promise ? CLI_NO : CLI_OK;
	if (status)
		exit = cli_fail(cli, &err);
	else
		exit = cli->json ? print_json(cli, &result, tested, &table, answer)
		                 : print_words(cli, &result, tested, c->output, answer);
	cli_figures_release(&figures);
	ho_model_free(model);
	ho_train_result_release(&result);
	ho_table_release(&table);
	ho_table_release(&test);
	return exit;
}

int cmd_train(struct cli *cli, int argc, char **argv)
{
	struct cli_data data = {.format = NULL};
	struct command c = {.confidence_level = 0.95, .review_share = -1};
	struct cli_arguments arguments;
	struct cli_option reading[9], running[6];
	const struct cli_option own[] = {
	    {"output", 'o', CLI_STRING, &c.output, "MODEL", "where the model is written (an older file is replaced)"},
	    {"test", 0, CLI_STRING, &c.test, "DATA",
	     "rows to keep out (with their copies) and to evaluate on at the end"},
	    {"max-error", 0, CLI_REPEATED, &c.max_errors, "E|LABEL=E",
	     "promised share of wrong automatic answers (default: 0.05); repeatable"},
	    {"confidence-level", 0, CLI_SHARE, &c.confidence_level, "C", "confidence of the promise (default: 0.95)"},
	    {"review-share", 0, CLI_SHARE, &c.review_share, "S",
	     "hand over this share of the texts, and promise what holds then"},
	    {"promise", 0, CLI_STRING, &c.promise, "KIND",
	     "exact (default), or cross-fit: approximate, but all rows learn"},
	    {"require-promise", 0, CLI_FLAG, &c.require_promise, NULL, "exit with 1 if nothing can be promised"},
	    {"time-limit", 0, CLI_SECONDS, &c.time_limit, "SECONDS",
	     "end the search after that; the model may then differ between runs"},
	    {"encoder", 0, CLI_STRING, &c.encoder, "DIR|none", "sentence encoder; only none in this version"},
	    {.name = NULL},
	};
	const struct cli_option *const tables[] = {own, reading, running};
	int done = CLI_OK;
	cli_data_options(reading, &data, true);
	cli_run_options(running, cli, true, true);
	if (cli_begin(cli, &arguments, argc, argv, tables, 3, 1, 1, &help, &done))
		done = run(cli, &c, &data, arguments.items[0]);
	for (size_t i = 0; i < CLI_LIST_MAX && c.names[i]; i++)
		free(c.names[i]);
	return done;
}
