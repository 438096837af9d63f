#include "run_model.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/pool.h"
#include "judge/metrics.h"
#include "near/near.h"

/* Rows of one task. */
enum { BLOCK = 256 };

struct scoring {
	const struct ho_model *model;
	const struct ho_table *table;
	const uint32_t *truth;
	const struct ho_progress *progress;
	struct ho_workspace **workspaces; /* [threads], made when a worker first needs one */
	struct cli_scored *out;
};

enum ho_status cli_match_labels(uint32_t **out, const struct ho_model *model, const struct ho_table *table,
                                struct ho_error *err)
{
	struct ho_map names;
	enum ho_status status = HO_OK;
	uint32_t K = ho_model_label_count(model), index;
	ho_map_init(&names);
	*out = NULL;
	for (uint32_t k = 0; k < K && status == HO_OK; k++)
		status = ho_map_add(&index, &names, ho_slice_str(ho_model_label(model, k)), err);
	uint32_t *match = status ? NULL : ho_alloc(table->label_count, sizeof *match);
	if (status == HO_OK && !match)
		status = ho_fail_nomem(err);
	for (uint32_t l = 0; l < table->label_count && status == HO_OK; l++) {
		index = ho_map_find(&names, table->labels[l]);
		match[l] = index == HO_MAP_NONE ? CLI_LABEL_UNKNOWN : index;
	}
	ho_map_release(&names);
	*out = match;
	return status;
}

static void losses(struct cli_scored *row, const struct ho_answer *answer, uint32_t K, uint32_t truth)
{
	if (truth < K) {
		row->log_loss = ho_metrics_log_loss(answer->probabilities, &truth, 1, K);
		row->brier = ho_metrics_brier(answer->probabilities, &truth, 1, K);
		return;
	}
	/* A label that the model does not know has probability 0: log loss as the clip says, Brier with [truth] = 1
	 * beside. */
	const double nothing[2] = {0, 1};
	const uint32_t first = 0;
	row->log_loss = ho_metrics_log_loss(nothing, &first, 1, 2);
	row->brier = 1;
	for (uint32_t k = 0; k < K; k++)
		row->brier += answer->probabilities[k] * answer->probabilities[k];
}

static enum ho_status score_row(struct scoring *s, size_t i, struct ho_workspace *ws, struct ho_error *err)
{
	struct cli_scored *row = &s->out[i];
	struct ho_slice text = s->table->text[i];
	struct ho_answer answer;
	*row = (struct cli_scored){.seen = ho_model_has_seen(s->model, ho_near_fingerprint(text))};
	if (row->seen)
		return HO_OK;
	enum ho_status status = ho_classify(&answer, ws, text.ptr, text.len, err);
	if (status)
		return ho_error_at(err, "row %u", s->table->row[i]);
	row->confidence = answer.confidence;
	row->predicted = answer.label_index;
	row->decision = (uint8_t)answer.decision;
	row->reason = (uint8_t)answer.reason;
	if (s->truth && s->table->label && s->table->label[i] < s->table->label_count)
		losses(row, &answer, ho_model_label_count(s->model), s->truth[s->table->label[i]]);
	return HO_OK;
}

static enum ho_status score_block(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct scoring *s = context;
	enum ho_status status = ho_progress_check(s->progress, err);
	if (status == HO_OK && !s->workspaces[worker])
		status = ho_workspace_new(&s->workspaces[worker], s->model, err);
	for (size_t i = task * BLOCK; i < s->table->n && i < (task + 1) * BLOCK && status == HO_OK; i++)
		status = score_row(s, i, s->workspaces[worker], err);
	/* Only the calling thread may report, and it is worker 0. */
	if (worker == 0)
		ho_progress_step(s->progress, "answering", (double)(task * BLOCK) / (double)s->table->n);
	return status;
}

enum ho_status cli_score(struct cli_scored **out, const struct ho_model *model, const struct ho_table *table,
                         const uint32_t *truth, const struct cli *cli, struct ho_error *err)
{
	unsigned threads = cli->threads ? cli->threads : ho_cores();
	struct scoring s = {model,
	                    table,
	                    truth,
	                    &cli->progress,
	                    ho_calloc(threads, sizeof *s.workspaces),
	                    ho_alloc(table->n, sizeof *s.out)};
	enum ho_status status = s.workspaces && s.out ? HO_OK : ho_fail_nomem(err);
	*out = NULL;
	if (status == HO_OK)
		status = ho_parallel(score_block, &s, (table->n + BLOCK - 1) / BLOCK, threads, err);
	for (unsigned t = 0; s.workspaces && t < threads; t++)
		ho_workspace_free(s.workspaces[t]);
	ho_free(s.workspaces);
	if (status) {
		ho_free(s.out);
		return status;
	}
	*out = s.out;
	return HO_OK;
}
