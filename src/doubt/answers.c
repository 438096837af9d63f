/* The model's answers to many texts, on all cores. */
#include <math.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "doubt/private.h"

/* Rows of a task, and tasks between two looks at whether to stop. */
enum { BLOCK = 64, BLOCKS_AT_ONCE = 64 };

struct job {
	const struct doubt *d;
	struct doubt_answers *out;
	const struct ho_slice *text;
	const uint32_t *truth;
	struct ho_workspace **ws; /* [threads] */
	size_t begin, end;
};

static enum ho_status answer_one(struct job *job, struct ho_workspace *ws, size_t i, struct ho_error *err)
{
	struct doubt_answers *out = job->out;
	struct ho_answer answer;
	enum ho_status status = ho_classify(&answer, ws, job->text[i].ptr, job->text[i].len, err);
	if (status)
		return status;
	out->predicted[i] = answer.label_index;
	out->confidence[i] = answer.confidence;
	out->automatic[i] = answer.decision == HO_AUTO;
	out->novel[i] = answer.novel;
	out->p_truth[i] = out->brier[i] = NAN;
	if (!job->truth)
		return HO_OK;
	uint32_t truth = job->truth[i], K = job->d->K;
	double sum = truth < K ? 0 : 1;
	for (uint32_t k = 0; k < K; k++) {
		double gap = answer.probabilities[k] - (k == truth);
		sum += gap * gap;
	}
	out->brier[i] = sum;
	out->p_truth[i] = truth < K ? answer.probabilities[truth] : 0;
	out->wrong[i] = answer.label_index != truth;
	return HO_OK;
}

static enum ho_status answer_block(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct job *job = context;
	size_t begin = job->begin + task * BLOCK, end = begin + BLOCK < job->end ? begin + BLOCK : job->end;
	enum ho_status status = HO_OK;
	if (!job->ws[worker])
		status = ho_workspace_new(&job->ws[worker], job->d->model, err);
	for (size_t i = begin; i < end && status == HO_OK; i++)
		status = answer_one(job, job->ws[worker], i, err);
	return status;
}

static enum ho_status allocate(struct doubt_answers *out, size_t n, struct ho_error *err)
{
	*out = (struct doubt_answers){.n = n};
	out->predicted = ho_calloc(n, sizeof *out->predicted);
	out->confidence = ho_calloc(n, sizeof *out->confidence);
	out->p_truth = ho_calloc(n, sizeof *out->p_truth);
	out->brier = ho_calloc(n, sizeof *out->brier);
	out->wrong = ho_calloc(n, 1);
	out->automatic = ho_calloc(n, 1);
	out->novel = ho_calloc(n, 1);
	bool ok = out->predicted && out->confidence && out->p_truth && out->brier && out->wrong && out->automatic &&
	          out->novel;
	return ok ? HO_OK : ho_fail_nomem(err);
}

enum ho_status ho_doubt__answer(struct doubt_answers *out, const struct doubt *d, const struct ho_slice *text,
                                const uint32_t *truth, size_t n, struct ho_error *err)
{
	unsigned threads = d->options->threads ? d->options->threads : ho_cores();
	struct job job = {d, out, text, truth, ho_calloc(threads, sizeof *job.ws), 0, 0};
	enum ho_status status = allocate(out, n, err);
	if (status == HO_OK && !job.ws)
		status = ho_fail_nomem(err);
	for (; job.begin < n && status == HO_OK; job.begin = job.end) {
		job.end =
		    n - job.begin > (size_t)BLOCK * BLOCKS_AT_ONCE ? job.begin + (size_t)BLOCK * BLOCKS_AT_ONCE : n;
		status = ho_progress_check(d->progress, err);
		if (status == HO_OK)
			status =
			    ho_parallel(answer_block, &job, (job.end - job.begin + BLOCK - 1) / BLOCK, threads, err);
	}
	for (unsigned t = 0; t < threads && job.ws; t++)
		ho_workspace_free(job.ws[t]);
	ho_free(job.ws);
	if (status)
		ho_doubt__answers_release(out);
	return status;
}

void ho_doubt__answers_release(struct doubt_answers *answers)
{
	ho_free(answers->predicted);
	ho_free(answers->confidence);
	ho_free(answers->p_truth);
	ho_free(answers->brier);
	ho_free(answers->wrong);
	ho_free(answers->automatic);
	ho_free(answers->novel);
	*answers = (struct doubt_answers){.n = 0};
}

enum ho_status ho_doubt__answer_train(struct doubt *d, struct ho_error *err)
{
	struct doubt_rows *rows = &d->train;
	if (rows->answers.n || !rows->n)
		return HO_OK;
	return ho_doubt__answer(&rows->answers, d, rows->text, rows->truth, rows->n, err);
}
