/* explain: why one text got its answer. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <unistd.h>

#include "cli.h"
#include "model/model.h"
#include "report/show.h"

static const struct cli_help help = {
    .usage = "handoff explain MODEL [TEXT|-]",
    .about = "Says which pieces of a text pushed towards which label, and why it was answered or handed over. Without TEXT, or with -, "
	     "the text is read from standard input as it stands.\n"
	     "\n"
	     "The weights of the pieces and the bias sum to the total, the score before calibration: positive for the label, negative "
	     "against it. With --json all pieces come with their byte offsets.",
    .examples = "handoff explain urgent.handoff \"the server is down again\"\n"
		"handoff explain urgent.handoff - < ticket.txt\n"
		"handoff explain urgent.handoff --json \"please call me back\"\n",
};

enum { PIECES_SHOWN = 12 };

static enum ho_status read_stdin(struct ho_buf *out, struct ho_error *err)
{
	for (;;) {
		enum ho_status status = ho_buf_reserve(out, 1 << 16, err);
		if (status)
			return status;
		ssize_t got = read(STDIN_FILENO, out->data + out->len, 1 << 16);
		if (got < 0 && errno != EINTR)
			return ho_fail_errno(err, HO_EIO, "cannot read standard input");
		if (got == 0)
			return HO_OK;
		out->len += got > 0 ? (size_t)got : 0;
	}
}

static void print_pieces(struct ho_page *page, const struct ho_explanation *e, struct ho_slice text)
{
	double largest = 0;
	struct ho_grid grid;
	size_t shown = e->n_pieces < PIECES_SHOWN ? e->n_pieces : PIECES_SHOWN;
	for (size_t i = 0; i < shown; i++)
		largest = fmax(largest, fabs(e->pieces[i].weight));
	if (shown == 0)
		return;
	ho_page_heading(page, "Pieces of the text, the heaviest first");
	ho_grid_init(&grid, "rlll");
	for (size_t i = 0; i < shown; i++) {
		const struct ho_piece *p = &e->pieces[i];
		ho_grid_cell(&grid, "%+.2f", p->weight);
		ho_grid_cell(&grid, "%s%s", p->weight < 0 ? "-" : "+", ho_show_bar(largest > 0 ? fabs(p->weight) / largest : 0, 12).text);
		ho_grid_cell(&grid, "%.*s", (int)(p->end - p->start > 200 ? 200 : p->end - p->start), text.ptr + p->start);
		ho_grid_cell(&grid, "%s", strcmp(p->view, "char") == 0 ? "letters" : p->view);
	}
	ho_page_grid(page, 2, &grid, false);
	double rest = 0;
	for (size_t i = shown; i < e->n_pieces; i++)
		rest += e->pieces[i].weight;
	if (e->n_pieces > shown)
		ho_page_text(page, 2, 2, "%+.2f  %s more", rest, ho_show_counted(e->n_pieces - shown, "piece").text);
	ho_page_text(page, 2, 2, "%+.2f  bias", e->bias);
	ho_page_text(page, 2, 2, "%+.2f  in all, for '%s'", e->total, e->answer.label);
}

static int print_words(struct cli *cli, struct ho_workspace *ws, const struct ho_model *model, struct ho_slice text)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_explanation e;
	struct ho_page page;
	if (ho_explain(&e, ws, text.ptr, text.len, &err))
		return cli_fail(cli, &err);
	cli_page_init(&page);
	ho_page_text(&page, 0, 0, "%s", e.text);
	print_pieces(&page, &e, text);
	uint32_t K = ho_model_label_count(model);
	if (K > 2) {
		ho_page_heading(&page, "The next labels");
		double confidence = e.answer.confidence;
		for (int rank = 0; rank < 3; rank++) { /* the best of those below the last one shown */
			double best = -1;
			uint32_t at = 0;
			for (uint32_t k = 0; k < K; k++)
				if (k != e.answer.label_index && e.answer.probabilities[k] > best && e.answer.probabilities[k] < confidence)
					best = e.answer.probabilities[k], at = k;
			if (best < 0)
				break;
			ho_page_text(&page, 2, 2, "%s  %s", ho_show_percent(best).text, ho_show_short(ho_slice_str(ho_model_label(model, at))).text);
			confidence = best;
		}
	}
	ho_explanation_release(&e);
	return cli_page_finish(cli, &page, CLI_OK);
}

static int print_json(struct cli *cli, struct ho_workspace *ws, struct ho_slice text)
{
	struct ho_error err = {.code = HO_OK};
	char *json = NULL;
	if (ho_explain_json(&json, ws, text.ptr, text.len, &err))
		return cli_fail(cli, &err);
	json_t *object = json_loads(json, 0, NULL);
	ho_string_free(json);
	return cli_json_finish(cli, object, CLI_OK);
}

static int run(struct cli *cli, const char *model_path, const char *word)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_model *model = NULL;
	struct ho_workspace *ws = NULL;
	struct ho_buf input;
	struct ho_slice text = ho_slice_str(word ? word : "");
	int exit;
	ho_buf_init(&input, HO_TEXT_MAX + ((size_t)1 << 17));
	enum ho_status status = ho_model_open(&model, model_path, &err);
	if (status == HO_OK)
		status = ho_workspace_new(&ws, model, &err);
	if (status == HO_OK && (!word || strcmp(word, "-") == 0)) {
		signal(SIGINT, SIG_DFL); /* nothing would be left behind, and the read must end */
		status = read_stdin(&input, &err);
		text = ho_buf_slice(&input);
	}
	if (status)
		exit = cli_fail(cli, &err);
	else
		exit = cli->json ? print_json(cli, ws, text) : print_words(cli, ws, model, text);
	ho_buf_release(&input);
	ho_workspace_free(ws);
	ho_model_free(model);
	return exit;
}

int cmd_explain(struct cli *cli, int argc, char **argv)
{
	struct cli_arguments arguments;
	struct cli_option running[6];
	const struct cli_option *const tables[] = {running};
	int done = CLI_OK;
	cli_run_options(running, cli, false, false);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 1, 1, 2, &help, &done))
		return done;
	return run(cli, arguments.items[0], arguments.n > 1 ? arguments.items[1] : NULL);
}
