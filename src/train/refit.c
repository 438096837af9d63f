#include "train/refit.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "judge/calibration.h"
#include "train/search.h"

static enum ho_status add_head(struct ho_refit_heads *out, const json_t *entry, uint32_t K, struct ho_error *err)
{
	struct ho_head known[HO_HEADS_MAX];
	size_t n = ho_candidates(known, K, false, false);
	const char *name = json_string_value(json_object_get(entry, "head"));
	double weight = json_number_value(json_object_get(entry, "weight"));
	for (size_t h = 0; name && h < n && out->n < HO_HEADS_MAX; h++)
		if (strcmp(known[h].name, name) == 0) {
			out->head[out->n] = known[h];
			out->weight[out->n++] = weight;
			return HO_OK;
		}
	if (name && strncmp(name, "encoder", 7) == 0)
		return ho_fail(err, HO_EUNAVAIL,
		               "the model uses a pretrained encoder; such models are not trained again yet");
	return ho_fail(err, HO_EFORMAT, "the model was made of parts that this version of the program does not know");
}

enum ho_status ho_refit_heads_read(struct ho_refit_heads *out, const char *report, uint32_t K, struct ho_error *err)
{
	json_t *object = json_loads(report, 0, NULL), *chosen = json_object_get(object, "chosen"), *entry;
	enum ho_status status = HO_OK;
	size_t i;
	*out = (struct ho_refit_heads){.n = 0};
	json_array_foreach(chosen, i, entry)
	{
		if (status == HO_OK)
			status = add_head(out, entry, K, err);
	}
	if (status == HO_OK && !out->n)
		status = ho_fail(err, HO_EFORMAT, "the model's report does not say of which parts it was made");
	json_decref(object);
	if (status)
		*out = (struct ho_refit_heads){.n = 0};
	return status;
}

enum ho_status ho_refit_open(struct ho_refit *out, const struct ho_refit_heads *heads, const struct ho_slice *text,
                             const uint32_t *label, size_t n_learn, size_t n, uint32_t K, unsigned threads,
                             const struct ho_progress *progress, struct ho_error *err)
{
	*out = (struct ho_refit){.heads = heads};
	ho_map_init(&out->corpus.types);
	if (!n_learn || n_learn > n)
		return ho_fail(err, HO_EINVAL, "no rows to learn from");
	out->rows = ho_alloc(n, sizeof *out->rows);
	out->labels = ho_calloc(n, sizeof *out->labels);
	enum ho_status status = out->rows && out->labels ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < n && status == HO_OK; i++) {
		out->rows[i] = (uint32_t)i;
		out->labels[i] = i < n_learn ? label[i] : 0;
	}
	if (status == HO_OK)
		status = ho_corpus_build(&out->corpus, text, n, threads, progress, err);
	out->lesson = (struct ho_lesson){.corpus = &out->corpus,
	                                 .rows = out->rows,
	                                 .n = n,
	                                 .n_learn = n_learn,
	                                 .labels = out->labels,
	                                 .K = K,
	                                 .threads = threads,
	                                 .progress = progress};
	for (size_t h = 0; h < heads->n && status == HO_OK; h++)
		status = ho_lesson_need(&out->lesson, heads->head[h].view, err);
	if (status)
		ho_refit_release(out);
	return status;
}

void ho_refit_release(struct ho_refit *refit)
{
	ho_lesson_release(&refit->lesson);
	ho_corpus_release(&refit->corpus);
	ho_free(refit->rows);
	ho_free(refit->labels);
	*refit = (struct ho_refit){.heads = NULL};
}

/* Blended scores in the making: [tune rows, then rows to answer][columns]. */
struct blending {
	struct ho_lesson lesson; /* with a seed of its own; designs borrowed */
	const struct ho_refit_rows *rows;
	double *score;
	size_t n, columns;
};

static size_t design_row(const struct blending *b, size_t i)
{
	return i < b->rows->n_tune ? b->rows->tune[i] : b->lesson.n_learn + (i - b->rows->n_tune);
}

static enum ho_status add_margins(struct blending *b, const struct ho_head *head, double weight, struct ho_error *err)
{
	struct ho_weights fitted;
	float *margins = ho_alloc(b->columns, sizeof *margins);
	if (!margins)
		return ho_fail_nomem(err);
	enum ho_status status = ho_head_fit(&fitted, &b->lesson, head, b->rows->learn, b->rows->n_learn, 1, err);
	for (size_t i = 0; i < b->n && status == HO_OK; i++) {
		ho_weights_margins(margins, &fitted, &b->lesson.designs[head->view], design_row(b, i));
		for (size_t k = 0; k < b->columns; k++)
			b->score[i * b->columns + k] += weight * (double)margins[k];
	}
	if (status == HO_OK)
		ho_weights_release(&fitted);
	ho_free(margins);
	return status;
}

static enum ho_status answer_two(double *probability, const struct blending *b, struct ho_error *err)
{
	size_t n_tune = b->rows->n_tune;
	struct ho_platt platt;
	uint8_t *y = ho_alloc(n_tune, 1);
	if (!y)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n_tune; i++)
		y[i] = b->lesson.labels[b->rows->tune[i]] == 1;
	enum ho_status status = ho_platt_fit(&platt, b->score, y, n_tune, err);
	for (size_t i = n_tune; i < b->n && status == HO_OK; i++) {
		double p = 1 / (1 + exp(platt.a * b->score[i] + platt.b));
		probability[2 * (i - n_tune)] = 1 - p;
		probability[2 * (i - n_tune) + 1] = p;
	}
	ho_free(y);
	return status;
}

static enum ho_status answer_more(double *probability, const struct blending *b, struct ho_error *err)
{
	size_t n_tune = b->rows->n_tune, K = b->columns;
	double temperature;
	uint32_t *truth = ho_alloc(n_tune, sizeof *truth);
	if (!truth)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < n_tune; i++)
		truth[i] = b->lesson.labels[b->rows->tune[i]];
	enum ho_status status = ho_temperature_fit(&temperature, b->score, truth, n_tune, K, err);
	for (size_t i = n_tune; i < b->n && status == HO_OK; i++) {
		double *p = probability + (i - n_tune) * K;
		for (size_t k = 0; k < K; k++)
			p[k] = b->score[i * K + k] / temperature;
		(void)ho_softmax(p, (uint32_t)K);
	}
	ho_free(truth);
	return status;
}

enum ho_status ho_refit_run(double *probability, const struct ho_refit *refit, const struct ho_refit_rows *rows,
                            struct ho_error *err)
{
	struct blending b = {.lesson = refit->lesson,
	                     .rows = rows,
	                     .n = rows->n_tune + refit->lesson.n - refit->lesson.n_learn,
	                     .columns = refit->lesson.K == 2 ? 1 : refit->lesson.K};
	if (!rows->n_learn || !rows->n_tune)
		return ho_fail(err, HO_EINVAL, "no rows to learn from or to calibrate on");
	b.lesson.seed = rows->seed;
	b.score = ho_calloc(b.n * b.columns, sizeof *b.score);
	enum ho_status status = b.score ? HO_OK : ho_fail_nomem(err);
	for (size_t h = 0; h < refit->heads->n && status == HO_OK; h++)
		status = add_margins(&b, &refit->heads->head[h], refit->heads->weight[h], err);
	if (status == HO_OK)
		status = (b.columns == 1 ? answer_two : answer_more)(probability, &b, err);
	ho_free(b.score);
	return status;
}
