#include "figures.h"

#include <math.h>

#include "base/alloc.h"

const double cli_hindsight[3] = {0.01, 0.02, 0.05};

/* Scratch of one evaluation: the counted rows, packed. */
struct packed {
	uint32_t *truth, *predicted; /* [n] truth K: not known to the model */
	double *confidence;
	uint8_t *wrong;
	struct ho_ranked *ranked;
};

static void packed_release(struct packed *p)
{
	ho_free(p->truth);
	ho_free(p->predicted);
	ho_free(p->confidence);
	ho_free(p->wrong);
	ho_free(p->ranked);
}

static enum ho_status packed_new(struct packed *p, size_t n, struct ho_error *err)
{
	*p = (struct packed){ho_alloc(n, sizeof *p->truth), ho_alloc(n, sizeof *p->predicted),
	                     ho_alloc(n, sizeof *p->confidence), ho_alloc(n, 1), ho_alloc(n, sizeof *p->ranked)};
	return p->truth && p->predicted && p->confidence && p->wrong && p->ranked ? HO_OK : ho_fail_nomem(err);
}

/* Names and counts of the labels that the model does not know stand behind its own. */
static enum ho_status name_labels(struct cli_figures *f, const struct ho_model *model, const struct ho_table *table,
                                  const uint32_t *truth, struct ho_error *err)
{
	size_t bytes = 0;
	f->K = f->labels = ho_model_label_count(model);
	for (uint32_t l = 0; l < table->label_count; l++) {
		if (truth[l] != CLI_LABEL_UNKNOWN)
			continue;
		f->labels++;
		bytes += table->labels[l].len + 1;
	}
	f->names = ho_calloc(f->labels, sizeof *f->names);
	f->per_label = ho_calloc(f->labels, sizeof *f->per_label);
	f->unknown_names = ho_alloc(bytes, 1);
	f->confusion = ho_calloc(((size_t)f->K + 1) * (f->K + 1), sizeof *f->confusion);
	if (!f->names || !f->per_label || !f->unknown_names || !f->confusion)
		return ho_fail_nomem(err);
	char *at = f->unknown_names;
	uint32_t next = f->K;
	for (uint32_t k = 0; k < f->K; k++)
		f->names[k] = ho_model_label(model, k);
	for (uint32_t l = 0; l < table->label_count; l++) {
		if (truth[l] != CLI_LABEL_UNKNOWN)
			continue;
		f->names[next++] = at;
		memcpy(at, table->labels[l].ptr, table->labels[l].len);
		at += table->labels[l].len;
		*at++ = '\0';
	}
	return HO_OK;
}

static void count_row(struct cli_figures *f, struct packed *p, const struct cli_scored *row, uint32_t truth)
{
	size_t i = f->n++;
	bool unknown = truth == CLI_LABEL_UNKNOWN, wrong = truth != row->predicted;
	p->truth[i] = unknown ? f->K : truth;
	p->predicted[i] = row->predicted;
	p->confidence[i] = row->confidence;
	p->wrong[i] = wrong;
	f->unknown += unknown;
	f->right += !wrong;
	f->log_loss += row->log_loss;
	f->brier += row->brier;
	if (row->decision == HO_AUTO) {
		f->automated++;
		f->automated_wrong += wrong;
	} else {
		f->by_reason[row->reason < 5 ? row->reason : 0]++;
	}
}

static void count_rows(struct cli_figures *f, struct packed *p, const struct ho_table *table,
                       const struct cli_scored *rows, const uint32_t *truth)
{
	for (size_t i = 0; i < table->n; i++) {
		uint32_t label = table->label[i];
		if (label >= table->label_count)
			continue;
		if (rows[i].seen)
			f->seen++;
		else
			count_row(f, p, &rows[i], truth[label]);
	}
}

/* Rows of each label that the model does not know: their only figure, as they are never predicted. */
static enum ho_status count_unknown(struct cli_figures *f, const struct ho_table *table, const struct cli_scored *rows,
                                    const uint32_t *truth, struct ho_error *err)
{
	uint32_t next = f->K, *place = ho_alloc(table->label_count, sizeof *place);
	if (!place)
		return ho_fail_nomem(err);
	for (uint32_t l = 0; l < table->label_count; l++)
		place[l] = truth[l] == CLI_LABEL_UNKNOWN ? next++ : UINT32_MAX;
	for (size_t i = 0; i < table->n; i++) {
		uint32_t label = table->label[i];
		if (label < table->label_count && !rows[i].seen && place[label] != UINT32_MAX)
			f->per_label[place[label]].n++;
	}
	ho_free(place);
	return HO_OK;
}

static void summarise(struct cli_figures *f, struct packed *p)
{
	double n = (double)f->n;
	f->accuracy = (double)f->right / n;
	f->accuracy_interval = ho_binomial_interval(f->right, f->n, 0.95);
	f->log_loss /= n;
	f->brier /= n;
	f->ece = ho_metrics_ece(p->confidence, p->wrong, f->n);
	ho_metrics_rank(p->ranked, p->confidence, p->wrong, f->n);
	f->aurc = ho_metrics_aurc(p->ranked, f->n);
	for (int i = 0; i < 3; i++)
		f->coverage_at[i] = ho_metrics_coverage_at_error(NULL, p->ranked, f->n, cli_hindsight[i]);
}

static enum ho_status per_label(struct cli_figures *f, const struct packed *p, const struct ho_table *table,
                                const struct cli_scored *rows, const uint32_t *truth, struct ho_error *err)
{
	struct ho_label_metrics *all = ho_alloc((size_t)f->K + 1, sizeof *all);
	if (!all)
		return ho_fail_nomem(err);
	enum ho_status status = ho_metrics_confusion(f->confusion, p->truth, p->predicted, f->n, (size_t)f->K + 1, err);
	if (status == HO_OK) {
		ho_metrics_per_label(all, f->confusion, (size_t)f->K + 1);
		memcpy(f->per_label, all, f->K * sizeof *all);
		status = count_unknown(f, table, rows, truth, err);
		f->macro_f1 = ho_metrics_macro_f1(f->per_label, f->labels);
	}
	ho_free(all);
	return status;
}

static struct cli_kept judge(double max_error, double threshold, uint64_t n, uint64_t wrong)
{
	struct cli_kept kept = {
	    max_error, threshold, n, wrong, n ? (double)wrong / (double)n : NAN, ho_binomial_interval(wrong, n, 0.95),
	    -1};
	if (n && kept.interval.hi <= max_error)
		kept.kept = 1;
	else if (n && kept.interval.lo > max_error)
		kept.kept = 0;
	return kept;
}

/* A promise per predicted label counts the automatic answers with that label; a single one counts all. */
static enum ho_status judge_promises(struct cli_figures *f, const struct ho_table *table, const struct cli_scored *rows,
                                     const uint32_t *truth, struct ho_error *err)
{
	const struct ho_model_certificate *c = &f->certificate;
	f->automatic = judge(NAN, NAN, f->automated, f->automated_wrong);
	f->kept = -1;
	if (c->kind == HO_PROMISE_NONE)
		return HO_OK;
	f->n_promises = c->per_label ? c->labels : 1;
	f->promises = ho_calloc(f->n_promises, sizeof *f->promises);
	uint64_t *counts = ho_calloc(2 * (size_t)f->n_promises, sizeof *counts);
	if (!f->promises || !counts) {
		ho_free(counts);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < table->n; i++) {
		uint32_t label = table->label[i], at = c->per_label ? rows[i].predicted : 0;
		if (label >= table->label_count || rows[i].seen || rows[i].decision != HO_AUTO || at >= f->n_promises)
			continue;
		counts[2 * at]++;
		counts[2 * at + 1] += truth[label] != rows[i].predicted;
	}
	uint32_t asked = 0, shown = 0;
	for (uint32_t i = 0; i < f->n_promises; i++) {
		double alpha = c->kind == HO_PROMISE_REVIEW_SHARE ? c->bound : c->max_error[i];
		f->promises[i] = judge(alpha, c->threshold[i], counts[2 * i], counts[2 * i + 1]);
		asked += alpha < 1;
		shown += alpha < 1 && f->promises[i].kept == 1;
		if (alpha < 1 && f->promises[i].kept == 0)
			f->kept = 0;
	}
	if (f->kept != 0 && asked && shown == asked)
		f->kept = 1;
	ho_free(counts);
	return HO_OK;
}

enum ho_status cli_figures(struct cli_figures *out, const struct ho_model *model, const struct ho_table *table,
                           const struct cli_scored *rows, const uint32_t *truth, struct ho_error *err)
{
	struct packed packed = {NULL};
	*out = (struct cli_figures){.n = 0};
	ho_model_certificate(&out->certificate, model);
	enum ho_status status = name_labels(out, model, table, truth, err);
	if (status == HO_OK)
		status = packed_new(&packed, table->n, err);
	if (status == HO_OK) {
		count_rows(out, &packed, table, rows, truth);
		if (out->n == 0)
			status = ho_fail(err, HO_EFORMAT,
			                 out->seen ? "training had every text of it; new texts are needed to evaluate"
			                           : "it has no labelled text; give labelled texts");
	}
	if (status == HO_OK) {
		summarise(out, &packed);
		status = per_label(out, &packed, table, rows, truth, err);
	}
	if (status == HO_OK)
		status = judge_promises(out, table, rows, truth, err);
	packed_release(&packed);
	if (status)
		cli_figures_release(out);
	return status;
}

enum ho_status cli_evaluate(struct cli_figures *out, const struct ho_model *model, const struct ho_table *table,
                            const struct cli *cli, struct ho_error *err)
{
	uint32_t *truth = NULL;
	struct cli_scored *rows = NULL;
	*out = (struct cli_figures){.n = 0};
	enum ho_status status = cli_match_labels(&truth, model, table, err);
	if (status == HO_OK)
		status = cli_score(&rows, model, table, truth, cli, err);
	if (status == HO_OK)
		status = cli_figures(out, model, table, rows, truth, err);
	ho_free(truth);
	ho_free(rows);
	return status;
}

void cli_figures_release(struct cli_figures *f)
{
	ho_free(f->names);
	ho_free(f->unknown_names);
	ho_free(f->per_label);
	ho_free(f->confusion);
	ho_free(f->promises);
	*f = (struct cli_figures){.n = 0};
}
