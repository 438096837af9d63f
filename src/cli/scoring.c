#include "scoring.h"

#include "base/alloc.h"
#include "base/pool.h"
#include "judge/metrics.h"
#include "near/near.h"

/* Rows of a task, and tasks between two looks at the clock and at Ctrl-C; of a thread, where texts are encoded, which
 * takes a thousand times as long. */
enum { BLOCK = 64, BLOCKS_AT_ONCE = 256, BLOCKS_ENCODED = 2 };

/* What belongs to one thread. */
struct worker {
	struct ho_workspace *ws;
	double *probabilities; /* [K + 1]; the last one stands for a label that the model does not know */
};

struct scoring {
	struct cli_scores *out;
	const struct ho_model *model;
	const struct ho_table *table;
	const uint32_t *rows;
	struct worker *workers;
	size_t begin, end;
};

uint64_t cli_count(const uint8_t *flags, size_t n)
{
	uint64_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += flags[i];
	return count;
}

enum ho_status cli_unseen_rows(uint32_t **rows, size_t *n, const struct ho_table *table,
                               const struct ho_model *const *models, size_t n_models, struct ho_error *err)
{
	*n = 0;
	*rows = ho_alloc(table->n, sizeof **rows);
	if (!*rows)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < table->n; i++) {
		uint64_t fingerprint = ho_near_fingerprint(table->text[i]);
		bool seen = false;
		for (size_t m = 0; m < n_models; m++)
			seen = seen || ho_model_has_seen(models[m], fingerprint);
		if (!seen && table->label[i] != HO_LABEL_NONE)
			(*rows)[(*n)++] = (uint32_t)i;
	}
	return HO_OK;
}

static enum ho_status score_row(struct scoring *s, struct worker *worker, size_t i, struct ho_error *err)
{
	struct cli_scores *out = s->out;
	struct ho_slice text = s->table->text[s->rows[i]];
	struct ho_answer answer;
	uint32_t K = out->known, truth = out->truth[i] < K ? out->truth[i] : K;
	enum ho_status status = ho_classify(&answer, worker->ws, text.ptr, text.len, err);
	if (status)
		return status;
	memcpy(worker->probabilities, answer.probabilities, K * sizeof *worker->probabilities);
	out->predicted[i] = answer.label_index;
	out->confidence[i] = answer.confidence;
	out->wrong[i] = answer.label_index != truth;
	out->automatic[i] = answer.decision == HO_AUTO;
	out->log_loss[i] = ho_metrics_log_loss(worker->probabilities, &truth, 1, (size_t)K + 1);
	out->brier[i] = ho_metrics_brier(worker->probabilities, &truth, 1, (size_t)K + 1);
	return HO_OK;
}

static enum ho_status score_block(void *context, size_t task, unsigned number, struct ho_error *err)
{
	struct scoring *s = context;
	struct worker *worker = &s->workers[number];
	size_t begin = s->begin + task * BLOCK, end = begin + BLOCK < s->end ? begin + BLOCK : s->end;
	enum ho_status status = HO_OK;
	if (!worker->ws)
		status = ho_workspace_new(&worker->ws, s->model, err);
	if (status == HO_OK && !worker->probabilities) {
		worker->probabilities = ho_calloc((size_t)s->out->known + 1, sizeof *worker->probabilities);
		status = worker->probabilities ? HO_OK : ho_fail_nomem(err);
	}
	struct ho_slice texts[BLOCK];
	for (size_t i = begin; i < end; i++)
		texts[i - begin] = s->table->text[s->rows[i]];
	if (status == HO_OK)
		status = ho_workspace_foresee(worker->ws, texts, end - begin, err);
	for (size_t i = begin; i < end && status == HO_OK; i++)
		status = score_row(s, worker, i, err);
	return status;
}

static enum ho_status allocate(struct cli_scores *out, size_t n, struct ho_error *err)
{
	out->n = n;
	out->truth = ho_calloc(n, sizeof *out->truth);
	out->predicted = ho_calloc(n, sizeof *out->predicted);
	out->confidence = ho_calloc(n, sizeof *out->confidence);
	out->log_loss = ho_calloc(n, sizeof *out->log_loss);
	out->brier = ho_calloc(n, sizeof *out->brier);
	out->wrong = ho_calloc(n, 1);
	out->automatic = ho_calloc(n, 1);
	bool ok = out->truth && out->predicted && out->confidence && out->log_loss && out->brier && out->wrong &&
	          out->automatic;
	return ok ? HO_OK : ho_fail_nomem(err);
}

/* Names of the model first, so that a model's label keeps its index; then what else occurs. */
static enum ho_status name_labels(struct scoring *s, struct ho_error *err)
{
	struct cli_scores *out = s->out;
	uint32_t *index = ho_alloc(s->table->label_count, sizeof *index), ignored;
	enum ho_status status = index ? HO_OK : ho_fail_nomem(err);
	out->known = ho_model_label_count(s->model);
	for (uint32_t k = 0; k < out->known && status == HO_OK; k++)
		status = ho_map_add(&ignored, &out->names, ho_slice_str(ho_model_label(s->model, k)), err);
	for (uint32_t l = 0; l < s->table->label_count && index; l++)
		index[l] = HO_MAP_NONE;
	for (size_t i = 0; i < out->n && status == HO_OK; i++) {
		uint32_t label = s->table->label[s->rows[i]];
		if (index[label] == HO_MAP_NONE)
			status = ho_map_add(&index[label], &out->names, s->table->labels[label], err);
		out->truth[i] = index[label];
		out->unknown_rows += index[label] >= out->known;
	}
	ho_free(index);
	return status;
}

static enum ho_status score_all(struct scoring *s, struct cli *cli, unsigned threads, struct ho_error *err)
{
	struct ho_model_encoder encoder;
	ho_model_encoder(&encoder, s->model);
	size_t n = s->out->n, group = (size_t)BLOCK * (encoder.folder ? BLOCKS_ENCODED * threads : BLOCKS_AT_ONCE);
	enum ho_status status = HO_OK;
	for (s->begin = 0; s->begin < n && status == HO_OK; s->begin = s->end) {
		ho_progress_step(&cli->progress, "scoring", (double)s->begin / (double)n);
		s->end = n - s->begin > group ? s->begin + group : n;
		status = ho_progress_check(&cli->progress, err);
		if (status == HO_OK)
			status = ho_parallel(score_block, s, (s->end - s->begin + BLOCK - 1) / BLOCK, threads, err);
	}
	cli_progress_clear(cli);
	return status;
}

enum ho_status cli_score(struct cli_scores *out, struct cli *cli, const struct ho_model *model,
                         const struct ho_table *table, const uint32_t *rows, size_t n, struct ho_error *err)
{
	unsigned threads = cli->threads ? cli->threads : ho_cores();
	struct scoring s = {.out = out, .model = model, .table = table, .rows = rows};
	*out = (struct cli_scores){.n = 0};
	ho_map_init(&out->names);
	s.workers = ho_calloc(threads, sizeof *s.workers);
	enum ho_status status = s.workers ? allocate(out, n, err) : ho_fail_nomem(err);
	if (status == HO_OK)
		status = name_labels(&s, err);
	if (status == HO_OK)
		status = score_all(&s, cli, threads, err);
	for (unsigned t = 0; t < threads && s.workers; t++) {
		ho_workspace_free(s.workers[t].ws);
		ho_free(s.workers[t].probabilities);
	}
	ho_free(s.workers);
	if (status)
		cli_scores_release(out);
	return status;
}

void cli_scores_release(struct cli_scores *scores)
{
	ho_free(scores->truth);
	ho_free(scores->predicted);
	ho_free(scores->confidence);
	ho_free(scores->log_loss);
	ho_free(scores->brier);
	ho_free(scores->wrong);
	ho_free(scores->automatic);
	ho_map_release(&scores->names);
	*scores = (struct cli_scores){.n = 0};
}
