#include "train/out_of_fold.h"

#include <math.h>

#include "base/alloc.h"
#include "judge/calibration.h"
#include "train/blend.h"
#include "train/first_private.h"
#include "train/split.h"

enum { STEP_ROWS_MIN = 40, STEP_ALL_FOLDS = 4000 };

static enum ho_status make_room(struct first *f, struct ho_error *err)
{
	struct ho_out_of_fold *out = f->out;
	size_t n = f->n, columns = out->K == 2 ? 1 : out->K;
	out->n = n;
	out->row = ho_alloc(n, sizeof *out->row);
	out->label = ho_alloc(n, sizeof *out->label);
	out->group = ho_alloc(n, sizeof *out->group);
	out->unit = ho_alloc(n, 1);
	out->probability = ho_calloc(n * out->K, sizeof *out->probability);
	f->fold = ho_alloc(n, 1);
	f->tested = ho_alloc(n, sizeof *f->tested);
	f->z = ho_alloc(out->K, sizeof *f->z);
	bool ok = out->row && out->label && out->group && out->unit && out->probability && f->fold && f->tested && f->z;
	for (size_t h = 0; h < f->n_heads && ok; h++)
		ok = (f->margins[h] = ho_calloc(n * columns, sizeof(float))) != NULL;
	for (size_t i = 0; i < n && ok; i++) {
		size_t at = f->place[i];
		out->row[at] = f->row[i];
		out->label[at] = f->label[i];
		out->group[at] = f->group[i];
		out->unit[at] = f->unit[i];
	}
	return ok ? HO_OK : ho_fail_nomem(err);
}

/* A fold that held every row would leave nothing to learn from: two groups are enough to avoid it. */
static enum ho_status draw_folds(struct first *f, unsigned repeat, struct ho_error *err)
{
	double share[HO_FOLDS_MAX];
	for (unsigned i = 0; i < f->folds; i++)
		share[i] = 1.0 / f->folds;
	return ho_split(f->fold, f->group, f->label, f->n, share, f->folds, f->options.seed + repeat, err);
}

/* Probabilities of row i by a blend into z; the most likely label. */
static uint32_t answer(struct first *f, const struct ho_blend *blend, size_t i)
{
	uint32_t K = f->out->K;
	ho_blend_scores(f->z, blend, f->margins, i, K == 2 ? 1 : K);
	if (K == 2) {
		f->z[1] = f->z[0];
		f->z[0] = 0;
	}
	return ho_softmax(f->z, K);
}

static enum ho_status cross_fit(struct first *f, unsigned repeat, unsigned repeats, struct ho_error *err)
{
	struct ho_out_of_fold *out = f->out;
	struct ho_blend blend;
	ho_progress_step(f->options.progress, "trying a first model", (double)repeat / repeats);
	enum ho_status status = draw_folds(f, repeat, err);
	if (status == HO_OK)
		status = ho_heads_cross_fit(f->margins, &f->lesson, f->heads, f->n_heads, f->fold, f->folds, err);
	if (status == HO_OK)
		status = ho_blend_fit(&blend, f->margins, f->n_heads, f->label, f->n, out->K, err);
	for (size_t i = 0; i < f->n && status == HO_OK; i++) {
		(void)answer(f, &blend, i);
		float *p = out->probability + (size_t)f->place[i] * out->K;
		for (uint32_t k = 0; k < out->K; k++)
			p[k] += (float)(f->z[k] / repeats);
	}
	return status;
}

static uint32_t most_likely(const float *p, uint32_t K)
{
	uint32_t best = 0;
	for (uint32_t k = 1; k < K; k++)
		best = p[k] > p[best] ? k : best;
	return best;
}

static enum ho_status judge_whole(struct first *f, struct ho_error *err)
{
	struct ho_out_of_fold *out = f->out;
	uint64_t *count = ho_calloc(out->K, sizeof *count);
	if (!count)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < out->n; i++) {
		const float *p = out->probability + i * out->K;
		if (!out->unit[i])
			continue;
		out->tested++;
		out->errors += most_likely(p, out->K) != out->label[i];
		out->log_loss -= log(fmax((double)p[out->label[i]], 1e-15));
		count[out->label[i]]++;
		out->majority = count[out->label[i]] > out->majority ? count[out->label[i]] : out->majority;
	}
	out->accuracy = 1 - (double)out->errors / (double)out->tested;
	out->log_loss /= (double)out->tested;
	ho_free(count);
	return HO_OK;
}

/* The margins of the rows that were tested come first; returns how many. */
static size_t bring_together(struct first *f, unsigned held)
{
	size_t columns = f->out->K == 2 ? 1 : f->out->K, m = 0;
	for (size_t i = 0; i < f->n; i++) {
		if (f->fold[i] >= held)
			continue;
		for (size_t h = 0; h < f->n_heads; h++)
			memmove(f->margins[h] + m * columns, f->margins[h] + i * columns, columns * sizeof(float));
		f->tested[m++] = f->label[i];
	}
	return m;
}

static void judge_step(struct ho_first_step *step, struct first *f, const struct ho_blend *blend, unsigned held)
{
	size_t m = 0;
	for (size_t i = 0; i < f->n; i++) {
		if (f->fold[i] >= held)
			continue;
		uint32_t best = answer(f, blend, m++);
		if (!f->unit[i])
			continue;
		step->tested++;
		step->errors += best != f->label[i];
		step->log_loss -= log(fmax(f->z[f->label[i]], 1e-15));
	}
	step->accuracy = step->tested ? 1 - (double)step->errors / (double)step->tested : 0;
	step->log_loss = step->tested ? step->log_loss / (double)step->tested : 0;
}

/* Models of the first `rows` rows, tested on the rows of `held` folds: all of them where that is cheap. */
static enum ho_status climb(struct first *f, size_t rows, struct ho_error *err)
{
	unsigned held = rows <= STEP_ALL_FOLDS ? f->folds : 1;
	struct ho_blend blend;
	size_t seen = 0;
	enum ho_status status =
	    ho_heads_cross_fit_prefix(f->margins, &f->lesson, f->heads, f->n_heads, f->fold, held, rows, err);
	if (status)
		return status;
	for (size_t i = 0; i < rows; i++)
		seen += f->fold[i] < held;
	size_t m = bring_together(f, held);
	struct ho_first_step *step = &f->out->step[f->out->n_steps];
	*step = (struct ho_first_step){.learnt = rows - seen / held};
	status = m ? ho_blend_fit(&blend, f->margins, f->n_heads, f->tested, m, f->out->K, err) : HO_OK;
	if (status == HO_OK && m) {
		judge_step(step, f, &blend, held);
		f->out->n_steps += step->tested > 0;
	}
	return status;
}

static enum ho_status learning_curve(struct first *f, struct ho_error *err)
{
	struct ho_out_of_fold *out = f->out;
	size_t sizes[HO_FIRST_STEPS_MAX], n = 0;
	size_t least = STEP_ROWS_MIN > 2 * (size_t)out->K ? STEP_ROWS_MIN : 2 * (size_t)out->K;
	for (size_t s = f->n / 2; s >= least && n + 1 < HO_FIRST_STEPS_MAX && !f->options.without_curve; s /= 2)
		sizes[n++] = s;
	enum ho_status status = n ? draw_folds(f, 0, err) : HO_OK;
	while (n-- > 0 && status == HO_OK) {
		ho_progress_step(f->options.progress, "drawing the learning curve", (double)sizes[n] / (double)f->n);
		status = ho_progress_check(f->options.progress, err);
		if (status == HO_OK)
			status = climb(f, sizes[n], err);
	}
	if (status == HO_OK)
		out->step[out->n_steps++] = (struct ho_first_step){f->n - f->n / f->folds, out->tested, out->errors,
		                                                   out->accuracy, out->log_loss};
	return status;
}

static enum ho_status run(struct first *f, struct ho_error *err)
{
	unsigned repeats = f->options.repeats ? f->options.repeats : 1;
	enum ho_status status = ho_first__prepare(f, err);
	if (status == HO_OK)
		status = make_room(f, err);
	for (unsigned r = 0; r < repeats && status == HO_OK; r++) {
		status = ho_progress_check(f->options.progress, err);
		if (status == HO_OK)
			status = cross_fit(f, r, repeats, err);
	}
	if (status == HO_OK)
		status = judge_whole(f, err);
	if (status == HO_OK)
		status = learning_curve(f, err);
	f->out->folds = f->folds;
	f->out->n_heads = f->n_heads;
	for (size_t h = 0; h < f->n_heads; h++)
		f->out->heads[h] = f->heads[h].name;
	return status;
}

static void release(struct first *f)
{
	ho_lesson_release(&f->lesson);
	ho_corpus_release(&f->corpus);
	for (size_t h = 0; h < HO_FIRST_HEADS_MAX; h++)
		ho_free(f->margins[h]);
	ho_free(f->row);
	ho_free(f->label);
	ho_free(f->group);
	ho_free(f->place);
	ho_free(f->identity);
	ho_free(f->unit);
	ho_free(f->fold);
	ho_free(f->text);
	ho_free(f->tested);
	ho_free(f->z);
}

enum ho_status ho_out_of_fold(struct ho_out_of_fold *out, const struct ho_table *table,
                              const struct ho_out_of_fold_options *options, struct ho_error *err)
{
	struct first f = {.out = out, .table = table};
	*out = (struct ho_out_of_fold){.n = 0};
	if (options)
		f.options = *options;
	if (f.options.folds == 1 || f.options.folds > HO_FOLDS_MAX)
		return ho_fail(err, HO_EINVAL, "%u folds; 2 to %d are possible", f.options.folds, HO_FOLDS_MAX);
	enum ho_status status = run(&f, err);
	release(&f);
	if (status)
		ho_out_of_fold_release(out);
	return status;
}

void ho_out_of_fold_release(struct ho_out_of_fold *out)
{
	ho_free(out->row);
	ho_free(out->label);
	ho_free(out->group);
	ho_free(out->unit);
	ho_free(out->label_map);
	ho_free(out->probability);
	*out = (struct ho_out_of_fold){.n = 0};
}

size_t ho_out_of_fold_points(struct ho_learning_point *points, const struct ho_out_of_fold *first)
{
	for (size_t s = 0; s < first->n_steps; s++)
		points[s] = (struct ho_learning_point){(double)first->step[s].learnt, first->step[s].errors,
		                                       first->step[s].tested};
	return first->n_steps;
}
