#include "train/scale.h"

#include <math.h>

#include "base/alloc.h"
#include "train/solver_private.h"

static uint32_t columns(const struct ho_scale *scale)
{
	return scale->n_classes == 2 ? 1 : scale->n_classes;
}

static void count_row(struct ho_scale *scale, uint32_t row)
{
	const struct ho_design *design = scale->design;
	uint32_t label = scale->labels[row], width = columns(scale);
	for (uint64_t a = design->offsets[row]; a < design->offsets[row + 1]; a++) {
		uint32_t id = design->ids[a];
		if (a > design->offsets[row] && id == design->ids[a - 1])
			continue;
		scale->totals[id]++;
		if (width > 1)
			scale->counts[(size_t)id * width + label]++;
		else
			scale->counts[id] += label == 1;
	}
}

enum ho_status ho_scale_init(struct ho_scale *scale, struct ho_error *err)
{
	scale->counts = NULL;
	scale->totals = NULL;
	scale->class_rows = NULL;
	if (scale->ratio_power == 0)
		return HO_OK;
	size_t D = scale->design->D;
	scale->counts = ho_calloc(D * columns(scale), sizeof *scale->counts);
	scale->totals = ho_calloc(D, sizeof *scale->totals);
	scale->class_rows = ho_calloc(scale->n_classes, sizeof *scale->class_rows);
	if (!scale->counts || !scale->totals || !scale->class_rows) {
		ho_scale_release(scale);
		return ho_fail_nomem(err);
	}
	for (size_t i = 0; i < scale->n_rows; i++) {
		count_row(scale, scale->rows[i]);
		scale->class_rows[scale->labels[scale->rows[i]]]++;
	}
	return HO_OK;
}

void ho_scale_release(struct ho_scale *scale)
{
	ho_free(scale->counts);
	ho_free(scale->totals);
	ho_free(scale->class_rows);
	scale->counts = scale->totals = scale->class_rows = NULL;
}

static double ratio(const struct ho_scale *scale, size_t j, uint32_t class)
{
	uint32_t width = columns(scale);
	double inside = scale->counts[width > 1 ? j * width + class : j];
	double n = (double)scale->n_rows, n_in = scale->class_rows[class], pi = n_in / n;
	if (n_in == 0 || n_in == n)
		return 0;
	double outside = scale->totals[j] - inside;
	return log((inside + 2 * pi) / n_in) - log((outside + 2 * (1 - pi)) / (n - n_in));
}

static void normalise(float *s2, const struct ho_scale *scale)
{
	double sum = 0;
	for (size_t i = 0; i < scale->n_rows; i++)
		sum += ho_solver__row_square(scale->design, scale->rows[i], s2);
	float factor = sum > 0 ? (float)((double)scale->n_rows / sum) : 1;
	for (size_t j = 0; j < scale->design->D; j++)
		s2[j] *= factor;
}

void ho_scale_squares(float *s2, void *context, uint32_t class)
{
	const struct ho_scale *scale = context;
	const struct ho_design *design = scale->design;
	double n = (double)design->n_learn;
	for (size_t j = 0; j < design->D; j++) {
		double idf = log((1 + n) / (1 + (double)design->df[j])) + 1;
		double s = pow(idf, 2 * scale->idf_power);
		if (scale->ratio_power > 0)
			s *= pow(fabs(ratio(scale, j, class)), 2 * scale->ratio_power);
		s2[j] = (float)s;
	}
	normalise(s2, scale);
}
