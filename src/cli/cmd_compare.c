/* compare: is one model better than another on the same texts, or is it luck? */
#include "base/alloc.h"
#include "data.h"
#include "evaluation.h"
#include "judge/significance.h"
#include "report/show.h"

static const struct cli_help help = {
    .usage = "handoff compare MODEL MODEL DATA [--text COLUMN]... [--target COLUMN]",
    .about = "Answers the labelled texts of DATA with both models, text by text. Texts that either of them had in "
             "training are left out. The first model is a, the second is b; a difference is b less a. The test is "
             "McNemar's exact test, and a model is called better if p is below 0.05.",
    .examples = "handoff compare old.handoff new.handoff t.test.jsonl\n"
                "handoff compare old.handoff new.handoff t.test.jsonl --json\n",
};

enum { LABELS_SHOWN = 30 };

struct comparison {
	struct ho_model *model[2];
	struct ho_table table;
	uint32_t *rows; /* [n] that neither model has seen */
	size_t n;
	struct cli_scores scores[2];
	uint64_t *label_n;        /* [label_count] of the table's labels */
	uint64_t *label_right[2]; /* [label_count] */
	struct ho_paired paired;
	struct ho_difference difference;
	double p, accuracy[2], coverage[2];
};

static enum ho_status count_labels(struct comparison *c, struct ho_error *err)
{
	c->label_n = ho_calloc(c->table.label_count, sizeof *c->label_n);
	for (int m = 0; m < 2; m++)
		c->label_right[m] = ho_calloc(c->table.label_count, sizeof *c->label_right[m]);
	if (!c->label_n || !c->label_right[0] || !c->label_right[1])
		return ho_fail_nomem(err);
	for (size_t i = 0; i < c->n; i++) {
		uint32_t label = c->table.label[c->rows[i]];
		c->label_n[label]++;
		for (int m = 0; m < 2; m++)
			c->label_right[m][label] += !c->scores[m].wrong[i];
	}
	return HO_OK;
}

static enum ho_status compute(struct comparison *c, struct cli *cli, struct ho_error *err)
{
	enum ho_status status =
	    cli_unseen_rows(&c->rows, &c->n, &c->table, (const struct ho_model *const *)c->model, 2, err);
	for (int m = 0; m < 2 && status == HO_OK; m++) {
		status = cli_score(&c->scores[m], cli, c->model[m], &c->table, c->rows, c->n, err);
		if (status == HO_OK && c->n) {
			c->accuracy[m] = 1 - (double)cli_count(c->scores[m].wrong, c->n) / (double)c->n;
			c->coverage[m] = (double)cli_count(c->scores[m].automatic, c->n) / (double)c->n;
		}
	}
	for (int m = 0; m < 2 && status == HO_OK && c->n; m++)
		if (c->scores[m].unknown_rows == c->n)
			status = cli_refuse_labels(c->model[m], &c->table, err);
	if (status)
		return status;
	c->paired = ho_paired_count(c->scores[0].wrong, c->scores[1].wrong, c->n);
	c->difference = ho_paired_difference(c->paired, 0.95);
	c->p = ho_mcnemar_exact(c->paired);
	return count_labels(c, err);
}

static const char *better(const struct comparison *c)
{
	return !(c->p < 0.05) ? NULL : c->difference.difference > 0 ? "b" : "a";
}

static json_t *per_label(const struct comparison *c)
{
	json_t *object = json_object();
	for (uint32_t l = 0; object && l < c->table.label_count; l++) {
		double n = (double)c->label_n[l];
		if (!c->label_n[l])
			continue;
		json_t *one = json_pack("{s:I, s:[f, f]}", "n", (json_int_t)c->label_n[l], "recall",
		                        (double)c->label_right[0][l] / n, (double)c->label_right[1][l] / n);
		if (!cli_json_set(object, c->table.labels[l], one)) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *pair(const struct comparison *c, const double figures[2])
{
	return c->n ? json_pack("[f, f]", figures[0], figures[1]) : json_pack("[n, n]");
}

static int print_json(struct cli *cli, const struct comparison *c)
{
	json_t *object =
	    json_pack("{s:I, s:I, s:o, s:o, s:o, s:o, s:s?, s:o, s:o, s:o, s:o}", "n", (json_int_t)c->n, "seen",
	              (json_int_t)(c->table.n - c->n), "accuracy", pair(c, c->accuracy), "difference",
	              c->n ? json_real(c->difference.difference) : json_null(), "interval",
	              c->n ? cli_json_interval(c->difference.interval) : json_null(), "p_value",
	              c->n ? json_real(c->p) : json_null(), "better", better(c), "coverage", pair(c, c->coverage),
	              "unknown_labels",
	              json_pack("[I, I]", (json_int_t)c->scores[0].unknown_rows, (json_int_t)c->scores[1].unknown_rows),
	              "per_label", per_label(c), "notes", cli_notes_json(&c->table.notes));
	return cli_json_finish(cli, object, CLI_OK);
}

static void print_figures(struct ho_page *page, const struct comparison *c, const char *const names[2])
{
	struct ho_grid grid;
	ho_grid_init(&grid, "llrr");
	ho_grid_cell(&grid, " ");
	ho_grid_cell(&grid, "model");
	ho_grid_cell(&grid, "accuracy");
	ho_grid_cell(&grid, "answered automatically");
	for (int m = 0; m < 2; m++) {
		ho_grid_cell(&grid, "%c", 'a' + m);
		ho_grid_cell(&grid, "%s", names[m]);
		ho_grid_cell(&grid, "%s", ho_show_percent(c->accuracy[m]).text);
		ho_grid_cell(&grid, "%s", ho_show_percent(c->coverage[m]).text);
	}
	ho_page_blank(page);
	ho_page_grid(page, 2, &grid, true);
	ho_page_blank(page);
}

static void print_verdict(struct ho_page *page, const struct comparison *c)
{
	const char *winner = better(c);
	struct ho_shown points =
	    ho_show_points(c->difference.difference, c->difference.interval.lo, c->difference.interval.hi);
	if (winner)
		ho_page_text(page, 0, 0, "Model %s is better: b less a is %s (95%% interval), p = %.2g.", winner,
		             points.text, c->p);
	else
		ho_page_text(page, 0, 0, "No difference can be shown: b less a is %s (95%% interval), p = %.2g.",
		             points.text, c->p);
	ho_page_text(page, 0, 0, "Only a is right on %s, only b on %s; both are wrong on %s.",
	             ho_show_counted(c->paired.only_a, "text").text, ho_show_count(c->paired.only_b).text,
	             ho_show_count(c->paired.neither).text);
}

static void print_labels(struct ho_page *page, const struct comparison *c)
{
	struct ho_grid grid;
	ho_page_heading(page, "Right answers by label");
	ho_grid_init(&grid, "lrrr");
	ho_grid_cell(&grid, "label");
	ho_grid_cell(&grid, "texts");
	ho_grid_cell(&grid, "a");
	ho_grid_cell(&grid, "b");
	uint32_t shown = 0, rest = 0;
	for (uint32_t l = 0; l < c->table.label_count; l++) {
		double n = (double)c->label_n[l];
		if (!c->label_n[l])
			continue;
		if (shown == LABELS_SHOWN) {
			rest++;
			continue;
		}
		shown++;
		ho_grid_cell(&grid, "%s", ho_show_short(c->table.labels[l]).text);
		ho_grid_cell(&grid, "%s", ho_show_count(c->label_n[l]).text);
		for (int m = 0; m < 2; m++)
			ho_grid_cell(&grid, "%s", ho_show_percent((double)c->label_right[m][l] / n).text);
	}
	ho_page_grid(page, 2, &grid, true);
	if (rest)
		ho_page_text(page, 2, 2, "... and %u more labels (--json has all).", rest);
}

static int print_words(struct cli *cli, const struct comparison *c, const char *const names[2])
{
	struct ho_page page;
	cli_page_init(&page);
	ho_page_text(&page, 0, 0, "%s that neither model has seen; %s left out.", ho_show_counted(c->n, "text").text,
	             ho_show_count(c->table.n - c->n).text);
	if (c->n == 0) {
		ho_page_text(&page, 0, 0,
		             "Nothing is left to compare them by. Use texts that were kept out of both trainings.");
		return cli_page_finish(cli, &page, CLI_OK);
	}
	print_figures(&page, c, names);
	print_verdict(&page, c);
	for (int m = 0; m < 2; m++)
		if (c->scores[m].unknown_rows)
			ho_page_text(&page, 0, 0, "Model %c does not know the label of %s: counted as wrong.", 'a' + m,
			             ho_show_counted(c->scores[m].unknown_rows, "text").text);
	print_labels(&page, c);
	return cli_page_finish(cli, &page, CLI_OK);
}

static void release(struct comparison *c)
{
	for (int m = 0; m < 2; m++) {
		cli_scores_release(&c->scores[m]);
		ho_free(c->label_right[m]);
		ho_model_free(c->model[m]);
	}
	ho_free(c->label_n);
	ho_free(c->rows);
	ho_table_release(&c->table);
}

static int run(struct cli *cli, struct cli_data *data, const char *const paths[3])
{
	struct ho_error err = {.code = HO_OK};
	struct comparison c = {.n = 0};
	enum ho_status status = ho_model_open(&c.model[0], paths[0], &err);
	if (status == HO_OK)
		status = ho_model_open(&c.model[1], paths[1], &err);
	if (status == HO_OK)
		cli_data_from_model(data, c.model[0]);
	if (status == HO_OK)
		status = cli_read_table(cli, &c.table, data, paths[2], CLI_LABELS_NEEDED, false, &err);
	if (status == HO_OK)
		status = compute(&c, cli, &err);
	int exit = status ? cli_fail(cli, &err) : cli->json ? print_json(cli, &c) : print_words(cli, &c, paths);
	release(&c);
	return exit;
}

int cmd_compare(struct cli *cli, int argc, char **argv)
{
	struct cli_data data = {.format = NULL};
	struct cli_arguments arguments;
	const struct cli_option own[] = {{.name = NULL}};
	int done = CLI_OK;
	if (!cli_begin_data(cli, &arguments, &data, argc, argv, own, 3, 3, &help, &done))
		return done;
	data.models[0] = arguments.items[0];
	data.models[1] = arguments.items[1];
	return run(cli, &data, arguments.items);
}
