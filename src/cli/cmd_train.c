/* train: make a model of labelled texts, and promise what can be promised. */
#include "base/alloc.h"
#include "data.h"
#include "evaluation.h"
#include "label_file.h"
#include "places.h"
#include "report/show.h"
#include "train/names_only.h"
#include "train_words.h"
#include "workspace.h"

static const struct cli_help help = {
    .usage = "handoff train DATA --target COLUMN [--text COLUMN]... [--test DATA] -o MODEL\n"
             "handoff train --labels FILE --encoder NAME -o MODEL",
    .about = "Searches for a good model, and certifies from which confidence on at most --max-error of its automatic "
             "answers are wrong. All other texts are for a person. If nothing can be promised, the model hands "
             "everything over, and says what would be possible.\n\n"
             "With --max-error LABEL=0.01 the promise is for answers with that label; labels without one are handed "
             "over, unless a plain --max-error stands beside it. With --review-share the share of texts for people "
             "is given, and the error is certified.\n\n"
             "--labels says what labels mean, for the encoder. With it and no DATA the model guesses by the names of "
             "the labels alone, so that a service can "
             "begin without a single label: it promises nothing, and every text goes to a person.",
    .examples = "handoff train tickets.csv --target urgent -o urgent.handoff\n"
                "handoff train t.train.jsonl --test t.test.jsonl --max-error 0.02 -o t.handoff\n"
                "handoff train t.train.jsonl --max-error spam=0.001 --max-error 0.05 -o t.handoff\n"
                "handoff train --labels labels.txt --encoder all-MiniLM-L6-v2 -o first.handoff\n"
                "handoff train small.csv --promise cross-fit --require-promise -o small.handoff\n",
    .exits = "1 with --require-promise: there is none",
};

#define NOT_GIVEN UINT64_MAX

struct train_options {
	const char *output, *test, *promise, *encoder, *precision, *workspace, *labels, *vectors;
	struct cli_list max_errors;
	double confidence_level, review_share, time_limit;
	bool require_promise, encoder_beside, fine_tune;
	uint64_t fine_tune_rows, encoder_tokens; /* or NOT_GIVEN */
};

/* LABEL=0.01: a promise for one label. The label may itself contain '='. */
static enum ho_status add_label_error(struct ho_train_options *out, struct ho_label_error *labels, const char *text,
                                      const char *equals, struct ho_error *err)
{
	size_t len = (size_t)(equals - text);
	double max_error;
	enum ho_status status = cli_share(&max_error, equals + 1, "--max-error", err);
	if (status)
		return status;
	if (len == 0)
		return ho_fail(err, HO_EINVAL, "--max-error needs a label before '=', as in spam=0.01");
	for (size_t i = 0; i < out->n_label_errors; i++)
		if (strlen(labels[i].label) == len && memcmp(labels[i].label, text, len) == 0)
			return ho_fail(err, HO_EINVAL, "--max-error is given twice for the label '%.*s'", (int)len,
			               text);
	char *label = ho_alloc(len + 1, 1);
	if (!label)
		return ho_fail_nomem(err);
	memcpy(label, text, len);
	label[len] = '\0';
	labels[out->n_label_errors++] = (struct ho_label_error){label, max_error};
	return HO_OK;
}

static void release_label_errors(struct ho_label_error *labels, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ho_free((char *)(uintptr_t)labels[i].label);
	ho_free(labels);
}

static enum ho_status read_max_errors(struct ho_train_options *out, struct ho_label_error **labels,
                                      const struct cli_list *list, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	*labels = ho_calloc(list->n, sizeof **labels);
	if (!*labels)
		return ho_fail_nomem(err);
	out->label_errors = *labels;
	for (size_t i = 0; i < list->n && status == HO_OK; i++) {
		const char *equals = strrchr(list->items[i], '=');
		if (equals) {
			status = add_label_error(out, *labels, list->items[i], equals, err);
			continue;
		}
		if (out->max_error_given)
			return ho_fail(err, HO_EINVAL,
			               "--max-error is given twice without a label; which one is meant?");
		status = cli_share(&out->max_error, list->items[i], "--max-error", err);
		out->max_error_given = true;
	}
	return status;
}

/* Everything that can be wrong with the command line, before any file is touched. */
static enum ho_status check(const struct train_options *o, struct ho_train_options *out, struct ho_error *err)
{
	if (!o->output)
		return ho_fail(err, HO_EINVAL, "-o MODEL is missing: where the model is written");
	if (o->promise && strcmp(o->promise, "exact") != 0 && strcmp(o->promise, "cross-fit") != 0)
		return ho_fail(err, HO_EINVAL, "--promise is exact or cross-fit, and not '%.40s'", o->promise);
	if (o->confidence_level <= 0.5)
		return ho_fail(err, HO_EINVAL, "--confidence-level must lie above 0.5, as in 0.95");
	if (o->review_share >= 0 && (out->n_label_errors || out->max_error_given))
		return ho_fail(err, HO_EINVAL,
		               "--review-share and --max-error exclude each other: one gives the share for people "
		               "and certifies the error, the other the reverse");
	if (o->precision && !ho_precision_find(&out->encoder_precision, o->precision))
		return ho_fail(err, HO_EINVAL, "--encoder-precision is fp32, bf16 or int8, and not '%.40s'",
		               o->precision);
	out->encoder = o->encoder && strcmp(o->encoder, "none") != 0 ? o->encoder : NULL;
	if (o->precision && !out->encoder)
		return ho_fail(err, HO_EINVAL, "--encoder-precision needs --encoder NAME");
	bool limits_tokens = o->encoder_tokens != NOT_GIVEN, limits_rows = o->fine_tune_rows != NOT_GIVEN;
	if (limits_tokens && !out->encoder)
		return ho_fail(err, HO_EINVAL, "--encoder-tokens needs --encoder NAME");
	if (limits_tokens && (o->encoder_tokens < 3 || o->encoder_tokens > UINT16_MAX))
		return ho_fail(
		    err, HO_EINVAL,
		    "--encoder-tokens is from 3, the two edges of a text included, to what the encoder can read "
		    "(mostly 512)");
	out->encoder_tokens = limits_tokens ? (unsigned)o->encoder_tokens : 0;
	out->vectors = o->vectors;
	if (o->vectors && !out->encoder)
		return ho_fail(err, HO_EINVAL,
		               "--vectors needs --encoder NAME: it is the encoder's vectors that are kept");
	out->encoder_beside = o->encoder_beside;
	if (o->encoder_beside && !out->encoder)
		return ho_fail(err, HO_EINVAL, "--encoder-beside needs --encoder NAME");
	if (limits_rows && !o->fine_tune)
		return ho_fail(err, HO_EINVAL, "--fine-tune-rows needs --fine-tune");
	if (o->fine_tune && !out->encoder)
		return ho_fail(err, HO_EINVAL,
		               "--fine-tune needs --encoder NAME: the encoder that is to be fine-tuned");
	out->fine_tune = o->fine_tune;
	if (limits_rows && !o->fine_tune_rows)
		return ho_fail(err, HO_EINVAL,
		               "--fine-tune-rows is at least 1; leave --fine-tune away to tune on none");
	out->fine_tune_rows = limits_rows ? (size_t)o->fine_tune_rows : 0;
	out->cross_fit = o->promise && strcmp(o->promise, "cross-fit") == 0;
	out->confidence_level = o->confidence_level;
	out->review_share = o->review_share;
	out->time_limit = o->time_limit;
	return HO_OK;
}

/* Can the model be written where it shall be, and over nothing that is read? An hour of training is too much to lose.
 */
static enum ho_status check_places(const struct cli_data *data, const char *path, const struct train_options *o,
                                   struct ho_error *err)
{
	const struct cli_place outputs[] = {{"-o", o->output}, {"--rejects", data->rejects}};
	const struct cli_place inputs[] = {{"DATA", path}, {"--test", o->test}, {"--vectors", o->vectors}};
	struct ho_writer writer = {.fd = -1};
	enum ho_status status = cli_check_places(outputs, 2, inputs, 3, err);
	if (status == HO_OK)
		status = ho_writer_open(&writer, o->output, err);
	ho_writer_discard(&writer);
	return status;
}

/* Are the labels of --max-error LABEL=... there? Before the search, not after it. */
static enum ho_status check_labels(const struct ho_table *table, const struct ho_train_options *options,
                                   struct ho_error *err)
{
	for (size_t i = 0; i < options->n_label_errors; i++) {
		const char *wanted = options->label_errors[i].label;
		bool found = false;
		for (uint32_t l = 0; l < table->label_count && !found; l++)
			found = ho_slice_is(table->labels[l], wanted);
		if (found)
			continue;
		char labels[256];
		cli_list_labels(labels, sizeof labels, table);
		return ho_fail(err, HO_EINVAL, "--max-error: no text has the label '%.60s'; there are %s", wanted,
		               labels);
	}
	return HO_OK;
}

/* Words for labels that no text has help nothing: most likely a slip of the pen. */
static void check_label_words(struct cli *cli, const struct ho_table *table, const struct label_file *file,
                              const char *path)
{
	char labels[256];
	cli_list_labels(labels, sizeof labels, table);
	for (uint32_t i = 0; i < file->labels.n; i++) {
		struct ho_slice name = file->labels.keys[i];
		bool found = false;
		for (uint32_t l = 0; l < table->label_count && !found; l++)
			found = ho_slice_equal(table->labels[l], name);
		if (!found)
			cli_warn(cli, "%s: no text has the label '%s', so its words help nothing; there are %s", path,
			         ho_show_short(name).text, labels);
	}
}

/* The columns in the words of the model file: text columns by line feeds. */
static enum ho_status name_columns(struct ho_buf *text, struct ho_buf *target, const struct cli_data *data,
                                   const struct ho_table *table, struct ho_error *err)
{
	enum ho_status status =
	    ho_buf_add(target, table->target_name.ptr ? table->target_name.ptr : "", table->target_name.len, err);
	if (status == HO_OK && data->text.n == 0)
		status = ho_buf_add(text, table->text_name.ptr ? table->text_name.ptr : "", table->text_name.len, err);
	for (size_t i = 0; i < data->text.n && status == HO_OK; i++)
		status = ho_buf_printf(text, err, "%s%s", i ? "\n" : "", data->text.items[i]);
	return status;
}

static enum ho_status train(struct ho_train_result *result, struct cli *cli, struct ho_train_options *options,
                            const struct cli_data *data, const struct ho_table *table, const struct ho_table *test,
                            const char *path, struct ho_error *err)
{
	struct ho_buf text, target;
	ho_buf_init(&text, 1 << 16);
	ho_buf_init(&target, 1 << 16);
	enum ho_status status = name_columns(&text, &target, data, table, err);
	options->seed = cli->seed;
	options->threads = cli->threads;
	options->text_columns = text.data;
	options->target = target.data;
	options->progress = &cli->progress;
	if (status == HO_OK)
		status = ho_train(result, table, test, options, path, err);
	cli_progress_clear(cli);
	ho_buf_release(&text);
	ho_buf_release(&target);
	return status;
}

/* Read the test data by the columns of the training data. */
static enum ho_status read_test(struct cli *cli, struct ho_table *out, struct cli_data *data,
                                const struct ho_table *table, const char *path, struct ho_error *err)
{
	struct cli_data same = *data;
	same.rejects = NULL; /* that file is of the training data */
	if (!same.target && table->target_name.len && table->target_name.len < sizeof same.model_target) {
		memcpy(same.model_target, table->target_name.ptr, table->target_name.len);
		same.model_target[table->target_name.len] = '\0';
		same.target = same.model_target;
	}
	return cli_read_table(cli, out, &same, path, CLI_LABELS_NEEDED, false, err);
}

/* What a run leaves to print. */
struct trained {
	struct ho_table table, test;
	struct ho_train_result result;
	struct ho_model *model; /* NULL without --test */
	struct cli_evaluation evaluation;
};

static int print_json(struct cli *cli, const struct trained *t, json_t *report, int exit)
{
	bool failed = json_object_set_new(report, "notes", cli_notes_json(&t->table.notes));
	if (t->model)
		failed = json_object_set_new(report, "test", cli_evaluation_json(&t->evaluation)) || failed;
	if (failed) {
		json_decref(report);
		report = NULL;
	}
	return cli_json_finish(cli, report, exit);
}

static int print_words(struct cli *cli, const struct trained *t, json_t *report, double asked, const char *path,
                       int exit)
{
	struct ho_page page;
	cli_page_init(&page);
	cli_train_words(&page, report, asked);
	if (t->model) {
		ho_page_heading(&page, "On the test data");
		cli_evaluation_print(&page, &t->evaluation);
	}
	ho_page_heading(&page, "Model file");
	ho_page_text(&page, 0, 0, "%s (%s), made in %s.", path, ho_show_bytes((double)t->result.model_bytes).text,
	             ho_show_seconds(t->result.seconds).text);
	json_decref(report);
	return cli_page_finish(cli, &page, exit);
}

static int print(struct cli *cli, const struct trained *t, const struct train_options *o,
                 const struct ho_train_options *asked)
{
	int exit = o->require_promise && !t->result.has_promise ? CLI_NO : CLI_OK;
	json_t *report = json_loads(t->result.report, 0, NULL);
	double single = asked->n_label_errors || asked->review_share >= 0 ? 0 : asked->max_error;
	if (exit == CLI_NO)
		cli_warn(cli, "no promise could be made, and --require-promise asked for one");
	if (cli->json || !report)
		return print_json(cli, t, report, exit);
	return print_words(cli, t, report, single, o->output, exit);
}

/* The model is written: what the file of vectors lacks, or who holds it, is no reason to fail now. */
static enum ho_status know_test_vectors(struct trained *t, struct cli *cli, const char *path, struct ho_error *err)
{
	struct ho_error trouble = {.code = HO_OK};
	enum ho_status status = cli_know_vectors(cli, t->model, path, &t->test, &trouble);
	if (status == HO_ECANCELLED)
		*err = trouble;
	else if (status)
		cli_warn(cli, "the vectors of the test texts are not kept: %s: %s", path, trouble.message);
	return status == HO_ECANCELLED ? status : HO_OK;
}

static enum ho_status work(struct trained *t, struct cli *cli, struct cli_data *data, const char *path,
                           const struct train_options *o, const struct label_file *file,
                           struct ho_train_options *options, struct ho_error *err)
{
	enum ho_status status = check_places(data, path, o, err);
	if (status == HO_OK)
		status = cli_read_table(cli, &t->table, data, path, CLI_LABELS_NEEDED, false, err);
	if (status == HO_OK && o->test)
		status = read_test(cli, &t->test, data, &t->table, o->test, err);
	if (status == HO_OK)
		status = ho_table_check_trainable(&t->table, err);
	if (status == HO_OK)
		status = check_labels(&t->table, options, err);
	if (status == HO_OK && file->labels.n)
		check_label_words(cli, &t->table, file, o->labels);
	if (status == HO_OK)
		status = train(&t->result, cli, options, data, &t->table, o->test ? &t->test : NULL, o->output, err);
	if (status == HO_OK && o->test)
		status = ho_model_open(&t->model, o->output, err);
	if (status == HO_OK && o->test && o->vectors && !o->fine_tune) /* a tuned encoder has other vectors */
		status = know_test_vectors(t, cli, o->vectors, err);
	if (status == HO_OK && o->test)
		status = cli_evaluate(&t->evaluation, cli, t->model, &t->test, 0, err);
	return status;
}

/* The figures that a reader of the journal looks for; the model file has all. */
static enum ho_status note_training(const struct trained *t, const char *workspace, struct ho_error *err)
{
	static const char *const names[] = {"rows", "accuracy", "accuracy_interval", "promise", "labels_needed"};
	if (!workspace)
		return HO_OK;
	json_t *report = json_loads(t->result.report, 0, NULL), *figures = json_object();
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		json_object_set(figures, names[i], json_object_get(report, names[i]));
	json_decref(report);
	return cli_journal(workspace, "trained",
	                   t->result.has_promise ? "a model was trained; it has a promise"
	                                         : "a model was trained; it can promise nothing",
	                   figures, err);
}

static int run(struct cli *cli, struct cli_data *data, const char *path, const struct train_options *o)
{
	struct ho_error err = {.code = HO_OK};
	struct trained t = {.model = NULL};
	struct ho_train_options options;
	struct ho_label_error *labels = NULL;
	struct label_file file = {.n = 0};
	struct ho_label_words words;
	ho_train_options_init(&options);
	enum ho_status status = read_max_errors(&options, &labels, &o->max_errors, &err);
	if (status == HO_OK)
		status = check(o, &options, &err);
	if (status == HO_OK && o->labels) {
		status = label_file_read(&file, o->labels, &err);
		words = (struct ho_label_words){file.labels.keys, file.labels.n, file.described, file.n};
		options.label_words = &words;
	}
	if (status == HO_OK)
		status = work(&t, cli, data, path, o, &file, &options, &err);
	if (status == HO_OK)
		status = note_training(&t, o->workspace, &err);
	int exit = status ? cli_fail(cli, &err) : print(cli, &t, o, &options);
	cli_evaluation_release(&t.evaluation);
	ho_model_free(t.model);
	ho_train_result_release(&t.result);
	ho_table_release(&t.test);
	ho_table_release(&t.table);
	release_label_errors(labels, options.n_label_errors);
	label_file_release(&file);
	return exit;
}

/* Without a labelled text: from the names of the labels. */
static int run_names(struct cli *cli, const struct cli_data *data, const struct train_options *o)
{
	struct ho_error err = {.code = HO_OK};
	struct trained t = {.model = NULL};
	struct ho_train_options options;
	struct label_file file = {.n = 0};
	ho_train_options_init(&options);
	enum ho_status status = check(o, &options, &err);
	options.seed = cli->seed;
	options.threads = cli->threads;
	options.progress = &cli->progress;
	options.text_columns = data->text.n == 1 ? data->text.items[0] : NULL;
	if (status == HO_OK)
		status = check_places(data, o->labels, o, &err);
	if (status == HO_OK)
		status = label_file_read(&file, o->labels, &err);
	if (status == HO_OK)
		status = ho_train_names(&t.result, file.labels.keys, file.labels.n, file.described, file.n, &options,
		                        o->output, &err);
	cli_progress_clear(cli);
	if (status == HO_OK)
		status = note_training(&t, o->workspace, &err);
	int exit = status ? cli_fail(cli, &err) : print(cli, &t, o, &options);
	ho_train_result_release(&t.result);
	label_file_release(&file);
	return exit;
}

/* What does not go together with --labels. */
static int check_names(struct cli *cli, const struct train_options *o, bool has_data)
{
	if (!has_data && !o->labels)
		return cli_usage(
		    cli,
		    "DATA is missing: handoff train DATA --target COLUMN -o MODEL (or --labels FILE, without DATA)");
	if (o->labels && (!o->encoder || strcmp(o->encoder, "none") == 0))
		return cli_usage(cli, "--labels needs --encoder NAME: without one nothing is known of what names mean");
	if (!has_data && (o->test || o->max_errors.n || o->promise || o->review_share >= 0 || o->vectors))
		return cli_usage(cli, "--labels without DATA makes a model that promises nothing; only --encoder, "
		                      "--text and -o go with it");
	return CLI_OK;
}

int cmd_train(struct cli *cli, int argc, char **argv)
{
	struct cli_data data = {.format = NULL};
	struct train_options o = {
	    .fine_tune_rows = NOT_GIVEN, .encoder_tokens = NOT_GIVEN, .confidence_level = 0.95, .review_share = -1};
	struct cli_arguments arguments;
	const struct cli_option own[] = {
	    {"output", 'o', CLI_STRING, &o.output, "MODEL", "write the model to this file"},
	    {"test", 0, CLI_STRING, &o.test, "DATA",
	     "labelled texts that are kept out of the training, to judge the model by"},
	    {"max-error", 0, CLI_REPEATED, &o.max_errors, "SHARE",
	     "share of the automatic answers that may be wrong, or LABEL=SHARE; repeatable (default: 0.05)"},
	    {"confidence-level", 0, CLI_SHARE, &o.confidence_level, "SHARE",
	     "confidence of the promise (default: 0.95)"},
	    {"review-share", 0, CLI_SHARE, &o.review_share, "SHARE",
	     "hand over this share of the texts, and certify the error"},
	    {"promise", 0, CLI_STRING, &o.promise, "KIND",
	     "exact (default), or cross-fit: every row learns, and the promise is approximate"},
	    {"require-promise", 0, CLI_FLAG, &o.require_promise, NULL, "exit 1 if nothing can be promised"},
	    {"time-limit", 0, CLI_SECONDS, &o.time_limit, "SECONDS", "end the search after this time (default: none)"},
	    {"workspace", 0, CLI_STRING, &o.workspace, "DIR", "note it in the journal of this workspace"},
	    {"encoder", 0, CLI_STRING, &o.encoder, "NAME",
	     "a fetched encoder or the folder of one, used where it helps, or none (default: none)"},
	    {"encoder-precision", 0, CLI_STRING, &o.precision, "KIND",
	     "the encoder's arithmetic: fp32, bf16 (half the memory) or int8 (a quarter, and twice as fast); the model "
	     "keeps it (default: fp32)"},
	    {"vectors", 0, CLI_STRING, &o.vectors, "FILE",
	     "keep the encoder's vectors of the texts in FILE, and take those that are there from it"},
	    {"encoder-tokens", 0, CLI_SEED, &o.encoder_tokens, "N",
	     "the encoder reads so many tokens of a text, about as many words, and no more (default: as its files "
	     "say)"},
	    {"labels", 0, CLI_STRING, &o.labels, "FILE",
	     "what labels mean: one a line, behind a tab in words; without DATA the model guesses by that alone"},
	    {"encoder-beside", 0, CLI_FLAG, &o.encoder_beside, NULL,
	     "leave the encoder in its folder: a small model file, which answers only where the encoder is found"},
	    {"fine-tune", 0, CLI_FLAG, &o.fine_tune, NULL,
	     "fine-tune the encoder on these texts, for minutes to hours, and use it where that helps"},
	    {"fine-tune-rows", 0, CLI_SEED, &o.fine_tune_rows, "N", "fine-tune on at most so many rows (default: all)"},
	    {.name = NULL},
	};
	int done = CLI_OK;
	if (!cli_begin_data(cli, &arguments, &data, argc, argv, own, 0, 1, &help, &done))
		return done;
	done = check_names(cli, &o, arguments.n > 0);
	if (done)
		return done;
	return arguments.n == 0 ? run_names(cli, &data, &o) : run(cli, &data, arguments.items[0], &o);
}
