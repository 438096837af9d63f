/* classify: answers as a stream, one JSON object a line, in the order of the rows. */
#include <inttypes.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/pool.h"
#include "data.h"
#include "report/show.h"
#include "stream.h"

static const struct cli_help help = {
    .usage = "handoff classify MODEL [DATA|-] [--text COLUMN]...",
    .about = "Prints one JSON object a line and in order: id (the row's `id` column, or its number from 1), label, confidence, decision "
	     "(auto or human), reason (unsure, novel, no_promise, or null) and the scores of all labels.\n"
	     "\n"
	     "Reads as a stream: standard input (DATA is - or left out) needs --format, and each answer comes as soon as its row is there. "
	     "The text columns are those the model was trained on, if the input has them. An empty text is answered like any other. A row "
	     "that cannot be read keeps its place: its line has decision human, nulls, and an `error`; --rejects FILE keeps the rows.",
    .examples = "handoff classify urgent.handoff new.csv > answers.jsonl\n"
		"handoff classify urgent.handoff - --format jsonl < new.jsonl\n"
		"handoff classify mail.handoff inbox --format mail --glob '*.eml'\n",
};

/* Rows that the reader passed over, because they could not be read, give lines too. */
struct gaps {
	uint64_t last;  /* number of the last row that gave a line */
	uint64_t lines; /* lines given for unreadable rows so far */
};

static enum ho_status add_unreadable(struct cli_stream *stream, struct gaps *gaps, struct ho_error *err)
{
	char id[24];
	int len = snprintf(id, sizeof id, "%" PRIu64, ++gaps->last);
	gaps->lines++;
	return cli_stream_add(stream, ho_slice("", 0), ho_slice(id, (size_t)len), "this row could not be read", err);
}

/* Rows before number `row` that the reader rejected. What it left out for another reason gives no line. */
static enum ho_status fill_gap(struct cli_stream *stream, struct gaps *gaps, struct ho_reader *reader, uint64_t row,
			       struct ho_error *err)
{
	enum ho_status status = HO_OK;
	while (status == HO_OK && gaps->last + 1 < row && gaps->lines < ho_reader_rejects(reader, NULL))
		status = add_unreadable(stream, gaps, err);
	return status;
}

static enum ho_status add_rows(struct cli *cli, struct cli_stream *stream, struct ho_rows *rows, struct ho_error *err)
{
	struct ho_reader *reader = ho_rows_reader(rows);
	bool shows = !isatty(STDOUT_FILENO), more = true;
	struct gaps gaps = {0, 0};
	struct ho_row row;
	enum ho_status status = HO_OK;
	for (size_t i = 0; status == HO_OK; i++) {
		if (i % 1024 == 0)
			status = ho_progress_check(&cli->progress, err);
		if (i % 1024 == 0 && shows)
			ho_progress_step(&cli->progress, "classifying", ho_reader_fraction(reader));
		if (status == HO_OK)
			status = ho_rows_next(rows, &row, &more, err);
		if (status == HO_OK)
			status = fill_gap(stream, &gaps, reader, more ? row.record.row : UINT64_MAX, err);
		if (status || !more)
			break;
		status = cli_stream_add(stream, row.text, row.id, NULL, err);
		gaps.last = row.record.row;
	}
	return status;
}

/* A file's next block never makes us wait for long, a pipe's may. */
static bool is_file(const char *path)
{
	struct stat s;
	return strcmp(path, "-") != 0 && stat(path, &s) == 0 && !S_ISFIFO(s.st_mode) && !S_ISSOCK(s.st_mode) && !S_ISCHR(s.st_mode);
}

static enum ho_status stream_rows(struct cli *cli, const struct ho_model *model, struct ho_rows *rows, const char *path,
				  struct ho_error *err)
{
	struct cli_stream *stream = NULL;
	struct cli_lines lines;
	unsigned threads = cli->threads ? cli->threads : ho_cores();
	enum ho_status status = cli_lines_init(&lines, model, err);
	if (status)
		return status;
	status = cli_stream_open(&stream, &lines, cli_write, threads, is_file(path), err);
	if (status == HO_OK)
		status = add_rows(cli, stream, rows, err);
	if (status == HO_OK)
		status = cli_stream_finish(stream, err);
	cli_stream_close(stream);
	cli_lines_release(&lines);
	cli_progress_clear(cli);
	return status;
}

/* What the reader has to say, after the last line. */
static enum ho_status tell(struct cli *cli, const struct ho_rows *rows, struct ho_error *err)
{
	struct ho_notes notes;
	ho_notes_init(&notes);
	enum ho_status status = ho_rows_tell(rows, &notes, err);
	for (size_t i = 0; status == HO_OK && i < notes.n; i++)
		cli_note(cli, "%s", notes.items[i].sentence);
	ho_notes_release(&notes);
	return status;
}

static bool was_closed_pipe(struct cli *cli, enum ho_status status)
{
	return status == HO_ECANCELLED && !ho_cancelled(&cli->progress);
}

static int run(struct cli *cli, struct cli_data *data, const char *model_path, const char *path)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_model *model = NULL;
	struct ho_rows *rows = NULL;
	struct ho_rows_options options;
	int exit = CLI_OK;
	if (strcmp(path, "-") == 0 && !data->rejects)
		signal(SIGINT, SIG_DFL); /* nothing would be left behind, and a waiting read must end */
	enum ho_status status = cli_rows_options(&options, data, path, false, &err);
	if (status == HO_OK)
		status = ho_model_open(&model, model_path, &err);
	if (status == HO_OK)
		status = cli_data_from_model(data, model, path, false, &err);
	if (status == HO_OK)
		status = cli_rows_options(&options, data, path, false, &err);
	options.keep_empty = true;
	options.read.keep_answers = true; /* the verdict of an annotation tool: no reason not to answer */
	if (status == HO_OK)
		status = ho_rows_open(&rows, &options, &err);
	if (status == HO_OK)
		status = stream_rows(cli, model, rows, path, &err);
	if (status == HO_OK)
		status = tell(cli, rows, &err);
	if (status && !was_closed_pipe(cli, status))
		exit = cli_fail(cli, &err);
	ho_rows_close(rows);
	ho_model_free(model);
	return exit;
}

int cmd_classify(struct cli *cli, int argc, char **argv)
{
	struct cli_data data = {.format = NULL};
	struct cli_arguments arguments;
	struct cli_option reading[9], running[6];
	const struct cli_option *const tables[] = {reading, running};
	int done = CLI_OK;
	cli_data_options(reading, &data, false);
	cli_run_options(running, cli, true, false);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 2, 1, 2, &help, &done))
		return done;
	return run(cli, &data, arguments.items[0], arguments.n > 1 ? arguments.items[1] : "-");
}
