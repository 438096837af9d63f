#include "train/bayes.h"

#include <math.h>

#include "base/alloc.h"

/* Rows of each class with each feature, as floats in place of the weights. */
static void count(struct ho_weights *out, float *totals, const struct ho_design *design, const uint32_t *rows,
                  size_t n_rows, const uint32_t *labels)
{
	for (size_t i = 0; i < n_rows; i++) {
		uint32_t row = rows[i], label = labels[row];
		for (uint64_t a = design->offsets[row]; a < design->offsets[row + 1]; a++) {
			size_t id = design->ids[a];
			if (a > design->offsets[row] && id == design->ids[a - 1])
				continue;
			totals[id]++;
			if (out->columns > 1)
				out->v[id * out->columns + label]++;
			else
				out->v[id] += label == 1;
		}
	}
}

static void weigh(struct ho_weights *out, const float *totals, const double *inside_sum, double all, double a)
{
	for (uint32_t k = 0; k < out->columns; k++) {
		double mass = a * (double)out->D;
		double base = log(inside_sum[k] + mass) - log(all - inside_sum[k] + mass);
		for (size_t j = 0; j < out->D; j++) {
			float *v = &out->v[j * out->columns + k];
			double inside = (double)*v, outside = (double)totals[j] - inside;
			*v = (float)(log((inside + a) / (outside + a)) - base);
		}
	}
}

enum ho_status ho_bayes(struct ho_weights *out, const struct ho_design *design, const uint32_t *rows, size_t n_rows,
                        const uint32_t *labels, uint32_t n_classes, double smoothing, struct ho_error *err)
{
	*out = (struct ho_weights){.D = design->D, .columns = n_classes == 2 ? 1 : n_classes};
	out->v = ho_calloc(out->D * out->columns, sizeof *out->v);
	out->bias = ho_calloc(out->columns, sizeof *out->bias);
	float *totals = ho_calloc(out->D, sizeof *totals);
	double *inside = ho_calloc(out->columns, sizeof *inside), all = 0;
	enum ho_status status = HO_OK;
	if (!out->v || !out->bias || !totals || !inside) {
		status = ho_fail_nomem(err);
		ho_weights_release(out);
	} else {
		count(out, totals, design, rows, n_rows, labels);
		for (size_t j = 0; j < out->D; j++) {
			all += (double)totals[j];
			for (uint32_t k = 0; k < out->columns; k++)
				inside[k] += (double)out->v[j * out->columns + k];
		}
		weigh(out, totals, inside, all, smoothing);
	}
	ho_free(totals);
	ho_free(inside);
	return status;
}
