/* classify: answer texts, one JSON object a line, in the order of the rows. */
#include <unistd.h>

#include "base/clock.h"
#include "classify_flow.h"
#include "data.h"
#include "report/show.h"

static const struct cli_help help = {
    .usage = "handoff classify MODEL [DATA|-] [--text COLUMN]...",
    .about = "Prints one JSON object a line for every row of DATA (or standard input), in order:\n\n"
             "  {\"id\":\"17\",\"label\":\"spam\",\"confidence\":0.9931,\"decision\":\"auto\",\"reason\":null,\n"
             "   \"scores\":{\"ham\":0.0069,\"spam\":0.9931}}\n\n"
             "id is the row's id column, or its number from 1. decision is auto where the model's promise covers the "
             "answer, else human, and reason says why: unsure, novel (unlike the training texts), no_promise, or "
             "unreadable. A row that cannot be read keeps its place: its label, confidence and scores are null, and "
             "error says what is wrong with it.\n\n"
             "The text columns are those the model was trained on, if DATA has them. A summary follows on stderr.",
    .examples =
        "handoff classify urgent.handoff new.csv > answers.jsonl\n"
        "handoff classify urgent.handoff new.csv --text subject --text body\n"
        "zcat new.jsonl.gz | handoff classify urgent.handoff - --format jsonl | jq 'select(.decision == \"human\")'\n",
};

/* ": 300 unsure, 34 novel" */
static void add_reasons(char *out, size_t room, const struct cli_tally *tally)
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t r = HO_REASON_NONE + 1; r < CLI_REASONS && used < room; r++) {
		if (!tally->reasons[r])
			continue;
		int n = snprintf(out + used, room - used, "%s%s %s", used ? ", " : ": ",
		                 ho_show_count(tally->reasons[r]).text, ho_reason_name((enum ho_reason)r));
		used += n > 0 ? (size_t)n : room;
	}
}

static void summarise(struct cli *cli, const struct cli_tally *tally, double seconds)
{
	uint64_t automatic = tally->reasons[HO_REASON_NONE], n = tally->texts;
	char reasons[512], rate[192] = "";
	add_reasons(reasons, sizeof reasons, tally);
	if (seconds > 0 && n > 0)
		snprintf(rate, sizeof rate, " (%s a second)", ho_show_count((uint64_t)((double)n / seconds)).text);
	cli_note(cli, "%s in %s%s: %s automatic (%s), %s for a person%s.", ho_show_counted(n, "text").text,
	         ho_show_seconds(seconds).text, rate, ho_show_count(automatic).text,
	         ho_show_percent(n ? (double)automatic / (double)n : 0).text, ho_show_count(n - automatic).text,
	         reasons);
	if (n == 0)
		cli_note(cli, "There was no text to classify; in a CSV or TSV the first line names the columns.");
	if (tally->unreadable)
		cli_note(cli, "%s could not be read and %s for a person.",
		         ho_show_counted(tally->unreadable, "row").text, tally->unreadable == 1 ? "is" : "are");
}

static void tell(struct cli *cli, const struct ho_rows *rows)
{
	struct ho_notes notes;
	ho_notes_init(&notes);
	if (ho_rows_tell(rows, &notes, NULL) == HO_OK)
		cli_tell_notes(cli, &notes);
	ho_notes_release(&notes);
}

/* Wrong data are bad input, not wrong usage: only what stands on the command line is that. */
static enum ho_status open_rows(struct ho_rows **out, const struct ho_rows_options *options, struct ho_error *err)
{
	enum ho_status status = ho_rows_open(out, options, err);
	if (status == HO_EINVAL && err)
		err->code = HO_EFORMAT;
	return status == HO_EINVAL ? HO_EFORMAT : status;
}

static enum ho_status classify(struct cli *cli, struct cli_data *data, const struct ho_model *model, const char *path,
                               struct ho_error *err)
{
	struct ho_rows_options options;
	struct cli_flow_result result;
	double began = ho_clock_seconds();
	cli_data_from_model(data, model);
	enum ho_status status = cli_rows_options(&options, data, path, false, err);
	if (status)
		return status;
	options.keep_empty = true;
	options.read.keep_answers = true; /* every row is answered */
	options.read.progress = &cli->progress;
	struct cli_source source = {.next = 1};
	status = open_rows(&source.rows, &options, err);
	if (status)
		return status;
	status = cli_flow_run(&result, &source, model, &cli->progress, cli->threads, err);
	cli_progress_clear(cli);
	if (status == HO_OK && !result.closed) {
		tell(cli, source.rows);
		summarise(cli, &result.tally, ho_clock_seconds() - began);
	}
	ho_rows_close(source.rows);
	return status;
}

int cmd_classify(struct cli *cli, int argc, char **argv)
{
	struct cli_data data = {.format = NULL};
	struct cli_arguments arguments;
	struct ho_error err = {.code = HO_OK};
	struct ho_model *model;
	const struct cli_option own[] = {{.name = NULL}};
	int done = CLI_OK;
	if (!cli_begin_data(cli, &arguments, &data, argc, argv, own, 1, 2, &help, &done))
		return done;
	cli->json = false; /* the answers are JSON anyhow; notes go to stderr */
	cli->lines.quiet |=
	    isatty(STDOUT_FILENO) != 0; /* answers and progress on one screen would tear each other up */
	data.models[0] = arguments.items[0];
	enum ho_status status = ho_model_open(&model, arguments.items[0], &err);
	if (status)
		return cli_fail(cli, &err);
	status = classify(cli, &data, model, arguments.n > 1 ? arguments.items[1] : "-", &err);
	ho_model_free(model);
	return status ? cli_fail(cli, &err) : CLI_OK;
}
