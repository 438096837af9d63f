/* compare: two models on the same texts; is the difference more than luck? */
#include <math.h>

#include "base/alloc.h"
#include "data.h"
#include "figures.h"
#include "report/findings.h"
#include "report/show.h"

static const struct cli_help help = {
    .usage = "handoff compare MODEL_A MODEL_B DATA [--text COLUMN]... [--target COLUMN]",
    .about = "Answers the same labelled texts with both models. Texts that either of them was trained on are left out. "
             "The difference "
             "is B less A; whether it is more than luck says the exact McNemar test on the texts where only one is "
             "right. A model is "
             "called better if p < 0.05.",
    .examples = "handoff compare old.handoff new.handoff t.test.jsonl\n"
                "handoff compare old.handoff new.handoff t.test.jsonl --json\n",
};

struct contest {
	struct ho_model *model[2];
	struct cli_scored *rows[2];
	struct cli_figures figures[2];
	uint32_t *truth[2];
	struct ho_paired paired;
	struct ho_difference difference;
	double p;
	const char *better; /* "a", "b" or NULL */
};

static void contest_release(struct contest *c)
{
	for (int m = 0; m < 2; m++) {
		cli_figures_release(&c->figures[m]);
		ho_free(c->rows[m]);
		ho_free(c->truth[m]);
		ho_model_free(c->model[m]);
	}
}

static enum ho_status answer(struct contest *c, int m, const struct ho_table *table, const struct cli *cli,
                             struct ho_error *err)
{
	enum ho_status status = cli_match_labels(&c->truth[m], c->model[m], table, err);
	return status ? status : cli_score(&c->rows[m], c->model[m], table, c->truth[m], cli, err);
}

/* A text that either model was trained on is no test for the pair. */
static void pair_up(struct contest *c, const struct ho_table *table)
{
	for (size_t i = 0; i < table->n; i++) {
		uint8_t seen = c->rows[0][i].seen | c->rows[1][i].seen;
		c->rows[0][i].seen = c->rows[1][i].seen = seen;
		if (seen || table->label[i] >= table->label_count)
			continue;
		bool right_a = c->rows[0][i].predicted == c->truth[0][table->label[i]];
		bool right_b = c->rows[1][i].predicted == c->truth[1][table->label[i]];
		c->paired.both += right_a && right_b;
		c->paired.only_a += right_a && !right_b;
		c->paired.only_b += !right_a && right_b;
		c->paired.neither += !right_a && !right_b;
	}
}

static enum ho_status contest(struct contest *c, const struct ho_table *table, const struct cli *cli,
                              struct ho_error *err)
{
	enum ho_status status = answer(c, 0, table, cli, err);
	if (status == HO_OK)
		status = answer(c, 1, table, cli, err);
	if (status == HO_OK)
		pair_up(c, table);
	for (int m = 0; m < 2 && status == HO_OK; m++)
		status = cli_figures(&c->figures[m], c->model[m], table, c->rows[m], c->truth[m], err);
	if (status)
		return status;
	c->difference = ho_paired_difference(c->paired, 0.95);
	c->p = ho_mcnemar_exact(c->paired);
	if (c->p < 0.05)
		c->better = c->difference.difference > 0 ? "b" : "a";
	return HO_OK;
}

static double coverage(const struct cli_figures *f)
{
	return (double)f->automated / (double)f->n;
}

static double auto_error(const struct cli_figures *f)
{
	return f->automated ? (double)f->automated_wrong / (double)f->automated : NAN;
}

/* Figures of the label in that model; a label it does not know has none right. */
static struct ho_label_metrics of_label(const struct cli_figures *f, struct ho_slice name)
{
	for (uint32_t l = 0; l < f->labels; l++)
		if (ho_slice_is(name, f->names[l]))
			return f->per_label[l];
	return (struct ho_label_metrics){.n = 0};
}

static json_t *per_label_json(const struct contest *c)
{
	json_t *object = json_object();
	for (int m = 0; m < 2; m++) {
		for (uint32_t l = 0; object && l < c->figures[m].labels; l++) {
			const char *name = c->figures[m].names[l];
			struct ho_label_metrics a = of_label(&c->figures[0], ho_slice_str(name));
			struct ho_label_metrics b = of_label(&c->figures[1], ho_slice_str(name));
			json_t *one =
			    json_pack("{sI s[ff] s[ff] s[ff]}", "n", (json_int_t)(a.n > b.n ? a.n : b.n), "precision",
			              a.precision, b.precision, "recall", a.recall, b.recall, "f1", a.f1, b.f1);
			if (json_object_set_new(object, name, one)) {
				json_decref(object);
				object = NULL;
			}
		}
	}
	return object;
}

static int print_json(struct cli *cli, const struct contest *c, const struct ho_table *table)
{
	const struct cli_figures *a = &c->figures[0], *b = &c->figures[1];
	json_t *object = json_pack(
	    "{sI sI s[ff] sf s[ff] sf so s[ff] s[oo] s[ff] s{sI sI sI sI} so so}", "n", (json_int_t)a->n, "seen",
	    (json_int_t)a->seen, "accuracy", a->accuracy, b->accuracy, "difference", c->difference.difference,
	    "interval", c->difference.interval.lo, c->difference.interval.hi, "p_value", c->p, "better",
	    c->better ? json_string(c->better) : json_null(), "coverage", coverage(a), coverage(b), "automated_error",
	    ho_json_number(auto_error(a)), ho_json_number(auto_error(b)), "macro_f1", a->macro_f1, b->macro_f1,
	    "paired", "both", (json_int_t)c->paired.both, "only_a", (json_int_t)c->paired.only_a, "only_b",
	    (json_int_t)c->paired.only_b, "neither", (json_int_t)c->paired.neither, "per_label", per_label_json(c),
	    "notes", cli_notes_json(&table->notes));
	return cli_json_finish(cli, object, CLI_OK);
}

static void grid_row(struct ho_grid *grid, const char *what, const char *a, const char *b)
{
	ho_grid_cell(grid, "%s", what);
	ho_grid_cell(grid, "%s", a);
	ho_grid_cell(grid, "%s", b);
}

static void print_labels(struct ho_page *page, const struct contest *c)
{
	enum { SHOWN = 20 };
	struct ho_grid grid;
	const struct cli_figures *f = &c->figures[0];
	ho_page_heading(page, "F1 by label");
	ho_grid_init(&grid, "lrrr");
	grid_row(&grid, "label", "texts", "A");
	ho_grid_cell(&grid, "B");
	for (uint32_t l = 0; l < f->labels && l < SHOWN; l++) {
		struct ho_label_metrics b = of_label(&c->figures[1], ho_slice_str(f->names[l]));
		grid_row(&grid, ho_show_short(ho_slice_str(f->names[l])).text, ho_show_count(f->per_label[l].n).text,
		         ho_show_percent(f->per_label[l].f1).text);
		ho_grid_cell(&grid, "%s", ho_show_percent(b.f1).text);
	}
	ho_page_grid(page, 2, &grid, true);
	if (f->labels > SHOWN)
		ho_page_text(page, 2, 2, "... and %u more labels; --json has them all.", f->labels - SHOWN);
}

static void print_verdict(struct ho_page *page, const struct contest *c)
{
	struct ho_shown by =
	    ho_show_points(c->difference.difference, c->difference.interval.lo, c->difference.interval.hi);
	if (c->better)
		ho_page_text(page, 0, 0, "Model %s is better on %s: B less A is %s, p = %.2g.",
		             c->better[0] == 'a' ? "A" : "B", ho_show_counted(c->figures[0].n, "text").text, by.text,
		             c->p);
	else
		ho_page_text(page, 0, 0, "No difference is shown on %s: B less A is %s, p = %.2g.",
		             ho_show_counted(c->figures[0].n, "text").text, by.text, c->p);
	ho_page_text(page, 0, 0, "Both are right on %s, only A on %s, only B on %s, neither on %s.",
	             ho_show_count(c->paired.both).text, ho_show_count(c->paired.only_a).text,
	             ho_show_count(c->paired.only_b).text, ho_show_count(c->paired.neither).text);
	if (c->figures[0].seen)
		ho_page_text(page, 0, 0, "%s that one of them was trained on %s left out.",
		             ho_show_counted(c->figures[0].seen, "text").text, c->figures[0].seen == 1 ? "is" : "are");
}

static int print_words(struct cli *cli, const struct contest *c, const char *const *paths)
{
	const struct cli_figures *a = &c->figures[0], *b = &c->figures[1];
	struct ho_page page;
	struct ho_grid grid;
	cli_page_init(&page);
	print_verdict(&page, c);
	ho_page_blank(&page);
	ho_page_text(&page, 2, 5, "A: %s", paths[0]);
	ho_page_text(&page, 2, 5, "B: %s", paths[1]);
	ho_page_blank(&page);
	ho_grid_init(&grid, "lrr");
	grid_row(&grid, "", "A", "B");
	grid_row(&grid, "accuracy",
	         ho_show_interval(a->accuracy, a->accuracy_interval.lo, a->accuracy_interval.hi).text,
	         ho_show_interval(b->accuracy, b->accuracy_interval.lo, b->accuracy_interval.hi).text);
	grid_row(&grid, "macro F1", ho_show_percent(a->macro_f1).text, ho_show_percent(b->macro_f1).text);
	grid_row(&grid, "answered automatically", ho_show_percent(coverage(a)).text, ho_show_percent(coverage(b)).text);
	grid_row(&grid, "wrong among those", ho_show_percent(auto_error(a)).text, ho_show_percent(auto_error(b)).text);
	ho_page_grid(&page, 2, &grid, true);
	print_labels(&page, c);
	return cli_page_finish(cli, &page, CLI_OK);
}

static int run(struct cli *cli, struct cli_data *data, const char *const *paths)
{
	struct ho_error err = {.code = HO_OK};
	struct ho_table table = {.n = 0};
	struct contest c = {.p = 1};
	int exit;
	enum ho_status status = cli_open_model(&c.model[0], paths[0], &err);
	if (status == HO_OK)
		status = cli_open_model(&c.model[1], paths[1], &err);
	if (status == HO_OK)
		status = cli_data_from_model(data, c.model[0], paths[2], true, &err);
	if (status == HO_OK)
		status = cli_read_table(cli, &table, data, paths[2], CLI_LABELS_NEEDED, false, &err);
	if (status == HO_OK && (status = contest(&c, &table, cli, &err)) != HO_OK && !err.place[0])
		(void)ho_error_at(&err, "%s", paths[2]);
	if (status)
		exit = cli_fail(cli, &err);
	else
		exit = cli->json ? print_json(cli, &c, &table) : print_words(cli, &c, paths);
	contest_release(&c);
	ho_table_release(&table);
	return exit;
}

int cmd_compare(struct cli *cli, int argc, char **argv)
{
	struct cli_data data = {.format = NULL};
	struct cli_arguments arguments;
	struct cli_option reading[9], running[6];
	const struct cli_option *const tables[] = {reading, running};
	int done = CLI_OK;
	cli_data_options(reading, &data, true);
	cli_run_options(running, cli, true, false);
	if (!cli_begin(cli, &arguments, argc, argv, tables, 2, 3, 3, &help, &done))
		return done;
	return run(cli, &data, arguments.items);
}
