#include "train/heads.h"

#include "base/alloc.h"
#include "base/pool.h"
#include "train/bayes.h"
#include "train/dense.h"
#include "train/scale.h"

/* Floats in the weights of one head: 60 million are 240 MB. Views of many labels are cut to fit. */
#define WEIGHTS_MAX ((size_t)60000000)
enum { FEATURES_MAX = 2000000, EPOCHS_MAX = 60 };

void ho_lesson_release(struct ho_lesson *lesson)
{
	for (int v = 0; v < HO_VIEW_COUNT; v++) {
		ho_design_release(&lesson->designs[v]);
		lesson->built[v] = false;
	}
}

struct ho_view_spec ho_view_describe(enum ho_view_id view, uint32_t K)
{
	struct ho_view_spec spec = {.is_char = view == HO_VIEW_CHAR, .min_df = 2, .max_features = FEATURES_MAX};
	spec.n_min = view == HO_VIEW_CHAR ? 2 : 1;
	spec.n_max = view == HO_VIEW_CHAR ? 5 : view == HO_VIEW_WORD2 ? 2 : 3;
	if (K > 2 && WEIGHTS_MAX / K < spec.max_features)
		spec.max_features = WEIGHTS_MAX / K;
	return spec;
}

enum ho_status ho_lesson_need(struct ho_lesson *lesson, enum ho_view_id view, struct ho_error *err)
{
	if (lesson->built[view])
		return HO_OK;
	struct ho_view_spec spec = ho_view_describe(view, lesson->K);
	enum ho_status status = ho_design_build(&lesson->designs[view], lesson->corpus, lesson->rows, lesson->n,
	                                        lesson->n_learn, &spec, lesson->threads, lesson->progress, err);
	lesson->built[view] = status == HO_OK;
	return status;
}

static enum ho_status copy_tuned(struct ho_weights *out, const struct ho_weights *tuned, struct ho_error *err)
{
	*out = (struct ho_weights){.D = tuned->D, .columns = tuned->columns};
	out->v = ho_alloc(tuned->D * tuned->columns, sizeof *out->v);
	out->bias = ho_alloc(tuned->columns, sizeof *out->bias);
	if (!out->v || !out->bias) {
		ho_weights_release(out);
		return ho_fail_nomem(err);
	}
	memcpy(out->v, tuned->v, tuned->D * tuned->columns * sizeof *out->v);
	memcpy(out->bias, tuned->bias, tuned->columns * sizeof *out->bias);
	return HO_OK;
}

enum ho_status ho_head_fit(struct ho_weights *out, struct ho_lesson *lesson, const struct ho_head *head,
                           const uint32_t *learn, size_t n, unsigned threads, struct ho_error *err)
{
	if (head->learner == HO_LEARN_DENSE)
		return ho_dense_fit(out, lesson, learn, n, head, err);
	if (head->learner == HO_LEARN_TUNED)
		return copy_tuned(out, lesson->tuned, err);
	const struct ho_design *design = &lesson->designs[head->view];
	if (head->learner == HO_LEARN_BAYES)
		return ho_bayes(out, design, learn, n, lesson->labels, lesson->K, head->C, err);
	struct ho_scale scale = {.design = design,
	                         .rows = learn,
	                         .n_rows = n,
	                         .labels = lesson->labels,
	                         .n_classes = lesson->K,
	                         .idf_power = head->idf_power,
	                         .ratio_power = head->ratio_power};
	struct ho_problem problem = {
	    .design = design,
	    .rows = learn,
	    .n_rows = n,
	    .labels = lesson->labels,
	    .n_classes = lesson->K,
	    .loss = head->learner == HO_LEARN_HINGE ? HO_LOSS_SQUARED_HINGE : HO_LOSS_SOFTMAX,
	    .C = head->C,
	    .tolerance = 0.1,
	    .max_epochs = EPOCHS_MAX,
	    .seed = lesson->seed,
	    .threads = threads,
	    .progress = lesson->progress,
	    .scale = ho_scale_squares,
	    .scale_context = &scale,
	    .scale_per_class = lesson->K > 2 && head->ratio_power > 0,
	};
	*out = (struct ho_weights){.D = 0};
	enum ho_status status = ho_scale_init(&scale, err);
	if (status == HO_OK)
		status = ho_solve(out, &problem, err);
	ho_scale_release(&scale);
	return status;
}

static void head_margins(float *out, const struct ho_weights *weights, const struct ho_lesson *lesson,
                         const struct ho_head *head, size_t i)
{
	if (ho_head_is_dense(head))
		ho_dense_margins(out, weights, lesson, i);
	else
		ho_weights_margins(out, weights, &lesson->designs[head->view], i);
}

struct job {
	struct ho_lesson *lesson;
	const struct ho_head *heads;
	size_t n_heads;
	const uint8_t *fold;
	unsigned folds; /* those scored */
	size_t prefix;  /* rows that may be learnt from */
	float **margins;
};

static enum ho_status fit_fold(void *context, size_t task, unsigned worker, struct ho_error *err)
{
	(void)worker;
	struct job *job = context;
	struct ho_lesson *lesson = job->lesson;
	const struct ho_head *head = &job->heads[task / job->folds];
	unsigned held = (unsigned)(task % job->folds);
	struct ho_weights weights;
	size_t n = 0;
	uint32_t *learn = ho_alloc(job->prefix, sizeof *learn);
	if (!learn)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < job->prefix; i++)
		if (job->fold[i] != held)
			learn[n++] = (uint32_t)i;
	enum ho_status status = ho_head_fit(&weights, lesson, head, learn, n, 1, err);
	float *margins = job->margins[task / job->folds];
	for (size_t i = 0; i < lesson->n_learn && status == HO_OK; i++)
		if (job->fold[i] == held)
			head_margins(margins + i * weights.columns, &weights, lesson, head, i);
	if (status == HO_OK)
		ho_weights_release(&weights);
	ho_free(learn);
	return status;
}

enum ho_status ho_heads_cross_fit_prefix(float **margins, struct ho_lesson *lesson, const struct ho_head *heads,
                                         size_t n_heads, const uint8_t *fold, unsigned held, size_t learn,
                                         struct ho_error *err)
{
	struct job job = {lesson, heads, n_heads, fold, held, learn, margins};
	for (size_t h = 0; h < n_heads; h++) {
		if (ho_head_is_dense(&heads[h]))
			continue;
		enum ho_status status = ho_lesson_need(lesson, heads[h].view, err);
		if (status)
			return status;
	}
	return ho_parallel(fit_fold, &job, n_heads * held, lesson->threads, err);
}

enum ho_status ho_heads_cross_fit(float **margins, struct ho_lesson *lesson, const struct ho_head *heads,
                                  size_t n_heads, const uint8_t *fold, unsigned folds, struct ho_error *err)
{
	return ho_heads_cross_fit_prefix(margins, lesson, heads, n_heads, fold, folds, lesson->n_learn, err);
}
