#include "evaluation.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "data.h"
#include "report/show.h"

static const double coverage_errors[CLI_COVERAGES] = {0.01, 0.02, 0.05};

/* A K x K matrix would be too large for many labels; margins and diagonal are enough here. */
static enum ho_status count_labels(struct cli_evaluation *e, struct ho_error *err)
{
	const struct cli_scores *s = &e->scores;
	uint32_t K = s->names.n;
	e->labels = ho_calloc(K, sizeof *e->labels);
	e->label_automatic = ho_calloc(s->known, sizeof *e->label_automatic);
	e->label_automatic_wrong = ho_calloc(s->known, sizeof *e->label_automatic_wrong);
	if (!e->labels || !e->label_automatic || !e->label_automatic_wrong)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < s->n; i++) {
		e->labels[s->truth[i]].n++;
		e->labels[s->predicted[i]].predicted++;
		e->labels[s->truth[i]].correct += !s->wrong[i];
		e->label_automatic[s->predicted[i]] += s->automatic[i];
		e->label_automatic_wrong[s->predicted[i]] += s->automatic[i] && s->wrong[i];
	}
	for (uint32_t k = 0; k < K; k++) {
		struct ho_label_metrics *l = &e->labels[k];
		l->precision = l->predicted ? (double)l->correct / (double)l->predicted : 0;
		l->recall = l->n ? (double)l->correct / (double)l->n : 0;
		l->f1 = l->n + l->predicted ? 2 * (double)l->correct / (double)(l->n + l->predicted) : 0;
	}
	e->macro_f1 = ho_metrics_macro_f1(e->labels, K);
	return HO_OK;
}

static int by_key(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Put a pair among the most frequent ones; of equals the earlier stays. */
static void keep_confused(struct cli_evaluation *e, uint64_t key, uint64_t n)
{
	size_t at = e->n_confused;
	while (at > 0 && e->confused[at - 1].n < n)
		at--;
	if (at == CLI_CONFUSED_MAX)
		return;
	size_t last = e->n_confused < CLI_CONFUSED_MAX ? e->n_confused++ : CLI_CONFUSED_MAX - 1;
	memmove(&e->confused[at + 1], &e->confused[at], (last - at) * sizeof *e->confused);
	e->confused[at] = (struct cli_confused){(uint32_t)(key >> 32), (uint32_t)key, n};
}

static enum ho_status find_confused(struct cli_evaluation *e, struct ho_error *err)
{
	const struct cli_scores *s = &e->scores;
	uint64_t *keys = ho_alloc(e->errors, sizeof *keys);
	size_t n = 0;
	if (!keys)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < s->n; i++)
		if (s->wrong[i])
			keys[n++] = (uint64_t)s->truth[i] << 32 | s->predicted[i];
	if (n)
		qsort(keys, n, sizeof *keys, by_key);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && keys[end] == keys[i];)
			end++;
		keep_confused(e, keys[i], end - i);
	}
	ho_free(keys);
	return HO_OK;
}

static enum ho_status rank(struct cli_evaluation *e, struct ho_error *err)
{
	const struct cli_scores *s = &e->scores;
	struct ho_ranked *ranked = ho_alloc(s->n, sizeof *ranked);
	if (!ranked)
		return ho_fail_nomem(err);
	ho_metrics_rank(ranked, s->confidence, s->wrong, s->n);
	e->aurc = ho_metrics_aurc(ranked, s->n).aurc;
	for (size_t c = 0; c < CLI_COVERAGES; c++)
		e->coverage_at_error[c] = ho_metrics_coverage_at_error(NULL, ranked, s->n, coverage_errors[c]);
	if (e->asked_error > 0)
		e->coverage_at_asked = ho_metrics_coverage_at_error(NULL, ranked, s->n, e->asked_error);
	ho_free(ranked);
	return HO_OK;
}

static enum cli_kept judge(uint64_t wrong, uint64_t n, double max_error, double level)
{
	struct ho_interval interval = ho_binomial_interval(wrong, n, level);
	if (n == 0)
		return CLI_KEPT_UNKNOWN;
	return interval.hi <= max_error ? CLI_KEPT : interval.lo > max_error ? CLI_BROKEN : CLI_KEPT_UNKNOWN;
}

/* One promise: the exact 95% interval. Several: the 5% are shared, and a single broken one breaks the whole. */
static enum cli_kept judge_promise(const struct cli_evaluation *e)
{
	const struct ho_model_certificate *c = &e->certificate;
	uint32_t promises = 0;
	enum cli_kept all = CLI_KEPT;
	if (c->kind == HO_PROMISE_NONE)
		return CLI_KEPT_UNKNOWN;
	if (!c->per_label)
		return judge(e->automatic_wrong, e->automatic,
		             c->kind == HO_PROMISE_REVIEW_SHARE ? c->bound : c->max_error[0], 0.95);
	for (uint32_t k = 0; k < c->labels; k++)
		promises += c->max_error[k] < 1 && c->threshold[k] < 1;
	for (uint32_t k = 0; k < c->labels; k++) {
		if (!(c->max_error[k] < 1 && c->threshold[k] < 1))
			continue;
		enum cli_kept one =
		    judge(e->label_automatic_wrong[k], e->label_automatic[k], c->max_error[k], 1 - 0.05 / promises);
		if (one == CLI_BROKEN)
			return CLI_BROKEN;
		all = one == CLI_KEPT_UNKNOWN ? CLI_KEPT_UNKNOWN : all;
	}
	return promises ? all : CLI_KEPT_UNKNOWN;
}

static enum ho_status compute(struct cli_evaluation *e, struct ho_error *err)
{
	const struct cli_scores *s = &e->scores;
	e->errors = cli_count(s->wrong, s->n);
	for (size_t i = 0; i < s->n; i++) {
		e->log_loss += s->log_loss[i] / (double)s->n;
		e->brier += s->brier[i] / (double)s->n;
		e->automatic += s->automatic[i];
		e->automatic_wrong += s->automatic[i] && s->wrong[i];
	}
	e->accuracy = ho_binomial_interval(s->n - e->errors, s->n, 0.95);
	e->automatic_error = ho_binomial_interval(e->automatic_wrong, e->automatic, 0.95);
	e->ece = ho_metrics_ece(s->confidence, s->wrong, s->n);
	enum ho_status status = count_labels(e, err);
	if (status == HO_OK)
		status = find_confused(e, err);
	if (status == HO_OK)
		status = rank(e, err);
	ho_model_certificate(&e->certificate, e->model);
	if (status == HO_OK)
		e->kept = judge_promise(e);
	return status;
}

enum ho_status cli_refuse_labels(const struct ho_model *model, const struct ho_table *table, struct ho_error *err)
{
	char here[200], known[200];
	size_t used = 0;
	cli_list_labels(here, sizeof here, table);
	for (uint32_t k = 0; k < ho_model_label_count(model) && used < sizeof known - 60; k++)
		used += (size_t)snprintf(known + used, sizeof known - used, "%s'%s'", k ? ", " : "",
		                         ho_show_short(ho_slice_str(ho_model_label(model, k))).text);
	return ho_fail(err, HO_EFORMAT,
	               "the model knows none of the labels of these data: they have %s, it knows %s%s; is --target "
	               "the right column? --map OLD=NEW renames a label",
	               here, known, used >= sizeof known - 60 ? ", ..." : "");
}

enum ho_status cli_know_vectors(struct cli *cli, struct ho_model *model, const char *path, const struct ho_table *table,
                                struct ho_error *err)
{
	size_t found;
	enum ho_status status = ho_model_know_vectors(model, &found, path, table->text, table->n,
	                                              cli->threads ? cli->threads : ho_cores(), &cli->progress, err);
	cli_progress_clear(cli);
	if (status == HO_OK && found)
		cli_note(cli, "the vectors of %zu texts were in %s", found, path);
	return status;
}

enum ho_status cli_evaluate(struct cli_evaluation *out, struct cli *cli, const struct ho_model *model,
                            const struct ho_table *table, double asked_error, struct ho_error *err)
{
	uint32_t *rows = NULL;
	size_t n = 0;
	*out = (struct cli_evaluation){.model = model, .asked_error = asked_error};
	enum ho_status status = cli_unseen_rows(&rows, &n, table, &model, 1, err);
	if (status == HO_OK)
		status = cli_score(&out->scores, cli, model, table, rows, n, err);
	out->seen = table->n - n;
	if (status == HO_OK && n && out->scores.unknown_rows == n)
		status = cli_refuse_labels(model, table, err);
	if (status == HO_OK)
		status = compute(out, err);
	ho_free(rows);
	if (status)
		cli_evaluation_release(out);
	return status;
}

void cli_evaluation_release(struct cli_evaluation *e)
{
	cli_scores_release(&e->scores);
	ho_free(e->labels);
	ho_free(e->label_automatic);
	ho_free(e->label_automatic_wrong);
	*e = (struct cli_evaluation){.model = NULL};
}
