/* explain: why one text got its answer, in words and by its strongest pieces. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli.h"
#include "data.h"
#include "model/model.h"
#include "report/show.h"

static const struct cli_help help = {
    .usage = "handoff explain MODEL [TEXT|-]",
    .about = "Says why TEXT (or all of standard input, as one text of at most 64 MiB) got its label and its "
             "decision, and which pieces of it weighed most. A text of several words stands in quotes.\n\n"
             "Weights above 0 speak for the label, below 0 against it. The bias is where the model starts before it "
             "has read a word; all weights and the bias sum to the score.",
    .examples = "handoff explain spam.handoff 'You have won a prize'\n"
                "handoff explain spam.handoff --json - < mail.txt\n",
};

enum { PIECES_SHOWN = 20 };

/* All of standard input, as bytes. A signal ends the wait for it at once: there is nothing to clear away. */
static enum ho_status read_text(struct ho_buf *out, struct ho_error *err)
{
	enum { CHUNK = 1 << 16 };
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	for (;;) {
		enum ho_status status = ho_buf_reserve(out, CHUNK, err);
		if (status)
			return status;
		ssize_t got = read(STDIN_FILENO, out->data + out->len, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ho_fail_errno(err, HO_EIO, "cannot read standard input");
		if (got == 0)
			return HO_OK;
		out->len += (size_t)got;
		if (out->len > HO_TEXT_MAX)
			return ho_fail(
			    err, HO_ELIMIT,
			    "the text on standard input is longer than the allowed 64 MiB; explain a part of it");
	}
}

static void add_pieces(struct ho_page *page, const struct ho_explanation *e, const char *text)
{
	struct ho_grid grid;
	size_t shown = e->n_pieces < PIECES_SHOWN ? e->n_pieces : PIECES_SHOWN;
	double rest = 0;
	ho_grid_init(&grid, "lrl");
	ho_grid_cell(&grid, "piece");
	ho_grid_cell(&grid, "weight");
	ho_grid_cell(&grid, "view");
	for (size_t i = 0; i < shown; i++) {
		const struct ho_piece *piece = &e->pieces[i];
		ho_grid_cell(&grid, "%s", ho_show_short(ho_slice(text + piece->start, piece->end - piece->start)).text);
		ho_grid_cell(&grid, "%+.3f", piece->weight);
		ho_grid_cell(&grid, "%s", piece->view);
	}
	for (size_t i = shown; i < e->n_pieces; i++)
		rest += e->pieces[i].weight;
	if (e->n_pieces > shown) {
		ho_grid_cell(&grid, "(%s)", ho_show_counted(e->n_pieces - shown, "weaker piece").text);
		ho_grid_cell(&grid, "%+.3f", rest);
		ho_grid_cell(&grid, " ");
	}
	ho_grid_cell(&grid, "(bias)");
	ho_grid_cell(&grid, "%+.3f", e->bias);
	ho_grid_cell(&grid, " ");
	ho_grid_cell(&grid, "(score)");
	ho_grid_cell(&grid, "%+.3f", e->total);
	ho_grid_cell(&grid, " ");
	ho_page_blank(page);
	ho_page_grid(page, 2, &grid, true);
}

static int print_words(struct cli *cli, struct ho_workspace *ws, struct ho_slice text)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_explanation e;
	struct ho_page page;
	if (ho_explain(&e, ws, text.ptr, text.len, &err))
		return cli_fail(cli, &err);
	cli_page_init(&page);
	ho_page_text(&page, 0, 0, "%s", e.text);
	add_pieces(&page, &e, text.ptr);
	ho_explanation_release(&e);
	return cli_page_finish(cli, &page, CLI_OK);
}

static int print_json(struct cli *cli, struct ho_workspace *ws, struct ho_slice text)
{
	struct ho_error err = {.code = HO_OK};
	char *json;
	if (ho_explain_json(&json, ws, text.ptr, text.len, &err))
		return cli_fail(cli, &err);
	errno = 0;
	enum ho_status status = cli_write(json, strlen(json), &err);
	if (status == HO_OK)
		status = cli_write("\n", 1, &err);
	bool closed = status && errno == EPIPE; /* its reader left: nobody's loss */
	ho_string_free(json);
	return status && !closed ? cli_fail(cli, &err) : CLI_OK;
}

static int explain(struct cli *cli, const char *path, struct ho_slice text)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_model *model = NULL;
	struct ho_workspace *ws = NULL;
	int exit;
	enum ho_status status = ho_model_open(&model, path, &err);
	if (status == HO_OK)
		status = ho_workspace_new(&ws, model, &err);
	if (status)
		exit = cli_fail(cli, &err);
	else
		exit = cli->json ? print_json(cli, ws, text) : print_words(cli, ws, text);
	ho_workspace_free(ws);
	ho_model_free(model);
	return exit;
}

/* Every other command takes a file here, so its name is easily given for the text. */
static void tell_file(struct cli *cli, const char *text)
{
	if (access(text, F_OK) == 0)
		cli_note(cli, "The text is also the name of a file: to explain what it holds, write - <FILE.");
}

int cmd_explain(struct cli *cli, int argc, char **argv)
{
	struct cli_arguments arguments;
	struct cli_option running[6];
	const struct cli_option *const tables[] = {running};
	struct ho_error err = {.code = HO_OK};
	struct ho_buf input;
	int done = CLI_OK;
	cli_run_options(running, cli);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 1, 1, 2, &help, &done))
		return done;
	if (arguments.n > 1 && strcmp(arguments.items[1], "-") != 0) {
		tell_file(cli, arguments.items[1]);
		return explain(cli, arguments.items[0], ho_slice_str(arguments.items[1]));
	}
	if (isatty(STDIN_FILENO))
		cli_note(cli, "The text is read from the terminal; Ctrl-D on a line of its own ends it.");
	ho_buf_init(&input, HO_TEXT_MAX + (1 << 17));
	if (read_text(&input, &err))
		done = cli_fail(cli, &err);
	else
		done = explain(cli, arguments.items[0], ho_buf_slice(&input));
	ho_buf_release(&input);
	return done;
}
