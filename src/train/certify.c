#include "train/certify.h"

#include <math.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "judge/calibration.h"
#include "train/certify_private.h"

enum { BLOCK = 128, CALIBRATE_MIN = 30 };
struct raw {
	double *scores;   /* [n][columns] */
	double *unknown;  /* [n] share of unknown words */
	double *distance; /* [n] to the nearest neighbour, 0 without */
	uint8_t *known;   /* [n] anything known */
};

struct job {
	const struct ho_model *model;
	const struct ho_examples *examples;
	struct ho_workspace **workspaces; /* [threads] */
	struct raw *raw;                  /* either */
	struct ho_answers *answers;       /* or */
	uint32_t columns;
};

static enum ho_status score_one(struct job *job, struct ho_workspace *ws, size_t i, struct ho_error *err)
{
	struct ho_slice text = job->examples->text[i];
	if (job->raw) {
		struct ho_raw_score score;
		enum ho_status status = ho_raw_score(&score, ws, text, err);
		if (status)
			return status;
		memcpy(job->raw->scores + i * job->columns, score.scores, job->columns * sizeof(double));
		job->raw->unknown[i] = score.words ? (double)score.unknown_words / (double)score.words : 1;
		job->raw->distance[i] = score.distance;
		job->raw->known[i] = score.any_known;
		return HO_OK;
	}
	struct ho_answer answer;
	enum ho_status status = ho_classify(&answer, ws, text.ptr, text.len, err);
	if (status)
		return status;
	job->answers->confidence[i] = answer.confidence;
	job->answers->predicted[i] = answer.label_index;
	job->answers->wrong[i] = answer.label_index != job->examples->label[i];
	job->answers->eligible[i] = !answer.novel;
	return HO_OK;
}

static enum ho_status score_block(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	struct job *job = context;
	enum ho_status status = HO_OK;
	for (size_t i = task * BLOCK; i < (task + 1) * BLOCK && i < job->examples->n && status == HO_OK; i++)
		status = score_one(job, job->workspaces[worker], i, err);
	return status;
}

static enum ho_status score_all(struct job *job, struct ho_image *image, unsigned threads, struct ho_error *err)
{
	struct ho_model *model;
	if (threads == 0)
		threads = ho_cores();
	enum ho_status status = ho_image_open(&model, image, err);
	if (status)
		return status;
	job->model = model;
	job->workspaces = ho_calloc(threads, sizeof(struct ho_workspace *));
	if (!job->workspaces)
		status = ho_fail_nomem(err);
	for (unsigned t = 0; t < threads && status == HO_OK; t++)
		status = ho_workspace_new(&job->workspaces[t], model, err);
	if (status == HO_OK)
		status = ho_parallel(score_block, job, (job->examples->n + BLOCK - 1) / BLOCK, threads, err);
	for (unsigned t = 0; job->workspaces && t < threads; t++)
		ho_workspace_free(job->workspaces[t]);
	ho_free(job->workspaces);
	ho_model_free(model);
	return status;
}

enum ho_status ho_answers_new(struct ho_answers *out, size_t n, struct ho_error *err)
{
	*out = (struct ho_answers){.n = n,
	                           .confidence = ho_calloc(n, sizeof *out->confidence),
	                           .predicted = ho_calloc(n, sizeof *out->predicted),
	                           .wrong = ho_calloc(n, 1),
	                           .eligible = ho_calloc(n, 1)};
	return out->confidence && out->predicted && out->wrong && out->eligible ? HO_OK : ho_fail_nomem(err);
}

void ho_answers_release(struct ho_answers *answers)
{
	ho_free(answers->confidence);
	ho_free(answers->predicted);
	ho_free(answers->wrong);
	ho_free(answers->eligible);
	*answers = (struct ho_answers){.n = 0};
}

static enum ho_status answer_all(struct ho_answers *out, struct ho_image *image, const struct ho_examples *examples,
                                 const struct ho_train_options *options, struct ho_error *err)
{
	struct job job = {.examples = examples, .answers = out};
	enum ho_status status = ho_answers_new(out, examples->n, err);
	return status ? status : score_all(&job, image, options->threads, err);
}

/* Slope and, for two labels, offset on tune. Few texts, or only one label among them: the blend's own calibration
 * stays. */
static enum ho_status calibrate(struct ho_certified *out, const struct raw *raw, const struct ho_examples *tune,
                                uint32_t K, struct ho_error *err)
{
	out->findings.slope = 1;
	out->calibration_slope = 1;
	if (tune->n < CALIBRATE_MIN)
		return HO_OK;
	enum ho_status status = HO_OK;
	/* Shrunk to 1 as if that many further texts had agreed with the blend. */
	double trust = (double)tune->n / ((double)tune->n + 100);
	if (K == 2) {
		struct ho_platt map;
		uint8_t *y = ho_alloc(tune->n, 1);
		if (!y)
			return ho_fail_nomem(err);
		size_t ones = 0;
		for (size_t i = 0; i < tune->n; i++)
			ones += y[i] = tune->label[i] == 1;
		if (ones && ones < tune->n) {
			status = ho_platt_fit(&map, raw->scores, y, tune->n, err);
			if (status == HO_OK && map.a < -0.05) {
				out->findings.slope = exp(trust * log(-map.a));
				out->offset[1] = -trust * map.b;
			}
		}
		ho_free(y);
	} else {
		double temperature;
		status = ho_temperature_fit(&temperature, raw->scores, tune->label, tune->n, K, err);
		if (status == HO_OK)
			out->findings.slope = exp(-trust * log(fmin(fmax(temperature, 0.2), 5)));
	}
	out->calibration_slope = out->findings.slope;
	return status;
}

static enum ho_status learn_from_tune(struct ho_certified *out, struct ho_image *image, uint32_t K,
                                      const struct ho_ordinary *ordinary, const struct ho_examples *tune,
                                      const struct ho_train_options *options, struct ho_error *err)
{
	uint32_t columns = K == 2 ? 1 : K;
	struct raw raw = {ho_alloc(tune->n * columns, sizeof *raw.scores), ho_alloc(tune->n, sizeof *raw.unknown),
	                  ho_alloc(tune->n, sizeof *raw.distance), ho_alloc(tune->n, 1)};
	double *evidence = columns > 1 ? ho_alloc(tune->n, sizeof *evidence) : NULL;
	struct job job = {.examples = tune, .raw = &raw, .columns = columns};
	enum ho_status status = HO_OK;
	if (!raw.scores || !raw.unknown || !raw.distance || !raw.known || (columns > 1 && !evidence))
		status = ho_fail_nomem(err);
	if (status == HO_OK)
		status = score_all(&job, image, options->threads, err);
	if (status == HO_OK)
		status = calibrate(out, &raw, tune, K, err);
	for (size_t i = 0; evidence && i < tune->n && status == HO_OK; i++)
		evidence[i] = ho_model_evidence(raw.scores + i * columns, columns);
	if (status == HO_OK)
		status = ho_novelty_learn(
		    &out->findings, &out->novelty, ordinary,
		    &(struct ho_strangeness){tune->n, raw.unknown, evidence, ordinary->distance ? raw.distance : NULL},
		    options->novelty_level, err);
	ho_free(raw.scores);
	ho_free(raw.unknown);
	ho_free(raw.distance);
	ho_free(raw.known);
	ho_free(evidence);
	return status;
}

enum ho_status ho_certified_init(struct ho_certified *out, uint32_t K, const struct ho_train_options *options,
                                 struct ho_error *err)
{
	*out = (struct ho_certified){.calibration_slope = 1};
	out->offset = ho_calloc(K, sizeof *out->offset);
	out->max_error = ho_calloc(K, sizeof *out->max_error);
	out->threshold = ho_calloc(K, sizeof *out->threshold);
	out->unmet = ho_calloc(K, sizeof *out->unmet);
	if (!out->offset || !out->max_error || !out->threshold || !out->unmet)
		return ho_fail_nomem(err);
	for (uint32_t k = 0; k < K; k++)
		out->max_error[k] = out->threshold[k] = 1;
	out->findings = (struct ho_image_findings){.slope = 1,
	                                           .offset = out->offset,
	                                           .promise_labels = 1,
	                                           .max_error = out->max_error,
	                                           .threshold = out->threshold,
	                                           .confidence_level = options->confidence_level,
	                                           .novelty_level = options->novelty_level,
	                                           .bound = 1,
	                                           .report = "{}"};
	return HO_OK;
}

void ho_certified_release(struct ho_certified *certified)
{
	ho_free(certified->offset);
	ho_free(certified->novelty);
	ho_free(certified->max_error);
	ho_free(certified->threshold);
	ho_free(certified->tested);
	ho_free(certified->unmet);
	ho_answers_release(&certified->answers);
	*certified = (struct ho_certified){.n = 0};
}

enum ho_status ho_certify(struct ho_certified *out, struct ho_image *image, uint32_t K, const struct ho_slice *labels,
                          const struct ho_ordinary *ordinary, const struct ho_examples *tune,
                          const struct ho_examples *certify, const struct ho_train_options *options,
                          struct ho_error *err)
{
	struct ho_answers tuned = {.n = 0};
	enum ho_status status = ho_certified_init(out, K, options, err);
	if (status == HO_OK)
		status = learn_from_tune(out, image, K, ordinary, tune, options, err);
	if (status == HO_OK)
		status = ho_image_set(image, &out->findings, err);
	if (status == HO_OK)
		status = answer_all(&tuned, image, tune, options, err);
	if (status == HO_OK)
		status = answer_all(&out->answers, image, certify, options, err);
	if (status == HO_OK) {
		struct ho_scored on_tune = ho_certify__scored(&tuned, 0, tuned.n);
		struct ho_scored on_certify = ho_certify__scored(&out->answers, 0, out->answers.n);
		status =
		    ho_certify__promise(out, &on_tune, &on_certify, K, labels, options,
		                        options->review_share >= 0 ? HO_PROMISE_REVIEW_SHARE : HO_PROMISE_EXACT, err);
	}
	if (status == HO_OK)
		status = ho_image_set(image, &out->findings, err);
	ho_answers_release(&tuned);
	if (status)
		ho_certified_release(out);
	return status;
}
